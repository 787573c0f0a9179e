//! A core as an ASIC would have it: standard cells by an open Liberty library, memories as SRAM by a bit cell.
//!
//! ```text
//! liberty  the library: where it is, the area of its NAND gate     sta  OpenSTA's longest path between registers
//! ```
//! Memories are black boxes for Yosys (`bank_style = "blackbox"`), and stand beside the cells with their bits. Cells are
//! mapped by ABC with buffers for what drives many; nothing is placed, so wires have neither length nor delay.
mod liberty;
mod sta;

pub use liberty::{BitCell, Liberty};
pub use sta::longest_path_ns;

use crate::error::{at, report, SynthError};
use crate::sources;
use crate::tools::Tools;
use crate::yosys;
use drtp_core::memories::memories;
use drtp_core::{BankStyle, Config, Design};
use drtp_files::Program;
use drtp_hdl::TOP;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SCRIPT: &str = "asic.ys";
const COUNTS: &str = "area.json";
const NETLIST: &str = "asic.v";
const LOG: &str = "asic";

/// Cells and memory bits of one core.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Standard cells, flip-flops among them, in the library's unit.
    pub cells: f64,
    /// The flip-flops alone.
    pub flip_flops: f64,
    /// `cells` in units of the library's NAND gate of two inputs.
    pub gate_equivalents: f64,
    /// Bits of all memories.
    pub memory_bits: u64,
}

impl Area {
    /// Cells and memories together, in the library's unit.
    pub fn chip(&self, bit: &BitCell) -> f64 {
        self.cells + bit.area(self.memory_bits)
    }
}

/// What it needs beside Yosys: OpenSTA, and the library that is taken where none is named.
pub fn programs() -> Vec<Program> {
    vec![Liberty::program(), sta::program()]
}

#[derive(Deserialize)]
struct Stat {
    design: DesignStat,
}
#[derive(Deserialize)]
struct DesignStat {
    area: f64,
    sequential_area: f64,
    num_cells_by_type: BTreeMap<String, u64>,
}

/// Synthesises the core of `config` with its memories as black boxes; leaves netlist, script and log in `folder`.
///
/// # Errors
/// See [`SynthError`]: a Liberty file that Yosys cannot use shows in the log.
pub fn area(tools: &Tools, liberty: &Liberty, config: &Config, folder: &Path) -> Result<Area, SynthError> {
    let design = Design { bank_style: BankStyle::Blackbox, ..config.design().clone() };
    let config = Config::new(design, config.network().clone())
        .map_err(|e| SynthError::Clock(format!("with black boxes for memories: {e}")))?;
    fs::create_dir_all(folder).map_err(at(folder))?;
    let files = sources::write(&sources::core(&config)?, folder)?;
    let library = liberty.copy_to(folder)?;
    let constraints = folder.join("asic.constr");
    // what ABC puts buffers in for
    let text = format!("set_driving_cell {}\nset_load 30.0 [all_outputs]\n", liberty.driver());
    fs::write(&constraints, text).map_err(at(&constraints))?;
    let stat: Stat = yosys::run(tools, &script_of(&files, &library), SCRIPT, COUNTS, LOG, folder)?;
    let gates = |kind: &&String| kind.starts_with('$');
    if let Some(kind) = stat.design.num_cells_by_type.keys().find(gates) {
        return Err(report(&folder.join(COUNTS), format!("the library has no cell for {kind}")));
    }
    Ok(Area {
        cells: stat.design.area,
        flip_flops: stat.design.sequential_area,
        gate_equivalents: stat.design.area / liberty.nand(),
        memory_bits: memories(config.design()).iter().map(|m| m.bits()).sum(),
    })
}

fn script_of(files: &[String], library: &str) -> String {
    let (core, models) = files.split_first().expect("the core");
    let models: String = models.iter().map(|m| format!("read_verilog -lib {m}\n")).collect();
    format!(
        "\
read_verilog {core}
{models}synth -flatten -top {TOP}
dfflibmap -liberty {library}
abc -liberty {library} -D 5000 -constr asic.constr
setundef -zero
# OpenSTA reads neither signed vectors nor expressions
splitnets -ports
opt_clean -purge
tee -q -o {COUNTS} stat -json -liberty {library}
write_verilog -noattr -noexpr -nohex -nodec {NETLIST}
"
    )
}
