//! One command of a run: everything it says goes into a log beside its results.
use crate::error::{at, SynthError};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Lines of a log that an error shows.
const TAIL: usize = 12;

/// Runs `command` in `folder` with all output in the log `name`.log. A failure shows its end.
pub fn run(command: &mut Command, tool: &'static str, folder: &Path, name: &str) -> Result<(), SynthError> {
    let log = log(folder, name);
    let out = File::create(&log).map_err(at(&log))?;
    let err = out.try_clone().map_err(at(&log))?;
    command.current_dir(folder).stdin(Stdio::null()).stdout(out).stderr(err);
    let status = command.status().map_err(at(Path::new(command.get_program())))?;
    match status.success() {
        true => Ok(()),
        false => Err(failed(tool, log)),
    }
}

/// The log of the command called `name`.
pub fn log(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.log"))
}

/// The failure of a tool that left `log`.
pub fn failed(tool: &'static str, log: PathBuf) -> SynthError {
    let text = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let tail = lines[lines.len().saturating_sub(TAIL)..].iter().map(|l| format!("  | {l}")).collect::<Vec<_>>();
    SynthError::Failed { tool, log, tail: tail.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_the_end_of_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "seq 1 40; echo gone wrong >&2; exit 3"]);
        let e = run(&mut command, "sh", folder.path(), "step").unwrap_err().to_string();
        assert!(e.starts_with("sh failed") && e.contains("step.log") && e.ends_with("  | gone wrong"), "{e}");
        assert!(e.contains("  | 40\n") && !e.contains("  | 20\n"), "{e}");
    }
    #[test]
    fn a_program_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let e = run(&mut Command::new("no-such-program"), "it", folder.path(), "step").unwrap_err().to_string();
        assert!(e.starts_with("no-such-program: "), "{e}");
    }
}
