//! The classes in order of their scores: the predicted one, the rival of the target, and how close the two are.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_signed, num, signed_cast_num, Sint, Uint};
use crate::teacher::CLASS_BITS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `argmax a_j`, `argmax_{j != c} a_j` and `a_c - a_p < margin`, score by score; valid three cycles after the last score.
/// On a tie the lowest class wins: scores come in ascending order and only a larger one replaces.
///
/// A score that wins replaces the one before it a cycle later: whether it wins is then a register, which has time to reach
/// all bits of the score.
#[derive(SettlingBlock)]
pub struct Ranking {
    pub clk: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub valid: Signal<In, Bit>,
    pub candidate: Signal<In, Uint>,
    pub is_target: Signal<In, Bit>,
    pub score: Signal<In, Sint>,
    pub margin: Signal<In, Uint>,
    pub best: Signal<Out, Uint>,
    /// The candidate of the cycle before is the rival so far.
    pub new_rival: Signal<Out, Bit>,
    /// Target and rival are close; low if there is no rival.
    pub close: Signal<Out, Bit>,
    score_1: Register<Sint>,
    class_1: Register<Uint>,
    best_wins: Register<Bit>,
    rival_wins: Register<Bit>,
    some_best: Register<Bit>,
    best_score: Register<Sint>,
    best_class: Register<Uint>,
    some_rival: Register<Bit>,
    rival_score: Register<Sint>,
    target_score: Register<Sint>,
    gap: Register<Sint>,
    is_close: Register<Bit>,
    best_so_far: Signal<Local, Sint>,
    rival_so_far: Signal<Local, Sint>,
    best_ahead: Signal<Local, Sint>,
    rival_ahead: Signal<Local, Sint>,
    too_far: Signal<Local, Sint>,
    _wide_bits: usize,
    _gap_bits: usize,
    _far_bits: usize,
    _activity: Activity,
}

impl Ranking {
    pub fn new(design: &Design) -> Self {
        let acc = design.acc_bits();
        // holds the difference of two scores, and the margin with a sign
        let gap = (acc + 1).max(17);
        Self {
            clk: Default::default(),
            start: Default::default(),
            valid: Default::default(),
            candidate: num(CLASS_BITS),
            is_target: Default::default(),
            score: num(acc),
            margin: num(16),
            best: num(CLASS_BITS),
            new_rival: Default::default(),
            close: Default::default(),
            score_1: Register::wide(acc),
            class_1: Register::wide(CLASS_BITS),
            best_wins: Default::default(),
            rival_wins: Default::default(),
            some_best: Default::default(),
            best_score: Register::wide(acc),
            best_class: Register::wide(CLASS_BITS),
            some_rival: Default::default(),
            rival_score: Register::wide(acc),
            target_score: Register::wide(acc),
            gap: Register::wide(gap),
            is_close: Default::default(),
            best_so_far: num(acc),
            rival_so_far: num(acc),
            best_ahead: num(acc + 1),
            rival_ahead: num(acc + 1),
            too_far: num(gap + 1),
            _wide_bits: acc + 1,
            _gap_bits: gap,
            _far_bits: gap + 1,
            _activity: Default::default(),
        }
    }
}

impl Logic for Ranking {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: ranking");
        comment!("inline");
        comment!("doc: Best class, rival of the target, and whether target and rival are closer than the margin.");
        dff_setup!(
            self,
            clk,
            score_1,
            class_1,
            best_wins,
            rival_wins,
            some_best,
            best_score,
            best_class,
            some_rival,
            rival_score,
            target_score,
            gap,
            is_close
        );
        self.best.next = self.best_class.q.val();
        self.new_rival.next = self.rival_wins.q.val();
        self.close.next = self.is_close.q.val();

        comment!("a score that won replaces the one before it while the next one is compared with it");
        self.best_so_far.next = self.best_score.q.val();
        if self.best_wins.q.val() {
            self.best_so_far.next = self.score_1.q.val();
            self.best_class.d.next = self.class_1.q.val();
        }
        self.rival_so_far.next = self.rival_score.q.val();
        if self.rival_wins.q.val() {
            self.rival_so_far.next = self.score_1.q.val();
        }
        self.best_score.d.next = self.best_so_far.val();
        self.rival_score.d.next = self.rival_so_far.val();
        self.score_1.d.next = self.score.val();
        self.class_1.d.next = self.candidate.val();
        comment!("compared by the sign of a difference that cannot overflow: one carry chain, nothing behind it");
        self.best_ahead.next =
            bit_cast_to(self.best_so_far.val(), self._wide_bits) - bit_cast_to(self.score.val(), self._wide_bits);
        self.rival_ahead.next =
            bit_cast_to(self.rival_so_far.val(), self._wide_bits) - bit_cast_to(self.score.val(), self._wide_bits);
        self.best_wins.d.next =
            self.valid.val() & (!self.some_best.q.val() | (self.best_ahead.val() < bits_signed(0, self._wide_bits)));
        self.rival_wins.d.next = self.valid.val()
            & !self.is_target.val()
            & (!self.some_rival.q.val() | (self.rival_ahead.val() < bits_signed(0, self._wide_bits)));
        if self.valid.val() {
            self.some_best.d.next = true;
            if self.is_target.val() {
                self.target_score.d.next = self.score.val();
            } else {
                self.some_rival.d.next = true;
            }
        }
        if self.start.val() {
            self.some_best.d.next = false;
            self.some_rival.d.next = false;
        }

        self.gap.d.next = bit_cast_to(self.target_score.q.val(), self._gap_bits)
            - bit_cast_to(self.rival_so_far.val(), self._gap_bits);
        self.too_far.next = bit_cast_to(self.gap.q.val(), self._far_bits)
            - signed_cast_num(bit_cast_to(self.margin.val(), self._far_bits));
        self.is_close.d.next = self.some_rival.q.val() & (self.too_far.val() < bits_signed(0, self._far_bits));
    }
}
