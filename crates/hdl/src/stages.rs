//! What all lanes share: the stages of one event from its issue to the drain registers, and the rounding noise.
//!
//! ```text
//! stage  0        1                     2           3            4          5                6     7
//!        issue,   word = base + index,  read banks  select bank  W' = W+du  write back, W'x  sum   to the drain
//!        list     noise, u
//! ```
//! A layer that owes draws noise once for each input that was not zero; all groups of a layer see the same draws, so the
//! state is kept when a layer's first group begins and restored when each further group begins. A group may begin before
//! its first event is there: `group_begin` goes through the stages by itself.
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
    // stage 0
    pub group_begin: Signal<In, Bit>,
    pub first_group: Signal<In, Bit>,
    pub issue: Signal<In, Bit>,
    pub bias: Signal<In, Bit>,
    pub base: Signal<In, Uint>,
    pub inputs: Signal<In, Uint>,
    pub owes: Signal<In, Bit>,
    pub shift: Signal<In, Uint>,
    pub output_layer: Signal<In, Bit>,
    // stage 1: the event of a list
    pub index: Signal<In, Uint>,
    pub present: Signal<In, Sint>,
    pub previous: Signal<In, Sint>,
    /// All present inputs count as zero.
    pub flush: Signal<In, Bit>,
    /// The weight window reads: its event is an input of 1 at its own word.
    pub window: Signal<In, Bit>,
    pub window_issue: Signal<In, Bit>,
    pub window_word: Signal<In, Uint>,
    pub window_output: Signal<In, Bit>,
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
    pub read_output: Signal<Out, Bit>,
    pub take: Signal<Out, Bit>,
    pub select_output: Signal<Out, Bit>,
    pub update: Signal<Out, Bit>,
    pub u: Signal<Out, Sint>,
    pub limit_output: Signal<Out, Bit>,
    pub x: Signal<Out, Sint>,
    pub write_word: Signal<Out, Uint>,
    pub write_output: Signal<Out, Bit>,
    pub accumulate: Signal<Out, Bit>,
    pub fresh: Signal<Out, Bit>,
    pub capture: Signal<Out, Bit>,
    round: StochasticRound,
    leap: Leap,
    pub noise: Register<Uint>,
    kept: Register<Uint>,
    valid: Vec<Register<Bit>>,
    begins: Vec<Register<Bit>>,
    ends: Vec<Register<Bit>>,
    output: Vec<Register<Bit>>,
    owing: Vec<Register<Bit>>,
    word: Vec<Register<Uint>>,
    us: Vec<Register<Sint>>,
    xs: Vec<Register<Sint>>,
    first_group_1: Register<Bit>,
    base_1: Register<Uint>,
    inputs_1: Register<Uint>,
    shift_1: Register<Uint>,
    at: Signal<Local, Uint>,
    place: Signal<Local, Uint>,
    unused_at: Signal<Local, Bit>,
    x_1: Signal<Local, Sint>,
    x_previous: Signal<Local, Sint>,
    draws: Signal<Local, Bit>,
    state: Signal<Local, Uint>,
    _word_bits: usize,
    _activity: Activity,
}

impl Stages {
    pub fn new(design: &Design) -> Self {
        let (word, index) = (design.word_bits(), design.index_bits());
        let bits = |n: usize| (0..n).map(|_| Register::default()).collect();
        let values = |n: usize| (0..n).map(|_| Register::wide(ACTIVATION_BITS)).collect();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            group_begin: Default::default(),
            first_group: Default::default(),
            issue: Default::default(),
            bias: Default::default(),
            base: num(word),
            inputs: num(index),
            owes: Default::default(),
            shift: num(4),
            output_layer: Default::default(),
            index: num(index),
            present: num(ACTIVATION_BITS),
            previous: num(ACTIVATION_BITS),
            flush: Default::default(),
            window: Default::default(),
            window_issue: Default::default(),
            window_word: num(word),
            window_output: Default::default(),
            noise_load: Default::default(),
            noise_value: num(32),
            noise_step: Default::default(),
            noise_state: num(32),
            noise_field: num(FIELD_BITS),
            read: Default::default(),
            read_word: num(word),
            read_output: Default::default(),
            take: Default::default(),
            select_output: Default::default(),
            update: Default::default(),
            u: num(ACTIVATION_BITS),
            limit_output: Default::default(),
            x: num(ACTIVATION_BITS),
            write_word: num(word),
            write_output: Default::default(),
            accumulate: Default::default(),
            fresh: Default::default(),
            capture: Default::default(),
            round: Default::default(),
            leap: Leap::new(DRAW_STEPS as usize),
            noise: Register::wide(32),
            kept: Register::wide(32),
            valid: bits(6),
            begins: bits(6),
            ends: bits(7),
            output: bits(5),
            owing: bits(4),
            word: (0..4).map(|_| Register::wide(word)).collect(),
            us: values(3),
            xs: values(4),
            first_group_1: Default::default(),
            base_1: Register::wide(word),
            inputs_1: Register::wide(index),
            shift_1: Register::wide(4),
            at: num(index),
            place: num(word),
            unused_at: Default::default(),
            x_1: num(ACTIVATION_BITS),
            x_previous: num(ACTIVATION_BITS),
            draws: Default::default(),
            state: num(32),
            _word_bits: word,
            _activity: Default::default(),
        }
    }
}

impl Logic for Stages {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: stages");
        comment!(
            "doc: What all lanes share: one event from its issue to the drain registers in 8 cycles, and the noise."
        );
        comment!("doc: 1 word and update, 2 read banks, 3 select, 4 add, 5 write back and multiply, 6 sum, 7 capture.");
        dff_setup!(self, clk, noise, kept, first_group_1, base_1, inputs_1, shift_1);
        comment!("element i of a chain belongs to stage i + 1; words and inputs start in stage 2");
        for i in 0..6 {
            self.valid[i].clock.next = self.clk.val();
            self.begins[i].clock.next = self.clk.val();
        }
        for i in 0..7 {
            self.ends[i].clock.next = self.clk.val();
        }
        for i in 0..5 {
            self.output[i].clock.next = self.clk.val();
            self.valid[i + 1].d.next = self.valid[i].q.val();
            self.begins[i + 1].d.next = self.begins[i].q.val();
        }
        for i in 0..6 {
            self.ends[i + 1].d.next = self.ends[i].q.val();
        }
        for i in 0..4 {
            self.output[i + 1].d.next = self.output[i].q.val();
            self.owing[i].clock.next = self.clk.val();
            self.word[i].clock.next = self.clk.val();
            self.xs[i].clock.next = self.clk.val();
        }
        for i in 0..3 {
            self.owing[i + 1].d.next = self.owing[i].q.val();
            self.word[i + 1].d.next = self.word[i].q.val();
            self.xs[i + 1].d.next = self.xs[i].q.val();
            self.us[i].clock.next = self.clk.val();
        }
        for i in 0..2 {
            self.us[i + 1].d.next = self.us[i].q.val();
        }

        comment!("stage 0");
        self.valid[0].d.next = self.issue.val() | self.window_issue.val();
        self.begins[0].d.next = self.group_begin.val() | self.window_issue.val();
        self.ends[0].d.next = (self.issue.val() & self.bias.val()) | self.window_issue.val();
        self.output[0].d.next = self.output_layer.val();
        if self.window.val() {
            self.output[0].d.next = self.window_output.val();
        }
        self.owing[0].d.next = self.owes.val();
        comment!("the window's event must leave the noise alone");
        self.first_group_1.d.next = self.first_group.val() | self.window_issue.val();
        self.base_1.d.next = self.base.val();
        self.inputs_1.d.next = self.inputs.val();
        self.shift_1.d.next = self.shift.val();

        comment!("stage 1: the bias, always last, is in no list");
        self.at.next = self.index.val();
        self.x_1.next = self.present.val();
        self.x_previous.next = self.previous.val();
        if self.ends[0].q.val() {
            self.at.next = self.inputs_1.q.val();
            self.x_1.next = bits_signed(127, 8);
            self.x_previous.next = bits_signed(127, 8);
            if self.flush.val() {
                self.x_1.next = bits_signed(0, 8);
            }
        }
        if self.window.val() {
            self.x_1.next = bits_signed(1, 8);
        }
        comment!("words of a small core may be fewer than its inputs have bits");
        self.unused_at.next = self.at.val().any();
        self.place.next = self.base_1.q.val() + bit_cast_to(self.at.val(), self._word_bits);
        if self.window.val() {
            self.place.next = self.window_word.val();
        }
        self.word[0].d.next = self.place.val();
        self.xs[0].d.next = self.x_1.val();

        comment!("noise: one draw for each input of an owing layer that was not zero, the same for all its groups");
        self.state.next = self.noise.q.val();
        if self.begins[0].q.val() {
            if self.first_group_1.q.val() {
                self.kept.d.next = self.noise.q.val();
            } else {
                self.state.next = self.kept.q.val();
            }
        }
        self.round.x.next = self.x_previous.val();
        self.round.noise.next = bit_cast_to(self.state.val(), 12);
        self.round.shift.next = self.shift_1.q.val();
        self.us[0].d.next = self.round.u.val();
        self.draws.next = self.valid[0].q.val() & self.owing[0].q.val() & self.x_previous.val().any();
        self.leap.state.next = self.state.val();
        self.noise.d.next = self.state.val();
        if self.draws.val() | self.noise_step.val() {
            self.noise.d.next = self.leap.after.val();
        }
        if self.noise_load.val() {
            self.noise.d.next = self.noise_value.val();
        }
        self.noise_state.next = self.noise.q.val();
        self.noise_field.next = bit_cast_to(self.noise.q.val(), 16);

        comment!("stages 2 to 7");
        self.read.next = self.valid[1].q.val();
        self.read_word.next = self.word[0].q.val();
        self.read_output.next = self.output[1].q.val();
        self.take.next = self.begins[2].q.val();
        self.select_output.next = self.output[2].q.val();
        self.update.next = self.valid[3].q.val() & self.owing[3].q.val();
        self.u.next = self.us[2].q.val();
        self.limit_output.next = self.output[3].q.val();
        self.x.next = self.xs[3].q.val();
        self.write_word.next = self.word[3].q.val();
        self.write_output.next = self.output[4].q.val();
        self.accumulate.next = self.valid[5].q.val();
        self.fresh.next = self.begins[5].q.val();
        self.capture.next = self.ends[6].q.val();
        if self.rst.val() {
            for i in 0..6 {
                self.valid[i].d.next = false;
                self.begins[i].d.next = false;
            }
            for i in 0..7 {
                self.ends[i].d.next = false;
            }
        }
    }
}

const _: () = assert!(BIAS == 127, "the kernel holds the bias as a number");
