//! The whole run: Verilog, synthesis, place and route for each seed, bitstream, figures.
use crate::board::{Board, Family};
use crate::budget::Resources;
use crate::error::{at, SynthError};
use crate::figures::{cycles_per_sample, link_samples_per_second, Spread};
use crate::path::{CriticalPath, Words};
use crate::place::{pack, pins, place};
use crate::pll::Pll;
use crate::report::{Report, Use};
use crate::script::JSON;
use crate::sources;
use crate::tools::Tools;
use crate::yosys;
use drtp_core::{Config, Design};
use drtp_hdl::TOP;
use serde_json::{json, Value};
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Name of the file that holds the outcome.
const SUMMARY: &str = "synth.json";
/// Seeds without a legal placement that are replaced by others, in one run.
const MOST_REPLACED: usize = 8;

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seeds of place and route; at least one.
    pub seeds: Vec<u64>,
    /// Seeds at once.
    pub jobs: usize,
    /// The core's clock in MHz, if not the board's.
    pub mhz: Option<f64>,
    /// Whether the core alone is synthesised too, with learning and without, to tell what learning costs.
    pub learning: bool,
    /// Folder of every file.
    pub out: PathBuf,
}

/// What is being done, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Verilog is written and synthesised.
    Synthesis,
    /// The core alone is synthesised, with learning and without.
    Learning,
    /// So many seeds are done.
    PlaceAndRoute(usize),
    /// No legal placement was found with `seed`: `next` is tried in its place.
    NoPlace {
        /// The seed.
        seed: u64,
        /// The one that replaces it.
        next: u64,
    },
    /// The best seed becomes a bitstream.
    Bitstream,
}

/// One seed of place and route.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The seed.
    pub seed: u64,
    /// What the core's clock can be, in MHz.
    pub fmax: f64,
}

/// LUT4 of the core alone, counters off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learning {
    /// With learning hardware.
    pub with: u64,
    /// Without.
    pub without: u64,
}

impl Learning {
    /// What learning adds, as a share of a core without.
    pub fn overhead(&self) -> f64 {
        self.with as f64 / self.without.max(1) as f64 - 1.0
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The board.
    pub board: Board,
    /// Lanes, and sizes of the network.
    pub config: Config,
    /// The PLL's setting.
    pub pll: Pll,
    /// What the design takes, by Yosys' cells.
    pub used: Resources,
    /// Carry cells among them.
    pub carry: u64,
    /// Logic cells as nextpnr packs them, LUTs of carry chains among them: their name, and how many.
    pub packed: (&'static str, Use),
    /// In the order of the options.
    pub seeds: Vec<Seed>,
    /// Over the seeds, in MHz.
    pub fmax: Spread,
    /// Of the best seed.
    pub critical: CriticalPath,
    /// What learning costs, if that was asked.
    pub learning: Option<Learning>,
    /// From the best seed.
    pub bitstream: PathBuf,
    /// Its size.
    pub bitstream_bytes: u64,
}

/// The PLL's setting for `mhz`, or the board's own clock, where the serial link keeps its rate.
///
/// # Errors
/// Either is out of reach.
pub fn pll(board: &Board, mhz: Option<f64>) -> Result<Pll, SynthError> {
    let pll = Pll::new(board.family, board.clock.pin, mhz.unwrap_or(board.clock.core))?;
    sources::bridge(board, pll.mhz(board.clock.pin))?;
    Ok(pll)
}

/// Makes the bitstream of `config` for `board`.
///
/// # Errors
/// See [`SynthError`]. A clock that is missed is none: [`Outcome::timing_met`] tells.
pub fn synthesise(
    tools: &Tools,
    board: &Board,
    config: &Config,
    options: &Options,
    progress: &(dyn Fn(Stage) + Sync),
) -> Result<Outcome, SynthError> {
    let out = options.out.as_path();
    let pll = pll(board, options.mhz)?;
    progress(Stage::Synthesis);
    let (cells, verilog) = netlist_of_board(tools, board, config, &pll, out)?;
    let used = cells.resources(board.family);
    if let Some(excess) = used.excess(&board.budget) {
        return Err(SynthError::TooLarge { part: board.part.name.clone(), excess });
    }
    let learning = match options.learning {
        true => {
            progress(Stage::Learning);
            Some(learning(tools, board, config, out)?)
        }
        false => None,
    };
    let reports = place_all(tools, board, options, pll.mhz(board.clock.pin), progress)?;
    let seeds: Vec<Seed> = reports.iter().map(|(seed, r)| Seed { seed: *seed, fmax: r.fmax() }).collect();
    let best = (0..seeds.len()).max_by(|a, b| seeds[*a].fmax.total_cmp(&seeds[*b].fmax));
    let fmax = Spread::of(&seeds.iter().map(|s| s.fmax).collect::<Vec<_>>());
    let (Some(best), Some(fmax)) = (best, fmax) else {
        return Err(SynthError::Clock("no seed to place and route with".into()));
    };
    progress(Stage::Bitstream);
    let (bitstream, bitstream_bytes) = pack(tools, board, out, seeds[best].seed)?;
    let words = Words::read(&out.join(JSON), board.name.name(), &verilog)?;
    let outcome = Outcome {
        board: board.clone(),
        config: config.clone(),
        pll,
        used,
        carry: cells.carry(),
        packed: reports[best].1.logic_cells().unwrap_or(("logic cells", Use { used: 0, available: board.budget.lut4 })),
        critical: words.path(reports[best].1.critical()),
        seeds,
        fmax,
        learning,
        bitstream,
        bitstream_bytes,
    };
    let summary = out.join(SUMMARY);
    drtp_files::put(&summary, format!("{:#}\n", outcome.json()).as_bytes()).map_err(at(&summary))?;
    Ok(outcome)
}

/// The flat netlist of the whole board, left in `out`; the Verilog it was made of.
pub fn netlist_of_board(
    tools: &Tools,
    board: &Board,
    config: &Config,
    pll: &Pll,
    out: &Path,
) -> Result<(yosys::Cells, Vec<sources::Source>), SynthError> {
    fs::create_dir_all(out).map_err(at(out))?;
    let verilog = sources::board(board, config, pll.mhz(board.clock.pin))?;
    let files = sources::write(&verilog, out)?;
    let constraints = out.join(pins(board));
    fs::write(&constraints, board.name.pins().1).map_err(at(&constraints))?;
    let cells = yosys::synthesise(tools, board.family, board.name.name(), &files, &pll.parameters(), out)?;
    Ok((cells, verilog))
}

/// What the core alone takes, without bridge and pins: Yosys' cells of the flat netlist, which stays in `folder`.
///
/// # Errors
/// See [`SynthError`].
pub fn core_resources(tools: &Tools, family: Family, config: &Config, folder: &Path) -> Result<Resources, SynthError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let files = sources::write(&sources::core(config)?, folder)?;
    Ok(yosys::synthesise(tools, family, TOP, &files, &[], folder)?.resources(family))
}

/// The core alone, with learning and without, otherwise the same; counters off.
fn learning(tools: &Tools, board: &Board, config: &Config, out: &Path) -> Result<Learning, SynthError> {
    let luts = |learning: bool, name: &str| {
        let design = Design { learning, counters: false, ..config.design().clone() };
        let config = Config::new(design, config.network().clone())
            .map_err(|e| SynthError::Clock(format!("the core alone: {e}")))?;
        Ok::<_, SynthError>(core_resources(tools, board.family, &config, &out.join(name))?.lut4)
    };
    Ok(Learning { with: luts(true, "core_learning")?, without: luts(false, "core_inference_only")? })
}

/// A report for each seed; so many at once as the options say. A seed for which no legal placement was found is replaced
/// by one behind the last.
fn place_all(
    tools: &Tools,
    board: &Board,
    options: &Options,
    mhz: f64,
    progress: &(dyn Fn(Stage) + Sync),
) -> Result<Vec<(u64, Report)>, SynthError> {
    let done = AtomicUsize::new(0);
    progress(Stage::PlaceAndRoute(0));
    let one = |seed: u64| {
        let report = place(tools, board, JSON, &options.out, seed, mhz)?;
        progress(Stage::PlaceAndRoute(done.fetch_add(1, Ordering::Relaxed) + 1));
        Ok((seed, report))
    };
    let mut reports = vec![];
    let mut waiting: VecDeque<u64> = options.seeds.iter().copied().collect();
    let mut next = options.seeds.iter().max().map_or(1, |most| most + 1);
    let mut spare = MOST_REPLACED;
    while !waiting.is_empty() {
        let batch: Vec<u64> = waiting.drain(..waiting.len().min(options.jobs.max(1))).collect();
        let results: Vec<Result<(u64, Report), SynthError>> = std::thread::scope(|scope| {
            let threads: Vec<_> = batch.iter().map(|seed| scope.spawn(|| one(*seed))).collect();
            // a thread that panics would have done so here as well
            threads.into_iter().map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        });
        for result in results {
            match result {
                Err(SynthError::NoPlace { seed, .. }) if spare > 0 => {
                    progress(Stage::NoPlace { seed, next });
                    waiting.push_back(next);
                    next += 1;
                    spare -= 1;
                }
                other => reports.push(other?),
            }
        }
    }
    reports.sort_by_key(|r| r.0);
    Ok(reports)
}

impl Outcome {
    /// The clock that the PLL makes, in MHz.
    pub fn pll_mhz(&self) -> f64 {
        self.pll.mhz(self.board.clock.pin)
    }
    /// The seed that became the bitstream.
    pub fn best(&self) -> Option<&Seed> {
        self.seeds.iter().max_by(|a, b| a.fmax.total_cmp(&b.fmax))
    }
    /// Whether the bitstream keeps the clock that the PLL makes.
    pub fn timing_met(&self) -> bool {
        self.best().is_some_and(|s| s.fmax >= self.pll_mhz())
    }
    /// The fastest clock, in whole MHz, that the best seed keeps, the PLL makes and the serial link divides.
    pub fn clock_that_holds(&self) -> Option<u32> {
        let works = |mhz: &u32| pll(&self.board, Some(f64::from(*mhz))).is_ok();
        (1..=self.fmax.max as u32).rev().find(works)
    }
    /// Training samples a second at a clock, at MNIST's share of events.
    pub fn samples_per_second(&self, mhz: f64) -> f64 {
        1e6 * mhz / cycles_per_sample(&self.config)
    }
    /// Samples a second that the serial link brings at the most.
    pub fn link_samples_per_second(&self) -> f64 {
        link_samples_per_second(self.board.serial.baud, &self.config)
    }
    /// Everything, for programs.
    pub fn json(&self) -> Value {
        let r = self.used;
        let seeds: Vec<Value> = self.seeds.iter().map(|s| json!({ "seed": s.seed, "fmax_mhz": s.fmax })).collect();
        let versions: serde_json::Map<String, Value> =
            Tools::versions().map(|(name, version)| (name.into(), version.into())).collect();
        json!({
            "board": self.board.name.name(),
            "part": self.board.part.name,
            "speed": self.board.part.speed,
            "lanes": self.config.design().lanes,
            "layers": self.config.network().sizes(),
            "learning": self.config.design().learning,
            "fmax_mhz_median": self.fmax.median,
            "fmax_mhz_min": self.fmax.min,
            "fmax_mhz_max": self.fmax.max,
            "fmax_spread": self.fmax.share(),
            "pll_mhz": self.pll_mhz(),
            "timing_met": self.timing_met(),
            "seeds": seeds,
            "lut4": r.lut4,
            "ff": r.ff,
            "dsp": r.dsp,
            "bram": r.bram,
            "spram": r.spram,
            "carry": self.carry,
            "packed": { "kind": self.packed.0, "used": self.packed.1.used, "available": self.packed.1.available },
            "budget": self.board.budget,
            "learning_lut_overhead": self.learning.map(|l| l.overhead()),
            "core_lut4_learning": self.learning.map(|l| l.with),
            "core_lut4_inference_only": self.learning.map(|l| l.without),
            "cycles_per_sample": cycles_per_sample(&self.config),
            "training_samples_per_second": self.samples_per_second(self.fmax.median),
            "training_samples_per_second_at_pll": self.samples_per_second(self.pll_mhz()),
            "serial_baud": self.board.serial.baud,
            "link_samples_per_second": self.link_samples_per_second(),
            "critical_path": self.critical.to_string(),
            "critical": self.critical,
            "bitstream": self.bitstream,
            "bitstream_bytes": self.bitstream_bytes,
            "tools": versions,
        })
    }
}
