//! Whether a topology fits the hardware: the walk behind `apply`.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
pub enum Walk {
    /// Nothing to judge.
    Off,
    /// A layer's sizes are fetched.
    Fetch,
    /// Its limits are held against them,
    Look,
    /// and what was found counts.
    Judge,
    /// The words of a group are added.
    Add,
    /// The layer's last group was added,
    Sum,
    /// and held against the capacity.
    Close,
    /// The verdicts, a cycle each.
    Fits,
    Fails,
}

/// Walks through the layers group by group, adding up words: no multiplier. One cycle a group and five a layer.
///
/// Refuses a layer that is too wide, initial weights too large for their bank, and more words than a bank has.
#[derive(SettlingBlock)]
pub struct FitCheck {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    pub init_bits: Vec<Signal<In, Uint>>,
    pub busy: Signal<Out, Bit>,
    /// Pulses at the end of the walk: one of the two.
    pub fits: Signal<Out, Bit>,
    pub fails: Signal<Out, Bit>,
    walk: Register<Walk>,
    layer: Register<Uint>,
    inputs: Register<Uint>,
    neurons_left: Register<Uint>,
    bits: Register<Uint>,
    is_output: Register<Bit>,
    row: Register<Uint>,
    words: Register<Uint>,
    is_too_wide: Register<Bit>,
    is_too_large: Register<Bit>,
    are_too_many: Register<Bit>,
    is_fit: Register<Bit>,
    is_unfit: Register<Bit>,
    select: LayerSelect,
    init: Signal<Local, Uint>,
    too_wide: Signal<Local, Bit>,
    too_large: Signal<Local, Bit>,
    too_many: Signal<Local, Bit>,
    good: Signal<Local, Bit>,
    bad: Signal<Local, Bit>,
    learns: Constant<Bit>,
    _max_layers: usize,
    _sizes: usize,
    _size_bits: usize,
    _max_width: i64,
    _max_hidden: i64,
    _max_classes: i64,
    _lanes: i64,
    _words_bits: usize,
    _hidden_words: i64,
    _output_words: i64,
    _hidden_init: i64,
    _output_init: i64,
    _activity: Activity,
}

impl FitCheck {
    pub fn new(design: &Design) -> Self {
        let (max, size) = (design.max_layers, design.size_bits());
        // the sum: at most the larger capacity, and three more rows
        let most = design.hidden_words.max(design.output_words) + (3 << size);
        let words = drtp_core::fixed::unsigned_bits(most);
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            layers: num(LAYER_BITS),
            size: (0..=max).map(|_| num(size)).collect(),
            init_bits: (0..max).map(|_| num(5)).collect(),
            busy: Default::default(),
            fits: Default::default(),
            fails: Default::default(),
            walk: Register::new(Walk::Off),
            layer: Register::wide(LAYER_BITS),
            inputs: Register::wide(size),
            neurons_left: Register::wide(size),
            bits: Register::wide(5),
            is_output: Default::default(),
            row: Register::wide(words),
            words: Register::wide(words),
            is_too_wide: Default::default(),
            is_too_large: Default::default(),
            are_too_many: Default::default(),
            is_fit: Default::default(),
            is_unfit: Default::default(),
            select: LayerSelect::new(design),
            init: num(5),
            too_wide: Default::default(),
            too_large: Default::default(),
            too_many: Default::default(),
            good: Default::default(),
            bad: Default::default(),
            learns: Constant::new(design.learning),
            _max_layers: max,
            _sizes: max + 1,
            _size_bits: size,
            _max_width: design.max_width as i64,
            _max_hidden: design.max_hidden as i64,
            _max_classes: Design::MAX_CLASSES as i64,
            _lanes: design.lanes as i64,
            _words_bits: words,
            _hidden_words: design.hidden_words as i64,
            _output_words: design.output_words as i64,
            _hidden_init: design.hidden_bits as i64 - 2,
            _output_init: design.output_bits as i64 - 2,
            _activity: Default::default(),
        }
    }
}

impl Logic for FitCheck {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: fit_check");
        comment!("inline");
        comment!(
            "doc: Whether a topology fits: walks through its layers group by group and adds up the words it needs."
        );
        dff_setup!(
            self,
            clk,
            walk,
            layer,
            inputs,
            neurons_left,
            bits,
            is_output,
            row,
            words,
            is_too_wide,
            is_too_large,
            are_too_many,
            is_fit,
            is_unfit
        );
        self.select.layer.next = self.layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }
        self.init.next = bits_of(31, 5);
        for i in 0..self._max_layers {
            if self.layer.q.val().index() == i {
                self.init.next = self.init_bits[i].val();
            }
        }
        self.busy.next = self.walk.q.val() != Walk::Off;
        self.fits.next = self.is_fit.q.val();
        self.fails.next = self.is_unfit.q.val();

        comment!("limits that depend on the layer being the last one");
        self.too_wide.next = (self.inputs.q.val() > bits_of(self._max_width, self._size_bits))
            | (self.neurons_left.q.val() > bits_of(self._max_hidden, self._size_bits));
        self.too_large.next = self.learns.val()
            & (self.bits.q.val() > bits_of(self._hidden_init, 5))
            & (self.bits.q.val() != bits_of(31, 5));
        self.too_many.next = self.words.q.val() > bits_of(self._hidden_words, self._words_bits);
        if self.is_output.q.val() {
            self.too_wide.next = (self.inputs.q.val() > bits_of(self._max_width, self._size_bits))
                | (self.neurons_left.q.val() > bits_of(self._max_classes, self._size_bits));
            self.too_large.next = self.learns.val()
                & (self.bits.q.val() > bits_of(self._output_init, 5))
                & (self.bits.q.val() != bits_of(31, 5));
            self.too_many.next = self.words.q.val() > bits_of(self._output_words, self._words_bits);
        }

        self.is_too_wide.d.next = self.too_wide.val();
        self.is_too_large.d.next = self.too_large.val();
        self.are_too_many.d.next = self.too_many.val();
        self.good.next = false;
        self.bad.next = false;
        match self.walk.q.val() {
            Walk::Off => {
                self.layer.d.next = bits_of(0, 3);
                self.words.d.next = bits_of(0, self._words_bits);
                if self.start.val() {
                    self.walk.d.next = Walk::Fetch;
                }
            }
            Walk::Fetch => {
                self.inputs.d.next = self.select.inputs.val();
                self.neurons_left.d.next = self.select.neurons.val();
                self.bits.d.next = self.init.val();
                self.is_output.d.next = self.select.is_output.val();
                self.walk.d.next = Walk::Look;
            }
            Walk::Look => {
                if self.is_output.q.val() {
                    self.words.d.next = bits_of(0, self._words_bits);
                }
                self.walk.d.next = Walk::Judge;
            }
            Walk::Judge => {
                self.row.d.next = bit_cast_to(self.inputs.q.val(), self._words_bits) + 1;
                self.walk.d.next = Walk::Add;
                if self.is_too_wide.q.val() | self.is_too_large.q.val() {
                    self.bad.next = true;
                }
            }
            Walk::Add => {
                self.words.d.next = self.words.q.val() + self.row.q.val();
                self.neurons_left.d.next = self.neurons_left.q.val() - bits_of(self._lanes, self._size_bits);
                if self.neurons_left.q.val() <= bits_of(self._lanes, self._size_bits) {
                    self.walk.d.next = Walk::Sum;
                }
                comment!("two groups late: the sum stays within its bits");
                if self.are_too_many.q.val() {
                    self.bad.next = true;
                }
            }
            Walk::Sum => {
                self.walk.d.next = Walk::Close;
                if self.are_too_many.q.val() {
                    self.bad.next = true;
                }
            }
            Walk::Close => {
                self.layer.d.next = self.layer.q.val() + 1;
                self.walk.d.next = Walk::Fetch;
                if self.is_output.q.val() {
                    self.good.next = true;
                }
                if self.are_too_many.q.val() {
                    self.bad.next = true;
                }
            }
            _ => {
                self.walk.d.next = Walk::Off;
            }
        }
        self.is_fit.d.next = self.good.val() & !self.bad.val();
        self.is_unfit.d.next = self.bad.val();
        if self.good.val() {
            self.walk.d.next = Walk::Fits;
        }
        if self.bad.val() {
            self.walk.d.next = Walk::Fails;
        }
        if self.rst.val() {
            self.is_fit.d.next = false;
            self.is_unfit.d.next = false;
            self.walk.d.next = Walk::Off;
        }
    }
}
