//! The figures of a cost: the keys of JSON and CSV, and what tables say.
use drtp::estimate::{Cost, Kind};
use serde_json::{Map, Value};

/// Key, words, value.
type Figure = (&'static str, &'static str, fn(&Cost) -> f64);

/// In the order of columns.
pub const FIGURES: [Figure; 7] = [
    ("weight_reads", "weight reads", Cost::weight_reads),
    ("weight_writes", "weight writes", Cost::weight_writes),
    ("buffer_bits", "buffer bits", |c| c.buffer_bits() as f64),
    ("cycles", "cycles", |c| c.cycles),
    ("multiplies", "multiplies", Cost::multiply_count),
    ("adds", "adds", Cost::add_count),
    ("energy_pj_45nm", "energy, pJ at 45 nm", Cost::energy_pj),
];

/// All of them, and the bits of memory by kind.
pub fn json_of(cost: &Cost) -> Map<String, Value> {
    let mut out: Map<_, _> = FIGURES.iter().map(|(key, _, value)| (key.to_string(), value(cost).into())).collect();
    let bits: Map<String, Value> =
        Kind::ALL.into_iter().map(|k| (k.name().replace(' ', "_"), cost.bits(k).into())).collect();
    out.insert("memory_bits".into(), bits.into());
    out
}

/// A count or a length of nanoseconds, as tables show it: whole, but for small ones that are not.
pub fn shown(x: f64) -> String {
    if x < 100.0 && x.fract() != 0.0 {
        format!("{x:.2}")
    } else {
        format!("{x:.0}")
    }
}
