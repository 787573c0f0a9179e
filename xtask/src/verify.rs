//! `cargo xtask verify`: runs the steps and says how each ended.
use crate::changed;
use crate::error::{at, XtaskError};
use crate::job::{Ended, Job};
use crate::junit::{self, Case};
use crate::plan;
use crate::report::{self, Outcome, Row};
use crate::steps::{self, steps, Step, Tier, Work};
use crate::tools::{Toolbox, NEXTEST};
use clap::Args;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Lines of a log that are shown after a failure.
const TAIL: usize = 60;

/// Options of `cargo xtask verify`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  cargo xtask verify                      what can be checked with the tools that are there
  cargo xtask verify --install            what CI runs
  cargo xtask verify --changed            the steps that uncommitted changes can touch
  cargo xtask verify --changed main~3     and what was committed since
  cargo xtask verify --only format clippy
  cargo xtask verify --only drawn --seed 7    other drawn configurations
  cargo xtask verify --list               every step, what it guards, its promises and commands

The short tier would notice if a promise of verif/plan.md were broken outright; the long one (--thorough) searches for the corner
in which it is broken. Logs are in target/verify, and junit.xml for any CI. A test whose tool is missing does nothing and says so
at the end; with CI=true it fails. Exit codes: 0 nothing failed; 1 a step failed; 2 the steps could not be run.")]
pub struct Verify {
    /// Install missing tools first: Debian packages, and a Python environment in the target folder.
    #[arg(long)]
    install: bool,
    /// The long tier: more drawn cases, more accelerators, broken hardware; some hours.
    #[arg(long)]
    thorough: bool,
    /// Seed of the drawn configurations; it is part of their names.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print the steps and stop.
    #[arg(long)]
    list: bool,
    /// With --list: one JSON object.
    #[arg(long, requires = "list")]
    json: bool,
    /// Only these steps.
    #[arg(long, value_name = "STEP", num_args = 1.., conflicts_with = "changed")]
    only: Vec<String>,
    /// Only the steps that a change since a revision can touch; without one, the uncommitted change.
    #[arg(long, value_name = "REVISION", num_args = 0..=1, default_missing_value = "HEAD")]
    changed: Option<String>,
}

impl Verify {
    /// Whether no step failed.
    pub fn run(self) -> Result<bool, XtaskError> {
        let place = Place::find()?;
        let all = steps(&place.root, &place.shown(&place.work))?;
        if self.list {
            let plan = plan::read(&place.root)?;
            match self.json {
                true => println!("{}", report::list_json(&all, &plan)),
                false => print!("{}", report::list(&all, &plan)),
            }
            return Ok(true);
        }
        let chosen = self.chosen(&place, all)?;
        if chosen.is_empty() {
            println!("nothing that a step reads has changed\n\n{}", report::count(&[]));
            return Ok(true);
        }
        fs::create_dir_all(&place.work).map_err(at(&place.work))?;
        let mut run = Run::begin(place, self.thorough, self.seed)?;
        let install = self.install || run.ci;
        let rows = run.all(&chosen, install)?;
        for row in rows.iter().filter(|r| !matches!(&r.outcome, o if *o == Outcome::OK)) {
            if !matches!(&row.outcome, Outcome::Passed { without, .. } if without.is_empty()) {
                println!("{}: {}", row.name, row.outcome.text());
            }
        }
        println!("\n{}\n\n{}", report::summary(&rows), report::count(&rows));
        Ok(!rows.iter().any(|r| matches!(r.outcome, Outcome::Failed(_))))
    }
    fn chosen(&self, place: &Place, all: Vec<Step>) -> Result<Vec<Step>, XtaskError> {
        let here = |step: &Step| self.thorough || step.tier == Tier::Short;
        if let Some(revision) = &self.changed {
            let files = changed::files(&place.root, revision)?;
            return Ok(changed::touched(&place.root, all, &files)?.into_iter().filter(here).collect());
        }
        selected(all, &self.only, here)
    }
}

/// The steps named, of any tier; where none is named, those that are `here`.
fn selected(all: Vec<Step>, only: &[String], here: impl Fn(&Step) -> bool) -> Result<Vec<Step>, XtaskError> {
    if let Some(unknown) = only.iter().find(|o| !all.iter().any(|s| s.name == **o)) {
        let known: Vec<&str> = all.iter().map(|s| s.name.as_str()).collect();
        return Err(XtaskError::UnknownStep { unknown: unknown.clone(), known: known.join(", ") });
    }
    Ok(all.into_iter().filter(|s| if only.is_empty() { here(s) } else { only.contains(&s.name) }).collect())
}

/// One run of steps.
struct Run {
    place: Place,
    tools: Toolbox,
    long: bool,
    seed: u64,
    ci: bool,
    /// For what tests write beside their folders: empty at the end, or something was left behind.
    scratch: PathBuf,
}

impl Run {
    fn begin(place: Place, long: bool, seed: u64) -> Result<Self, XtaskError> {
        let scratch = place.work.join("tmp");
        empty(&scratch)?;
        let tools = Toolbox::find(&place.venv)?;
        let ci = std::env::var("CI").as_deref() == Ok("true");
        Ok(Self { place, tools, long, seed, ci, scratch })
    }
    /// Everything: tools are installed while what needs none of them is compiled.
    fn all(&mut self, chosen: &[Step], install: bool) -> Result<Vec<Row>, XtaskError> {
        let (venv, root) = (self.place.venv.clone(), self.place.root.clone());
        let mut rows = vec![];
        if install {
            let log = fresh(self.place.log("install"))?;
            let missing: Vec<&str> = self.tools.missing().iter().map(|t| t.name).collect();
            if !missing.is_empty() {
                println!("installing {}", missing.join(", "));
            }
            // what cargo needs comes first, the rest beside it
            self.tools.add_components(&root, &log)?;
            let mut installed = Toolbox::find(&venv)?;
            let failures = std::thread::scope(|scope| {
                let rest = scope.spawn(|| installed.install(&root, &venv, &log));
                rows.extend(self.commands(chosen, true)?);
                rest.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })?;
            failures.iter().for_each(|failure| println!("  {failure}"));
            if !failures.is_empty() {
                print_tail(&self.place, "install")?;
            }
            self.tools = installed;
        } else {
            rows.extend(self.commands(chosen, true)?);
        }
        println!("\n{}\n\nseed of the drawn configurations: {}\n", report::versions(&self.tools), self.seed);
        rows.extend(self.tests(chosen)?);
        rows.extend(self.commands(chosen, false)?);
        rows.extend(self.left_behind()?);
        self.junit(&rows)?;
        Ok(rows)
    }
    /// The steps that are commands: those before the tests, or those behind them.
    fn commands(&self, chosen: &[Step], before: bool) -> Result<Vec<Row>, XtaskError> {
        let first = ["format", "clippy", "docs", steps::BUILD];
        let these = chosen.iter().filter(|s| !s.is_test() && first.contains(&s.name.as_str()) == before);
        these.map(|step| self.command(step)).collect()
    }
    fn command(&self, step: &Step) -> Result<Row, XtaskError> {
        let Work::Commands(jobs) = &step.work else { unreachable!("a step of commands") };
        println!("{}: {} ...", step.name, step.guards);
        let (begin, log) = (Instant::now(), fresh(self.place.log(&step.name))?);
        let mut outcome = Outcome::OK;
        for job in jobs {
            // all of them, so that one run shows everything that is wrong
            if let Err(why) = self.isolated(job.clone()).run(&self.place.root, &self.tools, &log)? {
                outcome = Outcome::Failed(why);
            }
        }
        let time = begin.elapsed();
        println!("{}: {}, {}", step.name, outcome.text(), report::time(time));
        if matches!(outcome, Outcome::Failed(_)) {
            print_tail(&self.place, &step.name)?;
        }
        Ok(Row { name: step.name.clone(), guards: step.guards.clone(), outcome, time })
    }
    /// What it leaves in the temporary folder is found.
    fn isolated(&self, job: Job) -> Job {
        job.env("TMPDIR", &self.scratch.display().to_string())
    }
    /// All tests of the chosen steps in one run, so that no core waits; a row for each step.
    fn tests(&self, chosen: &[Step]) -> Result<Vec<Row>, XtaskError> {
        let these: Vec<&Step> = chosen.iter().filter(|s| s.is_test()).collect();
        if these.is_empty() {
            return Ok(vec![]);
        }
        if !self.tools.has(NEXTEST) {
            let why = format!("without {}: {}", NEXTEST.name, NEXTEST.how_to_install());
            let row = |s: &&Step| {
                let outcome = if self.ci { Outcome::Failed(why.clone()) } else { Outcome::Skipped(why.clone()) };
                Row { name: s.name.clone(), guards: s.guards.clone(), outcome, time: Duration::ZERO }
            };
            return Ok(these.iter().map(row).collect());
        }
        let every = steps(&self.place.root, &self.place.work)?.iter().filter(|s| s.is_test()).count() == these.len();
        let filters: Vec<String> = these.iter().filter_map(|s| s.filter()).map(|f| format!("({f})")).collect();
        let filter = (!every).then(|| filters.join(" | "));
        let report = self.place.tests();
        if report.exists() {
            // an earlier run's must not pass for this one's
            fs::remove_file(&report).map_err(at(&report))?;
        }
        let ended =
            self.isolated(steps::tests(filter.as_deref(), self.long, self.seed)).show(&self.place.root, &self.tools);
        if !report.exists() {
            let why = ended.err().unwrap_or_else(|| "nextest left no report".into());
            let row = |s: &&Step| Row {
                name: s.name.clone(),
                guards: s.guards.clone(),
                outcome: Outcome::Failed(why.clone()),
                time: Duration::ZERO,
            };
            return Ok(these.iter().map(row).collect());
        }
        Ok(rows_of(&these, &junit::read(&report)?, &ended))
    }
    /// A step of its own: nothing stays outside of the target folder and the cache.
    fn left_behind(&self) -> Result<Option<Row>, XtaskError> {
        let entries = fs::read_dir(&self.scratch).map_err(at(&self.scratch))?;
        let left: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        let outcome = match left.is_empty() {
            true => return Ok(None),
            false => Outcome::Failed(format!("left in the temporary folder: {}", left.join(", "))),
        };
        let guards = "nothing stays outside of the target folder and the cache".into();
        Ok(Some(Row { name: "left-behind".into(), guards, outcome, time: Duration::ZERO }))
    }
    fn junit(&self, rows: &[Row]) -> Result<(), XtaskError> {
        let tests = fs::read_to_string(self.place.tests()).ok();
        let of_tests: BTreeSet<String> =
            steps(&self.place.root, &self.place.work)?.into_iter().filter(Step::is_test).map(|s| s.name).collect();
        let commands: Vec<Row> = rows.iter().filter(|r| !of_tests.contains(&r.name)).cloned().collect();
        let ran = rows.iter().any(|r| of_tests.contains(&r.name));
        let file = self.place.work.join("junit.xml");
        fs::write(&file, junit::with_steps(tests.as_deref().filter(|_| ran), &commands)).map_err(at(&file))
    }
}

/// How each step of tests ended.
fn rows_of(steps: &[&Step], cases: &[Case], ended: &Ended) -> Vec<Row> {
    let row = |step: &&Step| {
        let own: Vec<&Case> = cases.iter().filter(|c| step.has(&c.binary, &c.name)).collect();
        let failed: Vec<&str> = own.iter().filter(|c| c.failed).map(|c| c.name.as_str()).collect();
        let without: BTreeSet<String> = own.iter().filter_map(|c| c.skipped.clone()).collect();
        let outcome = match failed.is_empty() {
            _ if own.is_empty() => Outcome::Failed("no test ran".into()),
            false => Outcome::Failed(failed.join(", ")),
            true => Outcome::Passed { tests: Some(own.len()), without: without.into_iter().collect() },
        };
        Row { name: step.name.clone(), guards: step.guards.clone(), outcome, time: own.iter().map(|c| c.time).sum() }
    };
    let mut rows: Vec<Row> = steps.iter().map(row).collect();
    if let (Err(why), false) = (ended, rows.iter().any(|r| matches!(r.outcome, Outcome::Failed(_)))) {
        // nextest failed of something that is no test
        let guards = "every test was run".into();
        rows.push(Row { name: "tests".into(), guards, outcome: Outcome::Failed(why.clone()), time: Duration::ZERO });
    }
    rows
}

/// The workspace, and where its checks may write.
pub struct Place {
    pub root: PathBuf,
    pub work: PathBuf,
    venv: PathBuf,
    target: PathBuf,
}

impl Place {
    pub fn find() -> Result<Self, XtaskError> {
        // asked at run time, so that a checkout that was moved still works
        let own = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(XtaskError::NoWorkspace)?;
        let root = Path::new(&own).parent().ok_or(XtaskError::NoWorkspace)?.to_path_buf();
        let target = root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
        Ok(Self { work: target.join("verify"), venv: target.join("venv"), root, target })
    }
    /// The folder of logs, and the tools.
    pub fn ready(&self) -> Result<Toolbox, XtaskError> {
        fs::create_dir_all(&self.work).map_err(at(&self.work))?;
        Toolbox::find(&self.venv)
    }
    /// A path as commands see it, which run in the root.
    pub fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).into()
    }
    fn log(&self, name: &str) -> PathBuf {
        self.work.join(name).with_extension("log")
    }
    /// The report of nextest, as `.config/nextest.toml` has it.
    fn tests(&self) -> PathBuf {
        self.target.join("nextest/default/junit.xml")
    }
}

fn empty(folder: &Path) -> Result<(), XtaskError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))
}

/// An empty log: a run never shows what an earlier one said.
fn fresh(log: PathBuf) -> Result<PathBuf, XtaskError> {
    fs::write(&log, "").map_err(at(&log))?;
    Ok(log)
}

fn print_tail(place: &Place, name: &str) -> Result<(), XtaskError> {
    let log = place.log(name);
    let bytes = fs::read(&log).map_err(at(&log))?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    println!("  the end of {}:", place.shown(&log).display());
    lines[lines.len().saturating_sub(TAIL)..].iter().for_each(|l| println!("  | {l}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Step> {
        steps(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), Path::new("work")).unwrap()
    }
    fn names(only: &[&str], long: bool) -> Vec<String> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        let here = |s: &Step| long || s.tier == Tier::Short;
        selected(all(), &only, here).unwrap().into_iter().map(|s| s.name).collect()
    }

    #[test]
    fn steps_are_chosen_by_name_or_tier() {
        assert_eq!(names(&["formal", "format"], false), ["format", "formal"]);
        assert_eq!(names(&["mutation"], false), ["mutation"]);
        assert!(!names(&[], false).contains(&"mutation".into()) && names(&[], true).contains(&"mutation".into()));
    }
    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let e = selected(all(), &["form".into()], |_| true).unwrap_err().to_string();
        assert!(e.contains("form") && e.contains("format, clippy"), "{e}");
    }
    fn case(binary: &str, name: &str, failed: bool, skipped: Option<&str>) -> Case {
        let time = Duration::from_secs(1);
        Case { binary: binary.into(), name: name.into(), time, failed, skipped: skipped.map(String::from) }
    }
    #[test]
    fn a_step_fails_with_any_of_its_tests_and_says_what_was_skipped() {
        let all = all();
        let steps: Vec<&Step> = all.iter().filter(|s| ["core", "cosim", "formal"].contains(&s.name.as_str())).collect();
        let cases = [
            case("drtp-core", "a", false, None),
            case("drtp-cosim", "b", false, None),
            case("drtp-cosim::all", "c::d", true, None),
            case("drtp-verif::all", "formal::counters::holds", false, Some("no sby")),
        ];
        let rows = rows_of(&steps, &cases, &Err("exit status: 100".into()));
        let texts: Vec<(String, String)> = rows.iter().map(|r| (r.name.clone(), r.outcome.text())).collect();
        let expected =
            [("core", "ok: 1 tests"), ("cosim", "FAILED (c::d)"), ("formal", "ok in part: 1 tests (no sby)")];
        assert_eq!(texts, expected.map(|(a, b)| (a.to_string(), b.to_string())));
        assert_eq!(rows[1].time, Duration::from_secs(2));
    }
    #[test]
    fn a_run_that_fails_without_a_failed_test_is_told() {
        let all = all();
        let steps: Vec<&Step> = all.iter().filter(|s| s.name == "core").collect();
        let cases = [case("drtp-core", "a", false, None)];
        let rows = rows_of(&steps, &cases, &Err("exit status: 4".into()));
        assert_eq!(rows.last().unwrap().outcome, Outcome::Failed("exit status: 4".into()));
        assert_eq!(rows_of(&steps, &cases, &Ok(String::new())).len(), 1);
        let none = rows_of(&steps, &[], &Ok(String::new()));
        assert_eq!(none[0].outcome, Outcome::Failed("no test ran".into()));
    }
}
