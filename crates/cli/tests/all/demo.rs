//! What the demo promises: the README's first command.
use crate::common::*;
use std::path::Path;

/// The recommended rule must do better than this on the digits, and better than the two simpler rules.
const LEAST_ACCURACY: f64 = 0.93;

#[test]
fn hardware_learns_equal_to_its_model_in_the_cycles_of_an_inference() {
    let folder = tempfile::tempdir().unwrap();
    let report = json(&["demo", "--json", "--out", text(&folder.path().join("demo"))]);
    let number = |key: &str| report[key].as_f64().unwrap_or_else(|| panic!("{key}: {}", report[key]));
    let accuracy = |rule: &str| report["test_accuracy"][rule].as_f64().unwrap_or_else(|| panic!("{rule}: {report}"));
    assert_eq!(report["golden_equals_hardware"], true);
    assert!(number("lockstep_samples") > 0.0);
    let best = accuracy("contrastive");
    assert!(best > LEAST_ACCURACY, "{best}");
    assert!(best > accuracy("drtp") && best > accuracy("shallow"), "{report}");
    assert!(number("cycles_per_training_sample") > 0.0);
    assert_eq!(number("cycles_per_training_sample"), number("cycles_per_inference"));
    let (reads, writes) = (number("weight_reads_per_training_sample"), number("weight_writes_per_training_sample"));
    assert!(writes > 0.0 && writes <= reads, "{writes} writes for {reads} reads");
    assert!(Path::new(report["verilog"].as_str().unwrap()).is_file());
}
