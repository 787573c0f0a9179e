//! What [`SettlingBlock`](drtp_hdl_macros::SettlingBlock) remembers of a block.

/// Rounds after which a block that still moves is left for the next visit; a simulation that needs more is a loop.
#[doc(hidden)]
pub const ROUNDS: usize = 20;

/// Whether a block has run at all, and whether its outputs moved when it was visited last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Activity {
    started: bool,
    shown: bool,
}
impl Activity {
    /// A visit begins; true if the block must run whatever its inputs do.
    #[inline(always)]
    pub fn begin(&mut self) -> bool {
        self.shown = false;
        !std::mem::replace(&mut self.started, true)
    }
    /// Outputs moved in one round of the visit.
    #[inline(always)]
    pub fn show(&mut self, moved: bool) {
        self.shown |= moved;
    }
    /// The block did not come to rest: it runs again at the next visit, and the design counts as changing.
    pub fn restless(&mut self) {
        self.started = false;
        self.shown = true;
    }
    /// Whether its outputs moved.
    #[inline(always)]
    pub fn shown(&self) -> bool {
        self.shown
    }
}

/// The falling edge of the clock, on which nothing happens but that the clock is low again.
pub trait FallingClock {
    /// Lowers the clock signals of this block and of all blocks below it.
    fn fall(&mut self);
}
impl<B: FallingClock> FallingClock for Vec<B> {
    fn fall(&mut self) {
        self.iter_mut().for_each(FallingClock::fall);
    }
}
