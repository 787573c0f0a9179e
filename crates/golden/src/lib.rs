//! Bit-exact model of the accelerator: the oracle that every other engine is held to.
//!
//! Plain loops in the order of the equations, and the update applied at once: nothing here knows of lanes, banks,
//! events or deferral. Shapes: `W[k][j][i]`, layer (from 0), neuron, input; the last input of a neuron is the bias.
//!
//! ```
//! use drtp_core::Config;
//! use drtp_golden::Model;
//! let config = Config::with_layers(1, &[2, 3, 2]).unwrap();
//! let mut model = Model::new(&config);
//! let outcome = model.learn(&[100, -5], 1);
//! assert_eq!(outcome.scores, [0, 0]); // output weights start at zero
//! ```
#![deny(missing_docs)]

mod forward;
mod model;
mod projection;
mod random;
mod teach;
mod update;

pub use forward::{argmax, forward, Forward};
pub use model::{Model, Outcome};
pub use projection::Columns;
pub use random::Stream;
pub use teach::output_error;
pub use update::WeightWrite;
