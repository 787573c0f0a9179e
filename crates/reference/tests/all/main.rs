//! Every integration test of this crate in one binary: it links what they share once.
mod committed;
mod gradients;
mod rules;
mod training;
