//! The samples of a sweep: what is learned, and what the result is measured on.
use drtp_data::{digits, load_folder, split_validation, DataError, Dataset, Split};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::path::Path;

/// What is learned and what the result is measured on.
#[derive(Clone, Debug)]
pub struct Sets {
    /// Learned.
    pub train: Dataset,
    /// Not learned.
    pub measured: Dataset,
}

impl Sets {
    /// The split itself, or its training set without the last samples, and those: the test set stays unseen then.
    fn of(split: Split, holdout: usize) -> Result<Self, DataError> {
        if holdout == 0 {
            return Ok(Self { train: split.train, measured: split.test });
        }
        let parts = split_validation(&split.train, holdout)?;
        Ok(Self { train: parts.train, measured: parts.validation })
    }
}

#[derive(Clone, Debug)]
enum Origin {
    /// Split by each run's seed, as `drtp train` does.
    Digits,
    Folder(Box<Sets>),
}

/// Where samples come from. All runs learn as many and are measured on as many.
#[derive(Clone, Debug)]
pub struct Source {
    origin: Origin,
    holdout: usize,
    pub(super) about: About,
}

/// What a result says of its data.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub data: String,
    /// The first half of the SHA-256 of all samples: folders of one name may hold different data.
    pub digest: String,
    pub measured_on: String,
    pub train_samples: usize,
    pub measured_samples: usize,
    pub inputs: usize,
    pub classes: usize,
}

impl Source {
    /// A folder of IDX files, or the shipped digits. With a `holdout` the last samples of the training set are measured
    /// on instead of the test set.
    ///
    /// # Errors
    /// What is wrong with the files, or nothing left to learn.
    pub fn load(folder: Option<&Path>, holdout: usize) -> Result<Self, DataError> {
        let split = folder.map_or_else(|| Ok(digits(0)), load_folder)?;
        let digest = digest([&split.train, &split.test]);
        let sets = Sets::of(split, holdout)?;
        let about = About {
            data: sets.train.name().into(),
            digest,
            measured_on: sets.measured.name().into(),
            train_samples: sets.train.len(),
            measured_samples: sets.measured.len(),
            inputs: sets.train.inputs(),
            classes: sets.train.classes().max(sets.measured.classes()),
        };
        let origin = if folder.is_some() { Origin::Folder(Box::new(sets)) } else { Origin::Digits };
        Ok(Self { origin, holdout, about })
    }
    /// Those of a run.
    pub fn sets(&self, seed: u64) -> Cow<'_, Sets> {
        match &self.origin {
            Origin::Folder(sets) => Cow::Borrowed(sets),
            Origin::Digits => {
                Cow::Owned(Sets::of(digits(seed), self.holdout).expect("every seed's split has as many samples"))
            }
        }
    }
    /// Name of what is learned.
    pub fn data(&self) -> &str {
        &self.about.data
    }
    /// Name of what results are measured on.
    pub fn measured_on(&self) -> &str {
        &self.about.measured_on
    }
}

fn digest<'a>(sets: impl IntoIterator<Item = &'a Dataset>) -> String {
    let mut hash = Sha256::new();
    for set in sets {
        hash.update((set.inputs() as u64).to_le_bytes());
        hash.update((set.len() as u64).to_le_bytes());
        for sample in set {
            hash.update(sample.x.iter().map(|x| *x as u8).collect::<Vec<_>>());
        }
        hash.update(set.targets());
    }
    hex(&hash.finalize()[..16])
}

/// As digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holdout_is_measured_on_in_place_of_the_test_set() {
        let (test, validation) = (Source::load(None, 0).unwrap(), Source::load(None, 200).unwrap());
        assert_eq!((test.data(), test.measured_on()), ("digits/train", "digits/test"));
        assert_eq!(validation.measured_on(), "digits/train/validation");
        let (a, b) = (test.sets(3), validation.sets(3));
        assert_eq!(a.train.len(), b.train.len() + b.measured.len());
        assert_eq!(a.train.pixels()[..b.train.pixels().len()], *b.train.pixels());
        assert_eq!(test.about.digest, validation.about.digest);
        assert!(Source::load(None, 5000).is_err());
        assert!(Source::load(Some(Path::new("no-such-folder")), 0).is_err());
    }
    #[test]
    fn digits_are_split_by_the_seed_of_a_run() {
        let source = Source::load(None, 0).unwrap();
        assert_eq!(source.sets(7).measured, digits(7).test);
        assert_ne!(source.sets(7).measured, source.sets(8).measured);
        assert_eq!(source.about.measured_samples, digits(8).test.len());
    }
    #[test]
    fn other_samples_have_another_digest() {
        let set = |x: i8| Dataset::new("s", 1, 2, vec![x, 2], vec![0, 1]).unwrap();
        assert_ne!(digest([&set(1)]), digest([&set(2)]));
        assert_eq!(digest([&set(1)]), digest([&set(1)]));
    }
}
