//! Backpropagation: dL/dy_k = W_{k+1}^T delta_{k+1}, delta_k = f'(z_k) dL/dy_k.
use super::{Pass, Rule, Signals};
use ndarray::{Array2, ArrayView2};

/// The rule.
pub struct Bp;

impl Rule for Bp {
    fn signals(&self, pass: Pass<'_>) -> Signals {
        through(pass, |k| pass.network.layers[k].weights.view())
    }
}

/// Carries the error back through the weights `weights(k)` of every layer k, its own or others.
pub(super) fn through<'w>(pass: Pass<'_>, weights: impl Fn(usize) -> ArrayView2<'w, f32>) -> Signals {
    let (layers, records) = (&pass.network.layers, &pass.trace.records);
    let hidden = pass.network.hidden();
    let mut signals: Signals = vec![None; hidden];
    let mut above: Array2<f32> = pass.outcome.delta.clone();
    for k in (0..hidden).rev() {
        let output = layers[k + 1].propagate(&records[k + 1], above.view(), weights(k + 1));
        let signal = layers[k].unpool(&records[k], output);
        if k > 0 {
            above = layers[k].delta(&records[k], signal.clone());
        }
        signals[k] = Some(signal);
    }
    signals
}
