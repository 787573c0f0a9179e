//! What came of an experiment.
use super::{Paper, Run};
use crate::train::{Course, Epoch};
use crate::{RuleKind, Task};
use serde::Serialize;

/// Mean and spread over trials.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of the trials (n - 1 in the denominator); 0 for a single one.
    pub std: f64,
}

impl Spread {
    /// Of values; `None` if there is none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        (!values.is_empty()).then(|| Self { mean, std: (squares / (n - 1.0).max(1.0)).sqrt() })
    }
}

/// An experiment's outcome.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file's title.
    pub title: String,
    /// Name of what was learned from.
    pub data: String,
    /// Name of what it was measured on.
    pub measured_on: String,
    /// Samples there were to learn from.
    pub train_samples: usize,
    /// Samples it was measured on.
    pub test_samples: usize,
    /// Trials of each run.
    pub trials: usize,
    /// Seed of the first.
    pub seed: u64,
    /// In the file's order.
    pub runs: Vec<RunReport>,
}

/// One run's outcome.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// Name.
    pub name: String,
    /// The rule.
    pub rule: RuleKind,
    /// The network in words, such as 784-500-10.
    pub network: String,
    /// Whether hidden layers are linear and everything began at zero.
    pub linear_from_zero: bool,
    /// Samples learned from.
    pub samples: usize,
    /// Epochs.
    pub epochs: usize,
    /// What the paper reports.
    pub paper: Option<Paper>,
    /// One course a trial.
    pub courses: Vec<Course>,
}

/// Angles of one hidden layer over all looks of all trials, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Angles {
    /// Mean.
    pub mean: f64,
    /// Largest.
    pub max: f64,
    /// Mean over trials of the last look.
    pub last: f64,
    /// Looks at which both updates had a direction.
    pub looks: usize,
}

impl RunReport {
    pub(super) fn new(run: &Run, task: &Task, courses: Vec<Course>) -> Self {
        let network = run.network(task, 0);
        let mut words = vec![task.train.x.ncols().to_string()];
        words.extend(network.names());
        Self {
            name: run.name.clone(),
            rule: run.rule,
            network: words.join("-"),
            linear_from_zero: run.shape.activation == crate::Activation::Linear && run.shape.init == crate::Init::Zero,
            samples: task.train.len().min(run.samples.unwrap_or(usize::MAX)),
            epochs: run.plan.epochs,
            paper: run.paper,
            courses,
        }
    }

    /// Accuracy behind the last epoch, one value a trial; empty in a regression.
    pub fn accuracies(&self) -> Vec<f64> {
        self.last().filter_map(|e| e.test_accuracy).collect()
    }

    /// Test accuracy over trials; `None` in a regression.
    pub fn accuracy(&self) -> Option<Spread> {
        Spread::of(&self.accuracies())
    }

    /// Test loss over trials.
    pub fn loss(&self) -> Option<Spread> {
        Spread::of(&self.last().map(|e| e.test_loss).collect::<Vec<_>>())
    }

    fn last(&self) -> impl Iterator<Item = &Epoch> {
        self.courses.iter().filter_map(|c| c.epochs.last())
    }

    /// Means over the trials, epoch by epoch.
    pub fn curve(&self) -> Vec<Epoch> {
        let mean = |i: usize, value: fn(&Epoch) -> Option<f64>| {
            let values: Option<Vec<f64>> = self.courses.iter().map(|c| value(&c.epochs[i])).collect();
            Some(Spread::of(&values?)?.mean)
        };
        let epochs = self.courses.iter().map(|c| c.epochs.len()).min().unwrap_or(0);
        (0..epochs)
            .filter_map(|i| {
                Some(Epoch {
                    epoch: i + 1,
                    train_loss: mean(i, |e| Some(e.train_loss))?,
                    test_loss: mean(i, |e| Some(e.test_loss))?,
                    test_accuracy: mean(i, |e| e.test_accuracy),
                })
            })
            .collect()
    }

    /// For each hidden layer, first to last; empty if nobody looked, `None` where no update ever had a direction.
    pub fn angles(&self) -> Vec<Option<Angles>> {
        let layers = self.courses.iter().flat_map(|c| &c.looks).map(|l| l.angles.len()).next().unwrap_or(0);
        (0..layers)
            .map(|k| {
                let of = |c: &Course| c.looks.iter().filter_map(|l| l.angles[k]).collect::<Vec<f64>>();
                let each: Vec<Vec<f64>> = self.courses.iter().map(of).collect();
                let all = each.concat();
                let ends: Vec<f64> = each.iter().filter_map(|a| a.last().copied()).collect();
                Some(Angles {
                    mean: Spread::of(&all)?.mean,
                    max: all.iter().fold(0.0, |m, a| a.max(m)),
                    last: Spread::of(&ends)?.mean,
                    looks: all.len(),
                })
            })
            .collect()
    }

    /// Angles over the course of training: batches learned before, and for each hidden layer the mean over trials.
    pub fn looks(&self) -> Vec<(usize, Vec<Option<f64>>)> {
        let Some(first) = self.courses.first() else { return vec![] };
        let mean = |i: usize, k: usize| {
            let values: Vec<f64> = self.courses.iter().filter_map(|c| c.looks.get(i)?.angles[k]).collect();
            Spread::of(&values).map(|s| s.mean)
        };
        let looks = first.looks.iter().enumerate();
        looks.map(|(i, l)| (l.batch, (0..l.angles.len()).map(|k| mean(i, k)).collect())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Look;

    #[test]
    fn spread_by_hand() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[3.0]), Some(Spread { mean: 3.0, std: 0.0 }));
        assert_eq!(Spread::of(&[1.0, 3.0, 5.0]), Some(Spread { mean: 3.0, std: 2.0 }));
    }

    #[test]
    fn a_report_takes_means_over_trials() {
        let epoch = |epoch, a| Epoch { epoch, train_loss: a, test_loss: 2.0 * a, test_accuracy: Some(a) };
        let course = |a, angle| Course {
            epochs: vec![epoch(1, a), epoch(2, a + 0.5)],
            looks: vec![
                Look { batch: 0, angles: vec![None, None] },
                Look { batch: 5, angles: vec![Some(angle), None] },
            ],
        };
        let report = RunReport {
            name: "r".into(),
            rule: RuleKind::Bp,
            network: "1-1".into(),
            linear_from_zero: false,
            samples: 1,
            epochs: 2,
            paper: None,
            courses: vec![course(0.25, 10.0), course(0.5, 30.0)],
        };
        assert_eq!(report.accuracies(), [0.75, 1.0]);
        assert_eq!(report.curve()[0], epoch(1, 0.375));
        let expected = Angles { mean: 20.0, max: 30.0, last: 20.0, looks: 2 };
        assert_eq!(report.angles(), [Some(expected), None]);
        assert_eq!(report.looks()[1], (5, vec![Some(20.0), None]));
    }
}
