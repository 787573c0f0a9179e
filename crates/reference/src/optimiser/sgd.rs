//! Stochastic gradient descent: w -= rate g.
use super::Step;

/// The optimiser; it remembers nothing.
pub struct Sgd;

impl Step for Sgd {
    fn step(&mut self, w: &mut [f32], g: &[f32], rate: f32) {
        w.iter_mut().zip(g).for_each(|(w, g)| *w -= rate * g);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_by_hand() {
        let mut w = [1.0, -2.0];
        Sgd.step(&mut w, &[4.0, -8.0], 0.25);
        assert_eq!(w, [0.0, 0.0]);
    }
}
