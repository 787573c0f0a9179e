//! Bytes of the protocol: whatever comes is decoded or told to be damaged.
use drtp_board::protocol::{crc, Decoder, Request, Response};
use drtp_core::bridge::{Status, FIXED, RESPONSE};
use proptest::prelude::*;
use proptest::sample::select;

fn response() -> impl Strategy<Value = Response> {
    let payload = prop::collection::vec(any::<u8>(), 0..=512);
    (any::<u8>(), select(Status::ALL.to_vec()), any::<u8>(), any::<u8>(), payload)
        .prop_map(|(number, status, result, damaged, payload)| Response { number, status, result, damaged, payload })
}

/// What a decoder finds in some bytes.
fn decoded(bytes: &[u8]) -> Vec<Response> {
    let mut decoder = Decoder::default();
    bytes.iter().filter_map(|b| decoder.push(*b).ok().flatten()).collect()
}

proptest! {
    #[test]
    fn a_response_survives_the_line(response in response(), noise in prop::collection::vec(any::<u8>(), 0..20)) {
        let noise: Vec<u8> = noise.into_iter().filter(|b| *b != RESPONSE).collect();
        prop_assert_eq!(decoded(&[noise, response.encode()].concat()), vec![response]);
    }
    #[test]
    fn no_bytes_upset_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        decoded(&bytes);
    }
    #[test]
    fn up_to_three_flipped_bits_are_found(response in response(), flips in prop::collection::btree_set(0usize..1 << 16, 1..=3)) {
        let mut bytes = response.encode();
        let bits = 8 * (bytes.len() - 1);
        let flips: std::collections::BTreeSet<usize> = flips.into_iter().map(|f| 8 + f % bits).collect();
        flips.iter().for_each(|f| bytes[f / 8] ^= 1 << (f % 8));
        prop_assert_ne!(crc(&bytes[1..]), 0);
        // what a wrong length makes of the rest may begin anew, but never is the response
        prop_assert!(decoded(&bytes).iter().all(|r| *r != response));
    }
    #[test]
    fn a_flipped_bit_of_a_request_is_found(
        bytes in prop::collection::vec(any::<u8>(), 1..1000),
        user in any::<u8>(),
        number in any::<u8>(),
        flip in any::<usize>(),
    ) {
        let mut bytes = Request::Sample { user, bytes }.encode(number);
        prop_assert_eq!(crc(&bytes[1..]), 0);
        let flip = 8 + flip % (8 * (bytes.len() - 1));
        bytes[flip / 8] ^= 1 << (flip % 8);
        prop_assert_ne!(crc(&bytes[1..]), 0);
    }
}

#[test]
fn requests_are_laid_out_as_documented() {
    let without_crc = |r: Request| {
        let bytes = r.encode(0x11);
        bytes[..bytes.len() - 2].to_vec()
    };
    assert_eq!(without_crc(Request::Hello), [0xA5, 0x11, 0, 0, 0, 0, 0]);
    let write = Request::Write { address: 0x184, fixed: true, words: vec![0x0403_0201, 5] };
    assert_eq!(without_crc(write), [0xA5, 0x11, 0x40, 0x84, 0x81, 8, 0, 1, 2, 3, 4, 5, 0, 0, 0]);
    let read = Request::Read { address: 0x100, fixed: false, count: 64 };
    assert_eq!(without_crc(read), [0xA5, 0x11, 0xBF, 0x00, 0x01, 0, 0]);
    let sample = Request::Sample { user: 0x83, bytes: vec![9, 255] };
    assert_eq!(without_crc(sample), [0xA5, 0x11, 0xC0, 0x83, 0, 2, 0, 9, 255]);
    assert_eq!(FIXED, 0x8000);
}
