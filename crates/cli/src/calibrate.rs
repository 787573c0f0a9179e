//! `drtp calibrate`: what synthesis makes of many designs, for the estimator.
use crate::error::CliError;
use crate::files;
use crate::progress::Bars;
use clap::{Args, ValueEnum};
use drtp::core::Config;
use drtp::estimate::{cases, Measured, Sample, Target};
use drtp::files::whole_lines;
use drtp::synth::asic::{area, longest_path_ns, Liberty};
use drtp::synth::{core_resources, packed_cells, Family, SynthError, Tools};
use std::fs;
use std::path::{Path, PathBuf};

/// Targets; the names are the library's.
#[derive(Clone, Copy, ValueEnum)]
pub enum TargetArg {
    /// Lattice ECP5.
    Ecp5,
    /// Lattice iCE40 UP5K.
    Ice40,
    /// Standard cells.
    Cells,
}

impl TargetArg {
    /// The library's.
    pub fn target(self) -> Target {
        match self {
            Self::Ecp5 => Target::Ecp5,
            Self::Ice40 => Target::Ice40,
            Self::Cells => Target::Cells,
        }
    }
}

/// Options of `drtp calibrate`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp calibrate --target ecp5 --cases 64 --out crates/estimate/data/ecp5.jsonl

One line of JSON for each design, in the order in which a seed draws them. A file that has some of them is continued, so
that a run that was broken off goes on. With another version of Yosys the counts differ: write the files anew.")]
pub struct Calibrate {
    /// What to synthesise for.
    #[arg(long, value_enum)]
    target: TargetArg,
    /// How many designs.
    #[arg(long, value_name = "N", default_value_t = 64)]
    cases: usize,
    /// Seed of the designs.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The file; a new line for each design that it does not have yet.
    #[arg(long, value_name = "FILE.jsonl")]
    out: PathBuf,
}

impl Calibrate {
    pub fn run(self) -> Result<(), CliError> {
        let target = self.target.target();
        let (left, name) = (files::read_lines(&self.out)?, self.out.display().to_string());
        let (lines, ours) = whole_lines(&left, "{\"target\":\"");
        let done = Sample::parse(&name, &String::from_utf8_lossy(lines)).map_err(CliError::Usage)?;
        if !ours {
            return Err(CliError::Usage(format!("{name}: line {}: not a line of designs", done.len() + 1)));
        }
        let all = cases(target, self.seed, self.cases);
        for (i, (have, case)) in done.iter().zip(&all).enumerate() {
            if have.design != *case.design() || have.target != target {
                return Err(CliError::Usage(format!(
                    "{}: line {} is not design {} of seed {}; begin another file",
                    self.out.display(),
                    i + 1,
                    i + 1,
                    self.seed
                )));
            }
        }
        let tools = Tools::find()?;
        let liberty = (target == Target::Cells).then(|| Liberty::open(None)).transpose()?;
        let mut file = files::append(&self.out, lines.len())?;
        let bar = Bars::new().count("synthesis", all.len() as u64, "designs");
        bar.set_position(done.len() as u64);
        let folder = std::env::temp_dir().join(format!("drtp-calibrate-{}", std::process::id()));
        for config in &all[done.len().min(all.len())..] {
            let measured = measure(&tools, target, liberty.as_ref(), config, &folder)?;
            let sample = Sample { target, design: config.design().clone(), layers: config.network().sizes(), measured };
            files::add(&mut file, &self.out, &format!("{}\n", sample.line()))?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        // only what this run made is in it
        let _ = fs::remove_dir_all(&folder);
        println!("{}: {} designs", self.out.display(), all.len().max(done.len()));
        Ok(())
    }
}

/// What synthesis for `target` makes: by Yosys, nextpnr's packer, and OpenSTA where it is there.
pub fn measure(
    tools: &Tools,
    target: Target,
    liberty: Option<&Liberty>,
    config: &Config,
    folder: &Path,
) -> Result<Measured, SynthError> {
    if let Some(liberty) = liberty {
        let area = area(tools, liberty, config, folder)?;
        let path_ns = longest_path_ns(folder)?.unwrap_or(0.0);
        return Ok(Measured { gates: area.gate_equivalents, path_ns, ..Measured::default() });
    }
    let family = if target == Target::Ice40 { Family::Ice40 } else { Family::Ecp5 };
    let r = core_resources(tools, family, config, folder)?;
    let logic_cells = packed_cells(tools, family, folder)?;
    Ok(Measured {
        lut4: r.lut4,
        ff: r.ff,
        dsp: r.dsp,
        bram: r.bram,
        spram: r.spram,
        logic_cells,
        ..Measured::default()
    })
}
