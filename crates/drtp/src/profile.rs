//! Statistics of training, taken from the golden model: what estimates of accesses and cycles start from.
use drtp_core::{Config, Network, Rule};
use drtp_data::{Dataset, Shuffle};
use drtp_estimate::{LayerStatistics, Statistics, Taker};
use drtp_golden::{Model, Outcome};

/// Statistics of each rule in the second epoch of `samples` samples of `set`; `done` is called after each sample.
///
/// # Panics
/// If the samples do not suit the network.
pub fn statistics(config: &Config, set: &Dataset, samples: usize, seed: u64, done: &dyn Fn()) -> Statistics {
    let of = |rule: Rule| {
        let network = Network { rule, ..config.network().clone() };
        let config = Config::new(config.design().clone(), network).expect("a rule changes nothing that is checked");
        (rule.name().to_string(), one(&config, set, samples, seed, done))
    };
    Statistics {
        source: set.name().into(),
        layers: config.network().sizes(),
        samples,
        rules: Rule::ALL.into_iter().map(of).collect(),
    }
}

fn one(config: &Config, set: &Dataset, samples: usize, seed: u64, done: &dyn Fn()) -> Vec<LayerStatistics> {
    let mut model = Model::new(config);
    let mut taker = Taker::default();
    let mut shuffle = Shuffle::new(seed);
    let sizes = config.network().sizes();
    for epoch in 0..2 {
        for i in shuffle.epoch(set.len()).into_iter().take(samples) {
            let s = set.sample(i);
            let outcome = model.learn(s.x, usize::from(s.target));
            if epoch == 1 {
                take(&mut taker, &outcome, &sizes);
            }
            done();
        }
    }
    taker.means()
}

/// Adds what one sample did; gives back the statistics of it alone.
pub fn take(taker: &mut Taker, outcome: &Outcome, sizes: &[usize]) -> Vec<LayerStatistics> {
    let some = |x: &Vec<i32>| x[..x.len() - 1].iter().map(|v| *v != 0).collect();
    let mut written = vec![0; outcome.inputs.len()];
    outcome.writes.iter().for_each(|w| written[w.at.layer] += 1);
    taker.sample(outcome.inputs.iter().map(some).collect(), &outcome.owed, &written, sizes)
}
