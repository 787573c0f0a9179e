//! Lockstep co-simulation: one trait for every engine, one set of scenarios, one scoreboard.
//!
//! A [`Step`] is what a user of the accelerator does: send a frame, flush, init, configure. A [`Device`] carries steps
//! out and reports replies, weight writes and weights. [`Lockstep`] gives the same steps to two devices and compares
//! all of it.
//!
//! ```
//! use drtp_core::Config;
//! use drtp_cosim::{Frame, GoldenDevice, Lockstep, Step};
//!
//! // any device beside the golden model; here another one
//! let config = Config::with_layers(2, &[3, 4, 2])?;
//! let mut both = Lockstep::new(&config, GoldenDevice::new(&config));
//! both.run(&[Step::Frame(Frame::learn(&[100, 0, -7], 1)), Step::Flush])?;
//! assert!(both.finish()?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

pub mod audit;
pub mod bench;
pub mod device;
pub mod fast_device;
pub mod golden_device;
pub mod groups;
pub mod lockstep;
pub mod oracle;
pub mod scenario;
pub mod scoreboard;
pub mod stall;
pub mod trace;
pub mod verilator;
pub mod waveform;
mod work;

pub use bench::{Hardware, RustHdlDevice, Saved};
pub use device::{Counters, Device, DeviceError, DropReason, Frame, ObservedWrite, Packet, Reply, Step};
pub use fast_device::FastDevice;
pub use golden_device::GoldenDevice;
pub use lockstep::Lockstep;
pub use oracle::Oracle;
pub use scenario::Scenario;
pub use scoreboard::{Mismatch, Scoreboard};
pub use stall::{Stall, Stalls};
pub use verilator::VerilatorDevice;
pub use waveform::Waveform;
