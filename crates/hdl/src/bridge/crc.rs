//! CRC-16 of a serial line's bits as they pass.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::bridge::{CRC_POLYNOMIAL, CRC_START};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// One bit a cycle, the lowest of each byte first.
///
/// A byte that equals `low` moves the upper half down and leaves zeros behind: sending `low` twice sends the CRC, and
/// whoever receives it ends with `zero`.
#[derive(SettlingBlock)]
pub struct Crc {
    pub clk: Signal<In, Clock>,
    /// Begins anew.
    pub start: Signal<In, Bit>,
    pub bit_value: Signal<In, Bit>,
    pub bit_valid: Signal<In, Bit>,
    pub low: Signal<Out, Uint>,
    pub zero: Signal<Out, Bit>,
    value: Register<Uint>,
    _polynomial: i64,
    _start: i64,
    _activity: Activity,
}

impl Default for Crc {
    fn default() -> Self {
        Self {
            clk: Default::default(),
            start: Default::default(),
            bit_value: Default::default(),
            bit_valid: Default::default(),
            low: num(8),
            zero: Default::default(),
            value: Register::wide(16),
            _polynomial: CRC_POLYNOMIAL.into(),
            _start: CRC_START.into(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Crc {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: crc");
        comment!("doc: CRC-16 with x^16 + x^12 + x^5 + 1, bit by bit, lowest bit first.");
        dff_setup!(self, clk, value);
        self.low.next = bit_cast_to(self.value.q.val(), 8);
        self.zero.next = !self.value.q.val().any();
        if self.bit_valid.val() {
            self.value.d.next = self.value.q.val() >> 1;
            if self.value.q.val().get_bit(0) != self.bit_value.val() {
                self.value.d.next = (self.value.q.val() >> 1) ^ bits_of(self._polynomial, 16);
            }
        }
        if self.start.val() {
            self.value.d.next = bits_of(self._start, 16);
        }
    }
}
