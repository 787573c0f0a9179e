//! From a configuration to a board's bitstream, with open tools, and what their reports say in words of our blocks.
//!
//! ```text
//! board    what a board has: part, pins, clocks, budget (fpga/<board>/board.toml)
//! pll      dividers of the board's PLL from the two clocks
//! sources  Verilog: the core with its bridge, and the board's top
//! script   what Yosys does with it            yosys     its cell counts
//! place    nextpnr, and the packer            report    utilisation, Fmax, critical path
//! path     a critical path in words           figures   median and spread, samples a second
//! tools    the Python that has the tools      process   one command with its log
//! asic     standard cells and SRAM bits instead of a board
//! flow     all of it, one after the other     netlist   what nextpnr gets, for simulation
//! ```
//!
//! Every file of a run stays in one folder; commands run there and see relative paths only, because some of the tools
//! do not see the machine's temporary folder.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod asic;
mod board;
mod budget;
mod error;
mod figures;
mod flow;
mod netlist;
mod path;
mod place;
mod pll;
mod process;
mod report;
mod script;
mod sources;
mod tools;
mod yosys;

pub use crate::pll::Pll;
pub use board::{Board, BoardName, Clock, Family, Part, Serial};
pub use budget::{Resources, RESOURCES};
pub use error::SynthError;
pub use figures::{cycles_per_sample, link_samples_per_second, Spread, MNIST_HIDDEN_SHARE, MNIST_INPUT_SHARE};
pub use flow::{core_resources, pll, synthesise, Learning, Options, Outcome, Seed, Stage};
pub use netlist::{models, netlist, netlist_files, Netlist};
pub use path::CriticalPath;
pub use place::packed_cells;
pub use sources::Source;
pub use tools::{programs, Tools, REQUIREMENTS};
