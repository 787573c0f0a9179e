//! What is checked, and what each check guards.
use crate::job::{Expect, Job};
use crate::reference::{self, Same};
use crate::tools::Tool;
use crate::variants::{variants, REFERENCE_LANES, REFERENCE_LAYERS};
use crate::{cocotb, coverage, demo, estimates, faults, formal, fuzz, lockstep, mutate, random, soak, synth, workflow};
use drtp_core::BankStyle;
use std::path::{Path, PathBuf};

/// One check: commands that must all succeed.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: &'static str,
    pub guards: &'static str,
    /// Without these it is skipped.
    pub needs: &'static [Tool],
    /// Without these it is smaller: its tests skip themselves.
    pub wants: &'static [Tool],
    /// The step whose output it reads.
    pub after: Option<&'static str>,
    /// Emptied before.
    pub folder: Option<PathBuf>,
    /// Written before.
    pub files: Vec<(PathBuf, String)>,
    pub jobs: Vec<Job>,
    /// Each reads what the one before made; else as many run at once as there are cores.
    pub in_order: bool,
}

impl Step {
    /// A step that does nothing yet.
    pub fn of(name: &'static str, guards: &'static str) -> Self {
        Self {
            name,
            guards,
            needs: &[],
            wants: &[],
            after: None,
            folder: None,
            files: vec![],
            jobs: vec![],
            in_order: false,
        }
    }
    fn new(name: &'static str, guards: &'static str, job: Job) -> Self {
        Self { jobs: vec![job], ..Self::of(name, guards) }
    }
}

/// The step that compiles what all behind it run.
pub const BUILD: &str = "build";

/// Every step, in order: what is quick comes first, then what takes longest, so that no step is left alone at the end.
/// `work` is a folder for what the steps make, `seed` that of the random configurations.
pub fn steps(work: &Path, thorough: bool, seed: u64) -> Vec<Step> {
    let emitted = work.join("emit");
    let drawn = random::drawn(seed, thorough);
    let packages = packages(thorough, &drawn);
    let suite = work.join("cocotb");
    let reference = work.join("reference");
    let boards = work.join("synth");
    let flow = work.join("workflow");
    let cases = thorough.then_some("20000");
    let mut all = vec![
        Step {
            needs: &[Tool::Rustfmt],
            // the fuzz targets are a workspace of their own
            jobs: ["fmt --all --check", "fmt --check --manifest-path verif/fuzz/Cargo.toml"].map(Job::cargo).into(),
            ..Step::of("format", "one layout of the source")
        },
        Step {
            needs: &[Tool::Clippy],
            ..Step::new(
                "clippy",
                "no warning in any target",
                Job::cargo("clippy --release --workspace --all-targets -- -D warnings"),
            )
        },
        Step::new(
            "docs",
            "documentation builds, no link is broken",
            Job::cargo("doc --release --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"),
        ),
        Step::new(BUILD, "the tool and every test compile", Job::tests("--no-run")),
        Step::new(
            "unit",
            "arithmetic, formats, streams, address maps, configurations",
            Job::tests("--lib --bins"),
        ),
        Step::new("doc-examples", "examples in the documentation run", Job::tests("--doc")),
        Step {
            needs: &[Tool::Verilator],
            ..Step::new("examples", "the five example programs find what they claim", Job::tests("--examples"))
        },
        Step::new("golden", "the oracle itself, against samples worked by hand", integration("by_hand")),
        Step::new(
            "fast",
            "the fast engine is the golden model bit for bit, on every kernel",
            cases.into_iter().fold(integration("equals_golden"), |job, cases| job.env("DRTP_CASES", cases)),
        ),
        Step::new(
            "float",
            "floating point: exact gradients, rules as their formulas say, DRTP's theorem, the committed experiments",
            integration("committed gradients rules training"),
        ),
        Step::new("data", "data files, and what is refused in them", integration("cifar10 folder idx memory")),
        Step {
            wants: &[Tool::Numpy],
            ..Step::new(
                "weights",
                "trained weights in a file: loaded as saved, refused if damaged, read by Python",
                integration("save_and_load weights"),
            )
        },
        Step::new(
            "estimate",
            "estimated accesses are those that the hardware counts, published figures those that the models say",
            integration("counts published"),
        ),
        Step {
            wants: &[Tool::Verilator, Tool::Icarus, Tool::Pyosys, Tool::NextpnrEcp5, Tool::NextpnrIce40],
            ..Step::new("cli", "commands, options, messages, exit codes", integration("board commands doctor drift emit estimate experiment interrupted pages sweep synth verification"))
        },
        Step {
            wants: &[Tool::Verilator, Tool::Icarus, Tool::Pyosys],
            ..Step::new("hdl", "Verilog means what was simulated", integration("bridge core_replay core_widths emit_board emit_core emit_expressions emit_inline emit_refusals emit_structure emit_sweep emit_text emit_tidy lane_end_to_end leaf_verilog memories"))
        },
        Step {
            wants: &[Tool::Icarus, Tool::OpenSta, Tool::Pyosys, Tool::NextpnrEcp5, Tool::NextpnrIce40],
            ..Step::new(
                "cells",
                "models of an ECP5's cells and of both boards' PLLs do what Yosys makes of plain Verilog; standard cells",
                integration("asic cell_models netlists"),
            )
        },
        Step {
            wants: &[Tool::Verilator, Tool::Pyosys, Tool::NextpnrEcp5, Tool::NextpnrIce40],
            ..Step::new(
                "board",
                "a board trains through its serial pins like the golden model, line noise or not, RTL and netlist",
                integration("damage learns netlist protocol"),
            )
        },
        Step {
            files: packages
                .iter()
                .filter_map(|p| Some((emitted.join(&p.name).with_extension("toml"), p.file.clone()?)))
                .collect(),
            jobs: packages.iter().map(|p| p.emit(&emitted)).collect(),
            folder: Some(emitted.clone()),
            ..Step::of("emit", "every lane count, width, depth and random configuration can be generated")
        },
        Step {
            needs: &[Tool::Verilator],
            after: Some("emit"),
            jobs: packages.iter().map(|p| p.lint(&emitted)).collect(),
            ..Step::of("lint", "emitted Verilog draws no warning from Verilator")
        },
        Step {
            needs: &[Tool::Verible],
            after: Some("emit"),
            jobs: packages.iter().map(|p| p.style(&emitted)).collect(),
            ..Step::of("style", "emitted Verilog draws no remark from Verible")
        },
        Step {
            folder: Some(reference.clone()),
            jobs: vec![reference::emit(&reference), Same::job(&reference)],
            in_order: true,
            ..Step::of("reference", "rtl-out/reference is what the generator prints; else run `cargo xtask bless`")
        },
        Step {
            needs: &[Tool::Pyosys],
            after: Some("emit"),
            jobs: packages.iter().map(|p| p.yosys(&emitted)).collect(),
            ..Step::of("yosys", "on an ECP5: one multiplier a lane, every memory in block RAM, no latch")
        },
        Step {
            needs: &[Tool::Verilator],
            after: Some("emit"),
            jobs: drawn.iter().map(|d| random_lockstep(work, &emitted, d)).collect(),
            ..Step::of("random", "Verilog of random configurations equals the golden model, 200 samples each")
        },
        Step {
            needs: &[Tool::Pyosys, Tool::YowaspYosys, Tool::Yices],
            jobs: vec![
                Job::cargo(if thorough { "xtask formal --json --thorough" } else { "xtask formal --json" })
                    .expect(Expect::Json(formal::accepts)),
                Job::cargo("xtask formal --mutants"),
            ],
            ..Step::of("formal", "handshakes, lists, sequencer, addresses, what may write a weight: for every input")
        },
        Step {
            needs: &[Tool::CargoFuzz],
            jobs: fuzz::jobs(work, thorough),
            ..Step::of("fuzz", "no bytes from outside panic, hang or are misread: data, configurations, packets, weights")
        },
        Step {
            wants: &[Tool::Verilator],
            ..Step::new(
                "lockstep",
                "description and Verilog equal golden model: any network, stall, bad frame, reset, register",
                cases.into_iter().fold(integration("cycle_exact deferred_equals_immediate hardware_facts inference_only registers scoreboard waveform"), |job, cases| job.env("DRTP_CASES", cases)),
            )
        },
        Step {
            files: cocotb::files(&suite),
            jobs: cocotb::prepare(&suite),
            folder: Some(suite.clone()),
            ..Step::of("vectors", "golden vectors of the cores that the cocotb suite talks to")
        },
        Step {
            needs: &[Tool::Icarus, Tool::VerilatorVpi, Tool::Cocotb, Tool::CocotbextAxi],
            after: Some("vectors"),
            jobs: cocotb::suite(&suite, thorough),
            ..Step::of("cocotb", "streams, every register, training through the bus alone, against golden vectors")
        },
        Step {
            needs: &[Tool::Pyosys, Tool::Icarus, Tool::Cocotb, Tool::CocotbextAxi],
            after: Some("vectors"),
            jobs: cocotb::netlists(&suite, thorough),
            in_order: true,
            ..Step::of("gates", "the same suite on gates that Yosys makes of a core")
        },
        Step {
            needs: &[Tool::Pyosys, Tool::NextpnrEcp5, Tool::NextpnrIce40],
            jobs: synth::BOARDS.map(|board| synth::job(board, &boards)).into(),
            folder: Some(boards.clone()),
            ..Step::of("synth", "a bitstream for each board, within what its part has")
        },
        Step {
            needs: &[Tool::Pyosys, Tool::OpenSta],
            jobs: estimates::jobs(thorough),
            ..Step::of("resources", "estimated counts are exact, and resources near what synthesis makes")
        },
        Step {
            needs: &[Tool::Snakemake],
            jobs: workflow::jobs(work, &flow),
            in_order: true,
            folder: Some(flow.clone()),
            ..Step::of("workflow", "a grid's runs as jobs of a workflow: the lines of a sweep, also if one fails at first")
        },
        Step::new(
            "demo",
            "hardware learns digits equal to its model, in the cycles of an inference",
            Job::cargo("run --release -- demo --json --out")
                .path(&work.join("demo"))
                .expect(Expect::Json(demo::accepts)),
        ),
        Step {
            jobs: coverage::jobs(),
            ..Step::of("coverage", "every listed situation happens in the scenarios that are drawn")
        },
        Step {
            needs: &[Tool::Verilator],
            jobs: vec![soak::job()],
            ..Step::of("soak", "drawn cores and work on every engine: ten million cycles without a mismatch")
        },
    ];
    if thorough {
        all.push(Step {
            needs: &[Tool::Verilator],
            jobs: vec![faults::job()],
            ..Step::of("faults", "flipped bits while a core learns: a reset mends whatever they do")
        });
        all.push(Step {
            needs: &[Tool::Verilator],
            jobs: vec![Job::cargo("xtask mutate --hardware --json").expect(Expect::Json(mutate::accepts))],
            ..Step::of("mutation", "hardware that is broken in many places is noticed by the scenarios")
        });
    }
    all
}

/// Integration tests by their names, which are unique in the workspace.
fn integration(names: &str) -> Job {
    names.split_whitespace().fold(Job::tests(""), |job, name| job.arg("--test").arg(name))
}

/// One accelerator to emit.
struct Package {
    /// Its folder.
    name: String,
    /// Options of `drtp emit`, where it has no file.
    options: String,
    /// Configuration file.
    file: Option<String>,
    /// One of many: synthesised only as far as memories and multipliers are known.
    many: bool,
    /// Whether models of memories stand in a file beside.
    models: bool,
}

fn packages(thorough: bool, drawn: &[random::Drawn]) -> Vec<Package> {
    let reference = REFERENCE_LANES.map(|lanes| Package {
        name: format!("{lanes}-lanes_reference"),
        options: format!("--lanes {lanes} --layers {REFERENCE_LAYERS}"),
        file: None,
        many: false,
        models: false,
    });
    let of_file = |name, text| Package { name, options: String::new(), file: Some(text), many: false, models: false };
    let fixed = variants(thorough).into_iter().map(move |v| of_file(v.name(), v.toml()));
    let random = drawn.iter().map(|d| Package {
        many: true,
        models: d.config.design().bank_style == BankStyle::Blackbox,
        ..of_file(d.name.clone(), d.config.to_toml())
    });
    reference.into_iter().chain(fixed).chain(random).collect()
}

impl Package {
    /// The files that make up its Verilog.
    fn verilog(&self, emitted: &Path) -> Vec<PathBuf> {
        let models = self.models.then_some("drtp_banks.v");
        [Some("drtp_core.v"), models].into_iter().flatten().map(|f| emitted.join(&self.name).join(f)).collect()
    }
    fn emit(&self, emitted: &Path) -> Job {
        let folder = emitted.join(&self.name);
        let mut job = Job::drtp(&format!("emit {}", self.options));
        if self.file.is_some() {
            job = job.arg("--config").path(&folder.with_extension("toml"));
        }
        let mut files = self.verilog(emitted);
        files.push(folder.join("manifest.json"));
        job.arg("--out").path(&folder).expect(Expect::Files(files))
    }
    fn lint(&self, emitted: &Path) -> Job {
        let job = Job::new("verilator", ["--lint-only", "-Wall", "--top-module", "drtp_core"]);
        self.verilog(emitted).iter().fold(job, |job, file| job.path(file)).expect(Expect::Silence)
    }
    fn style(&self, emitted: &Path) -> Job {
        let job = Job::new("verible-verilog-lint", ["--rules_config", "verif/lint/verible.rules"]);
        self.verilog(emitted).iter().fold(job, |job, file| job.path(file)).expect(Expect::Silence)
    }
    fn yosys(&self, emitted: &Path) -> Job {
        let mut job = Job::new("python3", ["verif/yosys/check_ecp5.py"]);
        if self.many {
            job = job.arg("--memories");
        }
        job.path(&emitted.join(&self.name)).expect(Expect::Line("check_ecp5: ok"))
    }
}

/// The emitted Verilog of a drawn configuration beside the golden model.
fn random_lockstep(work: &Path, emitted: &Path, drawn: &random::Drawn) -> Job {
    let job = Job::drtp("cosim --backend verilator --drawn --json --samples")
        .arg(lockstep::SAMPLES.to_string())
        .arg("--config")
        .path(&emitted.join(&drawn.name).with_extension("toml"))
        // a hundred models are not for the user's cache
        .env("DRTP_CACHE", &work.join("models").display().to_string())
        .expect(Expect::Json(lockstep::accepts));
    if drawn.stalls {
        job.arg("--stalls")
    } else {
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn all(thorough: bool) -> Vec<Step> {
        steps(Path::new("work"), thorough, random::DEFAULT_SEED)
    }

    #[test]
    fn names_are_unique_and_what_is_needed_comes_before() {
        let mut before = BTreeSet::new();
        for step in all(false) {
            assert!(step.after.is_none_or(|s| before.contains(s)), "{}", step.name);
            assert!(before.insert(step.name), "{}", step.name);
            assert!(!step.jobs.is_empty(), "{}", step.name);
        }
    }
    /// A file of tests that no step runs would look verified; of two with one name a step would run both.
    #[test]
    fn every_file_of_tests_has_its_step() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let jobs: Vec<String> = all(false).iter().flat_map(|s| &s.jobs).map(ToString::to_string).collect();
        let run =
            jobs.iter().filter(|j| j.starts_with("cargo test --release --workspace --exclude drtp-bench --test "));
        let mut run: Vec<&str> = run.flat_map(|j| j.split(" --test ").skip(1)).collect();
        let folders = std::fs::read_dir(crates).unwrap().map(|entry| entry.unwrap().path().join("tests"));
        let files =
            folders.filter(|f| f.is_dir()).flat_map(|f| std::fs::read_dir(f).unwrap()).map(|f| f.unwrap().path());
        let tests = files.filter(|f| f.extension().is_some_and(|e| e == "rs"));
        let mut there: Vec<String> = tests.map(|f| f.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        there.sort();
        run.sort_unstable();
        assert_eq!(run, there);
    }
    /// A configuration that is drawn but left out of a step would look verified.
    #[test]
    fn every_random_configuration_goes_through_every_step() {
        let (seed, work) = (7, Path::new("work"));
        let steps = steps(work, true, seed);
        for drawn in random::drawn(seed, true) {
            let file = work.join("emit").join(&drawn.name).with_extension("toml");
            let verilog = work.join("emit").join(&drawn.name).join("drtp_core.v");
            let (file, verilog) = (file.to_str().unwrap(), verilog.to_str().unwrap());
            let jobs = |name: &str, word: &str| {
                let step = steps.iter().find(|s| s.name == name).unwrap();
                let with = step.jobs.iter().map(ToString::to_string);
                with.filter(|j| j.split(' ').any(|w| w == word)).collect::<Vec<_>>()
            };
            let written = &steps.iter().find(|s| s.name == "emit").unwrap().files;
            assert!(written.contains(&(file.into(), drawn.config.to_toml())), "{file}");
            assert_eq!(jobs("emit", file).len(), 1, "{file}");
            assert_eq!((jobs("lint", verilog).len(), jobs("style", verilog).len()), (1, 1), "{verilog}");
            let folder = verilog.strip_suffix("/drtp_core.v").unwrap();
            assert_eq!(jobs("yosys", folder), [format!("python3 verif/yosys/check_ecp5.py --memories {folder}")]);
            let lockstep = jobs("random", file);
            assert!(lockstep.len() == 1 && lockstep[0].contains(" --backend verilator --drawn --json --samples 200 "));
            assert_eq!(lockstep[0].ends_with(" --stalls"), drawn.stalls);
        }
    }
    /// A target that no step runs would look fuzzed.
    #[test]
    fn every_fuzz_target_has_its_job_and_seeds() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../verif/fuzz");
        let files = std::fs::read_dir(folder.join("fuzz_targets")).unwrap().map(|f| f.unwrap().path());
        let mut there: Vec<String> = files.map(|f| f.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        there.sort();
        assert_eq!(there, fuzz::TARGETS);
        for target in there {
            let files = std::fs::read_dir(folder.join("corpus").join(&target)).unwrap().map(|f| f.unwrap().file_name());
            assert!(files.filter(|f| f.to_string_lossy().starts_with("seed_")).count() > 3, "{target}");
        }
    }
    #[test]
    fn thorough_emits_and_draws_more() {
        let jobs = |name: &str, thorough| {
            let step = all(thorough).into_iter().find(|s| s.name == name).unwrap();
            step.jobs
        };
        for name in ["emit", "lint", "style", "yosys"] {
            assert!(jobs(name, true).len() > jobs(name, false).len());
            assert_eq!(jobs(name, true).len(), jobs("emit", true).len());
        }
        assert_eq!((jobs("random", false).len(), jobs("random", true).len()), (4, 100));
        // two cores in Icarus too
        assert_eq!((jobs("cocotb", false).len(), jobs("cocotb", true).len()), (3, 5));
        assert!(jobs("lockstep", true)[0].to_string().starts_with("DRTP_CASES=20000 cargo test"));
        assert!(jobs("lockstep", false)[0].to_string().starts_with("cargo test --release "));
    }
}
