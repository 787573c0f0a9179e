//! `cargo xtask record`: the measurements of docs/record/accuracy, run again, and their tables.
//!
//! ```text
//! experiments/NAME.toml         ->  docs/record/accuracy/NAME.json, NAME-*.svg  ->  tables.md
//! experiments/sweeps/GRID.toml  ->  docs/record/accuracy/NAME.jsonl             ->
//! ```
use crate::error::{at, XtaskError};
use crate::job::{object, Job};
use crate::tools::Toolbox;
use clap::Args;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Where results, plots and tables are.
const FOLDER: &str = "docs/record/accuracy";
const TABLES: &str = "tables.md";
/// Experiments of files that no folder is given for are left as they are.
const CIFAR10: &str = "cifar10";
/// Sweeps: the name of the results, the grid, and the data.
const SWEEPS: [(&str, &str, Source); 4] = [
    ("best_mnist", "best_mnist", Source::Mnist),
    ("best_fashion", "best_fashion", Source::Fashion),
    ("mnist_rules", "mnist_rules", Source::Mnist),
    ("fashion_rules", "mnist_rules", Source::Fashion),
];

/// Options of `cargo xtask record`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  cargo xtask record                          tables of the results that are there, and what needs no data
  cargo xtask record --data FOLDER            and what is missing of MNIST; an hour or more
  cargo xtask record --data FOLDER --anew --only mnist_fc500_drtp

A result that is there stays, unless it is asked for --anew. Exit codes: 0 done; 1 an experiment failed.")]
pub struct Record {
    /// Folder with MNIST's four IDX files.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Folder with Fashion-MNIST's four IDX files.
    #[arg(long, value_name = "FOLDER")]
    fashion: Option<PathBuf>,
    /// Folder with CIFAR-10's binary files.
    #[arg(long, value_name = "FOLDER")]
    cifar10: Option<PathBuf>,
    /// Only these, by their files' names.
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,
    /// Measures again what is there.
    #[arg(long)]
    anew: bool,
}

/// Whose files an experiment reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    None,
    Mnist,
    Fashion,
    Cifar10,
}

/// An experiment of the folder `experiments`.
#[derive(Clone, Debug)]
struct Experiment {
    name: String,
    source: Source,
}

impl Record {
    /// Whether every experiment that was run ended well.
    pub fn run(self, root: &Path, work: &Path, tools: &Toolbox) -> Result<bool, XtaskError> {
        let all = experiments(&root.join("experiments"))?;
        let known: Vec<&str> = all.iter().map(|e| e.name.as_str()).chain(SWEEPS.iter().map(|s| s.0)).collect();
        if let Some(unknown) = self.only.iter().find(|o| !known.contains(&o.as_str())) {
            return Err(XtaskError::UnknownExperiment { unknown: unknown.clone(), known: known.join(", ") });
        }
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let mut good = true;
        let wanted = |name: &str| self.only.is_empty() || self.only.iter().any(|o| o == name);
        for e in all.iter().filter(|e| wanted(&e.name)) {
            let result = result_of(&folder, &e.name);
            if result.exists() && !self.anew {
                continue;
            }
            let data = self.folder(e.source)?;
            if e.source != Source::None && data.is_none() {
                println!("{}: left out, no folder of its data was given", e.name);
                continue;
            }
            good &= told(&e.name, measure(root, work, tools, e, data.as_deref())?);
        }
        for (name, grid, source) in SWEEPS.into_iter().filter(|s| wanted(s.0)) {
            let Some(data) = self.folder(source)? else { continue };
            let lines = Path::new(FOLDER).join(format!("{name}.jsonl"));
            if self.anew && root.join(&lines).exists() {
                fs::remove_file(root.join(&lines)).map_err(at(&lines))?;
            }
            // what is there is kept: a sweep goes on where it was
            let job =
                Job::cargo("run --release --quiet -- sweep --json").arg(format!("experiments/sweeps/{grid}.toml"));
            let job = job.arg("--data").path(&data).arg("--out").path(&lines);
            let log = root.join(work).join(format!("record_{name}.log"));
            fs::write(&log, "").map_err(at(&log))?;
            good &= told(name, job.run(root, tools, &log)?.map(|_| ()));
        }
        let tables = folder.join(TABLES);
        fs::write(&tables, tables_of(&folder, &all)?).map_err(at(&tables))?;
        println!("{FOLDER}/{TABLES} written");
        Ok(good)
    }
    /// Where the data of a source are; commands run in the workspace's root, wherever this one was called.
    fn folder(&self, source: Source) -> Result<Option<PathBuf>, XtaskError> {
        let given = match source {
            Source::None => None,
            Source::Mnist => self.data.as_deref(),
            Source::Fashion => self.fashion.as_deref(),
            Source::Cifar10 => self.cifar10.as_deref(),
        };
        given.map(|d| d.canonicalize().map_err(at(d))).transpose()
    }
}

/// Says how it went; whether it went well.
fn told(name: &str, result: Result<(), String>) -> bool {
    match &result {
        Ok(()) => println!("{name}: done"),
        Err(why) => println!("{name}: FAILED: {why}"),
    }
    result.is_ok()
}

fn result_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.json"))
}

/// The experiments of a folder, by name, and the data that each says it reads.
fn experiments(folder: &Path) -> Result<Vec<Experiment>, XtaskError> {
    let mut out = vec![];
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(at(&path))?;
        let data = text.lines().find_map(|l| l.strip_prefix("data = ")).unwrap_or("").trim_matches('"');
        let source = match data {
            "mnist" => Source::Mnist,
            CIFAR10 => Source::Cifar10,
            _ => Source::None,
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        out.push(Experiment { name, source });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// Runs one, and puts its result and plots where the old ones are.
fn measure(
    root: &Path,
    work: &Path,
    tools: &Toolbox,
    e: &Experiment,
    data: Option<&Path>,
) -> Result<Result<(), String>, XtaskError> {
    let plots = work.join("record").join(&e.name);
    let log = root.join(work).join(format!("record_{}.log", e.name));
    fs::write(&log, "").map_err(at(&log))?;
    let mut job = Job::cargo("run --release --quiet -- experiment --json")
        .arg(format!("experiments/{}.toml", e.name))
        .arg("--plots")
        .path(&plots);
    if let Some(data) = data {
        job = job.arg("--data").path(data);
    }
    let report = match job.run(root, tools, &log)? {
        Err(why) => return Ok(Err(why)),
        Ok(said) => object(&said),
    };
    let Some(report) = report else { return Ok(Err("printed no JSON".into())) };
    let folder = root.join(FOLDER);
    let result = result_of(&folder, &e.name);
    fs::write(&result, format!("{report:#}\n")).map_err(at(&result))?;
    let made = root.join(&plots);
    for entry in fs::read_dir(&made).map_err(at(&made))? {
        let from = entry.map_err(at(&made))?.path();
        let to = folder.join(format!("{}-{}", e.name, from.file_name().unwrap_or_default().to_string_lossy()));
        fs::copy(&from, &to).map_err(at(&to))?;
    }
    Ok(Ok(()))
}

/// Every result that is there, as Markdown.
fn tables_of(folder: &Path, all: &[Experiment]) -> Result<String, XtaskError> {
    let mut out =
        "# Tables of the results in this folder\n\nWritten by `cargo xtask record`; errors in percent.\n".to_string();
    let mut missing = vec![];
    for e in all {
        let path = result_of(folder, &e.name);
        if !path.exists() {
            missing.push(format!("`{}`", e.name));
            continue;
        }
        let text = fs::read_to_string(&path).map_err(at(&path))?;
        let report: Value = serde_json::from_str(&text).map_err(|e| at(&path)(e.into()))?;
        out += &table(&e.name, &report);
        for plot in ["loss", "accuracy", "angles"] {
            let file = format!("{}-{plot}.svg", e.name);
            if folder.join(&file).exists() {
                // writing to a String cannot fail
                let _ = writeln!(out, "[{plot}]({file})");
            }
        }
    }
    for (name, grid, _) in SWEEPS {
        let path = folder.join(format!("{name}.jsonl"));
        if path.exists() {
            let text = fs::read_to_string(&path).map_err(at(&path))?;
            out += &sweep_table(name, grid, &text);
        }
    }
    if !missing.is_empty() {
        let _ = write!(out, "\nNot measured: {}.\n", missing.join(", "));
    }
    Ok(out)
}

fn table(name: &str, report: &Value) -> String {
    let text = |v: &Value| v.as_str().unwrap_or("").to_string();
    let percent = |v: &Value| v.as_f64().map(|x| format!("{:.2}", 100.0 * x));
    let spread = |mean: Option<String>, of: &Value| match (mean, percent(of)) {
        (Some(mean), Some(of)) => format!("{mean} ± {of}"),
        (mean, _) => mean.unwrap_or_default(),
    };
    let mut out = format!(
        "\n## {}\n\n`experiments/{name}.toml`: {} trials from seed {}, {} training samples, measured on {}.\n\n\
        | run | network | epochs | test error | paper | test loss | angles, mean and largest |\n|---|---|---|---|---|---|---|\n",
        text(&report["title"]),
        report["trials"],
        report["seed"],
        report["train_samples"],
        text(&report["measured_on"]),
    );
    for (run, r) in report["rules"].as_object().into_iter().flatten() {
        let angles = r["angles"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, a)| Some(format!("{:.1}°, {:.1}°", a["mean"].as_f64()?, a["max"].as_f64()?)));
        let loss = r["test_loss_mean"].as_f64().map_or(String::new(), |l| format!("{l:.4}"));
        // writing to a String cannot fail
        let _ = writeln!(
            out,
            "| {run} | {} | {} | {} | {} | {loss} | {} |",
            text(&r["network"]),
            r["epochs"],
            spread(percent(&r["test_error"]), &r["test_error_std"]),
            spread(percent(&r["paper"]["test_error"]), &r["paper"]["spread"]),
            angles.collect::<Vec<_>>().join("; "),
        );
    }
    out.push('\n');
    out
}

/// Runs that differ by their seeds alone are one row.
fn sweep_table(name: &str, grid: &str, text: &str) -> String {
    const SETTINGS: [&str; 8] =
        ["layers", "rule", "projection", "activation", "hidden_shift", "output_shift", "epochs", "decay_after"];
    let mut rows: Vec<(Vec<String>, Vec<f64>)> = vec![];
    let mut on = String::new();
    for line in text.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok()) {
        let settings: Vec<String> = SETTINGS.iter().map(|s| line[*s].to_string().replace('"', "")).collect();
        on = line["measured_on"].as_str().unwrap_or_default().to_string();
        let accuracy = line["accuracy"].as_f64().unwrap_or(f64::NAN);
        match rows.iter_mut().find(|r| r.0 == settings) {
            Some(row) => row.1.push(accuracy),
            None => rows.push((settings, vec![accuracy])),
        }
    }
    let mut out =
        format!("\n## {name}\n\n`experiments/sweeps/{grid}.toml`, measured on {on}: [lines]({name}.jsonl).\n\n| ");
    out += &SETTINGS.join(" | ");
    out += &format!(" | accuracy, % | seeds |\n|{}\n", "---|".repeat(SETTINGS.len() + 2));
    for (settings, accuracies) in rows {
        let n = accuracies.len() as f64;
        let mean = accuracies.iter().sum::<f64>() / n;
        let squares: f64 = accuracies.iter().map(|a| (a - mean).powi(2)).sum();
        let spread = if n > 1.0 { (squares / (n - 1.0)).sqrt() } else { 0.0 };
        // writing to a String cannot fail
        let _ = writeln!(
            out,
            "| {} | {:.2} ± {:.2} | {} |",
            settings.join(" | "),
            100.0 * mean,
            100.0 * spread,
            accuracies.len()
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_committed_experiment_names_its_data() {
        let all = experiments(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments")).unwrap();
        let of = |source| all.iter().filter(|e| e.source == source).count();
        assert!(of(Source::Mnist) >= 20 && of(Source::Cifar10) >= 4);
        let own: Vec<&str> = all.iter().filter(|e| e.source == Source::None).map(|e| e.name.as_str()).collect();
        assert_eq!(own, ["alignment", "synthetic_classification", "synthetic_regression"]);
    }
    #[test]
    fn runs_that_differ_by_seeds_are_one_row() {
        let line = |rule: &str, seed: u32, accuracy: f64| {
            let settings =
                json!({ "rule": rule, "layers": [4, 2], "measured_on": "set", "seed": seed, "accuracy": accuracy });
            format!("{settings}\n")
        };
        let text = [line("gated", 1, 0.9), line("gated", 2, 0.92), line("drtp", 1, 0.8)].concat();
        let table = sweep_table("n", "g", &text);
        assert!(table.contains("measured on set") && table.contains("| [4,2] | gated | "), "{table}");
        assert!(table.contains("| 91.00 ± 1.41 | 2 |\n") && table.contains("| 80.00 ± 0.00 | 1 |\n"), "{table}");
        let grids = Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments/sweeps");
        assert!(SWEEPS.iter().all(|s| grids.join(format!("{}.toml", s.1)).exists()));
    }
    #[test]
    fn a_result_is_a_row_beside_the_papers() {
        let folder = tempfile::tempdir().unwrap();
        let all = ["a", "b"].map(|name| Experiment { name: name.into(), source: Source::None });
        let report = json!({ "title": "T", "trials": 2, "seed": 1, "train_samples": 9, "measured_on": "test", "rules": {
            "bp": { "network": "4-2", "epochs": 3, "test_error": 0.0174, "test_error_std": 0.001, "test_loss_mean": 0.5,
                "paper": { "test_error": 0.0172, "spread": 0.0008 } },
            "dfa": { "network": "4-2", "epochs": 3, "angles": { "hidden1": { "mean": 70.04, "max": 91.0 } } } } });
        fs::write(result_of(folder.path(), "a"), report.to_string()).unwrap();
        fs::write(folder.path().join("a-loss.svg"), "").unwrap();
        let text = tables_of(folder.path(), &all).unwrap();
        assert!(text.contains("| bp | 4-2 | 3 | 1.74 ± 0.10 | 1.72 ± 0.08 | 0.5000 |  |\n"), "{text}");
        assert!(text.contains("| dfa | 4-2 | 3 |  |  |  | 70.0°, 91.0° |\n"), "{text}");
        assert!(text.contains("[loss](a-loss.svg)\n") && text.ends_with("Not measured: `b`.\n"), "{text}");
    }
}
