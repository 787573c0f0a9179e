//! What all lanes share: the stages of one event from its issue to the drain registers, and the rounding noise.
//!
//! ```text
//! stage  0       1, 2        3                  4            5          6         7       8      9      9 to 11   11
//!        issue,  out of the  word = base+index; read banks;  out of     select    W + du  clamp  write  multiply  sum, to
//!        list    list        x_prev + noise     u = .. >> s  the banks  bank; u                 back             the drain
//! ```
//! A layer that owes draws noise once for each input that was not zero; all groups of a layer see the same draws, so the
//! state is kept when a layer's first group begins and restored when each further group begins. A group may begin before
//! its first event is there: `group_begin` goes through the stages by itself.
//!
//! A single weight (initial, or the window's) joins in stage 6, while the pipeline is empty.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{FloorShift, Leap, NoiseField, Raise, Register, FIELD_BITS, NOISE_BITS};
use crate::num::{bit_cast_to, bits_signed, num, signed_cast_num, Sint, Uint};
use drtp_core::fixed::{ACTIVATION_BITS, BIAS};
use drtp_core::taps::DRAW_STEPS;
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `x_prev + r`: a sign beyond the noise.
const NOISY_BITS: usize = NOISE_BITS + 2;

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
    // stage 2: the event of a list
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
    // stage 6: a single weight
    pub store: Signal<In, Bit>,
    pub store_word: Signal<In, Uint>,
    pub store_output: Signal<In, Bit>,
    pub store_weight: Signal<In, Sint>,
    /// State of the noise from outside.
    pub noise_load: Signal<In, Bit>,
    pub noise_value: Signal<In, Uint>,
    pub noise_step: Signal<In, Bit>,
    pub noise_state: Signal<Out, Uint>,
    /// Low bits of the state, for the initial weights.
    pub noise_field: Signal<Out, Uint>,
    /// The teaching signal of the group that began has been taken, or is about to be.
    pub taken: Signal<Out, Bit>,
    // to the lanes; see there
    pub read: Signal<Out, Bit>,
    pub read_word: Signal<Out, Uint>,
    pub read_output: Signal<Out, Bit>,
    pub load: Signal<Out, Bit>,
    pub load_output: Signal<Out, Bit>,
    pub take: Signal<Out, Bit>,
    pub select_output: Signal<Out, Bit>,
    pub update: Signal<Out, Bit>,
    pub u: Signal<Out, Sint>,
    pub moves: Signal<Out, Bit>,
    pub edge_output: Signal<Out, Bit>,
    pub limit_output: Signal<Out, Bit>,
    pub x: Signal<Out, Sint>,
    pub write_word: Signal<Out, Uint>,
    pub write_output: Signal<Out, Bit>,
    pub capture: Signal<Out, Bit>,
    pub clear: Signal<Out, Bit>,
    /// What is in stage 9 is an event, and no single weight.
    pub event_writes: Signal<Out, Bit>,
    leap: Leap,
    field: NoiseField,
    round: FloorShift,
    raise_hidden: Raise,
    raise_output: Raise,
    store_hidden: Raise,
    store_wide: Raise,
    pub noise: Register<Uint>,
    kept: Register<Uint>,
    // element i of a chain belongs to stage i + 1
    valid: Vec<Register<Bit>>,
    begins: Vec<Register<Bit>>,
    ends: Vec<Register<Bit>>,
    output: Vec<Register<Bit>>,
    owing: Vec<Register<Bit>>,
    first_group_at: Vec<Register<Bit>>,
    base_at: Vec<Register<Uint>>,
    inputs_at: Vec<Register<Uint>>,
    shift_at: Vec<Register<Uint>>,
    /// From stage 3.
    at: Register<Uint>,
    x_previous: Register<Sint>,
    /// From stage 3.
    xs: Vec<Register<Sint>>,
    /// From stage 4.
    word: Vec<Register<Uint>>,
    noisy: Register<Sint>,
    /// From stage 5.
    us: Vec<Register<Sint>>,
    /// Stage 7.
    moved_up: Register<Sint>,
    moving: Register<Bit>,
    place: Signal<Local, Uint>,
    unused_at: Signal<Local, Bit>,
    draws: Signal<Local, Bit>,
    state: Signal<Local, Uint>,
    learns: Constant<Bit>,
    _word_bits: usize,
    _index_bits: usize,
    _hidden_bits: usize,
    _output_bits: usize,
    _update_bits: usize,
    _activity: Activity,
}

impl Stages {
    pub fn new(design: &Design) -> Self {
        let (word, index) = (design.word_bits(), design.index_bits());
        let (hidden, output) = (design.hidden_bits, design.output_bits);
        let (hidden_gap, output_gap) = (design.weight_gap(false), design.weight_gap(true));
        let bits = |n: usize| (0..n).map(|_| Register::default()).collect();
        let numbers = |n: usize, width: usize| (0..n).map(|_| Register::wide(width)).collect();
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
            store: Default::default(),
            store_word: num(word),
            store_output: Default::default(),
            store_weight: num(design.weight_bits()),
            noise_load: Default::default(),
            noise_value: num(32),
            noise_step: Default::default(),
            noise_state: num(32),
            noise_field: num(FIELD_BITS),
            taken: Default::default(),
            read: Default::default(),
            read_word: num(word),
            read_output: Default::default(),
            load: Default::default(),
            load_output: Default::default(),
            take: Default::default(),
            select_output: Default::default(),
            update: Default::default(),
            u: num(design.update_bits()),
            moves: Default::default(),
            edge_output: Default::default(),
            limit_output: Default::default(),
            x: num(ACTIVATION_BITS),
            write_word: num(word),
            write_output: Default::default(),
            capture: Default::default(),
            clear: Default::default(),
            event_writes: Default::default(),
            leap: Leap::new(DRAW_STEPS as usize),
            field: Default::default(),
            round: FloorShift::new(NOISY_BITS, 4),
            raise_hidden: Raise::new(ACTIVATION_BITS, hidden_gap),
            raise_output: Raise::new(ACTIVATION_BITS, output_gap),
            store_hidden: Raise::new(hidden, hidden_gap),
            store_wide: Raise::new(output, output_gap),
            noise: Register::wide(32),
            kept: Register::wide(32),
            valid: bits(9),
            begins: bits(5),
            ends: bits(11),
            output: bits(9),
            owing: bits(6),
            first_group_at: bits(3),
            base_at: numbers(3, word),
            inputs_at: numbers(2, index),
            shift_at: numbers(4, 4),
            at: Register::wide(index),
            x_previous: Register::wide(ACTIVATION_BITS),
            xs: values(6),
            word: numbers(6, word),
            noisy: Register::wide(NOISY_BITS),
            us: values(2),
            moved_up: Register::wide(design.update_bits()),
            moving: Default::default(),
            place: num(word),
            unused_at: Default::default(),
            draws: Default::default(),
            state: num(32),
            learns: Constant::new(design.learning),
            _word_bits: word,
            _index_bits: index,
            _hidden_bits: hidden,
            _output_bits: output,
            _update_bits: design.update_bits(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Stages {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: stages");
        comment!(
            "doc: What all lanes share: one event from its issue to the drain registers in 11 cycles, and the noise."
        );
        comment!(
            "doc: 1, 2 list; 3 word, noise; 4 read, u; 5 out of the banks; 6 select; 7 add; 8 clamp; 9 write; 11 sum."
        );
        dff_setup!(self, clk, noise, kept, at, x_previous, noisy, moved_up, moving);
        comment!("element i of a chain belongs to stage i + 1; inputs start in stage 3, words in 4, updates in 5");
        for i in 0..9 {
            self.valid[i].clock.next = self.clk.val();
            self.output[i].clock.next = self.clk.val();
        }
        for i in 0..8 {
            self.valid[i + 1].d.next = self.valid[i].q.val();
            self.output[i + 1].d.next = self.output[i].q.val();
        }
        for i in 0..11 {
            self.ends[i].clock.next = self.clk.val();
        }
        for i in 0..10 {
            self.ends[i + 1].d.next = self.ends[i].q.val();
        }
        for i in 0..5 {
            self.begins[i].clock.next = self.clk.val();
            self.owing[i + 1].d.next = self.owing[i].q.val();
            self.xs[i + 1].d.next = self.xs[i].q.val();
            self.word[i + 1].d.next = self.word[i].q.val();
        }
        for i in 0..6 {
            self.owing[i].clock.next = self.clk.val();
            self.xs[i].clock.next = self.clk.val();
            self.word[i].clock.next = self.clk.val();
        }
        for i in 0..4 {
            self.begins[i + 1].d.next = self.begins[i].q.val();
            self.shift_at[i].clock.next = self.clk.val();
        }
        for i in 0..3 {
            self.shift_at[i + 1].d.next = self.shift_at[i].q.val();
            self.first_group_at[i].clock.next = self.clk.val();
            self.base_at[i].clock.next = self.clk.val();
        }
        for i in 0..2 {
            self.first_group_at[i + 1].d.next = self.first_group_at[i].q.val();
            self.base_at[i + 1].d.next = self.base_at[i].q.val();
            self.inputs_at[i].clock.next = self.clk.val();
            self.us[i].clock.next = self.clk.val();
        }
        for i in 0..1 {
            self.inputs_at[i + 1].d.next = self.inputs_at[i].q.val();
            self.us[i + 1].d.next = self.us[i].q.val();
        }

        comment!("stage 0; the window's event must leave the noise alone");
        self.valid[0].d.next = self.issue.val() | self.window_issue.val();
        self.begins[0].d.next = self.group_begin.val() | self.window_issue.val();
        self.ends[0].d.next = (self.issue.val() & self.bias.val()) | self.window_issue.val();
        self.owing[0].d.next = self.owes.val();
        self.first_group_at[0].d.next = self.first_group.val() | self.window_issue.val();
        self.shift_at[0].d.next = self.shift.val();
        self.output[0].d.next = self.output_layer.val();
        self.base_at[0].d.next = self.base.val();
        self.inputs_at[0].d.next = self.inputs.val();
        if self.window.val() {
            self.output[0].d.next = self.window_output.val();
            self.base_at[0].d.next = self.window_word.val();
        }

        comment!("stage 2: the bias, always last, is in no list; between events the input is 0");
        self.at.d.next = self.index.val();
        self.xs[0].d.next = self.present.val();
        self.x_previous.d.next = self.previous.val();
        if self.ends[1].q.val() {
            self.at.d.next = self.inputs_at[1].q.val();
            self.xs[0].d.next = bits_signed(127, 8);
            self.x_previous.d.next = bits_signed(127, 8);
            if self.flush.val() {
                self.xs[0].d.next = bits_signed(0, 8);
            }
            if self.window.val() {
                self.xs[0].d.next = bits_signed(1, 8);
            }
        }
        if !self.valid[1].q.val() {
            self.xs[0].d.next = bits_signed(0, 8);
        }

        comment!("stage 3: words of a small core may be fewer than its inputs have bits");
        self.unused_at.next = self.at.q.val().any();
        self.place.next = self.base_at[2].q.val() + bit_cast_to(self.at.q.val(), self._word_bits);
        if self.window.val() {
            self.place.next = self.base_at[2].q.val();
        }
        self.word[0].d.next = self.place.val();
        comment!("noise: one draw for each input of an owing layer that was not zero, the same for all its groups");
        self.state.next = self.noise.q.val();
        if self.begins[2].q.val() {
            if self.first_group_at[2].q.val() {
                self.kept.d.next = self.noise.q.val();
            } else {
                self.state.next = self.kept.q.val();
            }
        }
        self.draws.next = self.valid[2].q.val() & self.owing[2].q.val() & self.x_previous.q.val().any();
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
        self.field.noise.next = bit_cast_to(self.state.val(), 12);
        self.field.shift.next = self.shift_at[2].q.val();
        self.noisy.d.next =
            bit_cast_to(self.x_previous.q.val(), 14) + signed_cast_num(bit_cast_to(self.field.r.val(), 14));

        comment!("stage 4: u, rounded down");
        self.round.z.next = self.noisy.q.val();
        self.round.shift.next = self.shift_at[3].q.val();
        self.us[0].d.next = bit_cast_to(self.round.a.val(), 8);

        comment!("stage 6: the update, moved up with the weights of its layer; or a single weight");
        self.raise_hidden.x.next = self.us[1].q.val();
        self.raise_output.x.next = self.us[1].q.val();
        self.store_hidden.x.next = bit_cast_to(self.store_weight.val(), self._hidden_bits);
        self.store_wide.x.next = bit_cast_to(self.store_weight.val(), self._output_bits);
        self.moved_up.d.next = bits_signed(0, self._update_bits);
        if self.learns.val() {
            self.moved_up.d.next = bit_cast_to(self.raise_hidden.y.val(), self._update_bits);
            if self.output[5].q.val() {
                self.moved_up.d.next = bit_cast_to(self.raise_output.y.val(), self._update_bits);
            }
        }
        self.moving.d.next = self.us[1].q.val().any();
        if self.store.val() {
            self.moved_up.d.next = bit_cast_to(self.store_hidden.y.val(), self._update_bits);
            if self.store_output.val() {
                self.moved_up.d.next = bit_cast_to(self.store_wide.y.val(), self._update_bits);
            }
            self.moving.d.next = true;
            self.output[6].d.next = self.store_output.val();
            self.word[3].d.next = self.store_word.val();
        }

        comment!("to the lanes");
        self.taken.next = self.begins[1].q.val();
        self.read.next = self.valid[3].q.val();
        self.read_word.next = self.word[0].q.val();
        self.read_output.next = self.output[3].q.val();
        self.load.next = self.valid[4].q.val();
        self.load_output.next = self.output[4].q.val();
        self.take.next = self.begins[4].q.val();
        self.select_output.next = self.output[5].q.val();
        self.update.next = self.valid[5].q.val() & self.owing[5].q.val();
        self.u.next = self.moved_up.q.val();
        self.moves.next = self.moving.q.val();
        self.edge_output.next = self.output[6].q.val();
        self.limit_output.next = self.output[7].q.val();
        self.x.next = self.xs[5].q.val();
        self.write_word.next = self.word[5].q.val();
        self.write_output.next = self.output[8].q.val();
        self.event_writes.next = self.valid[8].q.val();
        self.capture.next = self.ends[10].q.val();
        self.clear.next = self.ends[10].q.val() | self.rst.val();
        if self.rst.val() {
            for i in 0..9 {
                self.valid[i].d.next = false;
            }
            for i in 0..5 {
                self.begins[i].d.next = false;
            }
            for i in 0..6 {
                self.xs[i].d.next = bits_signed(0, 8);
            }
            for i in 0..11 {
                self.ends[i].d.next = false;
            }
        }
    }
}

const _: () = assert!(BIAS == 127 && NOISY_BITS == 14, "the kernel holds the bias and the width as numbers");
