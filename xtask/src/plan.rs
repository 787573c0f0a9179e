//! `verif/plan.md`: each promise, and what would notice if it were broken. Checks are named in backticks: a step
//! (`formal`), a file of its tests (`cosim::registers`), or one test (`cosim::registers::rust_hdl`).
use crate::error::{at, XtaskError};
use std::fs;
use std::path::Path;

pub const FILE: &str = "verif/plan.md";

/// A promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    pub id: String,
    pub text: String,
    /// Checks of the short tier.
    pub short: Vec<String>,
    /// And of the long one.
    pub long: Vec<String>,
}

/// Every row of the plan.
///
/// # Errors
/// The file cannot be read, or a row has not four cells.
pub fn read(root: &Path) -> Result<Vec<Promise>, XtaskError> {
    let file = root.join(FILE);
    let text = fs::read_to_string(&file).map_err(at(&file))?;
    let rows = text.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| id |"));
    rows.map(|row| promise(row).ok_or(row)).collect::<Result<_, _>>().map_err(|row| XtaskError::Malformed {
        path: file,
        reason: format!("not a row of four cells, the first a name in backticks: {row}"),
    })
}

fn promise(row: &str) -> Option<Promise> {
    let cells: Vec<&str> = row.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [id, text, short, long] = cells[..] else { return None };
    let id = id.strip_prefix('`')?.strip_suffix('`')?;
    Some(Promise { id: id.into(), text: text.into(), short: checks(short), long: checks(long) })
}

/// The names in backticks that are checks: paths of words.
fn checks(cell: &str) -> Vec<String> {
    let quoted = cell.split('`').skip(1).step_by(2);
    let is_word =
        |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c));
    quoted.filter(|q| q.split("::").all(is_word)).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::{steps, Tier};
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    /// Where the tests of `step::file` are, if there are some.
    fn places(root: &Path, step: &str, file: &str) -> Option<PathBuf> {
        let folders = match step {
            "xtask" | "fpga" | "verif" => root.join(step),
            _ => root.join("crates").join(step),
        };
        let names = [
            format!("tests/all/{file}.rs"),
            format!("tests/{file}.rs"),
            format!("src/{file}.rs"),
            format!("src/{file}/mod.rs"),
            format!("examples/{file}.rs"),
        ];
        names.iter().map(|name| folders.join(name)).find(|path| path.is_file())
    }

    /// Whether a check exists: its step among `steps`, its file, and in that the test or module that it names.
    fn exists(root: &Path, steps: &[String], check: &str) -> bool {
        let parts: Vec<&str> = check.split("::").collect();
        if !steps.iter().any(|s| s == parts[0]) {
            return false;
        }
        let outside = root.join("verif/tests/all").join(parts[0]).with_extension("rs");
        let (file, rest) = match (outside.is_file(), &parts[1..]) {
            (_, []) => return true,
            (true, rest) => (Some(outside), rest),
            (false, [file, rest @ ..]) => (places(root, parts[0], file), rest),
        };
        let Some(text) = file.and_then(|f| fs::read_to_string(f).ok()) else { return false };
        rest.iter().all(|word| {
            let is_word = |at: usize| !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
            text.match_indices(word).any(|(at, _)| is_word(at))
        })
    }
    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn a_row_names_its_checks() {
        let row =
            "| `a` | it holds (`fast` too) | `cosim::registers`: 4,096 addresses; `formal` | `cargo xtask x`; `soak` |";
        let found = promise(row).unwrap();
        assert_eq!((found.id.as_str(), found.short), ("a", vec!["cosim::registers".into(), "formal".into()]));
        assert_eq!(found.long, ["soak"]);
        assert_eq!(promise("| a | b | c | d |"), None);
        assert_eq!(promise("| `a` | b | c |"), None);
    }
    /// The rule of the tiers: each promise has a check in the short one, and each check that is named is there.
    #[test]
    fn every_promise_has_a_short_check_and_every_check_exists() {
        let all = steps(&root(), Path::new("work")).unwrap();
        let names = |tier: Option<Tier>| -> Vec<String> {
            all.iter().filter(|s| tier.is_none_or(|t| s.tier == t)).map(|s| s.name.clone()).collect()
        };
        let (short, any) = (names(Some(Tier::Short)), names(None));
        let rows = read(&root()).unwrap();
        assert!(rows.len() > 40, "{} rows", rows.len());
        assert_eq!(rows.iter().map(|r| &r.id).collect::<BTreeSet<_>>().len(), rows.len(), "each id stands once");
        for row in &rows {
            assert!(!row.short.is_empty(), "{}: no check in the short tier", row.id);
            for check in &row.short {
                assert!(exists(&root(), &short, check), "{}: no such short check: {check}", row.id);
            }
            for check in &row.long {
                assert!(exists(&root(), &any, check), "{}: no such check: {check}", row.id);
            }
        }
    }
    #[test]
    fn every_step_of_tests_serves_a_promise() {
        let rows = read(&root()).unwrap();
        let named: BTreeSet<&str> =
            rows.iter().flat_map(|r| r.short.iter().chain(&r.long)).map(|c| c.split("::").next().unwrap()).collect();
        // what has no promise of its own
        let none = ["verif", "build", "format", "clippy", "docs"];
        for step in steps(&root(), Path::new("work")).unwrap() {
            assert!(named.contains(step.name.as_str()) || none.contains(&step.name.as_str()), "{}", step.name);
        }
    }
    #[test]
    fn a_check_that_is_not_there_is_found_out() {
        let names = ["cosim", "formal"].map(String::from);
        for check in ["cosim", "cosim::registers", "cosim::registers::rust_hdl", "formal::counters", "cosim::stall"] {
            assert!(exists(&root(), &names, check), "{check}");
        }
        for check in ["hdl", "cosim::register", "cosim::registers::rust", "formal::counter", "cosim::no_such"] {
            assert!(!exists(&root(), &names, check), "{check}");
        }
    }
}
