//! A convolution as a matrix product: every patch of an image becomes a row.
use super::Geometry;
use ndarray::{Array2, ArrayView2};

/// For every place where a kernel row meets an image row: `f(output position, start in the patch, start in the image,
/// values)`. Both rows are contiguous, since channels come last.
fn rows(g: &Geometry, mut f: impl FnMut(usize, usize, usize, usize)) {
    let (side, run) = (g.side(), g.kernel * g.depth);
    for row in 0..side {
        for column in 0..side {
            // kernel columns that fall into the image
            let first = g.padding.saturating_sub(column);
            let last = g.kernel.min(g.size + g.padding - column);
            for k in 0..g.kernel {
                let Some(r) = (row + k).checked_sub(g.padding).filter(|r| *r < g.size) else { continue };
                let image = (r * g.size + column + first - g.padding) * g.depth;
                f(row * side + column, k * run + first * g.depth, image, (last - first) * g.depth);
            }
        }
    }
}

/// Patches `[batch * positions x patch]` of images `[batch x inputs]`; padding is zero.
pub fn patches(g: &Geometry, x: ArrayView2<f32>) -> Array2<f32> {
    let (positions, patch) = (g.side() * g.side(), g.patch());
    let x = x.as_standard_layout();
    let mut out = vec![0.0; x.nrows() * positions * patch];
    for (image, out) in x.rows().into_iter().zip(out.chunks_exact_mut(positions * patch)) {
        let image = image.to_slice().expect("standard layout");
        rows(g, |position, at, from, n| {
            out[position * patch + at..][..n].copy_from_slice(&image[from..][..n]);
        });
    }
    Array2::from_shape_vec((x.nrows() * positions, patch), out).expect("the size it was made with")
}

/// The transpose of [`patches`]: sums `[batch * positions x patch]` into images `[batch x inputs]`.
pub fn scatter(g: &Geometry, patches: ArrayView2<f32>, batch: usize) -> Array2<f32> {
    let (positions, patch) = (g.side() * g.side(), g.patch());
    let patches = patches.as_standard_layout();
    let patches = patches.as_slice().expect("standard layout");
    let mut out = vec![0.0; batch * g.inputs()];
    for (image, from) in out.chunks_exact_mut(g.inputs()).zip(patches.chunks_exact(positions * patch)) {
        rows(g, |position, at, to, n| {
            for (sum, value) in image[to..][..n].iter_mut().zip(&from[position * patch + at..][..n]) {
                *sum += value;
            }
        });
    }
    Array2::from_shape_vec((batch, g.inputs()), out).expect("the size it was made with")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn patches_of_a_padded_image_by_hand() {
        let g = Geometry { size: 2, depth: 1, kernel: 3, padding: 1, channels: 1 };
        let found = patches(&g, array![[1., 2., 3., 4.]].view());
        assert_eq!(
            found,
            array![
                [0., 0., 0., 0., 1., 2., 0., 3., 4.],
                [0., 0., 0., 1., 2., 0., 3., 4., 0.],
                [0., 1., 2., 0., 3., 4., 0., 0., 0.],
                [1., 2., 0., 3., 4., 0., 0., 0., 0.],
            ]
        );
    }

    #[test]
    fn channels_stay_together() {
        let g = Geometry { size: 2, depth: 2, kernel: 1, padding: 0, channels: 1 };
        let image = array![[1., 2., 3., 4., 5., 6., 7., 8.]];
        assert_eq!(patches(&g, image.view()), array![[1., 2.], [3., 4.], [5., 6.], [7., 8.]]);
    }

    /// <patches(x), p> = <x, scatter(p)> is what makes one the transpose of the other.
    #[test]
    fn scatter_is_the_transpose() {
        for g in [
            Geometry { size: 5, depth: 2, kernel: 3, padding: 1, channels: 1 },
            Geometry { size: 4, depth: 3, kernel: 2, padding: 0, channels: 1 },
            Geometry { size: 3, depth: 1, kernel: 5, padding: 2, channels: 1 },
        ] {
            let whole = |shape, n: usize| Array2::from_shape_fn(shape, |(i, j)| ((i * 31 + j * 17) % n) as f32 - 3.0);
            let x = whole((2, g.inputs()), 7);
            let a = patches(&g, x.view());
            let p = whole(a.dim(), 11);
            assert_eq!((&a * &p).sum(), (&x * &scatter(&g, p.view(), 2)).sum(), "{g:?}");
        }
    }
}
