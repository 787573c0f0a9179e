//! The random streams, a step at a time.
use drtp_core::taps;

/// A stream of random bits; see [`drtp_core::taps`] for its polynomial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream(u32);

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
    /// The low `bits` bits of the state; then the steps of one draw.
    pub fn draw(&mut self, bits: u32) -> i32 {
        let value = u64::from(self.0) & ((1 << bits) - 1);
        self.skip(taps::DRAW_STEPS);
        value as i32
    }
}
