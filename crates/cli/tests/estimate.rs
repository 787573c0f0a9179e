//! `drtp compare`, `statistics`, `calibrate` and `asic`: what they print, and what they refuse.
mod common;
use common::*;
use std::fs;

#[test]
fn rules_are_compared_on_every_design() {
    let out =
        json(&["compare", "--layers", "784,128,10", "--lanes", "4,16", "--bits", "8,6", "--rules", "all", "--json"]);
    let rows = out["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2 * 2 * 12);
    for key in ["weight_reads", "weight_writes", "buffer_bits", "cycles", "energy_pj_45nm"] {
        assert!(rows.iter().all(|r| r[key].is_number()), "{key}");
    }
    let find = |rule: &str, lanes: u64| {
        let found = rows.iter().find(|r| r["rule"] == rule && r["lanes"] == lanes && r["bits"] == 8);
        found.unwrap_or_else(|| panic!("{rule}")).clone()
    };
    let number = |rule: &str, lanes: u64, key: &str| find(rule, lanes)[key].as_f64().unwrap();
    // accesses do not depend on the lanes; cycles do
    assert_eq!(number("drtp", 4, "weight_reads"), number("drtp", 16, "weight_reads"));
    assert!(number("drtp", 4, "cycles") > 3.0 * number("drtp", 16, "cycles"));
    assert!(number("drtp_separate", 16, "weight_reads") > number("drtp", 16, "weight_reads"));
    assert_eq!(number("inference_only", 16, "weight_writes"), 0.0);
    let csv = drtp(&["compare", "--rules", "bp,drtp", "--csv"]);
    let lines: Vec<_> = String::from_utf8(csv.stdout).unwrap().lines().map(String::from).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("rule,lanes,bits,weight_reads,") && lines[2].starts_with("drtp,16,8,"), "{lines:?}");
}

#[test]
fn statistics_of_data_lead_to_a_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("digits.toml");
    let out = drtp(&["statistics", "--layers", "64,8,10", "--samples", "40", "--out", text(&file)]);
    assert!(out.status.success() && out.stdout.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    let again = drtp(&["statistics", "--layers", "64,8,10", "--samples", "40"]);
    assert_eq!(fs::read(&file).unwrap(), again.stdout, "the same numbers again");
    let mine = json(&["compare", "--layers", "64,8,10", "--rules", "gated", "--statistics", text(&file), "--json"]);
    let usual = json(&["compare", "--layers", "64,8,10", "--rules", "gated", "--json"]);
    assert_ne!(mine["rows"][0]["weight_reads"], usual["rows"][0]["weight_reads"]);
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml");
    fs::write(&bad, "source = 1\n").unwrap();
    let lines = folder.path().join("bad.jsonl");
    fs::write(&lines, "{}\n").unwrap();
    let (bad, lines) = (text(&bad), text(&lines));
    for (args, words) in [
        (&["compare", "--rules", "hebb"][..], "accepted: all, bp, bp_deferred"),
        (&["compare", "--lanes", "3"], "design.lanes: 3 lanes"),
        (&["compare", "--bits", "40"], "design.hidden_bits: 40 is out of range"),
        (&["compare", "--statistics", bad], "bad.toml: "),
        (&["compare", "--statistics", "not-there.toml"], "not-there.toml: "),
        (&["compare", "--json", "--csv"], "cannot be used with"),
        (&["statistics", "--layers", "9,10"], "samples of 64 values, but the network has 9 inputs"),
        (&["calibrate", "--target", "ecp5", "--out", lines], "bad.jsonl: line 1: missing field"),
        (&["calibrate", "--target", "fpga", "--out", lines], "possible values: ecp5, ice40, cells"),
        (&["asic", "--bit-cell=-1"], "--bit-cell: -1 is no area"),
        (&["asic", "--liberty", bad], "bad.toml: not a Liberty file"),
        (&["asic", "--liberty", "not-there.lib"], "not-there.lib: "),
        (&["asic", "--layers", "784,70000,10"], "network.layer[0].size: 70000 is out of range"),
    ] {
        let (code, said) = refusal(args);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
    assert_eq!(fs::read_to_string(lines).unwrap(), "{}\n", "nothing is lost");
}
