//! Direct random target projection (Frenkel, Lefebvre and Bol 2021): each hidden layer gets the target, no error at all.
use super::projections::Projections;
use super::{Pass, Rule, Signals};
use crate::network::Network;
use crate::random::Random;

/// The rule: B_k^T t.
pub struct Drtp(Projections);

impl Drtp {
    /// Draws the projections.
    pub fn new(network: &Network, random: &mut Random) -> Self {
        Self(Projections::new(network, random))
    }
}

impl Rule for Drtp {
    fn signals(&self, pass: Pass<'_>) -> Signals {
        self.0.signals(pass.target.to_owned())
    }
}
