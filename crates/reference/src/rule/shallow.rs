//! Shallow learning: hidden layers stay as they were drawn, the output layer alone learns.
use super::{Pass, Rule, Signals};

/// The rule.
pub struct Shallow;

impl Rule for Shallow {
    fn signals(&self, pass: Pass<'_>) -> Signals {
        vec![None; pass.network.hidden()]
    }
}
