//! The order of an epoch, the same for a seed on every machine and with every version of every dependency.
//!
//! From outside come two published generators only, by D. Blackman and S. Vigna: xoshiro256**, and SplitMix64 to fill
//! its state from a seed of 64 bits. Drawing an integer and shuffling are written here, for random-number libraries
//! feel free to change theirs, and with it every result that was ever reported for a seed.

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256StarStar};

/// A source of shuffled orders: xoshiro256** from a 64-bit seed.
///
/// Each call goes on with the random stream where the last one stopped, so that epochs differ from each other and a
/// run is given by its seed alone.
///
/// ```
/// use drtp_data::Shuffle;
///
/// let mut shuffle = Shuffle::new(42);
/// let (first, second) = (shuffle.epoch(100), shuffle.epoch(100));
/// assert_ne!(first, second);
/// assert_eq!(first, Shuffle::new(42).epoch(100));
/// ```
#[derive(Debug, Clone)]
pub struct Shuffle {
    rng: Xoshiro256StarStar,
}

impl Shuffle {
    /// Starts a stream. The generator's four state words are the first four outputs of SplitMix64 from `seed`; every
    /// seed is valid, 0 too.
    pub fn new(seed: u64) -> Self {
        let mut words = SplitMix64::from_seed(seed.to_le_bytes());
        let mut state = [0; 32];
        for word in state.chunks_exact_mut(8) {
            word.copy_from_slice(&words.next_u64().to_le_bytes());
        }
        Self { rng: Xoshiro256StarStar::from_seed(state) }
    }

    /// The order of the next epoch: a permutation of `0..n`, each equally likely.
    pub fn epoch(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// Shuffles in place, by Fisher and Yates from the top down: for i = n-1 .. 1, swap item i with item
    /// `below(i + 1)`. Fewer than two items draw nothing.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            items.swap(i, j);
        }
    }

    /// An integer in `0..n`, each equally likely.
    ///
    /// 2^64 is seldom a multiple of n, so that a remainder alone would favour the small ones. The lowest 2^64 mod n
    /// outputs of the generator are refused and drawn again; what is left is a multiple of n long, and its remainder by
    /// n is the result. Fewer than half of the draws are refused at worst, none in practice at the size of a data set.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        unbiased(n, || self.rng.next_u64())
    }
}

/// [`Shuffle::below`] over any source, for the tests.
fn unbiased(n: u64, mut draw: impl FnMut() -> u64) -> u64 {
    assert!(n > 0, "no integer is below 0");
    // 2^64 - n has the same remainder as 2^64, and fits.
    let refused = n.wrapping_neg() % n;
    loop {
        let r = draw();
        if r >= refused {
            return r % n;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{unbiased, Shuffle};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use rand_core::RngCore;
    use std::collections::{HashMap, HashSet};

    proptest! {
        #[test]
        fn an_epoch_is_a_permutation(seed: u64, n in 0usize..600) {
            let mut order = Shuffle::new(seed).epoch(n);
            order.sort_unstable();
            prop_assert!(order.into_iter().eq(0..n));
        }

        #[test]
        fn a_seed_gives_one_order(seed: u64, n in 0usize..200) {
            let (mut a, mut b) = (Shuffle::new(seed), Shuffle::new(seed));
            for _ in 0..3 {
                prop_assert_eq!(a.epoch(n), b.epoch(n));
            }
        }

        #[test]
        fn below_stays_below(seed: u64, n in 1u64..) {
            prop_assert!(Shuffle::new(seed).below(n) < n);
        }
    }

    #[test]
    fn seeds_and_epochs_differ() {
        let orders: HashSet<_> = (0..100).map(|seed| Shuffle::new(seed).epoch(50)).collect();
        assert_eq!(orders.len(), 100);
        let mut shuffle = Shuffle::new(0);
        let epochs: HashSet<_> = (0..100).map(|_| shuffle.epoch(50)).collect();
        assert_eq!(epochs.len(), 100);
    }

    /// The lowest outputs are refused, the first one accepted maps to its remainder.
    #[test]
    fn refuses_exactly_the_surplus() {
        let n = 3 << 62; // 2^64 mod n = 2^62
        let mut draws = vec![0, 1, (1 << 62) - 1, 1 << 62, 77].into_iter();
        assert_eq!(unbiased(n, || draws.next().unwrap()), 1 << 62);
        assert_eq!(draws.next(), Some(77));
        // A power of two refuses nothing.
        assert_eq!(unbiased(8, || 0), 0);
        assert_eq!(unbiased(1, || u64::MAX), 0);
        assert_eq!(unbiased(u64::MAX, || u64::MAX - 1), u64::MAX - 1);
        // 2^64 mod 10 = 6: 0..=5 are refused.
        let mut draws = 0..;
        assert_eq!(unbiased(10, || draws.next().unwrap()), 6);
    }

    /// All 24 orders of four items, 24,000 draws: a chi-square of 23 degrees of freedom stays below 60 (p about 4e-5;
    /// the seed is fixed).
    #[test]
    fn orders_are_equally_likely() {
        let mut counts = HashMap::new();
        let mut shuffle = Shuffle::new(3);
        for _ in 0..24_000 {
            *counts.entry(shuffle.epoch(4)).or_insert(0i64) += 1;
        }
        assert_eq!(counts.len(), 24);
        let chi_square: f64 = counts.values().map(|&c| ((c - 1000) * (c - 1000)) as f64 / 1000.0).sum();
        assert!(chi_square < 60.0, "{chi_square}");
    }

    #[test]
    fn small_orders_draw_nothing() {
        let (mut used, mut fresh) = (Shuffle::new(5), Shuffle::new(5));
        assert!(used.epoch(0).is_empty());
        assert_eq!(used.epoch(1), [0]);
        assert_eq!(used.epoch(20), fresh.epoch(20));
    }

    #[test]
    #[should_panic(expected = "no integer is below 0")]
    fn below_zero_panics() {
        Shuffle::new(0).below(0);
    }

    /// Pinned, from a second implementation in another language: a change here changes every result ever reported for
    /// a seed.
    #[test]
    fn order_of_a_seed_is_pinned() {
        let mut shuffle = Shuffle::new(0);
        assert_eq!(shuffle.epoch(10), [4, 2, 1, 7, 5, 6, 3, 9, 8, 0]);
        assert_eq!(shuffle.epoch(10), [6, 3, 1, 8, 0, 9, 2, 5, 4, 7]);
        assert_eq!(Shuffle::new(u64::MAX).epoch(10), [1, 5, 4, 9, 3, 0, 7, 6, 8, 2]);
        assert_eq!(Shuffle::new(0).rng.next_u64(), 0x99ec_5f36_cb75_f2b4);
    }
}
