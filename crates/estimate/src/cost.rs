//! What a training sample or an inference costs: accesses by memory, operations, cycles, energy.
use crate::energy::{access_pj, add_pj, multiply_pj};
use serde::Serialize;

/// What a memory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Weights.
    Weights,
    /// Activations kept for updates.
    Activations,
    /// Lists of events and the activations in them.
    Events,
    /// Errors and gradients of neurons, kept until weights are updated.
    Gradients,
    /// The random projection, where it is stored.
    Projection,
    /// Momenta and the like.
    OptimiserState,
    /// A second copy of weights, for the transposed pass.
    TransposedCopies,
    /// Scores on their way out.
    Scores,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Weights,
        Self::Activations,
        Self::Events,
        Self::Gradients,
        Self::Projection,
        Self::OptimiserState,
        Self::TransposedCopies,
        Self::Scores,
    ];
    /// As reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Activations => "activations",
            Self::Events => "events",
            Self::Gradients => "gradients",
            Self::Projection => "projection",
            Self::OptimiserState => "optimiser state",
            Self::TransposedCopies => "transposed copies",
            Self::Scores => "scores",
        }
    }
}

/// A memory (or several alike) and how often it is used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Use {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Bits of all of them.
    pub bits: u64,
    /// Bits of one of them: what an access costs depends on it.
    pub bits_of_one: u64,
    /// Bits of an access.
    pub width: usize,
    /// Reads.
    pub reads: f64,
    /// Writes.
    pub writes: f64,
}

/// Means over samples.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Memories, each name once.
    pub memories: Vec<Use>,
    /// Multiplications: bits of both sides, how many.
    pub multiplies: Vec<(usize, usize, f64)>,
    /// Additions: bits, how many.
    pub adds: Vec<(usize, f64)>,
    /// Cycles until the next sample can begin.
    pub cycles: f64,
}

impl Cost {
    /// Adds accesses to the memory called as `other`, or the memory itself.
    pub fn access(&mut self, other: Use) {
        match self.memories.iter_mut().find(|m| m.name == other.name) {
            Some(m) => {
                m.reads += other.reads;
                m.writes += other.writes;
            }
            None => self.memories.push(other),
        }
    }
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Use> {
        self.memories.iter().filter(move |m| m.kind == kind)
    }
    /// Reads of weights.
    pub fn weight_reads(&self) -> f64 {
        self.reads(Kind::Weights)
    }
    /// Writes of weights.
    pub fn weight_writes(&self) -> f64 {
        self.of(Kind::Weights).map(|m| m.writes).sum()
    }
    /// Reads of memories of a kind.
    pub fn reads(&self, kind: Kind) -> f64 {
        self.of(kind).map(|m| m.reads).sum()
    }
    /// Bits of memory of a kind.
    pub fn bits(&self, kind: Kind) -> u64 {
        self.of(kind).map(|m| m.bits).sum()
    }
    /// What is kept from a sample until its updates are done: activations, gradients, copies.
    pub fn buffer_bits(&self) -> u64 {
        [Kind::Activations, Kind::Gradients, Kind::Projection, Kind::OptimiserState, Kind::TransposedCopies]
            .into_iter()
            .map(|k| self.bits(k))
            .sum()
    }
    /// Multiplications in all.
    pub fn multiply_count(&self) -> f64 {
        self.multiplies.iter().map(|m| m.2).sum()
    }
    /// Additions in all.
    pub fn add_count(&self) -> f64 {
        self.adds.iter().map(|a| a.1).sum()
    }
    /// Energy of all accesses and operations at 45 nm, in pJ.
    pub fn energy_pj(&self) -> f64 {
        let memory: f64 = self.memories.iter().map(|m| (m.reads + m.writes) * access_pj(m.bits_of_one, m.width)).sum();
        let multiply: f64 = self.multiplies.iter().map(|m| m.2 * multiply_pj(m.0 as f64, m.1 as f64)).sum();
        let add: f64 = self.adds.iter().map(|a| a.1 * add_pj(a.0 as f64)).sum();
        memory + multiply + add
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_over_memories_and_operations() {
        let mut cost = Cost::default();
        let bank = |reads, writes| Use {
            name: "bank",
            kind: Kind::Weights,
            bits: 131_072,
            bits_of_one: 65_536,
            width: 8,
            reads,
            writes,
        };
        cost.access(bank(3.0, 1.0));
        cost.access(bank(2.0, 0.0));
        cost.access(Use {
            name: "errors",
            kind: Kind::Gradients,
            bits: 20,
            bits_of_one: 20,
            width: 2,
            reads: 0.0,
            writes: 0.0,
        });
        cost.multiplies.push((8, 8, 10.0));
        cost.adds.push((16, 4.0));
        assert_eq!((cost.weight_reads(), cost.weight_writes(), cost.buffer_bits()), (5.0, 1.0, 20));
        let expected = 6.0 * 10.0 * 8.0 / 64.0 + 10.0 * (0.002_994_8 * 64.0 + 0.001_041_7 * 8.0) + 4.0 * 0.05;
        assert!((cost.energy_pj() - expected).abs() < 1e-9);
    }
}
