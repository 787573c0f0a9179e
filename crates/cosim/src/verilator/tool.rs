//! Verilator itself: is it there, and is it new enough.
use super::NAME;
use crate::device::DeviceError;
use drtp_files::Program;
use std::path::PathBuf;
use std::process::Command;

/// The oldest version that will do.
const NEEDED: (u32, u32) = (5, 6);
const NEEDED_TEXT: &str = "5.006";
const INSTALL: &str = "apt-get install verilator";

/// An installed Verilator.
pub struct Tool {
    /// What it says of itself.
    pub version: String,
    /// Where the C++ that every model needs lies.
    pub include: PathBuf,
}

/// Major and minor of what `verilator --version` says.
fn parse(said: &str) -> Option<(u32, u32)> {
    let (major, minor) = said.strip_prefix("Verilator ")?.split_whitespace().next()?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn missing(found: &str) -> DeviceError {
    DeviceError::Tool(format!(
        "{found}; the backend verilator needs Verilator {NEEDED_TEXT} or later ({INSTALL}); \
         the backend rust-hdl needs none"
    ))
}

impl Tool {
    /// The one that the PATH leads to.
    ///
    /// # Errors
    /// There is none, or it is too old.
    pub fn find() -> Result<Self, DeviceError> {
        Self::look().map_err(|found| missing(&found))
    }
    fn look() -> Result<Self, String> {
        let version = ask(&["--version"])?;
        match parse(&version) {
            None => return Err(format!("verilator --version says {version:?}, which is no version")),
            Some(v) if v < NEEDED => return Err(format!("{version} is too old")),
            Some(_) => {}
        }
        let root = ask(&["--getenv", "VERILATOR_ROOT"])?;
        Ok(Self { version, include: PathBuf::from(root).join("include") })
    }
    /// Verilator on this machine.
    pub fn program() -> Program {
        let said = ask(&["--version"]).ok();
        Program {
            name: NAME,
            place: said.as_ref().map(|_| NAME.into()),
            version: said,
            wanted: format!("{NEEDED_TEXT} or later"),
            problem: Self::look().err(),
            optional: false,
            install: INSTALL,
        }
    }
}

fn ask(arguments: &[&str]) -> Result<String, String> {
    let out = Command::new(NAME).args(arguments).output().map_err(|e| format!("{NAME} was not found in PATH ({e})"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    match out.status.success() {
        true => Ok(text(&out.stdout)),
        false => Err(format!("{NAME} {} failed: {}", arguments.join(" "), text(&out.stderr))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_and_not_text() {
        assert_eq!(parse("Verilator 5.006 2023-01-22 rev (Debian 5.006-3)"), Some((5, 6)));
        assert_eq!(parse("Verilator 4.038 2020-07-11 rev v4.036"), Some((4, 38)));
        assert!(parse("Verilator 5.020 2024").unwrap() > NEEDED && parse("Verilator 4.228 x").unwrap() < NEEDED);
        assert_eq!(parse("Verilator"), None);
        assert_eq!(parse("sh: verilator: not found"), None);
    }
}
