//! What every engine does, seen from outside.
use drtp_core::layout::Place;
use drtp_core::regs::Counter;
use drtp_core::Network;
use drtp_golden::WeightWrite;

/// A packet of the input stream, good or bad.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// One byte a beat, or four; `tlast` with the last beat. At least one. On a 32-bit stream the length counts in beats:
    /// bytes beyond `N_0` in the last beat are ignored, bytes that are missing there mean nothing.
    pub bytes: Vec<i8>,
    /// Bit 7: learn; bits 6:0: target class.
    pub user: u8,
}
impl Frame {
    /// The target of a sample without one.
    pub const UNLABELLED: u8 = 127;

    /// A sample to learn.
    pub fn learn(x: &[i8], target: u8) -> Self {
        Self { bytes: x.to_vec(), user: 0x80 | target }
    }
    /// A sample to classify.
    pub fn classify(x: &[i8]) -> Self {
        Self { bytes: x.to_vec(), user: Self::UNLABELLED }
    }
    /// Whether the sample is to be learned.
    pub fn learns(&self) -> bool {
        self.user & 0x80 != 0
    }
    /// Its target.
    pub fn target(&self) -> usize {
        usize::from(self.user & 0x7f)
    }
}

/// One thing that a user does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Sends a frame.
    Frame(Frame),
    /// Applies what is owed.
    Flush,
    /// Weights and noise from the seeds; nothing is owed.
    Init,
    /// Flushes, then takes these settings. If the topology changes, [`Step::Init`] must follow.
    Configure(Network),
    /// Resets the hardware, as at power-up: generated settings, initial weights.
    Reset,
    /// Drops what has not begun and flushes; weights and settings stay.
    SoftReset,
    /// Flushes, then replaces all weights by `W[k][j][i]`, over the bus; settings and noise stay.
    Load(Vec<Vec<Vec<i32>>>),
    /// Reads all that was learned over the bus, resets, writes it back: nothing must have changed.
    SaveAndRestore,
}

/// Scores of one sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Scores `a_j`, `[N_K]`, in class order.
    pub scores: Vec<i32>,
    /// Predicted class.
    pub class: usize,
    /// Whether the sample will cause an update.
    pub owes: bool,
}

/// Why a frame was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DropReason {
    /// Too short or too long.
    BadFrame,
    /// To be learned, with a target that is no class, or by a core that does not learn.
    BadTarget,
    /// The core hung and its watchdog restarted it. No simulated engine gives this: it needs a fault.
    Restarted,
}

/// What a step led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A frame was classified.
    Packet(Packet),
    /// A frame was dropped; nothing changed.
    Dropped(DropReason),
    /// A command was carried out.
    Done,
    /// A configuration was refused; nothing changed.
    Refused,
}

/// A weight that changed, as a device saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedWrite {
    /// Frames accepted before the one that caused the write, since the device was made.
    pub sample: u64,
    /// The weight, its old and its new value.
    pub write: WeightWrite,
    /// Clock cycle; 0 where the device has none.
    pub cycle: u64,
}

/// What a device counted since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Clock cycles.
    pub cycles: u64,
    /// Frames classified.
    pub samples: u64,
    /// Frames dropped.
    pub dropped: u64,
    /// Weights read, of neurons that exist.
    pub weight_reads: u64,
    /// Weights changed, of neurons that exist.
    pub weight_writes: u64,
}

/// What a device cannot recover from: always a defect of the engine, never of a step.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Nothing moved for too long.
    #[error("{device}: nothing moved for {cycles} cycles, at cycle {at} ({doing})")]
    Hang {
        /// Device.
        device: String,
        /// The limit.
        cycles: u64,
        /// When.
        at: u64,
        /// What it was doing.
        doing: String,
    },
    /// A response on the bus changed or went before it was taken.
    #[error("{device}: the response to {doing} moved before it was taken, at cycle {at}")]
    Moved {
        /// Device.
        device: String,
        /// When.
        at: u64,
        /// The access.
        doing: String,
    },
    /// The simulated logic did not settle: a combinational loop.
    #[error("{device}: the logic did not settle at cycle {at}")]
    Unsettled {
        /// Device.
        device: String,
        /// When.
        at: u64,
    },
    /// A memory was used in a way that hardware leaves undefined.
    #[error("{device}: memory {memory}: {what} by cycle {at}")]
    Hazard {
        /// Device.
        device: String,
        /// Which memory.
        memory: String,
        /// What happened.
        what: String,
        /// When it was found.
        at: u64,
    },
    /// The bus answered with an error where it must not.
    #[error("{device}: {what} was refused, at cycle {at}")]
    Refused {
        /// Device.
        device: String,
        /// Which access.
        what: String,
        /// When.
        at: u64,
    },
    /// A weight write where no weight lies.
    #[error("{device}: write to {place:?}, where no weight lies, at cycle {at}")]
    StrayWrite {
        /// Device.
        device: String,
        /// Where.
        place: Place,
        /// When.
        at: u64,
    },
    /// The design could not be built.
    #[error("{device}: {reason}")]
    Build {
        /// Device.
        device: String,
        /// Why.
        reason: String,
    },
    /// A program that the engine needs is missing or fails; nobody's defect.
    #[error("{0}")]
    Tool(String),
    /// A waveform could not be written.
    #[error("waveform: {0}")]
    Trace(#[from] std::io::Error),
}

/// An engine: golden, rust-hdl and those to come.
pub trait Device {
    /// What to call it.
    fn name(&self) -> &str;
    /// Carries out the steps in order and gives a reply to each. Frames that follow each other stream without a pause.
    ///
    /// # Errors
    /// Only for a defect of the engine; a bad frame or configuration is a [`Reply`].
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError>;
    /// The weight writes seen since the last call, in no particular order.
    ///
    /// # Errors
    /// A write where no weight lies, or before any sample.
    fn take_writes(&mut self) -> Result<Vec<ObservedWrite>, DeviceError>;
    /// Whether [`Device::take_writes`] tells anything: what is behind a cable shows no writes.
    fn sees_writes(&self) -> bool {
        true
    }
    /// Weights `W[k][j][i]` as stored now: after a flush, the network's.
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>>;
    /// State of the noise; 0 where nothing learns.
    fn noise_state(&mut self) -> u32;
    /// What was counted.
    fn counters(&self) -> Counters;
    /// The counters of the hardware, since its last reset; those that the device can tell.
    ///
    /// # Errors
    /// A defect of the engine.
    fn read_counters(&mut self) -> Result<Vec<(Counter, u64)>, DeviceError> {
        Ok(vec![])
    }
}
