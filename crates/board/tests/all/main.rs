//! Every integration test of this crate in one binary: it links what they share once.
mod common;
mod damage;
mod learns;
mod protocol;
