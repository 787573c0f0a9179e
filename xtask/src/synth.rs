//! A bitstream for each board, one seed.
use crate::job::{Expect, Job};
use serde_json::Value;
use std::path::Path;

/// Names of the boards.
pub const BOARDS: [&str; 2] = ["icebreaker", "ulx3s"];
/// What a part has, under the names of the report.
const RESOURCES: [&str; 5] = ["lut4", "ff", "dsp", "bram", "spram"];

/// Makes the bitstream of `board` in a folder of `boards`.
pub fn job(board: &str, boards: &Path) -> Job {
    Job::drtp("synth --json --board").arg(board).arg("--out").path(&boards.join(board)).expect(Expect::Json(accepts))
}

/// A bitstream that is not empty, of a design that the part holds. Which clock it reaches is no matter of a check: seeds
/// and releases differ.
pub fn accepts(report: &Value) -> Result<(), String> {
    let number = |value: &Value, name: &str| value.as_u64().ok_or_else(|| format!("no {name} in the report"));
    if number(&report["bitstream_bytes"], "bitstream_bytes")? == 0 {
        return Err("the bitstream is empty".into());
    }
    for name in RESOURCES {
        let (used, there) = (number(&report[name], name)?, number(&report["budget"][name], name)?);
        if used > there {
            return Err(format!("{used} {name}, the part has {there}"));
        }
    }
    match report["fmax_mhz_median"].as_f64() {
        Some(fmax) if fmax > 0.0 => Ok(()),
        _ => Err("no fmax_mhz_median in the report".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report() -> Value {
        let counts = json!({ "lut4": 10, "ff": 10, "dsp": 1, "bram": 1, "spram": 0 });
        let mut report = counts.clone();
        report["budget"] = counts;
        report["bitstream_bytes"] = json!(104_090);
        report["fmax_mhz_median"] = json!(20.5);
        report
    }

    #[test]
    fn a_bitstream_that_fits_is_accepted() {
        assert_eq!(accepts(&report()), Ok(()));
    }
    #[test]
    fn a_missing_bitstream_and_an_exceeded_budget_are_refused() {
        for (key, value, word) in [
            ("bitstream_bytes", json!(0), "empty"),
            ("bitstream_bytes", json!(null), "no bitstream_bytes"),
            ("lut4", json!(11), "11 lut4"),
            ("spram", json!(null), "no spram"),
            ("fmax_mhz_median", json!(0.0), "no fmax"),
        ] {
            let mut report = report();
            report[key] = value;
            let e = accepts(&report).unwrap_err();
            assert!(e.contains(word), "{key}: {e}");
        }
    }
}
