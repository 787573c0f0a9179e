//! Every integration test of this crate in one binary: it links what they share once.
mod asic;
mod cell_models;
mod common;
mod netlists;
