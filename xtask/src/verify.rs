//! `cargo xtask verify`: runs the steps, two at once where they do not compile, and says how each ended.
use crate::error::{at, XtaskError};
use crate::formal::Formal;
use crate::job::{Ended, Job};
use crate::mutate::Mutate;
use crate::random;
use crate::record::Record;
use crate::reference;
use crate::report::{self, Outcome, Row};
use crate::steps::{steps, Step, BUILD};
use crate::tools::{Tool, Toolbox};
use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lines of a log that are shown after a failure.
const TAIL: usize = 60;

/// Options of `cargo xtask verify`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  cargo xtask verify                      what can be checked with the tools that are there
  cargo xtask verify --install            what CI runs
  cargo xtask verify --only format clippy
  cargo xtask verify --only random --seed 7   other random configurations
  cargo xtask verify --list               every step, what it guards, its commands

Each step's output is in target/verify/STEP.log. A missing tool skips its step; with CI=true it is installed, or the
step fails. Exit codes: 0 nothing failed; 1 a step failed; 2 the steps could not be run.")]
pub struct Verify {
    /// Install missing tools first: Debian packages, and a Python environment in the target folder.
    #[arg(long)]
    install: bool,
    /// More drawn cases, more accelerators: an hour rather than minutes.
    #[arg(long)]
    thorough: bool,
    /// Seed of the random configurations; it is part of their names.
    #[arg(long, value_name = "N", default_value_t = random::DEFAULT_SEED)]
    seed: u64,
    /// Print the steps and their commands, and stop.
    #[arg(long)]
    list: bool,
    /// Only these steps, and those whose output they read.
    #[arg(long, value_name = "STEP", num_args = 1..)]
    only: Vec<String>,
}

impl Verify {
    /// Whether no step failed.
    pub fn run(self) -> Result<bool, XtaskError> {
        let place = Place::find()?;
        let steps = selected(steps(&place.shown(&place.work), self.thorough, self.seed), &self.only)?;
        if self.list {
            print!("{}", report::list(&steps));
            return Ok(true);
        }
        fs::create_dir_all(&place.work).map_err(at(&place.work))?;
        let ci = std::env::var("CI").as_deref() == Ok("true");
        let mut tools = Toolbox::find(&place.venv)?;
        if ci || self.install {
            install(&mut tools, &steps, &place)?;
        }
        println!("{}\n\nseed of the random configurations: {}\n", report::versions(&tools), self.seed);

        let rows = run_steps(&steps, &tools, &place, ci)?;
        println!("\n{}\n\n{}", report::summary(&rows), report::count(&rows));
        Ok(!rows.iter().any(|r| matches!(r.outcome, Outcome::Failed(_))))
    }
}

/// Steps at once: many are one command on one core. Commands of both share the cores.
const AT_ONCE: usize = 2;

/// As many commands run at once as there are cores, whichever step they belong to.
struct Cores {
    free: Mutex<usize>,
    changed: Condvar,
}

impl Cores {
    fn new() -> Self {
        let all = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { free: Mutex::new(all), changed: Condvar::new() }
    }
    fn run<T>(&self, command: impl FnOnce() -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        *self.changed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner) -= 1;
        let out = command();
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_one();
        out
    }
}

/// Which steps have not begun, and how the others ended.
struct Progress {
    waiting: VecDeque<usize>,
    /// By the number of the step.
    ended: BTreeMap<usize, Row>,
}

impl Progress {
    /// The first step whose input is there, or will never be.
    fn take(&mut self, steps: &[Step]) -> Option<usize> {
        let is_there = |name: &str| {
            let first = steps.iter().position(|s| s.name == name);
            first.is_none_or(|f| self.ended.contains_key(&f))
        };
        let at = self.waiting.iter().position(|i| steps[*i].after.is_none_or(is_there))?;
        self.waiting.remove(at)
    }
}

/// Runs the steps, compilation alone and first, then [`AT_ONCE`] in their order. Their rows, in that order too.
fn run_steps(steps: &[Step], tools: &Toolbox, place: &Place, ci: bool) -> Result<Vec<Row>, XtaskError> {
    let width = steps.iter().map(|s| s.name.len()).max().unwrap_or(0);
    let (bars, cores) = (MultiProgress::new(), Cores::new());
    let progress = Mutex::new(Progress { waiting: VecDeque::new(), ended: BTreeMap::new() });
    let changed = Condvar::new();
    let locked = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let one = |i: usize| -> Result<(), XtaskError> {
        let step = &steps[i];
        let title = format!("{:width$}  {}", step.name, step.guards);
        let (begin, shown) = (Instant::now(), Shown::begin(&bars, &title));
        let rows: Vec<Row> = locked().ended.values().cloned().collect();
        let outcome = outcome(step, &rows, tools, place, &cores, ci);
        let mut now = locked();
        let outcome = outcome?;
        let time = begin.elapsed();
        shown.end(&title, &format!("{}, {}", outcome.text(), report::time(time)));
        if matches!(outcome, Outcome::Failed(_)) {
            print_tail(place, step.name)?;
        }
        now.ended.insert(i, Row { name: step.name, guards: step.guards, outcome, time });
        Ok(())
    };
    // what is compiled once serves all that follow
    let first = steps.iter().position(|s| s.name == BUILD).map_or(0, |b| b + 1);
    (0..first).try_for_each(one)?;
    locked().waiting = (first..steps.len()).collect();
    let worker = || -> Result<(), XtaskError> {
        loop {
            let mut now = locked();
            let next = loop {
                if now.waiting.is_empty() {
                    return Ok(());
                }
                match now.take(steps) {
                    Some(next) => break next,
                    None => now = changed.wait(now).unwrap_or_else(PoisonError::into_inner),
                }
            };
            drop(now);
            let ended = one(next);
            if ended.is_err() {
                // the others end too, when they have done what they are at
                locked().waiting.clear();
            }
            changed.notify_all();
            ended?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|w| w.join().unwrap_or_else(|p| std::panic::resume_unwind(p)))
    })?;
    Ok(progress.into_inner().unwrap_or_else(PoisonError::into_inner).ended.into_values().collect())
}

/// `cargo xtask bless`: writes the reference again. Whether it could be emitted.
pub fn bless() -> Result<bool, XtaskError> {
    let place = Place::find()?;
    let folder = place.work.join("bless");
    empty(&folder)?;
    let log = fresh(place.log("bless"))?;
    reference::bless(&place.root, &place.shown(&folder), &Toolbox::find(&place.venv)?, &log)
}

/// `cargo xtask formal`. Whether every task ended as it must.
pub fn formal(formal: Formal) -> Result<bool, XtaskError> {
    let place = Place::find()?;
    fs::create_dir_all(&place.work).map_err(at(&place.work))?;
    formal.run(&place.root, &place.shown(&place.work), &Toolbox::find(&place.venv)?)
}

/// `cargo xtask mutate`. Whether enough was noticed.
pub fn mutate(mutate: Mutate) -> Result<bool, XtaskError> {
    let place = Place::find()?;
    fs::create_dir_all(&place.work).map_err(at(&place.work))?;
    mutate.run(&place.root, &place.shown(&place.work), &Toolbox::find(&place.venv)?)
}

/// `cargo xtask record`. Whether all that was run could be measured.
pub fn record(record: Record) -> Result<bool, XtaskError> {
    let place = Place::find()?;
    fs::create_dir_all(&place.work).map_err(at(&place.work))?;
    record.run(&place.root, &place.shown(&place.work), &Toolbox::find(&place.venv)?)
}

/// The workspace, and where its checks may write.
struct Place {
    root: PathBuf,
    work: PathBuf,
    venv: PathBuf,
}

impl Place {
    fn find() -> Result<Self, XtaskError> {
        // asked at run time, so that a checkout that was moved still works
        let own = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(XtaskError::NoWorkspace)?;
        let root = Path::new(&own).parent().ok_or(XtaskError::NoWorkspace)?.to_path_buf();
        let target = root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
        Ok(Self { work: target.join("verify"), venv: target.join("venv"), root })
    }
    /// A path as commands see it, which run in the root.
    fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).into()
    }
    fn log(&self, name: &str) -> PathBuf {
        self.work.join(name).with_extension("log")
    }
}

/// The steps named, and those whose output they read, in the usual order.
fn selected(all: Vec<Step>, only: &[String]) -> Result<Vec<Step>, XtaskError> {
    if let Some(unknown) = only.iter().find(|o| !all.iter().any(|s| s.name == **o)) {
        let known: Vec<&str> = all.iter().map(|s| s.name).collect();
        return Err(XtaskError::UnknownStep { unknown: unknown.clone(), known: known.join(", ") });
    }
    let named = |name: &str| only.is_empty() || only.iter().any(|o| o == name);
    let read: Vec<&str> = all.iter().filter(|s| named(s.name)).filter_map(|s| s.after).collect();
    Ok(all.into_iter().filter(|s| named(s.name) || read.contains(&s.name)).collect())
}

fn install(tools: &mut Toolbox, steps: &[Step], place: &Place) -> Result<(), XtaskError> {
    let mut wanted: Vec<Tool> = steps.iter().flat_map(|s| s.needs.iter().chain(s.wants)).copied().collect();
    wanted.sort();
    wanted.dedup();
    let missing: Vec<&str> = tools.missing(&wanted).iter().map(|t| t.name()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let title = format!("installing {}", missing.join(", "));
    let log = fresh(place.log("install"))?;
    let shown = Shown::begin(&MultiProgress::new(), &title);
    let failures = tools.install(&wanted, &place.root, &place.venv, &log)?;
    shown.end(&title, if failures.is_empty() { "done" } else { "FAILED" });
    for failure in &failures {
        println!("  {failure}");
    }
    if !failures.is_empty() {
        print_tail(place, "install")?;
    }
    Ok(())
}

fn outcome(
    step: &Step,
    done: &[Row],
    tools: &Toolbox,
    place: &Place,
    cores: &Cores,
    ci: bool,
) -> Result<Outcome, XtaskError> {
    let log = fresh(place.log(step.name))?;
    let missing = tools.missing(step.needs);
    if !missing.is_empty() {
        let why = report::how_to_get(&missing);
        return Ok(if ci { Outcome::Failed(why) } else { Outcome::Skipped(why) });
    }
    if let Some(first) = done.iter().find(|r| Some(r.name) == step.after) {
        if !matches!(first.outcome, Outcome::Passed { .. }) {
            return Ok(Outcome::Skipped(format!("{} did not pass", first.name)));
        }
    }
    let less = tools.missing(step.wants);
    if ci && !less.is_empty() {
        return Ok(Outcome::Failed(report::how_to_get(&less)));
    }
    if let Some(folder) = step.folder.as_ref().map(|f| place.root.join(f)) {
        empty(&folder)?;
    }
    for (file, text) in &step.files {
        let file = place.root.join(file);
        fs::write(&file, text).map_err(at(&file))?;
    }
    let (mut failures, mut counts) = (vec![], vec![]);
    for ended in run_all(step, tools, place, cores, &log)? {
        match ended {
            Ok(count) => counts.extend(count),
            Err(why) => failures.push(why),
        }
    }
    let count = (!counts.is_empty()).then(|| counts.join("; "));
    Ok(match failures.len() {
        0 => Outcome::Passed { count, without: (!less.is_empty()).then(|| report::how_to_get(&less)) },
        1 => Outcome::Failed(failures.remove(0)),
        n => Outcome::Failed(format!("{n} commands, the first: {}", failures[0])),
    })
}

/// Runs all commands, so that one run shows everything that is wrong, with what they print one behind the other in `log`.
fn run_all(step: &Step, tools: &Toolbox, place: &Place, cores: &Cores, log: &Path) -> Result<Vec<Ended>, XtaskError> {
    if step.in_order {
        return step.jobs.iter().map(|job| cores.run(|| job.run(&place.root, tools, log))).collect();
    }
    let run = |(i, job): (usize, &Job)| {
        let own = fresh(log.with_extension(format!("{i}.log")))?;
        let ended = cores.run(|| job.run(&place.root, tools, &own))?;
        Ok((ended, own))
    };
    // a thread each: in a pool the one that waits for a step's end would take up another step's command
    let ended: Vec<(Ended, PathBuf)> = std::thread::scope(|scope| {
        let threads: Vec<_> = step.jobs.iter().enumerate().map(|job| scope.spawn(move || run(job))).collect();
        let joined = threads.into_iter().map(|t| t.join().unwrap_or_else(|p| std::panic::resume_unwind(p)));
        joined.collect::<Result<_, XtaskError>>()
    })?;
    let mut whole = fs::OpenOptions::new().append(true).open(log).map_err(at(log))?;
    for (_, own) in &ended {
        let mut part = fs::File::open(own).map_err(at(own))?;
        std::io::copy(&mut part, &mut whole).map_err(at(log))?;
        fs::remove_file(own).map_err(at(own))?;
    }
    Ok(ended.into_iter().map(|(ended, _)| ended).collect())
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
    if lines.is_empty() {
        return Ok(());
    }
    println!("  the end of {}:", place.shown(&log).display());
    lines[lines.len().saturating_sub(TAIL)..].iter().for_each(|l| println!("  | {l}"));
    Ok(())
}

/// A step while it runs: a spinner on a terminal, else a line when it begins, so that a log shows what hangs.
enum Shown {
    Spinner(MultiProgress, ProgressBar),
    Line,
}

impl Shown {
    fn begin(bars: &MultiProgress, title: &str) -> Self {
        if std::io::stdout().is_terminal() && std::io::stderr().is_terminal() {
            let bar = bars.add(ProgressBar::new_spinner().with_message(title.to_string()));
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            return Self::Spinner(bars.clone(), bar);
        }
        println!("{title} ...");
        Self::Line
    }
    fn end(self, title: &str, result: &str) {
        match self {
            Self::Spinner(bars, bar) => {
                bar.finish_and_clear();
                bars.suspend(|| println!("{title} ... {result}"));
            }
            Self::Line => println!("{title} ... {result}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Expect;

    fn all() -> Vec<Step> {
        steps(Path::new("work"), false, random::DEFAULT_SEED)
    }
    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        selected(all(), &only).unwrap().iter().map(|s| s.name).collect()
    }

    #[test]
    fn a_step_brings_the_one_it_reads_from() {
        assert_eq!(names(&["yosys", "format"]), ["format", "emit", "yosys"]);
        assert_eq!(names(&["emit"]), ["emit"]);
        assert_eq!(names(&[]).len(), all().len());
    }
    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let e = selected(all(), &["form".into()]).unwrap_err().to_string();
        assert!(e.contains("form") && e.contains("format, clippy"), "{e}");
    }

    fn step(name: &'static str, jobs: &[&str]) -> Step {
        let shell = |script: &&str| Job::new("sh", ["-c", script]);
        Step { jobs: jobs.iter().map(shell).collect(), ..Step::of(name, "nothing") }
    }
    #[test]
    fn a_log_holds_each_commands_output_in_order() {
        let (outcomes, log) = run(&[step("a", &["sleep 0.2; echo one", "echo two"])], false);
        assert_eq!(outcomes, [Outcome::OK]);
        assert_eq!(log.lines().filter(|l| !l.starts_with('$')).collect::<Vec<_>>(), ["one", "two"]);
    }
    #[test]
    fn a_command_may_read_what_the_one_before_wrote() {
        let (outcomes, _) = run(&[Step { in_order: true, ..step("a", &["sleep 0.2; touch x", "test -e x"]) }], false);
        assert_eq!(outcomes, [Outcome::OK]);
    }
    /// How the steps end without any tool, and what is in the last one's log.
    fn run(steps: &[Step], ci: bool) -> (Vec<Outcome>, String) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        let place = Place { work: root.clone(), venv: root.join("venv"), root };
        let rows = run_steps(steps, &Toolbox::default(), &place, ci).unwrap();
        let log = fs::read_to_string(place.log(rows.last().unwrap().name)).unwrap();
        (rows.into_iter().map(|r| r.outcome).collect(), log)
    }

    #[test]
    fn a_failed_command_does_not_hide_the_next() {
        let (outcomes, log) = run(&[step("a", &["echo one; exit 1", "echo two", "exit 2"])], false);
        assert!(matches!(&outcomes[0], Outcome::Failed(why) if why.starts_with("2 commands")), "{outcomes:?}");
        assert!(log.contains("\none\n") && log.contains("\ntwo\n"), "{log}");
    }
    #[test]
    fn what_reads_a_failed_step_is_skipped() {
        let reader = || Step { after: Some("a"), ..step("b", &["true"]) };
        let (outcomes, _) = run(&[step("a", &["false"]), reader()], true);
        assert_eq!(outcomes[1], Outcome::Skipped("a did not pass".into()));
        assert_eq!(run(&[step("a", &["true"]), reader()], true).0, [Outcome::OK, Outcome::OK]);
    }
    #[test]
    fn two_steps_run_at_once_and_a_reader_waits_for_its_own() {
        // each waits for what the other makes
        let a = step("a", &["touch x; while [ ! -e y ]; do sleep 0.05; done; sleep 0.2; touch done"]);
        let b = step("b", &["touch y; while [ ! -e x ]; do sleep 0.05; done"]);
        let reader = Step { after: Some("a"), ..step("c", &["test -e done"]) };
        assert_eq!(run(&[a, b, reader], true).0, [Outcome::OK, Outcome::OK, Outcome::OK]);
    }
    #[test]
    fn what_compiles_runs_alone() {
        let first = step("first", &["sleep 0.2; touch first"]);
        let build = step(BUILD, &["test -e first; sleep 0.2; touch built"]);
        let test = || step("test", &["test -e built"]);
        assert_eq!(run(&[first, build, test(), Step { name: "other", ..test() }], true).0, [const { Outcome::OK }; 4]);
    }
    #[test]
    fn a_missing_tool_skips_but_fails_under_ci() {
        let needy = || Step { needs: &[Tool::Pyosys], ..step("a", &["true"]) };
        let wishful = || Step { wants: &[Tool::Icarus], ..step("a", &["true"]) };
        assert!(matches!(&run(&[needy()], false).0[0], Outcome::Skipped(how) if how.contains("pip install")));
        assert!(
            matches!(&run(&[wishful()], false).0[0], Outcome::Passed { without: Some(how), .. } if how.contains("apt-get"))
        );
        assert!(matches!(&run(&[needy()], true).0[0], Outcome::Failed(how) if how.contains("pip install")));
        assert!(matches!(&run(&[wishful()], true).0[0], Outcome::Failed(how) if how.contains("apt-get")));
    }
    #[test]
    fn a_step_shows_what_its_commands_count() {
        let counting = |line: &str| Step {
            jobs: vec![Job::new("echo", [line]).expect(Expect::Count("t"))],
            ..Step::of("a", "nothing")
        };
        let outcome = |line: &str| run(&[counting(line)], false).0.remove(0).text();
        assert_eq!(outcome("t: 23 passed, 0 failed"), "ok: 23 passed, 0 failed");
        assert!(outcome("t: 22 passed, 1 failed").starts_with("FAILED"));
    }
    #[test]
    fn a_folder_is_emptied_and_files_are_written_first() {
        let (folder, file) = (PathBuf::from("made"), PathBuf::from("made/a.toml"));
        let first = step("a", &["mkdir made && touch made/old"]);
        let second = Step {
            folder: Some(folder),
            after: Some("a"),
            files: vec![(file, "x = 1".into())],
            ..step("b", &["test ! -e made/old && cat made/a.toml"])
        };
        let (outcomes, log) = run(&[first, second], false);
        assert_eq!(outcomes, [Outcome::OK, Outcome::OK]);
        assert!(log.ends_with("x = 1"), "{log}");
    }
}
