//! `drtp mutate`: the emitted Verilog broken in many places, one at a time, and which of them the scenarios notice.
use crate::args::ConfigArgs;
use crate::error::CliError;
use crate::models::Models;
use crate::progress::Bars;
use clap::{Args, ValueEnum};
use drtp::core::Config;
use drtp::cosim::verilator::{self, emitted, Options};
use drtp::data::Shuffle;
use drtp::hdl::mutants::{chosen, mutants, Mutant};
use drtp::suite::{Suite, Tier, Verdict};
use rayon::prelude::*;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// A core with every block that a large one has, small enough to be compiled in seconds.
pub const SMALL: &str = "\
[design]
lanes = 2
hidden_bits = 5
output_bits = 9
hidden_words = 70
output_words = 40
max_layers = 3
max_width = 12

[network]
inputs = 6

[[network.layer]]
size = 5
[[network.layer]]
size = 4
[[network.layer]]
size = 3
";

/// How far the scenarios go.
#[derive(Clone, Copy, ValueEnum)]
pub enum TierArg {
    /// What notices a promise that is broken outright.
    Short,
    /// What searches for corners too.
    Long,
}
impl TierArg {
    pub fn tier(self) -> Tier {
        match self {
            Self::Short => Tier::Short,
            Self::Long => Tier::Long,
        }
    }
    fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Long => "long",
        }
    }
}

/// Options of `drtp mutate`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp mutate --mutants 40
  drtp mutate --config core.toml --mutants 200 --seed 7 --json
  drtp mutate --list                       every mutant of the core, without running any
  drtp mutate --only NAME                  one of them, as the list names it

Mutants follow from the structure of the Verilog: signs, comparisons, logic, conditions that always or never hold (a stall that is
ignored, a step that is left out), choices that take one way only (a saturation that is dropped), numbers that are one larger (an
address that is off by one), registers that are stuck. They are drawn from the seed, as evenly over modules and kinds as there are
sites. Each is compiled by Verilator and goes through lockstep with the golden model, the audit of the bus, resets in every cycle
of a sample, soft resets, and counts over 2^32, to the first that notices.

JSON: mutants = killed + survivors + invalid (what Verilator refuses). A survivor may mean the same as the original: read it.
Exit codes: 0 done, whatever survived; 2 wrong options, or no Verilator; 3 the core fails as it is.")]
pub struct Mutate {
    #[command(flatten)]
    config: ConfigArgs,
    /// How many; without it, all.
    #[arg(long, value_name = "N")]
    mutants: Option<NonZeroUsize>,
    /// Only the one with this name.
    #[arg(long, value_name = "NAME", conflicts_with = "mutants")]
    only: Option<String>,
    /// How far the scenarios go that must notice: `long` adds longer lockstep and a reset in every cycle of a sample.
    #[arg(long, value_enum, default_value = "long")]
    tier: TierArg,
    /// Prints each mutant's name and changed line, and stops.
    #[arg(long)]
    list: bool,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Mutate {
    pub fn run(self) -> Result<(), CliError> {
        let config = self.config.draft(SMALL)?.config()?;
        if !config.design().learning {
            return Err(CliError::Usage("design.learning = false: the scenarios train, and this core does not".into()));
        }
        let original = emitted(&config)?;
        let seed = self.config.seed();
        let all = self.choice(mutants(&original), seed)?;
        if self.list {
            for m in &all {
                let (before, after) = m.lines(&original);
                println!("{}\n  - {before}\n  + {after}", m.name());
            }
            return Ok(());
        }
        verilator::available()?;
        let _models = Models::begin("mutate");
        let bar = Bars::new().count("mutants", all.len() as u64, "done");
        let judge = |verilog: String| {
            let options = Options { verilog: Some(verilog), ..Options::default() };
            Suite { config: &config, options, seed, tier: self.tier.tier() }.run(&mut |_| Ok(()))
        };
        // what fails unbroken proves nothing
        let whole = judge(original.clone())?;
        if whole != Verdict::Passed {
            let reason = format!("the unbroken core fails: {whole:?}");
            return Err(CliError::Device(drtp::cosim::DeviceError::Build { device: "verilator".into(), reason }));
        }
        let judged = |m: &Mutant| {
            let verdict = judge(m.of(&original));
            bar.inc(1);
            Ok((m.clone(), verdict?))
        };
        let verdicts: Vec<(Mutant, Verdict)> =
            all.par_iter().with_max_len(1).map(judged).collect::<Result<_, CliError>>()?;
        bar.finish_and_clear();
        self.tell(&config, &original, seed, &verdicts);
        Ok(())
    }
    fn choice(&self, all: Vec<Mutant>, seed: u64) -> Result<Vec<Mutant>, CliError> {
        if let Some(name) = &self.only {
            let found: Vec<Mutant> = all.into_iter().filter(|m| m.name() == *name).collect();
            return match found.is_empty() {
                true => Err(CliError::Usage(format!("--only {name}: no such mutant (--list shows all)"))),
                false => Ok(found),
            };
        }
        let mut random = Shuffle::new(seed);
        Ok(match self.mutants {
            None => all,
            Some(count) => chosen(all, count.get(), &mut |n| random.below(n)),
        })
    }
    fn tell(&self, config: &Config, original: &str, seed: u64, verdicts: &[(Mutant, Verdict)]) {
        let count = |is: &dyn Fn(&Verdict) -> bool| verdicts.iter().filter(|(_, v)| is(v)).count();
        let killed = count(&|v| matches!(v, Verdict::Killed { .. }));
        let invalid = count(&|v| matches!(v, Verdict::Invalid(_)));
        let survivors: Vec<(&Mutant, (&str, String))> =
            verdicts.iter().filter(|(_, v)| *v == Verdict::Passed).map(|(m, _)| (m, m.lines(original))).collect();
        if self.json {
            let mut by: BTreeMap<&str, u64> = BTreeMap::new();
            let mut kinds: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
            for (m, v) in verdicts {
                let kind = kinds.entry(m.kind.name()).or_default();
                kind[0] += 1;
                if let Verdict::Killed { by: scenario, .. } = v {
                    *by.entry(scenario).or_default() += 1;
                    kind[1] += 1;
                }
            }
            let kinds: Map<String, Value> =
                kinds.iter().map(|(k, [m, n])| (k.to_string(), json!({ "mutants": m, "killed": n }))).collect();
            let survivor = |(m, (before, after)): &(&Mutant, (&str, String))| json!({ "name": m.name(), "module": m.module, "before": before, "after": after });
            let out = json!({
                "seed": seed,
                "tier": self.tier.name(),
                "lanes": config.design().lanes,
                "mutants": verdicts.len(),
                "killed": killed,
                "invalid": invalid,
                "killed_by": by,
                "kinds": kinds,
                "survivors": survivors.iter().map(survivor).collect::<Vec<_>>(),
            });
            println!("{out}");
            return;
        }
        println!("{} mutants of seed {seed}: {killed} killed, {invalid} refused by Verilator", verdicts.len());
        for (m, (before, after)) in &survivors {
            println!("survived: {}\n  - {before}\n  + {after}", m.name());
        }
    }
}
