//! The files of this folder as text, so that a published crate carries what synthesis and simulation read.
//!
//! ```
//! assert!(drtp_fpga::ULX3S.top.contains("module ulx3s"));
//! ```
#![deny(missing_docs)]

/// What a board is described by.
pub struct Board {
    /// Folder, top module and that module's file.
    pub name: &'static str,
    /// `board.toml`: part, clocks, budget, and the core that is made where nothing else is said.
    pub description: &'static str,
    /// Verilog of the top module.
    pub top: &'static str,
    /// Suffix of the file of pins.
    pub pins_suffix: &'static str,
    /// The file of pins.
    pub pins: &'static str,
}

/// ULX3S with an LFE5U-85F.
pub const ULX3S: Board = Board {
    name: "ulx3s",
    description: include_str!("../ulx3s/board.toml"),
    top: include_str!("../ulx3s/ulx3s.v"),
    pins_suffix: "lpf",
    pins: include_str!("../ulx3s/ulx3s.lpf"),
};
/// iCEBreaker.
pub const ICEBREAKER: Board = Board {
    name: "icebreaker",
    description: include_str!("../icebreaker/board.toml"),
    top: include_str!("../icebreaker/icebreaker.v"),
    pins_suffix: "pcf",
    pins: include_str!("../icebreaker/icebreaker.pcf"),
};

/// Verilog that every board has: the reset.
pub const RESET: &str = include_str!("../reset.v");

/// Model of an ECP5's block RAM.
pub const DP16KD: &str = include_str!("../models/dp16kd.v");
/// Model of an ECP5's multiplier.
pub const MULT18X18D: &str = include_str!("../models/mult18x18d.v");
/// Model of an ECP5's PLL.
pub const EHXPLLL: &str = include_str!("../models/ehxplll.v");
/// Model of an iCE40 UltraPlus' single-port memory.
pub const SB_SPRAM256KA: &str = include_str!("../models/sb_spram256ka.v");
/// Model of an iCE40's PLL at a pin.
pub const SB_PLL40_PAD: &str = include_str!("../models/sb_pll40_pad.v");
