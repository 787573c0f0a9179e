//! What is set at run time: topology, learning rule, shifts and seeds. In hardware these are registers.
use crate::design::Design;
use crate::error::Problem;
use crate::fixed::WeightFormat;
use rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};

/// Where a hidden layer's teaching signal comes from (`c` is the target class, `p` the rival).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// `g B[c]` on every sample: direct random target projection as published.
    Drtp,
    /// The same, only when the scores of target and rival are close.
    Gated,
    /// `g sign(B[c] - B[p])` when they are close.
    Contrastive,
    /// Hidden layers do not learn: the baseline.
    Shallow,
}
impl Rule {
    /// All rules, in the order of their codes in the MODE register.
    pub const ALL: [Rule; 4] = [Rule::Drtp, Rule::Gated, Rule::Contrastive, Rule::Shallow];
    /// Code in the MODE register.
    pub fn code(self) -> u32 {
        self as u32
    }
    /// Name in files and on the command line.
    pub fn name(self) -> &'static str {
        ["drtp", "gated", "contrastive", "shallow"][self as usize]
    }
}

/// The hidden layers' non-linearity; its derivative `g` is one bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nonlinearity {
    /// `clamp(a, -127, 127)`, `g = |a| < 127`.
    HardTanh,
    /// `clamp(a, 0, 127)`, `g = 0 < a < 127`.
    ClippedRelu,
}

impl Nonlinearity {
    /// All of them, in the order of their codes in the MODE register.
    pub const ALL: [Nonlinearity; 2] = [Nonlinearity::HardTanh, Nonlinearity::ClippedRelu];
    /// Name in files.
    pub fn name(self) -> &'static str {
        ["hard_tanh", "clipped_relu"][self as usize]
    }
}

/// Entries of the random projection B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Projection {
    /// -1 or +1: one bit of the stream for each neuron.
    Binary,
    /// -1, 0, 0, +1: two bits for each neuron, 00 is -1, 11 is +1.
    Ternary,
}

impl Projection {
    /// All of them, in the order of their codes in the MODE register.
    pub const ALL: [Projection; 2] = [Projection::Binary, Projection::Ternary];
    /// Name in files.
    pub fn name(self) -> &'static str {
        ["binary", "ternary"][self as usize]
    }
}

/// The three seeds: with data and configuration they determine every bit of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeds {
    /// Initial weights.
    pub init: u32,
    /// Projection B.
    pub projection: u32,
    /// Rounding noise.
    pub noise: u32,
}

impl Seeds {
    /// Three numbers drawn from one: SplitMix64, upper halves.
    pub fn from_seed(seed: u64) -> Self {
        let mut r = rand_xoshiro::SplitMix64::seed_from_u64(seed);
        let mut next = || (r.next_u64() >> 32) as u32;
        Self { init: next(), projection: next(), noise: next() }
    }
}

/// One layer of neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Layer {
    /// Neurons `N_k`.
    pub size: usize,
    /// Binary point of the weights: value `W / 2^wf`, and `a = z >> wf`. 0 to 15.
    pub wf: u32,
    /// Update shift `s`: `u = (x + r) >> s`. 0 to 12; the learning rate is `2^-(s + wf - 7)`.
    pub shift: u32,
    /// Initial weights are uniform in `[-2^b, 2^b)`; [`Layer::ZERO_INIT`] means all zero.
    pub init_bits: u32,
}
impl Layer {
    /// The `init_bits` of a layer whose weights start at zero.
    pub const ZERO_INIT: u32 = 31;

    /// A hidden layer with the recommended settings for `inputs` inputs and weights of `bits` bits:
    /// wf 9, s 7, and `b` near `log2(sqrt(3 / inputs) * 2^wf)`, at most `bits - 2`.
    pub fn hidden(size: usize, inputs: usize, bits: usize) -> Self {
        let wf = 9;
        Self { size, wf, shift: 7, init_bits: Self::good_init(inputs, wf, bits) }
    }
    /// An output layer with the recommended settings: wf 10, s 5, all zero.
    pub fn output(size: usize) -> Self {
        Self { size, wf: 10, shift: 5, init_bits: Self::ZERO_INIT }
    }
    /// The recommended `init_bits` of a hidden layer.
    pub fn good_init(inputs: usize, wf: u32, bits: usize) -> u32 {
        let spread = (3.0 / inputs.max(1) as f64).sqrt() * f64::from(1u32 << wf.min(15));
        (spread.log2().round().max(0.0) as u32).min(bits.saturating_sub(2) as u32)
    }
}

/// Topology, rule and seeds: one network, as the registers describe it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Network {
    /// Inputs `N_0`, without the bias.
    pub inputs: usize,
    /// Layers 1..K; the last one is the output layer.
    pub layers: Vec<Layer>,
    /// Learning rule of the hidden layers.
    pub rule: Rule,
    /// Their non-linearity.
    pub activation: Nonlinearity,
    /// Entries of B.
    pub projection: Projection,
    /// Output errors of at most this size teach nothing; 0 to 254.
    pub dead_zone: u32,
    /// Target and rival are close when `a_c - a_p` is below this; 0 to 65535.
    pub margin: u32,
    /// The seeds.
    pub seeds: Seeds,
}

impl Network {
    /// Number of layers K.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }
    /// The same with the update shifts of `other`, as far as it has as many layers.
    pub fn with_shifts_of(&self, other: &Network) -> Self {
        let mut out = self.clone();
        for (layer, of) in out.layers.iter_mut().zip(&other.layers) {
            layer.shift = of.shift;
        }
        out
    }
    /// Classes `N_K`.
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |l| l.size)
    }
    /// Inputs of layer `k` (from 0), without the bias.
    pub fn fan_in(&self, k: usize) -> usize {
        if k == 0 {
            self.inputs
        } else {
            self.layers[k - 1].size
        }
    }
    /// Neurons of the largest hidden layer; 1 without any.
    pub fn widest_hidden(&self) -> usize {
        let hidden = &self.layers[..self.depth().saturating_sub(1)];
        hidden.iter().map(|l| l.size).max().unwrap_or(1)
    }
    /// Whether layer `k` (from 0) is the output layer.
    pub fn is_output(&self, k: usize) -> bool {
        k + 1 == self.depth()
    }
    /// Weights of all layers, biases included.
    pub fn weights(&self) -> usize {
        (0..self.depth()).map(|k| self.layers[k].size * (self.fan_in(k) + 1)).sum()
    }
    /// Inputs and sizes in one word: `64-32-10`.
    pub fn topology(&self) -> String {
        self.sizes().iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
    }
    /// Inputs and sizes as one list: `[64, 32, 10]`.
    pub fn sizes(&self) -> Vec<usize> {
        std::iter::once(self.inputs).chain(self.layers.iter().map(|l| l.size)).collect()
    }
    /// The weight format of layer `k` (from 0) in `design`.
    pub fn format(&self, design: &Design, k: usize) -> WeightFormat {
        let bits = if self.is_output(k) { design.output_bits } else { design.hidden_bits };
        WeightFormat { bits: bits as u32, frac: self.layers[k].wf }
    }

    /// Everything that keeps this network from running on `design`, as keys of a configuration file.
    pub fn problems(&self, design: &Design) -> Vec<Problem> {
        let mut out = vec![];
        let depth = self.depth();
        out.extend(Problem::range("network.layer", depth as i64, 1..=design.max_layers as i64).map(|mut p| {
            p.message = format!("{depth} layers");
            p
        }));
        out.extend(Problem::range("network.inputs", self.inputs as i64, 1..=design.max_width as i64));
        for (k, l) in self.layers.iter().enumerate() {
            let at = |key: &str| format!("network.layer[{k}].{key}");
            let (widest, bits) = if self.is_output(k) {
                (Design::MAX_CLASSES, design.output_bits)
            } else {
                (design.max_hidden, design.hidden_bits)
            };
            out.extend(Problem::range(&at("size"), l.size as i64, 1..=widest as i64));
            out.extend(Problem::range(&at("wf"), i64::from(l.wf), 0..=15));
            out.extend(Problem::range(&at("shift"), i64::from(l.shift), 0..=12));
            if l.init_bits != Layer::ZERO_INIT {
                let most = bits.saturating_sub(2) as i64;
                out.extend(Problem::range(&at("init_bits"), i64::from(l.init_bits), 0..=most).map(|mut p| {
                    p.accepted += &format!(", or {} for all zero", Layer::ZERO_INIT);
                    p
                }));
            }
        }
        out.extend(Problem::range("network.dead_zone", i64::from(self.dead_zone), 0..=254));
        out.extend(Problem::range("network.margin", i64::from(self.margin), 0..=65535));
        // where words lie is only defined for sound numbers
        if out.is_empty() && design.problems().is_empty() {
            out.extend(self.capacity_problems(design));
        }
        out
    }

    fn capacity_problems(&self, design: &Design) -> Vec<Problem> {
        let need = crate::Layout::new(design.lanes, self);
        [
            ("design.hidden_words", "hidden", need.hidden_words(), design.hidden_words),
            ("design.output_words", "output", need.output_words(), design.output_words),
        ]
        .into_iter()
        .filter(|x| x.2 > x.3)
        .map(|(path, bank, need, have)| {
            let message = format!("the network needs {need} {bank} words a lane, the design has {have}");
            Problem::new(path, message, format!("at least {need}, or a smaller network"))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_mode() {
        assert_eq!(Rule::ALL.map(Rule::code), [0, 1, 2, 3]);
        assert_eq!(Rule::ALL.map(Rule::name), ["drtp", "gated", "contrastive", "shallow"]);
    }
    #[test]
    fn initial_weights_spread_as_the_inputs_ask() {
        // log2(sqrt(3 / 784) 512) = 4.99, sqrt(3 / 3) 512 = 2^9; at most two bits less than the weight has
        assert_eq!([Layer::good_init(784, 9, 8), Layer::good_init(3, 9, 12), Layer::good_init(3, 9, 8)], [5, 9, 6]);
        // log2(sqrt(3 / 100000)) < 0
        assert_eq!(Layer::good_init(100_000, 0, 8), 0);
    }
}
