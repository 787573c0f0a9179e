//! Measurements, one file each in `benches`: `cargo bench -p drtp-bench --bench NAME`. Results are in `docs/record`.
//!
//! A crate of their own, so that tests need not compile what measures.
#![deny(missing_docs)]
