//! What learning on chip is for: a device is trained, the world changes, and two copies of it meet the changed world. One goes
//! on learning sample by sample, the other one is frozen.
//!
//! ```text
//! training set --shuffled--> first part --> training, as `training` does it --> weights --+--> frozen: classifies
//!                        +-> the rest, changed: the stream ------------------------------->+--> learning: classifies, learns
//! test set --> accuracy before;  changed --> accuracy of both behind the stream
//! ```
//!
//! Each sample of the stream is classified before it is learned, so the running accuracy is one on samples not seen
//! before. The stream is learned with the update shifts that training ended with, if no others are asked for: the device does not
//! know that the world has changed.
mod change;

pub use change::Change;

use crate::engine::Engine;
use crate::training::{decayed, train};
use drtp_core::draft::Training;
use drtp_core::Config;
use drtp_data::{DataError, Dataset, Edges, Shuffle, Split};
use std::collections::VecDeque;

/// How a change is met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Share of the training set that is learned before the change; the stream is the rest.
    pub first: f64,
    /// Samples of the stream; it begins again, in a new order, where it ends. `None`: all of it, once.
    pub samples: Option<usize>,
    /// Samples over which the running accuracy is taken.
    pub window: usize,
    /// How often the learning rate of the configuration is halved for the stream. `None`: as training left it.
    pub halvings: Option<usize>,
    /// Recovered is a running accuracy of at least that before the change less this.
    pub recovered: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { first: 0.5, samples: None, window: 200, halvings: None, recovered: 0.02 }
    }
}

/// Running accuracies after some samples of the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Samples since the change.
    pub samples: usize,
    /// Of the device that learns, over the last window.
    pub learning: f64,
    /// Of the frozen one.
    pub frozen: f64,
}

/// What came of a change. Accuracies are shares, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which change.
    pub change: Change,
    /// On the test set before the change; of a new class, without its samples.
    pub accuracy_before: f64,
    /// Frozen, on the changed test set: where the learning device starts from, too.
    pub frozen_accuracy: f64,
    /// On the changed test set, behind the stream.
    pub learning_accuracy: f64,
    /// The same on the new class's test samples alone.
    pub new_class_accuracy: Option<f64>,
    /// Samples since the change after which the running accuracy had recovered, for the first time. At least a window.
    pub samples_to_recover: Option<usize>,
    /// Samples of the stream.
    pub samples_seen: usize,
    /// Running accuracies, from the first whole window on, about 20 to a window.
    pub curve: Vec<Point>,
}

/// A configuration and the samples of a world, as pixels.
#[derive(Clone, Debug)]
pub struct Drift {
    config: Config,
    plan: Training,
    seed: u64,
    features: Option<Edges>,
    settings: Settings,
    first: Dataset,
    rest: Dataset,
    test: Dataset,
    /// Trained on all of the first part; most changes begin with it.
    usual: Option<Engine>,
}

impl Drift {
    /// Shuffles the training set by `seed` and divides it. `features` stand between pixels and network.
    pub fn new(
        config: &Config,
        plan: &Training,
        seed: u64,
        pixels: &Split,
        features: Option<Edges>,
        settings: Settings,
    ) -> Self {
        let order = Shuffle::new(seed).epoch(pixels.train.len());
        let (first, rest) = order.split_at((settings.first.clamp(0.0, 1.0) * order.len() as f64) as usize);
        Self {
            config: config.clone(),
            plan: plan.clone(),
            seed,
            features,
            settings,
            first: pixels.train.subset(first),
            rest: pixels.train.subset(rest),
            test: pixels.test.clone(),
            usual: None,
        }
    }
    /// Samples that the stream will have.
    pub fn samples(&self) -> usize {
        match self.settings.samples {
            _ if self.rest.is_empty() => 0,
            Some(n) => n,
            None => self.rest.len(),
        }
    }
    /// Trains, changes the world, and lets both devices meet it. What was trained once serves further changes.
    ///
    /// # Errors
    /// Samples without the shape that the change or the features need.
    ///
    /// # Panics
    /// If samples do not suit the network.
    pub fn run(&mut self, change: Change) -> Result<Outcome, DataError> {
        let mut trained = self.trained(change)?;
        let accuracy_before = trained.accuracy(&self.seen(&change.before(&self.test))?);
        if let Some(n) = self.settings.halvings {
            let network = (0..n).fold(self.config.network().clone(), |network, _| decayed(&network));
            trained.reconfigure(&self.config.with_network(network).expect("a shift stays within its range"));
        }
        let mut pair = Pair::new(trained, self.settings.window);

        let stream = self.seen(&change.after(&self.rest, self.seed)?)?;
        let test = self.seen(&change.after(&self.test, self.seed)?)?;
        let frozen_accuracy = pair.frozen.accuracy(&test);
        let (every, level) = (self.settings.window.div_ceil(20), accuracy_before - self.settings.recovered);
        let (mut curve, mut samples_to_recover) = (vec![], None);
        let mut order = Shuffle::new(self.seed);
        let endless = std::iter::repeat_with(|| order.epoch(stream.len())).flatten();
        for (n, i) in (1..=self.samples()).zip(endless) {
            let sample = stream.sample(i);
            pair.see(sample.x, usize::from(sample.target));
            if n < self.settings.window {
                continue;
            }
            let point = Point { samples: n, learning: pair.right.0.share(), frozen: pair.right.1.share() };
            if samples_to_recover.is_none() && point.learning >= level {
                samples_to_recover = Some(n);
            }
            if n % every == 0 {
                curve.push(point);
            }
        }
        let new = (0..test.len()).filter(|i| usize::from(test.targets()[*i]) + 1 == test.classes());
        let new_class = (change == Change::NewClass).then(|| test.subset(&new.collect::<Vec<_>>()));
        Ok(Outcome {
            change,
            accuracy_before,
            frozen_accuracy,
            learning_accuracy: pair.learning.accuracy(&test),
            new_class_accuracy: new_class.map(|set| pair.learning.accuracy(&set)),
            samples_to_recover,
            samples_seen: self.samples(),
            curve,
        })
    }
    /// The device at the moment of the change.
    fn trained(&mut self, change: Change) -> Result<Engine, DataError> {
        let own = change == Change::NewClass;
        if let Some(engine) = self.usual.as_ref().filter(|_| !own) {
            return Ok(engine.clone());
        }
        let set = self.seen(&change.before(&self.first))?;
        let engine = train(&self.config, &self.plan, self.seed, &set, &mut |_, _| ());
        if !own {
            self.usual = Some(engine.clone());
        }
        Ok(engine)
    }
    fn seen(&self, pixels: &Dataset) -> Result<Dataset, DataError> {
        self.features.map_or_else(|| Ok(pixels.clone()), |edges| edges.of(pixels))
    }
}

/// Two copies of a device, and how often each was right of late.
struct Pair {
    learning: Engine,
    frozen: Engine,
    right: (Window, Window),
}

impl Pair {
    fn new(trained: Engine, window: usize) -> Self {
        let right = (Window::new(window), Window::new(window));
        Self { frozen: trained.clone(), learning: trained, right }
    }
    /// Both classify the sample, then one learns it.
    fn see(&mut self, x: &[i8], target: usize) {
        self.right.1.add(self.frozen.classify(x) == target);
        self.right.0.add(self.learning.learn(x, target).0 == target);
    }
}

/// The last answers.
struct Window {
    size: usize,
    answers: VecDeque<bool>,
    right: usize,
}

impl Window {
    fn new(size: usize) -> Self {
        Self { size, answers: VecDeque::new(), right: 0 }
    }
    fn add(&mut self, right: bool) {
        self.answers.push_back(right);
        self.right += usize::from(right);
        if self.answers.len() > self.size {
            self.right -= usize::from(self.answers.pop_front() == Some(true));
        }
    }
    /// Share of right ones.
    fn share(&self) -> f64 {
        self.right as f64 / self.answers.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::EngineKind;

    fn fresh(config: &Config) -> Engine {
        Engine::new(EngineKind::Fast, config)
    }

    fn digits(settings: Settings, seed: u64) -> Drift {
        let mut draft = drtp_core::Draft::default();
        draft.set_layers(&[64, 32, 10]);
        draft.set_seed(seed);
        let network = {
            let mut n = draft.config().unwrap().network().clone();
            (n.layers[0].shift, n.layers[1].shift) = (4, 3);
            n
        };
        let config = draft.config().unwrap().with_network(network).unwrap();
        let plan = Training { epochs: 6, decay_after: vec![2, 3, 4, 5] };
        Drift::new(&config, &plan, seed, &drtp_data::digits(seed), None, settings)
    }

    #[test]
    fn a_window_forgets() {
        let mut w = Window::new(2);
        let mut add = |right| {
            w.add(right);
            w.share()
        };
        assert_eq!([true, false, false, true].map(&mut add), [1.0, 0.5, 0.0, 0.5]);
    }

    #[test]
    fn only_one_of_two_learns() {
        let config = Config::with_layers(1, &[3, 4, 2]).unwrap();
        let mut pair = Pair::new(fresh(&config), 10);
        let before = pair.frozen.weights();
        (0..40).for_each(|n| pair.see(&[100, n, -n], usize::from(n % 2 == 0)));
        assert_eq!(pair.frozen.weights(), before);
        assert_ne!(pair.learning.weights(), before);
        // the learning device is what learning alone gives
        let mut alone = fresh(&config);
        (0..40).for_each(|n| {
            alone.learn(&[100, n, -n], usize::from(n % 2 == 0));
        });
        assert_eq!(pair.learning.weights(), alone.weights());
    }

    #[test]
    fn learning_beats_frozen_and_repeats() {
        let mut drift = digits(Settings { samples: Some(1500), ..Settings::default() }, 1);
        assert_eq!((drift.first.len(), drift.rest.len(), drift.samples()), (719, 719, 1500));
        for change in Change::ALL {
            let found = drift.run(change).unwrap();
            assert!(found.learning_accuracy > found.frozen_accuracy, "{found:?}");
            assert!(found.frozen_accuracy < found.accuracy_before, "{found:?}");
            assert_eq!(found.samples_seen, 1500);
            assert!(found.samples_to_recover.is_none_or(|n| (200..=1500).contains(&n)));
            assert_eq!((found.curve[0].samples, found.curve.len()), (200, 131));
            assert_eq!(found.new_class_accuracy.is_some(), change == Change::NewClass);
            // a device that was trained for another change before is the same
            let alone = digits(Settings { samples: Some(1500), ..Settings::default() }, 1).run(change).unwrap();
            assert_eq!(found, alone);
        }
    }

    #[test]
    fn a_level_of_nothing_is_reached_with_the_first_window() {
        let mut easy = digits(Settings { window: 7, recovered: 1.0, ..Settings::default() }, 2);
        let found = easy.run(Change::Inverted).unwrap();
        assert_eq!((found.samples_to_recover, found.samples_seen), (Some(7), 719));
        let mut hard = digits(Settings { recovered: -1.0, ..Settings::default() }, 2);
        assert_eq!(hard.run(Change::Stuck).unwrap().samples_to_recover, None);
    }

    #[test]
    fn features_see_the_changed_pixels() {
        let config = Config::with_layers(1, &[72, 8, 10]).unwrap();
        let plan = Training { epochs: 1, decay_after: vec![] };
        let pixels = drtp_data::digits(1);
        let run = |change| {
            let mut d = Drift::new(&config, &plan, 1, &pixels, Some(Edges::Three), Settings::default());
            d.run(change).unwrap()
        };
        assert!(run(Change::Shifted).learning_accuracy > 0.0);
    }
}
