//! The inputs of a layer, and which of them are not zero.
use crate::block::Pair;
use crate::pairs::Pairs;
use drtp_core::fixed::BIAS;
use std::array::from_fn;

/// Inputs looked at together: eight zeros are passed over with one comparison.
const STRIDE: usize = 8;

/// Inputs `x_i` of one layer with the bias, and the pairs that are not all zero.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// `[N + 1]` and zeros up to a multiple of [`STRIDE`].
    x: Vec<i8>,
    /// Inputs without the bias.
    n: usize,
    pairs: Pairs,
}

impl Inputs {
    /// Room for `n` inputs and the bias.
    pub fn new(n: usize) -> Self {
        let mut x = vec![0; (n + 1).next_multiple_of(STRIDE)];
        x[n] = BIAS;
        let pairs = Pairs::new(x.len() / 2);
        Self { x, n, pairs }
    }
    /// The inputs, to be set; then [`find`](Self::find).
    pub fn values(&mut self) -> &mut [i8] {
        &mut self.x[..self.n]
    }
    /// Finds the pairs that are not zero.
    pub fn find(&mut self) {
        self.pairs.clear();
        for (n, eight) in self.x.chunks_exact(STRIDE).enumerate() {
            // one load, one comparison
            let word = u64::from_le_bytes(from_fn(|m| eight[m] as u8));
            if word == 0 {
                continue;
            }
            for m in 0..STRIDE / 2 {
                let value = |m: usize| i16::from((word >> (8 * m)) as i8);
                let at = (n * STRIDE / 2 + m) as u32;
                self.pairs.push_unless_zero(at, [value(2 * m), value(2 * m + 1)]);
            }
        }
    }
    /// Pairs that are not zero, ascending. The bias is in the last one.
    pub fn pairs(&self) -> &[Pair] {
        self.pairs.as_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_what_is_not_zero() {
        for n in 1..40 {
            let mut inputs = Inputs::new(n);
            for set in 0..n {
                inputs.values().fill(0);
                inputs.values()[set] = -128;
                inputs.find();
                let mut expected = vec![0i16; n + 2];
                (expected[set], expected[n]) = (-128, 127);
                let mut found = vec![0i16; n + 2];
                for p in inputs.pairs() {
                    assert_ne!(p.values, [0, 0]);
                    found[2 * p.at as usize..][..2].copy_from_slice(&p.values);
                }
                assert_eq!(found, expected);
            }
        }
    }
}
