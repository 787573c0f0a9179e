//! IDX files: any bytes are images, targets or a message; packed by gzip they are the same; what was read is what stood
//! there.
use drtp_data::{idx, DataError};
use flate2::{write::GzEncoder, Compression};
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}
fn told<T>(result: Result<T, DataError>) -> Option<T> {
    result.map_err(|e| assert!(e.to_string().starts_with("fuzz: "), "{e}")).ok()
}

pub fn check(bytes: &[u8]) {
    let images = told(idx::parse_images("fuzz", bytes));
    let targets = told(idx::parse_targets("fuzz", bytes));
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return;
    }
    let packed = gzip(bytes);
    assert_eq!(told(idx::parse_images("fuzz", &packed)), images);
    assert_eq!(told(idx::parse_targets("fuzz", &packed)), targets);
    if let Some(targets) = targets {
        assert_eq!(bytes[8..], targets.values);
        assert!((2..=drtp_data::MAX_CLASSES).contains(&idx::classes_of([&targets])));
    }
    if let Some(images) = images {
        assert_eq!(
            (&bytes[16..], images.pixels.len()),
            (&images.pixels[..], images.count * images.rows * images.columns)
        );
        let inputs = images.rows * images.columns;
        let targets = idx::Targets { file: "fuzz".into(), values: vec![1; images.count] };
        let set = idx::join("fuzz", images, targets, 2).expect("as many targets as images");
        assert_eq!(set.inputs(), inputs);
    }
}
