//! What a core takes of a part, or of a chip.
//!
//! ```text
//! parts   multipliers and memories, exactly
//! terms   what logic grows with     fit   their factors, from half of the samples in data/
//! ```
mod fit;
mod parts;
mod terms;

use crate::sample::{Measured, Sample};
use crate::target::Target;
use drtp_core::memories::memories;
use drtp_core::{Config, Design};
use fit::fit;
use parts::parts;
use serde::Serialize;
use std::sync::OnceLock;
use terms::{delays, terms};

/// What the designs of `drtp calibrate --target T --cases N` take.
const DATA: [(Target, &str, &str); 3] = [
    (Target::Ecp5, "data/ecp5.jsonl", include_str!("../../data/ecp5.jsonl")),
    (Target::Ice40, "data/ice40.jsonl", include_str!("../../data/ice40.jsonl")),
    (Target::Cells, "data/cells.jsonl", include_str!("../../data/cells.jsonl")),
];

/// Names of the counts, in the order of [`Measured::counts`].
pub const COUNTS: [&str; 8] =
    ["lut4", "ff", "dsp", "bram", "spram", "logic_cells", "gate_equivalents", "longest_path_ns"];

/// Whether a part of `target` has what `count`, one of [`COUNTS`], counts.
pub fn is_counted(target: Target, count: &str) -> bool {
    match count {
        "gate_equivalents" | "longest_path_ns" => target == Target::Cells,
        "spram" => target == Target::Ice40,
        _ => target != Target::Cells,
    }
}

impl Measured {
    /// The counts under the names of [`COUNTS`].
    pub fn counts(&self) -> [f64; 8] {
        let whole = [self.lut4, self.ff, self.dsp, self.bram, self.spram, self.logic_cells];
        let [lut4, ff, dsp, bram, spram, logic_cells] = whole.map(|n| n as f64);
        [lut4, ff, dsp, bram, spram, logic_cells, self.gates, self.path_ns]
    }
}

/// The model of one target.
#[derive(Clone, Debug)]
pub struct Model {
    target: Target,
    lut4: Vec<f64>,
    ff: Vec<f64>,
    logic_cells: Vec<f64>,
    gates: Vec<f64>,
    path_ns: Vec<f64>,
}

/// Errors of a model on samples that it has not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Validation {
    /// What is counted.
    pub count: &'static str,
    /// Samples that the model was fitted to, if it was.
    pub fitted_to: usize,
    /// Relative errors, one for each of the others.
    pub errors: Vec<f64>,
}

impl Validation {
    fn sorted(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self.errors.iter().map(|e| e.abs()).collect();
        all.sort_by(f64::total_cmp);
        all
    }
    /// The one in the middle, without its sign.
    pub fn median(&self) -> f64 {
        let all = self.sorted();
        all.get(all.len() / 2).copied().unwrap_or(0.0)
    }
    /// The greatest, without its sign.
    pub fn worst(&self) -> f64 {
        self.sorted().last().copied().unwrap_or(0.0)
    }
}

/// The samples of a target.
pub fn samples(target: Target) -> Vec<Sample> {
    let found = DATA.iter().find(|d| d.0 == target);
    found.map_or(vec![], |(_, name, text)| Sample::parse(name, text).expect("an embedded file, which a test reads"))
}

impl Model {
    /// The model of `target`, fitted to half of the samples of its file; none where there is no file.
    pub fn of(target: Target) -> Option<&'static Self> {
        static MODELS: OnceLock<Vec<Model>> = OnceLock::new();
        let models = MODELS.get_or_init(|| DATA.iter().map(|d| Self::fitted(d.0)).collect());
        models.iter().find(|m| m.target == target)
    }
    fn fitted(target: Target) -> Self {
        let all = samples(target).into_iter().enumerate();
        let seen: Vec<Sample> = all.filter(|(i, _)| is_fitted(*i)).map(|(_, s)| s).collect();
        let of = |terms: fn(&Design) -> Vec<f64>, count: fn(&Measured) -> f64| {
            let rows: Vec<Vec<f64>> = seen.iter().map(|s| terms(&s.design)).collect();
            let counts: Vec<f64> = seen.iter().map(|s| count(&s.measured)).collect();
            if counts.iter().all(|c| *c > 0.0) {
                fit(&rows, &counts)
            } else {
                vec![]
            }
        };
        Self {
            target,
            lut4: of(terms, |m| m.lut4 as f64),
            ff: of(terms, |m| m.ff as f64),
            logic_cells: of(terms, |m| m.logic_cells as f64),
            gates: of(terms, |m| m.gates),
            path_ns: of(delays, |m| m.path_ns),
        }
    }
    /// What `design` takes, with the target's bank style or a UP5K's.
    pub fn predict(&self, design: &Design) -> Measured {
        let (terms, delays) = (terms(design), delays(design));
        let over = |terms: &[f64], factors: &[f64]| factors.iter().zip(terms).fold(0.0, |sum, (f, t)| sum + f * t);
        let sum = |factors: &[f64]| over(&terms, factors);
        let parts = parts(self.target, design);
        // its counter and two flags, and its event's bit in three registers: exact; designs are fitted without it
        let watchdog = if design.watchdog { design.watchdog_bits() as u64 + 5 } else { 0 };
        let watched = |factors: &[f64]| sum(factors).round() as u64 + if factors.is_empty() { 0 } else { watchdog };
        Measured {
            lut4: sum(&self.lut4).round() as u64,
            ff: watched(&self.ff),
            dsp: parts.dsp,
            bram: parts.bram,
            spram: parts.spram,
            logic_cells: watched(&self.logic_cells),
            gates: sum(&self.gates).round(),
            path_ns: over(&delays, &self.path_ns),
        }
    }
    /// Its errors on the samples that it was not fitted to, for each count that the target has.
    pub fn validate(&self) -> Vec<Validation> {
        let (mut fitted_to, mut unseen) = (0, vec![]);
        for (i, s) in samples(self.target).into_iter().enumerate() {
            if is_fitted(i) {
                fitted_to += 1;
            } else {
                unseen.push((self.predict(&s.design).counts(), s.measured.counts()));
            }
        }
        let of = |(c, count): (usize, &&'static str)| {
            let errors = unseen.iter().map(|(p, m)| relative_error(p[c], m[c])).collect();
            Validation { count, fitted_to, errors }
        };
        let there = |c: &usize| unseen.iter().any(|(_, m)| m[*c] > 0.0);
        COUNTS.iter().enumerate().filter(|(c, _)| there(c)).map(of).collect()
    }
}

/// Whether the model is fitted to the `i`-th sample of a file: four are, four are not, since each kind of design comes once
/// in four.
fn is_fitted(i: usize) -> bool {
    i % 8 < 4
}

/// How far a prediction is off, as a share of what was measured; 0 where both are 0.
pub fn relative_error(predicted: f64, measured: f64) -> f64 {
    if predicted == measured {
        0.0
    } else {
        (predicted - measured) / measured.abs().max(f64::MIN_POSITIVE)
    }
}

/// `config` with the memories that `target` has; a UP5K's single-port memories stay.
///
/// # Errors
/// It cannot be built with them.
pub fn suited(config: &Config, target: Target) -> Result<Config, drtp_core::ConfigErrors> {
    let style = if target == Target::Ice40 && config.design().pairs() {
        config.design().bank_style
    } else {
        target.bank_style()
    };
    Config::new(Design { bank_style: style, ..config.design().clone() }, config.network().clone())
}

/// Bits of all memories.
pub fn memory_bits(design: &Design) -> u64 {
    memories(design).iter().map(|m| m.bits()).sum()
}
