//! `drtp completions`: what a shell needs to complete commands and options.
use crate::error::CliError;
use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;

/// Options of `drtp completions`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp completions bash > ~/.local/share/bash-completion/completions/drtp
  drtp completions fish > ~/.config/fish/completions/drtp.fish

Folders that are not there: mkdir -p ~/.local/share/bash-completion/completions")]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, mut cli: Command) -> Result<(), CliError> {
        // into memory first: the generator would panic where the reader has gone
        let mut script = vec![];
        clap_complete::generate(self.shell, &mut cli, "drtp", &mut script);
        let written = std::io::stdout().write_all(&script);
        written.map_err(|reason| CliError::File { path: PathBuf::from("stdout"), reason })
    }
}
