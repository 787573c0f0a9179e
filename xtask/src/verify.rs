//! Runs the checks, one after the other, and says how each ended.
use crate::steps::{Context, Step, STEPS};
use crate::tools::{enter_environment, install_missing, Tool};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, io};

/// Options of `cargo xtask verify`.
#[derive(Args)]
pub struct Verify {
    /// Installs missing tools by package name first (as with CI=true).
    #[arg(long)]
    install: bool,
    /// More cases and more configurations.
    #[arg(long)]
    thorough: bool,
    /// Lists the steps and what each one guards.
    #[arg(long)]
    list: bool,
    /// Runs only these steps.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

enum Outcome {
    Passed,
    Failed,
    Skipped,
}

impl Verify {
    /// Whether everything that ran passed.
    pub fn run(self) -> Result<bool, String> {
        if self.list {
            STEPS.iter().for_each(|s| println!("{:10} {}", s.name, s.guards));
            return Ok(true);
        }
        if let Some(unknown) = self.only.iter().find(|n| STEPS.iter().all(|s| s.name != **n)) {
            let names: Vec<_> = STEPS.iter().map(|s| s.name).collect();
            return Err(format!("--only {unknown}: no such step; there are {}", names.join(", ")));
        }
        let ci = env::var("CI").is_ok_and(|v| v == "true");
        // cargo sets the folder of xtask; its parent is the project
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask stands in no project")?;
        env::set_current_dir(root).map_err(|e| format!("{}: {e}", root.display()))?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join("verify");
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;

        enter_environment(&target);
        if self.install || ci {
            install_missing(&target);
        }
        print_versions();
        let context = Context { folder, thorough: self.thorough };
        let wanted = |s: &&Step| self.only.is_empty() || self.only.iter().any(|n| n == s.name);
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for step in STEPS.iter().filter(wanted) {
            match run_step(step, &context, ci) {
                Outcome::Passed => passed += 1,
                Outcome::Failed => failed += 1,
                Outcome::Skipped => skipped += 1,
            }
        }
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        Ok(failed == 0)
    }
}

fn print_versions() {
    for tool in Tool::ALL {
        let found = tool.version().unwrap_or_else(|| format!("missing ({})", tool.install_command()));
        println!("{:10} {found}, expected {}", tool.name(), tool.expected());
    }
}

fn run_step(step: &Step, context: &Context, ci: bool) -> Outcome {
    let missing: Vec<&Tool> = step.needs.iter().filter(|t| !t.is_usable()).collect();
    if let Some(tool) = missing.first() {
        let verdict = if ci { "FAILED" } else { "SKIPPED" };
        println!("{:10} {verdict}: needs {} {} ({})", step.name, tool.name(), tool.expected(), tool.install_command());
        return if ci { Outcome::Failed } else { Outcome::Skipped };
    }
    let log = context.folder.join(format!("{}.log", step.name));
    let _ = fs::remove_file(&log);
    let bar = spinner(step.name);
    let begin = Instant::now();
    let result = (step.run)(context, &log);
    bar.finish_and_clear();
    let seconds = begin.elapsed().as_secs_f64();
    match result {
        Ok(()) => {
            println!("{:10} ok      {seconds:6.1} s  {}", step.name, step.guards);
            Outcome::Passed
        }
        Err(e) => {
            println!("{:10} FAILED  {seconds:6.1} s  {}: {e}", step.name, step.guards);
            print_tail(&log, 60);
            Outcome::Failed
        }
    }
}

fn spinner(name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}  {elapsed}");
    let bar = ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_message(name.to_string());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The end of a log, where the reason stands.
fn print_tail(log: &Path, lines: usize) {
    let text = match fs::read(log) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return,
        Err(e) => format!("{}: {e}", log.display()),
    };
    let all: Vec<&str> = text.lines().collect();
    println!("--- end of {} ---", log.display());
    all[all.len().saturating_sub(lines)..].iter().for_each(|l| println!("{l}"));
    println!("---");
}
