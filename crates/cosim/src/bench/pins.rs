//! What a simulator of the core shows: its pins in every cycle, and what a bench must see of the inside.
//!
//! The structs are laid out as C lays them out, so that a compiled model fills them in directly.
use super::stream::StreamRun;
use crate::device::DeviceError;
use drtp_core::layout::Place;

/// Input pins in one cycle. Flags are 0 or 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs)] // the names of the ports
pub struct Inputs {
    pub s_axis_tdata: u32,
    pub s_axil_awaddr: u32,
    pub s_axil_wdata: u32,
    pub s_axil_araddr: u32,
    pub rst: u8,
    pub s_axis_tvalid: u8,
    pub s_axis_tlast: u8,
    pub s_axis_tuser: u8,
    pub m_axis_tready: u8,
    pub s_axil_awvalid: u8,
    pub s_axil_wvalid: u8,
    pub s_axil_wstrb: u8,
    pub s_axil_bready: u8,
    pub s_axil_arvalid: u8,
    pub s_axil_rready: u8,
}

/// Output pins in one cycle, before its rising edge, and the verdict on a frame whose last beat is taken in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs)] // the names of the ports
pub struct Outputs {
    pub m_axis_tdata: u32,
    pub s_axil_rdata: u32,
    pub s_axis_tready: u8,
    pub m_axis_tvalid: u8,
    pub m_axis_tlast: u8,
    pub m_axis_tuser: u8,
    pub s_axil_awready: u8,
    pub s_axil_wready: u8,
    pub s_axil_bresp: u8,
    pub s_axil_bvalid: u8,
    pub s_axil_arready: u8,
    pub s_axil_rresp: u8,
    pub s_axil_rvalid: u8,
    pub irq: u8,
    /// The loader's own flags: which frame was dropped cannot be told from outside in the cycle in which it happens.
    pub bad_frame: u8,
    pub bad_target: u8,
}

/// One beat of the input stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Beat {
    /// `tdata`.
    pub data: u32,
    /// `tlast`.
    pub last: u8,
    /// `tuser`.
    pub user: u8,
}

/// One beat of the output stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct ScoreBeat {
    /// `tdata`.
    pub data: i32,
    /// `tlast`.
    pub last: u8,
    /// `tuser`.
    pub user: u8,
}

/// A word of a weight bank that an update changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct RawWrite {
    /// Clock cycle.
    pub cycle: u64,
    /// Samples classified before it.
    pub classified: u64,
    /// Word of the bank.
    pub word: u32,
    /// Value before.
    pub old: i32,
    /// Value after.
    pub new: i32,
    /// Lane.
    pub lane: u16,
    /// 1 for the output bank.
    pub output: u8,
}

/// What was seen inside since the log was emptied.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Weights changed by updates.
    pub writes: Vec<RawWrite>,
    /// Weights read by events, of neurons that exist.
    pub weight_reads: u64,
    /// Events.
    pub events: u64,
}

/// Neurons that exist at each word: hidden bank, output bank.
pub type Tables = [Vec<u8>; 2];

/// A simulator of one core.
pub trait Pins {
    /// What to call it.
    fn name(&self) -> &'static str;
    /// Clock cycles since it was built.
    fn cycles(&self) -> u64;
    /// Which words hold weights of neurons that exist, from now on.
    fn set_tables(&mut self, tables: &Tables);
    /// One clock cycle with these inputs.
    ///
    /// # Errors
    /// A defect of the engine.
    fn cycle(&mut self, inputs: &Inputs, log: &mut Log) -> Result<Outputs, DeviceError>;
    /// Runs the streams to their end; other inputs are idle.
    ///
    /// # Errors
    /// A defect of the engine, or nothing moved for longer than `run` has patience.
    fn stream(&mut self, run: &mut StreamRun, log: &mut Log) -> Result<(), DeviceError>;
    /// A word of a bank as stored now, by a back door.
    fn word(&self, place: Place) -> i32;
    /// State of the noise, by a back door.
    fn noise_state(&self) -> u32;
    /// Whether a memory was used in a way that hardware leaves undefined.
    ///
    /// # Errors
    /// It was.
    fn check(&self) -> Result<(), DeviceError>;
}
