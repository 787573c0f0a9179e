//! Learning rules on the same [`Array`]: what each costs in a training sample. One file a rule; where something is in doubt it is
//! decided in favour of the alternative, and the file says so. `docs/estimates.md` has the data-flows side by side.
mod backpropagation;
mod direct;
mod fused;
mod gates;
mod inference;
mod separate;

use crate::array::Array;
use crate::cost::Cost;
use crate::statistics::{LayerStatistics, Statistics};
use drtp_core::{Config, Rule};

/// A rule, or the lack of one, and how its updates are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Backpropagation, batch 1.
    Bp,
    /// Its update of the first layer deferred to the next sample's pass, as ours is.
    BpDeferred,
    /// Feedback alignment: a random matrix in place of the transposed weights.
    Fa,
    /// Direct feedback alignment: the output errors, through a random matrix, to each hidden layer.
    Dfa,
    /// Its updates deferred.
    DfaDeferred,
    /// The signs of the errors only.
    Sdfa,
    /// DRTP with an update pass of its own.
    DrtpSeparate,
    /// DRTP, deferred and fused: ours.
    Drtp,
    /// The same hardware, gated.
    Gated,
    /// The same hardware, contrastive.
    Contrastive,
    /// The same hardware, only the output layer learns.
    Shallow,
    /// No learning.
    InferenceOnly,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Bp,
        Self::BpDeferred,
        Self::Fa,
        Self::Dfa,
        Self::DfaDeferred,
        Self::Sdfa,
        Self::DrtpSeparate,
        Self::Drtp,
        Self::Gated,
        Self::Contrastive,
        Self::Shallow,
        Self::InferenceOnly,
    ];
    /// As options and reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bp => "bp",
            Self::BpDeferred => "bp_deferred",
            Self::Fa => "fa",
            Self::Dfa => "dfa",
            Self::DfaDeferred => "dfa_deferred",
            Self::Sdfa => "sdfa",
            Self::DrtpSeparate => "drtp_separate",
            Self::Drtp => "drtp",
            Self::Gated => "gated",
            Self::Contrastive => "contrastive",
            Self::Shallow => "shallow",
            Self::InferenceOnly => "inference_only",
        }
    }
    /// The rule whose statistics it is estimated with; see [`Method::cost`] for the others.
    pub fn statistics(self) -> Rule {
        match self {
            Self::Gated => Rule::Gated,
            Self::Contrastive => Rule::Contrastive,
            Self::Shallow => Rule::Shallow,
            _ => Rule::Drtp,
        }
    }
    /// What a training sample costs (an inference, without learning). Where errors come from the output layer, hidden layers
    /// learn only from samples whose output errors are not all within the dead zone; DRTP's learn from every sample.
    ///
    /// # Errors
    /// The statistics lack the rule.
    pub fn cost(self, config: &Config, statistics: &Statistics) -> Result<Cost, String> {
        Ok(self.cost_of(config, statistics.of(config.network(), self.statistics())?))
    }
    /// The same for statistics of each layer of the network.
    pub fn cost_of(self, config: &Config, mut layers: Vec<LayerStatistics>) -> Cost {
        if self.errors_come_from_the_output() {
            with_the_output(&mut layers);
        }
        let array = Array { design: config.design(), network: config.network(), statistics: &layers };
        match self {
            Self::Bp => backpropagation::cost(&array, true, false),
            Self::BpDeferred => backpropagation::cost(&array, true, true),
            Self::Fa => backpropagation::cost(&array, false, false),
            Self::Dfa => direct::cost(&array, direct::ERROR_BITS, false),
            Self::DfaDeferred => direct::cost(&array, direct::ERROR_BITS, true),
            Self::Sdfa => direct::cost(&array, direct::SIGN_BITS, false),
            Self::DrtpSeparate => separate::cost(&array),
            Self::Drtp | Self::Gated | Self::Contrastive | Self::Shallow => fused::cost(&array),
            Self::InferenceOnly => inference::cost(&array),
        }
    }
    /// Standard cells without memories, in gate equivalents: the model's for our rules; for the others our core without
    /// learning, and the least that the rule needs besides.
    pub fn gate_equivalents(self, config: &Config) -> f64 {
        gates::gates(self, config)
    }
    /// What `config` is built for: its rule, or no learning.
    pub fn of(config: &Config) -> Self {
        match (config.design().learning, config.network().rule) {
            (false, _) => Self::InferenceOnly,
            (true, Rule::Drtp) => Self::Drtp,
            (true, Rule::Gated) => Self::Gated,
            (true, Rule::Contrastive) => Self::Contrastive,
            (true, Rule::Shallow) => Self::Shallow,
        }
    }
    fn errors_come_from_the_output(self) -> bool {
        matches!(self, Self::Bp | Self::BpDeferred | Self::Fa | Self::Dfa | Self::DfaDeferred | Self::Sdfa)
    }
}

/// Hidden layers leave an update where the output layer does, if that is less often.
fn with_the_output(layers: &mut [LayerStatistics]) {
    let Some((output, hidden)) = layers.split_last_mut() else { return };
    for l in hidden.iter_mut().filter(|l| l.owes > output.owes) {
        let share = output.owes / l.owes;
        l.owes = output.owes;
        l.owed *= share;
        l.written *= share;
        l.visited = l.present + share * (l.visited - l.present);
    }
}
