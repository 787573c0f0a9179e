//! Estimates of the committed configurations, checked by co-simulation and synthesis.
use crate::job::{Expect, Job};
use serde_json::Value;

/// In `verif/estimates`, the one that is checked soonest first.
const CONFIGURATIONS: [&str; 10] = [
    "digits_one_lane",
    "digits",
    "fixed",
    "ternary",
    "deep",
    "mnist_narrow",
    "wide_stream",
    "mnist_inference",
    "mnist",
    "many_lanes",
];
/// What no resource may be further off than, as a share.
const WORST: f64 = 0.12;
/// The same of a path, whose model knows little of what Yosys and ABC do with it.
const WORST_PATH: f64 = 0.2;

/// One job a configuration: all of them, or the first.
pub fn jobs(thorough: bool) -> Vec<Job> {
    let some = if thorough { &CONFIGURATIONS[..] } else { &CONFIGURATIONS[..1] };
    let job = |name: &&str| {
        Job::drtp("estimate --check --json --config")
            .arg(format!("verif/estimates/{name}.toml"))
            .expect(Expect::Json(accepts))
    };
    some.iter().map(job).collect()
}

/// That counts are exact is told by the command's exit code; here that there are some, and that resources are near.
fn accepts(report: &Value) -> Result<(), String> {
    let check = &report["check"];
    if check["counts"].as_object().is_none_or(|c| c.is_empty()) {
        return Err("no counts were checked".into());
    }
    let targets = check["resources"].as_object().ok_or("no resources were checked")?;
    for (target, counts) in targets {
        for (name, count) in counts.as_object().ok_or("a target without counts")? {
            let error = count["relative_error"].as_f64().ok_or("no relative_error")?;
            if error.abs() > if name == "longest_path_ns" { WORST_PATH } else { WORST } {
                return Err(format!("{target} {name}: {count}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_far_off_is_named() {
        let report = |error: f64| {
            let count = json!({ "predicted": 1, "measured": 1, "relative_error": error });
            json!({ "check": { "counts": { "events": count }, "resources": { "ecp5": { "lut4": count } } } })
        };
        assert_eq!(accepts(&report(-0.1)), Ok(()));
        assert!(accepts(&report(-0.13)).unwrap_err().starts_with("ecp5 lut4"));
        assert!(accepts(&json!({})).is_err());
        assert_eq!((jobs(false).len(), jobs(true).len()), (1, 10));
    }
    #[test]
    fn every_committed_configuration_is_among_them() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../verif/estimates");
        let there = std::fs::read_dir(folder).expect("the folder").map(|f| f.expect("a file").path());
        let mut names: Vec<_> = there.map(|p| p.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
        names.sort();
        let mut listed = CONFIGURATIONS.map(String::from);
        listed.sort();
        assert_eq!(names, listed);
    }
}
