//! The golden model's meaning, made for speed: training and sweeps in software.
//!
//! What every number means stands in `docs/numerics.md`; `tests/equals_golden.rs` holds this engine to the oracle bit
//! for bit. It is written apart from it and shares only `drtp_core`: formats, polynomial, configuration.
//!
//! ```text
//!  x --> inputs: pairs that are not zero --> kernels: z = W x --> activation --> next layer's x
//!                        |                                            |
//!                        +--> update: u, one draw an input            +--> teach: d of owing layers
//!                                   |                                            |
//!                                   +-------> kernels: W' = clamp(W + d u) <-----+
//! ```
//!
//! Where the time goes, and what saves it:
//! - Zeros cost nothing: weights lie input by input, so an input of zero skips its row of neurons, for the sum and for
//!   the update.
//! - Inputs go in pairs: 16-bit weights, two inputs and eight neurons to a block of 32 bytes, multiplied and summed
//!   by one instruction where there is AVX2. Sums of integers do not depend on their order.
//! - Layers that owe nothing are not touched; `u` is computed once an input, and where it is zero no weight is read.
//! - Ten steps of the noise stream are one expression; columns of B are drawn once.
//! - Nothing is allocated for a sample.
//!
//! ```
//! use drtp_core::Config;
//! use drtp_fast::Model;
//! let config = Config::with_layers(1, &[2, 3, 2]).unwrap();
//! let mut model = Model::new(&config);
//! let outcome = model.learn(&[100, -5], 1);
//! assert!(outcome.owes);
//! assert_eq!(model.scores(), [0, 0]); // output weights start at zero
//! ```
#![deny(missing_docs)]
#![deny(unsafe_code)]

mod block;
mod columns;
mod inputs;
mod kernels;
mod layer;
mod model;
mod pairs;
mod portable;
mod soon;
mod stream;
mod teach;
mod writes;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use kernels::Kernels;
pub use model::{Model, Outcome};
pub use soon::soon;
pub use writes::WeightWrite;
