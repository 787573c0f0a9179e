//! `drtp demo`: hardware learns handwritten digits, rule by rule, equal to its golden model.
use crate::args::{seeds_json, training, ConfigArgs, DIGITS};
use crate::error::CliError;
use crate::files;
use crate::lockstep::{no_mismatch, steps, BATCH};
use crate::progress::Bars;
use clap::Args;
use comfy_table::{presets, Table};
use drtp::core::draft::Training;
use drtp::core::regs::Counter;
use drtp::core::{Config, Rule};
use drtp::cosim::{Device, Lockstep, Mismatch, Reply, RustHdlDevice, Stalls, Step};
use drtp::data::{Dataset, Split, DIGITS_ATTRIBUTION};
use drtp::golden::Model;
use drtp::package::{generate, VERILOG};
use drtp::training::{accuracy, decayed, Schedule};
use indicatif::ProgressBar;
use serde_json::{json, Map};
use std::path::PathBuf;
use std::time::Instant;

/// The rule that trains in lockstep from the first sample to the last.
const WHOLE: Rule = Rule::Contrastive;
/// Samples that the other rules train in lockstep; golden goes on alone.
const PARTIAL: usize = 200;

/// Options of `drtp demo`.
#[derive(Args)]
#[command(after_help = "Example:\n  drtp demo --seed 7 --out my_core")]
pub struct Demo {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the accelerator's Verilog goes.
    #[arg(long, value_name = "DIR", default_value = "rtl-out/demo")]
    out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

/// What one rule achieved.
struct Row {
    rule: Rule,
    test_accuracy: f64,
    lockstep_samples: u64,
    /// Lockstep from the first sample to the last.
    whole: bool,
    mismatches: Vec<Mismatch>,
    training: Window,
    inference: Window,
    /// Weights changed for each sample that was learned in lockstep.
    writes: f64,
}

/// What the hardware did for a sample, as its own counters say.
#[derive(Clone, Copy, Default, PartialEq)]
struct Window {
    /// Busy cycles.
    cycles: f64,
    /// Weights read.
    reads: f64,
}

/// Samples on which cycles are measured, each learned and classified in the same place of the same stream.
const MEASURED: usize = 8;

impl Demo {
    pub fn run(self) -> Result<(), CliError> {
        let begin = Instant::now();
        let seed = self.config.seed();
        let mut draft = self.config.draft(DIGITS)?;
        let plan = training(&mut draft, None)?;
        let base = draft.config()?;
        let split = crate::args::DataArgs::default().load_for(&base, seed)?;
        let package = generate(&base)?;

        let bars = Bars::new();
        let samples = (plan.epochs * split.train.len()) as u64;
        let jobs = Rule::ALL
            .map(|rule| {
                let mut draft = draft.clone();
                draft.set_rule(rule);
                Ok((rule, draft.config()?, bars.add(rule.name(), samples)))
            })
            .into_iter()
            .collect::<Result<Vec<_>, CliError>>()?;
        let run =
            |(rule, config, bar): &(Rule, Config, ProgressBar)| train_rule(*rule, config, &plan, &split, seed, bar);
        // two threads: the rule in lockstep to the end, and all the others
        let rows = std::thread::scope(|scope| {
            let others = scope.spawn(|| jobs.iter().filter(|j| j.0 != WHOLE).map(run).collect::<Vec<_>>());
            let mut rows: Vec<Result<Row, CliError>> = jobs.iter().filter(|j| j.0 == WHOLE).map(run).collect();
            match others.join() {
                Ok(others) => rows.extend(others),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            rows.into_iter().collect::<Result<Vec<Row>, _>>()
        })?;
        jobs.iter().for_each(|j| j.2.finish_and_clear());

        files::write_all(&self.out, package.texts())?;
        let verilog = self.out.join(VERILOG);
        let main = &rows[0];
        let agreed = rows.iter().all(|r| r.mismatches.is_empty());
        if self.json {
            let by_rule = |f: &dyn Fn(&Row) -> serde_json::Value| -> Map<String, serde_json::Value> {
                rows.iter().map(|r| (r.rule.name().to_string(), f(r))).collect()
            };
            println!(
                "{}",
                json!({
                    "test_accuracy": by_rule(&|r| json!(r.test_accuracy)),
                    "golden_equals_hardware": agreed,
                    "lockstep_samples": rows.iter().map(|r| r.lockstep_samples).sum::<u64>(),
                    "lockstep_samples_by_rule": by_rule(&|r| json!(r.lockstep_samples)),
                    "cycles_per_training_sample": main.training.cycles,
                    "cycles_per_inference": main.inference.cycles,
                    "weight_reads_per_training_sample": main.training.reads,
                    "weight_writes_per_training_sample": main.writes,
                    "layers": base.network().sizes(),
                    "lanes": base.design().lanes,
                    "epochs": plan.epochs,
                    "verilog": verilog,
                    "wall_seconds": begin.elapsed().as_secs_f64(),
                    "seeds": seeds_json(seed, base.network().seeds),
                })
            );
        } else {
            println!("{}", table(&rows, &base, &plan, &split));
            println!("Verilog: {} ({} lanes), seed {seed}", verilog.display(), base.design().lanes);
            println!("Data: {DIGITS_ATTRIBUTION}");
        }
        let all: Vec<Mismatch> = rows.into_iter().flat_map(|r| r.mismatches).collect();
        no_mismatch("rust-hdl", &all)
    }
}

/// Trains one rule: in lockstep as far as it goes, then golden alone.
fn train_rule(
    rule: Rule,
    config: &Config,
    plan: &Training,
    split: &Split,
    seed: u64,
    bar: &ProgressBar,
) -> Result<Row, CliError> {
    let whole = rule == WHOLE;
    let limit = if whole { usize::MAX } else { PARTIAL };
    let mut both = Lockstep::new(config, RustHdlDevice::new(config, Stalls::NONE)?);
    let mut schedule = Schedule::new(plan, seed);
    let mut measured = vec![];
    let mut trained = 0;
    let mut alone: Option<Model> = None;
    while let Some((order, decay)) = schedule.next_epoch(split.train.len()) {
        let (together, rest) = order.split_at(order.len().min(limit - trained));
        for batch in together.chunks(BATCH) {
            both.run(&steps(&split.train, batch, true))?;
            if measured.is_empty() {
                measured = batch[..batch.len().min(MEASURED + 1)].to_vec();
            }
            trained += batch.len();
            bar.inc(batch.len() as u64);
        }
        if !rest.is_empty() {
            let model = alone.get_or_insert_with(|| both.oracle.model().clone());
            for i in rest {
                let s = split.train.sample(*i);
                model.learn(s.x, usize::from(s.target));
                bar.inc(1);
            }
        }
        if decay {
            match &mut alone {
                Some(model) => model.reconfigure(&model.config().with_network(decayed(model.network()))?),
                None => both.run(&[Step::Configure(decayed(both.oracle.model().network()))]).map(drop)?,
            }
        }
    }
    both.finish()?;
    let writes = both.device.counters().weight_writes as f64 / trained.max(1) as f64;
    let test_accuracy = match &alone {
        Some(model) => accuracy(model, &split.test),
        None => hardware_accuracy(&mut both, &split.test)?,
    };
    let (training, inference) = learned_and_classified(config, &split.train, &measured)?;
    let lockstep_samples = both.device.counters().samples;
    let mismatches = both.finish()?.to_vec();
    bar.finish();
    Ok(Row { rule, test_accuracy, lockstep_samples, whole, mismatches, training, inference, writes })
}

/// Share of samples that the hardware itself classifies as their target.
fn hardware_accuracy(both: &mut Lockstep<RustHdlDevice>, set: &Dataset) -> Result<f64, CliError> {
    let all: Vec<usize> = (0..set.len()).collect();
    let mut right = 0;
    for batch in all.chunks(BATCH) {
        let replies = both.run(&steps(set, batch, false))?;
        let is_right =
            |(i, r): (&usize, &Reply)| matches!(r, Reply::Packet(p) if p.class == usize::from(set.sample(*i).target));
        right += batch.iter().zip(&replies).filter(|x| is_right(*x)).count();
    }
    Ok(right as f64 / set.len().max(1) as f64)
}

/// What each sample but the first costs when it is learned, and when it is only classified, behind the same samples: the
/// events are the same then, and so must the cycles be.
fn learned_and_classified(config: &Config, set: &Dataset, which: &[usize]) -> Result<(Window, Window), CliError> {
    let fresh = || RustHdlDevice::new(config, Stalls::NONE);
    let cost = |device: &mut RustHdlDevice, step: Step| -> Result<[u64; 2], CliError> {
        let count = |d: &mut RustHdlDevice| -> Result<[u64; 2], CliError> {
            Ok([d.read_counter(Counter::BusyCycles)?, d.counters().weight_reads])
        };
        let before = count(device)?;
        device.run(&[step])?;
        let after = count(device)?;
        Ok([after[0] - before[0], after[1] - before[1]])
    };
    let (learning, classifying) = (steps(set, which, true), steps(set, which, false));
    let (mut learned, mut classified) = ([0; 2], [0; 2]);
    let mut straight = fresh()?;
    for n in 0..which.len() {
        let one = cost(&mut straight, learning[n].clone())?;
        if n == 0 {
            continue;
        }
        let mut other = fresh()?;
        other.run(&learning[..n])?;
        let two = cost(&mut other, classifying[n].clone())?;
        (0..2).for_each(|i| (learned[i], classified[i]) = (learned[i] + one[i], classified[i] + two[i]));
    }
    let mean = |sum: [u64; 2]| {
        let n = (which.len().max(2) - 1) as f64;
        Window { cycles: sum[0] as f64 / n, reads: sum[1] as f64 / n }
    };
    Ok((mean(learned), mean(classified)))
}

fn table(rows: &[Row], config: &Config, plan: &Training, split: &Split) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "rule",
        "test accuracy",
        "lockstep samples",
        "golden = hardware",
        "cycles / training",
        "cycles / inference",
        "weight reads / sample",
        "weight writes / sample",
    ]);
    for r in rows {
        table.add_row([
            r.rule.name().to_string(),
            format!("{:.1} %", 100.0 * r.test_accuracy),
            match r.whole {
                true => format!("{} (all)", r.lockstep_samples),
                false => format!("{}, then golden alone", r.lockstep_samples),
            },
            match r.mismatches.len() {
                0 => "yes".to_string(),
                n => format!("NO: {n} mismatches"),
            },
            format!("{}", r.training.cycles),
            format!("{}", r.inference.cycles),
            format!("{:.0}", r.training.reads),
            format!("{:.1}", r.writes),
        ]);
    }
    let sizes = config.network().topology();
    format!(
        "{sizes} network, {} epochs of {} samples, {} test samples; every score, weight write and final weight compared\n{table}",
        plan.epochs,
        split.train.len(),
        split.test.len()
    )
}
