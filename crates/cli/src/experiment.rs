//! `drtp experiment`: the paper's experiments in floating point, from a file.
use crate::error::CliError;
use crate::files;
use crate::progress::Bars;
use clap::Args;
use comfy_table::{presets, Table};
use drtp::reference::{Experiment, Options, Report, RunReport};
use serde_json::{json, Map, Value};
use std::path::PathBuf;

/// Steps of the progress bar.
const STEPS: f64 = 10_000.0;

/// Options of `drtp experiment`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp experiment experiments/synthetic_classification.toml
  drtp experiment experiments/mnist_fc500_drtp.toml --data FOLDER --json
  drtp experiment experiments/alignment.toml --csv angles.csv --plots plots
  drtp experiment FILE --data FOLDER --holdout 10000      for choosing settings: the test set stays unseen

Keys of a file: those of experiments/*.toml, explained in experiments/README.md.

JSON: accuracies and errors are shares (0 to 1), means over trials with their standard deviation (0 for a single trial);
rules holds one object for each run of the file, by name, and where there is one run only, its keys stand at the top
too. Angles are in degrees, over all looks and trials.")]
pub struct ExperimentArgs {
    /// Experiment file (TOML).
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of the data, where the experiment reads files: MNIST's four IDX files, or CIFAR-10's binary files.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Trials of each run, in place of the file's.
    #[arg(long, value_name = "N")]
    trials: Option<usize>,
    /// Passes over the training samples, in place of the file's.
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Seed of the first trial; each further one counts one up.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Learn all but the last N training samples and measure on those, instead of on the test set.
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    holdout: usize,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Writes every number of every trial: run, trial, quantity, layer, step, value.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Writes loss.svg, and accuracy.svg and angles.svg where there are any, into a folder.
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
}

impl ExperimentArgs {
    pub fn run(self) -> Result<(), CliError> {
        let options = Options { trials: self.trials, epochs: self.epochs, seed: self.seed, holdout: self.holdout };
        let experiment = Experiment::parse(&self.file.display().to_string(), &files::read(&self.file)?, &options)?;
        let bars = Bars::new();
        let bar = bars.share("training", STEPS as u64);
        let done = std::sync::Mutex::new(0.0);
        let report = experiment.run(self.data.as_deref(), &|share| {
            if let Ok(mut done) = done.lock() {
                *done += share;
                bar.set_position((*done * STEPS) as u64);
            }
        })?;
        bar.finish_and_clear();
        if let Some(path) = &self.csv {
            files::write(path, report.csv())?;
        }
        if let Some(folder) = &self.plots {
            let plots = report.plots()?;
            files::write_all(folder, plots.iter().map(|(name, svg)| (*name, svg.as_str())))?;
        }
        match self.json {
            true => println!("{}", whole(&self.file.display().to_string(), &report)),
            false => println!("{}", table(&report)),
        }
        Ok(())
    }
}

fn whole(file: &str, report: &Report) -> Value {
    let mut out = json!({
        "experiment": file,
        "title": report.title,
        "data": report.data,
        "measured_on": report.measured_on,
        "train_samples": report.train_samples,
        "test_samples": report.test_samples,
        "trials": report.trials,
        "seed": report.seed,
    });
    let rules: Map<String, Value> = report.runs.iter().map(|r| (r.name.clone(), one(r))).collect();
    if let (Some(top), [run]) = (out.as_object_mut(), &report.runs[..]) {
        if let Value::Object(run) = one(run) {
            top.extend(run);
        }
    }
    out["rules"] = rules.into();
    out
}

fn one(run: &RunReport) -> Value {
    let mut out = json!({
        "rule": run.rule,
        "network": run.network,
        "samples": run.samples,
        "epochs": run.epochs,
    });
    if let Some(a) = run.accuracy() {
        out["test_accuracy_mean"] = a.mean.into();
        out["test_accuracy_std"] = a.std.into();
        out["test_error"] = (1.0 - a.mean).into();
        out["test_error_std"] = a.std.into();
        out["test_accuracies"] = run.accuracies().into();
    }
    if let Some(l) = run.loss() {
        out["test_loss_mean"] = l.mean.into();
        out["test_loss_std"] = l.std.into();
    }
    if let Some(paper) = run.paper {
        out["paper"] = json!({ "test_error": paper.test_error / 100.0, "spread": paper.spread.map(|s| s / 100.0) });
    }
    let angles = run.angles();
    if !angles.is_empty() {
        let named = angles.iter().enumerate().map(|(k, a)| (format!("hidden{}", k + 1), json!(a)));
        out["angles"] = Value::Object(named.collect());
        out["angles_all_under_90"] = angles.iter().flatten().all(|a| a.max < 90.0).into();
        out["theorems_setting"] = (run.linear_from_zero && run.samples == 1).into();
    }
    out["curve"] = json!(run.curve());
    out
}

fn table(report: &Report) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    let angles = report.runs.iter().map(|r| r.angles().len()).max().unwrap_or(0);
    let mut head: Vec<String> =
        ["run", "network", "epochs", "test error, %", "paper, %", "test loss"].map(String::from).into();
    head.extend((1..=angles).map(|k| format!("angle {k}: mean, largest")));
    table.set_header(head);
    for run in &report.runs {
        let number = |v: Option<f64>, digits| v.map_or("".into(), |v| format!("{v:.digits$}"));
        let error =
            run.accuracy().map_or("".into(), |a| format!("{:.2} ± {:.2}", 100.0 - 100.0 * a.mean, 100.0 * a.std));
        let mut row = vec![
            run.name.clone(),
            run.network.clone(),
            run.epochs.to_string(),
            error,
            number(run.paper.map(|p| p.test_error), 2),
            run.loss().map_or("".into(), |l| format!("{:.5} ± {:.5}", l.mean, l.std)),
        ];
        let angle =
            |a: &Option<drtp::reference::Angles>| a.map_or("none".into(), |a| format!("{:.1}°, {:.1}°", a.mean, a.max));
        row.extend(run.angles().iter().map(angle));
        table.add_row(row);
    }
    let (title, on, trials, seed) = (&report.title, &report.measured_on, report.trials, report.seed);
    format!("{title}: {trials} trials from seed {seed}, measured on {on} ({} samples)\n{table}", report.test_samples)
}
