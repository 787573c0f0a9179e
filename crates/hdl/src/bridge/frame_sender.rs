//! From a response to bytes: header from registers, payload from the buffer, CRC.
use super::RESPONSE_BITS;
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::bridge::RESPONSE;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Sending {
    /// Nothing to send.
    Idle,
    /// The buffer is read.
    Fetch,
    /// What was read goes into a register: block RAM is slow to answer.
    Fetched,
    /// The byte waits until the line is free.
    Offer,
}

/// Sends one response after `start`; `done` for one cycle when its last byte has been handed to the line.
#[derive(SettlingBlock)]
pub struct FrameSender {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    // the response
    pub sequence_number: Signal<In, Uint>,
    pub status: Signal<In, Uint>,
    pub result: Signal<In, Uint>,
    pub damaged_count: Signal<In, Uint>,
    pub length: Signal<In, Uint>,
    // out of the response buffer
    pub fetch: Signal<Out, Bit>,
    /// The byte that was read comes out of the buffer.
    pub take: Signal<Out, Bit>,
    pub fetch_at: Signal<Out, Uint>,
    pub fetched: Signal<In, Uint>,
    // the line
    pub crc_start: Signal<Out, Bit>,
    pub crc_low: Signal<In, Uint>,
    pub data: Signal<Out, Uint>,
    pub data_valid: Signal<Out, Bit>,
    pub ready: Signal<In, Bit>,
    pub done: Signal<Out, Bit>,
    sending: Register<Sending>,
    /// 0 to 6 first byte and header, 7 payload, 8 and 9 CRC.
    place: Register<Uint>,
    at: Register<Uint>,
    given: Signal<Local, Bit>,
    _first: i64,
    _activity: Activity,
}

impl Default for FrameSender {
    fn default() -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            sequence_number: num(8),
            status: num(8),
            result: num(8),
            damaged_count: num(8),
            length: num(RESPONSE_BITS + 1),
            fetch: Default::default(),
            take: Default::default(),
            fetch_at: num(RESPONSE_BITS),
            fetched: num(8),
            crc_start: Default::default(),
            crc_low: num(8),
            data: num(8),
            data_valid: Default::default(),
            ready: Default::default(),
            done: Default::default(),
            sending: Register::new(Sending::Idle),
            place: Register::wide(4),
            at: Register::wide(RESPONSE_BITS + 1),
            given: Default::default(),
            _first: RESPONSE.into(),
            _activity: Default::default(),
        }
    }
}

impl Logic for FrameSender {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: frame_sender");
        comment!("doc: A response to the serial line: first byte, header, payload from the buffer, CRC.");
        dff_setup!(self, clk, sending, place, at);
        self.fetch.next = false;
        self.fetch_at.next = bit_cast_to(self.at.q.val(), 9);
        self.take.next = self.sending.q.val() == Sending::Fetched;
        self.data_valid.next = false;
        self.done.next = false;
        self.given.next = (self.sending.q.val() == Sending::Offer) & self.ready.val();
        comment!("the CRC begins when the first byte has left");
        self.crc_start.next = self.given.val() & (self.place.q.val().index() == 1);

        self.data.next = self.crc_low.val();
        match self.place.q.val().index() {
            0 => {
                self.data.next = bits_of(self._first, 8);
            }
            1 => {
                self.data.next = self.sequence_number.val();
            }
            2 => {
                self.data.next = self.status.val();
            }
            3 => {
                self.data.next = self.result.val();
            }
            4 => {
                self.data.next = self.damaged_count.val();
            }
            5 => {
                self.data.next = bit_cast_to(self.length.val(), 8);
            }
            6 => {
                self.data.next = bit_cast_to(self.length.val() >> 8, 8);
            }
            7 => {
                self.data.next = self.fetched.val();
            }
            _ => {
                self.data.next = self.crc_low.val();
            }
        }
        match self.sending.q.val() {
            Sending::Idle => {
                self.place.d.next = bits_of(0, 4);
                self.at.d.next = bits_of(0, 10);
                if self.start.val() {
                    self.sending.d.next = Sending::Fetch;
                }
            }
            Sending::Fetch => {
                self.fetch.next = true;
                self.sending.d.next = Sending::Fetched;
                if (self.place.q.val().index() == 7) & (self.at.q.val() == self.length.val()) {
                    self.place.d.next = bits_of(8, 4);
                }
            }
            Sending::Fetched => {
                self.sending.d.next = Sending::Offer;
            }
            Sending::Offer => {
                self.data_valid.next = true;
                if self.given.val() {
                    self.sending.d.next = Sending::Fetch;
                    self.place.d.next = self.place.q.val() + 1;
                    if self.place.q.val().index() == 7 {
                        self.place.d.next = self.place.q.val();
                        self.at.d.next = self.at.q.val() + 1;
                    }
                    if self.place.q.val().index() == 9 {
                        self.sending.d.next = Sending::Idle;
                        self.done.next = true;
                    }
                }
            }
            _ => {
                self.sending.d.next = Sending::Idle;
            }
        }
        if self.rst.val() {
            self.sending.d.next = Sending::Idle;
        }
    }
}
