//! The bridge between a host's serial line and the core: frames of `drtp_core::bridge` in, registers and streams out.
//!
//! ```text
//! uart_rx -> receiver -> frame reader -> request buffer -> executor -> registers, samples
//!                 bits -> CRC <- bits                         |
//! uart_tx <- sender <- frame sender  <- response buffer  <----+ <- words read, scores
//! ```
//! One request at a time: it is buffered whole and its CRC is checked before anything is done, and its response stays
//! until the next one, to be sent again. While a request is carried out or answered, the line is not listened to.
mod crc;
mod executor;
mod frame_reader;
mod frame_sender;
mod host_bridge;
mod uart_receiver;
mod uart_sender;

pub use crc::Crc;
pub use executor::Executor;
pub use frame_reader::FrameReader;
pub use frame_sender::FrameSender;
pub use host_bridge::HostBridge;
pub use uart_receiver::UartReceiver;
pub use uart_sender::UartSender;

use drtp_core::fixed::address_bits;

/// Width of a place in the response buffer, and of a response's length: one bit more.
pub(crate) const RESPONSE_BITS: usize = 9;
const _: () = assert!(drtp_core::bridge::RESPONSE_BYTES == 1 << RESPONSE_BITS);

/// Width of a counter of `clocks` cycles, from `clocks - 1` down.
fn counter_bits(clocks: usize) -> usize {
    address_bits(clocks)
}
