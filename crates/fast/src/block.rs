//! How weights lie in memory: the one layout that every kernel works on.

/// Neurons of a [`Block`].
pub(crate) const NEURONS: usize = 8;

/// Weights of two neighbouring inputs and eight neurons: `[n][side]`, the even input at `2 n`, the odd one at `2 n + 1`.
///
/// A layer is `[input pairs][blocks of neurons]`, row-major. Where inputs or neurons run out, weights are zero and stay
/// zero: their inputs and their `d` are.
///
/// The same layout carries the teaching signal, with `d_j` on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Block(pub [i16; 2 * NEURONS]);

/// Accumulators of a block's neurons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Sums(pub [i32; NEURONS]);

/// Two neighbouring inputs `2 at` and `2 at + 1` of a layer: their values, or their updates `u`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Number of the pair: its row of blocks.
    pub at: u32,
    /// What belongs to the even and to the odd input.
    pub values: [i16; 2],
}

/// Blocks that hold `neurons` neurons.
pub(crate) fn blocks(neurons: usize) -> usize {
    neurons.div_ceil(NEURONS)
}
