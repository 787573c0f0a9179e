//! Drawn bytes for `checks/weights.rs`.
#![no_main]
#[path = "../checks/weights.rs"]
mod weights;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| weights::check(bytes));
