//! `drtp sweep`: a grid of settings, every combination trained in integers.
use crate::args::DataArgs;
use crate::error::CliError;
use crate::files;
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::sweep::{Kept, Key, Run, Source, Summary, Sweep};
use serde_json::{json, Map, Value};
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Options of `drtp sweep`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp sweep experiments/sweeps/digits_tiny.toml
  drtp sweep experiments/sweeps/mnist_rules.toml --data FOLDER --out rules.jsonl
  drtp sweep FILE --data FOLDER --holdout 10000       for choosing settings: the test set stays unseen
  drtp sweep FILE --list                              the keys of all runs
  drtp sweep FILE --only KEY --out KEY.jsonl          one of them, wherever there is a machine

Keys of a file: those of experiments/sweeps/*.toml, explained in experiments/README.md; more than one machine:
experiments/workflow.

Each run adds a line of JSON to the file of results as soon as it is done. The same command goes on where an earlier
one was stopped; lines of another grid, other data or another version of drtp are refused. Accuracies and update_share
are shares (0 to 1), their means and standard deviations (0 for a single seed) are over seeds.")]
pub struct SweepArgs {
    /// Grid file (TOML).
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Learn all but the last N training samples and measure on those, instead of on the test set.
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    holdout: usize,
    /// File of results, a line for each run; without it, sweep-FILE.jsonl.
    #[arg(long, value_name = "FILE.jsonl")]
    out: Option<PathBuf>,
    /// Runs at a time; without it, as many as there are cores.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Print the keys of all runs, and stop.
    #[arg(long, conflicts_with_all = ["only", "json", "out", "jobs"])]
    list: bool,
    /// Only the runs with these keys.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    only: Vec<String>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl SweepArgs {
    pub fn run(self) -> Result<(), CliError> {
        let text = files::read(&self.file)?;
        let source = Source::load(self.data.data.as_deref(), self.holdout)?;
        let sweep = Sweep::new(&self.file.display().to_string(), &text, source)?;
        if self.list {
            sweep.runs().iter().for_each(|r| println!("{}", r.key()));
            return Ok(());
        }
        let runs = sweep.chosen(&self.only)?;
        let out = self.out();
        let left = files::read_lines(&out)?;
        let mut kept = sweep.kept(&out.display().to_string(), &left)?;
        let missing = sweep.missing(&runs, &kept);
        if !missing.is_empty() {
            let file = files::append(&out, kept.whole)?;
            self.train(&sweep, &missing, &mut kept, &out, file)?;
        }
        let summary = sweep.summary(&runs, &kept);
        match self.json {
            true => println!("{}", self.whole(&sweep, &summary, (runs.len(), missing.len()), &out)),
            false => println!(
                "{}: {} runs, measured on {}; each in {}\n{}",
                sweep.title(),
                runs.len(),
                sweep.source().measured_on(),
                out.display(),
                shown(&summary)
            ),
        }
        Ok(())
    }
    fn out(&self) -> PathBuf {
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        self.out.clone().unwrap_or_else(|| format!("sweep-{stem}.jsonl").into())
    }
    fn train(
        &self,
        sweep: &Sweep,
        missing: &[&Run],
        kept: &mut Kept,
        out: &Path,
        mut file: File,
    ) -> Result<(), CliError> {
        let bars = Bars::new();
        let bar = bars.share(&format!("{} runs", missing.len()), sweep.effort(missing));
        let jobs = self.jobs.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let mut write = |line: &str| files::add(&mut file, out, line);
        sweep.train(missing, jobs, kept, &|work| bar.inc(work), &mut write)?;
        bar.finish_and_clear();
        Ok(())
    }
    fn whole(&self, sweep: &Sweep, summary: &Summary, (runs, trained): (usize, usize), out: &Path) -> Value {
        let groups = summary.groups.iter().map(|g| {
            let mut object: Map<String, Value> = Map::from_iter([("network".into(), json!(g.network))]);
            object.extend(summary.varied.iter().map(|k| k.name().into()).zip(g.settings.iter().cloned()));
            object.insert("seeds".into(), json!(g.seeds));
            object.insert("accuracy_mean".into(), json!(g.accuracy.mean));
            object.insert("accuracy_std".into(), json!(g.accuracy.std));
            object.insert("update_share_mean".into(), json!(g.update_share));
            Value::Object(object)
        });
        json!({
            "sweep": self.file.display().to_string(),
            "title": sweep.title(),
            "data": sweep.source().data(),
            "measured_on": sweep.source().measured_on(),
            "runs": runs,
            "trained_now": trained,
            "out": out.display().to_string(),
            "groups": groups.collect::<Vec<_>>(),
        })
    }
}

fn shown(summary: &Summary) -> comfy_table::Table {
    // sizes stand in the first column already
    let columns: Vec<usize> = (0..summary.varied.len()).filter(|i| summary.varied[*i] != Key::Hidden).collect();
    let mut header = vec!["network"];
    header.extend(columns.iter().map(|i| summary.varied[*i].name()));
    header.extend(["seeds", "accuracy, %", "samples that update, %"]);
    let rows = summary.groups.iter().map(|g| {
        let mut row = vec![g.network.clone()];
        row.extend(columns.iter().map(|i| words(&g.settings[*i])));
        row.push(g.seeds.len().to_string());
        row.push(format!("{:.2} ± {:.2}", 100.0 * g.accuracy.mean, 100.0 * g.accuracy.std));
        row.push(format!("{:.1}", 100.0 * g.update_share));
        row
    });
    table(false, &header, rows)
}

/// A setting without JSON's marks.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        Value::Null => "none".into(),
        other => other.to_string(),
    }
}
