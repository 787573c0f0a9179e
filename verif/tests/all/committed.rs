//! `rtl-out/reference` shows a reader of the repository what the generator prints, and a reviewer what a change of the
//! generator does to every user's core. `cargo xtask bless` (`DRTP_BLESS=1`) writes it again.
use drtp::package::generate;
use drtp_verif::{emit, fresh, root, seeded, variants};
use std::collections::BTreeMap;
use std::fs;

/// Where it is, in the workspace.
const FOLDER: &str = "rtl-out/reference";
const LANES: usize = 16;
/// Longest part of a line that a difference shows.
const SHOWN: usize = 100;

/// Name and text of every file.
type Files = BTreeMap<String, String>;

#[test]
fn is_what_the_generator_prints() {
    let (folder, config) = (root().join(FOLDER), seeded(&variants::reference(LANES).toml()));
    if std::env::var_os("DRTP_BLESS").is_some() {
        emit(&config, &fresh(root().join("rtl-out"), "reference"));
    }
    let package = generate(&config).unwrap_or_else(|e| panic!("{e}"));
    let printed: Files = package.texts().map(|(name, text)| (name.into(), text.into())).collect();
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let committed: Files = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    let found = differences(&committed, &printed);
    assert!(
        found.is_empty(),
        "{}\nIf that is what the change was to do: run `cargo xtask bless` and commit the result.",
        found.join("\n")
    );
}

/// Each file that differs, with the first line that does.
fn differences(committed: &Files, printed: &Files) -> Vec<String> {
    let mut names: Vec<&String> = committed.keys().chain(printed.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| match (committed.get(*name), printed.get(*name)) {
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) => Some(format!("{FOLDER}/{name}:{}", first_line(old, new))),
        (Some(_), None) => Some(format!("{FOLDER}/{name}: is not printed any more")),
        (None, _) => Some(format!("{FOLDER}/{name}: is printed, but not committed")),
    };
    names.iter().filter_map(differs).collect()
}

/// The first line that differs, from 1, with its end, which counts too.
fn first_line(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let at = (0..old.len().max(new.len())).find(|i| old.get(*i) != new.get(*i)).unwrap_or(0);
    let show = |lines: &[&str]| -> String {
        lines.get(at).unwrap_or(&"").escape_debug().to_string().chars().take(SHOWN).collect()
    };
    format!("{}:\n  committed: {}\n  printed:   {}", at + 1, show(&old), show(&new))
}

#[test]
fn every_byte_counts() {
    let of = |text: &str| Files::from([("a.v".to_string(), text.to_string())]);
    for (old, new, line) in
        [("x\ny\n", "x\ny", 2), ("x\n", "x\ny\n", 2), ("x\ny\n", "x\n", 2), ("x\r\n", "x\n", 1), ("x ", "x", 1)]
    {
        let said = differences(&of(old), &of(new));
        assert!(said.len() == 1 && said[0].starts_with(&format!("{FOLDER}/a.v:{line}:\n")), "{said:?}");
    }
    assert!(differences(&of("x\n"), &of("x\n")).is_empty());
    assert!(differences(&of("x\n"), &Files::new())[0].ends_with("is not printed any more"));
    assert!(differences(&Files::new(), &of("x\n"))[0].ends_with("but not committed"));
}
