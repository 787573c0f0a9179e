//! The checks: what each one guards, what it needs, what it runs.
use crate::emitted::{self, Emitted};
use crate::tools::Tool;
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a step may end badly.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error("{command} failed ({status})")]
    Command { command: String, status: String },
    #[error("{0}")]
    Found(String),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Where steps work and how much they do.
pub struct Context {
    /// Output of the steps; kept for a look afterwards.
    pub folder: PathBuf,
    pub thorough: bool,
}

/// One check.
pub struct Step {
    pub name: &'static str,
    pub guards: &'static str,
    pub needs: &'static [Tool],
    pub run: fn(&Context, &Path) -> Result<(), StepError>,
}

/// All checks, in the order in which they run: quick ones first.
pub const STEPS: &[Step] = &[
    Step { name: "format", guards: "one style of code", needs: &[], run: format },
    Step { name: "clippy", guards: "no warning of compiler or linter", needs: &[], run: clippy },
    Step { name: "docs", guards: "documentation builds without a warning", needs: &[], run: docs },
    Step {
        name: "models",
        guards: "configuration, streams, address map, data files; the oracle against samples worked by hand",
        needs: &[],
        run: models,
    },
    Step {
        name: "hardware",
        guards: "blocks against their Verilog: leaves, lane, whole core; the printer",
        needs: &Tool::ALL,
        run: hardware,
    },
    Step {
        name: "lockstep",
        guards: "deferred = immediate, every lane count, stalls, bad frames, resets; cycles; the scoreboard itself",
        needs: &[],
        run: lockstep,
    },
    Step {
        name: "commands",
        guards: "the command line: results, files, messages, exit codes",
        needs: &[],
        run: commands,
    },
    Step { name: "emit", guards: "Verilog of every kind of configuration", needs: &[], run: emit },
    Step { name: "lint", guards: "emitted Verilog without a warning", needs: &[Tool::Verilator], run: lint },
    Step {
        name: "yosys",
        guards: "no latch, weights in block RAM, one multiplier a lane",
        needs: &[Tool::Pyosys],
        run: yosys,
    },
    Step { name: "demo", guards: "the first thing a user runs", needs: &[], run: demo },
];

/// Runs a command with its output in the log.
fn sh(log: &Path, program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<(), StepError> {
    let mut file = File::options().create(true).append(true).open(log)?;
    let command = format!("{program} {}", args.join(" "));
    writeln!(file, "$ {command}")?;
    let status = Command::new(program)
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err(StepError::Command { command, status: status.to_string() }),
    }
}
fn cargo(log: &Path, args: &[&str]) -> Result<(), StepError> {
    sh(log, "cargo", args, &[])
}

fn format(_: &Context, log: &Path) -> Result<(), StepError> {
    cargo(log, &["fmt", "--all", "--check"])
}
fn clippy(_: &Context, log: &Path) -> Result<(), StepError> {
    cargo(log, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}
fn docs(_: &Context, log: &Path) -> Result<(), StepError> {
    sh(log, "cargo", &["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])
}
fn models(_: &Context, log: &Path) -> Result<(), StepError> {
    cargo(log, &["test", "-p", "drtp-core", "-p", "drtp-golden", "-p", "drtp-data", "-p", "drtp", "-p", "xtask"])
}
fn hardware(_: &Context, log: &Path) -> Result<(), StepError> {
    // the steps before have seen to it that the tools are there: a test that skips now is a failure
    sh(log, "cargo", &["test", "-p", "drtp-hdl", "-p", "drtp-hdl-macros"], &[("CI", "true")])
}
fn lockstep(c: &Context, log: &Path) -> Result<(), StepError> {
    let cases: &[(&str, &str)] = if c.thorough { &[("DRTP_CASES", "40000")] } else { &[] };
    sh(log, "cargo", &["test", "-p", "drtp-cosim"], cases)
}
fn commands(_: &Context, log: &Path) -> Result<(), StepError> {
    cargo(log, &["test", "-p", "drtp-cli"])
}

fn cores(c: &Context) -> Result<Vec<Emitted>, StepError> {
    Ok(emitted::prepare(&c.folder.join("cores"), c.thorough)?)
}
fn emit(c: &Context, log: &Path) -> Result<(), StepError> {
    for core in cores(c)? {
        let (wanted, out) = (core.folder.join("wanted.toml"), core.folder.display().to_string());
        let wanted = wanted.display().to_string();
        cargo(log, &["run", "--release", "--quiet", "--", "emit", "--config", &wanted, "--out", &out])?;
    }
    Ok(())
}
/// The Verilog of a core that the step `emit` wrote.
fn verilog(core: &Emitted) -> Result<String, StepError> {
    let file = core.folder.join("drtp_core.v");
    match file.is_file() {
        true => Ok(file.display().to_string()),
        false => Err(StepError::Found(format!("{} is missing: run the step `emit` first", file.display()))),
    }
}
fn lint(c: &Context, log: &Path) -> Result<(), StepError> {
    for core in cores(c)? {
        let file = verilog(&core)?;
        let waivers = "verif/lint/drtp_core.vlt";
        sh(log, "verilator", &["--lint-only", "-Wall", waivers, &file, "--top-module", "drtp_core"], &[])?;
    }
    Ok(())
}
fn yosys(c: &Context, log: &Path) -> Result<(), StepError> {
    for core in cores(c)? {
        verilog(&core)?;
        let folder = core.folder.display().to_string();
        let before = fs::read_to_string(log).map_or(0, |t| t.len());
        sh(log, "python3", &["verif/yosys/check_ecp5.py", &folder], &[])?;
        // Yosys ends the process itself on an error: only the last line is proof
        if !fs::read_to_string(log)?[before..].ends_with("check_ecp5: ok\n") {
            return Err(StepError::Found(format!("no verdict on {folder}")));
        }
    }
    Ok(())
}

fn demo(c: &Context, log: &Path) -> Result<(), StepError> {
    let out = c.folder.join("demo").display().to_string();
    let args = ["run", "--release", "--quiet", "--", "demo", "--json", "--out", &out];
    let result = Command::new("cargo").args(args).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    fs::write(log, &result.stdout)?;
    if !result.status.success() {
        return Err(StepError::Command { command: "drtp demo --json".into(), status: result.status.to_string() });
    }
    let report: Value = serde_json::from_slice(&result.stdout)
        .map_err(|e| StepError::Found(format!("drtp demo --json did not print one JSON object: {e}")))?;
    check_demo(&report).map_err(StepError::Found)
}

/// What the demo promises.
fn check_demo(r: &Value) -> Result<(), String> {
    let number = |v: &Value, name: &str| v.as_f64().ok_or_else(|| format!("{name} is no number"));
    let accuracy = |rule: &str| number(&r["test_accuracy"][rule], rule);
    let (contrastive, drtp, shallow) = (accuracy("contrastive")?, accuracy("drtp")?, accuracy("shallow")?);
    accuracy("gated")?;
    if !(contrastive > 0.93 && contrastive > drtp && contrastive > shallow) {
        return Err(format!("accuracy: contrastive {contrastive}, drtp {drtp}, shallow {shallow}"));
    }
    if r["golden_equals_hardware"] != Value::Bool(true) {
        return Err("golden and hardware differ".into());
    }
    let (learn, classify) = (&r["cycles_per_training_sample"], &r["cycles_per_inference"]);
    if number(learn, "cycles_per_training_sample")? != number(classify, "cycles_per_inference")? {
        return Err(format!("learning takes {learn} cycles, classifying {classify}"));
    }
    for name in ["lockstep_samples", "weight_reads_per_training_sample", "weight_writes_per_training_sample"] {
        if number(&r[name], name)? <= 0.0 {
            return Err(format!("{name} is {}", r[name]));
        }
    }
    match r["verilog"].as_str() {
        Some(path) if Path::new(path).is_file() => Ok(()),
        other => Err(format!("verilog: {other:?} is no file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_demos_promises_are_checked() {
        let good = json!({
            "test_accuracy": { "contrastive": 0.95, "drtp": 0.9, "gated": 0.9, "shallow": 0.8 },
            "golden_equals_hardware": true, "lockstep_samples": 5, "cycles_per_training_sample": 272.0,
            "cycles_per_inference": 272.0, "weight_reads_per_training_sample": 2410.0,
            "weight_writes_per_training_sample": 3.5, "verilog": "Cargo.toml",
        });
        assert_eq!(check_demo(&good), Ok(()));
        for (pointer, bad) in [
            ("/test_accuracy/contrastive", json!(0.92)),
            ("/test_accuracy/drtp", json!(0.96)),
            ("/test_accuracy/gated", json!(null)),
            ("/golden_equals_hardware", json!(false)),
            ("/cycles_per_inference", json!(271.0)),
            ("/weight_writes_per_training_sample", json!(0)),
            ("/verilog", json!("nowhere.v")),
        ] {
            let mut r = good.clone();
            *r.pointer_mut(pointer).unwrap() = bad;
            assert!(check_demo(&r).is_err(), "{pointer}");
        }
    }
}
