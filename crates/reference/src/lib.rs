//! Floating-point training by backpropagation, feedback alignment and direct random target projection: the paper's
//! experiments (Frenkel, Lefebvre and Bol 2021), for comparison with the hardware's integers.
//!
//! ```text
//!  experiment file --> Experiment --> for each run and trial:
//!                                       Network --- forward ---> Trace, Assessment (error)
//!                                          ^                        |
//!                                     Optimiser <--- gradients <--- Rule: one signal a hidden layer
//! ```
//!
//! Conventions everywhere: a batch is `[batch x values]`, row-major; weights are `[neurons x inputs]`; images have
//! their channels last; the loss is the mean over the batch of the sum over the outputs; gradients point uphill.
//! Nothing here reads or writes files but through `drtp_data`.
//!
//! ```
//! use drtp_reference::{Experiment, Options};
//!
//! let text = r#"
//!     title = "digits, in a moment"
//!     data = "digits"
//!     [network]
//!     hidden = [20]
//!     [training]
//!     optimiser = "adam"
//!     rate = 0.003
//!     epochs = 3
//!     trials = 2
//!     [[run]]
//!     rule = "drtp"
//! "#;
//! let experiment = Experiment::parse("moment.toml", text, &Options::default())?;
//! let report = experiment.run(None, &|_| {})?;
//! assert_eq!(report.runs[0].courses.len(), 2);
//! # Ok::<(), drtp_reference::ExperimentError>(())
//! ```
#![deny(missing_docs)]
// ndarray's slicing macro allows itself what `forbid` would not
#![deny(unsafe_code)]

mod activation;
mod angle;
mod experiment;
mod init;
mod loss;
mod random;
mod samples;
mod train;

pub mod layer;
pub mod network;
pub mod optimiser;
pub mod rule;
pub mod synthetic;

pub use activation::Activation;
pub use angle::angle;
pub use experiment::{Angles, Experiment, ExperimentError, Options, Paper, Report, Run, RunReport, Spread};
pub use init::{projection, Init};
pub use loss::{Assessment, Loss};
pub use network::Network;
pub use random::{Purpose, Random};
pub use rule::RuleKind;
pub use samples::{Samples, Task};
pub use train::{measure, train, Course, Epoch, Look, Plan};
