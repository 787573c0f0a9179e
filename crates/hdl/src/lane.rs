//! One lane: a weight bank for hidden and one for output weights, the owed update, one multiplier, one accumulator.
//!
//! ```text
//! stage  6     7            8            9         10          11             11 to 14        15
//!        read  out of the   select bank  W + d u   clamp = W'  write W' back  W' x, through   sum, or to the
//!        bank  bank                                                           the multiplier  drain register
//! ```
//! The pipeline never stalls: whoever issues an event is sure of the room behind it. What all lanes share (addresses,
//! inputs, flags of the stages) comes registered from outside; a lane adds nothing but its own weights and sums. Which
//! bank an event belongs to comes along with it, so that layers follow each other without a gap.
//!
//! The narrower weights are moved up to the top bit of the wider ones ([`Design::weight_gap`]): one clamp serves both.
//! A single weight (initial, or the window's) takes the way of an update: it is added to a zero.
//!
//! Between events weight and input are 0, so the accumulator may add in every cycle. The last product of a
//! group goes with its sum into the drain register, and the next group begins at 0.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Clamp, Lower, Memory, Multiplier, OwedAdd, Raise, Register};
use crate::num::{bit_cast_to, bits_signed, num, Sint, Uint};
use drtp_core::fixed::{address_bits, ACTIVATION_BITS};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// A lane; see the module's diagram for the stages.
#[derive(SettlingBlock)]
pub struct Lane {
    pub clk: Signal<In, Clock>,
    /// In the cycle after that of the other blocks.
    pub rst: Signal<In, Bit>,
    /// Stage 6: read `read_word`, of the hidden or of the output bank; stage 7: take it out of the bank.
    pub read_hidden: Signal<In, Bit>,
    pub read_output: Signal<In, Bit>,
    pub read_word: Signal<In, Uint>,
    pub load_hidden: Signal<In, Bit>,
    pub load_output: Signal<In, Bit>,
    /// Stage 7: a group begins: the next group's teaching signal becomes the present one.
    pub take: Signal<In, Bit>,
    /// The next group's teaching signal: d != 0, d < 0.
    pub teach: Signal<In, Bit>,
    pub teach_some: Signal<In, Bit>,
    pub teach_negative: Signal<In, Bit>,
    /// Stage 8: which bank was read; an event of a layer that owes an update.
    pub select_output: Signal<In, Bit>,
    pub update: Signal<In, Bit>,
    /// Stage 8, while the pipeline is empty: a single weight is stored, into this lane.
    pub store: Signal<In, Bit>,
    /// Stage 8: no event; the weight is 0, for a single one to be added to, and so that nothing else is summed up.
    pub blank: Signal<In, Bit>,
    /// Stage 9: the update, moved up, or the single weight, and whether it changes anything; which limits hold.
    pub u: Signal<In, Sint>,
    pub moves: Signal<In, Bit>,
    pub edge_output: Signal<In, Bit>,
    /// Stage 10: which limits hold.
    pub limit_output: Signal<In, Bit>,
    /// Stage 11: where the updated weight goes, and the present input.
    pub write_word: Signal<In, Uint>,
    pub x: Signal<In, Sint>,
    /// Stage 15: the product here is the group's last: the sum goes to the drain register. Or pass on the next lane's.
    pub capture: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub shift: Signal<In, Bit>,
    pub drain_in: Signal<In, Sint>,
    pub drain_out: Signal<Out, Sint>,
    /// For the counters, in stage 11: the weight changes, its update was cut off.
    pub writes: Signal<Out, Bit>,
    pub saturates: Signal<Out, Bit>,
    pub hidden_bank: Memory<true>,
    pub output_bank: Memory<true>,
    raise_hidden: Raise,
    raise_output: Raise,
    lower_hidden: Lower,
    lower_output: Lower,
    add: OwedAdd,
    clamp: Clamp,
    multiply: Multiplier,
    weight: Register<Sint>,
    apply: Register<Bit>,
    negate: Register<Bit>,
    owed: Register<Sint>,
    moved: Register<Bit>,
    at_top: Register<Bit>,
    at_bottom: Register<Bit>,
    updated: Register<Sint>,
    pub changed_hidden: Register<Bit>,
    pub changed_output: Register<Bit>,
    pub saturated: Register<Bit>,
    product: Register<Sint>,
    sum: Register<Sint>,
    drain: Register<Sint>,
    next_some: Register<Bit>,
    next_negative: Register<Bit>,
    some: Register<Bit>,
    negative: Register<Bit>,
    stored: Signal<Local, Sint>,
    most: Signal<Local, Sint>,
    changes: Signal<Local, Bit>,
    new_weight: Signal<Local, Sint>,
    total: Signal<Local, Sint>,
    learns: Constant<Bit>,
    _weight_bits: usize,
    _owed_bits: usize,
    _sum_bits: usize,
    _hidden_max: i64,
    _output_max: i64,
    _hidden_address: usize,
    _output_address: usize,
    _acc_bits: usize,
    _product_bits: usize,
    _activity: Activity,
}

impl Lane {
    pub fn new(design: &Design) -> Self {
        let (weight, acc, word) = (design.weight_bits(), design.acc_bits(), design.word_bits());
        let gap = |output| design.weight_gap(output);
        // a single weight cannot overflow
        let owed = if design.learning { design.update_bits() + 1 } else { weight };
        Self {
            clk: Default::default(),
            rst: Default::default(),
            read_hidden: Default::default(),
            read_output: Default::default(),
            read_word: num(word),
            load_hidden: Default::default(),
            load_output: Default::default(),
            take: Default::default(),
            teach: Default::default(),
            teach_some: Default::default(),
            teach_negative: Default::default(),
            select_output: Default::default(),
            update: Default::default(),
            blank: Default::default(),
            store: Default::default(),
            u: num(design.update_bits()),
            moves: Default::default(),
            edge_output: Default::default(),
            limit_output: Default::default(),
            x: num(ACTIVATION_BITS),
            write_word: num(word),
            capture: Default::default(),
            clear: Default::default(),
            shift: Default::default(),
            drain_in: num(acc),
            drain_out: num(acc),
            writes: Default::default(),
            saturates: Default::default(),
            hidden_bank: Memory::of(design, "hidden_bank", design.hidden_words, design.hidden_bits),
            output_bank: Memory::of(design, "output_bank", design.output_words, design.output_bits),
            raise_hidden: Raise::new(design.hidden_bits, gap(false)),
            raise_output: Raise::new(design.output_bits, gap(true)),
            lower_hidden: Lower::new(weight, gap(false)),
            lower_output: Lower::new(weight, gap(true)),
            add: OwedAdd::new(weight, design.update_bits()),
            clamp: Clamp::new(design),
            multiply: Multiplier::new(design, weight, ACTIVATION_BITS),
            weight: Register::wide(weight),
            apply: Default::default(),
            negate: Default::default(),
            owed: Register::wide(owed),
            moved: Default::default(),
            at_top: Default::default(),
            at_bottom: Default::default(),
            updated: Register::wide(weight),
            changed_hidden: Default::default(),
            changed_output: Default::default(),
            saturated: Default::default(),
            product: Register::wide(weight + ACTIVATION_BITS),
            sum: Register::wide(acc),
            drain: Register::wide(acc),
            next_some: Default::default(),
            next_negative: Default::default(),
            some: Default::default(),
            negative: Default::default(),
            stored: num(weight),
            most: num(weight),
            changes: Default::default(),
            new_weight: num(weight),
            total: num(acc),
            learns: Constant::new(design.learning),
            _weight_bits: weight,
            _owed_bits: owed,
            _sum_bits: design.update_bits() + 1,
            _hidden_max: Clamp::max(design, false),
            _output_max: Clamp::max(design, true),
            _hidden_address: address_bits(design.hidden_words),
            _output_address: address_bits(design.output_words),
            _acc_bits: acc,
            _product_bits: weight + ACTIVATION_BITS,
            _activity: Default::default(),
        }
    }
}

impl Logic for Lane {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: lane");
        comment!("doc: One lane: weight banks, owed update, multiplier, accumulator. Stages 6 to 15, never stalls.");
        comment!("doc: 6 read, 7 out of the bank, 8 select, 9 add what is owed, 10 clamp, 11 write back; 11 to 14 multiply; 15 sum.");
        dff_setup!(
            self,
            clk,
            weight,
            apply,
            negate,
            owed,
            moved,
            at_top,
            at_bottom,
            updated,
            changed_hidden,
            changed_output,
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
        self.multiply.clk.next = self.clk.val();
        self.multiply.rst.next = self.rst.val();

        comment!("stages 6 and 7: the bank of the layer");
        self.hidden_bank.re.next = self.read_hidden.val();
        self.hidden_bank.ra.next = bit_cast_to(self.read_word.val(), self._hidden_address);
        self.hidden_bank.oe.next = self.load_hidden.val();
        self.output_bank.re.next = self.read_output.val();
        self.output_bank.ra.next = bit_cast_to(self.read_word.val(), self._output_address);
        self.output_bank.oe.next = self.load_output.val();

        comment!("the teaching signal of the group in stage 8, and of the group after it");
        if self.teach.val() {
            self.next_some.d.next = self.teach_some.val();
            self.next_negative.d.next = self.teach_negative.val();
        }
        if self.take.val() {
            self.some.d.next = self.next_some.q.val();
            self.negative.d.next = self.next_negative.q.val();
        }

        comment!("stage 8: the weight, moved up to the top bit; a single weight is added to 0");
        self.raise_hidden.x.next = self.hidden_bank.rd.val();
        self.raise_output.x.next = self.output_bank.rd.val();
        self.weight.d.next = self.raise_hidden.y.val();
        if self.select_output.val() {
            self.weight.d.next = self.raise_output.y.val();
        }
        if self.blank.val() {
            self.weight.d.next = bits_signed(0, self._weight_bits);
        }
        self.apply.d.next = (self.update.val() & self.some.q.val()) | self.store.val();
        self.negate.d.next = self.update.val() & self.some.q.val() & self.negative.q.val();

        comment!("stage 9: add what the weight owes");
        self.add.w.next = self.weight.q.val();
        self.add.u.next = self.u.val();
        self.add.apply.next = self.apply.q.val();
        self.add.negate.next = self.negate.q.val();
        comment!("without learning there is nothing but a single weight, and a zero to put it beside");
        self.stored.next = self.weight.q.val() | bit_cast_to(self.u.val(), self._weight_bits);
        if self.learns.val() {
            self.owed.d.next = bit_cast_to(self.add.sum.val(), self._owed_bits);
        } else {
            self.owed.d.next = bit_cast_to(self.stored.val(), self._owed_bits);
        }
        self.moved.d.next = self.apply.q.val() & self.moves.val();
        self.most.next = bits_signed(self._hidden_max, self._weight_bits);
        if self.edge_output.val() {
            self.most.next = bits_signed(self._output_max, self._weight_bits);
        }
        self.at_top.d.next = self.weight.q.val() == self.most.val();
        self.at_bottom.d.next = self.weight.q.val() == (bits_signed(0, self._weight_bits) - self.most.val());

        comment!("stage 10: within the range; a weight at its limit does not change where the update leads beyond it");
        self.clamp.sum.next = bit_cast_to(self.owed.q.val(), self._sum_bits);
        self.clamp.output_layer.next = self.limit_output.val();
        self.new_weight.next = bit_cast_to(self.owed.q.val(), self._weight_bits);
        self.changes.next = self.moved.q.val();
        if self.learns.val() {
            self.new_weight.next = self.clamp.result.val();
            self.changes.next = self.moved.q.val()
                & !(self.clamp.above.val() & self.at_top.q.val())
                & !(self.clamp.below.val() & self.at_bottom.q.val());
        }
        self.updated.d.next = self.new_weight.val();
        self.saturated.d.next = self.moved.q.val() & (self.clamp.above.val() | self.clamp.below.val());
        self.changed_hidden.d.next = self.changes.val() & !self.limit_output.val();
        self.changed_output.d.next = self.changes.val() & self.limit_output.val();
        self.writes.next = self.changed_hidden.q.val() | self.changed_output.q.val();
        self.saturates.next = self.saturated.q.val();

        comment!("stage 11: write back and multiply");
        self.multiply.a.next = self.updated.q.val();
        self.multiply.b.next = self.x.val();
        self.lower_hidden.x.next = self.updated.q.val();
        self.lower_output.x.next = self.updated.q.val();
        self.hidden_bank.we.next = self.changed_hidden.q.val();
        self.hidden_bank.wa.next = bit_cast_to(self.write_word.val(), self._hidden_address);
        self.hidden_bank.wd.next = self.lower_hidden.y.val();
        self.output_bank.we.next = self.changed_output.q.val();
        self.output_bank.wa.next = bit_cast_to(self.write_word.val(), self._output_address);
        self.output_bank.wd.next = self.lower_output.y.val();

        comment!("stage 15: sum; between events the product is 0");
        self.product.d.next = self.multiply.p.val();
        self.total.next = self.sum.q.val() + bit_cast_to(self.product.q.val(), self._acc_bits);
        self.sum.d.next = self.total.val();
        if self.clear.val() {
            self.sum.d.next = bits_signed(0, self._acc_bits);
        }
        comment!("a reset leaves nothing on its way to the sum; the weight is blank");
        if self.rst.val() {
            self.owed.d.next = bits_signed(0, self._owed_bits);
            self.updated.d.next = bits_signed(0, self._weight_bits);
            self.product.d.next = bits_signed(0, self._product_bits);
        }
        comment!("finished sums leave through the lanes below");
        if self.shift.val() {
            self.drain.d.next = self.drain_in.val();
        }
        if self.capture.val() {
            self.drain.d.next = self.total.val();
        }
        self.drain_out.next = self.drain.q.val();
    }
}
