//! `drtp cosim`: hardware and golden model in lockstep.
use crate::args::{seeds_json, seeds_text, training, ConfigArgs, DataArgs, DesignArgs, EngineArg, RuleArgs};
use crate::error::CliError;
use crate::files;
use crate::lockstep::{no_mismatch, steps, trained, BATCH};
use crate::progress::Bars;
use crate::weights::{Begin, LoadArgs};
use clap::{Args, ValueEnum};
use drtp::core::draft::Training;
use drtp::core::regs::Counter;
use drtp::core::Config;
use drtp::cosim::groups::save_file;
use drtp::cosim::verilator::Options;
use drtp::cosim::{
    Device, DeviceError, FastDevice, Frame, GoldenDevice, Lockstep, Oracle, RustHdlDevice, Stall, Stalls, Step,
    VerilatorDevice, Waveform,
};
use drtp::data::Split;
use drtp::engine::EngineKind;
use drtp::frames::{taught, with_samples};
use drtp::training::{decayed, share_right, Schedule};
use indicatif::ProgressBar;
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Engines that stand against the golden model.
#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    /// The rust-hdl description, simulated cycle by cycle.
    RustHdl,
    /// The emitted Verilog, compiled by Verilator (5.006 or later) once for each design.
    Verilator,
}
impl Backend {
    /// Waveforms that it writes.
    fn waveforms(self) -> &'static [Waveform] {
        match self {
            Self::RustHdl => &[Waveform::Vcd],
            Self::Verilator => &[Waveform::Vcd, Waveform::Fst],
        }
    }
}

/// Options of `drtp cosim`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp cosim --backend rust-hdl                            2,000 samples of the shipped digits
  drtp cosim --backend verilator --samples 20000           the Verilog itself, much faster
  drtp cosim --samples 20 --trace learning.vcd             with a waveform
  drtp cosim --backend verilator --trace learning.fst      with a packed one
  drtp cosim --inference-only --samples 500                a core without learning, weights trained in software
  drtp cosim --load trained.npz --inference-only           with the weights of drtp train --save
  drtp cosim --lanes 4 --stalls --seed 7 --json            with random pauses on both streams
  drtp cosim --layers 13,9,7,3 --drawn --samples 200       a network that no data set fits

JSON: weight_writes_compared is null where the oracle tells none; final weights and noise are compared all the same.

Of --load come configuration and weights; noise and the order of samples begin anew, as after the weights came over the bus.")]
pub struct Cosim {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    load: LoadArgs,
    /// Samples drawn from the seed instead of a data set, for a network of any sizes: zeros and extremes among them, some
    /// only classified; beside them frames that must be dropped.
    #[arg(long, conflicts_with_all = ["data", "features", "epochs"])]
    drawn: bool,
    /// The engine under test.
    #[arg(long, value_enum, default_value = "rust-hdl")]
    backend: Backend,
    /// Training samples, taken epoch by epoch. A core without learning classifies them: its weights are trained in
    /// software before, on as many epochs.
    #[arg(long, value_name = "N", default_value_t = 2000, conflicts_with = "epochs")]
    samples: usize,
    /// The whole training set, so many times; held to the fast engine, which tells no weight writes: scores, final
    /// weights and the noise are compared.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    epochs: Option<u32>,
    /// What the device is held to: golden, which tells every weight write, or fast.
    #[arg(long, value_enum)]
    oracle: Option<EngineArg>,
    /// Pauses at random on both streams and on all channels of the bus.
    #[arg(long)]
    stalls: bool,
    /// Writes a waveform: .vcd, with its signals grouped by block in a GTKWave save file (.gtkw) beside it; with the
    /// backend verilator also .fst
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Verilog in place of what `emit` writes: a core that you changed, held to the model that it should still equal.
    #[arg(long, value_name = "FILE")]
    verilog: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

/// What both engines are to do.
struct Run<'a> {
    seed: u64,
    samples: usize,
    work: &'a Work,
    config: &'a Config,
    /// Those of a file.
    weights: Option<Vec<Vec<Vec<i32>>>>,
}

/// Where the frames come from.
enum Work {
    /// A training set, epoch by epoch.
    Set { split: Split, plan: Training },
    /// From the seed.
    Drawn(Vec<Frame>),
}

impl Cosim {
    pub fn run(self) -> Result<(), CliError> {
        self.check_trace()?;
        let verilog = self.changed()?;
        let Begin { mut draft, seed, trained } = self.load.begin(&self.config, self.data.usual())?;
        self.rule.apply(&mut draft);
        self.design.apply(&mut draft);
        let plan = training(&mut draft, None)?;
        let config = draft.config()?;
        let (samples, work) = self.work(&config, plan, seed)?;
        let stalls = match self.stalls {
            true => Stalls { input: Stall::Random(80), output: Stall::Random(80), bus: Stall::Random(80), seed },
            false => Stalls::NONE,
        };
        let weights = trained.map(|t| t.weights);
        let run = Run { seed, samples, work: &work, config: &config, weights };
        let ended = self.on_backend(run, stalls, verilog);
        match &self.trace {
            // a waveform of what went wrong is grouped too
            Some(path) if matches!(ended, Ok(()) | Err(CliError::Mismatch { .. })) => self.group(path).and(ended),
            _ => ended,
        }
    }
    /// The save file beside a VCD. GTKWave shows a packed waveform without.
    fn group(&self, path: &Path) -> Result<(), CliError> {
        if Waveform::of(path, &[Waveform::Vcd]).is_none() {
            return Ok(());
        }
        let at = |reason| CliError::File { path: path.into(), reason };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = save_file(BufReader::new(File::open(path).map_err(at)?), &name).map_err(at)?;
        files::write(&path.with_extension("gtkw"), text)
    }
    fn on_backend(&self, run: Run, stalls: Stalls, verilog: Option<String>) -> Result<(), CliError> {
        let config = run.config;
        match self.backend {
            Backend::RustHdl => {
                let mut device = RustHdlDevice::new(config, stalls)?;
                if let Some(path) = &self.trace {
                    let file = File::create(path).map_err(|reason| CliError::File { path: path.clone(), reason })?;
                    device.trace(Box::new(file))?;
                }
                self.beside_oracle(run, device, 0.0)
            }
            Backend::Verilator => {
                let changed = verilog.is_some();
                let options = Options { trace: self.trace.clone(), verilog, ..Options::default() };
                let bars = Bars::new();
                let mut spinner = None;
                let begin = Instant::now();
                let mut compiling = || spinner = Some(bars.spin("compiling the model (once for each design)"));
                let device = VerilatorDevice::with_options(config, stalls, &options, &mut compiling);
                let device = device.map_err(|e| match e {
                    // the user's file, and not our defect
                    DeviceError::Build { .. } if changed => CliError::Environment(e),
                    e => e.into(),
                })?;
                let build = if spinner.is_some() { begin.elapsed().as_secs_f64() } else { 0.0 };
                spinner.iter().for_each(ProgressBar::finish_and_clear);
                self.beside_oracle(run, device, build)
            }
        }
    }
    /// The frames, and how many of them are samples.
    fn work(&self, config: &Config, mut plan: Training, seed: u64) -> Result<(usize, Work), CliError> {
        if self.drawn {
            return Ok((self.samples, Work::Drawn(with_samples(config, self.samples, seed))));
        }
        let split = self.data.load_for(config, seed)?;
        let samples = match self.epochs {
            Some(epochs) => epochs as usize * split.train.len(),
            None => self.samples,
        };
        plan.epochs = samples.div_ceil(split.train.len().max(1));
        Ok((samples, Work::Set { split, plan }))
    }
    /// The user's own Verilog.
    fn changed(&self) -> Result<Option<String>, CliError> {
        let Some(path) = &self.verilog else { return Ok(None) };
        if matches!(self.backend, Backend::RustHdl) {
            return Err(CliError::Usage("--verilog: the backend rust-hdl reads no Verilog (take verilator)".into()));
        }
        let read = |reason| CliError::File { path: path.clone(), reason };
        std::fs::read_to_string(path).map(Some).map_err(read)
    }
    /// What can be told before anything is built.
    fn check_trace(&self) -> Result<(), CliError> {
        let Some(path) = &self.trace else { return Ok(()) };
        let accepted = self.backend.waveforms();
        if Waveform::of(path, accepted).is_some() {
            return Ok(());
        }
        let list: Vec<String> = accepted.iter().map(|w| format!(".{}", w.suffix())).collect();
        let name = self.backend.to_possible_value().map_or(String::new(), |v| v.get_name().into());
        let more = match Waveform::of(path, Backend::Verilator.waveforms()) {
            Some(_) => " (--backend verilator writes it)",
            None => "",
        };
        Err(CliError::Usage(format!(
            "--trace {}: the backend {name} writes {}{more}",
            path.display(),
            list.join(" and ")
        )))
    }
    /// `build` is how long the model took to compile.
    fn beside_oracle<D: Device>(&self, run: Run, device: D, build: f64) -> Result<(), CliError> {
        match self.oracle() {
            EngineKind::Golden => self.lockstep(&run, GoldenDevice::new(run.config), device, build),
            EngineKind::Fast => self.lockstep(&run, FastDevice::new(run.config), device, build),
        }
    }
    /// Golden tells every weight write; whole data sets are for the fast engine.
    fn oracle(&self) -> EngineKind {
        match (self.oracle, self.epochs) {
            (Some(engine), _) => engine.kind(),
            (None, Some(_)) => EngineKind::Fast,
            (None, None) => EngineKind::Golden,
        }
    }
    /// Device and oracle on the frames.
    fn lockstep<D: Device, O: Oracle>(&self, run: &Run, oracle: O, device: D, build: f64) -> Result<(), CliError> {
        let Run { seed, samples, work, config, .. } = *run;
        let bars = Bars::new();
        let bar = bars.add(&format!("{} = {}", oracle.name(), device.name()), samples as u64);
        let begin = Instant::now();
        let mut both = Lockstep::with_oracle(config, oracle, device);
        let weights = match (&run.weights, work) {
            (Some(weights), _) => Some(weights.clone()),
            (None, _) if config.design().learning => None,
            (None, Work::Set { split, plan }) => Some(trained(config, plan, split, seed)),
            (None, Work::Drawn(frames)) => Some(taught(config, frames)),
        };
        if let Some(weights) = weights {
            both.run(&[Step::Load(weights)])?;
        }
        match work {
            Work::Set { split, plan } => train(&mut both, split, plan, run, &bar)?,
            Work::Drawn(frames) => {
                for batch in frames.chunks(BATCH) {
                    both.run(&batch.iter().cloned().map(Step::Frame).collect::<Vec<_>>())?;
                    bar.set_position(both.device.counters().samples);
                }
            }
        }
        both.finish()?;
        bar.finish_and_clear();
        let seconds = begin.elapsed().as_secs_f64();
        let mismatches = both.scoreboard.mismatches();
        let counters = both.device.counters();
        let (scores, writes) = both.scoreboard.compared();
        // an oracle that tells no writes is held to what they come to: every final weight
        let writes = both.oracle.tells_writes().then_some(writes);
        let counted = both.device.read_counters()?;
        let per_sample = |counter: Counter| {
            let found = counted.iter().find(|c| c.0 == counter);
            found.map(|c| c.1 as f64 / counters.samples.max(1) as f64)
        };
        let test_accuracy = match work {
            Work::Set { split, .. } => Some(share_right(&split.test, |x| both.oracle.class(x))),
            Work::Drawn(_) => None,
        };
        if self.json {
            println!(
                "{}",
                json!({
                    "backend": both.device.name(),
                    "oracle": both.oracle.name(),
                    "mismatches": mismatches.len(),
                    "samples": counters.samples,
                    "dropped": counters.dropped,
                    "scores_compared": scores,
                    "weight_writes_compared": writes,
                    "cycles": counters.cycles,
                    "cycles_per_second": counters.cycles as f64 / seconds.max(1e-9),
                    "wall_seconds": seconds,
                    "compile_seconds": build,
                    "busy_cycles_per_sample": per_sample(Counter::BusyCycles),
                    "events_per_sample": per_sample(Counter::Events),
                    "saturations_per_sample": per_sample(Counter::Saturations),
                    "weight_reads_per_sample": counters.weight_reads as f64 / counters.samples.max(1) as f64,
                    "weight_writes_per_sample": counters.weight_writes as f64 / counters.samples.max(1) as f64,
                    "test_accuracy": test_accuracy,
                    "trace": self.trace,
                    "seeds": seeds_json(seed, config.network().seeds),
                })
            );
        } else {
            println!(
                "{} samples, {} cycles, {scores} scores and {} compared: {} mismatches ({:.0} cycles/s, {}){}",
                counters.samples,
                counters.cycles,
                writes.map_or("every final weight".into(), |n| format!("{n} weight writes")),
                mismatches.len(),
                counters.cycles as f64 / seconds.max(1e-9),
                seeds_text(seed, config.network().seeds),
                test_accuracy.map_or(String::new(), |a| format!("; test accuracy {:.2} %", 100.0 * a))
            );
        }
        no_mismatch(both.device.name(), mismatches)
    }
}

/// The training set, epoch by epoch, at learning rates that fall; a core without learning classifies it.
fn train<D: Device, O: Oracle>(
    both: &mut Lockstep<D, O>,
    split: &Split,
    plan: &Training,
    run: &Run,
    bar: &ProgressBar,
) -> Result<(), DeviceError> {
    let learns = run.config.design().learning;
    let mut schedule = Schedule::new(plan, run.seed);
    let mut left = run.samples;
    while let Some((mut order, decay)) = schedule.next_epoch(split.train.len()) {
        order.truncate(left);
        left -= order.len();
        for batch in order.chunks(BATCH) {
            both.run(&steps(&split.train, batch, learns))?;
            bar.inc(batch.len() as u64);
        }
        if learns && decay && left > 0 {
            let next = decayed(both.oracle.config().network());
            both.run(&[Step::Configure(next)])?;
        }
    }
    Ok(())
}
