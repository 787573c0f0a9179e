//! Backpropagation and feedback alignment, batch 1: forward, then from the output layer down a pass that brings the errors
//! to the layer below, through the transposed weights (BP) or a random matrix (FA), and one that updates.
//! In their favour: a layer's weights are updated as the transposed pass reads them, so that only the first layer needs a
//! pass of its own; the transposed order needs no second copy, a tree adds up over lanes within a cycle; FA's matrix is
//! drawn from a stream; errors have 8 bits; no optimiser state.
//! Deferred (BP): the first layer's update waits for the next sample's pass, as ours does.
use crate::array::Array;
use crate::cost::Cost;

const ERROR_BITS: usize = 8;

pub(super) fn cost(array: &Array, transposed: bool, deferred: bool) -> Cost {
    let mut cost = Cost::default();
    array.forward(&mut cost, false, |l| l.present);
    for k in (1..array.depth()).rev() {
        let l = array.layer(k);
        let changes = l.neurons * (l.owed + l.owes);
        array.backward(&mut cost, k, ERROR_BITS, transposed);
        if transposed {
            // in the same visit
            cost.access(array.weights(k, 0.0, l.written));
        } else {
            // the weights are not needed for the errors, but for their update, in the same cycles
            cost.access(array.weights(k, changes, l.written));
        }
        cost.multiplies.push((ERROR_BITS, 8, changes));
        cost.adds.push((l.bits, changes));
    }
    if deferred {
        let l = array.layer(0);
        let (more, changes) = (l.neurons * (l.visited - l.present), l.neurons * (l.owed + l.owes));
        cost.access(array.weights(0, more, l.written));
        cost.multiplies.push((l.bits, 8, more));
        cost.multiplies.push((ERROR_BITS, 8, changes));
        cost.adds.push((l.bits, changes));
        cost.cycles += l.groups * (l.visited - l.present);
    } else {
        array.update(&mut cost, 0, ERROR_BITS);
    }
    array.keep_activations(&mut cost, 1.0);
    // errors of a layer and of the one below it, where they are widest
    let pairs = (1..array.depth()).map(|k| array.layer(k).neurons + array.layer(k - 1).neurons);
    let kept = pairs.fold(array.layer(array.depth() - 1).neurons, f64::max);
    array.buffer(&mut cost, "errors", kept, ERROR_BITS);
    array.rest(&mut cost, false);
    cost
}
