//! Ours: what a sample owes is added when the next one's pass reads the weight. One pass, one read; a write where the
//! weight changes. Kept between samples: the activations of the sample before, two bits a neuron of what it owes.
use crate::array::Array;
use crate::cost::Cost;

pub(super) fn cost(array: &Array) -> Cost {
    let mut cost = Cost::default();
    array.forward(&mut cost, true, |l| l.visited);
    for (k, l) in array.layers().enumerate() {
        cost.access(array.weights(k, 0.0, l.written));
        // the amount is known to all lanes: a lane adds it or its negative
        cost.adds.push((l.bits, l.neurons * (l.owed + l.owes)));
    }
    array.keep_activations(&mut cost, 1.0);
    array.keep_signs(&mut cost);
    array.rest(&mut cost, true);
    cost
}
