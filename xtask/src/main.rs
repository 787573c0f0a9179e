//! Chores of the workspace: `cargo xtask verify` is what CI runs.
mod cocotb;
mod coverage;
mod demo;
mod error;
mod estimates;
mod faults;
mod formal;
mod fuzz;
mod job;
mod lockstep;
mod mutate;
mod random;
mod record;
mod reference;
mod report;
mod soak;
mod steps;
mod synth;
mod tools;
mod variants;
mod verify;
mod workflow;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Chores of the drtp workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check, step by step. CI runs this too.
    Verify(verify::Verify),
    /// Writes rtl-out/reference again, after a change that was to change it.
    Bless,
    /// Proves properties of the emitted Verilog with sby, for every input there can be.
    Formal(formal::Formal),
    /// Breaks hardware or software in many places and counts what the tests notice.
    Mutate(mutate::Mutate),
    /// Measures docs/record/accuracy again: what is missing there, or all of it.
    Record(record::Record),
    /// Compares two folders byte for byte: a step's check of rtl-out/reference.
    #[command(hide = true)]
    Same(reference::Same),
    /// Compares what a workflow gathered with a sweep: another step's check.
    #[command(hide = true)]
    Gathered(workflow::Gathered),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Verify(verify) => verify.run(),
        Command::Bless => verify::bless(),
        Command::Formal(formal) => verify::formal(formal),
        Command::Mutate(mutate) => verify::mutate(mutate),
        Command::Record(record) => verify::record(record),
        Command::Same(same) => same.run(),
        Command::Gathered(gathered) => gathered.run(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("xtask: {e}");
            ExitCode::from(2)
        }
    }
}
