//! The embedded digits: a real set small enough to come with the crate, for examples and tests that need no file.
//!
//! Source, authors and licence (CC BY 4.0) stand in `assets/README.md` and in the crate's documentation.

use crate::{Dataset, Shuffle, Split};
use flate2::read::GzDecoder;
use std::io::Read;

/// Number of embedded digits.
pub const DIGITS_SAMPLES: usize = 1797;
/// Pixels of an embedded digit: 8 rows of 8.
pub const DIGITS_INPUTS: usize = 64;
/// Classes of the embedded digits.
pub const DIGITS_CLASSES: usize = 10;

/// The largest pixel in the file: the number of dark points in a block of 4 x 4.
const PIXEL_MAX: u8 = 16;

/// The line of attribution that the digits' licence asks of whoever passes them on.
pub const DIGITS_ATTRIBUTION: &str = "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), \
    UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0 \
    (https://creativecommons.org/licenses/by/4.0/); file format changed, nothing else.";

static ASSET: &[u8] = include_bytes!("../assets/digits.csv.gz");

/// The embedded digits, split into a training and a test part: 1,438 and 359 samples `[64]` of 10 classes.
///
/// A pixel p in 0..=16 enters as min(8 p, 127), the value p / 16 (127/128 for the darkest). The names are
/// `digits/train` and `digits/test`.
///
/// The split is stratified and belongs to the seed, the same in every version of this crate (a test pins it). From one
/// [`Shuffle`] of `seed`:
/// 1. all rows are shuffled;
/// 2. of each class, the first fifth in that order, rounded to the nearest, goes to the test part, the rest to the
///    training part;
/// 3. the training part is shuffled again, then the test part, since the classes did not fill up at the same row.
///
/// The file says nothing about who wrote which digit, so the same hands are found in both parts: results are good for
/// comparing engines and rules with each other, not with published ones.
///
/// ```
/// use drtp_data::digits;
///
/// let split = digits(1);
/// assert_eq!((split.train.len(), split.test.len()), (1438, 359));
/// assert_eq!((split.train.inputs(), split.train.classes()), (64, 10));
/// assert!(split.train.pixels().iter().all(|&x| x >= 0));
/// ```
pub fn digits(seed: u64) -> Split {
    let all = all_digits();
    let (train, test) = split_order(&all, seed);
    Split { train: all.subset(&train).renamed("digits/train"), test: all.subset(&test).renamed("digits/test") }
}

/// The 1,797 embedded digits in the file's order, scaled as by [`digits`], named `digits`.
pub fn all_digits() -> Dataset {
    // The asset is part of the program, and a test reads all of it: neither step fails at run time.
    let mut text = String::new();
    GzDecoder::new(ASSET).read_to_string(&mut text).expect("the embedded digits are valid gzip");
    let (pixels, targets) = parse(&text).expect("the embedded digits are well formed");
    Dataset::new("digits", DIGITS_INPUTS, DIGITS_CLASSES, pixels, targets).expect("the embedded digits fit together")
}

/// Training and test indices of a seed.
fn split_order(all: &Dataset, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut shuffle = Shuffle::new(seed);
    let mut test_places: Vec<usize> = all.class_counts().iter().map(|&n| (n + 2) / 5).collect();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for i in shuffle.epoch(all.len()) {
        let places = &mut test_places[usize::from(all.targets()[i])];
        if *places > 0 {
            *places -= 1;
            test.push(i);
        } else {
            train.push(i);
        }
    }
    shuffle.shuffle(&mut train);
    shuffle.shuffle(&mut test);
    (train, test)
}

/// Rows of 64 pixels and a digit, as scaled values and targets; `None` if anything else is found.
fn parse(text: &str) -> Option<(Vec<i8>, Vec<u8>)> {
    let mut pixels = Vec::with_capacity(DIGITS_SAMPLES * DIGITS_INPUTS);
    let mut targets = Vec::with_capacity(DIGITS_SAMPLES);
    for line in text.lines() {
        let mut fields = line.split(',').map(|field| field.parse::<u8>().ok());
        for _ in 0..DIGITS_INPUTS {
            let pixel = fields.next()??;
            if pixel > PIXEL_MAX {
                return None;
            }
            pixels.push((8 * pixel).min(127) as i8);
        }
        targets.push(fields.next()??);
        if fields.next().is_some() {
            return None;
        }
    }
    Some((pixels, targets))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a over the indices as 64-bit little-endian words.
    fn checksum(indices: &[usize]) -> u64 {
        let bytes = indices.iter().flat_map(|&i| (i as u64).to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    }

    #[test]
    fn the_file_is_the_known_one() {
        let all = all_digits();
        assert_eq!((all.len(), all.inputs(), all.classes()), (DIGITS_SAMPLES, DIGITS_INPUTS, DIGITS_CLASSES));
        assert_eq!(all.class_counts(), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    }

    #[test]
    fn values_are_the_scaled_pixels() {
        let all = all_digits();
        let mut seen = [false; 128];
        for &x in all.pixels() {
            seen[usize::try_from(x).unwrap()] = true;
        }
        let expected: Vec<usize> = (0..16).map(|p| 8 * p).chain([127]).collect();
        let found: Vec<usize> = (0..128).filter(|&x| seen[x]).collect();
        assert_eq!(found, expected);
        // The first row of the file starts 0,0,5,13,9,1,0,0 and is a 0.
        let first = all.sample(0);
        assert_eq!(first.x[..8], [0, 0, 40, 104, 72, 8, 0, 0]);
        assert_eq!(first.target, 0);
    }

    #[test]
    fn every_row_is_in_one_part() {
        let all = all_digits();
        for seed in [0, 1, 2, 99, u64::MAX] {
            let (train, test) = split_order(&all, seed);
            let mut rows = [train, test].concat();
            rows.sort_unstable();
            assert!(rows.into_iter().eq(0..DIGITS_SAMPLES));
        }
    }

    #[test]
    fn the_parts_hold_a_fifth_of_every_class() {
        let split = digits(4);
        assert_eq!((split.train.len(), split.test.len()), (1438, 359));
        assert_eq!(split.test.class_counts(), [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]);
        assert_eq!(split.train.class_counts(), [142, 146, 142, 146, 145, 146, 145, 143, 139, 144]);
        assert_eq!((split.train.name(), split.test.name()), ("digits/train", "digits/test"));
    }

    #[test]
    fn the_parts_are_the_indexed_rows() {
        let (all, split) = (all_digits(), digits(4));
        let (train, test) = split_order(&all, 4);
        assert!(split.train.iter().zip(train).all(|(s, i)| s == all.sample(i)));
        assert!(split.test.iter().zip(test).all(|(s, i)| s == all.sample(i)));
    }

    #[test]
    fn a_seed_gives_one_split() {
        assert_eq!(digits(8), digits(8));
        assert_ne!(digits(8), digits(9));
    }

    /// Pinned, from a second implementation in another language: seed, first indices of both parts, checksum of the
    /// first 64 of each and of all.
    #[test]
    fn the_split_of_a_seed_is_pinned() {
        let all = all_digits();
        for (seed, first_train, first_test, sums) in [
            (
                0,
                [41, 695, 896, 1754],
                [685, 687, 777, 1246],
                [0x2ffa_e8c7_5de0_58e8, 0xc2a3_775d_682d_538e, 0xba14_0786_a140_2190],
            ),
            (
                1,
                [1697, 230, 526, 624],
                [244, 19, 476, 557],
                [0xb940_5a3e_d63d_714c, 0x6b2d_b509_e243_6d4d, 0x24a9_8813_fc56_19d0_u64],
            ),
        ] {
            let (train, test) = split_order(&all, seed);
            assert_eq!((&train[..4], &test[..4]), (&first_train[..], &first_test[..]));
            let all_sum = checksum(&[&train[..], &test[..]].concat());
            assert_eq!([checksum(&train[..64]), checksum(&test[..64]), all_sum], sums);
        }
    }

    #[test]
    fn parse_refuses_what_is_not_the_file() {
        let row = |pixel: &str, end: &str| format!("{}{end}\n", format!("{pixel},").repeat(DIGITS_INPUTS));
        assert_eq!(parse(&row("16", "9")), Some((vec![127; DIGITS_INPUTS], vec![9])));
        assert_eq!(parse(&row("0", "9")), Some((vec![0; DIGITS_INPUTS], vec![9])));
        for bad in [row("17", "9"), row("-1", "9"), row("x", "9"), row("0", ""), row("0", "1,2"), "\n".into()] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
    }
}
