//! Ways in which the world changes, on pixels: before any front end, where a sensor would be.
use drtp_data::{DataError, Dataset, Shuffle};

/// What happens to the samples behind the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Bright becomes dark: `127 - x`.
    Inverted,
    /// Images move to the right by a seventh of their side (at least 1 pixel); what comes in is dark.
    Shifted,
    /// The last class, of which training had no sample, appears. Pixels stay as they are.
    NewClass,
    /// An eighth of the sensor's points, drawn from the seed, shows full brightness from now on.
    Stuck,
}

impl Change {
    /// All of them.
    pub const ALL: [Change; 4] = [Change::Inverted, Change::Shifted, Change::NewClass, Change::Stuck];

    /// Name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inverted => "inverted",
            Self::Shifted => "shifted",
            Self::NewClass => "new_class",
            Self::Stuck => "stuck",
        }
    }

    /// The samples as they are before the change: without the class that nobody has seen yet.
    pub fn before(self, set: &Dataset) -> Dataset {
        match self {
            Self::NewClass => {
                let new = set.classes() - 1;
                let known = |i: &usize| usize::from(set.targets()[*i]) != new;
                set.subset(&(0..set.len()).filter(known).collect::<Vec<_>>())
            }
            _ => set.clone(),
        }
    }

    /// The samples as they are behind the change.
    ///
    /// # Errors
    /// [`DataError::NotSquare`] if samples are to be shifted that are no square images.
    pub fn after(self, set: &Dataset, seed: u64) -> Result<Dataset, DataError> {
        let inputs = set.inputs();
        match self {
            Self::Inverted => each(set, inverted),
            Self::Shifted => {
                let side = inputs.isqrt();
                if side * side != inputs {
                    let (name, wanted) = (set.name().to_owned(), "a shift");
                    return Err(DataError::NotSquare { name, wanted, least: 1, inputs });
                }
                each(set, |x| shifted(x, side, (side / 7).max(1)))
            }
            Self::NewClass => Ok(set.clone()),
            Self::Stuck => {
                let mut points = Shuffle::new(seed).epoch(inputs);
                points.truncate(inputs.div_ceil(8));
                each(set, |x| stuck(x, &points))
            }
        }
    }
}

fn each(set: &Dataset, change: impl Fn(&mut [i8])) -> Result<Dataset, DataError> {
    let mut pixels = set.pixels().to_vec();
    pixels.chunks_exact_mut(set.inputs()).for_each(change);
    Dataset::new(set.name(), set.inputs(), set.classes(), pixels, set.targets().to_vec())
}

fn inverted(x: &mut [i8]) {
    x.iter_mut().for_each(|x| *x = 127i8.saturating_sub(*x));
}

/// Rows of `side` pixels, each moved to the right by `by` (at most `side`).
fn shifted(x: &mut [i8], side: usize, by: usize) {
    for row in x.chunks_exact_mut(side) {
        row.rotate_right(by);
        row[..by].fill(0);
    }
}

fn stuck(x: &mut [i8], points: &[usize]) {
    points.iter().for_each(|i| x[*i] = 127);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_by_three() -> Dataset {
        let pixels = vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 127, 0, 0, 0, 0];
        Dataset::new("two", 9, 3, pixels, vec![1, 2]).unwrap()
    }

    #[test]
    fn bright_becomes_dark() {
        let mut x = [0, 1, 127, -1, -128];
        inverted(&mut x);
        assert_eq!(x, [127, 126, 0, 127, 127]);
    }

    #[test]
    fn rows_move_to_the_right() {
        let mut x = [1, 2, 3, 4, 5, 6];
        shifted(&mut x, 3, 2);
        assert_eq!(x, [0, 0, 1, 0, 0, 4]);
        let found = Change::Shifted.after(&three_by_three(), 1).unwrap();
        assert_eq!(found.pixels()[..9], [0, 1, 2, 0, 4, 5, 0, 7, 8]);
        let line = Dataset::new("line", 8, 2, vec![0; 8], vec![0]).unwrap();
        let error = Change::Shifted.after(&line, 1).unwrap_err().to_string();
        assert_eq!(error, "line: expected square images of at least 1 x 1 for a shift, found samples of 8 values");
    }

    #[test]
    fn the_same_points_are_stuck_in_all_samples() {
        let set = three_by_three();
        let found = Change::Stuck.after(&set, 5).unwrap();
        let of = |sample: usize| -> Vec<usize> {
            let (a, b) = (set.sample(sample).x, found.sample(sample).x);
            assert!((0..9).all(|i| b[i] == a[i] || b[i] == 127));
            (0..9).filter(|i| b[*i] == 127).collect()
        };
        let points = of(0);
        assert_eq!(points.len(), 2, "an eighth of nine, rounded up");
        assert!(points.iter().all(|i| of(1).contains(i)));
        assert_eq!(found, Change::Stuck.after(&set, 5).unwrap());
        assert!((0..20).any(|seed| Change::Stuck.after(&set, seed).unwrap() != found));
    }

    #[test]
    fn the_last_class_is_held_back() {
        let set = three_by_three();
        let known = Change::NewClass.before(&set);
        assert_eq!((known.targets(), known.classes()), (&[1][..], 3));
        assert_eq!(Change::NewClass.after(&set, 1).unwrap(), set);
        assert_eq!(Change::Stuck.before(&set), set);
    }
}
