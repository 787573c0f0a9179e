//! One outside command: how it is shown, run into a log, and judged.
use crate::error::{at, XtaskError};
use crate::tools::Toolbox;
use serde_json::Value;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command must do besides exiting with 0.
#[derive(Clone, Debug)]
pub enum Expect {
    /// Nothing more.
    Success,
    /// Print nothing: for tools that warn and exit with 0.
    Silence,
    /// Print this line: for tools whose exit status is not to be trusted.
    Line(&'static str),
    /// Leave these files, relative to the workspace.
    Files(Vec<PathBuf>),
    /// Print one JSON object on a line of its own that the function accepts.
    Json(fn(&Value) -> Result<(), String>),
}

/// A command run in the workspace's root.
#[derive(Clone, Debug)]
pub struct Job {
    program: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
    expect: Expect,
}

impl Job {
    pub fn new(program: &str, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            env: vec![],
            expect: Expect::Success,
        }
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
    pub fn expect(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    /// Runs to the end with all output in `log`; the inner error says why it is a failure.
    pub fn run(&self, root: &Path, tools: &Toolbox, log: &Path) -> Result<Result<(), String>, XtaskError> {
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(log).map_err(at(log))?;
        writeln!(file, "$ {self}").map_err(at(log))?;
        let begin = file.seek(SeekFrom::End(0)).map_err(at(log))?;
        let (out, err) = (file.try_clone().map_err(at(log))?, file.try_clone().map_err(at(log))?);
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(root).stdin(Stdio::null()).stdout(out).stderr(err);
        // logs are read by people and by tools that do not know colours
        command.env("CARGO_TERM_COLOR", "never");
        tools.prepare(&mut command);
        command.envs(self.env.iter().map(|(k, v)| (k, v)));
        let status = match command.status() {
            Ok(status) => status,
            Err(e) => return Ok(Err(format!("{}: {e}", self.program))),
        };
        if !status.success() {
            return Ok(Err(format!("{self}: {status}")));
        }
        let said = read_from(&mut file, begin).map_err(at(log))?;
        Ok(self.judge(root, &said).map_err(|e| format!("{self}: {e}")))
    }

    fn judge(&self, root: &Path, said: &str) -> Result<(), String> {
        match &self.expect {
            Expect::Success => Ok(()),
            Expect::Silence if said.trim().is_empty() => Ok(()),
            Expect::Silence => Err("must print nothing".into()),
            Expect::Line(line) if said.lines().any(|l| l == *line) => Ok(()),
            Expect::Line(line) => Err(format!("did not print {line:?}")),
            Expect::Files(files) => match files.iter().find(|f| !root.join(f).is_file()) {
                None => Ok(()),
                Some(f) => Err(format!("did not write {}", f.display())),
            },
            Expect::Json(accepts) => {
                let mut objects = said.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok());
                match objects.find(Value::is_object) {
                    None => Err("printed no JSON object".into()),
                    Some(object) => accepts(&object),
                }
            }
        }
    }
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

    fn run(job: Job) -> (Result<(), String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let result = job.run(folder.path(), &Toolbox::default(), &log).unwrap();
        (result, std::fs::read_to_string(log).unwrap())
    }
    fn shell(script: &str) -> Job {
        Job::new("sh", ["-c", script])
    }

    #[test]
    fn shown_as_it_would_be_typed() {
        let job = Job::cargo("test --test *").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(job.to_string(), "RUSTDOCFLAGS='-D warnings' cargo test --test '*'");
    }
    #[test]
    fn output_and_command_are_in_the_log() {
        let (result, log) = run(shell("echo one; echo two >&2"));
        assert_eq!(result, Ok(()));
        assert_eq!(log, "$ sh -c 'echo one; echo two >&2'\none\ntwo\n");
    }
    #[test]
    fn a_status_other_than_0_fails() {
        assert!(run(shell("exit 3")).0.unwrap_err().contains("exit status: 3"));
        assert!(run(Job::new("./no-such-program", [""; 0])).0.is_err());
    }
    #[test]
    fn expectations_go_beyond_the_exit_status() {
        let file = || Expect::Files(vec!["made".into()]);
        let yes: fn(&Value) -> Result<(), String> = |_| Ok(());
        let no: fn(&Value) -> Result<(), String> = |v| Err(v["a"].to_string());
        let cases = [
            ("true", Expect::Silence, true),
            ("echo warning >&2", Expect::Silence, false),
            ("echo all done", Expect::Line("all done"), true),
            ("echo all done, almost", Expect::Line("all done"), false),
            ("touch made", file(), true),
            ("true", file(), false),
            ("echo Compiling; echo '{\"a\":1}'", Expect::Json(yes), true),
            ("echo '{\"a\":1}'", Expect::Json(no), false),
            ("echo 1", Expect::Json(yes), false),
        ];
        for (script, expect, good) in cases {
            assert_eq!(run(shell(script).expect(expect.clone())).0.is_ok(), good, "{script}, {expect:?}");
        }
    }
}
