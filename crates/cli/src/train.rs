//! `drtp train`: the golden model alone.
use crate::args::{seeds_json, training, ConfigArgs, DataArgs, RuleArgs, DIGITS};
use crate::error::CliError;
use crate::progress::Bars;
use clap::Args;
use drtp::golden::Model;
use drtp::training::{accuracy, decayed, Schedule};
use serde_json::json;
use std::time::Instant;

/// Options of `drtp train`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp train                                              the shipped digits
  drtp train --data mnist --layers 784,128,10 --epochs 3 --rule gated --json")]
pub struct Train {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Train {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.config.draft(DIGITS)?;
        self.rule.apply(&mut draft);
        let plan = training(&mut draft, self.epochs)?;
        let mut config = draft.config()?;
        let seed = self.config.seed();
        let split = self.data.load_for(&config, seed)?;
        let mut model = Model::new(&config);
        let mut schedule = Schedule::new(&plan, seed);
        let bars = Bars::new();
        let bar = bars.add("golden", (schedule.epochs() * split.train.len()) as u64);
        let mut curve = vec![];
        let mut owing = 0u64;
        let mut training_seconds = 0.0;
        while let Some((order, decay)) = schedule.next_epoch(split.train.len()) {
            let begin = Instant::now();
            for i in order {
                let s = split.train.sample(i);
                owing += u64::from(model.learn(s.x, usize::from(s.target)).owes);
                bar.inc(1);
            }
            training_seconds += begin.elapsed().as_secs_f64();
            if decay {
                config = config.with_network(decayed(config.network()))?;
                model.reconfigure(&config);
            }
            curve.push(accuracy(&model, &split.test));
            bar.println(format!("epoch {}: test accuracy {:.4}", curve.len(), curve[curve.len() - 1]));
        }
        bar.finish_and_clear();
        let test_accuracy = curve.last().copied().unwrap_or_else(|| accuracy(&model, &split.test));
        let samples = (schedule.epochs() * split.train.len()) as u64;
        if self.json {
            println!(
                "{}",
                json!({
                    "engine": "golden",
                    "rule": config.network().rule,
                    "layers": config.network().sizes(),
                    "data": split.train.name(),
                    "epochs": schedule.epochs(),
                    "samples": samples,
                    "test_accuracy": test_accuracy,
                    "test_accuracy_by_epoch": curve,
                    "samples_that_owe_an_update": owing,
                    "samples_per_second": samples as f64 / training_seconds.max(1e-9),
                    "seeds": seeds_json(seed, config.network().seeds),
                })
            );
        } else {
            println!("{}: test accuracy {:.2} %, seed {seed}", config.network().rule.name(), 100.0 * test_accuracy);
        }
        Ok(())
    }
}
