//! Max pool of 2 x 2, stride 2.
use super::Geometry;
use ndarray::{Array2, ArrayView2};

/// Pooled values and where they come from.
#[derive(Clone, Debug)]
pub struct Pooled {
    /// `[batch x pooled]`.
    pub values: Array2<f32>,
    /// For each value the index, within its sample, of the activation it is; of equal ones the first.
    from: Vec<u32>,
}

/// Pools `[batch x width]`.
pub fn pool(g: &Geometry, y: ArrayView2<f32>) -> Pooled {
    let (side, half, channels) = (g.side(), g.pooled_side(), g.channels);
    let y = y.as_standard_layout();
    let mut values = Vec::with_capacity(y.nrows() * g.pooled_width());
    let mut from = Vec::with_capacity(y.nrows() * g.pooled_width());
    for sample in y.rows() {
        let sample = sample.to_slice().expect("standard layout");
        for row in 0..half {
            for column in 0..half {
                let first = (2 * row * side + 2 * column) * channels;
                for channel in first..first + channels {
                    let mut best = channel;
                    for other in [channel + channels, channel + side * channels, channel + (side + 1) * channels] {
                        if sample[other] > sample[best] {
                            best = other;
                        }
                    }
                    values.push(sample[best]);
                    from.push(best as u32);
                }
            }
        }
    }
    let values = Array2::from_shape_vec((y.nrows(), g.pooled_width()), values).expect("one value a pool");
    Pooled { values, from }
}

/// Hands each pooled gradient `[batch x pooled]` to the activation that was the largest: `[batch x width]`.
pub fn unpool(g: &Geometry, pooled: &Pooled, gradient: ArrayView2<f32>) -> Array2<f32> {
    let mut out = Array2::zeros((gradient.nrows(), g.width()));
    let from = pooled.from.chunks_exact(g.pooled_width());
    for ((mut out, gradient), from) in out.rows_mut().into_iter().zip(gradient.rows()).zip(from) {
        for (value, at) in gradient.iter().zip(from) {
            out[*at as usize] = *value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_largest_of_four_and_the_way_back() {
        // side 3: the last row and column are left out
        let g = Geometry { size: 3, depth: 1, kernel: 1, padding: 0, channels: 1 };
        let pooled =
            pool(&g, array![[1., 5., 9., 2., 3., 9., 9., 9., 9.], [4., 4., 0., 4., 4., 0., 0., 0., 0.]].view());
        assert_eq!(pooled.values, array![[5.], [4.]]);
        let back = unpool(&g, &pooled, array![[7.], [8.]].view());
        assert_eq!(back, array![[0., 7., 0., 0., 0., 0., 0., 0., 0.], [8., 0., 0., 0., 0., 0., 0., 0., 0.]]);
    }

    #[test]
    fn channels_are_pooled_apart() {
        let g = Geometry { size: 2, depth: 1, kernel: 1, padding: 0, channels: 2 };
        let pooled = pool(&g, array![[1., 8., 2., 7., 3., 6., 4., 5.]].view());
        assert_eq!(pooled.values, array![[4., 8.]]);
    }
}
