//! Drawn bytes for `checks/packets.rs`.
#![no_main]
// The files alone: their crate brings the whole hardware description, which takes minutes to instrument.
#[allow(dead_code)]
#[path = "../../../crates/board/src/link.rs"]
mod link;
#[path = "../checks/packets.rs"]
mod packets;
#[allow(dead_code)]
#[path = "../../../crates/board/src/protocol.rs"]
mod protocol;

mod board {
    pub use crate::link::{Link, Timing, Transport};
    pub mod protocol {
        pub use crate::protocol::{crc, Decoder, Request};
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| packets::check(bytes));
