//! Configurations drawn at random: what a user may choose, for checks that must hold for all of it.
//!
//! Sizes are mostly small, and near the number of lanes: there grouping can go wrong, and a run is short. Settings lean
//! towards those at which weights move but do not all saturate: a network that stands still tests little.
use crate::{BankStyle, Config, ConfigErrors, Design, Layer, Layout, Network, Nonlinearity, Projection, Rule, Seeds};
use std::ops::RangeInclusive;

/// A configuration from `below(n)`, a source of numbers from 0 to `n - 1`.
///
/// # Errors
/// None that was ever seen: a test draws thousands.
pub fn config(below: &mut dyn FnMut(u64) -> u64) -> Result<Config, ConfigErrors> {
    Draw(below).config()
}

/// Another network for the same hardware, of any sizes that it has room for; of a fixed network other shifts only.
pub fn network_on(config: &Config, below: &mut dyn FnMut(u64) -> u64) -> Config {
    let mut draw = Draw(below);
    let (d, n) = (config.design(), config.network());
    // most draws fit; what never does keeps the network that is there
    for _ in 0..100 {
        let depth = draw.within(1..=d.max_layers);
        let sizes: Vec<usize> =
            (0..=depth).map(|k| draw.size(d.lanes).min(if k == 0 { d.max_width } else { d.max_hidden })).collect();
        let drawn = draw.network(&sizes, d.hidden_bits, d.output_bits);
        let drawn = if d.fixed_network { n.with_shifts_of(&drawn) } else { drawn };
        if let Ok(found) = config.with_network(drawn) {
            return found;
        }
    }
    config.clone()
}

struct Draw<'a>(&'a mut dyn FnMut(u64) -> u64);

impl Draw<'_> {
    fn within(&mut self, range: RangeInclusive<usize>) -> usize {
        range.start() + (self.0)((range.end() - range.start() + 1) as u64) as usize
    }
    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.within(0..=choices.len() - 1)]
    }
    fn one_in(&mut self, n: usize) -> bool {
        self.within(1..=n) == 1
    }

    fn config(&mut self) -> Result<Config, ConfigErrors> {
        let lanes = self.of(&[1, 2, 4, 8, 16, 32, 64]);
        let (hidden_bits, output_bits) = (self.within(4..=12), self.within(8..=16));
        let depth = self.within(1..=4);
        let sizes: Vec<usize> = (0..=depth).map(|_| self.size(lanes)).collect();
        let network = self.network(&sizes, hidden_bits, output_bits);
        let need = Layout::new(lanes, &network);
        let widest = sizes[..depth].iter().copied().max().unwrap_or(1);
        let max_width = widest + self.room(200);
        let design = Design {
            lanes,
            hidden_bits,
            output_bits,
            hidden_words: need.hidden_words().max(1) + self.room(2000),
            output_words: need.output_words() + self.room(500),
            max_layers: self.within(depth..=4),
            max_width,
            max_hidden: (network.widest_hidden() + self.room(200)).min(max_width),
            counters: !self.one_in(4),
            stream_bits: self.of(&[8, 32]),
            input_pages: self.of(&[1, 2]),
            learning: !self.one_in(4),
            fixed_network: self.one_in(4),
            // of the cells of an ECP5 no simulator here sees the insides: their tests are in drtp-hdl and drtp-board; pairs
            // of lanes are drawn in drtp-cosim, and Yosys' check for an ECP5 knows no memory of an iCE40
            bank_style: self.of(&[BankStyle::Inferred, BankStyle::Blackbox]),
            watchdog: self.one_in(3),
        };
        Config::new(design, network)
    }
    /// At most 128, which is the most that classes can be.
    fn size(&mut self, lanes: usize) -> usize {
        match self.within(0..=9) {
            0 => 1,
            1..=3 => self.of(&[lanes.saturating_sub(1).max(1), lanes, lanes + 1]),
            4..=8 => self.within(2..=20),
            _ => self.within(21..=128),
        }
    }
    /// Capacity beyond need: none, a little, or much.
    fn room(&mut self, much: usize) -> usize {
        match self.within(0..=3) {
            0 | 1 => 0,
            2 => self.within(1..=4),
            _ => self.within(5..=much),
        }
    }
    fn network(&mut self, sizes: &[usize], hidden_bits: usize, output_bits: usize) -> Network {
        let last = sizes.len() - 2;
        let bits = |k: usize| if k == last { output_bits } else { hidden_bits };
        Network {
            inputs: sizes[0],
            layers: (0..=last).map(|k| self.layer(sizes[k + 1], bits(k), k == last)).collect(),
            rule: self.of(&Rule::ALL),
            activation: self.of(&Nonlinearity::ALL),
            projection: self.of(&Projection::ALL),
            dead_zone: if self.one_in(4) { self.of(&[0, 126, 127, 128, 254]) } else { self.within(0..=100) as u32 },
            margin: if self.one_in(4) { self.within(0..=65535) as u32 } else { self.within(0..=400) as u32 },
            seeds: Seeds { init: self.seed(), projection: self.seed(), noise: self.seed() },
        }
    }
    fn layer(&mut self, size: usize, bits: usize, output: bool) -> Layer {
        let zero = self.one_in(if output { 2 } else { 8 });
        Layer {
            size,
            wf: if self.one_in(4) { self.within(0..=15) } else { self.within(4..=9) } as u32,
            shift: if self.one_in(4) { self.within(0..=12) } else { self.within(2..=7) } as u32,
            init_bits: if zero { Layer::ZERO_INIT } else { self.within(0..=bits - 2) as u32 },
        }
    }
    fn seed(&mut self) -> u32 {
        if self.one_in(4) {
            return self.of(&[0, 1, u32::MAX]);
        }
        (self.0)(1 << 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;
    use rand_core::{RngCore, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn networks_on_a_design_fit_it_and_differ() {
        let mut source = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut below = |n: u64| source.next_u64() % n;
        let mut config = Config::with_layers(4, &[12, 9, 3]).unwrap();
        let design = config.design().clone();
        let mut depths = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let next = network_on(&config, &mut below);
            assert_eq!(next.design(), &design);
            depths.insert(next.network().depth());
            config = next;
        }
        assert!(depths.contains(&1) && depths.contains(&2), "{depths:?}");
    }
    #[test]
    fn every_draw_is_valid_and_its_file_says_all() {
        let mut seeds = std::collections::BTreeSet::new();
        for seed in [1, 2, u64::MAX] {
            let mut source = Xoshiro256PlusPlus::seed_from_u64(seed);
            for n in 0..1000 {
                let config = config(&mut |n| source.next_u64() % n);
                let config = config.unwrap_or_else(|e| panic!("seed {seed}, draw {n}: {e}"));
                let s = config.network().seeds;
                seeds.extend([s.init, s.projection, s.noise]);
                let read = Draft::parse("drawn", &config.to_toml()).and_then(|d| d.config());
                assert_eq!(read, Ok(config), "seed {seed}, draw {n}");
            }
        }
        // a quarter are 0, 1 or the largest; the others are all over
        assert!(seeds.len() > 6000 && [0, 1, u32::MAX].iter().all(|s| seeds.contains(s)), "{} seeds", seeds.len());
    }
}
