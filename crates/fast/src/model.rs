//! The network with its weights and its noise: classify, learn.
use crate::columns::Columns;
use crate::kernels::Kernels;
use crate::layer::LayerState;
use crate::stream::Stream;
use crate::teach::{argmax, Verdict};
use crate::writes::{differences, WeightWrite};
use drtp_core::fixed::{WeightFormat, ACTIVATION_MAX};
use drtp_core::{Config, Layer, Network, Nonlinearity};

/// What one sample did. Its scores are [`Model::scores`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The predicted class: the largest score, the lowest index on a tie.
    pub class: usize,
    /// Whether some layer owes an update; always false for an inference.
    pub owes: bool,
}

/// The model; equal to golden's in everything but speed.
#[derive(Clone, Debug)]
pub struct Model {
    config: Config,
    kernels: Kernels,
    layers: Vec<LayerState>,
    columns: Columns,
    noise: Stream,
}

impl Model {
    /// A model with the initial weights of its seeds, on the fastest kernels that this processor runs.
    pub fn new(config: &Config) -> Self {
        Self::with_kernels(config, Kernels::best())
    }
    /// The same on chosen kernels; results do not depend on them.
    pub fn with_kernels(config: &Config, kernels: Kernels) -> Self {
        let n = config.network();
        let layers = (0..n.depth()).map(|k| LayerState::new(n.fan_in(k), n.layers[k].size)).collect();
        let (columns, noise) = (Columns::new(n), Stream::new(n.seeds.noise));
        let mut model = Self { config: config.clone(), kernels, layers, columns, noise };
        model.init();
        model
    }
    /// Weights and noise from the seeds.
    pub fn init(&mut self) {
        let n = self.config.network();
        let mut stream = Stream::new(n.seeds.init);
        for (k, layer) in self.layers.iter_mut().enumerate() {
            for neuron in 0..layer.neurons() {
                for input in 0..=n.fan_in(k) {
                    layer.set_weight(neuron, input, initial(n.layers[k].init_bits, &mut stream));
                }
            }
            layer.strays = false;
        }
        self.noise = Stream::new(n.seeds.noise);
    }
    /// Takes another network's settings; weights and noise state stay, so the sizes must.
    ///
    /// # Panics
    /// If the sizes differ: the weights would lose their meaning. Use [`Model::new`] then.
    pub fn reconfigure(&mut self, config: &Config) {
        assert_eq!(config.network().sizes(), self.config.network().sizes(), "weights belong to a topology");
        for (k, layer) in self.layers.iter_mut().enumerate() {
            layer.strays |= format(config, k).max() < format(&self.config, k).max();
        }
        self.config = config.clone();
        self.columns = Columns::new(config.network());
    }
    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }
    /// The network.
    pub fn network(&self) -> &Network {
        self.config.network()
    }
    /// The kernels that it runs on.
    pub fn kernels(&self) -> Kernels {
        self.kernels
    }
    /// Weights `W[k][j][i]`, collected from where they lie.
    pub fn weights(&self) -> Vec<Vec<Vec<i32>>> {
        let neuron = |k: usize, j| (0..=self.network().fan_in(k)).map(|i| self.layers[k].weight(j, i)).collect();
        (0..self.layers.len()).map(|k| (0..self.layers[k].neurons()).map(|j| neuron(k, j)).collect()).collect()
    }
    /// Replaces the weights by `weights[k][j][i]`.
    ///
    /// # Panics
    /// If the shape is not the network's, or a weight is not of its layer's format.
    pub fn set_weights(&mut self, weights: &[Vec<Vec<i32>>]) {
        assert_eq!(weights.len(), self.layers.len(), "layers of weights");
        for (k, (from, layer)) in weights.iter().zip(&mut self.layers).enumerate() {
            let format = format(&self.config, k);
            assert_eq!(from.len(), layer.neurons(), "neurons of layer {k}");
            for (j, row) in from.iter().enumerate() {
                assert_eq!(row.len(), self.config.network().fan_in(k) + 1, "inputs of layer {k}, neuron {j}");
                for (i, w) in row.iter().enumerate() {
                    assert!(format.holds(*w), "{w} is no weight of {} bits", format.bits);
                    layer.set_weight(j, i, *w as i16);
                }
            }
            layer.strays = false;
        }
    }
    /// State of the noise stream.
    pub fn noise_state(&self) -> u32 {
        self.noise.state()
    }
    /// Replaces the state of the noise stream, to go on where [`Model::noise_state`] was read; 0 becomes 1, as of a seed.
    pub fn set_noise_state(&mut self, state: u32) {
        self.noise = Stream::new(state);
    }
    /// Scores `a_j` of the sample before, `[N_K]`, without its update; zeros before the first.
    pub fn scores(&self) -> &[i32] {
        self.layers.last().map_or(&[], |l| &l.a)
    }
    /// Classifies a sample. It changes no weight; `&mut` is for the scores.
    ///
    /// # Panics
    /// If `x` has not `N_0` values.
    pub fn classify(&mut self, x: &[i8]) -> Outcome {
        let n = self.config.network();
        assert_eq!(x.len(), n.inputs, "inputs of a sample");
        self.layers[0].inputs.values().copy_from_slice(x);
        for k in 0..self.layers.len() {
            let (done, next) = self.layers.split_at_mut(k + 1);
            done[k].forward(self.kernels, n.layers[k].wf);
            if let Some(next) = next.first_mut() {
                activate(n.activation, &done[k].a, next.inputs.values());
            }
        }
        Outcome { class: argmax(self.scores(), None).unwrap_or(0), owes: false }
    }
    /// Classifies a sample, then learns that its class is `target`.
    ///
    /// # Panics
    /// If `x` has not `N_0` values, or `target` is not a class of the network.
    pub fn learn(&mut self, x: &[i8], target: usize) -> Outcome {
        assert!(target < self.network().classes(), "target {target}");
        let mut outcome = self.classify(x);
        let n = self.config.network();
        let verdict = Verdict::new(n, self.scores(), target);
        for (k, layer) in self.layers.iter_mut().enumerate() {
            if verdict.teach(n, k, layer, &mut self.columns) {
                layer.update(self.kernels, n.layers[k].shift, format(&self.config, k), &mut self.noise);
                outcome.owes = true;
            }
        }
        outcome
    }
    /// Learns and tells which weights changed, in golden's order: layer, neuron, input. Compares all weights, so it is
    /// for checks, not for training.
    ///
    /// # Panics
    /// As [`learn`](Self::learn).
    pub fn learn_traced(&mut self, x: &[i8], target: usize) -> (Outcome, Vec<WeightWrite>) {
        let before = self.weights();
        let outcome = self.learn(x, target);
        (outcome, differences(&before, &self.weights()))
    }
}

fn format(config: &Config, k: usize) -> WeightFormat {
    config.network().format(config.design(), k)
}

/// One initial weight, of `b + 1` bits. A draw is made for zeros too.
fn initial(b: u32, stream: &mut Stream) -> i16 {
    match b {
        Layer::ZERO_INIT => {
            stream.draw(0);
            0
        }
        b => {
            let unused = 31 - b;
            (stream.draw(b + 1) << unused >> unused) as i16
        }
    }
}

/// The hidden layers' output `y_j` for `a_j`.
fn activate(kind: Nonlinearity, a: &[i32], y: &mut [i8]) {
    let least = match kind {
        Nonlinearity::HardTanh => -ACTIVATION_MAX,
        Nonlinearity::ClippedRelu => 0,
    };
    y.iter_mut().zip(a).for_each(|(y, a)| *y = (*a).clamp(least, ACTIVATION_MAX) as i8);
}
