//! Optimisers: what a gradient does to parameters.
pub mod adam;
pub mod nesterov;
pub mod sgd;

use crate::layer::Gradient;
use crate::network::Network;
use serde::{Deserialize, Serialize};

/// The optimiser of one tensor, with whatever it remembers.
pub trait Step: Send {
    /// Moves `w` against its gradient `g`, as long as `w`, at learning rate `rate`.
    fn step(&mut self, w: &mut [f32], g: &[f32], rate: f32);
}

/// The optimisers by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimiserKind {
    /// Stochastic gradient descent.
    Sgd,
    /// With Nesterov momentum 0.9.
    Nesterov,
    /// Adam with 0.9, 0.999 and 1e-8.
    Adam,
}

impl OptimiserKind {
    fn of(self, size: usize) -> Box<dyn Step> {
        match self {
            Self::Sgd => Box::new(sgd::Sgd),
            Self::Nesterov => Box::new(nesterov::Nesterov::new(size)),
            Self::Adam => Box::new(adam::Adam::new(size)),
        }
    }
}

/// The optimiser of a whole network.
pub struct Optimiser(Vec<[Box<dyn Step>; 2]>);

impl Optimiser {
    /// Fresh state for every weight and bias.
    pub fn new(kind: OptimiserKind, network: &Network) -> Self {
        Self(network.layers.iter().map(|l| [kind.of(l.weights.len()), kind.of(l.bias.len())]).collect())
    }

    /// One step; `rate(k)` is the learning rate of layer k. A layer without gradient stays.
    pub fn step(&mut self, network: &mut Network, gradients: &[Option<Gradient>], rate: impl Fn(usize) -> f32) {
        for (k, ((layer, gradient), [weights, bias])) in
            network.layers.iter_mut().zip(gradients).zip(&mut self.0).enumerate()
        {
            let Some(gradient) = gradient else { continue };
            // both were made in standard layout; a product with a transposed factor may not have been
            let g = gradient.weights.as_standard_layout();
            let (w, g) =
                (layer.weights.as_slice_mut().expect("standard layout"), g.as_slice().expect("standard layout"));
            weights.step(w, g, rate(k));
            let (b, g) = (layer.bias.as_slice_mut(), gradient.bias.as_slice());
            bias.step(b.expect("standard layout"), g.expect("standard layout"), rate(k));
        }
    }
}
