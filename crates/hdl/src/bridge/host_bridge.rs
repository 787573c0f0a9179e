//! The bridge: receive a request, carry it out, answer.
use super::{Crc, Executor, FrameReader, FrameSender, UartReceiver, UartSender, RESPONSE_BITS};
use crate::activity::Activity;
use crate::axil::ADDRESS_BITS;
use crate::comment;
use crate::leaf::{Memory, Register};
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::bridge::{request_bytes, RESPONSE_BYTES};
use drtp_core::{Bridge, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Turn {
    /// The host's.
    Listen,
    /// A good request is there; whether it is a new one is known.
    Weigh,
    /// The core's: a request is carried out.
    Run,
    /// The bridge answers.
    Answer,
}

/// A serial line on one side, the core's bus and streams on the other.
///
/// A request with the number of the one before it is not carried out again: its response is sent again. A damaged one is
/// answered too, with what was wrong and without touching the response that is kept.
#[derive(SettlingBlock)]
pub struct HostBridge {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub rx: Signal<In, Bit>,
    pub tx: Signal<Out, Bit>,
    /// A request is being carried out or answered.
    pub busy: Signal<Out, Bit>,
    /// See [`Executor::owes`].
    pub owes: Signal<Out, Bit>,
    /// The last request was damaged.
    pub alarm: Signal<Out, Bit>,
    pub s_axis_tdata: Signal<Out, Uint>,
    pub s_axis_tvalid: Signal<Out, Bit>,
    pub s_axis_tready: Signal<In, Bit>,
    pub s_axis_tlast: Signal<Out, Bit>,
    pub s_axis_tuser: Signal<Out, Uint>,
    pub m_axis_tdata: Signal<In, Uint>,
    pub m_axis_tvalid: Signal<In, Bit>,
    pub m_axis_tready: Signal<Out, Bit>,
    pub m_axis_tlast: Signal<In, Bit>,
    pub m_axis_tuser: Signal<In, Uint>,
    pub awvalid: Signal<Out, Bit>,
    pub awready: Signal<In, Bit>,
    pub wdata: Signal<Out, Uint>,
    pub wvalid: Signal<Out, Bit>,
    pub wready: Signal<In, Bit>,
    pub bresp: Signal<In, Uint>,
    pub bvalid: Signal<In, Bit>,
    pub bready: Signal<Out, Bit>,
    pub arvalid: Signal<Out, Bit>,
    pub arready: Signal<In, Bit>,
    pub rdata: Signal<In, Uint>,
    pub rresp: Signal<In, Uint>,
    pub rvalid: Signal<In, Bit>,
    pub rready: Signal<Out, Bit>,
    /// Of reads and writes.
    pub address: Signal<Out, Uint>,
    pub receiver: UartReceiver,
    pub sender: UartSender,
    pub crc: Crc,
    pub reader: FrameReader,
    pub frame_sender: FrameSender,
    pub executor: Executor,
    pub request: Memory<false>,
    pub response: Memory<false>,
    turn: Register<Turn>,
    greeted: Register<Bit>,
    last_number: Register<Uint>,
    negative: Register<Bit>,
    damaged_count: Register<Uint>,
    warned: Register<Bit>,
    listens: Signal<Local, Bit>,
    is_hello: Signal<Local, Bit>,
    repeats: Signal<Local, Bit>,
    repeated: Register<Bit>,
    _activity: Activity,
}

impl HostBridge {
    pub fn new(design: &Design, bridge: &Bridge) -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            rx: Default::default(),
            tx: Default::default(),
            busy: Default::default(),
            owes: Default::default(),
            alarm: Default::default(),
            s_axis_tdata: num(design.stream_bits),
            s_axis_tvalid: Default::default(),
            s_axis_tready: Default::default(),
            s_axis_tlast: Default::default(),
            s_axis_tuser: num(8),
            m_axis_tdata: num(32),
            m_axis_tvalid: Default::default(),
            m_axis_tready: Default::default(),
            m_axis_tlast: Default::default(),
            m_axis_tuser: num(8),
            awvalid: Default::default(),
            awready: Default::default(),
            wdata: num(32),
            wvalid: Default::default(),
            wready: Default::default(),
            bresp: num(2),
            bvalid: Default::default(),
            bready: Default::default(),
            arvalid: Default::default(),
            arready: Default::default(),
            rdata: num(32),
            rresp: num(2),
            rvalid: Default::default(),
            rready: Default::default(),
            address: num(ADDRESS_BITS),
            receiver: UartReceiver::new(bridge),
            sender: UartSender::new(bridge),
            crc: Crc::default(),
            reader: FrameReader::new(design, bridge),
            frame_sender: FrameSender::default(),
            executor: Executor::new(design),
            request: Memory::of(design, "bridge_request", request_bytes(design), 8),
            response: Memory::of(design, "bridge_response", RESPONSE_BYTES, 8),
            turn: Register::new(Turn::Listen),
            greeted: Default::default(),
            last_number: Register::wide(8),
            negative: Default::default(),
            damaged_count: Register::wide(8),
            warned: Default::default(),
            listens: Default::default(),
            is_hello: Default::default(),
            repeats: Default::default(),
            repeated: Default::default(),
            _activity: Default::default(),
        }
    }
}

const _: () = assert!(RESPONSE_BITS == 9, "the kernel holds the width as a number");

impl Logic for HostBridge {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: host_bridge");
        comment!(
            "doc: One request after the other from the serial line: buffered whole, checked, carried out once, and"
        );
        comment!("doc: answered. Its response is kept until the next, to be sent again if the host did not get it.");
        dff_setup!(self, clk, turn, greeted, last_number, negative, damaged_count, warned, repeated);
        self.receiver.clk.next = self.clk.val();
        self.sender.clk.next = self.clk.val();
        self.crc.clk.next = self.clk.val();
        self.reader.clk.next = self.clk.val();
        self.frame_sender.clk.next = self.clk.val();
        self.executor.clk.next = self.clk.val();
        self.request.clk.next = self.clk.val();
        self.response.clk.next = self.clk.val();
        self.receiver.rst.next = self.rst.val();
        self.sender.rst.next = self.rst.val();
        self.reader.rst.next = self.rst.val();
        self.frame_sender.rst.next = self.rst.val();
        self.executor.rst.next = self.rst.val();

        self.listens.next = self.turn.q.val() == Turn::Listen;
        self.busy.next = !self.listens.val();
        self.owes.next = self.executor.owes.val();
        self.alarm.next = self.warned.q.val();

        comment!("the line, and one CRC for both directions");
        self.receiver.rx.next = self.rx.val();
        self.tx.next = self.sender.tx.val();
        self.crc.start.next = self.frame_sender.crc_start.val();
        self.crc.bit_value.next = self.sender.bit_value.val();
        self.crc.bit_valid.next = self.sender.bit_valid.val();
        if self.listens.val() {
            self.crc.start.next = self.reader.crc_start.val();
            self.crc.bit_value.next = self.receiver.bit_value.val();
            self.crc.bit_valid.next = self.receiver.bit_valid.val();
        }
        self.reader.open.next = self.listens.val();
        self.reader.data.next = self.receiver.data.val();
        self.reader.data_valid.next = self.receiver.data_valid.val();
        self.reader.broken.next = self.receiver.broken.val();
        self.reader.crc_zero.next = self.crc.zero.val();
        self.frame_sender.crc_low.next = self.crc.low.val();
        self.frame_sender.ready.next = self.sender.ready.val();
        self.sender.start.next = self.frame_sender.data_valid.val();
        self.sender.data.next = self.frame_sender.data.val();

        comment!("the buffers");
        self.request.we.next = self.reader.store.val();
        self.request.wa.next = self.reader.place_at.val();
        self.request.wd.next = self.reader.stored.val();
        self.request.re.next = self.executor.fetch.val();
        self.request.oe.next = self.executor.take.val();
        self.request.ra.next = self.reader.place_at.val();
        self.reader.advance.next = self.executor.advance.val();
        self.executor.at_end.next = self.reader.at_end.val();
        self.executor.ragged.next = self.reader.ragged.val();
        self.executor.fetched.next = self.request.rd.val();
        self.response.we.next = self.executor.store.val();
        self.response.wa.next = self.executor.store_at.val();
        self.response.wd.next = self.executor.stored.val();
        self.response.re.next = self.frame_sender.fetch.val();
        self.response.oe.next = self.frame_sender.take.val();
        self.response.ra.next = self.frame_sender.fetch_at.val();
        self.frame_sender.fetched.next = self.response.rd.val();

        comment!("request and response");
        self.executor.operation.next = self.reader.operation.val();
        self.executor.argument.next = self.reader.argument.val();
        self.executor.greeted.next = self.greeted.q.val();
        self.executor.start.next = false;
        self.frame_sender.start.next = false;
        self.frame_sender.sequence_number.next = self.last_number.q.val();
        self.frame_sender.result.next = self.executor.result.val();
        self.frame_sender.damaged_count.next = self.damaged_count.q.val();
        self.frame_sender.status.next = self.executor.status.val();
        self.frame_sender.length.next = self.executor.length.val();
        if self.negative.q.val() {
            self.frame_sender.status.next = bit_cast_to(self.reader.reason.val(), 8) | bits_of(8, 8);
            self.frame_sender.length.next = bits_of(0, 10);
        }

        comment!("whose turn it is");
        self.is_hello.next = !self.reader.operation.val().get_bit(7) & !self.reader.operation.val().get_bit(6);
        self.repeats.next = self.greeted.q.val()
            & !self.is_hello.val()
            & (self.reader.sequence_number.val() == self.last_number.q.val());
        self.repeated.d.next = self.repeats.val();
        match self.turn.q.val() {
            Turn::Listen => {
                if self.reader.damaged.val() {
                    self.damaged_count.d.next = self.damaged_count.q.val() + 1;
                    self.warned.d.next = true;
                    self.negative.d.next = true;
                    self.frame_sender.start.next = true;
                    self.turn.d.next = Turn::Answer;
                }
                if self.reader.good.val() {
                    self.warned.d.next = false;
                    self.negative.d.next = false;
                    self.last_number.d.next = self.reader.sequence_number.val();
                    if self.is_hello.val() {
                        self.greeted.d.next = true;
                    }
                    self.turn.d.next = Turn::Weigh;
                }
            }
            Turn::Weigh => {
                if self.repeated.q.val() {
                    self.frame_sender.start.next = true;
                    self.turn.d.next = Turn::Answer;
                } else {
                    self.executor.start.next = true;
                    self.turn.d.next = Turn::Run;
                }
            }
            Turn::Run => {
                if self.executor.done.val() {
                    self.frame_sender.start.next = true;
                    self.turn.d.next = Turn::Answer;
                }
            }
            Turn::Answer => {
                if self.frame_sender.done.val() {
                    self.turn.d.next = Turn::Listen;
                }
            }
            _ => {
                self.turn.d.next = Turn::Listen;
            }
        }
        if self.rst.val() {
            self.turn.d.next = Turn::Listen;
            self.greeted.d.next = false;
            self.damaged_count.d.next = bits_of(0, 8);
            self.warned.d.next = false;
        }

        comment!("the core");
        self.s_axis_tdata.next = self.executor.s_axis_tdata.val();
        self.s_axis_tvalid.next = self.executor.s_axis_tvalid.val();
        self.s_axis_tlast.next = self.executor.s_axis_tlast.val();
        self.s_axis_tuser.next = self.executor.s_axis_tuser.val();
        self.executor.s_axis_tready.next = self.s_axis_tready.val();
        self.executor.m_axis_tdata.next = self.m_axis_tdata.val();
        self.executor.m_axis_tvalid.next = self.m_axis_tvalid.val();
        self.executor.m_axis_tlast.next = self.m_axis_tlast.val();
        self.executor.m_axis_tuser.next = self.m_axis_tuser.val();
        self.m_axis_tready.next = self.executor.m_axis_tready.val();
        self.awvalid.next = self.executor.awvalid.val();
        self.executor.awready.next = self.awready.val();
        self.wdata.next = self.executor.wdata.val();
        self.wvalid.next = self.executor.wvalid.val();
        self.executor.wready.next = self.wready.val();
        self.executor.bresp.next = self.bresp.val();
        self.executor.bvalid.next = self.bvalid.val();
        self.bready.next = self.executor.bready.val();
        self.arvalid.next = self.executor.arvalid.val();
        self.executor.arready.next = self.arready.val();
        self.executor.rdata.next = self.rdata.val();
        self.executor.rresp.next = self.rresp.val();
        self.executor.rvalid.next = self.rvalid.val();
        self.rready.next = self.executor.rready.val();
        self.address.next = self.executor.address.val();
    }
}
