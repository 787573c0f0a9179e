//! The netlist of each board, with the cells' models: it runs in a simulator, and leaves reset when the PLL has locked.

use crate::common::{simulate, tools};
use drtp_synth::{netlist, Board, BoardName};
use std::fs;

/// A small core on the board; `bench` drives its pins and prints EQUAL.
fn leaves_reset(name: BoardName, bench: &str) {
    let Some(tools) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let board = Board::named(name).unwrap();
    let text =
        "[design]\nlanes = 1\ncounters = false\nmax_layers = 2\n[network]\ninputs = 8\n[[network.layer]]\nsize = 4\n\
                [[network.layer]]\nsize = 3\n";
    let config = drtp_core::Draft::parse("test", text).unwrap().config().unwrap();
    let netlist = netlist(&tools, &board, &config, None, folder.path()).unwrap();
    assert_eq!(netlist.top, name.name());
    let path = folder.path().join("bench.v");
    fs::write(&path, bench).unwrap();
    let mut files = vec![path];
    files.extend(netlist.files);
    let said = simulate(folder.path(), &files, netlist.defines);
    assert!(said.lines().any(|l| l == "EQUAL"), "{said}");
}

#[test]
fn ulx3s_leaves_reset() {
    leaves_reset(BoardName::Ulx3s, include_str!("cells/ulx3s_bench.v"));
}
#[test]
fn icebreaker_leaves_reset() {
    leaves_reset(BoardName::Icebreaker, include_str!("cells/icebreaker_bench.v"));
}
