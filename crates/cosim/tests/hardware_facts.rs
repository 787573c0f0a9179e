//! Facts of the hardware that no comparison with the model shows: cycles, reads, lanes, resets.
mod common;
use common::*;
use drtp_core::*;
use drtp_cosim::*;
use proptest::prelude::*;

/// The network of `config` on other hardware.
fn with_lanes(config: &Config, lanes: usize) -> Config {
    let layout = Layout::new(lanes, config.network());
    let design = Design {
        lanes,
        hidden_words: layout.hidden_words().max(1),
        output_words: layout.output_words(),
        ..config.design().clone()
    };
    Config::new(design, config.network().clone()).expect("fits by construction")
}

fn frames(config: &Config, learn: bool) -> impl Strategy<Value = Vec<Step>> {
    let (inputs, classes) = (config.network().inputs, config.network().classes() as u8);
    prop::collection::vec((bytes(inputs), 0..classes), 3..8).prop_map(move |list| {
        let frame = |(x, t): &(Vec<i8>, u8)| if learn { Frame::learn(x, *t) } else { Frame::classify(x) };
        list.iter().map(|f| Step::Frame(frame(f))).collect()
    })
}
fn as_inference(steps: &[Step]) -> Vec<Step> {
    steps
        .iter()
        .map(|s| match s {
            Step::Frame(f) => Step::Frame(Frame::classify(&f.bytes)),
            other => other.clone(),
        })
        .collect()
}

proptest! {
    #![proptest_config(cases(100))]

    /// A result is a function of data, configuration and seeds alone.
    #[test]
    fn every_lane_count_gives_the_same_bits(
        (config, steps) in config().prop_flat_map(|c| (Just(c.clone()), frames(&c, true)))
    ) {
        let mut results = vec![];
        for lanes in [1, 4, 16] {
            let config = with_lanes(&config, lanes);
            let mut d = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
            let replies = d.run(&steps).unwrap();
            d.run(&[Step::Flush]).unwrap();
            results.push((replies, d.weights(), d.noise_state()));
        }
        prop_assert_eq!(&results[0], &results[1]);
        prop_assert_eq!(&results[0], &results[2]);
    }

    /// Learning is free: cycle for cycle the same as classifying, and every weight is read once a sample.
    #[test]
    fn learning_takes_the_cycles_of_an_inference(
        (config, steps) in config().prop_flat_map(|c| (Just(c.clone()), frames(&c, true)))
    ) {
        let mut counts = vec![];
        for steps in [steps.clone(), as_inference(&steps)] {
            let mut d = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
            let before = d.counters();
            d.run(&steps).unwrap();
            let after = d.counters();
            let intervals: Vec<u64> = d.intervals().collect();
            // the first sample waits for no scores of one before it; from then on the pace is steady
            prop_assert!(intervals[1..].windows(2).all(|w| w[0] == w[1]), "intervals {:?}", intervals);
            let reads = after.weight_reads - before.weight_reads;
            prop_assert_eq!(reads, (steps.len() * config.network().weights()) as u64);
            counts.push((after.cycles - before.cycles, intervals));
        }
        prop_assert_eq!(&counts[0], &counts[1]);
    }

    /// A bad frame leaves no trace: the samples around it are classified and learned as if it had never come.
    #[test]
    fn a_bad_frame_changes_nothing(
        (config, steps, bad, at) in config().prop_flat_map(|c| {
            let (i, o) = (c.network().inputs, c.network().classes());
            (Just(c.clone()), frames(&c, true), bad_frame(i, o, c.design().stream_bytes()), any::<prop::sample::Index>())
        })
    ) {
        let at = at.index(steps.len() + 1);
        let mut disturbed = steps.clone();
        disturbed.insert(at, Step::Frame(bad));
        let mut clean = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
        let mut dirty = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
        let expected = clean.run(&steps).unwrap();
        let mut got = dirty.run(&disturbed).unwrap();
        prop_assert!(matches!(got.remove(at), Reply::Dropped(_)));
        prop_assert_eq!(expected, got);
        clean.run(&[Step::Flush]).unwrap();
        dirty.run(&[Step::Flush]).unwrap();
        prop_assert_eq!(clean.weights(), dirty.weights());
        prop_assert_eq!(clean.noise_state(), dirty.noise_state());
        prop_assert_eq!(clean.counters().weight_writes, dirty.counters().weight_writes);
        prop_assert_eq!(dirty.counters().dropped, 1);
    }

    /// What cannot be configured is refused, and everything goes on as before.
    #[test]
    fn a_configuration_that_does_not_fit_is_refused(
        (config, steps, kind) in config().prop_flat_map(|c| (Just(c.clone()), frames(&c, true), 0..6usize))
    ) {
        let mut n = config.network().clone();
        let last = n.depth() - 1;
        match kind {
            0 => n.inputs = config.design().max_width + 1,
            1 => n.layers[last].size = 129,
            2 => n.layers[0].wf = 16,
            3 => n.layers[last].shift = 13,
            4 => n.layers[last].init_bits = config.design().output_bits as u32 - 1,
            _ => n.dead_zone = 255,
        }
        prop_assert!(config.with_network(n.clone()).is_err());
        let mut all = steps.clone();
        all.push(Step::Configure(n));
        all.extend(steps);
        check(&Scenario { config, steps: all, stalls: Stalls::NONE })?;
    }
}

/// Every topology up to 4 layers of 1 to 3 neurons on every usual lane count: the smallest cases, all of them.
#[test]
fn smallest_networks_all() {
    for lanes in [1, 2, 4, 16] {
        for depth in 1..=3u32 {
            for code in 0..3usize.pow(depth + 1) {
                let sizes: Vec<usize> = (0..=depth).map(|k| 1 + code / 3usize.pow(k) % 3).collect();
                let config = Config::with_layers(lanes, &sizes).unwrap();
                let x = |n: usize| (0..sizes[0]).map(|i| (n * 83 + i * 47) as u8 as i8).collect::<Vec<_>>();
                let classes = sizes[sizes.len() - 1];
                let steps: Vec<Step> = (0..6).map(|n| Step::Frame(Frame::learn(&x(n), (n % classes) as u8))).collect();
                let found = Scenario { config, steps, stalls: Stalls::NONE }.run(RustHdlDevice::new).unwrap();
                assert!(found.is_empty(), "{lanes} lanes, {sizes:?}: {}", found[0]);
            }
        }
    }
}

/// More lanes than one word of pending errors holds.
#[test]
fn wide_cores_learn_in_lockstep() {
    for lanes in [32, 64] {
        for (sizes, projection) in
            [([9, 70, 5], Projection::Binary), ([5, 33, 40], Projection::Ternary), ([3, 64, 100], Projection::Ternary)]
        {
            let config = Config::with_layers(lanes, &sizes).unwrap();
            let network = Network { projection, ..config.network().clone() };
            let config = config.with_network(network).unwrap();
            let x = |n: usize| (0..sizes[0]).map(|i| (n * 83 + i * 47) as u8 as i8).collect::<Vec<_>>();
            let steps = (0..12).map(|n| Step::Frame(Frame::learn(&x(n), (n % sizes[2]) as u8))).collect();
            let found = Scenario { config, steps, stalls: Stalls::NONE }.run(RustHdlDevice::new).unwrap();
            assert!(found.is_empty(), "{lanes} lanes, {sizes:?}: {}", found[0]);
        }
    }
}

/// A reset at any moment of a sample leaves a core like one just powered up.
#[test]
fn reset_at_every_cycle_starts_afresh() {
    let config = Config::with_layers(2, &[4, 3, 2]).unwrap();
    let frame = |n: i8| Frame::learn(&[n, -n, 100, 7], (n % 2) as u8);
    let steps: Vec<Step> = (1..5).map(|n| Step::Frame(frame(n * 30))).collect();
    let mut fresh = GoldenDevice::new(&config);
    let expected = fresh.run(&steps).unwrap();
    for cycles in 0..90 {
        let mut d = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
        d.run(&[Step::Frame(frame(9))]).unwrap();
        d.reset_within(&frame(11), cycles).unwrap();
        assert_eq!(d.run(&steps).unwrap(), expected, "after a reset in cycle {cycles}");
        d.run(&[Step::Flush]).unwrap();
        assert_eq!(d.weights(), fresh.weights(), "after a reset in cycle {cycles}");
        assert_eq!(d.noise_state(), fresh.noise_state());
    }
}
