//! The order of things: init, then pass after pass; within a pass layer, group, event.
//!
//! A pass computes one sample and applies what the sample before it owes. It is issued one event a cycle: the input
//! index goes to the stored activations, the word to every lane's bank. Nothing behind the issue can stall, so an event
//! is issued only when all that it needs is certain:
//!
//! - the first event of a group waits for the group's teaching signal (`teacher_ready`);
//! - the last event of a group waits until the drain register will be free, L cycles after the one before it.
//!
//! A layer starts when the one before it has left the pipeline. That a sample learns changes none of these waits:
//! a training sample takes exactly the cycles of an inference.
//!
//! ```text
//! Init -> Prepare -> Idle -> Setup -> Issue -> Drain -+-> Finish -> Prepare
//!                              ^-------- next layer ---+
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
    /// The teaching signal of the first group is started.
    Prepare,
    /// Waiting for a sample or a command.
    Idle,
    /// A layer begins: its counters are loaded.
    Setup,
    /// Events of one layer are issued.
    Issue,
    /// The layer leaves the pipeline.
    Drain,
    /// The pass is over.
    Finish,
}

/// Sequencer of init and passes.
#[derive(SettlingBlock)]
pub struct Sequencer {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    // settings
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    // requests, held until taken
    pub init_wanted: Signal<In, Bit>,
    pub flush_wanted: Signal<In, Bit>,
    pub sample_loaded: Signal<In, Bit>,
    /// The last packet of scores has left.
    pub scores_free: Signal<In, Bit>,
    /// Some layer owes an update.
    pub pending: Signal<In, Bit>,
    /// The weight window is at work: no pass may begin.
    pub hold: Signal<In, Bit>,
    /// New settings were taken.
    pub applied: Signal<In, Bit>,
    pub init_idle: Signal<In, Bit>,
    pub teacher_ready: Signal<In, Bit>,
    pub drain_done: Signal<In, Bit>,
    // pulses
    pub init_start: Signal<Out, Bit>,
    pub prepare: Signal<Out, Bit>,
    pub layer_start: Signal<Out, Bit>,
    pub finish: Signal<Out, Bit>,
    pub init_done: Signal<Out, Bit>,
    pub flush_done: Signal<Out, Bit>,
    // state
    pub idle: Signal<Out, Bit>,
    pub in_init: Signal<Out, Bit>,
    /// In a pass, from its first layer's begin to its end.
    pub in_pass: Signal<Out, Bit>,
    /// The weights have been initialised.
    pub is_initialised: Signal<Out, Bit>,
    /// Neurons of the group in the pipeline that exist.
    pub group_neurons: Signal<Out, Uint>,
    /// The pass is a flush: inputs are zero, nothing is stored.
    pub flush: Signal<Out, Bit>,
    pub layer: Signal<Out, Uint>,
    pub neurons: Signal<Out, Uint>,
    pub output_layer: Signal<Out, Bit>,
    /// Where the layer's outputs go in the stored activations.
    pub result_base: Signal<Out, Uint>,
    // the event
    pub issue: Signal<Out, Bit>,
    pub first: Signal<Out, Bit>,
    pub last: Signal<Out, Bit>,
    pub first_group: Signal<Out, Bit>,
    pub word: Signal<Out, Uint>,
    pub activation: Signal<Out, Uint>,
    phase: Register<Phase>,
    initialised: Register<Bit>,
    flushing: Register<Bit>,
    at_layer: Register<Uint>,
    index: Register<Uint>,
    neurons_left: Register<Uint>,
    group_base: Register<Uint>,
    activation_base: Register<Uint>,
    in_first_group: Register<Bit>,
    gap: Register<Uint>,
    select: LayerSelect,
    is_first: Signal<Local, Bit>,
    is_last: Signal<Local, Bit>,
    go: Signal<Local, Bit>,
    last_group: Signal<Local, Bit>,
    next_activation: Signal<Local, Uint>,
    _sizes: usize,
    _lanes: i64,
    _lane_bits: usize,
    _size_bits: usize,
    _word_bits: usize,
    _activation_bits: usize,
    _activity: Activity,
}

impl Sequencer {
    pub fn new(design: &Design) -> Self {
        let (size, word, activation) = (design.size_bits(), design.word_bits(), design.activation_addr_bits());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            init_wanted: Default::default(),
            flush_wanted: Default::default(),
            sample_loaded: Default::default(),
            scores_free: Default::default(),
            pending: Default::default(),
            hold: Default::default(),
            applied: Default::default(),
            init_idle: Default::default(),
            teacher_ready: Default::default(),
            drain_done: Default::default(),
            init_start: Default::default(),
            prepare: Default::default(),
            layer_start: Default::default(),
            finish: Default::default(),
            init_done: Default::default(),
            flush_done: Default::default(),
            idle: Default::default(),
            in_init: Default::default(),
            in_pass: Default::default(),
            is_initialised: Default::default(),
            group_neurons: num(STEP_BITS),
            flush: Default::default(),
            layer: num(LAYER_BITS),
            neurons: num(size),
            output_layer: Default::default(),
            result_base: num(activation),
            issue: Default::default(),
            first: Default::default(),
            last: Default::default(),
            first_group: Default::default(),
            word: num(word),
            activation: num(activation),
            phase: Register::new(Phase::Init),
            initialised: Default::default(),
            flushing: Default::default(),
            at_layer: Register::wide(LAYER_BITS),
            index: Register::wide(size),
            neurons_left: Register::wide(size),
            group_base: Register::wide(word),
            activation_base: Register::wide(activation),
            in_first_group: Default::default(),
            gap: Register::wide(design.lane_bits()),
            select: LayerSelect::new(design),
            is_first: Default::default(),
            is_last: Default::default(),
            go: Default::default(),
            last_group: Default::default(),
            next_activation: num(activation),
            _sizes: design.max_layers + 1,
            _lanes: design.lanes as i64,
            _lane_bits: design.lane_bits(),
            _size_bits: size,
            _word_bits: word,
            _activation_bits: activation,
            _activity: Default::default(),
        }
    }
}

impl Logic for Sequencer {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: sequencer");
        comment!("doc: Order of init, passes, layers, groups and events. Issues at most one event a cycle.");
        comment!(
            "doc: A first event waits for its teaching signal, a last one for the drain; nothing behind can stall."
        );
        dff_setup!(
            self,
            clk,
            phase,
            initialised,
            flushing,
            at_layer,
            index,
            neurons_left,
            group_base,
            activation_base,
            in_first_group,
            gap
        );
        self.select.layer.next = self.at_layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }

        comment!("the event: input i of the group, the bias last");
        self.is_first.next = self.index.q.val().index() == 0;
        self.is_last.next = self.index.q.val() == self.select.inputs.val();
        self.go.next = (self.phase.q.val() == Phase::Issue)
            & (!self.is_first.val() | self.teacher_ready.val())
            & (!self.is_last.val() | (self.gap.q.val().index() == 0));
        self.last_group.next = self.neurons_left.q.val() <= bits_of(self._lanes, self._size_bits);
        self.issue.next = self.go.val();
        self.first.next = self.is_first.val();
        self.last.next = self.is_last.val();
        self.first_group.next = self.in_first_group.q.val();
        self.word.next = self.group_base.q.val() + bit_cast_to(self.index.q.val(), self._word_bits);
        self.activation.next = self.activation_base.q.val() + bit_cast_to(self.index.q.val(), self._activation_bits);
        self.next_activation.next =
            self.activation_base.q.val() + bit_cast_to(self.select.inputs.val(), self._activation_bits);

        self.layer.next = self.at_layer.q.val();
        self.neurons.next = self.select.neurons.val();
        self.output_layer.next = self.select.is_output.val();
        self.result_base.next = self.next_activation.val();
        self.flush.next = self.flushing.q.val();
        self.idle.next = self.phase.q.val() == Phase::Idle;
        self.in_init.next = self.phase.q.val() == Phase::Init;
        self.in_pass.next = (self.phase.q.val() == Phase::Setup)
            | (self.phase.q.val() == Phase::Issue)
            | (self.phase.q.val() == Phase::Drain)
            | (self.phase.q.val() == Phase::Finish);
        self.is_initialised.next = self.initialised.q.val() & (self.phase.q.val() != Phase::Init);
        self.group_neurons.next = bits_of(self._lanes, 7);
        if self.last_group.val() {
            self.group_neurons.next = bit_cast_to(self.neurons_left.q.val(), 7);
        }
        self.init_start.next = false;
        self.init_done.next = false;
        self.flush_done.next = false;
        self.layer_start.next = self.phase.q.val() == Phase::Setup;
        self.prepare.next = self.phase.q.val() == Phase::Prepare;
        self.finish.next = self.phase.q.val() == Phase::Finish;

        comment!("L cycles between the last events of two groups: the drain register needs one a lane");
        if self.gap.q.val().index() != 0 {
            self.gap.d.next = self.gap.q.val() - 1;
        }

        match self.phase.q.val() {
            Phase::Init => {
                self.init_start.next = !self.initialised.q.val();
                self.initialised.d.next = true;
                if self.initialised.q.val() & self.init_idle.val() {
                    self.init_done.next = true;
                    self.phase.d.next = Phase::Prepare;
                }
            }
            Phase::Prepare => {
                self.phase.d.next = Phase::Idle;
            }
            Phase::Idle => {
                self.at_layer.d.next = bits_of(0, 3);
                self.activation_base.d.next = bits_of(0, self._activation_bits);
                self.group_base.d.next = bits_of(0, self._word_bits);
                self.flushing.d.next = false;
                comment!("a loaded sample goes first: a command acts after all frames that were accepted before it");
                if self.applied.val() {
                    self.phase.d.next = Phase::Prepare;
                } else if self.hold.val() {
                    self.phase.d.next = Phase::Idle;
                } else if self.sample_loaded.val() {
                    if self.scores_free.val() {
                        self.phase.d.next = Phase::Setup;
                    }
                } else if self.flush_wanted.val() {
                    self.flush_done.next = !self.pending.val();
                    if self.pending.val() {
                        self.flushing.d.next = true;
                        self.phase.d.next = Phase::Setup;
                    }
                } else if self.init_wanted.val() {
                    self.initialised.d.next = false;
                    self.phase.d.next = Phase::Init;
                }
            }
            Phase::Setup => {
                self.index.d.next = bits_of(0, self._size_bits);
                self.neurons_left.d.next = self.select.neurons.val();
                self.in_first_group.d.next = true;
                comment!("hidden banks go on behind the layer before, the output bank starts at 0");
                if self.select.is_output.val() {
                    self.group_base.d.next = bits_of(0, self._word_bits);
                }
                self.phase.d.next = Phase::Issue;
            }
            Phase::Issue => {
                if self.go.val() {
                    self.index.d.next = self.index.q.val() + 1;
                    if self.is_last.val() {
                        self.gap.d.next = bits_of(self._lanes - 1, self._lane_bits);
                        self.index.d.next = bits_of(0, self._size_bits);
                        self.group_base.d.next = self.word.val() + 1;
                        self.in_first_group.d.next = false;
                        self.neurons_left.d.next = self.neurons_left.q.val() - bits_of(self._lanes, self._size_bits);
                        if self.last_group.val() {
                            self.phase.d.next = Phase::Drain;
                        }
                    }
                }
            }
            Phase::Drain => {
                if self.drain_done.val() {
                    self.phase.d.next = Phase::Finish;
                    if !self.select.is_output.val() {
                        self.at_layer.d.next = self.at_layer.q.val() + 1;
                        self.activation_base.d.next = self.next_activation.val();
                        self.phase.d.next = Phase::Setup;
                    }
                }
            }
            Phase::Finish => {
                self.flush_done.next = self.flushing.q.val();
                self.phase.d.next = Phase::Prepare;
            }
            _ => {
                self.phase.d.next = Phase::Init;
            }
        }
        if self.rst.val() {
            self.phase.d.next = Phase::Init;
            self.initialised.d.next = false;
            self.flushing.d.next = false;
            self.gap.d.next = bits_of(0, self._lane_bits);
        }
    }
}

const _: () = assert!(STEP_BITS == 7, "the kernel holds the width as a number");
