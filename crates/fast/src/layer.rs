//! One layer: its weights in blocks, its inputs, its sums.
use crate::block::{blocks, Block, Sums, NEURONS};
use crate::inputs::Inputs;
use crate::kernels::Kernels;
use crate::pairs::Pairs;
use crate::stream::Stream;
use drtp_core::fixed::WeightFormat;
use std::array::from_fn;

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
    /// The same in a row, `[N_k]` and zeros up to whole blocks.
    row: Vec<i8>,
    /// Updates of the inputs that move something.
    moves: Pairs,
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
            row: vec![0; row * NEURONS],
            moves: Pairs::new(pairs),
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
    /// Sets the `d_j` of all neurons, `[N_k]`.
    pub fn teach(&mut self, d: impl Iterator<Item = i8>) {
        self.row.iter_mut().zip(d).for_each(|(row, d)| *row = d);
        for (block, eight) in self.d.iter_mut().zip(self.row.chunks_exact(NEURONS)) {
            block.0 = from_fn(|n| i16::from(eight[n / 2]));
        }
    }
    /// Draws the noise and applies `d`: `u_i = (x_i + r_i) >> shift`, `W' = clamp(W + d_j u_i)`.
    pub fn update(&mut self, kernels: Kernels, shift: u32, format: WeightFormat, noise: &mut Stream) {
        self.moves.clear();
        let mut stream = *noise; // in a register
        for p in self.inputs.pairs() {
            self.moves.push_unless_zero(p.at, p.values.map(|x| stream.rounded(x, shift)));
        }
        *noise = stream;
        let max = format.max() as i16;
        kernels.update(&mut self.weights, self.moves.as_slice(), &self.d, max);
        if std::mem::take(&mut self.strays) {
            self.weights.iter_mut().flat_map(|b| &mut b.0).for_each(|w| *w = (*w).clamp(-max, max));
        }
    }
}
