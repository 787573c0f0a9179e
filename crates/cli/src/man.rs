//! `drtp man`: the help as manual pages.
use crate::error::CliError;
use crate::files;
use clap::{Args, Command};
use clap_mangen::roff::{roman, Roff};
use std::path::PathBuf;

/// Options of `drtp man`.
#[derive(Args)]
#[command(after_help = "\
Example:
  drtp man --out ~/.local/share/man/man1          then: man -M ~/.local/share/man drtp-train")]
pub struct Man {
    /// Folder for the pages; made if need be.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

impl Man {
    pub fn run(self, cli: Command) -> Result<(), CliError> {
        // its help is a command like the others, which has nothing to say here
        let mut cli = cli.disable_help_subcommand(true);
        cli.build();
        let mut pages = vec![];
        collect(&cli, &mut pages).map_err(|reason| CliError::File { path: self.out.clone(), reason })?;
        files::write_all(&self.out, pages.iter().map(|(name, page)| (name.as_str(), page)))?;
        println!("{}: {} pages", self.out.display(), pages.len());
        Ok(())
    }
}

/// Names and texts of the pages of a command and of those below it.
fn collect(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let mut page = vec![];
    // what is below the options is laid out by hand: it would be filled like a paragraph, and commands broken
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = clap_mangen::Man::new(command.clone().after_help(None)).source(format!("drtp {}", drtp::VERSION));
    man.render(&mut page)?;
    if !notes.is_empty() {
        let mut section = Roff::new();
        section.control("SH", ["NOTES"]).control("nf", []);
        for line in notes.lines() {
            section.text([roman(line)]);
        }
        section.control("fi", []).to_writer(&mut page)?;
    }
    pages.push((man.get_filename(), page));
    command.get_subcommands().try_for_each(|below| collect(below, pages))
}
