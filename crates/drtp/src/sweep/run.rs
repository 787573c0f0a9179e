//! One point of a grid: what it trains, and its line of results.
use super::grid::{Key, Point};
use super::source::{hex, About, Source};
use crate::training::train;
use drtp_core::draft::{Training, Value};
use drtp_core::{Config, ConfigErrors, Draft};
use serde_json::{json, Map};
use sha2::{Digest, Sha256};

/// An object of a line of results.
pub(super) type Object = Map<String, serde_json::Value>;

/// A network, how it is trained, and on what.
#[derive(Clone, Debug)]
pub struct Run {
    config: Config,
    plan: Training,
    seed: u64,
    key: String,
    given: Object,
}

impl Run {
    /// The run of `point`; `base` says the rest.
    pub(super) fn new(base: &Draft, point: &Point, about: &About) -> Result<Self, ConfigErrors> {
        let (draft, seed) = drafted(base, point, about);
        let (config, plan) = (draft.config()?, draft.training()?);
        let given = given(&config, &plan, seed, about);
        let canonical = serde_json::Value::Object(given.clone()).to_string();
        let key = hex(&Sha256::digest(canonical.as_bytes())[..6]);
        Ok(Self { config, plan, seed, key, given })
    }
    /// Twelve digits that follow from all that the result follows from, and from nothing else: a run keeps its key when
    /// its grid grows.
    pub fn key(&self) -> &str {
        &self.key
    }
    /// The network, on hardware that holds it.
    pub fn config(&self) -> &Config {
        &self.config
    }
    /// How long it is trained.
    pub fn training(&self) -> &Training {
        &self.plan
    }
    /// Seed of everything that is random.
    pub fn seed(&self) -> u64 {
        self.seed
    }
    /// A setting, as results have it.
    pub fn setting(&self, key: Key) -> &serde_json::Value {
        &self.given[key.name()]
    }
    /// About how much work an epoch is, in weights times samples; for progress bars alone.
    fn epoch_effort(&self, about: &About) -> u64 {
        self.config.network().weights() as u64 * about.train_samples as u64
    }
    /// About how much work it is in all.
    pub(super) fn effort(&self, about: &About) -> u64 {
        self.epoch_effort(about) * self.plan.epochs as u64
    }
    /// All of its line that is known before it is trained.
    pub(super) fn head(&self) -> Object {
        let mut head = Object::new();
        head.insert("key".into(), self.key.clone().into());
        head.extend(self.given.clone());
        head.insert("version".into(), crate::VERSION.into());
        head
    }
    /// Trains it, and says what came of it. `progress` is told how much work was done since it was told last.
    pub(super) fn line(&self, source: &Source, progress: &(dyn Fn(u64) + Sync)) -> Object {
        let sets = source.sets(self.seed);
        let (mut curve, mut owing, mut seconds) = (vec![], 0u64, 0f64);
        let mut engine = train(&self.config, &self.plan, self.seed, &sets.train, &mut |engine, epoch| {
            curve.push(engine.accuracy(&sets.measured));
            owing += epoch.owing;
            seconds += epoch.time.as_secs_f64();
            progress(self.epoch_effort(&source.about));
        });
        let accuracy = curve.last().copied().unwrap_or_else(|| engine.accuracy(&sets.measured));
        let samples = (self.plan.epochs * sets.train.len()) as f64;
        let mut line = self.head();
        line.insert("accuracy".into(), accuracy.into());
        line.insert("accuracy_by_epoch".into(), curve.into());
        line.insert("update_share".into(), (owing as f64 / samples.max(1.0)).into());
        // all that differs when a run is repeated
        line.insert(TIMING.into(), (samples / seconds.max(1e-9)).round().into());
        line
    }
}

/// The one field that differs when a run is repeated; the last.
pub const TIMING: &str = "samples_per_second";

/// `base` with the values of `point` and the sizes of the data, and the seed.
fn drafted(base: &Draft, point: &Point, about: &About) -> (Draft, u64) {
    let mut draft = base.clone();
    let hidden: &[i64] = match point.get(&Key::Hidden) {
        Some(Value::List(sizes)) => sizes,
        _ => &[],
    };
    let mut sizes = vec![about.inputs as i64];
    sizes.extend(hidden);
    sizes.push(about.classes as i64);
    draft.set_layers(&sizes);
    let seed = match point.get(&Key::Seed) {
        Some(Value::Int(seed)) => *seed as u64,
        _ => 1,
    };
    draft.set_seed(seed);
    for (key, value) in point {
        for path in paths(*key, hidden.len()) {
            draft.set(&path, value.clone());
        }
    }
    (draft, seed)
}

/// Where a configuration has what a key sets; nowhere, if other keys' values are made of it.
fn paths(key: Key, hidden_layers: usize) -> Vec<String> {
    let hidden = |name: &str| (0..hidden_layers).map(|k| format!("network.layer[{k}].{name}")).collect();
    let output = |name: &str| vec![format!("network.layer[{hidden_layers}].{name}")];
    match key {
        Key::Rule | Key::Projection | Key::Activation | Key::DeadZone | Key::Margin => {
            vec![format!("network.{}", key.name())]
        }
        Key::HiddenBits | Key::OutputBits => vec![format!("design.{}", key.name())],
        Key::DecayAfter | Key::Epochs => vec![format!("training.{}", key.name())],
        Key::HiddenWf => hidden("wf"),
        Key::HiddenShift => hidden("shift"),
        Key::OutputWf => output("wf"),
        Key::OutputShift => output("shift"),
        Key::Hidden | Key::Seed => vec![],
    }
}

/// Everything that a result follows from, but for the version of drtp.
fn given(config: &Config, plan: &Training, seed: u64, about: &About) -> Object {
    let (design, network) = (config.design(), config.network());
    let (output, hidden) = network.layers.split_last().expect("a network has a layer");
    // `None` without hidden layers; they are all alike, but for their sizes
    let first = hidden.first();
    let fields = json!({
        "rule": network.rule,
        "projection": network.projection,
        "activation": network.activation,
        "layers": network.sizes(),
        "hidden": hidden.iter().map(|l| l.size).collect::<Vec<_>>(),
        "hidden_bits": design.hidden_bits,
        "output_bits": design.output_bits,
        "hidden_wf": first.map(|l| l.wf),
        "output_wf": output.wf,
        "init_bits": network.layers.iter().map(|l| l.init_bits).collect::<Vec<_>>(),
        "dead_zone": network.dead_zone,
        "margin": network.margin,
        "hidden_shift": first.map(|l| l.shift),
        "output_shift": output.shift,
        "decay_after": plan.decay_after,
        "epochs": plan.epochs,
        "seed": seed,
        "seeds": network.seeds,
        "data": about.data,
        "data_sha256": about.digest,
        "measured_on": about.measured_on,
        "train_samples": about.train_samples,
        "measured_samples": about.measured_samples,
    });
    match fields {
        serde_json::Value::Object(fields) => fields,
        _ => unreachable!("the macro was given an object"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(base: &str, point: &[(Key, Value)]) -> Run {
        let source = Source::load(None, 0).unwrap();
        let base = Draft::parse("b.toml", base).unwrap();
        Run::new(&base, &point.iter().cloned().collect(), &source.about).unwrap()
    }

    #[test]
    fn every_key_reaches_the_network() {
        use drtp_core::{Nonlinearity, Projection, Rule};
        let text = |t: &str| Value::Text(t.into());
        let r = run(
            "",
            &[
                (Key::Rule, text("gated")),
                (Key::Projection, text("ternary")),
                (Key::Activation, text("clipped_relu")),
                (Key::Hidden, Value::List(vec![9, 7])),
                (Key::HiddenBits, Value::Int(6)),
                (Key::OutputBits, Value::Int(10)),
                (Key::HiddenWf, Value::Int(8)),
                (Key::OutputWf, Value::Int(7)),
                (Key::DeadZone, Value::Int(3)),
                (Key::Margin, Value::Int(5)),
                (Key::HiddenShift, Value::Int(2)),
                (Key::OutputShift, Value::Int(1)),
                (Key::DecayAfter, Value::List(vec![2])),
                (Key::Epochs, Value::Int(4)),
                (Key::Seed, Value::Int(77)),
            ],
        );
        let (d, n) = (r.config().design(), r.config().network());
        assert_eq!((n.sizes(), d.hidden_bits, d.output_bits), (vec![64, 9, 7, 10], 6, 10));
        assert_eq!((n.rule, n.projection, n.activation), (Rule::Gated, Projection::Ternary, Nonlinearity::ClippedRelu));
        assert_eq!(n.layers.iter().map(|l| (l.wf, l.shift)).collect::<Vec<_>>(), [(8, 2), (8, 2), (7, 1)]);
        assert_eq!((n.dead_zone, n.margin), (3, 5));
        assert_eq!(r.training(), &Training { epochs: 4, decay_after: vec![2] });
        assert_eq!((r.seed(), n.seeds), (77, drtp_core::Seeds::from_seed(77)));
        // each has its place in a line of results
        let told = Key::ALL.map(|k| r.setting(k).to_string());
        let expected = [
            "\"gated\"",
            "\"ternary\"",
            "\"clipped_relu\"",
            "[9,7]",
            "6",
            "10",
            "8",
            "7",
            "3",
            "5",
            "2",
            "1",
            "[2]",
            "4",
            "77",
        ];
        assert_eq!(told, expected);
    }
    #[test]
    fn keys_are_stable_and_follow_from_the_settings_alone() {
        let hidden = (Key::Hidden, Value::List(vec![8]));
        let plain = run("", std::slice::from_ref(&hidden));
        let spelt_out = run("", &[hidden.clone(), (Key::Margin, Value::Int(128)), (Key::Seed, Value::Int(1))]);
        assert_eq!(plain.key(), spelt_out.key());
        assert_eq!(plain.key(), run("[network]\nmargin = 128\n", std::slice::from_ref(&hidden)).key());
        assert_ne!(plain.key(), run("[network]\nmargin = 129\n", std::slice::from_ref(&hidden)).key());
        // lanes change no bit of a result
        assert_eq!(plain.key(), run("[design]\nlanes = 2\n", std::slice::from_ref(&hidden)).key());
    }
    #[test]
    fn a_line_is_what_training_gives() {
        let r =
            run("", &[(Key::Hidden, Value::List(vec![8])), (Key::Epochs, Value::Int(1)), (Key::Seed, Value::Int(3))]);
        let source = Source::load(None, 0).unwrap();
        let line = r.line(&source, &|_| {});
        let sets = source.sets(3);
        let mut engine = train(r.config(), r.training(), 3, &sets.train, &mut |_, _| {});
        assert_eq!(line["accuracy"], engine.accuracy(&sets.measured));
        assert_eq!(line["accuracy_by_epoch"], json!([line["accuracy"]]));
        assert!((0.01..=1.0).contains(&line["update_share"].as_f64().unwrap()));
        assert_eq!(line.keys().next_back().unwrap(), TIMING);
        assert!(r.head().iter().all(|(name, value)| line[name] == *value));
    }
}
