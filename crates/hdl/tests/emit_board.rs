//! The printed board: its ports, the core inside, and what Verilator says.
mod common;
mod support;

use drtp_core::{Bridge, Config};
use support::lint;

fn board(lanes: usize, layers: &[usize]) -> String {
    let config = Config::with_layers(lanes, layers).expect("valid");
    let files = drtp_hdl::board::files(&config, &Bridge::new(12)).unwrap_or_else(|e| panic!("{e}"));
    assert!(files.models.is_empty());
    files.core
}

#[test]
fn verilator_finds_nothing_to_say() {
    for layers in [&[64, 32, 10][..], &[784, 128, 10], &[1, 1], &[13, 7, 5, 3]] {
        lint(&board(4, layers), drtp_hdl::board::TOP);
    }
}
