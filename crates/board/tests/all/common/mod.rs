//! A small board, and lines that damage what passes.
use drtp_board::{Link, SimulatedLine, Timing, Transport};
use drtp_core::{Bridge, Config};
use drtp_cosim::verilator::board::{Board, Compiled, Design};
use drtp_cosim::{verilator, Frame, Step};
use std::time::Duration;

/// A short patience: noise makes the bridge wait often.
pub const BRIDGE: Bridge = Bridge { clocks_per_bit: 4, idle_bits: 64 };

pub fn timing() -> Timing {
    Timing {
        baud: Bridge::BAUD,
        idle_bits: BRIDGE.idle_bits,
        patience: Duration::from_millis(2),
        ..Timing::new(Bridge::BAUD)
    }
}

pub fn config() -> Config {
    Config::with_layers(4, &[64, 32, 10]).expect("valid")
}

/// Whether Verilator is there; a test without it is skipped in sight of the reader, except under `CI=true`.
pub fn have_verilator() -> bool {
    drtp_testing::need(verilator::available()).is_some()
}

/// The emitted board of a configuration.
pub fn line(config: &Config, bridge: &Bridge) -> SimulatedLine {
    let design = Design::emitted(config, bridge).unwrap_or_else(|e| panic!("{e}"));
    let compiled = Compiled::new(&design, &mut || ()).unwrap_or_else(|e| panic!("{e}"));
    let board = compiled.board(0x5EED_C0DE).unwrap_or_else(|e| panic!("{e}"));
    SimulatedLine::new(board, bridge.clocks_per_bit, &timing())
}

pub fn link<T: Transport>(line: T) -> Link<T> {
    Link::new(line, timing()).unwrap_or_else(|e| panic!("{e}"))
}

/// The shipped digits, one frame each.
pub fn digits(count: usize) -> Vec<Step> {
    let split = drtp_data::digits(1);
    (0..count)
        .map(|n| {
            let s = split.train.sample(n);
            Step::Frame(Frame::learn(s.x, s.target))
        })
        .collect()
}

/// Numbers that look random and are the same in every run.
pub struct Random(u64);
impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) as usize * end) >> 32
    }
}

/// A line in a noisy place.
pub struct NoisyLine {
    pub line: SimulatedLine,
    random: Random,
    /// One byte in so many is hit.
    rarity: usize,
    /// Hits of each kind, to the board and from it: flipped, lost, added, cut off, without a stop bit.
    pub hits: [[u64; 5]; 2],
    /// Bytes from the board that are lost with the one that was cut off.
    losing: usize,
}
impl NoisyLine {
    pub fn new(line: SimulatedLine, seed: u64, rarity: usize) -> Self {
        Self { line, random: Random::new(seed), rarity, hits: [[0; 5]; 2], losing: 0 }
    }
    /// What hits the next byte, if anything does.
    fn hit(&mut self, direction: usize) -> Option<usize> {
        let kinds = if direction == 0 { 5 } else { 4 };
        let kind = (self.random.below(self.rarity) == 0).then(|| self.random.below(kinds))?;
        self.hits[direction][kind] += 1;
        Some(kind)
    }
}
impl Transport for NoisyLine {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let mut symbols = vec![];
        for byte in bytes {
            let symbol = Board::symbol(*byte);
            match self.hit(0) {
                None => symbols.push(symbol),
                Some(0) => symbols.push(symbol ^ 2 << self.random.below(8)),
                Some(1) => {}
                Some(2) => symbols.extend([symbol, Board::symbol(self.random.below(256) as u8)]),
                Some(3) => break,
                Some(_) => symbols.push(symbol & 0x1ff),
            }
        }
        self.line.send(&symbols);
        Ok(())
    }
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> std::io::Result<usize> {
        let mut one = [0];
        if self.line.read(&mut one, timeout)? == 0 {
            self.losing = 0;
            return Ok(0);
        }
        if self.losing > 0 {
            self.losing -= 1;
            return self.read(buffer, timeout);
        }
        buffer[0] = one[0];
        match self.hit(1) {
            None => Ok(1),
            Some(0) => {
                buffer[0] ^= 1 << self.random.below(8);
                Ok(1)
            }
            Some(1) => self.read(buffer, timeout),
            Some(2) => {
                buffer[1] = self.random.below(256) as u8;
                Ok(2)
            }
            Some(_) => {
                self.losing = 1 + self.random.below(300);
                self.read(buffer, timeout)
            }
        }
    }
}
