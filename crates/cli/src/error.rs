//! Every way in which a command can end badly, and its exit code.
use drtp::cosim::DeviceError;
use std::path::PathBuf;
use std::process::ExitCode;

/// What each command's exit code says; the one place that states it. A command's own help says only what a failed check is
/// in its case.
pub const EXIT_CODES: &str = "\
Exit codes, of every command:
  0  done
  1  done, but what was checked does not hold: a mismatch, a core that is dead, tools that doctor misses
  2  not done: options, configuration, data or a file are wrong, or a tool is missing
  3  a defect of drtp itself";

/// A command's failure.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error("{0}")]
    Config(#[from] drtp::core::ConfigErrors),
    #[error("{0}")]
    Data(#[from] drtp::data::DataError),
    #[error("{path}: {reason}", path = path.display())]
    File { path: PathBuf, reason: std::io::Error },
    #[error("{0}")]
    Experiment(#[from] drtp::reference::ExperimentError),
    #[error("{0}")]
    Sweep(#[from] drtp::sweep::SweepError),
    #[error("{0}")]
    Weights(#[from] drtp::weights::WeightsError),
    #[error("{0}")]
    Usage(String),
    #[error("{count} mismatches between golden and {device}; the first: {first}")]
    Mismatch { count: usize, device: String, first: String },
    #[error("missing: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    #[error("{0}")]
    Environment(DeviceError),
    #[error("{0}\nThis is a defect of drtp; please report it with the command and the seed.")]
    Device(DeviceError),
    #[error("seed {seed}: {reason}\nThis is a defect of drtp; please report it with the command and the seed.")]
    Case { seed: u64, reason: DeviceError },
    #[error("{0}")]
    Synth(#[from] drtp::synth::SynthError),
    #[error("{0}\nThis is a defect of drtp; please report it with the configuration.")]
    Emit(#[from] drtp::package::PackageError),
}

impl From<DeviceError> for CliError {
    fn from(e: DeviceError) -> Self {
        match e {
            // the user's file, or a program that is not installed: not our defect
            DeviceError::Trace(_) | DeviceError::Tool(_) => Self::Environment(e),
            _ => Self::Device(e),
        }
    }
}

impl CliError {
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Mismatch { .. } | Self::Missing(_) => 1,
            Self::Config(_)
            | Self::Data(_)
            | Self::File { .. }
            | Self::Experiment(_)
            | Self::Sweep(_)
            | Self::Weights(_)
            | Self::Usage(_)
            | Self::Environment(_) => 2,
            Self::Synth(e) if !e.is_defect() => 2,
            Self::Device(_) | Self::Case { .. } | Self::Emit(_) | Self::Synth(_) => 3,
        })
    }
}
