//! `drtp experiment` as a user runs it: report, files, and what is said of bad input.
use crate::common::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ONE: &str = "title = 'one'\ndata = 'digits'\n[network]\nhidden = [30]\n[training]\noptimiser = 'adam'\nrate = 3e-3\nepochs = 4\ntrials = 2\nbatch = 20\n[[run]]\nrule = 'drtp'\n";

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn one_rule_reports_at_the_top() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "one.toml", ONE);
    let r = json(&["experiment", text(&path), "--json"]);
    let mean = r["test_accuracy_mean"].as_f64().unwrap();
    assert!(0.8 < mean && mean < 1.0, "{mean}");
    assert_eq!((&r["trials"], &r["rule"], &r["network"]), (&2.into(), &"drtp".into(), &"64-30-10".into()));
    let each: Vec<f64> = r["test_accuracies"].as_array().unwrap().iter().map(|a| a.as_f64().unwrap()).collect();
    assert!((each[0] + each[1] - 2.0 * mean).abs() < 1e-9);
    let std = (each[0] - each[1]).abs() / 2f64.sqrt();
    assert!((r["test_accuracy_std"].as_f64().unwrap() - std).abs() < 1e-9);
    assert_eq!(r["rules"]["drtp"]["test_accuracy_mean"], r["test_accuracy_mean"]);
    assert_eq!(r["curve"].as_array().unwrap().len(), 4);
    // options replace the file's keys, and a seed repeats a run
    let short =
        |seed: &str| json(&["experiment", text(&path), "--trials", "1", "--epochs", "1", "--seed", seed, "--json"]);
    let a = short("7");
    assert_eq!(
        (&a["trials"], &a["seed"], &a["epochs"], &a["test_accuracy_std"]),
        (&1.into(), &7.into(), &1.into(), &0.0.into())
    );
    assert_eq!(a, short("7"));
    assert_ne!(a["curve"], short("8")["curve"]);
}

#[test]
fn several_rules_report_by_name_with_angles_csv_and_plots() {
    let folder = tempfile::tempdir().unwrap();
    let two = ONE.replace("epochs = 4", "epochs = 2\nangles_every = 30") + "[[run]]\nname = 'exact'\nrule = 'bp'\n";
    let path = file(&folder, "two.toml", &two);
    let (csv, plots) = (folder.path().join("x.csv"), folder.path().join("plots"));
    let r = json(&["experiment", text(&path), "--json", "--csv", text(&csv), "--plots", text(&plots)]);
    assert!(r["rules"]["drtp"]["test_error"].as_f64().unwrap() > 0.0);
    assert!(r["rules"]["exact"]["angles"]["hidden1"]["max"].as_f64().unwrap() < 0.01);
    assert_eq!(r["rules"]["exact"]["angles_all_under_90"], true);
    assert!(r["test_error"].is_null());
    assert!(fs::read_to_string(csv).unwrap().contains("\nexact,2,angle,1,30,"));
    for name in ["loss.svg", "accuracy.svg", "angles.svg"] {
        assert!(fs::read_to_string(plots.join(name)).unwrap().starts_with("<svg"), "{name}");
    }
    let shown = drtp(&["experiment", text(&path), "--epochs", "1"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("exact") && shown.contains("64-30-10") && shown.contains('±'), "{shown}");
}

#[test]
fn convolutions_learn_images_from_files() {
    let folder = idx_folder(6, 2);
    for trained in ["true", "false"] {
        let network =
            format!("convolutions = [{{ channels = 4, kernel = 3 }}]\ntrain_convolutions = {trained}\nhidden = [12]");
        let toml = ONE.replace("digits", "mnist").replace("hidden = [30]", &network).replace("'drtp'", "'bp'");
        let file = file(&folder, "c.toml", &toml.replace("epochs = 4", "epochs = 15"));
        let r = json(&["experiment", text(&file), "--data", text(folder.path()), "--json"]);
        assert_eq!(r["network"], "36-4c3-2p-12-2");
        assert!(r["test_accuracy_mean"].as_f64().unwrap() > 0.95, "{r}");
    }
}

#[test]
fn cifar_10_runs_from_its_binary_files() {
    let folder = tempfile::tempdir().unwrap();
    let batch = |n: u8| -> Vec<u8> {
        (0..n).flat_map(|i| std::iter::once(i % 10).chain((0..3072).map(move |p| (p as u8) ^ (i % 10 * 20)))).collect()
    };
    (1..=5).for_each(|i| fs::write(folder.path().join(format!("data_batch_{i}.bin")), batch(20)).unwrap());
    fs::write(folder.path().join("test_batch.bin"), batch(10)).unwrap();
    let network = "convolutions = [{ channels = 4, kernel = 3 }, { channels = 5, kernel = 3 }]\nhidden = [12]";
    let path = file(
        &folder,
        "c.toml",
        &ONE.replace("digits", "cifar10").replace("hidden = [30]", network).replace("epochs = 4", "epochs = 1"),
    );
    let r = json(&["experiment", text(&path), "--data", text(folder.path()), "--json"]);
    assert_eq!(
        (&r["network"], &r["train_samples"], &r["test_samples"]),
        (&"3072-4c3-2p-5c3-2p-12-10".into(), &100.into(), &10.into())
    );
    fs::write(folder.path().join("data_batch_3.bin"), &batch(2)[..4000]).unwrap();
    let (code, message) = refusal(&["experiment", text(&path), "--data", text(folder.path())]);
    assert!(code == 2 && message.contains("data_batch_3.bin: byte 4000: the data end here"), "{message}");
}

#[test]
fn bad_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |from: &str, to: &str, more: &[&str]| {
        let path = file(&folder, "bad.toml", &ONE.replacen(from, to, 1));
        let (code, message) = refusal(&[&["experiment", text(&path)], more].concat());
        assert_eq!(code, 2, "{message}");
        assert!(!message.contains("panicked"), "{message}");
        message
    };
    assert!(refused("optimiser", "optimizer", &[]).contains("bad.toml: TOML parse error"));
    assert!(refused("rule = 'drtp'", "rule = 'magic'", &[]).contains("unknown variant `magic`"));
    assert!(refused("rate = 3e-3", "rate = -1.0", &[]).contains("bad.toml: training.rate: expected a number"));
    assert!(refused("'digits'", "'mnist'", &[]).contains("needs --data FOLDER"));
    assert!(refused("one", "one", &["--data", "x"]).contains("--data x is not for it"));
    assert!(refused("'digits'", "'mnist'", &["--data", "not-there"]).contains("not-there: cannot be read"));
    assert!(refused("one", "one", &["--trials", "0"]).contains("training.trials: at least 1"));
    assert!(refused("one", "one", &["--epochs", "0"]).contains("training.epochs: expected 1"));
    assert!(refused("one", "one", &["--holdout", "9999"]).contains("to hold out for validation"));
    assert!(refused("one", "one", &["--trials", "many"]).contains("--trials"));
    let nowhere = Path::new("no-such-folder").join("x.csv");
    assert!(refused("epochs = 4", "epochs = 1", &["--csv", text(&nowhere)]).contains("x.csv"));
    let (code, message) = refusal(&["experiment", "no-such-file.toml"]);
    assert!(code == 2 && message.contains("no-such-file.toml"), "{message}");
}
