//! Parts of a data set that are kept apart: training, validation, test.

use crate::{DataError, Dataset};

/// A training part and a test part that share no sample, with the same inputs and classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What is learned from.
    pub train: Dataset,
    /// What the result is measured on, once.
    pub test: Dataset,
}

/// A training set without the samples on which settings are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// All but the last samples, under the set's own name.
    pub train: Dataset,
    /// The last samples, named `<name>/validation`.
    pub validation: Dataset,
}

/// Holds out the last `last_n` samples of a training set, in the order they have; nothing is shuffled.
///
/// `last_n = 0` leaves the validation part empty.
///
/// # Errors
/// [`DataError::Holdout`] if no sample would be left to train on.
///
/// ```
/// use drtp_data::{digits, split_validation};
///
/// let parts = split_validation(&digits(1).train, 200)?;
/// assert_eq!((parts.train.len(), parts.validation.len()), (1238, 200));
/// # Ok::<(), drtp_data::DataError>(())
/// ```
pub fn split_validation(set: &Dataset, last_n: usize) -> Result<Holdout, DataError> {
    let available = set.len();
    if last_n >= available {
        return Err(DataError::Holdout { name: set.name().to_owned(), available, asked: last_n });
    }
    let order: Vec<usize> = (0..available).collect();
    let (train, validation) = order.split_at(available - last_n);
    Ok(Holdout {
        train: set.subset(train),
        validation: set.subset(validation).renamed(format!("{}/validation", set.name())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five() -> Dataset {
        Dataset::new("five", 1, 2, vec![1, 2, 3, 4, 5], vec![0, 1, 0, 1, 0]).unwrap()
    }

    #[test]
    fn holds_out_the_last_samples_in_order() {
        let parts = split_validation(&five(), 2).unwrap();
        assert_eq!(parts.train.pixels(), [1, 2, 3]);
        assert_eq!(parts.validation.pixels(), [4, 5]);
        assert_eq!(parts.validation.targets(), [1, 0]);
        assert_eq!((parts.train.name(), parts.validation.name()), ("five", "five/validation"));
    }

    #[test]
    fn holding_out_nothing_keeps_the_set() {
        let parts = split_validation(&five(), 0).unwrap();
        assert_eq!(parts.train, five());
        assert!(parts.validation.is_empty());
    }

    #[test]
    fn refuses_to_leave_nothing_to_train_on() {
        assert_eq!(split_validation(&five(), 4).unwrap().train.len(), 1);
        for last_n in [5, 6, usize::MAX] {
            assert!(matches!(split_validation(&five(), last_n), Err(DataError::Holdout { available: 5, .. })));
        }
        let empty = five().subset(&[]);
        assert!(split_validation(&empty, 0).is_err());
    }
}
