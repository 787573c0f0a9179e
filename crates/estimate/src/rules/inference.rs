//! No learning: one pass, each weight of an input that is not zero is read once.
use crate::array::Array;
use crate::cost::Cost;

pub(super) fn cost(array: &Array) -> Cost {
    let mut cost = Cost::default();
    array.forward(&mut cost, false, |l| l.present);
    array.rest(&mut cost, false);
    cost
}
