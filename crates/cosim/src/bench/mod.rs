//! Hardware on the bench: a simulator shows its pins, and one driver, the same for all of them, is the master of its
//! streams and of its bus.

mod hardware;
mod pauses;
mod pins;
pub mod programme;
mod rust_hdl;
mod saved;
mod stream;

pub use hardware::Hardware;
pub use pins::{Beat, Inputs, Log, Outputs, Pins, RawWrite, ScoreBeat, Tables};
pub use programme::Bus;
pub use rust_hdl::RustHdlPins;
pub use saved::Saved;
pub(crate) use stream::verdict;
pub use stream::{StreamRun, Verdict};

/// The rust-hdl description, simulated cycle by cycle.
pub type RustHdlDevice = Hardware<RustHdlPins>;
