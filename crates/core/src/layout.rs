//! Where each weight lies: lane `j mod L`, word `base_k + (j div L) (N_{k-1} + 1) + i`, in the hidden or output bank.
use crate::network::Network;

/// The two banks of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bank {
    /// Weights of all hidden layers.
    Hidden,
    /// Weights of the output layer.
    Output,
}

/// One word of weight memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which bank of the lane.
    pub bank: Bank,
    /// Lane, 0..L.
    pub lane: usize,
    /// Word of that bank.
    pub word: usize,
}

/// One weight of a network: layer (from 0), neuron, input (the bias is the last).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WeightIndex {
    /// Layer, from 0.
    pub layer: usize,
    /// Neuron of that layer.
    pub neuron: usize,
    /// Input of that neuron; `N_{k-1}` is the bias.
    pub input: usize,
}

#[derive(Clone, Debug)]
struct Span {
    bank: Bank,
    base: usize,
    /// Inputs with the bias: words of one neuron.
    row: usize,
    neurons: usize,
}

/// The address map of a network on L lanes; a bijection between weights and the words that it uses.
#[derive(Clone, Debug)]
pub struct Layout {
    lanes: usize,
    spans: Vec<Span>,
}

impl Layout {
    /// The map of `network` on `lanes` lanes.
    pub fn new(lanes: usize, network: &Network) -> Self {
        let mut base = 0;
        let spans = (0..network.depth())
            .map(|k| {
                let (row, neurons) = (network.fan_in(k) + 1, network.layers[k].size);
                if network.is_output(k) {
                    return Span { bank: Bank::Output, base: 0, row, neurons };
                }
                let span = Span { bank: Bank::Hidden, base, row, neurons };
                base += neurons.div_ceil(lanes) * row;
                span
            })
            .collect();
        Self { lanes, spans }
    }
    /// The lane that a neuron is computed in, whether the network has it or not.
    pub fn lane(&self, neuron: usize) -> usize {
        neuron % self.lanes
    }
    /// Where a weight lies.
    pub fn place(&self, w: WeightIndex) -> Place {
        let s = &self.spans[w.layer];
        assert!(w.neuron < s.neurons && w.input < s.row);
        Place { bank: s.bank, lane: self.lane(w.neuron), word: s.base + w.neuron / self.lanes * s.row + w.input }
    }
    /// The weight that lies at a place; none where no neuron exists.
    pub fn weight(&self, p: Place) -> Option<WeightIndex> {
        self.spans.iter().enumerate().find_map(|(layer, s)| {
            let at = p.word.checked_sub(s.base).filter(|_| s.bank == p.bank)?;
            let neuron = at / s.row * self.lanes + p.lane;
            (neuron < s.neurons).then_some(WeightIndex { layer, neuron, input: at % s.row })
        })
    }
    /// Words of a lane's hidden bank that the network uses.
    pub fn hidden_words(&self) -> usize {
        self.words(Bank::Hidden)
    }
    /// Words of a lane's output bank that the network uses.
    pub fn output_words(&self) -> usize {
        self.words(Bank::Output)
    }
    fn words(&self, bank: Bank) -> usize {
        self.spans.iter().filter(|s| s.bank == bank).map(|s| s.neurons.div_ceil(self.lanes) * s.row).sum()
    }
    /// Every weight, in the order layer, neuron, input.
    pub fn weights(&self) -> impl Iterator<Item = WeightIndex> + '_ {
        self.spans.iter().enumerate().flat_map(|(layer, s)| {
            (0..s.neurons).flat_map(move |neuron| (0..s.row).map(move |input| WeightIndex { layer, neuron, input }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn network(sizes: &[usize]) -> Network {
        Network {
            inputs: sizes[0],
            layers: sizes[1..].iter().map(|s| Layer::output(*s)).collect(),
            rule: Rule::Drtp,
            activation: Nonlinearity::HardTanh,
            projection: Projection::Binary,
            dead_zone: 0,
            margin: 0,
            seeds: Seeds { init: 1, projection: 1, noise: 1 },
        }
    }
    proptest! {
        #[test]
        fn map_is_bijective(
            sizes in prop::collection::vec(1usize..40, 2..=5),
            lanes in prop::sample::select(vec![1usize, 2, 4, 8, 16, 32, 64]),
        ) {
            let n = network(&sizes);
            let map = Layout::new(lanes, &n);
            let mut seen = HashSet::new();
            for w in map.weights() {
                let p = map.place(w);
                prop_assert!(p.lane < lanes);
                let words = if p.bank == Bank::Hidden { map.hidden_words() } else { map.output_words() };
                prop_assert!(p.word < words);
                prop_assert!(seen.insert(p), "{p:?} holds two weights");
                prop_assert_eq!(map.weight(p), Some(w));
            }
            prop_assert_eq!(seen.len(), n.weights());
            // every other word holds nothing
            for (bank, words) in [(Bank::Hidden, map.hidden_words()), (Bank::Output, map.output_words())] {
                for lane in 0..lanes {
                    for word in 0..words + 3 {
                        let p = Place { bank, lane, word };
                        prop_assert_eq!(map.weight(p).is_some(), seen.contains(&p));
                    }
                }
            }
        }
    }
}
