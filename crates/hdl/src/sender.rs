//! AXI4-Stream out: one packet of scores for each sample, the predicted class on its last beat.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Memory, Register};
use crate::num::{bit_cast_to, bits_of, num, unsigned_cast_num, Sint, Uint};
use crate::teacher::CLASS_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Keeps the scores of a sample until they have been taken, while those of the next one come in; one beat a cycle, the
/// first one 3 cycles after `start`.
#[derive(SettlingBlock)]
pub struct Sender {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub score_valid: Signal<In, Bit>,
    pub score_class: Signal<In, Uint>,
    pub score: Signal<In, Sint>,
    /// All scores are here: send them.
    pub start: Signal<In, Bit>,
    /// N_K - 1.
    pub last_class: Signal<In, Uint>,
    pub best: Signal<In, Uint>,
    pub owes: Signal<In, Bit>,
    /// There is room for one more packet.
    pub free: Signal<Out, Bit>,
    /// Every packet has been taken.
    pub empty: Signal<Out, Bit>,
    pub tdata: Signal<Out, Uint>,
    pub tvalid: Signal<Out, Bit>,
    pub tready: Signal<In, Bit>,
    pub tlast: Signal<Out, Bit>,
    pub tuser: Signal<Out, Uint>,
    pub scores: Memory<true>,
    sending: Register<Bit>,
    waiting: Register<Bit>,
    fill_page: Register<Bit>,
    next_final: Register<Uint>,
    next_user: Register<Uint>,
    send_page: Register<Bit>,
    read_class: Register<Uint>,
    fetched: Register<Bit>,
    fetched_last: Register<Bit>,
    valid: Register<Bit>,
    valid_last: Register<Bit>,
    final_class: Register<Uint>,
    user: Register<Uint>,
    is_last: Signal<Local, Bit>,
    advances: Signal<Local, Bit>,
    reads: Signal<Local, Bit>,
    owes_bit: Signal<Local, Uint>,
    wide_score: Signal<Local, Sint>,
    _activity: Activity,
}

impl Sender {
    pub fn new(design: &Design) -> Self {
        let acc = design.acc_bits();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            score_valid: Default::default(),
            score_class: num(CLASS_BITS),
            score: num(acc),
            start: Default::default(),
            last_class: num(CLASS_BITS),
            best: num(CLASS_BITS),
            owes: Default::default(),
            free: Default::default(),
            empty: Default::default(),
            tdata: num(32),
            tvalid: Default::default(),
            tready: Default::default(),
            tlast: Default::default(),
            tuser: num(8),
            scores: Memory::of(design, "scores", 2 * Design::MAX_CLASSES, acc),
            sending: Default::default(),
            waiting: Default::default(),
            fill_page: Default::default(),
            next_final: Register::wide(CLASS_BITS),
            next_user: Register::wide(8),
            send_page: Default::default(),
            read_class: Register::wide(CLASS_BITS),
            fetched: Default::default(),
            fetched_last: Default::default(),
            valid: Default::default(),
            valid_last: Default::default(),
            final_class: Register::wide(CLASS_BITS),
            user: Register::wide(8),
            is_last: Default::default(),
            advances: Default::default(),
            reads: Default::default(),
            owes_bit: num(8),
            wide_score: num(32),
            _activity: Default::default(),
        }
    }
}

impl Logic for Sender {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: sender");
        comment!("doc: AXI4-Stream out: the scores of a sample in class order, the predicted class on the last beat.");
        dff_setup!(
            self,
            clk,
            sending,
            waiting,
            fill_page,
            next_final,
            next_user,
            send_page,
            read_class,
            fetched,
            fetched_last,
            valid,
            valid_last,
            final_class,
            user
        );
        self.scores.clk.next = self.clk.val();
        self.scores.we.next = self.score_valid.val();
        self.scores.wa.next = bit_cast_to(self.score_class.val(), 8);
        if self.fill_page.q.val() {
            self.scores.wa.next = bit_cast_to(self.score_class.val(), 8) | bits_of(128, 8);
        }
        self.scores.wd.next = self.score.val();
        self.free.next = !self.waiting.q.val();
        self.empty.next = !self.waiting.q.val() & !self.sending.q.val() & !self.fetched.q.val() & !self.valid.q.val();
        self.wide_score.next = bit_cast_to(self.scores.rd.val(), 32);
        self.tvalid.next = self.valid.q.val();
        self.tdata.next = unsigned_cast_num(self.wide_score.val());
        self.tlast.next = self.valid_last.q.val();
        self.tuser.next = bits_of(0, 8);
        if self.valid_last.q.val() {
            self.tuser.next = self.user.q.val();
        }

        comment!("the memory's output is the beat's data: a score is read, waits in the memory, and moves up when the beat is taken");
        self.advances.next = !self.valid.q.val() | self.tready.val();
        self.reads.next = self.sending.q.val() & (!self.fetched.q.val() | self.advances.val());
        self.is_last.next = self.read_class.q.val() == self.final_class.q.val();
        self.scores.re.next = self.reads.val();
        self.scores.ra.next = bit_cast_to(self.read_class.q.val(), 8);
        if self.send_page.q.val() {
            self.scores.ra.next = bit_cast_to(self.read_class.q.val(), 8) | bits_of(128, 8);
        }
        self.scores.oe.next = self.fetched.q.val() & self.advances.val();
        if self.advances.val() {
            self.valid.d.next = self.fetched.q.val();
            self.valid_last.d.next = self.fetched_last.q.val();
            self.fetched.d.next = false;
        }
        if self.reads.val() {
            self.fetched.d.next = true;
            self.fetched_last.d.next = self.is_last.val();
            self.read_class.d.next = self.read_class.q.val() + 1;
            if self.is_last.val() {
                self.sending.d.next = false;
            }
        }
        self.owes_bit.next = bits_of(0, 8);
        if self.owes.val() {
            self.owes_bit.next = bits_of(128, 8);
        }
        comment!("a packet that waits is sent when the one before it has left");
        if self.waiting.q.val() & !self.sending.q.val() & !self.fetched.q.val() & !self.valid.q.val() {
            self.waiting.d.next = false;
            self.sending.d.next = true;
            self.send_page.d.next = !self.fill_page.q.val();
            self.read_class.d.next = bits_of(0, 7);
            self.final_class.d.next = self.next_final.q.val();
            self.user.d.next = self.next_user.q.val();
        }
        if self.start.val() {
            self.waiting.d.next = true;
            self.fill_page.d.next = !self.fill_page.q.val();
            self.next_final.d.next = self.last_class.val();
            self.next_user.d.next = bit_cast_to(self.best.val(), 8) | self.owes_bit.val();
        }
        if self.rst.val() {
            self.sending.d.next = false;
            self.waiting.d.next = false;
            self.fill_page.d.next = false;
            self.fetched.d.next = false;
            self.valid.d.next = false;
        }
    }
}
