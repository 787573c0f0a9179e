//! What an accelerator takes before it is built, and what other learning rules would take on the same array.
//!
//! ```text
//! statistics  how often inputs are not zero, layers owe, weights change
//! array       the parts of a sample's work      rules   put together, one file a rule
//! cost        accesses, operations, cycles      energy  of them, at 45 nm: a relative proxy
//! cases       designs to synthesise             sample  what synthesis made of them (data/)
//! resources   LUT4, FF and gates by a model fitted to samples; memories and multipliers exactly
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod array;
mod cases;
pub mod cost;
pub mod energy;
pub mod resources;
mod rules;
mod sample;
mod statistics;
mod target;

pub use array::BETWEEN_PASSES;
pub use cases::cases;
pub use cost::{Cost, Kind};
pub use rules::Method;
pub use sample::{Measured, Sample};
pub use statistics::{LayerStatistics, Statistics, Taker};
pub use target::Target;
