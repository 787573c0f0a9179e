//! `drtp vectors`: what a testbench must send, and what must come back.
use crate::args::{seeds_json, seeds_text, ConfigArgs, RuleArgs, DIGITS};
use crate::error::CliError;
use crate::files;
use clap::Args;
use drtp::frames::frames;
use drtp::vectors::{text, vectors, VECTORS};
use serde_json::json;
use std::path::PathBuf;

/// Options of `drtp vectors`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp vectors --config my_core/config.toml --out my_core   for a core that `drtp emit` wrote there
  drtp vectors --layers 9,7,3 --lanes 4 --frames 100 --seed 5 --out my_vectors

vectors.json holds the configuration; every register with its fields and ranges; the bus writes that describe the
network, for a core that was generated with another one; frames to learn, to classify and to drop, each with its
reply; and after them and a flush each weight by its W_ADDR, NOISE_STATE and the counters. The initial weights are
those that CTRL `init` writes. Bytes are unsigned: 255 is -1. As everywhere, --seed replaces the seeds of a
configuration file, too.")]
pub struct Vectors {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    rule: RuleArgs,
    /// Frames, drawn from the seed.
    #[arg(long, value_name = "N", default_value_t = 60)]
    frames: usize,
    /// Folder for vectors.json; made if need be.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Vectors {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.config.draft(DIGITS)?;
        self.rule.apply(&mut draft);
        let config = draft.config()?;
        let seed = self.config.seed();
        let vectors = vectors(&config, &frames(&config, self.frames, seed))?;
        files::write_all(&self.out, [(VECTORS, text(&vectors).as_str())])?;
        let file = self.out.join(VECTORS);
        if self.json {
            println!(
                "{}",
                json!({
                    "vectors": file,
                    "frames": self.frames,
                    "counters": vectors["counters"],
                    "seeds": seeds_json(seed, config.network().seeds),
                })
            );
        } else {
            let seeds = seeds_text(seed, config.network().seeds);
            println!("{}  ({} frames, {seeds})", file.display(), self.frames);
        }
        Ok(())
    }
}
