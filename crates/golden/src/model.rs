//! The network with its weights and its noise: classify, learn.
use crate::forward::{argmax, forward, Forward};
use crate::random::Stream;
use crate::teach::teach;
use crate::update::{amounts, apply, WeightWrite};
use drtp_core::{Config, Layer, Network};

/// What one sample did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Scores `a_j`, `[N_K]`, before any update by this sample.
    pub scores: Vec<i32>,
    /// The predicted class: the largest score, the lowest index on a tie.
    pub class: usize,
    /// Whether some layer owes an update; always false for an inference.
    pub owes: bool,
    /// Weights that changed, in the order layer, neuron, input.
    pub writes: Vec<WeightWrite>,
    /// Updates that went beyond the largest weight and were cut off, counted for each weight.
    pub saturations: u64,
    /// Inputs of each layer, the bias last: `[K][N_{k-1} + 1]`.
    pub inputs: Vec<Vec<i32>>,
    /// Which layers owed an update, `[K]`.
    pub owed: Vec<bool>,
}

/// The model: what the accelerator holds between samples, without its deferral.
#[derive(Clone, Debug)]
pub struct Model {
    config: Config,
    weights: Vec<Vec<Vec<i32>>>,
    noise: Stream,
}

impl Model {
    /// A model with the initial weights of its seeds.
    pub fn new(config: &Config) -> Self {
        let mut model = Self { config: config.clone(), weights: vec![], noise: Stream::new(1) };
        model.init();
        model
    }
    /// Weights and noise from the seeds.
    pub fn init(&mut self) {
        let n = self.config.network();
        let mut stream = Stream::new(n.seeds.init);
        self.weights = (0..n.depth())
            .map(|k| {
                let Layer { size, init_bits, .. } = n.layers[k];
                let mut weight = || match init_bits {
                    Layer::ZERO_INIT => {
                        stream.draw(0);
                        0
                    }
                    // b + 1 bits, read as a signed number
                    b => {
                        let v = stream.draw(b + 1);
                        if v >> b != 0 {
                            v - (1 << (b + 1))
                        } else {
                            v
                        }
                    }
                };
                (0..size).map(|_| (0..=n.fan_in(k)).map(|_| weight()).collect()).collect()
            })
            .collect();
        self.noise = Stream::new(n.seeds.noise);
    }
    /// Takes another network's settings; weights and noise state stay, so the sizes must.
    ///
    /// # Panics
    /// If the sizes differ: the weights would lose their meaning. Use [`Model::new`] then.
    pub fn reconfigure(&mut self, config: &Config) {
        assert_eq!(config.network().sizes(), self.config.network().sizes(), "weights belong to a topology");
        self.config = config.clone();
    }
    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }
    /// The network.
    pub fn network(&self) -> &Network {
        self.config.network()
    }
    /// Weights `W[k][j][i]`.
    pub fn weights(&self) -> &[Vec<Vec<i32>>] {
        &self.weights
    }
    /// Replaces the weights.
    ///
    /// # Panics
    /// If the shape is not the network's.
    pub fn set_weights(&mut self, weights: Vec<Vec<Vec<i32>>>) {
        let shape =
            |w: &[Vec<Vec<i32>>]| -> Vec<Vec<usize>> { w.iter().map(|l| l.iter().map(Vec::len).collect()).collect() };
        assert_eq!(shape(&weights), shape(&self.weights), "weights of another shape");
        self.weights = weights;
    }
    /// State of the noise stream.
    pub fn noise_state(&self) -> u32 {
        self.noise.state()
    }
    /// Replaces the state of the noise stream, to go on where [`Model::noise_state`] was read; 0 becomes 1, as of a seed.
    pub fn set_noise_state(&mut self, state: u32) {
        self.noise = Stream::new(state);
    }
    /// All that one sample computes, without learning. `x` has `N_0` values.
    pub fn forward(&self, x: &[i8]) -> Forward {
        assert_eq!(x.len(), self.network().inputs, "inputs of a sample");
        forward(self.network(), &self.weights, x)
    }
    /// Classifies a sample.
    pub fn classify(&self, x: &[i8]) -> Outcome {
        let Forward { scores, x: inputs, .. } = self.forward(x);
        let class = argmax(&scores, None).unwrap_or(0);
        let owed = vec![false; inputs.len()];
        Outcome { scores, class, owes: false, writes: vec![], saturations: 0, inputs, owed }
    }
    /// Classifies a sample, then learns that its class is `target`.
    ///
    /// # Panics
    /// If `target` is not a class of the network.
    pub fn learn(&mut self, x: &[i8], target: usize) -> Outcome {
        assert!(target < self.network().classes(), "target {target}");
        let pass = self.forward(x);
        let owed = teach(self.network(), &pass, target);
        let (mut writes, mut saturations) = (vec![], 0);
        for (k, d) in owed.iter().enumerate() {
            let Some(d) = d else { continue };
            let u = amounts(&pass.x[k], self.network().layers[k].shift, &mut self.noise);
            let format = self.network().format(self.config.design(), k);
            saturations += apply(k, &mut self.weights[k], d, &u, format, &mut writes);
        }
        let class = argmax(&pass.scores, None).unwrap_or(0);
        let owed: Vec<bool> = owed.iter().map(Option::is_some).collect();
        let owes = owed.contains(&true);
        Outcome { scores: pass.scores, class, owes, writes, saturations, inputs: pass.x, owed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initial_weights_fill_their_range_and_repeat() {
        let config = Config::with_layers(1, &[40, 30, 3]).unwrap();
        let (a, b) = (Model::new(&config), Model::new(&config));
        assert_eq!(a.weights(), b.weights());
        let bits = config.network().layers[0].init_bits;
        let hidden: Vec<i32> = a.weights()[0].iter().flatten().copied().collect();
        assert_eq!((hidden.iter().min(), hidden.iter().max()), (Some(&-(1 << bits)), Some(&((1 << bits) - 1))));
        let mean = hidden.iter().sum::<i32>() as f64 / hidden.len() as f64;
        assert!(mean.abs() < 0.1 * f64::from(1 << bits), "mean {mean}");
        assert!(a.weights()[1].iter().flatten().all(|w| *w == 0));
    }
    #[test]
    fn initial_weights_follow_the_stream() {
        // b = 0: one bit, 1 is -1. States 0x1, 0x401, 0x100401, 0x40100400
        let mut network = Config::with_layers(1, &[1, 2]).unwrap().network().clone();
        network.layers[0].init_bits = 0;
        network.seeds.init = 1;
        let config = Config::with_layers(1, &[1, 2]).unwrap().with_network(network).unwrap();
        assert_eq!(Model::new(&config).weights(), [[vec![-1, -1], vec![-1, 0]]]);
    }
    #[test]
    fn shallow_leaves_hidden_layers_alone() {
        let config = Config::with_layers(1, &[5, 4, 3]).unwrap();
        let mut network = config.network().clone();
        network.rule = drtp_core::Rule::Shallow;
        let mut m = Model::new(&config.with_network(network).unwrap());
        let before = m.weights()[0].clone();
        for n in 0..50 {
            m.learn(&[n, -n, 100, 3, -128], (n % 3) as usize);
        }
        assert_eq!(m.weights()[0], before);
        assert!(m.weights()[1].iter().flatten().any(|w| *w != 0));
    }
}
