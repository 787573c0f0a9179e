//! Whether a topology fits the hardware: the walk behind `apply`.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Walks through the layers group by group, adding up words: no multiplier. One cycle a group and one a layer.
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
    walking: Register<Bit>,
    new_layer: Register<Bit>,
    layer: Register<Uint>,
    neurons_left: Register<Uint>,
    words: Register<Uint>,
    select: LayerSelect,
    bits: Signal<Local, Uint>,
    sum: Signal<Local, Uint>,
    row: Signal<Local, Uint>,
    too_wide: Signal<Local, Bit>,
    too_large: Signal<Local, Bit>,
    too_many: Signal<Local, Bit>,
    last_group: Signal<Local, Bit>,
    learns: Constant<Bit>,
    _max_layers: usize,
    _sizes: usize,
    _size_bits: usize,
    _max_width: i64,
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
        // the sum: at most the larger capacity, and one more row
        let most = design.hidden_words.max(design.output_words) + (1 << size);
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
            walking: Default::default(),
            new_layer: Default::default(),
            layer: Register::wide(LAYER_BITS),
            neurons_left: Register::wide(size),
            words: Register::wide(words),
            select: LayerSelect::new(design),
            bits: num(5),
            sum: num(words),
            row: num(words),
            too_wide: Default::default(),
            too_large: Default::default(),
            too_many: Default::default(),
            last_group: Default::default(),
            learns: Constant::new(design.learning),
            _max_layers: max,
            _sizes: max + 1,
            _size_bits: size,
            _max_width: design.max_width as i64,
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
        dff_setup!(self, clk, walking, new_layer, layer, neurons_left, words);
        self.select.layer.next = self.layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }
        self.bits.next = bits_of(31, 5);
        for i in 0..self._max_layers {
            if self.layer.q.val().index() == i {
                self.bits.next = self.init_bits[i].val();
            }
        }
        self.busy.next = self.walking.q.val();
        self.row.next = bit_cast_to(self.select.inputs.val(), self._words_bits) + 1;
        self.sum.next = self.words.q.val() + self.row.val();
        self.last_group.next = self.neurons_left.q.val() <= bits_of(self._lanes, self._size_bits);

        comment!("limits that depend on the layer being the last one");
        self.too_wide.next = (self.select.inputs.val() > bits_of(self._max_width, self._size_bits))
            | (self.select.neurons.val() > bits_of(self._max_width, self._size_bits));
        self.too_large.next =
            self.learns.val() & (self.bits.val() > bits_of(self._hidden_init, 5)) & (self.bits.val() != bits_of(31, 5));
        self.too_many.next = self.sum.val() > bits_of(self._hidden_words, self._words_bits);
        if self.select.is_output.val() {
            self.too_wide.next = (self.select.inputs.val() > bits_of(self._max_width, self._size_bits))
                | (self.select.neurons.val() > bits_of(self._max_classes, self._size_bits));
            self.too_large.next = self.learns.val()
                & (self.bits.val() > bits_of(self._output_init, 5))
                & (self.bits.val() != bits_of(31, 5));
            self.too_many.next = self.sum.val() > bits_of(self._output_words, self._words_bits);
        }

        self.fits.next = false;
        self.fails.next = false;
        if self.walking.q.val() {
            if self.new_layer.q.val() {
                self.new_layer.d.next = false;
                self.neurons_left.d.next = self.select.neurons.val();
                if self.select.is_output.val() {
                    self.words.d.next = bits_of(0, self._words_bits);
                }
                self.fails.next = self.too_wide.val() | self.too_large.val();
            } else {
                self.words.d.next = self.sum.val();
                self.neurons_left.d.next = self.neurons_left.q.val() - bits_of(self._lanes, self._size_bits);
                self.fails.next = self.too_many.val();
                if self.last_group.val() & !self.too_many.val() {
                    self.fits.next = self.select.is_output.val();
                    self.new_layer.d.next = true;
                    self.layer.d.next = self.layer.q.val() + 1;
                }
            }
        }
        if self.fits.val() | self.fails.val() | self.rst.val() {
            self.walking.d.next = false;
        }
        if self.start.val() {
            self.walking.d.next = true;
            self.new_layer.d.next = true;
            self.layer.d.next = bits_of(0, 3);
            self.words.d.next = bits_of(0, self._words_bits);
        }
    }
}
