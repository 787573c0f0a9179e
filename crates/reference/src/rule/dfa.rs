//! Direct feedback alignment: each hidden layer gets the output error through a random matrix of its own (Nøkland 2016).
use super::projections::Projections;
use super::{Pass, Rule, Signals};
use crate::network::Network;
use crate::random::Random;

/// The rule: B_k^T e.
pub struct Dfa(Projections);

impl Dfa {
    /// Draws the projections.
    pub fn new(network: &Network, random: &mut Random) -> Self {
        Self(Projections::new(network, random))
    }
}

impl Rule for Dfa {
    fn signals(&self, pass: Pass<'_>) -> Signals {
        self.0.signals(pass.outcome.error.clone())
    }
}
