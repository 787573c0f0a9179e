//! Carries out one request: the master of the core's bus and of its streams.
use super::RESPONSE_BITS;
use crate::activity::Activity;
use crate::axil::ADDRESS_BITS;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::bridge::{Status, VERSION};
use drtp_core::{regs, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Step {
    /// Waiting for a request.
    Idle,
    /// One is there, and is held against what it must be.
    Begin,
    /// A byte of the request buffer is read.
    Fetch,
    /// What was read goes into a register: block RAM is slow to answer.
    Fetched,
    /// The byte joins its word.
    Join,
    /// A write on the bus.
    Write,
    /// A beat of the sample is on offer.
    Beat,
    /// A read on the bus: a word for the host, or whether the frame was dropped.
    Read,
    /// Four bytes go into the response buffer.
    Store,
    /// The frame is with the core: a score, or a look whether it was dropped.
    Await,
    /// The response is complete.
    Finish,
}

/// Begins after `start`; `done` for one cycle at the end. `status`, `result` and `length` stand until the next start.
///
/// A sample: the core's events of dropped frames are cleared, the frame is streamed, and then the bridge takes scores
/// and reads IRQ_STATUS in turn until either the last score is there or an event says that the frame was dropped, or that a
/// watchdog restarted the core.
#[derive(SettlingBlock)]
pub struct Executor {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    /// There has been a hello.
    pub greeted: Signal<In, Bit>,
    pub done: Signal<Out, Bit>,
    // the request
    pub operation: Signal<In, Uint>,
    pub argument: Signal<In, Uint>,
    /// No whole number of words.
    pub ragged: Signal<In, Bit>,
    /// The payload has been read to its end.
    pub at_end: Signal<In, Bit>,
    pub fetch: Signal<Out, Bit>,
    /// The byte that was read comes out of the buffer.
    pub take: Signal<Out, Bit>,
    /// To the next byte.
    pub advance: Signal<Out, Bit>,
    pub fetched: Signal<In, Uint>,
    // the response
    pub status: Signal<Out, Uint>,
    pub result: Signal<Out, Uint>,
    pub length: Signal<Out, Uint>,
    pub store: Signal<Out, Bit>,
    pub store_at: Signal<Out, Uint>,
    pub stored: Signal<Out, Uint>,
    /// The last sample left an update behind, and no command has been given since.
    pub owes: Signal<Out, Bit>,
    // the core
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
    step: Register<Step>,
    byte_at: Register<Uint>,
    word: Register<Uint>,
    score: Register<Uint>,
    score_user: Register<Uint>,
    score_last: Register<Bit>,
    out_at: Register<Uint>,
    code: Register<Uint>,
    count: Register<Uint>,
    offers_address: Register<Bit>,
    offers_data: Register<Bit>,
    offers_read: Register<Bit>,
    pending: Register<Bit>,
    is_malformed: Register<Bit>,
    writes: Signal<Local, Bit>,
    reads: Signal<Local, Bit>,
    samples: Signal<Local, Bit>,
    malformed: Signal<Local, Bit>,
    word_full: Signal<Local, Bit>,
    source: Signal<Local, Uint>,
    last_word: Signal<Local, Bit>,
    offset: Signal<Local, Uint>,
    wide: Constant<Bit>,
    _stream_bits: usize,
    _version: i64,
    _irq_status: i64,
    _ctrl: i64,
    _refused: i64,
    _bad_frame: i64,
    _bad_target: i64,
    _malformed: i64,
    _not_greeted: i64,
    _restarted: i64,
    _drops: i64,
    _watchdogs: usize,
    _activity: Activity,
}

impl Executor {
    pub fn new(design: &Design) -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            greeted: Default::default(),
            done: Default::default(),
            operation: num(8),
            argument: num(16),
            ragged: Default::default(),
            at_end: Default::default(),
            fetch: Default::default(),
            take: Default::default(),
            advance: Default::default(),
            fetched: num(8),
            status: num(8),
            result: num(8),
            length: num(RESPONSE_BITS + 1),
            store: Default::default(),
            store_at: num(RESPONSE_BITS),
            stored: num(8),
            owes: Default::default(),
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
            step: Register::new(Step::Idle),
            byte_at: Register::wide(2),
            word: Register::wide(32),
            score: Register::wide(32),
            score_user: Register::wide(8),
            score_last: Default::default(),
            out_at: Register::wide(RESPONSE_BITS + 1),
            code: Register::wide(3),
            count: Register::wide(8),
            offers_address: Default::default(),
            offers_data: Default::default(),
            offers_read: Default::default(),
            pending: Default::default(),
            is_malformed: Default::default(),
            writes: Default::default(),
            reads: Default::default(),
            samples: Default::default(),
            malformed: Default::default(),
            word_full: Default::default(),
            source: num(32),
            last_word: Default::default(),
            offset: num(ADDRESS_BITS),
            wide: Constant::new(design.stream_bits == 32),
            _stream_bits: design.stream_bits,
            _version: VERSION.into(),
            _irq_status: regs::IRQ_STATUS.into(),
            _ctrl: regs::CTRL.into(),
            _refused: Status::Refused as i64,
            _bad_frame: Status::BadFrame as i64,
            _bad_target: Status::BadTarget as i64,
            _malformed: Status::Malformed as i64,
            _not_greeted: Status::NotGreeted as i64,
            _restarted: Status::Restarted as i64,
            _drops: (regs::IRQ_BAD_FRAME
                | regs::IRQ_BAD_TARGET
                | if design.watchdog { regs::IRQ_RESTARTED } else { 0 })
            .into(),
            _watchdogs: usize::from(design.watchdog),
            _activity: Default::default(),
        }
    }
}

impl Logic for Executor {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: executor");
        comment!("doc: Carries out one request: writes and reads on the bus, or a sample through the streams. Whether");
        comment!("doc: the core took the frame is known when its scores come, or an event says that it was dropped.");
        dff_setup!(
            self,
            clk,
            step,
            byte_at,
            word,
            score,
            score_user,
            score_last,
            out_at,
            code,
            count,
            offers_address,
            offers_data,
            offers_read,
            pending,
            is_malformed
        );
        self.writes.next = !self.operation.val().get_bit(7) & self.operation.val().get_bit(6);
        self.reads.next = self.operation.val().get_bit(7) & !self.operation.val().get_bit(6);
        self.samples.next = self.operation.val().get_bit(7) & self.operation.val().get_bit(6);
        comment!("at the beginning: a payload without bytes");
        self.malformed.next =
            (self.operation.val().get_bit(6) & self.at_end.val()) | (self.writes.val() & self.ragged.val());
        self.is_malformed.d.next = self.malformed.val();
        self.word_full.next = self.byte_at.q.val().index() == 3;
        self.last_word.next = bit_cast_to(self.count.q.val(), 6) == bit_cast_to(self.operation.val(), 6);

        comment!("the bus: each word's address follows from how many were done");
        self.offset.next = bit_cast_to(bit_cast_to(self.count.q.val(), 6), 12) << 2;
        if self.argument.val().get_bit(15) {
            self.offset.next = bits_of(0, 12);
        }
        self.address.next = bit_cast_to(self.argument.val(), 12) + self.offset.val();
        if self.samples.val() {
            self.address.next = bits_of(self._irq_status, 12);
        }
        self.awvalid.next = self.offers_address.q.val();
        self.wvalid.next = self.offers_data.q.val();
        self.wdata.next = self.word.q.val();
        self.arvalid.next = self.offers_read.q.val();
        self.bready.next = self.step.q.val() == Step::Write;
        self.rready.next = false;
        if self.awready.val() {
            self.offers_address.d.next = false;
        }
        if self.wready.val() {
            self.offers_data.d.next = false;
        }
        if self.arready.val() {
            self.offers_read.d.next = false;
        }

        comment!("the streams");
        self.s_axis_tdata.next = bit_cast_to(self.word.q.val() >> 24, self._stream_bits);
        if self.wide.val() {
            self.s_axis_tdata.next = bit_cast_to(self.word.q.val(), self._stream_bits);
        }
        self.s_axis_tvalid.next = self.step.q.val() == Step::Beat;
        self.s_axis_tlast.next = self.at_end.val();
        self.s_axis_tuser.next = bit_cast_to(self.argument.val(), 8);
        self.m_axis_tready.next = (self.step.q.val() == Step::Store) & self.samples.val() & self.word_full.val();
        comment!("a score comes from a memory and goes straight into a register");
        self.score.d.next = self.m_axis_tdata.val();
        self.score_user.d.next = self.m_axis_tuser.val();
        self.score_last.d.next = self.m_axis_tlast.val();

        comment!("the buffers");
        self.fetch.next = self.step.q.val() == Step::Fetch;
        self.advance.next = (self.step.q.val() == Step::Join) & !self.at_end.val();
        self.take.next = self.step.q.val() == Step::Fetched;
        self.source.next = self.rdata.val();
        if self.samples.val() {
            self.source.next = self.score.q.val();
        }
        self.store.next = self.step.q.val() == Step::Store;
        self.store_at.next = bit_cast_to(self.out_at.q.val(), 9);
        self.stored.next = bit_cast_to(self.source.val(), 8);
        if self.byte_at.q.val().index() == 1 {
            self.stored.next = bit_cast_to(self.source.val() >> 8, 8);
        }
        if self.byte_at.q.val().index() == 2 {
            self.stored.next = bit_cast_to(self.source.val() >> 16, 8);
        }
        if self.byte_at.q.val().index() == 3 {
            self.stored.next = bit_cast_to(self.source.val() >> 24, 8);
        }
        self.status.next = bit_cast_to(self.code.q.val(), 8);
        self.result.next = self.count.q.val();
        self.length.next = self.out_at.q.val();
        self.owes.next = self.pending.q.val();
        self.done.next = self.step.q.val() == Step::Finish;

        match self.step.q.val() {
            Step::Idle => {
                self.byte_at.d.next = bits_of(0, 2);
                if self.start.val() {
                    self.step.d.next = Step::Begin;
                }
            }
            Step::Begin => {
                self.out_at.d.next = bits_of(0, 10);
                self.code.d.next = bits_of(0, 3);
                self.count.d.next = bits_of(0, 8);
                comment!("for a sample: the events of dropped frames, to be cleared");
                self.word.d.next = bits_of(self._drops, 32);
                self.step.d.next = Step::Finish;
                if !self.operation.val().get_bit(7) & !self.operation.val().get_bit(6) {
                    self.count.d.next = bits_of(self._version, 8);
                } else {
                    if !self.greeted.val() {
                        self.code.d.next = bits_of(self._not_greeted, 3);
                    } else {
                        if self.is_malformed.q.val() {
                            self.code.d.next = bits_of(self._malformed, 3);
                        } else {
                            if self.writes.val() {
                                self.step.d.next = Step::Fetch;
                            }
                            if self.reads.val() {
                                self.offers_read.d.next = true;
                                self.step.d.next = Step::Read;
                            }
                            if self.samples.val() {
                                self.offers_address.d.next = true;
                                self.offers_data.d.next = true;
                                self.step.d.next = Step::Write;
                            }
                        }
                    }
                }
            }
            Step::Fetch => {
                self.step.d.next = Step::Fetched;
            }
            Step::Fetched => {
                self.step.d.next = Step::Join;
            }
            Step::Join => {
                comment!("what stands beside a sample's last byte in its beat means nothing");
                self.word.d.next = (self.word.q.val() >> 8) | (bit_cast_to(self.fetched.val(), 32) << 24);
                self.byte_at.d.next = self.byte_at.q.val() + 1;
                self.step.d.next = Step::Fetch;
                if self.samples.val() {
                    if self.word_full.val() | !self.wide.val() {
                        self.step.d.next = Step::Beat;
                    }
                } else {
                    if self.word_full.val() {
                        self.offers_address.d.next = true;
                        self.offers_data.d.next = true;
                        self.step.d.next = Step::Write;
                    }
                }
            }
            Step::Write => {
                if self.bvalid.val() {
                    self.step.d.next = Step::Fetch;
                    if self.bresp.val().any() {
                        self.code.d.next = bits_of(self._refused, 3);
                        self.step.d.next = Step::Finish;
                    } else {
                        if self.writes.val() {
                            self.count.d.next = self.count.q.val() + 1;
                            if bit_cast_to(self.argument.val(), 12) == bits_of(self._ctrl, 12) {
                                self.pending.d.next = false;
                            }
                            if self.at_end.val() {
                                self.step.d.next = Step::Finish;
                            }
                        }
                    }
                }
            }
            Step::Beat => {
                if self.s_axis_tready.val() {
                    self.step.d.next = Step::Fetch;
                    if self.at_end.val() {
                        self.byte_at.d.next = bits_of(0, 2);
                        self.step.d.next = Step::Await;
                    }
                }
            }
            Step::Read => {
                if self.rvalid.val() {
                    if self.samples.val() {
                        self.rready.next = true;
                        self.step.d.next = Step::Await;
                        if self.rdata.val().get_bit(0) {
                            self.code.d.next = bits_of(self._bad_frame, 3);
                            self.step.d.next = Step::Finish;
                        }
                        if self.rdata.val().get_bit(1) {
                            self.code.d.next = bits_of(self._bad_target, 3);
                            self.step.d.next = Step::Finish;
                        }
                        for _i in 0..self._watchdogs {
                            if self.rdata.val().get_bit(6) {
                                self.code.d.next = bits_of(self._restarted, 3);
                                self.out_at.d.next = bits_of(0, 10);
                                self.step.d.next = Step::Finish;
                            }
                        }
                    } else {
                        self.step.d.next = Step::Store;
                        if self.rresp.val().any() {
                            self.rready.next = true;
                            self.code.d.next = bits_of(self._refused, 3);
                            self.step.d.next = Step::Finish;
                        }
                    }
                }
            }
            Step::Store => {
                self.out_at.d.next = self.out_at.q.val() + 1;
                self.byte_at.d.next = self.byte_at.q.val() + 1;
                if self.word_full.val() {
                    if self.samples.val() {
                        self.step.d.next = Step::Await;
                        if self.score_last.q.val() {
                            self.count.d.next = self.score_user.q.val();
                            self.pending.d.next = self.score_user.q.val().get_bit(7);
                            self.step.d.next = Step::Finish;
                        }
                    } else {
                        self.rready.next = true;
                        self.count.d.next = self.count.q.val() + 1;
                        self.offers_read.d.next = !self.last_word.val();
                        self.step.d.next = Step::Read;
                        if self.last_word.val() {
                            self.step.d.next = Step::Finish;
                        }
                    }
                }
            }
            Step::Await => {
                self.offers_read.d.next = !self.m_axis_tvalid.val();
                self.step.d.next = Step::Read;
                if self.m_axis_tvalid.val() {
                    self.step.d.next = Step::Store;
                }
            }
            Step::Finish => {
                self.step.d.next = Step::Idle;
            }
            _ => {
                self.step.d.next = Step::Idle;
            }
        }
        if self.rst.val() {
            self.step.d.next = Step::Idle;
            self.offers_address.d.next = false;
            self.offers_data.d.next = false;
            self.offers_read.d.next = false;
            self.pending.d.next = false;
        }
    }
}

const _: () = assert!(
    regs::IRQ_BAD_FRAME == 1 << 0 && regs::IRQ_BAD_TARGET == 1 << 1 && regs::IRQ_RESTARTED == 1 << 6,
    "the kernel holds the places of the events as numbers"
);
