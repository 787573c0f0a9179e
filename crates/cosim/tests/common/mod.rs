//! Strategies that draw whole scenarios: every topology, width, rule and way to misuse a stream.
#![allow(dead_code)] // each test file uses its part
use drtp_core::*;
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
    let room = (0usize..3, 0usize..3, 0usize..5);
    (depth..=4, room, select(vec![8, 8, 32])).prop_map(move |(max_layers, room, stream_bits)| {
        let (more_hidden, more_output, wider) = room;
        Design {
            lanes,
            hidden_bits,
            output_bits,
            hidden_words: hidden.max(1) + more_hidden,
            output_words: output + more_output,
            max_layers,
            max_width: widest + wider,
            counters: true,
            stream_bits,
        }
    })
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

pub fn step(config: &Config) -> impl Strategy<Value = Step> {
    let (design, network) = (config.design(), config.network());
    let (inputs, classes) = (network.inputs, network.classes());
    let same_sizes = self::network(network.sizes(), design.hidden_bits, design.output_bits);
    prop_oneof![
        24 => good_frame(inputs, classes).prop_map(Step::Frame),
        4 => bad_frame(inputs, classes, design.stream_bytes()).prop_map(Step::Frame),
        2 => Just(Step::Flush),
        1 => Just(Step::Init),
        1 => same_sizes.prop_map(Step::Configure),
        1 => Just(Step::Reset),
        1 => Just(Step::SoftReset),
        1 => Just(Step::SaveAndRestore),
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
    (stall(), stall(), any::<u64>()).prop_map(|(input, output, seed)| Stalls { input, output, seed })
}

pub fn scenario() -> impl Strategy<Value = Scenario> {
    config().prop_flat_map(|config| {
        let step = step(&config);
        (Just(config), prop::collection::vec(step, 1..24), stalls()).prop_map(|(config, steps, stalls)| Scenario {
            config,
            steps,
            stalls,
        })
    })
}

/// Runs a scenario on the rust-hdl description; every disagreement is in the message.
pub fn check(scenario: &Scenario) -> Result<(), TestCaseError> {
    let mismatches = scenario.run(RustHdlDevice::new).map_err(|e| TestCaseError::fail(e.to_string()))?;
    let text: Vec<String> = mismatches.iter().take(5).map(ToString::to_string).collect();
    prop_assert!(mismatches.is_empty(), "{} mismatches:\n{}", mismatches.len(), text.join("\n"));
    Ok(())
}

/// Cases of a property: the usual number, or what DRTP_CASES says.
pub fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("DRTP_CASES").ok().and_then(|v| v.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, max_shrink_iters: 2000, ..ProptestConfig::default() }
}
