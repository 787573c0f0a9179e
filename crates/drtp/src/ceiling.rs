//! Integer backpropagation: what the formats of `docs/numerics.md` could reach if the error travelled backwards.
//!
//! Software only, as the ceiling for the hardware's rules: a core that did this would need the transposed weights, multi-bit
//! errors and a multiplier in its update path. Forward pass, output error, weight formats, initial weights and
//! rounding noise are the recipe's; only hidden errors differ:
//!
//! ```text
//! output  d_j = e_j                                    ternary, with the dead zone:  0 fraction bits
//! hidden  d_i = g_i clamp(round(sum_j W[j,i] d_j), -127, 127)    in units of 1/8:   3 fraction bits
//! update  W'  = clamp(W + ((d_j x_i + r_i) >> (s + fraction bits)), -Wmax, Wmax)
//! ```
//!
//! `s` means what it means elsewhere: a learning rate of 2^-(s + wf - 7). As there, `r_i` is one draw for each input that is not
//! zero, shared by a layer's neurons; a layer whose `d` are all zero draws none.
use crate::training::{decayed, share_right, Schedule};
use drtp_core::draft::Training;
use drtp_core::fixed::ACTIVATION_MAX;
use drtp_core::Config;
use drtp_data::Dataset;
use drtp_golden::{argmax, forward, output_error, Forward, Model, Stream};

/// Fraction bits of a hidden error: it reaches +-16, in steps of 1/8.
const ERROR_BITS: u32 = 3;

/// A network that learns by backpropagation in integers.
#[derive(Clone, Debug)]
pub struct Ceiling {
    config: Config,
    weights: Vec<Vec<Vec<i32>>>,
    noise: Stream,
}

impl Ceiling {
    /// The network of `config` with the initial weights of its seeds; its rule plays no part.
    pub fn new(config: &Config) -> Self {
        let noise = Stream::new(config.network().seeds.noise);
        Self { config: config.clone(), weights: Model::new(config).weights().to_vec(), noise }
    }
    /// Weights `W[k][j][i]`.
    pub fn weights(&self) -> &[Vec<Vec<i32>>] {
        &self.weights
    }
    /// The class of `x`, `[N_0]`.
    pub fn classify(&self, x: &[i8]) -> usize {
        argmax(&self.forward(x).scores, None).unwrap_or(0)
    }
    /// Share of samples that it classifies as their target; 0 for an empty set.
    pub fn accuracy(&self, set: &Dataset) -> f64 {
        share_right(set, |x| self.classify(x))
    }
    /// Learns that the class of `x`, `[N_0]`, is `target`: the class before learning.
    pub fn learn(&mut self, x: &[i8], target: usize) -> usize {
        let pass = self.forward(x);
        for (k, d) in self.errors(&pass, target).iter().enumerate() {
            self.update(k, &pass.x[k], d);
        }
        argmax(&pass.scores, None).unwrap_or(0)
    }

    fn forward(&self, x: &[i8]) -> Forward {
        forward(self.config.network(), &self.weights, x)
    }
    /// Fraction bits of the errors of layer `k` (from 0).
    fn error_bits(&self, k: usize) -> u32 {
        if self.config.network().is_output(k) {
            0
        } else {
            ERROR_BITS
        }
    }
    /// `d` of every layer, `[K][N_k]`, by the weights before the update.
    fn errors(&self, pass: &Forward, target: usize) -> Vec<Vec<i32>> {
        let n = self.config.network();
        let output = |(j, a): (usize, &i32)| output_error(*a, j == target, n.dead_zone);
        let mut all = vec![pass.scores.iter().enumerate().map(output).collect::<Vec<i32>>()];
        for k in (1..n.depth()).rev() {
            let above = &all[0];
            // fraction bits of the sum, beyond those of its result
            let surplus = n.layers[k].wf + self.error_bits(k);
            let back = |i: usize| {
                let sum: i64 =
                    self.weights[k].iter().zip(above).map(|(row, d)| i64::from(row[i]) * i64::from(*d)).sum();
                let half = 1 << surplus >> 1;
                let d = ((sum << ERROR_BITS) + half) >> surplus;
                d.clamp(i64::from(-ACTIVATION_MAX), i64::from(ACTIVATION_MAX)) as i32
            };
            let d = pass.g[k - 1].iter().enumerate().map(|(i, g)| if *g { back(i) } else { 0 }).collect();
            all.insert(0, d);
        }
        all
    }
    fn update(&mut self, k: usize, x: &[i32], d: &[i32]) {
        if d.iter().all(|d| *d == 0) {
            return;
        }
        let n = self.config.network();
        let shift = n.layers[k].shift + self.error_bits(k);
        let max = n.format(self.config.design(), k).max();
        let inputs = x.iter().enumerate().filter(|(_, x)| **x != 0);
        let drawn: Vec<(usize, i32, i32)> = inputs.map(|(i, x)| (i, *x, self.noise.draw(shift))).collect();
        for (row, d) in self.weights[k].iter_mut().zip(d).filter(|(_, d)| **d != 0) {
            for (i, x, r) in &drawn {
                row[*i] = (row[*i] + ((d * x + r) >> shift)).clamp(-max, max);
            }
        }
    }
}

/// Trains a network of `config` on `set` from its initial weights; `after` sees it behind each epoch.
///
/// # Panics
/// If the samples do not suit the network.
pub fn train(config: &Config, plan: &Training, seed: u64, set: &Dataset, after: &mut dyn FnMut(&Ceiling)) -> Ceiling {
    let mut ceiling = Ceiling::new(config);
    let mut schedule = Schedule::new(plan, seed);
    while let Some((order, decay)) = schedule.next_epoch(set.len()) {
        for i in order {
            let sample = set.sample(i);
            ceiling.learn(sample.x, usize::from(sample.target));
        }
        if decay {
            let slower = decayed(ceiling.config.network());
            ceiling.config = ceiling.config.with_network(slower).expect("a shift stays within its range");
        }
        after(&ceiling);
    }
    ceiling
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::Rule;

    /// 1-2-2, hidden wf 9, output wf 10, dead zone 64.
    fn tiny() -> Ceiling {
        let mut ceiling = Ceiling::new(&Config::with_layers(1, &[1, 2, 2]).unwrap());
        // hidden: a = 100 * 64 >> 9 = 12, and 100 * -64 >> 9 = -13: both derivatives are 1
        // output: a = (512 * 12 - 256 * -13) >> 10 = 9 and (100 * -13) >> 10 = -2: errors +1 and -1 for target 0
        ceiling.weights = vec![vec![vec![64, 0], vec![-64, 0]], vec![vec![512, -256, 0], vec![0, 100, 0]]];
        ceiling
    }

    #[test]
    fn errors_by_hand() {
        let c = tiny();
        let pass = c.forward(&[100]);
        assert_eq!((&pass.x[1][..], &pass.scores[..]), (&[12, -13, 127][..], &[9, -2][..]));
        // target 0: (512 * 1 + 0 * -1) / 1024 = 4/8;  (-256 * 1 + 100 * -1) / 1024 = -2.8/8, rounded -3/8
        assert_eq!(c.errors(&pass, 0), [vec![4, -3], vec![1, -1]]);
        // target 1: the negatives
        assert_eq!(c.errors(&pass, 1), [vec![-4, 3], vec![-1, 1]]);
    }

    #[test]
    fn a_saturated_neuron_has_no_error() {
        let mut c = tiny();
        c.weights[0][0] = vec![127, 127];
        c.weights[0][1] = vec![-127, -127];
        // 127 * (127 + 127) >> 9 = 63: far from the rails of 127; with wf 7 behind them
        let mut n = c.config.network().clone();
        n.layers[0].wf = 7;
        c.config = c.config.with_network(n).unwrap();
        let pass = c.forward(&[127]);
        assert_eq!(c.errors(&pass, 0)[0], [0, 0]);
    }

    /// Against differences: a step along the update raises the target's score and lowers the other one.
    #[test]
    fn updates_go_down_the_error() {
        let gap = |c: &Ceiling| {
            let scores = c.forward(&[100]).scores;
            scores[0] - scores[1]
        };
        let mut c = tiny();
        let before = (gap(&c), c.weights.clone());
        // output weights are held still: what rises is owed to the hidden layer
        for _ in 0..200 {
            c.learn(&[100], 0);
            c.weights[1] = before.1[1].clone();
        }
        assert!(gap(&c) > before.0, "{} after {}", gap(&c), before.0);
        assert!(c.weights[0][0][0] > 64 && c.weights[0][1][0] < -64, "{:?}", c.weights[0]);
    }

    /// A mean over many updates: d x / 2^(s + 3), by stochastic rounding.
    #[test]
    fn rounding_is_unbiased() {
        let mut c = tiny();
        let n = 20_000;
        let mut sum = [0, 0];
        for _ in 0..n {
            c.weights[0] = vec![vec![0, 0], vec![0, 0]];
            c.update(0, &[100, 127], &[4, -3]);
            sum = [sum[0] + c.weights[0][0][0], sum[1] + c.weights[0][1][0]];
        }
        for (sum, d) in sum.iter().zip([4.0, -3.0]) {
            let (mean, expected) = (f64::from(*sum) / f64::from(n), d * 100.0 / f64::from(1 << 10));
            assert!((mean - expected).abs() < 0.02, "{mean} for {expected}");
        }
    }

    #[test]
    fn learns_the_digits_better_than_shallow_and_repeats() {
        let mut draft = drtp_core::Draft::default();
        draft.set_layers(&[64, 32, 10]);
        draft.set_seed(1);
        let config = draft.config().unwrap();
        let mut network = config.network().clone();
        (network.layers[0].shift, network.layers[1].shift) = (4, 3);
        network.rule = Rule::Shallow;
        let config = config.with_network(network).unwrap();
        let (plan, split) = (Training { epochs: 4, decay_after: vec![2, 3] }, drtp_data::digits(1));
        let mut curve = vec![];
        let bp = train(&config, &plan, 1, &split.train, &mut |c| curve.push(c.accuracy(&split.test)));
        let shallow = crate::training::train(&config, &plan, 1, &split.train, &mut |_, _| ()).accuracy(&split.test);
        let reached = bp.accuracy(&split.test);
        assert!(reached > shallow + 0.02, "{reached} against {shallow}");
        assert_eq!((curve.len(), curve[3]), (4, reached));
        let again = train(&config, &plan, 1, &split.train, &mut |_| ());
        assert_eq!(again.weights(), bp.weights());
    }
}
