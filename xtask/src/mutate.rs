//! `cargo xtask mutate`: do the tests test? Hardware broken in many places, and software by cargo-mutants.
//!
//! ```text
//! drtp mutate (three cores)  ->  survivors  - those of verif/mutation/equivalent.toml, each with its reason  ->  unexplained
//! cargo mutants            ->  mutants.out
//! ```
use crate::error::{at, XtaskError};
use crate::job::{object, Job};
use crate::steps::LONG_CASES;
use crate::tools::Toolbox;
use clap::Args;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Where cores, and reasons of survivors, are.
const SOURCES: &str = "verif/mutation";
const EQUIVALENT: &str = "equivalent.toml";
/// Cores that are broken: the one that `drtp mutate` takes by itself, two lanes to a memory, many lanes.
const CORES: [&str; 3] = ["small", "pairs", "wide"];
/// The least share of hardware mutants that must be killed.
const SHARE: f64 = 0.95;
/// Crates whose tests are tested.
const CRATES: [&str; 4] = ["drtp-core", "drtp-golden", "drtp-fast", "drtp-estimate"];

/// Options of `cargo xtask mutate`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  cargo xtask mutate --hardware
  cargo xtask mutate --hardware --mutants 400 --seed 3 --json
  cargo xtask mutate --hardware --short           what the short tier's scenarios notice
  cargo xtask mutate --software --shard 0/8       every eighth of what cargo-mutants finds in core, golden, fast and estimate

--software needs cargo-mutants: cargo install cargo-mutants --version 27.1.0 --locked

Exit codes: 0 enough are killed, and each survivor of the hardware is explained; 1 not so; 2 they could not be run.")]
pub struct Mutate {
    /// The emitted Verilog.
    #[arg(long, required_unless_present = "software")]
    hardware: bool,
    /// The crates of the model.
    #[arg(long, conflicts_with = "hardware")]
    software: bool,
    /// Mutants of the hardware, on each of three cores.
    #[arg(long, value_name = "N", default_value_t = 60)]
    mutants: u32,
    /// Which of them are drawn.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Holds mutants to what the short tier runs: short scenarios, tests with their usual number of cases.
    #[arg(long)]
    short: bool,
    /// Part K of N of the software's mutants.
    #[arg(long, value_name = "K/N", default_value = "0/8")]
    shard: String,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Mutate {
    /// Whether enough are killed.
    pub fn run(self, root: &Path, work: &Path, tools: &Toolbox) -> Result<bool, XtaskError> {
        let log = root.join(work).join("mutate.log");
        fs::write(&log, "").map_err(at(&log))?;
        if self.software {
            return self.software(root, work, tools, &log);
        }
        let reasons = reasons(&root.join(SOURCES).join(EQUIVALENT))?;
        let mut reports = vec![];
        for core in CORES {
            let mut job =
                Job::cargo("run --profile checks --quiet -- mutate --json --mutants").arg(self.mutants.to_string());
            job = job.arg("--tier").arg(if self.short { "short" } else { "long" });
            job = job.arg("--seed").arg(self.seed.to_string());
            if core != CORES[0] {
                job = job.arg("--config").arg(format!("{SOURCES}/{core}.toml"));
            }
            match job.run(root, tools, &log)? {
                Ok(said) => reports.push((core, object(&said).unwrap_or_default())),
                Err(why) => {
                    println!("{why}; the output is in {}", log.display());
                    return Ok(false);
                }
            }
        }
        let report = merged(&reports, &reasons);
        let good = accepts(&report).is_ok();
        match self.json {
            true => println!("{report}"),
            false => println!("{report:#}"),
        }
        Ok(good)
    }
    fn software(&self, root: &Path, work: &Path, tools: &Toolbox, log: &Path) -> Result<bool, XtaskError> {
        let out = root.join(work);
        let mut job =
            Job::cargo("mutants --no-shuffle --jobs 2 --test-tool cargo --profile mutants --output").path(&out);
        job = job.arg("--shard").arg(&self.shard);
        job = CRATES.iter().fold(job, |job, name| job.arg("--package").arg(*name));
        // every N-th mutant: a shard is a sample of all crates, not a stretch of one
        job = job.arg("--sharding").arg("round-robin");
        if !self.short {
            job = job.env("DRTP_TIER", "long").env("DRTP_CASES", LONG_CASES);
            job = ["--", "--", "--include-ignored"].iter().fold(job, |job, word| job.arg(*word));
        }
        // its status says whether any survived; the counts say how many
        let ended = job.run(root, tools, log)?;
        let lines = |name: &str| -> Vec<String> {
            let file = out.join("mutants.out").join(name);
            fs::read_to_string(file).map_or(vec![], |t| t.lines().map(String::from).collect())
        };
        let (caught, missed, slow) = (lines("caught.txt"), lines("missed.txt"), lines("timeout.txt"));
        let killed = caught.len() + slow.len();
        if killed + missed.len() == 0 {
            println!("{}; the output is in {}", ended.err().unwrap_or_else(|| "no mutants".into()), log.display());
            return Ok(false);
        }
        let share = killed as f64 / (killed + missed.len()) as f64;
        let tier = if self.short { "short" } else { "long" };
        let report = json!({ "shard": self.shard, "tier": tier, "mutants": killed + missed.len(), "killed": killed, "share": share,
            "survivors": missed });
        match self.json {
            true => println!("{report}"),
            false => println!("{report:#}"),
        }
        Ok(share >= 0.9)
    }
}

/// A survivor whose Verilog does the same as the original's: its module and both lines.
type Key = (String, String, String);

/// Why a survivor survives.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reason {
    text: String,
    /// It does what the original does, so that nothing could notice it. It counts as a survivor all the same.
    same: bool,
}

/// The reasons of the committed list.
fn reasons(file: &Path) -> Result<BTreeMap<Key, Reason>, XtaskError> {
    let text = fs::read_to_string(file).map_err(at(file))?;
    let wrong = |what: String| at(file)(std::io::Error::other(what));
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
    let list = table.get("mutant").and_then(|m| m.as_array()).cloned().unwrap_or_default();
    list.iter()
        .map(|entry| {
            let of = |key: &str| {
                let text = entry.get(key).and_then(|v| v.as_str());
                text.map(String::from).ok_or_else(|| wrong(format!("an entry without {key}: {entry}")))
            };
            let same = entry.get("same").and_then(|v| v.as_bool()).unwrap_or(false);
            Ok(((of("module")?, of("before")?, of("after")?), Reason { text: of("reason")?, same }))
        })
        .collect()
}

/// All cores in one report; survivors with their reasons.
fn merged(reports: &[(&str, Value)], reasons: &BTreeMap<Key, Reason>) -> Value {
    let sum = |key: &str| reports.iter().filter_map(|(_, r)| r[key].as_u64()).sum::<u64>();
    let mut survivors = vec![];
    let mut equivalent = 0;
    for (core, report) in reports {
        for s in report["survivors"].as_array().into_iter().flatten() {
            let text = |key: &str| s[key].as_str().unwrap_or_default().to_string();
            let reason = reasons.get(&(text("module"), text("before"), text("after")));
            let name = format!("{core}:{}", text("name"));
            equivalent += u64::from(reason.is_some_and(|r| r.same));
            let reason = reason.map(|r| &r.text);
            survivors.push(json!({ "name": name, "before": text("before"), "after": text("after"), "reason": reason }));
        }
    }
    let unexplained = survivors.iter().filter(|s| s["reason"].is_null()).count();
    let (mutants, killed, invalid) = (sum("mutants"), sum("killed"), sum("invalid"));
    let share = killed as f64 / (mutants - invalid).max(1) as f64;
    let cores: serde_json::Map<String, Value> =
        reports.iter().map(|(core, r)| (core.to_string(), r["kinds"].clone())).collect();
    json!({ "mutants": mutants, "killed": killed, "invalid": invalid, "equivalent": equivalent, "share": share,
        "unexplained": unexplained, "survivors": survivors, "kinds": cores })
}

/// Whether a report of the hardware is as it must be.
pub fn accepts(report: &Value) -> Result<(), String> {
    let mutants = report["mutants"].as_u64().unwrap_or(0);
    let share = report["share"].as_f64().unwrap_or(0.0);
    match report["unexplained"].as_u64() {
        _ if mutants < 40 => Err(format!("{mutants} mutants")),
        _ if share < SHARE => Err(format!("{:.1} % killed", 100.0 * share)),
        Some(0) => Ok(()),
        n => Err(format!("survivors without a reason: {n:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_reasons_are_read() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(SOURCES).join(EQUIVALENT);
        for ((module, before, after), reason) in reasons(&file).unwrap() {
            assert!(module.starts_with("drtp_") && before != after && reason.text.len() > 20, "{module}: {before}");
        }
    }
    #[test]
    fn a_survivor_is_explained_by_its_lines_wherever_they_stand() {
        let survivor = |before: &str| json!({ "name": "m:1:2:sign", "module": "m", "before": before, "after": "b" });
        let report =
            |before: &str| json!({ "mutants": 60, "killed": 59, "invalid": 0, "survivors": [survivor(before)] });
        let merge = |before: &str, same: bool| {
            let reason = Reason { text: "a reason".into(), same };
            let reasons = BTreeMap::from([(("m".into(), "a".into(), "b".into()), reason)]);
            merged(&[("small", report(before)), ("pairs", report("a"))], &reasons)
        };
        assert_eq!(accepts(&merge("a", false)), Ok(()));
        assert!(accepts(&merge("c", false)).unwrap_err().contains('1'));
        // what nothing can notice is told apart, and is a survivor all the same
        let told = |same| (merge("a", same)["equivalent"].as_u64(), merge("a", same)["share"].as_f64());
        assert_eq!((told(false), told(true)), ((Some(0), Some(118.0 / 120.0)), (Some(2), Some(118.0 / 120.0))));
    }
    #[test]
    fn too_few_mutants_and_too_few_killed_are_refused() {
        let report = |mutants: u64, share: f64| json!({ "mutants": mutants, "share": share, "unexplained": 0 });
        assert_eq!(accepts(&report(40, 0.95)), Ok(()));
        assert!(accepts(&report(39, 1.0)).is_err() && accepts(&report(100, 0.94)).is_err());
    }
}
