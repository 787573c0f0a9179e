//! Our models of the ECP5's block RAM and multiplier: what Yosys makes of plain Verilog computes the same with them, and
//! cells by name, with registers that Yosys never infers, are plain Verilog with registers.

use crate::common::{simulate, tools};
use drtp_synth::{models, Family};
use std::fmt::Write as _;
use std::fs;

/// Contents for `$readmemh`.
fn hex(words: u32, bits: u32) -> String {
    let mut text = String::new();
    for i in 0..words {
        writeln!(text, "{:x}", i.wrapping_mul(2_654_435_761).rotate_left(11) & ((1 << bits) - 1)).unwrap();
    }
    text
}

#[test]
fn what_yosys_infers_equals_the_rtl() {
    let Some(tools) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("memories.v"), include_str!("cells/memories.v")).unwrap();
    fs::write(at("bench.v"), include_str!("cells/memories_bench.v")).unwrap();
    fs::write(at("filled.hex"), hex(1024, 18)).unwrap();
    fs::write(at("narrow.hex"), hex(4096, 4)).unwrap();
    let script = "read_verilog memories.v\nsynth_ecp5 -top memories\nrename memories memories_netlist\nwrite_verilog -noattr netlist.v\n";
    fs::write(at("synth.ys"), script).unwrap();
    let out = tools.yosys("synth.ys").current_dir(folder.path()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    let netlist = fs::read_to_string(at("netlist.v")).unwrap();
    for width in [1, 2, 4, 9, 18] {
        assert!(netlist.contains(&format!(".DATA_WIDTH_A(32'd{width})")), "no DP16KD of width {width}");
    }
    for mode in ["NORMAL", "WRITETHROUGH", "READBEFOREWRITE"] {
        assert!(netlist.contains(&format!(".WRITEMODE_A(\"{mode}\")")), "no DP16KD of mode {mode}");
    }
    assert!(netlist.contains("MULT18X18D"));
    let mut files = vec![at("bench.v"), at("memories.v"), at("netlist.v")];
    files.extend(models(&tools, Family::Ecp5, folder.path()).unwrap());
    let said = simulate(folder.path(), &files, &[]);
    assert!(said.lines().any(|l| l.starts_with("EQUAL ")), "{said}");
}

#[test]
fn registers_of_cells_by_name_are_registers() {
    let Some(tools) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let bench = folder.path().join("bench.v");
    fs::write(&bench, include_str!("cells/registers_bench.v")).unwrap();
    let mut files = vec![bench];
    files.extend(models(&tools, Family::Ecp5, folder.path()).unwrap());
    let said = simulate(folder.path(), &files, &[]);
    assert!(said.lines().any(|l| l == "EQUAL"), "{said}");
}
