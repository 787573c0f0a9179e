//! Files of weights (`.npz`): any bytes are weights or a message; what was read, written and read again is the same.
//!
//! A checksum keeps random bytes out of the arrays. So an input that does not begin as a zip is a list of arrays, each a
//! byte for the name, two for the length and so many bytes, which stand unpacked in an archive that is sound.
use drtp_weights::{Trained, WeightsError};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const ARRAYS: [&str; 8] = ["config", "layer0", "layer1", "layer2", "noise", "seed", "epochs", "other"];

/// An archive of the arrays that `bytes` lists; none if a name comes twice.
fn archive(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    while let Some((head, rest)) = bytes.split_at_checked(3) {
        let (array, rest) = rest.split_at(usize::from(u16::from_le_bytes([head[1], head[2]])).min(rest.len()));
        zip.start_file(format!("{}.npy", ARRAYS[usize::from(head[0] % 8)]), options).ok()?;
        zip.write_all(array).expect("memory takes all");
        bytes = rest;
    }
    Some(zip.finish().expect("memory takes all").into_inner())
}

fn sound(bytes: &[u8]) {
    match Trained::parse("fuzz", bytes) {
        Err(WeightsError::Config(e)) => assert!(!e.problems.is_empty()),
        Err(e) => assert!(e.to_string().starts_with("fuzz: "), "{e}"),
        Ok(trained) => {
            let written = trained.to_bytes("again").expect("what was read can be written");
            assert_eq!(Trained::parse("again", &written).expect("what was written can be read"), trained);
        }
    }
}

pub fn check(bytes: &[u8]) {
    match bytes.starts_with(b"PK") {
        true => sound(bytes),
        false => archive(bytes).iter().for_each(|bytes| sound(bytes)),
    }
}
