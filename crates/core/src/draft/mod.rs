//! A configuration before it is checked: from a TOML file, from the command line, or from both.
//!
//! A file is flattened into `path -> value, line`, so that every key is known by name, every problem can say where it
//! stands, and a command-line option simply replaces a value.
mod check;
mod keys;
mod value;

pub use keys::KEYS;
pub use value::Value;

use crate::error::{ConfigErrors, Problem};
use crate::network::{Rule, Seeds};
use crate::Config;
use check::Check;
use keys::{is_table, known, siblings};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};
use value::{kind, scalar};

/// How a file names a layer.
const LAYER: &str = "[[network.layer]] with size = .., once for each layer";

/// How long to train, and when the learning rate halves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    /// Passes over the training set.
    pub epochs: usize,
    /// After each of these epochs (from 1) every layer's shift rises by one.
    pub decay_after: Vec<usize>,
}

/// Values of a configuration, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    source: Option<String>,
    /// Unknown keys and values of a wrong type: they stand beside what else is wrong.
    problems: Vec<Problem>,
    values: BTreeMap<String, Value>,
    lines: BTreeMap<String, usize>,
}

impl Draft {
    /// Reads a configuration file's text; `name` stands in messages.
    ///
    /// # Errors
    /// Text that is no TOML. Unknown keys and wrong values are reported by [`Draft::config`], with all else.
    ///
    /// ```
    /// let draft = drtp_core::Draft::parse("my.toml", "[design]\nlanes = 3\nlayers = 3\n")?;
    /// let e = draft.config().unwrap_err().to_string();
    /// assert!(e.starts_with("my.toml:2: design.lanes: 3 lanes (accepted: 1, 2, 4"));
    /// assert!(e.contains("my.toml:3: design.layers: unknown key (accepted: lanes, hidden_bits"));
    /// # Ok::<(), drtp_core::ConfigErrors>(())
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigErrors> {
        Self::read(name, text, None)
    }
    /// Reads the configuration that stands in the table `part` of a larger file; without that table it is empty.
    ///
    /// # Errors
    /// As [`Draft::parse`]; `part` is no table.
    ///
    /// ```
    /// let draft = drtp_core::Draft::parse_part("all.toml", "title = 'x'\n[base.design]\nlanes = 3\n", "base")?;
    /// assert!(draft.config().unwrap_err().to_string().starts_with("all.toml:3: design.lanes: 3 lanes"));
    /// # Ok::<(), drtp_core::ConfigErrors>(())
    /// ```
    pub fn parse_part(name: &str, text: &str, part: &str) -> Result<Self, ConfigErrors> {
        Self::read(name, text, Some(part))
    }

    fn read(name: &str, text: &str, part: Option<&str>) -> Result<Self, ConfigErrors> {
        let mut draft = Self { source: Some(name.into()), ..Self::default() };
        let line_of = |at: usize| 1 + text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count();
        let refusal = |mut p: Problem, at: Option<usize>| {
            p.line = at.map(line_of);
            ConfigErrors { source_name: Some(name.into()), problems: vec![p] }
        };
        let whole = DeTable::parse(text).map_err(|e| {
            // the parser does not say which
            let key = e.span().filter(|_| e.message() == "duplicate key").and_then(|at| text.get(at)).unwrap_or("");
            let accepted = if key == "layer" { LAYER } else { "" };
            refusal(Problem::new(key, e.message(), accepted), e.span().map(|s| s.start))
        })?;
        let inside = part.map(|part| (part, whole.get_ref().get(part)));
        let table = match inside {
            None => whole.get_ref(),
            Some((_, None)) => return Ok(draft),
            Some((part, Some(value))) => value.get_ref().as_table().ok_or_else(|| {
                let p = Problem::new(part, format!("{} is not taken here", kind(value.get_ref())), "a table");
                refusal(p, Some(value.span().start))
            })?,
        };
        let mut problems = vec![];
        draft.flatten("", table, &line_of, &mut problems);
        draft.problems = problems;
        Ok(draft)
    }

    fn flatten(&mut self, prefix: &str, table: &DeTable, line: &dyn Fn(usize) -> usize, problems: &mut Vec<Problem>) {
        for (key, value) in table {
            let path =
                if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
            let at = line(key.span().start);
            let refusal = |message: String, accepted: String| {
                let mut p = Problem::new(path.clone(), message, accepted);
                p.line = Some(at);
                p
            };
            match value.get_ref() {
                DeValue::Table(t) if is_table(&path) => {
                    self.lines.insert(path.clone(), at);
                    self.flatten(&path, t, line, problems);
                }
                DeValue::Array(list) if path == "network.layer" => {
                    for (k, element) in list.iter().enumerate() {
                        let element_path = format!("{path}[{k}]");
                        self.lines.insert(element_path.clone(), line(element.span().start));
                        match element.get_ref() {
                            DeValue::Table(t) => self.flatten(&element_path, t, line, problems),
                            _ => problems.push(refusal("not a table".into(), LAYER.into())),
                        }
                    }
                }
                DeValue::Table(_) if path == "network.layer" => {
                    problems.push(refusal("one table, where each layer has one".into(), LAYER.into()))
                }
                other => match (known(&path), scalar(other)) {
                    (None, _) => problems.push(refusal("unknown key".into(), siblings(prefix))),
                    (Some(takes), None) => {
                        problems.push(refusal(format!("{} is not taken here", kind(other)), takes.into()))
                    }
                    (Some(_), Some(v)) => {
                        self.lines.insert(path.clone(), at);
                        self.values.insert(path, v);
                    }
                },
            }
        }
    }

    /// Replaces any value. A key that is not in [`KEYS`] changes nothing; a value that it does not take is reported by
    /// [`Draft::config`].
    pub fn set(&mut self, path: &str, value: Value) {
        self.lines.remove(path);
        self.values.insert(path.into(), value);
    }
    /// Replaces the number of lanes.
    pub fn set_lanes(&mut self, lanes: i64) {
        self.set("design.lanes", Value::Int(lanes));
    }
    /// Replaces the widths of hidden and output weights.
    pub fn set_weight_bits(&mut self, hidden: i64, output: i64) {
        self.set("design.hidden_bits", Value::Int(hidden));
        self.set("design.output_bits", Value::Int(output));
    }
    /// Replaces whether the core learns.
    pub fn set_learning(&mut self, learning: bool) {
        self.set("design.learning", Value::Bool(learning));
    }
    /// Replaces whether the network is fixed with the hardware.
    pub fn set_fixed_network(&mut self, fixed: bool) {
        self.set("design.fixed_network", Value::Bool(fixed));
    }
    /// Replaces the style of the memories.
    pub fn set_bank_style(&mut self, style: crate::BankStyle) {
        self.set("design.bank_style", Value::Text(style.name().into()));
    }
    /// Replaces the width of the input stream.
    pub fn set_stream_bits(&mut self, bits: i64) {
        self.set("design.stream_bits", Value::Int(bits));
    }
    /// Refuses a key, or all keys of a table, that the file has: where `instead` decides.
    pub fn forbid(&mut self, path: &str, instead: &str) {
        let inside = |p: &str| p.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        let lines = self.lines.iter().filter(|(p, _)| inside(p)).map(|(_, line)| *line);
        if let Some(line) = lines.min() {
            let p = Problem::new(path, "does not belong here", instead);
            self.problems.push(Problem { line: Some(line), ..p });
        }
    }
    /// Replaces the topology by `[inputs, hidden.., classes]`; every layer takes its default settings.
    pub fn set_layers(&mut self, sizes: &[i64]) {
        let of_layers = |path: &String| path.starts_with("network.layer[") || path == "network.inputs";
        self.values.retain(|path, _| !of_layers(path));
        self.lines.retain(|path, _| !of_layers(path));
        for (k, size) in sizes.iter().enumerate() {
            match k {
                0 => self.set("network.inputs", Value::Int(*size)),
                k => self.set(&format!("network.layer[{}].size", k - 1), Value::Int(*size)),
            }
        }
    }
    /// Replaces the rule.
    pub fn set_rule(&mut self, rule: Rule) {
        self.set("network.rule", Value::Text(rule.name().into()));
    }
    /// Replaces the number of epochs.
    pub fn set_epochs(&mut self, epochs: i64) {
        self.set("training.epochs", Value::Int(epochs));
    }
    /// Replaces the three seeds by numbers drawn from `seed`.
    pub fn set_seed(&mut self, seed: u64) {
        let s = Seeds::from_seed(seed);
        for (path, v) in [("seeds.init", s.init), ("seeds.projection", s.projection), ("seeds.noise", s.noise)] {
            self.set(path, Value::Int(i64::from(v)));
        }
    }
    /// Whether the topology was given, by file or option.
    pub fn has_topology(&self) -> bool {
        self.values.contains_key("network.inputs") || self.values.contains_key("network.layer[0].size")
    }

    /// The checked configuration.
    ///
    /// # Errors
    /// Everything that is wrong, with the file's lines.
    pub fn config(&self) -> Result<Config, ConfigErrors> {
        self.checked().map(|c| c.0)
    }
    /// The training schedule.
    ///
    /// # Errors
    /// Everything that is wrong, with the file's lines.
    pub fn training(&self) -> Result<Training, ConfigErrors> {
        self.checked().map(|c| c.1)
    }
    fn checked(&self) -> Result<(Config, Training), ConfigErrors> {
        let mut check = Check { draft: self, problems: self.problems.clone() };
        let network = check.network();
        let design = check.design(&network);
        let training = check.training();
        let config = Config::new(design, network);
        match config {
            Ok(config) if check.problems.is_empty() => Ok((config, training)),
            Ok(_) => Err(check.errors()),
            Err(e) => {
                // a value that was refused above stands in for another: what it breaks then is no news
                let new = |p: &Problem| check.problems.iter().all(|known| known.path != p.path);
                let more: Vec<Problem> = e.problems.into_iter().filter(new).collect();
                check.problems.extend(more);
                Err(check.errors())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Design, Layer, Nonlinearity, Projection};

    fn refusal(text: &str) -> Vec<(String, Option<usize>)> {
        let e = Draft::parse("t.toml", text).and_then(|d| {
            d.training()?;
            d.config()
        });
        e.expect_err("refused").problems.into_iter().map(|p| (p.path, p.line)).collect()
    }

    #[test]
    fn empty_file_is_the_default() {
        let c = Draft::parse("t.toml", "").unwrap().config().unwrap();
        assert_eq!(c.network().sizes(), [64, 32, 10]);
        assert_eq!(c, Config::with_layers(16, &[64, 32, 10]).unwrap());
    }
    #[test]
    fn every_key_is_taken() {
        let text = "[design]\nlanes = 4\nhidden_bits = 6\noutput_bits = 10\nhidden_words = 100\noutput_words = 40\n\
            max_layers = 3\nmax_width = 70\nmax_hidden = 60\ncounters = false\nstream_bits = 32\ninput_pages = 1\n\
            learning = false\nfixed_network = true\nbank_style = 'blackbox'\nwatchdog = true\n[network]\ninputs = 9\nrule = 'gated'\nactivation = 'clipped_relu'\n\
            projection = 'ternary'\ndead_zone = 3\nmargin = 9\n[[network.layer]]\nsize = 5\nwf = 7\nshift = 3\n\
            init_bits = 2\n[[network.layer]]\nsize = 3\n[seeds]\ninit = 1\nprojection = 2\nnoise = 0xFFFF_FFFF\n\
            [training]\nepochs = 2\ndecay_after = [1]\n";
        let d = Draft::parse("t.toml", text).unwrap();
        assert_eq!(d.training().unwrap(), Training { epochs: 2, decay_after: vec![1] });
        let c = d.config().unwrap();
        let design = Design {
            lanes: 4,
            hidden_bits: 6,
            output_bits: 10,
            hidden_words: 100,
            output_words: 40,
            max_layers: 3,
            max_width: 70,
            max_hidden: 60,
            counters: false,
            stream_bits: 32,
            input_pages: 1,
            learning: false,
            fixed_network: true,
            bank_style: crate::BankStyle::Blackbox,
            watchdog: true,
        };
        assert_eq!(*c.design(), design);
        let n = c.network();
        assert_eq!(n.sizes(), [9, 5, 3]);
        assert_eq!(n.layers[0], Layer { size: 5, wf: 7, shift: 3, init_bits: 2 });
        assert_eq!((n.rule, n.activation, n.projection), (Rule::Gated, Nonlinearity::ClippedRelu, Projection::Ternary));
        assert_eq!((n.dead_zone, n.margin), (3, 9));
        assert_eq!(n.seeds, Seeds { init: 1, projection: 2, noise: 0xFFFF_FFFF });
    }
    #[test]
    fn every_problem_is_named_with_its_line() {
        let text = "[design]\nlanes = 3\nhidden_bits = 13\n[network]\ndead_zone = 255\n[[network.layer]]\nsize = 10\nwf = 16\n";
        let expected = ["design.hidden_bits", "network.layer[0].wf", "network.dead_zone", "design.hidden_bits"];
        let found = refusal(text);
        for path in expected {
            assert!(found.iter().any(|p| p.0 == path), "{path} in {found:?}");
        }
        assert!(found.contains(&("network.dead_zone".into(), Some(5))));
        assert!(found.contains(&("network.layer[0].wf".into(), Some(8))));
        assert_eq!(refusal("[design]\nlanes = 3\n"), [("design.lanes".into(), Some(2))]);
    }
    #[test]
    fn unknown_keys_and_wrong_types_are_all_named() {
        let found = refusal("[design]\nlane = 3\n[network]\nrule = 4.5\n[[network.layer]]\nsiz = 3\n[typo]\nx = 1\n");
        let expected = [
            ("design.lane", 2),
            ("network.rule", 4),
            ("network.layer[0].size", 5),
            ("network.layer[0].siz", 6),
            ("typo", 7),
        ];
        assert_eq!(found, expected.map(|(p, l)| (p.to_string(), Some(l))));
        assert_eq!(refusal("[design\n").len(), 1);
        assert_eq!(refusal("[network]\nlayer = [3]\n")[0], ("network.layer".into(), Some(2)));
        assert_eq!(refusal("[network]\nrule = 'hebb'\n"), [("network.rule".into(), Some(2))]);
        assert_eq!(refusal("[network]\nrule = 5\n"), [("network.rule".into(), Some(2))]);
        assert_eq!(refusal("[design]\nlanes = 99999999999999999999\n"), [("design.lanes".into(), Some(2))]);
        assert_eq!(refusal("[design]\ncounters = 1\n"), [("design.counters".into(), Some(2))]);
        assert_eq!(refusal("[training]\nepochs = -1\n"), [("training.epochs".into(), Some(2))]);
        assert_eq!(refusal("[training]\ndecay_after = 3\n"), [("training.decay_after".into(), Some(2))]);
    }
    #[test]
    fn what_does_not_fit_is_refused() {
        let words = "[design]\nhidden_words = 5\n";
        assert_eq!(refusal(words), [("design.hidden_words".into(), Some(2))]);
        let init = "[[network.layer]]\nsize = 4\ninit_bits = 7\n[[network.layer]]\nsize = 2\n";
        assert_eq!(refusal(init), [("network.layer[0].init_bits".into(), Some(3))]);
        let deep = "[[network.layer]]\nsize = 4\n".repeat(5);
        assert_eq!(refusal(&deep)[0].0, "network.layer");
        assert_eq!(refusal("[network]\ninputs = 5\n")[0].0, "network.layer");
        assert_eq!(refusal("[[network.layer]]\nwf = 4\n"), [("network.layer[0].size".into(), Some(1))]);
        let classes = "[[network.layer]]\nsize = 129\n";
        assert_eq!(refusal(classes), [("network.layer[0].size".into(), Some(2))]);
    }
    #[test]
    fn what_options_replace_is_replaced() {
        let mut draft = Draft::parse("t.toml", "").unwrap();
        draft.set_layers(&[9, 5, 3]);
        draft.set_lanes(4);
        draft.set_weight_bits(6, 10);
        draft.set_learning(false);
        draft.set_fixed_network(true);
        draft.set_bank_style(crate::BankStyle::Blackbox);
        draft.set_stream_bits(32);
        let c = draft.config().unwrap();
        let d = c.design();
        assert_eq!((d.lanes, d.hidden_bits, d.output_bits, d.stream_bits), (4, 6, 10, 32));
        assert_eq!((d.learning, d.fixed_network, d.bank_style), (false, true, crate::BankStyle::Blackbox));
        assert_eq!(c.network().sizes(), [9, 5, 3]);
    }
    #[test]
    fn a_layer_in_single_brackets_is_told_apart() {
        let said = |text: &str| match Draft::parse("t.toml", text) {
            Ok(d) => d.config().unwrap_err().to_string(),
            Err(e) => e.to_string(),
        };
        let once = said("[network]\ninputs = 4\n[network.layer]\nsize = 2\n");
        let twice = said("[network]\ninputs = 4\n[network.layer]\nsize = 3\n[network.layer]\nsize = 2\n");
        assert!(once.contains("t.toml:3: network.layer: one table") && once.contains(LAYER), "{once}");
        assert!(twice.contains("t.toml:5: layer: duplicate key") && twice.contains(LAYER), "{twice}");
        let lanes = said("[design]\nlanes = 4\nlanes = 8\n");
        assert!(lanes.contains("t.toml:3: lanes: duplicate key"), "{lanes}");
    }
    #[test]
    fn what_is_forbidden_is_named_if_it_was_given() {
        let problems = |text: &str| {
            let mut d = Draft::parse("t.toml", text).unwrap();
            d.forbid("seeds", "the key seed");
            d.forbid("network.layer", "the key hidden");
            d.config().map_or_else(|e| e.problems, |_| vec![])
        };
        assert_eq!(problems("[network]\ninputs = 64\n[[network.layer]]\nsize = 3\n[seeds]\nnoise = 1\n").len(), 2);
        let one = &problems("[design]\nlanes = 4\n[seeds]\nnoise = 1\n")[..];
        assert!(matches!(one, [p] if p.path == "seeds" && p.line == Some(3)), "{one:?}");
        assert_eq!(problems("[network]\nrule = 'drtp'\n"), []);
    }
    #[test]
    fn a_part_of_a_file_is_read_alone() {
        let text = "title = 'x'\n[base.network]\nrule = 'gated'\nrul = 1\n[grid]\nrule = 3\n";
        let e = Draft::parse_part("t.toml", text, "base").unwrap().config().unwrap_err();
        assert!(matches!(&e.problems[..], [p] if p.path == "network.rul" && p.line == Some(4)), "{e}");
        assert!(Draft::parse_part("t.toml", text, "other").unwrap().config().is_ok());
        let e = Draft::parse_part("t.toml", text, "title").unwrap_err().to_string();
        assert_eq!(e, "t.toml:1: title: a text is not taken here (accepted: a table)");
    }
    #[test]
    fn an_option_replaces_a_value() {
        let mut d = Draft::parse("t.toml", "[design]\nlanes = 3\n[network]\nrule = 'drtp'\n").unwrap();
        d.set_lanes(4);
        d.set_layers(&[5, 4, 3]);
        d.set_seed(1);
        let c = d.config().unwrap();
        assert_eq!((c.design().lanes, c.network().sizes()), (4, vec![5, 4, 3]));
        assert_eq!(c.network().projection, Projection::Ternary);
        assert_ne!(c.network().seeds.init, c.network().seeds.noise);
    }
    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(\\[design\\]|\\[\\[network.layer\\]\\]|size|lanes|=|\\[|\\]|-?[0-9]{1,20}|'|\n|.){0,40}") {
            if let Ok(d) = Draft::parse("t", &text) {
                let _ = (d.config(), d.training());
            }
        }
    }
}
