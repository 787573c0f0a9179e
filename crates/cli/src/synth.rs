//! `drtp synth`: a board's bitstream, and what it takes.
use crate::args::{BoardArg, DesignArgs, RuleArgs, SizeArgs};
use crate::error::CliError;
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::synth::{pll, synthesise, Board, Options, Outcome, Stage, Tools, RESOURCES};
use indicatif::ProgressBar;
use std::path::PathBuf;

/// Options of `drtp synth`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp synth --board ulx3s --install                  once: fetches the pinned tools; then the bitstream
  drtp synth --board ulx3s --seeds 5 --json           Fmax over five seeds
  drtp synth --board icebreaker --layers 64,32,10     a network of your own
  drtp synth --board ulx3s --inference-only --freq 100

A file of --config stands in place of the board's own settings (fpga/BOARD/board.toml: lanes, memories, network), all of
them: begin with a copy of those.

Everything stays in the folder of --out: Verilog, the Yosys script, netlists, reports, logs, the bitstream, synth.json.
LUT4 are Yosys' cells of the flat netlist; nextpnr's count with carry chains stands beside it. Samples per second are for
MNIST's share of inputs that are not zero. A clock that is missed is a warning; the bitstream is written all the same.")]
pub struct Synth {
    /// The board.
    #[arg(long, value_enum)]
    board: BoardArg,
    #[command(flatten)]
    sizes: SizeArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    /// How many seeds of place and route to try; the best becomes the bitstream.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// The first of these seeds.
    #[arg(long, value_name = "FIRST", default_value_t = 1)]
    seed: u64,
    /// Seeds at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Clock of the core; without it, the board's.
    #[arg(long, value_name = "MHZ")]
    freq: Option<f64>,
    /// Folder of all files; without it, synth-BOARD.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Install the tools first, if they are missing: a Python environment in the user's cache.
    #[arg(long)]
    install: bool,
    /// One JSON object on stdout.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Tables in Markdown, with the command above them.
    #[arg(long)]
    markdown: bool,
}

impl Synth {
    pub fn run(self) -> Result<(), CliError> {
        let board = Board::named(self.board.name())?;
        let mut draft = self.sizes.draft(&board.defaults, None)?;
        self.rule.apply(&mut draft);
        self.design.apply(&mut draft);
        let config = draft.config()?;
        let options = Options {
            seeds: (0..self.seeds).map(|i| self.seed.wrapping_add(i)).collect(),
            jobs: self.jobs.into(),
            mhz: self.freq,
            learning: true,
            out: self.out.clone().unwrap_or_else(|| format!("synth-{}", board.name.name()).into()),
        };
        // before anything that takes time
        pll(&board, self.freq)?;
        let bars = Bars::new();
        let bar = bars.spin("looking for the tools");
        let tools = if self.install { self.install(&bar)? } else { Tools::find()? };
        let outcome = synthesise(&tools, &board, &config, &options, &|stage| bar.set_message(self.word(stage)))?;
        bar.finish_and_clear();
        if self.json {
            println!("{}", outcome.json());
        } else {
            self.print(&outcome);
        }
        if !outcome.timing_met() {
            let slower = outcome.clock_that_holds().map_or(String::new(), |mhz| format!("; try --freq {mhz}"));
            eprintln!(
                "drtp: warning: the PLL makes {:.2} MHz, but the best seed reaches {:.2} MHz: this bitstream may compute \
                 wrongly{slower}",
                outcome.pll_mhz(),
                outcome.fmax.max,
            );
        }
        Ok(())
    }
    fn install(&self, bar: &ProgressBar) -> Result<Tools, CliError> {
        bar.set_message("installing Yosys and nextpnr");
        Ok(Tools::install()?)
    }
    fn word(&self, stage: Stage) -> String {
        match stage {
            Stage::Synthesis => "synthesis".into(),
            Stage::Learning => "synthesis of the core alone, with learning and without".into(),
            Stage::PlaceAndRoute(done) => format!("place and route, {done} of {} seeds done", self.seeds),
            Stage::NoPlace { seed, next } => format!("no legal placement with seed {seed}, trying seed {next}"),
            Stage::Bitstream => "bitstream".into(),
        }
    }
    fn print(&self, o: &Outcome) {
        if self.markdown {
            let words: Vec<String> = std::env::args().skip(1).collect();
            println!("    cargo run --release -- {}\n", words.join(" "));
        }
        let lanes = o.config.design().lanes;
        println!("{}; {lanes} lanes, {}\n", o.board.about, o.config.network().topology());
        let row = |(word, used, there): (&str, u64, u64)| {
            let share = if there > 0 { format!("{:.0} %", 100.0 * used as f64 / there as f64) } else { "".into() };
            vec![word.to_string(), used.to_string(), there.to_string(), share]
        };
        let counts = o.used.counts().into_iter().zip(o.board.budget.counts());
        let mut rows: Vec<_> = RESOURCES.iter().zip(counts).map(|((_, word), (u, b))| row((word, u, b))).collect();
        rows.push(row((o.packed.0, o.packed.1.used, o.packed.1.available)));
        println!("{}\n", table(self.markdown, &["resource", "used", "of", "share"], rows));
        let seeds = o.seeds.iter().map(|s| vec![s.seed.to_string(), format!("{:.2}", s.fmax)]);
        println!("{}\n", table(self.markdown, &["seed", "Fmax, MHz"], seeds));
        println!(
            "Fmax: median {:.2} MHz, {:.2} to {:.2}, spread {:.0} %; the PLL makes {:.2} MHz{}",
            o.fmax.median,
            o.fmax.min,
            o.fmax.max,
            100.0 * o.fmax.share(),
            o.pll_mhz(),
            if o.timing_met() { "" } else { ": MISSED" }
        );
        println!("critical path: {}", o.critical);
        if let Some(learning) = o.learning {
            println!(
                "learning: {:+.1} % LUT4 (core alone, counters off: {} with, {} without)",
                100.0 * learning.overhead(),
                learning.with,
                learning.without
            );
        }
        println!(
            "training samples per second: {:.0} at the median, {:.0} at the PLL's clock; the serial link at {} baud brings \
             {:.0} at the most",
            o.samples_per_second(o.fmax.median),
            o.samples_per_second(o.pll_mhz()),
            o.board.serial.baud,
            o.link_samples_per_second()
        );
        println!("bitstream: {}", o.bitstream.display());
    }
}
