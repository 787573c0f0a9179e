//! CIFAR-10 in its binary version: a folder of six files.
//!
//! A record is a target and an image, one plane of 32 x 32 pixels a channel, rows top to bottom:
//!
//! ```text
//! target | 1,024 red | 1,024 green | 1,024 blue       3,073 bytes
//! ```
//!
//! Files are `data_batch_1.bin` to `data_batch_5.bin` for training and `test_batch.bin`; each is records and nothing
//! else. The original has 10,000 in each; a file with fewer is read too.

use crate::idx::{activation, MAX_VALUES};
use crate::{DataError, Dataset, Place, Split};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Classes.
pub const CLASSES: usize = 10;
/// Channels of an image: red, green, blue.
pub const CHANNELS: usize = 3;
/// Values of an image, `[channels x rows x columns]`.
pub const INPUTS: usize = CHANNELS * 32 * 32;
const RECORD: usize = 1 + INPUTS;

/// Loads both sets from a folder, named `<folder>/train` and `<folder>/test`. Samples are `[channels x rows x columns]`.
///
/// # Errors
/// [`DataError::Read`] if the folder or a file cannot be read, [`DataError::Missing`] for a file that is not there, and
/// those of [`parse`].
pub fn load(folder: impl AsRef<Path>) -> Result<Split, DataError> {
    let folder = folder.as_ref();
    std::fs::read_dir(folder).map_err(|reason| DataError::Read { path: folder.to_owned(), reason })?;
    let names: Vec<String> = (1..=5).map(|i| format!("data_batch_{i}.bin")).collect();
    let name = folder.file_name().map_or("cifar10".into(), |name| name.to_string_lossy());
    Ok(Split {
        train: join(folder, format!("{name}/train"), "training batch", &names)?,
        test: join(folder, format!("{name}/test"), "test batch", &["test_batch.bin".into()])?,
    })
}

fn join(folder: &Path, set: String, wanted: &'static str, names: &[String]) -> Result<Dataset, DataError> {
    let (mut pixels, mut targets) = (vec![], vec![]);
    for name in names {
        let path = folder.join(name);
        if !path.is_file() {
            return Err(DataError::Missing { folder: folder.to_owned(), wanted, names: vec![name.clone()] });
        }
        let unreadable = |reason| DataError::Read { path: path.clone(), reason };
        let mut bytes = vec![];
        let file = File::open(&path).map_err(unreadable)?;
        file.take(MAX_VALUES).read_to_end(&mut bytes).map_err(unreadable)?;
        let (some, of) = parse(&path.display().to_string(), &bytes)?;
        pixels.extend(some);
        targets.extend(of);
    }
    Dataset::new(set, INPUTS, CLASSES, pixels, targets)
}

/// Activations `[records x inputs]` and targets of one file's bytes; `file` is what messages call them.
///
/// # Errors
/// [`DataError::Truncated`] if the last record is not whole, or there is none; [`DataError::Target`] for a target that is
/// not below 10. Never panics.
///
/// ```
/// use drtp_data::cifar10;
///
/// let mut record = vec![7; 3073]; // target 7, all pixels 7
/// let (pixels, targets) = cifar10::parse("one", &record)?;
/// assert_eq!((pixels.len(), pixels[0], &targets[..]), (3072, 3, &[7][..]));
/// record.pop();
/// let error = cifar10::parse("one", &record).unwrap_err();
/// assert_eq!(error.to_string(), "one: byte 3072: the data end here, expected 3073 bytes in all");
/// # Ok::<(), drtp_data::DataError>(())
/// ```
pub fn parse(file: &str, bytes: &[u8]) -> Result<(Vec<i8>, Vec<u8>), DataError> {
    let at = |offset: usize| Place { file: file.to_owned(), offset: offset as u64, unpacked: false };
    let records = bytes.len().div_ceil(RECORD).max(1);
    if bytes.len() != records * RECORD {
        return Err(DataError::Truncated { at: at(bytes.len()), expected_bytes: (records * RECORD) as u64 });
    }
    let mut pixels = Vec::with_capacity(records * INPUTS);
    let mut targets = Vec::with_capacity(records);
    for (i, record) in bytes.chunks_exact(RECORD).enumerate() {
        let (target, image) = (record[0], &record[1..]);
        if usize::from(target) >= CLASSES {
            return Err(DataError::Target { at: at(i * RECORD), limit: CLASSES, found: target });
        }
        targets.push(target);
        pixels.extend(image.iter().map(|p| activation(*p)));
    }
    Ok((pixels, targets))
}
