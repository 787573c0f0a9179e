//! A search over designs: which of those that are accurate enough is best at something.
//!
//! Accuracy depends on the network, its weights' bits and the rule, not on the lanes: each such choice is trained once. What
//! a choice takes on each number of lanes is estimated.
use crate::training::train;
use drtp_core::draft::Training;
use drtp_core::{BankStyle, Config, ConfigErrors, Design, Layer, Network, Rule};
use drtp_data::Dataset;
use drtp_estimate::resources::Model;
use drtp_estimate::{Cost, Measured, Method, Statistics, Target};
use drtp_synth::{Board, Family, Resources};

/// What a board has besides the core: the bridge and its buffers, as nextpnr packs them on both boards, rounded up.
const BESIDE_THE_CORE: Resources = Resources { lut4: 700, ff: 600, dsp: 0, bram: 2, spram: 0 };

/// What is searched.
#[derive(Clone, Debug)]
pub struct Space {
    /// Lanes.
    pub lanes: Vec<usize>,
    /// Bits of hidden weights; output weights have four more, from 8 to 16.
    pub bits: Vec<usize>,
    /// Neurons of each hidden layer.
    pub hidden: Vec<usize>,
    /// Rules.
    pub rules: Vec<Rule>,
}

/// What the best is best at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Training samples for a joule, by the energy of 45 nm: a proxy.
    SamplesPerJoule,
    /// Training samples a second at the board's clock.
    SamplesPerSecond,
    /// Look-up tables, as few as can be.
    Lut4,
}

impl Objective {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SamplesPerJoule, Self::SamplesPerSecond, Self::Lut4];
    /// As options and reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SamplesPerJoule => "samples_per_joule",
            Self::SamplesPerSecond => "samples_per_second",
            Self::Lut4 => "lut4",
        }
    }
    /// Larger is better.
    fn merit(self, c: &Candidate) -> f64 {
        match self {
            Self::SamplesPerJoule => c.samples_per_joule(),
            Self::SamplesPerSecond => c.samples_per_second,
            Self::Lut4 => -(c.resources.lut4 as f64),
        }
    }
}

/// A choice that was trained.
#[derive(Clone, Debug)]
pub struct Trained {
    /// With room for its network alone; its lanes do not matter.
    pub config: Config,
    /// Share of the validation samples that it classifies right.
    pub accuracy: f64,
}

/// A design with what is expected of it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The design.
    pub config: Config,
    /// Of its network, on validation samples.
    pub accuracy: f64,
    /// Estimated.
    pub cost: Cost,
    /// Estimated, of the core alone.
    pub resources: Measured,
    /// At the board's clock.
    pub samples_per_second: f64,
    /// What does not fit the board.
    pub excess: Option<String>,
}

impl Candidate {
    /// By the energy of 45 nm.
    pub fn samples_per_joule(&self) -> f64 {
        1e12 / self.cost.energy_pj()
    }
}

/// Every choice of the space but its lanes; `base` says the rest. Choices that cannot be built are left out.
pub fn choices(base: &Config, space: &Space) -> Vec<Config> {
    let mut out = vec![];
    for bits in &space.bits {
        for hidden in &space.hidden {
            for rule in &space.rules {
                out.extend(choice(base, *bits, *hidden, *rule));
            }
        }
    }
    out
}

fn choice(base: &Config, bits: usize, hidden: usize, rule: Rule) -> Option<Config> {
    let mut network = Network { rule, ..base.network().clone() };
    let last = network.depth() - 1;
    network.layers[..last].iter_mut().for_each(|l| l.size = hidden);
    for k in 0..last {
        let inputs = network.fan_in(k);
        let l = &mut network.layers[k];
        l.init_bits = Layer::good_init(inputs, l.wf, bits);
    }
    let output_bits = (bits + 4).clamp(8, 16);
    with(base.design(), network, |d| Design { hidden_bits: bits, output_bits, ..d }).ok()
}

/// `network` on `design` with some of it changed, and room for that network alone.
fn with(design: &Design, network: Network, change: impl Fn(Design) -> Design) -> Result<Config, ConfigErrors> {
    let changed = change(design.clone());
    let need = drtp_core::Layout::new(changed.lanes, &network);
    let width = network.inputs.max(network.widest_hidden());
    let roomy = Design {
        hidden_words: need.hidden_words().max(1),
        output_words: need.output_words(),
        max_width: width,
        max_hidden: network.widest_hidden().max(1),
        max_layers: if changed.fixed_network { network.depth() } else { changed.max_layers },
        ..changed
    };
    Config::new(roomy, network)
}

/// Trains a choice on `set`, and measures it on `validation`.
pub fn trained(config: &Config, plan: &Training, seed: u64, set: &Dataset, validation: &Dataset) -> Trained {
    let mut engine = train(config, plan, seed, set, &mut |_, _| {});
    Trained { config: config.clone(), accuracy: engine.accuracy(validation) }
}

/// The target of a board for which logic can be estimated.
pub fn target(board: &Board) -> Option<(Target, &'static Model)> {
    let target = match board.family {
        Family::Ecp5 => Target::Ecp5,
        Family::Ice40 => Target::Ice40,
    };
    Model::of(target).map(|m| (target, m))
}

/// Kinds of memory that suit `target`, the best first.
fn bank_styles(target: Target) -> Vec<BankStyle> {
    let single_port = (target == Target::Ice40).then_some(BankStyle::Spram);
    single_port.into_iter().chain([target.bank_style()]).collect()
}

/// Each trained choice on each number of lanes that it can be built with, in the best memories that hold it.
///
/// # Errors
/// The statistics lack a rule.
pub fn candidates(
    choices: &[Trained],
    space: &Space,
    board: &Board,
    (target, model): (Target, &Model),
    statistics: &Statistics,
) -> Result<Vec<Candidate>, String> {
    let mut out = vec![];
    for t in choices {
        for lanes in &space.lanes {
            let built = |bank_style: BankStyle| {
                let on = |d| Design { lanes: *lanes, bank_style, ..d };
                with(t.config.design(), t.config.network().clone(), on).ok()
            };
            let Some(config) = bank_styles(target).into_iter().find_map(built) else { continue };
            let cost = Method::of(&config).cost(&config, statistics)?;
            let r = model.predict(config.design());
            let all = Resources {
                // what must fit is what nextpnr packs: carry chains take cells too
                lut4: r.logic_cells + BESIDE_THE_CORE.lut4,
                ff: r.ff + BESIDE_THE_CORE.ff,
                dsp: r.dsp,
                bram: r.bram + BESIDE_THE_CORE.bram,
                spram: r.spram,
            };
            out.push(Candidate {
                samples_per_second: board.clock.core * 1e6 / cost.cycles,
                excess: all.excess(&board.budget),
                accuracy: t.accuracy,
                resources: r,
                config,
                cost,
            });
        }
    }
    Ok(out)
}

/// Those that fit and that no other one beats in accuracy and `objective` at once, the most accurate first. Of two that are
/// alike in both the one with fewer look-up tables stays.
pub fn pareto(all: &[Candidate], objective: Objective) -> Vec<&Candidate> {
    let mut sorted: Vec<&Candidate> = all.iter().filter(|c| c.excess.is_none()).collect();
    let small = |c: &Candidate| -(c.resources.lut4 as f64);
    let key = |c: &Candidate| [c.accuracy, objective.merit(c), small(c)];
    sorted.sort_by(|a, b| {
        let pairs = key(b).into_iter().zip(key(a));
        pairs.map(|(b, a)| b.total_cmp(&a)).fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    let mut out: Vec<&Candidate> = vec![];
    for c in sorted {
        if out.last().is_none_or(|best| objective.merit(c) > objective.merit(best)) {
            out.push(c);
        }
    }
    out
}

/// The best of a Pareto set that is accurate enough.
pub fn winner<'a>(set: &[&'a Candidate], min_accuracy: f64) -> Option<&'a Candidate> {
    // the set is sorted by accuracy: what comes later is better at the objective
    set.iter().rev().find(|c| c.accuracy >= min_accuracy).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_synth::BoardName;

    fn space() -> Space {
        Space { lanes: vec![1, 4, 16], bits: vec![4, 8], hidden: vec![8, 16], rules: vec![Rule::Gated, Rule::Shallow] }
    }
    fn found() -> Vec<Candidate> {
        let base = Config::with_layers(1, &[64, 8, 10]).unwrap();
        let all: Vec<Trained> = choices(&base, &space())
            .into_iter()
            .enumerate()
            .map(|(i, config)| Trained { config, accuracy: 0.5 + 0.01 * (i * 5 % 8) as f64 })
            .collect();
        assert_eq!(all.len(), 8);
        let board = Board::named(BoardName::Ulx3s).unwrap();
        let target = target(&board).expect("a model of the ECP5");
        candidates(&all, &space(), &board, target, &Statistics::mnist()).unwrap()
    }

    #[test]
    fn every_choice_is_built_on_every_number_of_lanes() {
        let all = found();
        assert_eq!(all.len(), 24);
        assert!(all.iter().all(|c| c.excess.is_none() && c.resources.dsp == c.config.design().lanes as u64));
        let bits = |n| all.iter().filter(|c| c.config.design().hidden_bits == n).count();
        assert_eq!((bits(4), bits(8)), (12, 12));
    }
    #[test]
    fn nothing_beats_what_is_in_the_pareto_set() {
        let all = found();
        for objective in Objective::ALL {
            let set = pareto(&all, objective);
            for a in &set {
                let beaten = |b: &&Candidate| b.accuracy > a.accuracy && objective.merit(b) > objective.merit(a);
                assert!(!all.iter().any(|b| beaten(&b)));
            }
            let best = winner(&set, 0.53).expect("some are that accurate");
            assert!(best.accuracy >= 0.53);
            let accurate = all.iter().filter(|c| c.accuracy >= 0.53);
            assert!(accurate.clone().all(|c| objective.merit(c) <= objective.merit(best)), "{}", objective.name());
            assert!(winner(&set, 0.99).is_none());
        }
    }
    #[test]
    fn what_does_not_fit_the_board_is_told() {
        let base = Config::with_layers(1, &[784, 8, 10]).unwrap();
        let wide = Space { lanes: vec![64], bits: vec![8], hidden: vec![2000], rules: vec![Rule::Gated] };
        let one: Vec<_> = choices(&base, &wide).into_iter().map(|config| Trained { config, accuracy: 1.0 }).collect();
        let board = Board::named(BoardName::Ulx3s).unwrap();
        let all = candidates(&one, &wide, &board, target(&board).unwrap(), &Statistics::mnist()).unwrap();
        assert!(all[0].excess.as_ref().is_some_and(|e| e.contains("block RAM of 208")), "{:?}", all[0].excess);
        assert!(pareto(&all, Objective::Lut4).is_empty());
    }
}
