//! Non-linearities, applied elementwise, and their slopes.
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

/// y = f(z) of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// y = z.
    Linear,
    /// y = tanh z.
    Tanh,
    /// y = 1 / (1 + exp(-z)).
    Sigmoid,
    /// y = max(z, 0); the slope at 0 is 0.
    Relu,
}

impl Activation {
    /// Replaces z by f(z).
    pub fn apply(self, z: &mut Array2<f32>) {
        match self {
            Self::Linear => {}
            Self::Tanh => z.mapv_inplace(f32::tanh),
            Self::Sigmoid => z.mapv_inplace(|z| 1.0 / (1.0 + (-z).exp())),
            Self::Relu => z.mapv_inplace(|z| z.max(0.0)),
        }
    }

    /// Multiplies dL/dy by f'(z), which all four functions give from y alone: afterwards it is dL/dz.
    pub fn slope(self, signal: &mut Array2<f32>, y: ArrayView2<f32>) {
        match self {
            Self::Linear => {}
            Self::Tanh => signal.zip_mut_with(&y, |s, y| *s *= 1.0 - y * y),
            Self::Sigmoid => signal.zip_mut_with(&y, |s, y| *s *= y * (1.0 - y)),
            Self::Relu => signal.zip_mut_with(&y, |s, y| {
                if *y <= 0.0 {
                    *s = 0.0;
                }
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn values_and_slopes_at_hand_worked_points() {
        let (t, s) = (0.5f32.tanh(), 1.0 / (1.0 + (-0.5f32).exp()));
        for (f, y, slope) in [
            (Activation::Linear, [-0.5, 0.0, 0.5], [1.0, 1.0, 1.0]),
            (Activation::Tanh, [-t, 0.0, t], [1.0 - t * t, 1.0, 1.0 - t * t]),
            (Activation::Sigmoid, [1.0 - s, 0.5, s], [s * (1.0 - s), 0.25, s * (1.0 - s)]),
            (Activation::Relu, [0.0, 0.0, 0.5], [0.0, 0.0, 1.0]),
        ] {
            let mut z = array![[-0.5f32, 0.0, 0.5]];
            f.apply(&mut z);
            let mut signal = array![[2.0f32, 2.0, 2.0]];
            f.slope(&mut signal, z.view());
            for i in 0..3 {
                assert!((z[[0, i]] - y[i]).abs() < 1e-6, "{f:?}: {z}");
                assert!((signal[[0, i]] - 2.0 * slope[i]).abs() < 1e-6, "{f:?}: {signal}");
            }
        }
    }
}
