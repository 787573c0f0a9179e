//! `drtp cosim`: hardware and golden model in lockstep.
use crate::args::{seeds_json, training, ConfigArgs, DataArgs, RuleArgs, DIGITS};
use crate::error::CliError;
use crate::lockstep::{no_mismatch, steps, BATCH};
use crate::progress::Bars;
use clap::{Args, ValueEnum};
use drtp::cosim::{Device, Lockstep, RustHdlDevice, Stall, Stalls, Step};
use drtp::training::{accuracy, decayed, Schedule};
use serde_json::json;
use std::fs::File;
use std::path::PathBuf;
use std::time::Instant;

/// Engines that stand against the golden model.
#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    /// The rust-hdl description, simulated cycle by cycle.
    RustHdl,
}

/// Options of `drtp cosim`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp cosim --backend rust-hdl                            2,000 samples of the shipped digits
  drtp cosim --samples 20 --trace learning.vcd             with a waveform
  drtp cosim --lanes 4 --stalls --seed 7 --json            with random pauses on both streams")]
pub struct Cosim {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    data: DataArgs,
    /// The engine under test.
    #[arg(long, value_enum, default_value = "rust-hdl")]
    backend: Backend,
    /// Training samples, taken epoch by epoch.
    #[arg(long, value_name = "N", default_value_t = 2000)]
    samples: usize,
    /// Pauses at random on both streams.
    #[arg(long)]
    stalls: bool,
    /// Writes a waveform (VCD).
    #[arg(long, value_name = "FILE.vcd")]
    trace: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Cosim {
    pub fn run(self) -> Result<(), CliError> {
        let Backend::RustHdl = self.backend;
        let mut draft = self.config.draft(DIGITS)?;
        self.rule.apply(&mut draft);
        let mut plan = training(&mut draft, None)?;
        let config = draft.config()?;
        let seed = self.config.seed();
        let split = self.data.load_for(&config, seed)?;
        plan.epochs = self.samples.div_ceil(split.train.len().max(1));
        let stalls = match self.stalls {
            true => Stalls { input: Stall::Random(80), output: Stall::Random(80), seed },
            false => Stalls::NONE,
        };
        let mut device = RustHdlDevice::new(&config, stalls)?;
        if let Some(path) = &self.trace {
            let file = File::create(path).map_err(|reason| CliError::File { path: path.clone(), reason })?;
            device.trace(Box::new(file))?;
        }
        let bars = Bars::new();
        let bar = bars.add("golden = rust-hdl", self.samples as u64);
        let begin = Instant::now();
        let mut both = Lockstep::new(&config, device);
        let mut schedule = Schedule::new(&plan, seed);
        let mut left = self.samples;
        while let Some((mut order, decay)) = schedule.next_epoch(split.train.len()) {
            order.truncate(left);
            left -= order.len();
            for batch in order.chunks(BATCH) {
                both.run(&steps(&split.train, batch, true))?;
                bar.inc(batch.len() as u64);
            }
            if decay && left > 0 {
                let next = decayed(both.golden.model().network());
                both.run(&[Step::Configure(next)])?;
            }
        }
        both.finish()?;
        bar.finish_and_clear();
        let seconds = begin.elapsed().as_secs_f64();
        let mismatches = both.scoreboard.mismatches();
        let counters = both.device.counters();
        let (scores, writes) = both.scoreboard.compared();
        let test_accuracy = accuracy(both.golden.model(), &split.test);
        if self.json {
            println!(
                "{}",
                json!({
                    "backend": both.device.name(),
                    "mismatches": mismatches.len(),
                    "samples": counters.samples,
                    "scores_compared": scores,
                    "weight_writes_compared": writes,
                    "cycles": counters.cycles,
                    "cycles_per_second": counters.cycles as f64 / seconds.max(1e-9),
                    "wall_seconds": seconds,
                    "weight_reads_per_sample": counters.weight_reads as f64 / counters.samples.max(1) as f64,
                    "weight_writes_per_sample": counters.weight_writes as f64 / counters.samples.max(1) as f64,
                    "test_accuracy": test_accuracy,
                    "trace": self.trace,
                    "seeds": seeds_json(seed, config.network().seeds),
                })
            );
        } else {
            println!(
                "{} samples, {} cycles, {scores} scores and {writes} weight writes compared: {} mismatches \
                 ({:.0} cycles/s, seed {seed}); test accuracy {:.2} %",
                counters.samples,
                counters.cycles,
                mismatches.len(),
                counters.cycles as f64 / seconds.max(1e-9),
                100.0 * test_accuracy
            );
        }
        no_mismatch(both.device.name(), mismatches)
    }
}
