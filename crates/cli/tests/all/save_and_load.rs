//! Trained weights, from one run to the next.
use crate::common::*;
use std::fs;

#[test]
fn two_halves_through_a_file_are_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    for (engine, rule) in [("fast", "contrastive"), ("golden", "drtp")] {
        let (one, half, two) = (file("one.npz"), file("half.npz"), file("two.npz"));
        let train = |epochs: &str, more: &[&str]| {
            let common = ["train", "--json", "--engine", engine, "--epochs", epochs];
            json(&[&common[..], more].concat())
        };
        // the learning rate falls after the second epoch
        let whole = train("4", &["--seed", "9", "--rule", rule, "--save", text(&one)]);
        let first = train("2", &["--seed", "9", "--rule", rule, "--save", text(&half)]);
        // seed and rule are in the file
        let second = train("2", &["--load", text(&half), "--save", text(&two)]);
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        assert_ne!(fs::read(&one).unwrap(), fs::read(&half).unwrap());
        let curve = |r: &serde_json::Value| r["test_accuracy_by_epoch"].as_array().unwrap().clone();
        assert_eq!([curve(&first), curve(&second)].concat(), curve(&whole));
        assert_eq!((&second["epochs_before"], &second["rule"]), (&2.into(), &rule.into()));
        assert_eq!(whole["seeds"], second["seeds"]);

        // no epoch: the scores of before, and the file as it was
        let again = train("0", &["--load", text(&one), "--save", text(&half)]);
        assert_eq!(again["test_accuracy"], whole["test_accuracy"]);
        assert_eq!(fs::read(&one).unwrap(), fs::read(&half).unwrap());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing half written is left");
}

#[test]
fn another_rule_and_seed_may_follow() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("w.npz"), folder.path().join("other.npz"));
    let first = json(&["train", "--json", "--epochs", "1", "--save", text(&path)]);
    let args = ["train", "--json", "--epochs", "1", "--load", text(&path), "--save", text(&other)];
    let second = json(&[&args[..], &["--rule", "gated", "--seed", "3"]].concat());
    assert_eq!((&first["rule"], &second["rule"]), (&"contrastive".into(), &"gated".into()));
    // the weights belong to their projection
    assert_eq!((&second["seeds"]["seed"], &second["seeds"]["projection"]), (&3.into(), &first["seeds"]["projection"]));
}

#[test]
fn hardware_runs_with_loaded_weights() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.npz");
    let trained = json(&["train", "--json", "--epochs", "2", "--save", text(&path)]);
    let cosim =
        |more: &[&str]| json(&[&["cosim", "--json", "--samples", "20", "--load", text(&path)][..], more].concat());
    let classifies = cosim(&["--inference-only"]);
    assert_eq!((&classifies["mismatches"], &classifies["samples"]), (&0.into(), &20.into()));
    assert_eq!(classifies["test_accuracy"], trained["test_accuracy"]);
    let learns = cosim(&[]);
    assert_eq!(learns["mismatches"], 0);
    assert!(learns["test_accuracy"].as_f64().unwrap() > 0.8, "{learns}");
}

#[test]
fn what_cannot_be_loaded_or_saved_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (none, bad) = (folder.path().join("none.npz"), folder.path().join("bad.npz"));
    fs::write(&bad, "PK no archive").unwrap();
    for (args, expected) in [
        (vec!["train", "--load", text(&none)], "none.npz: cannot be read"),
        (vec!["train", "--load", text(&bad)], "bad.npz: not a .npz file, or a damaged one"),
        (vec!["cosim", "--load", text(&bad)], "bad.npz: not a .npz file, or a damaged one"),
        (vec!["train", "--load", text(&bad), "--layers", "64,10"], "--layers"),
        (vec!["train", "--load", text(&bad), "--lanes", "4"], "--lanes"),
        (vec!["cosim", "--load", text(&bad), "--config", "x.toml"], "--config"),
        (vec!["train", "--save", "no/such/folder/w.npz"], "--save no/such/folder/w.npz: no folder no/such/folder"),
        (vec!["train", "--save", text(folder.path())], "a folder, not a file"),
    ] {
        let (code, message) = refusal(&args);
        assert!(code == 2 && message.contains(expected), "{args:?}: {message}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    // data for another network
    let path = folder.path().join("w.npz");
    json(&["train", "--json", "--epochs", "0", "--save", text(&path)]);
    let (code, message) = refusal(&["train", "--load", text(&path), "--features", "edges3"]);
    assert!(code == 2 && !message.is_empty(), "{message}");
}
