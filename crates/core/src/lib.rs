//! The vocabulary of drtp: what every engine, generator and report agrees on. No input or output, no behaviour.
//!
//! - [`design`]: what is fixed when hardware is generated, and every width and depth that follows from it
//! - [`network`]: what is set at run time: topology, rule, shifts, seeds
//! - [`config`]: a design and a network that fit each other; [`draft`] reads one from a file
//! - [`fixed`]: number formats; [`taps`]: random streams; [`layout`]: where each weight lies
//! - [`draw`]: configurations drawn at random, for checks of all that may be chosen
//! - [`memories`]: what is stored where
//! - [`regs`]: the control registers; [`cycles`]: the exact time of a pass
//! - [`bridge`]: the frames between a host and a board
#![deny(missing_docs)]

pub mod bridge;
pub mod config;
pub mod cycles;
pub mod design;
pub mod draft;
pub mod draw;
pub mod error;
pub mod fixed;
pub mod layout;
pub mod memories;
pub mod network;
pub mod regs;
pub mod taps;

pub use bridge::Bridge;
pub use config::Config;
pub use design::{BankStyle, Design};
pub use draft::Draft;
pub use error::{ConfigErrors, Problem};
pub use layout::{Bank, Layout, Place};
pub use network::{Layer, Network, Nonlinearity, Projection, Rule, Seeds};
