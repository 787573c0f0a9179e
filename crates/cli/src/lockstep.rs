//! What the commands that run hardware beside the golden model share.
use crate::error::CliError;
use drtp::core::draft::Training;
use drtp::core::Config;
use drtp::cosim::{Frame, Mismatch, Step};
use drtp::data::{Dataset, Split};
use drtp::training::train;

/// Frames that stream between two comparisons.
pub const BATCH: usize = 16;

/// Samples of a set as frames.
pub fn steps(set: &Dataset, which: &[usize], learn: bool) -> Vec<Step> {
    let frame = |i: &usize| {
        let s = set.sample(*i);
        Step::Frame(if learn { Frame::learn(s.x, s.target) } else { Frame::classify(s.x) })
    };
    which.iter().map(frame).collect()
}

/// Weights `W[k][j][i]` after the training of `plan` in software.
pub fn trained(config: &Config, plan: &Training, split: &Split, seed: u64) -> Vec<Vec<Vec<i32>>> {
    train(config, plan, seed, &split.train, &mut |_, _| {}).weights()
}

/// An error that names the first mismatch, if there is one.
pub fn no_mismatch(device: &str, mismatches: &[Mismatch]) -> Result<(), CliError> {
    match mismatches.first() {
        None => Ok(()),
        Some(first) => {
            mismatches.iter().take(20).for_each(|m| eprintln!("{m}"));
            Err(CliError::Mismatch { count: mismatches.len(), device: device.into(), first: first.to_string() })
        }
    }
}
