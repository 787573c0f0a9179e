//! A run that is stopped by a signal: every file is whole, nothing stands beside one, and what can go on goes on.
#![cfg(unix)]
use crate::common::*;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

/// Starts a run and sends it a signal as soon as `now` says so; whether that ended it.
fn stopped(args: &[&str], signal: i32, mut now: impl FnMut() -> bool) -> bool {
    let quiet = || Stdio::null();
    let mut command = Command::new(env!("CARGO_BIN_EXE_drtp"));
    let mut run = command.args(args).stdout(quiet()).stderr(quiet()).spawn().unwrap();
    while !now() && run.try_wait().unwrap().is_none() {
        sleep(Duration::from_micros(100));
    }
    // its number is not given away before it is waited for; one that has ended by itself takes no signal
    let _ = Command::new("kill").args([format!("-{signal}"), run.id().to_string()]).stderr(quiet()).status().unwrap();
    let status = run.wait().unwrap();
    assert!(status.success() || status.signal() == Some(signal), "{status}");
    !status.success()
}
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|f| (f.file_name().into_string().unwrap(), fs::read(f.path()).unwrap())).collect()
}

#[test]
fn a_file_in_hand_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    // some megabytes, so that the signal comes while they are written
    let vectors = |frames| ["vectors", "--layers", "64,4,2", "--frames", frames, "--out", text(out)];
    assert!(drtp(&vectors("50000")).status.success());
    let whole = contents(out);
    for signal in [SIGINT, SIGTERM, SIGINT, SIGTERM] {
        assert!(drtp(&vectors("1")).status.success());
        assert_ne!(contents(out), whole);
        let beside = || fs::read_dir(out).unwrap().count() > 1;
        assert!(stopped(&vectors("50000"), signal, beside), "it ended before the signal");
        assert!(contents(out) == whole, "{:?}", contents(out).keys());
    }
}

#[test]
fn a_package_is_made_of_whole_files() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new, out] = ["old", "new", "out"].map(|name| folder.path().join(name));
    fs::create_dir(&out).unwrap();
    let emit = |lanes: &'static str, out| {
        let args = ["emit", "--layers", "64,8,10", "--lanes", lanes, "--out", text(out)];
        args.map(String::from)
    };
    let of = |lanes, out| {
        let begun = Instant::now();
        let args = emit(lanes, out);
        assert!(drtp(&args.each_ref().map(String::as_str)).status.success());
        (contents(out), begun.elapsed())
    };
    let ((before, _), (after, takes)) = (of("2", &old), of("4", &new));
    for moment in 0..24 {
        for (name, bytes) in &before {
            fs::write(out.join(name), bytes).unwrap();
        }
        let args = emit("4", &out);
        // wherever that is in a run: from its begin to its end
        let begun = Instant::now();
        stopped(&args.each_ref().map(String::as_str), SIGINT, || begun.elapsed() >= takes * moment / 24);
        for (name, bytes) in contents(&out) {
            assert!(Some(&bytes) == before.get(&name) || Some(&bytes) == after.get(&name), "{name}, moment {moment}");
        }
    }
}

#[test]
fn a_sweep_goes_on_where_it_was_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let grid = folder.path().join("grid.toml");
    let seeds: Vec<usize> = (1..=8).collect();
    let text_of_grid = format!(
        "title = 'one'\n[base.training]\nepochs = 4\n[grid]\nrule = ['contrastive']\nhidden = [[8]]\n\
         hidden_shift = [4]\noutput_shift = [3]\nseed = {seeds:?}\n"
    );
    fs::write(&grid, text_of_grid).unwrap();
    let lines = |out: &Path| fs::read_to_string(out).map_or(0, |text| text.lines().count());
    let [whole, parts] = ["whole", "parts"].map(|name| folder.path().join(name));
    let sweep = |out| ["sweep", text(&grid), "--jobs", "1", "--out", text(out)];
    assert!(drtp(&sweep(&whole)).status.success());
    // in the run that follows a line
    for begun in 1..=3 {
        assert!(stopped(&sweep(&parts), SIGINT, || lines(&parts) >= begun), "it ended before the signal");
        assert!(lines(&parts) < seeds.len());
    }
    assert!(drtp(&sweep(&parts)).status.success());
    assert_eq!(results(&parts), results(&whole));
    assert_eq!(contents(folder.path()).keys().collect::<Vec<_>>(), ["grid.toml", "parts", "whole"]);
}
