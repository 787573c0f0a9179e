//! Experiments: a file says what is trained on what, a report says what came of it.
mod check;
mod error;
mod keys;
mod load;
mod plot;
mod report;
mod table;

pub use error::ExperimentError;
pub use keys::Paper;
pub use report::{Angles, Report, RunReport, Spread};

use crate::network::Shape;
use crate::rule::RuleKind;
use crate::synthetic::{Classification, Regression};
use crate::train::{train, Course, Plan};
use crate::{Network, Task};
use keys::DataKind;
use rayon::prelude::*;
use std::path::Path;

/// What options replace in a file, for all of its runs.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Trials.
    pub trials: Option<usize>,
    /// Epochs.
    pub epochs: Option<usize>,
    /// Seed of the first trial.
    pub seed: Option<u64>,
    /// Measure on the last samples of the training set, which are not learned then, instead of on the test set.
    pub holdout: usize,
}

/// An experiment that has been checked.
#[derive(Clone, Debug)]
pub struct Experiment {
    file: String,
    title: String,
    data: DataKind,
    classification: Classification,
    regression: Regression,
    trials: usize,
    seed: u64,
    holdout: usize,
    runs: Vec<Run>,
}

/// One rule on one network.
#[derive(Clone, Debug)]
pub struct Run {
    /// Name, different for each run of a file.
    pub name: String,
    /// The rule.
    pub rule: RuleKind,
    /// The network.
    pub shape: Shape,
    /// How it is trained; each trial has a seed of its own.
    pub plan: Plan,
    /// Only so many samples are learned from.
    pub samples: Option<usize>,
    /// What the paper reports.
    pub paper: Option<Paper>,
}

impl Experiment {
    /// Reads and checks a file's text; `file` is what messages call it.
    ///
    /// # Errors
    /// [`ExperimentError::Toml`] and [`ExperimentError::Key`].
    pub fn parse(file: &str, text: &str, options: &Options) -> Result<Self, ExperimentError> {
        check::experiment(file, text, options)
    }

    /// The runs, in the file's order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Trials of each run.
    pub fn trials(&self) -> usize {
        self.trials
    }

    /// Loads or makes the data, and trains every run as many times as there are trials, on all cores. Trial i has seed
    /// `seed + i`: runs of one trial begin with equal weights, where their networks are equal, and see equal batches.
    ///
    /// `progress` is told, from any thread, what share of the experiment was done since it was told last; it is only
    /// told when data are there.
    ///
    /// # Errors
    /// What is wrong with the data, or with the file for these data.
    pub fn run(&self, folder: Option<&Path>, progress: &(dyn Fn(f64) + Sync)) -> Result<Report, ExperimentError> {
        let task = self.load(folder)?;
        for (i, run) in self.runs.iter().enumerate() {
            check::fits(&self.file, i, run, &task)?;
        }
        let tasks: Vec<Option<Task>> = self.runs.iter().map(|r| r.few(&task)).collect();
        let effort: Vec<f64> = self.runs.iter().map(|r| r.effort(&task)).collect();
        let total = effort.iter().sum::<f64>() * self.trials as f64;
        // trial by trial, so that long runs of one rule do not end up behind each other
        let jobs: Vec<(usize, usize)> =
            (0..self.trials).flat_map(|t| (0..self.runs.len()).map(move |r| (r, t))).collect();
        let courses: Vec<Course> = jobs
            .par_iter()
            .with_max_len(1)
            .map(|(r, t)| {
                let task = tasks[*r].as_ref().unwrap_or(&task);
                let share = effort[*r] / total / self.runs[*r].samples_learned(task).max(1) as f64;
                self.runs[*r].trial(task, self.seed + *t as u64, &|samples| progress(samples as f64 * share))
            })
            .collect();
        let of = |r| jobs.iter().zip(&courses).filter(|(job, _)| job.0 == r).map(|(_, c)| c.clone()).collect();
        let runs = self.runs.iter().enumerate().map(|(r, run)| RunReport::new(run, &task, of(r))).collect();
        Ok(Report {
            title: self.title.clone(),
            data: task.train.name.clone(),
            measured_on: task.test.name.clone(),
            train_samples: task.train.len(),
            test_samples: task.test.len(),
            trials: self.trials,
            seed: self.seed,
            runs,
        })
    }
}

impl Run {
    /// The network of a trial.
    fn network(&self, task: &Task, seed: u64) -> Network {
        Network::new(&self.shape, task.train.x.ncols(), task.train.channels, task.train.t.ncols(), seed)
    }

    fn trial(&self, task: &Task, seed: u64, progress: &(dyn Fn(usize) + Sync)) -> Course {
        let mut network = self.network(task, seed);
        let rule = self.rule.rule(&network, seed);
        train(&mut network, rule.as_ref(), &Plan { seed, ..self.plan.clone() }, task, progress)
    }

    /// The task with as few samples as the run asks for.
    fn few(&self, task: &Task) -> Option<Task> {
        let n = self.samples.filter(|n| *n < task.train.len())?;
        Some(Task { train: task.train.part(0, n), test: task.test.clone() })
    }

    fn samples_learned(&self, task: &Task) -> usize {
        self.plan.epochs * task.train.len().min(self.samples.unwrap_or(usize::MAX))
    }

    /// About how much work a trial is; for the progress bar alone.
    fn effort(&self, task: &Task) -> f64 {
        let mut sizes = vec![task.train.x.ncols()];
        sizes.extend(&self.shape.hidden);
        sizes.push(task.train.t.ncols());
        let weights: usize = sizes.windows(2).map(|w| w[0] * w[1]).sum();
        (weights * self.samples_learned(task)).max(1) as f64
    }
}
