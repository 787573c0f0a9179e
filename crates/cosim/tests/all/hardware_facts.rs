//! Facts of the hardware that no comparison with the model shows: cycles, reads, lanes, resets, counters. The same for
//! each simulator; `rust_hdl` draws a design for each case, `verilator_model` a network for one of a few designs.
use crate::common::*;
use drtp_core::regs::{self, Counter};
use drtp_core::*;
use drtp_cosim::bench::{Hardware, Pins};
use drtp_cosim::*;
use proptest::prelude::*;

type Checked = Result<(), TestCaseError>;
/// How a simulator is made.
trait Make<P: Pins>: Fn(&Config, Stalls) -> Result<Hardware<P>, DeviceError> + Copy {}
impl<P: Pins, F: Fn(&Config, Stalls) -> Result<Hardware<P>, DeviceError> + Copy> Make<P> for F {}

/// A network on hardware that powers up with it or with another one.
#[derive(Clone, Debug)]
struct Case {
    power_up: Config,
    network: Network,
    stalls: Stalls,
}

impl Case {
    fn config(&self) -> Config {
        self.power_up.with_network(self.network.clone()).expect("drawn to fit")
    }
    /// A device that runs the network.
    fn start<P: Pins>(&self, make: impl Make<P>) -> Hardware<P> {
        let mut device = make(&self.power_up, self.stalls).unwrap();
        if self.network != *self.power_up.network() {
            let replies = device.run(&[Step::Configure(self.network.clone()), Step::Init]).unwrap();
            assert_eq!(replies, [Reply::Done, Reply::Done]);
        }
        device
    }
    /// The same network on other hardware.
    fn on(&self, power_up: Config) -> Self {
        Self { power_up, ..self.clone() }
    }
}

/// A design for each case.
fn any_design() -> impl Strategy<Value = Case> {
    (config(), any::<u64>()).prop_map(|(config, seed)| {
        let stalls = Stalls { bus: Stall::Random(60), seed, ..Stalls::NONE };
        Case { network: config.network().clone(), power_up: config, stalls }
    })
}
/// One of these designs.
fn one_of(designs: &[Config]) -> impl Strategy<Value = Case> {
    (prop::sample::select(designs.to_vec()), any::<u64>()).prop_flat_map(|(power_up, seed)| {
        let stalls = Stalls { bus: Stall::Random(60), seed, ..Stalls::NONE };
        network_on(&power_up).prop_map(move |c| Case {
            power_up: power_up.clone(),
            network: c.network().clone(),
            stalls,
        })
    })
}

fn frames(config: &Config, learn: bool) -> impl Strategy<Value = Vec<Step>> {
    let (inputs, classes) = (config.network().inputs, config.network().classes() as u8);
    prop::collection::vec((bytes(inputs), 0..classes), 3..8).prop_map(move |list| {
        let frame = |(x, t): &(Vec<i8>, u8)| if learn { Frame::learn(x, *t) } else { Frame::classify(x) };
        list.iter().map(|f| Step::Frame(frame(f))).collect()
    })
}
/// A case, and samples to learn.
fn learning(case: impl Strategy<Value = Case>) -> impl Strategy<Value = (Case, Vec<Step>)> {
    case.prop_flat_map(|c| (Just(c.clone()), frames(&c.config(), true)))
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

/// A result is a function of data, configuration and seeds alone.
fn every_lane_count_gives_the_same_bits<P: Pins>(cases: &[Case], steps: &[Step], make: impl Make<P>) -> Checked {
    let mut results = vec![];
    for case in cases {
        let mut d = case.start(make);
        let replies = d.run(steps).unwrap();
        d.run(&[Step::Flush]).unwrap();
        results.push((replies, d.weights(), d.noise_state()));
    }
    for other in &results[1..] {
        prop_assert_eq!(&results[0], other);
    }
    Ok(())
}

/// Learning is free. Busy cycles are those of the cycle model, which knows nothing of learning: golden's counters carry
/// it into each lockstep. And without hidden layers, on inputs without zeros, both runs visit the same events: then they
/// are equal cycle for cycle, and every weight is read once a sample.
fn learning_takes_the_cycles_of_an_inference<P: Pins>(case: &Case, steps: &[Step], make: impl Make<P>) -> Checked {
    for steps in [steps.to_vec(), as_inference(steps)] {
        let config = case.power_up.clone();
        check(&Scenario { config, steps: taking(&case.network, steps), stalls: Stalls::NONE }, make)?;
    }
    if case.network.depth() > 1 {
        return Ok(());
    }
    let dense: Vec<Step> = steps.iter().map(without_zeros).collect();
    let mut counts = vec![];
    for steps in [dense.clone(), as_inference(&dense)] {
        let mut d = case.start(make);
        let before = d.counters();
        d.run(&steps).unwrap();
        let after = d.counters();
        let intervals: Vec<u64> = d.intervals().collect();
        let reads = after.weight_reads - before.weight_reads;
        prop_assert_eq!(reads, (steps.len() * case.network.weights()) as u64);
        counts.push((after.cycles - before.cycles, intervals));
    }
    prop_assert_eq!(&counts[0], &counts[1]);
    Ok(())
}
fn without_zeros(step: &Step) -> Step {
    match step {
        Step::Frame(f) => {
            let bytes = f.bytes.iter().map(|b| if *b == 0 { 1 } else { *b }).collect();
            Step::Frame(Frame { bytes, user: f.user })
        }
        other => other.clone(),
    }
}

/// A bad frame leaves no trace: the samples around it are classified and learned as if it had never come.
fn a_bad_frame_changes_nothing<P: Pins>(
    case: &Case,
    steps: &[Step],
    bad: Frame,
    at: usize,
    make: impl Make<P>,
) -> Checked {
    let mut disturbed = steps.to_vec();
    disturbed.insert(at, Step::Frame(bad));
    let (mut clean, mut dirty) = (case.start(make), case.start(make));
    let expected = clean.run(steps).unwrap();
    let mut got = dirty.run(&disturbed).unwrap();
    prop_assert!(matches!(got.remove(at), Reply::Dropped(_)));
    prop_assert_eq!(expected, got);
    clean.run(&[Step::Flush]).unwrap();
    dirty.run(&[Step::Flush]).unwrap();
    prop_assert_eq!(clean.weights(), dirty.weights());
    prop_assert_eq!(clean.noise_state(), dirty.noise_state());
    prop_assert_eq!(clean.counters().weight_writes, dirty.counters().weight_writes);
    prop_assert_eq!(dirty.counters().dropped, 1);
    Ok(())
}

/// What cannot be configured is refused, and everything goes on as before.
fn a_configuration_that_does_not_fit_is_refused<P: Pins>(
    case: &Case,
    steps: &[Step],
    kind: usize,
    make: impl Make<P>,
) -> Checked {
    let design = case.power_up.design();
    let mut n = case.network.clone();
    let last = n.depth() - 1;
    match kind {
        0 => n.inputs = design.max_width + 1,
        1 => n.layers[last].size = 129,
        2 => n.layers[0].wf = 16,
        3 => n.layers[last].shift = 13,
        4 => n.layers[last].init_bits = design.output_bits as u32 - 1,
        _ => n.dead_zone = 255,
    }
    prop_assert!(case.power_up.with_network(n.clone()).is_err());
    let steps = [steps, &[Step::Configure(n)], steps].concat();
    let config = case.power_up.clone();
    check(&Scenario { config, steps: taking(&case.network, steps), stalls: case.stalls }, make)
}

/// Saved, reset, restored between any two samples: everything goes on as if nothing had happened.
fn a_restored_core_goes_on<P: Pins>(case: &Case, steps: &[Step], make: impl Make<P>) -> Checked {
    let (mut straight, mut restored) = (case.start(make), case.start(make));
    for step in steps {
        let expected = straight.run(&[step.clone(), Step::Flush]).unwrap();
        let got = restored.run(&[step.clone(), Step::SaveAndRestore]).unwrap();
        prop_assert_eq!(&expected[0], &got[0]);
    }
    prop_assert_eq!(straight.save().unwrap(), restored.save().unwrap());
    prop_assert_eq!(straight.weights(), restored.weights());
    Ok(())
}

/// What the core counts is what the bench saw, sample by sample and weight by weight.
fn counters_are_what_was_seen<P: Pins>(case: &Case, steps: &[Step], stalls: Stalls, make: impl Make<P>) -> Checked {
    if !case.power_up.design().counters {
        return Ok(());
    }
    let mut d = case.start(make);
    d.set_stalls(stalls);
    d.run(&[Step::Flush]).unwrap();
    d.must_write(regs::CTRL, regs::CTRL_CLEAR).unwrap();
    for counter in [Counter::Samples, Counter::Events, Counter::WeightReads, Counter::WeightWrites, Counter::Dropped] {
        prop_assert_eq!(d.read_counter(counter).unwrap(), 0, "{} after a clear", counter.name());
    }
    // read in the same number of cycles each time
    let cycles = |d: &mut Hardware<P>| {
        d.set_stalls(Stalls { bus: Stall::None, ..stalls });
        let count = d.read_counter(Counter::Cycles).unwrap();
        let seen = d.counters().cycles;
        d.set_stalls(stalls);
        (count, seen)
    };
    let begin = cycles(&mut d);
    let (before, events) = (d.counters(), d.events());
    let replies = d.run(steps).unwrap();
    d.run(&[Step::Flush]).unwrap();
    let (mut samples, mut learned, mut correct, mut dropped) = (0, 0, 0, 0);
    for (step, reply) in steps.iter().zip(&replies) {
        match (step, reply) {
            (Step::Frame(f), Reply::Packet(p)) => {
                samples += 1;
                learned += u64::from(f.learns());
                correct += u64::from(f.target() == p.class);
            }
            (_, Reply::Dropped(_)) => dropped += 1,
            _ => {}
        }
    }
    let after = d.counters();
    for (counter, expected) in [
        (Counter::Samples, samples),
        (Counter::Learned, learned),
        (Counter::Correct, correct),
        (Counter::Dropped, dropped),
        (Counter::Events, d.events() - events),
        (Counter::WeightReads, after.weight_reads - before.weight_reads),
        (Counter::WeightWrites, after.weight_writes - before.weight_writes),
    ] {
        prop_assert_eq!(d.read_counter(counter).unwrap(), expected, "{}", counter.name());
    }
    let end = cycles(&mut d);
    prop_assert_eq!(end.0 - begin.0, end.1 - begin.1, "cycles");
    let busy = d.read_counter(Counter::BusyCycles).unwrap();
    prop_assert!(busy <= end.0 && busy >= d.read_counter(Counter::Events).unwrap(), "{} busy cycles", busy);
    Ok(())
}
/// Steps during which nothing resets the counters.
fn without_resets(steps: Vec<Step>) -> Vec<Step> {
    steps.into_iter().filter(|s| !matches!(s, Step::Reset | Step::SaveAndRestore)).collect()
}
fn busy_life(case: impl Strategy<Value = Case>) -> impl Strategy<Value = (Case, Vec<Step>, Stalls)> {
    case.prop_flat_map(|c| (Just(c.clone()), prop::collection::vec(step(&c.config(), 0), 1..20), stalls()))
        .prop_map(|(case, steps, stalls)| (case, without_resets(steps), stalls))
}

/// A reset at any moment of a sample leaves a core like one just powered up.
fn reset_at_every_cycle<P: Pins>(config: &Config, cycles: u64, make: impl Make<P>) {
    for cycle in 0..cycles {
        let mut d = make(config, Stalls { bus: Stall::Random(60), seed: cycle, ..Stalls::NONE }).unwrap();
        audit::reset_in_cycle(config, &mut d, cycle).unwrap();
    }
}

/// The facts on one simulator: `$make` makes it, `$designs` says what there is to draw from, `$guard` whether it is here.
macro_rules! facts {
    ($engine:ident, $make:expr, $case:expr, $lanes:expr, $cases:expr, $guard:expr) => {
        mod $engine {
            use super::*;

            #[test]
            fn every_lane_count_gives_the_same_bits() {
                if $guard {
                    proptest!(cases($cases), |((case, steps) in learning($lanes.0))| {
                        super::every_lane_count_gives_the_same_bits(&($lanes.1)(&case), &steps, $make)?;
                    });
                }
            }
            #[test]
            fn learning_takes_the_cycles_of_an_inference() {
                if $guard {
                    proptest!(cases($cases), |((case, steps) in learning($case))| {
                        super::learning_takes_the_cycles_of_an_inference(&case, &steps, $make)?;
                    });
                }
            }
            #[test]
            fn a_bad_frame_changes_nothing() {
                if $guard {
                    let drawn = learning($case).prop_flat_map(|(case, steps)| {
                        let bad = bad_frame(
                            case.network.inputs,
                            case.network.classes(),
                            case.power_up.design().stream_bytes(),
                        );
                        (Just(case), Just(steps), bad, any::<prop::sample::Index>())
                    });
                    proptest!(cases($cases), |((case, steps, bad, at) in drawn)| {
                        let at = at.index(steps.len() + 1);
                        super::a_bad_frame_changes_nothing(&case, &steps, bad, at, $make)?;
                    });
                }
            }
            #[test]
            fn a_configuration_that_does_not_fit_is_refused() {
                if $guard {
                    proptest!(cases($cases), |((case, steps) in learning($case), kind in 0..6usize)| {
                        super::a_configuration_that_does_not_fit_is_refused(&case, &steps, kind, $make)?;
                    });
                }
            }
            #[test]
            fn a_restored_core_goes_on() {
                if $guard {
                    proptest!(cases($cases / 16), |((case, steps) in learning($case))| {
                        super::a_restored_core_goes_on(&case, &steps, $make)?;
                    });
                }
            }
            #[test]
            fn counters_are_what_was_seen() {
                if $guard {
                    proptest!(cases($cases), |((case, steps, stalls) in busy_life($case))| {
                        super::counters_are_what_was_seen(&case, &steps, stalls, $make)?;
                    });
                }
            }
        }
    };
}

/// The network of the case on 1, 4 and 16 lanes, with just the room it needs.
fn with_lanes(case: &Case) -> Vec<Case> {
    let on = |lanes| {
        let layout = Layout::new(lanes, &case.network);
        let style = case.power_up.design().bank_style;
        let design = Design {
            lanes,
            hidden_words: layout.hidden_words().max(1),
            output_words: layout.output_words(),
            // one lane is no pair
            bank_style: if lanes == 1 && style == BankStyle::Spram { BankStyle::Inferred } else { style },
            ..case.power_up.design().clone()
        };
        case.on(Config::new(design, case.network.clone()).expect("fits by construction"))
    };
    [1, 4, 16].map(on).into()
}
fn on_the_first_three(case: &Case) -> Vec<Case> {
    designs()[..3].iter().map(|d| case.on(d.clone())).collect()
}
facts!(rust_hdl, RustHdlDevice::new, any_design(), (any_design(), with_lanes), 32, true);
// what fits on most lanes, where a group may be half empty, fits on fewer
facts!(
    verilator_model,
    verilator,
    one_of(&designs()),
    (one_of(&designs()[2..3]), on_the_first_three),
    160,
    have_verilator()
);

#[test]
fn reset_at_every_cycle_starts_afresh() {
    reset_at_every_cycle(&Config::with_layers(2, &[4, 3, 2]).unwrap(), 90, RustHdlDevice::new);
}
#[test]
fn reset_at_every_cycle_starts_afresh_in_verilog() {
    if have_verilator() {
        for config in designs() {
            reset_at_every_cycle(&config, 400, verilator);
        }
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
