//! Running `drtp`, and what a run left.
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

pub fn drtp(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_drtp")).args(args).output().expect("the binary was built with the test")
}
pub fn json(args: &[&str]) -> Value {
    let out = drtp(args);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("one JSON object on stdout")
}
/// Exit code and what stderr says.
pub fn refusal(args: &[&str]) -> (i32, String) {
    let out = drtp(args);
    assert!(out.stdout.is_empty(), "{args:?} printed a result");
    (out.status.code().expect("an exit code"), String::from_utf8_lossy(&out.stderr).into_owned())
}
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is text")
}
pub fn have_verilator() -> bool {
    drtp_testing::need_program("verilator", "--version", "verilator")
}
/// The lines of a sweep's file of results, by key, without what differs when a run is repeated.
pub fn results(path: &Path) -> Vec<Value> {
    let mut lines: Vec<Value> =
        fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for line in &mut lines {
        let speed = line.as_object_mut().unwrap().remove("samples_per_second").unwrap();
        assert!(speed.as_f64().unwrap() > 0.0);
    }
    lines.sort_by_key(|l| l["key"].to_string());
    lines
}
/// Square images of classes of their own brightness, as the four IDX files of a folder: 200 to learn, 40 to test.
pub fn idx_folder(side: u32, classes: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (part, n) in [("train", 200u32), ("t10k", 40)] {
        let brightness = |i: u32| (i % classes * 150 / (classes - 1)) as u8;
        let mut images = vec![0, 0, 8, 3];
        [n, side, side].iter().for_each(|v| images.extend(v.to_be_bytes()));
        let pixel = |i: u32, p: u32| brightness(i) + ((i * 7 + p * 13) % 60) as u8;
        images.extend((0..n).flat_map(|i| (0..side * side).map(move |p| pixel(i, p))));
        let mut targets = vec![0, 0, 8, 1];
        targets.extend(n.to_be_bytes());
        targets.extend((0..n).map(|i| (i % classes) as u8));
        fs::write(folder.path().join(format!("{part}-images-idx3-ubyte")), images).unwrap();
        fs::write(folder.path().join(format!("{part}-labels-idx1-ubyte")), targets).unwrap();
    }
    folder
}
