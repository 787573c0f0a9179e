//! What all lanes share: the stages of one event from its issue to the drain registers, and the rounding noise.
//!
//! ```text
//! stage  0      1 to 4      5             6            7            8        9       10     11     11 to 15  15
//!        issue  out of the  word = base   read banks;  out of the   select   W + du  clamp  write  multiply  sum, to
//!               list        + index       x_prev + r   banks; u =   bank                    back             the drain
//!                                                      (x_prev + r) >> s
//! ```
//! A layer that owes draws noise once for each input that was not zero; all groups of a layer see the same draws, so the
//! state is kept when a layer's first group begins and restored when each further group begins. A group may begin before
//! its first event is there: `group_begin` goes through the stages by itself.
//!
//! A single weight (initial, or the window's) joins in stage 8, while the pipeline is empty.
//!
//! Where [two neurons share a memory](crate::pair_lane) an event comes as two steps. `second` goes with the step of the
//! second neuron; noise is drawn for the first one, and what it made of the input serves both.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::{FloorShift, Leap, NoiseField, Raise, Register, Spram, FIELD_BITS, NOISE_BITS};
use crate::num::{bit_cast_to, bits_of, bits_signed, num, signed_cast_num, Sint, Uint};
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
    /// The step of a pair's second neuron.
    pub second: Signal<In, Bit>,
    pub bias: Signal<In, Bit>,
    /// A cycle later, in stage 1.
    pub base: Signal<In, Uint>,
    pub inputs: Signal<In, Uint>,
    pub owes: Signal<In, Bit>,
    pub shift: Signal<In, Uint>,
    pub output_layer: Signal<In, Bit>,
    // stage 4: the event of a list
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
    // a cycle before stage 8: a single weight
    pub store: Signal<In, Bit>,
    pub store_lane: Signal<In, Uint>,
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
    pub read_hidden: Signal<Out, Bit>,
    pub read_output: Signal<Out, Bit>,
    pub read_word: Signal<Out, Uint>,
    pub load_hidden: Signal<Out, Bit>,
    pub load_output: Signal<Out, Bit>,
    pub take: Signal<Out, Bit>,
    pub select_output: Signal<Out, Bit>,
    pub update: Signal<Out, Bit>,
    pub blank: Signal<Out, Bit>,
    pub storing: Signal<Out, Bit>,
    pub storing_lane: Signal<Out, Uint>,
    pub u: Signal<Out, Sint>,
    pub moves: Signal<Out, Bit>,
    pub edge_output: Signal<Out, Bit>,
    pub limit_output: Signal<Out, Bit>,
    pub x: Signal<Out, Sint>,
    pub write_word: Signal<Out, Uint>,
    pub write_output: Signal<Out, Bit>,
    pub capture: Signal<Out, Bit>,
    pub clear: Signal<Out, Bit>,
    /// The reset, a cycle late: lanes are far away, and nothing comes to them so soon.
    pub empties: Signal<Out, Bit>,
    /// What is in stage 11 is an event, and no single weight.
    pub event_writes: Signal<Out, Bit>,
    // to pairs of lanes; see there
    pub read_second: Signal<Out, Bit>,
    pub pair_at: Signal<Out, Uint>,
    pub select_second: Signal<Out, Bit>,
    pub write_second: Signal<Out, Bit>,
    pub single: Signal<Out, Bit>,
    pub close: Signal<Out, Bit>,
    pub close_low: Signal<Out, Bit>,
    pub close_high: Signal<Out, Bit>,
    pub close_output: Signal<Out, Bit>,
    pub capture_first: Signal<Out, Bit>,
    pub capture_second: Signal<Out, Bit>,
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
    is_second: Vec<Register<Bit>>,
    owing: Vec<Register<Bit>>,
    first_group_at: Vec<Register<Bit>>,
    base_at: Vec<Register<Uint>>,
    inputs_at: Vec<Register<Uint>>,
    shift_at: Vec<Register<Uint>>,
    /// Stage 5.
    at: Register<Uint>,
    x_previous_5: Register<Sint>,
    /// From stage 5.
    xs: Vec<Register<Sint>>,
    /// From stage 6.
    word: Vec<Register<Uint>>,
    reads_hidden: Register<Bit>,
    reads_output: Register<Bit>,
    loads_hidden: Register<Bit>,
    loads_output: Register<Bit>,
    x_previous_6: Register<Sint>,
    draws: Register<Bit>,
    /// Stage 7.
    noisy: Register<Sint>,
    keeps: Register<Bit>,
    restores: Register<Bit>,
    loads: Register<Bit>,
    load_value: Register<Uint>,
    /// Stage 8.
    u_8: Register<Sint>,
    blanks: Register<Bit>,
    stores: Register<Bit>,
    stores_lane: Register<Uint>,
    stores_word: Register<Uint>,
    stores_output: Register<Bit>,
    stores_weight: Register<Sint>,
    /// Stage 9.
    moved_up: Register<Sint>,
    moving: Register<Bit>,
    /// From stage 9.
    singles: Vec<Register<Bit>>,
    /// Stages 6 and 12.
    port_at: Register<Uint>,
    /// Stage 12.
    closes: Register<Bit>,
    closes_low: Register<Bit>,
    closes_high: Register<Bit>,
    closes_output: Register<Bit>,
    closing: Signal<Local, Bit>,
    ending: Signal<Local, Bit>,
    /// Cycles since power-up or a reset: lanes are emptied, then a pair's multiplier runs empty.
    emptying: Vec<Register<Bit>>,
    read_at: Signal<Local, Uint>,
    write_at: Signal<Local, Uint>,
    place: Signal<Local, Uint>,
    unused_at: Signal<Local, Bit>,
    state: Signal<Local, Uint>,
    learns: Constant<Bit>,
    pairs: Constant<Bit>,
    _word_bits: usize,
    _index_bits: usize,
    _hidden_bits: usize,
    _output_bits: usize,
    _update_bits: usize,
    _first_base: i64,
    _second_base: i64,
    _activity: Activity,
}

impl Stages {
    pub fn new(design: &Design) -> Self {
        let (word, index) = (design.word_bits(), design.index_bits());
        let (hidden, output) = (design.hidden_bits, design.output_bits);
        let (hidden_gap, output_gap) = (design.weight_gap(false), design.weight_gap(true));
        let bits = |n: usize| (0..n).map(|_| Register::default()).collect();
        let numbers = |n: usize, width: usize| (0..n).map(|_| Register::wide(width)).collect();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            group_begin: Default::default(),
            first_group: Default::default(),
            issue: Default::default(),
            second: Default::default(),
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
            store_lane: num(design.lane_bits()),
            store_word: num(word),
            store_output: Default::default(),
            store_weight: num(design.weight_bits()),
            noise_load: Default::default(),
            noise_value: num(32),
            noise_step: Default::default(),
            noise_state: num(32),
            noise_field: num(FIELD_BITS),
            taken: Default::default(),
            read_hidden: Default::default(),
            read_output: Default::default(),
            read_word: num(word),
            load_hidden: Default::default(),
            load_output: Default::default(),
            take: Default::default(),
            select_output: Default::default(),
            update: Default::default(),
            blank: Default::default(),
            storing: Default::default(),
            storing_lane: num(design.lane_bits()),
            u: num(design.update_bits()),
            moves: Default::default(),
            edge_output: Default::default(),
            limit_output: Default::default(),
            x: num(ACTIVATION_BITS),
            write_word: num(word),
            write_output: Default::default(),
            capture: Default::default(),
            clear: Default::default(),
            empties: Default::default(),
            event_writes: Default::default(),
            read_second: Default::default(),
            pair_at: num(Spram::ADDRESS_BITS),
            select_second: Default::default(),
            write_second: Default::default(),
            single: Default::default(),
            close: Default::default(),
            close_low: Default::default(),
            close_high: Default::default(),
            close_output: Default::default(),
            capture_first: Default::default(),
            capture_second: Default::default(),
            leap: Leap::new(DRAW_STEPS as usize),
            field: Default::default(),
            round: FloorShift::new(NOISY_BITS, 4),
            raise_hidden: Raise::new(ACTIVATION_BITS, hidden_gap),
            raise_output: Raise::new(ACTIVATION_BITS, output_gap),
            store_hidden: Raise::new(hidden, hidden_gap),
            store_wide: Raise::new(output, output_gap),
            noise: Register::wide(32),
            kept: Register::wide(32),
            valid: bits(11),
            begins: bits(7),
            ends: bits(15),
            output: bits(11),
            is_second: bits(14),
            owing: bits(8),
            first_group_at: bits(5),
            base_at: numbers(4, word),
            inputs_at: numbers(4, index),
            shift_at: numbers(7, 4),
            at: Register::wide(index),
            x_previous_5: Register::wide(ACTIVATION_BITS),
            xs: (0..7).map(|_| Register::wide(ACTIVATION_BITS)).collect(),
            word: numbers(6, word),
            reads_hidden: Default::default(),
            reads_output: Default::default(),
            loads_hidden: Default::default(),
            loads_output: Default::default(),
            x_previous_6: Register::wide(ACTIVATION_BITS),
            draws: Default::default(),
            noisy: Register::wide(NOISY_BITS),
            keeps: Default::default(),
            restores: Default::default(),
            loads: Default::default(),
            load_value: Register::wide(32),
            u_8: Register::wide(ACTIVATION_BITS),
            blanks: Register::new(true),
            stores: Default::default(),
            stores_lane: Register::wide(design.lane_bits()),
            stores_word: Register::wide(word),
            stores_output: Default::default(),
            stores_weight: Register::wide(design.weight_bits()),
            moved_up: Register::wide(design.update_bits()),
            moving: Default::default(),
            singles: bits(3),
            port_at: Register::wide(Spram::ADDRESS_BITS),
            closes: Default::default(),
            closes_low: Default::default(),
            closes_high: Default::default(),
            closes_output: Default::default(),
            closing: Default::default(),
            ending: Default::default(),
            emptying: (0..3).map(|_| Register::new(design.pairs())).collect(),
            read_at: num(Spram::ADDRESS_BITS),
            write_at: num(Spram::ADDRESS_BITS),
            place: num(word),
            unused_at: Default::default(),
            state: num(32),
            learns: Constant::new(design.learning),
            pairs: Constant::new(design.pairs()),
            _word_bits: word,
            _index_bits: index,
            _hidden_bits: hidden,
            _output_bits: output,
            _update_bits: design.update_bits(),
            _first_base: design.spram_output_base() as i64,
            _second_base: (design.spram_output_base() | 1 << design.spram_half_bit()) as i64,
            _activity: Default::default(),
        }
    }
}

impl Logic for Stages {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: stages");
        comment!(
            "doc: What all lanes share: one event from its issue to the drain registers in 15 cycles, and the noise."
        );
        comment!(
            "doc: 1 to 4 list; 5 word; 6, 7 read banks, u; 8 select; 9 add; 10 clamp; 11 write; 11 to 15 multiply, sum."
        );
        dff_setup!(
            self,
            clk,
            noise,
            kept,
            at,
            x_previous_5,
            reads_hidden,
            reads_output,
            loads_hidden,
            loads_output,
            x_previous_6,
            draws,
            noisy,
            keeps,
            restores,
            loads,
            load_value,
            u_8,
            blanks,
            stores,
            stores_lane,
            stores_word,
            stores_output,
            stores_weight,
            moved_up,
            moving,
            port_at,
            closes,
            closes_low,
            closes_high,
            closes_output
        );
        comment!("element i of a chain belongs to stage i + 1; bases start in stage 2, inputs in 5, words in 6");
        for i in 0..11 {
            self.valid[i].clock.next = self.clk.val();
        }
        for i in 0..10 {
            self.valid[i + 1].d.next = self.valid[i].q.val();
        }
        for i in 0..7 {
            self.begins[i].clock.next = self.clk.val();
        }
        for i in 0..6 {
            self.begins[i + 1].d.next = self.begins[i].q.val();
        }
        for i in 0..15 {
            self.ends[i].clock.next = self.clk.val();
        }
        for i in 0..14 {
            self.ends[i + 1].d.next = self.ends[i].q.val();
        }
        for i in 0..11 {
            self.output[i].clock.next = self.clk.val();
        }
        for i in 0..10 {
            self.output[i + 1].d.next = self.output[i].q.val();
        }
        for i in 0..14 {
            self.is_second[i].clock.next = self.clk.val();
        }
        for i in 0..13 {
            self.is_second[i + 1].d.next = self.is_second[i].q.val();
        }
        for i in 0..3 {
            self.singles[i].clock.next = self.clk.val();
        }
        self.singles[0].d.next = self.stores.q.val() & self.pairs.val();
        for i in 0..2 {
            self.singles[i + 1].d.next = self.singles[i].q.val();
        }
        for i in 0..8 {
            self.owing[i].clock.next = self.clk.val();
        }
        for i in 0..7 {
            self.owing[i + 1].d.next = self.owing[i].q.val();
        }
        for i in 0..5 {
            self.first_group_at[i].clock.next = self.clk.val();
        }
        for i in 0..4 {
            self.first_group_at[i + 1].d.next = self.first_group_at[i].q.val();
        }
        for i in 0..4 {
            self.base_at[i].clock.next = self.clk.val();
        }
        for i in 0..3 {
            self.base_at[i + 1].d.next = self.base_at[i].q.val();
        }
        for i in 0..4 {
            self.inputs_at[i].clock.next = self.clk.val();
        }
        for i in 0..3 {
            self.inputs_at[i + 1].d.next = self.inputs_at[i].q.val();
        }
        for i in 0..7 {
            self.shift_at[i].clock.next = self.clk.val();
        }
        for i in 0..6 {
            self.shift_at[i + 1].d.next = self.shift_at[i].q.val();
        }
        for i in 0..7 {
            self.xs[i].clock.next = self.clk.val();
        }
        for i in 0..6 {
            self.xs[i + 1].d.next = self.xs[i].q.val();
        }
        for i in 0..6 {
            self.word[i].clock.next = self.clk.val();
        }
        for i in 0..5 {
            self.word[i + 1].d.next = self.word[i].q.val();
        }

        comment!("stage 0; the window's event must leave the noise alone");
        self.valid[0].d.next = self.issue.val() | self.window_issue.val();
        self.begins[0].d.next = self.group_begin.val() | self.window_issue.val();
        self.ends[0].d.next = (self.issue.val() & self.bias.val()) | self.window_issue.val();
        self.owing[0].d.next = self.owes.val();
        self.first_group_at[0].d.next = self.first_group.val() | self.window_issue.val();
        self.shift_at[0].d.next = self.shift.val();
        self.output[0].d.next = self.output_layer.val();
        self.is_second[0].d.next = self.second.val() & self.pairs.val();
        self.inputs_at[0].d.next = self.inputs.val();
        if self.window.val() {
            self.output[0].d.next = self.window_output.val();
            self.inputs_at[0].d.next = bits_of(0, self._index_bits);
            self.is_second[0].d.next = self.store_lane.val().get_bit(0) & self.pairs.val();
        }
        comment!("stage 1: the base, which the sequencer knows a cycle late");
        self.base_at[0].d.next = self.base.val();
        if self.window.val() {
            self.base_at[0].d.next = self.window_word.val();
        }

        comment!("stage 4: the bias, always last, is in no list; between events the input is 0");
        self.at.d.next = self.index.val();
        self.xs[0].d.next = self.present.val();
        self.x_previous_5.d.next = self.previous.val();
        if self.ends[3].q.val() {
            self.at.d.next = self.inputs_at[3].q.val();
            self.xs[0].d.next = bits_signed(127, 8);
            self.x_previous_5.d.next = bits_signed(127, 8);
            if self.flush.val() {
                self.xs[0].d.next = bits_signed(0, 8);
            }
            if self.window.val() {
                self.xs[0].d.next = bits_signed(1, 8);
            }
        }
        if !self.valid[3].q.val() {
            self.xs[0].d.next = bits_signed(0, 8);
        }

        comment!("stage 5: words of a small core may be fewer than its inputs have bits");
        self.unused_at.next = self.at.q.val().any();
        self.place.next = self.base_at[3].q.val() + bit_cast_to(self.at.q.val(), self._word_bits);
        self.word[0].d.next = self.place.val();
        // both hidden weights of a pair lie in one word; the window reads it for either
        self.reads_hidden.d.next =
            self.valid[4].q.val() & !self.output[4].q.val() & (!self.is_second[4].q.val() | self.window.val());
        self.reads_output.d.next = self.valid[4].q.val() & self.output[4].q.val();
        self.x_previous_6.d.next = self.x_previous_5.q.val();
        self.draws.d.next = self.valid[4].q.val()
            & self.owing[4].q.val()
            & !self.is_second[4].q.val()
            & self.x_previous_5.q.val().any();

        comment!(
            "stage 5: noise, one draw for each input of an owing layer that was not zero, the same for all its groups"
        );
        self.state.next = self.noise.q.val();
        self.keeps.d.next = self.begins[4].q.val() & self.first_group_at[4].q.val();
        self.restores.d.next = self.begins[4].q.val() & !self.first_group_at[4].q.val();
        if self.keeps.q.val() {
            self.kept.d.next = self.noise.q.val();
        }
        if self.restores.q.val() {
            self.state.next = self.kept.q.val();
        }
        self.leap.state.next = self.state.val();
        self.noise.d.next = self.state.val();
        if self.draws.q.val() | self.noise_step.val() {
            self.noise.d.next = self.leap.after.val();
        }
        self.loads.d.next = self.noise_load.val();
        self.load_value.d.next = self.noise_value.val();
        if self.loads.q.val() {
            self.noise.d.next = self.load_value.q.val();
            comment!("the register must not stay at zero: a seed of 0 is 1");
            if !self.load_value.q.val().any() {
                self.noise.d.next = bits_of(1, 32);
            }
        }
        self.noise_state.next = self.noise.q.val();
        self.noise_field.next = bit_cast_to(self.noise.q.val(), 16);
        self.field.noise.next = bit_cast_to(self.state.val(), 12);
        self.field.shift.next = self.shift_at[5].q.val();
        self.noisy.d.next =
            bit_cast_to(self.x_previous_6.q.val(), 14) + signed_cast_num(bit_cast_to(self.field.r.val(), 14));
        self.loads_hidden.d.next = self.reads_hidden.q.val();
        self.loads_output.d.next = self.reads_output.q.val();

        comment!("stage 7: u, rounded down");
        self.round.z.next = self.noisy.q.val();
        self.round.shift.next = self.shift_at[6].q.val();
        if !self.pairs.val() | (self.valid[6].q.val() & !self.is_second[6].q.val()) {
            self.u_8.d.next = bit_cast_to(self.round.a.val(), 8);
        }

        comment!("stage 8: the update, moved up with the weights of its layer; or a single weight");
        self.blanks.d.next = !self.valid[6].q.val() | self.store.val() | self.rst.val();
        self.stores.d.next = self.store.val();
        self.stores_lane.d.next = self.store_lane.val();
        self.stores_word.d.next = self.store_word.val();
        self.stores_output.d.next = self.store_output.val();
        self.stores_weight.d.next = self.store_weight.val();
        self.raise_hidden.x.next = self.u_8.q.val();
        self.raise_output.x.next = self.u_8.q.val();
        self.store_hidden.x.next = bit_cast_to(self.stores_weight.q.val(), self._hidden_bits);
        self.store_wide.x.next = bit_cast_to(self.stores_weight.q.val(), self._output_bits);
        self.moved_up.d.next = bits_signed(0, self._update_bits);
        if self.learns.val() {
            self.moved_up.d.next = bit_cast_to(self.raise_hidden.y.val(), self._update_bits);
            if self.output[7].q.val() {
                self.moved_up.d.next = bit_cast_to(self.raise_output.y.val(), self._update_bits);
            }
        }
        self.moving.d.next = self.u_8.q.val().any();
        if self.stores.q.val() {
            self.moved_up.d.next = bit_cast_to(self.store_hidden.y.val(), self._update_bits);
            if self.stores_output.q.val() {
                self.moved_up.d.next = bit_cast_to(self.store_wide.y.val(), self._update_bits);
            }
            self.moving.d.next = true;
            self.output[8].d.next = self.stores_output.q.val();
            self.word[3].d.next = self.stores_word.q.val();
            self.is_second[8].d.next = self.stores_lane.q.val().get_bit(0) & self.pairs.val();
        }

        comment!("stage 11: the step closes its word? Then the memory's only port is there for the write");
        self.closing.next = self.valid[10].q.val() & (self.is_second[10].q.val() | self.output[10].q.val());
        self.closes.d.next = self.closing.val() | self.singles[2].q.val();
        self.closes_high.d.next =
            (self.valid[10].q.val() | self.singles[2].q.val()) & (self.is_second[10].q.val() | self.output[10].q.val());
        self.closes_low.d.next =
            self.closing.val() | (self.singles[2].q.val() & (!self.is_second[10].q.val() | self.output[10].q.val()));
        self.closes_output.d.next = self.output[10].q.val();
        comment!("hidden weights from the bottom; output weights at the top, those of the second neuron above");
        self.read_at.next = bit_cast_to(self.place.val(), 14);
        if self.output[4].q.val() {
            self.read_at.next = bit_cast_to(self.place.val(), 14) | bits_of(self._first_base, 14);
            if self.is_second[4].q.val() {
                self.read_at.next = bit_cast_to(self.place.val(), 14) | bits_of(self._second_base, 14);
            }
        }
        self.write_at.next = bit_cast_to(self.word[5].q.val(), 14);
        if self.output[10].q.val() {
            self.write_at.next = bit_cast_to(self.word[5].q.val(), 14) | bits_of(self._first_base, 14);
            if self.is_second[10].q.val() {
                self.write_at.next = bit_cast_to(self.word[5].q.val(), 14) | bits_of(self._second_base, 14);
            }
        }
        self.port_at.d.next = self.read_at.val();
        if self.closing.val() | self.singles[2].q.val() {
            self.port_at.d.next = self.write_at.val();
        }

        comment!("to the lanes");
        self.taken.next = self.begins[3].q.val();
        self.read_hidden.next = self.reads_hidden.q.val();
        self.read_output.next = self.reads_output.q.val();
        self.read_word.next = self.word[0].q.val();
        self.load_hidden.next = self.loads_hidden.q.val();
        self.load_output.next = self.loads_output.q.val();
        self.take.next = self.begins[6].q.val();
        self.select_output.next = self.output[7].q.val();
        self.update.next = self.valid[7].q.val() & self.owing[7].q.val();
        self.blank.next = self.blanks.q.val();
        self.storing.next = self.stores.q.val();
        self.storing_lane.next = self.stores_lane.q.val();
        self.u.next = self.moved_up.q.val();
        self.moves.next = self.moving.q.val();
        self.edge_output.next = self.output[8].q.val();
        self.limit_output.next = self.output[9].q.val();
        self.x.next = self.xs[6].q.val();
        self.write_word.next = self.word[5].q.val();
        self.write_output.next = self.output[10].q.val();
        self.event_writes.next = self.valid[10].q.val();
        self.read_second.next = self.is_second[5].q.val();
        self.pair_at.next = self.port_at.q.val();
        self.select_second.next = self.is_second[7].q.val();
        self.write_second.next = self.is_second[10].q.val();
        self.single.next = self.singles[2].q.val();
        self.close.next = self.closes.q.val();
        self.close_low.next = self.closes_low.q.val();
        self.close_high.next = self.closes_high.q.val();
        self.close_output.next = self.closes_output.q.val();
        self.capture_first.next = self.ends[13].q.val() & !self.is_second[13].q.val();
        self.capture_second.next = self.ends[13].q.val() & self.is_second[13].q.val();
        self.ending.next = self.ends[14].q.val();
        if self.pairs.val() {
            self.ending.next = self.ends[13].q.val();
        }
        self.capture.next = self.ending.val();
        for i in 0..3 {
            self.emptying[i].clock.next = self.clk.val();
        }
        self.emptying[0].d.next = self.rst.val();
        for i in 0..2 {
            self.emptying[i + 1].d.next = self.emptying[i].q.val() & self.pairs.val();
        }
        self.empties.next = self.emptying[0].q.val();
        self.clear.next = self.ending.val()
            | self.rst.val()
            | self.emptying[0].q.val()
            | self.emptying[1].q.val()
            | self.emptying[2].q.val();
        if self.rst.val() {
            for i in 0..11 {
                self.valid[i].d.next = false;
            }
            for i in 0..7 {
                self.begins[i].d.next = false;
            }
            for i in 0..7 {
                self.xs[i].d.next = bits_signed(0, 8);
            }
            for i in 0..15 {
                self.ends[i].d.next = false;
            }
            self.stores.d.next = false;
            self.loads.d.next = false;
        }
    }
}

const _: () = assert!(BIAS == 127 && NOISY_BITS == 14, "the kernel holds the bias and the width as numbers");
const _: () = assert!(Spram::ADDRESS_BITS == 14, "the kernel holds the width as a number");
