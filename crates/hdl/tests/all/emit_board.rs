//! The printed board: its ports, the core inside, and what Verilator says.

use crate::support::lint;
use drtp_core::{Bridge, Config, Design};

fn board(layers: &[usize], watchdog: bool) -> String {
    let config = Config::with_layers(4, layers).expect("valid");
    let design = Design { watchdog, ..config.design().clone() };
    let config = Config::new(design, config.network().clone()).expect("it fits as before");
    let files = drtp_hdl::board::files(&config, &Bridge::new(12)).unwrap_or_else(|e| panic!("{e}"));
    assert!(files.models.is_empty());
    files.core
}

#[test]
fn verilator_finds_nothing_to_say() {
    for layers in [&[64, 32, 10][..], &[784, 128, 10], &[1, 1], &[13, 7, 5, 3]] {
        lint(&board(layers, false), drtp_hdl::board::TOP);
    }
    lint(&board(&[13, 7, 3], true), drtp_hdl::board::TOP);
}
