//! `drtp emit` as a user runs it: which files, what they say of each other, what other programs make of them.
use crate::common::*;
use drtp_testing::need_program;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Every file, in the order in which the command lists them.
const FILES: [&str; 7] =
    ["drtp_core.v", "config.toml", "drtp_core.core", "drtp_regs.h", "registers.md", "sample.json", "manifest.json"];

/// A small core in a folder of its own.
fn emitted() -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let options = ["emit", "--lanes", "4", "--layers", "9,5,3", "--seed", "3", "--json", "--out", text(folder.path())];
    let report = json(&options);
    (folder, report)
}
fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn emit_writes_what_its_own_configuration_makes_again() {
    let (a, report) = emitted();
    let b = tempfile::tempdir().unwrap();
    assert_eq!(report["manifest"]["configuration"]["design"]["lanes"], 4);
    assert_eq!(report["verilog"], text(&a.path().join("drtp_core.v")));
    let listed: Vec<&str> = report["files"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    assert_eq!(listed, FILES.map(|f| text(&a.path().join(f)).to_string()));
    json(&["emit", "--config", text(&a.path().join("config.toml")), "--out", text(b.path()), "--json"]);
    for name in FILES {
        let read = |d: &Path| fs::read_to_string(d.join(name)).unwrap();
        assert_eq!(read(a.path()), read(b.path()), "{name}");
    }
    let expected: BTreeSet<String> = FILES.map(String::from).into();
    assert_eq!(names(a.path()), expected, "nothing half written is left");
}

#[test]
fn files_are_listed_by_help_output_and_manual() {
    let folder = tempfile::tempdir().unwrap();
    let said = |args: &[&str]| String::from_utf8(drtp(args).stdout).unwrap();
    let help = said(&["emit", "--help"]);
    let output = said(&["emit", "--lanes", "1", "--layers", "2,2", "--out", text(folder.path())]);
    let manual = include_str!("../../../../docs/interface.md");
    let section = manual.split("\n## ").find(|s| s.starts_with("What emit writes\n")).expect("a section of the manual");
    for (name, line) in FILES.iter().zip(output.lines()) {
        assert!(help.contains(&format!("\n  {name} ")), "{name} in\n{help}");
        assert!(line.starts_with(text(&folder.path().join(name))) && line.contains(" lines  "), "{name} in {line}");
        assert!(section.contains(&format!("\n| `{name}` | ")), "{name} in\n{section}");
    }
    assert_eq!(output.lines().count(), FILES.len());
}

#[test]
fn manifest_hashes_every_other_file() {
    let (folder, report) = emitted();
    let hashes = report["manifest"]["sha256"].as_object().unwrap();
    assert_eq!(hashes.keys().map(String::as_str).collect::<Vec<_>>(), FILES[..6]);
    let written: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(written, report["manifest"]);
    if !need_program("sha256sum", "--version", "coreutils") {
        return;
    }
    let out = Command::new("sha256sum").args(&FILES[..6]).current_dir(folder.path()).output().unwrap();
    for line in String::from_utf8(out.stdout).unwrap().lines() {
        let (hash, name) = line.split_once("  ").unwrap();
        assert_eq!(hashes[name], hash, "{name}");
    }
}

#[test]
fn ports_are_those_of_the_manual() {
    let (folder, _) = emitted();
    let verilog = fs::read_to_string(folder.path().join("drtp_core.v")).unwrap();
    for stream in ["s_axis", "m_axis"] {
        for port in ["tdata", "tvalid", "tready", "tlast", "tuser"] {
            assert!(verilog.contains(&format!(" {stream}_{port}")), "{stream}_{port}");
        }
    }
}

/// A driver that includes the header twice, uses each kind of macro, and says what they are.
const DRIVER: &str = r#"
#include "drtp_regs.h"
#include "drtp_regs.h"
#include <stdio.h>
#if DRTP_LANES_VALUE != 4
#error "the preprocessor reads what the core reads"
#endif
int main(void)
{
    unsigned long k, mode = 0xABCD1234UL;
    printf("%lx %lx\n", (unsigned long)DRTP_ID_VALUE, (unsigned long)DRTP_W_DATA_OFFSET);
    printf("%lx\n", (mode & DRTP_MODE_DEAD_ZONE_MASK) >> DRTP_MODE_DEAD_ZONE_SHIFT);
    printf("%lx\n", (unsigned long)DRTP_LAYER2_SIZE_RESET);
    for (k = 1; k <= DRTP_MAX_LAYERS_VALUE; k++)
        printf("%lx ", (unsigned long)DRTP_LAYER_INIT_BITS_OFFSET(k));
    return 0;
}
"#;

#[test]
fn header_compiles_as_strict_c89_and_tells_what_the_core_has() {
    let (folder, _) = emitted();
    if !need_program("gcc", "--version", "gcc") {
        return;
    }
    let source = folder.path().join("driver.c");
    fs::write(&source, DRIVER).unwrap();
    let program = folder.path().join("driver");
    let flags = ["-std=c89", "-pedantic", "-Wall", "-Wextra", "-Wundef", "-Werror", "-o"];
    let out = Command::new("gcc").args(flags).args([&program, &source]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said = Command::new(&program).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "44525450 184\n12\n3\n9c ac bc cc ");
}

#[test]
fn emit_into_a_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (code, message) = refusal(&["emit", "--out", text(file.path())]);
    assert!(code == 2 && message.contains(text(file.path())), "{message}");
}

/// With our models of the cells beside: of the parts themselves no simulator here sees the insides.
#[test]
fn cores_of_cells_draw_no_warning() {
    if !have_verilator() {
        return;
    }
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fpga/models");
    for (style, cells) in [("spram", &["sb_spram256ka.v"][..]), ("ecp5", &["dp16kd.v", "mult18x18d.v"])] {
        for lanes in ["2", "16"] {
            let folder = tempfile::tempdir().unwrap();
            let core = ["emit", "--bank-style", style, "--lanes", lanes, "--layers", "64,32,10"];
            json(&[&core[..], &["--out", text(folder.path()), "--json"]].concat());
            let mut lint = Command::new("verilator");
            // the models have a timescale, the core has no delays
            lint.args(["--lint-only", "-Wall", "-Wno-TIMESCALEMOD", "--top-module", "drtp_core"]);
            lint.args(["drtp_core.v", "drtp_banks.v"].map(|f| folder.path().join(f)));
            let out = lint.args(cells.iter().map(|c| models.join(c))).output().unwrap();
            let said = String::from_utf8_lossy(&out.stderr);
            assert!(out.status.success() && said.is_empty(), "{style}, {lanes} lanes:\n{said}");
        }
    }
}

#[test]
fn memories_of_an_earlier_package_are_pointed_out() {
    let folder = tempfile::tempdir().unwrap();
    let core = ["emit", "--lanes", "1", "--layers", "2,2", "--out", text(folder.path())];
    let said = |more: &[&str]| String::from_utf8(drtp(&[&core[..], more].concat()).stderr).unwrap();
    assert!(!said(&["--bank-style", "blackbox"]).contains("earlier package"));
    assert!(said(&[]).contains("drtp_banks.v: of an earlier package"));
}
