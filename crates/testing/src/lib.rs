//! What the tests of every crate share: how many cases a property draws, and what becomes of a test whose tool is missing.
//!
//! A test that only the long tier (`cargo xtask verify --thorough`) runs is marked `#[ignore = "long tier: .."]`.
use std::fmt::Display;
use std::process::Command;

/// Whether the long tier runs: `cargo xtask verify --thorough` sets `DRTP_TIER=long`.
pub fn long() -> bool {
    std::env::var("DRTP_TIER").as_deref() == Ok("long")
}

/// Cases that a property draws: `short`, or what `DRTP_CASES` says, as the long tier does.
pub fn cases(short: u32) -> u32 {
    std::env::var("DRTP_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(short)
}

/// What was `found` of a tool. Without it the calling test returns at once, and says so; with `CI=true` it fails.
///
/// # Panics
/// With `CI=true`, if the tool is missing.
pub fn need<T>(found: Result<T, impl Display>) -> Option<T> {
    match found {
        Ok(tool) => Some(tool),
        Err(missing) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{missing}");
            println!("skipped: {missing}");
            None
        }
    }
}

/// The same of a program that Debian has in `package`; `flag` lets it say its version.
///
/// # Panics
/// With `CI=true`, if it is missing.
pub fn need_program(program: &str, flag: &str, package: &str) -> bool {
    let runs = Command::new(program).arg(flag).output().is_ok();
    let found = if runs { Ok(()) } else { Err(format!("{program} is not installed (apt-get install {package})")) };
    need(found).is_some()
}

/// The same of a Python package, by what is imported; where Python is, `DRTP_PYTHON` may say.
///
/// # Panics
/// With `CI=true`, if it is missing.
pub fn need_python(module: &str) -> bool {
    let python = std::env::var_os("DRTP_PYTHON").filter(|v| !v.is_empty()).unwrap_or_else(|| "python3".into());
    let imported = Command::new(python).args(["-c", &format!("import {module}")]).output();
    let found = imported.is_ok_and(|out| out.status.success());
    let how = format!(
        "Python's {module} is not installed (cargo xtask verify --install, or pip install -r verif/requirements.txt)"
    );
    need(if found { Ok(()) } else { Err(how) }).is_some()
}
