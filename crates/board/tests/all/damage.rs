//! What damaged requests do to the Verilated board: nothing. And what a link tells about it.

use crate::common::*;
use drtp_board::protocol::{Decoder, Request, Response};
use drtp_board::{BoardDevice, LinkError, SimulatedLine, Transport};
use drtp_core::bridge::{Status, MAX_WORDS, VERSION};
use drtp_core::regs;
use drtp_cosim::verilator::board::Board;
use drtp_cosim::{Device, Reply, Step};
use std::time::Duration;

/// Responses to some symbols, until nothing comes any more.
fn answers(line: &mut SimulatedLine, symbols: &[u16]) -> Vec<Response> {
    line.send(symbols);
    let (mut decoder, mut buffer, mut out) = (Decoder::default(), [0; 512], vec![]);
    while let Ok(count @ 1..) = line.read(&mut buffer, Duration::from_millis(1)) {
        out.extend(buffer[..count].iter().filter_map(|b| decoder.push(*b).expect("the line is clean")));
    }
    out
}
fn symbols(bytes: &[u8]) -> Vec<u16> {
    bytes.iter().map(|b| Board::symbol(*b)).collect()
}
fn ask(line: &mut SimulatedLine, number: u8, request: &Request) -> Response {
    let mut all = answers(line, &symbols(&request.encode(number)));
    assert_eq!(all.len(), 1, "{request:?}");
    all.remove(0)
}
fn board() -> Option<SimulatedLine> {
    have_verilator().then(|| line(&config(), &BRIDGE))
}
fn read(address: u16, count: usize, fixed: bool) -> Request {
    Request::Read { address, fixed, count }
}

#[test]
fn nothing_is_done_before_a_hello() {
    let Some(mut line) = board() else { return };
    let early = ask(&mut line, 9, &read(regs::ID, 1, true));
    assert_eq!((early.status, early.number, early.payload.len()), (Status::NotGreeted, 9, 0));
    let hello = ask(&mut line, 9, &Request::Hello);
    assert_eq!((hello.status, hello.number, hello.result, hello.damaged), (Status::Done, 9, VERSION, 0));
    let id = ask(&mut line, 10, &read(regs::ID, 1, true));
    assert_eq!(id.words().collect::<Vec<_>>(), [regs::ID_VALUE]);
    line.board.reset();
    assert_eq!(ask(&mut line, 11, &read(regs::ID, 1, true)).status, Status::NotGreeted);
}

#[test]
fn bursts_end_at_the_word_that_is_refused() {
    let Some(mut line) = board() else { return };
    ask(&mut line, 0, &Request::Hello);
    // eight constants, CTRL, STATUS, IRQ_STATUS, ..: 0x048 is no register
    let all = ask(&mut line, 1, &read(regs::ID, MAX_WORDS, false));
    assert_eq!((all.status, all.result, all.words().count()), (Status::Refused, 18, 18));
    assert_eq!(all.words().take(3).collect::<Vec<_>>(), [regs::ID_VALUE, regs::VERSION_VALUE, 4]);
    let fixed = ask(&mut line, 2, &read(regs::LANES, MAX_WORDS, true));
    assert_eq!((fixed.status, fixed.result), (Status::Done, 64));
    assert!(fixed.words().eq([4; 64]));
    let words = vec![1, 2, 3, 77];
    let write = ask(&mut line, 3, &Request::Write { address: regs::SEED_INIT, fixed: false, words });
    assert_eq!((write.status, write.result), (Status::Done, 4));
    assert!(ask(&mut line, 4, &read(regs::SEED_INIT, 4, false)).words().eq([1, 2, 3, 77]));
    let write = ask(&mut line, 5, &Request::Write { address: regs::LAYERS, fixed: true, words: vec![2, 2, 99, 1] });
    assert_eq!((write.status, write.result), (Status::Refused, 2));
    assert!(ask(&mut line, 6, &read(regs::LAYERS, 1, true)).words().eq([2]));
    // what is no request at all
    let empty = Request::Write { address: regs::LAYERS, fixed: true, words: vec![] };
    assert_eq!(ask(&mut line, 7, &empty).status, Status::Malformed);
    assert_eq!(ask(&mut line, 8, &Request::Sample { user: 127, bytes: vec![] }).status, Status::Malformed);
}

#[test]
fn a_number_is_carried_out_once() {
    let Some(mut line) = board() else { return };
    ask(&mut line, 0, &Request::Hello);
    let Step::Frame(frame) = digits(1).remove(0) else { unreachable!("a frame") };
    let sample = Request::Sample { user: frame.user, bytes: frame.bytes.iter().map(|b| *b as u8).collect() };
    let mut first = ask(&mut line, 2, &sample);
    assert_eq!((first.status, first.words().count()), (Status::Done, 10));
    for _ in 0..3 {
        assert_eq!(ask(&mut line, 2, &sample), first);
        // a damaged request in between does not touch what is kept
        let mut damaged = symbols(&sample.encode(3));
        damaged[20] ^= 1 << 4;
        let complaint = answers(&mut line, &damaged);
        assert_eq!((complaint.len(), complaint[0].status, complaint[0].number), (1, Status::BadCrc, 2));
        first.damaged += 1;
    }
    let learned = read(regs::counter(regs::Counter::Learned), 1, true);
    assert!(ask(&mut line, 3, &learned).words().eq([1]), "learned once");
}

#[test]
fn a_damaged_sample_changes_nothing() {
    let Some(line) = board() else { return };
    let mut device = BoardDevice::new(link(line), &config()).unwrap_or_else(|e| panic!("{e}"));
    device.run(&digits(5)).and_then(|_| device.run(&[Step::Flush])).unwrap_or_else(|e| panic!("{e}"));
    let (weights, noise) = (device.weights(), device.noise_state());
    let Step::Frame(frame) = digits(6).remove(5) else { unreachable!("a frame") };
    let sample = Request::Sample { user: frame.user, bytes: frame.bytes.iter().map(|b| *b as u8).collect() };
    let mut random = Random::new(3);
    let mut complaints = 0;
    for n in 0..40 {
        let mut damaged = symbols(&sample.encode(random.below(256) as u8));
        let at = 1 + random.below(damaged.len() - 1);
        let expected = match n % 5 {
            0 => {
                damaged[at] ^= 2 << random.below(8);
                None
            }
            1 => {
                damaged.remove(at);
                None
            }
            2 => {
                damaged.truncate(at.max(2));
                Some(Status::BrokenOff)
            }
            3 => {
                damaged[at] &= 0x1ff;
                Some(Status::BrokenByte)
            }
            _ => {
                // a length beyond the buffer
                damaged[6] = Board::symbol(0x40);
                Some(Status::TooLong)
            }
        };
        let said = answers(device.link().line(), &damaged);
        assert!(!said.is_empty() && said.iter().all(|r| r.status.is_damage()), "{n}: {said:?}");
        complaints += said.len();
        expected.iter().for_each(|e| assert_eq!(said[0].status, *e));
        assert_eq!(device.link().line().board.leds() & 8, 8, "the lamp of damage");
    }
    assert!(complaints >= 40);
    assert_eq!((device.weights(), device.noise_state()), (weights, noise));
    assert_eq!(device.link().line().board.leds(), 1, "initialised, not busy, nothing owed, no damage");
    assert_eq!(device.statistics().damaged_requests, complaints as u64, "all were told");
}
#[test]
fn a_good_request_behind_any_garbage_is_answered() {
    let Some(mut line) = board() else { return };
    let mut random = Random::new(11);
    for n in 0..200u32 {
        // bytes, bytes without a stop bit, many first bytes, half requests
        let garbage: Vec<u16> = (0..random.below(120))
            .map(|_| match random.below(6) {
                0 => Board::symbol(0xA5),
                1 => random.below(1024) as u16 & !1,
                _ => Board::symbol(random.below(256) as u8),
            })
            .collect();
        let complaints = answers(&mut line, &garbage);
        assert!(complaints.iter().all(|r| r.status.is_damage()), "{n}: {complaints:?}");
        let hello = ask(&mut line, n as u8, &Request::Hello);
        assert_eq!((hello.status, hello.number), (Status::Done, n as u8));
    }
}

#[test]
fn a_reset_board_and_a_dead_line_are_told() {
    let Some(line) = board() else { return };
    let mut link = link(line);
    link.exchange(&read(regs::ID, 1, true)).unwrap_or_else(|e| panic!("{e}"));
    link.line().board.reset();
    let e = link.exchange(&read(regs::ID, 1, true)).expect_err("it was reset");
    assert!(matches!(e, LinkError::BoardReset), "{e}");
    link.greet().unwrap_or_else(|e| panic!("{e}"));
    link.exchange(&read(regs::ID, 1, true)).unwrap_or_else(|e| panic!("{e}"));

    struct Dead;
    impl Transport for Dead {
        fn write(&mut self, _: &[u8]) -> std::io::Result<()> {
            Ok(())
        }
        fn read(&mut self, _: &mut [u8], _: Duration) -> std::io::Result<usize> {
            Ok(0)
        }
    }
    let e = drtp_board::Link::new(Dead, timing()).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(e.starts_with("no answer after 20 attempts; the last one: nothing came for"), "{e}");
}

#[test]
fn the_lamps_tell_what_the_core_does() {
    let Some(mut line) = board() else { return };
    // init: nothing can be learned yet
    assert_eq!(line.board.leds(), 0);
    ask(&mut line, 0, &Request::Hello);
    let mut device = BoardDevice::new(link(line), &config()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(device.link().line().board.leds(), 1);
    let replies = device.run(&digits(1)).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(&replies[0], Reply::Packet(p) if p.owes));
    assert_eq!(device.link().line().board.leds(), 1 | 4, "an update is owed");
    device.run(&[Step::Flush]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(device.link().line().board.leds(), 1);
}
