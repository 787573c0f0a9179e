//! Serial line out: 8 data bits, no parity, one stop bit.
use super::counter_bits;
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bits_of, num, Uint};
use drtp_core::Bridge;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Sends `data` after `start`, which counts only while `ready`. `bit_valid` marks each data bit as it goes out.
#[derive(SettlingBlock)]
pub struct UartSender {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub data: Signal<In, Uint>,
    pub ready: Signal<Out, Bit>,
    pub bit_value: Signal<Out, Bit>,
    pub bit_valid: Signal<Out, Bit>,
    pub tx: Signal<Out, Bit>,
    line: Register<Bit>,
    active: Register<Bit>,
    count: Register<Uint>,
    /// Bits behind the start bit that have begun: 8 of data, one stop bit.
    place: Register<Uint>,
    shift: Register<Uint>,
    over: Signal<Local, Bit>,
    _count_bits: usize,
    _whole: i64,
    _activity: Activity,
}

impl UartSender {
    pub fn new(bridge: &Bridge) -> Self {
        let count = counter_bits(bridge.clocks_per_bit);
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            data: num(8),
            ready: Default::default(),
            bit_value: Default::default(),
            bit_valid: Default::default(),
            tx: Default::default(),
            line: Register::new(true),
            active: Default::default(),
            count: Register::wide(count),
            place: Register::wide(4),
            shift: Register::wide(8),
            over: Default::default(),
            _count_bits: count,
            _whole: bridge.clocks_per_bit as i64 - 1,
            _activity: Default::default(),
        }
    }
}

impl Logic for UartSender {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: uart_sender");
        comment!("doc: Serial line out, 8N1: the lowest bit first.");
        dff_setup!(self, clk, line, active, count, place, shift);
        self.over.next = self.active.q.val() & !self.count.q.val().any();
        self.ready.next = !self.active.q.val();
        self.tx.next = self.line.q.val();
        self.bit_value.next = self.shift.q.val().get_bit(0);
        self.bit_valid.next = self.over.val() & !self.place.q.val().get_bit(3);
        self.count.d.next = self.count.q.val() - 1;
        if self.over.val() {
            self.count.d.next = bits_of(self._whole, self._count_bits);
            self.place.d.next = self.place.q.val() + 1;
            comment!("ones follow the data: the stop bit, and the line at rest");
            self.line.d.next = self.shift.q.val().get_bit(0);
            self.shift.d.next = (self.shift.q.val() >> 1) | bits_of(128, 8);
            self.active.d.next = self.place.q.val() != bits_of(9, 4);
        }
        if !self.active.q.val() {
            self.count.d.next = bits_of(self._whole, self._count_bits);
            self.place.d.next = bits_of(0, 4);
            self.shift.d.next = self.data.val();
            self.line.d.next = !self.start.val();
            self.active.d.next = self.start.val();
        }
        if self.rst.val() {
            self.active.d.next = false;
            self.line.d.next = true;
        }
    }
}
