//! One lane: a weight bank for hidden and one for output weights, the owed update, one multiplier, one accumulator.
//!
//! ```text
//! stage      1             2                  3                    4              5
//!      bank read -> select bank -> W' = clamp(W + d u) -> write W' back; W' x -> accumulate -> drain register
//! ```
//! The pipeline never stalls: whoever issues an event is sure of the room behind it. What all lanes share (addresses,
//! inputs, flags of the stages) comes registered from outside; a lane adds nothing but its own weights and sums.
//!
//! HAZARD: `output_layer` selects the bank for reading and writing alike. It may change only when no event is between
//! stages 1 and 3.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Multiplier, Register, SaturatingAdd};
use crate::num::{bit_cast_to, num, Sint, Uint};
use drtp_core::fixed::{address_bits, ACTIVATION_BITS};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// A lane; see the module's diagram for the stages.
#[derive(SettlingBlock)]
pub struct Lane {
    pub clk: Signal<In, Clock>,
    /// Layer in the pipeline is the output layer.
    pub output_layer: Signal<In, Bit>,
    /// Stage 1: read `read_word`.
    pub read: Signal<In, Bit>,
    pub read_word: Signal<In, Uint>,
    /// Stage 2, one cycle ahead: the first event of a group; the next group's teaching signal becomes the present one.
    pub take: Signal<In, Bit>,
    /// The next group's teaching signal: d != 0, d < 0.
    pub teach: Signal<In, Bit>,
    pub teach_some: Signal<In, Bit>,
    pub teach_negative: Signal<In, Bit>,
    /// Stage 3: an event of a layer that owes an update, and its amount.
    pub update: Signal<In, Bit>,
    pub u: Signal<In, Sint>,
    /// Stage 4: where the updated weight goes, and the present input.
    pub write_word: Signal<In, Uint>,
    pub x: Signal<In, Sint>,
    /// Stage 5: add the product; the first product of a group starts a new sum.
    pub accumulate: Signal<In, Bit>,
    pub first: Signal<In, Bit>,
    /// The sum is complete: move it to the drain register; or pass on the next lane's.
    pub capture: Signal<In, Bit>,
    pub shift: Signal<In, Bit>,
    pub drain_in: Signal<In, Sint>,
    pub drain_out: Signal<Out, Sint>,
    /// Write of an initial weight, while the pipeline is empty.
    pub store: Signal<In, Bit>,
    pub store_word: Signal<In, Uint>,
    pub store_weight: Signal<In, Sint>,
    pub hidden_bank: Memory<true>,
    pub output_bank: Memory<true>,
    add: SaturatingAdd,
    multiply: Multiplier,
    weight: Register<Sint>,
    updated: Register<Sint>,
    pub changed: Register<Bit>,
    product: Register<Sint>,
    sum: Register<Sint>,
    drain: Register<Sint>,
    next_some: Register<Bit>,
    next_negative: Register<Bit>,
    some: Register<Bit>,
    negative: Register<Bit>,
    write: Signal<Local, Bit>,
    word: Signal<Local, Uint>,
    value: Signal<Local, Sint>,
    _weight_bits: usize,
    _hidden_bits: usize,
    _output_bits: usize,
    _hidden_address: usize,
    _output_address: usize,
    _acc_bits: usize,
    _activity: Activity,
}

impl Lane {
    pub fn new(design: &Design) -> Self {
        let (weight, acc, word) = (design.weight_bits(), design.acc_bits(), design.word_bits());
        Self {
            clk: Default::default(),
            output_layer: Default::default(),
            read: Default::default(),
            read_word: num(word),
            take: Default::default(),
            teach: Default::default(),
            teach_some: Default::default(),
            teach_negative: Default::default(),
            update: Default::default(),
            u: num(ACTIVATION_BITS),
            write_word: num(word),
            x: num(ACTIVATION_BITS),
            accumulate: Default::default(),
            first: Default::default(),
            capture: Default::default(),
            shift: Default::default(),
            drain_in: num(acc),
            drain_out: num(acc),
            store: Default::default(),
            store_word: num(word),
            store_weight: num(weight),
            hidden_bank: Memory::new(design.hidden_words, design.hidden_bits),
            output_bank: Memory::new(design.output_words, design.output_bits),
            add: SaturatingAdd::new(design.hidden_bits, design.output_bits),
            multiply: Multiplier::new(weight, ACTIVATION_BITS),
            weight: Register::wide(weight),
            updated: Register::wide(weight),
            changed: Default::default(),
            product: Register::wide(weight + ACTIVATION_BITS),
            sum: Register::wide(acc),
            drain: Register::wide(acc),
            next_some: Default::default(),
            next_negative: Default::default(),
            some: Default::default(),
            negative: Default::default(),
            write: Default::default(),
            word: num(word),
            value: num(weight),
            _weight_bits: weight,
            _hidden_bits: design.hidden_bits,
            _output_bits: design.output_bits,
            _hidden_address: address_bits(design.hidden_words),
            _output_address: address_bits(design.output_words),
            _acc_bits: acc,
            _activity: Default::default(),
        }
    }
}

impl Logic for Lane {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: lane");
        comment!("doc: One lane: weight banks, owed update, multiplier, accumulator. Five stages, never stalls.");
        comment!(
            "doc: 1 bank read; 2 select bank; 3 w' = clamp(w + d u); 4 write back if changed, multiply; 5 accumulate."
        );
        dff_setup!(self, clk, weight, updated, changed, product, sum, drain, next_some, next_negative, some, negative);
        self.hidden_bank.clk.next = self.clk.val();
        self.output_bank.clk.next = self.clk.val();

        comment!("stage 1: read the bank of the layer");
        self.hidden_bank.re.next = self.read.val() & !self.output_layer.val();
        self.hidden_bank.ra.next = bit_cast_to(self.read_word.val(), self._hidden_address);
        self.output_bank.re.next = self.read.val() & self.output_layer.val();
        self.output_bank.ra.next = bit_cast_to(self.read_word.val(), self._output_address);

        comment!("stage 2: the weight at the width of the wider bank");
        self.weight.d.next = bit_cast_to(self.hidden_bank.rd.val(), self._weight_bits);
        if self.output_layer.val() {
            self.weight.d.next = bit_cast_to(self.output_bank.rd.val(), self._weight_bits);
        }
        comment!("the teaching signal of the group in stage 3, and of the group after it");
        if self.teach.val() {
            self.next_some.d.next = self.teach_some.val();
            self.next_negative.d.next = self.teach_negative.val();
        }
        if self.take.val() {
            self.some.d.next = self.next_some.q.val();
            self.negative.d.next = self.next_negative.q.val();
        }

        comment!("stage 3: add what the weight owes");
        self.add.w.next = self.weight.q.val();
        self.add.u.next = self.u.val();
        self.add.apply.next = self.update.val() & self.some.q.val();
        self.add.negate.next = self.negative.q.val();
        self.add.output_layer.next = self.output_layer.val();
        self.updated.d.next = self.add.result.val();
        self.changed.d.next = self.update.val() & self.some.q.val() & (self.add.result.val() != self.weight.q.val());

        comment!("stage 4: write back and multiply");
        self.write.next = self.changed.q.val() | self.store.val();
        self.word.next = self.write_word.val();
        self.value.next = self.updated.q.val();
        if self.store.val() {
            self.word.next = self.store_word.val();
            self.value.next = self.store_weight.val();
        }
        self.hidden_bank.we.next = self.write.val() & !self.output_layer.val();
        self.hidden_bank.wa.next = bit_cast_to(self.word.val(), self._hidden_address);
        self.hidden_bank.wd.next = bit_cast_to(self.value.val(), self._hidden_bits);
        self.output_bank.we.next = self.write.val() & self.output_layer.val();
        self.output_bank.wa.next = bit_cast_to(self.word.val(), self._output_address);
        self.output_bank.wd.next = bit_cast_to(self.value.val(), self._output_bits);
        self.multiply.a.next = self.updated.q.val();
        self.multiply.b.next = self.x.val();
        self.product.d.next = self.multiply.p.val();

        comment!("stage 5: accumulate");
        if self.accumulate.val() {
            self.sum.d.next = self.sum.q.val() + bit_cast_to(self.product.q.val(), self._acc_bits);
            if self.first.val() {
                self.sum.d.next = bit_cast_to(self.product.q.val(), self._acc_bits);
            }
        }
        comment!("finished sums leave through the lanes below");
        if self.shift.val() {
            self.drain.d.next = self.drain_in.val();
        }
        if self.capture.val() {
            self.drain.d.next = self.sum.q.val();
        }
        self.drain_out.next = self.drain.q.val();
    }
}
