//! Running `drtp`, and what a run left.
#![allow(dead_code)] // each test binary uses a part
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

pub fn drtp(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_drtp")).args(args).output().expect("the binary was built with the test")
}
pub fn json(args: &[&str]) -> Value {
    let out = drtp(args);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("one JSON object on stdout")
}
/// Exit code and what stderr says.
pub fn refusal(args: &[&str]) -> (i32, String) {
    let out = drtp(args);
    assert!(out.stdout.is_empty(), "{args:?} printed a result");
    (out.status.code().expect("an exit code"), String::from_utf8_lossy(&out.stderr).into_owned())
}
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is text")
}
/// Skips a test in sight of the reader, but not where CI counts on it.
pub fn missing(tool: &str, package: &str) {
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{tool} is not installed (apt-get install {package})");
    println!("skipped: {tool} is not installed (apt-get install {package})");
}
/// Whether Verilator is here; without it a test is skipped, but not where CI counts on it.
pub fn have_verilator() -> bool {
    let found = Command::new("verilator").arg("--version").output().is_ok_and(|out| out.status.success());
    if !found {
        missing("verilator", "verilator");
    }
    found
}
/// The lines of a sweep's file of results, by key, without what differs when a run is repeated.
pub fn results(path: &Path) -> Vec<Value> {
    let mut lines: Vec<Value> =
        std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for line in &mut lines {
        let speed = line.as_object_mut().unwrap().remove("samples_per_second").unwrap();
        assert!(speed.as_f64().unwrap() > 0.0);
    }
    lines.sort_by_key(|l| l["key"].to_string());
    lines
}
