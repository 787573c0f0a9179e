//! Strategies that draw whole scenarios: every topology, width, rule and way to misuse a stream.
use drtp_core::*;
use drtp_cosim::verilator::{self, Options};
use drtp_cosim::*;
use proptest::prelude::*;
use proptest::sample::select;

/// Sizes at which grouping by L lanes can go wrong, and primes.
pub fn size(lanes: usize) -> impl Strategy<Value = usize> {
    select(vec![1, lanes.saturating_sub(1).max(1), lanes, lanes + 1, 2, 3, 5, 7, 11, 13, 17, 19])
}

pub fn layer(size: usize, bits: usize, output: bool) -> impl Strategy<Value = Layer> {
    let most = bits as u32 - 2;
    let init = if output {
        prop_oneof![2 => Just(Layer::ZERO_INIT), 1 => 0..=most].boxed()
    } else {
        prop_oneof![1 => Just(Layer::ZERO_INIT), 4 => 0..=most, 2 => Just(most)].boxed()
    };
    // useful shifts more often than the extremes: a saturated network tests little
    let wf = prop_oneof![3 => 4u32..10, 1 => 0u32..=15];
    let shift = prop_oneof![3 => 2u32..8, 1 => 0u32..=12];
    (wf, shift, init).prop_map(move |(wf, shift, init_bits)| Layer { size, wf, shift, init_bits })
}

pub fn seed() -> impl Strategy<Value = u32> {
    prop_oneof![4 => any::<u32>(), 1 => Just(0), 1 => Just(1), 1 => Just(u32::MAX)]
}

/// A network of these sizes for weights of these widths.
pub fn network(sizes: Vec<usize>, hidden_bits: usize, output_bits: usize) -> impl Strategy<Value = Network> {
    let depth = sizes.len() - 1;
    let layers: Vec<_> = (0..depth)
        .map(|k| {
            let output = k + 1 == depth;
            layer(sizes[k + 1], if output { output_bits } else { hidden_bits }, output)
        })
        .collect();
    let modes = (
        select(Rule::ALL.to_vec()),
        select(vec![Nonlinearity::HardTanh, Nonlinearity::ClippedRelu]),
        select(vec![Projection::Binary, Projection::Ternary]),
        prop_oneof![3 => 0u32..100, 1 => select(vec![0u32, 126, 127, 128, 254]), 1 => 0u32..=254],
        // small ones meet scores that differ by just the margin, above all where scores are still zero
        prop_oneof![1 => 0u32..3, 2 => 0u32..400, 1 => 0u32..=65535],
    );
    (layers, modes, (seed(), seed(), seed())).prop_map(
        move |(layers, (rule, activation, projection, dead_zone, margin), (init, projection_seed, noise))| Network {
            inputs: sizes[0],
            layers,
            rule,
            activation,
            projection,
            dead_zone,
            margin,
            seeds: Seeds { init, projection: projection_seed, noise },
        },
    )
}

/// Hardware that the network of these sizes fits, with some room or none.
pub fn design(lanes: usize, sizes: &[usize], hidden_bits: usize, output_bits: usize) -> impl Strategy<Value = Design> {
    let depth = sizes.len() - 1;
    let words = |k: usize| sizes[k + 1].div_ceil(lanes) * (sizes[k] + 1);
    let hidden: usize = (0..depth - 1).map(words).sum();
    let output = words(depth - 1);
    let widest = *sizes[..depth].iter().max().unwrap();
    let widest_hidden = sizes[1..depth].iter().copied().max().unwrap_or(1);
    let room = (0usize..3, 0usize..3, 0usize..5);
    // where two neurons can share a word, they do so in every second design
    let styles = [BankStyle::Inferred, BankStyle::Spram];
    let styles = styles[..if lanes > 1 && hidden_bits <= 8 { 2 } else { 1 }].to_vec();
    let built = (select(vec![8, 8, 32]), 1usize..=2, prop::bool::weighted(0.2), select(styles), any::<bool>());
    (depth..=4, room, built).prop_map(
        move |(max_layers, room, (stream_bits, input_pages, fixed_network, bank_style, watchdog))| {
            let (more_hidden, more_output, wider) = room;
            Design {
                lanes,
                hidden_bits,
                output_bits,
                hidden_words: hidden.max(1) + more_hidden,
                output_words: output + more_output,
                max_layers,
                max_width: widest + wider,
                max_hidden: (widest_hidden + more_output).min(widest + wider),
                counters: true,
                stream_bits,
                input_pages,
                learning: true,
                fixed_network,
                bank_style,
                watchdog,
            }
        },
    )
}

pub fn config_of(lanes: usize, sizes: Vec<usize>) -> impl Strategy<Value = Config> {
    (4usize..=12, 8usize..=16).prop_flat_map(move |(hidden, output)| {
        (design(lanes, &sizes, hidden, output), network(sizes.clone(), hidden, output))
            .prop_map(|(design, network)| Config::new(design, network).expect("drawn to fit"))
    })
}

pub fn config() -> impl Strategy<Value = Config> {
    select(vec![1usize, 4, 16, 2, 8, 32])
        .prop_flat_map(|lanes| (Just(lanes), 1usize..=4))
        .prop_flat_map(|(lanes, depth)| (Just(lanes), prop::collection::vec(size(lanes), depth + 1)))
        .prop_flat_map(|(lanes, sizes)| config_of(lanes, sizes))
}

/// Zeros, extremes, sparse and dense values.
pub fn bytes(n: usize) -> impl Strategy<Value = Vec<i8>> {
    let value = |kind: u8| match kind {
        0 => Just(0i8).boxed(),
        1 => select(vec![-128i8, 127, -127, 0, 1, -1]).boxed(),
        2 => prop_oneof![3 => Just(0i8), 1 => any::<i8>()].boxed(),
        3 => Just(-128i8).boxed(),
        _ => any::<i8>().boxed(),
    };
    prop_oneof![1 => Just(0u8), 2 => Just(1u8), 3 => Just(2u8), 1 => Just(3u8), 5 => Just(4u8)]
        .prop_flat_map(move |kind| prop::collection::vec(value(kind), n))
}

pub fn good_frame(inputs: usize, classes: usize) -> impl Strategy<Value = Frame> {
    let user = prop_oneof![
        5 => (0..classes as u8).prop_map(|t| 0x80 | t),
        1 => any::<u8>().prop_map(|t| t & 0x7f),
    ];
    (bytes(inputs), user).prop_map(|(bytes, user)| Frame { bytes, user })
}

pub fn bad_frame(inputs: usize, classes: usize, beat: usize) -> impl Strategy<Value = Frame> {
    let wrong_length = prop_oneof![1..=inputs.max(2) - 1, inputs + 1..=2 * inputs + 2 + beat, Just(inputs + beat)]
        .prop_filter("a wrong length", move |n| n.div_ceil(beat) != inputs.div_ceil(beat));
    let short_or_long =
        (wrong_length.prop_flat_map(bytes), any::<u8>()).prop_map(|(bytes, user)| Frame { bytes, user });
    if classes > 127 {
        return short_or_long.boxed();
    }
    let no_class = (bytes(inputs), classes as u8..=127).prop_map(|(bytes, t)| Frame { bytes, user: 0x80 | t });
    prop_oneof![short_or_long, no_class].boxed()
}

/// What a user does. `restores` is how often everything is saved and restored over the bus, in 250: that takes longer
/// than all the rest where the simulator is slow.
pub fn step(config: &Config, restores: u32) -> impl Strategy<Value = Step> {
    let (design, network) = (config.design(), config.network());
    let (inputs, classes) = (network.inputs, network.classes());
    let same_sizes = self::network(network.sizes(), design.hidden_bits, design.output_bits);
    prop_oneof![
        160 => good_frame(inputs, classes).prop_map(Step::Frame),
        28 => bad_frame(inputs, classes, design.stream_bytes()).prop_map(Step::Frame),
        14 => Just(Step::Flush),
        8 => Just(Step::Init),
        8 => same_sizes.prop_map(Step::Configure),
        8 => Just(Step::Reset),
        8 => Just(Step::SoftReset),
        restores => Just(Step::SaveAndRestore),
    ]
}

pub fn stall() -> impl Strategy<Value = Stall> {
    prop_oneof![
        2 => Just(Stall::None),
        2 => (1u8..250).prop_map(Stall::Random),
        1 => (1u8..60).prop_map(Stall::Bursts),
    ]
}
pub fn stalls() -> impl Strategy<Value = Stalls> {
    // the bus's master pauses in every scenario
    let bus = prop_oneof![2 => (1u8..200).prop_map(Stall::Random), 1 => (1u8..20).prop_map(Stall::Bursts)];
    (stall(), stall(), bus, any::<u64>()).prop_map(|(input, output, bus, seed)| Stalls { input, output, bus, seed })
}

/// A design of its own for each scenario, which only an engine that needs no compiler takes.
pub fn scenario() -> impl Strategy<Value = Scenario> {
    config().prop_flat_map(|config| {
        let step = step(&config, 2);
        (Just(config), prop::collection::vec(step, 1..24), stalls()).prop_map(|(config, steps, stalls)| Scenario {
            config,
            steps,
            stalls,
        })
    })
}

/// One of a few designs, and scenarios whose networks are configured: one or two of them, one after the other.
pub fn scenario_on(designs: Vec<Config>) -> impl Strategy<Value = Scenario> {
    select(designs)
        .prop_flat_map(|config| {
            let part = network_on(&config).prop_flat_map(|config| {
                let step = step(&config, 8);
                (Just(config), prop::collection::vec(step, 1..20))
            });
            (Just(config), prop::collection::vec(part, 1..3), stalls())
        })
        .prop_map(|(config, parts, stalls)| Scenario {
            config,
            steps: parts.into_iter().flat_map(|(config, steps)| taking(config.network(), steps)).collect(),
            stalls,
        })
}
/// The steps with a network that was not there at power-up.
pub fn taking(network: &Network, steps: Vec<Step>) -> Vec<Step> {
    let take = [Step::Configure(network.clone()), Step::Init];
    let again = |step: Step| match step {
        Step::Reset => [vec![Step::Reset], take.to_vec()].concat(),
        other => vec![other],
    };
    [take.to_vec(), steps.into_iter().flat_map(again).collect()].concat()
}
/// Any network that fits the design.
pub fn network_on(config: &Config) -> impl Strategy<Value = Config> {
    let (config, d, power_up) = (config.clone(), config.design().clone(), config.network().clone());
    let at_most = move |(k, n): (usize, usize)| n.min(if k == 0 { d.max_width } else { d.max_hidden });
    let (lanes, hidden, output) = (config.design().lanes, config.design().hidden_bits, config.design().output_bits);
    (1..=config.design().max_layers)
        .prop_flat_map(move |depth| prop::collection::vec(size(lanes), depth + 1))
        .prop_map(move |sizes| sizes.into_iter().enumerate().map(&at_most).collect())
        .prop_flat_map(move |sizes| network(sizes, hidden, output))
        .prop_map(move |n| if d.fixed_network { power_up.with_shifts_of(&n) } else { n })
        .prop_filter_map("it does not fit", move |n| config.with_network(n).ok())
}

/// Hardware with room for every network of `size(lanes)` up to `widest`; at power-up one that fills the output bank.
fn hardware(lanes: usize, hidden_bits: usize, output_bits: usize, max_layers: usize, widest: usize) -> Config {
    let words = widest.div_ceil(lanes) * (widest + 1);
    let design = Design {
        lanes,
        hidden_bits,
        output_bits,
        hidden_words: (words * (max_layers - 1)).max(1),
        output_words: words,
        max_layers,
        max_width: widest,
        // some with room for any hidden layer, some for smaller ones than there may be inputs
        max_hidden: if max_layers == 4 { widest - 2 } else { widest },
        counters: lanes != 2,
        // the first three must differ in lanes alone
        stream_bits: if hidden_bits < 8 { 32 } else { 8 },
        input_pages: if lanes == 4 { 1 } else { 2 },
        learning: true,
        fixed_network: false,
        bank_style: BankStyle::Inferred,
        watchdog: max_layers == 4,
    };
    let mut network = Config::with_layers(lanes, &[widest, 3, widest]).expect("a small network").network().clone();
    network.layers[0].init_bits = hidden_bits as u32 - 2;
    Config::new(design, network).expect("fits by construction")
}
/// The same with two lanes for each memory.
fn paired(config: &Config, counters: bool) -> Config {
    let design = Design { bank_style: BankStyle::Spram, counters, ..config.design().clone() };
    Config::new(design, config.network().clone()).expect("it fits a single-port memory")
}
/// The same for a network that is built in, of these layers.
fn fixed(config: &Config, change: impl FnOnce(&mut Network)) -> Config {
    let mut network = config.network().clone();
    change(&mut network);
    let design = Design { fixed_network: true, ..config.design().clone() };
    Config::new(design, network).expect("fits by construction")
}
/// The designs that are compiled: widths, depths and numbers of lanes that differ. The first three differ in lanes alone.
pub fn designs() -> Vec<Config> {
    vec![
        hardware(1, 8, 12, 3, 19),
        hardware(4, 8, 12, 3, 19),
        hardware(16, 8, 12, 3, 19),
        hardware(4, 5, 9, 4, 13),
        hardware(2, 12, 16, 4, 17),
        hardware(32, 6, 10, 2, 40),
        paired(&hardware(2, 8, 12, 4, 19), true),
        paired(&hardware(8, 7, 11, 3, 19), true),
        paired(&hardware(16, 4, 16, 2, 40), false),
        fixed(&hardware(4, 8, 12, 2, 19), |n| n.layers[0].size = 9),
        fixed(&paired(&hardware(8, 7, 11, 3, 19), true), |n| {
            (n.rule, n.projection, n.activation) = (Rule::Drtp, Projection::Ternary, Nonlinearity::ClippedRelu);
            n.layers[1].size = 5;
            n.layers.insert(1, Layer { size: 17, init_bits: Layer::ZERO_INIT, ..n.layers[0] });
        }),
    ]
}

/// The emitted Verilog; what its memories hold at power-up differs with each scenario.
pub fn verilator(config: &Config, stalls: Stalls) -> Result<VerilatorDevice, DeviceError> {
    let options = Options { power_up: stalls.seed as u32, ..Options::default() };
    VerilatorDevice::with_options(config, stalls, &options, &mut || ())
}
/// Whether tests on the Verilator device can run; without Verilator they are skipped, but not where CI counts on them.
pub fn have_verilator() -> bool {
    drtp_testing::need(verilator::available()).is_some()
}

/// Runs a scenario on a device; every disagreement with the oracle is in the message.
pub fn check<D: Device>(
    scenario: &Scenario,
    make: impl FnOnce(&Config, Stalls) -> Result<D, DeviceError>,
) -> Result<(), TestCaseError> {
    let mismatches = scenario.run(make).map_err(|e| TestCaseError::fail(e.to_string()))?;
    let text: Vec<String> = mismatches.iter().take(5).map(ToString::to_string).collect();
    prop_assert!(mismatches.is_empty(), "{} mismatches:\n{}", mismatches.len(), text.join("\n"));
    Ok(())
}

/// Cases of a property, by its tier.
pub fn cases(short: u32) -> ProptestConfig {
    ProptestConfig { cases: drtp_testing::cases(short), max_shrink_iters: 2000, ..ProptestConfig::default() }
}
