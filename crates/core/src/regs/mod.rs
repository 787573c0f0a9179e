//! The control registers: 32-bit registers at 12-bit byte addresses. [`table`] describes each of them once; the
//! hardware's decoder, its tests, the documentation ([`markdown`]) and the C header ([`header`]) are built from it.

mod header;
mod markdown;
mod register;
mod table;

pub use header::header;
pub use markdown::markdown;
pub use register::{Access, Counter, Field, Register, Role, Setting};
pub use table::table;

use crate::design::Design;
use crate::layout::{Bank, Place};
use crate::network::{Network, Nonlinearity, Projection};

/// What ID reads: "DRTP".
pub const ID_VALUE: u32 = 0x4452_5450;
/// What VERSION reads: major in bits 23:16, minor in 15:8, patch in 7:0.
pub const VERSION_VALUE: u32 = (part(env!("CARGO_PKG_VERSION_MAJOR")) << 16)
    | (part(env!("CARGO_PKG_VERSION_MINOR")) << 8)
    | part(env!("CARGO_PKG_VERSION_PATCH"));

/// A number of the package's version, which has eight bits in the register. One that has not ends the compilation.
const fn part(text: &str) -> u32 {
    let digits = text.as_bytes();
    let (mut value, mut i) = (0, 0);
    while i < digits.len() {
        value = 10 * value + (digits[i] - b'0') as u32;
        i += 1;
    }
    assert!(value < 256, "a part of the version does not fit its eight bits of the register VERSION");
    value
}

/// Identifies the core.
pub const ID: u16 = 0x000;
/// Version of the hardware.
pub const VERSION: u16 = 0x004;
/// Lanes L.
pub const LANES: u16 = 0x008;
/// Widths of the weights.
pub const WEIGHT_BITS: u16 = 0x00C;
/// Words of a lane's hidden bank.
pub const CAPACITY: u16 = 0x010;
/// Layers at the most.
pub const MAX_LAYERS: u16 = 0x014;
/// Largest number of inputs or hidden neurons.
pub const MAX_WIDTH: u16 = 0x018;
/// Words of a lane's output bank.
pub const OUTPUT_CAPACITY: u16 = 0x01C;
/// Commands; reads show which are still under way.
pub const CTRL: u16 = 0x020;
/// What the core is doing.
pub const STATUS: u16 = 0x024;
/// Events since they were last cleared.
pub const IRQ_STATUS: u16 = 0x028;
/// Which events raise `irq`.
pub const IRQ_ENABLE: u16 = 0x02C;
/// Rule in bits 1:0, activation in bit 4, ternary B in bit 5, dead zone in bits 15:8, margin in bits 31:16.
pub const MODE: u16 = 0x030;
/// Number of layers K.
pub const LAYERS: u16 = 0x034;
/// Seed of the initial weights.
pub const SEED_INIT: u16 = 0x038;
/// Seed of the projection.
pub const SEED_PROJECTION: u16 = 0x03C;
/// Seed of the rounding noise.
pub const SEED_NOISE: u16 = 0x040;
/// State of the rounding noise.
pub const NOISE_STATE: u16 = 0x044;
/// First of the layer registers.
pub const LAYER_BASE: u16 = 0x080;
/// Distance between the registers of two layers.
pub const LAYER_STRIDE: u16 = 0x010;
/// Within a layer: size N_k.
pub const LAYER_SIZE: u16 = 0x0;
/// Within a layer k >= 1: binary point of the weights.
pub const LAYER_WF: u16 = 0x4;
/// Within a layer k >= 1: update shift.
pub const LAYER_SHIFT: u16 = 0x8;
/// Within a layer k >= 1: initial weights.
pub const LAYER_INIT_BITS: u16 = 0xC;
/// First of the counters, 64 bits each, low word first.
pub const COUNTER_BASE: u16 = 0x100;
/// Place of the weight window.
pub const W_ADDR: u16 = 0x180;
/// The weight there; each access moves to the next word.
pub const W_DATA: u16 = 0x184;

/// MODE bit 4: the activation is the clipped ReLU.
pub const MODE_CLIPPED_RELU: u32 = 1 << 4;

/// CTRL bit 0: weights and noise from the seeds, nothing owed.
pub const CTRL_INIT: u32 = 1 << 0;
/// CTRL bit 1: apply what is owed, so that the memories hold the final weights.
pub const CTRL_FLUSH: u32 = 1 << 1;
/// CTRL bit 2: all counters to zero.
pub const CTRL_CLEAR: u32 = 1 << 2;
/// CTRL bit 3: finish the pass, drop frames not begun, flush.
pub const CTRL_SOFT_RESET: u32 = 1 << 3;
/// CTRL bit 4: take the whole set of written settings.
pub const CTRL_APPLY: u32 = 1 << 4;

/// STATUS bit 0: a pass, an init, a command or scores that have not left.
pub const STATUS_BUSY: u32 = 1 << 0;
/// STATUS bit 1: some layer owes an update.
pub const STATUS_PENDING: u32 = 1 << 1;
/// STATUS bit 2: a byte of a sample has been taken that no pass has begun with.
pub const STATUS_LOADED: u32 = 1 << 2;
/// STATUS bit 3: the weights have been initialised.
pub const STATUS_INIT_DONE: u32 = 1 << 3;

/// IRQ bit 0: a frame of the wrong length was dropped.
pub const IRQ_BAD_FRAME: u32 = 1 << 0;
/// IRQ bit 1: a sample to learn whose target is no class was dropped.
pub const IRQ_BAD_TARGET: u32 = 1 << 1;
/// IRQ bit 2: an applied set did not fit and the old one stays.
pub const IRQ_BAD_CONFIG: u32 = 1 << 2;
/// IRQ bit 3: a register access was answered with SLVERR.
pub const IRQ_BAD_ACCESS: u32 = 1 << 3;
/// IRQ bit 4: an init, a flush or a soft reset is done.
pub const IRQ_DONE: u32 = 1 << 4;
/// IRQ bit 5: a sample was classified.
pub const IRQ_CLASSIFIED: u32 = 1 << 5;
/// IRQ bit 6, of a core with a watchdog: the core hung and was restarted.
pub const IRQ_RESTARTED: u32 = 1 << 6;

/// Every event of a design's IRQ_STATUS.
pub fn events(d: &Design) -> u32 {
    let all = IRQ_BAD_FRAME | IRQ_BAD_TARGET | IRQ_BAD_CONFIG | IRQ_BAD_ACCESS | IRQ_DONE | IRQ_CLASSIFIED;
    all | if d.watchdog { IRQ_RESTARTED } else { 0 }
}

/// Offset of a register of layer `k` (0 is the input).
pub fn layer(k: usize, register: u16) -> u16 {
    LAYER_BASE + LAYER_STRIDE * k as u16 + register
}

/// Whether an offset is that of an update shift: what can be set of a fixed network.
pub fn is_shift(offset: u16) -> bool {
    (layer(1, 0)..COUNTER_BASE).contains(&offset) && offset % LAYER_STRIDE == LAYER_SHIFT
}

/// Offset of the low word of a counter; the high word follows it.
pub fn counter(counter: Counter) -> u16 {
    COUNTER_BASE + 8 * counter as u16
}

/// The MODE register of a network.
pub fn mode(n: &Network) -> u32 {
    n.rule.code()
        | if n.activation == Nonlinearity::ClippedRelu { MODE_CLIPPED_RELU } else { 0 }
        | u32::from(n.projection == Projection::Ternary) << 5
        | n.dead_zone << 8
        | n.margin << 16
}

/// The W_ADDR register for a place.
pub fn window(place: Place) -> u32 {
    u32::from(place.bank == Bank::Output) << 31 | (place.lane as u32) << 24 | place.word as u32
}

/// The MODE register of a network on a design: without learning, the activation alone.
pub fn mode_of(d: &Design, n: &Network) -> u32 {
    if d.learning {
        mode(n)
    } else {
        mode(n) & MODE_CLIPPED_RELU
    }
}

/// Every write that describes a network to a design, without the `apply` that takes it.
pub fn writes(d: &Design, n: &Network) -> Vec<(u16, u32)> {
    let mut out = vec![(MODE, mode_of(d, n)), (LAYERS, n.depth() as u32)];
    if d.learning {
        let seeds = n.seeds;
        out.extend([(SEED_INIT, seeds.init), (SEED_PROJECTION, seeds.projection), (SEED_NOISE, seeds.noise)]);
    }
    out.push((layer(0, LAYER_SIZE), n.inputs as u32));
    for (k, l) in n.layers.iter().enumerate() {
        out.push((layer(k + 1, LAYER_SIZE), l.size as u32));
        out.push((layer(k + 1, LAYER_WF), l.wf));
        if d.learning {
            out.push((layer(k + 1, LAYER_SHIFT), l.shift));
            out.push((layer(k + 1, LAYER_INIT_BITS), l.init_bits));
        }
    }
    out
}
