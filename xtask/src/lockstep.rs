//! What a lockstep of a drawn configuration must report.
use serde_json::Value;

/// Samples that each drawn configuration learns or classifies.
pub const SAMPLES: u64 = 200;
/// Frames among them that must be dropped: each seventh of all.
const DROPPED: u64 = 33;

/// The first thing in `report` that is not as it must be.
pub fn accepts(report: &Value) -> Result<(), String> {
    let demand = |key: &str, expected: Value| match report[key] == expected {
        true => Ok(()),
        false => Err(format!("{key}: {}, expected {expected}", report[key])),
    };
    demand("backend", "verilator".into())?;
    demand("oracle", "golden".into())?;
    demand("mismatches", 0.into())?;
    demand("samples", SAMPLES.into())?;
    demand("dropped", DROPPED.into())?;
    match report["scores_compared"].as_u64() {
        Some(scores) if scores > 0 && scores % SAMPLES == 0 => Ok(()),
        _ => Err(format!("scores_compared: {}, expected some for each sample", report["scores_compared"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report() -> Value {
        json!({
            "backend": "verilator", "oracle": "golden", "mismatches": 0, "samples": 200, "dropped": 33,
            "scores_compared": 600,
        })
    }
    #[test]
    fn a_good_report_is_accepted() {
        assert_eq!(accepts(&report()), Ok(()));
    }
    #[test]
    fn each_broken_promise_is_named() {
        for (key, value) in [
            ("backend", json!("rust-hdl")),
            ("oracle", json!("fast")),
            ("mismatches", json!(1)),
            ("mismatches", Value::Null),
            ("samples", json!(199)),
            ("dropped", json!(0)),
            ("scores_compared", json!(0)),
            ("scores_compared", json!(599)),
        ] {
            let mut bad = report();
            bad[key] = value;
            let said = accepts(&bad).expect_err(key);
            assert!(said.starts_with(key), "{key}: {said}");
        }
    }
}
