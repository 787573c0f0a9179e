//! What drtp touches of its user's machine: the files that it leaves, its cache, programs of others.
//!
//! - [`put`]: a file that is whole or not there, also where [`rest`] ends the run; [`append`], [`whole_lines`]: lines that a stopped run may have left half
//! - [`cache_folder`]: what drtp can make again
//! - [`Program`]: what is known of a tool of others
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod cache;
mod program;
mod whole;

pub use cache::cache_folder;
pub use program::Program;
pub use whole::{append, put, rest, whole_lines};
