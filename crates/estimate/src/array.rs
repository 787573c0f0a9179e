//! The array that all rules run on: L lanes with a weight bank, a multiplier and an accumulator each, inputs that are zero
//! skipped. The parts of a sample's work that rules are put together from.
//!
//! Symbols: layer `k` from 1 has `N_k` neurons in `G_k = ceil(N_k / L)` groups; `P` inputs are not zero, `V` are visited by
//! a pass that pays for the sample before, `U` were not zero in it if it owes; means over samples. A bias is one input more.
use crate::cost::{Cost, Kind, Use};
use crate::statistics::LayerStatistics;
use drtp_core::cycles::busy_cycles;
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::memories::{memories, MemoryShape, Purpose};
use drtp_core::{BankStyle, Design, Network};

/// Cycles between two passes that wait in line (`docs/record/throughput.md`).
pub const BETWEEN_PASSES: f64 = 4.0;
/// Cycles that a pass over one layer takes besides its events: from the read of a weight to its write and the result.
/// Our own pipeline needs 15; an alternative is given fewer.
const PIPELINE: f64 = 12.0;

/// Design, network and statistics of one estimate.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    /// The design.
    pub design: &'a Design,
    /// The network.
    pub network: &'a Network,
    /// Of each layer.
    pub statistics: &'a [LayerStatistics],
}

/// One layer in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// Neurons.
    pub neurons: f64,
    /// Groups of lanes.
    pub groups: f64,
    /// Inputs, without the bias.
    pub inputs: f64,
    /// Those that are not zero.
    pub present: f64,
    /// Those that a pass visits which pays for the sample before.
    pub visited: f64,
    /// Those that were not zero in a sample that left an update, over all samples.
    pub owed: f64,
    /// Share of samples that leave an update.
    pub owes: f64,
    /// Weights that a sample changes.
    pub written: f64,
    /// Bits of a weight.
    pub bits: usize,
}

impl<'a> Array<'a> {
    /// Layers.
    pub fn depth(&self) -> usize {
        self.network.depth()
    }
    /// Layer `k`, from 0.
    pub fn layer(&self, k: usize) -> Numbers {
        let (size, inputs, s) = (self.network.layers[k].size, self.network.fan_in(k), &self.statistics[k]);
        let of = |share: f64| share * inputs as f64;
        Numbers {
            neurons: size as f64,
            groups: size.div_ceil(self.design.lanes) as f64,
            inputs: inputs as f64,
            present: of(s.present),
            visited: of(s.visited),
            owed: of(s.owed),
            owes: s.owes,
            written: s.written * (size * (inputs + 1)) as f64,
            bits: if self.network.is_output(k) { self.design.output_bits } else { self.design.hidden_bits },
        }
    }
    /// All layers.
    pub fn layers(&self) -> impl Iterator<Item = Numbers> + '_ {
        (0..self.depth()).map(|k| self.layer(k))
    }
    fn shapes(&self, learning: bool) -> Vec<MemoryShape> {
        memories(&Design { learning, ..self.design.clone() })
    }
    /// Accesses to weights of layer `k`.
    pub fn weights(&self, k: usize, reads: f64, writes: f64) -> Use {
        let bits = self.layer(k).bits;
        let name = match (self.design.bank_style, self.network.is_output(k)) {
            (BankStyle::Spram, _) => "weights",
            (_, true) => "output_bank",
            (_, false) => "hidden_bank",
        };
        Use { width: bits, ..self.memory(name, Kind::Weights, true, reads, writes) }
    }
    /// Accesses to a memory that a core has; `learning` says of which kind of core.
    pub fn memory(&self, name: &'static str, kind: Kind, learning: bool, reads: f64, writes: f64) -> Use {
        let shapes = self.shapes(learning);
        let found = shapes.iter().find(|m| m.name == name);
        let (words, width, copies) = found.map_or((0, 0, 0), |m| (m.words, m.width, m.copies));
        let one = (words * width) as u64;
        Use { name, kind, bits: one * copies as u64, bits_of_one: one, width, reads, writes }
    }
    /// Memories of a core that no pass has mentioned yet: they are there all the same.
    pub fn rest(&self, cost: &mut Cost, learning: bool) {
        for m in self.shapes(learning) {
            let kind = match m.purpose {
                Purpose::Weights => Kind::Weights,
                Purpose::Activations => Kind::Activations,
                Purpose::Events => Kind::Events,
                Purpose::Errors => Kind::Gradients,
                Purpose::Scores => Kind::Scores,
            };
            cost.access(self.memory(m.name, kind, learning, 0.0, 0.0));
        }
    }

    /// A pass that multiplies: weights of `events(k) + 1` inputs of each layer are read. Lists of events are filled once
    /// and read once for each group.
    pub fn forward(&self, cost: &mut Cost, learning: bool, events: impl Fn(&Numbers) -> f64) {
        for (k, l) in self.layers().enumerate() {
            let visits = l.neurons * (events(&l) + 1.0);
            cost.access(self.weights(k, visits, 0.0));
            cost.multiplies.push((l.bits, ACTIVATION_BITS, visits));
            cost.adds.push((self.design.acc_bits(), visits));
            let (name, list) = match (k, learning) {
                (0, true) => ("any_list", l.visited),
                (0, false) => ("present_list", l.present),
                _ => ("hidden_list", events(&l)),
            };
            cost.access(self.memory(name, Kind::Events, learning, l.groups * events(&l), list));
        }
        if learning {
            cost.access(self.memory("present_list", Kind::Events, true, 0.0, self.layer(0).present));
        }
        let classes = self.network.classes() as f64;
        cost.access(self.memory("scores", Kind::Scores, learning, classes, classes));
        let rounded: Vec<usize> = self.layers().map(|l| events(&l).round() as usize).collect();
        // an alternative waits for no teaching signal
        let design = Design { learning, ..self.design.clone() };
        cost.cycles += busy_cycles(&design, self.network, &rounded) as f64 + BETWEEN_PASSES;
    }
    /// Inputs and hidden outputs are kept until the weights that they change have been changed: each is written once, and
    /// read `reads` times.
    pub fn keep_activations(&self, cost: &mut Cost, reads: f64) {
        let bytes = self.design.stream_bytes() as f64;
        let beats = (self.network.inputs as f64 / bytes).ceil();
        cost.access(self.memory("inputs", Kind::Activations, true, reads * beats, beats));
        let hidden: f64 = (0..self.depth() - 1).map(|k| self.layer(k).neurons).sum();
        cost.access(self.memory("hidden_outputs", Kind::Activations, true, reads * hidden, hidden));
    }
    /// What each neuron owes, two bits, is kept in words of one slice of lanes each: written once, read once.
    pub fn keep_signs(&self, cost: &mut Cost) {
        let slice = self.design.slice() as f64;
        let words: f64 = self.layers().map(|l| (l.neurons / slice).ceil()).sum();
        cost.access(self.memory("pending_errors", Kind::Gradients, true, words, words));
    }
    /// A pass of its own that updates layer `k`: where the sample leaves an update, each weight of an input that was not
    /// zero is read and, if it changes, written. The amount is `error_bits` times the input, or with one bit a sign.
    pub fn update(&self, cost: &mut Cost, k: usize, error_bits: usize) {
        let l = self.layer(k);
        let per_neuron = l.owed + l.owes;
        let visits = l.neurons * per_neuron;
        cost.access(self.weights(k, visits, l.written));
        if error_bits > 2 {
            cost.multiplies.push((error_bits, ACTIVATION_BITS, visits));
        }
        cost.adds.push((l.bits, visits));
        cost.cycles += l.groups * per_neuron + PIPELINE * l.owes;
    }
    /// Errors of the layer below through the weights of layer `k`, transposed: every weight of the layer is read once, a
    /// lane multiplies, a tree adds up over lanes. Not where the sample leaves no update; zero errors are not skipped.
    /// `stored` is false where the feedback is drawn from a stream, and no memory is read.
    pub fn backward(&self, cost: &mut Cost, k: usize, error_bits: usize, stored: bool) {
        let l = self.layer(k);
        let visits = l.owes * l.neurons * l.inputs;
        if stored {
            cost.access(self.weights(k, visits, 0.0));
        }
        cost.multiplies.push((if stored { l.bits } else { 2 }, error_bits, visits));
        cost.adds.push((self.design.acc_bits(), visits));
        cost.cycles += l.owes * (l.groups * l.inputs + PIPELINE);
    }
    /// The output errors through a random matrix, drawn from a stream, to each neuron of hidden layer `k`.
    pub fn project(&self, cost: &mut Cost, k: usize, error_bits: usize) {
        let (l, classes) = (self.layer(k), self.network.classes() as f64);
        let owes = self.layer(self.depth() - 1).owes;
        cost.adds.push((error_bits + 7, owes * l.neurons * classes));
        cost.cycles += owes * (l.groups * classes + PIPELINE);
    }
    /// A buffer for `count` numbers of `bits`, each written and read once in a sample that leaves an update.
    pub fn buffer(&self, cost: &mut Cost, name: &'static str, count: f64, bits: usize) {
        let owes = self.layer(self.depth() - 1).owes;
        let size = count as u64 * bits as u64;
        let used = owes * count;
        cost.access(Use {
            name,
            kind: Kind::Gradients,
            bits: size,
            bits_of_one: size,
            width: bits,
            reads: used,
            writes: used,
        });
    }
}
