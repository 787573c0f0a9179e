//! Files of weights: what is saved is loaded, what is not what it should be is refused, and Python reads it.
use drtp_core::{draw, Config};
use drtp_data::Shuffle;
use drtp_fast::Model;
use drtp_testing::need;
use drtp_weights::{Progress, Trained, WeightsError};
use proptest::prelude::*;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::write::SimpleFileOptions;

/// A drawn network that has learned `count` drawn samples.
fn drawn(seed: u64, count: usize) -> (Model, Trained) {
    let mut source = Shuffle::new(seed);
    let config = draw::config(&mut |n| source.below(n)).expect("a draw is valid");
    let mut model = Model::new(&config);
    for (x, target) in samples(&config, &mut source, count) {
        model.learn(&x, target);
    }
    let progress = Progress { seed, epochs: (seed % 7) as u32, decay_after: vec![2, 5] };
    let progress = (seed % 3 > 0).then_some(progress);
    let trained = Trained { config, weights: model.weights(), noise: model.noise_state(), progress };
    (model, trained)
}
fn samples(config: &Config, source: &mut Shuffle, count: usize) -> Vec<(Vec<i8>, usize)> {
    let (inputs, classes) = (config.network().inputs, config.network().classes() as u64);
    let mut sample = || {
        let x = (0..inputs).map(|_| source.below(256) as u8 as i8).collect();
        (x, source.below(classes) as usize)
    };
    (0..count).map(|_| sample()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_saved_is_loaded(seed: u64) {
        let (_, trained) = drawn(seed, 20);
        let bytes = trained.to_bytes("drawn").expect("what was learned can be saved");
        prop_assert_eq!(Trained::parse("drawn", &bytes).expect("what was saved can be loaded"), trained.clone());
        prop_assert_eq!(trained.to_bytes("again").expect("as before"), bytes);
    }
    #[test]
    fn a_network_goes_on_as_if_it_had_not_stopped(seed: u64) {
        let (mut whole, trained) = drawn(seed, 20);
        let loaded = Trained::parse("t", &trained.to_bytes("t").expect("as above")).expect("as above");
        let mut fast = Model::new(&loaded.config);
        fast.set_weights(&loaded.weights);
        fast.set_noise_state(loaded.noise);
        let mut golden = drtp_golden::Model::new(&loaded.config);
        golden.set_weights(loaded.weights);
        golden.set_noise_state(loaded.noise);
        let mut source = Shuffle::new(!seed);
        for (x, target) in samples(&trained.config, &mut source, 20) {
            whole.learn(&x, target);
            fast.learn(&x, target);
            prop_assert_eq!(fast.scores(), whole.scores());
            prop_assert_eq!(golden.learn(&x, target).scores, whole.scores());
        }
        prop_assert_eq!((fast.weights(), fast.noise_state()), (whole.weights(), whole.noise_state()));
        prop_assert_eq!((golden.weights(), golden.noise_state()), (&whole.weights()[..], whole.noise_state()));
    }
}

/// A small network with weights that are easy to see: hidden of 8 bits, outputs of 12.
fn small() -> Trained {
    let config = Config::with_layers(2, &[3, 2, 2]).expect("a small network");
    let weights = vec![vec![vec![1, -2, 3, 127], vec![0, -127, 5, 6]], vec![vec![7, 8, -2047], vec![9, 2047, 10]]];
    Trained {
        config,
        weights,
        noise: 0xDEAD_BEEF,
        progress: Some(Progress { seed: 5, epochs: 3, decay_after: vec![] }),
    }
}

/// An array as NumPy writes it.
fn npy(kind: &str, by_columns: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if by_columns { "True" } else { "False" };
    let text = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}");
    let text = format!("{text:<117}\n");
    [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes(), data].concat()
}
fn int16(values: &[i16]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}
fn text(text: &str) -> Vec<u8> {
    let data: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    npy(&format!("<U{}", data.len() / 4), false, "()", &data)
}
type Arrays = Vec<(String, Vec<u8>)>;
/// The arrays of [`small`], written by other code than the product's.
fn arrays() -> Arrays {
    let config = small().to_toml();
    let of = |list: [(&str, Vec<u8>); 6]| list.map(|(name, array)| (format!("{name}.npy"), array)).into();
    of([
        ("layer0", npy("<i2", false, "(2, 4)", &int16(&[1, -2, 3, 127, 0, -127, 5, 6]))),
        ("layer1", npy("<i2", true, "(2, 3)", &int16(&[7, 9, 8, 2047, -2047, 10]))),
        ("noise", npy("<u4", false, "()", &0xDEAD_BEEF_u32.to_le_bytes())),
        ("config", text(&config)),
        ("epochs", npy("<u4", false, "()", &3u32.to_le_bytes())),
        ("seed", npy("<u8", false, "()", &5u64.to_le_bytes())),
    ])
}
fn archive(arrays: &Arrays) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, array) in arrays {
        zip.start_file(name, stored).unwrap();
        zip.write_all(array).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn other_writers_are_understood() {
    assert_eq!(Trained::parse("t", &archive(&arrays())).unwrap(), small());
    // what Python made without knowing of a training
    let without: Arrays = arrays().into_iter().filter(|a| !["seed.npy", "epochs.npy"].contains(&&*a.0)).collect();
    let expected = Trained { progress: None, ..small() };
    assert_eq!(Trained::parse("t", &archive(&without)).unwrap(), expected);
}

#[test]
fn what_is_wrong_is_refused_with_its_array() {
    let zero = [0u8; 64];
    // an array, what stands in its place (nothing: it is left out), what the message says
    let cases: Vec<(&str, Option<Vec<u8>>, &str)> = vec![
        ("layer1", None, "no array layer1 (found: layer0, noise, config, epochs, seed)"),
        ("noise", None, "no array noise"),
        ("config", None, "no array config"),
        ("seed", None, "no array seed"),
        ("epochs", None, "no array epochs"),
        (
            "layer2",
            Some(npy("<i2", false, "(2, 3)", &zero[..12])),
            "unknown array layer2 (accepted: layer0, layer1, config",
        ),
        ("layer0", Some(npy("<i2", false, "(4, 2)", &zero[..16])), "array layer0: shape (4, 2) (accepted: (2, 4))"),
        ("layer0", Some(npy("<i2", false, "(8,)", &zero[..16])), "array layer0: shape (8,) (accepted: (2, 4))"),
        (
            "layer0",
            Some(npy("<i4", false, "(2, 4)", &zero[..32])),
            "array layer0: elements of type \"<i4\" (accepted: int16",
        ),
        ("layer0", Some(npy(">i2", false, "(2, 4)", &zero[..16])), "array layer0: elements of type \">i2\""),
        ("layer0", Some(npy("<f4", false, "(2, 4)", &zero[..32])), "array layer0: elements of type \"<f4\""),
        ("layer0", Some(npy("|O", false, "(2, 4)", &zero[..16])), "array layer0: elements of type \"|O\""),
        ("layer0", Some(npy("<i2", false, "(2, 4)", &zero[..15])), "array layer0: it ends after 15 of 16 bytes"),
        ("layer0", Some(npy("<i2", false, "(2, 4)", &zero[..17])), "array layer0: more than its 16 bytes"),
        ("layer0", Some(vec![]), "array layer0: it ends within its header"),
        ("layer0", Some(b"no array at all".to_vec()), "array layer0: no .npy array"),
        ("layer0", Some(npy("<i2", false, "(2, 4", &zero[..16])), "array layer0: a header that is not understood"),
        (
            "layer0",
            Some(npy("<i2", false, "(18446744073709551615, 18446744073709551615)", &zero)),
            "array layer0: shape (18446744073709551615, 18446744073709551615) (accepted: (2, 4))",
        ),
        (
            "layer0",
            Some(npy("<i2", false, "(2, 4)", &int16(&[0, 0, 0, 0, 0, 0, 128, 0]))),
            "array layer0: [1, 2] is 128, of 8 bits (accepted: -127 to 127)",
        ),
        (
            "layer1",
            Some(npy("<i2", false, "(2, 3)", &int16(&[0, -2048, 0, 0, 0, 0]))),
            "array layer1: [0, 1] is -2048, of 12 bits (accepted: -2047 to 2047)",
        ),
        ("noise", Some(npy("<u4", false, "()", &zero[..4])), "array noise: a stream of zeros never changes"),
        ("noise", Some(npy("<i8", false, "()", &zero[..8])), "array noise: elements of type \"<i8\" (accepted: uint32"),
        ("noise", Some(npy("<u4", false, "(1,)", &zero[..4])), "array noise: shape (1,) (accepted: ())"),
        ("epochs", Some(npy("<u4", false, "()", &u32::MAX.to_le_bytes())), "array epochs: 4294967295 is out of range"),
        ("config", Some(text("[design]\nlanes = 3\n")), "config:2: design.lanes: 3 lanes (accepted: 1, 2, 4"),
        ("config", Some(text("[design\n")), "config:1: "),
        ("config", Some(text("")), "array layer0: shape (2, 4) (accepted: (32, 65))"),
        (
            "config",
            Some(npy("|u1", false, "(9,)", &zero[..9])),
            "array config: elements of type \"|u1\" (accepted: str)",
        ),
        ("config", Some(npy("<U1", false, "()", &u32::MAX.to_le_bytes())), "array config: characters that"),
        ("config", Some(npy("<U99999999999", false, "()", &[])), "array config: a text of 99999999999 characters"),
    ];
    for (array, instead, expected) in cases {
        let mut arrays: Arrays = arrays().into_iter().filter(|a| a.0 != format!("{array}.npy")).collect();
        arrays.extend(instead.map(|bytes| (format!("{array}.npy"), bytes)));
        let e = match Trained::parse("w.npz", &archive(&arrays)) {
            Err(e) => e.to_string(),
            // the default configuration is another network
            Ok(_) => panic!("{array} was taken: {expected}"),
        };
        assert!(e.starts_with("w.npz: ") && e.contains(expected), "{e}\nand not\n{expected}");
    }
    let mut arrays = arrays();
    arrays[0].0 = "layer0".into();
    let e = Trained::parse("w.npz", &archive(&arrays)).unwrap_err().to_string();
    assert!(e.contains("unknown array layer0 (no .npy)"), "{e}");
}

#[test]
fn damage_is_told_and_never_panics() {
    let whole = small().to_bytes("t").unwrap();
    for end in 0..whole.len() {
        assert!(Trained::parse("t", &whole[..end]).is_err(), "cut off at {end}");
    }
    let (mut taken, mut refused) = (0, 0);
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << bit;
            // a bit of a date or of a version is no matter; a bit of the numbers must never pass for others
            match Trained::parse("t", &damaged) {
                Ok(trained) => {
                    assert_eq!(trained, small(), "bit {bit} of byte {at}");
                    taken += 1;
                }
                Err(e) => {
                    assert!(e.to_string().starts_with("t: "), "{e}");
                    refused += 1;
                }
            }
        }
    }
    assert!(taken > 0 && refused > 0, "{taken}, {refused}");
    let e = Trained::parse("t", b"").unwrap_err();
    assert!(matches!(e, WeightsError::Archive { .. }), "{e}");
}

#[test]
fn what_cannot_be_loaded_is_not_saved() {
    let refusal = |change: &dyn Fn(&mut Trained)| {
        let mut trained = small();
        change(&mut trained);
        trained.to_bytes("w.npz").unwrap_err().to_string()
    };
    for (e, expected) in [
        (refusal(&|t| t.noise = 0), "array noise"),
        (refusal(&|t| t.weights[1][0][2] = 2048), "array layer1: [0, 2] is 2048"),
        (refusal(&|t| t.weights[0][1][0] = i32::MIN), "array layer0: [1, 0]"),
        (refusal(&|t| t.weights[0].truncate(1)), "array layer0: another shape (accepted: (2, 4))"),
        (refusal(&|t| t.weights[0][1].truncate(3)), "array layer0: another shape"),
        (refusal(&|t| t.weights.truncate(1)), "1 layers of weights (accepted: 2)"),
        (refusal(&|t| t.progress.as_mut().unwrap().epochs = u32::MAX), "array epochs"),
    ] {
        assert!(e.contains(expected), "{e}");
    }
}

#[test]
fn a_file_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.npz");
    small().save(&path).unwrap();
    assert_eq!(Trained::load(&path).unwrap(), small());
    let old = fs::read(&path).unwrap();
    // refused: the old one stays
    Trained { noise: 0, ..small() }.save(&path).unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), old);
    Trained { noise: 7, ..small() }.save(&path).unwrap();
    assert_eq!(Trained::load(&path).unwrap().noise, 7);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");

    let nowhere = folder.path().join("no/such/w.npz");
    for (e, what) in [
        (small().save(&nowhere).unwrap_err().to_string(), "cannot be written"),
        (Trained::load(&nowhere).unwrap_err().to_string(), "cannot be read"),
        (small().save(folder.path()).unwrap_err().to_string(), "cannot be written"),
        (small().save(Path::new("..")).unwrap_err().to_string(), "not the name of a file"),
    ] {
        assert!(e.contains(what), "{e}");
    }
}

/// A Python with NumPy and a reader of TOML.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("DRTP_PYTHON").filter(|v| !v.is_empty()).map(PathBuf::from);
    let asked = |python: &PathBuf| {
        let out = Command::new(python).args(["-c", "import numpy, tomllib"]).output();
        out.is_ok_and(|out| out.status.success())
    };
    let found = named.into_iter().chain(["python3".into()]).find(asked);
    need(found.ok_or("python3 (3.11) with NumPy is not installed (pip install -r verif/requirements.txt)"))
}
fn run(python: &Path, script: &str, args: &[&str]) -> String {
    let out = Command::new(python).args(["-c", script]).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim().to_string()
}

/// The script is the documentation's: what is written there works.
#[test]
fn python_computes_the_same_scores_and_writes_what_is_read() {
    let Some(python) = python() else { return };
    let page = include_str!("../../../docs/weights.md");
    let script = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (path, changed) = (folder.path().join("w.npz"), folder.path().join("changed.npz"));
    let (path_text, changed_text) = (path.to_str().unwrap(), changed.to_str().unwrap());
    for seed in 1..=6 {
        let (mut model, trained) = drawn(seed, 50);
        trained.save(&path).unwrap();
        let (x, _) = samples(&trained.config, &mut Shuffle::new(seed), 1).remove(0);
        model.classify(&x);
        let said = run(&python, script, &[path_text, &format!("{x:?}")]);
        assert_eq!(said, format!("{:?}", model.scores()), "seed {seed}: {:?}", trained.config.network());

        let back = "import sys, numpy as np; f = np.load(sys.argv[1]); w = np.asfortranarray(-f['layer0']); \
            np.savez_compressed(sys.argv[2], **{**f, 'layer0': w})";
        run(&python, back, &[path_text, changed_text]);
        let mut expected = trained;
        expected.weights[0].iter_mut().flatten().for_each(|w| *w = -*w);
        assert_eq!(Trained::load(&changed).unwrap(), expected, "seed {seed}");
    }
}
