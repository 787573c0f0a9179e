//! `drtp coverage`: which situations the drawn cases bring about, and which lines and bits of the Verilog the suite moves.
use crate::args::ConfigArgs;
use crate::error::CliError;
use crate::models::Models;
use crate::mutate::{TierArg, SMALL};
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::core::Config;
use drtp::cosim::verilator::{self, Options, PointKind, Points};
use drtp::coverage::Coverage;
use drtp::soak::Case;
use drtp::suite::{Suite, Tier, Verdict};
use serde_json::{json, Map, Value};

/// Networks and frames of a case on the given design.
const ON_DESIGN: (usize, usize) = (4, 40);
/// Frames of a case with a design of its own.
const FRAMES: usize = 150;

/// Options of `drtp coverage`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp coverage --cases 400
  drtp coverage --config verif/mutation/pairs.toml --json
  drtp coverage --cases 100 --verilog              and lines and bits of the emitted Verilog

Cases are those of `drtp soak`, with a drawn design each, and as many on the design of --config, whose networks change. Situations are
listed in crates/drtp/src/coverage.rs: layers by groups of lanes, rules by what a sample does, weights at their limits, pauses, errors
by what was owed before them, commands, settings at their edges. What never came about is a hole and is named.

--verilog runs the suite of `drtp mutate` on the unbroken core and counts the lines that were reached and the bits that changed.

JSON: groups holds a count for each bin, holes the names of the empty ones. Exit codes: 0 done, whatever is empty; 1 the suite
failed; 2 wrong options, or no Verilator.")]
pub struct CoverageArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Cases of either kind.
    #[arg(long, value_name = "N", default_value_t = 200)]
    cases: u64,
    /// Also lines and bits of the Verilog.
    #[arg(long)]
    verilog: bool,
    /// How far the scenarios on the Verilog go.
    #[arg(long, value_enum, default_value = "long", requires = "verilog")]
    tier: TierArg,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl CoverageArgs {
    pub fn run(self) -> Result<(), CliError> {
        let config = self.config.draft(SMALL)?.config()?;
        if !config.design().learning {
            return Err(CliError::Usage("design.learning = false: the cases train, and this core does not".into()));
        }
        let seed = self.config.seed();
        if self.verilog {
            verilator::available()?;
        }
        let bar = Bars::new().count("coverage", self.cases, "cases");
        let mut coverage = Coverage::default();
        for n in 0..self.cases {
            let seed = seed.wrapping_add(n);
            coverage.add(&Case::drawn(seed, FRAMES))?;
            coverage.add(&Case::on_design(&config, seed, ON_DESIGN.0, ON_DESIGN.1))?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        let points = if self.verilog { Some(points(&config, seed, self.tier.tier())?) } else { None };
        self.tell(&coverage, points.as_ref(), seed);
        Ok(())
    }
    fn tell(&self, coverage: &Coverage, points: Option<&Points>, seed: u64) {
        let holes = coverage.holes();
        if self.json {
            let groups: Map<String, Value> = coverage.groups().map(|(g, bins)| (g.into(), json!(bins))).collect();
            let holes: Vec<Value> = holes.iter().map(|(g, b)| json!({ "group": g, "bin": b })).collect();
            let mut out = json!({ "seed": seed, "cases": 2 * self.cases, "groups": groups, "holes": holes });
            if let Some(points) = points {
                out["verilog"] = verilog_json(points);
            }
            println!("{out}");
            return;
        }
        let rows = coverage.groups().map(|(group, bins)| {
            let hit = bins.values().filter(|n| **n > 0).count();
            let least = bins.iter().min_by_key(|(_, n)| **n).map_or(String::new(), |(b, n)| format!("{b}: {n}"));
            vec![group.to_string(), bins.len().to_string(), hit.to_string(), least]
        });
        println!("{}", table(false, &["situation", "bins", "hit", "rarest"], rows));
        holes.iter().for_each(|(g, b)| println!("hole: {g}: {b}"));
        for (kind, name) in [(PointKind::Line, "lines and branches"), (PointKind::Toggle, "bits that changed")] {
            if let Some(points) = points {
                let (all, hit) = points.share(kind);
                println!("Verilog, {name}: {hit} of {all} ({:.1} %)", 100.0 * hit as f64 / all.max(1) as f64);
            }
        }
    }
}

fn verilog_json(points: &Points) -> Value {
    let of = |kind| {
        let (all, hit) = points.share(kind);
        let holes: Vec<String> = points.holes(kind).map(|p| format!("{}:{}: {}", p.module, p.line, p.what)).collect();
        json!({ "points": all, "hit": hit, "holes": holes })
    };
    json!({ "lines": of(PointKind::Line), "toggles": of(PointKind::Toggle) })
}

/// What the suite moves in a core.
fn points(config: &Config, seed: u64, tier: Tier) -> Result<Points, CliError> {
    let _models = Models::begin("coverage");
    let spinner = Bars::new().spin("the suite on the Verilog");
    let mut points = Points::default();
    let options = Options { coverage: true, ..Options::default() };
    let verdict = Suite { config, options, seed, tier }.run(&mut |device| {
        points.add(device.pins().coverage()?);
        Ok(())
    })?;
    spinner.finish_and_clear();
    match verdict {
        Verdict::Passed => Ok(points),
        Verdict::Killed { what, .. } | Verdict::Invalid(what) => {
            Err(CliError::Mismatch { count: 1, device: "verilator".into(), first: what })
        }
    }
}
