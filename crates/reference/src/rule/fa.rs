//! Feedback alignment: backpropagation through fixed random weights (Lillicrap, Cownden, Tweed and Akerman 2016).
use super::{bp, Pass, Rule, Signals};
use crate::network::Network;
use crate::random::Random;
use crate::Init;
use ndarray::Array2;

/// The rule: for each layer, matrices of the shape of its weights, He-uniform over its inputs.
pub struct Fa {
    /// The first layer's is never read.
    feedback: Vec<Array2<f32>>,
}

impl Fa {
    /// Draws the feedback weights.
    pub fn new(network: &Network, random: &mut Random) -> Self {
        let draw = |(n, m)| Init::He.weights(random, n, m);
        Self { feedback: network.layers.iter().map(|l| l.weights.dim()).map(draw).collect() }
    }
}

impl Rule for Fa {
    fn signals(&self, pass: Pass<'_>) -> Signals {
        bp::through(pass, |k| self.feedback[k].view())
    }
}
