//! `drtp`: hardware that learns, from the command line. One file per subcommand; no arithmetic here.
mod args;
mod asic;
mod board;
mod calibrate;
mod ceiling;
mod compare;
mod completions;
mod cosim;
mod coverage;
mod demo;
mod doctor;
mod drift;
mod emit;
mod error;
mod estimate;
mod experiment;
mod explore;
mod faults;
mod figures;
mod files;
mod interrupt;
mod lockstep;
mod man;
mod models;
mod mutate;
mod progress;
mod report;
mod soak;
mod statistics;
mod sweep;
mod synth;
mod table;
mod train;
mod vectors;
mod weights;

use clap::{CommandFactory, Parser, Subcommand};
use error::{CliError, EXIT_CODES};
use std::process::ExitCode;

/// Generate, simulate and verify hardware that learns.
///
/// drtp makes Verilog for a streaming accelerator that classifies and trains a neural network on chip with direct
/// random target projection: each hidden layer learns from the label, no error travels backwards.
#[derive(Parser)]
#[command(name = "drtp", bin_name = "drtp", version, max_term_width = 100)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  drtp demo                                       watch hardware learn handwritten digits
  drtp emit --lanes 16 --layers 784,128,10 --out my_core
  drtp train --data FOLDER --layers 784,128,10    train in software on IDX files
  drtp experiment experiments/alignment.toml      the paper's experiments in floating point
  drtp sweep experiments/sweeps/digits_tiny.toml  a grid of settings in integers, on all cores
  drtp cosim --backend rust-hdl --samples 500     hardware against the golden model
  drtp soak --minutes 10                          drawn cores and work on every engine, held to it
  drtp synth --board ulx3s --install              bitstream for a board that people own
  drtp estimate --layers 784,128,10               what a core takes, before it is built
  drtp compare --lanes 4,16,64                    what other learning rules would take on the same array
  drtp asic                                       standard cells, SRAM bits, and learning's share of both
  drtp board --port /dev/ttyUSB0 train            the same on a board, on its chip
  drtp vectors --out my_vectors                   frames and expected results for another testbench
  drtp doctor                                     which tools of others are here, and how to get the rest";

#[derive(Subcommand)]
enum Command {
    /// Trains the shipped digits on the golden model and the hardware in lockstep, rule by rule, and writes the Verilog.
    Demo(demo::Demo),
    /// Writes an accelerator's Verilog, its configuration and a manifest.
    Emit(emit::Emit),
    /// Trains in software: the golden model, or the same numbers at speed.
    Train(train::Train),
    /// Trains by integer backpropagation: what the same number formats could reach. Software only.
    Ceiling(ceiling::CeilingArgs),
    /// Changes the world after training: one device goes on learning, a frozen copy of it does not.
    Drift(drift::DriftArgs),
    /// Trains hardware and golden model in lockstep and compares every score, weight write and final weight.
    Cosim(cosim::Cosim),
    /// A board with the core, at a serial port: what it is, training on it, classifying with what it has learned.
    Board(board::Board),
    /// Counts which situations the drawn cases bring about, and what moves in the Verilog.
    Coverage(coverage::CoverageArgs),
    /// Flips single bits while the emitted Verilog trains: what recovers, what is seen, what it costs.
    Faults(faults::Faults),
    /// Breaks the emitted Verilog in many places, one at a time, and shows which the scenarios notice.
    Mutate(mutate::Mutate),
    /// Writes golden vectors for another testbench: registers, frames, and the results they must lead to.
    Vectors(vectors::Vectors),
    /// Standard cells and SRAM bits of a core with a Liberty library, and what learning adds to them.
    Asic(asic::Asic),
    /// Compares learning rules on the same array: accesses, buffers, cycles, energy of a training sample.
    Compare(compare::Compare),
    /// What a configuration takes before it is built: accesses, cycles, energy, resources; with --check, the errors.
    Estimate(estimate::Estimate),
    /// Searches lanes, bits, hidden sizes and rules for the design that is best at something; validates the winner.
    Explore(explore::Explore),
    /// One page that needs no network: rules compared, accuracy against cost, training, resources.
    Report(report::Report),
    /// Measures on data how often inputs are not zero and weights change: what estimates start from.
    Statistics(statistics::Statistics),
    /// Synthesises designs drawn from a seed: the counts that estimates are fitted to and tested with.
    Calibrate(calibrate::Calibrate),
    /// Trains in floating point as a file says: the paper's experiments with backpropagation, feedback alignment and DRTP.
    Experiment(experiment::ExperimentArgs),
    /// Drawn accelerators and work on every engine beside the golden model, until time is up.
    Soak(soak::Soak),
    /// Trains every combination of a grid file's settings with integers, on all cores; a stopped sweep goes on.
    Sweep(sweep::SweepArgs),
    /// Makes a board's bitstream with Yosys and nextpnr: size, clock, critical path, samples per second.
    Synth(synth::Synth),
    /// Says which tools of others are here, what each is needed for, and how to install the rest.
    Doctor(doctor::Doctor),
    /// Prints a script with which a shell completes commands and options.
    Completions(completions::Completions),
    /// Writes a manual page for each command.
    Man(man::Man),
}

impl Command {
    fn run(self) -> Result<(), CliError> {
        match self {
            Self::Demo(c) => c.run(),
            Self::Emit(c) => c.run(),
            Self::Train(c) => c.run(),
            Self::Ceiling(c) => c.run(),
            Self::Drift(c) => c.run(),
            Self::Cosim(c) => c.run(),
            Self::Board(c) => c.run(),
            Self::Vectors(c) => c.run(),
            Self::Asic(c) => c.run(),
            Self::Compare(c) => c.run(),
            Self::Estimate(c) => c.run(),
            Self::Explore(c) => c.run(),
            Self::Report(c) => c.run(),
            Self::Statistics(c) => c.run(),
            Self::Calibrate(c) => c.run(),
            Self::Experiment(c) => c.run(),
            Self::Coverage(c) => c.run(),
            Self::Faults(c) => c.run(),
            Self::Mutate(c) => c.run(),
            Self::Soak(c) => c.run(),
            Self::Sweep(c) => c.run(),
            Self::Synth(c) => c.run(),
            Self::Doctor(c) => c.run(),
            Self::Completions(c) => c.run(Cli::command()),
            Self::Man(c) => c.run(Cli::command()),
        }
    }
}

fn main() -> ExitCode {
    // a reader that has gone, as of `| head`, ends drtp like any other program, without a word
    sigpipe::reset();
    interrupt::watch();
    let command = Cli::parse().command;
    let Ok(result) = std::panic::catch_unwind(|| command.run()) else {
        // where and why stands above already
        eprintln!("drtp: this is a defect of drtp; please report it with the command and the lines above.");
        return ExitCode::from(3);
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("drtp: {e}");
            e.exit_code()
        }
    }
}
