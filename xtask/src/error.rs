//! What keeps the checks from being run at all, as opposed to what they find.
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum XtaskError {
    #[error("run me as `cargo xtask`: cargo says where the workspace is")]
    NoWorkspace,
    #[error("--only {unknown}: no such step; steps: {known}")]
    UnknownStep { unknown: String, known: String },
    #[error("--only {unknown}: no such experiment; there are: {known}")]
    UnknownExperiment { unknown: String, known: String },
    #[error("--changed {revision}: {reason}")]
    Changed { revision: String, reason: String },
    #[error("{}: {reason}", path.display())]
    Malformed { path: PathBuf, reason: String },
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: std::io::Error },
    #[error("PATH: {0}")]
    SearchPath(#[from] std::env::JoinPathsError),
}

/// Names the path in an error of `std::io`.
pub fn at(path: &Path) -> impl FnOnce(std::io::Error) -> XtaskError + '_ {
    move |error| XtaskError::Io { path: path.into(), error }
}
