//! `drtp explore`: the design that is best at something, of those that are accurate enough.
use crate::args::{rule, training, BoardArg, ConfigArgs, DataArgs};
use crate::calibrate::measure;
use crate::compare::statistics;
use crate::error::CliError;
use crate::figures;
use crate::progress::Bars;
use crate::statistics::taken;
use crate::table::table;
use clap::Args;
use drtp::core::draft::Training;
use drtp::core::{Config, Draft, Rule};
use drtp::data::{split_validation, Split};
use drtp::estimate::resources::{relative_error, COUNTS};
use drtp::explore::{candidates, choices, pareto, target, trained, winner, Candidate, Objective, Space, Trained};
use drtp::synth::{synthesise, Board, Options, Tools};
use serde_json::{json, Map, Value};
use std::path::PathBuf;

fn objective(text: &str) -> Result<Objective, String> {
    let names: Vec<_> = Objective::ALL.iter().map(|o| o.name()).collect();
    let found = Objective::ALL.into_iter().find(|o| o.name() == text);
    found.ok_or_else(|| format!("accepted: {}", names.join(", ")))
}

/// Options of `drtp explore`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp explore --target ulx3s --min-accuracy 0.96 --objective samples_per_joule
  drtp explore --target ulx3s --data FOLDER --layers 784,128,10 --epochs 3 --try-lanes 8,16 --hidden 64,128
  drtp explore --target ulx3s --objective lut4 --estimate-only

Each choice of bits, hidden size and rule is trained once, and measured on the last sixth of the training set. What it takes
on each number of lanes is estimated; energy is by published figures for 45 nm, a relative proxy. The winner is trained on
the whole training set, measured on the test set, and synthesised, placed and routed.")]
pub struct Explore {
    /// The board.
    #[arg(long, value_enum)]
    target: BoardArg,
    /// Least share of validation samples that must be right.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    min_accuracy: f64,
    /// samples_per_joule, samples_per_second or lut4 (as few as can be).
    #[arg(long, value_name = "WHAT", default_value = "samples_per_joule", value_parser = objective)]
    objective: Objective,
    /// Lanes to try; --lanes of other commands is one of them.
    #[arg(long = "try-lanes", value_name = "L,..", value_delimiter = ',', default_value = "1,2,4,8,16")]
    try_lanes: Vec<usize>,
    /// Bits of hidden weights to try; output weights have four more, 8 to 16.
    #[arg(long, value_name = "BITS,..", value_delimiter = ',', default_value = "5,6,8,10")]
    bits: Vec<usize>,
    /// Neurons of each hidden layer to try.
    #[arg(long, value_name = "N,..", value_delimiter = ',', default_value = "16,32,64,128")]
    hidden: Vec<usize>,
    /// Rules to try.
    #[arg(long, value_name = "RULE,..", value_delimiter = ',', default_value = "drtp,gated,contrastive", value_parser = rule)]
    rules: Vec<Rule>,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Statistics of the data; without them, they are measured first.
    #[arg(long, value_name = "FILE.toml")]
    statistics: Option<PathBuf>,
    /// Stops before the winner is synthesised.
    #[arg(long)]
    estimate_only: bool,
    /// Folder of the winner's files.
    #[arg(long, value_name = "DIR", default_value = "synth-explore")]
    out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// The table in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// What training and synthesis made of the winner.
struct Validated {
    test_accuracy: f64,
    /// Predicted and measured, of the core alone, in the order of [`COUNTS`].
    counts: Vec<(&'static str, f64, f64)>,
    fmax_mhz: f64,
    samples_per_second: f64,
    bitstream: PathBuf,
}

impl Explore {
    pub fn run(self) -> Result<(), CliError> {
        if !(0.0..=1.0).contains(&self.min_accuracy) {
            return Err(CliError::Usage(format!("--min-accuracy: {} is no share; 0 to 1", self.min_accuracy)));
        }
        let board = Board::named(self.target.name())?;
        let part = target(&board).ok_or_else(|| CliError::Usage("--target: its logic cannot be estimated".into()))?;
        let mut draft = self.config.draft(self.data.usual())?;
        let plan = training(&mut draft, self.epochs)?;
        // a small part holds a network that is built in, or none that is worth it
        if Draft::parse("board", &board.defaults)?.config()?.design().fixed_network {
            draft.set_fixed_network(true);
        }
        let base = draft.config()?;
        let seed = self.config.seed();
        let split = self.data.load_for(&base, seed)?;
        let space = Space {
            lanes: self.try_lanes.clone(),
            bits: self.bits.clone(),
            hidden: self.hidden.clone(),
            rules: self.rules.clone(),
        };
        let known = match &self.statistics {
            Some(_) => statistics(self.statistics.as_ref())?,
            None => taken(&base, &split, seed),
        };
        let choices = self.train(&base, &plan, seed, &split, &space)?;
        let all = candidates(&choices, &space, &board, part, &known).map_err(CliError::Usage)?;
        let set = pareto(&all, self.objective);
        let Some(best) = winner(&set, self.min_accuracy) else {
            return Err(CliError::Usage(format!(
                "no design that fits has an accuracy of {} or more; the best has {:.4}",
                self.min_accuracy,
                set.first().map_or(0.0, |c| c.accuracy)
            )));
        };
        let validated = match self.estimate_only {
            true => None,
            false => Some(self.validate(best, &board, &plan, seed, &split)?),
        };
        if self.json {
            println!(
                "{}",
                json!({
                    "target": board.name.name(),
                    "objective": self.objective.name(),
                    "min_accuracy": self.min_accuracy,
                    "data": split.train.name(),
                    "statistics": known.source,
                    "trained": choices.len(),
                    "candidates": all.len(),
                    "that_fit": all.iter().filter(|c| c.excess.is_none()).count(),
                    "pareto": set.iter().map(|c| json_of(c)).collect::<Vec<_>>(),
                    "winner": json_of(best),
                    "validated": validated.as_ref().map(Validated::json),
                    "seed": seed,
                })
            );
        } else {
            self.print(&set, best, validated.as_ref());
        }
        Ok(())
    }
    fn train(
        &self,
        base: &Config,
        plan: &Training,
        seed: u64,
        split: &Split,
        space: &Space,
    ) -> Result<Vec<Trained>, CliError> {
        let parts = split_validation(&split.train, split.train.len() / 6)?;
        let all = choices(base, space);
        if all.is_empty() {
            return Err(CliError::Usage("none of the choices of --bits and --hidden can be built".into()));
        }
        let bar = Bars::new().count("training", all.len() as u64, "networks");
        let one = |config: &Config| {
            let done = trained(config, plan, seed, &parts.train, &parts.validation);
            bar.inc(1);
            done
        };
        let found = all.iter().map(one).collect();
        bar.finish_and_clear();
        Ok(found)
    }
    /// Trains the winner on all training samples, and synthesises it.
    fn validate(
        &self,
        best: &Candidate,
        board: &Board,
        plan: &Training,
        seed: u64,
        split: &Split,
    ) -> Result<Validated, CliError> {
        let bar = Bars::new().spin("the winner: training");
        let test_accuracy = trained(&best.config, plan, seed, &split.train, &split.test).accuracy;
        let tools = Tools::find()?;
        bar.set_message("the winner: synthesis of the core");
        let (target, _) = target(board).expect("the winner was estimated for it");
        let core = measure(&tools, target, None, &best.config, &self.out.join("core"))?;
        bar.set_message("the winner: place and route");
        let options = Options { seeds: vec![1], jobs: 1, mhz: None, learning: true, out: self.out.clone() };
        let made = synthesise(&tools, board, &best.config, &options, &|_| {})?;
        bar.finish_and_clear();
        let counts = COUNTS.iter().zip(best.resources.counts()).zip(core.counts());
        Ok(Validated {
            test_accuracy,
            counts: counts.map(|((name, predicted), measured)| (*name, predicted, measured)).collect(),
            fmax_mhz: made.fmax.median,
            samples_per_second: made.fmax.median * 1e6 / best.cost.cycles,
            bitstream: made.bitstream,
        })
    }
    fn print(&self, set: &[&Candidate], best: &Candidate, validated: Option<&Validated>) {
        let row = |c: &&Candidate| {
            let (d, n) = (c.config.design(), c.config.network());
            let is_best = std::ptr::eq(best, *c);
            vec![
                if is_best { "winner".into() } else { String::new() },
                n.topology(),
                n.rule.name().into(),
                d.lanes.to_string(),
                d.hidden_bits.to_string(),
                format!("{:.2} %", 100.0 * c.accuracy),
                format!("{:.0}", c.samples_per_joule()),
                format!("{:.0}", c.samples_per_second),
                c.resources.lut4.to_string(),
                c.resources.bram.to_string(),
            ]
        };
        let header = [
            "Pareto set, estimated",
            "network",
            "rule",
            "lanes",
            "bits",
            "accuracy",
            "samples/J, 45 nm",
            "samples/s",
            "LUT4",
            "block RAM",
        ];
        println!("{}\n", table(self.markdown, &header, set.iter().map(row)));
        if let Some(v) = validated {
            let rows = v.counts.iter().filter(|(_, p, m)| *p != 0.0 || *m != 0.0).map(|(name, p, m)| {
                vec![
                    name.to_string(),
                    figures::shown(*p),
                    figures::shown(*m),
                    format!("{:+.1} %", 100.0 * relative_error(*p, *m)),
                ]
            });
            println!("{}\n", table(self.markdown, &["the winner", "estimated", "measured", "error"], rows));
            println!(
                "Test accuracy {:.2} %; {:.1} MHz, {:.0} training samples/s; bitstream {}",
                100.0 * v.test_accuracy,
                v.fmax_mhz,
                v.samples_per_second,
                v.bitstream.display()
            );
        }
    }
}

impl Validated {
    fn json(&self) -> Value {
        let of = |(name, predicted, measured): &(&str, f64, f64)| {
            let error = relative_error(*predicted, *measured);
            (name.to_string(), json!({ "predicted": predicted, "measured": measured, "relative_error": error }))
        };
        json!({
            "test_accuracy": self.test_accuracy,
            "resources": self.counts.iter().map(of).collect::<Map<_, _>>(),
            "fmax_mhz": self.fmax_mhz,
            "samples_per_second": self.samples_per_second,
            "bitstream": self.bitstream,
        })
    }
}

fn json_of(c: &Candidate) -> Value {
    let (design, network) = (c.config.design(), c.config.network());
    let resources: Map<_, _> = COUNTS
        .iter()
        .zip(c.resources.counts())
        .filter(|(_, n)| *n != 0.0)
        .map(|(name, n)| (name.to_string(), n.into()))
        .collect();
    let mut out = figures::json_of(&c.cost);
    let more = json!({
        "layers": network.sizes(),
        "rule": network.rule,
        "lanes": design.lanes,
        "hidden_bits": design.hidden_bits,
        "validation_accuracy": c.accuracy,
        "samples_per_joule": c.samples_per_joule(),
        "samples_per_second": c.samples_per_second,
        "resources": resources,
    });
    out.extend(more.as_object().cloned().unwrap_or_default());
    out.into()
}
