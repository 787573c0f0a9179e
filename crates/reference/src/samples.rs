//! Floating-point samples.
use drtp_data::Dataset;
use ndarray::{s, Array2, Axis};

/// Samples in rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// Name, for reports.
    pub name: String,
    /// Inputs, `[samples x inputs]`; images with their channels last.
    pub x: Array2<f32>,
    /// Targets, `[samples x outputs]`: one-hot where there are classes.
    pub t: Array2<f32>,
    /// Target classes, `[samples]`, unless the task is a regression.
    pub classes: Option<Vec<u8>>,
    /// Values a pixel; 1 where samples are no images.
    pub channels: usize,
}

/// What is learned from and what the result is measured on.
#[derive(Clone, Debug)]
pub struct Task {
    /// Learned from.
    pub train: Samples,
    /// Measured on.
    pub test: Samples,
}

impl Samples {
    /// Samples of `inputs` values with classes; targets become one-hot.
    pub fn classified(name: &str, x: Array2<f32>, classes: Vec<u8>, outputs: usize) -> Self {
        let mut t = Array2::zeros((classes.len(), outputs));
        classes.iter().enumerate().for_each(|(i, c)| t[[i, usize::from(*c)]] = 1.0);
        Self { name: name.into(), x, t, classes: Some(classes), channels: 1 }
    }

    /// A data set of pixels as activations 0..=127, which become 0..=1.
    pub fn of(set: &Dataset) -> Self {
        let x = set.pixels().iter().map(|p| f32::from(*p) / 127.0).collect();
        let x = Array2::from_shape_vec((set.len(), set.inputs()), x).expect("a data set is rectangular");
        Self::classified(set.name(), x, set.targets().to_vec(), set.classes())
    }

    /// A data set whose samples are one plane of pixels a channel, as in CIFAR-10: channels come last, and each is
    /// shifted and scaled to mean 0 and variance 1 by `scale`, the mean and the deviation of each.
    pub fn of_planes(set: &Dataset, scale: &[(f32, f32)]) -> Self {
        let mut flat = Self::of(set);
        let plane = set.inputs() / scale.len();
        let mut x = Array2::zeros(flat.x.dim());
        for (channel, (mean, deviation)) in scale.iter().enumerate() {
            let from = flat.x.slice(s![.., channel * plane..(channel + 1) * plane]);
            x.slice_mut(s![.., channel..;scale.len()]).assign(&from.mapv(|p| (p - mean) / deviation));
        }
        flat.x = x;
        flat.channels = scale.len();
        flat
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.x.nrows()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Inputs and targets of some samples, in that order.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    pub fn rows(&self, indices: &[usize]) -> (Array2<f32>, Array2<f32>) {
        (self.x.select(Axis(0), indices), self.t.select(Axis(0), indices))
    }

    /// Samples `from..to`.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn part(&self, from: usize, to: usize) -> Self {
        Self {
            name: self.name.clone(),
            x: self.x.slice(s![from..to, ..]).to_owned(),
            t: self.t.slice(s![from..to, ..]).to_owned(),
            classes: self.classes.as_ref().map(|c| c[from..to].to_vec()),
            channels: self.channels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_data_set_becomes_fractions_and_one_hot_targets() {
        let set = Dataset::new("two", 2, 3, vec![0, 127, 127, 0], vec![2, 0]).unwrap();
        let s = Samples::of(&set);
        assert_eq!(s.x, array![[0.0, 1.0], [1.0, 0.0]]);
        assert_eq!(s.t, array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
        assert_eq!(s.part(1, 2).classes, Some(vec![0]));
        assert_eq!(s.rows(&[1, 1]).0, array![[1.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn planes_become_pixels() {
        let set = Dataset::new("rgb", 6, 2, vec![0, 127, 0, 0, 127, 127], vec![1]).unwrap();
        let s = Samples::of_planes(&set, &[(0.0, 1.0), (0.5, 0.5), (1.0, 2.0)]);
        // pixel 0 is (red 0, green 0, blue 1), pixel 1 is (1, 0, 1)
        assert_eq!(s.x, array![[0.0, -1.0, 0.0, 1.0, -1.0, 0.0]]);
        assert_eq!(s.channels, 3);
    }
}
