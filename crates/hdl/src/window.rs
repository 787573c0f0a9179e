//! The weight window: one weight at a time, read and written over the bus while the core is idle.
//!
//! No path is built for it. A read sends one event with x = 1 through the lanes and takes the sum out of the ring of
//! drain registers: 10 cycles and one for each lane below. A write takes the path of the initial weights: one cycle.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Lower, Register};
use crate::num::{bit_cast_to, bits_of, bits_signed, num, signed_cast_num, unsigned_cast_num, Sint, Uint};
use drtp_core::fixed::WeightFormat;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of a lane's number in W_ADDR.
const LANE_FIELD: usize = 7;

/// W_ADDR and W_DATA. `start` is a pulse; `done` comes with `error` and, after a read, `value`.
#[derive(SettlingBlock)]
pub struct Window {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// W_ADDR is written with `data`, which is in range.
    pub place: Signal<In, Bit>,
    /// W_DATA is accessed.
    pub start: Signal<In, Bit>,
    pub write: Signal<In, Bit>,
    pub data: Signal<In, Uint>,
    /// W_ADDR as it reads.
    pub address: Signal<Out, Uint>,
    pub active: Signal<Out, Bit>,
    pub done: Signal<Out, Bit>,
    pub error: Signal<Out, Bit>,
    pub value: Signal<Out, Uint>,
    // the lanes
    pub output_layer: Signal<Out, Bit>,
    pub word: Signal<Out, Uint>,
    pub lane: Signal<Out, Uint>,
    /// Reads: the event with x = 1, its sum in the drain registers, the ring.
    pub issue: Signal<Out, Bit>,
    pub capture: Signal<In, Bit>,
    pub shift: Signal<Out, Bit>,
    pub z: Signal<In, Sint>,
    /// Writes.
    pub store: Signal<Out, Bit>,
    pub weight: Signal<Out, Sint>,
    at_output: Register<Bit>,
    at_lane: Register<Uint>,
    at_word: Register<Uint>,
    working: Register<Bit>,
    writing: Register<Bit>,
    begun: Register<Bit>,
    captured: Register<Bit>,
    shifts_left: Register<Uint>,
    words: Signal<Local, Uint>,
    good: Register<Bit>,
    ended: Register<Bit>,
    shown: Register<Bit>,
    exists: Signal<Local, Bit>,
    new_weight: Signal<Local, Sint>,
    most: Signal<Local, Sint>,
    shifts: Register<Bit>,
    not_above: Register<Bit>,
    not_below: Register<Bit>,
    lower_hidden: Lower,
    lower_output: Lower,
    wide: Signal<Local, Sint>,
    lane_place: Constant<Uint>,
    bank_place: Constant<Uint>,
    _hidden_words: i64,
    _output_words: i64,
    _word_field: usize,
    _word_bits: usize,
    _lane_bits: usize,
    _lane_mask: i64,
    _hidden_most: i64,
    _output_most: i64,
    _weight_bits: usize,
    _activity: Activity,
}

impl Window {
    pub fn new(design: &Design) -> Self {
        let (lane, word, weight) = (design.lane_bits(), design.word_bits(), design.weight_bits());
        let most = |bits: usize| i64::from(WeightFormat { bits: bits as u32, frac: 0 }.max());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            place: Default::default(),
            start: Default::default(),
            write: Default::default(),
            data: num(32),
            address: num(32),
            active: Default::default(),
            done: Default::default(),
            error: Default::default(),
            value: num(32),
            output_layer: Default::default(),
            word: num(word),
            lane: num(lane),
            issue: Default::default(),
            capture: Default::default(),
            shift: Default::default(),
            z: num(design.acc_bits()),
            store: Default::default(),
            weight: num(weight),
            at_output: Default::default(),
            at_lane: Register::wide(lane),
            at_word: Register::wide(word + 1),
            working: Default::default(),
            writing: Default::default(),
            begun: Default::default(),
            captured: Default::default(),
            shifts_left: Register::wide(lane),
            words: num(word + 1),
            good: Default::default(),
            ended: Default::default(),
            shown: Default::default(),
            exists: Default::default(),
            new_weight: num(32),
            most: num(32),
            shifts: Default::default(),
            not_above: Default::default(),
            not_below: Default::default(),
            lower_hidden: Lower::new(design.acc_bits(), design.weight_gap(false)),
            lower_output: Lower::new(design.acc_bits(), design.weight_gap(true)),
            wide: num(32),
            lane_place: Constant::new(Uint::new(24, 5)),
            bank_place: Constant::new(Uint::new(31, 5)),
            _hidden_words: design.hidden_words as i64,
            _output_words: design.output_words as i64,
            _word_field: word + 1,
            _word_bits: word,
            _lane_bits: lane,
            _lane_mask: design.lanes as i64 - 1,
            _hidden_most: most(design.hidden_bits),
            _output_most: most(design.output_bits),
            _weight_bits: weight,
            _activity: Default::default(),
        }
    }
}

impl Logic for Window {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: window");
        comment!(
            "doc: Weight window: reads send an event with x = 1 through the lanes and take the sum from their ring,"
        );
        comment!("doc: 20 cycles and one a lane below; writes take the path of the initial weights, 4 cycles.");
        dff_setup!(
            self,
            clk,
            at_output,
            at_lane,
            at_word,
            working,
            writing,
            begun,
            captured,
            shifts_left,
            shifts,
            not_above,
            not_below,
            good,
            ended,
            shown
        );
        self.active.next = self.working.q.val();
        self.output_layer.next = self.at_output.q.val();
        self.word.next = bit_cast_to(self.at_word.q.val(), self._word_bits);
        self.lane.next = self.at_lane.q.val();
        self.address.next = bit_cast_to(self.at_word.q.val(), 32)
            | (bit_cast_to(self.at_lane.q.val() & bits_of(self._lane_mask, self._lane_bits), 32)
                << self.lane_place.val());
        if self.at_output.q.val() {
            self.address.next = bit_cast_to(self.at_word.q.val(), 32)
                | (bit_cast_to(self.at_lane.q.val() & bits_of(self._lane_mask, self._lane_bits), 32)
                    << self.lane_place.val())
                | (bits_of(1, 32) << self.bank_place.val());
        }

        comment!("whether the place exists and the bank takes the weight");
        self.words.next = bits_of(self._hidden_words, self._word_field);
        self.most.next = bits_signed(self._hidden_most, 32);
        if self.at_output.q.val() {
            self.words.next = bits_of(self._output_words, self._word_field);
            self.most.next = bits_signed(self._output_most, 32);
        }
        self.exists.next = self.at_word.q.val() < self.words.val();
        self.new_weight.next = signed_cast_num(self.data.val());
        self.not_above.d.next = self.new_weight.val() <= self.most.val();
        self.not_below.d.next = self.new_weight.val() >= (bits_signed(0, 32) - self.most.val());
        self.good.d.next = self.exists.val() & (!self.write.val() | (self.not_above.q.val() & self.not_below.q.val()));

        comment!("the access");
        self.issue.next = self.working.q.val() & !self.begun.q.val() & self.good.q.val() & !self.writing.q.val();
        self.store.next = self.working.q.val() & !self.begun.q.val() & self.good.q.val() & self.writing.q.val();
        self.weight.next = bit_cast_to(self.new_weight.val(), self._weight_bits);
        self.shifts.d.next = self.captured.q.val() & self.shifts_left.q.val().any();
        self.shift.next = self.shifts.q.val();
        self.error.next = !self.good.q.val();
        comment!("two cycles more, until what is read has come to the bus");
        self.ended.d.next = self.working.q.val()
            & (!self.good.q.val() | self.writing.q.val() | (self.captured.q.val() & !self.shifts_left.q.val().any()));
        self.shown.d.next = self.ended.q.val();
        self.done.next = self.working.q.val() & self.shown.q.val();
        self.lower_hidden.x.next = self.z.val();
        self.lower_output.x.next = self.z.val();
        self.wide.next = bit_cast_to(self.lower_hidden.y.val(), 32);
        if self.at_output.q.val() {
            self.wide.next = bit_cast_to(self.lower_output.y.val(), 32);
        }
        self.value.next = unsigned_cast_num(self.wide.val());

        if self.working.q.val() {
            self.begun.d.next = true;
        }
        if self.capture.val() {
            self.captured.d.next = true;
        }
        if self.captured.q.val() & self.shifts_left.q.val().any() {
            self.shifts_left.d.next = self.shifts_left.q.val() - 1;
        }
        if self.done.val() {
            self.working.d.next = false;
            self.ended.d.next = false;
            self.shown.d.next = false;
            if self.good.q.val() {
                self.at_word.d.next = self.at_word.q.val() + 1;
            }
        }
        if self.start.val() {
            self.working.d.next = true;
            self.writing.d.next = self.write.val();
            self.begun.d.next = false;
            self.captured.d.next = false;
            self.shifts_left.d.next = self.at_lane.q.val();
        }
        if self.place.val() {
            self.at_output.d.next = self.data.val().get_bit(31);
            self.at_lane.d.next = bit_cast_to(self.data.val() >> 24, self._lane_bits);
            self.at_word.d.next = bit_cast_to(bit_cast_to(self.data.val(), 24), self._word_field);
        }
        if self.rst.val() {
            self.at_output.d.next = false;
            self.at_lane.d.next = bits_of(0, self._lane_bits);
            self.at_word.d.next = bits_of(0, self._word_field);
            self.working.d.next = false;
            self.shifts.d.next = false;
        }
    }
}

const _: () = assert!(1 << (LANE_FIELD - 1) >= 64, "a lane's number fits its field");
