//! Edge features: a front end without a single learned number, as small in hardware as in this file.
//!
//! ```text
//! image s x s --> 4 kernels k x k, taps +1/-1/0 --> a, and -a --> clamp(a >> shift, 0, 127) --> largest of p x p
//! ```
//!
//! Kernel n looks for an edge along a line at 45° n through its middle: a tap is +1 on one side of the line, -1 on the other,
//! 0 where the distance is at most 0.35. Kernels 4..7 are the negatives of 0..3, so four sums serve all eight.
//!
//! NUMERIC: the recipe was found on pixels of 8 bits: `clamp(a8 >> shift, 0, 255)`, which enters a network as `>> 1`,
//! that is `clamp(a8 >> (shift + 1), 0, 127)`. A [`Dataset`] holds `pixel >> 1` already. Sums of those are half of a8, so
//! the same `shift` gives the same feature, but for the bits that were lost: at most one step (proved by a test).

use crate::{DataError, Dataset};

/// Normals (columns, rows) of the lines of kernels 0..3: columns count to the right, rows down.
///
/// Distances from such a line are multiples of 1 or of 0.71: a dead band of 0.35 takes the line itself and nothing else.
const NORMALS: [(isize, isize); 4] = [(0, 1), (1, 1), (1, 0), (1, -1)];

/// A size of the kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edges {
    /// Kernels of 5 x 5, the largest of 4 x 4: 28 x 28 pixels give 8 x 6 x 6 = 288 features.
    Five,
    /// Kernels of 3 x 3, the largest of 2 x 2: 28 x 28 pixels give 8 x 13 x 13 = 1352 features.
    Three,
}

impl Edges {
    /// Both.
    pub const ALL: [Edges; 2] = [Edges::Five, Edges::Three];

    /// Name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Five => "edges5",
            Self::Three => "edges3",
        }
    }

    fn kernel(self) -> usize {
        match self {
            Self::Five => 5,
            Self::Three => 3,
        }
    }

    fn pool(self) -> usize {
        match self {
            Self::Five => 4,
            Self::Three => 2,
        }
    }

    /// Brings a sum of taps (5 x 5: at most 10 of a sign, 3 x 3: 3) back into the range of an activation.
    fn shift(self) -> u32 {
        match self {
            Self::Five => 3,
            Self::Three => 2,
        }
    }

    /// Rows of a plane of features: what valid convolution leaves of `side`, in whole windows. The rest is not looked at.
    fn rows(self, side: usize) -> usize {
        (side + 1).saturating_sub(self.kernel()) / self.pool()
    }

    /// Features of square images instead of their pixels, `[8 kernels x rows x columns]`, row-major, each 0..=127. Name,
    /// targets and order stay; the name gains `/edges5` or `/edges3`.
    ///
    /// HAZARD: a [`Dataset`] does not know rows and columns. Any square number of values is taken for a square image.
    ///
    /// # Errors
    /// [`DataError::NotSquare`] for samples that are no square, or so small that no window fits.
    ///
    /// ```
    /// use drtp_data::{Dataset, Edges};
    ///
    /// let images = Dataset::new("black", 28 * 28, 2, vec![0; 28 * 28], vec![1])?;
    /// assert_eq!(Edges::Five.of(&images)?.inputs(), 288);
    /// assert_eq!(Edges::Three.of(&images)?.inputs(), 1352);
    /// # Ok::<(), drtp_data::DataError>(())
    /// ```
    pub fn of(self, images: &Dataset) -> Result<Dataset, DataError> {
        let side = images.inputs().isqrt();
        let rows = self.rows(side);
        if side * side != images.inputs() || rows == 0 {
            return Err(DataError::NotSquare {
                name: images.name().to_owned(),
                wanted: self.name(),
                least: self.kernel() + self.pool() - 1,
                inputs: images.inputs(),
            });
        }
        let kernels = NORMALS.map(|normal| taps(self.kernel(), normal));
        let inputs = 2 * NORMALS.len() * rows * rows;
        let mut features = Vec::with_capacity(images.len() * inputs);
        for sample in images {
            self.sample(&kernels, side, sample.x, &mut features);
        }
        Dataset::new(
            format!("{}/{}", images.name(), self.name()),
            inputs,
            images.classes(),
            features,
            images.targets().to_vec(),
        )
    }

    /// Appends the features of one image.
    fn sample(self, kernels: &[Vec<(usize, usize, i32)>], side: usize, x: &[i8], features: &mut Vec<i8>) {
        let (rows, pool) = (self.rows(side), self.pool());
        let mut negatives = vec![];
        for taps in kernels {
            for window in 0..rows * rows {
                let (top, left) = (pool * (window / rows), pool * (window % rows));
                // clamping and shifting keep the order: only the extremes of a window go through them
                let (mut least, mut most) = (i32::MAX, i32::MIN);
                for at in 0..pool * pool {
                    let corner = (top + at / pool) * side + left + at % pool;
                    let a = taps.iter().map(|(r, c, tap)| tap * i32::from(x[corner + r * side + c])).sum();
                    (least, most) = (least.min(a), most.max(a));
                }
                features.push(self.feature(most));
                negatives.push(self.feature(-least));
            }
        }
        features.append(&mut negatives);
    }

    fn feature(self, a: i32) -> i8 {
        (a >> self.shift()).clamp(0, 127) as i8
    }
}

/// Taps of a kernel that are not 0: row, column, +1 or -1.
fn taps(size: usize, normal: (isize, isize)) -> Vec<(usize, usize, i32)> {
    let middle = (size / 2) as isize;
    let tap = |r: usize, c: usize| normal.0 * (c as isize - middle) + normal.1 * (r as isize - middle);
    let all = (0..size).flat_map(|r| (0..size).map(move |c| (r, c)));
    all.map(|(r, c)| (r, c, tap(r, c).signum() as i32)).filter(|t| t.2 != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, proptest};

    fn image(x: Vec<i8>) -> Dataset {
        Dataset::new("one", x.len(), 2, x, vec![0]).unwrap()
    }

    /// Rows of a kernel, zeros and all.
    fn kernel(size: usize, n: usize) -> Vec<Vec<i32>> {
        let mut rows = vec![vec![0; size]; size];
        taps(size, NORMALS[n]).into_iter().for_each(|(r, c, tap)| rows[r][c] = tap);
        rows
    }

    #[test]
    fn kernels_are_the_sides_of_a_line() {
        assert_eq!(kernel(3, 0), [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]);
        assert_eq!(kernel(3, 1), [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]]);
        assert_eq!(kernel(3, 2), [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]);
        assert_eq!(kernel(3, 3), [[0, 1, 1], [-1, 0, 1], [-1, -1, 0]]);
        assert_eq!(
            kernel(5, 1),
            [[-1, -1, -1, -1, 0], [-1, -1, -1, 0, 1], [-1, -1, 0, 1, 1], [-1, 0, 1, 1, 1], [0, 1, 1, 1, 1]]
        );
    }

    /// The rule as it is stated: angles, distances, a dead band. Angles of 180 degrees and more are the negatives.
    #[test]
    fn kernels_follow_the_rule() {
        for size in [3, 5] {
            for n in 0..8 {
                let angle = std::f64::consts::FRAC_PI_4 * n as f64;
                let side = |r: usize, c: usize| {
                    let (y, x) = (r as f64 - (size / 2) as f64, c as f64 - (size / 2) as f64);
                    let distance = x * angle.sin() + y * angle.cos();
                    if distance.abs() > 0.35 {
                        distance.signum() as i32
                    } else {
                        0
                    }
                };
                let sign = if n < 4 { 1 } else { -1 };
                let found = kernel(size, n % 4);
                for (r, row) in found.iter().enumerate() {
                    for (c, tap) in row.iter().enumerate() {
                        assert_eq!(sign * tap, side(r, c), "{size} x {size}, kernel {n}, row {r}, column {c}");
                    }
                }
            }
        }
    }

    /// 4 x 4 pixels, a single window. Sums of kernel 0, below minus above: 60 + 60 + 0 = 120 and 60 + 0 + 0 = 60 on top,
    /// and the same from the row beneath.
    #[test]
    fn a_window_by_hand() {
        #[rustfmt::skip]
        let x = vec![
             0,  0, 0, 0,
             0,  0, 0, 0,
            60, 60, 0, 0,
            60, 60, 0, 0,
        ];
        let found = Edges::Three.of(&image(x)).unwrap();
        // kernel 0: sums 120, 60 / 120, 60: no negative one
        // kernel 1, (r + c - 2): 60, 0 / 60, -60
        // kernel 2: right minus left: -60, -60 / -120, -120
        // kernel 3, (c - r): -120, -60 / -180, -120; all of them >> 2
        assert_eq!(found.pixels(), [30, 15, 0, 0, 0, 15, 30, 45]);
        assert_eq!((found.name(), found.inputs(), found.targets()), ("one/edges3", 8, &[0][..]));
    }

    /// 8 x 8, half of it bright: ten taps of 127 are 1270, and 1270 >> 3 is cut off at 127. Kernels 1 and 7 see it too.
    #[test]
    fn a_bright_half_saturates() {
        let below: Vec<i8> = (0..64).map(|i| if i < 32 { 0 } else { 127 }).collect();
        let found = Edges::Five.of(&image(below)).unwrap();
        // kernel 1 where three rows of five are bright: 2 + 3 + 4 taps of +1, 2 + 1 of -1: 6 * 127 >> 3
        assert_eq!(found.pixels(), [127, 95, 0, 0, 0, 0, 0, 95]);
        let above: Vec<i8> = (0..64).map(|i| if i < 32 { 8 } else { 0 }).collect();
        let found = Edges::Five.of(&image(above)).unwrap();
        assert_eq!(found.pixels(), [0, 0, 0, (6 * 8) >> 3, 80 >> 3, (6 * 8) >> 3, 0, 0]);
    }

    #[test]
    fn planes_lie_one_behind_the_other() {
        // 6 x 6 pixels: 2 x 2 windows for kernels of 3 x 3; a bright point in the lower right corner
        let mut x = vec![0; 36];
        x[35] = 100;
        let found = Edges::Three.of(&image(x)).unwrap();
        assert_eq!(found.inputs(), 32);
        let bright: Vec<usize> = (0..32).filter(|i| found.pixels()[*i] != 0).collect();
        // the corner is +1 to kernels 0, 1 and 2, on the line of kernel 3; window 3 of each plane
        assert_eq!(bright, [3, 7, 11]);
        assert!(bright.iter().all(|i| found.pixels()[*i] == 25));
    }

    #[test]
    fn what_is_no_square_is_refused() {
        let message = |edges: Edges, n: usize| edges.of(&image(vec![0; n])).unwrap_err().to_string();
        assert_eq!(
            message(Edges::Five, 63),
            "one: expected square images of at least 8 x 8 for edges5, found samples of 63 values"
        );
        assert!(message(Edges::Five, 49).contains("8 x 8"));
        assert!(message(Edges::Three, 9).contains("4 x 4"));
        assert!(message(Edges::Three, 1).contains("samples of 1 values"));
        assert!(message(Edges::Five, 3 * 32 * 32).contains("3072"));
        assert_eq!(Edges::Five.of(&image(vec![0; 64])).unwrap().inputs(), 8);
        let none = image(vec![0; 64]).subset(&[]);
        assert!(Edges::Three.of(&none).unwrap().is_empty());
    }

    proptest! {
        /// Features of `pixel >> 1` against those of whole pixels by the recipe, plainly: at most one step apart.
        #[test]
        fn seven_bits_are_as_good_as_eight(pixels in vec(any::<u8>(), 64), five: bool) {
            let edges = if five { Edges::Five } else { Edges::Three };
            let found = edges.of(&image(pixels.iter().map(|p| crate::idx::activation(*p)).collect())).unwrap();
            let (size, pool, rows) = (edges.kernel(), edges.pool(), edges.rows(8));
            for (i, feature) in found.pixels().iter().enumerate() {
                let (n, top, left) = (i / (rows * rows), i / rows % rows * pool, i % rows * pool);
                let kernel = kernel(size, n % 4);
                let sign = if n < 4 { 1 } else { -1 };
                let mut most = 0;
                for at in 0..pool * pool {
                    let mut a = 0;
                    for (r, row) in kernel.iter().enumerate() {
                        for (c, tap) in row.iter().enumerate() {
                            a += sign * tap * i32::from(pixels[(top + at / pool + r) * 8 + left + at % pool + c]);
                        }
                    }
                    most = most.max((a >> edges.shift()).clamp(0, 255));
                }
                prop_assert!((i32::from(*feature) - (most >> 1)).abs() <= 1, "{} {}", feature, most);
            }
        }
    }
}
