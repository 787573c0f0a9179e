//! The folder loader: every name, what it says of a missing file, parts that do not fit.

use crate::common::{gzip, idx};
use drtp_data::{load_folder, DataError};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
const TRAIN_TARGETS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_TARGETS: &str = "t10k-labels-idx1-ubyte";

fn write(folder: &Path, name: &str, bytes: Vec<u8>) {
    fs::write(folder.join(name), bytes).unwrap();
}

/// Two training samples of classes 0 and 2, one test sample of class 4, images of 1 x 2.
fn files() -> [(&'static str, Vec<u8>); 4] {
    [
        (TRAIN_IMAGES, idx(&[2, 1, 2], &[0, 255, 2, 3])),
        (TRAIN_TARGETS, idx(&[2], &[0, 2])),
        (TEST_IMAGES, idx(&[1, 1, 2], &[100, 200])),
        (TEST_TARGETS, idx(&[1], &[4])),
    ]
}

fn folder_of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.into_iter().for_each(|(name, bytes)| write(folder.path(), &name, bytes));
    folder
}

fn plain_folder() -> TempDir {
    folder_of(files().map(|(name, bytes)| (name.to_owned(), bytes)))
}

#[test]
fn every_usual_name_is_found() {
    let dotted = |name: &str| name.replace("-idx", ".idx");
    let folders = [
        plain_folder(),
        folder_of(files().map(|(name, bytes)| (format!("{name}.gz"), gzip(&bytes)))),
        folder_of(files().map(|(name, bytes)| (dotted(name), bytes))),
        folder_of(files().map(|(name, bytes)| (format!("{}.gz", dotted(name)), gzip(&bytes)))),
        // Content decides, not the name.
        folder_of(files().map(|(name, bytes)| (format!("{name}.gz"), bytes))),
    ];
    for folder in folders {
        let split = load_folder(folder.path()).unwrap();
        assert_eq!(split.train.pixels(), [0, 127, 1, 1]);
        assert_eq!(split.train.targets(), [0, 2]);
        assert_eq!(split.test.pixels(), [50, 100]);
        assert_eq!(split.test.targets(), [4]);
        for set in [&split.train, &split.test] {
            assert_eq!((set.inputs(), set.classes()), (2, 5));
        }
        let name = folder.path().file_name().unwrap().to_string_lossy();
        assert_eq!(split.train.name(), format!("{name}/train"));
        assert_eq!(split.test.name(), format!("{name}/test"));
    }
}

#[test]
fn the_plain_name_comes_first() {
    let folder = plain_folder();
    write(folder.path(), "t10k-labels-idx1-ubyte.gz", b"never read".to_vec());
    write(folder.path(), "t10k-labels.idx1-ubyte", b"never read".to_vec());
    assert_eq!(load_folder(folder.path()).unwrap().test.targets(), [4]);
}

#[test]
fn a_folder_of_that_name_is_no_file() {
    let folder = plain_folder();
    fs::remove_file(folder.path().join(TEST_TARGETS)).unwrap();
    fs::create_dir(folder.path().join(TEST_TARGETS)).unwrap();
    assert!(matches!(load_folder(folder.path()), Err(DataError::Missing { .. })));
}

#[test]
fn a_missing_file_names_what_was_looked_for() {
    for (name, _) in files() {
        let folder = plain_folder();
        fs::remove_file(folder.path().join(name)).unwrap();
        let error = load_folder(folder.path()).unwrap_err();
        let dotted = name.replace("-idx", ".idx");
        let expected = [name.to_owned(), format!("{name}.gz"), dotted.clone(), format!("{dotted}.gz")];
        assert!(
            matches!(&error, DataError::Missing { folder: f, names, .. } if f == folder.path() && *names == expected)
        );
        let message = error.to_string();
        assert!(message.starts_with(&folder.path().display().to_string()), "{message}");
        assert!(expected.iter().all(|name| message.contains(name)), "{message}");
    }
}

#[test]
fn an_absent_folder_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    let error = load_folder(&absent).unwrap_err();
    assert!(matches!(&error, DataError::Read { path, .. } if *path == absent), "{error}");
}

#[test]
fn a_bad_file_is_named() {
    for (name, bytes) in files() {
        let folder = plain_folder();
        write(folder.path(), name, bytes[..bytes.len() - 1].to_vec());
        let error = load_folder(folder.path()).unwrap_err();
        assert!(matches!(&error, DataError::Truncated { at, .. } if at.file.ends_with(name)), "{error}");
    }
}

#[test]
fn images_and_targets_must_agree() {
    for (name, image_count, target_count) in [(TRAIN_TARGETS, 2, 3), (TEST_TARGETS, 1, 3)] {
        let folder = plain_folder();
        write(folder.path(), name, idx(&[3], &[0, 1, 2]));
        let error = load_folder(folder.path()).unwrap_err();
        assert!(
            matches!(&error, DataError::CountMismatch { image_count: i, target_count: t, targets, .. }
                if (*i, *t) == (image_count, target_count) && targets.ends_with(name)),
            "{error}"
        );
    }
}

#[test]
fn both_parts_must_have_one_image_size() {
    let folder = plain_folder();
    write(folder.path(), TEST_IMAGES, idx(&[1, 2, 1], &[0, 0]));
    let error = load_folder(folder.path()).unwrap_err();
    assert!(matches!(error, DataError::ImageSizeMismatch { train_size: (1, 2), test_size: (2, 1), .. }));
    let message = error.to_string();
    assert!(message.contains("expected images of 1 x 2") && message.ends_with("found 2 x 1"), "{message}");
}

/// A folder of the real files, if there is one: `DRTP_MNIST=<folder> cargo test -p drtp-data`.
#[test]
fn the_real_files_load() {
    let Some(folder) = std::env::var_os("DRTP_MNIST") else {
        eprintln!("skipped: set DRTP_MNIST to a folder with the four MNIST files");
        return;
    };
    let split = load_folder(folder).unwrap();
    assert_eq!((split.train.len(), split.test.len()), (60_000, 10_000));
    assert_eq!((split.train.inputs(), split.train.classes()), (784, 10));
    assert!(split.train.class_counts().iter().chain(&split.test.class_counts()).all(|&n| n > 0));
    assert!(split.train.pixels().iter().all(|&x| x >= 0));
}
