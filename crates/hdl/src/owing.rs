//! What a sample owes when its scores are known: which layers.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::LAYER_BITS;
use crate::leaf::Register;
use crate::num::{num, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// The debt of the last sample, kept until the pass after it has paid it.
#[derive(SettlingBlock)]
pub struct Owing {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    // during the pass
    pub pass_start: Signal<In, Bit>,
    /// Layer of the neuron in the drain.
    pub layer: Signal<In, Uint>,
    pub error_some: Signal<In, Bit>,
    // at its end
    pub finish: Signal<In, Bit>,
    pub flush: Signal<In, Bit>,
    pub learn: Signal<In, Bit>,
    pub close: Signal<In, Bit>,
    /// Nothing is owed from now on.
    pub forget: Signal<In, Bit>,
    pub layers: Signal<In, Uint>,
    pub rule: Signal<In, Uint>,
    /// Layers that owe an update.
    pub owes: Vec<Signal<Out, Bit>>,
    pub pending: Signal<Out, Bit>,
    /// Whether the sample that is finishing will owe anything.
    pub will_owe: Signal<Out, Bit>,
    any: Vec<Register<Bit>>,
    owed: Vec<Register<Bit>>,
    next_owed: Vec<Signal<Local, Bit>>,
    hidden_learns: Signal<Local, Bit>,
    learns: Constant<Bit>,
    _max_layers: usize,
    _activity: Activity,
}

impl Owing {
    pub fn new(design: &Design) -> Self {
        let layers = design.max_layers;
        Self {
            clk: Default::default(),
            rst: Default::default(),
            pass_start: Default::default(),
            layer: num(LAYER_BITS),
            error_some: Default::default(),
            finish: Default::default(),
            flush: Default::default(),
            learn: Default::default(),
            close: Default::default(),
            forget: Default::default(),
            layers: num(LAYER_BITS),
            rule: num(2),
            owes: (0..layers).map(|_| Default::default()).collect(),
            pending: Default::default(),
            will_owe: Default::default(),
            any: (0..layers).map(|_| Default::default()).collect(),
            owed: (0..layers).map(|_| Default::default()).collect(),
            next_owed: (0..layers).map(|_| Default::default()).collect(),
            hidden_learns: Default::default(),
            learns: Constant::new(design.learning),
            _max_layers: layers,
            _activity: Default::default(),
        }
    }
}

impl Logic for Owing {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: owing");
        comment!("inline");
        comment!("doc: Which layers owe an update for the last sample.");
        comment!("rule 0 drtp: always; 1 gated, 2 contrastive: when close; 3 shallow: never");
        self.hidden_learns.next = self.close.val();
        if self.rule.val().index() == 0 {
            self.hidden_learns.next = true;
        }
        if self.rule.val().index() == 3 {
            self.hidden_learns.next = false;
        }
        self.pending.next = false;
        self.will_owe.next = false;
        for i in 0..self._max_layers {
            self.any[i].clock.next = self.clk.val();
            self.any[i].d.next = self.any[i].q.val();
            self.owed[i].clock.next = self.clk.val();
            self.owed[i].d.next = self.owed[i].q.val();
            self.owes[i].next = self.owed[i].q.val();
            self.next_owed[i].next = self.learns.val()
                & self.learn.val()
                & !self.flush.val()
                & self.any[i].q.val()
                & ((self.layers.val().index() == i + 1) | self.hidden_learns.val());
            if self.owed[i].q.val() {
                self.pending.next = true;
            }
            if self.next_owed[i].val() {
                self.will_owe.next = true;
            }
            if self.error_some.val() & (self.layer.val().index() == i) {
                self.any[i].d.next = true;
            }
            if self.finish.val() {
                self.owed[i].d.next = self.next_owed[i].val();
            }
            if self.pass_start.val() {
                self.any[i].d.next = false;
            }
            if self.forget.val() | self.rst.val() {
                self.owed[i].d.next = false;
            }
        }
    }
}
