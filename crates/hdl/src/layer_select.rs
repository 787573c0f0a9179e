//! The settings of one layer, by its number.
use crate::activity::Activity;
use crate::comment;
use crate::num::{bits_of, num, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits that hold a layer's number, or the number of layers.
pub const LAYER_BITS: usize = 3;

/// Settings of layer `layer` (from 0), combinational. Beyond the last layer the outputs mean nothing.
#[derive(SettlingBlock)]
pub struct LayerSelect {
    pub layer: Signal<In, Uint>,
    /// Number of layers K.
    pub layers: Signal<In, Uint>,
    /// Sizes N_0 .. N_max.
    pub size: Vec<Signal<In, Uint>>,
    pub inputs: Signal<Out, Uint>,
    pub neurons: Signal<Out, Uint>,
    pub is_output: Signal<Out, Bit>,
    _layers: usize,
    _size_bits: usize,
    _activity: Activity,
}

impl LayerSelect {
    pub fn new(design: &Design) -> Self {
        let size = design.size_bits();
        Self {
            layer: num(LAYER_BITS),
            layers: num(LAYER_BITS),
            size: (0..=design.max_layers).map(|_| num(size)).collect(),
            inputs: num(size),
            neurons: num(size),
            is_output: Default::default(),
            _layers: design.max_layers,
            _size_bits: size,
            _activity: Default::default(),
        }
    }
}

impl Logic for LayerSelect {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: layer_select");
        comment!("inline");
        comment!("doc: Inputs and neurons of one layer, by its number.");
        self.is_output.next = self.layer.val() + 1 == self.layers.val();
        self.inputs.next = bits_of(0, self._size_bits);
        self.neurons.next = bits_of(0, self._size_bits);
        for i in 0..self._layers {
            if self.layer.val().index() == i {
                self.inputs.next = self.size[i].val();
                self.neurons.next = self.size[i + 1].val();
            }
        }
    }
}
