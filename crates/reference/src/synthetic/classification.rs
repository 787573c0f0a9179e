//! Clusters on the corners of a hypercube (after the design of the MADELON data: Guyon 2003).
use crate::random::{Purpose, Random};
use crate::{Samples, Task};
use drtp_data::Shuffle;
use ndarray::{s, Array1, Array2};
use serde::Deserialize;
use std::collections::HashSet;

/// Sizes of the classification task; the paper's are the default.
///
/// Each class has some clusters, each on a corner of its own of the cube of side 2 `separation` around 0, in the space
/// of the informative inputs. A cluster is normal, mixed by a matrix of its own that is uniform in `[-1, 1)`. The
/// other inputs are normal noise; inputs are in random order. A share `flip` of the targets is drawn anew.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Classification {
    /// Training samples.
    pub train: usize,
    /// Test samples.
    pub test: usize,
    /// Inputs.
    pub inputs: usize,
    /// Those that carry information.
    pub informative: usize,
    /// Classes.
    pub classes: usize,
    /// Clusters a class.
    pub clusters: usize,
    /// Half the side of the cube.
    pub separation: f64,
    /// Share of targets drawn anew.
    pub flip: f64,
    /// Seed of the data; trials share it.
    pub seed: u64,
}

impl Default for Classification {
    fn default() -> Self {
        Self {
            train: 25_000,
            test: 5_000,
            inputs: 256,
            informative: 128,
            classes: 10,
            clusters: 5,
            separation: 4.5,
            flip: 0.01,
            seed: 1,
        }
    }
}

impl Classification {
    /// The samples.
    ///
    /// # Panics
    /// If sizes do not fit: no more informative inputs than inputs, a corner for each cluster, at most 128 classes. An
    /// experiment file is checked for this before.
    pub fn generate(&self) -> Task {
        let random = &mut Random::new(self.seed, Purpose::Data);
        let shuffle = &mut Shuffle::new(random.word());
        let samples = self.train + self.test;
        let corners = self.corners(random);
        let mut x = Array2::zeros((samples, self.inputs));
        let mut classes = vec![0; samples];
        let order = shuffle.epoch(samples);
        for (cluster, corner) in corners.iter().enumerate() {
            let mix =
                Array2::from_shape_simple_fn((self.informative, self.informative), || random.symmetric(1.0) as f32);
            let members: Vec<usize> = order.iter().copied().skip(cluster).step_by(corners.len()).collect();
            let normal = Array2::from_shape_simple_fn((members.len(), self.informative), || random.normal() as f32);
            let points = normal.dot(&mix) + corner;
            for (member, point) in members.iter().zip(points.rows()) {
                x.slice_mut(s![*member, ..self.informative]).assign(&point);
                classes[*member] = (cluster % self.classes) as u8;
            }
        }
        x.slice_mut(s![.., self.informative..]).mapv_inplace(|_: f32| random.normal() as f32);
        let x = x.select(ndarray::Axis(1), &shuffle.epoch(self.inputs));
        for class in &mut classes {
            if random.unit() < self.flip {
                *class = shuffle.below(self.classes as u64) as u8;
            }
        }
        let all = Samples::classified("classification", x, classes, self.classes);
        let named = |name: &str, part: Samples| Samples { name: format!("classification/{name}"), ..part };
        Task { train: named("train", all.part(0, self.train)), test: named("test", all.part(self.train, samples)) }
    }

    /// Different corners, one for each cluster; cluster c belongs to class c modulo the classes.
    fn corners(&self, random: &mut Random) -> Vec<Array1<f32>> {
        let mut taken = HashSet::new();
        let mut corners = vec![];
        while corners.len() < self.classes * self.clusters {
            let bits: Vec<bool> = (0..self.informative).map(|_| random.unit() < 0.5).collect();
            if taken.insert(bits.clone()) {
                let side = self.separation as f32;
                corners.push(bits.into_iter().map(|b| if b { side } else { -side }).collect());
            }
        }
        corners
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Classification {
        Classification {
            train: 300,
            test: 100,
            inputs: 12,
            informative: 6,
            classes: 4,
            clusters: 2,
            ..Default::default()
        }
    }

    #[test]
    fn a_seed_gives_one_task() {
        let task = small().generate();
        assert_eq!((task.train.x.dim(), task.test.t.dim()), ((300, 12), (100, 4)));
        assert_eq!(small().generate().train, task.train);
        assert_ne!(Classification { seed: 2, ..small() }.generate().train, task.train);
    }

    /// Without noise each sample sits on a corner of its class: corners of two classes differ, each class has its number.
    #[test]
    fn clusters_sit_on_corners_and_classes_are_balanced() {
        let c = Classification { flip: 0.0, separation: 1000.0, ..small() };
        let task = c.generate();
        let mut corners = std::collections::HashMap::new();
        for (x, class) in task.train.x.rows().into_iter().zip(task.train.classes.unwrap()) {
            let corner: Vec<i8> = x.iter().map(|x| if x.abs() < 500.0 { 0 } else { x.signum() as i8 }).collect();
            assert_eq!(corner.iter().filter(|c| **c != 0).count(), 6, "{x}");
            assert_eq!(*corners.entry(corner).or_insert(class), class);
        }
        assert_eq!(corners.len(), 8);
        assert!((0..4).all(|class| corners.values().filter(|c| **c == class).count() == 2));
    }

    #[test]
    fn the_default_has_the_papers_sizes() {
        let c = Classification::default();
        assert_eq!((c.train, c.test, c.inputs, c.informative, c.classes, c.clusters), (25_000, 5_000, 256, 128, 10, 5));
        assert_eq!(c.separation, 4.5);
    }
}
