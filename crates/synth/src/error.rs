//! Every way in which a run can end badly.
use std::path::{Path, PathBuf};

/// What went wrong, and where.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A file or folder of the run.
    #[error("{path}: {reason}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The tools are not installed, or in other versions.
    #[error("{0}")]
    Tools(String),
    /// A tool ended with an error.
    #[error("{tool} failed; the end of {log}:\n{tail}", log = log.display())]
    Failed {
        /// Its name.
        tool: &'static str,
        /// All it said.
        log: PathBuf,
        /// The last of it.
        tail: String,
    },
    /// A tool ended well, but what it left is not what is expected of it.
    #[error("{path}: {reason}", path = path.display())]
    Report {
        /// The file it left.
        path: PathBuf,
        /// What is wrong in it.
        reason: String,
    },
    /// No setting of the board's PLL makes the clock.
    #[error("{0}")]
    Clock(String),
    /// The design needs more than the part has.
    #[error("the design does not fit the {part}: {excess}; smaller: --lanes, --layers, --inference-only")]
    TooLarge {
        /// The part.
        part: String,
        /// What it has too little of.
        excess: String,
    },
    /// A part that is nearly full: there are cells enough, but the placer did not find a place for each.
    #[error("seed {seed}: no legal placement found (see {log}); other seeds may do, or a smaller design: --layers, --lanes", log = log.display())]
    NoPlace {
        /// The placer's seed.
        seed: u64,
        /// What the placer said.
        log: PathBuf,
    },
    /// The generator refused its own design: a defect.
    #[error("{0}")]
    Emit(#[from] drtp_hdl::emit::EmitError),
    /// A board's description cannot be read: a defect.
    #[error("board.toml of {board}: {reason}")]
    Board {
        /// Which board.
        board: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl SynthError {
    /// Whether drtp itself is wrong, and not what surrounds it.
    pub fn is_defect(&self) -> bool {
        matches!(self, Self::Emit(_) | Self::Board { .. })
    }
}

/// An error of the file system, with the file.
pub(crate) fn at(path: &Path) -> impl Fn(std::io::Error) -> SynthError + '_ {
    |reason| SynthError::File { path: path.into(), reason }
}

/// A file whose content is not what is expected.
pub(crate) fn report(path: &Path, reason: impl Into<String>) -> SynthError {
    SynthError::Report { path: path.into(), reason: reason.into() }
}
