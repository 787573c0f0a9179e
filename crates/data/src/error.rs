//! Every way in which data can be refused, with the place and what was expected there.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A byte of a file, for messages.
///
/// HAZARD: the offset counts bytes of the file as stored, except where `unpacked` is set: then the file is gzip and the
/// offset counts bytes of what it decompresses to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's path, or the name its bytes were given under.
    pub file: String,
    /// Offset in bytes, from 0.
    pub offset: u64,
    /// Whether `offset` counts decompressed bytes.
    pub unpacked: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: byte {}", self.file, self.offset)?;
        if self.unpacked {
            write!(f, " (decompressed)")?;
        }
        Ok(())
    }
}

/// Why data was refused.
///
/// The message of each variant is complete: it names the file or data set, the place and what was expected, so that
/// printing it is enough ([`source`](std::error::Error::source) is always `None`).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The operating system would not give the file or folder.
    #[error("{}: cannot be read: {reason}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },

    /// A folder has none of the names under which one of the four files is known.
    #[error("{}: no {wanted}: looked for {}", folder.display(), names.join(", "))]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// Which of the four files, in words.
        wanted: &'static str,
        /// The names that were looked for, in that order.
        names: Vec<String>,
    },

    /// The first three bytes are not those of an IDX file of unsigned bytes.
    #[error("{at}: expected the IDX magic number {expected:#010x}, found {found:#010x}")]
    Magic {
        /// Offset 0.
        at: Place,
        /// The magic number of such a file.
        expected: u32,
        /// The first four bytes, big-endian.
        found: u32,
    },

    /// An IDX file of unsigned bytes, but of another number of dimensions: images given as targets, say.
    #[error("{at}: expected {expected} (the number of IDX dimensions of {wanted}), found {found}")]
    Dimensions {
        /// Offset 3, the byte that counts the dimensions.
        at: Place,
        /// What such a file holds.
        wanted: &'static str,
        /// Dimensions of such a file.
        expected: u8,
        /// Dimensions the file says it has.
        found: u8,
    },

    /// A dimension is zero.
    #[error("{at}: expected a {axis} of at least 1, found 0")]
    ZeroSize {
        /// Where the size stands.
        at: Place,
        /// Which dimension, in words.
        axis: &'static str,
    },

    /// The sizes multiply to more than [`idx::MAX_VALUES`](crate::idx::MAX_VALUES) bytes.
    #[error("{at}: expected sizes of at most {limit} bytes in all, found {found}")]
    TooLarge {
        /// Offset 4, where the sizes start.
        at: Place,
        /// The most that is read.
        limit: u64,
        /// The sizes as they stand, as `a x b x c`.
        found: String,
    },

    /// The data end early.
    #[error("{at}: the data end here, expected {expected_bytes} bytes in all")]
    Truncated {
        /// The first missing byte, which is how many bytes there are.
        at: Place,
        /// How many bytes the header calls for, itself included.
        expected_bytes: u64,
    },

    /// The data go on after what the header calls for.
    #[error("{at}: expected the end of the data, found more bytes")]
    Trailing {
        /// The first byte too many.
        at: Place,
    },

    /// The file starts as gzip and cannot be decompressed, is cut short, or fails its checksum.
    #[error("{at}: expected valid gzip data: {reason}")]
    Gzip {
        /// How far decompression got in the file as stored.
        at: Place,
        /// What the decompressor said.
        reason: io::Error,
    },

    /// A target that no configuration has a class for.
    #[error("{at}: expected a target below {limit}, found {found}")]
    Target {
        /// Where the target stands.
        at: Place,
        /// The first target refused.
        limit: usize,
        /// The target found.
        found: u8,
    },

    /// Two files that belong together hold different numbers of samples.
    #[error("{targets}: byte 4: expected {image_count} targets, one per image of {images}, found {target_count}")]
    CountMismatch {
        /// File of the images.
        images: String,
        /// File of the targets.
        targets: String,
        /// Number of images.
        image_count: usize,
        /// Number of targets.
        target_count: usize,
    },

    /// The test images have another size than the training images.
    #[error(
        "{test}: byte 8: expected images of {} x {}, as in {train}, found {} x {}",
        train_size.0, train_size.1, test_size.0, test_size.1
    )]
    ImageSizeMismatch {
        /// File of the training images.
        train: String,
        /// File of the test images.
        test: String,
        /// Rows and columns of the training images.
        train_size: (usize, usize),
        /// Rows and columns of the test images.
        test_size: (usize, usize),
    },

    /// The parts of a data set do not fit together.
    #[error("{name}: expected {targets} samples of {inputs} (at least 1) values each, found {values} values")]
    Shape {
        /// Name of the data set.
        name: String,
        /// Values per sample.
        inputs: usize,
        /// Number of targets.
        targets: usize,
        /// Number of values.
        values: usize,
    },

    /// A number of classes that no configuration has.
    #[error("{name}: expected 2 to {limit} classes, found {found}")]
    Classes {
        /// Name of the data set.
        name: String,
        /// The most there may be.
        limit: usize,
        /// The number asked for.
        found: usize,
    },

    /// A target of a data set is not one of its classes.
    #[error("{name}: sample {sample}: expected a target below {classes}, found {found}")]
    TargetOutOfRange {
        /// Name of the data set.
        name: String,
        /// The first such sample.
        sample: usize,
        /// Number of classes.
        classes: usize,
        /// The target found.
        found: u8,
    },

    /// Holding out as many samples as asked would leave none to train on.
    #[error("{name}: expected fewer than {available} samples to hold out for validation, found {asked}")]
    Holdout {
        /// Name of the data set.
        name: String,
        /// Samples there are.
        available: usize,
        /// Samples to be held out.
        asked: usize,
    },

    /// Edge features of samples that are no square image, or of images without room for a window.
    #[error(
        "{name}: expected square images of at least {least} x {least} for {wanted}, found samples of {inputs} values"
    )]
    NotSquare {
        /// Name of the data set.
        name: String,
        /// Which features.
        wanted: &'static str,
        /// Rows of the smallest image that has a feature.
        least: usize,
        /// Values per sample.
        inputs: usize,
    },
}
