//! Every integration test of this crate in one binary: it links what they share once.
mod cifar10;
mod common;
mod folder;
mod idx;
