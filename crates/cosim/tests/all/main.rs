//! Every integration test of this crate in one binary: it links what they share once.
mod common;
mod cycle_exact;
mod deferred_equals_immediate;
mod hardware_facts;
mod inference_only;
mod registers;
mod scoreboard;
mod waveform;
