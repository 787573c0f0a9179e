//! Designs drawn from a seed, to be synthesised: what the estimator is fitted to, and what it is tested with.
use crate::target::Target;
use drtp_core::{BankStyle, Config, Design, Layer, Layout, Network, Nonlinearity, Projection, Rule, Seeds};
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The first `count` designs of a seed. Half of them learn and take their network by settings, a quarter do not learn, a
/// quarter have their network built in.
pub fn cases(target: Target, seed: u64, count: usize) -> Vec<Config> {
    let mut draw = Draw(Xoshiro256PlusPlus::seed_from_u64(seed ^ target as u64));
    let mut out = vec![];
    while out.len() < count {
        // not every draw fits itself: an accumulator may be too wide, a memory too small
        out.extend(draw.case(target, out.len() % 4));
    }
    out
}

struct Draw(Xoshiro256PlusPlus);

impl Draw {
    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.0.next_u32() as usize) % choices.len()]
    }
    fn case(&mut self, target: Target, kind: usize) -> Option<Config> {
        let small = target == Target::Ice40;
        let lanes = self.of(if small { &[1, 2, 4, 8, 8, 16] } else { &[1, 2, 4, 8, 16, 16, 32, 64] });
        let inputs = self.of(&[16, 40, 64, 100, 196, 256, 400, 784, 1000]);
        let classes = self.of(&[2, 4, 10, 10, 26]);
        let depth = self.of(&[1, 2, 2, 2, 3, 4]);
        let hidden = |draw: &mut Self| draw.of(if small { &[8, 20, 32, 64] } else { &[16, 32, 64, 128, 200, 500] });
        let mut sizes = vec![inputs];
        for _ in 1..depth {
            let size = hidden(self);
            sizes.push(size);
        }
        sizes.push(classes);
        let (hidden_bits, output_bits) = (self.of(&[4, 5, 6, 8, 8, 10, 12]), self.of(&[8, 10, 12, 12, 16]));
        let network = network(&sizes, hidden_bits);
        let need = Layout::new(lanes, &network);
        let fixed = kind == 3;
        let max_layers = if fixed { depth } else { self.of(&[depth, depth, 4]) };
        let widest_hidden = network.widest_hidden();
        let max_width = inputs.max(widest_hidden);
        let mut design = Design {
            lanes,
            hidden_bits,
            output_bits,
            hidden_words: need.hidden_words().max(1),
            output_words: need.output_words(),
            max_layers,
            max_width,
            max_hidden: if fixed { widest_hidden } else { self.of(&[widest_hidden, widest_hidden, max_width]) },
            counters: self.of(&[true, false]),
            stream_bits: self.of(&[8, 8, 32]),
            input_pages: self.of(&[1, 2, 2]),
            learning: kind != 2,
            fixed_network: fixed,
            bank_style: target.bank_style(),
            watchdog: false,
        };
        if small && self.of(&[true, false]) {
            let pairs = Design { bank_style: BankStyle::Spram, ..design.clone() };
            if pairs.problems().is_empty() {
                design = pairs;
            }
        }
        Config::new(design, network).ok()
    }
}

fn network(sizes: &[usize], hidden_bits: usize) -> Network {
    let depth = sizes.len() - 1;
    let layer = |k: usize| match k + 1 == depth {
        true => Layer::output(sizes[k + 1]),
        false => Layer::hidden(sizes[k + 1], sizes[k], hidden_bits),
    };
    Network {
        inputs: sizes[0],
        layers: (0..depth).map(layer).collect(),
        rule: Rule::Contrastive,
        activation: Nonlinearity::HardTanh,
        projection: Projection::Binary,
        dead_zone: 16,
        margin: 64,
        seeds: Seeds::from_seed(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_designs_and_every_kind() {
        for target in Target::ALL {
            let first = cases(target, 1, 24);
            assert_eq!(first, cases(target, 1, 24));
            assert_ne!(first, cases(target, 2, 24));
            let count = |f: fn(&Design) -> bool| first.iter().filter(|c| f(c.design())).count();
            assert_eq!(count(|d| !d.learning), 6);
            assert_eq!(count(|d| d.fixed_network), 6);
            assert!(count(|d| d.counters) > 3 && count(|d| d.stream_bits == 32) > 3);
        }
        assert!(cases(Target::Ice40, 1, 24).iter().any(|c| c.design().pairs()));
    }
}
