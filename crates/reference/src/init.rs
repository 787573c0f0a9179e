//! Initial weights, and the fixed random weights of the feedback rules.
use crate::random::Random;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// How weights begin; biases always begin at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Init {
    /// All zero.
    Zero,
    /// Uniform within sqrt(6 / n) of zero for n inputs of a neuron (He, Zhang, Ren and Sun 2015, equation 10, as a
    /// uniform distribution of that variance).
    He,
    /// Uniform within 1 / sqrt(n) of zero: a sixth of that variance.
    Small,
}

impl Init {
    /// Weights `[neurons x inputs]`.
    pub fn weights(self, random: &mut Random, neurons: usize, inputs: usize) -> Array2<f32> {
        let bound = match self {
            Self::Zero => return Array2::zeros((neurons, inputs)),
            Self::He => (6.0 / inputs as f64).sqrt(),
            Self::Small => (1.0 / inputs as f64).sqrt(),
        };
        uniform(random, neurons, inputs, bound)
    }
}

/// A projection matrix B, `[outputs x neurons]`: He-uniform over the neurons it teaches, within sqrt(6 / neurons).
pub fn projection(random: &mut Random, outputs: usize, neurons: usize) -> Array2<f32> {
    uniform(random, outputs, neurons, (6.0 / neurons as f64).sqrt())
}

fn uniform(random: &mut Random, rows: usize, columns: usize, bound: f64) -> Array2<f32> {
    Array2::from_shape_simple_fn((rows, columns), || random.symmetric(bound) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    #[test]
    fn weights_fill_their_bound_and_follow_the_seed() {
        let draw = |init: Init, seed| init.weights(&mut Random::new(seed, Purpose::Weights), 30, 24);
        assert!(draw(Init::Zero, 1).iter().all(|w| *w == 0.0));
        for (init, bound) in [(Init::He, 0.5), (Init::Small, 24f32.sqrt().recip())] {
            let w = draw(init, 1);
            let most = w.iter().fold(0f32, |m, w| m.max(w.abs()));
            assert!(0.98 * bound < most && most <= bound, "{most}");
            assert_eq!(w, draw(init, 1));
            assert_ne!(w, draw(init, 2));
        }
    }

    #[test]
    fn a_projection_is_bounded_by_the_neurons_it_teaches() {
        let b = projection(&mut Random::new(1, Purpose::Feedback), 10, 600);
        assert_eq!(b.dim(), (10, 600));
        assert!(b.iter().all(|b| b.abs() <= 0.1) && b.iter().any(|b| b.abs() > 0.098));
    }
}
