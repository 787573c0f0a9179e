//! What tests the tests: soak, mutants, faults, coverage, and a core that a user changed.
use crate::common::*;
use drtp::cosim::verilator::Role;
use drtp::faults::{Effect, Outcome, Plan};
use serde_json::json;
use std::fs;
use std::process::Command;

/// As [`json`], with compiled models in the user's cache: of a core that is whole they are of use to the next run.
fn cached(args: &[&str]) -> serde_json::Value {
    let mut drtp = Command::new(env!("CARGO_BIN_EXE_drtp"));
    let out = drtp.args(args).env("DRTP_CACHE", drtp::files::cache_folder()).output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn a_soak_counts_cases_and_cycles_and_repeats() {
    // both runs meet the same model
    let models = tempfile::tempdir().unwrap();
    let run = || {
        let mut drtp = Command::new(env!("CARGO_BIN_EXE_drtp"));
        drtp.args(["soak", "--cases", "1", "--frames", "12", "--hdl-steps", "6", "--seed", "5", "--json"]);
        let out = drtp.env("DRTP_CACHE", models.path()).output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap()
    };
    let found = run();
    assert_eq!((&found["cases"], &found["mismatches"], &found["told"]), (&1.into(), &0.into(), &json!([])));
    assert!(found["cycles"].as_u64().unwrap() > 500);
    assert_eq!(run()["engines"], found["engines"]);
}

/// Cycles of the emitted Verilog beside the golden model, at the least, and the cases and frames that come to so many.
const CYCLES: u64 = 10_000_000;

#[test]
fn ten_million_cycles_without_a_mismatch() {
    if !have_verilator() {
        return;
    }
    let found = cached(&["soak", "--json", "--hdl-steps", "20", "--cases", "4", "--frames", "8000"]);
    assert_eq!((&found["mismatches"], &found["told"]), (&0.into(), &json!([])));
    let cycles = found["engines"]["verilator"]["cycles"].as_u64().unwrap();
    assert!(cycles >= CYCLES, "{cycles} cycles");
}

/// Of the listed situations none is left out: what cores with a drawn design do not bring about, pairs of lanes do.
#[test]
fn every_listed_situation_happens() {
    let holes = |args: &[&str]| {
        let found = json(&[&["coverage", "--json", "--cases", "100"][..], args].concat());
        assert_eq!(found["cases"], 200);
        found["holes"].as_array().unwrap().clone()
    };
    let pairs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../verif/mutation/pairs.toml");
    assert_eq!(holes(&[]), [json!({ "group": "design", "bin": "spram" })]);
    assert_eq!(holes(&["--config", pairs]), Vec::<serde_json::Value>::new());
}

#[test]
fn every_mutant_has_a_name_and_one_can_be_chosen() {
    let out = drtp(&["mutate", "--list"]);
    let list = String::from_utf8(out.stdout).unwrap();
    let names: Vec<&str> = list.lines().filter(|l| l.starts_with("drtp_")).collect();
    assert!(out.status.success() && names.len() > 500, "{}", names.len());
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
    // the same few, drawn again
    let few = |seed: &str| drtp(&["mutate", "--list", "--mutants", "5", "--seed", seed]).stdout;
    assert_eq!(few("3"), few("3"));
    assert_ne!(few("3"), few("4"));
    let sign = names.iter().find(|n| n.starts_with("drtp_lane:") && n.ends_with(":sign")).unwrap();
    let alone = String::from_utf8(drtp(&["mutate", "--list", "--only", sign]).stdout).unwrap();
    assert!(alone.starts_with(sign) && alone.lines().count() == 3, "{alone}");
}

/// The scenarios pass on whole cores of two kinds, and notice broken ones: what `cargo xtask mutate` runs on many more.
#[test]
fn scenarios_of_the_short_tier() {
    if !have_verilator() {
        return;
    }
    let run = ["mutate", "--tier", "short", "--mutants", "1", "--json"];
    // the third kind is the one whose coverage is measured below
    for core in ["pairs.toml", "wide.toml"] {
        let file = format!("{}/../../verif/mutation/{core}", env!("CARGO_MANIFEST_DIR"));
        let found = cached(&[&run[..], &["--config", &file]].concat());
        assert_eq!(
            (&found["mutants"], &found["killed"], &found["tier"]),
            (&1.into(), &1.into(), &"short".into()),
            "{found}"
        );
    }
}

/// Faults in bits of each role in the long tier.
const FAULTS: u64 = 40;

#[test]
#[ignore = "long tier: as many faults as the record has"]
fn forty_faults_of_each_role_heal_or_are_healed() {
    if !have_verilator() {
        return;
    }
    let found = json(&["faults", "--json", "--faults", &FAULTS.to_string()]);
    let roles = found["roles"].as_object().unwrap();
    assert_eq!(roles.len(), 5);
    for (role, found) in roles {
        assert_eq!((&found["faults"], &found["dead"]), (&FAULTS.into(), &0.into()), "{role}");
    }
}

#[test]
fn faults_are_counted_by_what_they_hit() {
    if !have_verilator() {
        return;
    }
    let args = ["faults", "--faults", "2", "--samples", "60", "--classify", "20", "--json"];
    let found = json(&args);
    assert_eq!(found["faults"], 10);
    for role in ["weights", "sample", "stream", "settings", "state"] {
        let one = &found["roles"][role];
        let count = |key: &str| one[key].as_u64().unwrap();
        let effects: u64 = ["masked", "recovered", "lost", "out_of_step", "hang", "dead"].map(count).iter().sum();
        assert!(effects == 2 && count("bits") > 0, "{role}: {one}");
        assert_eq!(count("dead"), 0, "{role}");
    }
    assert_eq!(json(&args), found);
}

/// A flipped bit of the loader or the sequencer makes a core stand still; a watchdog brings it back, and it says so.
#[test]
fn a_watchdog_restarts_a_core_that_hangs() {
    if !have_verilator() {
        return;
    }
    let effects = |watchdog: bool| {
        let text = format!(
            "[design]\nlanes = 2\nmax_layers = 2\nwatchdog = {watchdog}\n[network]\ninputs = 64\n\
            [[network.layer]]\nsize = 4\n[[network.layer]]\nsize = 10\n"
        );
        let config = drtp::core::Draft::parse("watched.toml", &text).unwrap().config().unwrap();
        let split = drtp::data::digits(1);
        let plan = Plan::new(&config, &split, 12, 8).unwrap();
        let (clean, cycles) = plan.clean().unwrap();
        let mut random = drtp::data::Shuffle::new(5);
        let mut faults = plan.every(Role::State, cycles, &mut random);
        faults.retain(|f| ["builder.", "sequencer."].iter().any(|b| plan.sites()[f.site].full_name().starts_with(b)));
        assert!(faults.len() > 200, "{} bits", faults.len());
        faults.iter().map(|f| plan.with(f, &clean).unwrap()).collect::<Vec<_>>()
    };
    let hangs = |all: &[Outcome]| all.iter().filter(|o| o.effect == Effect::Hang).count();
    let (without, with) = (effects(false), effects(true));
    assert!(hangs(&without) > 0 && without.iter().all(|o| !o.restarted));
    assert_eq!(hangs(&with), 0);
    assert!(with.iter().filter(|o| o.restarted).count() >= hangs(&without));
    assert!(with.iter().chain(&without).all(|o| o.effect != Effect::Dead));
}

#[test]
fn coverage_names_what_never_happens() {
    let found = json(&["coverage", "--cases", "3", "--json"]);
    assert_eq!(found["cases"], 6);
    let holes = found["holes"].as_array().unwrap();
    let groups = found["groups"].as_object().unwrap();
    let empty: usize = groups.values().flat_map(|g| g.as_object().unwrap().values()).filter(|n| **n == 0).count();
    assert!(holes.len() == empty && groups.len() > 10, "{holes:?}");
    if have_verilator() {
        let found = cached(&["coverage", "--cases", "1", "--verilog", "--tier", "short", "--json"]);
        for kind in ["lines", "toggles"] {
            let one = &found["verilog"][kind];
            let (points, hit) = (one["points"].as_u64().unwrap(), one["hit"].as_u64().unwrap());
            let left = one["holes"].as_array().unwrap().len() as u64;
            // nearly all, and what is left has a name
            assert!(points > 500 && 10 * hit > 9 * points && hit + left == points, "{kind}: {hit} of {points}");
        }
    }
}

#[test]
fn a_core_that_was_changed_is_held_to_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("core");
    let layers = ["--lanes", "2", "--layers", "6,5,3"];
    assert!(drtp(&[&["emit", "--out", text(&out)][..], &layers].concat()).status.success());
    let file = out.join("drtp_core.v");
    let verilog = fs::read_to_string(&file).unwrap();
    let run = [&["cosim", "--backend", "verilator", "--drawn", "--samples", "40"][..], &layers].concat();
    if have_verilator() {
        let same = drtp(&[&run[..], &["--verilog", text(&file)]].concat());
        assert!(same.status.success(), "{}", String::from_utf8_lossy(&same.stderr));
        let broken = folder.path().join("broken.v");
        let line = "assign advances = ~tvalid | tready;";
        assert_eq!(verilog.matches(line).count(), 1);
        fs::write(&broken, verilog.replace(line, "assign advances = 1'd1;")).unwrap();
        let other = drtp(&[&run[..], &["--verilog", text(&broken), "--stalls"]].concat());
        assert!(!other.status.success());
        fs::write(&broken, "this is no Verilog").unwrap();
        let (_, message) = refusal(&[&run[..], &["--verilog", text(&broken)]].concat());
        assert!(message.contains("verilator"), "{message}");
    }
    let (code, message) = refusal(&["cosim", "--verilog", text(&file)]);
    assert!(code == 2 && message.contains("reads no Verilog"), "{message}");
    let (code, message) = refusal(&[&run[..], &["--verilog", "/no/such/file.v"]].concat());
    assert!(code == 2 && message.contains("/no/such/file.v"), "{message}");
}

#[test]
fn what_these_commands_cannot_do_is_named() {
    for (args, part) in [
        (&["mutate", "--only", "drtp_lane:1:1:sign"][..], "no such mutant"),
        (&["mutate", "--mutants", "0"], "--mutants"),
        (&["soak", "--minutes", "0"], "--minutes: 0 is no time"),
        (&["soak", "--minutes", "1", "--cases", "1"], "cannot be used with"),
        (&["faults", "--layers", "63,10"], "63 inputs"),
    ] {
        let (code, message) = refusal(args);
        assert!(code == 2 && message.contains(part), "{part}\nin\n{message}");
    }
}
