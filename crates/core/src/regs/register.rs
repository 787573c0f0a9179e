//! What one register is: where, which fields, what it accepts, what stands behind it.
use crate::design::Design;

/// What a master may do with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A write is refused.
    ReadOnly,
    /// A read shows what was written.
    ReadWrite,
    /// A write clears the bits that are 1.
    WriteOneToClear,
    /// A write starts something, a read shows what is still under way.
    Command,
}

impl Access {
    /// As data sheets write it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::ReadOnly => "RO",
            Self::ReadWrite => "RW",
            Self::WriteOneToClear => "RW1C",
            Self::Command => "WO/SC",
        }
    }
}

/// A setting of the network; it is in force after `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Rule, activation, projection, dead zone, margin.
    Mode,
    /// Number of layers.
    Layers,
    /// Seed of the initial weights.
    SeedInit,
    /// Seed of the projection.
    SeedProjection,
    /// Seed of the rounding noise.
    SeedNoise,
    /// Size of layer k, from 0.
    Size(usize),
    /// Binary point of layer k, from 1.
    Wf(usize),
    /// Update shift of layer k, from 1.
    Shift(usize),
    /// Initial weights of layer k, from 1.
    InitBits(usize),
}

/// What is counted, in the order of the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counter {
    /// Clock cycles.
    Cycles,
    /// Cycles within a pass.
    BusyCycles,
    /// Samples classified.
    Samples,
    /// Samples that were to be learned.
    Learned,
    /// Samples whose predicted class is their target.
    Correct,
    /// Frames dropped.
    Dropped,
    /// Events: inputs visited, once for each group of lanes.
    Events,
    /// Weights read, of neurons that exist.
    WeightReads,
    /// Weights changed, of neurons that exist.
    WeightWrites,
    /// Updates that were cut off at the largest weight.
    Saturations,
    /// Cycles in which a beat of the input stream waited.
    InputStalls,
    /// Cycles in which a beat of the output stream waited.
    OutputStalls,
}

impl Counter {
    /// All of them, in the order of their registers.
    pub const ALL: [Counter; 12] = [
        Counter::Cycles,
        Counter::BusyCycles,
        Counter::Samples,
        Counter::Learned,
        Counter::Correct,
        Counter::Dropped,
        Counter::Events,
        Counter::WeightReads,
        Counter::WeightWrites,
        Counter::Saturations,
        Counter::InputStalls,
        Counter::OutputStalls,
    ];
    /// Those that a design has, in the order of their registers: what only learning counts is not there without it.
    pub fn of(design: &Design) -> Vec<Counter> {
        let learns = |c: &Counter| matches!(c, Counter::Learned | Counter::WeightWrites | Counter::Saturations);
        let there = |c: &Counter| design.counters && (design.learning || !learns(c));
        Self::ALL.into_iter().filter(there).collect()
    }
    /// Name of the register, without `_LOW` or `_HIGH`.
    pub fn name(self) -> &'static str {
        [
            "CYCLES",
            "BUSY_CYCLES",
            "SAMPLES",
            "LEARNED",
            "CORRECT",
            "DROPPED",
            "EVENTS",
            "WEIGHT_READS",
            "WEIGHT_WRITES",
            "SATURATIONS",
            "INPUT_STALLS",
            "OUTPUT_STALLS",
        ][self as usize]
    }
    /// What it counts.
    pub fn doc(self) -> &'static str {
        [
            "clock cycles",
            "cycles within a pass, from its first layer's begin to its end",
            "samples classified",
            "samples classified that were to be learned",
            "samples classified as their target (an inference may carry one; 127: none)",
            "frames dropped: wrong length, bad target, or by a soft reset",
            "events: inputs visited, once for each group of L neurons",
            "weights read by events, of neurons that exist",
            "weights changed by updates, of neurons that exist",
            "updates cut off at the largest weight, of neurons that exist",
            "cycles with `s_axis_tvalid` and without `s_axis_tready`",
            "cycles with `m_axis_tvalid` and without `m_axis_tready`",
        ][self as usize]
    }
}

/// What stands behind a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A number that was fixed at generation.
    Constant,
    /// CTRL.
    Control,
    /// STATUS.
    Status,
    /// IRQ_STATUS.
    IrqStatus,
    /// IRQ_ENABLE.
    IrqEnable,
    /// A shadowed setting.
    Setting(Setting),
    /// NOISE_STATE.
    NoiseState,
    /// Half of a counter.
    Counter {
        /// Which one.
        counter: Counter,
        /// Its upper half, as it was when the lower one was read.
        high: bool,
    },
    /// W_ADDR.
    WindowAddress,
    /// W_DATA.
    WindowData,
}

/// Some bits of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name; that of the register if it is the only one.
    pub name: &'static str,
    /// Lowest bit.
    pub lsb: u32,
    /// Number of bits.
    pub bits: u32,
    /// Least value accepted.
    pub least: u32,
    /// Largest value accepted.
    pub most: u32,
    /// One more value that is accepted.
    pub also: Option<u32>,
    /// What it means.
    pub doc: String,
}

impl Field {
    /// A field that takes every value.
    pub fn new(name: &'static str, lsb: u32, bits: u32, doc: impl Into<String>) -> Self {
        let most = (!0u32).checked_shr(32 - bits).unwrap_or(0);
        Self { name, lsb, bits, least: 0, most, also: None, doc: doc.into() }
    }
    /// The same, limited to a range.
    pub fn range(self, least: u32, most: u32) -> Self {
        Self { least, most, ..self }
    }
    /// The bits of a register that are the field's.
    pub fn mask(&self) -> u32 {
        (!0u32).checked_shr(32 - self.bits).unwrap_or(0) << self.lsb
    }
    /// The field's value in a register's.
    pub fn of(&self, value: u32) -> u32 {
        (value & self.mask()) >> self.lsb
    }
    /// Whether it takes the value.
    pub fn accepts(&self, value: u32) -> bool {
        (self.least..=self.most).contains(&value) || self.also == Some(value)
    }
    /// Whether it takes every value of its width.
    pub fn takes_all(&self) -> bool {
        (self.least, self.most) == (0, self.mask() >> self.lsb)
    }
}

/// One register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Name.
    pub name: String,
    /// Byte address.
    pub offset: u16,
    /// What a master may do.
    pub access: Access,
    /// Only while STATUS shows neither busy nor pending; else SLVERR.
    pub quiet_only: bool,
    /// Its fields; all other bits read 0 and must be written 0.
    pub fields: Vec<Field>,
    /// Value after reset, where it is always the same.
    pub reset: Option<u32>,
    /// What stands behind it.
    pub role: Role,
    /// What it is for.
    pub doc: String,
}

impl Register {
    /// The layer that it belongs to, from 0.
    pub fn layer(&self) -> Option<usize> {
        match self.role {
            Role::Setting(Setting::Size(k) | Setting::Wf(k) | Setting::Shift(k) | Setting::InitBits(k)) => Some(k),
            _ => None,
        }
    }
    /// Whether a write of `value` is in range. What depends on other registers is not judged here: the bank of W_DATA,
    /// the time of an `apply`.
    pub fn accepts(&self, value: u32, design: &Design) -> bool {
        let known = self.fields.iter().fold(0, |mask, f| mask | f.mask());
        let fields = value & !known == 0 && self.fields.iter().all(|f| f.accepts(f.of(value)));
        match self.role {
            // an apply that fails must not let an init destroy the weights
            Role::Control => fields && (value & super::CTRL_APPLY == 0 || value == super::CTRL_APPLY),
            Role::WindowAddress => {
                let words = if value >> 31 != 0 { design.output_words } else { design.hidden_words };
                fields && ((value & 0x00FF_FFFF) as usize) < words
            }
            _ => fields && self.access != Access::ReadOnly,
        }
    }
}
