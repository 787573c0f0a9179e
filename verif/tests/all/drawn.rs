//! Whatever a user may choose: drawn configurations are generated, linted, synthesised, and learn as the golden model does.
use crate::tools::{lint, style, yosys, Yosys};
use drtp::cosim::verilator::available;
use drtp::cosim::{Device, Lockstep, Stall, Stalls, Step, VerilatorDevice};
use drtp::frames::{taught, with_samples};
use drtp_testing::need;
use drtp_verif::drawn::{drawn, seed, Drawn, LONG};
use drtp_verif::{emit, fresh};
use rayon::prelude::*;

/// Samples that each learns or classifies.
const SAMPLES: usize = 200;
/// Frames among them that must be dropped: each seventh of all.
const DROPPED: u64 = 33;
/// Configurations of the short tier, a test each.
const SHORT: usize = 2;

fn holds(drawn: &Drawn) {
    println!("{}: again with DRTP_SEED={}\n{}", drawn.name, seed(), drawn.config.to_toml());
    let package = fresh(env!("CARGO_TARGET_TMPDIR"), &drawn.name);
    emit(&drawn.config, &package);
    lint(&package);
    style(&package);
    yosys(&package, Yosys::Memories);
    if need(available()).is_some() {
        lockstep(drawn);
    }
}
/// The emitted Verilog beside the golden model.
fn lockstep(drawn: &Drawn) {
    let (config, pause) = (&drawn.config, if drawn.stalls { Stall::Random(80) } else { Stall::None });
    let device =
        VerilatorDevice::new(config, Stalls { input: pause, output: pause, bus: Stall::Random(80), seed: seed() });
    let mut both = Lockstep::new(config, device.unwrap_or_else(|e| panic!("{e}")));
    let frames = with_samples(config, SAMPLES, seed());
    let load = (!config.design().learning).then(|| Step::Load(taught(config, &frames)));
    let steps: Vec<Step> = load.into_iter().chain(frames.into_iter().map(Step::Frame)).collect();
    both.run(&steps).unwrap_or_else(|e| panic!("{e}"));
    let mismatches = both.finish().unwrap_or_else(|e| panic!("{e}")).to_vec();
    assert!(mismatches.is_empty(), "{} mismatches, the first: {}", mismatches.len(), mismatches[0]);
    let counters = both.device.counters();
    assert_eq!((counters.samples, counters.dropped), (SAMPLES as u64, DROPPED));
    assert_eq!(both.scoreboard.compared().0, (SAMPLES * config.network().classes()) as u64);
}

#[test]
fn first() {
    holds(&drawn(seed(), SHORT)[0]);
}
#[test]
fn second() {
    holds(&drawn(seed(), SHORT)[1]);
}
#[test]
#[ignore = "long tier: a hundred configurations, with every choice among them"]
fn a_hundred() {
    drawn(seed(), LONG)[SHORT..].par_iter().with_max_len(1).for_each(holds);
}
