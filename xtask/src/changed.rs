//! `verify --changed`: the steps that a diff can touch, by crate and folder.
use crate::error::{at, XtaskError};
use crate::steps::{packages, Step, Work};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Files outside of crates, and the steps that read them. What stands in no row touches every step.
const READERS: [(&str, &[&str]); 16] = [
    ("docs/record/estimates.md", &["estimate"]),
    ("docs/record/", &[]),
    ("docs/", &["cli", "weights", "estimate", "xtask"]),
    ("experiments/", &["cli", "reference", "drtp"]),
    ("rtl-out/", &["committed"]),
    ("verif/cocotb/", &["cocotb"]),
    ("verif/formal/", &["formal", "verif"]),
    ("verif/yosys/", &["emitted", "drawn", "cocotb"]),
    ("verif/lint/", &["emitted", "drawn"]),
    ("verif/estimates/", &["cli", "drtp"]),
    ("verif/mutation/", &["cli", "xtask", "mutation"]),
    ("verif/faults/", &["cli"]),
    ("verif/workflow/", &["cli"]),
    ("verif/fuzz/", &["drtp", "format", "fuzz"]),
    ("verif/plan.md", &["xtask"]),
    ("README.md", &["cli", "xtask"]),
];
/// What is only read by people.
const PROSE: [&str; 4] = ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// Steps of the whole source, run for any of it.
const SOURCE: [&str; 5] = ["format", "clippy", "docs", "build", "doc-examples"];

/// Files that differ from a revision, and those that git does not know yet.
///
/// # Errors
/// Git does not know the revision, or is not there.
pub fn files(root: &Path, revision: &str) -> Result<Vec<String>, XtaskError> {
    let git = |args: &[&str]| {
        let refused = |reason: String| XtaskError::Changed { revision: revision.into(), reason };
        let out = Command::new("git").args(args).current_dir(root).output().map_err(|e| refused(e.to_string()))?;
        match out.status.success() {
            true => Ok(String::from_utf8_lossy(&out.stdout).lines().map(String::from).collect::<Vec<_>>()),
            false => Err(refused(String::from_utf8_lossy(&out.stderr).lines().next().unwrap_or_default().into())),
        }
    };
    let mut all = git(&["diff", "--name-only", revision, "--"])?;
    all.extend(git(&["ls-files", "--others", "--exclude-standard"])?);
    Ok(all)
}

/// The steps among `all` that these files can touch.
///
/// # Errors
/// The workspace cannot be read.
pub fn touched(root: &Path, all: Vec<Step>, files: &[String]) -> Result<Vec<Step>, XtaskError> {
    let users = users(root)?;
    let mut names: BTreeSet<String> = BTreeSet::new();
    for file in files {
        if let Some(package) = users.keys().find(|folder| file.starts_with(&format!("{folder}/"))) {
            let source = file.ends_with(".rs") || file.ends_with("Cargo.toml");
            names.extend(SOURCE.iter().filter(|_| source).map(ToString::to_string));
            names.extend(users[package].iter().cloned());
        } else if let Some((_, steps)) = READERS.iter().find(|(prefix, _)| file.starts_with(prefix)) {
            names.extend(steps.iter().map(ToString::to_string));
        } else if !PROSE.contains(&file.as_str()) {
            return Ok(all);
        }
    }
    Ok(all.into_iter().filter(|step| names.contains(&step.name)).collect())
}

/// By the folder of each package: the steps of its tests and of those of all that use it, directly or not.
fn users(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, XtaskError> {
    let mut uses: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for folder in packages(root)? {
        let file = folder.join("Cargo.toml");
        let text = fs::read_to_string(&file).map_err(at(&file))?;
        let malformed = |e: toml::de::Error| XtaskError::Malformed { path: file.clone(), reason: e.to_string() };
        let table: toml::Table = text.parse().map_err(malformed)?;
        let name = table["package"]["name"].as_str().unwrap_or_default().to_string();
        let lists = ["dependencies", "dev-dependencies"].iter().filter_map(|key| table.get(*key)?.as_table());
        let shown = folder.strip_prefix(root).unwrap_or(&folder).display().to_string();
        uses.insert(name, (shown, lists.flat_map(|l| l.keys().cloned()).collect()));
    }
    let mut out = BTreeMap::new();
    for (name, (folder, _)) in &uses {
        let mut found = BTreeSet::from([name.clone()]);
        loop {
            let more: Vec<String> = uses
                .iter()
                .filter(|(user, (_, used))| !found.contains(*user) && used.iter().any(|u| found.contains(u)))
                .map(|(user, _)| user.clone())
                .collect();
            if more.is_empty() {
                break;
            }
            found.extend(more);
        }
        out.insert(folder.clone(), found.into_iter().map(|n| step_of(&n)).collect());
    }
    // the checks from outside are a step for each file
    let outside: Vec<String> = files_of_verif(root)?;
    for steps in out.values_mut() {
        let steps: &mut BTreeSet<String> = steps;
        if steps.contains("verif") {
            steps.extend(outside.iter().cloned());
        }
    }
    out.remove("verif");
    out.insert("verif/src".into(), outside.iter().cloned().chain(["verif".into()]).collect());
    out.insert("verif/tests".into(), outside.into_iter().collect());
    Ok(out)
}

fn step_of(package: &str) -> String {
    package.strip_prefix("drtp-").unwrap_or(package).into()
}

fn files_of_verif(root: &Path) -> Result<Vec<String>, XtaskError> {
    let steps = crate::steps::steps(root, Path::new("work"))?;
    Ok(steps.into_iter().filter(|s| matches!(s.work, Work::File(_))).map(|s| s.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::steps;

    fn names(files: &[&str]) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let files: Vec<String> = files.iter().map(ToString::to_string).collect();
        let all = steps(&root, Path::new("work")).unwrap();
        touched(&root, all, &files).unwrap().into_iter().map(|s| s.name).collect()
    }
    fn has(files: &[&str], step: &str) -> bool {
        names(files).iter().any(|n| n == step)
    }

    #[test]
    fn a_crate_touches_its_own_steps_and_those_of_its_users() {
        for step in ["core", "golden", "hdl", "cosim", "cli", "formal", "cocotb", "clippy", "format"] {
            assert!(has(&["crates/core/src/design.rs"], step), "{step}");
        }
        assert!(has(&["crates/reference/src/lib.rs"], "cli") && !has(&["crates/reference/src/lib.rs"], "golden"));
        assert!(!has(&["crates/hdl/tests/all/emit_text/cascade.v"], "clippy"), "no source");
    }
    #[test]
    fn a_folder_touches_what_reads_it() {
        assert_eq!(names(&["verif/cocotb/bench.py"]), ["cocotb"]);
        assert_eq!(names(&["CHANGELOG.md"]), Vec::<String>::new());
        assert_eq!(names(&[]), Vec::<String>::new());
        assert!(has(&["docs/tutorial.md"], "cli") && !has(&["docs/tutorial.md"], "hdl"));
        assert_eq!(names(&["docs/record/boards.md"]), Vec::<String>::new());
    }
    #[test]
    fn what_is_not_known_touches_everything() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let all = steps(&root, Path::new("work")).unwrap().len();
        for file in ["Cargo.lock", "rustfmt.toml", ".config/nextest.toml", "something/new"] {
            assert_eq!(names(&[file]).len(), all, "{file}");
        }
    }
    #[test]
    fn every_reader_is_a_step() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let all: Vec<String> = steps(&root, Path::new("work")).unwrap().into_iter().map(|s| s.name).collect();
        for name in READERS.iter().flat_map(|(_, steps)| steps.iter()).chain(&SOURCE) {
            assert!(all.iter().any(|n| n == name), "{name}");
        }
    }
}
