//! Samples in flat storage: what every engine is fed.
//!
//! Values are activations already, so that no engine scales anything; how a pixel becomes one is the business of the
//! reader ([`crate::idx`], [`crate::digits`]).

use crate::DataError;
use std::iter::FusedIterator;

/// The most classes a configuration has; targets are below it.
pub const MAX_CLASSES: usize = 128;

/// One sample of a [`Dataset`], borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample<'a> {
    /// Activations, `[inputs]`: signed 8 bit, value x / 128. The bias input is not among them.
    pub x: &'a [i8],
    /// Target class, `0..classes`.
    pub target: u8,
}

/// A set of samples, all of one size.
///
/// Storage is flat: values `[samples x inputs]`, row-major, and one target per sample.
///
/// INVARIANT: `inputs >= 1`, `2 <= classes <= `[`MAX_CLASSES`], `values = samples * inputs`, every target is below
/// `classes`. A set may be empty, and a class may have no sample.
///
/// ```
/// use drtp_data::Dataset;
///
/// let set = Dataset::new("corners", 2, 3, vec![0, 0, 127, 0, 0, 127], vec![0, 1, 2])?;
/// assert_eq!(set.len(), 3);
/// assert_eq!(set.sample(1).x, [127, 0]);
/// assert_eq!(set.iter().map(|s| s.target).collect::<Vec<_>>(), [0, 1, 2]);
/// # Ok::<(), drtp_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    name: String,
    inputs: usize,
    classes: usize,
    pixels: Vec<i8>,
    targets: Vec<u8>,
}

impl Dataset {
    /// Puts a set together: `pixels` is `[targets.len() x inputs]`, row-major.
    ///
    /// # Errors
    /// [`DataError::Shape`] if `inputs` is 0 or the lengths do not fit, [`DataError::Classes`] unless `classes` is in
    /// `2..=`[`MAX_CLASSES`], [`DataError::TargetOutOfRange`] for a target that is not below `classes`.
    pub fn new(
        name: impl Into<String>,
        inputs: usize,
        classes: usize,
        pixels: Vec<i8>,
        targets: Vec<u8>,
    ) -> Result<Self, DataError> {
        let name = name.into();
        if inputs == 0 || targets.len().checked_mul(inputs) != Some(pixels.len()) {
            return Err(DataError::Shape { name, inputs, targets: targets.len(), values: pixels.len() });
        }
        if !(2..=MAX_CLASSES).contains(&classes) {
            return Err(DataError::Classes { name, limit: MAX_CLASSES, found: classes });
        }
        if let Some(sample) = targets.iter().position(|&t| usize::from(t) >= classes) {
            return Err(DataError::TargetOutOfRange { name, sample, classes, found: targets[sample] });
        }
        Ok(Self { name, inputs, classes, pixels, targets })
    }

    /// The name, for reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Values per sample: N_0, without the bias input.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of classes: N_K.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// All activations, `[samples x inputs]`, row-major.
    pub fn pixels(&self) -> &[i8] {
        &self.pixels
    }

    /// All target classes, `[samples]`.
    pub fn targets(&self) -> &[u8] {
        &self.targets
    }

    /// Sample `i`.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len). [`get`](Self::get) does not.
    pub fn sample(&self, i: usize) -> Sample<'_> {
        match self.get(i) {
            Some(sample) => sample,
            None => panic!("{}: sample {i} of {}", self.name, self.len()),
        }
    }

    /// Sample `i`, or `None` past the end.
    pub fn get(&self, i: usize) -> Option<Sample<'_>> {
        let target = *self.targets.get(i)?;
        let start = i * self.inputs;
        Some(Sample { x: &self.pixels[start..start + self.inputs], target })
    }

    /// The samples in order.
    pub fn iter(&self) -> Samples<'_> {
        Samples { set: self, next: 0 }
    }

    /// Number of samples of each class, `[classes]`.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        for &target in &self.targets {
            counts[usize::from(target)] += 1;
        }
        counts
    }

    /// The samples named by `indices`, in that order; an index may come twice. Name, inputs and classes stay.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    ///
    /// ```
    /// # use drtp_data::Dataset;
    /// let set = Dataset::new("ramp", 1, 2, vec![10, 20, 30], vec![0, 1, 0])?;
    /// assert_eq!(set.subset(&[2, 0]).pixels(), [30, 10]);
    /// # Ok::<(), drtp_data::DataError>(())
    /// ```
    #[must_use]
    pub fn subset(&self, indices: &[usize]) -> Self {
        let mut pixels = Vec::with_capacity(indices.len() * self.inputs);
        let mut targets = Vec::with_capacity(indices.len());
        for &i in indices {
            let sample = self.sample(i);
            pixels.extend_from_slice(sample.x);
            targets.push(sample.target);
        }
        Self { name: self.name.clone(), inputs: self.inputs, classes: self.classes, pixels, targets }
    }

    /// The same samples under another name.
    #[must_use]
    pub fn renamed(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }
}

impl<'a> IntoIterator for &'a Dataset {
    type Item = Sample<'a>;
    type IntoIter = Samples<'a>;

    fn into_iter(self) -> Samples<'a> {
        self.iter()
    }
}

/// The samples of a [`Dataset`] in order; made by [`Dataset::iter`].
#[derive(Debug, Clone)]
pub struct Samples<'a> {
    set: &'a Dataset,
    next: usize,
}

impl<'a> Iterator for Samples<'a> {
    type Item = Sample<'a>;

    fn next(&mut self) -> Option<Sample<'a>> {
        let sample = self.set.get(self.next)?;
        self.next += 1;
        Some(sample)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.set.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Samples<'_> {}
impl FusedIterator for Samples<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Dataset {
        Dataset::new("ramp", 3, 4, (0..15).collect(), vec![0, 3, 1, 1, 0]).unwrap()
    }

    #[test]
    fn rows_are_contiguous() {
        let set = ramp();
        assert_eq!((set.name(), set.inputs(), set.classes(), set.len()), ("ramp", 3, 4, 5));
        assert_eq!(set.sample(0), Sample { x: &[0, 1, 2], target: 0 });
        assert_eq!(set.sample(4), Sample { x: &[12, 13, 14], target: 0 });
        assert_eq!(set.get(5), None);
        assert_eq!(set.get(usize::MAX), None);
    }

    #[test]
    fn iterates_as_it_indexes() {
        let set = ramp();
        assert_eq!(set.iter().len(), 5);
        assert!(set.iter().enumerate().all(|(i, s)| s == set.sample(i)));
        let mut left = set.iter();
        left.next();
        assert_eq!(left.len(), 4);
        assert_eq!((&set).into_iter().count(), 5);
    }

    #[test]
    fn counts_every_class_even_an_absent_one() {
        assert_eq!(ramp().class_counts(), [2, 2, 0, 1]);
    }

    #[test]
    fn subset_keeps_order_and_repeats() {
        let set = ramp();
        let part = set.subset(&[4, 1, 4]);
        assert_eq!(part.targets(), [0, 3, 0]);
        assert_eq!(part.pixels(), [12, 13, 14, 3, 4, 5, 12, 13, 14]);
        assert_eq!((part.name(), part.inputs(), part.classes()), ("ramp", 3, 4));
        assert!(set.subset(&[]).is_empty());
    }

    #[test]
    #[should_panic(expected = "ramp: sample 5 of 5")]
    fn sample_out_of_range_panics() {
        ramp().sample(5);
    }

    #[test]
    fn refuses_shapes_that_do_not_fit() {
        for (inputs, values) in [(0, 0), (2, 3), (2, 5), (usize::MAX, 4)] {
            let error = Dataset::new("odd", inputs, 2, vec![0; values], vec![0; 2]).unwrap_err();
            assert!(matches!(error, DataError::Shape { targets: 2, .. }), "{error}");
        }
        assert!(matches!(Dataset::new("odd", 0, 2, vec![], vec![]), Err(DataError::Shape { .. })));
    }

    #[test]
    fn refuses_class_counts_no_configuration_has() {
        for classes in [0, 1, MAX_CLASSES + 1] {
            let error = Dataset::new("odd", 1, classes, vec![], vec![]).unwrap_err();
            assert!(matches!(error, DataError::Classes { found, .. } if found == classes), "{error}");
        }
        for classes in [2, MAX_CLASSES] {
            assert!(Dataset::new("even", 1, classes, vec![], vec![]).is_ok());
        }
    }

    #[test]
    fn refuses_the_first_target_out_of_range() {
        let error = Dataset::new("odd", 1, 3, vec![0; 4], vec![2, 3, 0, 9]).unwrap_err();
        assert_eq!(error.to_string(), "odd: sample 1: expected a target below 3, found 3");
    }
}
