//! `drtp`: hardware that learns, from the command line. One file per subcommand; no arithmetic here.
mod args;
mod asic;
mod board;
mod calibrate;
mod ceiling;
mod compare;
mod cosim;
mod coverage;
mod demo;
mod drift;
mod emit;
mod error;
mod estimate;
mod experiment;
mod explore;
mod faults;
mod figures;
mod files;
mod lockstep;
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

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Generate, simulate and verify hardware that learns.
///
/// drtp makes Verilog for a streaming accelerator that classifies and trains a neural network on chip with direct
/// random target projection: each hidden layer learns from the label, no error travels backwards.
#[derive(Parser)]
#[command(version, max_term_width = 100, after_help = EXAMPLES)]
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

Exit codes: 0 done; 1 a comparison failed; 2 wrong options, configuration or data; 3 a defect of drtp itself.";

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
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Demo(c) => c.run(),
        Command::Emit(c) => c.run(),
        Command::Train(c) => c.run(),
        Command::Ceiling(c) => c.run(),
        Command::Drift(c) => c.run(),
        Command::Cosim(c) => c.run(),
        Command::Board(c) => c.run(),
        Command::Vectors(c) => c.run(),
        Command::Asic(c) => c.run(),
        Command::Compare(c) => c.run(),
        Command::Estimate(c) => c.run(),
        Command::Explore(c) => c.run(),
        Command::Report(c) => c.run(),
        Command::Statistics(c) => c.run(),
        Command::Calibrate(c) => c.run(),
        Command::Experiment(c) => c.run(),
        Command::Coverage(c) => c.run(),
        Command::Faults(c) => c.run(),
        Command::Mutate(c) => c.run(),
        Command::Soak(c) => c.run(),
        Command::Sweep(c) => c.run(),
        Command::Synth(c) => c.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("drtp: {e}");
            e.exit_code()
        }
    }
}
