//! Something of the outputs' size, through a fixed random matrix to each hidden layer: what [`super::dfa`],
//! [`super::sdfa`] and [`super::drtp`] have in common.
use super::{Pass, Rule, Signals};
use crate::init::projection;
use crate::network::Network;
use crate::random::Random;
use ndarray::Array2;

/// The signals B_k^T v of what is projected, v `[batch x outputs]`.
pub struct Projections {
    /// B_k of every hidden layer, `[outputs x width]`, He-uniform over the width.
    matrices: Vec<Array2<f32>>,
    projected: fn(Pass<'_>) -> Array2<f32>,
}

impl Projections {
    /// Draws the matrices.
    pub fn new(network: &Network, random: &mut Random, projected: fn(Pass<'_>) -> Array2<f32>) -> Self {
        let outputs = network.layers[network.hidden()].outputs();
        let hidden = &network.layers[..network.hidden()];
        let matrices = hidden.iter().map(|l| projection(random, outputs, l.width())).collect();
        Self { matrices, projected }
    }
}

impl Rule for Projections {
    /// Over the batch's size, `[batch x width]`.
    fn signals(&self, pass: Pass<'_>) -> Signals {
        let v = (self.projected)(pass);
        let batch = v.nrows().max(1) as f32;
        let share = v / batch;
        self.matrices.iter().map(|b| Some(share.dot(b))).collect()
    }
}
