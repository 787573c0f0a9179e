//! One lane: a weight bank for hidden and one for output weights, the owed update, one multiplier, one accumulator.
//!
//! ```text
//! stage  2          3              4                      5                      6             7
//!        bank read  select bank    W' = clamp(W + d u)    write W' back; W' x    accumulate    drain register
//! ```
//! The pipeline never stalls: whoever issues an event is sure of the room behind it. What all lanes share (addresses,
//! inputs, flags of the stages) comes registered from outside; a lane adds nothing but its own weights and sums. Which
//! bank an event belongs to comes along with it, so that layers follow each other without a gap.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Multiplier, Register, SaturatingAdd};
use crate::num::{bit_cast_to, bits_signed, num, Sint, Uint};
use drtp_core::fixed::{address_bits, ACTIVATION_BITS};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// A lane; see the module's diagram for the stages.
#[derive(SettlingBlock)]
pub struct Lane {
    pub clk: Signal<In, Clock>,
    /// Stage 2: read `read_word`, of the output bank or of the hidden one.
    pub read: Signal<In, Bit>,
    pub read_word: Signal<In, Uint>,
    pub read_output: Signal<In, Bit>,
    /// Stage 3: which bank was read; and, one cycle ahead of stage 4, a group begins: the next group's teaching signal
    /// becomes the present one.
    pub select_output: Signal<In, Bit>,
    pub take: Signal<In, Bit>,
    /// The next group's teaching signal: d != 0, d < 0.
    pub teach: Signal<In, Bit>,
    pub teach_some: Signal<In, Bit>,
    pub teach_negative: Signal<In, Bit>,
    /// Stage 4: an event of a layer that owes an update, its amount, and which limits its weights have.
    pub update: Signal<In, Bit>,
    pub u: Signal<In, Sint>,
    pub limit_output: Signal<In, Bit>,
    /// Stage 5: where the updated weight goes, and the present input.
    pub write_word: Signal<In, Uint>,
    pub write_output: Signal<In, Bit>,
    pub x: Signal<In, Sint>,
    /// Stage 6: add the product; a group that begins starts a new sum, with a product or without.
    pub accumulate: Signal<In, Bit>,
    pub fresh: Signal<In, Bit>,
    /// The sum is complete: move it to the drain register; or pass on the next lane's.
    pub capture: Signal<In, Bit>,
    pub shift: Signal<In, Bit>,
    pub drain_in: Signal<In, Sint>,
    pub drain_out: Signal<Out, Sint>,
    /// For the counters, in stage 5: the weight changed, its update was cut off.
    pub writes: Signal<Out, Bit>,
    pub saturates: Signal<Out, Bit>,
    /// Write of an initial weight, while the pipeline is empty.
    pub store: Signal<In, Bit>,
    pub store_output: Signal<In, Bit>,
    pub store_word: Signal<In, Uint>,
    pub store_weight: Signal<In, Sint>,
    pub hidden_bank: Memory<true>,
    pub output_bank: Memory<true>,
    add: SaturatingAdd,
    multiply: Multiplier,
    weight: Register<Sint>,
    updated: Register<Sint>,
    pub changed: Register<Bit>,
    pub saturated: Register<Bit>,
    product: Register<Sint>,
    sum: Register<Sint>,
    drain: Register<Sint>,
    next_some: Register<Bit>,
    next_negative: Register<Bit>,
    some: Register<Bit>,
    negative: Register<Bit>,
    write: Signal<Local, Bit>,
    word: Signal<Local, Uint>,
    to_output: Signal<Local, Bit>,
    value: Signal<Local, Sint>,
    old_sum: Signal<Local, Sint>,
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
            read: Default::default(),
            read_word: num(word),
            read_output: Default::default(),
            select_output: Default::default(),
            take: Default::default(),
            teach: Default::default(),
            teach_some: Default::default(),
            teach_negative: Default::default(),
            update: Default::default(),
            u: num(ACTIVATION_BITS),
            limit_output: Default::default(),
            write_word: num(word),
            write_output: Default::default(),
            x: num(ACTIVATION_BITS),
            accumulate: Default::default(),
            fresh: Default::default(),
            capture: Default::default(),
            shift: Default::default(),
            drain_in: num(acc),
            drain_out: num(acc),
            writes: Default::default(),
            saturates: Default::default(),
            store: Default::default(),
            store_output: Default::default(),
            store_word: num(word),
            store_weight: num(weight),
            hidden_bank: Memory::of(design, "hidden_bank", design.hidden_words, design.hidden_bits),
            output_bank: Memory::of(design, "output_bank", design.output_words, design.output_bits),
            add: SaturatingAdd::new(design.hidden_bits, design.output_bits),
            multiply: Multiplier::new(weight, ACTIVATION_BITS),
            weight: Register::wide(weight),
            updated: Register::wide(weight),
            changed: Default::default(),
            saturated: Default::default(),
            product: Register::wide(weight + ACTIVATION_BITS),
            sum: Register::wide(acc),
            drain: Register::wide(acc),
            next_some: Default::default(),
            next_negative: Default::default(),
            some: Default::default(),
            negative: Default::default(),
            write: Default::default(),
            word: num(word),
            to_output: Default::default(),
            value: num(weight),
            old_sum: num(acc),
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
        comment!("doc: One lane: weight banks, owed update, multiplier, accumulator. Stages 2 to 7, never stalls.");
        comment!(
            "doc: 2 bank read; 3 select bank; 4 w' = clamp(w + d u); 5 write back if changed, multiply; 6 accumulate."
        );
        dff_setup!(
            self,
            clk,
            weight,
            updated,
            changed,
            saturated,
            product,
            sum,
            drain,
            next_some,
            next_negative,
            some,
            negative
        );
        self.hidden_bank.clk.next = self.clk.val();
        self.output_bank.clk.next = self.clk.val();

        comment!("stage 2: read the bank of the layer");
        self.hidden_bank.re.next = self.read.val() & !self.read_output.val();
        self.hidden_bank.ra.next = bit_cast_to(self.read_word.val(), self._hidden_address);
        self.output_bank.re.next = self.read.val() & self.read_output.val();
        self.output_bank.ra.next = bit_cast_to(self.read_word.val(), self._output_address);

        comment!("stage 3: the weight at the width of the wider bank");
        self.weight.d.next = bit_cast_to(self.hidden_bank.rd.val(), self._weight_bits);
        if self.select_output.val() {
            self.weight.d.next = bit_cast_to(self.output_bank.rd.val(), self._weight_bits);
        }
        comment!("the teaching signal of the group in stage 4, and of the group after it");
        if self.teach.val() {
            self.next_some.d.next = self.teach_some.val();
            self.next_negative.d.next = self.teach_negative.val();
        }
        if self.take.val() {
            self.some.d.next = self.next_some.q.val();
            self.negative.d.next = self.next_negative.q.val();
        }

        comment!("stage 4: add what the weight owes");
        self.add.w.next = self.weight.q.val();
        self.add.u.next = self.u.val();
        self.add.apply.next = self.update.val() & self.some.q.val();
        self.add.negate.next = self.negative.q.val();
        self.add.output_layer.next = self.limit_output.val();
        self.updated.d.next = self.add.result.val();
        self.changed.d.next = self.update.val() & self.some.q.val() & (self.add.result.val() != self.weight.q.val());

        self.saturated.d.next = self.add.saturates.val();
        self.writes.next = self.changed.q.val();
        self.saturates.next = self.saturated.q.val();

        comment!("stage 5: write back and multiply");
        self.write.next = self.changed.q.val() | self.store.val();
        self.word.next = self.store_word.val();
        self.value.next = self.store_weight.val();
        self.to_output.next = self.store_output.val();
        if self.changed.q.val() {
            self.word.next = self.write_word.val();
            self.value.next = self.updated.q.val();
            self.to_output.next = self.write_output.val();
        }
        self.hidden_bank.we.next = self.write.val() & !self.to_output.val();
        self.hidden_bank.wa.next = bit_cast_to(self.word.val(), self._hidden_address);
        self.hidden_bank.wd.next = bit_cast_to(self.value.val(), self._hidden_bits);
        self.output_bank.we.next = self.write.val() & self.to_output.val();
        self.output_bank.wa.next = bit_cast_to(self.word.val(), self._output_address);
        self.output_bank.wd.next = bit_cast_to(self.value.val(), self._output_bits);
        self.multiply.a.next = self.updated.q.val();
        self.multiply.b.next = self.x.val();
        self.product.d.next = self.multiply.p.val();

        comment!("stage 6: accumulate");
        self.old_sum.next = self.sum.q.val();
        if self.fresh.val() {
            self.old_sum.next = bits_signed(0, self._acc_bits);
        }
        self.sum.d.next = self.old_sum.val();
        if self.accumulate.val() {
            self.sum.d.next = self.old_sum.val() + bit_cast_to(self.product.q.val(), self._acc_bits);
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
