//! Cosines of the mean of the inputs.
use crate::random::{Purpose, Random};
use crate::{Samples, Task};
use ndarray::{Array2, Axis};
use serde::Deserialize;
use std::f64::consts::PI;

/// Sizes of the regression task; the paper's are the default.
///
/// A sample has a centre, uniform in `[-pi, pi)`, and inputs that are normal around it with deviation 1. Output i of 10
/// is cos(m + pi (i - 4.5) / 9) for the mean m of the inputs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Regression {
    /// Training samples.
    pub train: usize,
    /// Test samples.
    pub test: usize,
    /// Inputs.
    pub inputs: usize,
    /// Seed of the data; trials share it.
    pub seed: u64,
}

const OUTPUTS: usize = 10;

impl Default for Regression {
    fn default() -> Self {
        Self { train: 5_000, test: 1_000, inputs: 256, seed: 1 }
    }
}

impl Regression {
    /// The samples.
    pub fn generate(&self) -> Task {
        let random = &mut Random::new(self.seed, Purpose::Data);
        Task {
            train: self.part(random, "regression/train", self.train),
            test: self.part(random, "regression/test", self.test),
        }
    }

    fn part(&self, random: &mut Random, name: &str, samples: usize) -> Samples {
        let mut x = Array2::zeros((samples, self.inputs));
        for mut row in x.rows_mut() {
            let centre = random.symmetric(PI);
            row.iter_mut().for_each(|x| *x = (centre + random.normal()) as f32);
        }
        let mean = x.mean_axis(Axis(1)).expect("inputs are at least 1");
        let t = Array2::from_shape_fn((samples, OUTPUTS), |(s, i)| {
            (f64::from(mean[s]) + PI * (i as f64 - 4.5) / 9.0).cos() as f32
        });
        Samples { name: name.into(), x, t, classes: None, channels: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_cosines_of_the_mean_and_follow_the_seed() {
        let small = Regression { train: 50, test: 20, inputs: 16, seed: 3 };
        let task = small.generate();
        assert_eq!((task.train.x.dim(), task.train.t.dim(), task.test.x.dim()), ((50, 16), (50, 10), (20, 16)));
        let mean = task.train.x.row(7).mean().unwrap();
        assert!((task.train.t[[7, 0]] - (mean - PI as f32 / 2.0).cos()).abs() < 1e-5);
        assert!((task.train.t[[7, 9]] - (mean + PI as f32 / 2.0).cos()).abs() < 1e-5);
        assert_eq!(small.generate().test, task.test);
        assert_ne!(Regression { seed: 4, ..small }.generate().test, task.test);
    }

    #[test]
    fn the_default_has_the_papers_sizes() {
        let r = Regression::default();
        assert_eq!((r.train, r.test, r.inputs), (5000, 1000, 256));
    }
}
