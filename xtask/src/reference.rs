//! The committed reference in `rtl-out/reference`: emitted afresh and compared, or written again.
//!
//! It shows a reader of the repository what the generator prints, and a change of it shows a reviewer what a change of
//! the generator does to every user's core.
use crate::error::{at, XtaskError};
use crate::job::Job;
use crate::tools::Toolbox;
use clap::Args;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Where it is, in the workspace.
pub const FOLDER: &str = "rtl-out/reference";
/// What it is: 16 lanes, weights of 8 and 12 bits.
const OPTIONS: &str = "emit --lanes 16 --layers 784,128,10 --out";
/// Longest part of a line that a difference shows.
const SHOWN: usize = 100;

/// Writes the reference into `folder`.
pub fn emit(folder: &Path) -> Job {
    Job::drtp(OPTIONS).path(folder)
}

/// Options of `cargo xtask same`.
#[derive(Args)]
pub struct Same {
    /// What was emitted just now.
    fresh: PathBuf,
    /// What it must be.
    committed: PathBuf,
}

impl Same {
    /// The command that compares `fresh` with the committed reference.
    pub fn job(fresh: &Path) -> Job {
        Job::cargo("xtask same").path(fresh).arg(FOLDER)
    }
    /// Whether there was no difference; each is printed.
    pub fn run(self) -> Result<bool, XtaskError> {
        let found = differences(&files(&self.committed)?, &files(&self.fresh)?);
        for difference in &found {
            println!("{}/{difference}", self.committed.display());
        }
        if !found.is_empty() {
            println!("If that is what the change was to do: run `cargo xtask bless` and commit the result.");
        }
        Ok(found.is_empty())
    }
}

/// Writes the reference again, and says what changed. It is emitted into the empty folder `fresh` first, so that the old
/// one stays if that fails.
pub fn bless(root: &Path, fresh: &Path, tools: &Toolbox, log: &Path) -> Result<bool, XtaskError> {
    if let Err(why) = emit(fresh).run(root, tools, log)? {
        println!("{why}; the output is in {}", log.display());
        return Ok(false);
    }
    let changed = replace(&root.join(FOLDER), &root.join(fresh))?;
    changed.iter().for_each(|difference| println!("{FOLDER}/{difference}"));
    println!("{FOLDER}: {} files changed", changed.len());
    Ok(true)
}

/// Makes `committed` equal to `fresh`, and tells how it differed.
fn replace(committed: &Path, fresh: &Path) -> Result<Vec<Difference>, XtaskError> {
    fs::create_dir_all(committed).map_err(at(committed))?;
    let (old, new) = (files(committed)?, files(fresh)?);
    // a file that is emitted no more must not stay
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        let file = committed.join(name);
        fs::remove_file(&file).map_err(at(&file))?;
    }
    for (name, text) in &new {
        let file = committed.join(name);
        fs::write(&file, text).map_err(at(&file))?;
    }
    Ok(differences(&old, &new))
}

/// Name and content of every file of a folder.
type Files = BTreeMap<String, Vec<u8>>;

fn files(folder: &Path) -> Result<Files, XtaskError> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let mut out = Files::new();
    for entry in entries {
        let path = entry.map_err(at(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        out.insert(name, fs::read(&path).map_err(at(&path))?);
    }
    Ok(out)
}

/// How a file differs from the committed one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Difference {
    /// It is committed and was not emitted.
    Missing(String),
    /// It was emitted and is not committed.
    Extra(String),
    /// The first line, from 1, that is not the same; a line that is not there is empty.
    Line { name: String, line: usize, committed: String, fresh: String },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name}: is not emitted any more"),
            Self::Extra(name) => write!(f, "{name}: is emitted, but not committed"),
            Self::Line { name, line, committed, fresh } => {
                write!(f, "{name}:{line}:\n  committed: {committed}\n  emitted:   {fresh}")
            }
        }
    }
}

fn differences(committed: &Files, fresh: &Files) -> Vec<Difference> {
    let gone = committed.keys().filter(|name| !fresh.contains_key(*name)).cloned().map(Difference::Missing);
    let others = fresh.iter().filter_map(|(name, text)| match committed.get(name) {
        None => Some(Difference::Extra(name.clone())),
        Some(old) if old == text => None,
        Some(old) => Some(first_line(name, old, text)),
    });
    gone.chain(others).collect()
}

fn first_line(name: &str, committed: &[u8], fresh: &[u8]) -> Difference {
    // ends of lines count: they are part of what is compared
    let lines = |text: &[u8]| -> Vec<Vec<u8>> { text.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect() };
    let (old, new) = (lines(committed), lines(fresh));
    let at = (0..old.len().max(new.len())).find(|i| old.get(*i) != new.get(*i)).unwrap_or(0);
    let show = |lines: &[Vec<u8>]| {
        let line = lines.get(at).map(|l| String::from_utf8_lossy(l).escape_debug().to_string()).unwrap_or_default();
        line.chars().take(SHOWN).collect()
    };
    Difference::Line { name: name.into(), line: at + 1, committed: show(&old), fresh: show(&new) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }
    /// What the comparison of two folders says, and whether it lets them pass.
    fn compare(committed: &[(&str, &str)], fresh: &[(&str, &str)]) -> (Vec<String>, bool) {
        let (committed, fresh) = (folder(committed), folder(fresh));
        let found = differences(&files(committed.path()).unwrap(), &files(fresh.path()).unwrap());
        let same = Same { fresh: fresh.path().into(), committed: committed.path().into() }.run().unwrap();
        (found.iter().map(ToString::to_string).collect(), same)
    }

    #[test]
    fn equal_folders_pass() {
        let files = [("a.v", "x\ny\n"), ("b.json", "{}\n")];
        assert_eq!(compare(&files, &files), (vec![], true));
    }
    #[test]
    fn a_changed_file_is_named_with_its_first_line_that_differs() {
        let (said, same) = compare(&[("a.v", "x\ny\nz\n"), ("b", "1")], &[("a.v", "x\nY\nZ\n"), ("b", "1")]);
        assert_eq!((said, same), (vec!["a.v:2:\n  committed: y\\n\n  emitted:   Y\\n".into()], false));
    }
    #[test]
    fn a_missing_and_an_extra_file_are_named() {
        let (said, same) = compare(&[("a.v", "x\n"), ("old.v", "")], &[("a.v", "x\n"), ("new.v", "")]);
        assert_eq!(said, ["old.v: is not emitted any more", "new.v: is emitted, but not committed"]);
        assert!(!same);
    }
    #[test]
    fn every_byte_counts() {
        for (committed, fresh, line) in
            [("x\ny\n", "x\ny", 2), ("x\n", "x\ny\n", 2), ("x\ny\n", "x\n", 2), ("x\r\n", "x\n", 1), ("x ", "x", 1)]
        {
            let (said, same) = compare(&[("a", committed)], &[("a", fresh)]);
            assert!(!same && said.len() == 1 && said[0].starts_with(&format!("a:{line}:\n")), "{said:?}");
        }
    }
    #[test]
    fn a_blessed_folder_passes_and_nothing_old_is_left() {
        let new = [("a.v", "x\ny\n"), ("new.v", "")];
        let (committed, fresh) = (folder(&[("a.v", "x\n"), ("old.v", "")]), folder(&new));
        assert_eq!(replace(committed.path(), fresh.path()).unwrap().len(), 3);
        assert_eq!(files(committed.path()).unwrap(), files(fresh.path()).unwrap());
        assert_eq!(replace(committed.path(), fresh.path()).unwrap(), []);
        let none = committed.path().join("not/yet/there");
        assert_eq!(replace(&none, fresh.path()).unwrap().len(), new.len());
    }
    #[test]
    fn a_folder_that_is_not_there_is_an_error_and_no_match() {
        let here = folder(&[]);
        let gone = here.path().join("gone");
        let same = Same { fresh: here.path().into(), committed: gone.clone() };
        assert!(same.run().unwrap_err().to_string().contains(&gone.display().to_string()));
    }
}
