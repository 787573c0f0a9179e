//! What all lanes share: the stages of one event from its issue to the accumulators, and the rounding noise.
//!
//! ```text
//! cycle   0        1                        2          3          4           5        6
//!      issue   read banks, activations   x, u       (lane: d)  write word   sum     capture
//! ```
//! The stored activations are read at issue, so that x and u are registered when the lanes add them in stage 3. A layer
//! that owes draws noise once for each input that was not zero; all groups of a layer see the same draws, so the state
//! is kept at the layer's first event and restored at the first event of each further group.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{Leap, Register, StochasticRound, FIELD_BITS};
use crate::num::{bit_cast_to, bits_signed, num, Sint, Uint};
use drtp_core::fixed::{ACTIVATION_BITS, BIAS};
use drtp_core::taps::DRAW_STEPS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// The shared stages of the pipeline.
#[derive(SettlingBlock)]
pub struct Stages {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// The event, as issued.
    pub issue: Signal<In, Bit>,
    pub first: Signal<In, Bit>,
    pub last: Signal<In, Bit>,
    pub first_group: Signal<In, Bit>,
    pub word: Signal<In, Uint>,
    /// Present and previous activation, one cycle after the issue.
    pub present: Signal<In, Sint>,
    pub previous: Signal<In, Sint>,
    /// The layer owes an update; its shift; all present inputs count as zero.
    pub owes: Signal<In, Bit>,
    pub shift: Signal<In, Uint>,
    pub flush: Signal<In, Bit>,
    /// All present inputs count as 1: the weight window reads.
    pub unit: Signal<In, Bit>,
    /// State of the noise from outside.
    pub noise_load: Signal<In, Bit>,
    pub noise_value: Signal<In, Uint>,
    pub noise_step: Signal<In, Bit>,
    pub noise_state: Signal<Out, Uint>,
    /// Low bits of the state, for the initial weights.
    pub noise_field: Signal<Out, Uint>,
    // to the lanes
    pub read: Signal<Out, Bit>,
    pub read_word: Signal<Out, Uint>,
    pub take: Signal<Out, Bit>,
    pub update: Signal<Out, Bit>,
    pub u: Signal<Out, Sint>,
    pub x: Signal<Out, Sint>,
    pub write_word: Signal<Out, Uint>,
    pub accumulate: Signal<Out, Bit>,
    pub accumulate_first: Signal<Out, Bit>,
    pub capture: Signal<Out, Bit>,
    round: StochasticRound,
    leap: Leap,
    pub noise: Register<Uint>,
    kept: Register<Uint>,
    valid_1: Register<Bit>,
    first_1: Register<Bit>,
    last_1: Register<Bit>,
    word_1: Register<Uint>,
    valid_2: Register<Bit>,
    first_2: Register<Bit>,
    last_2: Register<Bit>,
    word_2: Register<Uint>,
    x_2: Register<Sint>,
    u_2: Register<Sint>,
    valid_3: Register<Bit>,
    first_3: Register<Bit>,
    last_3: Register<Bit>,
    word_3: Register<Uint>,
    x_3: Register<Sint>,
    valid_4: Register<Bit>,
    first_4: Register<Bit>,
    last_4: Register<Bit>,
    last_5: Register<Bit>,
    x_1: Signal<Local, Sint>,
    x_previous: Signal<Local, Sint>,
    draws: Signal<Local, Bit>,
    _activity: Activity,
}

impl Stages {
    pub fn new(design: &Design) -> Self {
        let word = design.word_bits();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            issue: Default::default(),
            first: Default::default(),
            last: Default::default(),
            first_group: Default::default(),
            word: num(word),
            present: num(ACTIVATION_BITS),
            previous: num(ACTIVATION_BITS),
            owes: Default::default(),
            shift: num(4),
            flush: Default::default(),
            unit: Default::default(),
            noise_load: Default::default(),
            noise_value: num(32),
            noise_step: Default::default(),
            noise_state: num(32),
            noise_field: num(FIELD_BITS),
            read: Default::default(),
            read_word: num(word),
            take: Default::default(),
            update: Default::default(),
            u: num(ACTIVATION_BITS),
            x: num(ACTIVATION_BITS),
            write_word: num(word),
            accumulate: Default::default(),
            accumulate_first: Default::default(),
            capture: Default::default(),
            round: Default::default(),
            leap: Leap::new(DRAW_STEPS as usize),
            noise: Register::wide(32),
            kept: Register::wide(32),
            valid_1: Default::default(),
            first_1: Default::default(),
            last_1: Default::default(),
            word_1: Register::wide(word),
            valid_2: Default::default(),
            first_2: Default::default(),
            last_2: Default::default(),
            word_2: Register::wide(word),
            x_2: Register::wide(ACTIVATION_BITS),
            u_2: Register::wide(ACTIVATION_BITS),
            valid_3: Default::default(),
            first_3: Default::default(),
            last_3: Default::default(),
            word_3: Register::wide(word),
            x_3: Register::wide(ACTIVATION_BITS),
            valid_4: Default::default(),
            first_4: Default::default(),
            last_4: Default::default(),
            last_5: Default::default(),
            x_1: num(ACTIVATION_BITS),
            x_previous: num(ACTIVATION_BITS),
            draws: Default::default(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Stages {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: stages");
        comment!("doc: What all lanes share: one event from issue to capture in 6 cycles, and the rounding noise.");
        dff_setup!(
            self, clk, noise, kept, valid_1, first_1, last_1, word_1, valid_2, first_2, last_2, word_2, x_2, u_2,
            valid_3, first_3, last_3, word_3, x_3, valid_4, first_4, last_4, last_5
        );

        comment!("stage 1: banks and activations are read; the bias, always last, is stored nowhere");
        self.read.next = self.issue.val();
        self.read_word.next = self.word.val();
        self.valid_1.d.next = self.issue.val();
        self.first_1.d.next = self.issue.val() & self.first.val();
        self.last_1.d.next = self.issue.val() & self.last.val();
        self.word_1.d.next = self.word.val();
        self.x_1.next = self.present.val();
        self.x_previous.next = self.previous.val();
        if self.last_1.q.val() {
            self.x_1.next = bits_signed(127, 8);
            self.x_previous.next = bits_signed(127, 8);
        }
        if self.flush.val() {
            self.x_1.next = bits_signed(0, 8);
        }
        if self.unit.val() {
            self.x_1.next = bits_signed(1, 8);
        }

        comment!("stage 2: the input, and how much it moves a weight");
        self.round.x.next = self.x_previous.val();
        self.round.noise.next = bit_cast_to(self.noise.q.val(), 12);
        self.round.shift.next = self.shift.val();
        self.valid_2.d.next = self.valid_1.q.val();
        self.first_2.d.next = self.first_1.q.val();
        self.last_2.d.next = self.last_1.q.val();
        self.word_2.d.next = self.word_1.q.val();
        self.x_2.d.next = self.x_1.val();
        self.u_2.d.next = self.round.u.val();
        self.take.next = self.first_1.q.val();

        comment!("stage 3: the lanes add");
        self.update.next = self.valid_2.q.val() & self.owes.val();
        self.u.next = self.u_2.q.val();
        self.valid_3.d.next = self.valid_2.q.val();
        self.first_3.d.next = self.first_2.q.val();
        self.last_3.d.next = self.last_2.q.val();
        self.word_3.d.next = self.word_2.q.val();
        self.x_3.d.next = self.x_2.q.val();

        comment!("stage 4: they write back and multiply; stage 5: they accumulate");
        self.write_word.next = self.word_3.q.val();
        self.x.next = self.x_3.q.val();
        self.valid_4.d.next = self.valid_3.q.val();
        self.first_4.d.next = self.first_3.q.val();
        self.last_4.d.next = self.last_3.q.val();
        self.accumulate.next = self.valid_4.q.val();
        self.accumulate_first.next = self.first_4.q.val();
        self.last_5.d.next = self.last_4.q.val();
        self.capture.next = self.last_5.q.val();

        comment!("noise: one draw for each input of an owing layer that was not zero, the same for all its groups");
        self.leap.state.next = self.noise.q.val();
        self.noise_state.next = self.noise.q.val();
        self.noise_field.next = bit_cast_to(self.noise.q.val(), 16);
        self.draws.next = self.valid_1.q.val() & self.owes.val() & self.x_previous.val().any();
        if self.draws.val() | self.noise_step.val() {
            self.noise.d.next = self.leap.after.val();
        }
        if self.issue.val() & self.first.val() {
            if self.first_group.val() {
                self.kept.d.next = self.noise.q.val();
            } else {
                self.noise.d.next = self.kept.q.val();
            }
        }
        if self.noise_load.val() {
            self.noise.d.next = self.noise_value.val();
        }
        if self.rst.val() {
            self.valid_1.d.next = false;
            self.valid_2.d.next = false;
            self.valid_3.d.next = false;
            self.valid_4.d.next = false;
            self.first_1.d.next = false;
            self.last_1.d.next = false;
            self.last_2.d.next = false;
            self.last_3.d.next = false;
            self.last_4.d.next = false;
            self.last_5.d.next = false;
        }
    }
}

const _: () = assert!(BIAS == 127, "the kernel holds the bias as a number");
