//! Every reader of bytes from outside: no input may panic, and what is taken must mean what stood there.
//!
//! The checks are those of the fuzz targets (`verif/fuzz`). Here they get the committed files, and files that are damaged at
//! random; the long tier fuzzes.
use drtp::board;
use drtp::data::Shuffle;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../../verif/fuzz/checks/config.rs"]
mod config;
#[path = "../../../verif/fuzz/checks/idx.rs"]
mod idx;
#[path = "../../../verif/fuzz/checks/packets.rs"]
mod packets;
#[path = "../../../verif/fuzz/checks/weights.rs"]
mod weights;

/// Damaged copies of each committed file.
const DAMAGED: u64 = 300;

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verif/fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|f| f.file_name().unwrap().to_string_lossy().starts_with("seed_")).collect();
    files.sort();
    assert!(files.len() > 3, "{}", folder.display());
    files
}
/// Some bytes changed, lost, doubled or cut off.
fn damaged(bytes: &[u8], random: &mut Shuffle) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(out.len() as u64 + 1) as usize;
        let value = [0, 1, 0x7f, 0x80, 0xff, random.below(256) as u8][random.below(6) as usize];
        match random.below(5) {
            0 => out.truncate(at),
            1 => out.insert(at, value),
            2 => out.extend_from_slice(&bytes[..at.min(bytes.len())]),
            3 if at < out.len() => drop(out.remove(at)),
            _ if at < out.len() => out[at] = value,
            _ => {}
        }
    }
    out
}
fn hold(target: &str, check: impl Fn(&[u8])) {
    let mut random = Shuffle::new(1);
    for file in corpus(target) {
        let bytes = fs::read(&file).unwrap();
        check(&bytes);
        for n in 0..DAMAGED {
            let bytes = damaged(&bytes, &mut random);
            let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&bytes)));
            assert!(held.is_ok(), "{}, damage {n}: {bytes:?}", file.display());
        }
    }
}

#[test]
fn configurations() {
    hold("config", |bytes| config::check(&String::from_utf8_lossy(bytes)));
}
#[test]
fn data_files() {
    hold("idx", idx::check);
}
#[test]
fn packets_of_a_board() {
    hold("packets", packets::check);
}
#[test]
fn weight_files() {
    hold("weights", weights::check);
}
