//! `drtp synth`: from options to a bitstream, and what it refuses.
use crate::common::*;
use drtp::synth::Tools;
use std::process::Command;

/// The keys that others rely on.
const KEYS: [&str; 10] = [
    "fmax_mhz_median",
    "fmax_mhz_min",
    "lut4",
    "ff",
    "dsp",
    "bram",
    "spram",
    "learning_lut_overhead",
    "training_samples_per_second",
    "bitstream",
];

#[test]
fn a_bitstream_and_its_figures() {
    if drtp_testing::need(Tools::find()).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = text(folder.path());
    let r = json(&[
        "synth",
        "--board",
        "icebreaker",
        "--lanes",
        "2",
        "--layers",
        "8,4,3",
        "--freq",
        "18",
        "--out",
        out,
        "--json",
    ]);
    for key in KEYS {
        assert!(r[key].is_number() || key == "bitstream", "{key}: {}", r[key]);
    }
    assert!(r["lut4"].as_u64().unwrap() > 1000 && r["ff"].as_u64().unwrap() > 500 && r["bram"].as_u64().unwrap() > 5);
    assert_eq!((&r["dsp"], &r["spram"], &r["lanes"]), (&1.into(), &1.into(), &2.into()));
    assert!(r["learning_lut_overhead"].as_f64().unwrap() > 0.0);
    let bitstream = std::fs::metadata(r["bitstream"].as_str().unwrap()).unwrap();
    assert!(bitstream.len() > 100_000, "{}", bitstream.len());
    assert_eq!(r["pll_mhz"], 18.0);
    assert!(r["critical_path"].as_str().unwrap().contains(" % routing"));
    for file in ["synth.json", "netlist.v", "netlist.json", "synth.ys", "yosys.log", "seed_1.log", "icebreaker.pcf"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}

#[test]
fn missing_tools_are_named_with_the_command_that_installs_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_drtp"))
        .args(["synth", "--board", "ulx3s", "--out"])
        .arg(folder.path().join("out"))
        .env("PATH", folder.path())
        .env("DRTP_CACHE", folder.path())
        .env_remove("DRTP_PYTHON")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("drtp doctor --install") && said.contains("pip install pyosys==0.70"), "{said}");
    assert!(!folder.path().join("out").exists(), "nothing is begun that cannot end");
}

#[test]
fn what_no_board_can_do_is_refused() {
    for (args, words) in [
        (&["--board", "ulx3s", "--freq", "1000"][..], "the PLL makes no clock of 1000 MHz from 25 MHz"),
        (&["--board", "icebreaker", "--freq", "17"], "serial link at 16.875 MHz: baud"),
        (&["--board", "de0"], "possible values: ulx3s, icebreaker"),
        (&["--board", "ulx3s", "--seeds", "0"], "1..=100"),
        (&["--board", "ulx3s", "--lanes", "3"], "design.lanes: 3 lanes"),
        (&["--board", "ulx3s", "--layers", "7"], "--layers: at least inputs and classes"),
    ] {
        let (code, said) = refusal(&[&["synth"][..], args].concat());
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(words), "{said}");
    }
}

/// What a part has, under the names of the report.
const RESOURCES: [&str; 5] = ["lut4", "ff", "dsp", "bram", "spram"];

#[test]
#[ignore = "long tier: five core minutes of synthesis, place and route"]
fn the_core_of_each_board_fits_its_part() {
    if drtp_testing::need(Tools::find()).is_none() {
        return;
    }
    for board in ["icebreaker", "ulx3s"] {
        let folder = tempfile::tempdir().unwrap();
        let r = json(&["synth", "--board", board, "--out", text(folder.path()), "--json"]);
        assert!(r["bitstream_bytes"].as_u64().unwrap() > 0);
        for name in RESOURCES {
            let (used, there) = (r[name].as_u64().unwrap(), r["budget"][name].as_u64().unwrap());
            assert!(used <= there, "{board}: {used} {name}, the part has {there}");
        }
        assert!(r["fmax_mhz_median"].as_f64().unwrap() > 0.0);
    }
}
