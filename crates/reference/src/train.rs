//! Training: batches, epochs, what is measured on the way.
use crate::angle::angle;
use crate::network::Network;
use crate::optimiser::{Optimiser, OptimiserKind};
use crate::random::{Purpose, Random};
use crate::rule::{bp::Bp, Pass, Rule};
use crate::{Samples, Task};
use drtp_data::Shuffle;
use ndarray::{s, ArrayView2};
use serde::Serialize;

/// How a network is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The optimiser.
    pub optimiser: OptimiserKind,
    /// Learning rate of the hidden layers.
    pub rate: f32,
    /// That of the output layer.
    pub output_rate: f32,
    /// Both fall, by equal amounts a batch, to this share of what they were at the beginning.
    pub rate_end: f32,
    /// Samples a batch; an epoch's last one may be smaller.
    pub batch: usize,
    /// Passes over the training samples.
    pub epochs: usize,
    /// Batches between two looks at the angles; 0: none.
    pub angles_every: usize,
    /// Seed of the order of samples, and of what drops out.
    pub seed: u64,
}

/// Measured behind an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// Mean loss of the training samples as they were learned.
    pub train_loss: f64,
    /// Mean loss of the test samples.
    pub test_loss: f64,
    /// Share of the test samples whose largest output is their class; `None` in a regression.
    pub test_accuracy: Option<f64>,
}

/// Angles between the rule's and backpropagation's gradients of a batch, taken at the same weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Batches learned before.
    pub batch: usize,
    /// One angle in degrees for each hidden layer; `None` where one of the gradients is zero.
    pub angles: Vec<Option<f64>>,
}

/// What a training leaves behind, besides the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// One entry an epoch.
    pub epochs: Vec<Epoch>,
    /// In order.
    pub looks: Vec<Look>,
}

/// Trains `network` with `rule`; `progress` is told the samples that were learned since it was told last.
///
/// # Panics
/// If there is no training sample, or the plan's batch is 0.
pub fn train(
    network: &mut Network,
    rule: &dyn Rule,
    plan: &Plan,
    task: &Task,
    progress: &(dyn Fn(usize) + Sync),
) -> Course {
    let mut shuffle = Shuffle::new(Random::new(plan.seed, Purpose::Order).word());
    let mut dropout = Random::new(plan.seed, Purpose::Dropout);
    let mut optimiser = Optimiser::new(plan.optimiser, network);
    let hidden = network.hidden();
    let batches = plan.epochs * task.train.len().div_ceil(plan.batch);
    let mut course = Course::default();
    let mut done = 0;
    for epoch in 1..=plan.epochs {
        let mut loss = 0.0;
        for some in shuffle.epoch(task.train.len()).chunks(plan.batch) {
            let (x, t) = task.train.rows(some);
            let trace = network.forward(x.view(), Some(&mut dropout));
            let outcome = network.assess(trace.output(), t.view());
            loss += outcome.loss * some.len() as f64;
            let pass = Pass { network, trace: &trace, outcome: &outcome, target: t.view() };
            let gradients = network.gradients(&trace, rule.signals(pass), &outcome);
            if plan.angles_every > 0 && done % plan.angles_every == 0 {
                let exact = network.gradients(&trace, Bp.signals(pass), &outcome);
                let angles = gradients.iter().zip(&exact).take(hidden);
                let angles = angles.map(|(a, b)| angle(a.as_ref()?, b.as_ref()?)).collect();
                course.looks.push(Look { batch: done, angles });
            }
            let share = 1.0 - (1.0 - plan.rate_end) * done as f32 / batches as f32;
            let rate = |k| share * if k == hidden { plan.output_rate } else { plan.rate };
            optimiser.step(network, &gradients, rate);
            done += 1;
            progress(some.len());
        }
        let (test_loss, test_accuracy) = measure(network, &task.test);
        course.epochs.push(Epoch { epoch, train_loss: loss / task.train.len() as f64, test_loss, test_accuracy });
    }
    course
}

/// Mean loss, and share of samples whose largest output is their class (the first of equal ones).
///
/// Nothing dropped; an output that is not a number is never the largest.
pub fn measure(network: &Network, samples: &Samples) -> (f64, Option<f64>) {
    const CHUNK: usize = 500;
    let (mut loss, mut right) = (0.0, 0);
    for from in (0..samples.len()).step_by(CHUNK) {
        let to = samples.len().min(from + CHUNK);
        let y = network.output(samples.x.slice(s![from..to, ..]));
        loss += network.assess(y.view(), samples.t.slice(s![from..to, ..])).loss * (to - from) as f64;
        if let Some(classes) = &samples.classes {
            right += hits(y.view(), &classes[from..to]);
        }
    }
    let n = samples.len().max(1) as f64;
    (loss / n, samples.classes.as_ref().map(|_| right as f64 / n))
}

fn hits(y: ArrayView2<f32>, classes: &[u8]) -> usize {
    let largest = |row: ndarray::ArrayView1<f32>| {
        let mut best = (0, f32::NEG_INFINITY);
        for (i, y) in row.iter().enumerate() {
            if *y > best.1 {
                best = (i, *y);
            }
        }
        // all outputs not a number: no class, rather than class 0
        (best.1 > f32::NEG_INFINITY).then_some(best.0)
    };
    y.rows().into_iter().zip(classes).filter(|(row, class)| largest(*row) == Some(usize::from(**class))).count()
}
