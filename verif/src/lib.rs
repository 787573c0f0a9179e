//! What checks of emitted Verilog share: where they work, how a core gets there, how a tool is run.
//!
//! The checks themselves are in `tests/all`, a file for each tool or promise.
pub mod drawn;
pub mod formal;
pub mod variants;

use drtp::core::Config;
use drtp::package::{generate, Package};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An empty folder for one check, below `base`.
///
/// # Panics
/// If it cannot be made.
pub fn fresh(base: impl AsRef<Path>, name: &str) -> PathBuf {
    let folder = base.as_ref().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    }
    fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    folder
}

/// Writes the package of a core, as `drtp emit` does.
///
/// # Panics
/// If it cannot be generated or written.
pub fn emit(config: &Config, folder: &Path) -> Package {
    let package = generate(config).unwrap_or_else(|e| panic!("{e}"));
    fs::create_dir_all(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for (name, text) in package.texts() {
        fs::write(folder.join(name), text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    }
    package
}

/// The configuration of a file's text.
///
/// # Panics
/// If it is none.
pub fn config(text: &str) -> Config {
    drtp::core::Draft::parse("a check", text).and_then(|d| d.config()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The same with the seeds of `drtp emit`, which a file would have to name.
///
/// # Panics
/// As [`config`].
pub fn seeded(text: &str) -> Config {
    let draft = drtp::core::Draft::parse("a check", text).map(|mut draft| {
        draft.set_seed(drawn::DEFAULT_SEED);
        draft
    });
    draft.and_then(|d| d.config()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// What a command prints on both outputs; whether it succeeded.
///
/// # Panics
/// If it cannot be started.
pub fn said(command: &mut Command) -> (bool, String) {
    let out = command.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (out.status.success(), text.concat())
}

/// Python with what a check needs.
pub fn python() -> Command {
    let named = std::env::var_os("DRTP_PYTHON").filter(|v| !v.is_empty());
    Command::new(named.unwrap_or_else(|| "python3".into()))
}
