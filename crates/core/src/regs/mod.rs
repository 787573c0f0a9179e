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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Layer, Rule, Seeds};

    /// Two layers, no setting of which is like another.
    fn network() -> Network {
        Network {
            inputs: 9,
            layers: vec![
                Layer { size: 7, wf: 9, shift: 6, init_bits: 5 },
                Layer { size: 3, wf: 10, shift: 4, init_bits: Layer::ZERO_INIT },
            ],
            rule: Rule::Contrastive,
            activation: Nonlinearity::ClippedRelu,
            projection: Projection::Ternary,
            dead_zone: 0x12,
            margin: 0x345,
            seeds: Seeds { init: 0xA, projection: 0xB, noise: 0xC },
        }
    }
    fn config() -> Config {
        let design = Config::with_layers(4, &[9, 7, 3]).unwrap().design().clone();
        Config::new(design, network()).unwrap()
    }

    #[test]
    fn the_version_is_the_packages() {
        assert_eq!((part("0"), part("7"), part("10"), part("255")), (0, 7, 10, 255));
        let parts = [VERSION_VALUE >> 16, VERSION_VALUE >> 8 & 0xff, VERSION_VALUE & 0xff].map(|p| p.to_string());
        assert_eq!(parts.join("."), env!("CARGO_PKG_VERSION"));
    }
    #[test]
    fn places_of_registers() {
        assert_eq!([layer(0, LAYER_SIZE), layer(1, LAYER_WF), layer(4, LAYER_INIT_BITS)], [0x080, 0x094, 0x0CC]);
        assert_eq!([counter(Counter::Cycles), counter(Counter::OutputStalls)], [0x100, 0x158]);
        // SHIFT of layers 1 and up; layer 0 has none
        let shifts: Vec<u16> = (0..0x200).filter(|o| is_shift(*o)).collect();
        assert_eq!(shifts, [0x098, 0x0A8, 0x0B8, 0x0C8, 0x0D8, 0x0E8, 0x0F8]);
    }
    #[test]
    fn fields_of_mode_and_window() {
        let n = network();
        assert_eq!(mode(&n), 0x0345_1232);
        let plain = Network { activation: Nonlinearity::HardTanh, projection: Projection::Binary, ..n.clone() };
        assert_eq!(mode(&plain), 0x0345_1202);
        let codes = Rule::ALL.map(|rule| mode(&Network { rule, dead_zone: 0, margin: 0, ..plain.clone() }));
        assert_eq!(codes, [0, 1, 2, 3]);
        let learns = config().design().clone();
        let frozen = Design { learning: false, ..learns.clone() };
        assert_eq!([mode_of(&learns, &n), mode_of(&frozen, &n)], [0x0345_1232, 0x10]);
        assert_eq!(window(Place { bank: Bank::Hidden, lane: 3, word: 0x145 }), 0x0300_0145);
        assert_eq!(window(Place { bank: Bank::Output, lane: 5, word: 0x42 }), 0x8500_0042);
    }
    #[test]
    fn events_and_counters_of_a_design() {
        let learns = config().design().clone();
        assert_eq!(events(&learns), 0x3F);
        assert_eq!(events(&Design { watchdog: true, ..learns.clone() }), 0x7F);
        let frozen = Design { learning: false, ..learns.clone() };
        let without: Vec<_> = Counter::ALL.into_iter().filter(|c| !Counter::of(&frozen).contains(c)).collect();
        assert_eq!(without, [Counter::Learned, Counter::WeightWrites, Counter::Saturations]);
        assert_eq!(Counter::of(&learns), Counter::ALL);
        assert!(Counter::of(&Design { counters: false, ..learns }).is_empty());
    }
    #[test]
    fn writes_that_describe_a_network() {
        let n = network();
        let learns = config().design().clone();
        let all = [
            (MODE, 0x0345_1232),
            (LAYERS, 2),
            (SEED_INIT, 0xA),
            (SEED_PROJECTION, 0xB),
            (SEED_NOISE, 0xC),
            (0x080, 9),
            (0x090, 7),
            (0x094, 9),
            (0x098, 6),
            (0x09C, 5),
            (0x0A0, 3),
            (0x0A4, 10),
            (0x0A8, 4),
            (0x0AC, 31),
        ];
        assert_eq!(writes(&learns, &n), all);
        let few = [(MODE, 0x10), (LAYERS, 2), (0x080, 9), (0x090, 7), (0x094, 9), (0x0A0, 3), (0x0A4, 10)];
        assert_eq!(writes(&Design { learning: false, ..learns }, &n), few);
    }
    /// What the table holds after reset is what those writes say, and it takes each of them.
    #[test]
    fn the_table_takes_its_own_network() {
        let config = config();
        let table = table(&config);
        for (offset, value) in writes(config.design(), config.network()) {
            let register = table.iter().find(|r| r.offset == offset).unwrap();
            assert_eq!(
                (register.reset, register.accepts(value, config.design())),
                (Some(value), true),
                "{}",
                register.name
            );
            assert!(matches!(register.role, Role::Setting(_)), "{}", register.name);
        }
        let noise = table.iter().find(|r| r.offset == NOISE_STATE).unwrap();
        assert_eq!((noise.role, noise.quiet_only, noise.reset), (Role::NoiseState, true, None));
        assert!(noise.doc.starts_with("State of the rounding noise"), "{}", noise.doc);
    }
    #[test]
    fn of_a_network_that_is_built_in_only_shifts_are_written() {
        let config = config();
        let fixed = Design { fixed_network: true, max_layers: 2, ..config.design().clone() };
        let config = Config::new(fixed, network()).unwrap();
        let table = table(&config);
        let writable: Vec<&str> = table
            .iter()
            .filter(|r| matches!(r.role, Role::Setting(_)) && r.access != Access::ReadOnly)
            .map(|r| r.name.as_str())
            .collect();
        assert_eq!(writable, ["LAYER1_SHIFT", "LAYER2_SHIFT"]);
    }
    #[test]
    fn what_registers_accept() {
        let config = config();
        let d = config.design();
        let table = table(&config);
        let takes = |offset: u16, value: u32| table.iter().find(|r| r.offset == offset).unwrap().accepts(value, d);
        // read-only ones nothing, not even what they hold
        assert!(!takes(ID, ID_VALUE) && !takes(LANES, 4));
        // bits of no field
        assert!(takes(IRQ_ENABLE, 0x3F) && !takes(IRQ_ENABLE, 0x40));
        // an apply alone, or other commands
        assert!(takes(CTRL, 0) && takes(CTRL, CTRL_APPLY) && takes(CTRL, 0xF));
        assert!(!takes(CTRL, CTRL_APPLY | CTRL_INIT) && !takes(CTRL, 0x20));
        // limits: 1 to 4 layers as the design has them, shifts to 12, wf to 15, init_bits to 10 or 31
        let layers = d.max_layers as u32;
        assert_eq!([0, 1, layers, layers + 1].map(|n| takes(LAYERS, n)), [false, true, true, false]);
        assert_eq!([0, 12, 13].map(|n| takes(layer(1, LAYER_SHIFT), n)), [true, true, false]);
        assert_eq!([0, 15, 16].map(|n| takes(layer(1, LAYER_WF), n)), [true, true, false]);
        assert_eq!(
            [10, 11, 30, 31, 32].map(|n| takes(layer(1, LAYER_INIT_BITS), n)),
            [true, false, false, true, false]
        );
        assert_eq!([0, 1, 128, 129].map(|n| takes(layer(2, LAYER_SIZE), n)), [false, true, true, false]);
        assert_eq!([0, 1, u32::MAX].map(|n| takes(NOISE_STATE, n)), [false, true, true]);
        // each bank to its last word, of lanes that are there
        let (hidden, output) = (d.hidden_words as u32, d.output_words as u32);
        assert!(takes(W_ADDR, 3 << 24 | (hidden - 1)) && !takes(W_ADDR, hidden));
        assert!(takes(W_ADDR, 1 << 31 | (output - 1)) && !takes(W_ADDR, 1 << 31 | output));
        assert!(!takes(W_ADDR, 4 << 24));
    }
    #[test]
    fn fields_know_their_bits() {
        let f = Field::new("f", 4, 3, "");
        assert_eq!((f.mask(), f.of(0xFFFF_FFAF), f.of(0x50), f.takes_all()), (0x70, 2, 5, true));
        assert!(!f.clone().range(1, 7).takes_all() && !f.range(0, 6).takes_all());
        let whole = Field::new("w", 0, 32, "");
        assert_eq!((whole.mask(), whole.most, whole.takes_all()), (u32::MAX, u32::MAX, true));
    }
}
