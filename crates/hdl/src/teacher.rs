//! The teaching signal, group by group, ahead of the events that need it.
//!
//! What a sample left behind is two bits a neuron (the pending errors) and, for the hidden layers, its target and rival
//! class: B is drawn again from the streams of those two classes. The teacher walks through the layers in the order of
//! the pass, loads each group's signal into the lanes and waits until it is taken. It starts when the sample before is
//! finished, so that seeding and warming up the streams hides behind loading.
//!
//! | step | cycles |
//! |---|---|
//! | seed (hidden layer): start = seed + (128 k + q) spread, bit by bit | 11 |
//! | warm up 64 steps, 8 a cycle, after mending a start of 0 | 9 |
//! | each slice: fetch its pending word, draw its bits, load it into the lanes | 2 + S / min(S, 8), twice that draw if ternary |
//!
//! The walk takes the same cycles whether a layer owes or not; only the streams stand still when it does not.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::{HiddenSigns, Leap, Memory, Register, Split};
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::taps::{PROJECTION_SPREAD, PROJECTION_WARM_UP};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of a class.
pub const CLASS_BITS: usize = 7;
/// Bits of the number of a stream, `128 k + q`.
const STREAM_BITS: usize = LAYER_BITS + CLASS_BITS;
const WARM_LEAP: usize = 8;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Step {
    /// Nothing to teach until the next pass.
    Off,
    /// A layer begins.
    Layer,
    /// The streams' starts are computed.
    Seed,
    /// The streams run warm.
    Warm,
    /// A slice's pending word is read.
    Fetch,
    /// Its bits are drawn.
    Draw,
    /// Its signal goes to the lanes.
    Load,
    /// The group waits to be taken.
    Ready,
}

/// The teaching signal of the pass to come.
#[derive(SettlingBlock)]
pub struct Teacher {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub take: Signal<In, Bit>,
    pub ready: Signal<Out, Bit>,
    // settings
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    pub seed: Signal<In, Uint>,
    pub ternary: Signal<In, Bit>,
    pub contrast: Signal<In, Bit>,
    // what the sample before left
    pub owes: Vec<Signal<In, Bit>>,
    pub target: Signal<In, Uint>,
    pub rival: Signal<In, Uint>,
    pub pending_write: Signal<In, Bit>,
    pub pending_addr: Signal<In, Uint>,
    pub pending_word: Signal<In, Uint>,
    // to the lanes: one load line for each slice
    pub load: Vec<Signal<Out, Bit>>,
    pub some: Signal<Out, Uint>,
    pub negative: Signal<Out, Uint>,
    pub pending: Memory<false>,
    select: LayerSelect,
    target_stream: Register<Uint>,
    rival_stream: Register<Uint>,
    target_leap: Leap,
    rival_leap: Leap,
    target_warm: Leap,
    rival_warm: Leap,
    signs: HiddenSigns,
    step: Register<Step>,
    layer: Register<Uint>,
    count: Register<Uint>,
    target_number: Register<Uint>,
    rival_number: Register<Uint>,
    neurons_left: Register<Uint>,
    address: Register<Uint>,
    slice: Register<Uint>,
    owing: Signal<Local, Bit>,
    empty: Signal<Local, Bit>,
    last_slice: Signal<Local, Bit>,
    target_sum: Signal<Local, Uint>,
    rival_sum: Signal<Local, Uint>,
    target_added: Signal<Local, Uint>,
    rival_added: Signal<Local, Uint>,
    halves: Split,
    _max_layers: usize,
    _sizes: usize,
    _slices: usize,
    _last_slice: i64,
    _slice: i64,
    _slice_bits: usize,
    _slice_width: usize,
    _stream_slice: usize,
    _size_bits: usize,
    _address_bits: usize,
    _binary_draws: i64,
    _spread: i64,
    _activity: Activity,
}

impl Teacher {
    pub fn new(design: &Design) -> Self {
        let (size, s, address) = (design.size_bits(), design.slice(), design.pending_addr_bits());
        let slice_bits = drtp_core::fixed::address_bits(design.slices());
        let leap = || Leap::new(s.min(WARM_LEAP));
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            take: Default::default(),
            ready: Default::default(),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            seed: num(32),
            ternary: Default::default(),
            contrast: Default::default(),
            owes: (0..design.max_layers).map(|_| Default::default()).collect(),
            target: num(CLASS_BITS),
            rival: num(CLASS_BITS),
            pending_write: Default::default(),
            pending_addr: num(address),
            pending_word: num(2 * s),
            load: (0..design.slices()).map(|_| Default::default()).collect(),
            some: num(s),
            negative: num(s),
            pending: Memory::new(design.pending_words(), 2 * s),
            select: LayerSelect::new(design),
            target_stream: Register::wide(32),
            rival_stream: Register::wide(32),
            target_leap: leap(),
            rival_leap: leap(),
            target_warm: Leap::new(WARM_LEAP),
            rival_warm: Leap::new(WARM_LEAP),
            signs: HiddenSigns::new(s),
            step: Register::new(Step::Off),
            layer: Register::wide(LAYER_BITS),
            count: Register::wide(4),
            target_number: Register::wide(STREAM_BITS),
            rival_number: Register::wide(STREAM_BITS),
            neurons_left: Register::wide(size),
            address: Register::wide(address),
            slice: Register::wide(slice_bits),
            owing: Default::default(),
            empty: Default::default(),
            last_slice: Default::default(),
            target_sum: num(32),
            rival_sum: num(32),
            target_added: num(32),
            rival_added: num(32),
            halves: Split::new(s),
            _max_layers: design.max_layers,
            _sizes: design.max_layers + 1,
            _slices: design.slices(),
            _last_slice: design.slices() as i64 - 1,
            _slice: s as i64,
            _slice_bits: slice_bits,
            _slice_width: s,
            _stream_slice: 2 * s,
            _size_bits: size,
            _address_bits: address,
            _binary_draws: (s / s.min(WARM_LEAP)) as i64,
            _spread: i64::from(PROJECTION_SPREAD),
            _activity: Default::default(),
        }
    }
}

impl Logic for Teacher {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: teacher");
        comment!("doc: The teaching signal of each group, ahead of its events: pending errors, and B drawn again.");
        comment!(
            "doc: Walks through the layers by itself; ready holds until take. Same cycles whether a layer owes or not."
        );
        dff_setup!(
            self,
            clk,
            target_stream,
            rival_stream,
            step,
            layer,
            count,
            target_number,
            rival_number,
            neurons_left,
            address,
            slice
        );
        self.pending.clk.next = self.clk.val();
        self.select.layer.next = self.layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }
        self.owing.next = false;
        for i in 0..self._max_layers {
            if self.layer.q.val().index() == i {
                self.owing.next = self.owes[i].val();
            }
        }
        self.ready.next = self.step.q.val() == Step::Ready;
        self.empty.next = self.neurons_left.q.val().index() == 0;
        self.last_slice.next = self.slice.q.val() == bits_of(self._last_slice, self._slice_bits);

        comment!("pending errors: some in the lower half of a word, negative in the upper half");
        self.pending.we.next = self.pending_write.val();
        self.pending.wa.next = self.pending_addr.val();
        self.pending.wd.next = self.pending_word.val();
        self.pending.re.next = (self.step.q.val() == Step::Fetch) & !self.empty.val();
        self.pending.ra.next = self.address.q.val();
        self.halves.word.next = self.pending.rd.val();

        self.signs.target.next = bit_cast_to(self.target_stream.q.val(), self._stream_slice);
        self.signs.rival.next = bit_cast_to(self.rival_stream.q.val(), self._stream_slice);
        self.signs.ternary.next = self.ternary.val();
        self.signs.contrast.next = self.contrast.val();
        self.signs.derivative.next = self.halves.low.val();
        self.some.next = self.signs.some.val();
        self.negative.next = self.signs.negative.val();
        if self.select.is_output.val() {
            self.some.next = self.halves.low.val();
            self.negative.next = self.halves.high.val();
        }
        if self.empty.val() | !self.owing.val() {
            self.some.next = bits_of(0, self._slice_width);
        }
        for i in 0..self._slices {
            self.load[i].next = (self.step.q.val() == Step::Load) & (self.slice.q.val().index() == i);
        }

        comment!("the streams: Horner's scheme over the ten bits of 128 k + q, then steps");
        self.target_leap.state.next = self.target_stream.q.val();
        self.rival_leap.state.next = self.rival_stream.q.val();
        self.target_warm.state.next = self.target_stream.q.val();
        self.rival_warm.state.next = self.rival_stream.q.val();
        self.target_sum.next = self.target_stream.q.val() << 1;
        self.rival_sum.next = self.rival_stream.q.val() << 1;
        self.target_added.next = bits_of(0, 32);
        self.rival_added.next = bits_of(0, 32);
        if self.target_number.q.val().get_bit(9) {
            self.target_added.next = bits_of(self._spread, 32);
        }
        if self.rival_number.q.val().get_bit(9) {
            self.rival_added.next = bits_of(self._spread, 32);
        }
        if self.count.q.val().index() == 10 {
            self.target_sum.next = self.target_stream.q.val();
            self.rival_sum.next = self.rival_stream.q.val();
            self.target_added.next = self.seed.val();
            self.rival_added.next = self.seed.val();
        }

        match self.step.q.val() {
            Step::Off => {
                self.layer.d.next = bits_of(0, 3);
                self.address.d.next = bits_of(0, self._address_bits);
            }
            Step::Layer => {
                self.neurons_left.d.next = self.select.neurons.val();
                self.slice.d.next = bits_of(0, self._slice_bits);
                self.count.d.next = bits_of(0, 4);
                comment!("layers are numbered from 1 in the streams");
                self.target_number.d.next =
                    (bit_cast_to(self.layer.q.val() + 1, 10) << 7) | bit_cast_to(self.target.val(), 10);
                self.rival_number.d.next =
                    (bit_cast_to(self.layer.q.val() + 1, 10) << 7) | bit_cast_to(self.rival.val(), 10);
                self.step.d.next = Step::Seed;
                if self.owing.val() {
                    self.target_stream.d.next = bits_of(0, 32);
                    self.rival_stream.d.next = bits_of(0, 32);
                }
                if self.select.is_output.val() {
                    self.step.d.next = Step::Fetch;
                }
            }
            Step::Seed => {
                self.count.d.next = self.count.q.val() + 1;
                self.target_number.d.next = self.target_number.q.val() << 1;
                self.rival_number.d.next = self.rival_number.q.val() << 1;
                if self.owing.val() {
                    self.target_stream.d.next = self.target_sum.val() + self.target_added.val();
                    self.rival_stream.d.next = self.rival_sum.val() + self.rival_added.val();
                }
                if self.count.q.val().index() == 10 {
                    self.count.d.next = bits_of(0, 4);
                    self.step.d.next = Step::Warm;
                }
            }
            Step::Warm => {
                self.count.d.next = self.count.q.val() + 1;
                if self.owing.val() {
                    self.target_stream.d.next = self.target_warm.after.val();
                    self.rival_stream.d.next = self.rival_warm.after.val();
                }
                comment!("the first cycle mends a start of 0");
                if self.count.q.val().index() == 0 {
                    self.target_stream.d.next = self.target_stream.q.val();
                    self.rival_stream.d.next = self.rival_stream.q.val();
                    if !self.target_stream.q.val().any() {
                        self.target_stream.d.next = bits_of(1, 32);
                    }
                    if !self.rival_stream.q.val().any() {
                        self.rival_stream.d.next = bits_of(1, 32);
                    }
                }
                if self.count.q.val().index() == 8 {
                    self.step.d.next = Step::Fetch;
                }
            }
            Step::Fetch => {
                self.count.d.next = bits_of(self._binary_draws, 4);
                if self.ternary.val() {
                    self.count.d.next = bits_of(self._binary_draws, 4) << 1;
                }
                self.step.d.next = Step::Draw;
                if self.select.is_output.val() | self.empty.val() {
                    self.step.d.next = Step::Load;
                }
            }
            Step::Draw => {
                self.count.d.next = self.count.q.val() - 1;
                if self.owing.val() {
                    self.target_stream.d.next = self.target_leap.after.val();
                    self.rival_stream.d.next = self.rival_leap.after.val();
                }
                if self.count.q.val().index() == 1 {
                    self.step.d.next = Step::Load;
                }
            }
            Step::Load => {
                self.slice.d.next = self.slice.q.val() + 1;
                self.neurons_left.d.next = self.neurons_left.q.val() - bits_of(self._slice, self._size_bits);
                if self.neurons_left.q.val() <= bits_of(self._slice, self._size_bits) {
                    self.neurons_left.d.next = bits_of(0, self._size_bits);
                }
                if !self.empty.val() {
                    self.address.d.next = self.address.q.val() + 1;
                }
                self.step.d.next = Step::Fetch;
                if self.last_slice.val() {
                    self.slice.d.next = bits_of(0, self._slice_bits);
                    self.step.d.next = Step::Ready;
                }
            }
            Step::Ready => {
                if self.take.val() {
                    self.step.d.next = Step::Fetch;
                    if self.empty.val() {
                        self.layer.d.next = self.layer.q.val() + 1;
                        self.step.d.next = Step::Layer;
                        if self.select.is_output.val() {
                            self.step.d.next = Step::Off;
                        }
                    }
                }
            }
            _ => {
                self.step.d.next = Step::Off;
            }
        }
        if self.start.val() {
            self.layer.d.next = bits_of(0, 3);
            self.address.d.next = bits_of(0, self._address_bits);
            self.step.d.next = Step::Layer;
        }
        if self.rst.val() {
            self.step.d.next = Step::Off;
        }
    }
}

const _: () = assert!(PROJECTION_WARM_UP as usize == 8 * WARM_LEAP, "warm-up takes 8 cycles");
