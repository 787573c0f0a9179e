//! Requests that are carried out exactly once, over a line that may damage them.
//!
//! The host sends one request and waits for its response. If none comes, or a damaged one, or the board says that the
//! request was damaged, it waits until the line has been quiet for so long that the board hunts for a new request, and
//! sends the same again, with the same number: the board carries a number out once and repeats what it answered.
use crate::protocol::{Decoder, Request, Response};
use drtp_core::bridge::{Status, RESPONSE_BYTES, VERSION};
use drtp_core::Bridge;
use std::time::Duration;

/// A line to a board.
pub trait Transport {
    /// Sends all bytes.
    ///
    /// # Errors
    /// The line is gone.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()>;
    /// Takes what has come; waits for the first byte, but no longer than `timeout`, after which it gives 0.
    ///
    /// # Errors
    /// The line is gone.
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> std::io::Result<usize>;
}

/// Times of a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Bits a second.
    pub baud: u32,
    /// The bridge's patience within a request: see [`Bridge::idle_bits`].
    pub idle_bits: usize,
    /// How long a board may take to answer, beyond the time that the bytes are under way.
    pub patience: Duration,
    /// How long the host itself may stand still meanwhile: a computer that is busy is no broken line. None in simulation.
    pub pause: Duration,
}

impl Timing {
    /// Usual patience at a rate.
    pub fn new(baud: u32) -> Self {
        Self { baud, idle_bits: Bridge::IDLE_BITS, patience: Duration::from_millis(250), pause: Duration::ZERO }
    }
    fn bits(&self, bits: usize) -> Duration {
        Duration::from_secs_f64(bits as f64 / f64::from(self.baud.max(1)))
    }
    /// After so much silence the bridge hunts, whatever it had begun.
    fn silence(&self) -> Duration {
        self.bits(2 * self.idle_bits + 20)
    }
}

/// What a link went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkStatistics {
    /// Requests that were answered.
    pub exchanges: u64,
    /// Requests that were sent again.
    pub retries: u64,
    /// Requests that reached the board damaged, as it counted them.
    pub damaged_requests: u64,
    /// Responses that reached the host damaged.
    pub damaged_responses: u64,
    /// Times that nothing came.
    pub timeouts: u64,
}

impl LinkStatistics {
    /// Packets damaged in either direction.
    pub fn damaged(&self) -> u64 {
        self.damaged_requests + self.damaged_responses
    }
}

/// Why a request has no response.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The line is gone.
    #[error("the line failed: {0}")]
    Line(#[from] std::io::Error),
    /// None came, however often it was asked.
    #[error("no answer after {attempts} attempts; the last one: {last}")]
    NoAnswer {
        /// How often.
        attempts: u32,
        /// What came of the last one.
        last: String,
    },
    /// The board speaks another version of the protocol.
    #[error("the board speaks version {0} of the protocol, this host version {VERSION}")]
    Version(u8),
    /// The board was reset since the hello: what it had learned is gone.
    #[error("the board was reset meanwhile")]
    BoardReset,
    /// A request that no board takes.
    #[error("a request that no board takes: {0}")]
    Impossible(String),
}

/// Requests in a row, over a line.
pub struct Link<T> {
    line: T,
    timing: Timing,
    number: u8,
    decoder: Decoder,
    /// Bytes that came behind a response.
    waiting: Vec<u8>,
    damaged_seen: Option<u8>,
    statistics: LinkStatistics,
}

/// What came of one attempt.
enum Outcome {
    Answer(Response),
    Again(String),
}

impl<T: Transport> Link<T> {
    /// How often a request is sent at the most.
    pub const ATTEMPTS: u32 = 20;

    /// Greets the board.
    ///
    /// # Errors
    /// It does not answer, or speaks another version.
    pub fn new(line: T, timing: Timing) -> Result<Self, LinkError> {
        let mut link = Self {
            line,
            timing,
            number: 0,
            decoder: Decoder::default(),
            waiting: vec![],
            damaged_seen: None,
            statistics: LinkStatistics::default(),
        };
        link.greet()?;
        Ok(link)
    }
    /// Begins a new session.
    ///
    /// # Errors
    /// As [`Link::new`].
    pub fn greet(&mut self) -> Result<(), LinkError> {
        // what was under way before does not concern this session
        self.settle()?;
        match self.exchange(&Request::Hello)?.result {
            VERSION => Ok(()),
            other => Err(LinkError::Version(other)),
        }
    }
    /// What it went through.
    pub fn statistics(&self) -> LinkStatistics {
        self.statistics
    }
    /// The line.
    pub fn line(&mut self) -> &mut T {
        &mut self.line
    }
    /// Has a request carried out, once.
    ///
    /// # Errors
    /// The line fails or stays damaged, or the board was reset.
    pub fn exchange(&mut self, request: &Request) -> Result<Response, LinkError> {
        if let Request::Sample { bytes, .. } = request {
            if bytes.is_empty() || bytes.len() > usize::from(u16::MAX) {
                return Err(LinkError::Impossible(format!("a sample of {} bytes", bytes.len())));
            }
        }
        self.number = self.number.wrapping_add(1);
        let bytes = request.encode(self.number);
        let mut last = String::new();
        for attempt in 0..Self::ATTEMPTS {
            if attempt > 0 {
                self.statistics.retries += 1;
                self.settle()?;
            }
            self.line.write(&bytes)?;
            match self.answer(bytes.len())? {
                Outcome::Again(why) => last = why,
                Outcome::Answer(response) => {
                    self.statistics.exchanges += 1;
                    return match response.status {
                        Status::NotGreeted => Err(LinkError::BoardReset),
                        Status::Malformed => Err(LinkError::Impossible(format!("{request:?}"))),
                        _ => Ok(response),
                    };
                }
            }
        }
        Err(LinkError::NoAnswer { attempts: Self::ATTEMPTS, last })
    }
    /// Waits for the response to the present request, of so many bytes.
    fn answer(&mut self, sent: usize) -> Result<Outcome, LinkError> {
        let under_way = self.timing.bits(10 * (sent + RESPONSE_BYTES));
        let patience = self.timing.patience + under_way + self.timing.pause;
        self.decoder.reset();
        loop {
            for byte in std::mem::take(&mut self.waiting) {
                match self.decoder.push(byte) {
                    Ok(None) => {}
                    Err(damage) => {
                        self.statistics.damaged_responses += 1;
                        return Ok(Outcome::Again(format!("a response with {damage}")));
                    }
                    Ok(Some(response)) => {
                        self.count_damaged(response.damaged);
                        if response.status.is_damage() {
                            return Ok(Outcome::Again(format!("the request arrived damaged ({:?})", response.status)));
                        }
                        // another number: the answer to an earlier request, sent again
                        if response.number == self.number {
                            return Ok(Outcome::Answer(response));
                        }
                    }
                }
            }
            // once a response has begun, its bytes follow each other
            let within = self.decoder.is_within();
            let timeout = if within { self.timing.silence() + self.timing.pause } else { patience };
            if !self.receive(timeout)? {
                if within {
                    self.statistics.damaged_responses += 1;
                    return Ok(Outcome::Again("a response that breaks off".into()));
                }
                self.statistics.timeouts += 1;
                return Ok(Outcome::Again(format!("nothing came for {patience:?}")));
            }
        }
    }
    /// Takes what comes within `timeout`; whether anything did.
    fn receive(&mut self, timeout: Duration) -> Result<bool, LinkError> {
        let mut buffer = [0; 1024];
        let count = self.line.read(&mut buffer, timeout)?;
        self.waiting.extend(&buffer[..count]);
        Ok(count > 0)
    }
    /// Lets everything pass that is under way, until the board hunts.
    fn settle(&mut self) -> Result<(), LinkError> {
        // a board that never stops talking is none
        for _ in 0..10_000 {
            let quiet = !self.receive(self.timing.silence())?;
            // a complaint about a damaged request is counted even if it comes late
            for byte in std::mem::take(&mut self.waiting) {
                if let Ok(Some(response)) = self.decoder.push(byte) {
                    self.count_damaged(response.damaged);
                }
            }
            if quiet {
                return Ok(());
            }
        }
        Err(LinkError::NoAnswer { attempts: 0, last: "the line does not come to rest".into() })
    }
    fn count_damaged(&mut self, count: u8) {
        let before = self.damaged_seen.replace(count).unwrap_or(count);
        self.statistics.damaged_requests += u64::from(count.wrapping_sub(before));
    }
}
