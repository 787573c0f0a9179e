//! Tools that are no Rust: which there are, in which version, and how to get them.
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A tool that some step needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Verilator,
    Icarus,
    Pyosys,
}

impl Tool {
    pub const ALL: [Tool; 3] = [Tool::Verilator, Tool::Icarus, Tool::Pyosys];

    pub fn name(self) -> &'static str {
        ["verilator", "iverilog", "pyosys"][self as usize]
    }
    /// The command that installs it by hand.
    pub fn install_command(self) -> &'static str {
        ["apt-get install verilator", "apt-get install iverilog", "pip install -r verif/requirements.txt"]
            [self as usize]
    }
    /// Oldest version that is known to work, or the only one.
    pub fn expected(self) -> &'static str {
        ["5.006 or newer", "11.0 or newer", "0.70"][self as usize]
    }
    fn oldest(self) -> Version {
        [Version(5, 6), Version(11, 0), Version(0, 70)][self as usize]
    }
    /// Version in use; `None` where the tool is missing.
    pub fn version(self) -> Option<String> {
        let text = match self {
            Tool::Verilator => output("verilator", &["--version"])?,
            Tool::Icarus => output("iverilog", &["-V"])?,
            Tool::Pyosys => {
                output("python3", &["-c", "import importlib.metadata as m, pyosys; print(m.version('pyosys'))"])?
            }
        };
        text.split_whitespace().find(|w| Version::parse(w).is_some()).map(str::to_string)
    }
    /// Whether the tool is there, and new enough.
    pub fn is_usable(self) -> bool {
        self.version().and_then(|v| Version::parse(&v)).is_some_and(|v| v >= self.oldest())
    }
}

/// The first two numbers of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);
impl Version {
    fn parse(word: &str) -> Option<Self> {
        let mut parts = word.split('.');
        let mut number = || parts.next()?.parse().ok();
        Some(Self(number()?, number()?))
    }
}

fn output(program: &str, args: &[&str]) -> Option<String> {
    let out = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}
fn runs(program: &str, args: &[&str]) -> bool {
    eprintln!("$ {program} {}", args.join(" "));
    Command::new(program).args(args).stdin(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Puts the project's Python environment first on the path, where it exists, for this process and its children.
pub fn enter_environment(target: &Path) {
    let bin = environment(target).join("bin");
    if bin.is_dir() {
        let mut path = vec![bin];
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        if let Ok(joined) = env::join_paths(path) {
            env::set_var("PATH", joined);
        }
    }
}
fn environment(target: &Path) -> PathBuf {
    target.join("python")
}

/// Installs what is missing by package name: Debian's packages, and PyPI's into an environment of the project's own.
/// What could not be installed is still missing afterwards; the steps that need it say so.
pub fn install_missing(target: &Path) {
    let missing = |t: Tool| !t.is_usable();
    let debian: Vec<&str> =
        [Tool::Verilator, Tool::Icarus].into_iter().filter(|t| missing(*t)).map(Tool::name).collect();
    if !debian.is_empty() {
        let root = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
        let apt = |args: &[&str]| match root {
            true => runs("apt-get", args),
            false => runs("sudo", &[&["-n", "apt-get"], args].concat()),
        };
        apt(&["update"]);
        apt(&[&["install", "-y", "--no-install-recommends", "g++", "make"], debian.as_slice()].concat());
    }
    if missing(Tool::Pyosys) {
        let folder = environment(target);
        let pip = folder.join("bin/pip").display().to_string();
        let made = runs("python3", &["-m", "venv", &folder.display().to_string()]);
        if made && runs(&pip, &["install", "--quiet", "-r", "verif/requirements.txt"]) {
            enter_environment(target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(Version::parse("5.006"), Some(Version(5, 6)));
        assert_eq!(Version::parse("0.70"), Some(Version(0, 70)));
        assert_eq!(Version::parse("version"), None);
        assert!(Version(5, 38) > Version(5, 6) && Version(12, 0) > Version(11, 9) && Version(4, 99) < Version(5, 6));
    }
}
