//! DRTP as published: when the scores are known, a second pass over each layer reads every weight again that changes.
//! In its favour: the update pass of a sample that leaves none costs nothing, and takes the activations from where they are.
use crate::array::Array;
use crate::cost::Cost;

pub(super) fn cost(array: &Array) -> Cost {
    let mut cost = Cost::default();
    array.forward(&mut cost, false, |l| l.present);
    for k in 0..array.depth() {
        array.update(&mut cost, k, 1);
    }
    array.keep_activations(&mut cost, 1.0);
    array.keep_signs(&mut cost);
    array.rest(&mut cost, false);
    cost
}
