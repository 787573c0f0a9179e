//! DFA and sDFA: the output errors (or their signs) go through a random matrix to each hidden layer, which multiplies and
//! adds for each neuron and class; then each layer is updated in a pass of its own.
//! In their favour: the matrix is drawn from a stream and takes no memory; only the output errors are kept, a neuron's
//! own error is computed when its group is updated.
//! Deferred, as ours: the weights are read by the next sample's pass only, and the errors of all neurons must be kept.
use crate::array::Array;
use crate::cost::Cost;

/// A difference of two activations.
pub(super) const ERROR_BITS: usize = 9;
/// -1, 0, +1.
pub(super) const SIGN_BITS: usize = 2;

pub(super) fn cost(array: &Array, error_bits: usize, deferred: bool) -> Cost {
    let mut cost = Cost::default();
    let output = array.depth() - 1;
    // a hidden error is a sum over classes; of whole errors the upper bits are kept
    let hidden_bits = error_bits.max(8);
    array.forward(&mut cost, false, |l| if deferred { l.visited } else { l.present });
    for k in 0..output {
        array.project(&mut cost, k, error_bits);
    }
    for k in 0..=output {
        let bits = if k == output { error_bits } else { hidden_bits };
        if deferred {
            let l = array.layer(k);
            let changes = l.neurons * (l.owed + l.owes);
            cost.access(array.weights(k, 0.0, l.written));
            cost.multiplies.push((bits, 8, changes));
            cost.adds.push((l.bits, changes));
        } else {
            array.update(&mut cost, k, bits);
        }
    }
    array.keep_activations(&mut cost, 1.0);
    array.buffer(&mut cost, "output_errors", array.layer(output).neurons, error_bits);
    if deferred {
        let hidden: f64 = (0..output).map(|k| array.layer(k).neurons).sum();
        array.buffer(&mut cost, "hidden_errors", hidden, hidden_bits);
    }
    array.rest(&mut cost, false);
    cost
}
