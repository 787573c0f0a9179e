//! Files of trained weights: what a command goes on from, and where it puts what it learned.
use crate::args::{ConfigArgs, DEFAULT_SEED};
use crate::error::CliError;
use clap::Args;
use drtp::core::Draft;
use drtp::weights::Trained;
use std::path::{Path, PathBuf};

/// Where to begin.
#[derive(Args, Clone)]
pub struct LoadArgs {
    /// Begins with what `drtp train --save` wrote, configuration and all.
    #[arg(long, value_name = "FILE.npz", conflicts_with_all = ["config", "layers", "lanes"])]
    load: Option<PathBuf>,
}

/// Where a command begins.
pub struct Begin {
    pub draft: Draft,
    /// Seed of the order of samples, and of the digits' split.
    pub seed: u64,
    pub trained: Option<Trained>,
}

impl LoadArgs {
    /// The configuration of the file, or that of the options; `usual` where neither is given.
    pub fn begin(&self, config: &ConfigArgs, usual: &str) -> Result<Begin, CliError> {
        let Some(path) = &self.load else {
            return Ok(Begin { draft: config.draft(usual)?, seed: config.seed(), trained: None });
        };
        let trained = Trained::load(path)?;
        let draft = Draft::parse(&path.display().to_string(), &trained.to_toml())?;
        // the file's seeds stay: its weights belong to its projection. The order is the file's unless an option says so
        let order = trained.progress.as_ref().map_or(DEFAULT_SEED, |p| p.seed);
        let seed = if config.has_seed() { config.seed() } else { order };
        Ok(Begin { draft, seed, trained: Some(trained) })
    }
}

/// What can be told of a place for weights before hours of training.
pub fn check_place(path: &Path) -> Result<(), CliError> {
    let refusal = |why: String| Err(CliError::Usage(format!("--save {}: {why}", path.display())));
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return refusal(format!("no folder {}", folder.display()));
    }
    if path.is_dir() || path.file_name().is_none() {
        return refusal("a folder, not a file".into());
    }
    Ok(())
}
