//! A folder with the four usual files of MNIST and its relatives.

use crate::idx;
use crate::{DataError, Split};
use std::path::{Path, PathBuf};

/// Loads a training and a test set from the four files of a folder.
///
/// The files are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte`; of each, the first of these that exists: the name as it stands, with `.gz`, with a dot
/// before `idx`, with both. Whether a file is gzip is decided by its content.
///
/// Both sets have as many classes as the largest target of the two calls for, at least 2, and are named
/// `<folder>/train` and `<folder>/test`.
///
/// # Errors
/// [`DataError::Read`] if the folder or a file cannot be read, [`DataError::Missing`] with the names looked for,
/// [`DataError::ImageSizeMismatch`] between the two parts, and the errors of [`idx`].
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # for (name, sizes, values) in [
/// #     ("train-images-idx3-ubyte", &[2, 1, 2][..], &[0, 255, 9, 9][..]),
/// #     ("train-labels-idx1-ubyte", &[2], &[0, 1]),
/// #     ("t10k-images-idx3-ubyte", &[1, 1, 2], &[7, 7]),
/// #     ("t10k-labels-idx1-ubyte", &[1], &[2]),
/// # ] {
/// #     let mut bytes = vec![0, 0, 8, sizes.len() as u8];
/// #     sizes.iter().for_each(|&size: &u32| bytes.extend(size.to_be_bytes()));
/// #     bytes.extend(values);
/// #     std::fs::write(folder.path().join(name), bytes)?;
/// # }
/// // A folder with the four files: here two training images and one test image of 1 x 2.
/// let split = drtp_data::load_folder(&folder)?;
/// assert_eq!((split.train.len(), split.test.len()), (2, 1));
/// assert_eq!((split.train.inputs(), split.train.classes()), (2, 3));
///
/// // Any other folder: the message lists the names looked for.
/// let error = drtp_data::load_folder(tempfile::tempdir()?).unwrap_err();
/// assert!(error.to_string().contains("train-images-idx3-ubyte.gz"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn load_folder(folder: impl AsRef<Path>) -> Result<Split, DataError> {
    let folder = folder.as_ref();
    // A folder that is not there says so, rather than that it lacks a file.
    let unreadable = |reason| DataError::Read { path: folder.to_owned(), reason };
    std::fs::read_dir(folder).map_err(unreadable)?;

    // All four are found before the first is read: a missing one is reported at once.
    let train_images = find(folder, "training images", "train-images", "idx3-ubyte")?;
    let train_targets = find(folder, "training targets", "train-labels", "idx1-ubyte")?;
    let test_images = find(folder, "test images", "t10k-images", "idx3-ubyte")?;
    let test_targets = find(folder, "test targets", "t10k-labels", "idx1-ubyte")?;

    let (train_targets, test_targets) = (idx::read_targets(train_targets)?, idx::read_targets(test_targets)?);
    let (train_images, test_images) = (idx::read_images(train_images)?, idx::read_images(test_images)?);
    let train_size = (train_images.rows, train_images.columns);
    let test_size = (test_images.rows, test_images.columns);
    if train_size != test_size {
        let (train, test) = (train_images.file, test_images.file);
        return Err(DataError::ImageSizeMismatch { train, test, train_size, test_size });
    }

    let classes = idx::classes_of([&train_targets, &test_targets]);
    let name = folder.file_name().map_or("idx".into(), |name| name.to_string_lossy());
    Ok(Split {
        train: idx::join(format!("{name}/train"), train_images, train_targets, classes)?,
        test: idx::join(format!("{name}/test"), test_images, test_targets, classes)?,
    })
}

fn find(folder: &Path, wanted: &'static str, stem: &str, kind: &str) -> Result<PathBuf, DataError> {
    let names = ["-", "."].iter().flat_map(|mark| ["", ".gz"].map(|end| format!("{stem}{mark}{kind}{end}")));
    let names: Vec<String> = names.collect();
    match names.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => Err(DataError::Missing { folder: folder.to_owned(), wanted, names }),
    }
}
