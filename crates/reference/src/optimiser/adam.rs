//! Adam (Kingma and Ba 2015, algorithm 1): steps as large as the rate, whatever the gradient's scale.
//!
//! m and s are running means of g and g^2, m^ and s^ the same without their bias towards zero:
//! w -= rate m^ / (sqrt(s^) + 1e-8).
use super::Step;

const MEAN: f32 = 0.9;
const SQUARE: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// The optimiser of one tensor.
pub struct Adam {
    m: Vec<f32>,
    s: Vec<f32>,
    steps: i32,
}

impl Adam {
    /// Before the first step.
    pub fn new(size: usize) -> Self {
        Self { m: vec![0.0; size], s: vec![0.0; size], steps: 0 }
    }
}

impl Step for Adam {
    fn step(&mut self, w: &mut [f32], g: &[f32], rate: f32) {
        self.steps = self.steps.saturating_add(1);
        let rate = rate / (1.0 - MEAN.powi(self.steps));
        let unbias = 1.0 / (1.0 - SQUARE.powi(self.steps));
        for (((w, g), m), s) in w.iter_mut().zip(g).zip(&mut self.m).zip(&mut self.s) {
            *m = MEAN * *m + (1.0 - MEAN) * g;
            *s = SQUARE * *s + (1.0 - SQUARE) * g * g;
            *w -= rate * *m / ((*s * unbias).sqrt() + EPSILON);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_as_large_as_the_rate() {
        for g in [1e-4f32, -3.0, 500.0] {
            let mut w = [0.0];
            Adam::new(1).step(&mut w, &[g], 0.01);
            assert!((w[0] + 0.01 * g.signum()).abs() < 2e-6, "{w:?}");
        }
    }

    #[test]
    fn two_steps_by_hand() {
        let mut w = [0.0];
        let mut optimiser = Adam::new(1);
        optimiser.step(&mut w, &[1.0], 0.1);
        optimiser.step(&mut w, &[-2.0], 0.1);
        // m = 0.9 * 0.1 - 0.2 = -0.11, m^ = -0.11 / 0.19; s = 0.000999 + 0.004 = 0.004999, s^ = s / 0.001999
        let expected = -0.1 + 0.1 * (0.11 / 0.19) / (0.004999f64 / 0.001999).sqrt();
        assert!((f64::from(w[0]) - expected).abs() < 1e-5, "{w:?} {expected}");
    }
}
