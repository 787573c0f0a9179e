//! Outputs of the hidden layers: kept for the next sample, and turned into the events of the layer behind.
//!
//! A neuron's output is an event if it is not zero, or if the layer behind owes an update and it was not zero in the
//! sample before. Events come in the order of the neurons, while the layer behind may already read the first ones.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Register};
use crate::num::{bit_cast_to, bits_of, bits_signed, num, Sint, Uint};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Two pages of outputs, and the counts of the two lists of hidden events.
#[derive(SettlingBlock)]
pub struct HiddenEvents {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub pass_start: Signal<In, Bit>,
    /// The pass stored outputs: they are those of the sample before from now on.
    pub swap: Signal<In, Bit>,
    pub flush: Signal<In, Bit>,
    /// A layer begins: the list of its outputs is empty. Lists are numbered by the layer's lowest bit.
    pub layer_start: Signal<In, Bit>,
    pub start_list: Signal<In, Bit>,
    // two cycles before the output: fetch what it was
    pub fetch: Signal<In, Bit>,
    // the output
    pub store: Signal<In, Bit>,
    pub list: Signal<In, Bit>,
    pub y: Signal<In, Sint>,
    /// It is not zero.
    pub y_some: Signal<In, Bit>,
    pub last: Signal<In, Bit>,
    pub index: Signal<In, Uint>,
    /// The layer behind owes an update; one cycle before the output.
    pub owes: Signal<In, Bit>,
    // to the lists, a cycle behind the output
    pub append: Signal<Out, Bit>,
    pub append_list: Signal<Out, Bit>,
    pub append_index: Signal<Out, Uint>,
    pub append_at: Signal<Out, Uint>,
    pub present: Signal<Out, Sint>,
    pub previous: Signal<Out, Sint>,
    // to the sequencer: the list that it reads
    pub read_list: Signal<In, Bit>,
    pub count: Signal<Out, Uint>,
    pub complete: Signal<Out, Bit>,
    pub ys: Memory<true>,
    page: Register<Bit>,
    fetch_at: Register<Uint>,
    fetched: Register<Bit>,
    fetched_at: Register<Uint>,
    store_at: Register<Uint>,
    owed: Register<Bit>,
    count_0: Register<Uint>,
    count_1: Register<Uint>,
    complete_0: Register<Bit>,
    complete_1: Register<Bit>,
    closing_0: Register<Bit>,
    closing_1: Register<Bit>,
    closed_0: Register<Bit>,
    closed_1: Register<Bit>,
    is_event: Register<Bit>,
    list_1: Register<Bit>,
    index_1: Register<Uint>,
    x_1: Register<Sint>,
    x_previous_1: Register<Sint>,
    x: Signal<Local, Sint>,
    x_previous: Signal<Local, Sint>,
    read_at: Signal<Local, Uint>,
    write_at: Signal<Local, Uint>,
    _size_bits: usize,
    _list_bits: usize,
    _at_bits: usize,
    _fetch_bits: usize,
    _page: i64,
    _activity: Activity,
}

impl HiddenEvents {
    pub fn new(design: &Design) -> Self {
        let (size, list, hidden) = (design.size_bits(), design.hidden_list_addr_bits(), design.hidden_addr_bits());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            pass_start: Default::default(),
            swap: Default::default(),
            flush: Default::default(),
            layer_start: Default::default(),
            start_list: Default::default(),
            fetch: Default::default(),
            store: Default::default(),
            list: Default::default(),
            y: num(ACTIVATION_BITS),
            y_some: Default::default(),
            last: Default::default(),
            index: num(design.index_bits()),
            owes: Default::default(),
            append: Default::default(),
            append_list: Default::default(),
            append_index: num(design.index_bits()),
            append_at: num(list),
            present: num(ACTIVATION_BITS),
            previous: num(ACTIVATION_BITS),
            read_list: Default::default(),
            count: num(size),
            complete: Default::default(),
            ys: Memory::of(design, "hidden_outputs", 2 << hidden, ACTIVATION_BITS),
            page: Default::default(),
            fetch_at: Register::wide(hidden),
            fetched: Default::default(),
            fetched_at: Register::wide(hidden),
            store_at: Register::wide(hidden),
            owed: Default::default(),
            count_0: Register::wide(size),
            count_1: Register::wide(size),
            complete_0: Default::default(),
            complete_1: Default::default(),
            closing_0: Default::default(),
            closing_1: Default::default(),
            closed_0: Default::default(),
            closed_1: Default::default(),
            is_event: Default::default(),
            list_1: Default::default(),
            index_1: Register::wide(design.index_bits()),
            x_1: Register::wide(ACTIVATION_BITS),
            x_previous_1: Register::wide(ACTIVATION_BITS),
            x: num(ACTIVATION_BITS),
            x_previous: num(ACTIVATION_BITS),
            read_at: num(hidden + 1),
            write_at: num(hidden + 1),
            _size_bits: size,
            _list_bits: list,
            _at_bits: hidden + 1,
            _fetch_bits: hidden,
            _page: 1 << hidden,
            _activity: Default::default(),
        }
    }
}

impl Logic for HiddenEvents {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: hidden_events");
        comment!(
            "doc: Outputs of the hidden layers, of this sample and of the one before, and the events that they make."
        );
        dff_setup!(
            self,
            clk,
            page,
            fetch_at,
            fetched,
            fetched_at,
            store_at,
            owed,
            count_0,
            count_1,
            complete_0,
            complete_1,
            closing_0,
            closing_1,
            closed_0,
            closed_1,
            is_event,
            list_1,
            index_1,
            x_1,
            x_previous_1
        );
        self.ys.clk.next = self.clk.val();
        self.read_at.next = bit_cast_to(self.fetch_at.q.val(), self._at_bits) | bits_of(self._page, self._at_bits);
        self.write_at.next = bit_cast_to(self.store_at.q.val(), self._at_bits);
        if self.page.q.val() {
            self.read_at.next = bit_cast_to(self.fetch_at.q.val(), self._at_bits);
            self.write_at.next = bit_cast_to(self.store_at.q.val(), self._at_bits) | bits_of(self._page, self._at_bits);
        }
        self.ys.re.next = self.fetch.val();
        self.ys.ra.next = self.read_at.val();
        self.fetched.d.next = self.fetch.val();
        self.ys.oe.next = self.fetched.q.val();
        self.ys.we.next = self.store.val() & !self.flush.val();
        self.ys.wa.next = self.write_at.val();
        self.ys.wd.next = self.y.val();

        self.x.next = self.y.val();
        if self.flush.val() {
            self.x.next = bits_signed(0, 8);
        }
        self.x_previous.next = bits_signed(0, 8);
        self.owed.d.next = self.owes.val();
        if self.owed.q.val() {
            self.x_previous.next = self.ys.rd.val();
        }
        self.is_event.d.next =
            self.store.val() & ((self.y_some.val() & !self.flush.val()) | (self.owed.q.val() & self.ys.rd.val().any()));
        self.list_1.d.next = self.list.val();
        self.index_1.d.next = self.index.val();
        self.x_1.d.next = self.x.val();
        self.x_previous_1.d.next = self.x_previous.val();
        self.append.next = self.is_event.q.val();
        self.append_list.next = self.list_1.q.val();
        self.append_index.next = self.index_1.q.val();
        self.present.next = self.x_1.q.val();
        self.previous.next = self.x_previous_1.q.val();
        self.append_at.next = bit_cast_to(self.count_0.q.val(), self._list_bits);
        if self.list_1.q.val() {
            self.append_at.next = bit_cast_to(self.count_1.q.val(), self._list_bits);
        }
        self.count.next = self.count_0.q.val();
        self.complete.next = self.complete_0.q.val();
        if self.read_list.val() {
            self.count.next = self.count_1.q.val();
            self.complete.next = self.complete_1.q.val();
        }

        if self.fetch.val() {
            self.fetch_at.d.next = self.fetch_at.q.val() + 1;
        }
        self.fetched_at.d.next = self.fetch_at.q.val();
        self.store_at.d.next = self.fetched_at.q.val();
        if self.is_event.q.val() & !self.list_1.q.val() {
            self.count_0.d.next = self.count_0.q.val() + 1;
        }
        if self.is_event.q.val() & self.list_1.q.val() {
            self.count_1.d.next = self.count_1.q.val() + 1;
        }
        comment!(
            "complete three cycles after the last output, event or not: a pass takes its time wherever events are"
        );
        self.closing_0.d.next = self.store.val() & self.last.val() & !self.list.val();
        self.closing_1.d.next = self.store.val() & self.last.val() & self.list.val();
        self.closed_0.d.next = self.closing_0.q.val();
        self.closed_1.d.next = self.closing_1.q.val();
        if self.closed_0.q.val() {
            self.complete_0.d.next = true;
        }
        if self.closed_1.q.val() {
            self.complete_1.d.next = true;
        }
        if self.layer_start.val() & !self.start_list.val() {
            self.count_0.d.next = bits_of(0, self._size_bits);
            self.complete_0.d.next = false;
        }
        if self.layer_start.val() & self.start_list.val() {
            self.count_1.d.next = bits_of(0, self._size_bits);
            self.complete_1.d.next = false;
        }
        if self.pass_start.val() {
            self.fetch_at.d.next = bits_of(0, self._fetch_bits);
        }
        if self.swap.val() {
            self.page.d.next = !self.page.q.val();
        }
        if self.rst.val() {
            self.page.d.next = false;
            self.is_event.d.next = false;
            self.closed_0.d.next = false;
            self.closed_1.d.next = false;
            self.closing_0.d.next = false;
            self.closing_1.d.next = false;
        }
    }
}
