//! Serial line in: 8 data bits, no parity, one stop bit.
use super::counter_bits;
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bits_of, num, Uint};
use drtp_core::Bridge;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Takes each bit in its middle. The line passes two registers first, for it belongs to no clock.
///
/// `bit_valid` marks each data bit, lowest first, and `data_valid` the byte, in the middle of its stop bit; `broken` with
/// it if there is none. A byte begins when the line falls: a line that stays low gives one broken byte.
#[derive(SettlingBlock)]
pub struct UartReceiver {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub rx: Signal<In, Bit>,
    pub bit_value: Signal<Out, Bit>,
    pub bit_valid: Signal<Out, Bit>,
    pub data: Signal<Out, Uint>,
    pub data_valid: Signal<Out, Bit>,
    pub broken: Signal<Out, Bit>,
    crossing: Register<Bit>,
    line: Register<Bit>,
    line_before: Register<Bit>,
    active: Register<Bit>,
    count: Register<Uint>,
    /// 0 start bit, 1 to 8 data, 9 stop bit.
    place: Register<Uint>,
    shift: Register<Uint>,
    taken: Register<Bit>,
    complete: Register<Bit>,
    no_stop: Register<Bit>,
    middle: Signal<Local, Bit>,
    _count_bits: usize,
    _whole: i64,
    _half: i64,
    _activity: Activity,
}

impl UartReceiver {
    pub fn new(bridge: &Bridge) -> Self {
        let clocks = bridge.clocks_per_bit;
        let count = counter_bits(clocks);
        Self {
            clk: Default::default(),
            rst: Default::default(),
            rx: Default::default(),
            bit_value: Default::default(),
            bit_valid: Default::default(),
            data: num(8),
            data_valid: Default::default(),
            broken: Default::default(),
            crossing: Register::new(true),
            line: Register::new(true),
            line_before: Register::new(true),
            active: Default::default(),
            count: Register::wide(count),
            place: Register::wide(4),
            shift: Register::wide(8),
            taken: Default::default(),
            complete: Default::default(),
            no_stop: Default::default(),
            middle: Default::default(),
            _count_bits: count,
            _whole: clocks as i64 - 1,
            _half: clocks as i64 / 2 - 1,
            _activity: Default::default(),
        }
    }
}

impl Logic for UartReceiver {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: uart_receiver");
        comment!("doc: Serial line in, 8N1: each bit is taken in its middle, lowest first.");
        dff_setup!(self, clk, crossing, line, line_before, active, count, place, shift, taken, complete, no_stop);
        comment!("the line belongs to no clock");
        self.crossing.d.next = self.rx.val();
        self.line.d.next = self.crossing.q.val();
        self.line_before.d.next = self.line.q.val();

        self.middle.next = self.active.q.val() & !self.count.q.val().any();
        self.taken.d.next = false;
        self.complete.d.next = false;
        self.no_stop.d.next = !self.line.q.val();
        self.count.d.next = self.count.q.val() - 1;
        if self.middle.val() {
            self.count.d.next = bits_of(self._whole, self._count_bits);
            self.place.d.next = self.place.q.val() + 1;
            comment!("a start bit that is gone in its middle was none");
            if self.place.q.val().index() == 0 {
                self.active.d.next = !self.line.q.val();
            } else {
                if self.place.q.val().index() == 9 {
                    self.active.d.next = false;
                    self.complete.d.next = true;
                } else {
                    self.taken.d.next = true;
                    self.shift.d.next = self.shift.q.val() >> 1;
                    if self.line.q.val() {
                        self.shift.d.next = (self.shift.q.val() >> 1) | bits_of(128, 8);
                    }
                }
            }
        }
        if !self.active.q.val() {
            self.count.d.next = bits_of(self._half, self._count_bits);
            self.place.d.next = bits_of(0, 4);
            self.active.d.next = self.line_before.q.val() & !self.line.q.val();
        }
        self.bit_value.next = self.shift.q.val().get_bit(7);
        self.bit_valid.next = self.taken.q.val();
        self.data.next = self.shift.q.val();
        self.data_valid.next = self.complete.q.val();
        self.broken.next = self.no_stop.q.val();
        if self.rst.val() {
            self.active.d.next = false;
            self.taken.d.next = false;
            self.complete.d.next = false;
        }
    }
}
