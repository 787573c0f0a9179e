//! What Verilator, Verible and Yosys say of the Verilog of a package.
use drtp_testing::{need_program, need_python};
use drtp_verif::{python, root, said};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How far Yosys goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Yosys {
    /// To the last gate.
    Whole,
    /// As far as memories and multipliers are known: a quarter of the time.
    Memories,
}

fn verilog(package: &Path) -> Vec<PathBuf> {
    let names = ["drtp_core.v", "drtp_banks.v"].map(|name| package.join(name));
    names.into_iter().filter(|file| file.exists()).collect()
}
fn silent(tool: &str, command: &mut Command) {
    let (accepted, text) = said(command);
    assert!(accepted && text.trim().is_empty(), "{tool}:\n{text}");
}

/// No warning from Verilator.
pub fn lint(package: &Path) {
    if need_program("verilator", "--version", "verilator") {
        let mut verilator = Command::new("verilator");
        verilator.args(["--lint-only", "-Wall", "--top-module", "drtp_core"]).args(verilog(package));
        silent("verilator", &mut verilator);
    }
}
/// No remark from Verible.
pub fn style(package: &Path) {
    if need_program("verible-verilog-lint", "--version", "verible") {
        let mut verible = Command::new("verible-verilog-lint");
        verible.arg("--rules_config").arg(root().join("verif/lint/verible.rules")).args(verilog(package));
        silent("verible", &mut verible);
    }
}
/// On an ECP5: one multiplier a lane, every memory in block RAM, no latch.
pub fn yosys(package: &Path, how_far: Yosys) {
    if need_python("pyosys") {
        let mut command = python();
        command.arg(root().join("verif/yosys/check_ecp5.py"));
        command.args((how_far == Yosys::Memories).then_some("--memories")).arg(package);
        let (_, text) = said(&mut command);
        // Yosys ends the whole process on an error, with a status of its own
        assert!(text.lines().any(|l| l == "check_ecp5: ok"), "{text}");
    }
}
