//! Losses: how far the output is from the target, and the error that the output layer learns from.
//!
//! Convention of this crate: the loss of a batch is the mean over its samples of the *sum* over the outputs.
//!
//! HAZARD: many programs take the mean over the outputs too. Then the output layer's gradient is smaller by the number
//! of outputs, while a projected target is not: hidden and output layers see learning rates that far apart.
use crate::Activation;
use ndarray::{Array2, ArrayView2, Axis, Zip};
use serde::{Deserialize, Serialize};

/// L(y, t), for output y and target t.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loss {
    /// Half the squared distance, sum (y - t)^2 / 2; any output activation.
    Mse,
    /// Binary cross-entropy, -sum t ln y + (1 - t) ln(1 - y); sigmoid outputs.
    Bce,
    /// Cross-entropy of the softmax of y, -sum t ln softmax(y); linear outputs.
    Ce,
}

/// What a loss says of a batch.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Mean over the samples of the sum over the outputs.
    pub loss: f64,
    /// e = y - t (cross-entropy: softmax(y) - t), `[batch x outputs]`, not divided by anything.
    pub error: Array2<f32>,
    /// dL/dz of the output layer, of the mean over the batch, `[batch x outputs]`.
    pub delta: Array2<f32>,
}

impl Loss {
    /// Whether the loss is defined for outputs of that activation.
    pub fn takes(self, output: Activation) -> bool {
        match self {
            Self::Mse => true,
            Self::Bce => output == Activation::Sigmoid,
            Self::Ce => output == Activation::Linear,
        }
    }

    /// Loss, error and gradient for outputs `y` and targets `t`, both `[batch x outputs]`.
    ///
    /// Cross-entropies meet their output activation in closed form: dL/dz = y - t, which does not vanish where the
    /// sigmoid or the softmax saturates.
    pub fn assess(self, output: Activation, y: ArrayView2<f32>, t: ArrayView2<f32>) -> Assessment {
        let batch = y.nrows().max(1) as f32;
        let mut probability = y.to_owned();
        let loss = match self {
            Self::Mse => sum(y, t, |y, t| 0.5 * (y - t) * (y - t)),
            Self::Bce => sum(y, t, |y, t| -(t * log(y) + (1.0 - t) * log(1.0 - y))),
            Self::Ce => {
                softmax(&mut probability);
                sum(probability.view(), t, |p, t| if t == 0.0 { 0.0 } else { -t * log(p) })
            }
        };
        let error = probability - t;
        let mut delta = &error / batch;
        if self == Self::Mse {
            output.slope(&mut delta, y);
        }
        Assessment { loss: loss / f64::from(batch), error, delta }
    }
}

/// Logarithm that stays finite: a probability that f32 rounds to 0 counts as 1e-12.
fn log(p: f64) -> f64 {
    p.max(1e-12).ln()
}

fn sum(y: ArrayView2<f32>, t: ArrayView2<f32>, each: impl Fn(f64, f64) -> f64) -> f64 {
    Zip::from(y).and(t).fold(0.0, |sum, y, t| sum + each(f64::from(*y), f64::from(*t)))
}

/// exp(y_i) / sum_j exp(y_j) of each row; the row's largest value is taken off first, so nothing overflows.
fn softmax(rows: &mut Array2<f32>) {
    for mut row in rows.axis_iter_mut(Axis(0)) {
        let most = row.fold(f32::NEG_INFINITY, |a, b| a.max(*b));
        row.mapv_inplace(|y| (y - most).exp());
        let total = row.sum();
        row /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    #[test]
    fn mse_of_two_samples_by_hand() {
        let a = Loss::Mse.assess(
            Activation::Linear,
            array![[1.0, 2.0], [0.0, -1.0]].view(),
            array![[0., 0.], [0., 1.]].view(),
        );
        near(a.loss, (0.5 + 2.0 + 0.0 + 2.0) / 2.0);
        assert_eq!(a.error, array![[1.0, 2.0], [0.0, -2.0]]);
        assert_eq!(a.delta, array![[0.5, 1.0], [0.0, -1.0]]);
    }

    #[test]
    fn mse_goes_through_the_output_activation() {
        let a = Loss::Mse.assess(Activation::Sigmoid, array![[0.5f32]].view(), array![[1.0]].view());
        assert_eq!(a.delta, array![[-0.5 * 0.25]]);
    }

    #[test]
    fn bce_of_a_half_is_ln_2_for_each_output() {
        let a = Loss::Bce.assess(Activation::Sigmoid, array![[0.5, 0.5]].view(), array![[1.0, 0.0]].view());
        near(a.loss, 2.0 * 2f64.ln());
        assert_eq!(a.delta, array![[-0.5, 0.5]]);
    }

    #[test]
    fn ce_of_equal_outputs_is_ln_n_however_large_they_are() {
        let a = Loss::Ce.assess(
            Activation::Linear,
            array![[900f32, 900., 900., 900.]].view(),
            array![[0., 1., 0., 0.]].view(),
        );
        near(a.loss, 4f64.ln());
        assert_eq!(a.error, array![[0.25, -0.75, 0.25, 0.25]]);
        assert_eq!(a.delta, a.error);
    }

    #[test]
    fn saturated_outputs_have_a_finite_loss() {
        let a = Loss::Bce.assess(Activation::Sigmoid, array![[0.0, 1.0]].view(), array![[1.0, 0.0]].view());
        assert!(a.loss.is_finite() && a.loss > 50.0);
        assert_eq!(a.delta, array![[-1.0, 1.0]]);
    }

    #[test]
    fn losses_name_the_outputs_they_take() {
        use Activation::*;
        assert!([Linear, Tanh, Sigmoid, Relu].into_iter().all(|a| Loss::Mse.takes(a)));
        assert!([Linear, Tanh, Sigmoid, Relu].into_iter().all(|a| Loss::Bce.takes(a) == (a == Sigmoid)));
        assert!([Linear, Tanh, Sigmoid, Relu].into_iter().all(|a| Loss::Ce.takes(a) == (a == Linear)));
    }
}
