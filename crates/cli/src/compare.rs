//! `drtp compare`: learning rules on the same array, by what a training sample costs.
use crate::args::SizeArgs;
use crate::error::CliError;
use crate::figures::{self, FIGURES};
use crate::files;
use crate::table::table;
use clap::{ArgGroup, Args};
use drtp::core::Config;
use drtp::estimate::{Cost, Method, Statistics};
use serde_json::{json, Value};
use std::path::PathBuf;

/// 784-128-10 on 16 lanes, the network that the shipped statistics were taken of.
pub const USUAL: &str = "[network]\ninputs = 784\n[[network.layer]]\nsize = 128\n[[network.layer]]\nsize = 10\n";

fn method(text: &str) -> Result<Vec<Method>, String> {
    if text == "all" {
        return Ok(Method::ALL.into());
    }
    let names: Vec<_> = Method::ALL.iter().map(|m| m.name()).collect();
    let found = Method::ALL.into_iter().find(|m| m.name() == text);
    found.map(|m| vec![m]).ok_or_else(|| format!("accepted: all, {}", names.join(", ")))
}

/// Options of `drtp compare`.
#[derive(Args)]
#[command(group = ArgGroup::new("form"), after_help = "\
Examples:
  drtp compare --layers 784,128,10 --lanes 16 --rules all
  drtp compare --rules bp,dfa,drtp_separate,drtp --lanes 4,16,64 --bits 4,8,11 --csv
  drtp compare --statistics mine.toml             from `drtp statistics`; MNIST's without it

Everything is a mean over training samples, estimated from statistics and not run. What is in doubt is decided in favour of
the alternatives; docs/estimates.md has each rule's data-flow. Energy is by published figures for 45 nm: a relative proxy.
Gates are standard cells in NAND gates, without memories.")]
pub struct Compare {
    /// Configuration file (TOML); without it, 784-128-10.
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// Sizes: inputs, hidden layers, classes.
    #[arg(long, value_name = "N0,N1,..", value_delimiter = ',')]
    layers: Option<Vec<u32>>,
    /// Rules: all, or some of bp, bp_deferred, fa, dfa, dfa_deferred, sdfa, drtp_separate, drtp, gated, contrastive, shallow,
    /// inference_only.
    #[arg(long, value_name = "RULE,..", value_delimiter = ',', default_value = "all", value_parser = method)]
    rules: Vec<Vec<Method>>,
    /// MAC units, one table each.
    #[arg(long, value_name = "L,..", value_delimiter = ',')]
    lanes: Vec<u32>,
    /// Bits of hidden weights; output weights have four more, 16 at the most.
    #[arg(long, value_name = "BITS,..", value_delimiter = ',')]
    bits: Vec<u32>,
    /// Statistics of data; without them, those of MNIST.
    #[arg(long, value_name = "FILE.toml")]
    statistics: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long, group = "form")]
    json: bool,
    /// Comma-separated values on stdout.
    #[arg(long, group = "form")]
    csv: bool,
    /// Tables in Markdown.
    #[arg(long, group = "form")]
    markdown: bool,
}

/// One rule on one design.
struct Row {
    method: Method,
    lanes: usize,
    bits: usize,
    cost: Cost,
    gates: f64,
}

/// What this command takes of `--statistics`.
pub fn statistics(path: Option<&PathBuf>) -> Result<Statistics, CliError> {
    match path {
        None => Ok(Statistics::mnist()),
        Some(path) => Statistics::parse(&path.display().to_string(), &files::read(path)?).map_err(CliError::Usage),
    }
}

impl Compare {
    pub fn run(self) -> Result<(), CliError> {
        let statistics = statistics(self.statistics.as_ref())?;
        let mut rows = vec![];
        for config in self.configs()? {
            for method in self.rules.iter().flatten() {
                let cost = method.cost(&config, &statistics).map_err(CliError::Usage)?;
                let (lanes, bits) = (config.design().lanes, config.design().hidden_bits);
                let gates = method.gate_equivalents(&config).round();
                rows.push(Row { method: *method, lanes, bits, cost, gates });
            }
        }
        if self.json {
            println!(
                "{}",
                json!({ "statistics": statistics.source, "rows": rows.iter().map(json_of).collect::<Vec<_>>() })
            );
        } else if self.csv {
            let keys: Vec<&str> = FIGURES.iter().map(|c| c.0).collect();
            println!("rule,lanes,bits,{},gate_equivalents", keys.join(","));
            for row in &rows {
                let values: Vec<String> = FIGURES.iter().map(|c| (c.2)(&row.cost).to_string()).collect();
                println!("{},{},{},{},{}", row.method.name(), row.lanes, row.bits, values.join(","), row.gates);
            }
        } else {
            self.tables(&rows, &statistics);
        }
        Ok(())
    }
    /// Each choice of lanes with each of bits.
    fn configs(&self) -> Result<Vec<Config>, CliError> {
        let some = |list: &[u32]| -> Vec<Option<u32>> {
            if list.is_empty() {
                vec![None]
            } else {
                list.iter().copied().map(Some).collect()
            }
        };
        let mut out = vec![];
        for lanes in some(&self.lanes) {
            for bits in some(&self.bits) {
                let sizes = SizeArgs { config: self.config.clone(), layers: self.layers.clone(), lanes };
                let mut draft = sizes.draft(USUAL, None)?;
                if let Some(bits) = bits {
                    draft.set_weight_bits(i64::from(bits), i64::from((bits + 4).clamp(8, 16)));
                }
                let config = draft.config()?;
                // buffers of other rules are as large as the network: so are ours, where no file says otherwise
                out.push(if self.config.is_none() { config.fitted() } else { config });
            }
        }
        Ok(out)
    }
    fn tables(&self, rows: &[Row], statistics: &Statistics) {
        let mut rest = rows;
        while let Some(first) = rest.first() {
            let alike = rest.iter().take_while(|r| (r.lanes, r.bits) == (first.lanes, first.bits)).count();
            let (these, others) = rest.split_at(alike);
            rest = others;
            let header: Vec<&str> =
                std::iter::once("rule").chain(FIGURES.iter().map(|c| c.1)).chain(["gates"]).collect();
            let rows = these.iter().map(|row| {
                let values = FIGURES.iter().map(|c| format!("{:.0}", (c.2)(&row.cost))).chain([row.gates.to_string()]);
                std::iter::once(row.method.name().to_string()).chain(values).collect()
            });
            println!(
                "{} lanes, hidden weights of {} bits; a training sample of {}\n",
                first.lanes, first.bits, statistics.source
            );
            println!("{}\n", table(self.markdown, &header, rows));
        }
    }
}

fn json_of(row: &Row) -> Value {
    let mut out = serde_json::Map::new();
    out.insert("rule".into(), row.method.name().into());
    out.insert("lanes".into(), row.lanes.into());
    out.insert("bits".into(), row.bits.into());
    out.extend(figures::json_of(&row.cost));
    out.insert("gate_equivalents".into(), row.gates.into());
    Value::Object(out)
}
