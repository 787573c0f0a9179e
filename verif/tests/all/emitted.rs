//! Every lane count, width and depth can be generated, and no tool has a remark on it.
use crate::tools::{lint, style, yosys, Yosys};
use drtp_verif::variants::{self, Variant};
use drtp_verif::{config, emit, fresh};
use rayon::prelude::*;

fn accepted(variant: &Variant, how_far: Yosys) {
    let package = fresh(env!("CARGO_TARGET_TMPDIR"), &variant.name());
    emit(&config(&variant.toml()), &package);
    lint(&package);
    style(&package);
    yosys(&package, how_far);
}

#[test]
fn smallest() {
    accepted(&variants::smallest(), Yosys::Whole);
}
#[test]
fn no_hidden_layer() {
    accepted(&variants::no_hidden_layer(), Yosys::Memories);
}
#[test]
fn equal_banks() {
    accepted(&variants::equal_banks(), Yosys::Memories);
}
#[test]
fn wide_hidden_weights() {
    accepted(&variants::wide_hidden_weights(), Yosys::Memories);
}
#[test]
fn room_to_spare() {
    accepted(&variants::room_to_spare(), Yosys::Memories);
}
#[test]
fn reference_on_one_lane() {
    accepted(&variants::reference(1), Yosys::Memories);
}
#[test]
fn reference_on_four_lanes() {
    accepted(&variants::reference(4), Yosys::Memories);
}
#[test]
fn reference_on_sixteen_lanes() {
    accepted(&variants::reference(16), Yosys::Memories);
}
#[test]
#[ignore = "long tier: every lane count and pair of widths, synthesised to the last gate"]
fn every_lane_count_and_width() {
    let extremes = [
        variants::no_hidden_layer(),
        variants::equal_banks(),
        variants::wide_hidden_weights(),
        variants::room_to_spare(),
        variants::reference(1),
        variants::reference(4),
        variants::reference(16),
    ];
    let all: Vec<Variant> = extremes.into_iter().chain(variants::lanes_and_widths()).collect();
    all.par_iter().with_max_len(1).for_each(|v| accepted(v, Yosys::Whole));
}
