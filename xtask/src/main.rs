//! What the project does with itself: `cargo xtask verify`.
mod emitted;
mod steps;
mod tools;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Tasks of the drtp project")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check of the project; this is what CI runs.
    Verify(verify::Verify),
}

fn main() -> ExitCode {
    let Command::Verify(verify) = Cli::parse().command;
    match verify.run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("xtask: {e}");
            ExitCode::from(2)
        }
    }
}
