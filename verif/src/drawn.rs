//! Configurations drawn from a seed: whatever a user may choose must be generated, linted, synthesised, and learn as the
//! golden model does.
use drtp::core::{draw, Config};
use drtp::data::Shuffle;
use std::collections::BTreeSet;

/// Configurations of the long tier.
pub const LONG: usize = 100;
/// The seed of CI.
pub const DEFAULT_SEED: u64 = 1;

/// A configuration and its name, which says how to draw it again.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// A folder's name.
    pub name: String,
    /// The configuration.
    pub config: Config,
    /// Whether the streams pause at random while it runs.
    pub stalls: bool,
}

/// The seed of this run: that of `cargo xtask verify --seed`.
pub fn seed() -> u64 {
    std::env::var("DRTP_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(DEFAULT_SEED)
}

/// The first `count` configurations of a seed, no two of them equal. Fewer are the beginning of more.
pub fn drawn(seed: u64, count: usize) -> Vec<Drawn> {
    let mut source = Shuffle::new(seed);
    let mut files = BTreeSet::new();
    let mut out = vec![];
    while out.len() < count {
        let (config, stalls) = (draw::config(&mut |n| source.below(n)), source.below(2) == 0);
        // INVARIANT: every draw is valid (a unit test in drtp-core); one that is not would have to be left out
        let Ok(config) = config else { continue };
        if files.insert(config.to_toml()) {
            out.push(Drawn { name: format!("random-{seed}_{}", out.len() + 1), config, stalls });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    #[test]
    fn names_and_files_differ_and_follow_the_seed() {
        let all = drawn(DEFAULT_SEED, 1000);
        let distinct = |of: fn(&Drawn) -> String| all.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((distinct(|d| d.name.clone()), distinct(|d| d.config.to_toml())), (1000, 1000));
        let files = |seed, count| -> Vec<_> { drawn(seed, count).iter().map(|d| d.config.to_toml()).collect() };
        assert_eq!(files(5, 100), files(5, 100));
        assert_ne!(files(5, 100), files(6, 100));
        assert_eq!(files(5, 4), files(5, 100)[..4]);
    }
    /// All values of a choice among the configurations of the long tier.
    fn values<T: Ord + Debug>(of: impl Fn(&Drawn) -> T) -> Vec<T> {
        let set: BTreeSet<T> = drawn(DEFAULT_SEED, LONG).iter().map(of).collect();
        set.into_iter().collect()
    }
    #[test]
    fn the_long_tier_meets_every_choice() {
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
