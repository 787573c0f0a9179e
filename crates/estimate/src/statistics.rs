//! How often inputs are not zero, layers owe an update and weights change: what accesses and cycles depend on.
use drtp_core::{Network, Rule};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One layer, means over training samples. Shares of the layer's inputs leave its bias out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerStatistics {
    /// Share of the inputs that are not zero.
    pub present: f64,
    /// Share of the inputs that a pass visits which pays for the sample before: not zero now, or, if that sample left an
    /// update, then.
    pub visited: f64,
    /// Share of the samples that leave an update of this layer.
    pub owes: f64,
    /// Share of the inputs that are not zero in samples that leave an update; other samples count as none.
    pub owed: f64,
    /// Share of the weights, biases among them, that a sample changes.
    pub written: f64,
}

/// All layers of one network under one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// The data.
    pub source: String,
    /// Sizes of the network that they were taken of.
    pub layers: Vec<usize>,
    /// Training samples.
    pub samples: usize,
    /// By rule.
    pub rules: BTreeMap<String, Vec<LayerStatistics>>,
}

/// Online training on MNIST: `drtp statistics --data FOLDER --layers 784,128,10 --samples 20000 --out mnist.toml`.
const MNIST: &str = include_str!("../data/mnist.toml");

impl Statistics {
    /// Those of MNIST.
    pub fn mnist() -> Self {
        Self::parse("mnist.toml", MNIST).expect("the embedded file, which a test reads")
    }
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it; `name` is its name.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let s: Self = toml::from_str(text).map_err(|e| format!("{name}: {}", e.message()))?;
        for (rule, layers) in &s.rules {
            if !Rule::ALL.iter().any(|r| r.name() == rule) {
                return Err(format!("{name}: rules.{rule}: no such rule"));
            }
            if layers.is_empty() || layers.len() + 1 != s.layers.len() {
                return Err(format!("{name}: rules.{rule}: {} layers for sizes {:?}", layers.len(), s.layers));
            }
            for (k, l) in layers.iter().enumerate() {
                let shares = [l.present, l.visited, l.owes, l.owed, l.written];
                if shares.iter().any(|s| !(0.0..=1.0).contains(s)) {
                    return Err(format!("{name}: rules.{rule}[{k}]: shares are numbers from 0 to 1"));
                }
            }
        }
        Ok(s)
    }
    /// As a file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("numbers and names")
    }
    /// For `network` under `rule`: its first layer as the first here, its last as the last, and what lies between with the
    /// inputs of the last and the updates of the first.
    ///
    /// # Errors
    /// They have not been taken of that rule.
    pub fn of(&self, network: &Network, rule: Rule) -> Result<Vec<LayerStatistics>, String> {
        let known = self.rules.get(rule.name()).filter(|l| !l.is_empty());
        let known = known.ok_or_else(|| format!("{}: no statistics of rule {}", self.source, rule.name()))?;
        let (first, last) = (known[0], known[known.len() - 1]);
        let depth = network.depth();
        if depth == known.len() {
            return Ok(known.clone());
        }
        let layer = |k: usize| match (k == 0, k + 1 == depth) {
            // the only layer: the first one's inputs, the last one's updates
            (true, true) => LayerStatistics {
                owes: last.owes,
                visited: first.present.max(first.visited),
                owed: first.present * last.owes,
                written: last.written,
                ..first
            },
            (true, false) => first,
            (false, true) => last,
            (false, false) => {
                LayerStatistics { owes: first.owes, owed: last.present * first.owes, written: first.written, ..last }
            }
        };
        Ok((0..depth).map(layer).collect())
    }
}

/// Takes statistics sample by sample.
#[derive(Clone, Debug, Default)]
pub struct Taker {
    layers: Vec<LayerStatistics>,
    before: Vec<Vec<bool>>,
    samples: usize,
}

impl Taker {
    /// A sample: the inputs of each layer without its bias, whether they are not zero; the layers that owe after it; the
    /// weights of each layer that it changes. Gives back what it adds to the sums: the statistics of this sample alone.
    pub fn sample(
        &mut self,
        inputs: Vec<Vec<bool>>,
        owes: &[bool],
        written: &[usize],
        sizes: &[usize],
    ) -> Vec<LayerStatistics> {
        let mut found = vec![];
        for (k, now) in inputs.iter().enumerate() {
            let share = |n: usize| n as f64 / now.len().max(1) as f64;
            let present = now.iter().filter(|x| **x).count();
            let before = self.before.get(k);
            let visited = match before {
                Some(before) => now.iter().zip(before).filter(|(a, b)| **a || **b).count(),
                None => present,
            };
            found.push(LayerStatistics {
                present: share(present),
                visited: share(visited),
                owes: f64::from(owes[k]),
                owed: if owes[k] { share(present) } else { 0.0 },
                written: written[k] as f64 / (sizes[k + 1] * (sizes[k] + 1)) as f64,
            });
        }
        self.layers.resize(found.len(), LayerStatistics::default());
        for (sum, one) in self.layers.iter_mut().zip(&found) {
            sum.present += one.present;
            sum.visited += one.visited;
            sum.owes += one.owes;
            sum.owed += one.owed;
            sum.written += one.written;
        }
        let kept = |(x, owes): (Vec<bool>, &bool)| if *owes { x } else { vec![false; x.len()] };
        self.before = inputs.into_iter().zip(owes).map(kept).collect();
        self.samples += 1;
        found
    }
    /// The means.
    pub fn means(&self) -> Vec<LayerStatistics> {
        let n = self.samples.max(1) as f64;
        let mean = |l: &LayerStatistics| LayerStatistics {
            present: l.present / n,
            visited: l.visited / n,
            owes: l.owes / n,
            owed: l.owed / n,
            written: l.written / n,
        };
        self.layers.iter().map(mean).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::Config;

    #[test]
    fn means_are_those_of_the_samples() {
        let mut taker = Taker::default();
        let (t, f) = (true, false);
        taker.sample(vec![vec![t, t, f, f]], &[true], &[5], &[4, 2]);
        taker.sample(vec![vec![f, t, t, f]], &[false], &[0], &[4, 2]);
        taker.sample(vec![vec![f, f, f, t]], &[true], &[1], &[4, 2]);
        let means = taker.means();
        // the second pass pays for the first sample: 3 of 4 inputs; the third one pays for nothing
        let third = |x: f64| x / 3.0;
        assert_eq!(
            means,
            [LayerStatistics {
                present: third(0.5 + 0.5 + 0.25),
                visited: third(0.5 + 0.75 + 0.25),
                owes: third(2.0),
                owed: third(0.5 + 0.25),
                written: third(0.5 + 0.1),
            }]
        );
    }
    #[test]
    fn the_embedded_file_serves_every_depth_and_rule() {
        let s = Statistics::mnist();
        for sizes in [&[784, 10][..], &[784, 128, 10], &[784, 64, 64, 10]] {
            let config = Config::with_layers(4, sizes).unwrap();
            for rule in Rule::ALL {
                let layers = s.of(config.network(), rule).unwrap();
                assert_eq!(layers.len(), sizes.len() - 1);
                assert!(layers.iter().all(|l| l.present <= l.visited + 1e-9 && l.owed <= l.owes));
            }
        }
        assert_eq!(Statistics::parse("x", &s.to_toml()).unwrap(), s);
    }
    #[test]
    fn a_bad_file_is_told() {
        let e = |text: &str| Statistics::parse("f.toml", text).unwrap_err();
        assert!(e("x = 1").starts_with("f.toml: "));
        let text = "source = \"s\"\nlayers = [2, 2]\nsamples = 1\n[[rules.drtp]]\npresent = 2.0\nvisited = 0.0\n\
            owes = 0.0\nowed = 0.0\nwritten = 0.0\n";
        assert_eq!(e(text), "f.toml: rules.drtp[0]: shares are numbers from 0 to 1");
        assert_eq!(e(&text.replace("rules.drtp", "rules.hebb")), "f.toml: rules.hebb: no such rule");
        assert_eq!(e(&text.replace("[2, 2]", "[2]")), "f.toml: rules.drtp: 1 layers for sizes [2]");
    }
}
