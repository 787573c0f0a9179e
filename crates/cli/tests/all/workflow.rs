//! The committed workflow on a small grid, with a run that fails at first: nothing may be lost, nothing may differ.
use crate::common::*;
use drtp_testing::need_python;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const GRID: &str = "experiments/sweeps/digits_tiny.toml";
/// What differs when a run is repeated.
const TIMING: &str = "samples_per_second";

/// The sweep on one machine, the workflow, and the comparison of both.
#[test]
fn a_grid_as_a_workflow_gives_the_lines_of_a_sweep() {
    if !need_python("snakemake.cli") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().unwrap();
    let (grid, plain) = (root.join(GRID), folder.path().join("plain.jsonl"));
    let swept = drtp(&["sweep", "--json", text(&grid), "--out", text(&plain)]);
    assert!(swept.status.success(), "{}", String::from_utf8_lossy(&swept.stderr));
    let mut workflow = Command::new("sh");
    workflow.args(["verif/workflow/run.sh", env!("CARGO_BIN_EXE_drtp"), GRID]).arg(folder.path()).current_dir(&root);
    let out = workflow.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let (plain, gathered) = (read("plain.jsonl"), read("flow/results.jsonl"));
    let calls = read("calls/calls");
    judge(&plain, &gathered, &read("flow/keys.txt"), &calls).unwrap_or_else(|why| panic!("{why}"));
}

fn judge(plain: &str, gathered: &str, keys: &str, calls: &str) -> Result<(), String> {
    let (plain, gathered) = (lines(plain)?, lines(gathered)?);
    if plain.is_empty() {
        return Err("the sweep has no lines".into());
    }
    let order: Vec<&str> = gathered.iter().map(|(key, _)| key.as_str()).collect();
    if order != keys.lines().collect::<Vec<_>>() {
        return Err(format!("the lines are not those of the grid, in its order: {}", order.join(", ")));
    }
    // a sweep on several cores writes lines as runs end
    let (plain, gathered): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (plain.into_iter().collect(), gathered.into_iter().collect());
    if let Some(key) = plain.keys().chain(gathered.keys()).find(|k| plain.get(*k) != gathered.get(*k)) {
        return Err(format!("run {key}: the sweep has {:?}, the workflow {:?}", plain.get(key), gathered.get(key)));
    }
    let mut tried = BTreeMap::new();
    calls.lines().for_each(|key| *tried.entry(key).or_insert(0) += 1);
    let mut counts: Vec<i32> = plain.keys().map(|key| tried.get(key.as_str()).copied().unwrap_or(0)).collect();
    counts.sort();
    let mut expected = vec![1; counts.len() - 1];
    expected.push(2);
    match counts == expected {
        true => Ok(()),
        false => Err(format!("runs were tried {counts:?} times, not once and one of them twice")),
    }
}

/// Key and content of a line, without its timing.
type Line = (String, Map<String, Value>);

fn lines(text: &str) -> Result<Vec<Line>, String> {
    let one = |line: &str| {
        let mut object: Map<String, Value> = serde_json::from_str(line).map_err(|e| format!("{line}: {e}"))?;
        object.remove(TIMING).ok_or(format!("{line}: no {TIMING}"))?;
        let key = object.get("key").and_then(Value::as_str).ok_or(format!("{line}: no key"))?;
        Ok((key.to_string(), object))
    };
    text.lines().map(one).collect()
}

fn of(runs: &[(&str, f64, f64)]) -> String {
    let line = |(key, accuracy, speed): &(&str, f64, f64)| {
        format!("{{\"key\":\"{key}\",\"accuracy\":{accuracy},\"{TIMING}\":{speed}}}\n")
    };
    runs.iter().map(line).collect()
}

#[test]
fn equal_lines_in_any_order_with_one_more_try_are_accepted() {
    let plain = of(&[("b", 0.5, 10.0), ("a", 0.6, 20.0)]);
    let gathered = of(&[("a", 0.6, 30.0), ("b", 0.5, 40.0)]);
    assert_eq!(judge(&plain, &gathered, "a\nb\n", "a\nb\na\n"), Ok(()));
    let e = judge(&plain, &gathered, "a\nb\n", "a\nb\n").unwrap_err();
    assert!(e.contains("[1, 1]"), "{e}");
    assert!(judge(&plain, &gathered, "a\nb\n", "a\na\na\nb\n").is_err(), "tried once more than need be");
    assert!(judge(&plain, &gathered, "b\na\n", "a\nb\na\n").unwrap_err().contains("in its order"));
}
#[test]
fn a_line_that_is_lost_or_differs_is_named() {
    let plain = of(&[("a", 0.5, 10.0), ("b", 0.6, 20.0)]);
    let lost = judge(&plain, &of(&[("a", 0.5, 10.0)]), "a\n", "a\na\n").unwrap_err();
    assert!(lost.starts_with("run b: "), "{lost}");
    let other = of(&[("a", 0.5, 10.0), ("b", 0.61, 20.0)]);
    assert!(judge(&plain, &other, "a\nb\n", "a\nb\na\n").unwrap_err().starts_with("run b: "));
    assert!(judge("", "", "", "").is_err(), "nothing was compared");
    assert!(judge("x\n", "", "", "").unwrap_err().starts_with("x: "));
}
