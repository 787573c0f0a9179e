//! Strategies that draw configurations and what is done to a model.
use drtp_core::*;
use proptest::prelude::*;
use proptest::sample::select;

/// What is done to a model.
#[derive(Clone, Debug)]
pub enum Step {
    Learn(Vec<i8>, usize),
    Classify(Vec<i8>),
    Reconfigure(Box<Config>),
    Init,
    /// Every weight, by a seed: all over its format, or at its rails.
    SetWeights(u64, bool),
}

/// A configuration, and steps that suit it.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub config: Config,
    pub steps: Vec<Step>,
}

/// Around blocks of eight neurons, tiles of blocks and strides of eight inputs; one; primes.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![
        4 => select(vec![1usize, 2, 3, 5, 7, 8, 9, 11, 13, 15, 16, 17, 19, 23, 24, 31, 33]),
        1 => select(vec![41usize, 47, 56, 61, 64, 65, 67, 71, 73, 97, 127]),
    ]
}

fn layer(size: usize, bits: usize, output: bool) -> impl Strategy<Value = Layer> {
    let most = bits as u32 - 2;
    let init = match output {
        true => prop_oneof![2 => Just(Layer::ZERO_INIT), 1 => 0..=most].boxed(),
        false => prop_oneof![1 => Just(Layer::ZERO_INIT), 4 => 0..=most, 2 => Just(most)].boxed(),
    };
    // useful shifts more often than the extremes: a saturated network tests little
    let wf = prop_oneof![3 => 4u32..10, 1 => 0u32..=15];
    let shift = prop_oneof![3 => 2u32..8, 1 => 0u32..=12];
    (wf, shift, init).prop_map(move |(wf, shift, init_bits)| Layer { size, wf, shift, init_bits })
}

fn seed() -> impl Strategy<Value = u32> {
    prop_oneof![4 => any::<u32>(), 1 => Just(0), 1 => Just(1), 1 => Just(u32::MAX)]
}

fn network(sizes: Vec<usize>, hidden_bits: usize, output_bits: usize) -> impl Strategy<Value = Network> {
    let depth = sizes.len() - 1;
    let bits = |k: usize| if k + 1 == depth { output_bits } else { hidden_bits };
    let layers: Vec<_> = (0..depth).map(|k| layer(sizes[k + 1], bits(k), k + 1 == depth)).collect();
    let modes = (
        select(Rule::ALL.to_vec()),
        select(Nonlinearity::ALL.to_vec()),
        select(Projection::ALL.to_vec()),
        prop_oneof![3 => 0u32..100, 1 => select(vec![0u32, 126, 127, 128, 254]), 1 => 0u32..=254],
        // small ones meet scores that differ by just the margin
        prop_oneof![1 => 0u32..3, 2 => 0u32..400, 1 => 0u32..=65535],
    );
    (layers, modes, [seed(), seed(), seed()]).prop_map(
        move |(layers, (rule, activation, projection, dead_zone, margin), [init, columns, noise])| Network {
            inputs: sizes[0],
            layers,
            rule,
            activation,
            projection,
            dead_zone,
            margin,
            seeds: Seeds { init, projection: columns, noise },
        },
    )
}

/// A configuration of these sizes, of any widths.
fn config(sizes: Vec<usize>) -> impl Strategy<Value = Config> {
    (4usize..=12, 8usize..=16).prop_flat_map(move |(hidden_bits, output_bits)| {
        let depth = sizes.len() - 1;
        let words = |k: usize| sizes[k + 1] * (sizes[k] + 1);
        let design = Design {
            lanes: 1,
            hidden_bits,
            output_bits,
            hidden_words: (0..depth - 1).map(words).sum::<usize>().max(1),
            output_words: words(depth - 1),
            max_layers: 4,
            max_width: *sizes[..depth].iter().max().unwrap(),
            max_hidden: *sizes[..depth].iter().max().unwrap(),
            counters: false,
            stream_bits: 8,
            input_pages: 2,
            learning: true,
            fixed_network: false,
            bank_style: BankStyle::Inferred,
            watchdog: false,
        };
        network(sizes.clone(), hidden_bits, output_bits)
            .prop_map(move |network| Config::new(design.clone(), network).expect("drawn to fit"))
    })
}

/// Zeros, extremes, sparse and dense values, long runs of zeros.
fn values(n: usize) -> impl Strategy<Value = Vec<i8>> {
    let value = |kind: u8| match kind {
        0 => Just(0i8).boxed(),
        1 => select(vec![-128i8, 127, -127, 0, 1, -1]).boxed(),
        2 => prop_oneof![4 => Just(0i8), 1 => any::<i8>()].boxed(),
        3 => Just(-128i8).boxed(),
        4 => prop_oneof![19 => Just(0i8), 1 => any::<i8>()].boxed(),
        _ => any::<i8>().boxed(),
    };
    prop_oneof![1 => Just(0u8), 2 => Just(1u8), 3 => Just(2u8), 1 => Just(3u8), 2 => Just(4u8), 5 => Just(5u8)]
        .prop_flat_map(move |kind| prop::collection::vec(value(kind), n))
}

fn step(sizes: &[usize]) -> impl Strategy<Value = Step> {
    let (inputs, classes) = (sizes[0], sizes[sizes.len() - 1]);
    prop_oneof![
        24 => (values(inputs), 0..classes).prop_map(|(x, target)| Step::Learn(x, target)),
        4 => values(inputs).prop_map(Step::Classify),
        2 => config(sizes.to_vec()).prop_map(|c| Step::Reconfigure(Box::new(c))),
        1 => Just(Step::Init),
        1 => (any::<u64>(), any::<bool>()).prop_map(|(seed, rails)| Step::SetWeights(seed, rails)),
    ]
}

/// Depths 1 to 4, as many layers as there are sizes but one.
pub fn scenario() -> impl Strategy<Value = Scenario> {
    (1usize..=4)
        .prop_flat_map(|depth| prop::collection::vec(size(), depth + 1))
        .prop_flat_map(|sizes| (config(sizes.clone()), prop::collection::vec(step(&sizes), 1..25)))
        .prop_map(|(config, steps)| Scenario { config, steps })
}

/// Weights of `config`'s formats from a seed.
pub fn weights(config: &Config, seed: u64, rails: bool) -> Vec<Vec<Vec<i32>>> {
    let n = config.network();
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as i32
    };
    let mut weight = |max: i32| match rails {
        true => [-max, max][next() as usize % 2],
        false => next() % (2 * max + 1) - max,
    };
    (0..n.depth())
        .map(|k| {
            let max = n.format(config.design(), k).max();
            (0..n.layers[k].size).map(|_| (0..=n.fan_in(k)).map(|_| weight(max)).collect()).collect()
        })
        .collect()
}
