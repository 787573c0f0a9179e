//! Nesterov momentum, in the form that needs gradients at w alone (Sutskever, Martens, Dahl and Hinton 2013, as libraries
//! write it): v = m v + g, w -= rate (g + m v), with m = 0.9.
use super::Step;

const MOMENTUM: f32 = 0.9;

/// The optimiser of one tensor.
pub struct Nesterov {
    v: Vec<f32>,
}

impl Nesterov {
    /// At rest.
    pub fn new(size: usize) -> Self {
        Self { v: vec![0.0; size] }
    }
}

impl Step for Nesterov {
    fn step(&mut self, w: &mut [f32], g: &[f32], rate: f32) {
        for ((w, g), v) in w.iter_mut().zip(g).zip(&mut self.v) {
            *v = MOMENTUM * *v + g;
            *w -= rate * (g + MOMENTUM * *v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_by_hand() {
        let mut w = [1.0];
        let mut optimiser = Nesterov::new(1);
        // v = 1, w = 1 - 0.1 (1 + 0.9)
        optimiser.step(&mut w, &[1.0], 0.1);
        assert!((w[0] - 0.81).abs() < 1e-6);
        // v = 0.9 + 2, w = 0.81 - 0.1 (2 + 0.9 * 2.9)
        optimiser.step(&mut w, &[2.0], 0.1);
        assert!((w[0] - 0.349).abs() < 1e-6);
    }
}
