//! `drtp sweep` as a user runs it: its lines, going on where it was stopped, and what is said of bad input.
use crate::common::*;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const GRID: &str =
    "title = 'two'\n[base.training]\nepochs = 1\n[grid]\nrule = ['contrastive', 'shallow']\nhidden = [[8]]\n\
    hidden_shift = [4]\noutput_shift = [3]\nseed = [1, 2]\n";

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn every_run_has_its_line_and_seeds_are_taken_together() {
    let folder = tempfile::tempdir().unwrap();
    let (grid, out) = (file(&folder, "g.toml", GRID), folder.path().join("r.jsonl"));
    let r = json(&["sweep", text(&grid), "--out", text(&out), "--json"]);
    assert_eq!((&r["runs"], &r["trained_now"], &r["title"]), (&4.into(), &4.into(), &"two".into()));
    assert_eq!((&r["data"], &r["measured_on"]), (&"digits/train".into(), &"digits/test".into()));
    let groups = r["groups"].as_array().unwrap();
    let of = |rule: &str| groups.iter().find(|g| g["rule"] == rule).unwrap();
    assert!(groups.len() == 2 && groups[0]["accuracy_mean"].as_f64() >= groups[1]["accuracy_mean"].as_f64());
    let lines = results(&out);
    for rule in ["contrastive", "shallow"] {
        let each: Vec<f64> =
            lines.iter().filter(|l| l["rule"] == rule).map(|l| l["accuracy"].as_f64().unwrap()).collect();
        let mean = of(rule)["accuracy_mean"].as_f64().unwrap();
        assert!((each[0] + each[1] - 2.0 * mean).abs() < 1e-9 && mean > 0.4, "{rule}: {each:?}");
        assert!((of(rule)["accuracy_std"].as_f64().unwrap() - (each[0] - each[1]).abs() / 2f64.sqrt()).abs() < 1e-9);
        assert_eq!((&of(rule)["seeds"], &of(rule)["network"]), (&serde_json::json!([1, 2]), &"64-8-10".into()));
    }
    // `drtp train` with the same settings gives the same numbers
    let config =
        "[network]\ninputs = 64\n[[network.layer]]\nsize = 8\nshift = 4\n[[network.layer]]\nsize = 10\nshift = 3\n";
    let config = file(&folder, "c.toml", config);
    let trained = json(&["train", "--config", text(&config), "--seed", "2", "--epochs", "1", "--json"]);
    let line = lines.iter().find(|l| l["rule"] == "contrastive" && l["seed"] == 2).unwrap();
    for (name, there) in [("accuracy", "test_accuracy"), ("update_share", "update_share")] {
        assert_eq!(line[name], trained[there], "{name}");
    }
    assert_eq!(line["accuracy_by_epoch"], trained["test_accuracy_by_epoch"]);

    // nothing is left to do: the file stays, and the table says the same
    let before = fs::read(&out).unwrap();
    let shown = drtp(&["sweep", text(&grid), "--out", text(&out)]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("two: 4 runs, measured on digits/test") && shown.contains('±'), "{shown}");
    assert_eq!(fs::read(&out).unwrap(), before);
}

#[test]
fn a_stopped_sweep_goes_on_and_single_runs_are_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let (grid, out) = (file(&folder, "g.toml", GRID), folder.path().join("r.jsonl"));
    let whole = |jobs: &str| json(&["sweep", text(&grid), "--out", text(&out), "--jobs", jobs, "--json"]);
    whole("2");
    let (all, written) = (results(&out), fs::read_to_string(&out).unwrap());
    // the last line is gone, and half of the one before
    let ends: Vec<usize> = written.match_indices('\n').map(|m| m.0).collect();
    fs::write(&out, &written[..(ends[1] + ends[2]) / 2]).unwrap();
    assert_eq!(whole("1")["trained_now"], 2);
    assert_eq!(results(&out), all);
    assert_eq!(fs::read_to_string(&out).unwrap()[..=ends[1]], written[..=ends[1]]);

    let listed = drtp(&["sweep", text(&grid), "--list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let keys: Vec<&str> = listed.lines().collect();
    let rules: Vec<&Value> = keys.iter().map(|k| &all.iter().find(|l| l["key"] == *k).unwrap()["rule"]).collect();
    assert_eq!(rules, ["contrastive", "contrastive", "shallow", "shallow"]);
    let one = folder.path().join("one.jsonl");
    let r = json(&["sweep", text(&grid), "--only", keys[3], "--out", text(&one), "--json"]);
    assert_eq!((&r["runs"], &r["trained_now"]), (&1.into(), &1.into()));
    assert_eq!(results(&one), [all.iter().find(|l| l["key"] == keys[3]).unwrap().clone()]);
}

#[test]
fn results_of_something_else_are_refused_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (grid, out) = (file(&folder, "g.toml", GRID), folder.path().join("r.jsonl"));
    let one = GRID.replace("[1, 2]", "[1]").replace(", 'shallow'", "");
    let small = file(&folder, "small.toml", &one);
    json(&["sweep", text(&small), "--out", text(&out), "--json"]);
    let before = fs::read(&out).unwrap();
    let refused = |grid: &Path, more: &[&str]| {
        let (code, message) = refusal(&[&["sweep", text(grid), "--out", text(&out)], more].concat());
        assert_eq!(code, 2, "{message}");
        assert_eq!(fs::read(&out).unwrap(), before, "{message}");
        message
    };
    let holdout = refused(&grid, &["--holdout", "100"]);
    assert!(holdout.contains("r.jsonl:1: a line of another sweep: measured_on is"), "{holdout}");
    let other = file(&folder, "other.toml", &GRID.replace("[[8]]", "[[7]]"));
    assert!(refused(&other, &[]).contains("layers is [64,8,10], not [64,7,10]; nothing was changed"));
    let notes = file(&folder, "notes.txt", "remember the milk");
    let (code, message) = refusal(&["sweep", text(&grid), "--out", text(&notes)]);
    assert!(code == 2 && message.contains("notes.txt:1: not a line of a sweep"), "{message}");
    assert_eq!(fs::read_to_string(&notes).unwrap(), "remember the milk");
}

#[test]
fn bad_input_is_named_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("r.jsonl");
    let refused = |from: &str, to: &str, more: &[&str]| {
        let path = file(&folder, "bad.toml", &GRID.replacen(from, to, 1));
        let (code, message) = refusal(&[&["sweep", text(&path), "--out", text(&out)], more].concat());
        assert_eq!(code, 2, "{message}");
        assert!(!message.contains("panicked") && !out.exists(), "{message}");
        message
    };
    let e = refused("seed", "hidden_bits = [8, 13, 3]\nseed", &[]);
    assert!(e.contains("bad.toml: 8 of 12 runs are refused") && e.contains("13 is out of range (accepted: 4 to 12)"));
    assert_eq!(e.matches("    run ").count(), 8, "{e}");
    assert!(refused("rule", "rul", &[]).contains("unknown variant `rul`"));
    assert!(
        refused("[base.training]\nepochs", "[base.training]\nepoch", &[]).contains("line 3: training.epoch: unknown")
    );
    assert!(refused("[[8]]", "[]", &[]).contains("grid.hidden: an empty list"));
    assert!(refused("title", "titel", &[]).contains("unknown field `titel`"));
    assert!(refused("two", "two", &["--only", "0123456789ab"]).contains("no run has the key 0123456789ab"));
    assert!(refused("two", "two", &["--holdout", "9999"]).contains("9999"));
    assert!(refused("two", "two", &["--data", "not-there"]).contains("not-there"));
    assert!(refused("two", "two", &["--jobs", "0"]).contains("--jobs"));
    let (code, message) = refusal(&["sweep", "no-such-file.toml", "--list"]);
    assert!(code == 2 && message.contains("no-such-file.toml"), "{message}");
    let path = file(&folder, "good.toml", GRID);
    let nowhere = Path::new("no-such-folder").join("r.jsonl");
    let (code, message) = refusal(&["sweep", text(&path), "--out", text(&nowhere)]);
    assert!(code == 2 && message.contains("r.jsonl"), "{message}");
}

/// Grids that nobody runs in a test must still be grids.
#[test]
fn committed_grids_are_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/sweeps");
    let images = idx_folder(28, 10);
    let mut counts: Vec<(String, usize)> = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let list = ["sweep", text(&path), "--list"];
        let listed = match name.starts_with("digits") {
            true => drtp(&list),
            false => {
                // they say what they are for: never on the digits by mistake
                let (code, message) = refusal(&list);
                assert!(code == 2 && message.contains("inputs: for samples of 784 values"), "{message}");
                drtp(&[&list[..], &["--data", text(images.path())]].concat())
            }
        };
        assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
        counts.push((name, String::from_utf8(listed.stdout).unwrap().lines().count()));
    }
    counts.sort();
    let expected = [
        ("best_fashion", 6),
        ("best_mnist", 12),
        ("digits_tiny", 4),
        ("mnist_bits", 21),
        ("mnist_margins", 36),
        ("mnist_rules", 15),
        ("mnist_sizes", 27),
    ];
    assert_eq!(counts, expected.map(|(name, n)| (name.to_string(), n)));
}
