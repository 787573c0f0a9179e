//! What the commands that run hardware beside the golden model share.
use crate::error::CliError;
use drtp::cosim::{Frame, Mismatch, Step};
use drtp::data::Dataset;

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
