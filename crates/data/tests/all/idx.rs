//! The IDX reader: round trips, every refusal with its place, and arbitrary bytes.

use crate::common::{gzip, idx};
use drtp_data::idx::{
    activation, classes_of, join, parse_images, parse_targets, read_images, read_targets, Images, Targets, MAX_VALUES,
};
use drtp_data::{DataError, Place};
use proptest::prelude::*;

fn refused(bytes: &[u8]) -> DataError {
    parse_images("f", bytes).unwrap_err()
}

fn place(offset: u64, unpacked: bool) -> Place {
    Place { file: "f".into(), offset, unpacked }
}

/// Checks a refusal plain and within gzip: same kind, same offset.
fn refused_both(bytes: &[u8], check: impl Fn(&DataError, bool) -> bool) {
    for (data, unpacked) in [(bytes.to_vec(), false), (gzip(bytes), true)] {
        let error = refused(&data);
        assert!(check(&error, unpacked), "{error}");
    }
}

#[test]
fn a_wrong_magic_number_is_refused() {
    for magic in [[0, 0, 9, 3], [0, 1, 8, 3], [0x80, 0, 8, 3], [b'P', b'K', 3, 4]] {
        let mut bytes = idx(&[1, 1, 1], &[7]);
        bytes[..4].copy_from_slice(&magic);
        let word = u32::from_be_bytes(magic);
        refused_both(
            &bytes,
            |e, unpacked| matches!(e, DataError::Magic { at, expected: 0x803, found } if *found == word && *at == place(0, unpacked)),
        );
    }
    assert_eq!(
        refused(b"<html></html>").to_string(),
        "f: byte 0: expected the IDX magic number 0x00000803, found 0x3c68746d"
    );
}

#[test]
fn a_wrong_number_of_dimensions_is_refused() {
    for sizes in [&[][..], &[1], &[1, 1], &[1, 1, 1, 1]] {
        let n = sizes.len() as u8;
        refused_both(
            &idx(sizes, &[7]),
            |e, unpacked| matches!(e, DataError::Dimensions { at, expected: 3, found, .. } if *found == n && *at == place(3, unpacked)),
        );
    }
    let error = parse_targets("f", &idx(&[1, 1, 1], &[7])).unwrap_err();
    assert_eq!(error.to_string(), "f: byte 3: expected 1 (the number of IDX dimensions of targets), found 3");
}

#[test]
fn every_cut_is_refused_where_it_is() {
    let bytes = idx(&[2, 1, 3], &[1, 2, 3, 4, 5, 6]);
    for cut in 0..bytes.len() {
        let expected = if cut < 16 { 16 } else { bytes.len() as u64 };
        refused_both(&bytes[..cut], |e, unpacked| {
            matches!(e, DataError::Truncated { at, expected_bytes }
                if *expected_bytes == expected && *at == place(cut as u64, unpacked))
        });
    }
}

#[test]
fn trailing_bytes_are_refused() {
    for extra in [1, 2, 5000] {
        let mut bytes = idx(&[1, 1, 2], &[1, 2]);
        bytes.extend(vec![0; extra]);
        refused_both(&bytes, |e, unpacked| matches!(e, DataError::Trailing { at } if *at == place(18, unpacked)));
    }
    let error = parse_targets("f", &idx(&[2], &[0, 1, 0])).unwrap_err();
    assert_eq!(error.to_string(), "f: byte 10: expected the end of the data, found more bytes");
}

#[test]
fn a_size_of_zero_is_refused() {
    for (sizes, offset, name) in [
        ([0, 1, 1], 4, "count"),
        ([1, 0, 1], 8, "row count"),
        ([1, 1, 0], 12, "width"),
        ([u32::MAX, 0, 0], 8, "row count"),
    ] {
        refused_both(
            &idx(&sizes, &[]),
            |e, unpacked| matches!(e, DataError::ZeroSize { at, axis } if *axis == name && *at == place(offset, unpacked)),
        );
    }
    let error = parse_targets("f", &idx(&[0], &[])).unwrap_err();
    assert_eq!(error.to_string(), "f: byte 4: expected a count of at least 1, found 0");
}

#[test]
fn absurd_sizes_are_refused() {
    // Past 64 bits, past 32 bits, just past the limit.
    for sizes in [[u32::MAX; 3], [u32::MAX, u32::MAX, 1], [1 << 16, 1 << 15, 1], [1 << 31, 1, 1], [3, 5, 1 << 30]] {
        refused_both(
            &idx(&sizes, &[7; 9]),
            |e, unpacked| matches!(e, DataError::TooLarge { at, limit: MAX_VALUES, .. } if *at == place(4, unpacked)),
        );
    }
    assert_eq!(
        refused(&idx(&[u32::MAX, 2, 3], &[])).to_string(),
        "f: byte 4: expected sizes of at most 2147483647 bytes in all, found 4294967295 x 2 x 3"
    );
}

#[test]
fn targets_no_configuration_has_are_refused() {
    assert_eq!(parse_targets("f", &idx(&[2], &[0, 127])).unwrap().values, [0, 127]);
    for (bytes, unpacked) in [(idx(&[4], &[0, 9, 128, 255]), false), (gzip(&idx(&[4], &[0, 9, 128, 255])), true)] {
        let error = parse_targets("f", &bytes).unwrap_err();
        assert!(
            matches!(&error, DataError::Target { at, limit: 128, found: 128 } if *at == place(10, unpacked)),
            "{error}"
        );
    }
}

#[test]
fn corrupt_gzip_is_refused() {
    let good = gzip(&idx(&[4, 8, 8], &(0..=255).collect::<Vec<u8>>()));
    parse_images("f", &good).unwrap();
    let kind = |bytes: &[u8]| match refused(bytes) {
        DataError::Gzip { at, .. } => {
            assert!(!at.unpacked && at.offset <= bytes.len() as u64, "{at}");
            at.offset
        }
        other => panic!("{other}"),
    };
    // Cut anywhere: also within the checksum that closes the file.
    for cut in 2..good.len() {
        kind(&good[..cut]);
    }
    // Another compression method, a wrong checksum, a wrong length, bytes after the end.
    for i in [2, good.len() - 8, good.len() - 1] {
        let mut bad = good.clone();
        bad[i] ^= 1;
        kind(&bad);
    }
    let mut longer = good.clone();
    longer.extend(b"more");
    assert!(kind(&longer) >= good.len() as u64);
    let message = refused(&good[..good.len() - 3]).to_string();
    assert!(message.starts_with("f: byte ") && message.contains("expected valid gzip data: "), "{message}");
}

#[test]
fn gzip_in_several_members_is_read() {
    let bytes = idx(&[2, 1, 3], &[1, 2, 3, 4, 5, 6]);
    let two = [gzip(&bytes[..9]), gzip(&bytes[9..])].concat();
    assert_eq!(parse_images("f", &two).unwrap().pixels, [1, 2, 3, 4, 5, 6]);
    // A second file appended is data too many, not a second file.
    let twice = [gzip(&bytes), gzip(&bytes)].concat();
    assert!(matches!(refused(&twice), DataError::Trailing { at } if at == place(22, true)));
}

#[test]
fn counts_that_differ_are_refused() {
    let images = Images { file: "i".into(), count: 3, rows: 1, columns: 1, pixels: vec![0; 3] };
    let targets = Targets { file: "t".into(), values: vec![0, 1] };
    let error = join("set", images, targets, 2).unwrap_err();
    assert!(matches!(error, DataError::CountMismatch { image_count: 3, target_count: 2, .. }));
    assert_eq!(error.to_string(), "t: byte 4: expected 3 targets, one per image of i, found 2");
}

#[test]
fn joining_inconsistent_parts_is_refused() {
    let images = Images { file: "i".into(), count: 1, rows: usize::MAX, columns: 2, pixels: vec![0; 3] };
    let targets = Targets { file: "t".into(), values: vec![5] };
    assert!(matches!(join("set", images.clone(), targets.clone(), 6), Err(DataError::Shape { .. })));
    let images = Images { rows: 3, columns: 1, ..images };
    assert!(matches!(join("set", images.clone(), targets.clone(), 5), Err(DataError::TargetOutOfRange { .. })));
    assert!(join("set", images, targets, 6).is_ok());
}

#[test]
fn classes_are_one_more_than_the_largest_target() {
    let file = |values: &[u8]| Targets { file: String::new(), values: values.to_vec() };
    assert_eq!(classes_of([&file(&[0, 4, 2]), &file(&[1])]), 5);
    assert_eq!(classes_of([&file(&[1]), &file(&[0, 9])]), 10);
    assert_eq!(classes_of([&file(&[0, 0])]), 2);
    assert_eq!(classes_of([]), 2);
}

#[test]
fn a_pixel_enters_halved() {
    for pixel in 0..=255 {
        assert_eq!(i32::from(activation(pixel)), i32::from(pixel) / 2);
    }
}

#[test]
fn files_are_read_by_content_not_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("plain.gz"), folder.path().join("packed"));
    std::fs::write(&plain, idx(&[1, 1, 2], &[5, 6])).unwrap();
    std::fs::write(&packed, gzip(&idx(&[2], &[1, 0]))).unwrap();
    let images = read_images(&plain).unwrap();
    assert_eq!(images.pixels, [5, 6]);
    assert_eq!(images.file, plain.display().to_string());
    assert_eq!(read_targets(&packed).unwrap().values, [1, 0]);

    let absent = folder.path().join("absent");
    for error in [read_images(&absent).unwrap_err(), read_targets(&absent).unwrap_err()] {
        assert!(matches!(&error, DataError::Read { path, .. } if *path == absent));
        assert!(error.to_string().contains("absent: cannot be read: "), "{error}");
    }
}

/// A file with a valid start and anything after it.
fn nearly_valid() -> impl Strategy<Value = Vec<u8>> {
    let size = prop_oneof![3 => 0u32..5, 1 => any::<u32>()];
    let values = prop::collection::vec(any::<u8>(), 0..80);
    (prop::collection::vec(size, 0..5), values).prop_map(|(sizes, values)| idx(&sizes, &values))
}

fn try_both(bytes: &[u8]) {
    for error in [parse_images("f", bytes).err(), parse_targets("f", bytes).err()].into_iter().flatten() {
        assert!(error.to_string().starts_with("f: byte "), "{error}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        count in 1u32..7, rows in 1u32..7, columns in 1u32..7, seed: u8, packed: bool,
    ) {
        let pixels: Vec<u8> = (0..count * rows * columns).map(|i| (i as u8).wrapping_mul(37) ^ seed).collect();
        let values: Vec<u8> = (0..count).map(|i| (i as u8).wrapping_mul(29) % 128).collect();
        let wrap = |bytes: Vec<u8>| if packed { gzip(&bytes) } else { bytes };
        let images = parse_images("i", &wrap(idx(&[count, rows, columns], &pixels))).unwrap();
        let targets = parse_targets("t", &wrap(idx(&[count], &values))).unwrap();
        prop_assert_eq!((images.count, images.rows, images.columns), (count as usize, rows as usize, columns as usize));
        prop_assert_eq!(&images.pixels, &pixels);
        prop_assert_eq!(&targets.values, &values);

        let classes = classes_of([&targets]);
        let set = join("set", images, targets, classes).unwrap();
        prop_assert_eq!(set.inputs(), (rows * columns) as usize);
        prop_assert!(set.pixels().iter().zip(&pixels).all(|(&x, &p)| x == activation(p)));
        prop_assert_eq!(set.targets(), values);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        try_both(&bytes);
        try_both(&gzip(&bytes));
        try_both(&[&[0x1f, 0x8b], &bytes[..]].concat());
        try_both(&[&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], &bytes[..]].concat());
    }

    #[test]
    fn nearly_valid_bytes_never_panic(bytes in nearly_valid()) {
        try_both(&bytes);
        try_both(&gzip(&bytes));
    }

    #[test]
    fn damaged_gzip_never_panics(bytes in nearly_valid(), at: prop::sample::Index, with: u8, cut: prop::sample::Index) {
        let mut packed = gzip(&bytes);
        let i = at.index(packed.len());
        packed[i] = with;
        try_both(&packed);
        try_both(&packed[..cut.index(packed.len())]);
    }
}
