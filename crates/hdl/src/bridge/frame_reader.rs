//! From bytes to a request: header into registers, payload into the buffer, and whether it arrived whole.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::bridge::{request_bytes, REQUEST};
use drtp_core::fixed::address_bits;
use drtp_core::{Bridge, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Reading {
    /// Waiting for the first byte of a request.
    Hunt,
    /// Six bytes of header.
    Header,
    /// The length is known.
    Sized,
    /// Payload and CRC.
    Payload,
    /// The last byte is here: is the CRC right?
    Check,
}

/// Reads one request while `open`; `good` or `damaged` for one cycle at its end, then it hunts for the next.
///
/// What stands at the outputs is the last request's, good or not: whoever wants it takes it at once.
#[derive(SettlingBlock)]
pub struct FrameReader {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub open: Signal<In, Bit>,
    pub data: Signal<In, Uint>,
    pub data_valid: Signal<In, Bit>,
    pub broken: Signal<In, Bit>,
    pub crc_zero: Signal<In, Bit>,
    /// The CRC begins behind this byte.
    pub crc_start: Signal<Out, Bit>,
    // into the request buffer
    pub store: Signal<Out, Bit>,
    pub stored: Signal<Out, Uint>,
    /// The place that is written, or read.
    pub place_at: Signal<Out, Uint>,
    /// While it is not open: to the next place, from 0.
    pub advance: Signal<In, Bit>,
    /// The place behind the payload.
    pub at_end: Signal<Out, Bit>,
    // the request
    pub sequence_number: Signal<Out, Uint>,
    pub operation: Signal<Out, Uint>,
    pub argument: Signal<Out, Uint>,
    /// The payload's length is no whole number of words.
    pub ragged: Signal<Out, Bit>,
    pub good: Signal<Out, Bit>,
    pub damaged: Signal<Out, Bit>,
    /// With `damaged` and after it: 0 CRC, 1 broken off, 2 too long, 3 a broken byte.
    pub reason: Signal<Out, Uint>,
    reading: Register<Reading>,
    place: Register<Uint>,
    header_0: Register<Uint>,
    header_1: Register<Uint>,
    header_2: Register<Uint>,
    header_3: Register<Uint>,
    header_4: Register<Uint>,
    header_5: Register<Uint>,
    at: Register<Uint>,
    in_crc: Register<Bit>,
    quiet: Register<Uint>,
    is_good: Register<Bit>,
    is_damaged: Register<Bit>,
    why: Register<Uint>,
    size: Signal<Local, Uint>,
    ends: Signal<Local, Bit>,
    too_quiet: Signal<Local, Bit>,
    place_bits: Constant<Uint>,
    quiet_place: Constant<Uint>,
    _bits: usize,
    _quiet_bits: usize,
    _first: i64,
    _activity: Activity,
}

impl FrameReader {
    pub fn new(design: &Design, bridge: &Bridge) -> Self {
        let bits = address_bits(request_bytes(design));
        let quiet = address_bits(bridge.idle_bits * bridge.clocks_per_bit) + 1;
        Self {
            clk: Default::default(),
            rst: Default::default(),
            open: Default::default(),
            data: num(8),
            data_valid: Default::default(),
            broken: Default::default(),
            crc_zero: Default::default(),
            crc_start: Default::default(),
            store: Default::default(),
            stored: num(8),
            place_at: num(bits),
            advance: Default::default(),
            at_end: Default::default(),
            sequence_number: num(8),
            operation: num(8),
            argument: num(16),
            ragged: Default::default(),
            good: Default::default(),
            damaged: Default::default(),
            reason: num(2),
            reading: Register::new(Reading::Hunt),
            place: Register::wide(3),
            header_0: Register::wide(8),
            header_1: Register::wide(8),
            header_2: Register::wide(8),
            header_3: Register::wide(8),
            header_4: Register::wide(8),
            header_5: Register::wide(8),
            at: Register::wide(bits),
            in_crc: Default::default(),
            quiet: Register::wide(quiet),
            is_good: Default::default(),
            is_damaged: Default::default(),
            why: Register::wide(2),
            size: num(17),
            ends: Default::default(),
            too_quiet: Default::default(),
            place_bits: Constant::new(Uint::new(bits as i64, 5)),
            quiet_place: Constant::new(Uint::new(quiet as i64 - 1, 6)),
            _bits: bits,
            _quiet_bits: quiet,
            _first: REQUEST.into(),
            _activity: Default::default(),
        }
    }
}

impl Logic for FrameReader {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: frame_reader");
        comment!("doc: A request from the serial line: first byte, header, payload into the buffer, CRC.");
        comment!("doc: One that is damaged in any way is forgotten, and the next first byte is hunted for.");
        dff_setup!(
            self, clk, reading, place, header_0, header_1, header_2, header_3, header_4, header_5, at, in_crc, quiet,
            is_good, is_damaged, why
        );
        self.sequence_number.next = self.header_0.q.val();
        self.operation.next = self.header_1.q.val();
        self.argument.next = bit_cast_to(self.header_2.q.val(), 16) | (bit_cast_to(self.header_3.q.val(), 16) << 8);
        self.size.next = bit_cast_to(self.header_4.q.val(), 17) | (bit_cast_to(self.header_5.q.val(), 17) << 8);
        self.ragged.next = bit_cast_to(self.size.val(), 2).any();
        self.ends.next = self.at.q.val() == bit_cast_to(self.size.val(), self._bits);
        self.at_end.next = self.ends.val();
        self.too_quiet.next = (self.quiet.q.val() >> self.quiet_place.val()).any();
        self.good.next = self.is_good.q.val();
        self.damaged.next = self.is_damaged.q.val();
        self.reason.next = self.why.q.val();
        self.crc_start.next = false;
        self.store.next = false;
        self.place_at.next = self.at.q.val();
        self.stored.next = self.data.val();
        self.is_good.d.next = false;
        self.is_damaged.d.next = false;
        self.quiet.d.next = self.quiet.q.val() + 1;

        match self.reading.q.val() {
            Reading::Hunt => {
                self.crc_start.next = true;
                self.place.d.next = bits_of(0, 3);
                if self.open.val() {
                    self.at.d.next = bits_of(0, self._bits);
                }
                self.in_crc.d.next = false;
                if self.data_valid.val() & !self.broken.val() & (self.data.val() == bits_of(self._first, 8)) {
                    self.reading.d.next = Reading::Header;
                }
            }
            Reading::Header => {
                if self.data_valid.val() {
                    comment!("the header moves through its registers");
                    self.header_5.d.next = self.data.val();
                    self.header_4.d.next = self.header_5.q.val();
                    self.header_3.d.next = self.header_4.q.val();
                    self.header_2.d.next = self.header_3.q.val();
                    self.header_1.d.next = self.header_2.q.val();
                    self.header_0.d.next = self.header_1.q.val();
                    self.place.d.next = self.place.q.val() + 1;
                    if self.place.q.val().index() == 5 {
                        self.reading.d.next = Reading::Sized;
                    }
                }
            }
            Reading::Sized => {
                self.reading.d.next = Reading::Payload;
                if (self.size.val() >> self.place_bits.val()).any() {
                    self.reading.d.next = Reading::Hunt;
                    self.is_damaged.d.next = true;
                    self.why.d.next = bits_of(2, 2);
                }
            }
            Reading::Payload => {
                if self.data_valid.val() {
                    if self.ends.val() {
                        self.in_crc.d.next = true;
                        if self.in_crc.q.val() {
                            self.reading.d.next = Reading::Check;
                        }
                    } else {
                        self.store.next = true;
                        self.at.d.next = self.at.q.val() + 1;
                    }
                }
            }
            Reading::Check => {
                self.reading.d.next = Reading::Hunt;
                self.at.d.next = bits_of(0, self._bits);
                self.is_good.d.next = self.crc_zero.val();
                self.is_damaged.d.next = !self.crc_zero.val();
                self.why.d.next = bits_of(0, 2);
            }
            _ => {
                self.reading.d.next = Reading::Hunt;
            }
        }
        if !self.open.val() & self.advance.val() {
            self.at.d.next = self.at.q.val() + 1;
        }
        comment!("within a request: a byte without a stop bit, or none for too long");
        if (self.reading.q.val() != Reading::Hunt) & self.data_valid.val() & self.broken.val() {
            self.reading.d.next = Reading::Hunt;
            self.is_damaged.d.next = true;
            self.why.d.next = bits_of(3, 2);
        }
        if (self.reading.q.val() != Reading::Hunt) & self.too_quiet.val() {
            self.reading.d.next = Reading::Hunt;
            self.is_damaged.d.next = true;
            self.why.d.next = bits_of(1, 2);
        }
        if self.data_valid.val() | (self.reading.q.val() == Reading::Hunt) {
            self.quiet.d.next = bits_of(0, self._quiet_bits);
        }
        if self.rst.val() | !self.open.val() {
            self.reading.d.next = Reading::Hunt;
            self.is_good.d.next = false;
            self.is_damaged.d.next = false;
        }
    }
}
