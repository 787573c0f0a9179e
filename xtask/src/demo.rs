//! What the demo promises, checked on its JSON.
use serde_json::Value;
use std::path::Path;

/// The recommended rule must do better than this on the digits, and better than the two simpler rules.
const LEAST_ACCURACY: f64 = 0.93;

/// The first promise that `report` breaks.
pub fn accepts(report: &Value) -> Result<(), String> {
    let number = |key: &str| report[key].as_f64().ok_or_else(|| format!("{key}: {}, not a number", report[key]));
    let rule = |name: &str| {
        report["test_accuracy"][name].as_f64().ok_or_else(|| format!("test_accuracy.{name} is not a number"))
    };
    let demand = |fulfilled: bool, broken: String| if fulfilled { Ok(()) } else { Err(broken) };

    demand(report["golden_equals_hardware"] == true, "hardware differs from the golden model".into())?;
    demand(number("lockstep_samples")? > 0.0, "no sample was trained in lockstep".into())?;
    let best = rule("contrastive")?;
    demand(best > LEAST_ACCURACY, format!("contrastive: test accuracy {best}, expected above {LEAST_ACCURACY}"))?;
    for simpler in ["drtp", "shallow"] {
        let accuracy = rule(simpler)?;
        demand(best > accuracy, format!("contrastive ({best}) is no better than {simpler} ({accuracy})"))?;
    }
    let (training, inference) = (number("cycles_per_training_sample")?, number("cycles_per_inference")?);
    demand(training > 0.0 && training == inference, format!("{training} cycles to learn, {inference} to classify"))?;
    let (reads, writes) = (number("weight_reads_per_training_sample")?, number("weight_writes_per_training_sample")?);
    demand(writes > 0.0 && writes <= reads, format!("{writes} weight writes for {reads} reads"))?;
    let verilog = report["verilog"].as_str().ok_or("verilog is not a path")?;
    demand(Path::new(verilog).is_file(), format!("{verilog} was not written"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report() -> Value {
        json!({
            "test_accuracy": { "contrastive": 0.96, "drtp": 0.92, "gated": 0.961, "shallow": 0.88 },
            "golden_equals_hardware": true,
            "lockstep_samples": 9651,
            "cycles_per_training_sample": 272.0,
            "cycles_per_inference": 272.0,
            "weight_reads_per_training_sample": 2410.0,
            "weight_writes_per_training_sample": 176.5,
            "verilog": "Cargo.toml",
        })
    }
    #[test]
    fn a_good_report_is_accepted() {
        assert_eq!(accepts(&report()), Ok(()));
    }
    #[test]
    fn each_broken_promise_is_named() {
        let broken = [
            ("golden_equals_hardware", json!(false), "differs"),
            ("lockstep_samples", json!(0), "lockstep"),
            ("test_accuracy", json!({ "contrastive": 0.93, "drtp": 0.9, "shallow": 0.8 }), "expected above"),
            ("test_accuracy", json!({ "contrastive": 0.95, "drtp": 0.96, "shallow": 0.8 }), "drtp"),
            ("test_accuracy", json!({ "contrastive": 0.95, "drtp": 0.9, "shallow": 0.95 }), "shallow"),
            ("test_accuracy", json!({}), "not a number"),
            ("cycles_per_inference", json!(271), "cycles"),
            ("weight_reads_per_training_sample", json!(100), "reads"),
            ("weight_writes_per_training_sample", json!("many"), "not a number"),
            ("verilog", json!("no/such/file.v"), "not written"),
        ];
        for (key, value, message) in broken {
            let mut bad = report();
            bad[key] = value;
            let said = accepts(&bad).expect_err(key);
            assert!(said.contains(message), "{key}: {said}");
        }
    }
}
