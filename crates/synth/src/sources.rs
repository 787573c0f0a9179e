//! The Verilog of a run: one place that calls the generator.
use crate::board::{Board, RESET};
use crate::error::{at, SynthError};
use drtp_core::{Bridge, Config};
use drtp_hdl::emit::Files;
use drtp_hdl::{DrtpCore, TOP};
use rust_hdl::prelude::Block;
use std::fs;
use std::path::Path;

/// One Verilog file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, without a folder.
    pub name: String,
    /// All of it.
    pub text: String,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        Self { name: format!("{name}.v"), text: text.into() }
    }
}

/// The core alone; its top module is [`TOP`].
pub fn core(config: &Config) -> Result<Vec<Source>, SynthError> {
    let mut core = Box::new(DrtpCore::new(config));
    core.connect_all();
    Ok(generated(TOP, drtp_hdl::emit::files(core.as_ref(), TOP)?))
}

/// Everything below the pins: core and bridge, the reset, and the board's top, whose module is called like the board.
/// `mhz` is the core's clock.
pub fn board(board: &Board, config: &Config, mhz: f64) -> Result<Vec<Source>, SynthError> {
    let bridge = bridge(board, mhz)?;
    let mut sources = generated(drtp_hdl::board::TOP, drtp_hdl::board::files(config, &bridge)?);
    sources.push(Source::new("reset", RESET));
    sources.push(Source::new(board.name.name(), board.name.top()));
    Ok(sources)
}

/// The bridge at a clock of the core.
pub fn bridge(board: &Board, mhz: f64) -> Result<Bridge, SynthError> {
    let hertz = (mhz * 1e6).round() as u64;
    Bridge::at(hertz, board.serial.baud).map_err(|e| SynthError::Clock(format!("serial link at {mhz} MHz: {e}")))
}

/// What the generator printed, for a top module called `top`.
fn generated(top: &str, files: Files) -> Vec<Source> {
    let models = (!files.models.is_empty()).then(|| Source::new("drtp_banks", &files.models));
    std::iter::once(Source::new(top, &files.core)).chain(models).collect()
}

/// Writes the files, and gives their names.
pub fn write(sources: &[Source], folder: &Path) -> Result<Vec<String>, SynthError> {
    for source in sources {
        let path = folder.join(&source.name);
        fs::write(&path, &source.text).map_err(at(&path))?;
    }
    Ok(sources.iter().map(|s| s.name.clone()).collect())
}
