//! From accumulators to activations: the sums of a finished group, one a cycle.
//!
//! ```text
//! cycle 0   1..n    2             3             4             5   6
//! capture   shift   a = z >> wf   limits of a   score;        y   pending word
//!           lanes                 fetch old y   y, |e| of a       of a full slice
//! ```
//! Hidden neurons: `y` goes to the events of the layer behind, the derivative `g` to the pending errors. Output neurons:
//! the score goes out, the error `e` to the pending errors. A flush passes through and stores nothing.
//!
//! The drain walks through the layers by itself, group after group as they are captured: the sequencer may be in the
//! next layer already.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::{FloorShift, Register};
use crate::num::{bit_cast_to, bits_of, bits_signed, num, unsigned_cast_num, Sint, Uint};
use crate::teacher::CLASS_BITS;
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Activation unit and error unit behind the drain registers.
#[derive(SettlingBlock)]
pub struct Drain {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub pass_start: Signal<In, Bit>,
    pub flush: Signal<In, Bit>,
    // settings
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    pub binary_point: Vec<Signal<In, Uint>>,
    pub clipped_relu: Signal<In, Bit>,
    pub target: Signal<In, Uint>,
    pub dead_zone: Signal<In, Uint>,
    // the lanes
    pub capture: Signal<In, Bit>,
    pub shift: Signal<Out, Bit>,
    pub z: Signal<In, Sint>,
    /// The last score of the pass is here.
    pub done: Signal<Out, Bit>,
    /// Layer of the neuron whose output is here, and of the one that comes next.
    pub layer: Signal<Out, Uint>,
    pub next_layer: Signal<Out, Uint>,
    pub last: Signal<Out, Bit>,
    // hidden layers: the output, and two cycles before it
    pub fetch: Signal<Out, Bit>,
    pub store: Signal<Out, Bit>,
    pub index: Signal<Out, Uint>,
    pub y: Signal<Out, Sint>,
    pub y_some: Signal<Out, Bit>,
    // output layer: the score
    pub score_valid: Signal<Out, Bit>,
    pub score_class: Signal<Out, Uint>,
    pub score_is_target: Signal<Out, Bit>,
    pub score: Signal<Out, Sint>,
    // both: g or e
    pub error_some: Signal<Out, Bit>,
    pub error_layer: Signal<Out, Uint>,
    pub pending_write: Signal<Out, Bit>,
    pub pending_addr: Signal<Out, Uint>,
    pub pending_word: Signal<Out, Uint>,
    shifter: FloorShift,
    select: LayerSelect,
    at_layer: Register<Uint>,
    fresh: Register<Bit>,
    // element i of a chain: cycle i + 2 of the diagram
    layer_at: Vec<Register<Uint>>,
    output_at: Vec<Register<Bit>>,
    last_at: Vec<Register<Bit>>,
    valid_at: Vec<Register<Bit>>,
    z_2: Register<Sint>,
    by_2: Register<Uint>,
    a_3: Register<Sint>,
    a_4: Register<Sint>,
    above_4: Register<Bit>,
    below_4: Register<Bit>,
    positive_4: Register<Bit>,
    target_4: Register<Bit>,
    class_4: Register<Uint>,
    neuron_4: Register<Uint>,
    neuron_5: Register<Uint>,
    y_5: Register<Sint>,
    some_5: Register<Bit>,
    derivative_5: Register<Bit>,
    magnitude_5: Register<Uint>,
    target_5: Register<Bit>,
    active: Register<Bit>,
    lane: Register<Uint>,
    neurons_left: Register<Uint>,
    neuron: Register<Uint>,
    mark: Register<Uint>,
    some: Register<Uint>,
    negative: Register<Uint>,
    address: Register<Uint>,
    writes: Register<Bit>,
    write_address: Register<Uint>,
    write_some: Register<Uint>,
    write_negative: Register<Uint>,
    by: Signal<Local, Uint>,
    wf: Signal<Local, Uint>,
    last_of_layer: Signal<Local, Bit>,
    activation: Signal<Local, Sint>,
    derivative: Signal<Local, Bit>,
    v: Signal<Local, Sint>,
    magnitude: Signal<Local, Uint>,
    is_some: Register<Bit>,
    is_negative: Register<Bit>,
    valid_6: Register<Bit>,
    last_6: Register<Bit>,
    done_6: Register<Bit>,
    layer_6: Register<Uint>,
    slice_full: Signal<Local, Bit>,
    new_some: Signal<Local, Uint>,
    new_negative: Signal<Local, Uint>,
    slice_shift: Constant<Uint>,
    _acc_bits: usize,
    _hidden_gap: i64,
    _output_gap: i64,
    _last_lane: i64,
    _lane_bits: usize,
    _size_bits: usize,
    _slice: usize,
    _last_mark: i64,
    _word_bits: usize,
    _index_bits: usize,
    _sizes: usize,
    _layers: usize,
    _address_bits: usize,
    _activity: Activity,
}

impl Drain {
    pub fn new(design: &Design) -> Self {
        let (acc, size, s) = (design.acc_bits(), design.size_bits(), design.slice());
        let (index, pending) = (design.index_bits(), design.pending_addr_bits());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            pass_start: Default::default(),
            flush: Default::default(),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            binary_point: (0..design.max_layers).map(|_| num(4)).collect(),
            clipped_relu: Default::default(),
            target: num(CLASS_BITS),
            dead_zone: num(ACTIVATION_BITS),
            capture: Default::default(),
            shift: Default::default(),
            z: num(acc),
            done: Default::default(),
            layer: num(LAYER_BITS),
            next_layer: num(LAYER_BITS),
            last: Default::default(),
            fetch: Default::default(),
            store: Default::default(),
            index: num(index),
            y: num(ACTIVATION_BITS),
            y_some: Default::default(),
            score_valid: Default::default(),
            score_class: num(CLASS_BITS),
            score_is_target: Default::default(),
            score: num(acc),
            error_some: Default::default(),
            error_layer: num(LAYER_BITS),
            pending_write: Default::default(),
            pending_addr: num(pending),
            pending_word: num(2 * s),
            shifter: FloorShift::new(acc, 5),
            select: LayerSelect::new(design),
            at_layer: Register::wide(LAYER_BITS),
            fresh: Default::default(),
            layer_at: (0..4).map(|_| Register::wide(LAYER_BITS)).collect(),
            output_at: (0..4).map(|_| Register::default()).collect(),
            last_at: (0..4).map(|_| Register::default()).collect(),
            valid_at: (0..4).map(|_| Register::default()).collect(),
            z_2: Register::wide(acc),
            by_2: Register::wide(5),
            a_3: Register::wide(acc),
            a_4: Register::wide(acc),
            above_4: Default::default(),
            below_4: Default::default(),
            positive_4: Default::default(),
            target_4: Default::default(),
            class_4: Register::wide(CLASS_BITS),
            neuron_4: Register::wide(index),
            neuron_5: Register::wide(index),
            y_5: Register::wide(ACTIVATION_BITS),
            some_5: Default::default(),
            derivative_5: Default::default(),
            magnitude_5: Register::wide(ACTIVATION_BITS),
            target_5: Default::default(),
            active: Default::default(),
            lane: Register::wide(design.lane_bits()),
            neurons_left: Register::wide(size),
            neuron: Register::wide(size),
            mark: Register::wide(s),
            some: Register::wide(s),
            negative: Register::wide(s),
            address: Register::wide(pending),
            writes: Default::default(),
            write_address: Register::wide(pending),
            write_some: Register::wide(s),
            write_negative: Register::wide(s),
            by: num(5),
            wf: num(4),
            last_of_layer: Default::default(),
            activation: num(ACTIVATION_BITS),
            derivative: Default::default(),
            v: num(ACTIVATION_BITS),
            magnitude: num(ACTIVATION_BITS),
            is_some: Default::default(),
            is_negative: Default::default(),
            valid_6: Default::default(),
            last_6: Default::default(),
            done_6: Default::default(),
            layer_6: Register::wide(LAYER_BITS),
            slice_full: Default::default(),
            new_some: num(s),
            new_negative: num(s),
            slice_shift: Constant::new(Uint::new(s as i64, 5)),
            _acc_bits: acc,
            _hidden_gap: design.weight_gap(false) as i64,
            _output_gap: design.weight_gap(true) as i64,
            _last_lane: design.lanes as i64 - 1,
            _lane_bits: design.lane_bits(),
            _size_bits: size,
            _slice: s,
            _last_mark: 1 << (s - 1),
            _word_bits: 2 * s,
            _index_bits: index,
            _sizes: design.max_layers + 1,
            _layers: design.max_layers,
            _address_bits: pending,
            _activity: Default::default(),
        }
    }
}

impl Logic for Drain {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: drain");
        comment!("doc: Sums of a finished group, one a cycle: activation and derivative, or score and error.");
        comment!("doc: capture to output: 5 cycles for the first neuron, one more for each further one. Walks through the layers itself.");
        dff_setup!(
            self,
            clk,
            at_layer,
            fresh,
            active,
            lane,
            neurons_left,
            z_2,
            by_2,
            a_3,
            a_4,
            above_4,
            below_4,
            positive_4,
            target_4,
            class_4,
            neuron_4,
            neuron_5,
            y_5,
            some_5,
            derivative_5,
            magnitude_5,
            target_5,
            neuron,
            mark,
            some,
            negative,
            address,
            is_some,
            is_negative,
            valid_6,
            last_6,
            done_6,
            layer_6,
            writes,
            write_address,
            write_some,
            write_negative
        );
        self.select.layer.next = self.at_layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }
        for i in 0..4 {
            self.layer_at[i].clock.next = self.clk.val();
            self.output_at[i].clock.next = self.clk.val();
            self.last_at[i].clock.next = self.clk.val();
            self.valid_at[i].clock.next = self.clk.val();
        }
        for i in 0..3 {
            self.layer_at[i + 1].d.next = self.layer_at[i].q.val();
            self.output_at[i + 1].d.next = self.output_at[i].q.val();
            self.last_at[i + 1].d.next = self.last_at[i].q.val();
            self.valid_at[i + 1].d.next = self.valid_at[i].q.val();
        }

        comment!("cycle 1: shift the lanes; how far down a sum goes: its binary point, and as far as its weights were moved up");
        self.by.next = bits_of(self._hidden_gap, 5);
        if self.select.is_output.val() {
            self.by.next = bits_of(self._output_gap, 5);
        }
        self.wf.next = bits_of(0, 4);
        for i in 0..self._layers {
            if self.at_layer.q.val().index() == i {
                self.wf.next = self.binary_point[i].val();
            }
        }
        self.by_2.d.next = self.by.val() + bit_cast_to(self.wf.val(), 5);
        self.shift.next = self.active.q.val();
        self.z_2.d.next = self.z.val();
        self.last_of_layer.next = self.neurons_left.q.val().index() == 1;
        self.layer_at[0].d.next = self.at_layer.q.val();
        self.output_at[0].d.next = self.select.is_output.val();
        self.last_at[0].d.next = self.active.q.val() & self.last_of_layer.val();
        self.valid_at[0].d.next = self.active.q.val();
        if self.active.q.val() {
            self.lane.d.next = self.lane.q.val() + 1;
            self.neurons_left.d.next = self.neurons_left.q.val() - 1;
            if (self.lane.q.val() == bits_of(self._last_lane, self._lane_bits)) | self.last_of_layer.val() {
                self.active.d.next = false;
            }
            if self.last_of_layer.val() {
                self.at_layer.d.next = self.at_layer.q.val() + 1;
                self.fresh.d.next = true;
            }
        }
        if self.fresh.q.val() {
            self.neurons_left.d.next = self.select.neurons.val();
            self.fresh.d.next = false;
        }
        if self.capture.val() {
            self.active.d.next = true;
            self.lane.d.next = bits_of(0, self._lane_bits);
        }

        comment!("cycle 2: shift down");
        self.shifter.z.next = self.z_2.q.val();
        self.shifter.shift.next = self.by_2.q.val();
        self.a_3.d.next = self.shifter.a.val();

        comment!("cycle 3: beyond the range of an activation? Which neuron?");
        self.fetch.next = self.valid_at[1].q.val() & !self.output_at[1].q.val();
        self.a_4.d.next = self.a_3.q.val();
        self.above_4.d.next = self.a_3.q.val() >= bits_signed(127, self._acc_bits);
        self.below_4.d.next = self.a_3.q.val() <= bits_signed(-127, self._acc_bits);
        self.positive_4.d.next = self.a_3.q.val() > bits_signed(0, self._acc_bits);
        self.target_4.d.next = bit_cast_to(self.neuron.q.val(), 7) == self.target.val();
        self.class_4.d.next = bit_cast_to(self.neuron.q.val(), 7);
        self.neuron_4.d.next = bit_cast_to(self.neuron.q.val(), self._index_bits);
        if self.valid_at[1].q.val() {
            self.neuron.d.next = self.neuron.q.val() + 1;
            if self.last_at[1].q.val() {
                self.neuron.d.next = bits_of(0, self._size_bits);
            }
        }

        comment!("cycle 4, output neuron: the score, and e from |t - v|: 127 - v for the target, 127 + v for the others, 0 to 254");
        self.score_valid.next = self.valid_at[2].q.val() & self.output_at[2].q.val() & !self.flush.val();
        self.score_class.next = self.class_4.q.val();
        self.score_is_target.next = self.target_4.q.val();
        self.score.next = self.a_4.q.val();
        self.v.next = bit_cast_to(self.a_4.q.val(), 8);
        if self.above_4.q.val() {
            self.v.next = bits_signed(127, 8);
        }
        if self.below_4.q.val() {
            self.v.next = bits_signed(-127, 8);
        }
        self.magnitude.next = unsigned_cast_num(bits_signed(127, 8) + self.v.val());
        if self.target_4.q.val() {
            self.magnitude.next = unsigned_cast_num(bits_signed(127, 8) - self.v.val());
        }
        self.magnitude_5.d.next = self.magnitude.val();
        self.target_5.d.next = self.target_4.q.val();
        comment!("hidden neuron: y and g");
        self.activation.next = self.v.val();
        self.derivative.next = !self.above_4.q.val() & !self.below_4.q.val();
        if self.clipped_relu.val() & !self.positive_4.q.val() {
            self.activation.next = bits_signed(0, 8);
            self.derivative.next = false;
        }
        self.y_5.d.next = self.activation.val();
        self.some_5.d.next = (self.above_4.q.val() | self.below_4.q.val() | bit_cast_to(self.a_4.q.val(), 8).any())
            & !(self.clipped_relu.val() & !self.positive_4.q.val());
        self.derivative_5.d.next = self.derivative.val();
        self.neuron_5.d.next = self.neuron_4.q.val();
        self.next_layer.next = self.layer_at[2].q.val();

        comment!("cycle 5: the output of a hidden neuron");
        self.done_6.d.next = self.valid_at[3].q.val() & self.output_at[3].q.val() & self.last_at[3].q.val();
        self.done.next = self.done_6.q.val();
        self.layer.next = self.layer_at[3].q.val();
        self.last.next = self.last_at[3].q.val();
        self.store.next = self.valid_at[3].q.val() & !self.output_at[3].q.val();
        self.index.next = self.neuron_5.q.val();
        self.y.next = self.y_5.q.val();
        self.y_some.next = self.some_5.q.val();

        comment!("pending errors: a word for each slice of neurons, neurons beyond the last one stay clear");
        self.is_some.d.next = self.derivative_5.q.val();
        self.is_negative.d.next = false;
        if self.output_at[3].q.val() {
            self.is_some.d.next = self.magnitude_5.q.val() > self.dead_zone.val();
            self.is_negative.d.next = !self.target_5.q.val();
        }
        self.valid_6.d.next = self.valid_at[3].q.val();
        self.last_6.d.next = self.last_at[3].q.val();
        self.layer_6.d.next = self.layer_at[3].q.val();
        comment!("cycle 6: collected");
        self.error_some.next = self.valid_6.q.val() & self.is_some.q.val() & !self.flush.val();
        self.error_layer.next = self.layer_6.q.val();
        self.slice_full.next = (self.mark.q.val() & bits_of(self._last_mark, self._slice)).any() | self.last_6.q.val();
        self.new_some.next = self.some.q.val();
        self.new_negative.next = self.negative.q.val();
        if self.is_some.q.val() {
            self.new_some.next = self.some.q.val() | self.mark.q.val();
        }
        if self.is_negative.q.val() {
            self.new_negative.next = self.negative.q.val() | self.mark.q.val();
        }
        self.writes.d.next = self.valid_6.q.val() & self.slice_full.val() & !self.flush.val();
        self.write_address.d.next = self.address.q.val();
        self.write_some.d.next = self.new_some.val();
        self.write_negative.d.next = self.new_negative.val();
        self.pending_write.next = self.writes.q.val();
        self.pending_addr.next = self.write_address.q.val();
        self.pending_word.next = bit_cast_to(self.write_some.q.val(), self._word_bits)
            | (bit_cast_to(self.write_negative.q.val(), self._word_bits) << self.slice_shift.val());
        if self.valid_6.q.val() {
            self.mark.d.next = self.mark.q.val() << 1;
            self.some.d.next = self.new_some.val();
            self.negative.d.next = self.new_negative.val();
            if self.slice_full.val() {
                self.mark.d.next = bits_of(1, self._slice);
                self.some.d.next = bits_of(0, self._slice);
                self.negative.d.next = bits_of(0, self._slice);
                self.address.d.next = self.address.q.val() + 1;
            }
        }

        if self.pass_start.val() {
            self.at_layer.d.next = bits_of(0, 3);
            self.fresh.d.next = true;
            self.neuron.d.next = bits_of(0, self._size_bits);
            self.mark.d.next = bits_of(1, self._slice);
            self.some.d.next = bits_of(0, self._slice);
            self.negative.d.next = bits_of(0, self._slice);
            self.address.d.next = bits_of(0, self._address_bits);
        }
        if self.rst.val() {
            self.active.d.next = false;
            self.writes.d.next = false;
            self.valid_6.d.next = false;
            self.done_6.d.next = false;
            for i in 0..4 {
                self.valid_at[i].d.next = false;
            }
            self.fresh.d.next = false;
        }
    }
}
