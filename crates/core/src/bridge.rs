//! What travels between a host and a board: frames over a serial line. `docs/bridge.md` states it in full.
//!
//! ```text
//! request   A5 | sequence | operation | argument (2) | length (2) | payload | CRC (2)
//! response  5A | sequence | status | result | damaged | length (2) | payload | CRC (2)
//! ```
//! Numbers of several bytes go lowest byte first. The CRC is over all between the first byte and itself.
use crate::design::Design;
use crate::error::Problem;

/// Version of the protocol: the result of a hello.
pub const VERSION: u8 = 1;
/// First byte of a request.
pub const REQUEST: u8 = 0xA5;
/// First byte of a response.
pub const RESPONSE: u8 = 0x5A;
/// Bytes of a request's header, without the first byte.
pub const REQUEST_HEADER: usize = 6;
/// Bytes of a response's header, without the first byte.
pub const RESPONSE_HEADER: usize = 6;

/// Operation, bits 7:6: a new session. Always carried out.
pub const HELLO: u8 = 0 << 6;
/// Writes the payload's words to the register that the argument names.
pub const WRITE: u8 = 1 << 6;
/// Reads as many words as bits 5:0 say and one more, from the register that the argument names.
pub const READ: u8 = 2 << 6;
/// Streams the payload as one frame; bits 7:0 of the argument are its `tuser`.
pub const SAMPLE: u8 = 3 << 6;
/// Argument, bit 15: all words go to one register, else each to the next.
pub const FIXED: u16 = 1 << 15;
/// Words of one read at the most.
pub const MAX_WORDS: usize = 64;

/// The status of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Carried out.
    Done = 0,
    /// A register access was answered with SLVERR. `result` words before it were done.
    Refused = 1,
    /// The core dropped the frame: too short or too long.
    BadFrame = 2,
    /// The core dropped the frame: to be learned, with a target that is no class.
    BadTarget = 3,
    /// A sample without bytes, or a write of no whole word.
    Malformed = 4,
    /// Nothing is carried out before a hello: the board was reset.
    NotGreeted = 5,
    /// A watchdog restarted the core, and the frame is lost.
    Restarted = 6,
    /// A request was damaged: its CRC is wrong. Nothing was done, as with all that follow.
    BadCrc = 8,
    /// The line was idle within a request.
    BrokenOff = 9,
    /// A request longer than the buffer.
    TooLong = 10,
    /// A byte without a stop bit.
    BrokenByte = 11,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Done,
        Self::Refused,
        Self::BadFrame,
        Self::BadTarget,
        Self::Malformed,
        Self::NotGreeted,
        Self::Restarted,
        Self::BadCrc,
        Self::BrokenOff,
        Self::TooLong,
        Self::BrokenByte,
    ];
    /// The status of a code, if it is one.
    pub fn of(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|s| *s as u8 == code)
    }
    /// Whether a request was damaged on its way; such a response belongs to no request.
    pub fn is_damage(self) -> bool {
        self as u8 >= Self::BadCrc as u8
    }
}

/// CRC-16, reflected: x^16 + x^12 + x^5 + 1 with the lowest bit of each byte first, as a serial line sends it.
pub const CRC_POLYNOMIAL: u16 = 0x8408;
/// Where it begins. It is not inverted at the end, so that the CRC of a frame with its own CRC is 0.
pub const CRC_START: u16 = 0xFFFF;

/// Bytes of the request buffer, a power of two: a payload is shorter. Takes the widest sample, and a burst of words.
pub fn request_bytes(design: &Design) -> usize {
    (design.max_width + 1).next_power_of_two().max(512)
}

/// Bytes of the response buffer: the scores of as many classes as there can be.
pub const RESPONSE_BYTES: usize = 4 * Design::MAX_CLASSES;

/// Generation-time choices of a board's bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bridge {
    /// Cycles of `clk` in a bit of the serial line.
    pub clocks_per_bit: usize,
    /// Bit times of an idle line after which a request that has begun counts as broken off: at least so many, and less
    /// than twice as many.
    pub idle_bits: usize,
}

impl Bridge {
    /// The rate where none is chosen.
    pub const BAUD: u32 = 3_000_000;
    /// The patience where none is chosen: 11 ms at the usual rate. A host's USB may pause for milliseconds.
    pub const IDLE_BITS: usize = 1 << 15;
    /// The fewest cycles of a bit: its middle must be found.
    pub const MIN_CLOCKS: usize = 4;

    /// `clocks_per_bit` and the usual patience.
    pub fn new(clocks_per_bit: usize) -> Self {
        Self { clocks_per_bit, idle_bits: Self::IDLE_BITS }
    }
    /// The bridge of a board whose clock has so many hertz, at a rate in bits a second.
    ///
    /// # Errors
    /// The rate is too high for the clock, or more than 2 % beside what the clock divides to.
    pub fn at(clock_hz: u64, baud: u32) -> Result<Self, Problem> {
        let refuse = |what: String| {
            let most = clock_hz / Self::MIN_CLOCKS as u64;
            Err(Problem::new("baud", what, format!("a divisor of {clock_hz} Hz within 2 %, at most {most}")))
        };
        let rate = u64::from(baud);
        if rate == 0 || clock_hz / rate < Self::MIN_CLOCKS as u64 {
            return refuse(format!("{baud} bits a second at a clock of {clock_hz} Hz"));
        }
        let clocks = (clock_hz + rate / 2) / rate;
        if (clocks * rate).abs_diff(clock_hz) * 50 >= clock_hz {
            return refuse(format!("{baud} bits a second: the nearest are {}", clock_hz / clocks));
        }
        let bridge = Self::new(clocks as usize);
        match bridge.problems().into_iter().next() {
            None => Ok(bridge),
            Some(problem) => Err(problem),
        }
    }
    /// Everything that keeps this bridge from being generated.
    pub fn problems(&self) -> Vec<Problem> {
        [
            Problem::range("bridge.clocks_per_bit", self.clocks_per_bit as i64, Self::MIN_CLOCKS as i64..=65535),
            Problem::range("bridge.idle_bits", self.idle_bits as i64, 32..=1 << 20),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn rates_divide_the_clock_within_two_percent() {
        assert_eq!(Bridge::at(36_000_000, Bridge::BAUD), Ok(Bridge::new(12)));
        assert_eq!(Bridge::at(150_000_000, Bridge::BAUD), Ok(Bridge::new(50)));
        assert_eq!(Bridge::at(25_000_000, 115_200), Ok(Bridge::new(217)));
        // 3.25 MHz is 8.3 % from 3 MHz
        let e = Bridge::at(13_000_000, Bridge::BAUD).unwrap_err().to_string();
        assert!(e.contains("baud: 3000000 bits a second: the nearest are 3250000"), "{e}");
        assert!(Bridge::at(11_000_000, Bridge::BAUD).is_err());
        assert!(Bridge::at(1_000_000, 0).is_err());
    }
    #[test]
    fn each_bad_choice_is_named() {
        for (bridge, path) in [
            (Bridge { clocks_per_bit: 3, idle_bits: 64 }, "bridge.clocks_per_bit"),
            (Bridge { clocks_per_bit: 4, idle_bits: 31 }, "bridge.idle_bits"),
        ] {
            let found = bridge.problems();
            assert_eq!((found.len(), found[0].path.as_str()), (1, path));
        }
        assert!(Bridge::new(4).problems().is_empty());
    }
    #[test]
    fn operations_and_buffers_have_their_sizes() {
        assert_eq!([HELLO, WRITE, READ, SAMPLE], [0, 0x40, 0x80, 0xC0]);
        assert_eq!((FIXED, RESPONSE_BYTES), (0x8000, 512));
        let of = |max_width| {
            let design = Config::with_layers(1, &[max_width, 2]).unwrap().design().clone();
            request_bytes(&Design { max_width, ..design })
        };
        // a payload of so many bytes and one more, rounded up to a power of two
        assert_eq!([of(10), of(511), of(512), of(784)], [512, 512, 1024, 1024]);
        // a divisor to the nearest
        assert_eq!(Bridge::at(1_590_000, 100_000), Ok(Bridge::new(16)));
    }
    #[test]
    fn codes_name_their_status() {
        for s in Status::ALL {
            assert_eq!(Status::of(s as u8), Some(s));
            assert_eq!(s.is_damage(), s as u8 & 8 != 0);
        }
        assert_eq!(Status::of(7), None);
    }
}
