//! CIFAR-10's loader on generated files of its format, and what it says of others.
use drtp_data::{cifar10, DataError};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// A file of records; pixel p of record r of file f is f + r + p, modulo 256.
fn file(f: usize, targets: &[u8]) -> Vec<u8> {
    let image = |r: usize| (0..cifar10::INPUTS).map(move |p| (f + r + p) as u8);
    targets.iter().enumerate().flat_map(|(r, t)| std::iter::once(*t).chain(image(r))).collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for i in 1..=5u8 {
        fs::write(folder.path().join(format!("data_batch_{i}.bin")), file(i.into(), &[i, 9])).unwrap();
    }
    fs::write(folder.path().join("test_batch.bin"), file(0, &[3, 2, 1])).unwrap();
    folder
}

fn refusal(folder: &Path) -> String {
    cifar10::load(folder).unwrap_err().to_string()
}

#[test]
fn batches_are_joined_in_order() {
    let folder = folder();
    let split = cifar10::load(folder.path()).unwrap();
    assert_eq!(split.train.targets(), [1, 9, 2, 9, 3, 9, 4, 9, 5, 9]);
    assert_eq!(split.test.targets(), [3, 2, 1]);
    assert_eq!((split.train.inputs(), split.train.classes()), (3072, 10));
    // record 1 of batch 4 begins with pixels 5, 6, 7: halves
    assert_eq!(split.train.sample(7).x[..3], [2, 3, 3]);
    let name = folder.path().file_name().unwrap().to_string_lossy();
    assert_eq!((split.train.name(), split.test.name()), (&*format!("{name}/train"), &*format!("{name}/test")));
}

#[test]
fn a_missing_file_is_named() {
    for name in ["data_batch_1.bin", "data_batch_5.bin", "test_batch.bin"] {
        let folder = folder();
        fs::remove_file(folder.path().join(name)).unwrap();
        let message = refusal(folder.path());
        assert!(message.contains(&format!("looked for {name}")), "{message}");
    }
    let gone = tempfile::tempdir().unwrap().path().join("gone");
    assert!(matches!(cifar10::load(&gone), Err(DataError::Read { path, .. }) if path == gone));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let folder = folder();
    let path = folder.path().join("data_batch_2.bin");
    let mut bytes = file(2, &[0, 1]);
    bytes[3073] = 10;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(refusal(folder.path()), format!("{}: byte 3073: expected a target below 10, found 10", path.display()));
    fs::write(&path, &bytes[..4000]).unwrap();
    let expected = format!("{}: byte 4000: the data end here, expected 6146 bytes in all", path.display());
    assert_eq!(refusal(folder.path()), expected);
    fs::write(&path, b"").unwrap();
    assert!(refusal(folder.path()).contains("byte 0: the data end here, expected 3073 bytes"));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..7000)) {
        if let Ok((pixels, targets)) = cifar10::parse("any", &bytes) {
            prop_assert_eq!(pixels.len(), targets.len() * cifar10::INPUTS);
        }
    }
}
