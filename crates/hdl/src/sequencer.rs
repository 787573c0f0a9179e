//! The order of things: init, then pass after pass; within a pass layer, group, event.
//!
//! A pass computes one sample and applies what the sample before it owes. It is issued one event a cycle, out of the
//! list of its layer; the bias, always last, is in no list. Nothing behind the issue can stall, so an event is issued
//! only when all that it needs is certain:
//!
//! - a group begins when its teaching signal is ready (`group_begin`, with its first event or before it);
//! - an event of a hidden layer waits until it is in its list;
//! - the bias, which ends the group, waits until all events of its layer are known, and until the drain registers will
//!   be free: one cycle for each neuron of the group before.
//!
//! A layer begins as soon as the one before it has been issued: its first events are there already, or come one by one.
//! A pass begins when its first teaching signal is ready. So its cycles follow from the counts of its events alone:
//! [`drtp_core::cycles`] computes them. That a sample learns changes none of these waits.
//!
//! Where [two neurons share a memory](crate::pair_lane) an event is issued as two steps, and counts as done with the second
//! one: in slots s and s + 1 of a hidden layer, s even; in s and s + 3 of the output layer, s a multiple of 4. Slots are
//! counted from the pass's begin. A layer behind waits until its list is complete: what it visits comes in faster than it
//! could be visited, and so the cycles of a pass still follow from counts alone.
//!
//! ```text
//! Init -> Idle -> Setup -> Look -> Find -> Run -+-> Drain -> Finish -> Idle
//!                   ^---------- next layer
//! ```
use crate::activity::Activity;
use crate::comment;
use crate::counter::STEP_BITS;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Phase {
    /// Initial weights are written.
    Init,
    /// Waiting for a sample or a command.
    Idle,
    /// A layer begins: its counters are loaded.
    Setup,
    /// Its list is chosen.
    Look,
    /// Its first event is looked for.
    Find,
    /// Events of one layer are issued.
    Run,
    /// The last sums leave the pipeline.
    Drain,
    /// The pass is over; what it owes is known.
    Finish,
}

/// Sequencer of init and passes.
#[derive(SettlingBlock)]
pub struct Sequencer {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    /// Beside `rst`, of a core with a watchdog: the weights stay as they are.
    pub keeps: Vec<Signal<In, Bit>>,
    // settings
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    // requests, held until taken
    pub init_wanted: Signal<In, Bit>,
    pub flush_wanted: Signal<In, Bit>,
    pub sample_loaded: Signal<In, Bit>,
    /// A sample is loaded or about to be: commands wait.
    pub sample_accepted: Signal<In, Bit>,
    /// There is room for one more packet of scores.
    pub scores_free: Signal<In, Bit>,
    /// Layers that owe an update.
    pub owes: Vec<Signal<In, Bit>>,
    pub pending: Signal<In, Bit>,
    /// The weight window is at work: no pass may begin.
    pub hold: Signal<In, Bit>,
    /// New settings were taken.
    pub applied: Signal<In, Bit>,
    pub init_idle: Signal<In, Bit>,
    pub teacher_ready: Signal<In, Bit>,
    /// Ready in the next cycle.
    pub teacher_soon: Signal<In, Bit>,
    /// The last score of the pass has been seen.
    pub drain_done: Signal<In, Bit>,
    // lists
    pub any_count: Signal<In, Uint>,
    pub present_count: Signal<In, Uint>,
    pub hidden_count: Signal<In, Uint>,
    pub hidden_complete: Signal<In, Bit>,
    // pulses
    pub init_start: Signal<Out, Bit>,
    /// The teaching signal of the next pass may be prepared.
    pub prepare: Signal<Out, Bit>,
    /// The loaded sample is the one of the pass from now on.
    pub take: Signal<Out, Bit>,
    /// A cycle after its first layer began to be set up.
    pub pass_start: Signal<Out, Bit>,
    /// The last event of the first layer is issued: its lists are read no more.
    pub visited: Signal<Out, Bit>,
    pub layer_start: Signal<Out, Bit>,
    pub finish: Signal<Out, Bit>,
    pub init_done: Signal<Out, Bit>,
    pub flush_done: Signal<Out, Bit>,
    // state
    pub idle: Signal<Out, Bit>,
    /// In a pass, from its first layer's begin to its end.
    pub in_pass: Signal<Out, Bit>,
    /// The weights have been initialised.
    pub is_initialised: Signal<Out, Bit>,
    /// The pass is a flush: present inputs are zero, nothing is stored.
    pub flush: Signal<Out, Bit>,
    /// Lowest bit of the layer.
    pub odd_layer: Signal<Out, Bit>,
    /// Neurons of the group that exist.
    pub group_neurons: Signal<Out, Uint>,
    // the event
    pub group_begin: Signal<Out, Bit>,
    pub first_group: Signal<Out, Bit>,
    pub issue: Signal<Out, Bit>,
    /// It is the step of the pairs' second neurons.
    pub second: Signal<Out, Bit>,
    pub bias: Signal<Out, Bit>,
    pub at: Signal<Out, Uint>,
    pub from_hidden: Signal<Out, Bit>,
    pub from_any: Signal<Out, Bit>,
    pub base: Signal<Out, Uint>,
    pub inputs: Signal<Out, Uint>,
    pub layer: Signal<Out, Uint>,
    pub layer_owes: Signal<Out, Bit>,
    pub output_layer: Signal<Out, Bit>,
    phase: Register<Phase>,
    initialised: Register<Bit>,
    flushing: Register<Bit>,
    at_layer: Register<Uint>,
    at_event: Register<Uint>,
    /// One more than `at_event`: a comparison waits for no carry.
    after_event: Register<Uint>,
    begun: Register<Bit>,
    /// A group may issue: it has begun, or its teaching signal was ready a cycle ago.
    armed: Register<Bit>,
    /// Nothing keeps a bias back.
    may_end: Register<Bit>,
    neurons_left: Register<Uint>,
    group_base: Register<Uint>,
    in_first_group: Register<Bit>,
    /// Cycles that the drain registers still need: one for each neuron.
    gap: Register<Uint>,
    row: Register<Uint>,
    last_group: Register<Bit>,
    ended: Register<Bit>,
    set_up: Register<Bit>,
    accepted: Register<Bit>,
    was_idle: Register<Bit>,
    pass_begun: Register<Bit>,
    from_input: Register<Bit>,
    uses_any: Register<Bit>,
    uses_none: Register<Bit>,
    /// The layer is the output layer: known a cycle late, when nothing has been issued yet.
    in_output: Register<Bit>,
    soon: Register<Bit>,
    was_applied: Register<Bit>,
    listed: Register<Uint>,
    complete: Register<Bit>,
    more: Register<Bit>,
    closed: Register<Bit>,
    slot: Register<Uint>,
    halfway: Register<Bit>,
    select: LayerSelect,
    owing: Signal<Local, Bit>,
    input_layer: Signal<Local, Bit>,
    any_used: Signal<Local, Bit>,
    listed_now: Signal<Local, Uint>,
    runs: Register<Bit>,
    takes: Register<Bit>,
    begins: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    drains: Signal<Local, Bit>,
    under_way: Signal<Local, Bit>,
    is_bias: Signal<Local, Bit>,
    may_open: Signal<Local, Bit>,
    opens: Signal<Local, Bit>,
    go: Signal<Local, Bit>,
    exist: Signal<Local, Uint>,
    unused_inputs: Signal<Local, Bit>,
    may_start: Signal<Local, Bit>,
    starts: Signal<Local, Bit>,
    flush_starts: Signal<Local, Bit>,
    prepares: Signal<Local, Bit>,
    pairs: Constant<Bit>,
    _watchdogs: usize,
    _sizes: usize,
    _layers: usize,
    _lanes: i64,
    _two_groups: i64,
    _lane_bits: usize,
    _size_bits: usize,
    _word_bits: usize,
    _list_bits: usize,
    _index_bits: usize,
    _activity: Activity,
}

impl Sequencer {
    pub fn new(design: &Design) -> Self {
        let (size, word, list) = (design.size_bits(), design.word_bits(), design.list_addr_bits());
        let bit = Default::default;
        Self {
            clk: Default::default(),
            rst: bit(),
            keeps: (0..usize::from(design.watchdog)).map(|_| bit()).collect(),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            init_wanted: bit(),
            flush_wanted: bit(),
            sample_loaded: bit(),
            sample_accepted: bit(),
            scores_free: bit(),
            owes: (0..design.max_layers).map(|_| bit()).collect(),
            pending: bit(),
            hold: bit(),
            applied: bit(),
            init_idle: bit(),
            teacher_ready: bit(),
            teacher_soon: bit(),
            drain_done: bit(),
            any_count: num(size),
            present_count: num(size),
            hidden_count: num(size),
            hidden_complete: bit(),
            init_start: Default::default(),
            prepare: Default::default(),
            take: Default::default(),
            pass_start: Default::default(),
            visited: Default::default(),
            layer_start: Default::default(),
            finish: Default::default(),
            init_done: Default::default(),
            flush_done: Default::default(),
            idle: Default::default(),
            in_pass: Default::default(),
            is_initialised: Default::default(),
            flush: Default::default(),
            odd_layer: Default::default(),
            group_neurons: num(STEP_BITS),
            group_begin: Default::default(),
            first_group: Default::default(),
            issue: Default::default(),
            second: Default::default(),
            bias: Default::default(),
            at: num(list),
            from_hidden: Default::default(),
            from_any: Default::default(),
            base: num(word),
            inputs: num(design.index_bits()),
            layer: num(LAYER_BITS),
            layer_owes: Default::default(),
            output_layer: Default::default(),
            phase: Register::new(Phase::Init),
            initialised: Default::default(),
            flushing: Default::default(),
            at_layer: Register::wide(LAYER_BITS),
            at_event: Register::wide(size),
            after_event: Register::wide(size),
            begun: Default::default(),
            armed: Default::default(),
            may_end: Default::default(),
            neurons_left: Register::wide(size),
            group_base: Register::wide(word),
            in_first_group: Default::default(),
            gap: Register::wide(design.lane_bits()),
            row: Register::wide(word),
            last_group: Default::default(),
            ended: Default::default(),
            set_up: Default::default(),
            accepted: Default::default(),
            was_idle: Default::default(),
            pass_begun: Default::default(),
            from_input: Default::default(),
            uses_any: Default::default(),
            uses_none: Default::default(),
            in_output: Default::default(),
            soon: Default::default(),
            was_applied: Default::default(),
            listed: Register::wide(size),
            complete: Default::default(),
            more: Default::default(),
            closed: Default::default(),
            slot: Register::wide(2),
            halfway: Default::default(),
            select: LayerSelect::new(design),
            owing: Default::default(),
            input_layer: Default::default(),
            any_used: Default::default(),
            listed_now: num(size),
            runs: Default::default(),
            takes: Default::default(),
            begins: Default::default(),
            ends: Default::default(),
            drains: Default::default(),
            under_way: Default::default(),
            is_bias: Default::default(),
            may_open: Default::default(),
            opens: Default::default(),
            go: Default::default(),
            exist: num(STEP_BITS),
            unused_inputs: Default::default(),
            may_start: Default::default(),
            starts: Default::default(),
            flush_starts: Default::default(),
            prepares: Default::default(),
            pairs: Constant::new(design.pairs()),
            _watchdogs: usize::from(design.watchdog),
            _sizes: design.max_layers + 1,
            _layers: design.max_layers,
            _lanes: design.lanes as i64,
            _two_groups: 2 * design.lanes as i64,
            _lane_bits: design.lane_bits(),
            _size_bits: size,
            _word_bits: word,
            _list_bits: list,
            _index_bits: design.index_bits(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Sequencer {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: sequencer");
        comment!(
            "doc: Order of init, passes, layers, groups and events. Issues at most one event a cycle, the bias last."
        );
        comment!(
            "doc: A group waits for its teaching signal, an event until it is listed, a bias for the drain registers;"
        );
        comment!("doc: nothing behind the issue can stall.");
        dff_setup!(
            self,
            clk,
            phase,
            initialised,
            flushing,
            at_layer,
            at_event,
            after_event,
            begun,
            armed,
            may_end,
            neurons_left,
            group_base,
            in_first_group,
            gap,
            runs,
            takes,
            row,
            last_group,
            ended,
            set_up,
            accepted,
            was_idle,
            pass_begun,
            from_input,
            uses_any,
            uses_none,
            in_output,
            soon,
            was_applied,
            listed,
            complete,
            more,
            closed,
            slot,
            halfway
        );
        self.select.layer.next = self.at_layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }
        self.owing.next = false;
        for i in 0..self._layers {
            if self.at_layer.q.val().index() == i {
                self.owing.next = self.owes[i].val();
            }
        }

        comment!("the list of the layer: for a flush only what was not zero before counts");
        self.input_layer.next = !self.at_layer.q.val().any();
        self.any_used.next = self.owing.val() & !self.flushing.q.val();
        self.from_input.d.next = self.input_layer.val();
        self.in_output.d.next = self.select.is_output.val();
        self.uses_any.d.next = self.any_used.val();
        self.uses_none.d.next = self.flushing.q.val() & !self.owing.val();
        self.listed_now.next = self.hidden_count.val();
        if self.from_input.q.val() {
            self.listed_now.next = self.present_count.val();
            if self.uses_any.q.val() {
                self.listed_now.next = self.any_count.val();
            }
            if self.uses_none.q.val() {
                self.listed_now.next = bits_of(0, self._size_bits);
            }
        }
        comment!("a cycle late, so that the event of the next cycle is known in this one");
        self.listed.d.next = self.listed_now.val();
        self.complete.d.next = self.hidden_complete.val() | self.from_input.q.val();
        self.closed.d.next = self.complete.q.val();

        comment!("the event");
        self.begins.next = self.runs.q.val() & !self.begun.q.val() & self.teacher_ready.val();
        self.is_bias.next = !self.more.q.val() & self.may_end.q.val();
        comment!("two steps for the two neurons of a pair: the first one opens an event, the second one ends it");
        self.slot.d.next = self.slot.q.val() + 1;
        self.may_open.next = !self.pairs.val() | (self.closed.q.val() & !self.halfway.q.val());
        if self.pairs.val() & (self.slot.q.val().get_bit(0) | (self.in_output.q.val() & self.slot.q.val().get_bit(1))) {
            self.may_open.next = false;
        }
        self.opens.next =
            self.runs.q.val() & self.may_open.val() & self.armed.q.val() & (self.more.q.val() | self.is_bias.val());
        self.go.next = self.opens.val();
        if self.pairs.val() {
            self.go.next = self.halfway.q.val() & (!self.in_output.q.val() | (self.slot.q.val().index() == 3));
        }
        if self.opens.val() {
            self.halfway.d.next = self.pairs.val();
        }
        if self.go.val() {
            self.halfway.d.next = false;
        }
        self.ends.next = self.go.val() & self.is_bias.val();
        self.under_way.next = (self.begun.q.val() | self.begins.val()) & !self.ends.val();
        self.begun.d.next = self.under_way.val();
        self.armed.d.next = self.under_way.val() | (self.teacher_ready.val() & !self.begins.val());
        self.more.d.next = self.at_event.q.val() != self.listed.q.val();
        if self.go.val() {
            self.more.d.next = self.after_event.q.val() != self.listed.q.val();
            if self.is_bias.val() {
                self.more.d.next = self.listed.q.val().any();
            }
        }
        self.exist.next = bits_of(self._lanes, 7);
        if self.last_group.q.val() {
            self.exist.next = bit_cast_to(self.neurons_left.q.val(), 7);
        }
        comment!("a small core has no use for the upper bits of a size, which classes may need");
        self.unused_inputs.next = self.select.inputs.val().any();
        self.group_begin.next = self.begins.val();
        self.first_group.next = self.in_first_group.q.val();
        self.issue.next = self.go.val();
        if self.pairs.val() {
            self.issue.next = self.opens.val() | self.go.val();
        }
        self.second.next = self.halfway.q.val();
        self.bias.next = !self.more.q.val();
        self.at.next = bit_cast_to(self.at_event.q.val(), self._list_bits);
        self.from_hidden.next = !self.input_layer.val();
        self.from_any.next = self.any_used.val();
        self.base.next = self.group_base.q.val();
        self.inputs.next = bit_cast_to(self.select.inputs.val(), self._index_bits);
        self.layer.next = self.at_layer.q.val();
        self.layer_owes.next = self.owing.val();
        self.output_layer.next = self.in_output.q.val();
        self.group_neurons.next = self.exist.val();
        self.odd_layer.next = self.at_layer.q.val().get_bit(0);
        self.flush.next = self.flushing.q.val();

        comment!("a loaded sample goes first: a command acts after all frames that were accepted before it");
        self.soon.d.next = self.teacher_soon.val();
        self.accepted.d.next = self.sample_accepted.val();
        self.was_applied.d.next = self.applied.val();
        self.may_start.next = !self.applied.val() & !self.was_applied.q.val() & !self.hold.val() & self.soon.q.val();
        self.starts.next = self.may_start.val() & self.sample_loaded.val() & self.scores_free.val();
        self.flush_starts.next =
            self.may_start.val() & !self.accepted.q.val() & self.flush_wanted.val() & self.pending.val();

        self.idle.next = self.phase.q.val() == Phase::Idle;
        self.in_pass.next = (self.phase.q.val() == Phase::Setup)
            | (self.phase.q.val() == Phase::Look)
            | (self.phase.q.val() == Phase::Find)
            | self.runs.q.val()
            | (self.phase.q.val() == Phase::Drain)
            | (self.phase.q.val() == Phase::Finish);
        self.is_initialised.next = self.initialised.q.val() & (self.phase.q.val() != Phase::Init);
        self.visited.next = false;
        self.init_start.next = false;
        self.init_done.next = false;
        self.flush_done.next = false;
        // the sample is taken a cycle after the pass was begun
        self.takes.d.next = false;
        self.take.next = self.takes.q.val();
        self.layer_start.next = self.phase.q.val() == Phase::Setup;
        // a cycle late: the pass's first sum is far away
        self.pass_begun.d.next = (self.phase.q.val() == Phase::Setup) & self.input_layer.val();
        self.pass_start.next = self.pass_begun.q.val();
        self.finish.next = self.phase.q.val() == Phase::Finish;
        self.prepares.next = self.phase.q.val() == Phase::Finish;

        self.drains.next = self.gap.q.val().any() & (self.gap.q.val() != bits_of(1, self._lane_bits));
        if self.ends.val() {
            self.drains.next = self.exist.val() != bits_of(1, 7);
        }
        self.may_end.d.next = self.complete.q.val() & !self.drains.val();
        if self.gap.q.val().any() {
            self.gap.d.next = self.gap.q.val() - 1;
        }

        self.was_idle.d.next = self.init_idle.val() & self.initialised.q.val();
        match self.phase.q.val() {
            Phase::Init => {
                self.init_start.next = !self.initialised.q.val();
                self.initialised.d.next = true;
                if self.initialised.q.val() & self.was_idle.q.val() {
                    self.init_done.next = true;
                    self.prepares.next = true;
                    self.phase.d.next = Phase::Idle;
                }
            }
            Phase::Idle => {
                self.at_layer.d.next = bits_of(0, 3);
                self.flushing.d.next = false;
                if self.applied.val() {
                    self.prepares.next = true;
                }
                comment!("the first event's slot is 0");
                self.slot.d.next = bits_of(1, 2);
                if self.starts.val() {
                    self.takes.d.next = true;
                    self.phase.d.next = Phase::Setup;
                }
                if self.flush_starts.val() {
                    self.flushing.d.next = true;
                    self.phase.d.next = Phase::Setup;
                }
                if self.may_start.val() & !self.accepted.q.val() {
                    self.flush_done.next = self.flush_wanted.val() & !self.pending.val();
                    if self.init_wanted.val() & !self.flush_wanted.val() {
                        self.initialised.d.next = false;
                        self.phase.d.next = Phase::Init;
                    }
                }
            }
            Phase::Setup => {
                self.at_event.d.next = bits_of(0, self._size_bits);
                self.after_event.d.next = bits_of(1, self._size_bits);
                self.neurons_left.d.next = self.select.neurons.val();
                self.in_first_group.d.next = true;
                self.row.d.next = bit_cast_to(self.select.inputs.val(), self._word_bits) + 1;
                self.phase.d.next = Phase::Look;
            }
            Phase::Look => {
                self.last_group.d.next = self.neurons_left.q.val() <= bits_of(self._lanes, self._size_bits);
                self.phase.d.next = Phase::Find;
            }
            Phase::Find => {
                self.runs.d.next = true;
                self.phase.d.next = Phase::Run;
            }
            Phase::Run => {
                if self.go.val() {
                    self.at_event.d.next = self.after_event.q.val();
                    self.after_event.d.next = self.after_event.q.val() + 1;
                    if self.is_bias.val() {
                        self.at_event.d.next = bits_of(0, self._size_bits);
                        self.after_event.d.next = bits_of(1, self._size_bits);
                        self.gap.d.next = bit_cast_to(self.exist.val() - 1, self._lane_bits);
                        self.in_first_group.d.next = false;
                        self.neurons_left.d.next = self.neurons_left.q.val() - bits_of(self._lanes, self._size_bits);
                        self.last_group.d.next =
                            self.neurons_left.q.val() <= bits_of(self._two_groups, self._size_bits);
                        if self.last_group.q.val() {
                            self.runs.d.next = false;
                            self.visited.next = self.input_layer.val();
                            self.phase.d.next = Phase::Drain;
                            if !self.in_output.q.val() {
                                self.at_layer.d.next = self.at_layer.q.val() + 1;
                                self.phase.d.next = Phase::Setup;
                            }
                        }
                    }
                }
            }
            Phase::Drain => {
                if self.drain_done.val() {
                    self.phase.d.next = Phase::Finish;
                }
            }
            Phase::Finish => {
                self.flush_done.next = self.flushing.q.val();
                self.at_layer.d.next = bits_of(0, 3);
                self.flushing.d.next = false;
                self.phase.d.next = Phase::Idle;
            }
            _ => {
                self.phase.d.next = Phase::Init;
            }
        }
        comment!(
            "a group's base is known a cycle behind its first event; hidden banks go on, the output bank starts at 0"
        );
        self.ended.d.next = self.ends.val();
        self.set_up.d.next =
            (self.phase.q.val() == Phase::Setup) & (self.input_layer.val() | self.select.is_output.val());
        if self.ended.q.val() {
            self.group_base.d.next = self.group_base.q.val() + self.row.q.val();
        }
        if self.set_up.q.val() {
            self.group_base.d.next = bits_of(0, self._word_bits);
        }
        self.prepare.next = self.prepares.val();
        if self.rst.val() {
            self.phase.d.next = Phase::Init;
            self.initialised.d.next = false;
            self.flushing.d.next = false;
            self.runs.d.next = false;
            self.begun.d.next = false;
            self.takes.d.next = false;
            self.halfway.d.next = false;
            self.gap.d.next = bits_of(0, self._lane_bits);
            for i in 0..self._watchdogs {
                self.initialised.d.next = self.keeps[i].val();
            }
        }
    }
}

const _: () = assert!(STEP_BITS == 7, "the kernel holds the width as a number");
