//! `drtp soak`: drawn accelerators and work on every engine, until time is up.
use crate::error::CliError;
use crate::models::Models;
use crate::progress::Bars;
use clap::Args;
use drtp::cosim::{verilator, DeviceError};
use drtp::soak::{Case, Outcome};
use indicatif::ProgressBar;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Mismatches that are told; the rest is counted.
const TOLD: usize = 20;

/// Options of `drtp soak`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp soak --minutes 10
  drtp soak --seed 4711 --cases 1                 one case again

Each case is a drawn design and network with drawn frames, good and bad, commands (flush, resets, init, save and restore,
settings) and pauses of both streams; golden is held beside fast, the rust-hdl description (the first --hdl-steps steps) and,
where Verilator is installed, the emitted Verilog (all of it). A case is finished once it was begun.

JSON: cases and cycles follow from the time that there was; with --cases they are the same in every run. mismatches counts
all, told holds the first of them with their case's seed. Exit codes: 0 no mismatch; 1 some; 2 wrong options; 3 a defect that
ended a case, with its seed.")]
pub struct Soak {
    /// How long.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    minutes: f64,
    /// So many cases, however long they take.
    #[arg(long, value_name = "N", conflicts_with = "minutes")]
    cases: Option<u64>,
    /// Seed of the first case; each further one counts one up.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Frames of a case.
    #[arg(long, value_name = "N", default_value = "3000")]
    frames: NonZeroUsize,
    /// Steps of a case that the rust-hdl description goes.
    #[arg(long, value_name = "N", default_value_t = 40)]
    hdl_steps: usize,
    /// Cases at once; without it, one for each core.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

/// Sums over cases.
#[derive(Default)]
struct Sums {
    cases: u64,
    /// Cycles, comparisons and cases of each engine.
    engines: BTreeMap<String, [u64; 3]>,
    mismatches: u64,
    told: Vec<String>,
}

impl Sums {
    fn cycles(&self) -> u64 {
        self.engines.values().map(|e| e[0]).sum()
    }
    fn add(&mut self, seed: u64, outcome: Outcome) {
        let engine = self.engines.entry(outcome.device.clone()).or_default();
        *engine = [engine[0] + outcome.cycles, engine[1] + outcome.compared, engine[2] + 1];
        self.mismatches += outcome.mismatches.len() as u64;
        let told = outcome.mismatches.iter().map(|m| format!("seed {seed}, {}: {m}", outcome.device));
        let room = TOLD.saturating_sub(self.told.len());
        self.told.extend(told.take(room));
    }
}

impl Soak {
    pub fn run(self) -> Result<(), CliError> {
        if !(self.minutes.is_finite() && self.minutes > 0.0) {
            return Err(CliError::Usage(format!("--minutes: {} is no time; a number above 0", self.minutes)));
        }
        let compiled = verilator::available();
        if let Err(why) = &compiled {
            eprintln!("drtp: the emitted Verilog is left out: {why}");
        }
        let models = Models::begin("soak");
        let bar = Bars::new().spin("soak");
        let (next, sums) = (AtomicU64::new(0), Mutex::new(Sums::default()));
        let begin = Instant::now();
        let jobs = self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
        let work = || self.work(compiled.is_ok(), begin, &next, &sums, &bar);
        let ended: Vec<Result<(), CliError>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
            // a thread that panics would have done so here as well
            threads.into_iter().map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        });
        bar.finish_and_clear();
        drop(models);
        ended.into_iter().collect::<Result<(), _>>()?;
        let sums = sums.into_inner().unwrap_or_else(|e| e.into_inner());
        self.tell(&sums, begin.elapsed());
        match sums.told.first() {
            None => Ok(()),
            Some(first) => Err(CliError::Mismatch {
                count: sums.mismatches as usize,
                device: "an engine".into(),
                first: first.clone(),
            }),
        }
    }
    /// Cases one after the other, until time or cases are up.
    fn work(
        &self,
        compiled: bool,
        begin: Instant,
        next: &AtomicU64,
        sums: &Mutex<Sums>,
        bar: &ProgressBar,
    ) -> Result<(), CliError> {
        let time = Duration::from_secs_f64(60.0 * self.minutes);
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if self.cases.map_or(begin.elapsed() >= time, |cases| n >= cases) {
                return Ok(());
            }
            let seed = self.seed.wrapping_add(n);
            let outcomes = self.case(seed, compiled);
            if outcomes.is_err() {
                // the others need not go on
                next.store(u64::MAX / 2, Ordering::Relaxed);
            }
            let outcomes = outcomes?;
            let mut sums = sums.lock().unwrap_or_else(|e| e.into_inner());
            sums.cases += 1;
            outcomes.into_iter().for_each(|o| sums.add(seed, o));
            bar.set_message(format!(
                "{} cases, {:.1} million cycles, {} mismatches",
                sums.cases,
                sums.cycles() as f64 / 1e6,
                sums.mismatches
            ));
        }
    }
    fn case(&self, seed: u64, compiled: bool) -> Result<Vec<Outcome>, CliError> {
        let case = Case::drawn(seed, self.frames.get());
        let on = |outcome: Result<Outcome, DeviceError>| {
            outcome.map_err(|reason| match reason {
                // a compiler that is not there is no defect of ours
                DeviceError::Tool(_) => CliError::Environment(reason),
                _ => CliError::Case { seed, reason },
            })
        };
        let mut out = vec![on(case.on_fast())?, on(case.on_rust_hdl(self.hdl_steps))?];
        if compiled {
            out.push(on(case.on_verilator())?);
        }
        Ok(out)
    }
    fn tell(&self, sums: &Sums, time: Duration) {
        if self.json {
            let one = |(name, [cycles, compared, cases]): (&String, &[u64; 3])| {
                (name.clone(), json!({ "cases": cases, "cycles": cycles, "compared": compared }))
            };
            let engines: Map<String, Value> = sums.engines.iter().map(one).collect();
            let out = json!({
                "seed": self.seed,
                "frames": self.frames,
                "cases": sums.cases,
                "cycles": sums.cycles(),
                "engines": engines,
                "mismatches": sums.mismatches,
                "told": sums.told,
                "wall_seconds": time.as_secs_f64(),
            });
            println!("{out}");
            return;
        }
        println!("{} cases from seed {}, {} mismatches", sums.cases, self.seed, sums.mismatches);
        for (name, [cycles, compared, cases]) in &sums.engines {
            println!("golden = {name}: {cases} cases, {cycles} cycles, {compared} scores and writes compared");
        }
        sums.told.iter().for_each(|m| println!("  {m}"));
    }
}
