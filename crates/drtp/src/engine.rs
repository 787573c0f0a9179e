//! Software engines: who computes. All give the same numbers.
use drtp_core::Config;
use drtp_data::Dataset;
use std::fmt;

/// Which software engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EngineKind {
    /// The oracle: plain loops.
    Golden,
    /// The same numbers at speed.
    Fast,
}

impl EngineKind {
    /// Both of them.
    pub const ALL: [EngineKind; 2] = [EngineKind::Golden, EngineKind::Fast];
    /// Name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Golden => "golden",
            Self::Fast => "fast",
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A network with its weights, on one of the engines.
///
/// ```
/// use drtp::engine::{Engine, EngineKind};
/// let config = drtp::core::Config::with_layers(1, &[2, 3, 2])?;
/// let (mut golden, mut fast) = (Engine::new(EngineKind::Golden, &config), Engine::new(EngineKind::Fast, &config));
/// for n in 0..50 {
///     assert_eq!(golden.learn(&[n, 100 - n], 1), fast.learn(&[n, 100 - n], 1));
/// }
/// assert_eq!(golden.weights(), fast.weights());
/// # Ok::<(), drtp::core::ConfigErrors>(())
/// ```
#[derive(Clone, Debug)]
pub enum Engine {
    /// The oracle.
    Golden(Box<drtp_golden::Model>),
    /// The fast one.
    Fast(Box<drtp_fast::Model>),
}

impl Engine {
    /// An engine with the initial weights of `config`'s seeds.
    pub fn new(kind: EngineKind, config: &Config) -> Self {
        match kind {
            EngineKind::Golden => Self::Golden(Box::new(drtp_golden::Model::new(config))),
            EngineKind::Fast => Self::Fast(Box::new(drtp_fast::Model::new(config))),
        }
    }
    /// Which one it is.
    pub fn kind(&self) -> EngineKind {
        match self {
            Self::Golden(_) => EngineKind::Golden,
            Self::Fast(_) => EngineKind::Fast,
        }
    }
    /// Takes another network's settings; weights and noise stay.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn reconfigure(&mut self, config: &Config) {
        match self {
            Self::Golden(m) => m.reconfigure(config),
            Self::Fast(m) => m.reconfigure(config),
        }
    }
    /// Learns that the class of `x`, `[N_0]`, is `target`: the class before learning, and whether some layer owed an
    /// update.
    ///
    /// # Panics
    /// If `x` has not `N_0` values, or `target` is not a class of the network.
    pub fn learn(&mut self, x: &[i8], target: usize) -> (usize, bool) {
        match self {
            Self::Golden(m) => {
                let o = m.learn(x, target);
                (o.class, o.owes)
            }
            Self::Fast(m) => {
                let o = m.learn(x, target);
                (o.class, o.owes)
            }
        }
    }
    /// Learns the samples of `set` named by `order`, one after the other: how many owed an update.
    ///
    /// # Panics
    /// If the set has other inputs or classes than the network, or an index is not below its length.
    pub fn learn_all(&mut self, set: &Dataset, order: &[usize]) -> u64 {
        let mut owing = 0;
        for (n, i) in order.iter().enumerate() {
            if let Some(next) = order.get(n + 1).and_then(|i| set.get(*i)) {
                drtp_fast::soon(next.x);
            }
            let s = set.sample(*i);
            owing += u64::from(self.learn(s.x, usize::from(s.target)).1);
        }
        owing
    }
    /// The class of `x`, `[N_0]`.
    ///
    /// # Panics
    /// If `x` has not `N_0` values.
    pub fn classify(&mut self, x: &[i8]) -> usize {
        match self {
            Self::Golden(m) => m.classify(x).class,
            Self::Fast(m) => m.classify(x).class,
        }
    }
    /// Weights `W[k][j][i]`.
    pub fn weights(&self) -> Vec<Vec<Vec<i32>>> {
        match self {
            Self::Golden(m) => m.weights().to_vec(),
            Self::Fast(m) => m.weights(),
        }
    }
    /// State of the noise stream.
    pub fn noise_state(&self) -> u32 {
        match self {
            Self::Golden(m) => m.noise_state(),
            Self::Fast(m) => m.noise_state(),
        }
    }
    /// Goes on from weights `W[k][j][i]` and a state of the noise, as [`Engine::weights`] and [`Engine::noise_state`]
    /// give them.
    ///
    /// # Panics
    /// If the shape is not the network's, or a weight is not of its layer's format.
    pub fn restore(&mut self, weights: &[Vec<Vec<i32>>], noise: u32) {
        match self {
            Self::Golden(m) => {
                m.set_weights(weights.to_vec());
                m.set_noise_state(noise);
            }
            Self::Fast(m) => {
                m.set_weights(weights);
                m.set_noise_state(noise);
            }
        }
    }
    /// Share of samples that it classifies as their target; 0 for an empty set.
    pub fn accuracy(&mut self, set: &Dataset) -> f64 {
        crate::training::share_right(set, |x| self.classify(x))
    }
}
