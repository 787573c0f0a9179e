//! `drtp ceiling`: integer backpropagation, in software alone.
use crate::args::{seeds_json, seeds_text, training, ConfigArgs, DataArgs};
use crate::error::CliError;
use crate::progress::Bars;
use clap::Args;
use drtp::ceiling::train;
use drtp::data::{split_validation, Split};
use serde_json::json;

/// Options of `drtp ceiling`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp ceiling                                            the shipped digits
  drtp ceiling --data FOLDER --layers 784,128,10 --json
  drtp ceiling --data FOLDER --config FILE.toml --holdout 10000     for choosing shifts: the test set stays unseen

Number formats, output error, initial weights and stochastic rounding are those of the hardware (docs/numerics.md), but hidden
layers get the error sent back through the weights. No hardware does this: it is what the rules that the hardware has
are held against. Of a configuration file, rule, projection and margin play no part.")]
pub struct CeilingArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Learn all but the last N training samples and measure on those, instead of on the test set.
    #[arg(long, value_name = "N")]
    holdout: Option<usize>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl CeilingArgs {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.config.draft(self.data.usual())?;
        let plan = training(&mut draft, self.epochs)?;
        let config = draft.config()?;
        let seed = self.config.seed();
        let mut split = self.data.load_for(&config, seed)?;
        if let Some(last) = self.holdout.filter(|n| *n > 0) {
            let parts = split_validation(&split.train, last)?;
            split = Split { train: parts.train, test: parts.validation };
        }
        let bar = Bars::new().count("integer BP", plan.epochs as u64, "epochs");
        let mut curve = vec![];
        let trained = train(&config, &plan, seed, &split.train, &mut |network| {
            curve.push(network.accuracy(&split.test));
            bar.inc(1);
        });
        bar.finish_and_clear();
        let accuracy = curve.last().copied().unwrap_or_else(|| trained.accuracy(&split.test));
        if self.json {
            println!(
                "{}",
                json!({
                    "rule": "integer_bp",
                    "hardware": false,
                    "layers": config.network().sizes(),
                    "data": split.train.name(),
                    "measured_on": split.test.name(),
                    "epochs": plan.epochs,
                    "samples": plan.epochs * split.train.len(),
                    "test_accuracy": accuracy,
                    "test_accuracy_by_epoch": curve,
                    "seeds": seeds_json(seed, config.network().seeds),
                })
            );
        } else {
            let on = split.test.name();
            let seeds = seeds_text(seed, config.network().seeds);
            println!("integer backpropagation (software only): accuracy {:.2} % on {on}, {seeds}", 100.0 * accuracy);
        }
        Ok(())
    }
}
