//! Direct feedback alignment by the sign of the error, -1, 0 or 1 (Frenkel, Lefebvre and Bol 2021).
use super::projections::Projections;
use super::{Pass, Rule, Signals};
use crate::network::Network;
use crate::random::Random;

/// The rule: B_k^T sign(e).
pub struct Sdfa(Projections);

impl Sdfa {
    /// Draws the projections.
    pub fn new(network: &Network, random: &mut Random) -> Self {
        Self(Projections::new(network, random))
    }
}

impl Rule for Sdfa {
    fn signals(&self, pass: Pass<'_>) -> Signals {
        self.0.signals(pass.outcome.error.mapv(|e| if e == 0.0 { 0.0 } else { e.signum() }))
    }
}
