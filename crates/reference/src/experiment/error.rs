//! Every way in which an experiment can be refused.
use std::path::PathBuf;

/// Why an experiment cannot be run. Each message is complete.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// Not TOML, an unknown key, a value of the wrong type.
    #[error("{file}: {}", reason.trim_end())]
    Toml {
        /// The file.
        file: String,
        /// What the parser said, with line and key.
        reason: String,
    },
    /// A value that does not make sense.
    #[error("{file}: {key}: {reason}")]
    Key {
        /// The file.
        file: String,
        /// The key, with the table it stands in; an option counts as the key it replaces.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The experiment's data are files, and none were named.
    #[error("{file}: data = \"{data}\" needs --data FOLDER, a folder with {wanted}")]
    NoFolder {
        /// The file.
        file: String,
        /// The data.
        data: &'static str,
        /// What the folder holds.
        wanted: &'static str,
    },
    /// A folder was named for data that come from no file.
    #[error("{file}: data = \"{data}\" reads no files: --data {} is not for it", folder.display())]
    NeedlessFolder {
        /// The file.
        file: String,
        /// The data.
        data: &'static str,
        /// The folder.
        folder: PathBuf,
    },
    /// The data themselves.
    #[error("{0}")]
    Data(#[from] drtp_data::DataError),
    /// A plot that could not be drawn.
    #[error("plot {plot}: {reason}")]
    Plot {
        /// Which.
        plot: String,
        /// What the library said.
        reason: String,
    },
}
