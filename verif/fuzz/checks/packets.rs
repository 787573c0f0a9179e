//! The serial line of a board. Towards the host: any bytes are responses, damage or nothing. Towards the board: whatever
//! a host asks for, each packet on the line reads back as that request, however the line answers.
use crate::board::protocol::{crc, Decoder, Request};
use crate::board::{Link, Timing, Transport};
use drtp_core::bridge::{HELLO, MAX_WORDS, READ, REQUEST, REQUEST_HEADER, SAMPLE, WRITE};
use std::io;
use std::time::Duration;

/// A line on which the fuzzer answers: a byte of length, then so many bytes; a length of 0 is silence.
struct Line<'a> {
    answers: &'a [u8],
    /// What is asked for now; none while greeting.
    asked: Option<Request>,
}

impl Transport for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        assert_eq!((bytes[0], crc(&bytes[1..])), (REQUEST, 0));
        let read = read(bytes);
        assert_eq!(read, *self.asked.as_ref().unwrap_or(&Request::Hello));
        assert_eq!(read.encode(bytes[1]), bytes);
        Ok(())
    }
    fn read(&mut self, buffer: &mut [u8], _: Duration) -> io::Result<usize> {
        let Some((count, rest)) = self.answers.split_first() else { return Ok(0) };
        let count = usize::from(*count).min(rest.len()).min(buffer.len());
        let (now, later) = rest.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.answers = later;
        Ok(count)
    }
}

/// A request from its bytes, by `docs/bridge.md` and nothing else.
fn read(bytes: &[u8]) -> Request {
    let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let (operation, argument, length) = (bytes[2], word(3), usize::from(word(5)));
    let payload = &bytes[1 + REQUEST_HEADER..bytes.len() - 2];
    assert_eq!(payload.len(), length);
    let (address, fixed) = (argument & 0x7fff, argument >> 15 == 1);
    match operation & 0xc0 {
        HELLO => Request::Hello,
        WRITE => {
            let words = payload.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect();
            Request::Write { address, fixed, words }
        }
        READ => Request::Read { address, fixed, count: usize::from(operation & 0x3f) + 1 },
        SAMPLE => Request::Sample { user: argument as u8, bytes: payload.to_vec() },
        _ => unreachable!("two bits"),
    }
}

/// A request that a host may make, from five bytes and as many more as they say.
fn request(bytes: &mut &[u8]) -> Option<Request> {
    let (head, rest) = bytes.split_at_checked(5)?;
    let address = u16::from_le_bytes([head[1], head[2]]) & 0x7ffc;
    let (fixed, count) = (head[3] & 1 == 1, usize::from(head[4]));
    *bytes = rest;
    Some(match head[0] & 3 {
        0 => Request::Hello,
        1 => Request::Write {
            address,
            fixed,
            words: vec![u32::from_le_bytes([head[1], head[2], head[3], head[4]]); count % MAX_WORDS + 1],
        },
        2 => Request::Read { address, fixed, count: count % MAX_WORDS + 1 },
        _ => {
            let (sample, rest) = bytes.split_at(count.min(bytes.len()));
            *bytes = rest;
            Request::Sample { user: head[3], bytes: sample.to_vec() }
        }
    })
}

/// The first byte says how many bytes are requests; the rest is what the line answers.
pub fn check(bytes: &[u8]) {
    let mut decoder = Decoder::default();
    for byte in bytes {
        if let Ok(Some(response)) = decoder.push(*byte) {
            assert_eq!(response.words().count(), response.payload.len() / 4);
            // what was taken stood there
            let encoded = response.encode();
            assert!(bytes.windows(encoded.len()).any(|w| w == encoded));
        }
    }
    let Some((cut, rest)) = bytes.split_first() else { return };
    let (mut requests, answers) = rest.split_at(usize::from(*cut).min(rest.len()));
    let timing = Timing::new(3_000_000);
    let Ok(mut link) = Link::new(Line { answers, asked: None }, timing) else { return };
    while let Some(request) = request(&mut requests) {
        link.line().asked = Some(request.clone());
        if let Err(e) = link.exchange(&request) {
            assert!(!e.to_string().is_empty());
        }
    }
    let seen = link.statistics();
    assert!(seen.damaged() >= seen.damaged_responses);
}
