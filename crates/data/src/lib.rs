//! Data sets for drtp: IDX files, CIFAR-10's binary files, a small embedded set of digits, shuffling and splits.
//!
//! ```text
//!  bytes / path --> idx ----+
//!  folder --------> folder -+--> Dataset --> Split { train, test }
//!  folder -------> cifar10 -+       |
//!  embedded ------> digits -+       |
//!                                   +------> Holdout { train, validation }
//!                                   +------> edges: features in place of pixels
//!  seed ----------> Shuffle -------------->  order of an epoch
//! ```
//!
//! A [`Dataset`] holds what an engine is fed: activations, signed 8 bit of value x / 128, and target classes. No type
//! here depends on a network's configuration, and nothing is downloaded: the files of MNIST and its relatives are the
//! user's, [`digits`] comes with the crate.
//!
//! What goes in from outside (files, sizes asked for) fails with a [`DataError`]; only an index of the caller's own
//! that is out of range panics, as with a slice.
//!
//! ```
//! use drtp_data::{digits, Shuffle};
//!
//! let split = digits(1);
//! let mut shuffle = Shuffle::new(7);
//! for i in shuffle.epoch(split.train.len()) {
//!     let sample = split.train.sample(i);
//!     assert_eq!(sample.x.len(), 64);
//!     assert!(sample.target < 10);
//! }
//! ```
//!
//! # Attribution
//!
//! The digits are "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
//! Repository, <https://doi.org/10.24432/C50P49>, licensed
//! [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/); nothing but the file format was changed. See
//! `assets/README.md`; [`DIGITS_ATTRIBUTION`] is this line for programs to print.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod cifar10;
mod dataset;
mod digits;
mod edges;
mod error;
mod folder;
pub mod idx;
mod shuffle;
mod split;

pub use dataset::{Dataset, Sample, Samples, MAX_CLASSES};
pub use digits::{all_digits, digits, DIGITS_ATTRIBUTION, DIGITS_CLASSES, DIGITS_INPUTS, DIGITS_SAMPLES};
pub use edges::Edges;
pub use error::{DataError, Place};
pub use folder::load_folder;
pub use shuffle::Shuffle;
pub use split::{split_validation, Holdout, Split};
