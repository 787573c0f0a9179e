//! A drtp core on a board, behind a serial line: `docs/bridge.md`.
//!
//! ```text
//! BoardDevice   steps: samples, commands, weights       (the trait of all engines)
//! Link          requests that are carried out once, whatever the line does to them
//! protocol      bytes of requests and responses
//! Transport     SerialLine, or SimulatedLine: the Verilated board, pin by pin
//! ```
#![deny(missing_docs)]

mod device;
mod link;
pub mod protocol;
mod serial;
mod simulated;

pub use device::{design, network, BoardDevice};
pub use link::{Link, LinkError, LinkStatistics, Timing, Transport};
pub use serial::SerialLine;
pub use simulated::SimulatedLine;
