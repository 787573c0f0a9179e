//! A pair of lanes: two neurons that share a single-port memory, one multiplier and one path for updates.
//!
//! ```text
//! stage  6     7            8       9         10          11        12          11 and 12       13   14
//!        read  out of the   select  W + d u   clamp = W'  changed?  write back  W' x, through   sum  to the drain
//!        word  memory       half                                    the word    the multiplier       registers
//!
//! slot           0   1   2   3   4   5   6   7 ..      13      15
//! hidden layer   a   b   a   b   a   b   a   b         (an event every two slots)
//!  memory reads                          a       a       (even slots, one word for both)
//!  memory writes                                        b       b   (odd slots)
//! output layer   a           b   a           b         (an event every four slots)
//!  reads in slots 2 and 1 modulo 4, writes in slots 0 and 3
//! ```
//! An event comes in two steps: `a` for the first neuron, `b` for the second. In a hidden layer both weights lie in one
//! word: step `a` opens it, step `b` closes it, with a mask for what changed. In the output layer, whose weights are wider,
//! each step opens and closes a word of its own. The spacing of the steps keeps reads and writes of the one port apart.
//!
//! The steps of an event fall into slots of different parity. So two sums in rotation serve both neurons without a
//! selection: what goes into a sum now meets it again two slots later. Between steps weight and input are 0.
//!
//! A single weight (initial, or the window's) is one step that only closes.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Clamp, Multiplier, OwedAdd, Pack, Register, Spram, Unpack};
use crate::num::{bit_cast_to, bits_signed, num, unsigned_cast_num, Sint, Uint};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// A pair of lanes; see the module's diagram for the stages. What is the same for a [lane](crate::lane::Lane) is described
/// there.
#[derive(SettlingBlock)]
pub struct PairLane {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// Stage 6: read; stage 7: take the word out of the memory.
    pub read: Signal<In, Bit>,
    pub load: Signal<In, Bit>,
    /// Where the memory reads, or writes in stage 12.
    pub at: Signal<In, Uint>,
    pub take: Signal<In, Bit>,
    pub teach: Signal<In, Bit>,
    pub teach_first_some: Signal<In, Bit>,
    pub teach_first_negative: Signal<In, Bit>,
    pub teach_second_some: Signal<In, Bit>,
    pub teach_second_negative: Signal<In, Bit>,
    /// Stage 8: whose step it is.
    pub select_second: Signal<In, Bit>,
    pub select_output: Signal<In, Bit>,
    pub update: Signal<In, Bit>,
    pub store: Signal<In, Bit>,
    pub blank: Signal<In, Bit>,
    pub u: Signal<In, Sint>,
    pub moves: Signal<In, Bit>,
    pub edge_output: Signal<In, Bit>,
    pub limit_output: Signal<In, Bit>,
    pub x: Signal<In, Sint>,
    /// Stage 11: a single weight, which fills either half.
    pub single: Signal<In, Bit>,
    /// Stage 12: the step closes its word, and which halves of it may change.
    pub close: Signal<In, Bit>,
    pub close_low: Signal<In, Bit>,
    pub close_high: Signal<In, Bit>,
    pub write_output: Signal<In, Bit>,
    /// Stage 14: the sum of the first neuron has had its last product, that of the second. Or pass on the sums.
    pub capture_first: Signal<In, Bit>,
    pub capture_second: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub shift: Signal<In, Bit>,
    pub drain_in: Signal<In, Sint>,
    pub drain_out: Signal<Out, Sint>,
    /// For the counters, in stage 11.
    pub writes: Signal<Out, Bit>,
    pub saturates: Signal<Out, Bit>,
    pub memory: Spram,
    unpack: Unpack,
    pack: Pack,
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
    pub updated: Register<Sint>,
    pub changed: Register<Bit>,
    saturated: Register<Bit>,
    /// Stage 12, and of the step before it, of which only a hidden weight is needed.
    held: Register<Sint>,
    held_changed: Register<Bit>,
    first: Register<Uint>,
    first_changed: Register<Bit>,
    /// The sum that the product in stage 13 belongs to, and the one that had the last product.
    sum: Register<Sint>,
    other_sum: Register<Sint>,
    first_drain: Register<Sint>,
    second_drain: Register<Sint>,
    next_first_some: Register<Bit>,
    next_first_negative: Register<Bit>,
    next_second_some: Register<Bit>,
    next_second_negative: Register<Bit>,
    first_some: Register<Bit>,
    first_negative: Register<Bit>,
    second_some: Register<Bit>,
    second_negative: Register<Bit>,
    some: Signal<Local, Bit>,
    negative: Signal<Local, Bit>,
    stored: Signal<Local, Sint>,
    most: Signal<Local, Sint>,
    changes: Signal<Local, Bit>,
    new_weight: Signal<Local, Sint>,
    held_bits: Signal<Local, Uint>,
    updated_bits: Signal<Local, Uint>,
    learns: Constant<Bit>,
    low_place: Constant<Uint>,
    _weight_bits: usize,
    _owed_bits: usize,
    _sum_bits: usize,
    _hidden_max: i64,
    _output_max: i64,
    _acc_bits: usize,
    _activity: Activity,
}

impl PairLane {
    pub fn new(design: &Design) -> Self {
        let (weight, acc) = (design.weight_bits(), design.acc_bits());
        // a single weight cannot overflow
        let owed = if design.learning { design.update_bits() + 1 } else { weight };
        Self {
            clk: Default::default(),
            rst: Default::default(),
            read: Default::default(),
            load: Default::default(),
            at: num(Spram::ADDRESS_BITS),
            take: Default::default(),
            teach: Default::default(),
            teach_first_some: Default::default(),
            teach_first_negative: Default::default(),
            teach_second_some: Default::default(),
            teach_second_negative: Default::default(),
            select_second: Default::default(),
            select_output: Default::default(),
            update: Default::default(),
            store: Default::default(),
            blank: Default::default(),
            u: num(design.update_bits()),
            moves: Default::default(),
            edge_output: Default::default(),
            limit_output: Default::default(),
            x: num(ACTIVATION_BITS),
            single: Default::default(),
            close: Default::default(),
            close_low: Default::default(),
            close_high: Default::default(),
            write_output: Default::default(),
            capture_first: Default::default(),
            capture_second: Default::default(),
            clear: Default::default(),
            shift: Default::default(),
            drain_in: num(acc),
            drain_out: num(acc),
            writes: Default::default(),
            saturates: Default::default(),
            memory: Default::default(),
            unpack: Unpack::new(design),
            pack: Pack::new(design),
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
            changed: Default::default(),
            saturated: Default::default(),
            held: Register::wide(weight),
            held_changed: Default::default(),
            first: Register::wide(8),
            first_changed: Default::default(),
            sum: Register::wide(acc),
            other_sum: Register::wide(acc),
            first_drain: Register::wide(acc),
            second_drain: Register::wide(acc),
            next_first_some: Default::default(),
            next_first_negative: Default::default(),
            next_second_some: Default::default(),
            next_second_negative: Default::default(),
            first_some: Default::default(),
            first_negative: Default::default(),
            second_some: Default::default(),
            second_negative: Default::default(),
            some: Default::default(),
            negative: Default::default(),
            stored: num(weight),
            most: num(weight),
            changes: Default::default(),
            new_weight: num(weight),
            held_bits: num(weight),
            updated_bits: num(weight),
            learns: Constant::new(design.learning),
            low_place: Constant::new(Uint::new(weight as i64 - 8, 5)),
            _weight_bits: weight,
            _owed_bits: owed,
            _sum_bits: design.update_bits() + 1,
            _hidden_max: Clamp::max(design, false),
            _output_max: Clamp::max(design, true),
            _acc_bits: acc,
            _activity: Default::default(),
        }
    }
}

impl Logic for PairLane {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: pair_lane");
        comment!(
            "doc: Two neurons: a single-port memory, owed update, multiplier, two sums. Stages 6 to 14, never stalls."
        );
        comment!("doc: 6 read, 7 out of the memory, 8 select, 9 add what is owed, 10 clamp, 12 write back; 11, 12 multiply; 13 sum.");
        comment!("doc: Each event comes in two steps, in slots of different parity: one for the first neuron, one for the second.");
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
            changed,
            saturated,
            held,
            held_changed,
            first,
            first_changed,
            sum,
            other_sum,
            first_drain,
            second_drain,
            next_first_some,
            next_first_negative,
            next_second_some,
            next_second_negative,
            first_some,
            first_negative,
            second_some,
            second_negative
        );
        self.memory.clk.next = self.clk.val();
        self.multiply.clk.next = self.clk.val();
        self.multiply.rst.next = self.rst.val();

        comment!("stages 6 and 7: the word");
        self.memory.at.next = self.at.val();
        self.memory.re.next = self.read.val();
        self.memory.oe.next = self.load.val();

        comment!("the teaching signals of the group in stage 8, and of the group after it");
        if self.teach.val() {
            self.next_first_some.d.next = self.teach_first_some.val();
            self.next_first_negative.d.next = self.teach_first_negative.val();
            self.next_second_some.d.next = self.teach_second_some.val();
            self.next_second_negative.d.next = self.teach_second_negative.val();
        }
        if self.take.val() {
            self.first_some.d.next = self.next_first_some.q.val();
            self.first_negative.d.next = self.next_first_negative.q.val();
            self.second_some.d.next = self.next_second_some.q.val();
            self.second_negative.d.next = self.next_second_negative.q.val();
        }

        comment!("stage 8: the weight, moved up to the top bit; a single weight is added to 0");
        self.some.next = self.first_some.q.val();
        self.negative.next = self.first_negative.q.val();
        if self.select_second.val() {
            self.some.next = self.second_some.q.val();
            self.negative.next = self.second_negative.q.val();
        }
        self.unpack.word.next = self.memory.rd.val();
        self.unpack.whole.next = self.select_output.val();
        self.unpack.second.next = self.select_second.val();
        self.weight.d.next = self.unpack.weight.val();
        if self.blank.val() {
            self.weight.d.next = bits_signed(0, self._weight_bits);
        }
        self.apply.d.next = (self.update.val() & self.some.val()) | self.store.val();
        self.negate.d.next = self.update.val() & self.some.val() & self.negative.val();

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
        self.changed.d.next = self.changes.val();
        self.writes.next = self.changed.q.val();
        self.saturates.next = self.saturated.q.val();

        comment!("stage 11: multiply; a single weight takes the place of both neurons'");
        self.multiply.a.next = self.updated.q.val();
        self.multiply.b.next = self.x.val();
        self.held.d.next = self.updated.q.val();
        self.held_changed.d.next = self.changed.q.val();
        self.held_bits.next = unsigned_cast_num(self.held.q.val());
        self.updated_bits.next = unsigned_cast_num(self.updated.q.val());
        self.first.d.next = bit_cast_to(self.held_bits.val() >> self.low_place.val(), 8);
        self.first_changed.d.next = self.held_changed.q.val();
        if self.single.val() {
            self.first.d.next = bit_cast_to(self.updated_bits.val() >> self.low_place.val(), 8);
            self.first_changed.d.next = self.changed.q.val();
        }

        comment!("stage 12: write back what changed");
        self.pack.last.next = self.held.q.val();
        self.pack.first.next = self.first.q.val();
        self.pack.whole.next = self.write_output.val();
        self.memory.wd.next = self.pack.word.val();
        self.memory.we.next = self.close.val();
        self.memory.high.next = self.close_high.val() & self.held_changed.q.val();
        self.memory.low.next = self.close_low.val() & self.first_changed.q.val();
        if self.write_output.val() {
            self.memory.low.next = self.close_low.val() & self.held_changed.q.val();
        }

        comment!("stage 13: the sums in rotation; between steps the product is 0");
        self.other_sum.d.next = self.sum.q.val() + bit_cast_to(self.multiply.p.val(), self._acc_bits);
        self.sum.d.next = self.other_sum.q.val();
        if self.clear.val() {
            self.sum.d.next = bits_signed(0, self._acc_bits);
        }
        comment!("a reset leaves nothing on its way to the sums; they stay clear while the multiplier runs empty");
        if self.rst.val() {
            self.owed.d.next = bits_signed(0, self._owed_bits);
            self.updated.d.next = bits_signed(0, self._weight_bits);
        }
        comment!("finished sums leave through the lanes below");
        if self.shift.val() {
            self.first_drain.d.next = self.second_drain.q.val();
            self.second_drain.d.next = self.drain_in.val();
        }
        if self.capture_first.val() {
            self.first_drain.d.next = self.other_sum.q.val();
        }
        if self.capture_second.val() {
            self.second_drain.d.next = self.other_sum.q.val();
        }
        self.drain_out.next = self.first_drain.q.val();
    }
}

/// What a test bench sees of a pair.
impl PairLane {
    /// The weight that step `second` of stage 11 has made, as it is stored.
    pub fn new_weight(&self, design: &Design, output: bool) -> i64 {
        self.updated.q.val().raw() >> design.weight_gap(output)
    }
    /// A stored weight.
    pub fn stored_weight(&self, design: &Design, second: bool, output: bool, word: usize) -> i64 {
        let at = |half: usize| design.spram_output_base() | half << design.spram_half_bit() | word;
        if output {
            let stored = self.memory.words()[at(second.into())] as i16;
            return i64::from(stored >> (Spram::WORD_BITS - design.output_bits));
        }
        let stored = (self.memory.words()[word] >> if second { 8 } else { 0 }) as u8 as i8;
        i64::from(stored >> (8 - design.hidden_bits))
    }
}
