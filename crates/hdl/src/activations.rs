//! Stored activations: one page of the present sample, one of the sample before it.
//!
//! Each page holds the inputs of every layer, one layer after the other, without biases. Loader and drain write the
//! present page; events read both. When a sample is done its page becomes the previous one: nothing is copied.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Register};
use crate::num::{num, Sint, Uint};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Two pages of activations; a read takes one cycle.
#[derive(SettlingBlock)]
pub struct Activations {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// Swap the pages.
    pub swap: Signal<In, Bit>,
    pub read: Signal<In, Bit>,
    pub read_addr: Signal<In, Uint>,
    pub present: Signal<Out, Sint>,
    pub previous: Signal<Out, Sint>,
    pub write: Signal<In, Bit>,
    pub write_addr: Signal<In, Uint>,
    pub write_data: Signal<In, Sint>,
    pub page_0: Memory<true>,
    pub page_1: Memory<true>,
    page: Register<Bit>,
    _activity: Activity,
}

impl Activations {
    pub fn new(design: &Design) -> Self {
        let address = design.activation_addr_bits();
        let page = || Memory::new(design.activation_words(), ACTIVATION_BITS);
        Self {
            clk: Default::default(),
            rst: Default::default(),
            swap: Default::default(),
            read: Default::default(),
            read_addr: num(address),
            present: num(ACTIVATION_BITS),
            previous: num(ACTIVATION_BITS),
            write: Default::default(),
            write_addr: num(address),
            write_data: num(ACTIVATION_BITS),
            page_0: page(),
            page_1: page(),
            page: Default::default(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Activations {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: activations");
        comment!("doc: Activations of the present and of the previous sample, a page each; a read takes one cycle.");
        dff_setup!(self, clk, page);
        self.page_0.clk.next = self.clk.val();
        self.page_1.clk.next = self.clk.val();
        self.page_0.re.next = self.read.val();
        self.page_0.ra.next = self.read_addr.val();
        self.page_0.we.next = self.write.val() & !self.page.q.val();
        self.page_0.wa.next = self.write_addr.val();
        self.page_0.wd.next = self.write_data.val();
        self.page_1.re.next = self.read.val();
        self.page_1.ra.next = self.read_addr.val();
        self.page_1.we.next = self.write.val() & self.page.q.val();
        self.page_1.wa.next = self.write_addr.val();
        self.page_1.wd.next = self.write_data.val();
        self.present.next = self.page_0.rd.val();
        self.previous.next = self.page_1.rd.val();
        if self.page.q.val() {
            self.present.next = self.page_1.rd.val();
            self.previous.next = self.page_0.rd.val();
        }
        if self.swap.val() {
            self.page.d.next = !self.page.q.val();
        }
        if self.rst.val() {
            self.page.d.next = false;
        }
    }
}
