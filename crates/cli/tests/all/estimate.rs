//! `drtp compare`, `statistics`, `calibrate` and `asic`: what they print, and what they refuse.
use crate::common::*;
use std::fs;

#[test]
fn rules_are_compared_on_every_design() {
    let out =
        json(&["compare", "--layers", "784,128,10", "--lanes", "4,16", "--bits", "8,6", "--rules", "all", "--json"]);
    let rows = out["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2 * 2 * 12);
    for key in ["weight_reads", "weight_writes", "buffer_bits", "cycles", "energy_pj_45nm", "gate_equivalents"] {
        assert!(rows.iter().all(|r| r[key].is_number()), "{key}");
    }
    let find = |rule: &str, lanes: u64| {
        let found = rows.iter().find(|r| r["rule"] == rule && r["lanes"] == lanes && r["bits"] == 8);
        found.unwrap_or_else(|| panic!("{rule}")).clone()
    };
    let number = |rule: &str, lanes: u64, key: &str| find(rule, lanes)[key].as_f64().unwrap();
    assert!(number("drtp", 16, "gate_equivalents") > number("inference_only", 16, "gate_equivalents"));
    assert!(number("bp", 16, "gate_equivalents") > number("inference_only", 16, "gate_equivalents"));
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
fn a_configuration_is_estimated_for_every_target() {
    let out = json(&["estimate", "--layers", "784,128,10", "--lanes", "16", "--json"]);
    let ecp5 = &out["resources"]["ecp5"];
    assert_eq!((ecp5["dsp"].as_f64(), ecp5["bram"].as_f64()), (Some(16.0), Some(93.0)));
    assert!(ecp5["lut4"].as_f64() > Some(3000.0) && out["resources"]["cells"]["gate_equivalents"].is_number());
    for kind in ["training", "inference"] {
        for key in ["weight_reads", "weight_writes", "buffer_bits", "cycles", "energy_pj_45nm", "memories"] {
            assert!(!out[kind][key].is_null(), "{kind} {key}");
        }
    }
    let same = json(&["compare", "--layers", "784,128,10", "--lanes", "16", "--rules", "contrastive", "--json"]);
    assert_eq!(same["rows"][0]["weight_reads"], out["training"]["weight_reads"], "the default rule");
    let errors = json(&["estimate", "--validation", "--json"]);
    for (count, median, worst) in [("lut4", 0.05, 0.12), ("ff", 0.05, 0.12), ("dsp", 0.0, 0.0), ("bram", 0.0, 0.0)] {
        let found = &errors["ecp5"][count];
        assert!(found["tested_on"].as_u64() >= Some(12), "{count}");
        assert!(found["median_error"].as_f64() <= Some(median), "{count}: {found}");
        assert!(found["worst_error"].as_f64() <= Some(worst), "{count}: {found}");
    }
    // one design of an iCE40 misses the 12 %: one lane, no hidden layer, network built in (docs/record/estimates.md)
    for (count, median, worst) in [
        ("lut4", 0.05, 0.135),
        ("ff", 0.05, 0.12),
        ("logic_cells", 0.05, 0.15),
        ("dsp", 0.0, 0.0),
        ("bram", 0.0, 0.0),
        ("spram", 0.0, 0.0),
    ] {
        let found = &errors["ice40"][count];
        assert!(found["tested_on"].as_u64() >= Some(12), "{count}");
        assert!(found["median_error"].as_f64() <= Some(median), "{count}: {found}");
        assert!(found["worst_error"].as_f64() <= Some(worst), "{count}: {found}");
    }
    assert!(errors["cells"]["gate_equivalents"]["worst_error"].as_f64() <= Some(0.08));
    assert!(errors["cells"]["longest_path_ns"]["median_error"].as_f64() <= Some(0.05));
    let table = String::from_utf8(drtp(&["estimate", "--layers", "64,8,10"]).stdout).unwrap();
    assert!(table.contains("64-8-10") && table.contains("pending_errors") && table.contains("gate_equivalents"));
}

#[test]
fn designs_are_explored_and_the_best_is_named() {
    let few = ["--try-lanes", "2,4", "--bits", "6,8", "--hidden", "8,16", "--rules", "gated,contrastive"];
    let args = |more: &[&'static str]| {
        [&["explore", "--target", "ulx3s", "--estimate-only", "--epochs", "2"][..], &few, more].concat()
    };
    let out = json(&args(&["--min-accuracy", "0.5", "--objective", "samples_per_second", "--json"]));
    assert_eq!((out["trained"].as_u64(), out["candidates"].as_u64()), (Some(8), Some(16)));
    let pareto = out["pareto"].as_array().unwrap();
    let number = |row: &serde_json::Value, key: &str| row[key].as_f64().unwrap();
    for pair in pareto.windows(2) {
        assert!(number(&pair[0], "validation_accuracy") > number(&pair[1], "validation_accuracy"));
        assert!(number(&pair[0], "samples_per_second") < number(&pair[1], "samples_per_second"));
    }
    assert!(pareto.contains(&out["winner"]) && number(&out["winner"], "validation_accuracy") >= 0.5);
    assert!(out["validated"].is_null(), "nothing was synthesised");
    let (code, said) = refusal(&args(&["--min-accuracy", "0.999"]));
    assert_eq!(code, 2);
    assert!(said.contains("no design that fits has an accuracy of 0.999 or more; the best has 0."), "{said}");
}

#[test]
fn a_report_is_one_file_that_fetches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (page, synth) = (folder.path().join("report.html"), folder.path().join("synth.json"));
    let of_a_run = r#"{"board":"ulx3s","lut4":4311,"ff":4948,"dsp":16,"bram":95,"spram":0,"fmax_mhz_median":150.5,
        "budget":{"lut4":83640},"critical_path":"from here to there"}"#;
    fs::write(&synth, of_a_run).unwrap();
    let args =
        ["report", "--layers", "64,8,10", "--lanes", "4", "--epochs", "1", "--hidden", "8", "--out", text(&page)];
    let out = drtp(&[&args[..], &["--synth", text(&synth)]].concat());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let html = fs::read_to_string(&page).unwrap();
    for section in
        ["Training", "Learning rules", "Roofline", "Accuracy against cost", "Counts", "Resources", "Board ulx3s"]
    {
        assert!(html.contains(&format!("<h2>{section}</h2>")), "{section}");
    }
    assert!(html.contains("<svg") && html.contains("150.5") && html.contains("from here to there"));
    // the name space of SVG is no address that anything is fetched from
    let elsewhere = html.replace("http://www.w3.org/2000/svg", "");
    for way in ["http://", "https://", "src=", "href=", "@import", "url("] {
        assert!(!elsewhere.contains(way), "{way}");
    }
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
        (&["estimate", "--target", "fpga"], "possible values: ecp5, ice40, cells"),
        (&["estimate", "--samples", "3"], "--check"),
        (&["estimate", "--data", "nowhere"], "--data and --features: samples are looked at with --check only"),
        (&["estimate", "--features", "edges5"], "--data and --features: "),
        (&["estimate", "--statistics", bad], "bad.toml: "),
        (&["explore", "--target", "ulx3s", "--min-accuracy", "1.5"], "--min-accuracy: 1.5 is no share"),
        (&["explore", "--target", "ulx3s", "--objective", "speed"], "accepted: samples_per_joule"),
        (&["explore", "--target", "ulx3s", "--bits", "99"], "none of the choices"),
        (&["report", "--synth", bad], "bad.toml: "),
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

#[test]
fn a_target_has_its_own_counts() {
    let keys = |target: &str| {
        let out = json(&["estimate", "--layers", "16,8,4", "--lanes", "4", "--target", target, "--json"]);
        let counts = out["resources"][target].as_object().unwrap().clone();
        counts.keys().filter(|k| *k != "memory_bits").cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys("ecp5"), ["lut4", "ff", "dsp", "bram", "logic_cells"]);
    assert_eq!(keys("ice40"), ["lut4", "ff", "dsp", "bram", "spram", "logic_cells"]);
    assert_eq!(keys("cells"), ["gate_equivalents", "longest_path_ns"]);
    let shown = drtp(&["estimate", "--layers", "16,8,4", "--lanes", "4", "--target", "ecp5", "--markdown"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    let row = shown.lines().find(|l| l.starts_with("| ecp5")).unwrap();
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    assert_eq!((cells[6], cells[8], cells[9]), ("-", "-", "-"), "spram, gates and path: {row}");
    assert!(cells[2..6].iter().all(|c| c.parse::<u32>().is_ok()), "{row}");
}

#[test]
fn a_calibration_that_was_stopped_goes_on_behind_its_last_whole_line() {
    if drtp_testing::need(drtp::synth::Tools::find()).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ecp5.jsonl");
    let committed = include_str!("../../../estimate/data/ecp5.jsonl");
    let end = committed.find('\n').unwrap() + 1;
    fs::write(&file, &committed[..end + 40]).unwrap();
    let args = ["calibrate", "--target", "ecp5", "--cases", "1", "--out", text(&file)];
    let out = drtp(&args);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(fs::read_to_string(&file).unwrap(), &committed[..end]);
    // what is no half of a line of designs stays
    let other = format!("{}something else", &committed[..end]);
    fs::write(&file, &other).unwrap();
    let (code, message) = refusal(&args);
    assert!(code == 2 && message.contains("ecp5.jsonl: line 2: not a line of designs"), "{message}");
    assert_eq!(fs::read_to_string(&file).unwrap(), other);
}

/// In `verif/estimates`, the one that is checked soonest first.
const CONFIGURATIONS: [&str; 10] = [
    "digits_one_lane",
    "digits",
    "fixed",
    "ternary",
    "deep",
    "mnist_narrow",
    "wide_stream",
    "mnist_inference",
    "mnist",
    "many_lanes",
];
/// What no resource may be further off than, as a share; and the same of a path, whose model knows little of what Yosys and
/// ABC do with it.
const WORST: f64 = 0.12;
const WORST_PATH: f64 = 0.2;

/// That counts are exact the command's exit code tells; here that there are some, and that resources are near.
fn is_near(name: &str) {
    let tools = drtp_testing::need(drtp::synth::Tools::find()).is_some();
    if !tools || drtp_testing::need(drtp::synth::asic::Liberty::open(None)).is_none() {
        return;
    }
    let file = format!("{}/../../verif/estimates/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let report = json(&["estimate", "--check", "--json", "--config", &file]);
    let check = &report["check"];
    assert!(!check["counts"].as_object().unwrap().is_empty(), "no counts were checked");
    for (target, counts) in check["resources"].as_object().unwrap() {
        for (resource, count) in counts.as_object().unwrap() {
            let error = count["relative_error"].as_f64().unwrap();
            let most = if resource == "longest_path_ns" { WORST_PATH } else { WORST };
            assert!(error.abs() <= most, "{name}, {target} {resource}: {count}");
        }
    }
}

#[test]
fn resources_of_a_small_core_are_near_what_synthesis_makes() {
    is_near(CONFIGURATIONS[0]);
}
#[test]
#[ignore = "long tier: nine more cores are synthesised for three targets"]
fn resources_of_every_committed_configuration_are_near() {
    CONFIGURATIONS[1..].iter().for_each(|name| is_near(name));
}
#[test]
fn every_committed_configuration_is_checked() {
    let there = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../verif/estimates")).unwrap();
    let mut names: Vec<_> =
        there.map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    let mut listed = CONFIGURATIONS.map(String::from);
    listed.sort();
    assert_eq!(names, listed);
}
