//! `drtp emit`: Verilog, configuration, manifest.
use crate::args::{ConfigArgs, DesignArgs, RuleArgs, DIGITS};
use crate::error::CliError;
use crate::files;
use clap::Args;
use drtp::package::{generate, VERILOG};
use serde_json::json;
use std::path::PathBuf;

/// Options of `drtp emit`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp emit --out my_core                                 64-32-10 on 16 lanes
  drtp emit --lanes 4 --layers 784,128,10 --out my_core   capacities follow from the layers
  drtp emit --inference-only --out my_baseline            the same core without learning hardware
  drtp emit --config my.toml --out my_core --json")]
pub struct Emit {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    /// Folder for drtp_core.v, config.toml and manifest.json; made if need be.
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
        files::write_all(&self.out, &package.files)?;
        let verilog = self.out.join(VERILOG);
        if self.json {
            println!("{}", json!({ "verilog": verilog, "manifest": package.manifest }));
            return Ok(());
        }
        for (name, text) in &package.files {
            println!("{}  ({} lines)", self.out.join(name).display(), text.lines().count());
        }
        Ok(())
    }
}
