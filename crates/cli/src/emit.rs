//! `drtp emit`: the Verilog, and what an integrator expects beside it.
use crate::args::{ConfigArgs, DesignArgs, RuleArgs, DIGITS};
use crate::error::CliError;
use crate::files;
use clap::Args;
use drtp::package::{generate, BANKS, VERILOG};
use serde_json::json;
use std::path::PathBuf;

/// Options of `drtp emit`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp emit --out my_core                                 64-32-10 on 16 lanes
  drtp emit --lanes 4 --layers 784,128,10 --out my_core   capacities follow from the layers
  drtp emit --inference-only --out my_baseline            the same core without learning hardware
  drtp emit --bank-style blackbox --out my_chip           memories as modules, for an ASIC's SRAM macros
  drtp emit --config my.toml --out my_core --json

Files:
  drtp_core.v     the core, Verilog-2005
  drtp_banks.v    with any --bank-style but inferred: the memories, or models of them
  config.toml     its configuration, which makes all of this again
  drtp_core.core  for FuseSoC: targets default, lint, sim
  drtp_regs.h     the control registers, as a C header
  registers.md    the same, to read
  sample.json     timing diagram of one sample, recorded in simulation (WaveDrom source)
  manifest.json   generator, configuration, SHA-256 of each other file")]
pub struct Emit {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    /// Folder for the files; made if need be.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Emit {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.config.draft(DIGITS)?;
        self.rule.apply(&mut draft);
        self.design.apply(&mut draft);
        let config = draft.config()?;
        let package = generate(&config)?;
        files::write_all(&self.out, package.texts())?;
        let banks = self.out.join(BANKS);
        if banks.exists() && !package.files.iter().any(|f| f.name == BANKS) {
            eprintln!(
                "{}: of an earlier package, with memories of another style; this core does not need it",
                banks.display()
            );
        }
        if self.json {
            let files: Vec<PathBuf> = package.files.iter().map(|f| self.out.join(f.name)).collect();
            let verilog = self.out.join(VERILOG);
            println!("{}", json!({ "verilog": verilog, "files": files, "manifest": package.manifest }));
            return Ok(());
        }
        let paths: Vec<String> = package.files.iter().map(|f| self.out.join(f.name).display().to_string()).collect();
        let width = paths.iter().map(String::len).max().unwrap_or(0);
        for (path, file) in paths.iter().zip(&package.files) {
            println!("{path:width$}  {:5} lines  {}", file.text.lines().count(), file.about);
        }
        Ok(())
    }
}
