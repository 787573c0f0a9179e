//! Learning rules: what each hidden layer is told.
//!
//! A rule turns a pass, the output error and the target into one signal for each hidden layer: its estimate of dL/dy of
//! the layer's activations (before a pool), of the mean over the batch. The output layer always learns from its own
//! error. With e = y - t and fixed random matrices B:
//!
//! | rule | signal of hidden layer k | source |
//! |---|---|---|
//! | [`bp`] | W_{k+1}^T delta_{k+1} | Rumelhart, Hinton and Williams 1986 |
//! | [`fa`] | B_{k+1}^T delta_{k+1}, B in the shape of W | Lillicrap et al. 2016 |
//! | [`dfa`] | B_k^T e | Nøkland 2016 |
//! | [`sdfa`] | B_k^T sign(e) | Frenkel, Lefebvre and Bol 2021 |
//! | [`drtp`] | B_k^T t | Frenkel, Lefebvre and Bol 2021 |
//! | [`shallow`] | none | |
pub mod bp;
pub mod dfa;
pub mod drtp;
pub mod fa;
mod projections;
pub mod sdfa;
pub mod shallow;

use crate::loss::Assessment;
use crate::network::{Network, Trace};
use crate::random::{Purpose, Random};
use ndarray::{Array2, ArrayView2};
use projections::Projections;
use serde::{Deserialize, Serialize};

/// What a rule sees of a batch.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// The network.
    pub network: &'a Network,
    /// Its activations.
    pub trace: &'a Trace,
    /// Loss and error of the outputs.
    pub outcome: &'a Assessment,
    /// Targets, `[batch x outputs]`.
    pub target: ArrayView2<'a, f32>,
}

/// One signal dL/dy `[batch x width]` for each hidden layer that learns, first to last; `None`: not taught.
pub type Signals = Vec<Option<Array2<f32>>>;

/// A learning rule.
pub trait Rule: Send + Sync {
    /// The signals of the hidden layers for a batch.
    fn signals(&self, pass: Pass<'_>) -> Signals;
}

/// The rules by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// Backpropagation.
    Bp,
    /// Feedback alignment.
    Fa,
    /// Direct feedback alignment.
    Dfa,
    /// The same with the sign of the error.
    Sdfa,
    /// Direct random target projection.
    Drtp,
    /// Hidden layers stay as they are.
    Shallow,
}

impl RuleKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Bp, Self::Fa, Self::Dfa, Self::Sdfa, Self::Drtp, Self::Shallow];

    /// Name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bp => "bp",
            Self::Fa => "fa",
            Self::Dfa => "dfa",
            Self::Sdfa => "sdfa",
            Self::Drtp => "drtp",
            Self::Shallow => "shallow",
        }
    }

    /// The rule for a network; what is random in it comes from the seed.
    pub fn rule(self, network: &Network, seed: u64) -> Box<dyn Rule> {
        let random = &mut Random::new(seed, Purpose::Feedback);
        match self {
            Self::Bp => Box::new(bp::Bp),
            Self::Fa => Box::new(fa::Fa::new(network, random)),
            Self::Dfa => Box::new(Projections::new(network, random, dfa::projected)),
            Self::Sdfa => Box::new(Projections::new(network, random, sdfa::projected)),
            Self::Drtp => Box::new(Projections::new(network, random, drtp::projected)),
            Self::Shallow => Box::new(shallow::Shallow),
        }
    }
}
