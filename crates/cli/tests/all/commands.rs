//! The commands as a user runs them: output, files, messages, exit codes.
use crate::common::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn training_is_repeatable_and_follows_the_seed() {
    let run =
        |seed: &str| json(&["train", "--epochs", "1", "--seed", seed, "--json"])["test_accuracy"].as_f64().unwrap();
    assert_eq!(run("4"), run("4"));
    assert_ne!(run("4"), run("5"));
    assert!(run("4") > 0.6);
}

#[test]
fn engines_train_to_the_same_numbers() {
    for rule in ["contrastive", "drtp"] {
        let run = |engine: &[&str]| {
            let mut r = json(&[&["train", "--epochs", "2", "--rule", rule, "--json"], engine].concat());
            assert!(r["samples_per_second"].as_f64().unwrap() > 0.0);
            let engine = r["engine"].take();
            r["samples_per_second"].take();
            (engine, r)
        };
        let (golden, fast, usual) = (run(&["--engine", "golden"]), run(&["--engine", "fast"]), run(&[]));
        assert_eq!((&golden.0, &fast.0, &usual.0), (&"golden".into(), &"fast".into(), &"fast".into()));
        assert_eq!(golden.1, fast.1);
        assert_eq!(fast.1, usual.1);
        let share = fast.1["update_share"].as_f64().unwrap();
        assert!(0.0 < share && share <= 1.0, "{share}");
    }
}

#[test]
fn cosim_compares_and_reports() {
    let r = json(&["cosim", "--backend", "rust-hdl", "--samples", "40", "--lanes", "4", "--stalls", "--json"]);
    assert_eq!(r["mismatches"], 0);
    assert_eq!(r["samples"], 40);
    assert_eq!(r["scores_compared"], 400);
    assert!(r["weight_writes_compared"].as_u64().unwrap() > 1000);
    assert!(r["cycles"].as_u64().unwrap() > 40 * 300);
}

#[test]
fn the_seeds_that_are_printed_are_those_that_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let network = "[network]\ninputs = 64\n[[network.layer]]\nsize = 10\n";
    let printed = |more: &[&str]| {
        let out = drtp(&[&["train", "--epochs", "0"][..], more].concat());
        let line = String::from_utf8(out.stdout).unwrap();
        line.split(" %, ").nth(1).unwrap().trim().to_string()
    };
    let used = |more: &[&str]| json(&[&["train", "--epochs", "0", "--json"][..], more].concat())["seeds"].clone();
    assert_eq!(printed(&[]), "seed 1");
    assert_eq!(printed(&["--seed", "7"]), "seed 7");
    // seeds of the file, and those that are built in where it has none
    for seeds in ["", "[seeds]\ninit = 5\nprojection = 6\nnoise = 7\n"] {
        fs::write(&file, format!("{network}{seeds}")).unwrap();
        let config = ["--config", text(&file)];
        let s = used(&config);
        let words = format!("init {}, projection {}, noise {}", s["init"], s["projection"], s["noise"]);
        assert_eq!(printed(&config), format!("seed 1 of the order of samples, the configuration's seeds: {words}"));
        assert_eq!(seeds.is_empty(), s["init"] != 5);
        assert_eq!(printed(&[&config[..], &["--seed", "7"]].concat()), "seed 7");
    }
}

#[test]
fn cosim_says_what_was_compared() {
    let run = |oracle: &str| {
        let args = ["cosim", "--samples", "30", "--lanes", "4", "--oracle", oracle];
        let r = json(&[&args[..], &["--json"]].concat());
        let shown = String::from_utf8(drtp(&args).stdout).unwrap();
        (r["weight_writes_compared"].clone(), shown)
    };
    let (writes, shown) = run("golden");
    assert!(
        writes.as_u64().unwrap() > 1000 && shown.contains(&format!("300 scores and {writes} weight writes compared"))
    );
    // the fast engine tells no writes: none was compared, and none is counted
    let (writes, shown) = run("fast");
    assert_eq!(writes, Value::Null);
    assert!(shown.contains("300 scores and every final weight compared: 0 mismatches"), "{shown}");
}

#[test]
fn cosim_draws_samples_for_any_network() {
    let with = |samples: &str| {
        let drawn = ["cosim", "--layers", "13,9,3", "--lanes", "4", "--drawn", "--samples", samples, "--json"];
        json(&drawn)
    };
    let r = with("30");
    assert_eq!((&r["mismatches"], &r["samples"], &r["dropped"]), (&0.into(), &30.into(), &4.into()));
    assert_eq!(r["scores_compared"], 3 * 30);
    assert!(r["weight_writes_compared"].as_u64().unwrap() > 100);
    assert_eq!(r["test_accuracy"], Value::Null);
    assert_eq!(with("0")["samples"], 0);
    for other in [["--data", "folder"], ["--epochs", "1"]] {
        let (code, message) = refusal(&[&["cosim", "--drawn"][..], &other].concat());
        assert!(code == 2 && message.contains("--drawn") && message.contains(other[0]), "{message}");
    }
}

#[test]
fn vectors_follow_the_configuration_of_an_emitted_core() {
    let folder = tempfile::tempdir().unwrap();
    let core = folder.path().join("core");
    json(&["emit", "--lanes", "4", "--layers", "9,5,3", "--seed", "3", "--out", text(&core), "--json"]);
    let config = core.join("config.toml");
    let report = json(&["vectors", "--config", text(&config), "--frames", "30", "--out", text(&core), "--json"]);
    assert_eq!(report["vectors"], text(&core.join("vectors.json")));
    let read = |file: &Path| serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).unwrap();
    let (vectors, manifest) = (read(&core.join("vectors.json")), read(&core.join("manifest.json")));
    assert_eq!(vectors["configuration"], manifest["configuration"]);
    assert_eq!(vectors["counters"], report["counters"]);
    let list = |key: &str| vectors[key].as_array().unwrap();
    assert_eq!(list("frames").len(), 30);
    assert_eq!(list("weights").len(), 10 * 5 + 6 * 3);
    let kind = |reply: &str| list("frames").iter().filter(|f| f["reply"].get(reply).is_some()).count() as u64;
    assert_eq!(vectors["counters"]["SAMPLES"], kind("scores"));
    assert_eq!(vectors["counters"]["DROPPED"], kind("dropped"));
    let register = |name: &str| list("registers").iter().find(|r| r["name"] == name).unwrap();
    assert_eq!(register("LANES")["reset"], 4);
    assert_eq!((&register("CTRL")["access"], &register("W_ADDR")["quiet_only"]), (&"WO/SC".into(), &true.into()));
    let sizes: Vec<&Value> = list("writes").iter().filter(|w| w["offset"] == 0x080).map(|w| &w["value"]).collect();
    assert_eq!(sizes, [9]);

    // the same again is the same text; another seed is not
    let again = folder.path().join("again");
    json(&["vectors", "--config", text(&config), "--frames", "30", "--out", text(&again), "--json"]);
    let file = |d: &Path| fs::read_to_string(d.join("vectors.json")).unwrap();
    assert_eq!(file(&core), file(&again));
    json(&["vectors", "--config", text(&config), "--frames", "30", "--seed", "2", "--out", text(&again), "--json"]);
    assert_ne!(file(&core), file(&again));
    assert_eq!(fs::read_dir(&again).unwrap().count(), 1, "nothing half written is left");
}

#[test]
fn vectors_that_cannot_be_made_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (code, message) = refusal(&["vectors", "--lanes", "3", "--out", text(&out)]);
    assert!(code == 2 && message.contains("design.lanes: 3 lanes"), "{message}");
    let (code, message) = refusal(&["vectors", "--frames", "many", "--out", text(&out)]);
    assert!(code == 2 && message.contains("--frames"), "{message}");
    let (code, message) = refusal(&["vectors"]);
    assert!(code == 2 && message.contains("--out"), "{message}");
    assert!(!out.exists());
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    let (code, message) = refusal(&["vectors", "--out", text(&file)]);
    assert!(code == 2 && message.contains(text(&file)), "{message}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    fs::write(
        &file,
        "[design]\nlanes = 5\nfoo = 1\n[network]\ndead_zone = 700\n[[network.layer]]\nsize = 4\nshift = 13\n",
    )
    .unwrap();
    let out = folder.path().join("out");
    let (code, message) = refusal(&["emit", "--config", text(&file), "--out", text(&out)]);
    assert_eq!(code, 2);
    for part in [
        "my.toml:2: design.lanes: 5 lanes (accepted: 1, 2, 4",
        "my.toml:3: design.foo: unknown key",
        "my.toml:5: network.dead_zone: 700 is out of range (accepted: 0 to 254)",
        "my.toml:8: network.layer[0].shift: 13 is out of range (accepted: 0 to 12)",
    ] {
        assert!(message.contains(part), "{part}\nin\n{message}");
    }
    assert!(!out.exists(), "nothing is written before everything is checked");

    let (code, message) = refusal(&["emit", "--lanes", "3", "--out", text(&out)]);
    assert!(code == 2 && message.contains("design.lanes: 3 lanes"), "{message}");
    let (code, message) = refusal(&["emit", "--layers", "7", "--out", text(&out)]);
    assert!(code == 2 && message.contains("--layers"), "{message}");
    let (code, message) = refusal(&["train", "--rule", "hebb"]);
    assert!(code == 2 && message.contains("accepted: drtp, gated, contrastive, shallow"), "{message}");
    let (code, message) = refusal(&["train", "--config", "no-such.toml"]);
    assert!(code == 2 && message.contains("no-such.toml"), "{message}");
    let (code, message) = refusal(&["train", "--data", text(folder.path())]);
    assert!(code == 2 && message.contains("train-images-idx3-ubyte"), "{message}");
    let (code, message) = refusal(&["train", "--layers", "63,10"]);
    assert!(code == 2 && message.contains("samples of 64 values, but the network has 63 inputs"), "{message}");
    let (code, message) = refusal(&["cosim", "--layers", "64,9"]);
    assert!(code == 2 && message.contains("is of class 9, but the network has 9 classes, from 0"), "{message}");
    let (code, message) = refusal(&["cosim", "--samples", "1", "--trace", "/no/such/folder/x.vcd"]);
    assert!(code == 2 && message.contains("/no/such/folder/x.vcd"), "{message}");
}

#[test]
fn cosim_runs_the_verilog_itself_and_writes_waveforms() {
    if !have_verilator() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let packed = folder.path().join("run.fst");
    let common = ["cosim", "--backend", "verilator", "--lanes", "4", "--samples", "60", "--json"];
    let r = json(&common);
    assert_eq!((&r["backend"], &r["mismatches"], &r["samples"]), (&"verilator".into(), &0.into(), &60.into()));
    assert!(r["cycles_per_second"].as_f64().unwrap() > 0.0);
    // the same as the description, to the cycle
    let rust_hdl = json(&["cosim", "--lanes", "4", "--samples", "60", "--json"]);
    for what in ["cycles", "scores_compared", "weight_writes_compared", "weight_reads_per_sample"] {
        assert_eq!(r[what], rust_hdl[what], "{what}");
    }
    let again = json(&[&common[..], &["--trace", text(&packed)]].concat());
    assert_eq!(again["cycles"], r["cycles"]);
    assert!(fs::metadata(&packed).unwrap().len() > 10_000);
    // what a user wrote is the user's
    let mine = folder.path().join("mine.v");
    fs::write(&mine, "module drtp_core(input clk);\nfoo bar\n").unwrap();
    let (code, message) = refusal(&["cosim", "--backend", "verilator", "--lanes", "4", "--verilog", text(&mine)]);
    assert!(code == 2 && message.contains("syntax error") && !message.contains("defect"), "{message}");
}

/// Each signal of a waveform in one group of its save file, whoever simulated.
#[test]
fn a_waveform_has_a_save_file() {
    let folder = tempfile::tempdir().unwrap();
    let (trace, groups) = (folder.path().join("run.vcd"), folder.path().join("run.gtkw"));
    let verilator = have_verilator().then_some(("verilator", "lane[3]"));
    for (backend, lane) in [("rust-hdl", "lane_3")].into_iter().chain(verilator) {
        let lanes = ["cosim", "--backend", backend, "--lanes", "4", "--samples", "1"];
        json(&[&lanes[..], &["--json", "--trace", text(&trace)]].concat());
        let (trace, groups) = (fs::read_to_string(&trace).unwrap(), fs::read_to_string(&groups).unwrap());
        assert!(groups.starts_with("[dumpfile] \"run.vcd\"\n"), "{groups}");
        for block in ["core", "bus", "sequencer", lane] {
            assert_eq!(groups.matches(&format!("\n-{block}\n")).count(), 2, "{backend}: {block}");
        }
        // Verilator shows the pins once more, outside of the core
        let core = &trace[trace.find("module drtp_core").unwrap()..trace.find("$enddefinitions").unwrap()];
        let shown = groups.lines().filter(|l| l.contains("drtp_core.")).count();
        assert_eq!(shown, core.matches("$var ").count(), "{backend}");
    }
}

#[test]
fn without_verilator_the_message_says_how_to_get_it() {
    let run = |path: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drtp"));
        let out = command.args(["cosim", "--backend", "verilator"]).env("PATH", path).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let folder = tempfile::tempdir().unwrap();
    let (code, message) = run(folder.path());
    for part in ["not found in PATH", "5.006", "apt-get install verilator"] {
        assert!(code == 2 && message.contains(part), "{part}\nin\n{message}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let old = folder.path().join("verilator");
        fs::write(&old, "#!/bin/sh\necho Verilator 4.038 2020-07-11 rev v4.036\n").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
        let (code, message) = run(folder.path());
        for part in ["4.038", "5.006", "apt-get install verilator"] {
            assert!(code == 2 && message.contains(part), "{part}\nin\n{message}");
        }
    }
}

#[test]
fn a_waveform_of_another_kind_is_refused() {
    for (backend, file, accepted) in [
        ("rust-hdl", "x.fst", "rust-hdl writes .vcd (--backend verilator writes it)"),
        ("rust-hdl", "x.txt", "rust-hdl writes .vcd"),
        ("verilator", "x.txt", "verilator writes .vcd and .fst"),
        ("verilator", "waveform", "verilator writes .vcd and .fst"),
    ] {
        let (code, message) = refusal(&["cosim", "--backend", backend, "--samples", "1", "--trace", file]);
        assert!(code == 2 && message.contains(accepted) && message.contains(file), "{message}");
        assert!(!Path::new(file).exists());
    }
    if have_verilator() {
        let file = "/no/such/folder/x.fst";
        let (code, message) = refusal(&["cosim", "--backend", "verilator", "--samples", "1", "--trace", file]);
        assert!(code == 2 && message.contains(file) && !message.contains("defect"), "{message}");
    }
}
