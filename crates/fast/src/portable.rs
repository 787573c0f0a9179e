//! The kernels in plain Rust: what they mean, and what runs where nothing better is known. The inner loops have the
//! length of a block, so that compilers turn them into vector code.
use crate::block::{Block, Pair, Sums, NEURONS};
use std::array::from_fn;

/// See [`crate::Kernels::multiply`].
pub(crate) fn multiply(weights: &[Block], pairs: &[Pair], sums: &mut [Sums]) {
    let row = sums.len();
    sums.fill(Sums::default());
    for p in pairs {
        let x = lanes(p.values);
        for (w, acc) in weights[p.at as usize * row..][..row].iter().zip(&mut *sums) {
            let products: [i32; 2 * NEURONS] = from_fn(|n| i32::from(w.0[n]) * i32::from(x[n]));
            for n in 0..NEURONS {
                acc.0[n] += products[2 * n] + products[2 * n + 1];
            }
        }
    }
}

/// See [`crate::Kernels::update`].
pub(crate) fn update(weights: &mut [Block], moves: &[Pair], d: &[Block], max: i16) {
    for p in moves {
        let u = lanes(p.values);
        let row = &mut weights[p.at as usize * d.len()..][..d.len()];
        for (w, d) in row.iter_mut().zip(d) {
            // |d u| <= 128; a saturated sum is clamped all the same
            w.0 = from_fn(|n| w.0[n].saturating_add(d.0[n] * u[n]).clamp(-max, max));
        }
    }
}

/// The even input's value on even lanes, the odd one's on odd lanes.
fn lanes([even, odd]: [i16; 2]) -> [i16; 2 * NEURONS] {
    from_fn(|n| if n % 2 == 0 { even } else { odd })
}
