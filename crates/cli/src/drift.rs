//! `drtp drift`: what learning on chip is for.
use crate::args::{fits, seeds_json, training, ConfigArgs, DataArgs, RuleArgs};
use crate::error::CliError;
use crate::files;
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::drift::{Change, Drift, Outcome, Settings};
use drtp::report::{panels, Panel, Series};
use serde_json::{json, Map, Value};
use std::path::PathBuf;

/// Options of `drtp drift`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp drift                                              the shipped digits, every change
  drtp drift --change inverted --samples 3000 --plot inverted.svg
  drtp drift --data FOLDER --layers 784,128,10 --window 1000 --json

A device is trained on the first part of the training set. Then the world changes: inverted (bright becomes dark), shifted
(images move to the right by a seventh of their side), new_class (the last class appears; training had none of it), stuck
(an eighth of the sensor's points, drawn from the seed, shows full brightness). Two copies of the device meet the rest of the
training set, changed. The learning one classifies each sample and then learns it, with the update shifts that training ended
with (or --halvings); the frozen one classifies. Both are then tested on the changed test set.

JSON: changes holds one object for each change, by name. Accuracies are shares (0 to 1). accuracy_before: on the test set before the
change; frozen_accuracy, learning_accuracy: on the changed one, behind the stream; samples_to_recover: samples of the stream
after which the running accuracy was at least accuracy_before less recovered, never fewer than window, null if it never was.")]
pub struct DriftArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    data: DataArgs,
    /// What changes: inverted, shifted, new_class, stuck, or all of them, one after the other.
    #[arg(long, value_name = "CHANGE", default_value = "all", value_parser = changes)]
    change: Changes,
    /// Passes over the first part of the training set, before the change.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Share of the training set that is learned before the change.
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share)]
    first: f64,
    /// Samples after the change; without it, the rest of the training set once.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    samples: Option<u32>,
    /// Samples over which the running accuracy is taken.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    window: u32,
    /// How often the configuration's learning rate is halved (every shift raised by one) for the stream; without it, as often
    /// as training did.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=12))]
    halvings: Option<u32>,
    /// How far below the accuracy before the change counts as recovered.
    #[arg(long, value_name = "SHARE", default_value_t = 0.02, value_parser = share)]
    recovered: f64,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Draws the running accuracies.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

#[derive(Clone)]
struct Changes(Vec<Change>);

fn changes(text: &str) -> Result<Changes, String> {
    if text == "all" {
        return Ok(Changes(Change::ALL.into()));
    }
    Change::ALL.into_iter().find(|c| c.name() == text).map(|c| Changes(vec![c])).ok_or_else(|| {
        let names: Vec<_> = Change::ALL.iter().map(|c| c.name()).collect();
        format!("accepted: {}, all", names.join(", "))
    })
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|v| (0.0..=1.0).contains(v)).ok_or_else(|| "accepted: 0 to 1".into())
}

impl DriftArgs {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.config.draft(self.data.usual())?;
        self.rule.apply(&mut draft);
        let plan = training(&mut draft, self.epochs)?;
        let config = draft.config()?;
        let seed = self.config.seed();
        let pixels = self.data.pixels(seed)?;
        fits(&self.data.seen(pixels.clone())?, &config)?;
        let window = self.window as usize;
        let settings = Settings {
            first: self.first,
            samples: self.samples.map(|n| n as usize),
            window,
            halvings: self.halvings.map(|n| n as usize),
            recovered: self.recovered,
        };
        let mut drift = Drift::new(&config, &plan, seed, &pixels, self.data.features, settings);
        if drift.samples() < window {
            let (name, n) = (pixels.train.name(), drift.samples());
            return Err(CliError::Usage(format!(
                "--window: {window} samples, but {name} leaves {n} after the change (--first, --samples)"
            )));
        }

        let bar = Bars::new().count("drift", self.change.0.len() as u64, "changes");
        let mut found = vec![];
        for change in &self.change.0 {
            found.push(drift.run(*change)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        if let Some(path) = &self.plot {
            files::write(path, picture(&found, self.recovered)?)?;
        }
        if self.json {
            let changes: Map<String, Value> = found.iter().map(|o| (o.change.name().into(), object(o))).collect();
            let network = config.network();
            println!(
                "{}",
                json!({
                    "rule": network.rule,
                    "layers": network.sizes(),
                    "data": pixels.train.name(),
                    "features": self.data.features.map(|f| f.name()),
                    "epochs": plan.epochs,
                    "first": self.first,
                    "window": self.window,
                    "halvings": self.halvings,
                    "recovered": self.recovered,
                    "changes": changes,
                    "seeds": seeds_json(seed, network.seeds),
                })
            );
        } else {
            let header =
                ["change", "before, %", "frozen, %", "learning, %", "samples to recover", "samples seen"].as_slice();
            println!("{}", table(false, header, found.iter().map(row)));
        }
        Ok(())
    }
}

fn object(o: &Outcome) -> Value {
    let mut out = json!({
        "accuracy_before": o.accuracy_before,
        "frozen_accuracy": o.frozen_accuracy,
        "learning_accuracy": o.learning_accuracy,
        "samples_to_recover": o.samples_to_recover,
        "samples_seen": o.samples_seen,
    });
    if let Some(accuracy) = o.new_class_accuracy {
        out["new_class_accuracy"] = accuracy.into();
    }
    out
}

fn row(o: &Outcome) -> Vec<String> {
    let percent = |share: f64| format!("{:.2}", 100.0 * share);
    vec![
        o.change.name().into(),
        percent(o.accuracy_before),
        percent(o.frozen_accuracy),
        percent(o.learning_accuracy),
        o.samples_to_recover.map_or("not reached".into(), |n| n.to_string()),
        o.samples_seen.to_string(),
    ]
}

fn picture(found: &[Outcome], recovered: f64) -> Result<String, CliError> {
    let panel = |o: &Outcome| {
        let line = |name: &str, points: Vec<(f64, f64)>| Series { name: name.into(), points, line: true };
        let x = |samples: usize| samples as f64;
        let ends = [o.curve.first(), o.curve.last()].into_iter().flatten();
        let level = 100.0 * (o.accuracy_before - recovered);
        Panel {
            title: o.change.name().replace('_', " "),
            series: vec![
                line("learning", o.curve.iter().map(|p| (x(p.samples), 100.0 * p.learning)).collect()),
                line("frozen", o.curve.iter().map(|p| (x(p.samples), 100.0 * p.frozen)).collect()),
                line("recovered", ends.map(|p| (x(p.samples), level)).collect()),
            ],
        }
    };
    let all: Vec<Panel> = found.iter().map(panel).collect();
    panels("samples since the change", "running accuracy, %", &all).map_err(|e| CliError::Usage(e.to_string()))
}
