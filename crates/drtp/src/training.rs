//! Training schedules: the order of samples, and learning rates that fall.
use crate::engine::{Engine, EngineKind};
use drtp_core::draft::Training;
use drtp_core::{Config, Network};
use drtp_data::{Dataset, Shuffle};
use drtp_golden::Model;
use std::time::{Duration, Instant};

/// The network with every shift risen by one: half the learning rate. A shift at its limit of 12 stays.
pub fn decayed(network: &Network) -> Network {
    let mut n = network.clone();
    n.layers.iter_mut().for_each(|l| l.shift = (l.shift + 1).min(12));
    n
}

/// The order of samples and the decay of each epoch, from 1.
#[derive(Clone, Debug)]
pub struct Schedule {
    training: Training,
    shuffle: Shuffle,
    /// Epochs of earlier runs.
    before: usize,
    epoch: usize,
}
impl Schedule {
    /// A schedule whose orders follow from `seed`.
    pub fn new(training: &Training, seed: u64) -> Self {
        Self::after(0, 0, training, seed)
    }
    /// The schedule that goes on behind `before` epochs of `n` samples, as if it had not stopped: `training` says how
    /// many epochs are to come, and after which of all the learning rate falls.
    ///
    /// ```
    /// use drtp::core::draft::Training;
    /// use drtp::training::Schedule;
    /// let epochs = |epochs| Training { epochs, decay_after: vec![2] };
    /// let mut whole = Schedule::new(&epochs(3), 7);
    /// whole.next_epoch(50);
    /// let mut rest = Schedule::after(1, 50, &epochs(2), 7);
    /// for _ in 0..3 {
    ///     assert_eq!(whole.next_epoch(50), rest.next_epoch(50));
    /// }
    /// ```
    pub fn after(before: usize, n: usize, training: &Training, seed: u64) -> Self {
        let mut shuffle = Shuffle::new(seed);
        (0..before).for_each(|_| drop(shuffle.epoch(n)));
        Self { training: training.clone(), shuffle, before, epoch: 0 }
    }
    /// The next epoch's order of `n` samples, and whether the learning rate falls after it; `None` at the end.
    pub fn next_epoch(&mut self, n: usize) -> Option<(Vec<usize>, bool)> {
        if self.epoch == self.training.epochs {
            return None;
        }
        self.epoch += 1;
        Some((self.shuffle.epoch(n), self.training.decay_after.contains(&(self.before + self.epoch))))
    }
    /// Epochs to come at its begin.
    pub fn epochs(&self) -> usize {
        self.training.epochs
    }
}

/// What an epoch of training took.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    /// Samples that owed an update.
    pub owing: u64,
    /// Time spent learning.
    pub time: Duration,
}

/// Trains a network of `config` on `set` from its initial weights, on the fast engine; `after` sees it behind each epoch.
///
/// # Panics
/// If the samples do not suit the network.
pub fn train(
    config: &Config,
    plan: &Training,
    seed: u64,
    set: &Dataset,
    after: &mut dyn FnMut(&mut Engine, Epoch),
) -> Engine {
    let mut engine = Engine::new(EngineKind::Fast, config);
    let mut now = config.clone();
    let mut schedule = Schedule::new(plan, seed);
    while let Some((order, decay)) = schedule.next_epoch(set.len()) {
        let begin = Instant::now();
        let owing = engine.learn_all(set, &order);
        let time = begin.elapsed();
        if decay {
            now = now.with_network(decayed(now.network())).expect("a shift stays within its range");
            engine.reconfigure(&now);
        }
        after(&mut engine, Epoch { owing, time });
    }
    engine
}

/// Share of samples that the golden model classifies as their target; 0 for an empty set.
pub fn accuracy(model: &Model, set: &Dataset) -> f64 {
    share_right(set, |x| model.classify(x).class)
}
/// Share of samples whose class by `classify` is their target; 0 for an empty set.
pub fn share_right(set: &Dataset, mut classify: impl FnMut(&[i8]) -> usize) -> f64 {
    let right = set.iter().filter(|s| classify(s.x) == usize::from(s.target)).count();
    right as f64 / set.len().max(1) as f64
}
