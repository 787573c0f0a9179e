//! `drtp train`: a network in software alone.
use crate::args::{seeds_json, seeds_text, training, ConfigArgs, DataArgs, EngineArg, RuleArgs};
use crate::error::CliError;
use crate::progress::Bars;
use crate::weights::{check_place, Begin, LoadArgs};
use clap::Args;
use drtp::core::draft::Training;
use drtp::core::Config;
use drtp::engine::Engine;
use drtp::training::{decayed, Schedule};
use drtp::weights::{Progress, Trained};
use serde_json::json;
use std::path::PathBuf;
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
  drtp train --epochs 2 --save half.npz                   keep what was learned, for Python too (docs/weights.md)
  drtp train --load half.npz --epochs 2 --save whole.npz  go on: the same bits as of 4 epochs in one go

A file is written after each epoch, whole or not at all. It knows seed and epochs behind it: --load goes on with the
next order of samples and the next fall of the learning rate, if the data are the same. --epochs counts those of this
run. Another --seed changes the order, and which of the shipped digits are for testing; the configuration's own seeds
are the file's.

Usual shifts suit tens of thousands of samples. Of a few hundred a network learns more with smaller ones: a smaller
network.layer[].shift in a file of --config (docs/tutorial.md, 3).

JSON: samples_per_second counts training alone, without the test after each epoch; update_share is the share of
samples after which some layer owed an update.")]
pub struct Train {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    load: LoadArgs,
    /// Writes weights, noise and configuration, which NumPy reads.
    #[arg(long, value_name = "FILE.npz")]
    save: Option<PathBuf>,
    /// Who computes. Both give the same numbers, bit for bit.
    #[arg(long, value_enum, default_value = "fast")]
    engine: EngineArg,
    /// Passes over the training set in this run.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Train {
    pub fn run(self) -> Result<(), CliError> {
        self.save.as_deref().map_or(Ok(()), check_place)?;
        let Begin { mut draft, seed, trained } = self.load.begin(&self.config, self.data.usual())?;
        self.rule.apply(&mut draft);
        let plan = training(&mut draft, self.epochs)?;
        let mut config = draft.config()?;
        let split = self.data.load_for(&config, seed)?;
        let kind = self.engine.kind();
        let mut engine = Engine::new(kind, &config);
        if let Some(trained) = &trained {
            engine.restore(&trained.weights, trained.noise);
        }
        let before = trained.and_then(|t| t.progress).map_or(0, |p| p.epochs);
        let mut schedule = Schedule::after(before as usize, split.train.len(), &plan, seed);
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
            self.save(&engine, &config, seed, before + curve.len() as u32, &plan)?;
            bar.println(format!("epoch {}: test accuracy {:.4}", curve.len(), curve[curve.len() - 1]));
        }
        bar.finish_and_clear();
        if curve.is_empty() {
            self.save(&engine, &config, seed, before, &plan)?;
        }
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
                    "epochs_before": before,
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
            let seeds = seeds_text(seed, config.network().seeds);
            println!("{}: test accuracy {:.2} %, {seeds}", config.network().rule.name(), 100.0 * test_accuracy);
        }
        Ok(())
    }
    /// Writes what was learned, if that is wanted.
    fn save(&self, engine: &Engine, config: &Config, seed: u64, epochs: u32, plan: &Training) -> Result<(), CliError> {
        let Some(path) = &self.save else { return Ok(()) };
        let progress = Some(Progress { seed, epochs, decay_after: plan.decay_after.clone() });
        let trained =
            Trained { config: config.clone(), weights: engine.weights(), noise: engine.noise_state(), progress };
        Ok(trained.save(path)?)
    }
}
