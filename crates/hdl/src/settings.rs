//! Configuration registers behind a plain write port: shadows, range checks, `apply`. Offsets: [`drtp_core::regs`].
//!
//! A write changes a shadow, or nothing at all: an unknown register or a value out of range raises `cfg_error` in the
//! next cycle. `apply` takes the whole set while the core is idle with nothing loaded, owed or unsent (else it is
//! refused with `cfg_error`). A set that does not fit the hardware is refused with `bad_config` and the old one stays.
//! While that is found out, `cfg_ready` and the input stream are held low: one cycle a group and one a layer.
//!
//! After reset the generated defaults are in force.
use crate::activity::Activity;
use crate::comment;
use crate::fit_check::FitCheck;
use crate::layer_select::LAYER_BITS;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use crate::shadow::Shadow;
use drtp_core::{regs, Config, Design, Layer};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// The configuration registers and the commands.
#[derive(SettlingBlock)]
pub struct Settings {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub cfg_write: Signal<In, Bit>,
    pub cfg_addr: Signal<In, Uint>,
    pub cfg_wdata: Signal<In, Uint>,
    pub cfg_ready: Signal<Out, Bit>,
    pub cfg_error: Signal<Out, Bit>,
    /// The core is idle, nothing is loaded, owed or unsent.
    pub quiet: Signal<In, Bit>,
    pub init_done: Signal<In, Bit>,
    pub flush_done: Signal<In, Bit>,
    pub init_wanted: Signal<Out, Bit>,
    pub flush_wanted: Signal<Out, Bit>,
    /// No frame may begin: an apply is under way.
    pub hold: Signal<Out, Bit>,
    pub applied: Signal<Out, Bit>,
    pub bad_config: Signal<Out, Bit>,
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
    rule_set: Shadow,
    relu_set: Shadow,
    ternary_set: Shadow,
    dead_zone_set: Shadow,
    margin_set: Shadow,
    layers_set: Shadow,
    seed_init_set: Shadow,
    seed_projection_set: Shadow,
    seed_noise_set: Shadow,
    size_set: Vec<Shadow>,
    wf_set: Vec<Shadow>,
    shift_set: Vec<Shadow>,
    init_bits_set: Vec<Shadow>,
    rule_power_up: Constant<Uint>,
    relu_power_up: Constant<Uint>,
    ternary_power_up: Constant<Uint>,
    dead_zone_power_up: Constant<Uint>,
    margin_power_up: Constant<Uint>,
    layers_power_up: Constant<Uint>,
    seed_init_power_up: Constant<Uint>,
    seed_projection_power_up: Constant<Uint>,
    seed_noise_power_up: Constant<Uint>,
    size_power_up: Vec<Constant<Uint>>,
    wf_power_up: Vec<Constant<Uint>>,
    shift_power_up: Vec<Constant<Uint>>,
    init_bits_power_up: Vec<Constant<Uint>>,
    fit: FitCheck,
    init: Register<Bit>,
    flush: Register<Bit>,
    error: Register<Bit>,
    write: Signal<Local, Bit>,
    command: Signal<Local, Bit>,
    good: Signal<Local, Bit>,
    good_mode: Signal<Local, Bit>,
    good_size: Signal<Local, Bit>,
    good_wf: Signal<Local, Bit>,
    good_shift: Signal<Local, Bit>,
    good_init_bits: Signal<Local, Bit>,
    good_layers: Signal<Local, Bit>,
    new_size: Signal<Local, Uint>,
    new_4: Signal<Local, Uint>,
    new_5: Signal<Local, Uint>,
    _max_layers: usize,
    _sizes: usize,
    _size_bits: usize,
    _layers_limit: i64,
    _size_limit: i64,
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
        let shadows = |width: usize, count: usize| (0..count).map(|_| Shadow::new(width)).collect();
        let outputs = |width: usize, count: usize| (0..count).map(|_| num(width)).collect();
        let mode = regs::mode(network);
        Self {
            clk: Default::default(),
            rst: Default::default(),
            cfg_write: Default::default(),
            cfg_addr: num(12),
            cfg_wdata: num(32),
            cfg_ready: Default::default(),
            cfg_error: Default::default(),
            quiet: Default::default(),
            init_done: Default::default(),
            flush_done: Default::default(),
            init_wanted: Default::default(),
            flush_wanted: Default::default(),
            hold: Default::default(),
            applied: Default::default(),
            bad_config: Default::default(),
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
            rule_set: Shadow::new(2),
            relu_set: Shadow::new(1),
            ternary_set: Shadow::new(1),
            dead_zone_set: Shadow::new(8),
            margin_set: Shadow::new(16),
            layers_set: Shadow::new(LAYER_BITS),
            seed_init_set: Shadow::new(32),
            seed_projection_set: Shadow::new(32),
            seed_noise_set: Shadow::new(32),
            size_set: shadows(size, max + 1),
            wf_set: shadows(4, max),
            shift_set: shadows(4, max),
            init_bits_set: shadows(5, max),
            rule_power_up: constant(2, mode & 3),
            relu_power_up: constant(1, mode >> 4 & 1),
            ternary_power_up: constant(1, mode >> 5 & 1),
            dead_zone_power_up: constant(8, network.dead_zone),
            margin_power_up: constant(16, network.margin),
            layers_power_up: constant(LAYER_BITS, network.depth() as u32),
            seed_init_power_up: constant(32, network.seeds.init),
            seed_projection_power_up: constant(32, network.seeds.projection),
            seed_noise_power_up: constant(32, network.seeds.noise),
            size_power_up: constants(size, max + 1, &|k| sizes.get(k).map_or(1, |s| *s as u32)),
            wf_power_up: constants(4, max, &|k| of_layer(k).wf),
            shift_power_up: constants(4, max, &|k| of_layer(k).shift),
            init_bits_power_up: constants(5, max, &|k| of_layer(k).init_bits),
            fit: FitCheck::new(design),
            init: Default::default(),
            flush: Default::default(),
            error: Default::default(),
            write: Default::default(),
            command: Default::default(),
            good: Default::default(),
            good_mode: Default::default(),
            good_size: Default::default(),
            good_wf: Default::default(),
            good_shift: Default::default(),
            good_init_bits: Default::default(),
            good_layers: Default::default(),
            new_size: num(size),
            new_4: num(4),
            new_5: num(5),
            _max_layers: max,
            _sizes: max + 1,
            _size_bits: size,
            _layers_limit: max as i64,
            _size_limit: design.max_width.max(Design::MAX_CLASSES) as i64,
            _activity: Default::default(),
        }
    }
}

impl Logic for Settings {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: settings");
        comment!(
            "doc: Configuration registers: each write is checked and goes to a shadow, apply takes the whole set."
        );
        comment!("doc: cfg_error follows a refused write by one cycle; bad_config marks an apply that does not fit.");
        dff_setup!(self, clk, init, flush, error);
        self.cfg_ready.next = !self.fit.busy.val();
        self.cfg_error.next = self.error.q.val();
        self.hold.next = self.fit.busy.val();
        self.applied.next = self.fit.fits.val();
        self.bad_config.next = self.fit.fails.val();
        self.init_wanted.next = self.init.q.val();
        self.flush_wanted.next = self.flush.q.val();

        comment!("what a register takes");
        self.write.next = self.cfg_write.val() & !self.fit.busy.val();
        self.new_size.next = bit_cast_to(self.cfg_wdata.val(), self._size_bits);
        self.new_4.next = bit_cast_to(self.cfg_wdata.val(), 4);
        self.new_5.next = bit_cast_to(self.cfg_wdata.val(), 5);
        self.good_mode.next = !(self.cfg_wdata.val() & bits_of(0xCC, 32)).any()
            & ((self.cfg_wdata.val() & bits_of(0xFF00, 32)) != bits_of(0xFF00, 32));
        self.good_layers.next = self.cfg_wdata.val().any() & (self.cfg_wdata.val() <= bits_of(self._layers_limit, 32));
        self.good_size.next = self.cfg_wdata.val().any() & (self.cfg_wdata.val() <= bits_of(self._size_limit, 32));
        self.good_wf.next = self.cfg_wdata.val() <= bits_of(15, 32);
        self.good_shift.next = self.cfg_wdata.val() <= bits_of(12, 32);
        self.good_init_bits.next =
            (self.cfg_wdata.val() <= bits_of(14, 32)) | (self.cfg_wdata.val() == bits_of(31, 32));

        self.good.next = false;
        self.command.next = self.write.val() & (self.cfg_addr.val().index() == 0x020);
        self.fit.start.next = false;
        comment!("a command that comes while the one before it ends is a new one");
        if self.init_done.val() {
            self.init.d.next = false;
        }
        if self.flush_done.val() {
            self.flush.d.next = false;
        }
        comment!("CTRL: init and flush wait for their turn, apply is taken at once or refused");
        if self.command.val() {
            if (self.cfg_wdata.val().index() >= 1) & (self.cfg_wdata.val().index() <= 3) {
                self.good.next = true;
                if self.cfg_wdata.val().get_bit(0) {
                    self.init.d.next = true;
                }
                if self.cfg_wdata.val().get_bit(1) {
                    self.flush.d.next = true;
                }
            }
            if (self.cfg_wdata.val().index() == 16) & self.quiet.val() & !self.init.q.val() & !self.flush.q.val() {
                self.good.next = true;
                self.fit.start.next = true;
            }
        }

        comment!("MODE");
        self.rule_set.write.next = self.write.val() & (self.cfg_addr.val().index() == 0x030) & self.good_mode.val();
        self.relu_set.write.next = self.rule_set.write.val();
        self.ternary_set.write.next = self.rule_set.write.val();
        self.dead_zone_set.write.next = self.rule_set.write.val();
        self.margin_set.write.next = self.rule_set.write.val();
        self.rule_set.data.next = bit_cast_to(self.cfg_wdata.val(), 2);
        self.relu_set.data.next = bit_cast_to(self.cfg_wdata.val() >> 4, 1);
        self.ternary_set.data.next = bit_cast_to(self.cfg_wdata.val() >> 5, 1);
        self.dead_zone_set.data.next = bit_cast_to(self.cfg_wdata.val() >> 8, 8);
        self.margin_set.data.next = bit_cast_to(self.cfg_wdata.val() >> 16, 16);
        self.rule.next = self.rule_set.value.val();
        self.clipped_relu.next = self.relu_set.value.val().get_bit(0);
        self.ternary.next = self.ternary_set.value.val().get_bit(0);
        self.dead_zone.next = self.dead_zone_set.value.val();
        self.margin.next = self.margin_set.value.val();

        comment!("LAYERS and seeds");
        self.layers_set.write.next = self.write.val() & (self.cfg_addr.val().index() == 0x034) & self.good_layers.val();
        self.layers_set.data.next = bit_cast_to(self.cfg_wdata.val(), 3);
        self.layers.next = self.layers_set.value.val();
        self.seed_init_set.write.next = self.write.val() & (self.cfg_addr.val().index() == 0x038);
        self.seed_init_set.data.next = self.cfg_wdata.val();
        self.seed_init.next = self.seed_init_set.value.val();
        self.seed_projection_set.write.next = self.write.val() & (self.cfg_addr.val().index() == 0x03C);
        self.seed_projection_set.data.next = self.cfg_wdata.val();
        self.seed_projection.next = self.seed_projection_set.value.val();
        self.seed_noise_set.write.next = self.write.val() & (self.cfg_addr.val().index() == 0x040);
        self.seed_noise_set.data.next = self.cfg_wdata.val();
        self.seed_noise.next = self.seed_noise_set.value.val();
        if self.rule_set.write.val()
            | self.layers_set.write.val()
            | self.seed_init_set.write.val()
            | self.seed_projection_set.write.val()
            | self.seed_noise_set.write.val()
        {
            self.good.next = true;
        }

        comment!("layer k at 0x080 + 16 k: size, and for k >= 1 binary point, shift and initial weights");
        self.fit.layers.next = self.layers_set.pending.val();
        for i in 0..self._sizes {
            self.size_set[i].write.next =
                self.write.val() & (self.cfg_addr.val().index() == 128 + 16 * i) & self.good_size.val();
            self.size_set[i].data.next = self.new_size.val();
            self.size[i].next = self.size_set[i].value.val();
            self.fit.size[i].next = self.size_set[i].pending.val();
            if self.size_set[i].write.val() {
                self.good.next = true;
            }
        }
        for i in 0..self._max_layers {
            self.wf_set[i].write.next =
                self.write.val() & (self.cfg_addr.val().index() == 148 + 16 * i) & self.good_wf.val();
            self.wf_set[i].data.next = self.new_4.val();
            self.wf[i].next = self.wf_set[i].value.val();
            self.shift_set[i].write.next =
                self.write.val() & (self.cfg_addr.val().index() == 152 + 16 * i) & self.good_shift.val();
            self.shift_set[i].data.next = self.new_4.val();
            self.shift[i].next = self.shift_set[i].value.val();
            self.init_bits_set[i].write.next =
                self.write.val() & (self.cfg_addr.val().index() == 156 + 16 * i) & self.good_init_bits.val();
            self.init_bits_set[i].data.next = self.new_5.val();
            self.init_bits[i].next = self.init_bits_set[i].value.val();
            self.fit.init_bits[i].next = self.init_bits_set[i].pending.val();
            if self.wf_set[i].write.val() | self.shift_set[i].write.val() | self.init_bits_set[i].write.val() {
                self.good.next = true;
            }
        }
        self.error.d.next = self.write.val() & !self.good.val();

        comment!("clock, reset and apply of every register");
        self.rule_set.clk.next = self.clk.val();
        self.relu_set.clk.next = self.clk.val();
        self.ternary_set.clk.next = self.clk.val();
        self.dead_zone_set.clk.next = self.clk.val();
        self.margin_set.clk.next = self.clk.val();
        self.layers_set.clk.next = self.clk.val();
        self.seed_init_set.clk.next = self.clk.val();
        self.seed_projection_set.clk.next = self.clk.val();
        self.seed_noise_set.clk.next = self.clk.val();
        self.fit.clk.next = self.clk.val();
        self.fit.rst.next = self.rst.val();
        self.rule_set.rst.next = self.rst.val();
        self.relu_set.rst.next = self.rst.val();
        self.ternary_set.rst.next = self.rst.val();
        self.dead_zone_set.rst.next = self.rst.val();
        self.margin_set.rst.next = self.rst.val();
        self.layers_set.rst.next = self.rst.val();
        self.seed_init_set.rst.next = self.rst.val();
        self.seed_projection_set.rst.next = self.rst.val();
        self.seed_noise_set.rst.next = self.rst.val();
        self.rule_set.apply.next = self.fit.fits.val();
        self.relu_set.apply.next = self.fit.fits.val();
        self.ternary_set.apply.next = self.fit.fits.val();
        self.dead_zone_set.apply.next = self.fit.fits.val();
        self.margin_set.apply.next = self.fit.fits.val();
        self.layers_set.apply.next = self.fit.fits.val();
        self.seed_init_set.apply.next = self.fit.fits.val();
        self.seed_projection_set.apply.next = self.fit.fits.val();
        self.seed_noise_set.apply.next = self.fit.fits.val();
        self.rule_set.power_up.next = self.rule_power_up.val();
        self.relu_set.power_up.next = self.relu_power_up.val();
        self.ternary_set.power_up.next = self.ternary_power_up.val();
        self.dead_zone_set.power_up.next = self.dead_zone_power_up.val();
        self.margin_set.power_up.next = self.margin_power_up.val();
        self.layers_set.power_up.next = self.layers_power_up.val();
        self.seed_init_set.power_up.next = self.seed_init_power_up.val();
        self.seed_projection_set.power_up.next = self.seed_projection_power_up.val();
        self.seed_noise_set.power_up.next = self.seed_noise_power_up.val();
        for i in 0..self._sizes {
            self.size_set[i].clk.next = self.clk.val();
            self.size_set[i].rst.next = self.rst.val();
            self.size_set[i].apply.next = self.fit.fits.val();
            self.size_set[i].power_up.next = self.size_power_up[i].val();
        }
        for i in 0..self._max_layers {
            self.wf_set[i].clk.next = self.clk.val();
            self.wf_set[i].rst.next = self.rst.val();
            self.wf_set[i].apply.next = self.fit.fits.val();
            self.wf_set[i].power_up.next = self.wf_power_up[i].val();
            self.shift_set[i].clk.next = self.clk.val();
            self.shift_set[i].rst.next = self.rst.val();
            self.shift_set[i].apply.next = self.fit.fits.val();
            self.shift_set[i].power_up.next = self.shift_power_up[i].val();
            self.init_bits_set[i].clk.next = self.clk.val();
            self.init_bits_set[i].rst.next = self.rst.val();
            self.init_bits_set[i].apply.next = self.fit.fits.val();
            self.init_bits_set[i].power_up.next = self.init_bits_power_up[i].val();
        }

        if self.rst.val() {
            self.init.d.next = false;
            self.flush.d.next = false;
            self.error.d.next = false;
        }
    }
}
