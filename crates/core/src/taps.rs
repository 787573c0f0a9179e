//! Random streams: one polynomial, three seeds.
//!
//! Every stream is the Fibonacci register of x^32 + x^31 + x^30 + x^10 + 1, shifting left: a step moves each bit up by
//! one and puts `s[31] ^ s[30] ^ s[29] ^ s[9]` into bit 0. The feedback taps are far from the end at which new bits
//! enter, so hardware makes up to [`MAX_LEAP`] steps in one cycle with one 4-input XOR for each: no new bit depends on
//! another one of the same cycle.
//!
//! | stream | start | one draw |
//! |---|---|---|
//! | initial weights | seed | low `b+1` bits of the state as a signed number, then [`DRAW_STEPS`] steps |
//! | rounding noise | seed | low `s` bits of the state, then [`DRAW_STEPS`] steps |
//! | projection of class q, layer k | [`projection_start`], then [`PROJECTION_WARM_UP`] steps | a step; the bit is the one that it put into bit 0 |

/// Exponents of the feedback polynomial.
pub const TAPS: [u32; 4] = [32, 31, 30, 10];
/// Steps that one cycle can make without a new bit depending on another new bit.
pub const MAX_LEAP: u32 = 10;
/// Steps after each draw of noise or of an initial weight.
pub const DRAW_STEPS: u32 = 10;
/// Steps that a projection stream makes before its first bit.
pub const PROJECTION_WARM_UP: u32 = 64;
/// Odd constant that spreads the starts of the projection streams (2^32 divided by the golden ratio).
pub const PROJECTION_SPREAD: u32 = 0x9E37_79B1;
/// Classes for which a layer has projection streams.
pub const CLASSES_PER_LAYER: u32 = 128;

/// One step of the register.
pub fn step(state: u32) -> u32 {
    let feedback = TAPS.iter().fold(0, |bit, t| bit ^ (state >> (t - 1)));
    state << 1 | feedback & 1
}
/// A state never is zero, where the register would stay: 0 becomes 1.
pub fn seeded(start: u32) -> u32 {
    start.max(1)
}
/// Start of the stream of class `q` (0..128) of layer `k` (from 1): `seed + (128 k + q) * spread` modulo 2^32.
pub fn projection_start(seed: u32, k: usize, q: usize) -> u32 {
    let number = CLASSES_PER_LAYER * k as u32 + q as u32;
    seeded(seed.wrapping_add(number.wrapping_mul(PROJECTION_SPREAD)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The step as a 32 x 32 matrix over GF(2): column c is the successor of bit c.
    type Matrix = [u32; 32];
    fn times(m: &Matrix, v: u32) -> u32 {
        (0..32).filter(|c| v >> c & 1 != 0).fold(0, |sum, c| sum ^ m[c])
    }
    fn power(mut exponent: u64) -> Matrix {
        let mut square: Matrix = std::array::from_fn(|c| step(1 << c));
        let mut result: Matrix = std::array::from_fn(|c| 1 << c);
        while exponent > 0 {
            if exponent & 1 != 0 {
                result = result.map(|v| times(&square, v));
            }
            square = square.map(|v| times(&square, v));
            exponent >>= 1;
        }
        result
    }

    #[test]
    fn period_is_maximal() {
        let identity: Matrix = std::array::from_fn(|c| 1 << c);
        let period = u64::from(u32::MAX);
        assert_eq!(power(period), identity);
        for prime in [3, 5, 17, 257, 65537] {
            assert_ne!(power(period / prime), identity, "the period divides (2^32 - 1) / {prime}");
        }
        assert_eq!(3u64 * 5 * 17 * 257 * 65537, period);
    }
    #[test]
    fn seed_zero_becomes_one() {
        assert_eq!(seeded(0), 1);
        assert_eq!(seeded(7), 7);
        // the start that lands on zero by arithmetic
        let seed = 0u32.wrapping_sub((128 + 5u32).wrapping_mul(PROJECTION_SPREAD));
        assert_eq!(projection_start(seed, 1, 5), 1);
    }
    #[test]
    fn starts_of_a_seed_are_distinct() {
        let mut all: Vec<u32> = (0..5).flat_map(|k| (0..128).map(move |q| projection_start(42, k, q))).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5 * 128);
    }
    /// Columns of B: the streams of two classes, over the neurons of a layer.
    fn column(seed: u32, k: usize, q: usize, bits: usize) -> Vec<i32> {
        let mut s = projection_start(seed, k, q);
        (0..PROJECTION_WARM_UP).for_each(|_| s = step(s));
        (0..bits)
            .map(|_| {
                s = step(s);
                if s & 1 != 0 {
                    1
                } else {
                    -1
                }
            })
            .collect()
    }
    #[test]
    fn columns_of_b_are_hardly_correlated() {
        // 1024 fair bits: the correlation of two columns has a deviation of 1/32; 45 pairs x 3 layers x 8 seeds
        let n = 1024;
        let mut worst = 0.0f64;
        let mut sum = 0.0;
        let mut pairs = 0;
        for seed in [0, 1, 2, 3, 42, 0xFFFF_FFFF, 0x8000_0000, 20261124] {
            for k in 1..4 {
                let columns: Vec<_> = (0..10).map(|q| column(seed, k, q, n)).collect();
                for a in 0..10 {
                    for b in 0..a {
                        let dot: i32 = columns[a].iter().zip(&columns[b]).map(|(x, y)| x * y).sum();
                        let c = f64::from(dot) / n as f64;
                        worst = worst.max(c.abs());
                        sum += c;
                        pairs += 1;
                    }
                }
            }
        }
        assert!(worst < 5.0 / 32.0, "two columns correlate by {worst:.3}");
        assert!((sum / f64::from(pairs)).abs() < 0.01, "mean correlation {:.4}", sum / f64::from(pairs));
    }
}
