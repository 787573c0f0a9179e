//! Drift, edge features and the ceiling, as a user runs them.
use crate::common::*;
use serde_json::Value;
use std::fs;

#[test]
fn a_device_that_learns_recovers_and_a_frozen_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let plot = folder.path().join("drift.svg");
    let args = ["drift", "--samples", "1500", "--json", "--seed", "1"];
    let found = json(&[&args[..], &["--plot", text(&plot)]].concat());
    assert_eq!((&found["layers"], &found["window"]), (&serde_json::json!([64, 32, 10]), &200.into()));
    for change in ["inverted", "shifted", "new_class", "stuck"] {
        let one = &found["changes"][change];
        let share = |key: &str| one[key].as_f64().unwrap();
        assert!(share("learning_accuracy") > share("frozen_accuracy"), "{change}: {one}");
        assert!(share("accuracy_before") > share("frozen_accuracy"), "{change}: {one}");
        assert_eq!(one["samples_seen"], 1500);
        assert!(one["samples_to_recover"].as_u64().is_none_or(|n| (200..=1500).contains(&n)), "{one}");
    }
    assert!(found["changes"]["new_class"]["new_class_accuracy"].as_f64().unwrap() > 0.0);
    let svg = fs::read_to_string(&plot).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("samples since the change") && svg.contains("new class"));

    // one change alone is the same, and the same again
    let alone = json(&[&args[..], &["--change", "stuck"]].concat());
    assert_eq!(alone["changes"]["stuck"], found["changes"]["stuck"]);
    assert_eq!(alone["changes"].as_object().unwrap().len(), 1);
    let other = json(&["drift", "--samples", "1500", "--json", "--seed", "2", "--change", "stuck"]);
    assert_ne!(alone["changes"]["stuck"], other["changes"]["stuck"]);
}

#[test]
fn what_drift_cannot_do_is_named() {
    for (args, part) in [
        (&["--change", "weather"][..], "accepted: inverted, shifted, new_class, stuck, all"),
        (&["--recovered", "2"], "accepted: 0 to 1"),
        (&["--window", "0"], "--window"),
        (&["--window", "720"], "--window: 720 samples, but digits/train leaves 719 after the change"),
        (&["--first", "1"], "leaves 0 after the change"),
        (&["--first", "1", "--samples", "500"], "leaves 0 after the change"),
        (&["--layers", "63,10"], "samples of 64 values, but the network has 63 inputs"),
        (&["--epochs", "1", "--plot", "/no/such/folder/x.svg"], "/no/such/folder"),
    ] {
        let (code, message) = refusal(&[&["drift"][..], args].concat());
        assert!(code == 2 && message.contains(part), "{part}\nin\n{message}");
    }
}

#[test]
fn features_stand_in_for_pixels_in_every_command() {
    let of = |command: &str, layers: &str, features: &str| -> Value {
        json(&[command, "--features", features, "--layers", layers, "--epochs", "1", "--json"])
    };
    let trained = of("train", "72,16,10", "edges3");
    assert_eq!((&trained["data"], &trained["layers"][0]), (&"digits/train/edges3".into(), &72.into()));
    assert_eq!(of("train", "8,10", "edges5")["layers"], serde_json::json!([8, 10]));
    assert_eq!(of("drift", "72,16,10", "edges3")["features"], "edges3");
    assert_eq!(of("ceiling", "72,16,10", "edges3")["data"], "digits/train/edges3");
    let compared = json(&["cosim", "--features", "edges3", "--layers", "72,8,10", "--samples", "20", "--json"]);
    assert_eq!((&compared["mismatches"], &compared["samples"]), (&0.into(), &20.into()));

    let (code, message) = refusal(&["train", "--features", "edges3"]);
    let part = "digits/train/edges3: samples of 72 values, but the network has 64 inputs (--layers 72,..)";
    assert!(code == 2 && message.contains(part), "{message}");
    let (code, message) = refusal(&["train", "--features", "corners"]);
    assert!(code == 2 && message.contains("accepted: edges5, edges3"), "{message}");
    let (code, message) = refusal(&["cosim", "--drawn", "--features", "edges3"]);
    assert!(code == 2 && message.contains("--features"), "{message}");
}

#[test]
fn the_ceiling_repeats_and_can_leave_the_test_set_alone() {
    let run = |args: &[&str]| json(&[&["ceiling", "--epochs", "1", "--json"], args].concat());
    let found = run(&[]);
    assert_eq!((&found["rule"], &found["hardware"]), (&"integer_bp".into(), &false.into()));
    assert_eq!((&found["measured_on"], &found["samples"]), (&"digits/test".into(), &1438.into()));
    assert_eq!(found, run(&[]));
    let held = run(&["--holdout", "300"]);
    assert_eq!((&held["measured_on"], &held["samples"]), (&"digits/train/validation".into(), &1138.into()));
    assert_ne!(held["test_accuracy"], found["test_accuracy"]);
    let (code, message) = refusal(&["ceiling", "--holdout", "1438"]);
    assert!(code == 2 && message.contains("expected fewer than 1438 samples"), "{message}");
    let (code, message) = refusal(&["ceiling", "--layers", "63,10"]);
    assert!(code == 2 && message.contains("63 inputs"), "{message}");
}
