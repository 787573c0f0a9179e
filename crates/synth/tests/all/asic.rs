//! A small core in standard cells: areas, memory bits and the longest path, with learning and without.

use drtp_core::memories::memories;
use drtp_core::{Config, Design};
use drtp_synth::asic::{area, longest_path_ns, Liberty};
use drtp_synth::Tools;
use drtp_testing::need;

#[test]
fn learning_adds_cells_and_memory() {
    let Some(tools) = need(Tools::find()) else { return };
    let Some(liberty) = need(Liberty::open(None)) else { return };
    let config = Config::with_layers(2, &[8, 4, 3]).unwrap();
    let of = |learning: bool| {
        let design = Design { learning, counters: false, ..config.design().clone() };
        let config = Config::new(design, config.network().clone()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let area = area(&tools, &liberty, &config, folder.path()).unwrap();
        let bits: u64 = memories(config.design()).iter().map(|m| m.bits()).sum();
        assert_eq!(area.memory_bits, bits);
        assert!((area.cells / liberty.nand() - area.gate_equivalents).abs() < 1e-9);
        assert!(area.flip_flops > 0.0 && area.flip_flops < area.cells);
        let path = longest_path_ns(folder.path()).unwrap();
        // a clock of 20 MHz holds in any process that the library may be of
        assert!(path.is_none_or(|ns| ns > 0.0 && ns < 50.0), "{path:?}");
        assert!(path.is_some() || std::env::var("CI").as_deref() != Ok("true"), "OpenSTA is not there");
        area
    };
    let (with, without) = (of(true), of(false));
    assert!(with.cells > without.cells && with.memory_bits > without.memory_bits);
}
