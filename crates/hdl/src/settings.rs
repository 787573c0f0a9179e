//! The settings of the network: shadows, `apply`, what is in force. Offsets: [`drtp_core::regs`].
//!
//! Only good writes arrive here: the decoder has judged each value by itself. `apply` takes the whole set; one that does
//! not fit the hardware is refused with `fails` and the old one stays in force. That takes one cycle a group and three a
//! layer, during which the bus and the input stream wait (`judging`). A read shows what was written.
//!
//! After reset the generated defaults are in force. Of a fixed network they always are, but for the update shifts, and an
//! `apply` takes these at once: they fit.
use crate::activity::Activity;
use crate::axil::ADDRESS_BITS;
use crate::comment;
use crate::fit_check::FitCheck;
use crate::layer_select::LAYER_BITS;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use crate::shadow::Shadow;
use drtp_core::{regs, Config, Layer};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of MODE that concern learning.
const MODE_BITS: usize = 27;

/// MODE without its gaps and the activation.
fn packed(mode: u32) -> u32 {
    (mode & 3) | (mode >> 3 & 4) | (mode >> 5 & 0x07FF_FFF8)
}

/// The settings registers.
#[derive(SettlingBlock)]
pub struct Settings {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// A register of the settings, or another one, is written with a value that it takes.
    pub write: Signal<In, Bit>,
    pub address: Signal<In, Uint>,
    pub data: Signal<In, Uint>,
    pub value: Signal<Out, Uint>,
    pub apply: Signal<In, Bit>,
    /// An `apply` is under way.
    pub judging: Signal<Out, Bit>,
    /// Pulses at its end: one of the two.
    pub applied: Signal<Out, Bit>,
    pub fails: Signal<Out, Bit>,
    // the settings in force
    pub layers: Signal<Out, Uint>,
    pub rule: Signal<Out, Uint>,
    pub clipped_relu: Signal<Out, Bit>,
    pub ternary: Signal<Out, Bit>,
    pub dead_zone: Signal<Out, Uint>,
    pub margin: Signal<Out, Uint>,
    pub seed_init: Signal<Out, Uint>,
    pub seed_projection: Signal<Out, Uint>,
    pub seed_noise: Signal<Out, Uint>,
    pub size: Vec<Signal<Out, Uint>>,
    pub wf: Vec<Signal<Out, Uint>>,
    pub shift: Vec<Signal<Out, Uint>>,
    pub init_bits: Vec<Signal<Out, Uint>>,
    /// What MODE says of learning, LAYERS, the three seeds, the activation in MODE.
    common: Vec<Shadow>,
    size_set: Vec<Shadow>,
    wf_set: Vec<Shadow>,
    shift_set: Vec<Shadow>,
    init_bits_set: Vec<Shadow>,
    common_power_up: Vec<Constant<Uint>>,
    size_power_up: Vec<Constant<Uint>>,
    wf_power_up: Vec<Constant<Uint>>,
    shift_power_up: Vec<Constant<Uint>>,
    init_bits_power_up: Vec<Constant<Uint>>,
    /// Whose address it is.
    is_common: Vec<Register<Bit>>,
    is_size: Vec<Register<Bit>>,
    is_wf: Vec<Register<Bit>>,
    is_shift: Vec<Register<Bit>>,
    is_init_bits: Vec<Register<Bit>>,
    fit: FitCheck,
    shown: Register<Uint>,
    size_shown: Register<Uint>,
    wf_shown: Register<Uint>,
    shift_shown: Register<Uint>,
    init_bits_shown: Register<Uint>,
    common_shown: Register<Uint>,
    chosen: Signal<Local, Uint>,
    of_layer: Signal<Local, Uint>,
    place: Signal<Local, Uint>,
    field: Signal<Local, Uint>,
    learns: Constant<Bit>,
    fixed: Constant<Bit>,
    takes: Signal<Local, Bit>,
    mode: Signal<Local, Uint>,
    mode_data: Signal<Local, Uint>,
    size_data: Signal<Local, Uint>,
    new_4: Signal<Local, Uint>,
    new_5: Signal<Local, Uint>,
    _size_bits: usize,
    _max_layers: usize,
    _sizes: usize,
    _activity: Activity,
}

impl Settings {
    pub fn new(config: &Config) -> Self {
        let (design, network) = (config.design(), config.network());
        let (max, size) = (design.max_layers, design.size_bits());
        let sizes = network.sizes();
        let of_layer = |k: usize| network.layers.get(k).copied().unwrap_or(Layer::output(1));
        let constant = |width: usize, v: u32| Constant::new(Uint::new(i64::from(v), width));
        let constants = |width: usize, count: usize, f: &dyn Fn(usize) -> u32| -> Vec<Constant<Uint>> {
            (0..count).map(|k| constant(width, f(k))).collect()
        };
        let fixed = design.fixed_network;
        let shadows = |width, count, fixed| (0..count).map(|_| Shadow::new(width, fixed)).collect();
        let outputs = |width: usize, count: usize| (0..count).map(|_| num(width)).collect();
        let bits = |count: usize| (0..count).map(|_| Register::default()).collect();
        let seeds = network.seeds;
        Self {
            clk: Default::default(),
            rst: Default::default(),
            write: Default::default(),
            address: num(ADDRESS_BITS),
            data: num(32),
            value: num(32),
            apply: Default::default(),
            judging: Default::default(),
            applied: Default::default(),
            fails: Default::default(),
            layers: num(LAYER_BITS),
            rule: num(2),
            clipped_relu: Default::default(),
            ternary: Default::default(),
            dead_zone: num(8),
            margin: num(16),
            seed_init: num(32),
            seed_projection: num(32),
            seed_noise: num(32),
            size: outputs(size, max + 1),
            wf: outputs(4, max),
            shift: outputs(4, max),
            init_bits: outputs(5, max),
            common: [MODE_BITS, LAYER_BITS, 32, 32, 32, 1].map(|width| Shadow::new(width, fixed)).into(),
            size_set: shadows(size, max + 1, fixed),
            wf_set: shadows(4, max, fixed),
            shift_set: shadows(4, max, false),
            init_bits_set: shadows(5, max, fixed),
            common_power_up: vec![
                constant(MODE_BITS, packed(regs::mode(network))),
                constant(LAYER_BITS, network.depth() as u32),
                constant(32, seeds.init),
                constant(32, seeds.projection),
                constant(32, seeds.noise),
                constant(1, regs::mode(network) >> regs::MODE_CLIPPED_RELU.trailing_zeros() & 1),
            ],
            size_power_up: constants(size, max + 1, &|k| sizes.get(k).map_or(1, |s| *s as u32)),
            wf_power_up: constants(4, max, &|k| of_layer(k).wf),
            shift_power_up: constants(4, max, &|k| of_layer(k).shift),
            init_bits_power_up: constants(5, max, &|k| of_layer(k).init_bits),
            is_common: bits(5),
            is_size: bits(max + 1),
            is_wf: bits(max),
            is_shift: bits(max),
            is_init_bits: bits(max),
            fit: FitCheck::new(design),
            shown: Register::wide(32),
            size_shown: Register::wide(32),
            wf_shown: Register::wide(32),
            shift_shown: Register::wide(32),
            init_bits_shown: Register::wide(32),
            common_shown: Register::wide(32),
            chosen: num(32),
            of_layer: num(3),
            place: num(3),
            field: num(2),
            learns: Constant::new(design.learning),
            fixed: Constant::new(fixed),
            takes: Default::default(),
            mode: num(MODE_BITS),
            mode_data: num(MODE_BITS),
            size_data: num(size),
            new_4: num(4),
            new_5: num(5),
            _size_bits: size,
            _max_layers: max,
            _sizes: max + 1,
            _activity: Default::default(),
        }
    }
}

impl Logic for Settings {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: settings");
        comment!("doc: Settings of the network: a write goes to a shadow, apply takes the whole set, or fails and takes none.");
        dff_setup!(self, clk, shown, size_shown, wf_shown, shift_shown, init_bits_shown, common_shown);
        self.of_layer.next = bit_cast_to(self.address.val() >> 4, 3);
        self.place.next = bit_cast_to(self.address.val() >> 2, 3);
        self.field.next = bit_cast_to(self.address.val() >> 2, 2);
        self.judging.next = !self.fixed.val() & self.fit.busy.val();
        self.takes.next = self.fit.fits.val();
        if self.fixed.val() {
            self.takes.next = self.apply.val();
        }
        self.applied.next = self.takes.val();
        self.fails.next = !self.fixed.val() & self.fit.fails.val();
        self.fit.clk.next = self.clk.val();
        self.fit.rst.next = self.rst.val();
        self.fit.start.next = self.apply.val();

        comment!("MODE: the activation, and without gaps rule 1:0, ternary 2, dead zone 10:3, margin 26:11");
        self.mode_data.next = bit_cast_to(self.data.val() & bits_of(3, 32), 27)
            | bit_cast_to((self.data.val() >> 3) & bits_of(4, 32), 27)
            | bit_cast_to((self.data.val() >> 5) & bits_of(0x07FF_FFF8, 32), 27);
        self.common[5].data.next = bit_cast_to(self.data.val() >> 4, 1);
        self.common[5].write.next = self.write.val() & self.is_common[0].q.val();
        self.common[0].data.next = self.mode_data.val();
        self.common[1].data.next = bit_cast_to(self.data.val(), 3);
        self.common[2].data.next = self.data.val();
        self.common[3].data.next = self.data.val();
        self.common[4].data.next = self.data.val();
        self.is_common[0].d.next = self.address.val().index() == 0x030;
        self.common[0].write.next = self.write.val() & self.is_common[0].q.val();
        self.is_common[1].d.next = self.address.val().index() == 0x034;
        self.common[1].write.next = self.write.val() & self.is_common[1].q.val();
        self.is_common[2].d.next = self.address.val().index() == 0x038;
        self.common[2].write.next = self.write.val() & self.is_common[2].q.val();
        self.is_common[3].d.next = self.address.val().index() == 0x03C;
        self.common[3].write.next = self.write.val() & self.is_common[3].q.val();
        self.is_common[4].d.next = self.address.val().index() == 0x040;
        self.common[4].write.next = self.write.val() & self.is_common[4].q.val();
        for i in 0..5 {
            self.is_common[i].clock.next = self.clk.val();
        }
        self.chosen.next = self.common[5].shown.val() << 4;
        if self.learns.val() {
            self.chosen.next = (self.common[0].shown.val() & bits_of(3, 32))
                | (self.common[5].shown.val() << 4)
                | ((self.common[0].shown.val() & bits_of(4, 32)) << 3)
                | ((self.common[0].shown.val() & bits_of(0x07FF_FFF8, 32)) << 5);
        }
        comment!("what a read shows, two cycles late; whether there is such a register is told elsewhere");
        if self.place.val().index() == 5 {
            self.chosen.next = self.common[1].shown.val();
        }
        if self.learns.val() & (self.place.val().index() == 6) {
            self.chosen.next = self.common[2].shown.val();
        }
        if self.learns.val() & (self.place.val().index() == 7) {
            self.chosen.next = self.common[3].shown.val();
        }
        if self.learns.val() & (self.place.val().index() == 0) {
            self.chosen.next = self.common[4].shown.val();
        }
        self.common_shown.d.next = self.chosen.val();
        for i in 0..6 {
            self.common[i].clk.next = self.clk.val();
            self.common[i].rst.next = self.rst.val();
            self.common[i].apply.next = self.takes.val();
            self.common[i].power_up.next = self.common_power_up[i].val();
        }
        self.mode.next = self.common[0].value.val();
        self.rule.next = bit_cast_to(self.mode.val(), 2);
        self.clipped_relu.next = self.common[5].value.val().any();
        self.ternary.next = self.mode.val().get_bit(2);
        self.dead_zone.next = bit_cast_to(self.mode.val() >> 3, 8);
        self.margin.next = bit_cast_to(self.mode.val() >> 11, 16);
        self.layers.next = self.common[1].value.val();
        self.seed_init.next = self.common[2].value.val();
        self.seed_projection.next = self.common[3].value.val();
        self.seed_noise.next = self.common[4].value.val();

        comment!("layer k at 0x080 + 16 k: size, and for k >= 1 binary point, shift and initial weights");
        self.fit.layers.next = self.common[1].pending.val();
        self.size_data.next = bit_cast_to(self.data.val(), self._size_bits);
        self.new_4.next = bit_cast_to(self.data.val(), 4);
        self.new_5.next = bit_cast_to(self.data.val(), 5);
        for i in 0..self._sizes {
            self.is_size[i].clock.next = self.clk.val();
            self.is_size[i].d.next = self.address.val().index() == 128 + 16 * i;
            self.size_set[i].write.next = self.write.val() & self.is_size[i].q.val();
            self.size_set[i].data.next = self.size_data.val();
            self.size_set[i].clk.next = self.clk.val();
            self.size_set[i].rst.next = self.rst.val();
            self.size_set[i].apply.next = self.takes.val();
            self.size_set[i].power_up.next = self.size_power_up[i].val();
            self.size[i].next = self.size_set[i].value.val();
            self.fit.size[i].next = self.size_set[i].pending.val();
            if self.of_layer.val().index() == i {
                self.size_shown.d.next = self.size_set[i].shown.val();
            }
        }
        for i in 0..self._max_layers {
            self.is_wf[i].clock.next = self.clk.val();
            self.is_wf[i].d.next = self.address.val().index() == 148 + 16 * i;
            self.wf_set[i].write.next = self.write.val() & self.is_wf[i].q.val();
            self.wf_set[i].data.next = self.new_4.val();
            self.wf_set[i].clk.next = self.clk.val();
            self.wf_set[i].rst.next = self.rst.val();
            self.wf_set[i].apply.next = self.takes.val();
            self.wf_set[i].power_up.next = self.wf_power_up[i].val();
            self.wf[i].next = self.wf_set[i].value.val();
            self.is_shift[i].clock.next = self.clk.val();
            self.is_shift[i].d.next = self.address.val().index() == 152 + 16 * i;
            self.shift_set[i].write.next = self.write.val() & self.is_shift[i].q.val();
            self.shift_set[i].data.next = self.new_4.val();
            self.shift_set[i].clk.next = self.clk.val();
            self.shift_set[i].rst.next = self.rst.val();
            self.shift_set[i].apply.next = self.takes.val();
            self.shift_set[i].power_up.next = self.shift_power_up[i].val();
            self.shift[i].next = self.shift_set[i].value.val();
            self.is_init_bits[i].clock.next = self.clk.val();
            self.is_init_bits[i].d.next = self.address.val().index() == 156 + 16 * i;
            self.init_bits_set[i].write.next = self.write.val() & self.is_init_bits[i].q.val();
            self.init_bits_set[i].data.next = self.new_5.val();
            self.init_bits_set[i].clk.next = self.clk.val();
            self.init_bits_set[i].rst.next = self.rst.val();
            self.init_bits_set[i].apply.next = self.takes.val();
            self.init_bits_set[i].power_up.next = self.init_bits_power_up[i].val();
            self.init_bits[i].next = self.init_bits_set[i].value.val();
            self.fit.init_bits[i].next = self.init_bits_set[i].pending.val();
            if self.of_layer.val().index() == i + 1 {
                self.wf_shown.d.next = self.wf_set[i].shown.val();
            }
            if self.learns.val() & (self.of_layer.val().index() == i + 1) {
                self.shift_shown.d.next = self.shift_set[i].shown.val();
                self.init_bits_shown.d.next = self.init_bits_set[i].shown.val();
            }
        }
        self.shown.d.next = self.common_shown.q.val();
        if self.address.val().get_bit(7) {
            self.shown.d.next = self.size_shown.q.val();
            if self.field.val().index() == 1 {
                self.shown.d.next = self.wf_shown.q.val();
            }
            if self.field.val().index() == 2 {
                self.shown.d.next = self.shift_shown.q.val();
            }
            if self.field.val().index() == 3 {
                self.shown.d.next = self.init_bits_shown.q.val();
            }
        }
        self.value.next = self.shown.q.val();
    }
}

const _: () = assert!(
    regs::MODE == 48
        && regs::LAYERS == 52
        && regs::SEED_NOISE == 64
        && regs::LAYER_BASE == 128
        && regs::LAYER_STRIDE == 16
        && regs::LAYER_WF == 4
        && regs::LAYER_SHIFT == 8
        && regs::LAYER_INIT_BITS == 12,
    "the kernel holds the offsets as numbers"
);
