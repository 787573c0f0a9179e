//! Configurations drawn from a seed: whatever a user may choose must be generated, linted, synthesised, and learn as the
//! golden model does.
//!
//! Sizes are mostly small, and near the number of lanes: there grouping can go wrong, and a run is short. Settings lean
//! towards those at which weights move but do not all saturate: a network that stands still tests little.
use drtp_core::{
    BankStyle, Config, ConfigErrors, Design, Layer, Layout, Network, Nonlinearity, Projection, Rule, Seeds,
};
use drtp_data::Shuffle;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Configurations of a usual run, and of a thorough one. The shorter list is the beginning of the longer one.
const USUAL: usize = 4;
const THOROUGH: usize = 100;
/// The seed of CI.
pub const DEFAULT_SEED: u64 = 1;

/// A configuration and its name, which says how to draw it again.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub name: String,
    pub config: Config,
    /// Whether the streams pause at random while it runs.
    pub stalls: bool,
}

/// What a run verifies.
pub fn drawn(seed: u64, thorough: bool) -> Vec<Drawn> {
    draw(seed, if thorough { THOROUGH } else { USUAL })
}

/// The first `count` configurations of a seed, no two of them equal.
fn draw(seed: u64, count: usize) -> Vec<Drawn> {
    let mut draw = Draw(Shuffle::new(seed));
    let mut files = BTreeSet::new();
    let mut out = vec![];
    while out.len() < count {
        let (config, stalls) = (draw.config(), draw.one_in(2));
        // INVARIANT: every draw is valid (unit test below); one that is not would have to be left out
        let Ok(config) = config else { continue };
        if files.insert(config.to_toml()) {
            out.push(Drawn { name: format!("random-{seed}_{}", out.len() + 1), config, stalls });
        }
    }
    out
}

/// The source of one list.
struct Draw(Shuffle);

impl Draw {
    fn within(&mut self, range: RangeInclusive<usize>) -> usize {
        range.start() + self.0.below((range.end() - range.start() + 1) as u64) as usize
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
        self.0.below(1 << 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::Draft;
    use std::fmt::Debug;

    #[test]
    fn every_draw_is_valid_and_its_file_says_all() {
        for seed in [DEFAULT_SEED, 2, u64::MAX] {
            let mut source = Draw(Shuffle::new(seed));
            for n in 0..1000 {
                let config = source.config().unwrap_or_else(|e| panic!("seed {seed}, draw {n}: {e}"));
                let read = Draft::parse("drawn", &config.to_toml()).and_then(|d| d.config());
                assert_eq!(read, Ok(config), "seed {seed}, draw {n}");
            }
        }
    }
    #[test]
    fn names_and_files_differ_and_follow_the_seed() {
        let all = draw(DEFAULT_SEED, 1000);
        let distinct = |of: fn(&Drawn) -> String| all.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((distinct(|d| d.name.clone()), distinct(|d| d.config.to_toml())), (1000, 1000));
        let files = |seed, thorough| -> Vec<_> { drawn(seed, thorough).iter().map(|d| d.config.to_toml()).collect() };
        assert_eq!(files(5, true), files(5, true));
        assert_ne!(files(5, true), files(6, true));
        assert_eq!(files(5, true).len(), 100);
        assert_eq!(files(5, false), files(5, true)[..4]);
    }
    /// All values of a choice among the configurations of a thorough run in CI.
    fn values<T: Ord + Debug>(of: impl Fn(&Drawn) -> T) -> Vec<T> {
        let set: BTreeSet<T> = drawn(DEFAULT_SEED, true).iter().map(of).collect();
        set.into_iter().collect()
    }
    #[test]
    fn a_thorough_run_meets_every_choice() {
        assert_eq!(values(|d| d.config.design().lanes), [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(values(|d| d.config.design().hidden_bits), (4..=12).collect::<Vec<_>>());
        assert_eq!(values(|d| d.config.design().output_bits), (8..=16).collect::<Vec<_>>());
        assert_eq!(values(|d| d.config.design().max_layers), [1, 2, 3, 4]);
        assert_eq!(values(|d| d.config.design().counters), [false, true]);
        assert_eq!(values(|d| d.config.design().stream_bits), [8, 32]);
        assert_eq!(values(|d| d.config.design().input_pages), [1, 2]);
        assert_eq!(values(|d| d.config.design().learning), [false, true]);
        assert_eq!(values(|d| d.config.design().fixed_network), [false, true]);
        assert_eq!(values(|d| d.config.design().bank_style.name()), ["blackbox", "inferred"]);
        assert_eq!(values(|d| d.config.network().depth()), [1, 2, 3, 4]);
        assert_eq!(values(|d| d.config.network().rule.code()), [0, 1, 2, 3]);
        assert_eq!(values(|d| d.config.network().activation as u8), [0, 1]);
        assert_eq!(values(|d| d.config.network().projection as u8), [0, 1]);
        assert_eq!(values(|d| d.stalls), [false, true]);
        let uneven = |d: &Drawn| d.config.network().layers.iter().any(|l| l.size % d.config.design().lanes != 0);
        assert_eq!(values(uneven), [false, true]);
        let single = |d: &Drawn| d.config.network().sizes().contains(&1);
        assert_eq!(values(single), [false, true]);
        let roomy = |d: &Drawn| d.config.layout().hidden_words().max(1) < d.config.design().hidden_words;
        assert_eq!(values(roomy), [false, true]);
        let idle = |d: &Drawn| d.config.network().depth() < d.config.design().max_layers;
        assert_eq!(values(idle), [false, true]);
    }
}
