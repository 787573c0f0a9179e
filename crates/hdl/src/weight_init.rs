//! Initial weights: one a cycle, in the order layer, neuron, index, so that they do not depend on the number of lanes.
use crate::activity::Activity;
use crate::comment;
use crate::layer_select::{LayerSelect, LAYER_BITS};
use crate::leaf::{InitialWeight, Register, FIELD_BITS};
use crate::num::{bits_of, num, Sint, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Writes every weight from the stream of the init seed, then leaves the noise at its own seed.
///
/// Takes one cycle a weight and three more. Each weight takes one draw, zeros too.
#[derive(SettlingBlock)]
pub struct WeightInit {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub idle: Signal<Out, Bit>,
    pub layers: Signal<In, Uint>,
    pub size: Vec<Signal<In, Uint>>,
    pub init_bits: Vec<Signal<In, Uint>>,
    pub seed_init: Signal<In, Uint>,
    pub seed_noise: Signal<In, Uint>,
    /// The stream lives in the noise register.
    pub noise_load: Signal<Out, Bit>,
    pub noise_value: Signal<Out, Uint>,
    pub noise_step: Signal<Out, Bit>,
    /// Low bits of its state.
    pub noise_field: Signal<In, Uint>,
    pub store: Signal<Out, Bit>,
    pub store_lane: Signal<Out, Uint>,
    pub store_word: Signal<Out, Uint>,
    pub store_weight: Signal<Out, Sint>,
    pub output_layer: Signal<Out, Bit>,
    busy: Register<Bit>,
    finishing: Register<Bit>,
    layer: Register<Uint>,
    lane: Register<Uint>,
    index: Register<Uint>,
    neurons_left: Register<Uint>,
    group_base: Register<Uint>,
    word: Register<Uint>,
    inputs: Register<Uint>,
    bits: Register<Uint>,
    is_output: Register<Bit>,
    stores: Register<Bit>,
    stores_lane: Register<Uint>,
    stores_word: Register<Uint>,
    field: Register<Uint>,
    stores_output: Register<Bit>,
    new_layer: Register<Bit>,
    select: LayerSelect,
    weight: InitialWeight,
    layer_bits: Signal<Local, Uint>,
    last_input: Register<Bit>,
    last_neuron: Register<Bit>,
    last_lane: Register<Bit>,
    _max_layers: usize,
    _sizes: usize,
    _last_lane: i64,
    _lane_bits: usize,
    _size_bits: usize,
    _word_bits: usize,
    _activity: Activity,
}

impl WeightInit {
    pub fn new(design: &Design) -> Self {
        let (size, word, lane) = (design.size_bits(), design.word_bits(), design.lane_bits());
        Self {
            clk: Default::default(),
            rst: Default::default(),
            start: Default::default(),
            idle: Default::default(),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            init_bits: (0..design.max_layers).map(|_| num(5)).collect(),
            seed_init: num(32),
            seed_noise: num(32),
            noise_load: Default::default(),
            noise_value: num(32),
            noise_step: Default::default(),
            noise_field: num(FIELD_BITS),
            store: Default::default(),
            store_lane: num(lane),
            store_word: num(word),
            store_weight: num(design.weight_bits()),
            output_layer: Default::default(),
            busy: Default::default(),
            finishing: Default::default(),
            layer: Register::wide(LAYER_BITS),
            lane: Register::wide(lane),
            index: Register::wide(size),
            neurons_left: Register::wide(size),
            group_base: Register::wide(word),
            word: Register::wide(word),
            inputs: Register::wide(size),
            bits: Register::wide(5),
            is_output: Default::default(),
            stores: Default::default(),
            stores_lane: Register::wide(lane),
            stores_word: Register::wide(word),
            field: Register::wide(FIELD_BITS),
            stores_output: Default::default(),
            new_layer: Default::default(),
            select: LayerSelect::new(design),
            weight: InitialWeight::new(design.weight_bits()),
            layer_bits: num(5),
            last_input: Default::default(),
            last_neuron: Default::default(),
            last_lane: Default::default(),
            _max_layers: design.max_layers,
            _sizes: design.max_layers + 1,
            _last_lane: design.lanes as i64 - 1,
            _lane_bits: lane,
            _size_bits: size,
            _word_bits: word,
            _activity: Default::default(),
        }
    }
}

impl Logic for WeightInit {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: weight_init");
        comment!("doc: Initial weights from the seed, one a cycle, in the order layer, neuron, input.");
        dff_setup!(
            self,
            clk,
            busy,
            finishing,
            layer,
            lane,
            index,
            neurons_left,
            group_base,
            word,
            inputs,
            bits,
            is_output,
            stores,
            stores_lane,
            stores_word,
            field,
            stores_output,
            new_layer,
            last_input,
            last_neuron,
            last_lane
        );
        self.select.layer.next = self.layer.q.val();
        self.select.layers.next = self.layers.val();
        for i in 0..self._sizes {
            self.select.size[i].next = self.size[i].val();
        }
        self.layer_bits.next = bits_of(31, 5);
        for i in 0..self._max_layers {
            if self.layer.q.val().index() == i {
                self.layer_bits.next = self.init_bits[i].val();
            }
        }
        self.field.d.next = self.noise_field.val();
        self.weight.field.next = self.field.q.val();
        self.weight.bits.next = self.bits.q.val();
        comment!("a row has two weights at the least: what changes at its begin is known a cycle later");
        self.last_neuron.d.next = self.neurons_left.q.val().index() == 1;
        self.last_lane.d.next = self.lane.q.val() == bits_of(self._last_lane, self._lane_bits);
        self.last_input.d.next =
            !self.last_input.q.val() & !self.new_layer.q.val() & (self.index.q.val() + 1 == self.inputs.q.val());

        self.idle.next = !self.busy.q.val() & !self.finishing.q.val();
        comment!("a cycle late, on its way to the lanes");
        self.stores.d.next = self.busy.q.val() & !self.new_layer.q.val();
        self.stores_lane.d.next = self.lane.q.val();
        self.stores_word.d.next = self.word.q.val();
        self.stores_output.d.next = self.is_output.q.val();
        self.output_layer.next = self.stores_output.q.val();
        self.store.next = self.stores.q.val();
        self.store_lane.next = self.stores_lane.q.val();
        self.store_word.next = self.stores_word.q.val();
        self.store_weight.next = self.weight.weight.val();
        self.noise_step.next = self.busy.q.val() & !self.new_layer.q.val();
        self.noise_load.next = self.start.val() | self.finishing.q.val();
        self.noise_value.next = self.seed_noise.val();
        if self.start.val() {
            self.noise_value.next = self.seed_init.val();
        }

        self.finishing.d.next = false;
        if self.busy.q.val() {
            self.new_layer.d.next = false;
            if self.new_layer.q.val() {
                self.neurons_left.d.next = self.select.neurons.val();
                self.inputs.d.next = self.select.inputs.val();
                self.bits.d.next = self.layer_bits.val();
                self.is_output.d.next = self.select.is_output.val();
                self.word.d.next = self.group_base.q.val();
                if self.select.is_output.val() {
                    self.group_base.d.next = bits_of(0, self._word_bits);
                    self.word.d.next = bits_of(0, self._word_bits);
                }
            } else {
                self.index.d.next = self.index.q.val() + 1;
                self.word.d.next = self.word.q.val() + 1;
                if self.last_input.q.val() {
                    self.index.d.next = bits_of(0, self._size_bits);
                    self.neurons_left.d.next = self.neurons_left.q.val() - 1;
                    self.lane.d.next = self.lane.q.val() + 1;
                    self.word.d.next = self.group_base.q.val();
                    comment!(
                        "the next neuron lies in the next lane; behind the last lane or neuron, in the next words"
                    );
                    if self.last_lane.q.val() | self.last_neuron.q.val() {
                        self.lane.d.next = bits_of(0, self._lane_bits);
                        self.group_base.d.next = self.word.q.val() + 1;
                        self.word.d.next = self.word.q.val() + 1;
                    }
                    if self.last_neuron.q.val() {
                        self.new_layer.d.next = true;
                        self.layer.d.next = self.layer.q.val() + 1;
                        if self.is_output.q.val() {
                            self.busy.d.next = false;
                            self.finishing.d.next = true;
                        }
                    }
                }
            }
        }
        if self.start.val() {
            self.busy.d.next = true;
            self.new_layer.d.next = true;
            self.layer.d.next = bits_of(0, 3);
            self.lane.d.next = bits_of(0, self._lane_bits);
            self.index.d.next = bits_of(0, self._size_bits);
            self.group_base.d.next = bits_of(0, self._word_bits);
        }
        if self.rst.val() {
            self.busy.d.next = false;
            self.finishing.d.next = false;
            self.stores.d.next = false;
        }
    }
}
