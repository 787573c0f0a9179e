//! `drtp train`: a network in software alone.
use crate::args::{seeds_json, training, ConfigArgs, DataArgs, EngineArg, RuleArgs};
use crate::error::CliError;
use crate::progress::Bars;
use clap::Args;
use drtp::engine::Engine;
use drtp::training::{decayed, Schedule};
use serde_json::json;
use std::time::Instant;

/// Samples between two looks at the progress bar: a look costs a few percent of a fast sample.
const STRIDE: usize = 256;

/// Options of `drtp train`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp train                                              the shipped digits
  drtp train --data mnist --layers 784,128,10 --epochs 3 --rule gated --json
  drtp train --engine golden                              the same numbers from the oracle

JSON: samples_per_second counts training alone, without the test after each epoch; update_share is the share of
samples after which some layer owed an update.")]
pub struct Train {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Who computes. Both give the same numbers, bit for bit.
    #[arg(long, value_enum, default_value = "fast")]
    engine: EngineArg,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Train {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.config.draft(self.data.usual())?;
        self.rule.apply(&mut draft);
        let plan = training(&mut draft, self.epochs)?;
        let mut config = draft.config()?;
        let seed = self.config.seed();
        let split = self.data.load_for(&config, seed)?;
        let kind = self.engine.kind();
        let mut engine = Engine::new(kind, &config);
        let mut schedule = Schedule::new(&plan, seed);
        let bars = Bars::new();
        let bar = bars.add(kind.name(), (schedule.epochs() * split.train.len()) as u64);
        let mut curve = vec![];
        let mut owing = 0u64;
        let mut training_seconds = 0.0;
        while let Some((order, decay)) = schedule.next_epoch(split.train.len()) {
            let begin = Instant::now();
            for some in order.chunks(STRIDE) {
                owing += engine.learn_all(&split.train, some);
                bar.inc(some.len() as u64);
            }
            training_seconds += begin.elapsed().as_secs_f64();
            if decay {
                config = config.with_network(decayed(config.network()))?;
                engine.reconfigure(&config);
            }
            curve.push(engine.accuracy(&split.test));
            bar.println(format!("epoch {}: test accuracy {:.4}", curve.len(), curve[curve.len() - 1]));
        }
        bar.finish_and_clear();
        let test_accuracy = curve.last().copied().unwrap_or_else(|| engine.accuracy(&split.test));
        let samples = (schedule.epochs() * split.train.len()) as u64;
        if self.json {
            println!(
                "{}",
                json!({
                    "engine": kind.name(),
                    "rule": config.network().rule,
                    "layers": config.network().sizes(),
                    "data": split.train.name(),
                    "epochs": schedule.epochs(),
                    "samples": samples,
                    "test_accuracy": test_accuracy,
                    "test_accuracy_by_epoch": curve,
                    "samples_that_owe_an_update": owing,
                    "update_share": owing as f64 / samples.max(1) as f64,
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
