//! What nextpnr gets, with all that a simulator needs beside it.
//!
//! The cells come from Yosys' own library, but for those that it has as black boxes: block RAM, multiplier and PLL have
//! models of ours in `fpga/models`.
use crate::board::{Board, Family};
use crate::error::{at, SynthError};
use crate::flow::{netlist_of_board, pll};
use crate::script::VERILOG;
use crate::tools::Tools;
use drtp_core::Config;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Files for a simulator.
#[derive(Clone, Debug)]
pub struct Netlist {
    /// Verilog, the netlist first.
    pub files: Vec<PathBuf>,
    /// Macros to define.
    pub defines: &'static [&'static str],
    /// The top module, with the board's pins.
    pub top: &'static str,
}

/// Models of ours: their files, and what is in them.
const ECP5_MODELS: [(&str, &str); 3] =
    [("dp16kd.v", drtp_fpga::DP16KD), ("mult18x18d.v", drtp_fpga::MULT18X18D), ("ehxplll.v", drtp_fpga::EHXPLLL)];
const ICE40_MODELS: [(&str, &str); 2] =
    [("sb_spram256ka.v", drtp_fpga::SB_SPRAM256KA), ("sb_pll40_pad.v", drtp_fpga::SB_PLL40_PAD)];

/// Synthesises `config` for `board` at its clock, or at `mhz`, and leaves in `folder` what a simulator needs.
///
/// # Errors
/// As [`crate::synthesise`], without place and route.
pub fn netlist(
    tools: &Tools,
    board: &Board,
    config: &Config,
    mhz: Option<f64>,
    folder: &Path,
) -> Result<Netlist, SynthError> {
    let pll = pll(board, mhz)?;
    netlist_of_board(tools, board, config, &pll, folder)?;
    netlist_files(tools, board, folder)
}

/// The same of a netlist that [`crate::synthesise`] left in `folder`.
///
/// # Errors
/// As [`models`].
pub fn netlist_files(tools: &Tools, board: &Board, folder: &Path) -> Result<Netlist, SynthError> {
    let mut files = vec![folder.join(VERILOG)];
    files.extend(models(tools, board.family, folder)?);
    let defines: &[&str] = match board.family {
        Family::Ecp5 => &[],
        // defaults of ports, which not every simulator takes
        Family::Ice40 => &["NO_ICE40_DEFAULT_ASSIGNMENTS"],
    };
    Ok(Netlist { files, defines, top: board.name.name() })
}

/// Models of a family's cells, written into `folder`: the library's, and ours in place of its black boxes.
///
/// # Errors
/// The library cannot be read, or the folder not be written.
pub fn models(tools: &Tools, family: Family, folder: &Path) -> Result<Vec<PathBuf>, SynthError> {
    let (library, ours): (_, &[(&str, &str)]) = match family {
        Family::Ecp5 => ("ecp5", &ECP5_MODELS),
        Family::Ice40 => ("ice40", &ICE40_MODELS),
    };
    let mut cells = with_includes(&tools.share().join(library), "cells_sim.v", &mut BTreeSet::new())?;
    for (file, _) in ours {
        cells = without_module(&cells, &file.trim_end_matches(".v").to_uppercase());
    }
    // a cell of nextpnr's, which no netlist of Yosys has; Icarus 11 does not read it
    cells = without_module(&cells, "TRELLIS_COMB");
    let mut files = vec![];
    for (name, text) in std::iter::once(("cells.v", cells.as_str())).chain(ours.iter().copied()) {
        let path = folder.join(name);
        fs::write(&path, text).map_err(at(&path))?;
        files.push(path);
    }
    Ok(files)
}

/// A file of Yosys' library, with the files that it includes in place, each once.
fn with_includes(folder: &Path, name: &str, seen: &mut BTreeSet<String>) -> Result<String, SynthError> {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let mut whole = String::new();
    for line in text.lines() {
        match line.trim().strip_prefix("`include \"").and_then(|rest| rest.strip_suffix('"')) {
            Some(file) if !seen.insert(file.into()) => {}
            Some(file) => whole += &with_includes(folder, file, seen)?,
            None => {
                whole += line;
                whole.push('\n');
            }
        }
    }
    Ok(whole)
}

/// The line before a black box.
const ATTRIBUTE: &str = "(* blackbox *)\n";

/// The text without the module `name`: a black box there would stand beside our model.
fn without_module(text: &str, name: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        let begins = line.trim_start().strip_prefix("module ").is_some_and(|rest| {
            rest.trim_start()
                .strip_prefix(name)
                .is_some_and(|r| !r.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        inside |= begins;
        if begins && kept.ends_with(ATTRIBUTE) {
            // it would fall on the next module
            kept.truncate(kept.len() - ATTRIBUTE.len());
        }
        if !inside {
            kept += line;
            kept.push('\n');
        }
        if inside && line.trim_start().starts_with("endmodule") {
            inside = false;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_black_box_gives_way_to_a_model() {
        let text = "(* blackbox *)\nmodule A (x);\nendmodule\nmodule AB (y);\nendmodule // AB\nmodule C;\nendmodule\n";
        assert_eq!(without_module(text, "A"), "module AB (y);\nendmodule // AB\nmodule C;\nendmodule\n");
        assert_eq!(without_module(text, "D"), text);
    }
    #[test]
    fn included_files_stand_in_place() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.v"), "x\n`include \"b.vh\"\ny\n`include \"b.vh\"\n").unwrap();
        fs::write(folder.path().join("b.vh"), "z\n").unwrap();
        assert_eq!(with_includes(folder.path(), "a.v", &mut BTreeSet::new()).unwrap(), "x\nz\ny\n");
    }
}
