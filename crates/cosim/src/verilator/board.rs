//! A board's top, compiled by Verilator and driven pin by pin: as emitted, or as a netlist with models of its cells.
//!
//! The host's side of the serial line is in `board.cpp`: symbols become levels of `uart_rx`, one for each cycle, and
//! `uart_tx` is read in the middle of each bit.
use super::build::{cells, Recipe};
use super::ffi::library;
use crate::device::DeviceError;
use drtp_core::{Bridge, Config};
use std::ffi::c_void;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::sync::Arc;

const SHIM: &str = include_str!("board.cpp");
const NAME: &str = "board";

/// A Verilog design with the ports of `drtp_board`: `clk`, `rst`, `uart_rx`, `uart_tx`, `led[3:0]`.
#[derive(Clone, Debug)]
pub struct Design {
    /// Its top module.
    pub top: String,
    /// Names and texts of its files.
    pub sources: Vec<(String, String)>,
    /// More options for Verilator.
    pub flags: Vec<String>,
    /// Cycles of a bit of the serial line.
    pub clocks_per_bit: usize,
    /// Compiled soon rather than well: netlists are large, and run once.
    pub hasty: bool,
}

impl Design {
    /// The board as emitted.
    ///
    /// # Errors
    /// It cannot be emitted.
    pub fn emitted(config: &Config, bridge: &Bridge) -> Result<Self, DeviceError> {
        let files = drtp_hdl::board::files(config, bridge)
            .map_err(|e| DeviceError::Build { device: NAME.into(), reason: e.to_string() })?;
        let text = files.core + &files.models;
        let sources = std::iter::once(("drtp_board.v".into(), text)).chain(cells(config)).collect();
        Ok(Self {
            top: drtp_hdl::board::TOP.into(),
            sources,
            flags: vec![],
            clocks_per_bit: bridge.clocks_per_bit,
            hasty: false,
        })
    }
    /// Verilog files, such as a netlist and models of its cells.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn files(top: &str, files: &[PathBuf], flags: &[&str], clocks_per_bit: usize) -> Result<Self, DeviceError> {
        let source = |(n, path): (usize, &PathBuf)| {
            let text =
                std::fs::read_to_string(path).map_err(|e| DeviceError::Tool(format!("{}: {e}", path.display())))?;
            // two files may have one name
            Ok((format!("source_{n}.v"), text))
        };
        Ok(Self {
            top: top.into(),
            sources: files.iter().enumerate().map(source).collect::<Result<_, DeviceError>>()?,
            flags: flags.iter().map(ToString::to_string).collect(),
            clocks_per_bit,
            hasty: true,
        })
    }
}

type Raw = *mut c_void;
type Run = unsafe extern "C" fn(Raw, *const u16, u64, *mut u64, *mut u16, u64, u64, *mut u64, u64);

library! {
    struct Library {
        new: b"drtp_board_new" unsafe extern "C" fn(u32) -> Raw,
        free: b"drtp_board_free" unsafe extern "C" fn(Raw),
        cycles: b"drtp_board_cycles" unsafe extern "C" fn(Raw) -> u64,
        leds: b"drtp_board_leds" unsafe extern "C" fn(Raw) -> u8,
        reset: b"drtp_board_reset" unsafe extern "C" fn(Raw, u64),
        run: b"drtp_board_run" Run,
    }
}

/// A compiled board; models of it can be made at will.
#[derive(Clone)]
pub struct Compiled(Arc<Library>);

impl Compiled {
    /// Compiles the design, unless the cache has it. `compiling` is told when that must be done first.
    ///
    /// # Errors
    /// No usable Verilator or C++ compiler, or they refuse the design.
    pub fn new(design: &Design, compiling: &mut dyn FnMut()) -> Result<Self, DeviceError> {
        let header = format!("#define CLOCKS_PER_BIT {}\n", design.clocks_per_bit);
        let flags = design.flags.iter().cloned();
        let recipe = Recipe::new(&design.top, design.sources.clone(), SHIM, header, flags)?;
        let recipe = if design.hasty { recipe.hasty() } else { recipe };
        Ok(Self(Arc::new(recipe.open(Library::open, compiling)?)))
    }
    /// A board that was just reset; what its memories held before follows from `power_up`.
    ///
    /// # Errors
    /// No memory for it.
    pub fn board(&self, power_up: u32) -> Result<Board, DeviceError> {
        // SAFETY: takes a number, gives null or a model that is ours.
        let raw = NonNull::new(unsafe { (self.0.new)(power_up) })
            .ok_or_else(|| DeviceError::Build { device: NAME.into(), reason: "no memory for the model".into() })?;
        let mut board = Board { code: self.0.clone(), raw };
        board.reset();
        Ok(board)
    }
}

/// A running board.
pub struct Board {
    code: Arc<Library>,
    raw: NonNull<c_void>,
}

// SAFETY: a model has its own context and is used by one thread at a time, for all that changes it takes `&mut`.
unsafe impl Send for Board {}

impl Board {
    /// Levels of a byte on the line: start bit, eight bits from the lowest, stop bit.
    pub fn symbol(byte: u8) -> u16 {
        u16::from(byte) << 1 | 1 << 9
    }
    /// Pulls `rst` for some cycles.
    pub fn reset(&mut self) {
        // SAFETY: the model lives.
        unsafe { (self.code.reset)(self.raw.as_ptr(), 4) }
    }
    /// Cycles so far.
    pub fn cycles(&self) -> u64 {
        // SAFETY: the model lives.
        unsafe { (self.code.cycles)(self.raw.as_ptr()) }
    }
    /// The LEDs, the first one lowest.
    pub fn leds(&self) -> u8 {
        // SAFETY: the model lives.
        unsafe { (self.code.leds)(self.raw.as_ptr()) }
    }
    /// At most `cycles` cycles: sends the symbols and receives bytes; bit 8 of what is received says that a byte had no
    /// stop bit. Ends when everything was sent and `want` bytes have come.
    pub fn run(&mut self, symbols: &[u16], want: usize, cycles: u64) -> Vec<u16> {
        // a byte takes at least ten cycles, and what comes while sending is not bounded by `want`
        let room = want + 4096;
        let mut got: Vec<u16> = Vec::with_capacity(room);
        let (mut sent, mut received) = (0, 0);
        // SAFETY: the model lives; symbols are read within their count; at most `room` elements are written, and
        // `received` counts them.
        unsafe {
            (self.code.run)(
                self.raw.as_ptr(),
                symbols.as_ptr(),
                symbols.len() as u64,
                &mut sent,
                got.as_mut_ptr(),
                want as u64,
                room as u64,
                &mut received,
                cycles,
            );
            got.set_len(received as usize);
        }
        got
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        // SAFETY: the model lives, is ours, and is not used again.
        unsafe { (self.code.free)(self.raw.as_ptr()) }
    }
}
