//! The emitted Verilog, compiled by Verilator and driven in batches of cycles.
//!
//! ```text
//! config -> emit -> verilator -> C++ compiler -> shared library, in a cache under the hash of all that went in
//!                                                     |
//! Hardware (the driver) -> VerilatorPins -> ffi -> shim.cpp -> model
//! ```
//! A model is compiled once for each design. Spied signals are made readable by a configuration file of Verilator, so
//! what is simulated is what is handed over.
pub mod board;
mod build;
mod cache;
mod coverage;
mod ffi;
mod sites;
mod spy;
mod tool;

pub use build::emitted;
pub use cache::{Cache, CacheUse};
pub use coverage::{Point, PointKind, Points};
pub use sites::{sites, Role, Site};

use crate::bench::{Hardware, Inputs, Log, Outputs, Pins, StreamRun, Tables};
use crate::device::DeviceError;
use crate::stall::{Staller, Stalls};
use crate::waveform::Waveform;
use drtp_core::layout::Place;
use drtp_core::{Bank, BankStyle, Config};
use drtp_files::Program;
use ffi::{Model, Part, Seen};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const NAME: &str = "verilator";
/// Cycles of the first and of the later parts of a run with pauses, which are drawn before.
const FIRST_PART: usize = 256;
const LATER_PARTS: usize = 4096;

/// The emitted Verilog behind the device trait.
pub type VerilatorDevice = Hardware<VerilatorPins>;

/// How a model begins.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the memories hold at power-up.
    pub power_up: u32,
    /// Writes a waveform to this file.
    pub trace: Option<PathBuf>,
    /// Verilog to simulate in place of what is emitted: a core that somebody changed. It must still have the registers
    /// by which the device sees weights and their writes.
    pub verilog: Option<String>,
    /// Bits of registers and memories can be flipped ([`VerilatorPins::fault`]).
    pub faults: bool,
    /// What was ever active is counted ([`VerilatorPins::coverage`]).
    pub coverage: bool,
}
impl Default for Options {
    fn default() -> Self {
        Self { power_up: 0x5EED_C0DE, trace: None, verilog: None, faults: false, coverage: false }
    }
}

/// A compiled core.
pub struct VerilatorPins {
    model: Model,
    lanes: usize,
}

/// Whether a Verilator is there that will do.
///
/// # Errors
/// With what was found, what is needed and how to get it.
pub fn available() -> Result<(), DeviceError> {
    tool::Tool::find().map(|_| ())
}

impl Hardware<VerilatorPins> {
    /// A device that was just reset and has written its initial weights.
    ///
    /// # Errors
    /// No usable Verilator or C++ compiler, the design could not be built, or it does not come out of reset.
    pub fn new(config: &Config, stalls: Stalls) -> Result<Self, DeviceError> {
        Self::with_options(config, stalls, &Options::default(), &mut || ())
    }
    /// The same, with options. `compiling` is called if the model must be compiled first.
    ///
    /// # Errors
    /// Also: the waveform cannot be written, or its suffix is neither `.vcd` nor `.fst`.
    pub fn with_options(
        config: &Config,
        stalls: Stalls,
        options: &Options,
        compiling: &mut dyn FnMut(),
    ) -> Result<Self, DeviceError> {
        if config.design().bank_style == BankStyle::Ecp5 {
            let reason = "design.bank_style ecp5 is made of cells into which no simulator looks; take inferred, which means the same";
            return Err(DeviceError::Tool(format!("{NAME}: {reason}")));
        }
        let trace = options.trace.as_deref().map(writable).transpose()?;
        let kind = build::Kind { trace, faults: options.faults, coverage: options.coverage };
        let library = build::library(config, kind, options.verilog.as_deref(), compiling)?;
        let model = Model::new(&library, options.power_up)
            .ok_or_else(|| DeviceError::Build { device: NAME.into(), reason: "no memory for the model".into() })?;
        let mut pins = VerilatorPins { model, lanes: config.design().lanes };
        if let Some(path) = &options.trace {
            if !pins.model.trace(path) {
                return Err(DeviceError::Trace(std::io::Error::other(format!(
                    "{}: cannot be written",
                    path.display()
                ))));
            }
        }
        Self::with_pins(config, stalls, pins)
    }
}

impl VerilatorPins {
    /// What was active so far, by the points of a model that was built for it.
    ///
    /// # Errors
    /// The model was not, or the temporary file of the counts cannot be written or read.
    pub fn coverage(&mut self) -> Result<Points, DeviceError> {
        // of this process and this call
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let name = format!("drtp-coverage-{}-{}.dat", std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed));
        let file = std::env::temp_dir().join(name);
        if !self.model.coverage(&file) {
            let reason = "the model was built without coverage".into();
            return Err(DeviceError::Build { device: NAME.into(), reason });
        }
        let bytes = std::fs::read(&file).map_err(|e| DeviceError::Tool(format!("{}: {e}", file.display())))?;
        // it is a temporary file all the same
        let _ = std::fs::remove_file(&file);
        Ok(Points::read(&String::from_utf8_lossy(&bytes)))
    }
    /// Lets a bit of a site flip when the given cycle begins, beside those that were asked for before: `site` counts as
    /// [`sites`] does. Whether this model can.
    pub fn fault(&mut self, cycle: u64, site: usize, word: usize, bit: usize) -> bool {
        self.model.fault(cycle, site, word, bit)
    }
}

/// The kind of waveform that goes into a file which can be written. Found out before anything is compiled.
fn writable(path: &Path) -> Result<Waveform, DeviceError> {
    let named = |e: &dyn std::fmt::Display| std::io::Error::other(format!("{}: {e}", path.display()));
    let kind = Waveform::of(path, &[Waveform::Vcd, Waveform::Fst])
        .ok_or_else(|| DeviceError::Trace(named(&"accepted are .vcd and .fst")))?;
    std::fs::File::create(path).map_err(|e| DeviceError::Trace(named(&e)))?;
    Ok(kind)
}

/// What this backend starts, as it is on this machine.
pub fn programs() -> Vec<Program> {
    vec![tool::Tool::program(), build::compiler()]
}

fn seen(log: &mut Log) -> Seen<'_> {
    Seen { writes: &mut log.writes, weight_reads: &mut log.weight_reads, events: &mut log.events }
}

/// The pauses of the next `cycles` cycles; nothing for a stream that never pauses. The staller itself stays where it is.
fn pauses(staller: &Staller, cycles: usize) -> Option<Vec<u8>> {
    let mut ahead = staller.clone();
    staller.can_pause().then(|| (0..cycles).map(|_| u8::from(ahead.pauses())).collect())
}

impl Pins for VerilatorPins {
    fn name(&self) -> &'static str {
        NAME
    }
    fn cycles(&self) -> u64 {
        self.model.cycles()
    }
    fn set_tables(&mut self, tables: &Tables) {
        self.model.set_existing(false, &tables[0]);
        self.model.set_existing(true, &tables[1]);
    }
    fn cycle(&mut self, inputs: &Inputs, log: &mut Log) -> Result<Outputs, DeviceError> {
        Ok(self.model.cycle(inputs, self.lanes, seen(log)))
    }
    fn stream(&mut self, run: &mut StreamRun, log: &mut Log) -> Result<(), DeviceError> {
        let frames = run.beats.iter().filter(|b| b.last != 0).count();
        let mut verdicts: Vec<u8> = Vec::with_capacity(frames + 1);
        let mut cycles = FIRST_PART;
        while !run.is_done() {
            let (source, sink) = (pauses(run.source, cycles), pauses(run.sink, cycles));
            run.begins.reserve(frames + 1);
            run.scores.reserve(4096);
            log.writes.reserve(self.lanes * LATER_PARTS);
            verdicts.clear();
            let mut part = Part {
                beats: &run.beats,
                source: source.as_deref(),
                sink: sink.as_deref(),
                cycles,
                patience: run.patience,
                taken: run.taken,
                packets: run.packets,
                accepted: run.verdicts.iter().filter(|v| v.is_none()).count(),
                still: run.still,
                offered: run.offered,
                begins: &mut run.begins,
                verdicts: &mut verdicts,
                scores: &mut run.scores,
            };
            let used = self.model.stream(&mut part, seen(log));
            (run.taken, run.packets, run.still, run.offered) = (part.taken, part.packets, part.still, part.offered);
            run.verdicts.extend(verdicts.iter().map(|v| crate::bench::verdict(v >> 1, v & 1)));
            run.source.skip(used);
            run.sink.skip(used);
            run.check_patience(NAME, self.cycles())?;
            cycles = LATER_PARTS.min(2 * cycles);
        }
        Ok(())
    }
    fn word(&self, place: Place) -> i32 {
        self.model.word(place.bank == Bank::Output, place.lane, place.word)
    }
    fn noise_state(&self) -> u32 {
        self.model.noise()
    }
    fn check(&self) -> Result<(), DeviceError> {
        let h = self.model.hazard();
        let what = match h.kind {
            0 => return Ok(()),
            3 => format!("its one port read word {} and wrote another in one cycle", h.word),
            1 => format!("word {} was read and written in one cycle", h.word),
            _ => format!("word {} does not exist", h.word),
        };
        let memory = format!("{} bank of lane {}", if h.output != 0 { "output" } else { "hidden" }, h.lane);
        Err(DeviceError::Hazard { device: NAME.into(), memory, what, at: h.cycle })
    }
}
