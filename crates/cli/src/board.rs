//! `drtp board`: a core on a board, at a serial port.
use crate::args::{seeds_json, seeds_text, training, ConfigArgs, DataArgs, RuleArgs};
use crate::error::CliError;
use crate::lockstep::{no_mismatch, steps, BATCH};
use crate::progress::Bars;
use clap::{Args, Subcommand};
use drtp::board::{design, network, BoardDevice, Link, LinkStatistics, SerialLine, Timing};
use drtp::core::{bridge, Bridge, Config, Design, Draft, Network};
use drtp::cosim::{Counters, Device, DeviceError, GoldenDevice, Lockstep, Mismatch, Reply, Step};
use drtp::data::{Dataset, Split};
use drtp::training::{decayed, Schedule};
use indicatif::ProgressBar;
use serde_json::{json, Value};
use std::time::{Duration, Instant};

/// Options of `drtp board`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp board --port /dev/ttyUSB0 info                       what the board is
  drtp board --port /dev/ttyUSB0 train                      the shipped digits, learned on the board
  drtp board --port /dev/ttyUSB0 train --data mnist --layers 784,128,10 --epochs 1 --verify --json
  drtp board --port /dev/ttyUSB0 infer --data mnist         with the weights that it has

JSON: samples_per_second counts training alone; retries and damaged_packets say how good the line is.")]
pub struct Board {
    /// Serial port of the board.
    #[arg(long, value_name = "PORT")]
    port: String,
    /// Its rate in bits a second, as the board was generated.
    #[arg(long, value_name = "RATE", default_value_t = Bridge::BAUD, value_parser = clap::value_parser!(u32).range(1..))]
    baud: u32,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Says what the board is: version, lanes, capacities.
    Info(Info),
    /// Resets it, trains it and tests what it has learned.
    Train(Train),
    /// Classifies the test set with the weights that it has.
    Infer(Infer),
}

#[derive(Args)]
#[command(after_help = "Example:\n  drtp board --port /dev/ttyUSB0 info --json")]
struct Info {
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "Example:\n  drtp board --port /dev/ttyUSB0 train --data mnist --layers 784,128,10 --epochs 1")]
struct Train {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// So many training samples, taken epoch by epoch.
    #[arg(long, value_name = "N", conflicts_with = "epochs")]
    samples: Option<usize>,
    /// Runs the golden model beside it and compares every score, the final weights and the noise.
    #[arg(long)]
    verify: bool,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "Example:\n  drtp board --port /dev/ttyUSB0 infer --data mnist")]
struct Infer {
    #[command(flatten)]
    data: DataArgs,
    /// Seed by which the shipped digits are split: that of the training.
    #[arg(long, value_name = "N", default_value_t = crate::args::DEFAULT_SEED)]
    seed: u64,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

/// The board at its port.
type OnBoard = BoardDevice<SerialLine>;

/// What an operating system may take before it lets this program go on, or the one at the other end of a pseudo-terminal.
const HOST_PAUSE: Duration = Duration::from_millis(250);

impl Board {
    pub fn run(self) -> Result<(), CliError> {
        match &self.what {
            What::Info(c) => c.run(self.link()?),
            What::Train(c) => c.run(|| self.link()),
            What::Infer(c) => c.run(self.link()?),
        }
    }
    fn link(&self) -> Result<Link<SerialLine>, CliError> {
        let usage = |e: &dyn std::fmt::Display| CliError::Usage(format!("--port {}: {e}", self.port));
        let line = SerialLine::open(&self.port, self.baud).map_err(|e| usage(&e))?;
        Link::new(line, Timing { pause: HOST_PAUSE, ..Timing::new(self.baud) }).map_err(|e| usage(&e))
    }
}

impl Info {
    fn run(&self, mut link: Link<SerialLine>) -> Result<(), CliError> {
        let d = design(&mut link)?;
        let version = drtp::core::regs::VERSION_VALUE;
        let version = format!("{}.{}.{}", version >> 16 & 0xff, version >> 8 & 0xff, version & 0xff);
        if self.json {
            let mut out = json!({ "protocol": bridge::VERSION, "version": version });
            if let (Some(out), Ok(Value::Object(design))) = (out.as_object_mut(), serde_json::to_value(&d)) {
                // what the serial line hides
                let hidden = ["stream_bits", "input_pages", "bank_style"];
                out.extend(design.into_iter().filter(|(k, _)| !hidden.contains(&k.as_str())));
                out.extend(line_json(link.statistics()));
            }
            println!("{out}");
            return Ok(());
        }
        let yes = |b: bool| if b { "yes" } else { "no" };
        println!("drtp core {version}, {} lanes", d.lanes);
        println!("  weights    hidden {} bits, output {} bits", d.hidden_bits, d.output_bits);
        println!("  capacity   hidden {} words a lane, output {} words a lane", d.hidden_words, d.output_words);
        println!(
            "  layers     at most {}, of at most {} neurons, behind at most {} inputs",
            d.max_layers, d.max_hidden, d.max_width
        );
        println!("  learning   {}", yes(d.learning));
        println!("  counters   {}", yes(d.counters));
        println!("  watchdog   {}", yes(d.watchdog));
        println!(
            "  network    {}",
            if d.fixed_network { "built in, all but the update shifts" } else { "any that fits" }
        );
        Ok(())
    }
}

/// What a report says about the line.
fn line_json(s: LinkStatistics) -> Vec<(String, Value)> {
    [("exchanges", s.exchanges), ("retries", s.retries), ("damaged_packets", s.damaged()), ("timeouts", s.timeouts)]
        .map(|(name, value)| (name.to_string(), value.into()))
        .to_vec()
}

/// The board alone, or beside the golden model.
enum Runner {
    Alone(Box<OnBoard>),
    Beside(Box<Lockstep<OnBoard>>),
}

impl Runner {
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        match self {
            Self::Alone(device) => device.run(steps),
            Self::Beside(both) => both.run(steps),
        }
    }
    fn device(&mut self) -> &mut OnBoard {
        match self {
            Self::Alone(device) => device,
            Self::Beside(both) => &mut both.device,
        }
    }
    /// Applies what is owed, and compares all that is left to compare.
    fn finish(&mut self) -> Result<Vec<Mismatch>, DeviceError> {
        match self {
            Self::Alone(device) => device.run(&[Step::Flush]).map(|_| vec![]),
            Self::Beside(both) => both.finish().map(<[Mismatch]>::to_vec),
        }
    }
}

impl Train {
    fn run(&self, connect: impl Fn() -> Result<Link<SerialLine>, CliError>) -> Result<(), CliError> {
        let mut draft = self.config.draft(self.data.usual())?;
        self.rule.apply(&mut draft);
        let mut plan = training(&mut draft, self.epochs)?;
        // what is wrong with it is said before the board is asked
        draft.config()?;
        let seed = self.config.seed();
        let mut link = connect()?;
        let design = design(&mut link)?;
        self.check(&design)?;
        let network = match design.fixed_network {
            true => self.built_in(&mut draft, network(&mut link, &design)?)?,
            false => draft.config()?.network().clone(),
        };
        let config = Config::new(design, network)?;
        let split = self.data.load_for(&config, seed)?;
        let samples = self.samples.unwrap_or(plan.epochs * split.train.len());
        plan.epochs = samples.div_ceil(split.train.len().max(1));
        let device = Box::new(BoardDevice::new(link, &config)?);
        let mut runner = match self.verify {
            true => Runner::Beside(Box::new(Lockstep::with_oracle(&config, GoldenDevice::new(&config), *device))),
            false => Runner::Alone(device),
        };
        let bars = Bars::new();
        let bar = bars.add("board", samples as u64);
        let begin = Instant::now();
        let mut schedule = Schedule::new(&plan, seed);
        let mut network = config.network().clone();
        let mut left = samples;
        while let Some((mut order, decay)) = schedule.next_epoch(split.train.len()) {
            order.truncate(left);
            left -= order.len();
            for batch in order.chunks(BATCH) {
                runner.run(&steps(&split.train, batch, true))?;
                bar.inc(batch.len() as u64);
            }
            if decay && left > 0 {
                network = decayed(&network);
                runner.run(&[Step::Configure(network.clone())])?;
            }
        }
        let seconds = begin.elapsed().as_secs_f64();
        let mismatches = runner.finish()?;
        bar.finish_and_clear();
        let accuracy = tested(&bars, &split, |steps| runner.run(steps))?;
        let statistics = runner.device().statistics();
        let rate = samples as f64 / seconds.max(1e-9);
        if self.json {
            let mut out = json!({
                "engine": "board",
                "rule": network.rule,
                "layers": network.sizes(),
                "data": split.train.name(),
                "samples": samples,
                "test_accuracy": accuracy,
                "samples_per_second": rate,
                "verified": self.verify,
                "mismatches": mismatches.len(),
                "seeds": seeds_json(seed, network.seeds),
            });
            if let Some(out) = out.as_object_mut() {
                out.extend(line_json(statistics));
            }
            println!("{out}");
        } else {
            let seeds = seeds_text(seed, network.seeds);
            println!(
                "{}: {samples} samples on the board ({rate:.0}/s), test accuracy {:.2} %, {seeds}; {} retries, {} damaged \
                 packets{}",
                network.rule.name(),
                100.0 * accuracy,
                statistics.retries,
                statistics.damaged(),
                if self.verify { format!("; {} mismatches with golden", mismatches.len()) } else { String::new() }
            );
        }
        no_mismatch("board", &mismatches)
    }
    /// The network that a board has built in, with the update shifts that are asked for. What else is asked for must be
    /// as it is.
    fn built_in(&self, draft: &mut Draft, built: Network) -> Result<Network, CliError> {
        if !draft.has_topology() {
            draft.set_layers(&built.sizes().iter().map(|n| *n as i64).collect::<Vec<_>>());
        }
        let asked = draft.config()?.network().clone();
        let of_file = self.config.sizes.config.is_some();
        let seeds = if of_file && !self.config.has_seed() { asked.seeds } else { built.seeds };
        let as_built = match of_file {
            true => Network { seeds, ..asked.with_shifts_of(&built) } == built,
            false => asked.sizes() == built.sizes() && self.rule.given().is_none_or(|rule| rule == built.rule),
        };
        match as_built {
            true => Ok(built.with_shifts_of(&asked)),
            false => Err(CliError::Usage(format!(
                "the board has its network built in: {} with the rule {}; of --config, --layers and --rule only update \
                 shifts may differ",
                built.topology(),
                built.rule.name()
            ))),
        }
    }
    /// What the board decides, an option may not.
    fn check(&self, design: &Design) -> Result<(), CliError> {
        match self.config.sizes.lanes {
            Some(lanes) if lanes as usize != design.lanes => {
                Err(CliError::Usage(format!("--lanes {lanes}: the board has {}", design.lanes)))
            }
            _ if !design.learning => Err(CliError::Usage("the board's core does not learn (--inference-only)".into())),
            _ => Ok(()),
        }
    }
}

impl Infer {
    fn run(&self, link: Link<SerialLine>) -> Result<(), CliError> {
        let mut device = BoardDevice::attach(link)?;
        let split = self.data.load_for(device.config(), self.seed)?;
        let begin = Instant::now();
        let accuracy = tested(&Bars::new(), &split, |steps| device.run(steps))?;
        let rate = split.test.len() as f64 / begin.elapsed().as_secs_f64().max(1e-9);
        let Counters { samples, .. } = device.counters();
        if self.json {
            let mut out = json!({
                "engine": "board",
                "data": split.test.name(),
                "samples": samples,
                "test_accuracy": accuracy,
                "samples_per_second": rate,
            });
            if let Some(out) = out.as_object_mut() {
                out.extend(line_json(device.statistics()));
            }
            println!("{out}");
        } else {
            println!("{samples} samples classified on the board ({rate:.0}/s), accuracy {:.2} %", 100.0 * accuracy);
        }
        Ok(())
    }
}

/// Share of the test set that `run` classifies right.
fn tested(
    bars: &Bars,
    split: &Split,
    mut run: impl FnMut(&[Step]) -> Result<Vec<Reply>, DeviceError>,
) -> Result<f64, DeviceError> {
    let set: &Dataset = &split.test;
    let bar: ProgressBar = bars.add("test", set.len() as u64);
    let all: Vec<usize> = (0..set.len()).collect();
    let mut right = 0;
    for batch in all.chunks(BATCH) {
        let replies = run(&steps(set, batch, false))?;
        let hits = replies.iter().zip(batch).filter(|(reply, i)| match reply {
            Reply::Packet(p) => p.class == usize::from(set.sample(**i).target),
            _ => false,
        });
        right += hits.count();
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(right as f64 / set.len().max(1) as f64)
}
