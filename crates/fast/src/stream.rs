//! The random streams, ten steps at a time.
use drtp_core::taps;

/// A stream of random bits; see [`drtp_core::taps`] for its polynomial. Equal to golden's, which steps bit by bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stream(u32);

/// Ten steps of the register. A step moves bit t - 1 of each tap t into bit 0; after ten, what the n-th step made stands
/// at bit 10 - n, so that the taps 32, 31, 30, 10 are shifts by 22, 21, 20, 0. No new bit depends on a new bit.
fn leap(s: u32) -> u32 {
    const { assert!(taps::DRAW_STEPS == 10 && taps::MAX_LEAP == 10) };
    let [a, b, c, d] = taps::TAPS.map(|t| s >> (t - taps::DRAW_STEPS));
    s << taps::DRAW_STEPS | (a ^ b ^ c ^ d) & ((1 << taps::DRAW_STEPS) - 1)
}

impl Stream {
    /// A stream whose state is `seed` (0 becomes 1).
    pub fn new(seed: u32) -> Self {
        Self(taps::seeded(seed))
    }
    /// The state: what is needed to go on exactly here.
    pub fn state(self) -> u32 {
        self.0
    }
    /// One step; the new bit.
    pub fn bit(&mut self) -> bool {
        self.0 = taps::step(self.0);
        self.0 & 1 != 0
    }
    /// `steps` steps.
    pub fn skip(&mut self, steps: u32) {
        (0..steps).for_each(|_| self.0 = taps::step(self.0));
    }
    /// The low `bits` bits of the state, 0 to 31; then the steps of one draw.
    pub fn draw(&mut self, bits: u32) -> i32 {
        let value = self.0 & ((1 << bits) - 1);
        self.0 = leap(self.0);
        value as i32
    }
    /// The update `(x + r) >> bits` of an input `x`, with one draw `r`; a zero draws nothing and gives nothing. Without
    /// a branch: which inputs are zero is hard to predict.
    #[inline]
    pub fn rounded(&mut self, x: i16, bits: u32) -> i16 {
        let (before, r) = (self.0, self.draw(bits));
        self.0 = if x == 0 { before } else { self.0 };
        // r is below 2^bits: of a zero, nothing is left
        ((i32::from(x) + r) >> bits) as i16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The register is linear: equal on a basis is equal everywhere.
    #[test]
    fn a_leap_is_ten_steps() {
        let steps = |s| (0..taps::DRAW_STEPS).fold(s, |s, _| taps::step(s));
        for bit in 0..32 {
            assert_eq!(leap(1 << bit), steps(1 << bit), "bit {bit}");
        }
        assert_eq!(leap(0), 0);
    }
    proptest! {
        #[test]
        fn streams_equal_goldens(seed: u32, bits in 0u32..=12) {
            let (mut fast, mut golden) = (Stream::new(seed), drtp_golden::Stream::new(seed));
            for _ in 0..50 {
                prop_assert_eq!(fast.draw(bits), golden.draw(bits));
                prop_assert_eq!(fast.bit(), golden.bit());
                prop_assert_eq!(fast.state(), golden.state());
            }
        }
    }
}
