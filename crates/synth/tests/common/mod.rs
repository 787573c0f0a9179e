//! What the tests share: the tools, and Icarus.
use drtp_synth::Tools;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools, or a skip in sight of the reader, except where CI counts on them.
pub fn tools() -> Option<Tools> {
    let missing = match (Tools::find(), Command::new("iverilog").arg("-V").output()) {
        (Ok(tools), Ok(_)) => return Some(tools),
        (Err(e), _) => e.to_string(),
        (_, Err(_)) => "iverilog is not installed (apt-get install iverilog)".into(),
    };
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{missing}");
    println!("skipped: {missing}");
    None
}

/// What a simulation under Icarus prints.
pub fn simulate(folder: &Path, files: &[PathBuf], defines: &[&str]) -> String {
    let mut compile = Command::new("iverilog");
    compile.current_dir(folder).args(["-g2012", "-s", "bench", "-o", "bench.vvp"]);
    compile.args(defines.iter().map(|d| format!("-D{d}"))).args(files);
    let out = compile.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let out = Command::new("vvp").current_dir(folder).args(["-N", "bench.vvp"]).output().unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}
