//! `drtp faults`: single bits that flip while the emitted Verilog trains.
use crate::args::{ConfigArgs, DataArgs};
use crate::error::CliError;
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::cosim::verilator::{self, Role};
use drtp::data::Shuffle;
use drtp::faults::{Effect, Outcome, Plan};
use rayon::prelude::*;
use serde_json::{json, Map, Value};
use std::num::NonZeroUsize;

/// Options of `drtp faults`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp faults --faults 50
  drtp faults --faults 400 --seed 7 --json
  drtp faults --every --config FILE.toml --samples 60 --classify 20     with design.watchdog = true in it

The emitted Verilog, compiled by Verilator, learns samples and then classifies others. In a cycle of the middle third of learning one
bit flips: of the weights, of a sample's data (event lists, activations, pending errors, scores), of a pseudo-random stream, of the
settings, or of any other register. Every bit of these is as likely as any other.

masked: every result and final weight as without the fault. recovered: results differ, the accuracy behind is within one point.
lost: it is not. out_of_step: the bus joins a write with another one's address until a reset. hang: the
core stands still until a reset, which makes it as good as new. dead: the reset does not. detected: the core dropped a good frame
as bad, which it tells by its events. restarted: its watchdog started it again, and it tells so. unanswered: a frame got no
answer, and the core went on.

JSON: roles holds counts of each effect, bits, detected, restarted, unanswered, and the mean and the largest loss of accuracy
among those that needed no reset; hangs names each site that did, with its effect. Exit codes: 0 done; 1 a core is dead; 2 wrong options, or no Verilator; 3 a defect of drtp.")]
pub struct Faults {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Faults in each of the five kinds of state.
    #[arg(long, value_name = "N", default_value = "40")]
    faults: NonZeroUsize,
    /// Every bit of every register once, and none of memories.
    #[arg(long, conflicts_with = "faults")]
    every: bool,
    /// Samples to learn, with the fault among them.
    #[arg(long, value_name = "N", default_value = "1400")]
    samples: NonZeroUsize,
    /// Samples to classify then.
    #[arg(long, value_name = "N", default_value = "359")]
    classify: NonZeroUsize,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Faults {
    pub fn run(self) -> Result<(), CliError> {
        let config = self.config.draft(self.data.usual())?.config()?;
        if !config.design().learning {
            return Err(CliError::Usage(
                "design.learning = false: bits flip during training, and this core has none".into(),
            ));
        }
        let seed = self.config.seed();
        let split = self.data.load_for(&config, seed)?;
        verilator::available()?;
        let plan = Plan::new(&config, &split, self.samples.get(), self.classify.get())?;
        let spinner = Bars::new().spin("the model, and a run without a fault");
        let (clean, cycles) = plan.clean()?;
        spinner.finish_and_clear();
        let mut random = Shuffle::new(seed);
        let mut draws = vec![];
        for role in Role::ALL {
            if self.every {
                draws.extend(plan.every(role, cycles, &mut random).into_iter().map(|fault| (role, fault)));
                continue;
            }
            for _ in 0..self.faults.get() {
                draws.extend(plan.drawn(role, cycles, &mut random).map(|fault| (role, fault)));
            }
        }
        let bar = Bars::new().count("faults", draws.len() as u64, "done");
        let one = |(role, fault): &(Role, drtp::faults::Fault)| {
            let outcome = plan.with(fault, &clean);
            bar.inc(1);
            Ok((*role, outcome?))
        };
        let found: Vec<(Role, Outcome)> = draws.par_iter().with_max_len(1).map(one).collect::<Result<_, CliError>>()?;
        bar.finish_and_clear();
        self.tell(&plan, clean.accuracy, &found);
        let dead = found.iter().filter(|(_, o)| o.effect == Effect::Dead).count();
        match found.iter().find(|(_, o)| o.effect == Effect::Dead) {
            None => Ok(()),
            Some((_, o)) => Err(CliError::Mismatch {
                count: dead,
                device: "the core behind a fault and a reset".into(),
                first: plan.sites()[o.fault.site].full_name(),
            }),
        }
    }
    fn tell(&self, plan: &Plan, accuracy: f64, found: &[(Role, Outcome)]) {
        let mut roles = Map::new();
        let mut rows = vec![];
        for role in Role::ALL {
            let of: Vec<&Outcome> = found.iter().filter(|(r, _)| *r == role).map(|(_, o)| o).collect();
            let count = |e: Effect| of.iter().filter(|o| o.effect == e).count();
            let detected = of.iter().filter(|o| o.detected).count();
            let restarted = of.iter().filter(|o| o.restarted).count();
            let unanswered = of.iter().filter(|o| o.unanswered > 0).count();
            let moving = of.iter().filter(|o| !o.effect.needs_reset());
            let losses: Vec<f64> = moving.map(|o| accuracy - o.accuracy).collect();
            let mean = losses.iter().sum::<f64>() / losses.len().max(1) as f64;
            let most = losses.iter().copied().fold(0.0, f64::max);
            let bits: usize = plan.sites().iter().filter(|s| s.role() == role).map(|s| s.bits * s.words).sum();
            let mut object = json!({ "bits": bits, "faults": of.len(), "detected": detected, "restarted": restarted,
                "unanswered": unanswered, "mean_loss": mean, "largest_loss": most });
            let mut row = vec![role.name().to_string(), bits.to_string(), of.len().to_string()];
            for effect in Effect::ALL {
                object[effect.name()] = json!(count(effect));
                row.push(count(effect).to_string());
            }
            row.extend([
                detected.to_string(),
                restarted.to_string(),
                unanswered.to_string(),
                format!("{:.2}", 100.0 * mean),
                format!("{:.2}", 100.0 * most),
            ]);
            rows.push(row);
            roles.insert(role.name().into(), object);
        }
        let hangs: Vec<Value> = found
            .iter()
            .filter(|(_, o)| o.effect.needs_reset())
            .map(|(_, o)| {
                json!({ "site": plan.sites()[o.fault.site].full_name(), "bit": o.fault.bit,
                "effect": o.effect.name() })
            })
            .collect();
        if self.json {
            let seed = self.config.seed();
            let out = json!({ "seed": seed, "samples": self.samples, "classified": self.classify, "accuracy": accuracy,
                "faults": found.len(), "roles": roles, "hangs": hangs });
            println!("{out}");
            return;
        }
        println!("accuracy without a fault: {:.2} %", 100.0 * accuracy);
        let effects = Effect::ALL.map(Effect::name);
        let mut header = vec!["state", "bits", "faults"];
        header.extend(effects);
        header.extend(["detected", "restarted", "unanswered", "mean loss, points", "largest"]);
        println!("{}", table(false, &header, rows));
        hangs.iter().for_each(|h| {
            println!("{}: {}, bit {}", h["effect"].as_str().unwrap_or(""), h["site"].as_str().unwrap_or(""), h["bit"])
        });
    }
}
