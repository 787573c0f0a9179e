//! One layer: forward, and the three products that learning needs.
//!
//! ```text
//!  x --> [dropout] --> z = W x + b --> y = f(z) --> [max pool] --> output, the next layer's x
//!                                      ^ signal dL/dy comes here, whichever rule made it
//! ```
//!
//! A layer does not know which rule teaches it: [`Layer::delta`] and [`Layer::gradient`] take any signal, and
//! [`Layer::propagate`] takes any weights of its shape, its own (backpropagation) or random ones (feedback alignment).
mod columns;
mod geometry;
mod pool;

pub use geometry::Geometry;

use crate::random::Random;
use crate::{Activation, Init};
use ndarray::{Array1, Array2, ArrayView2, Axis};

/// A dense or a convolutional layer.
///
/// Dense: weights `[neurons x inputs]`. Convolution: weights `[channels x patch]`, see [`Geometry`]; behind it a max
/// pool of 2 x 2. Biases: one a neuron or channel.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Weights, `[neurons x inputs]` or `[channels x patch]`, row-major.
    pub weights: Array2<f32>,
    /// Biases, one for each row of the weights.
    pub bias: Array1<f32>,
    activation: Activation,
    geometry: Option<Geometry>,
    dropout: f32,
}

/// What a pass leaves behind for learning.
#[derive(Clone, Debug)]
pub struct Record {
    /// What the weights were multiplied with, where it is not the layer's input as it came: inputs after dropout, or a
    /// convolution's patches `[batch * positions x patch]`.
    inner: Option<Array2<f32>>,
    /// Factor of each input: 0 where it was dropped.
    mask: Option<Array2<f32>>,
    /// Activations before the pool, `[batch x width]`.
    pub y: Array2<f32>,
    pooled: Option<pool::Pooled>,
}

impl Record {
    /// What the next layer gets, `[batch x outputs]`.
    pub fn output(&self) -> ArrayView2<'_, f32> {
        self.pooled.as_ref().map_or(self.y.view(), |p| p.values.view())
    }
}

/// Gradient of a layer's parameters, in their shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// dL/dW.
    pub weights: Array2<f32>,
    /// dL/db.
    pub bias: Array1<f32>,
}

impl Layer {
    /// A dense layer. `dropout` is the share of its inputs that learning drops, in `0..1`.
    pub fn dense(
        random: &mut Random,
        init: Init,
        inputs: usize,
        neurons: usize,
        activation: Activation,
        dropout: f32,
    ) -> Self {
        let weights = init.weights(random, neurons, inputs);
        Self { weights, bias: Array1::zeros(neurons), activation, geometry: None, dropout }
    }

    /// A convolution and its pool.
    pub fn convolution(random: &mut Random, init: Init, geometry: Geometry, activation: Activation) -> Self {
        let weights = init.weights(random, geometry.channels, geometry.patch());
        Self { weights, bias: Array1::zeros(geometry.channels), activation, geometry: Some(geometry), dropout: 0.0 }
    }

    /// Activations a sample, before the pool: where a signal comes in.
    pub fn width(&self) -> usize {
        self.geometry.map_or(self.weights.nrows(), |g| g.width())
    }

    /// Values a sample that the layer hands on.
    pub fn outputs(&self) -> usize {
        self.geometry.map_or(self.weights.nrows(), |g| g.pooled_width())
    }

    /// The non-linearity.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// A pass over a batch `[batch x inputs]`. With `random`, as in learning, inputs drop out and those that stay grow
    /// by 1 / (1 - dropout).
    pub fn forward(&self, x: ArrayView2<f32>, random: Option<&mut Random>) -> Record {
        match self.geometry {
            Some(g) => {
                let patches = columns::patches(&g, x);
                let mut y =
                    self.affine(patches.view()).into_shape_with_order((x.nrows(), g.width())).expect("channels last");
                self.activation.apply(&mut y);
                let pooled = Some(pool::pool(&g, y.view()));
                Record { inner: Some(patches), mask: None, y, pooled }
            }
            None => {
                let mask = random.filter(|_| self.dropout > 0.0).map(|r| self.mask(r, x.dim()));
                let inner = mask.as_ref().map(|m| m * &x);
                let mut y = self.affine(inner.as_ref().map_or(x.view(), |x| x.view()));
                self.activation.apply(&mut y);
                Record { inner, mask, y, pooled: None }
            }
        }
    }

    /// The output alone, without what learning needs. A non-linearity that does not fall commutes with the maximum, so
    /// it is applied to the pooled values: the result is the same, for a quarter of the work.
    pub fn output(&self, x: ArrayView2<f32>) -> Array2<f32> {
        let mut y = match self.geometry {
            Some(g) => {
                let z = self.affine(columns::patches(&g, x).view());
                pool::pool(&g, z.into_shape_with_order((x.nrows(), g.width())).expect("channels last").view()).values
            }
            None => self.affine(x),
        };
        self.activation.apply(&mut y);
        y
    }

    fn affine(&self, x: ArrayView2<f32>) -> Array2<f32> {
        x.dot(&self.weights.t()) + &self.bias
    }

    fn mask(&self, random: &mut Random, shape: (usize, usize)) -> Array2<f32> {
        let (share, kept) = (f64::from(self.dropout), 1.0 / (1.0 - self.dropout));
        Array2::from_shape_simple_fn(shape, || if random.unit() < share { 0.0 } else { kept })
    }

    /// dL/dz from dL/dy, both `[batch x width]`: delta = signal f'(z).
    pub fn delta(&self, record: &Record, mut signal: Array2<f32>) -> Array2<f32> {
        self.activation.slope(&mut signal, record.y.view());
        signal
    }

    /// dL/dW and dL/db from dL/dz `[batch x width]`; `x` is the layer's input in the pass of `record`.
    pub fn gradient(&self, x: ArrayView2<f32>, record: &Record, delta: ArrayView2<f32>) -> Gradient {
        let delta = self.rows(delta);
        let x = record.inner.as_ref().map_or(x.view(), |x| x.view());
        Gradient { weights: delta.t().dot(&x), bias: delta.sum_axis(Axis(0)) }
    }

    /// dL/dx `[batch x inputs]` from dL/dz `[batch x width]`, through `weights` of the shape of the layer's own.
    pub fn propagate(&self, record: &Record, delta: ArrayView2<f32>, weights: ArrayView2<f32>) -> Array2<f32> {
        let batch = delta.nrows();
        let mut back = self.rows(delta).dot(&weights);
        if let Some(g) = self.geometry {
            back = columns::scatter(&g, back.view(), batch);
        }
        if let Some(mask) = &record.mask {
            back *= mask;
        }
        back
    }

    /// dL/dy `[batch x width]` from the gradient of the output `[batch x outputs]`: a pool hands it to the largest.
    pub fn unpool(&self, record: &Record, output: Array2<f32>) -> Array2<f32> {
        match (&record.pooled, &self.geometry) {
            (Some(pooled), Some(g)) => pool::unpool(g, pooled, output.view()),
            _ => output,
        }
    }

    /// One row for each time the weights were used: a sample, or a position of a sample.
    fn rows<'a>(&self, delta: ArrayView2<'a, f32>) -> ndarray::CowArray<'a, f32, ndarray::Ix2> {
        let rows = delta.len() / self.weights.nrows();
        match self.geometry {
            None => delta.into(),
            Some(_) => delta.to_shape((rows, self.weights.nrows())).expect("channels last").into_owned().into(),
        }
    }

    /// The layer in words: neurons, or channels and kernel such as 32c5-2p.
    pub fn name(&self) -> String {
        self.geometry.map_or(self.weights.nrows().to_string(), |g| format!("{}c{}-2p", g.channels, g.kernel))
    }
}
