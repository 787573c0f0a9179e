//! From keys to an experiment that can be run, or to what is wrong with them.
use super::keys::{File, RunKeys};
use super::{DataKind, Experiment, ExperimentError, Options, Run};
use crate::network::Shape;
use crate::train::Plan;
use crate::Task;

/// The most neurons, channels, inputs or samples that are tried: far more than the paper's, and no product of two
/// overflows.
const MOST: usize = 1 << 24;

pub fn experiment(file: &str, text: &str, options: &Options) -> Result<Experiment, ExperimentError> {
    let keys: File =
        toml::from_str(text).map_err(|e| ExperimentError::Toml { file: file.into(), reason: e.to_string() })?;
    let check = Check(file);
    let t = &keys.training;
    let trials = options.trials.unwrap_or(t.trials);
    check.that(0 < trials && trials <= MOST, "training.trials", || "at least 1".into())?;
    let seed = options.seed.unwrap_or(t.seed);
    check.that(seed.checked_add(trials as u64).is_some(), "training.seed", || {
        "too large: trial i has seed + i".into()
    })?;
    check.that(!keys.run.is_empty(), "run", || "at least one [[run]]".into())?;
    check.tables(&keys)?;
    let mut runs: Vec<Run> = vec![];
    for (i, run) in keys.run.iter().enumerate() {
        let run = check.run(&keys, i, run, options)?;
        check.that(runs.iter().all(|r| r.name != run.name), &format!("run {}: name", i + 1), || {
            format!("\"{}\" is the name of another run too", run.name)
        })?;
        runs.push(run);
    }
    let (classification, regression) = (keys.classification.unwrap_or_default(), keys.regression.unwrap_or_default());
    let (file, title, data, holdout) = (file.into(), keys.title, keys.data, options.holdout);
    Ok(Experiment { file, title, data, classification, regression, trials, seed, holdout, runs })
}

/// What can only be said when the data are there.
pub fn fits(file: &str, i: usize, run: &Run, task: &Task) -> Result<(), ExperimentError> {
    let check = Check(file);
    let (inputs, channels) = (task.train.x.ncols(), task.train.channels);
    let mut size = (inputs / channels).isqrt();
    for (c, convolution) in run.shape.convolutions.iter().enumerate() {
        let key = format!("network.convolutions {}", c + 1);
        check.that(c > 0 || size * size * channels == inputs, &key, || {
            format!("{}: samples of {inputs} values are no square images", task.train.name)
        })?;
        let side = (size + 2 * convolution.padding() + 1).saturating_sub(convolution.kernel);
        check.that(side >= 2, &key, || {
            format!("a kernel of {0} x {0} leaves nothing to pool of an image of {size} x {size}", convolution.kernel)
        })?;
        size = side / 2;
    }
    let wanted = run.samples.unwrap_or(1);
    check.that(wanted <= task.train.len(), &format!("run {}: samples", i + 1), || {
        format!("{} asked for, but {} has {}", wanted, task.train.name, task.train.len())
    })
}

struct Check<'a>(&'a str);

impl Check<'_> {
    fn that(&self, fine: bool, key: &str, reason: impl FnOnce() -> String) -> Result<(), ExperimentError> {
        match fine {
            true => Ok(()),
            false => Err(ExperimentError::Key { file: self.0.into(), key: key.into(), reason: reason() }),
        }
    }

    /// Sizes of generated data, and tables that belong to other data.
    fn tables(&self, keys: &File) -> Result<(), ExperimentError> {
        for (table, there, wanted) in [
            ("classification", keys.classification.is_some(), DataKind::Classification),
            ("regression", keys.regression.is_some(), DataKind::Regression),
        ] {
            self.that(!there || keys.data == wanted, table, || {
                format!("data = \"{}\" does not read it", keys.data.name())
            })?;
        }
        let size = |n: usize| 0 < n && n <= MOST;
        let expected = || format!("expected 1 to {MOST}");
        if let Some(r) = &keys.regression {
            for (key, n) in [("train", r.train), ("test", r.test), ("inputs", r.inputs)] {
                self.that(size(n), &format!("regression.{key}"), expected)?;
            }
        }
        if let Some(c) = &keys.classification {
            for (key, n) in [("train", c.train), ("test", c.test), ("inputs", c.inputs), ("clusters", c.clusters)] {
                self.that(size(n), &format!("classification.{key}"), expected)?;
            }
            self.that((2..=128).contains(&c.classes), "classification.classes", || "expected 2 to 128".into())?;
            self.that(0 < c.informative && c.informative <= c.inputs, "classification.informative", || {
                format!("expected 1 to {} (inputs)", c.inputs)
            })?;
            // corners are drawn until all differ: half of them must be left over
            let corners = 1usize << c.informative.min(40);
            self.that(2 * c.classes * c.clusters.min(MOST) <= corners, "classification.clusters", || {
                format!(
                    "{} informative inputs have too few corners for {} clusters",
                    c.informative,
                    c.classes * c.clusters
                )
            })?;
            self.that((0.0..=1.0).contains(&c.flip), "classification.flip", || "expected 0 to 1".into())?;
            self.that(c.separation.is_finite(), "classification.separation", || "expected a number".into())?;
        }
        Ok(())
    }

    fn run(&self, keys: &File, i: usize, run: &RunKeys, options: &Options) -> Result<Run, ExperimentError> {
        let (n, t) = (&keys.network, &keys.training);
        let place = |given: bool, table: &str, key: &str| match given {
            true => format!("run {}: {key}", i + 1),
            false => format!("{table}.{key}"),
        };
        let size = |n: usize| 0 < n && n <= MOST;
        let hidden = run.hidden.clone().unwrap_or_else(|| n.hidden.clone());
        self.that(hidden.iter().all(|n| size(*n)), &place(run.hidden.is_some(), "network", "hidden"), || {
            format!("each layer has 1 to {MOST} neurons")
        })?;
        self.that(n.loss.takes(n.output), "network.loss", || {
            "bce needs output = \"sigmoid\", ce output = \"linear\"".into()
        })?;
        self.that((0.0..1.0).contains(&n.dropout), "network.dropout", || "expected 0 up to, but not, 1".into())?;
        for (c, k) in n.convolutions.iter().enumerate() {
            let key = format!("network.convolutions {}", c + 1);
            self.that(0 < k.channels && k.channels <= 4096, &key, || "expected 1 to 4096 channels".into())?;
            self.that(0 < k.kernel && k.kernel <= 64, &key, || "expected a kernel of 1 to 64".into())?;
            self.that(k.padding() < k.kernel, &key, || "expected a padding below the kernel".into())?;
        }
        let rate = run.rate.unwrap_or(t.rate);
        let output_rate = run.output_rate.or(t.output_rate.filter(|_| run.rate.is_none())).unwrap_or(rate);
        for (key, rate, given) in
            [("rate", rate, run.rate.is_some()), ("output_rate", output_rate, run.output_rate.is_some())]
        {
            self.that(rate.is_finite() && rate >= 0.0, &place(given, "training", key), || {
                "expected a number, at least 0".into()
            })?;
        }
        let rate_end = run.rate_end.unwrap_or(t.rate_end);
        self.that((0.0..=1.0).contains(&rate_end), &place(run.rate_end.is_some(), "training", "rate_end"), || {
            "expected 0 to 1, the share of the rate that is left at the end".into()
        })?;
        self.that(size(t.batch), "training.batch", || format!("expected 1 to {MOST}"))?;
        let epochs = options.epochs.or(run.epochs).unwrap_or(t.epochs);
        self.that(size(epochs), &place(run.epochs.is_some(), "training", "epochs"), || {
            format!("expected 1 to {MOST}")
        })?;
        self.that(run.samples != Some(0), &format!("run {}: samples", i + 1), || "at least 1".into())?;
        let (activation, init) = (run.activation.unwrap_or(n.activation), run.init.unwrap_or(n.init));
        let shape = Shape { hidden, activation, init, ..n.clone() };
        let plan = Plan {
            optimiser: run.optimiser.unwrap_or(t.optimiser),
            rate,
            output_rate,
            rate_end,
            batch: t.batch,
            epochs,
            angles_every: t.angles_every,
            seed: 0,
        };
        let name = run.name.clone().unwrap_or_else(|| run.rule.name().into());
        Ok(Run { name, rule: run.rule, shape, plan, samples: run.samples, paper: run.paper })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title = 't'\ndata = 'digits'\n[network]\nhidden = [5]\n[training]\noptimiser = 'sgd'\nrate = 0.1\nepochs = 2\n[[run]]\nrule = 'bp'\n[[run]]\nrule = 'drtp'\nrate = 0.2\nhidden = [3, 4]\n";

    fn refused(from: &str, to: &str) -> String {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        Experiment::parse("x.toml", &text, &Options::default()).unwrap_err().to_string()
    }

    #[test]
    fn a_run_replaces_what_the_file_says_and_options_replace_both() {
        let options = Options { epochs: Some(7), trials: Some(3), seed: Some(9), holdout: 0 };
        let e = Experiment::parse("x.toml", GOOD, &options).unwrap();
        assert_eq!((e.trials(), e.seed), (3, 9));
        let [bp, drtp] = e.runs() else { panic!("two runs") };
        assert_eq!((bp.name.as_str(), &bp.shape.hidden[..], bp.plan.rate, bp.plan.epochs), ("bp", &[5][..], 0.1, 7));
        assert_eq!((drtp.name.as_str(), &drtp.shape.hidden[..], drtp.plan.rate), ("drtp", &[3, 4][..], 0.2));
        assert_eq!((drtp.plan.output_rate, drtp.plan.batch), (0.2, 100));
    }

    #[test]
    fn messages_name_file_and_key() {
        for (from, to, expected) in [
            ("hidden = [5]", "hidden = [5, 0]", "x.toml: network.hidden: each layer"),
            ("hidden = [5]", "hiden = [5]", "unknown field `hiden`"),
            ("hidden = [5]", "loss = 'ce'", "x.toml: network.loss: bce needs"),
            ("hidden = [5]", "dropout = 1.0", "x.toml: network.dropout: "),
            (
                "hidden = [5]",
                "convolutions = [{ channels = 0, kernel = 3 }]",
                "network.convolutions 1: expected 1 to 4096",
            ),
            ("hidden = [5]", "convolutions = [{ channels = 1, kernel = 3, padding = 3 }]", "below the kernel"),
            ("rate = 0.1", "rate = -0.1", "x.toml: training.rate: "),
            ("rate = 0.1", "rate = inf", "x.toml: training.rate: "),
            ("rate = 0.1", "rate = 'high'", "x.toml: "),
            ("rate = 0.2", "rate = nan", "x.toml: run 2: rate: "),
            ("rate = 0.2", "samples = 0", "x.toml: run 2: samples: "),
            ("rate = 0.2", "name = 'bp'", "x.toml: run 2: name: \"bp\" is the name of another run too"),
            ("epochs = 2", "epochs = 0", "x.toml: training.epochs: expected 1"),
            ("epochs = 2", "epochs = 2\nbatch = 0", "x.toml: training.batch: expected 1"),
            ("epochs = 2", "epochs = 2\ntrials = 0", "x.toml: training.trials: at least 1"),
            ("epochs = 2", "epochs = 2\nrate_end = 2.0", "x.toml: training.rate_end: "),
            ("rule = 'bp'", "rule = 'backprop'", "unknown variant `backprop`"),
            ("data = 'digits'", "data = 'emnist'", "unknown variant `emnist`"),
            ("[network]", "[regression]\n[network]", "x.toml: regression: data = \"digits\" does not read it"),
            ("title = 't'", "title = ", "x.toml: TOML parse error at line 1"),
        ] {
            let message = refused(from, to);
            assert!(message.contains(expected), "{to}: {message}");
        }
    }

    #[test]
    fn generated_data_are_checked_before_they_are_made() {
        let with =
            |table: &str| refused("data = 'digits'", &format!("data = 'classification'\n[classification]\n{table}"));
        assert!(with("informative = 300").contains("classification.informative: expected 1 to 256"));
        assert!(with("informative = 5")
            .contains("classification.clusters: 5 informative inputs have too few corners for 50"));
        assert!(with("classes = 1").contains("classification.classes: expected 2 to 128"));
        assert!(with("train = 0").contains("classification.train"));
        assert!(with("flip = 1.5").contains("classification.flip"));
    }
}
