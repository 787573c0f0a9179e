//! The Verilog of a run: one place that calls the generator.
use crate::board::{Board, RESET};
use crate::error::{at, SynthError};
use drtp_core::Config;
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

/// The core alone; its top module is [`TOP`].
pub fn core(config: &Config) -> Result<Vec<Source>, SynthError> {
    let mut core = Box::new(DrtpCore::new(config));
    core.connect_all();
    let text = drtp_hdl::emit::verilog(core.as_ref(), TOP)?;
    Ok(vec![Source { name: format!("{TOP}.v"), text }])
}

/// Everything below the pins: core and bridge, the reset, and the board's top, whose module is called like the board.
/// `mhz` is the core's clock.
pub fn board(board: &Board, config: &Config, mhz: f64) -> Result<Vec<Source>, SynthError> {
    let _ = mhz;
    let mut sources = core(config)?;
    let file = |name: &str, text: &str| Source { name: format!("{name}.v"), text: text.into() };
    sources.push(file("drtp_board", include_str!("stand_in.v")));
    sources.push(file("reset", RESET));
    sources.push(file(board.name.name(), board.name.top()));
    Ok(sources)
}

/// Writes the files, and gives their names.
pub fn write(sources: &[Source], folder: &Path) -> Result<Vec<String>, SynthError> {
    for source in sources {
        let path = folder.join(&source.name);
        fs::write(&path, &source.text).map_err(at(&path))?;
    }
    Ok(sources.iter().map(|s| s.name.clone()).collect())
}
