//! The teaching signal, group by group, ahead of the events that need it.
//!
//! What a sample left behind is two bits a neuron (the pending errors) and, for the hidden layers, the starts of two
//! random streams: those of its target and of its rival. B is drawn again from them. The teacher walks through the
//! layers in the order of the pass, loads each group's signal into the lanes and waits until it is taken.
//!
//! The starts need no multiplier: scores come in the order of the classes, and so `scan` holds the start of the class
//! whose score is here; it is kept where that class is the target, or the rival so far. From one layer to the next a
//! start moves by 128 steps of the class number.
//!
//! With one hidden layer at the most the starts need no place of their own: the streams begin there, where nothing else
//! is drawn from them before the next pass.
//!
//! | step | cycles |
//! |---|---|
//! | a layer begins: both streams start, and run warm by as many draws as make up 64 steps | 1, and 64 / slice |
//! | the first pending word is read | 1 |
//! | draw the bits of a slice | 1, ternary 2 |
//! | load the slice into the lanes, and read the next one's pending word | 1 |
//!
//! The walk takes the same cycles whether a layer owes or not; only the streams stand still when it does not.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::{HiddenSigns, Leap, Memory, Register, Split};
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::taps::{CLASSES_PER_LAYER, PROJECTION_SPREAD, PROJECTION_WARM_UP};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of a class.
pub const CLASS_BITS: usize = 7;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Step {
    /// Nothing to teach until the next pass.
    Off,
    /// A layer begins: its streams start.
    Layer,
    /// They run warm.
    Warm,
    /// The first pending word is read.
    Fetch,
    /// A slice's bits are drawn.
    Draw,
    /// The slice's signal goes to the lanes.
    Load,
    /// The second half of a ternary draw.
    More,
    /// The group waits to be taken.
    Ready,
}

/// The teaching signal of the pass to come.
#[derive(SettlingBlock)]
pub struct Teacher {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    /// A group begins: its signal is spoken for, and taken when it reaches the lanes.
    pub claim: Signal<In, Bit>,
    pub take: Signal<In, Bit>,
    pub ready: Signal<Out, Bit>,
    /// Ready now or in the next cycle.
    pub soon: Signal<Out, Bit>,
    // settings
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    pub seed: Signal<In, Uint>,
    pub ternary: Signal<In, Bit>,
    pub contrast: Signal<In, Bit>,
    // what the sample before left
    pub owes: Vec<Signal<In, Bit>>,
    pub pending_write: Signal<In, Bit>,
    pub pending_addr: Signal<In, Uint>,
    pub pending_word: Signal<In, Uint>,
    // the scores of the present one
    pub pass_start: Signal<In, Bit>,
    pub score: Signal<In, Bit>,
    pub is_target: Signal<In, Bit>,
    /// A cycle behind its score.
    pub new_rival: Signal<In, Bit>,
    // to the lanes: one load line for each slice
    pub load: Vec<Signal<Out, Bit>>,
    pub some: Signal<Out, Uint>,
    pub negative: Signal<Out, Uint>,
    pub pending: Memory<false>,
    select: LayerSelect,
    score_1: Register<Bit>,
    is_target_1: Register<Bit>,
    scan: Register<Uint>,
    target_start: Register<Uint>,
    rival_start: Register<Uint>,
    target_stream: Register<Uint>,
    rival_stream: Register<Uint>,
    target_leap: Leap,
    rival_leap: Leap,
    signs: HiddenSigns,
    step: Register<Step>,
    layer: Register<Uint>,
    is_ready: Register<Bit>,
    draws_for: Register<Bit>,
    walks: Register<Bit>,
    owed: Register<Bit>,
    is_output: Register<Bit>,
    neurons_left: Register<Uint>,
    address: Register<Uint>,
    slice: Register<Uint>,
    owing: Signal<Local, Bit>,
    loaded: Signal<Local, Bit>,
    last_slice: Signal<Local, Bit>,
    draws: Signal<Local, Bit>,
    waits: Signal<Local, Bit>,
    reads: Signal<Local, Bit>,
    neurons_after: Signal<Local, Uint>,
    warming: Register<Uint>,
    /// No neuron is left whose signal has not been drawn.
    empty: Register<Bit>,
    target_from: Signal<Local, Uint>,
    rival_from: Signal<Local, Uint>,
    scan_from: Signal<Local, Uint>,
    one_hidden: Constant<Bit>,
    read: Register<Bit>,
    /// The slice lies behind the layer's last neuron.
    beyond: Register<Bit>,
    loads: Vec<Register<Bit>>,
    loaded_some: Register<Uint>,
    loaded_negative: Register<Uint>,
    loads_far: Vec<Register<Bit>>,
    far_some: Register<Uint>,
    far_negative: Register<Uint>,
    pairs: Constant<Bit>,
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
    _warm_up: i64,
    _spread: i64,
    _layer_spread: i64,
    _activity: Activity,
}

impl Teacher {
    pub fn new(design: &Design) -> Self {
        let (size, s, address) = (design.size_bits(), design.slice(), design.pending_addr_bits());
        let slice_bits = drtp_core::fixed::address_bits(design.slices());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            claim: Default::default(),
            take: Default::default(),
            ready: Default::default(),
            soon: Default::default(),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            seed: num(32),
            ternary: Default::default(),
            contrast: Default::default(),
            owes: (0..design.max_layers).map(|_| Default::default()).collect(),
            pending_write: Default::default(),
            pending_addr: num(address),
            pending_word: num(2 * s),
            pass_start: Default::default(),
            score: Default::default(),
            is_target: Default::default(),
            new_rival: Default::default(),
            load: (0..design.slices()).map(|_| Default::default()).collect(),
            some: num(s),
            negative: num(s),
            pending: Memory::of(design, "pending_errors", design.pending_words(), 2 * s),
            select: LayerSelect::new(design),
            score_1: Default::default(),
            is_target_1: Default::default(),
            scan: Register::wide(32),
            target_start: Register::wide(32),
            rival_start: Register::wide(32),
            target_stream: Register::wide(32),
            rival_stream: Register::wide(32),
            target_leap: Leap::new(s),
            rival_leap: Leap::new(s),
            signs: HiddenSigns::new(s),
            step: Register::new(Step::Off),
            layer: Register::wide(LAYER_BITS),
            is_ready: Default::default(),
            draws_for: Default::default(),
            walks: Default::default(),
            owed: Default::default(),
            is_output: Default::default(),
            neurons_left: Register::wide(size),
            address: Register::wide(address),
            slice: Register::wide(slice_bits),
            owing: Default::default(),
            loaded: Default::default(),
            last_slice: Default::default(),
            draws: Default::default(),
            waits: Default::default(),
            reads: Default::default(),
            neurons_after: num(size),
            warming: Register::wide(7),
            empty: Default::default(),
            target_from: num(32),
            rival_from: num(32),
            scan_from: num(32),
            one_hidden: Constant::new(design.max_layers <= 2),
            read: Default::default(),
            beyond: Default::default(),
            loads: (0..design.slices()).map(|_| Register::default()).collect(),
            loaded_some: Register::wide(s),
            loaded_negative: Register::wide(s),
            loads_far: (0..design.slices()).map(|_| Register::default()).collect(),
            far_some: Register::wide(s),
            far_negative: Register::wide(s),
            pairs: Constant::new(design.pairs()),
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
            _warm_up: i64::from(PROJECTION_WARM_UP) / s as i64,
            _spread: i64::from(PROJECTION_SPREAD),
            _layer_spread: i64::from(PROJECTION_SPREAD.wrapping_mul(CLASSES_PER_LAYER)),
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
            score_1,
            is_target_1,
            scan,
            target_start,
            rival_start,
            target_stream,
            rival_stream,
            step,
            layer,
            is_ready,
            draws_for,
            walks,
            owed,
            is_output,
            warming,
            empty,
            read,
            beyond,
            loaded_some,
            loaded_negative,
            far_some,
            far_negative,
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
        self.last_slice.next = self.slice.q.val() == bits_of(self._last_slice, self._slice_bits);
        self.loaded.next = (self.step.q.val() == Step::Load) & self.last_slice.val();
        self.is_ready.d.next = (self.loaded.val() | (self.is_ready.q.val() & !self.claim.val())) & !self.start.val();
        self.ready.next = self.is_ready.q.val();
        self.soon.next = self.is_ready.q.val() | self.loaded.val();
        comment!("a cycle behind the layer: it is drawn for");
        self.draws_for.d.next = self.owing.val() & !self.select.is_output.val();
        self.owed.d.next = self.owing.val();
        self.is_output.d.next = self.select.is_output.val();

        comment!("the starts of the streams, while the scores come in, a cycle behind them");
        self.score_1.d.next = self.score.val();
        self.is_target_1.d.next = self.is_target.val();
        if self.pass_start.val() {
            self.scan.d.next = self.seed.val() + bits_of(self._layer_spread, 32);
        }
        if self.score_1.q.val() {
            self.scan.d.next = self.scan.q.val() + bits_of(self._spread, 32);
            if self.is_target_1.q.val() {
                self.target_start.d.next = self.scan.q.val();
            }
        }
        if self.new_rival.val() {
            self.rival_start.d.next = self.scan.q.val();
        }

        comment!("a start of 0 becomes 1");
        self.target_from.next = self.target_start.q.val();
        if !self.target_start.q.val().any() {
            self.target_from.next = bits_of(1, 32);
        }
        self.rival_from.next = self.rival_start.q.val();
        if !self.rival_start.q.val().any() {
            self.rival_from.next = bits_of(1, 32);
        }
        self.target_leap.state.next = self.target_stream.q.val();
        self.rival_leap.state.next = self.rival_stream.q.val();

        comment!("pending errors: some in the lower half of a word, negative in the upper half");
        self.pending.we.next = self.pending_write.val();
        self.pending.wa.next = self.pending_addr.val();
        self.pending.wd.next = self.pending_word.val();
        self.halves.word.next = self.pending.rd.val();
        self.signs.target.next = bit_cast_to(self.target_stream.q.val(), self._stream_slice);
        self.signs.rival.next = bit_cast_to(self.rival_stream.q.val(), self._stream_slice);
        self.signs.ternary.next = self.ternary.val();
        self.signs.contrast.next = self.contrast.val();
        self.signs.derivative.next = self.halves.low.val();
        self.loaded_some.d.next = self.signs.some.val();
        self.loaded_negative.d.next = self.signs.negative.val();
        if self.is_output.q.val() {
            self.loaded_some.d.next = self.halves.low.val();
            self.loaded_negative.d.next = self.halves.high.val();
        }
        if self.beyond.q.val() | !self.owed.q.val() {
            self.loaded_some.d.next = bits_of(0, self._slice_width);
        }
        comment!("to lanes that are far away in two steps; pairs of lanes are few and near");
        self.far_some.d.next = self.loaded_some.q.val();
        self.far_negative.d.next = self.loaded_negative.q.val();
        self.some.next = self.far_some.q.val();
        self.negative.next = self.far_negative.q.val();
        if self.pairs.val() {
            self.some.next = self.loaded_some.q.val();
            self.negative.next = self.loaded_negative.q.val();
        }
        for i in 0..self._slices {
            self.loads[i].clock.next = self.clk.val();
            self.loads[i].d.next = (self.step.q.val() == Step::Load) & (self.slice.q.val().index() == i);
            self.loads_far[i].clock.next = self.clk.val();
            self.loads_far[i].d.next = self.loads[i].q.val();
            self.load[i].next = self.loads_far[i].q.val();
            if self.pairs.val() {
                self.load[i].next = self.loads[i].q.val();
            }
        }

        comment!("neurons whose signal has not been drawn, this cycle's slice left out");
        self.neurons_after.next = bits_of(0, self._size_bits);
        if self.neurons_left.q.val() > bits_of(self._slice, self._size_bits) {
            self.neurons_after.next = self.neurons_left.q.val() - bits_of(self._slice, self._size_bits);
        }

        self.draws.next = false;
        self.reads.next = false;
        self.waits.next = false;
        match self.step.q.val() {
            Step::Off => {
                self.layer.d.next = bits_of(0, 3);
            }
            Step::Layer => {
                self.neurons_left.d.next = self.select.neurons.val();
                self.empty.d.next = false;
                self.slice.d.next = bits_of(0, self._slice_bits);
                self.warming.d.next = bits_of(self._warm_up, 7);
                self.step.d.next = Step::Warm;
                comment!("an output layer does not use them; behind it nothing does");
                if !self.one_hidden.val() {
                    self.target_stream.d.next = self.target_from.val();
                    self.rival_stream.d.next = self.rival_from.val();
                }
                self.target_start.d.next = self.target_start.q.val() + bits_of(self._layer_spread, 32);
                self.rival_start.d.next = self.rival_start.q.val() + bits_of(self._layer_spread, 32);
            }
            Step::Warm => {
                self.draws.next = true;
                self.warming.d.next = self.warming.q.val() - 1;
                if self.warming.q.val().index() == 1 {
                    self.step.d.next = Step::Fetch;
                }
            }
            Step::Fetch => {
                self.reads.next = true;
                self.step.d.next = Step::Draw;
            }
            Step::Draw => {
                self.draws.next = true;
                self.beyond.d.next = self.empty.q.val();
                self.neurons_left.d.next = self.neurons_after.val();
                self.empty.d.next = self.neurons_left.q.val() <= bits_of(self._slice, self._size_bits);
                self.step.d.next = Step::Load;
                if self.ternary.val() {
                    self.step.d.next = Step::More;
                }
            }
            Step::More => {
                self.draws.next = true;
                self.step.d.next = Step::Load;
            }
            Step::Load => {
                self.slice.d.next = self.slice.q.val() + 1;
                self.step.d.next = Step::Draw;
                if self.last_slice.val() {
                    self.slice.d.next = bits_of(0, self._slice_bits);
                    self.step.d.next = Step::Ready;
                } else {
                    self.reads.next = !self.empty.q.val();
                }
            }
            Step::Ready => {
                self.reads.next = !self.empty.q.val();
                self.waits.next = !self.take.val();
                if self.take.val() {
                    self.step.d.next = Step::Draw;
                    if self.empty.q.val() {
                        self.layer.d.next = self.layer.q.val() + 1;
                        self.step.d.next = Step::Layer;
                        if self.is_output.q.val() {
                            self.step.d.next = Step::Off;
                        }
                    }
                }
            }
            _ => {
                self.step.d.next = Step::Off;
            }
        }
        comment!("words behind the layer's last neuron belong to the next layer: they are not read here; the next word is read");
        comment!("again and again until it is wanted, so that little lies in front of the memory");
        self.walks.d.next = (self.step.q.val() != Step::Off) & (self.step.q.val() != Step::Layer);
        self.pending.re.next = self.walks.q.val() & !self.empty.q.val();
        self.pending.ra.next = self.address.q.val();
        self.read.d.next = self.reads.val() & !self.waits.val();
        self.pending.oe.next = self.read.q.val();
        if self.reads.val() & !self.waits.val() {
            self.address.d.next = self.address.q.val() + 1;
        }
        if self.draws.val() & self.draws_for.q.val() {
            self.target_stream.d.next = self.target_leap.after.val();
            self.rival_stream.d.next = self.rival_leap.after.val();
        }
        self.scan_from.next = self.scan.q.val();
        if !self.scan.q.val().any() {
            self.scan_from.next = bits_of(1, 32);
        }
        if self.one_hidden.val() & self.score_1.q.val() & self.is_target_1.q.val() {
            self.target_stream.d.next = self.scan_from.val();
        }
        if self.one_hidden.val() & self.new_rival.val() {
            self.rival_stream.d.next = self.scan_from.val();
        }
        if self.start.val() {
            self.layer.d.next = bits_of(0, 3);
            self.address.d.next = bits_of(0, self._address_bits);
            self.step.d.next = Step::Layer;
        }
        if self.rst.val() {
            self.is_ready.d.next = false;
            self.walks.d.next = false;
            self.step.d.next = Step::Off;
        }
    }
}
