//! What is checked, and what each check guards.
use crate::job::{Expect, Job};
use crate::reference::{self, Same};
use crate::tools::Tool;
use crate::variants::{variants, REFERENCE_LANES, REFERENCE_LAYERS};
use crate::{cocotb, demo};
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
}

impl Step {
    /// A step that does nothing yet.
    pub fn of(name: &'static str, guards: &'static str) -> Self {
        Self { name, guards, needs: &[], wants: &[], after: None, folder: None, files: vec![], jobs: vec![] }
    }
    fn new(name: &'static str, guards: &'static str, job: Job) -> Self {
        Self { jobs: vec![job], ..Self::of(name, guards) }
    }
}

/// Every step, in order: what is quick comes first. `work` is a folder for what the steps make.
pub fn steps(work: &Path, thorough: bool) -> Vec<Step> {
    let emitted = work.join("emit");
    let packages = packages(thorough);
    let folders: Vec<PathBuf> = packages.iter().map(|p| emitted.join(&p.name)).collect();
    let suite = work.join("cocotb");
    let reference = work.join("reference");
    let cases = thorough.then_some("20000");
    vec![
        Step {
            needs: &[Tool::Rustfmt],
            ..Step::new("format", "one layout of the source", Job::cargo("fmt --all --check"))
        },
        Step {
            needs: &[Tool::Clippy],
            ..Step::new(
                "clippy",
                "no warning in any target",
                Job::cargo("clippy --workspace --all-targets -- -D warnings"),
            )
        },
        Step::new(
            "docs",
            "documentation builds, no link is broken",
            Job::cargo("doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"),
        ),
        Step::new(
            "unit",
            "arithmetic, formats, streams, address maps, configurations",
            Job::cargo("test --workspace --lib --bins"),
        ),
        Step::new("doc-examples", "examples in the documentation run", Job::cargo("test --workspace --doc")),
        Step::new("golden", "the oracle itself, against samples worked by hand", integration("drtp-golden")),
        Step::new(
            "fast",
            "the fast engine is the golden model bit for bit, on every kernel",
            cases.into_iter().fold(integration("drtp-fast"), |job, cases| job.env("DRTP_CASES", cases)),
        ),
        Step::new("data", "data files, and what is refused in them", integration("drtp-data")),
        Step {
            wants: &[Tool::Verilator],
            ..Step::new("cli", "commands, options, messages, exit codes", integration("drtp-cli"))
        },
        Step {
            wants: &[Tool::Verilator, Tool::Icarus, Tool::Pyosys],
            ..Step::new("hdl", "Verilog means what was simulated", integration("drtp-hdl"))
        },
        Step {
            files: packages
                .iter()
                .filter_map(|p| Some((emitted.join(&p.name).with_extension("toml"), p.file.clone()?)))
                .collect(),
            jobs: packages.iter().map(|p| p.emit(&emitted)).collect(),
            folder: Some(emitted.clone()),
            ..Step::of("emit", "every lane count, width and depth can be generated")
        },
        Step {
            needs: &[Tool::Verilator],
            after: Some("emit"),
            jobs: folders.iter().map(|f| lint(f)).collect(),
            ..Step::of("lint", "emitted Verilog draws no warning from Verilator")
        },
        Step {
            folder: Some(reference.clone()),
            jobs: vec![reference::emit(&reference), Same::job(&reference)],
            ..Step::of("reference", "rtl-out/reference is what the generator prints; else run `cargo xtask bless`")
        },
        Step {
            needs: &[Tool::Pyosys],
            after: Some("emit"),
            jobs: folders.iter().map(|f| yosys(f)).collect(),
            ..Step::of("yosys", "on an ECP5: one multiplier a lane, weights in block RAM, no latch")
        },
        Step {
            needs: &[Tool::Icarus, Tool::Cocotb, Tool::CocotbextAxi],
            files: cocotb::files(&suite),
            jobs: cocotb::jobs(&suite),
            folder: Some(suite.clone()),
            ..Step::of("cocotb", "streams, every register, training through the bus alone, against golden vectors")
        },
        Step::new(
            "demo",
            "hardware learns digits equal to its model, in the cycles of an inference",
            Job::cargo("run --release -- demo --json --out")
                .path(&work.join("demo"))
                .expect(Expect::Json(demo::accepts)),
        ),
        Step {
            wants: &[Tool::Verilator],
            ..Step::new(
                "lockstep",
                "description and Verilog equal golden model: any network, stall, bad frame, reset, register",
                cases.into_iter().fold(integration("drtp-cosim"), |job, cases| job.env("DRTP_CASES", cases)),
            )
        },
    ]
}

/// All integration tests of a package. Not `--tests`, which would run its unit tests again.
fn integration(package: &str) -> Job {
    Job::cargo("test -p").arg(package).arg("--test").arg("*")
}

/// One accelerator to emit.
struct Package {
    /// Its folder.
    name: String,
    /// Options of `drtp emit`, where it has no file.
    options: String,
    /// Configuration file.
    file: Option<String>,
}

fn packages(thorough: bool) -> Vec<Package> {
    let reference = REFERENCE_LANES.map(|lanes| Package {
        name: format!("{lanes}-lanes_reference"),
        options: format!("--lanes {lanes} --layers {REFERENCE_LAYERS}"),
        file: None,
    });
    let others = variants(thorough).into_iter().map(|v| Package {
        name: v.name(),
        options: String::new(),
        file: Some(v.toml()),
    });
    reference.into_iter().chain(others).collect()
}

impl Package {
    fn emit(&self, emitted: &Path) -> Job {
        let folder = emitted.join(&self.name);
        let mut job = Job::cargo(&format!("run --release --quiet -- emit {}", self.options));
        if self.file.is_some() {
            job = job.arg("--config").path(&folder.with_extension("toml"));
        }
        let files = ["drtp_core.v", "manifest.json"].map(|f| folder.join(f)).into();
        job.arg("--out").path(&folder).expect(Expect::Files(files))
    }
}

fn lint(folder: &Path) -> Job {
    Job::new("verilator", ["--lint-only", "-Wall"])
        .path(&folder.join("drtp_core.v"))
        .arg("--top-module")
        .arg("drtp_core")
        .expect(Expect::Silence)
}

fn yosys(folder: &Path) -> Job {
    Job::new("python3", ["verif/yosys/check_ecp5.py"]).path(folder).expect(Expect::Line("check_ecp5: ok"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_what_is_needed_comes_before() {
        let mut before = BTreeSet::new();
        for step in steps(Path::new("work"), false) {
            assert!(step.after.is_none_or(|s| before.contains(s)), "{}", step.name);
            assert!(before.insert(step.name), "{}", step.name);
            assert!(!step.jobs.is_empty(), "{}", step.name);
        }
    }
    /// A crate with integration tests that no step runs would look verified.
    #[test]
    fn every_folder_of_tests_has_its_step() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let run: BTreeSet<String> =
            steps(Path::new("work"), false).iter().flat_map(|s| &s.jobs).map(ToString::to_string).collect();
        for entry in std::fs::read_dir(crates).unwrap() {
            let folder = entry.unwrap().path();
            if !folder.join("tests").is_dir() {
                continue;
            }
            let name = folder.file_name().and_then(|n| n.to_str()).unwrap();
            let package = if name == "drtp" { name.to_string() } else { format!("drtp-{name}") };
            let job = integration(&package).to_string();
            assert!(run.contains(&job), "no step runs `{job}`");
        }
    }
    #[test]
    fn thorough_emits_and_draws_more() {
        let jobs = |name: &str, thorough| {
            let step = steps(Path::new("work"), thorough).into_iter().find(|s| s.name == name).unwrap();
            step.jobs
        };
        for name in ["emit", "lint", "yosys"] {
            assert!(jobs(name, true).len() > jobs(name, false).len());
            assert_eq!(jobs(name, true).len(), jobs("emit", true).len());
        }
        assert!(jobs("lockstep", true)[0].to_string().starts_with("DRTP_CASES=20000 cargo test"));
        assert!(jobs("lockstep", false)[0].to_string().starts_with("cargo test"));
    }
}
