//! Drawn bytes for `checks/idx.rs`.
#![no_main]
#[path = "../checks/idx.rs"]
mod idx;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| idx::check(bytes));
