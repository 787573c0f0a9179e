//! From values to a design, a network and a training schedule, noting all that is wrong.
use super::value::Value;
use super::{Draft, Training};
use crate::config::default_network;
use crate::design::{BankStyle, Design};
use crate::error::{ConfigErrors, Problem};
use crate::network::{Layer, Network, Nonlinearity, Projection, Rule, Seeds};
use crate::Layout;
use std::ops::RangeInclusive;

/// Reads a draft's values, remembering what is wrong with them.
pub(super) struct Check<'a> {
    pub draft: &'a Draft,
    pub problems: Vec<Problem>,
}

impl Check<'_> {
    fn refuse(&mut self, path: &str, message: impl Into<String>, accepted: &str) {
        self.problems.push(Problem::new(path, message, accepted));
    }
    pub fn errors(mut self) -> ConfigErrors {
        // a value that replaced the file's stands on no line of it
        let replaced = |p: &Problem| self.draft.values.contains_key(&p.path) && !self.draft.lines.contains_key(&p.path);
        for p in self.problems.iter_mut().filter(|p| p.line.is_none() && !replaced(p)) {
            // the key itself, or the nearest table around it
            let mut path = p.path.as_str();
            p.line = loop {
                match (self.draft.lines.get(path), path.rfind('.')) {
                    (Some(line), _) => break Some(*line),
                    (None, Some(dot)) => path = &path[..dot],
                    (None, None) => break None,
                }
            };
        }
        self.problems.sort_by_key(|p| p.line);
        self.problems.dedup();
        ConfigErrors { source_name: self.draft.source.clone(), problems: self.problems }
    }
    /// A number, or `default` where none is given; outside `range` it is refused.
    fn int(&mut self, path: &str, range: RangeInclusive<i64>, default: i64) -> i64 {
        match self.draft.values.get(path) {
            None => default,
            Some(Value::Int(v)) => match Problem::range(path, *v, range.clone()) {
                None => *v,
                Some(p) => {
                    self.problems.push(p);
                    *range.start()
                }
            },
            Some(_) => {
                self.refuse(path, "not a number", &format!("{} to {}", range.start(), range.end()));
                *range.start()
            }
        }
    }
    fn flag(&mut self, path: &str, default: bool) -> bool {
        match self.draft.values.get(path) {
            None => default,
            Some(Value::Bool(b)) => *b,
            Some(_) => {
                self.refuse(path, "neither true nor false", "true, false");
                default
            }
        }
    }
    fn choice<T: Copy>(&mut self, path: &str, choices: &[(&str, T)], default: T) -> T {
        let names = choices.iter().map(|c| c.0).collect::<Vec<_>>().join(", ");
        match self.draft.values.get(path) {
            None => default,
            Some(Value::Text(t)) => match choices.iter().find(|c| c.0 == t) {
                Some(c) => c.1,
                None => {
                    self.refuse(path, format!("{t:?} is unknown"), &names);
                    default
                }
            },
            Some(_) => {
                self.refuse(path, "not a name", &names);
                default
            }
        }
    }
    fn sizes(&mut self) -> Vec<usize> {
        let layers = (0..).take_while(|k| {
            let key = format!("network.layer[{k}]");
            self.draft.lines.contains_key(&key) || self.draft.values.contains_key(&format!("{key}.size"))
        });
        let layers = layers.count();
        if layers == 0 && !self.draft.has_topology() {
            return vec![64, 32, 10];
        }
        let wide = 1..=Design::MAX_WIDTH as i64;
        let mut sizes = vec![self.int("network.inputs", wide.clone(), 64) as usize];
        for k in 0..layers {
            let path = format!("network.layer[{k}].size");
            if !self.draft.values.contains_key(&path) {
                self.refuse(&path, "missing", "the number of neurons");
            }
            sizes.push(self.int(&path, wide.clone(), 1) as usize);
        }
        if layers == 0 {
            self.refuse("network.layer", "no layers", "1 to 4 [[network.layer]]");
            sizes.push(1);
        }
        sizes
    }
    pub fn training(&mut self) -> Training {
        let epochs = self.int("training.epochs", 0..=1000, 10) as usize;
        let decay_after = match self.draft.values.get("training.decay_after") {
            None => vec![3, 5, 7, 9],
            Some(Value::List(list)) => {
                for e in list {
                    self.problems.extend(Problem::range("training.decay_after", *e, 1..=1000));
                }
                list.iter().map(|e| *e as usize).collect()
            }
            Some(_) => {
                self.refuse("training.decay_after", "not a list", "[3, 5, 7, 9]");
                vec![]
            }
        };
        Training { epochs, decay_after }
    }
    pub fn network(&mut self) -> Network {
        let sizes = self.sizes();
        let hidden_bits = self.int("design.hidden_bits", 4..=12, 8) as usize;
        let mut n = default_network(&sizes, hidden_bits);
        for (k, layer) in n.layers.iter_mut().enumerate() {
            let at = |key: &str| format!("network.layer[{k}].{key}");
            layer.wf = self.int(&at("wf"), 0..=15, i64::from(layer.wf)) as u32;
            layer.shift = self.int(&at("shift"), 0..=12, i64::from(layer.shift)) as u32;
            let init = match layer.init_bits {
                Layer::ZERO_INIT => Layer::ZERO_INIT,
                _ => Layer::good_init(sizes[k], layer.wf, hidden_bits),
            };
            layer.init_bits = self.int(&at("init_bits"), 0..=31, i64::from(init)) as u32;
        }
        n.rule = self.choice("network.rule", &Rule::ALL.map(|r| (r.name(), r)), n.rule);
        n.activation = self.choice("network.activation", &Nonlinearity::ALL.map(|a| (a.name(), a)), n.activation);
        let usual = if n.rule == Rule::Drtp { Projection::Ternary } else { Projection::Binary };
        let choices = Projection::ALL.map(|p| (p.name(), p));
        n.projection = self.choice("network.projection", &choices, usual);
        n.dead_zone = self.int("network.dead_zone", 0..=254, i64::from(n.dead_zone)) as u32;
        n.margin = self.int("network.margin", 0..=65535, i64::from(n.margin)) as u32;
        let mut seed = |path, usual: u32| self.int(path, 0..=i64::from(u32::MAX), i64::from(usual)) as u32;
        n.seeds = Seeds {
            init: seed("seeds.init", n.seeds.init),
            projection: seed("seeds.projection", n.seeds.projection),
            noise: seed("seeds.noise", n.seeds.noise),
        };
        n
    }
    pub fn design(&mut self, network: &Network) -> Design {
        let lanes = self.int("design.lanes", 1..=64, 16) as usize;
        let need = Layout::new(lanes, network);
        let widest = network.sizes().into_iter().rev().skip(1).max().unwrap_or(1);
        let words = 1..=Design::MAX_WORDS as i64;
        let wide = 1..=Design::MAX_WIDTH as i64;
        let max_width = self.int("design.max_width", wide.clone(), widest as i64) as usize;
        let fixed_network = self.flag("design.fixed_network", false);
        // a network that cannot be replaced needs no room for others
        let (max_layers, max_hidden) =
            if fixed_network { (network.depth(), network.widest_hidden()) } else { (4, max_width) };
        Design {
            lanes,
            hidden_bits: self.int("design.hidden_bits", 4..=12, 8) as usize,
            output_bits: self.int("design.output_bits", 8..=16, 12) as usize,
            hidden_words: self.int("design.hidden_words", words.clone(), need.hidden_words().max(1) as i64) as usize,
            output_words: self.int("design.output_words", words, need.output_words().max(1) as i64) as usize,
            max_layers: self.int("design.max_layers", 1..=4, max_layers as i64) as usize,
            max_width,
            max_hidden: self.int("design.max_hidden", wide, max_hidden as i64) as usize,
            counters: self.flag("design.counters", true),
            stream_bits: self.int("design.stream_bits", 8..=32, 8) as usize,
            input_pages: self.int("design.input_pages", 1..=2, 2) as usize,
            learning: self.flag("design.learning", true),
            fixed_network,
            bank_style: self.choice("design.bank_style", &BankStyle::ALL.map(|s| (s.name(), s)), BankStyle::default()),
            watchdog: self.flag("design.watchdog", false),
        }
    }
}
