//! What Verilator counts of a run: lines that were reached, bits that changed.
use std::collections::BTreeMap;

/// What a point stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointKind {
    /// A statement or a branch was reached.
    Line,
    /// A bit changed.
    Toggle,
}

/// A place in the Verilog, whatever instance of its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// The module.
    pub module: String,
    /// Line of the file, from 1.
    pub line: u32,
    /// Statement or bit.
    pub kind: PointKind,
    /// A branch, or a signal and its bit.
    pub what: String,
}

/// Counts by point.
#[derive(Clone, Debug, Default)]
pub struct Points(pub BTreeMap<Point, u64>);

impl Points {
    /// Reads Verilator's file: a record a line, `C 'keys' count`, keys as `\x01 name \x02 value`.
    pub fn read(text: &str) -> Self {
        let mut out = Self::default();
        for line in text.lines() {
            let Some((keys, count)) = line.strip_prefix("C '").and_then(|l| l.rsplit_once("' ")) else { continue };
            let values: BTreeMap<&str, &str> = keys.split('\u{1}').filter_map(|k| k.split_once('\u{2}')).collect();
            let of = |key: &str| values.get(key).copied().unwrap_or_default();
            // page: v_line/module, v_branch/module, v_toggle/module
            let (kind, module) = of("page").split_once('/').unwrap_or_default();
            let kind = if kind == "v_toggle" { PointKind::Toggle } else { PointKind::Line };
            let point = Point {
                // a module with parameters is one of several: its name goes on behind two underscores
                module: module.split("__").next().unwrap_or_default().into(),
                line: of("l").parse().unwrap_or(0),
                kind,
                what: of("o").into(),
            };
            *out.0.entry(point).or_default() += count.trim().parse::<u64>().unwrap_or(0);
        }
        out
    }
    /// Adds the counts of another run.
    pub fn add(&mut self, other: Points) {
        for (point, count) in other.0 {
            *self.0.entry(point).or_default() += count;
        }
    }
    /// Points of a kind, and those that were active.
    pub fn share(&self, kind: PointKind) -> (usize, usize) {
        let of: Vec<u64> = self.0.iter().filter(|(p, _)| p.kind == kind).map(|(_, n)| *n).collect();
        (of.len(), of.iter().filter(|n| **n > 0).count())
    }
    /// Points that were never active.
    pub fn holes(&self, kind: PointKind) -> impl Iterator<Item = &Point> {
        self.0.iter().filter(move |(p, n)| p.kind == kind && **n == 0).map(|(p, _)| p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, line: u32, what: &str, instance: &str, count: u32) -> String {
        format!("C '\u{1}f\u{2}core.v\u{1}l\u{2}{line}\u{1}page\u{2}{kind}/drtp_x__W8\u{1}o\u{2}{what}\u{1}h\u{2}TOP.{instance}' {count}\n")
    }

    #[test]
    fn instances_of_a_module_are_one() {
        let text = [
            "# SystemC::Coverage-3\n".to_string(),
            record("v_line", 3, "if", "a", 0),
            record("v_line", 3, "if", "b", 4),
            record("v_branch", 9, "else", "a", 0),
            record("v_toggle", 2, "clk", "a", 7),
        ]
        .concat();
        let mut points = Points::read(&text);
        assert_eq!((points.share(PointKind::Line), points.share(PointKind::Toggle)), ((2, 1), (1, 1)));
        let hole = points.holes(PointKind::Line).next().unwrap().clone();
        assert_eq!((hole.module.as_str(), hole.line, hole.what.as_str()), ("drtp_x", 9, "else"));
        points.add(Points::read(&record("v_branch", 9, "else", "a", 1)));
        assert_eq!(points.share(PointKind::Line), (2, 2));
    }
}
