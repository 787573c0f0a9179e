//! IDX files: images and their targets, plain or gzip, the format of MNIST and its relatives.
//!
//! All numbers are big-endian:
//!
//! ```text
//! images  00 00 08 03 | count u32 | rows u32 | columns u32 | count x rows x columns pixels, row-major
//! targets 00 00 08 01 | count u32 | count targets
//! ```
//!
//! (The format's own word for targets is another; this project has one word per idea.) Only unsigned bytes are read:
//! the other element types of the format are refused as a wrong magic number.
//!
//! Data are gzip if they start as gzip, whatever the name. Nothing is believed before it is there: memory grows with
//! the bytes that arrive, never with what a header promises, and never past [`MAX_VALUES`].

use crate::{DataError, Dataset, Place, MAX_CLASSES};
use flate2::bufread::MultiGzDecoder;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The most values of one file that are read: 2 GiB less one, far more than any relative of MNIST has.
pub const MAX_VALUES: u64 = i32::MAX as u64;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// First three bytes of the magic number: two zeros and the code of unsigned bytes.
const UNSIGNED_BYTES: u32 = 0x08;

/// Images of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// Path of the file, or the name its bytes were given under.
    pub file: String,
    /// Number of images.
    pub count: usize,
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
    /// Pixels 0..=255 as they stand in the file, `[count x rows x columns]`, row-major.
    pub pixels: Vec<u8>,
}

/// Targets of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Path of the file, or the name its bytes were given under.
    pub file: String,
    /// Target classes, `[samples]`, each below [`MAX_CLASSES`].
    pub values: Vec<u8>,
}

/// The activation of a pixel: p >> 1, which is 0..=127 and stands for about p / 256.
///
/// ```
/// assert_eq!([0, 1, 2, 255].map(drtp_data::idx::activation), [0, 0, 1, 127]);
/// ```
pub fn activation(pixel: u8) -> i8 {
    (pixel >> 1) as i8
}

/// Reads images from bytes; `file` is what messages call them.
///
/// # Errors
/// [`DataError::Magic`], [`DataError::Dimensions`], [`DataError::ZeroSize`], [`DataError::TooLarge`],
/// [`DataError::Truncated`], [`DataError::Trailing`], [`DataError::Gzip`]. Never panics.
///
/// ```
/// use drtp_data::idx;
///
/// let bytes = [0, 0, 8, 3, /* count */ 0, 0, 0, 2, /* rows */ 0, 0, 0, 1, /* columns */ 0, 0, 0, 2, 10, 20, 30, 40];
/// let images = idx::parse_images("two", &bytes)?;
/// assert_eq!((images.count, images.rows, images.columns), (2, 1, 2));
/// assert_eq!(images.pixels, [10, 20, 30, 40]);
///
/// let error = idx::parse_images("two", &bytes[..19]).unwrap_err();
/// assert_eq!(error.to_string(), "two: byte 19: the data end here, expected 20 bytes in all");
/// # Ok::<(), drtp_data::DataError>(())
/// ```
pub fn parse_images(file: &str, bytes: &[u8]) -> Result<Images, DataError> {
    let ([count, rows, columns], pixels) = Source::new(file, bytes).parse("images", ["count", "row count", "width"])?;
    Ok(Images { file: file.to_owned(), count, rows, columns, pixels })
}

/// Reads targets from bytes; `file` is what messages call them.
///
/// # Errors
/// As [`parse_images`], and [`DataError::Target`] for a target that is not below [`MAX_CLASSES`]. Never panics.
pub fn parse_targets(file: &str, bytes: &[u8]) -> Result<Targets, DataError> {
    let source = Source::new(file, bytes);
    let unpacked = source.unpacked();
    let (_, values) = source.parse("targets", ["count"])?;
    if let Some(i) = values.iter().position(|&t| usize::from(t) >= MAX_CLASSES) {
        let at = Place { file: file.to_owned(), offset: header_bytes::<1>() + i as u64, unpacked };
        return Err(DataError::Target { at, limit: MAX_CLASSES, found: values[i] });
    }
    Ok(Targets { file: file.to_owned(), values })
}

/// Reads a file of images.
///
/// # Errors
/// [`DataError::Read`], and those of [`parse_images`].
pub fn read_images(path: impl AsRef<Path>) -> Result<Images, DataError> {
    let (file, bytes) = read(path.as_ref())?;
    parse_images(&file, &bytes)
}

/// Reads a file of targets.
///
/// # Errors
/// [`DataError::Read`], and those of [`parse_targets`].
pub fn read_targets(path: impl AsRef<Path>) -> Result<Targets, DataError> {
    let (file, bytes) = read(path.as_ref())?;
    parse_targets(&file, &bytes)
}

/// Joins images and targets to a data set of `rows x columns` inputs, pixels turned by [`activation`].
///
/// `classes` is at least the largest target + 1; [`classes_of`] gives that number.
///
/// # Errors
/// [`DataError::CountMismatch`], and those of [`Dataset::new`].
///
/// ```
/// use drtp_data::idx::{self, Images, Targets};
///
/// let images = Images { file: "i".into(), count: 2, rows: 1, columns: 2, pixels: vec![0, 255, 128, 3] };
/// let targets = Targets { file: "t".into(), values: vec![1, 0] };
/// let classes = idx::classes_of([&targets]);
/// let set = idx::join("two", images, targets, classes)?;
/// assert_eq!(set.sample(0).x, [0, 127]);
/// assert_eq!(set.sample(1).target, 0);
/// # Ok::<(), drtp_data::DataError>(())
/// ```
pub fn join(name: impl Into<String>, images: Images, targets: Targets, classes: usize) -> Result<Dataset, DataError> {
    if images.count != targets.values.len() {
        return Err(DataError::CountMismatch {
            images: images.file,
            targets: targets.file,
            image_count: images.count,
            target_count: targets.values.len(),
        });
    }
    let inputs = images.rows.saturating_mul(images.columns);
    Dataset::new(name, inputs, classes, images.pixels.into_iter().map(activation).collect(), targets.values)
}

/// The number of classes that files of targets call for: the largest target + 1, at least 2.
pub fn classes_of<'a>(files: impl IntoIterator<Item = &'a Targets>) -> usize {
    let largest = files.into_iter().flat_map(|targets| &targets.values).max();
    largest.map_or(2, |&t| usize::from(t) + 1).max(2)
}

fn read(path: &Path) -> Result<(String, Vec<u8>), DataError> {
    match fs::read(path) {
        Ok(bytes) => Ok((path.display().to_string(), bytes)),
        Err(reason) => Err(DataError::Read { path: path.to_owned(), reason }),
    }
}

/// Bytes before the values of a file with D dimensions.
const fn header_bytes<const D: usize>() -> u64 {
    4 + 4 * D as u64
}

/// Bytes of a file, decompressed on the way if need be.
struct Source<'a> {
    file: &'a str,
    packed_bytes: usize,
    stream: Stream<'a>,
}

enum Stream<'a> {
    Plain(&'a [u8]),
    // Several members in one file are valid gzip; bytes after the last are not.
    Gzip(MultiGzDecoder<&'a [u8]>),
}

impl<'a> Source<'a> {
    fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        let stream = if bytes.starts_with(&GZIP_MAGIC) {
            Stream::Gzip(MultiGzDecoder::new(bytes))
        } else {
            Stream::Plain(bytes)
        };
        Self { file, packed_bytes: bytes.len(), stream }
    }

    fn unpacked(&self) -> bool {
        matches!(self.stream, Stream::Gzip(_))
    }

    fn place(&self, offset: u64) -> Place {
        Place { file: self.file.to_owned(), offset, unpacked: self.unpacked() }
    }

    /// The next `most` bytes, or all there are left. Memory grows with what arrives, not with `most`.
    fn take(&mut self, most: u64) -> Result<Vec<u8>, DataError> {
        // The stored length bounds plain data; for gzip it is where growing starts.
        let mut data = Vec::with_capacity(usize::try_from(most).unwrap_or(usize::MAX).min(self.packed_bytes));
        let done = match &mut self.stream {
            Stream::Plain(bytes) => bytes.take(most).read_to_end(&mut data),
            Stream::Gzip(decoder) => decoder.take(most).read_to_end(&mut data),
        };
        match done {
            Ok(_) => Ok(data),
            Err(reason) => Err(self.corrupt(reason)),
        }
    }

    fn corrupt(&self, reason: io::Error) -> DataError {
        let left = match &self.stream {
            Stream::Plain(bytes) => bytes.len(),
            Stream::Gzip(decoder) => decoder.get_ref().len(),
        };
        let offset = (self.packed_bytes - left) as u64;
        DataError::Gzip { at: Place { file: self.file.to_owned(), offset, unpacked: false }, reason }
    }

    /// Sizes and values of a file of unsigned bytes with D dimensions.
    fn parse<const D: usize>(
        mut self,
        wanted: &'static str,
        axes: [&'static str; D],
    ) -> Result<([usize; D], Vec<u8>), DataError> {
        let header = self.take(header_bytes::<D>())?;
        let words: Vec<u32> = header.chunks_exact(4).map(|w| u32::from_be_bytes([w[0], w[1], w[2], w[3]])).collect();
        let expected = UNSIGNED_BYTES << 8 | D as u32;
        if let Some(&found) = words.first() {
            if found >> 8 != UNSIGNED_BYTES {
                return Err(DataError::Magic { at: self.place(0), expected, found });
            }
            if found != expected {
                let (expected, found) = (D as u8, found as u8);
                return Err(DataError::Dimensions { at: self.place(3), wanted, expected, found });
            }
        }
        if words.len() < 1 + D {
            return Err(self.truncated(header.len() as u64, header_bytes::<D>()));
        }
        let sizes = &words[1..];
        if let Some(axis) = sizes.iter().position(|&size| size == 0) {
            return Err(DataError::ZeroSize { at: self.place(4 + 4 * axis as u64), axis: axes[axis] });
        }
        let product = sizes.iter().try_fold(1u64, |product, &size| product.checked_mul(size.into()));
        let Some(values_n) = product.filter(|&n| n <= MAX_VALUES) else {
            let found = sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" x ");
            return Err(DataError::TooLarge { at: self.place(4), limit: MAX_VALUES, found });
        };
        let expected_bytes = header_bytes::<D>() + values_n;

        // One byte more than called for: it shows trailing data, and reaching the end is what checks gzip's checksum.
        let values = self.take(values_n + 1)?;
        let arrived = values.len() as u64;
        if arrived < values_n {
            return Err(self.truncated(header_bytes::<D>() + arrived, expected_bytes));
        }
        if arrived > values_n {
            return Err(DataError::Trailing { at: self.place(expected_bytes) });
        }
        // No size exceeds the product, which is the length of `values`.
        Ok((std::array::from_fn(|d| sizes[d] as usize), values))
    }

    fn truncated(&self, arrived: u64, expected_bytes: u64) -> DataError {
        DataError::Truncated { at: self.place(arrived), expected_bytes }
    }
}
