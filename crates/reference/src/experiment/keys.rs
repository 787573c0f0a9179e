//! The keys of an experiment file, as they stand there.
use crate::network::Shape;
use crate::optimiser::OptimiserKind;
use crate::rule::RuleKind;
use crate::synthetic::{Classification, Regression};
use crate::{Activation, Init};
use serde::{Deserialize, Serialize};

/// A whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub title: String,
    pub data: DataKind,
    #[serde(default)]
    pub classification: Option<Classification>,
    #[serde(default)]
    pub regression: Option<Regression>,
    #[serde(default)]
    pub network: Shape,
    pub training: TrainingKeys,
    pub run: Vec<RunKeys>,
}

/// Where samples come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataKind {
    /// The shipped 8 x 8 digits.
    Digits,
    /// A folder of IDX files.
    Mnist,
    /// A folder of CIFAR-10's binary files.
    Cifar10,
    /// Generated.
    Classification,
    /// Generated.
    Regression,
}

impl DataKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Mnist => "mnist",
            Self::Cifar10 => "cifar10",
            Self::Classification => "classification",
            Self::Regression => "regression",
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingKeys {
    pub optimiser: OptimiserKind,
    pub rate: f32,
    pub output_rate: Option<f32>,
    #[serde(default = "one")]
    pub rate_end: f32,
    #[serde(default = "hundred")]
    pub batch: usize,
    pub epochs: usize,
    #[serde(default = "single")]
    pub trials: usize,
    #[serde(default = "first")]
    pub seed: u64,
    #[serde(default)]
    pub angles_every: usize,
}

fn one() -> f32 {
    1.0
}
fn hundred() -> usize {
    100
}
fn single() -> usize {
    1
}
fn first() -> u64 {
    1
}

/// One `[[run]]`: a rule, and what is not as in the rest of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunKeys {
    pub rule: RuleKind,
    pub name: Option<String>,
    pub optimiser: Option<OptimiserKind>,
    pub rate: Option<f32>,
    pub output_rate: Option<f32>,
    pub rate_end: Option<f32>,
    pub epochs: Option<usize>,
    pub hidden: Option<Vec<usize>>,
    pub activation: Option<Activation>,
    pub init: Option<Init>,
    /// Only the first samples of the training set.
    pub samples: Option<usize>,
    pub paper: Option<Paper>,
}

/// What the paper reports, for the record: percent of test samples that are wrong, and its spread where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Test error in percent.
    pub test_error: f64,
    /// The spread the paper gives with it, in points.
    pub spread: Option<f64>,
}
