//! `cargo xtask formal`: the proofs, with a report.
use clap::Parser;
use drtp_verif::formal::{Kind, Proof, Task, TASKS};
use drtp_verif::root;
use rayon::prelude::*;
use serde_json::{json, Value};
use std::path::PathBuf;
use std::process::ExitCode;

/// Proves properties of the emitted Verilog with sby, for every input there can be.
#[derive(Parser)]
#[command(
    bin_name = "cargo xtask formal",
    after_help = "\
Examples:
  cargo xtask formal
  cargo xtask formal --json
  cargo xtask formal --only sequencer
  cargo xtask formal --mutants            break the Verilog in each task's way, and see it fail

unbounded: proved for runs of any length, by induction or property-directed reachability; bounded: no counterexample of up to
`depth` cycles from reset. reached: the cover statements that there must be a way to. Exit codes: 0 all as it must be; 1 a
task failed; 2 wrong options."
)]
struct Formal {
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Bounded tasks look further.
    #[arg(long)]
    thorough: bool,
    /// Only these.
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = TASKS.map(|t| t.name))]
    only: Vec<String>,
    /// Breaks the Verilog, one way for each task, and demands that the task fails.
    #[arg(long)]
    mutants: bool,
}

/// A run, and how it ended.
struct Ended {
    task: &'static Task,
    kind: Kind,
    status: String,
}

fn main() -> ExitCode {
    let options = Formal::parse();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let base = target.join("verify").join("formal");
    let kinds: &[Kind] = if options.mutants { &[Kind::Mutant] } else { &[Kind::Proof, Kind::Cover] };
    static ALL: [Task; 9] = TASKS;
    let tasks: Vec<&'static Task> =
        ALL.iter().filter(|t| options.only.is_empty() || options.only.iter().any(|o| o == t.name)).collect();
    let runs: Vec<(&'static Task, Kind)> = tasks.iter().flat_map(|t| kinds.iter().map(move |k| (*t, *k))).collect();
    let run = |(task, kind): &(&'static Task, Kind)| {
        let status = task.run(*kind, options.thorough, &base);
        Ended { task, kind: *kind, status }
    };
    let ended: Vec<Ended> = runs.par_iter().with_max_len(1).map(run).collect();
    let failed = ended.iter().filter(|e| e.status != e.kind.wanted()).count();
    if options.json {
        let tasks: Vec<Value> = tasks.iter().map(|t| object(t, &ended, options.thorough)).collect();
        println!("{}", json!({ "tasks": tasks, "failed": failed }));
    } else {
        ended.iter().for_each(|e| println!("{:16} {:7} {}", e.task.name, e.kind.name(), e.status));
        println!("{} runs, {failed} not as they must be; logs in {}", ended.len(), base.display());
    }
    ExitCode::from(u8::from(failed > 0))
}

fn object(task: &Task, ended: &[Ended], long: bool) -> Value {
    let status = |kind: Kind| ended.iter().find(|e| e.task.name == task.name && e.kind == kind).map(|e| &e.status);
    let mut out = json!({ "name": task.name, "proves": task.proves, "core": task.core });
    if let Some(status) = status(Kind::Mutant) {
        out["mutant"] = json!({ "from": task.mutant.0, "to": task.mutant.1 });
        out["status"] = json!(status);
        return out;
    }
    out["status"] = json!(status(Kind::Proof));
    out["reached"] = json!(status(Kind::Cover).is_some_and(|s| s == "PASS"));
    let (mode, engine) = match task.proof {
        Proof::Bounded(..) => ("bounded", "bounded model checking"),
        Proof::Induction(_) => ("unbounded", "k-induction"),
        Proof::Reachability => ("unbounded", "property-directed reachability"),
    };
    out["mode"] = json!(mode);
    out["engine"] = json!(engine);
    if mode == "bounded" {
        out["depth"] = json!(task.proof.depth(long));
    }
    out
}
