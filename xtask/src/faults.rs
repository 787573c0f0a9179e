//! Flipped bits while a core learns: whatever they do, a reset brings it back.
use crate::job::{Expect, Job};
use serde_json::Value;

/// Faults in bits of each role.
const FAULTS: u64 = 40;

pub fn job() -> Job {
    Job::drtp("faults --json --faults").arg(FAULTS.to_string()).expect(Expect::Json(accepts))
}

/// As many as asked for in each role, and none that a reset does not mend.
fn accepts(report: &Value) -> Result<(), String> {
    let roles = report["roles"].as_object().filter(|r| !r.is_empty()).ok_or("no roles in the report")?;
    roles.iter().try_for_each(|(role, found)| match (found["faults"].as_u64(), found["dead"].as_u64()) {
        (Some(FAULTS), Some(0)) => Ok(()),
        (Some(FAULTS), Some(n)) => Err(format!("{role}: {n} faults that a reset did not mend")),
        (n, _) => Err(format!("{role}: {n:?} faults, not {FAULTS}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_reset_does_not_mend_and_missing_faults_are_refused() {
        let report = |faults: u64, dead: u64| json!({ "roles": { "state": { "faults": faults, "dead": dead } } });
        assert_eq!(accepts(&report(FAULTS, 0)), Ok(()));
        assert!(accepts(&report(FAULTS, 1)).unwrap_err().starts_with("state: 1 faults"));
        assert!(accepts(&report(FAULTS - 1, 0)).is_err());
        assert!(accepts(&json!({ "roles": {} })).is_err() && accepts(&json!({})).is_err());
    }
}
