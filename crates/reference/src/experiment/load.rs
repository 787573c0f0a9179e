//! The data of an experiment.
use super::keys::DataKind;
use super::{Experiment, ExperimentError};
use crate::{Samples, Task};
use drtp_data::{cifar10, DataError, Split};
use std::path::Path;

/// Mean and deviation of each channel of CIFAR-10's training images, as fractions of full scale; the authors of the
/// paper scale by these.
const CIFAR10: [(f32, f32); 3] =
    [(125.3 / 255.0, 63.0 / 255.0), (123.0 / 255.0, 62.1 / 255.0), (113.9 / 255.0, 66.7 / 255.0)];

impl Experiment {
    /// Loads or makes the data.
    pub(super) fn load(&self, folder: Option<&Path>) -> Result<Task, ExperimentError> {
        let flat = |split: Split| Task { train: Samples::of(&split.train), test: Samples::of(&split.test) };
        let wanted = match self.data {
            DataKind::Mnist => Some("the four IDX files of MNIST or a relative"),
            DataKind::Cifar10 => Some("data_batch_1.bin to data_batch_5.bin and test_batch.bin"),
            _ => None,
        };
        let (file, data) = (|| self.file.clone(), self.data.name());
        let folder = match (wanted, folder) {
            (Some(wanted), None) => return Err(ExperimentError::NoFolder { file: file(), data, wanted }),
            (None, Some(f)) => {
                return Err(ExperimentError::NeedlessFolder { file: file(), data, folder: f.to_owned() })
            }
            (_, folder) => folder.unwrap_or(Path::new("")),
        };
        let task = match self.data {
            DataKind::Digits => flat(drtp_data::digits(self.seed)),
            DataKind::Mnist => flat(drtp_data::load_folder(folder)?),
            DataKind::Cifar10 => {
                let split = cifar10::load(folder)?;
                Task {
                    train: Samples::of_planes(&split.train, &CIFAR10),
                    test: Samples::of_planes(&split.test, &CIFAR10),
                }
            }
            DataKind::Classification => self.classification.generate(),
            DataKind::Regression => self.regression.generate(),
        };
        self.holdout(task)
    }

    fn holdout(&self, task: Task) -> Result<Task, ExperimentError> {
        let (n, available) = (self.holdout, task.train.len());
        if n == 0 && available > 0 && !task.test.is_empty() {
            return Ok(task);
        }
        if n >= available || n == 0 {
            let name = if task.test.is_empty() { task.test.name } else { task.train.name };
            return Err(DataError::Holdout { name, available, asked: n }.into());
        }
        let mut test = task.train.part(available - n, available);
        test.name += "/validation";
        Ok(Task { train: task.train.part(0, available - n), test })
    }
}
