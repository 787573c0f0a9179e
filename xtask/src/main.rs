//! Chores of the workspace: `cargo xtask verify` is what CI runs.
mod changed;
mod error;
mod job;
mod junit;
mod mutate;
mod plan;
mod record;
mod report;
mod steps;
mod tools;
mod verify;

use clap::{Parser, Subcommand};
use error::XtaskError;
use job::Job;
use std::process::ExitCode;
use verify::Place;

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
    #[command(disable_help_flag = true)]
    Formal {
        /// Options; `cargo xtask formal --help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Breaks hardware or software in many places and counts what the tests notice.
    Mutate(mutate::Mutate),
    /// Measures docs/record/accuracy again: what is missing there, or all of it.
    Record(record::Record),
}

/// Writes the reference again: the test that holds it, told to.
fn bless() -> Result<bool, XtaskError> {
    let place = Place::find()?;
    let test = "test -p drtp-verif --test all --profile checks -- --exact committed::is_what_the_generator_prints";
    let job = Job::cargo(test).env("DRTP_BLESS", "1");
    Ok(job.show(&place.root, &place.ready()?).is_ok())
}

/// The proofs are a program of their own, beside the tests that run them.
fn formal(options: Vec<String>) -> Result<bool, XtaskError> {
    let place = Place::find()?;
    let job = Job::cargo("run --profile checks --quiet -p drtp-verif --bin formal --");
    let job = options.into_iter().fold(job, Job::arg);
    Ok(job.quietly(&place.root, &place.ready()?))
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Verify(verify) => verify.run(),
        Command::Bless => bless(),
        Command::Formal { options } => formal(options),
        Command::Mutate(mutate) => Place::find().and_then(|p| mutate.run(&p.root, &p.shown(&p.work), &p.ready()?)),
        Command::Record(record) => Place::find().and_then(|p| record.run(&p.root, &p.shown(&p.work), &p.ready()?)),
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
