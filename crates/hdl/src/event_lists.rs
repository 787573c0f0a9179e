//! The lists of events: which inputs a layer visits, with their present and previous values.
//!
//! | list | of | filled by | pages |
//! |---|---|---|---|
//! | any | inputs that are or were not zero | event builder | one is filled, one is read; or there is but one |
//! | present | inputs that are not zero | event builder | one is filled, one is read |
//! | hidden | outputs of a hidden layer | drain | one for even, one for odd layers |
//!
//! A flush reads list present of the sample before, whatever has come in since: it has two pages always. List any serves
//! one pass alone, and only while its first layer is issued: with one page the builder waits until then.
//!
//! A read takes four cycles. Nothing is read before it was written, and never in the same cycle.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Register};
use crate::num::{bit_cast_to, bits_of, num, signed_cast_num, unsigned_cast_num, Sint, Uint};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Three lists, one read port.
#[derive(SettlingBlock)]
pub struct EventLists {
    pub clk: Signal<In, Clock>,
    // filled by the event builder
    pub input_page: Signal<In, Bit>,
    pub append: Signal<In, Bit>,
    pub append_present: Signal<In, Bit>,
    pub any_at: Signal<In, Uint>,
    pub present_at: Signal<In, Uint>,
    pub input_index: Signal<In, Uint>,
    pub x: Signal<In, Sint>,
    pub x_previous: Signal<In, Sint>,
    // filled by the drain
    pub hidden_append: Signal<In, Bit>,
    pub hidden_page: Signal<In, Bit>,
    pub hidden_at: Signal<In, Uint>,
    pub hidden_index: Signal<In, Uint>,
    pub y: Signal<In, Sint>,
    pub y_previous: Signal<In, Sint>,
    // read by the sequencer
    pub read: Signal<In, Bit>,
    pub at: Signal<In, Uint>,
    pub from_hidden: Signal<In, Bit>,
    pub from_any: Signal<In, Bit>,
    pub read_page: Signal<In, Bit>,
    /// Present inputs count as zero; of list present, what it holds is the sample before.
    pub flush: Signal<In, Bit>,
    pub index: Signal<Out, Uint>,
    pub present: Signal<Out, Sint>,
    pub previous: Signal<Out, Sint>,
    pub any_list: Memory<false>,
    pub present_list: Memory<false>,
    pub hidden_list: Memory<false>,
    // what is written: a cycle late, on its way to memories that may be far apart
    any_we: Register<Bit>,
    any_wa: Register<Uint>,
    any_wd: Register<Uint>,
    present_we: Register<Bit>,
    present_wa: Register<Uint>,
    present_wd: Register<Uint>,
    // what is read, on the same way
    reads_any: Register<Bit>,
    reads_present: Register<Bit>,
    reads_hidden: Register<Bit>,
    at_input: Register<Uint>,
    at_hidden: Register<Uint>,
    read_any: Register<Bit>,
    read_present: Register<Bit>,
    read_hidden_list: Register<Bit>,
    found: Register<Uint>,
    hidden_2: Register<Bit>,
    any_2: Register<Bit>,
    x_bits: Signal<Local, Uint>,
    x_previous_bits: Signal<Local, Uint>,
    y_bits: Signal<Local, Uint>,
    y_previous_bits: Signal<Local, Uint>,
    any_word: Signal<Local, Uint>,
    present_word: Signal<Local, Uint>,
    hidden_word: Signal<Local, Uint>,
    fill_any: Signal<Local, Uint>,
    fill_present: Signal<Local, Uint>,
    fill_hidden: Signal<Local, Uint>,
    read_input: Signal<Local, Uint>,
    read_hidden: Signal<Local, Uint>,
    short: Signal<Local, Uint>,
    word: Signal<Local, Uint>,
    shown: Signal<Local, Uint>,
    present_bits: Signal<Local, Uint>,
    previous_bits: Signal<Local, Uint>,
    pairs: Constant<Bit>,
    _index_bits: usize,
    _short_bits: usize,
    _long_bits: usize,
    _at_bits: usize,
    _any_bits: usize,
    _hidden_bits: usize,
    _page: i64,
    _any_page: i64,
    _hidden_page: i64,
    _activity: Activity,
}

impl EventLists {
    pub fn new(design: &Design) -> Self {
        let (index, list) = (design.index_bits(), design.list_addr_bits());
        let (short, long) = (index + ACTIVATION_BITS, index + 2 * ACTIVATION_BITS);
        // with one hidden layer at the most nothing is read while another list is filled
        let pages = usize::from(design.max_layers > 2);
        let hidden_list = design.hidden_list_addr_bits();
        let hidden = hidden_list + pages;
        let any = design.any_addr_bits();
        Self {
            clk: Default::default(),
            input_page: Default::default(),
            append: Default::default(),
            append_present: Default::default(),
            any_at: num(list),
            present_at: num(list),
            input_index: num(index),
            x: num(ACTIVATION_BITS),
            x_previous: num(ACTIVATION_BITS),
            hidden_append: Default::default(),
            hidden_page: Default::default(),
            hidden_at: num(hidden_list),
            hidden_index: num(index),
            y: num(ACTIVATION_BITS),
            y_previous: num(ACTIVATION_BITS),
            read: Default::default(),
            at: num(list),
            from_hidden: Default::default(),
            from_any: Default::default(),
            read_page: Default::default(),
            flush: Default::default(),
            index: num(index),
            present: num(ACTIVATION_BITS),
            previous: num(ACTIVATION_BITS),
            any_list: Memory::of(design, "any_list", 1 << any, long),
            present_list: Memory::of(design, "present_list", 2 << list, short),
            hidden_list: Memory::of(design, "hidden_list", 1 << hidden, long),
            any_we: Default::default(),
            any_wa: Register::wide(any),
            any_wd: Register::wide(long),
            present_we: Default::default(),
            present_wa: Register::wide(list + 1),
            present_wd: Register::wide(short),
            reads_any: Default::default(),
            reads_present: Default::default(),
            reads_hidden: Default::default(),
            at_input: Register::wide(list + 1),
            at_hidden: Register::wide(hidden),
            read_any: Default::default(),
            read_present: Default::default(),
            read_hidden_list: Default::default(),
            found: Register::wide(long),
            hidden_2: Default::default(),
            any_2: Default::default(),
            x_bits: num(ACTIVATION_BITS),
            x_previous_bits: num(ACTIVATION_BITS),
            y_bits: num(ACTIVATION_BITS),
            y_previous_bits: num(ACTIVATION_BITS),
            any_word: num(long),
            present_word: num(short),
            hidden_word: num(long),
            fill_any: num(any),
            fill_present: num(list + 1),
            fill_hidden: num(hidden),
            read_input: num(list + 1),
            read_hidden: num(hidden),
            short: num(short),
            word: num(long),
            shown: num(long),
            present_bits: num(ACTIVATION_BITS),
            previous_bits: num(ACTIVATION_BITS),
            pairs: Constant::new(design.pairs()),
            _index_bits: index,
            _short_bits: short,
            _long_bits: long,
            _at_bits: list + 1,
            _any_bits: any,
            _hidden_bits: hidden,
            _page: 1 << list,
            _any_page: ((design.input_pages - 1) << list) as i64,
            _hidden_page: (pages << hidden_list) as i64,
            _activity: Default::default(),
        }
    }
}

impl Logic for EventLists {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: event_lists");
        comment!(
            "doc: Lists of events {index, previous value, present value}: of the inputs, two of them in two pages,"
        );
        comment!("doc: and of the hidden layers. A read takes four cycles.");
        dff_setup!(
            self,
            clk,
            any_we,
            any_wa,
            any_wd,
            present_we,
            present_wa,
            present_wd,
            reads_any,
            reads_present,
            reads_hidden,
            at_input,
            at_hidden,
            read_any,
            read_present,
            read_hidden_list,
            hidden_2,
            any_2,
            found
        );
        self.any_list.clk.next = self.clk.val();
        self.present_list.clk.next = self.clk.val();
        self.hidden_list.clk.next = self.clk.val();

        comment!("fill");
        self.x_bits.next = unsigned_cast_num(self.x.val());
        self.x_previous_bits.next = unsigned_cast_num(self.x_previous.val());
        self.fill_any.next = bit_cast_to(self.any_at.val(), self._any_bits);
        self.fill_present.next = bit_cast_to(self.present_at.val(), self._at_bits);
        if self.input_page.val() {
            self.fill_any.next =
                bit_cast_to(self.any_at.val(), self._any_bits) | bits_of(self._any_page, self._any_bits);
            self.fill_present.next =
                bit_cast_to(self.present_at.val(), self._at_bits) | bits_of(self._page, self._at_bits);
        }
        self.any_we.d.next = self.append.val();
        self.any_wa.d.next = self.fill_any.val();
        self.any_word.next = (bit_cast_to(self.input_index.val(), self._long_bits) << 16)
            | (bit_cast_to(self.x_previous_bits.val(), self._long_bits) << 8)
            | bit_cast_to(self.x_bits.val(), self._long_bits);
        self.present_we.d.next = self.append_present.val();
        self.present_wa.d.next = self.fill_present.val();
        self.present_word.next = (bit_cast_to(self.input_index.val(), self._short_bits) << 8)
            | bit_cast_to(self.x_bits.val(), self._short_bits);
        self.y_bits.next = unsigned_cast_num(self.y.val());
        self.y_previous_bits.next = unsigned_cast_num(self.y_previous.val());
        self.fill_hidden.next = bit_cast_to(self.hidden_at.val(), self._hidden_bits);
        if self.hidden_page.val() {
            self.fill_hidden.next =
                bit_cast_to(self.hidden_at.val(), self._hidden_bits) | bits_of(self._hidden_page, self._hidden_bits);
        }
        self.hidden_word.next = (bit_cast_to(self.hidden_index.val(), self._long_bits) << 16)
            | (bit_cast_to(self.y_previous_bits.val(), self._long_bits) << 8)
            | bit_cast_to(self.y_bits.val(), self._long_bits);
        self.any_wd.d.next = self.any_word.val();
        self.present_wd.d.next = self.present_word.val();
        self.any_list.we.next = self.any_we.q.val();
        self.any_list.wa.next = self.any_wa.q.val();
        self.any_list.wd.next = self.any_wd.q.val();
        self.present_list.we.next = self.present_we.q.val();
        self.present_list.wa.next = self.present_wa.q.val();
        self.present_list.wd.next = self.present_wd.q.val();
        self.hidden_list.we.next = self.hidden_append.val();
        self.hidden_list.wa.next = self.fill_hidden.val();
        self.hidden_list.wd.next = self.hidden_word.val();

        comment!(
            "in the small part for which pairs of lanes are meant nothing is far: it can do without these registers"
        );
        if self.pairs.val() {
            self.any_list.we.next = self.append.val();
            self.any_list.wa.next = self.fill_any.val();
            self.any_list.wd.next = self.any_word.val();
            self.present_list.we.next = self.append_present.val();
            self.present_list.wa.next = self.fill_present.val();
            self.present_list.wd.next = self.present_word.val();
        }

        comment!("read");
        self.read_input.next = bit_cast_to(self.at.val(), self._at_bits);
        self.read_hidden.next = bit_cast_to(self.at.val(), self._hidden_bits);
        if self.read_page.val() {
            self.read_input.next = bit_cast_to(self.at.val(), self._at_bits) | bits_of(self._page, self._at_bits);
            self.read_hidden.next =
                bit_cast_to(self.at.val(), self._hidden_bits) | bits_of(self._hidden_page, self._hidden_bits);
        }
        self.reads_any.d.next = self.read.val() & !self.from_hidden.val() & self.from_any.val();
        self.reads_present.d.next = self.read.val() & !self.from_hidden.val() & !self.from_any.val();
        self.reads_hidden.d.next = self.read.val() & self.from_hidden.val();
        self.at_input.d.next = self.read_input.val();
        self.at_hidden.d.next = self.read_hidden.val();
        self.read_any.d.next = self.reads_any.q.val();
        self.read_present.d.next = self.reads_present.q.val();
        self.read_hidden_list.d.next = self.reads_hidden.q.val();
        self.any_list.re.next = self.reads_any.q.val();
        self.any_list.oe.next = self.read_any.q.val();
        self.any_list.ra.next = bit_cast_to(self.at_input.q.val(), self._any_bits);
        self.present_list.re.next = self.reads_present.q.val();
        self.present_list.ra.next = self.at_input.q.val();
        self.present_list.oe.next = self.read_present.q.val();
        self.hidden_list.re.next = self.reads_hidden.q.val();
        self.hidden_list.ra.next = self.at_hidden.q.val();
        self.hidden_list.oe.next = self.read_hidden_list.q.val();
        self.hidden_2.d.next = self.read_hidden_list.q.val();
        self.any_2.d.next = self.read_any.q.val();

        comment!("list present knows no previous values; for a flush its values are the previous ones");
        self.short.next = self.present_list.rd.val();
        self.word.next = (bit_cast_to(self.short.val() >> 8, self._long_bits) << 16)
            | bit_cast_to(bit_cast_to(self.short.val(), 8), self._long_bits);
        if self.flush.val() {
            self.word.next = bit_cast_to(self.short.val(), self._long_bits) << 8;
        }
        if self.any_2.q.val() {
            self.word.next = self.any_list.rd.val();
        }
        if self.hidden_2.q.val() {
            self.word.next = self.hidden_list.rd.val();
        }
        self.found.d.next = self.word.val();
        self.shown.next = self.found.q.val();
        self.index.next = bit_cast_to(self.shown.val() >> 16, self._index_bits);
        self.previous_bits.next = bit_cast_to(self.shown.val() >> 8, 8);
        self.present_bits.next = bit_cast_to(self.shown.val(), 8);
        self.previous.next = signed_cast_num(self.previous_bits.val());
        self.present.next = signed_cast_num(self.present_bits.val());
    }
}
