//! Every integration test of this crate in one binary: it links what they share once.
mod board;
mod commands;
mod common;
mod demo;
mod doctor;
mod drift;
mod emit;
mod estimate;
mod experiment;
mod interrupted;
mod pages;
mod save_and_load;
mod sweep;
mod synth;
mod verification;
mod workflow;
