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
    /// Print last a count such as `NAME: 23 passed, 0 failed`, of some and of no failures. It is shown.
    Count(&'static str),
    /// Print one JSON object on a line of its own that the function accepts.
    Json(fn(&Value) -> Result<(), String>),
}

/// How a command ended: what it counted, if it was to count; or why it is a failure.
pub type Ended = Result<Option<String>, String>;

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
    /// Our own tool, as users build it.
    pub fn drtp(line: &str) -> Self {
        Self::cargo(&format!("run --release --quiet -- {line}"))
    }
    /// Tests, in the profile of the tool that users run: one build serves both, and what is tested is what is shipped.
    ///
    /// The whole workspace, not `-p PACKAGE`: each package alone asks its dependencies for other features, and all of
    /// them, rust-hdl first, would be built once for each package. But without the benches, which ask for features that
    /// the tool alone does not.
    pub fn tests(line: &str) -> Self {
        Self::cargo(&format!("test --release --workspace --exclude drtp-bench {line}"))
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

    /// Runs to the end with all output in `log`.
    pub fn run(&self, root: &Path, tools: &Toolbox, log: &Path) -> Result<Ended, XtaskError> {
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
        let said = read_from(&mut file, begin).map_err(at(log))?;
        if !status.success() {
            let count = count(&self.expect, &said).map_or(String::new(), |c| format!(", {c}"));
            return Ok(Err(format!("{self}: {status}{count}")));
        }
        Ok(self.judge(root, &said).map_err(|e| format!("{self}: {e}")))
    }

    fn judge(&self, root: &Path, said: &str) -> Ended {
        let counted = count(&self.expect, said);
        match &self.expect {
            Expect::Success => Ok(()),
            Expect::Silence if said.trim().is_empty() => Ok(()),
            Expect::Silence => Err("must print nothing".into()),
            Expect::Line(line) if said.lines().any(|l| l == *line) => Ok(()),
            Expect::Line(line) => Err(format!("did not print {line:?}")),
            Expect::Count(name) => match counted {
                None => Err(format!("did not end with `{name}: .. passed, .. failed`")),
                Some(count) if count.starts_with("0 passed") || !count.ends_with(" 0 failed") => Err(count.into()),
                Some(_) => Ok(()),
            },
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
        .map(|()| counted.map(Into::into))
    }
}

/// `23 passed, 0 failed` in the last line, where a count is expected.
fn count<'a>(expect: &Expect, said: &'a str) -> Option<&'a str> {
    let Expect::Count(name) = expect else { return None };
    let count = said.lines().last()?.strip_prefix(name)?.strip_prefix(": ")?;
    let number = |part: &str, word: &str| part.strip_suffix(word).is_some_and(|n| n.parse::<u32>().is_ok());
    let (passed, failed) = count.split_once(", ")?;
    (number(passed, " passed") && number(failed, " failed")).then_some(count)
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

    fn run(job: Job) -> (Ended, String) {
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
        assert_eq!(result, Ok(None));
        assert_eq!(log, "$ sh -c 'echo one; echo two >&2'\none\ntwo\n");
    }
    #[test]
    fn a_status_other_than_0_fails() {
        assert!(run(shell("exit 3")).0.unwrap_err().contains("exit status: 3"));
        assert!(run(Job::new("./no-such-program", [""; 0])).0.is_err());
    }
    #[test]
    fn a_count_is_reported_and_judged() {
        let counted = |script: &str| run(shell(script).expect(Expect::Count("t"))).0;
        assert_eq!(counted("echo noise; echo t: 23 passed, 0 failed"), Ok(Some("23 passed, 0 failed".into())));
        for bad in ["t: 22 passed, 1 failed", "t: 3 passed, 10 failed", "t: 0 passed, 0 failed"] {
            assert!(counted(&format!("echo {bad}")).unwrap_err().contains(&bad[3..]), "{bad}");
        }
        for none in [
            "echo t: 3 passed, 0 failed; echo more",
            "echo u: 3 passed, 0 failed",
            "echo t: all passed, 0 failed",
            "true",
        ] {
            assert!(counted(none).unwrap_err().contains("did not end with"), "{none}");
        }
        let failed = counted("echo t: 22 passed, 1 failed; exit 1").unwrap_err();
        assert!(failed.contains("exit status: 1, 22 passed, 1 failed"), "{failed}");
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
