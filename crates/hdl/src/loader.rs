//! AXI4-Stream in: one packet is one sample. A packet is judged on its last beat; until then nothing but the present
//! page of activations, which nobody reads yet, has changed.
//!
//! A soft reset drops what no pass has begun with: the loaded sample, and a packet that is under way with its rest.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, signed_cast_num, Sint, Uint};
use crate::teacher::CLASS_BITS;
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Takes N_0 bytes while `open`; one byte a cycle. Bad packets are swallowed to their end, flagged and forgotten.
#[derive(SettlingBlock)]
pub struct Loader {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub tdata: Signal<In, Uint>,
    pub tvalid: Signal<In, Bit>,
    pub tready: Signal<Out, Bit>,
    pub tlast: Signal<In, Bit>,
    pub tuser: Signal<In, Uint>,
    /// Bytes may come.
    pub open: Signal<In, Bit>,
    /// Drop what is here; the rest of a packet under way is swallowed without a flag.
    pub cancel: Signal<In, Bit>,
    /// The loaded sample has been processed.
    pub sample_done: Signal<In, Bit>,
    pub inputs: Signal<In, Uint>,
    pub classes: Signal<In, Uint>,
    pub store: Signal<Out, Bit>,
    pub store_addr: Signal<Out, Uint>,
    pub store_data: Signal<Out, Sint>,
    /// A sample waits or is being processed.
    pub loaded: Signal<Out, Bit>,
    pub learn: Signal<Out, Bit>,
    pub target: Signal<Out, Uint>,
    /// Nothing waits, no byte of a packet has been taken.
    pub empty: Signal<Out, Bit>,
    pub bad_frame: Signal<Out, Bit>,
    pub bad_target: Signal<Out, Bit>,
    /// Packets dropped in this cycle, for whatever reason.
    pub dropped: Signal<Out, Uint>,
    count: Register<Uint>,
    too_long: Register<Bit>,
    /// The packet under way was cancelled.
    skips: Register<Bit>,
    full: Register<Bit>,
    learns: Register<Bit>,
    target_class: Register<Uint>,
    is_ready: Signal<Local, Bit>,
    beat: Signal<Local, Bit>,
    at_end: Signal<Local, Bit>,
    good_length: Signal<Local, Bit>,
    good_target: Signal<Local, Bit>,
    is_bad_frame: Signal<Local, Bit>,
    is_bad_target: Signal<Local, Bit>,
    under_way: Signal<Local, Bit>,
    one_dropped: Signal<Local, Uint>,
    loaded_dropped: Signal<Local, Uint>,
    _size_bits: usize,
    _activation_bits: usize,
    _activity: Activity,
}

impl Loader {
    pub fn new(design: &Design) -> Self {
        let (size, activation) = (design.size_bits(), design.activation_addr_bits());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            tdata: num(8),
            tvalid: Default::default(),
            tready: Default::default(),
            tlast: Default::default(),
            tuser: num(8),
            open: Default::default(),
            cancel: Default::default(),
            sample_done: Default::default(),
            inputs: num(size),
            classes: num(size),
            store: Default::default(),
            store_addr: num(activation),
            store_data: num(ACTIVATION_BITS),
            loaded: Default::default(),
            learn: Default::default(),
            target: num(CLASS_BITS),
            empty: Default::default(),
            bad_frame: Default::default(),
            bad_target: Default::default(),
            dropped: num(2),
            count: Register::wide(size),
            too_long: Default::default(),
            skips: Default::default(),
            full: Default::default(),
            learns: Default::default(),
            target_class: Register::wide(CLASS_BITS),
            is_ready: Default::default(),
            beat: Default::default(),
            at_end: Default::default(),
            good_length: Default::default(),
            good_target: Default::default(),
            is_bad_frame: Default::default(),
            is_bad_target: Default::default(),
            under_way: Default::default(),
            one_dropped: num(2),
            loaded_dropped: num(2),
            _size_bits: size,
            _activation_bits: activation,
            _activity: Default::default(),
        }
    }
}

impl Logic for Loader {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: loader");
        comment!(
            "doc: AXI4-Stream in: one packet of N_0 bytes is one sample; judged on its last beat, dropped if bad."
        );
        dff_setup!(self, clk, count, too_long, skips, full, learns, target_class);
        self.is_ready.next = self.open.val() & !self.full.q.val();
        self.tready.next = self.is_ready.val();
        self.beat.next = self.is_ready.val() & self.tvalid.val();
        self.at_end.next = self.count.q.val() + 1 == self.inputs.val();
        self.store.next = self.beat.val() & !self.too_long.q.val() & !self.skips.q.val();
        self.store_addr.next = bit_cast_to(self.count.q.val(), self._activation_bits);
        self.store_data.next = signed_cast_num(self.tdata.val());
        self.loaded.next = self.full.q.val();
        self.learn.next = self.learns.q.val();
        self.target.next = self.target_class.q.val();
        self.under_way.next = self.too_long.q.val() | (self.count.q.val().index() != 0);
        self.empty.next = !self.full.q.val() & !self.under_way.val();
        self.good_length.next = self.at_end.val() & !self.too_long.q.val();
        comment!("a sample to learn needs a class that exists; an inference may carry any");
        self.good_target.next = !self.tuser.val().get_bit(7)
            | (bit_cast_to(bit_cast_to(self.tuser.val(), 7), self._size_bits) < self.classes.val());
        self.is_bad_frame.next = self.beat.val() & self.tlast.val() & !self.skips.q.val() & !self.good_length.val();
        self.is_bad_target.next =
            self.beat.val() & self.tlast.val() & !self.skips.q.val() & self.good_length.val() & !self.good_target.val();
        self.bad_frame.next = self.is_bad_frame.val();
        self.bad_target.next = self.is_bad_target.val();
        comment!("at most two at once: the loaded sample, and the packet under way");
        self.one_dropped.next = bits_of(0, 2);
        if self.is_bad_frame.val() | self.is_bad_target.val() | (self.cancel.val() & self.under_way.val()) {
            self.one_dropped.next = bits_of(1, 2);
        }
        self.loaded_dropped.next = bits_of(0, 2);
        if self.cancel.val() & self.full.q.val() {
            self.loaded_dropped.next = bits_of(1, 2);
        }
        self.dropped.next = self.one_dropped.val() + self.loaded_dropped.val();
        if self.beat.val() & self.skips.q.val() {
            self.skips.d.next = !self.tlast.val();
        }
        if self.beat.val() & !self.skips.q.val() {
            self.count.d.next = self.count.q.val() + 1;
            if self.at_end.val() {
                self.too_long.d.next = true;
                self.count.d.next = bits_of(0, self._size_bits);
            }
            if self.tlast.val() {
                self.count.d.next = bits_of(0, self._size_bits);
                self.too_long.d.next = false;
                self.full.d.next = self.good_length.val() & self.good_target.val();
                self.learns.d.next = self.tuser.val().get_bit(7);
                self.target_class.d.next = bit_cast_to(self.tuser.val(), 7);
            }
        }
        if self.sample_done.val() {
            self.full.d.next = false;
        }
        if self.cancel.val() {
            self.full.d.next = false;
            self.count.d.next = bits_of(0, self._size_bits);
            self.too_long.d.next = false;
            if self.under_way.val() {
                self.skips.d.next = true;
            }
        }
        if self.rst.val() {
            self.count.d.next = bits_of(0, self._size_bits);
            self.too_long.d.next = false;
            self.skips.d.next = false;
            self.full.d.next = false;
        }
    }
}
