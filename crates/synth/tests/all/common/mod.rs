//! What the tests share: the tools, and Icarus.
use drtp_synth::Tools;
use drtp_testing::{need, need_program};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools of synthesis, where Icarus is too.
pub fn tools() -> Option<Tools> {
    need(Tools::find()).filter(|_| need_program("iverilog", "-V", "iverilog"))
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
