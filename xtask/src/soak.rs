//! Drawn cores in lockstep, so many cycles in every run.
use crate::job::{Expect, Job};
use serde_json::Value;

/// Cycles of the emitted Verilog beside the golden model, at the least.
const CYCLES: u64 = 10_000_000;
/// Cases and frames that come to so many.
const CASES: &str = "4";
const FRAMES: &str = "8000";

/// The run of a check: the same cases, and so the same cycles, each time.
pub fn job() -> Job {
    let job = Job::drtp("soak --json --hdl-steps 20 --cases").arg(CASES).arg("--frames").arg(FRAMES);
    job.expect(Expect::Json(accepts))
}

fn accepts(report: &Value) -> Result<(), String> {
    let number = |value: &Value, name: &str| value.as_u64().ok_or_else(|| format!("no {name} in the report"));
    let cycles = number(&report["engines"]["verilator"]["cycles"], "cycles of Verilator")?;
    match number(&report["mismatches"], "mismatches")? {
        0 if cycles >= CYCLES => Ok(()),
        0 => Err(format!("{cycles} cycles, not {CYCLES}")),
        n => Err(format!("{n} mismatches: {}", report["told"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn mismatches_and_too_few_cycles_are_refused() {
        let report = |cycles: u64, mismatches: u64| json!({ "engines": { "verilator": { "cycles": cycles } }, "mismatches": mismatches, "told": [] });
        assert_eq!(accepts(&report(CYCLES, 0)), Ok(()));
        assert!(accepts(&report(CYCLES - 1, 0)).unwrap_err().contains("9999999"));
        assert!(accepts(&report(CYCLES, 2)).unwrap_err().starts_with("2 mismatches"));
        assert!(accepts(&json!({ "mismatches": 0 })).is_err());
    }
}
