//! What a device under test is held to.
use crate::device::{Device, DropReason, Frame};
use drtp_core::{Config, Network};

/// A software engine that knows what must come out.
pub trait Oracle: Device {
    /// What is configured now.
    fn config(&self) -> &Config;
    /// Whether it tells every weight write; else scores, final weights and noise alone are compared.
    fn tells_writes(&self) -> bool;
    /// The class of a sample, without learning.
    fn class(&mut self, x: &[i8]) -> usize;
}

/// Why the hardware of `power_up` with `network` drops a frame.
pub(crate) fn refusal(power_up: &Config, network: &Network, frame: &Frame) -> Option<DropReason> {
    // a frame is as long as its beats are many: a wide stream has no flag for the spare bytes of the last one
    let beats = |bytes: usize| bytes.div_ceil(power_up.design().stream_bytes());
    if beats(frame.bytes.len()) != beats(network.inputs) {
        return Some(DropReason::BadFrame);
    }
    let learnable = power_up.design().learning && frame.target() < network.classes();
    (frame.learns() && !learnable).then_some(DropReason::BadTarget)
}

/// The inputs of a frame that is taken.
pub(crate) fn inputs(network: &Network, frame: &Frame) -> Vec<i8> {
    let mut x = frame.bytes.clone();
    x.resize(network.inputs, 0);
    x
}
