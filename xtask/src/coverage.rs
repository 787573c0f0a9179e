//! Every listed situation happens in the scenarios that are drawn.
use crate::job::{Expect, Job};
use serde_json::Value;
use std::path::Path;

/// Scenarios on drawn designs, and as many on one; some situations need more.
const CASES: &str = "100";

/// Two lanes, and two to a memory: only the second can draw the hole that the first leaves.
pub fn jobs() -> Vec<Job> {
    let drawn = || Job::drtp("coverage --json --cases").arg(CASES);
    let pairs = drawn().arg("--config").path(Path::new("verif/mutation/pairs.toml"));
    vec![
        drawn().expect(Expect::Json(|report| accepts(report, &[("design", "spram")]))),
        pairs.expect(Expect::Json(|report| accepts(report, &[]))),
    ]
}

/// No hole but those `known`, by group and name.
fn accepts(report: &Value, known: &[(&str, &str)]) -> Result<(), String> {
    if report["cases"].as_u64().unwrap_or(0) == 0 {
        return Err("no case in the report".into());
    }
    let holes = report["holes"].as_array().ok_or("no holes in the report")?;
    let unknown = holes.iter().find(|h| !known.iter().any(|(group, bin)| h["group"] == *group && h["bin"] == *bin));
    unknown.map_or(Ok(()), |h| Err(format!("never happened: {} of {}", h["bin"], h["group"])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_hole_that_is_not_known_is_refused() {
        let report = json!({ "cases": 200, "holes": [{ "group": "design", "bin": "spram" }] });
        assert_eq!(accepts(&report, &[("design", "spram")]), Ok(()));
        for known in [&[][..], &[("design", "ecp5")], &[("lanes", "spram")]] {
            assert!(accepts(&report, known).unwrap_err().contains("spram"));
        }
        assert_eq!(accepts(&json!({ "cases": 1, "holes": [] }), &[]), Ok(()));
        assert!(accepts(&json!({ "cases": 0, "holes": [] }), &[]).is_err());
        assert!(accepts(&json!({ "cases": 1 }), &[]).is_err());
    }
}
