//! One layer: its weights in blocks, its inputs, its sums.
use crate::block::{blocks, Block, Pair, Sums, NEURONS};
use crate::inputs::Inputs;
use crate::kernels::Kernels;
use crate::stream::Stream;
use drtp_core::fixed::WeightFormat;

/// Weights `[N + 1 inputs][N_k neurons]` and what one sample computes from them.
#[derive(Clone, Debug)]
pub(crate) struct LayerState {
    neurons: usize,
    weights: Vec<Block>,
    pub inputs: Inputs,
    sums: Vec<Sums>,
    /// Pre-activations `a_j = z_j >> wf`, `[N_k]`.
    pub a: Vec<i32>,
    /// The teaching signal `d_j`, on both sides of a block.
    pub d: Vec<Block>,
    /// Updates of the inputs that move something; room kept between samples.
    moves: Vec<Pair>,
    /// Some weight may lie outside its format, which was narrowed: golden's next update clamps them all.
    pub strays: bool,
}

impl LayerState {
    /// A layer of zero weights.
    pub fn new(inputs: usize, neurons: usize) -> Self {
        let pairs = (inputs + 1).div_ceil(2);
        let row = blocks(neurons);
        Self {
            neurons,
            weights: vec![Block::default(); pairs * row],
            inputs: Inputs::new(inputs),
            sums: vec![Sums::default(); row],
            a: vec![0; neurons],
            d: vec![Block::default(); row],
            moves: Vec::with_capacity(pairs),
            strays: false,
        }
    }
    /// Neurons `N_k`.
    pub fn neurons(&self) -> usize {
        self.neurons
    }
    fn place(&self, neuron: usize, input: usize) -> (usize, usize) {
        (input / 2 * self.sums.len() + neuron / NEURONS, neuron % NEURONS * 2 + input % 2)
    }
    /// `W[neuron, input]`.
    pub fn weight(&self, neuron: usize, input: usize) -> i32 {
        let (block, lane) = self.place(neuron, input);
        i32::from(self.weights[block].0[lane])
    }
    /// Sets `W[neuron, input]`; formats have at most 16 bits.
    pub fn set_weight(&mut self, neuron: usize, input: usize, value: i16) {
        let (block, lane) = self.place(neuron, input);
        self.weights[block].0[lane] = value;
    }
    /// From `inputs` to `a`.
    pub fn forward(&mut self, kernels: Kernels, wf: u32) {
        self.inputs.find();
        kernels.multiply(&self.weights, self.inputs.pairs(), &mut self.sums);
        for (sums, a) in self.sums.iter().zip(self.a.chunks_mut(NEURONS)) {
            a.iter_mut().zip(sums.0).for_each(|(a, z)| *a = z >> wf);
        }
    }
    /// Sets `d_j`.
    pub fn teach(&mut self, d: impl Fn(usize) -> i16) {
        for (b, block) in self.d.iter_mut().enumerate() {
            for n in 0..NEURONS.min(self.neurons - b * NEURONS) {
                let j = b * NEURONS + n;
                [block.0[2 * n], block.0[2 * n + 1]] = [d(j); 2];
            }
        }
    }
    /// Draws the noise and applies `d`: `u_i = (x_i + r_i) >> shift`, `W' = clamp(W + d_j u_i)`.
    pub fn update(&mut self, kernels: Kernels, shift: u32, format: WeightFormat, noise: &mut Stream) {
        self.moves.clear();
        for p in self.inputs.pairs() {
            // a zero draws no noise
            let values = p.values.map(|x| match x {
                0 => 0,
                x => ((i32::from(x) + noise.draw(shift)) >> shift) as i16,
            });
            if values != [0, 0] {
                self.moves.push(Pair { at: p.at, values });
            }
        }
        let max = format.max() as i16;
        kernels.update(&mut self.weights, &self.moves, &self.d, max);
        if std::mem::take(&mut self.strays) {
            self.weights.iter_mut().flat_map(|b| &mut b.0).for_each(|w| *w = (*w).clamp(-max, max));
        }
    }
}
