//! `drtp estimate`: what a configuration takes before anything is built, and with `--check` how near that is.
use crate::args::{DataArgs, DesignArgs, RuleArgs, SizeArgs, DEFAULT_SEED};
use crate::calibrate::{measure, TargetArg};
use crate::compare::{statistics, USUAL};
use crate::error::CliError;
use crate::figures::{self, shown, FIGURES};
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::core::Config;
use drtp::estimate::resources::{is_counted, memory_bits, relative_error, suited, Model, Validation, COUNTS};
use drtp::estimate::{Cost, Measured, Method, Target};
use drtp::frames::with_samples;
use drtp::measure::{counts, Count};
use drtp::synth::asic::Liberty;
use drtp::synth::Tools;
use serde_json::{json, Map, Value};
use std::path::PathBuf;

/// Options of `drtp estimate`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp estimate --config verif/estimates/digits.toml
  drtp estimate --layers 784,128,10 --lanes 16 --target ecp5
  drtp estimate --config verif/estimates/digits.toml --check --json
  drtp estimate --validation                      errors of the models on designs that they have not seen

Nothing is run: accesses, cycles and energy are means over training samples with the shipped statistics of MNIST, or those
of `drtp statistics`; look-up tables, flip-flops and gates come from a model fitted to synthesised designs; multipliers and
memories are exact. With --check the counts are held to the hardware's counters on samples drawn from the seed, and the
resources of each target to a synthesis run (Yosys; standard cells with a Liberty library).
Exit codes: 0 done; 1 a count that must be exact is not; 2 wrong options, configuration or data, or a tool is missing.")]
pub struct Estimate {
    #[command(flatten)]
    sizes: SizeArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    /// Statistics of data; without them, those of MNIST.
    #[arg(long, value_name = "FILE.toml")]
    statistics: Option<PathBuf>,
    /// What it is built of; several with commas. Without it all that have a model.
    #[arg(long, value_enum, value_name = "TARGET,..", value_delimiter = ',')]
    target: Vec<TargetArg>,
    /// Measures too, and shows the errors.
    #[arg(long)]
    check: bool,
    /// Shows the errors of the models of logic on the synthesised designs that they were not fitted to, and nothing else.
    #[arg(long, conflicts_with = "check")]
    validation: bool,
    /// Samples whose counts are checked.
    #[arg(long, value_name = "N", default_value_t = 12, requires = "check")]
    samples: usize,
    /// Seed of these samples, where no data set is given.
    #[arg(long, value_name = "N", requires = "check")]
    seed: Option<u64>,
    #[command(flatten)]
    data: DataArgs,
    /// The library of cells; without it, that of Debian's package qflow-tech-osu018.
    #[arg(long, value_name = "FILE.lib", requires = "check")]
    liberty: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Tables in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// One target.
struct Part {
    target: Target,
    config: Config,
    predicted: Measured,
    measured: Option<Measured>,
}

/// All that is shown.
struct Found {
    config: Config,
    method: Method,
    source: String,
    /// Of a training sample, and of an inference on a core without learning.
    costs: [Cost; 2],
    parts: Vec<Part>,
    counted: Vec<Count>,
}

/// A line of the checks.
struct Check {
    name: String,
    predicted: f64,
    measured: f64,
}

impl Check {
    fn json(&self) -> Value {
        json!({ "predicted": self.predicted, "measured": self.measured, "relative_error": self.error() })
    }
    fn error(&self) -> f64 {
        relative_error(self.predicted, self.measured)
    }
}

impl Estimate {
    pub fn run(self) -> Result<(), CliError> {
        if self.data.is_given() && !self.check {
            let why =
                "--data and --features: samples are looked at with --check only; without it everything follows from \
                       statistics (drtp statistics --data FOLDER --out FILE, then --statistics FILE)";
            return Err(CliError::Usage(why.into()));
        }
        if self.validation {
            self.validation();
            return Ok(());
        }
        let mut draft = self.sizes.draft(USUAL, None)?;
        self.rule.apply(&mut draft);
        self.design.apply(&mut draft);
        let mut config = draft.config()?;
        if self.sizes.config.is_none() {
            config = config.fitted();
        }
        let statistics = statistics(self.statistics.as_ref())?;
        let method = Method::of(&config);
        let training = method.cost(&config, &statistics).map_err(CliError::Usage)?;
        let inference = Method::InferenceOnly.cost(&config, &statistics).map_err(CliError::Usage)?;
        let mut parts = self.parts(&config)?;
        let counted = if self.check { self.counts(&config)? } else { vec![] };
        if self.check {
            self.measure(&mut parts)?;
        }
        let found = Found { config, method, source: statistics.source, costs: [training, inference], parts, counted };
        if self.json {
            println!("{}", self.object(&found));
        } else {
            self.print(&found);
        }
        let wrong: Vec<&Count> = found.counted.iter().filter(|c| c.predicted != c.measured).collect();
        match wrong.first() {
            None => Ok(()),
            Some(c) => Err(CliError::Mismatch {
                count: wrong.len(),
                device: "the hardware".into(),
                first: format!("{}: {} predicted, {} measured", c.name, c.predicted, c.measured),
            }),
        }
    }
    fn validation(&self) {
        let models = Target::ALL.into_iter().filter_map(|t| Some((t, Model::of(t)?.validate())));
        if self.json {
            let count = |v: &Validation| {
                let tested = v.errors.len();
                let figures = json!({ "fitted_to": v.fitted_to, "tested_on": tested, "median_error": v.median(),
                    "worst_error": v.worst(), "errors": v.errors });
                (v.count.to_string(), figures)
            };
            let of = |(t, counts): (Target, Vec<Validation>)| {
                (t.name().to_string(), Value::Object(counts.iter().map(count).collect()))
            };
            println!("{}", Value::Object(models.map(of).collect()));
            return;
        }
        let percent = |x: f64| format!("{:.1} %", 100.0 * x);
        let rows = models.flat_map(|(t, counts)| {
            let row = move |v: Validation| {
                let numbers =
                    [v.fitted_to.to_string(), v.errors.len().to_string(), percent(v.median()), percent(v.worst())];
                std::iter::once(format!("{} {}", t.name(), v.count)).chain(numbers).collect::<Vec<_>>()
            };
            counts.into_iter().map(row)
        });
        let header = ["count", "designs fitted to", "tested on", "median error", "worst error"];
        println!("{}", table(self.markdown, &header, rows));
    }
    /// The targets, with what the model says.
    fn parts(&self, config: &Config) -> Result<Vec<Part>, CliError> {
        let wanted: Vec<Target> = match self.target.is_empty() {
            true => Target::ALL.into_iter().filter(|t| Model::of(*t).is_some()).collect(),
            false => self.target.iter().map(|t| t.target()).collect(),
        };
        let of = |target: Target| {
            let config = suited(config, target)?;
            let model = Model::of(target)
                .ok_or_else(|| CliError::Usage(format!("--target: {} has no model of its logic", target.name())))?;
            Ok(Part { target, predicted: model.predict(config.design()), config, measured: None })
        };
        wanted.into_iter().map(of).collect()
    }
    fn counts(&self, config: &Config) -> Result<Vec<Count>, CliError> {
        let seed = self.seed();
        let network = config.network();
        let samples: Vec<(Vec<i8>, usize)> = match self.data.is_given() {
            true => {
                let set = self.data.load_for(config, seed)?.train;
                (0..set.len().min(self.samples))
                    .map(|i| set.sample(i))
                    .map(|s| (s.x.to_vec(), s.target.into()))
                    .collect()
            }
            false => {
                let good = with_samples(config, 2 * self.samples, seed)
                    .into_iter()
                    .filter(|f| f.bytes.len() == network.inputs && f.target() < network.classes());
                good.take(self.samples).map(|f| (f.bytes.clone(), f.target())).collect()
            }
        };
        let bar = Bars::new().count("co-simulation", samples.len() as u64, "samples");
        let found = counts(config, &samples, &|| bar.inc(1))?;
        bar.finish_and_clear();
        Ok(found)
    }
    fn measure(&self, parts: &mut [Part]) -> Result<(), CliError> {
        let tools = Tools::find()?;
        let bar = Bars::new().spin("synthesis");
        let folder = std::env::temp_dir().join(format!("drtp-estimate-{}", std::process::id()));
        for part in parts {
            bar.set_message(format!("synthesis for {}", part.target.name()));
            let liberty = (part.target == Target::Cells).then(|| Liberty::open(self.liberty.as_deref())).transpose()?;
            part.measured = Some(measure(&tools, part.target, liberty.as_ref(), &part.config, &folder)?);
        }
        bar.finish_and_clear();
        // only what this run made is in it
        let _ = std::fs::remove_dir_all(&folder);
        Ok(())
    }
    fn object(&self, found: &Found) -> Value {
        let design = found.config.design();
        let predicted = found.parts.iter().map(|p| (p.target.name().to_string(), resources_json(p)));
        let [training, inference] = &found.costs;
        let mut out = json!({
            "rule": found.method.name(),
            "layers": found.config.network().sizes(),
            "lanes": design.lanes,
            "hidden_bits": design.hidden_bits,
            "statistics": found.source,
            "training": cost_json(training),
            "inference": cost_json(inference),
            "resources": predicted.collect::<Map<_, _>>(),
        });
        if self.check {
            let counts: Map<_, _> = found.counted.iter().map(|c| (c.name.to_string(), check_of(c).json())).collect();
            let of = |p: &Part| {
                let list: Map<_, _> = checks(p).iter().map(|c| (c.name.clone(), c.json())).collect();
                (p.target.name().to_string(), Value::Object(list))
            };
            out["check"] = json!({
                "samples": self.samples,
                "seed": self.seed(),
                "counts": counts,
                "resources": found.parts.iter().map(of).collect::<Map<_, _>>(),
            });
        }
        out
    }
    fn print(&self, found: &Found) {
        let design = found.config.design();
        println!(
            "{} lanes, {}, hidden weights of {} bits, rule {}; statistics of {}\n",
            design.lanes,
            found.config.network().topology(),
            design.hidden_bits,
            found.method.name(),
            found.source
        );
        let whole = |x: f64| format!("{x:.0}");
        let show = |header: &[&str], rows: Vec<Vec<String>>| println!("{}\n", table(self.markdown, header, rows));
        let [training, inference] = &found.costs;
        let rows =
            FIGURES.iter().map(|(_, word, of)| vec![word.to_string(), whole(of(training)), whole(of(inference))]);
        show(&["estimated, mean", "training sample", "inference, core without learning"], rows.collect());
        let rows = training
            .memories
            .iter()
            .map(|m| vec![m.name.into(), m.kind.name().into(), m.bits.to_string(), whole(m.reads), whole(m.writes)]);
        show(&["memory", "kind", "bits", "reads", "writes"], rows.collect());
        let rows = found.parts.iter().map(|p| {
            let counts = COUNTS.iter().zip(p.predicted.counts());
            let cells = counts.map(|(name, c)| if is_counted(p.target, name) { shown(c) } else { "-".into() });
            std::iter::once(p.target.name().to_string()).chain(cells).collect()
        });
        show(&std::iter::once("estimated").chain(COUNTS).collect::<Vec<_>>(), rows.collect());
        if self.check {
            let line = |name: String, c: &Check| {
                vec![name, shown(c.predicted), shown(c.measured), format!("{:+.2} %", 100.0 * c.error())]
            };
            let mut rows: Vec<_> = found.counted.iter().map(|c| line(c.name.into(), &check_of(c))).collect();
            for part in &found.parts {
                rows.extend(checks(part).iter().map(|c| line(format!("{} {}", part.target.name(), c.name), c)));
            }
            show(&["checked", "predicted", "measured", "error"], rows);
        }
    }
    fn seed(&self) -> u64 {
        self.seed.unwrap_or(DEFAULT_SEED)
    }
}

/// A cost with each of its memories.
fn cost_json(cost: &Cost) -> Value {
    let mut out = figures::json_of(cost);
    out.insert("memories".into(), json!(cost.memories));
    out.into()
}

fn check_of(c: &Count) -> Check {
    Check { name: c.name.into(), predicted: c.predicted as f64, measured: c.measured as f64 }
}

/// Each count that either side has.
fn checks(part: &Part) -> Vec<Check> {
    let Some(measured) = part.measured else { return vec![] };
    let both = COUNTS.iter().zip(part.predicted.counts().into_iter().zip(measured.counts()));
    // OpenSTA is not everywhere: what it was not asked is not checked
    both.filter(|(name, (p, m))| *m != 0.0 || (*p != 0.0 && **name != "longest_path_ns"))
        .map(|(name, (predicted, measured))| Check { name: name.to_string(), predicted, measured })
        .collect()
}

/// The counts that the target has.
fn resources_json(part: &Part) -> Value {
    let all = COUNTS.iter().zip(part.predicted.counts()).filter(|(name, _)| is_counted(part.target, name));
    let mut out: Map<_, _> = all.map(|(name, c)| (name.to_string(), c.into())).collect();
    out.insert("memory_bits".into(), memory_bits(part.config.design()).into());
    Value::Object(out)
}
