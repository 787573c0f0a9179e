//! The kernels in plain Rust: what they mean, and what runs where nothing better is known. The inner loops have the
//! length of a block, so that compilers turn them into vector code.
use crate::block::{Block, Pair, Sums};

/// See [`crate::Kernels::multiply`].
pub(crate) fn multiply(weights: &[Block], pairs: &[Pair], sums: &mut [Sums]) {
    let row = sums.len();
    for (b, out) in sums.iter_mut().enumerate() {
        let mut acc = [0i32; 8];
        for p in pairs {
            let w = &weights[p.at as usize * row + b].0;
            let [even, odd] = p.values.map(i32::from);
            for (n, acc) in acc.iter_mut().enumerate() {
                *acc += i32::from(w[2 * n]) * even + i32::from(w[2 * n + 1]) * odd;
            }
        }
        out.0 = acc;
    }
}

/// See [`crate::Kernels::update`].
pub(crate) fn update(weights: &mut [Block], moves: &[Pair], d: &[Block], max: i16) {
    for p in moves {
        let row = &mut weights[p.at as usize * d.len()..][..d.len()];
        for (w, d) in row.iter_mut().zip(d) {
            for n in 0..16 {
                // |u| <= 128 x 1, and a saturated sum is clamped all the same
                w.0[n] = w.0[n].saturating_add(d.0[n] * p.values[n % 2]).clamp(-max, max);
            }
        }
    }
}
