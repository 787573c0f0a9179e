//! Every way in which a sweep can be refused.
use drtp_core::ConfigErrors;
use drtp_data::DataError;

/// Why a sweep cannot be run. Each message is complete.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// Not TOML, an unknown key, a value of a kind that no key takes.
    #[error("{file}: {}", reason.trim_end())]
    Toml {
        /// The file.
        file: String,
        /// What the parser said, with line and key.
        reason: String,
    },
    /// A key that does not make sense.
    #[error("{file}: {key}: {reason}")]
    Key {
        /// The file.
        file: String,
        /// The key, with the table it stands in.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// What all runs have in common is no configuration.
    #[error("{0}")]
    Base(#[from] ConfigErrors),
    /// Points of the grid that are no configuration.
    #[error("{file}: {refused} of {all} runs are refused\n{reasons}")]
    Points {
        /// The file.
        file: String,
        /// How many.
        refused: usize,
        /// Of how many.
        all: usize,
        /// Each problem, and the runs that have it.
        reasons: String,
    },
    /// No such run.
    #[error("{file}: no run has the key {key}")]
    UnknownRun {
        /// The file.
        file: String,
        /// What was asked for.
        key: String,
    },
    /// A file of results holds something else.
    #[error("{file}:{line}: {reason}; nothing was changed")]
    Foreign {
        /// The file of results.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The data themselves.
    #[error("{0}")]
    Data(#[from] DataError),
}
