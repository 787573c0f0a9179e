//! `drtp statistics`: how often inputs are not zero, layers owe and weights change, measured on data.
use crate::args::{ConfigArgs, DataArgs};
use crate::error::CliError;
use crate::files;
use crate::progress::Bars;
use clap::Args;
use drtp::core::{Config, Rule};
use drtp::data::Split;
use drtp::profile::statistics;
use std::path::PathBuf;

/// Samples of which [`taken`] takes statistics.
const FEW: usize = 400;

/// Statistics of a few samples, where a command needs some and no file has them.
pub fn taken(config: &Config, split: &Split, seed: u64) -> drtp::estimate::Statistics {
    let samples = FEW.min(split.train.len());
    let bar = Bars::new().add("statistics", (2 * samples * Rule::ALL.len()) as u64);
    let found = statistics(config, &split.train, samples, seed, &|| bar.inc(1));
    bar.finish_and_clear();
    found
}

/// Options of `drtp statistics`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp statistics --data FOLDER --layers 784,128,10 --out mine.toml
  drtp estimate --layers 784,128,10 --statistics mine.toml

The golden model trains for one epoch, with every rule; counted is a second one.")]
pub struct Statistics {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Training samples of an epoch; all without it.
    #[arg(long, value_name = "N")]
    samples: Option<usize>,
    /// The file; without it, stdout.
    #[arg(long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
}

impl Statistics {
    pub fn run(self) -> Result<(), CliError> {
        let config = self.config.draft(self.data.usual())?.config()?;
        let split = self.data.load_for(&config, self.config.seed())?;
        let samples = self.samples.unwrap_or(usize::MAX).min(split.train.len());
        let total = 2 * samples * Rule::ALL.len();
        let bar = Bars::new().add("statistics", total as u64);
        let found = statistics(&config, &split.train, samples, self.config.seed(), &|| bar.inc(1));
        bar.finish_and_clear();
        match &self.out {
            Some(path) => files::write(path, found.to_toml())?,
            None => print!("{}", found.to_toml()),
        }
        Ok(())
    }
}
