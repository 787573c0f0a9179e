//! Layers in a row. A network computes and takes gradients; which rule teaches it, it does not know.
use crate::layer::{Geometry, Gradient, Layer, Record};
use crate::loss::{Assessment, Loss};
use crate::random::{Purpose, Random};
use crate::{Activation, Init};
use ndarray::{Array2, ArrayView2};
use serde::Deserialize;

/// A convolution of a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convolution {
    /// Channels.
    pub channels: usize,
    /// Rows, and columns, of the kernel.
    pub kernel: usize,
    /// Rows and columns of zeros on each side; half the kernel if it is not said: an odd kernel then keeps the image's size.
    pub padding: Option<usize>,
}

impl Convolution {
    /// Rows and columns of zeros on each side.
    pub fn padding(&self) -> usize {
        self.padding.unwrap_or(self.kernel / 2)
    }
}

/// What a network is made of, apart from its inputs and outputs: the table `network` of an experiment file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// Convolutions with their pools, first to last; they come before the dense layers.
    pub convolutions: Vec<Convolution>,
    /// Whether convolutions learn; else they stay as they were drawn.
    pub train_convolutions: bool,
    /// Neurons of the dense hidden layers, first to last.
    pub hidden: Vec<usize>,
    /// Non-linearity of all hidden layers.
    pub activation: Activation,
    /// That of the outputs.
    pub output: Activation,
    /// The loss.
    pub loss: Loss,
    /// Initial weights of dense layers; convolutions are never zero.
    pub init: Init,
    /// Share of the inputs of each dense layer that drop out in learning.
    pub dropout: f32,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            convolutions: vec![],
            train_convolutions: false,
            hidden: vec![],
            activation: Activation::Tanh,
            output: Activation::Sigmoid,
            loss: Loss::Bce,
            init: Init::He,
            dropout: 0.0,
        }
    }
}

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Convolutions that do not learn.
    fixed: Vec<Layer>,
    /// Layers that learn, the output layer last.
    pub layers: Vec<Layer>,
    /// The loss.
    pub loss: Loss,
}

/// What a pass over a batch leaves behind for learning.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What the first layer that learns got, `[batch x inputs]`.
    pub x: Array2<f32>,
    /// One record for each layer that learns.
    pub records: Vec<Record>,
}

impl Trace {
    /// What layer `k` got, `[batch x inputs]`.
    pub fn input(&self, k: usize) -> ArrayView2<'_, f32> {
        match k {
            0 => self.x.view(),
            _ => self.records[k - 1].output(),
        }
    }
    /// What the output layer gave, `[batch x outputs]`.
    pub fn output(&self) -> ArrayView2<'_, f32> {
        self.input(self.records.len())
    }
}

impl Network {
    /// Draws a network for samples of `inputs` values, which are images of `channels` values a pixel, channels last.
    ///
    /// # Panics
    /// If the shape has convolutions and the samples are not square images, an image is too small for them, or a
    /// size is 0. An experiment file is checked for all of this before.
    pub fn new(shape: &Shape, inputs: usize, channels: usize, outputs: usize, seed: u64) -> Self {
        let random = &mut Random::new(seed, Purpose::Weights);
        let (mut fixed, mut layers) = (vec![], vec![]);
        let (mut size, mut depth, mut width) = ((inputs / channels).isqrt(), channels, inputs);
        for c in &shape.convolutions {
            assert_eq!(size * size * depth, width, "an image is square");
            let g = Geometry { size, depth, kernel: c.kernel, padding: c.padding(), channels: c.channels };
            let init = if shape.init == Init::Zero { Init::He } else { shape.init };
            let layer = Layer::convolution(random, init, g, shape.activation);
            (size, depth, width) = (g.pooled_side(), g.channels, g.pooled_width());
            if shape.train_convolutions { &mut layers } else { &mut fixed }.push(layer);
        }
        for neurons in &shape.hidden {
            layers.push(Layer::dense(random, shape.init, width, *neurons, shape.activation, shape.dropout));
            width = *neurons;
        }
        layers.push(Layer::dense(random, shape.init, width, outputs, shape.output, shape.dropout));
        Self { fixed, layers, loss: shape.loss }
    }

    /// The layers in words, first to last, those that do not learn too.
    pub fn names(&self) -> Vec<String> {
        self.fixed.iter().chain(&self.layers).map(Layer::name).collect()
    }

    /// Layers that learn and are not the output layer.
    pub fn hidden(&self) -> usize {
        self.layers.len() - 1
    }

    /// A pass over a batch `[batch x inputs]`, as learning makes it: with `random` inputs drop out.
    pub fn forward(&self, x: ArrayView2<f32>, mut random: Option<&mut Random>) -> Trace {
        let mut trace = Trace { x: self.features(x), records: Vec::with_capacity(self.layers.len()) };
        for (k, layer) in self.layers.iter().enumerate() {
            let record = layer.forward(trace.input(k), random.as_deref_mut());
            trace.records.push(record);
        }
        trace
    }

    /// Outputs `[batch x outputs]`, nothing dropped.
    pub fn output(&self, x: ArrayView2<f32>) -> Array2<f32> {
        self.layers.iter().fold(self.features(x), |x, layer| layer.output(x.view()))
    }

    fn features(&self, x: ArrayView2<f32>) -> Array2<f32> {
        self.fixed.iter().fold(x.to_owned(), |x, layer| layer.output(x.view()))
    }

    /// Loss and error of outputs `y` for targets `t`, both `[batch x outputs]`.
    pub fn assess(&self, y: ArrayView2<f32>, t: ArrayView2<f32>) -> Assessment {
        self.loss.assess(self.layers[self.hidden()].activation(), y, t)
    }

    /// Gradients from one signal dL/dy `[batch x width]` for each hidden layer, `None` where it is not taught, and the
    /// output layer's own dL/dz.
    pub fn gradients(
        &self,
        trace: &Trace,
        signals: Vec<Option<Array2<f32>>>,
        output: &Assessment,
    ) -> Vec<Option<Gradient>> {
        let mut gradients: Vec<_> = signals
            .into_iter()
            .enumerate()
            .map(|(k, signal)| {
                let delta = self.layers[k].delta(&trace.records[k], signal?);
                Some(self.layers[k].gradient(trace.input(k), &trace.records[k], delta.view()))
            })
            .collect();
        let k = self.hidden();
        gradients.push(Some(self.layers[k].gradient(trace.input(k), &trace.records[k], output.delta.view())));
        gradients
    }
}
