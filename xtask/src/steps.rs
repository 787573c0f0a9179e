//! What is checked: commands of cargo, and the tests of each crate and of each file of `verif/tests/all`.
//!
//! ```text
//! format -> clippy -> docs -> build -> every test, in one run of nextest -> doc-examples -> the long tier's own
//! ```
//! No test is listed here: a crate with tests is a step, and so is a file in `verif/tests/all`.
use crate::error::{at, XtaskError};
use crate::job::Job;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The profile of all checks: what they build serves all of them.
pub const PROFILE: &str = "checks";
/// The package of the checks from outside; each file of its tests is a step.
pub const VERIF: &str = "drtp-verif";
/// Cases that each property draws in the long tier.
pub const LONG_CASES: &str = "20000";

/// Which runs have a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Every run. It would notice if a promise were broken outright.
    Short,
    /// `--thorough`. It searches for the corner in which a promise is broken.
    Long,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Work {
    /// A command each.
    Commands(Vec<Job>),
    /// The tests of a package.
    Package(String),
    /// The tests of a file of [`VERIF`].
    File(String),
}

/// One check.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub guards: String,
    pub tier: Tier,
    pub work: Work,
}

impl Step {
    fn of(name: &str, tier: Tier, guards: &str, lines: &[Job]) -> Self {
        Self { name: name.into(), guards: guards.into(), tier, work: Work::Commands(lines.into()) }
    }
    pub fn is_test(&self) -> bool {
        !matches!(self.work, Work::Commands(_))
    }
    /// Nextest's filter for its tests.
    pub fn filter(&self) -> Option<String> {
        match &self.work {
            Work::Commands(_) => None,
            Work::Package(package) => Some(format!("package(={package})")),
            Work::File(module) => Some(format!("package(={VERIF}) & test(/^{module}::/)")),
        }
    }
    /// Whether a test is one of its own; `binary` is what nextest calls `package::binary`.
    pub fn has(&self, binary: &str, test: &str) -> bool {
        let package = binary.split("::").next().unwrap_or_default();
        match &self.work {
            Work::Commands(_) => false,
            Work::Package(own) => package == own && (own != VERIF || binary == VERIF),
            Work::File(module) => {
                package == VERIF && binary != VERIF && test.split_once("::").is_some_and(|(first, _)| first == module)
            }
        }
    }
}

/// Steps of cargo that come before the tests, in their order.
pub const BUILD: &str = "build";

fn cargo(line: &str) -> Job {
    Job::cargo(line)
}

/// Compiles every test, without the benches, whose dependencies ask for features that nothing else does.
fn build() -> Job {
    cargo("test --workspace --exclude drtp-bench --no-run").arg("--profile").arg(PROFILE)
}

/// One run of the tests that `filter` names; `long` takes those of the long tier too.
pub fn tests(filter: Option<&str>, long: bool, seed: u64) -> Job {
    let mut job =
        cargo("nextest run --workspace --exclude drtp-bench --no-fail-fast").arg("--cargo-profile").arg(PROFILE);
    if let Some(filter) = filter {
        job = job.arg("--no-tests").arg("warn").arg("-E").arg(filter);
    }
    if long {
        job = job.arg("--run-ignored").arg("all").env("DRTP_TIER", "long").env("DRTP_CASES", LONG_CASES);
    }
    job.env("DRTP_SEED", &seed.to_string())
}

/// Every step, in order.
///
/// # Errors
/// The workspace cannot be read.
pub fn steps(root: &Path, work: &Path) -> Result<Vec<Step>, XtaskError> {
    let clippy = cargo("clippy --workspace --all-targets").arg("--profile").arg(PROFILE);
    let docs = cargo("doc --workspace --no-deps").arg("--profile").arg(PROFILE).env("RUSTDOCFLAGS", "-D warnings");
    let examples = cargo("test --workspace --exclude drtp-bench --doc").arg("--profile").arg(PROFILE);
    let mut all = vec![
        Step::of(
            "format",
            Tier::Short,
            "one layout of the source",
            // the fuzz targets are a workspace of their own
            &["fmt --all --check", "fmt --check --manifest-path verif/fuzz/Cargo.toml"].map(cargo),
        ),
        Step::of("clippy", Tier::Short, "no warning in any target", &[clippy.arg("--").arg("-D").arg("warnings")]),
        Step::of("docs", Tier::Short, "documentation builds, no link in it is broken", &[docs]),
        Step::of(BUILD, Tier::Short, "the tool and every test compile", &[build()]),
    ];
    all.extend(test_steps(root)?);
    all.extend([
        Step::of("doc-examples", Tier::Short, "examples in the documentation run", &[examples]),
        Step::of(
            "fuzz",
            Tier::Long,
            "ten minutes of drawn bytes for each reader of bytes from outside",
            &fuzz_targets(root)?.iter().map(|target| fuzz(work, target)).collect::<Vec<_>>(),
        ),
        Step::of(
            "mutation",
            Tier::Long,
            "the scenarios notice hardware that is broken in many places",
            &[cargo("xtask mutate --hardware --json")],
        ),
        Step::of(
            "release",
            Tier::Long,
            "the README's first command, as a user's machine compiles it",
            &[cargo("run --release -- demo --out").path(&work.join("demo"))],
        ),
    ]);
    Ok(all)
}

/// A step for each package with tests, and for each file of the checks from outside.
fn test_steps(root: &Path) -> Result<Vec<Step>, XtaskError> {
    let mut out = vec![];
    for folder in packages(root)? {
        let (name, about) = manifest(&folder.join("Cargo.toml"))?;
        // benches run by hand
        if name != "drtp-bench" && has_tests(&folder)? {
            let short = name.strip_prefix("drtp-").unwrap_or(&name).to_string();
            out.push(Step { name: short, guards: about, tier: Tier::Short, work: Work::Package(name) });
        }
    }
    for file in files(&root.join("verif/tests/all"), "rs")? {
        let module = stem(&file);
        let text = fs::read_to_string(&file).map_err(at(&file))?;
        if text.contains("#[test]") {
            let guards = opening(&text);
            out.push(Step { name: module.clone(), guards, tier: Tier::Short, work: Work::File(module) });
        }
    }
    Ok(out)
}

/// Whether any source of a package holds a test.
fn has_tests(folder: &Path) -> Result<bool, XtaskError> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let holds = match path.is_dir() {
            true => has_tests(&path)?,
            false => {
                path.extension().is_some_and(|e| e == "rs")
                    && fs::read_to_string(&path).map_err(at(&path))?.contains("#[test]")
            }
        };
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The sentences that a file begins with, to the first full stop.
fn opening(text: &str) -> String {
    let lines = text.lines().map_while(|l| l.strip_prefix("//! "));
    let whole = lines.collect::<Vec<_>>().join(" ");
    whole.split_once(". ").map_or(whole.trim_end_matches('.'), |(first, _)| first).into()
}

/// Folders of the workspace's packages.
pub fn packages(root: &Path) -> Result<Vec<PathBuf>, XtaskError> {
    let crates = root.join("crates");
    let mut all = vec![];
    for entry in fs::read_dir(&crates).map_err(at(&crates))? {
        all.push(entry.map_err(at(&crates))?.path());
    }
    all.extend(["fpga", "verif", "xtask"].map(|name| root.join(name)));
    all.retain(|folder| folder.join("Cargo.toml").is_file());
    all.sort();
    Ok(all)
}

/// Name and description of a package.
fn manifest(file: &Path) -> Result<(String, String), XtaskError> {
    let text = fs::read_to_string(file).map_err(at(file))?;
    let malformed = |reason: String| XtaskError::Malformed { path: file.into(), reason };
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| malformed(e.to_string()))?;
    let of = |key: &str| table["package"].get(key).and_then(|v| v.as_str()).map(String::from);
    let name = of("name").ok_or_else(|| malformed("no package.name".into()))?;
    Ok((name, of("description").unwrap_or_default()))
}

/// Files of a folder with an ending, in their order.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, XtaskError> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|e| e == ending) {
            all.insert(path);
        }
    }
    Ok(all.into_iter().collect())
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn fuzz_targets(root: &Path) -> Result<Vec<String>, XtaskError> {
    Ok(files(&root.join("verif/fuzz/fuzz_targets"), "rs")?.iter().map(|f| stem(f)).collect())
}

/// No sanitizer: none of this is unsafe code, and without one the stable compiler will do.
fn fuzz(work: &Path, target: &str) -> Job {
    // their own folder: nothing is built in this way elsewhere
    cargo("fuzz run --sanitizer none --fuzz-dir verif/fuzz --target-dir")
        .path(&work.join("fuzz"))
        .arg(target)
        .arg("--")
        .arg("-max_total_time=600")
        // an input that takes so long hangs
        .arg("-timeout=20")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Step> {
        steps(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), Path::new("work")).unwrap()
    }

    #[test]
    fn names_are_unique_and_every_step_says_what_it_guards() {
        let names: BTreeSet<String> = all().into_iter().map(|s| s.name).collect();
        assert_eq!(names.len(), all().len());
        for step in all() {
            assert!(!step.guards.is_empty(), "{}", step.name);
            assert!(!matches!(&step.work, Work::Commands(jobs) if jobs.is_empty()), "{}", step.name);
        }
    }
    #[test]
    fn a_test_belongs_to_one_step() {
        for (binary, test, expected) in [
            ("drtp-cosim::all", "registers::rust_hdl", "cosim"),
            ("drtp-cosim", "stall::tests::a", "cosim"),
            ("drtp", "soak::tests::a", "drtp"),
            ("drtp::example/lockstep", "runs", "drtp"),
            ("drtp-cli::bin/drtp", "args::tests::a", "cli"),
            ("drtp-hdl", "num::tests::a", "hdl"),
            ("xtask::bin/xtask", "job::tests::a", "xtask"),
            ("drtp-verif::all", "formal::counters::holds", "formal"),
            ("drtp-verif::all", "cocotb::one_lane_in_icarus", "cocotb"),
            ("drtp-verif", "formal::tests::a", "verif"),
        ] {
            let found: Vec<String> = all().into_iter().filter(|s| s.has(binary, test)).map(|s| s.name).collect();
            assert_eq!(found, [expected], "{binary} {test}");
        }
    }
    #[test]
    fn every_fuzz_target_has_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let targets = fuzz_targets(&root).unwrap();
        assert!(targets.len() >= 4);
        for target in targets {
            let files =
                fs::read_dir(root.join("verif/fuzz/corpus").join(&target)).unwrap().map(|f| f.unwrap().file_name());
            assert!(files.filter(|f| f.to_string_lossy().starts_with("seed_")).count() > 3, "{target}");
        }
    }
    #[test]
    fn the_long_tier_draws_more_and_runs_what_is_ignored() {
        let (short, long) = (tests(None, false, 1).to_string(), tests(None, true, 1).to_string());
        assert!(!short.contains("DRTP_CASES") && !short.contains("--run-ignored"));
        assert!(long.starts_with("DRTP_TIER=long DRTP_CASES=20000 ") && long.ends_with("--run-ignored all"), "{long}");
    }
}
