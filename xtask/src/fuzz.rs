//! Random bytes for everything that reads bytes from outside: `verif/fuzz`.
use crate::job::Job;
use std::path::Path;

/// What is fuzzed, in the order of the alphabet.
pub const TARGETS: [&str; 4] = ["config", "idx", "packets", "weights"];

/// One run a target. No sanitizer: none of this is unsafe code, and without one the stable compiler will do.
pub fn jobs(work: &Path, thorough: bool) -> Vec<Job> {
    let seconds = if thorough { 600 } else { 20 };
    let run = |target| {
        Job::cargo("fuzz run --sanitizer none --fuzz-dir verif/fuzz --target-dir")
            // their own: nothing is built in this way elsewhere
            .path(&work.join("fuzz"))
            .arg(target)
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            // an input that takes so long hangs
            .arg("-timeout=20")
    };
    TARGETS.map(run).into()
}
