//! Pauses on streams and bus: when a source offers nothing, when a sink takes nothing.
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256StarStar;

/// A pattern of pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stall {
    /// Never.
    None,
    /// Each cycle with this chance in 256.
    Random(u8),
    /// Long pauses between long runs: both of 1 to this many cycles.
    Bursts(u8),
}

/// Pauses of both streams and of the bus, and the seed that makes them repeatable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stalls {
    /// Where the source pauses.
    pub input: Stall,
    /// Where the sink pauses.
    pub output: Stall,
    /// Where the bus's master pauses: before it offers an address or data, and before it takes a response. Each of the five
    /// channels pauses by itself.
    pub bus: Stall,
    /// Seed.
    pub seed: u64,
}
impl Stalls {
    /// No pauses at all.
    pub const NONE: Stalls = Stalls { input: Stall::None, output: Stall::None, bus: Stall::None, seed: 0 };
}

/// A running pattern.
#[derive(Clone, Debug)]
pub struct Staller {
    kind: Stall,
    random: Xoshiro256StarStar,
    paused: bool,
    left: u64,
}
impl Staller {
    /// The pattern `kind`; streams with different `stream` numbers are independent.
    pub fn new(kind: Stall, seed: u64, stream: u64) -> Self {
        let random = Xoshiro256StarStar::seed_from_u64(seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { kind, random, paused: false, left: 0 }
    }
    /// Whether it ever pauses.
    pub fn can_pause(&self) -> bool {
        self.kind != Stall::None
    }
    /// Goes on by some cycles.
    pub fn skip(&mut self, cycles: usize) {
        if self.can_pause() {
            (0..cycles).for_each(|_| _ = self.pauses());
        }
    }
    /// Whether the stream pauses in this cycle.
    pub fn pauses(&mut self) -> bool {
        match self.kind {
            Stall::None => false,
            Stall::Random(chance) => (self.random.next_u64() >> 56) < u64::from(chance),
            Stall::Bursts(longest) => {
                if self.left == 0 {
                    self.paused = !self.paused;
                    self.left = 1 + self.random.next_u64() % u64::from(longest.max(1));
                }
                self.left -= 1;
                self.paused
            }
        }
    }
}
