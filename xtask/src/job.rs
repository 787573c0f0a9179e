//! One outside command: how it is shown, and run into a log.
use crate::error::{at, XtaskError};
use crate::tools::Toolbox;
use serde_json::Value;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// How a command ended: what it said, or why it is a failure.
pub type Ended = Result<String, String>;

/// A command run in the workspace's root.
#[derive(Clone, Debug)]
pub struct Job {
    program: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
}

impl Job {
    pub fn new(program: &str, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { program: program.into(), args: args.into_iter().map(Into::into).collect(), env: vec![] }
    }
    /// `cargo` with arguments as one would type them.
    pub fn cargo(line: &str) -> Self {
        Self::new("cargo", line.split_whitespace())
    }
    pub fn arg(mut self, word: impl Into<String>) -> Self {
        self.args.push(word.into());
        self
    }
    pub fn path(self, path: &Path) -> Self {
        self.arg(path.display().to_string())
    }
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Runs to the end with all output in `log`.
    pub fn run(&self, root: &Path, tools: &Toolbox, log: &Path) -> Result<Ended, XtaskError> {
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(log).map_err(at(log))?;
        writeln!(file, "$ {self}").map_err(at(log))?;
        let begin = file.seek(SeekFrom::End(0)).map_err(at(log))?;
        let (out, err) = (file.try_clone().map_err(at(log))?, file.try_clone().map_err(at(log))?);
        let mut command = self.command(root, tools);
        command.stdout(out).stderr(err);
        let status = match command.status() {
            Ok(status) => status,
            Err(e) => return Ok(Err(format!("{}: {e}", self.program))),
        };
        match status.success() {
            true => Ok(Ok(read_from(&mut file, begin).map_err(at(log))?)),
            false => Ok(Err(format!("{self}: {status}"))),
        }
    }
    /// Runs to the end with its output where ours goes. Whether it succeeded.
    pub fn quietly(&self, root: &Path, tools: &Toolbox) -> bool {
        self.command(root, tools).status().is_ok_and(|status| status.success())
    }
    /// The same for what shows its own progress, behind a line that says what is run.
    pub fn show(&self, root: &Path, tools: &Toolbox) -> Ended {
        println!("$ {self}");
        match self.command(root, tools).status() {
            Ok(status) if status.success() => Ok(String::new()),
            Ok(status) => Err(format!("{self}: {status}")),
            Err(e) => Err(format!("{}: {e}", self.program)),
        }
    }
    fn command(&self, root: &Path, tools: &Toolbox) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(root).stdin(Stdio::null());
        // logs are read by people and by tools that do not know colours
        command.env("CARGO_TERM_COLOR", "never");
        tools.prepare(&mut command);
        command.envs(self.env.iter().map(|(k, v)| (k, v)));
        command
    }
}

/// The last line that is a JSON object.
pub fn object(said: &str) -> Option<Value> {
    said.lines().rev().filter_map(|l| serde_json::from_str::<Value>(l).ok()).find(Value::is_object)
}

/// What a file holds from `begin` on. Not every tool speaks UTF-8.
fn read_from(file: &mut File, begin: u64) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = vec![];
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl fmt::Display for Job {
    /// As one would type it in a shell.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (name, value) in &self.env {
            write!(f, "{name}={} ", quoted(value))?;
        }
        f.write_str(&self.program)?;
        self.args.iter().try_for_each(|a| write!(f, " {}", quoted(a)))
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,=:+@".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str) -> (Ended, String) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let result = Job::new("sh", ["-c", script]).run(folder.path(), &Toolbox::default(), &log).unwrap();
        (result, std::fs::read_to_string(log).unwrap())
    }

    #[test]
    fn shown_as_it_would_be_typed() {
        let job = Job::cargo("test --test *").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(job.to_string(), "RUSTDOCFLAGS='-D warnings' cargo test --test '*'");
    }
    #[test]
    fn output_and_command_are_in_the_log() {
        let (result, log) = run("echo one; echo two >&2");
        assert_eq!(result, Ok("one\ntwo\n".into()));
        assert_eq!(log, "$ sh -c 'echo one; echo two >&2'\none\ntwo\n");
    }
    #[test]
    fn a_status_other_than_0_fails() {
        assert!(run("exit 3").0.unwrap_err().contains("exit status: 3"));
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new("./no-such-program", [""; 0]);
        assert!(job.run(folder.path(), &Toolbox::default(), &folder.path().join("log")).unwrap().is_err());
        assert!(job.show(folder.path(), &Toolbox::default()).is_err());
    }
    #[test]
    fn the_last_object_counts() {
        assert_eq!(object("{\"a\":1}\nnoise\n{\"a\":2}\n3\n").unwrap()["a"], 2);
        assert_eq!(object("noise\n1\n"), None);
    }
}
