//! AXI4-Stream in: one packet is one sample, and becomes two lists of events.
//!
//! ```text
//! stage 0             1, 2, 3                         4
//!       beat taken    stored in xs; out of the store  its bytes beside those of the sample before,
//!       and judged    comes the sample before         one event a cycle to the lists
//! ```
//! An input is an event of list `any` if its value is not zero or was not zero in the sample before, and of list
//! `present` if it is not zero now. Whether the sample before owes an update, and so which list the pass will take, is
//! not known yet: it is still being computed.
//!
//! Two pages: one is filled while the other one, that of the sample before, is read. `take` exchanges them, when a pass
//! begins. Where list `any` has but one page, no beat is taken from there until `visited`: all of it has been read. A packet is judged on its last beat; a bad one leaves nothing behind but bytes in the page that is filled.
//!
//! A soft reset drops what no pass has begun with: the loaded sample, or a packet that is under way with its rest.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Pick, Register};
use crate::num::{bit_cast_to, bits_of, num, Sint, Uint};
use crate::teacher::CLASS_BITS;
use drtp_core::fixed::{address_bits, ACTIVATION_BITS};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Takes one beat a cycle while `open`, unless more than one byte of a beat makes an event.
#[derive(SettlingBlock)]
pub struct EventBuilder {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub tdata: Signal<In, Uint>,
    pub tvalid: Signal<In, Bit>,
    pub tready: Signal<Out, Bit>,
    pub tlast: Signal<In, Bit>,
    pub tuser: Signal<In, Uint>,
    /// Beats may come.
    pub open: Signal<In, Bit>,
    /// A pass begins with the loaded sample.
    pub take: Signal<In, Bit>,
    /// The last event of its first layer is issued.
    pub visited: Signal<In, Bit>,
    /// Drop what is here; the rest of a packet under way is swallowed without a flag.
    pub cancel: Signal<In, Bit>,
    /// Inputs mean something else from now on: there is no sample before.
    pub forget: Signal<In, Bit>,
    pub inputs: Signal<In, Uint>,
    pub classes: Signal<In, Uint>,
    /// A sample waits.
    pub loaded: Signal<Out, Bit>,
    /// A good packet's last beat has been taken: the sample waits, or will in a moment.
    pub accepted: Signal<Out, Bit>,
    /// Nothing waits, no beat of a packet has been taken.
    pub empty: Signal<Out, Bit>,
    pub bad_frame: Signal<Out, Bit>,
    pub bad_target: Signal<Out, Bit>,
    /// A packet is dropped in this cycle, for whatever reason.
    pub dropped: Signal<Out, Bit>,
    // the sample of the pass
    pub learn: Signal<Out, Bit>,
    pub target: Signal<Out, Uint>,
    pub any_count: Signal<Out, Uint>,
    pub present_count: Signal<Out, Uint>,
    // the lists; the page that is filled
    pub page: Signal<Out, Bit>,
    pub append: Signal<Out, Bit>,
    pub append_present: Signal<Out, Bit>,
    pub any_at: Signal<Out, Uint>,
    pub present_at: Signal<Out, Uint>,
    pub index: Signal<Out, Uint>,
    pub x: Signal<Out, Sint>,
    pub x_previous: Signal<Out, Sint>,
    pub xs: Memory<false>,
    pick: Pick,
    count: Register<Uint>,
    too_long: Register<Bit>,
    /// The packet under way was cancelled.
    skips: Register<Bit>,
    valid_1: Register<Bit>,
    last_1: Register<Bit>,
    beat_1: Register<Uint>,
    data_1: Register<Uint>,
    waiting_1: Register<Uint>,
    valid_2: Register<Bit>,
    last_2: Register<Bit>,
    beat_2: Register<Uint>,
    data_2: Register<Uint>,
    waiting_2: Register<Uint>,
    valid_3: Register<Bit>,
    last_4: Register<Bit>,
    valid_4: Register<Bit>,
    beat_4: Register<Uint>,
    data_4: Register<Uint>,
    waiting_4: Register<Uint>,
    /// The packet whose last beat is in stage 1 is a bad one.
    bad_frame_1: Register<Bit>,
    bad_target_1: Register<Bit>,
    bad_1: Signal<Local, Bit>,
    few_classes: Register<Uint>,
    last_3: Register<Bit>,
    beat_3: Register<Uint>,
    data_3: Register<Uint>,
    previous_4: Register<Uint>,
    waiting_3: Register<Uint>,
    last_at: Register<Uint>,
    is_open: Register<Bit>,
    full: Register<Bit>,
    /// A packet has come whole, and has not been taken: no further beat.
    whole: Register<Bit>,
    /// The only page is read.
    lent: Register<Bit>,
    filling: Register<Bit>,
    known: Register<Bit>,
    any_filled: Register<Uint>,
    present_filled: Register<Uint>,
    clears: Register<Bit>,
    next_learn: Register<Bit>,
    next_target: Register<Uint>,
    now_learn: Register<Bit>,
    now_target: Register<Uint>,
    now_any: Register<Uint>,
    now_present: Register<Uint>,
    is_ready: Signal<Local, Bit>,
    beat: Signal<Local, Bit>,
    last_input: Signal<Local, Uint>,
    moves_1: Signal<Local, Bit>,
    moves_2: Signal<Local, Bit>,
    moves_3: Signal<Local, Bit>,
    at_end: Signal<Local, Bit>,
    tail: Signal<Local, Uint>,
    good_length: Signal<Local, Bit>,
    good_target: Signal<Local, Bit>,
    /// The verdict in the cycle of the last beat.
    pub is_bad_frame: Signal<Local, Bit>,
    pub is_bad_target: Signal<Local, Bit>,
    under_way: Signal<Local, Bit>,
    finishing: Signal<Local, Bit>,
    is_some: Signal<Local, Bit>,
    is_present: Signal<Local, Bit>,
    first_byte: Signal<Local, Uint>,
    beat_at: Signal<Local, Uint>,
    write_at: Signal<Local, Uint>,
    read_at: Signal<Local, Uint>,
    byte_shift: Constant<Uint>,
    learns: Constant<Bit>,
    one_page: Constant<Bit>,
    _size_bits: usize,
    _index_bits: usize,
    _list_bits: usize,
    _at_bits: usize,
    _data_bits: usize,
    _bytes: usize,
    _page: i64,
    _all: i64,
    _tail_1: i64,
    _tail_2: i64,
    _tail_3: i64,
    _activity: Activity,
}

impl EventBuilder {
    pub fn new(design: &Design) -> Self {
        let (size, index, bytes) = (design.size_bits(), design.index_bits(), design.stream_bytes());
        let beats = address_bits(design.max_width.div_ceil(bytes));
        let list = design.list_addr_bits();
        let tail = |n: i64| if bytes == 1 { 1 } else { (1 << n) - 1 };
        Self {
            clk: Default::default(),
            rst: Default::default(),
            tdata: num(8 * bytes),
            tvalid: Default::default(),
            tready: Default::default(),
            tlast: Default::default(),
            tuser: num(8),
            open: Default::default(),
            take: Default::default(),
            visited: Default::default(),
            cancel: Default::default(),
            forget: Default::default(),
            inputs: num(size),
            classes: num(size),
            loaded: Default::default(),
            accepted: Default::default(),
            empty: Default::default(),
            bad_frame: Default::default(),
            bad_target: Default::default(),
            dropped: Default::default(),
            learn: Default::default(),
            target: num(CLASS_BITS),
            any_count: num(size),
            present_count: num(size),
            page: Default::default(),
            append: Default::default(),
            append_present: Default::default(),
            any_at: num(list),
            present_at: num(list),
            index: num(index),
            x: num(ACTIVATION_BITS),
            x_previous: num(ACTIVATION_BITS),
            xs: Memory::of(design, "inputs", 2 << beats, 8 * bytes),
            pick: Pick::new(bytes),
            count: Register::wide(size),
            too_long: Default::default(),
            skips: Default::default(),
            valid_1: Default::default(),
            last_1: Default::default(),
            beat_1: Register::wide(index),
            data_1: Register::wide(8 * bytes),
            waiting_1: Register::wide(bytes),
            valid_2: Default::default(),
            last_2: Default::default(),
            beat_2: Register::wide(index),
            data_2: Register::wide(8 * bytes),
            waiting_2: Register::wide(bytes),
            valid_3: Default::default(),
            last_4: Default::default(),
            valid_4: Default::default(),
            beat_4: Register::wide(index),
            data_4: Register::wide(8 * bytes),
            waiting_4: Register::wide(bytes),
            bad_frame_1: Default::default(),
            bad_target_1: Default::default(),
            bad_1: Default::default(),
            few_classes: Register::wide(size),
            last_3: Default::default(),
            beat_3: Register::wide(index),
            data_3: Register::wide(8 * bytes),
            previous_4: Register::wide(8 * bytes),
            waiting_3: Register::wide(bytes),
            last_at: Register::wide(size),
            is_open: Default::default(),
            full: Default::default(),
            whole: Default::default(),
            lent: Default::default(),
            filling: Default::default(),
            known: Default::default(),
            any_filled: Register::wide(size),
            present_filled: Register::wide(size),
            clears: Default::default(),
            next_learn: Default::default(),
            next_target: Register::wide(CLASS_BITS),
            now_learn: Default::default(),
            now_target: Register::wide(CLASS_BITS),
            now_any: Register::wide(size),
            now_present: Register::wide(size),
            is_ready: Default::default(),
            beat: Default::default(),
            last_input: num(size),
            moves_1: Default::default(),
            moves_2: Default::default(),
            moves_3: Default::default(),
            at_end: Default::default(),
            tail: num(bytes),
            good_length: Default::default(),
            good_target: Default::default(),
            is_bad_frame: Default::default(),
            is_bad_target: Default::default(),
            under_way: Default::default(),
            finishing: Default::default(),
            is_some: Default::default(),
            is_present: Default::default(),
            first_byte: num(index),
            beat_at: num(beats + 1),
            write_at: num(beats + 1),
            read_at: num(beats + 1),
            learns: Constant::new(design.learning),
            one_page: Constant::new(design.input_pages == 1),
            byte_shift: Constant::new(Uint::new(bytes.trailing_zeros().into(), 2)),
            _size_bits: size,
            _index_bits: index,
            _list_bits: list,
            _at_bits: beats + 1,
            _data_bits: 8 * bytes,
            _bytes: bytes,
            _page: 1 << beats,
            _all: (1 << bytes) - 1,
            _tail_1: tail(1),
            _tail_2: tail(2),
            _tail_3: tail(3),
            _activity: Default::default(),
        }
    }
}

impl Logic for EventBuilder {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: event_builder");
        comment!(
            "doc: AXI4-Stream in: one packet is one sample, judged on its last beat, and becomes two lists of events:"
        );
        comment!("doc: inputs that are not zero, and those that are not zero or were not in the sample before.");
        dff_setup!(
            self,
            clk,
            count,
            too_long,
            skips,
            valid_1,
            last_1,
            beat_1,
            data_1,
            waiting_1,
            valid_2,
            last_2,
            beat_2,
            data_2,
            waiting_2,
            valid_3,
            last_3,
            beat_3,
            data_3,
            previous_4,
            valid_4,
            last_4,
            beat_4,
            data_4,
            waiting_4,
            bad_frame_1,
            bad_target_1,
            few_classes,
            waiting_3,
            last_at,
            is_open,
            full,
            whole,
            lent,
            filling,
            known,
            any_filled,
            present_filled,
            clears,
            next_learn,
            next_target,
            now_learn,
            now_target,
            now_any,
            now_present
        );
        self.xs.clk.next = self.clk.val();

        comment!("stage 4: the next event of the beat");
        self.pick.present.next = self.data_4.q.val();
        self.pick.previous.next = self.previous_4.q.val();
        self.pick.waiting.next = self.waiting_4.q.val();
        self.is_some.next = self.valid_4.q.val() & self.pick.some.val();
        self.is_present.next = self.is_some.val() & self.pick.x.val().any();
        self.finishing.next = self.valid_4.q.val() & !self.pick.rest.val().any();
        self.append.next = self.is_some.val();
        self.append_present.next = self.is_present.val();
        self.any_at.next = bit_cast_to(self.any_filled.q.val(), self._list_bits);
        self.present_at.next = bit_cast_to(self.present_filled.q.val(), self._list_bits);
        self.first_byte.next = self.beat_4.q.val() << self.byte_shift.val();
        self.index.next = self.first_byte.val() | bit_cast_to(self.pick.byte_at.val(), self._index_bits);
        self.x.next = self.pick.x.val();
        self.x_previous.next = self.pick.x_previous.val();
        self.page.next = self.filling.q.val();
        if self.valid_4.q.val() {
            self.waiting_4.d.next = self.pick.rest.val();
        }

        comment!("stages 1 to 3: beats wait where they are until the one before them is finished");
        self.moves_3.next = !self.valid_4.q.val() | self.finishing.val();
        self.moves_2.next = !self.valid_3.q.val() | self.moves_3.val();
        self.moves_1.next = !self.valid_2.q.val() | self.moves_2.val();
        if self.finishing.val() {
            self.full.d.next = self.last_4.q.val();
        }
        if self.moves_3.val() {
            self.valid_4.d.next = self.valid_3.q.val();
            self.last_4.d.next = self.last_3.q.val();
            self.beat_4.d.next = self.beat_3.q.val();
            self.data_4.d.next = self.data_3.q.val();
            self.waiting_4.d.next = self.waiting_3.q.val();
            self.previous_4.d.next = bits_of(0, self._data_bits);
            if self.known.q.val() & self.learns.val() {
                self.previous_4.d.next = self.xs.rd.val();
            }
            self.valid_3.d.next = false;
        }
        self.xs.oe.next = self.valid_2.q.val() & self.moves_2.val();
        if self.moves_2.val() {
            self.valid_3.d.next = self.valid_2.q.val();
            self.last_3.d.next = self.last_2.q.val();
            self.beat_3.d.next = self.beat_2.q.val();
            self.data_3.d.next = self.data_2.q.val();
            self.waiting_3.d.next = self.waiting_2.q.val();
            self.valid_2.d.next = false;
        }
        self.beat_at.next = bit_cast_to(self.beat_1.q.val(), self._at_bits);
        self.write_at.next = self.beat_at.val();
        self.read_at.next = self.beat_at.val() | bits_of(self._page, self._at_bits);
        if self.filling.q.val() {
            self.write_at.next = self.beat_at.val() | bits_of(self._page, self._at_bits);
            self.read_at.next = self.beat_at.val();
        }
        self.xs.we.next = self.valid_1.q.val() & self.moves_1.val();
        self.xs.wa.next = self.write_at.val();
        self.xs.wd.next = self.data_1.q.val();
        self.xs.re.next = self.valid_1.q.val() & self.moves_1.val();
        self.xs.ra.next = self.read_at.val();
        if self.moves_1.val() {
            self.valid_2.d.next = self.valid_1.q.val();
            self.last_2.d.next = self.last_1.q.val();
            self.beat_2.d.next = self.beat_1.q.val();
            self.data_2.d.next = self.data_1.q.val();
            self.waiting_2.d.next = self.waiting_1.q.val();
            self.valid_1.d.next = false;
        }

        comment!("stage 0: a beat; the last one of a good packet is the last for a while");
        comment!("settings are in force a cycle before what follows from them");
        self.is_open.d.next = self.open.val();
        self.few_classes.d.next = self.classes.val();
        self.is_ready.next = self.is_open.q.val()
            & !self.cancel.val()
            & !self.whole.q.val()
            & !self.lent.q.val()
            & (!self.valid_1.q.val() | self.moves_1.val());
        self.tready.next = self.is_ready.val();
        self.beat.next = self.is_ready.val() & self.tvalid.val();
        self.last_input.next = self.inputs.val() - 1;
        self.last_at.d.next = self.last_input.val() >> self.byte_shift.val();
        self.at_end.next = self.count.q.val() == self.last_at.q.val();
        self.tail.next = bits_of(self._all, self._bytes);
        if self.at_end.val() & (bit_cast_to(self.inputs.val(), 2).index() == 1) {
            self.tail.next = bits_of(self._tail_1, self._bytes);
        }
        if self.at_end.val() & (bit_cast_to(self.inputs.val(), 2).index() == 2) {
            self.tail.next = bits_of(self._tail_2, self._bytes);
        }
        if self.at_end.val() & (bit_cast_to(self.inputs.val(), 2).index() == 3) {
            self.tail.next = bits_of(self._tail_3, self._bytes);
        }
        self.good_length.next = self.at_end.val() & !self.too_long.q.val();
        comment!("a sample to learn needs a core that learns and a class that exists; an inference may carry any");
        self.good_target.next = !self.tuser.val().get_bit(7)
            | (self.learns.val()
                & (bit_cast_to(bit_cast_to(self.tuser.val(), 7), self._size_bits) < self.few_classes.q.val()));
        self.is_bad_frame.next = self.beat.val() & self.tlast.val() & !self.skips.q.val() & !self.good_length.val();
        self.is_bad_target.next =
            self.beat.val() & self.tlast.val() & !self.skips.q.val() & self.good_length.val() & !self.good_target.val();
        self.bad_frame_1.d.next = self.is_bad_frame.val();
        self.bad_target_1.d.next = self.is_bad_target.val();
        self.bad_frame.next = self.bad_frame_1.q.val();
        self.bad_target.next = self.bad_target_1.q.val();
        self.bad_1.next = self.bad_frame_1.q.val() | self.bad_target_1.q.val();
        self.under_way.next = self.too_long.q.val() | self.count.q.val().any();
        self.dropped.next = self.bad_1.val()
            | (self.cancel.val()
                & (self.under_way.val()
                    | self.full.q.val()
                    | self.valid_1.q.val()
                    | self.valid_2.q.val()
                    | self.valid_3.q.val()
                    | self.valid_4.q.val()));
        self.loaded.next = self.full.q.val();
        self.accepted.next = self.whole.q.val() & !self.bad_1.val();
        self.empty.next = !self.full.q.val()
            & !self.under_way.val()
            & !self.valid_1.q.val()
            & !self.valid_2.q.val()
            & !self.valid_3.q.val()
            & !self.valid_4.q.val();
        self.learn.next = self.now_learn.q.val();
        self.target.next = self.now_target.q.val();
        self.any_count.next = self.now_any.q.val();
        self.present_count.next = self.now_present.q.val();

        if self.is_some.val() {
            self.any_filled.d.next = self.any_filled.q.val() + 1;
        }
        if self.is_present.val() {
            self.present_filled.d.next = self.present_filled.q.val() + 1;
        }
        comment!("the lists begin anew a cycle late: the next packet's first event comes later still");
        self.clears.d.next = self.bad_1.val() | self.take.val() | self.cancel.val() | self.rst.val();
        if self.clears.q.val() {
            self.any_filled.d.next = bits_of(0, self._size_bits);
            self.present_filled.d.next = bits_of(0, self._size_bits);
        }
        comment!("what a bad packet left on its way");
        if self.bad_1.val() {
            self.valid_1.d.next = false;
            self.valid_2.d.next = false;
            self.valid_3.d.next = false;
            self.valid_4.d.next = false;
        }
        if self.bad_1.val() {
            self.whole.d.next = false;
        }
        if self.beat.val() & self.skips.q.val() {
            self.skips.d.next = !self.tlast.val();
        }
        if self.beat.val() & !self.skips.q.val() {
            self.count.d.next = self.count.q.val() + 1;
            if !self.too_long.q.val() {
                self.valid_1.d.next = true;
                self.last_1.d.next = self.tlast.val();
                self.whole.d.next = self.tlast.val();
                self.beat_1.d.next = bit_cast_to(self.count.q.val(), self._index_bits);
                self.data_1.d.next = self.tdata.val();
                self.waiting_1.d.next = self.tail.val();
            }
            if self.at_end.val() {
                self.too_long.d.next = true;
                self.count.d.next = bits_of(0, self._size_bits);
            }
            if self.tlast.val() {
                self.count.d.next = bits_of(0, self._size_bits);
                self.too_long.d.next = false;
                self.next_learn.d.next = self.tuser.val().get_bit(7) & self.learns.val();
                self.next_target.d.next = bit_cast_to(self.tuser.val(), 7);
            }
        }
        if self.visited.val() {
            self.lent.d.next = false;
        }
        if self.take.val() {
            self.lent.d.next = self.one_page.val();
            self.full.d.next = false;
            self.whole.d.next = false;
            self.filling.d.next = !self.filling.q.val();
            self.known.d.next = true;
            self.now_learn.d.next = self.next_learn.q.val();
            self.now_target.d.next = self.next_target.q.val();
            self.now_any.d.next = self.any_filled.q.val();
            self.now_present.d.next = self.present_filled.q.val();
        }
        if self.cancel.val() {
            self.full.d.next = false;
            self.whole.d.next = false;
            self.valid_1.d.next = false;
            self.valid_2.d.next = false;
            self.valid_3.d.next = false;
            self.valid_4.d.next = false;
            self.count.d.next = bits_of(0, self._size_bits);
            self.too_long.d.next = false;
            if self.under_way.val() {
                self.skips.d.next = true;
            }
        }
        if self.forget.val() {
            self.known.d.next = false;
        }
        if self.rst.val() {
            self.count.d.next = bits_of(0, self._size_bits);
            self.too_long.d.next = false;
            self.skips.d.next = false;
            self.valid_1.d.next = false;
            self.valid_2.d.next = false;
            self.valid_3.d.next = false;
            self.valid_4.d.next = false;
            self.full.d.next = false;
            self.whole.d.next = false;
            self.lent.d.next = false;
            self.filling.d.next = false;
            self.bad_frame_1.d.next = false;
            self.bad_target_1.d.next = false;
            self.known.d.next = false;
        }
    }
}
