//! A grid file: which settings, and which of their combinations.
use super::SweepError;
use drtp_core::draft::Value;
use serde::de::IgnoredAny;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most runs of a grid: one that is larger is a mistake.
const MOST_RUNS: usize = 100_000;

/// What differs from run to run. The order is that of the runs: the last key changes fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Learning rule of the hidden layers.
    Rule,
    /// Entries of B.
    Projection,
    /// The hidden layers' non-linearity.
    Activation,
    /// Sizes of the hidden layers, first to last; none for a network of one layer.
    Hidden,
    /// Bits of hidden weights.
    HiddenBits,
    /// Bits of output weights.
    OutputBits,
    /// Binary point of the weights of all hidden layers.
    HiddenWf,
    /// Binary point of the output weights.
    OutputWf,
    /// Output errors of at most this teach nothing.
    DeadZone,
    /// Scores closer than this are close.
    Margin,
    /// Update shift of all hidden layers.
    HiddenShift,
    /// Update shift of the output layer.
    OutputShift,
    /// Epochs after which every shift rises by one.
    DecayAfter,
    /// Passes over the training samples.
    Epochs,
    /// Seed of initial weights, projection, noise and of the order of samples.
    Seed,
}

impl Key {
    /// All of them, in their order.
    pub const ALL: [Self; 15] = [
        Self::Rule,
        Self::Projection,
        Self::Activation,
        Self::Hidden,
        Self::HiddenBits,
        Self::OutputBits,
        Self::HiddenWf,
        Self::OutputWf,
        Self::DeadZone,
        Self::Margin,
        Self::HiddenShift,
        Self::OutputShift,
        Self::DecayAfter,
        Self::Epochs,
        Self::Seed,
    ];
    /// Name in files and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Projection => "projection",
            Self::Activation => "activation",
            Self::Hidden => "hidden",
            Self::HiddenBits => "hidden_bits",
            Self::OutputBits => "output_bits",
            Self::HiddenWf => "hidden_wf",
            Self::OutputWf => "output_wf",
            Self::DeadZone => "dead_zone",
            Self::Margin => "margin",
            Self::HiddenShift => "hidden_shift",
            Self::OutputShift => "output_shift",
            Self::DecayAfter => "decay_after",
            Self::Epochs => "epochs",
            Self::Seed => "seed",
        }
    }
    /// What is wrong with a value that no configuration would be asked about.
    fn refusal(self, value: &Value) -> Option<String> {
        match (self, value) {
            (Self::Hidden, Value::List(_)) => None,
            (Self::Hidden, other) => Some(format!("{other} is no list of sizes, such as [128] or []")),
            (Self::Seed, Value::Int(0..)) => None,
            (Self::Seed, other) => Some(format!("{other} is no seed: a number from 0 on")),
            _ => None,
        }
    }
}

/// One combination of values; what is not in it is as in `[base]`.
pub(super) type Point = BTreeMap<Key, Value>;

/// A whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grid {
    pub title: String,
    /// Values of a sample that it is meant for; others are refused. Without it any data are taken.
    pub inputs: Option<usize>,
    /// Read as a configuration, from the same text.
    #[serde(default, rename = "base")]
    _base: IgnoredAny,
    /// Settings that belong together; each case meets every point of the grid.
    #[serde(default)]
    case: Vec<Point>,
    #[serde(default)]
    grid: BTreeMap<Key, Vec<Value>>,
}

impl Grid {
    pub fn parse(file: &str, text: &str) -> Result<Self, SweepError> {
        let grid: Self =
            toml::from_str(text).map_err(|e| SweepError::Toml { file: file.into(), reason: e.to_string() })?;
        let refuse = |key: String, reason: String| Err(SweepError::Key { file: file.into(), key, reason });
        let mut runs = grid.case.len().max(1);
        for (key, values) in &grid.grid {
            let name = format!("grid.{}", key.name());
            if values.is_empty() {
                return refuse(name, "an empty list makes no runs".into());
            }
            if let Some(reason) = values.iter().find_map(|v| key.refusal(v)) {
                return refuse(name, reason);
            }
            runs = runs.saturating_mul(values.len());
        }
        for (n, case) in grid.case.iter().enumerate() {
            for (key, value) in case {
                let name = format!("case[{n}].{}", key.name());
                if grid.grid.contains_key(key) {
                    return refuse(name, "stands in [grid] too".into());
                }
                if let Some(reason) = key.refusal(value) {
                    return refuse(name, reason);
                }
            }
        }
        let has_hidden = |p: &Point| p.contains_key(&Key::Hidden);
        if !grid.grid.contains_key(&Key::Hidden) && (grid.case.is_empty() || !grid.case.iter().all(has_hidden)) {
            return refuse(
                "grid.hidden".into(),
                "missing: sizes of the hidden layers, such as [[128], [64, 64]]".into(),
            );
        }
        if runs > MOST_RUNS {
            return refuse("grid".into(), format!("{runs} runs; {MOST_RUNS} at the most"));
        }
        Ok(grid)
    }
    /// Every combination, in the order of the cases and then of the keys.
    pub fn points(&self) -> Vec<Point> {
        let mut points = if self.case.is_empty() { vec![Point::new()] } else { self.case.clone() };
        for (key, values) in &self.grid {
            let with = |p: &Point, v: &Value| {
                let mut p = p.clone();
                p.insert(*key, v.clone());
                p
            };
            points = points.iter().flat_map(|p| values.iter().map(move |v| with(p, v))).collect();
        }
        points
    }
}

/// A point as in a file: `hidden = [8], seed = 1`.
pub(super) fn words(point: &Point) -> String {
    let all: Vec<String> = point.iter().map(|(k, v)| format!("{} = {v}", k.name())).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Vec<String> {
        Grid::parse("g.toml", text).unwrap().points().iter().map(words).collect()
    }
    fn refusal(text: &str) -> String {
        Grid::parse("g.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn the_last_key_changes_fastest_whatever_the_order_in_the_file() {
        let found = points("title = 't'\n[grid]\nseed = [1, 2]\nrule = ['drtp', 'gated']\nhidden = [[4]]\n");
        let expected = [
            "rule = \"drtp\", hidden = [4], seed = 1",
            "rule = \"drtp\", hidden = [4], seed = 2",
            "rule = \"gated\", hidden = [4], seed = 1",
            "rule = \"gated\", hidden = [4], seed = 2",
        ];
        assert_eq!(found, expected);
    }
    #[test]
    fn cases_meet_every_point() {
        let cases = "title = 't'\n[[case]]\nrule = 'drtp'\nprojection = 'binary'\n[[case]]\nrule = 'shallow'\n";
        let found = points(&format!("{cases}[grid]\nhidden = [[], [3, 2]]\n"));
        assert_eq!(found.len(), 4);
        assert_eq!(found[1], "rule = \"drtp\", projection = \"binary\", hidden = [3, 2]");
        assert_eq!(found[2], "rule = \"shallow\", hidden = []");
    }
    #[test]
    fn names_are_those_that_files_are_read_with() {
        for key in Key::ALL {
            let value = if key == Key::Hidden { "[1]" } else { "1" };
            let hidden = if key == Key::Hidden { "" } else { "hidden = [[1]]\n" };
            let text = format!("title = 't'\n[grid]\n{hidden}{} = [{value}]\n", key.name());
            assert!(Grid::parse("g.toml", &text).unwrap().grid.contains_key(&key), "{text}");
        }
        assert!(Key::ALL.windows(2).all(|k| k[0] < k[1]));
    }
    #[test]
    fn what_is_wrong_is_named() {
        let with = |grid: &str| refusal(&format!("title = 't'\n[grid]\nhidden = [[4]]\n{grid}\n"));
        let e = with("lanes = [1]");
        assert!(e.starts_with("g.toml: TOML parse error at line 4") && e.contains("unknown variant `lanes`"), "{e}");
        assert!(with("margin = [1.5]").contains("line 4"));
        assert!(with("margin = 3").contains("line 4"));
        assert_eq!(with("margin = []"), "g.toml: grid.margin: an empty list makes no runs");
        assert!(with("seed = [-1]").starts_with("g.toml: grid.seed: -1 is no seed"));
        assert!(with("[[case]]\nhidden = [3]").starts_with("g.toml: case[0].hidden: stands in [grid] too"));
        let many = format!("margin = {:?}\nseed = {:?}", (0..400).collect::<Vec<_>>(), (0..400).collect::<Vec<_>>());
        assert_eq!(with(&many), "g.toml: grid: 160000 runs; 100000 at the most");
        assert!(refusal("title = 't'\n").starts_with("g.toml: grid.hidden: missing"));
        assert!(refusal("title = 't'\nhidden = 3\n").contains("unknown field `hidden`"));
        assert!(refusal("title = 't'\n[grid]\nhidden = [3]\n").contains("grid.hidden: 3 is no list of sizes"));
        assert!(refusal("[grid]\nhidden = [[3]]\n").contains("missing field `title`"));
        assert!(refusal("title = 't\n").contains("line 1"));
    }
}
