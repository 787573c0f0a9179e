//! The bridge's small blocks in the Rust simulation: the serial line both ways, and the CRC.
use drtp_core::bridge::{CRC_POLYNOMIAL, CRC_START};
use drtp_core::Bridge;
use drtp_hdl::activity::Clocked;
use drtp_hdl::bridge::{Crc, UartReceiver, UartSender};
use drtp_hdl::num::Uint;
use rust_hdl::prelude::*;

const RATES: [usize; 4] = [4, 5, 8, 50];

/// One cycle of a block with a clock `clk`.
macro_rules! cycle {
    ($block:expr) => {
        $block.fall();
        assert!(simulate(&mut $block, 20));
        $block.clk.next = Clock { clk: true };
        assert!(simulate(&mut $block, 20));
    };
}

/// Levels of a byte, and how the stop bit is.
fn levels(byte: u8, stop: bool) -> Vec<bool> {
    let data = (0..8).map(|bit| byte >> bit & 1 != 0);
    std::iter::once(false).chain(data).chain([stop]).collect()
}

/// What a receiver makes of levels of so many cycles each: bytes, whether each is broken, and the bits one by one.
fn receive(clocks: usize, line: impl IntoIterator<Item = (bool, usize)>) -> (Vec<(u8, bool)>, Vec<bool>) {
    let mut block = UartReceiver::new(&Bridge::new(clocks));
    block.connect_all();
    let (mut bytes, mut bits) = (vec![], vec![]);
    for (level, cycles) in line.into_iter().chain([(true, 2 * clocks)]) {
        for _ in 0..cycles {
            block.rx.next = level;
            cycle!(block);
            if block.data_valid.val() {
                bytes.push((block.data.val().raw() as u8, block.broken.val()));
            }
            if block.bit_valid.val() {
                bits.push(block.bit_value.val());
            }
        }
    }
    (bytes, bits)
}

#[test]
fn every_byte_is_received() {
    for clocks in RATES {
        let line = (0..=255).flat_map(|b| levels(b, true)).map(|level| (level, clocks));
        let (bytes, bits) = receive(clocks, line);
        assert_eq!(bytes, (0..=255).map(|b| (b, false)).collect::<Vec<_>>());
        assert_eq!(bits, (0..=255).flat_map(|b| levels(b, true)[1..9].to_vec()).collect::<Vec<_>>());
    }
}
#[test]
fn a_missing_stop_bit_is_told_and_the_next_byte_is_whole() {
    let line = [levels(0x35, false), vec![true], levels(0x5A, true)].concat();
    let (bytes, _) = receive(8, line.into_iter().map(|level| (level, 8)));
    assert_eq!(bytes, [(0x35, true), (0x5A, false)]);
}
#[test]
fn a_spike_is_no_byte_and_a_dead_line_is_one() {
    let (bytes, _) = receive(8, [(true, 20), (false, 2), (true, 100)]);
    assert_eq!(bytes, []);
    let (bytes, _) = receive(8, [(false, 1000)]);
    assert_eq!(bytes, [(0, true)]);
}
#[test]
fn a_rate_two_percent_beside_is_understood() {
    for length in [49, 51] {
        let line = (0..=255).flat_map(|b| levels(b, true)).map(|level| (level, length));
        assert_eq!(receive(50, line).0, (0..=255).map(|b| (b, false)).collect::<Vec<_>>());
    }
}

#[test]
fn bytes_are_sent_as_levels() {
    for clocks in RATES {
        let mut block = UartSender::new(&Bridge::new(clocks));
        block.connect_all();
        cycle!(block);
        assert!(block.tx.val(), "the line rests high from the first moment");
        for byte in [0x00, 0xFF, 0xA5, 0x01, 0x80] {
            block.start.next = true;
            block.data.next = Uint::new(byte.into(), 8);
            cycle!(block);
            block.start.next = false;
            let (mut line, mut bits) = (vec![], vec![]);
            while !block.ready.val() {
                line.push(block.tx.val());
                if block.bit_valid.val() {
                    bits.push(block.bit_value.val());
                }
                cycle!(block);
            }
            let expected: Vec<bool> = levels(byte, true).into_iter().flat_map(|l| vec![l; clocks]).collect();
            assert_eq!(line, expected);
            assert_eq!(bits, levels(byte, true)[1..9]);
        }
    }
}

#[test]
fn crc_is_that_of_the_bytes_and_its_own_is_zero() {
    let mut block = Crc::default();
    block.connect_all();
    block.start.next = true;
    cycle!(block);
    block.start.next = false;
    let take = |block: &mut Crc, byte: u8| {
        for bit in 0..8 {
            block.bit_valid.next = true;
            block.bit_value.next = byte >> bit & 1 != 0;
            cycle!(*block);
        }
    };
    let expected = b"123456789".iter().fold(CRC_START, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |c, _| if c & 1 != 0 { c >> 1 ^ CRC_POLYNOMIAL } else { c >> 1 })
    });
    assert_eq!(expected, 0x6F91);
    b"123456789".iter().for_each(|byte| take(&mut block, *byte));
    for half in expected.to_le_bytes() {
        assert!(!block.zero.val());
        assert_eq!(block.low.val().raw(), i64::from(half), "the next byte to send");
        take(&mut block, half);
    }
    assert!(block.zero.val());
}
