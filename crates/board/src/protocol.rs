//! Requests and responses as bytes. No state of a line, no time.
use drtp_core::bridge::*;

/// Takes one byte into a CRC.
fn crc_step(crc: u16, byte: u8) -> u16 {
    (0..8).fold(crc ^ u16::from(byte), |crc, _| match crc & 1 {
        0 => crc >> 1,
        _ => crc >> 1 ^ CRC_POLYNOMIAL,
    })
}

/// The CRC of some bytes; 0 if the last two are the CRC of those before.
///
/// ```
/// assert_eq!(drtp_board::protocol::crc(b"123456789"), 0x6F91);
/// ```
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(CRC_START, |crc, byte| crc_step(crc, *byte))
}

/// What the host asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A new session.
    Hello,
    /// Writes words to the register at an address: all to it, or each to the next.
    Write {
        /// Of the first word.
        address: u16,
        /// All words go to this one register.
        fixed: bool,
        /// 1 to [`MAX_WORDS`].
        words: Vec<u32>,
    },
    /// Reads words.
    Read {
        /// Of the first word.
        address: u16,
        /// All words come from this one register.
        fixed: bool,
        /// 1 to [`MAX_WORDS`].
        count: usize,
    },
    /// Streams one frame.
    Sample {
        /// Bit 7: learn; bits 6:0: target class.
        user: u8,
        /// Its bytes, at most 65,535.
        bytes: Vec<u8>,
    },
}

impl Request {
    /// The bytes that go over the line.
    ///
    /// ```
    /// use drtp_board::protocol::Request;
    /// let bytes = Request::Read { address: 0x024, fixed: true, count: 1 }.encode(7);
    /// assert_eq!(bytes[..7], [0xA5, 7, 0x80, 0x24, 0x80, 0, 0]);
    /// assert_eq!(bytes.len(), 9);
    /// ```
    pub fn encode(&self, number: u8) -> Vec<u8> {
        let at = |address: &u16, fixed: &bool| address | if *fixed { FIXED } else { 0 };
        let (operation, argument, payload): (u8, u16, Vec<u8>) = match self {
            Self::Hello => (HELLO, 0, vec![]),
            Self::Write { address, fixed, words } => {
                (WRITE, at(address, fixed), words.iter().flat_map(|w| w.to_le_bytes()).collect())
            }
            Self::Read { address, fixed, count } => {
                (READ | (count.wrapping_sub(1) & 63) as u8, at(address, fixed), vec![])
            }
            Self::Sample { user, bytes } => (SAMPLE, (*user).into(), bytes.clone()),
        };
        let mut out = vec![REQUEST, number, operation];
        out.extend(argument.to_le_bytes());
        out.extend((payload.len() as u16).to_le_bytes());
        out.extend(payload);
        let crc = crc(&out[1..]);
        out.extend(crc.to_le_bytes());
        out
    }
}

/// What the board answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The number of the request that was carried out last.
    pub number: u8,
    /// How it went.
    pub status: Status,
    /// Words done; of a sample the predicted class, bit 7: an update is owed; of a hello the protocol's version.
    pub result: u8,
    /// Damaged requests that the board has seen, modulo 256.
    pub damaged: u8,
    /// Words read, or scores, four bytes each.
    pub payload: Vec<u8>,
}

impl Response {
    /// The bytes that go over the line.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![RESPONSE, self.number, self.status as u8, self.result, self.damaged];
        out.extend((self.payload.len() as u16).to_le_bytes());
        out.extend(&self.payload);
        let crc = crc(&out[1..]);
        out.extend(crc.to_le_bytes());
        out
    }
    /// The payload's words.
    pub fn words(&self) -> impl Iterator<Item = u32> + '_ {
        self.payload.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

/// Why bytes are no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The CRC is wrong.
    #[error("a wrong CRC")]
    BadCrc,
    /// Longer than a response can be.
    #[error("a length of {0} bytes")]
    BadLength(usize),
    /// A status that does not exist.
    #[error("an unknown status {0}")]
    BadStatus(u8),
}

/// Finds responses in a stream of bytes.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    frame: Vec<u8>,
}

impl Decoder {
    /// Whether a response has begun and is not complete.
    pub fn is_within(&self) -> bool {
        !self.frame.is_empty()
    }
    /// Forgets what has begun.
    pub fn reset(&mut self) {
        self.frame.clear();
    }
    /// Takes the next byte; a response, or what was wrong with it, when it ends. Bytes before the first are passed over.
    ///
    /// # Errors
    /// The response is damaged. The next byte is looked at as the first of another.
    pub fn push(&mut self, byte: u8) -> Result<Option<Response>, Damage> {
        if self.frame.is_empty() && byte != RESPONSE {
            return Ok(None);
        }
        self.frame.push(byte);
        let Some(payload) = self.frame.get(RESPONSE_HEADER - 1..=RESPONSE_HEADER) else { return Ok(None) };
        let payload = usize::from(payload[0]) | usize::from(payload[1]) << 8;
        if payload > RESPONSE_BYTES {
            self.frame.clear();
            return Err(Damage::BadLength(payload));
        }
        if self.frame.len() < 1 + RESPONSE_HEADER + payload + 2 {
            return Ok(None);
        }
        let frame = std::mem::take(&mut self.frame);
        if crc(&frame[1..]) != 0 {
            return Err(Damage::BadCrc);
        }
        Ok(Some(Response {
            number: frame[1],
            status: Status::of(frame[2]).ok_or(Damage::BadStatus(frame[2]))?,
            result: frame[3],
            damaged: frame[4],
            payload: frame[1 + RESPONSE_HEADER..1 + RESPONSE_HEADER + payload].to_vec(),
        }))
    }
}
