//! `drtp report`: one page with what was measured and what was estimated.
use crate::args::{training, ConfigArgs, DataArgs, DesignArgs, RuleArgs};
use crate::error::CliError;
use crate::figures::{self, FIGURES};
use crate::files;
use crate::progress::Bars;
use crate::statistics::taken;
use clap::Args;
use drtp::core::draft::Training;
use drtp::core::{Config, Network, Rule};
use drtp::data::Split;
use drtp::estimate::resources::{memory_bits, suited, Model, COUNTS};
use drtp::estimate::{Cost, Method, Statistics, Target};
use drtp::explore::{choices, Space};
use drtp::measure::{counts, Count};
use drtp::report::{bars, beside, plot, table, Origin, Page, Series};
use drtp::synth::asic::BitCell;
use drtp::training::train;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Samples whose accesses and cycles are counted by the hardware's description.
const COUNTED: usize = 12;

/// Square micrometres of the NAND gate that gates are counted in (osu018, 180 nm).
const NAND_AREA: f64 = 24.0;

/// Options of `drtp report`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp report --out report.html                           the shipped digits
  drtp synth --board ulx3s; drtp report --synth synth-ulx3s/synth.json --out report.html
  drtp report --data FOLDER --layers 784,128,10 --epochs 3 --hidden 32,64,128 --out report.html

The page needs no network. Sections say whether their figures were measured, by simulation, training or synthesis, or
estimated by a model.")]
pub struct Report {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Hidden sizes whose accuracy stands against area and energy.
    #[arg(long, value_name = "N,..", value_delimiter = ',', default_value = "8,16,32,64")]
    hidden: Vec<usize>,
    /// Result of `drtp synth`: utilisation and clock as measured.
    #[arg(long, value_name = "synth.json")]
    synth: Option<PathBuf>,
    /// The page.
    #[arg(long, value_name = "FILE.html", default_value = "report.html")]
    out: PathBuf,
}

/// A network that was trained: its rule, test accuracy after each epoch.
struct Run {
    config: Config,
    curve: Vec<f64>,
}

impl Run {
    fn accuracy(&self) -> f64 {
        100.0 * self.curve.last().copied().unwrap_or(0.0)
    }
}

impl Report {
    pub fn run(self) -> Result<(), CliError> {
        // what cannot be read is told before anything that takes time
        let synth = self.synth.as_deref().map(read_synth).transpose()?;
        let mut draft = self.config.draft(self.data.usual())?;
        self.rule.apply(&mut draft);
        self.design.apply(&mut draft);
        let plan = training(&mut draft, self.epochs)?;
        let config = draft.config()?.fitted();
        let seed = self.config.seed();
        let split = self.data.load_for(&config, seed)?;
        let statistics = taken(&config, &split, seed);
        let runs = self.runs(&config, &plan, seed, &split);
        let counted = self.counts(&config, &split)?;

        let words: Vec<String> = std::env::args().skip(1).collect();
        let about = format!(
            "{} lanes, {}, hidden weights of {} bits; data: {}; cargo run --release -- {}",
            config.design().lanes,
            config.network().topology(),
            config.design().hidden_bits,
            split.train.name(),
            words.join(" ")
        );
        let mut page = Page::new("drtp: hardware that learns", &about);
        let comparison = compare(&config, &statistics)?;
        training_section(&mut page, &config, &runs)?;
        comparison_section(&mut page, &comparison, &statistics);
        roofline_section(&mut page, &config, &comparison)?;
        pareto_section(&mut page, &runs, &statistics)?;
        counts_section(&mut page, &counted);
        part_section(&mut page, &config, synth.as_ref());
        configuration_section(&mut page, &config);
        let footer = format!("drtp {}, seed {seed}. Energy is a proxy by published figures for 45 nm.", drtp::VERSION);
        files::write(&self.out, page.html(&footer))?;
        println!("{}", self.out.display());
        Ok(())
    }
    /// The configuration with every rule, then every hidden size with every rule.
    fn runs(&self, config: &Config, plan: &Training, seed: u64, split: &Split) -> Vec<Run> {
        let own = Rule::ALL.into_iter().filter_map(|rule| {
            let network = Network { rule, ..config.network().clone() };
            Config::new(config.design().clone(), network).ok()
        });
        let space = Space {
            lanes: vec![],
            bits: vec![config.design().hidden_bits],
            hidden: self.hidden.clone(),
            rules: Rule::ALL.into(),
        };
        let all: Vec<Config> = own.chain(choices(config, &space)).collect();
        let bar = Bars::new().count("training", all.len() as u64, "networks");
        let one = |config: Config| {
            let curve = curve(&config, plan, seed, split);
            bar.inc(1);
            Run { config, curve }
        };
        let runs = all.into_iter().map(one).collect();
        bar.finish_and_clear();
        runs
    }
    fn counts(&self, config: &Config, split: &Split) -> Result<Vec<Count>, CliError> {
        let some = split.train.iter().take(COUNTED).map(|s| (s.x.to_vec(), usize::from(s.target))).collect::<Vec<_>>();
        let bar = Bars::new().count("co-simulation", some.len() as u64, "samples");
        let found = counts(config, &some, &|| bar.inc(1))?;
        bar.finish_and_clear();
        Ok(found)
    }
}

fn read_synth(path: &Path) -> Result<Value, CliError> {
    let bad = |reason: String| CliError::Usage(format!("{}: {reason}", path.display()));
    let found: Value = serde_json::from_str(&files::read(path)?).map_err(|e| bad(e.to_string()))?;
    match found["fmax_mhz_median"].is_number() {
        true => Ok(found),
        false => Err(bad("no result of `drtp synth`: it has no fmax_mhz_median".into())),
    }
}

/// Test accuracy after each epoch.
fn curve(config: &Config, plan: &Training, seed: u64, split: &Split) -> Vec<f64> {
    let mut out = vec![];
    train(config, plan, seed, &split.train, &mut |engine, _| out.push(engine.accuracy(&split.test)));
    out
}

fn compare(config: &Config, statistics: &Statistics) -> Result<Vec<(Method, Cost, f64)>, CliError> {
    let of = |m: Method| Ok((m, m.cost(config, statistics).map_err(CliError::Usage)?, m.gate_equivalents(config)));
    Method::ALL.into_iter().map(of).collect()
}

fn is_ours(method: Method) -> bool {
    matches!(method, Method::Drtp | Method::Gated | Method::Contrastive | Method::Shallow)
}

fn drawn(title: &str, x: &str, y: &str, series: &[Series]) -> Result<String, CliError> {
    plot(title, x, y, series).map_err(|e| CliError::Usage(e.to_string()))
}

fn training_section(page: &mut Page, config: &Config, runs: &[Run]) -> Result<(), CliError> {
    let own = runs.iter().take(Rule::ALL.len());
    let series: Vec<Series> = own
        .clone()
        .map(|r| Series {
            name: r.config.network().rule.name().into(),
            points: r.curve.iter().enumerate().map(|(i, a)| ((i + 1) as f64, 100.0 * a)).collect(),
            line: true,
        })
        .collect();
    let svg = drawn("test accuracy", "epoch", "test accuracy, %", &series)?;
    let rows: Vec<_> =
        own.map(|r| vec![r.config.network().rule.name().to_string(), format!("{:.2} %", r.accuracy())]).collect();
    let inside = beside("plots", &[svg, table(&["rule", "test accuracy"], &rows)]);
    let about = format!("{} in integers, bit for bit as the hardware computes.", config.network().topology());
    page.section("Training", Origin::Measured, &about, &inside);
    Ok(())
}

fn comparison_section(page: &mut Page, all: &[(Method, Cost, f64)], statistics: &Statistics) {
    let of = |title: &str, value: &dyn Fn(&(Method, Cost, f64)) -> f64| {
        let rows: Vec<_> = all.iter().map(|r| (r.0.name(), value(r), is_ours(r.0))).collect();
        bars(title, &rows)
    };
    let mut parts: Vec<String> = FIGURES.iter().map(|(_, word, value)| of(word, &|r| value(&r.1))).collect();
    parts.push(of("gates (NAND equivalents, without memories)", &|r| r.2));
    let about = format!(
        "A training sample of {}, by rule, on the same array; strong bars are ours. What is in doubt is decided in favour of \
         the alternatives.",
        statistics.source
    );
    page.section("Learning rules", Origin::Estimated, &about, &beside("bars", &parts));
}

fn roofline_section(page: &mut Page, config: &Config, all: &[(Method, Cost, f64)]) -> Result<(), CliError> {
    // a lane multiplies, accumulates and updates in a cycle, and its bank moves one weight each way
    let lanes = config.design().lanes as f64;
    let (peak, band) = (3.0 * lanes, 2.0 * lanes);
    let point = |cost: &Cost| {
        let work = cost.multiply_count() + cost.add_count();
        (work / (cost.weight_reads() + cost.weight_writes()), work / cost.cycles)
    };
    let mut series = vec![Series {
        name: "what the array can do".into(),
        points: [0.0, peak / band, 4.0].map(|x| (x, peak.min(band * x))).into(),
        line: true,
    }];
    series.extend(all.iter().map(|(m, cost, _)| Series {
        name: m.name().into(),
        points: vec![point(cost)],
        line: false,
    }));
    let (x, y) = ("operations for each access to a weight", "operations a cycle");
    let svg = drawn("roofline", x, y, &series)?;
    let about =
        "Multiplications and additions. Under the slope the banks of weights are the bound, under the flat the lanes.";
    page.section("Roofline", Origin::Estimated, about, &beside("plots", &[svg]));
    Ok(())
}

fn pareto_section(page: &mut Page, runs: &[Run], statistics: &Statistics) -> Result<(), CliError> {
    let of = |what: &dyn Fn(&Config) -> Result<f64, CliError>| -> Result<Vec<Series>, CliError> {
        let one = |rule: Rule| {
            let mine = runs.iter().filter(|r| r.config.network().rule == rule);
            let points = mine.map(|r| Ok((what(&r.config)?, r.accuracy()))).collect::<Result<_, CliError>>()?;
            Ok(Series { name: rule.name().into(), points, line: false })
        };
        Rule::ALL.into_iter().map(one).collect()
    };
    let energy = of(&|c| Ok(Method::of(c).cost(c, statistics).map_err(CliError::Usage)?.energy_pj() / 1000.0))?;
    let area = of(&|c| {
        let cells = Method::of(c).gate_equivalents(c) * NAND_AREA;
        Ok((cells + BitCell::default().area(memory_bits(c.design()))) / 1e6)
    })?;
    let y = "test accuracy, % (measured)";
    let plots = [
        drawn("accuracy against energy", "energy of a training sample, nJ at 45 nm (estimated)", y, &energy)?,
        drawn("accuracy against area", "cells and SRAM at 180 nm, mm\u{b2} (estimated)", y, &area)?,
    ];
    let about =
        "Each point a trained network: hidden sizes and rules. Accuracy is measured; what it costs is estimated.";
    page.section("Accuracy against cost", Origin::Estimated, about, &beside("plots", &plots));
    Ok(())
}

fn counts_section(page: &mut Page, counted: &[Count]) {
    let rows: Vec<_> =
        counted.iter().map(|c| vec![c.name.to_string(), c.predicted.to_string(), c.measured.to_string()]).collect();
    let about =
        format!("{COUNTED} training samples on the hardware's description, and what the estimator says of them.");
    page.section("Counts", Origin::Measured, &about, &table(&["count", "estimated", "measured"], &rows));
}

fn part_section(page: &mut Page, config: &Config, synth: Option<&Value>) {
    let rows: Vec<Vec<String>> = Target::ALL
        .into_iter()
        .filter_map(|t| Some((t, Model::of(t)?)))
        .filter_map(|(t, m)| Some((t, m.predict(suited(config, t).ok()?.design()))))
        .map(|(t, r)| std::iter::once(t.name().to_string()).chain(r.counts().map(count_or_none)).collect())
        .collect();
    let header: Vec<&str> = std::iter::once("target").chain(COUNTS).collect();
    let about = "The core alone, by a model fitted to synthesised designs; multipliers and memories exactly. logic_cells are what nextpnr packs; longest_path_ns is between registers of standard cells, nothing placed.";
    page.section("Resources", Origin::Estimated, about, &table(&header, &rows));
    let Some(synth) = synth else { return };
    let text = |key: &str| synth[key].as_str().unwrap_or("").to_string();
    let number = |v: &Value| v.as_f64().map_or(String::new(), |n| format!("{n:.0}"));
    let mut rows: Vec<_> = ["lut4", "ff", "dsp", "bram", "spram"]
        .iter()
        .map(|key| vec![key.to_string(), number(&synth[key]), number(&synth["budget"][key])])
        .collect();
    for key in ["fmax_mhz_median", "fmax_mhz_min", "fmax_mhz_max", "training_samples_per_second"] {
        rows.push(vec![
            key.to_string(),
            synth[key].as_f64().map_or(String::new(), |n| format!("{n:.1}")),
            String::new(),
        ]);
    }
    let about = format!("Yosys and nextpnr. Slowest path: {}", text("critical_path"));
    page.section(
        &format!("Board {}", text("board")),
        Origin::Measured,
        &about,
        &table(&["", "used or reached", "of"], &rows),
    );
}

/// A target has not every kind of resource.
fn count_or_none(count: f64) -> String {
    if count > 0.0 {
        figures::shown(count)
    } else {
        String::new()
    }
}

fn configuration_section(page: &mut Page, config: &Config) {
    let d = config.design();
    let rows: Vec<Vec<String>> = drtp::core::memories::memories(d)
        .iter()
        .map(|m| {
            vec![m.name.into(), m.copies.to_string(), m.words.to_string(), m.width.to_string(), m.bits().to_string()]
        })
        .collect();
    let about = format!(
        "{} lanes, weights of {} and {} bits, accumulators of {} bits, stream of {} bits, rule {}.",
        d.lanes,
        d.hidden_bits,
        d.output_bits,
        d.acc_bits(),
        d.stream_bits,
        config.network().rule.name()
    );
    let inside = table(&["memory", "copies", "words", "width", "bits"], &rows);
    page.section("Configuration", Origin::Given, &about, &inside);
}
