//! Fixed random matrices from the outputs to each hidden layer.
use super::Signals;
use crate::init::projection;
use crate::network::Network;
use crate::random::Random;
use ndarray::Array2;

/// B_k of every hidden layer, `[outputs x width]`, He-uniform over the width.
#[derive(Clone, Debug)]
pub struct Projections(pub Vec<Array2<f32>>);

impl Projections {
    pub fn new(network: &Network, random: &mut Random) -> Self {
        let outputs = network.layers[network.hidden()].outputs();
        Self(network.layers[..network.hidden()].iter().map(|l| projection(random, outputs, l.width())).collect())
    }

    /// B_k^T v for each sample of `v` `[batch x outputs]`, over the batch's size: `[batch x width]`.
    pub fn signals(&self, v: Array2<f32>) -> Signals {
        let batch = v.nrows().max(1) as f32;
        let share = v / batch;
        self.0.iter().map(|b| Some(share.dot(b))).collect()
    }
}
