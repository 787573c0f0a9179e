//! Weights that a sample changed, for whoever asks.
use drtp_core::layout::WeightIndex;

/// A weight that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WeightWrite {
    /// Which weight.
    pub at: WeightIndex,
    /// Its value before.
    pub old: i32,
    /// Its value after; never equal to `old`.
    pub new: i32,
}

/// What differs, in the order layer, neuron, input.
pub(crate) fn differences(before: &[Vec<Vec<i32>>], after: &[Vec<Vec<i32>>]) -> Vec<WeightWrite> {
    let mut out = vec![];
    for (layer, (before, after)) in before.iter().zip(after).enumerate() {
        for (neuron, (before, after)) in before.iter().zip(after).enumerate() {
            for (input, (&old, &new)) in before.iter().zip(after).enumerate().filter(|(_, (b, a))| b != a) {
                out.push(WeightWrite { at: WeightIndex { layer, neuron, input }, old, new });
            }
        }
    }
    out
}
