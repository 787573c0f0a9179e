//! Why weights could not be saved or loaded.
use drtp_core::ConfigErrors;
use std::io;
use std::path::PathBuf;

/// Why a file of weights was refused, or not written. Each message is complete: file, array, what is wrong there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The operating system would not give the file.
    #[error("{}: cannot be read: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The operating system would not take the file. What stood there before still does.
    #[error("{}: cannot be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The file as a whole is no archive of arrays.
    #[error("{file}: not a .npz file, or a damaged one: {reason}")]
    Archive {
        /// The file.
        file: String,
        /// What the reader of archives said.
        reason: String,
    },
    /// An array is not there.
    #[error("{file}: no array {array} (found: {})", found.join(", "))]
    Missing {
        /// The file.
        file: String,
        /// The array.
        array: String,
        /// Those that are there.
        found: Vec<String>,
    },
    /// An array that has no meaning here: perhaps a layer too many.
    #[error("{file}: unknown array {array} (accepted: {})", accepted.join(", "))]
    Unknown {
        /// The file.
        file: String,
        /// The array.
        array: String,
        /// Those that have a meaning.
        accepted: Vec<String>,
    },
    /// An array is damaged, or not what the configuration calls for.
    #[error("{file}: array {array}: {problem}")]
    Array {
        /// The file.
        file: String,
        /// The array.
        array: String,
        /// What is wrong, and what would be accepted.
        problem: String,
    },
    /// The configuration inside is wrong.
    #[error("{0}")]
    Config(#[from] ConfigErrors),
}
