//! A critical path in words of our blocks.
//!
//! The flat netlist remembers the hierarchy in names: `board.core.lane[3].sum_TRELLIS_FF_Q_5` is a register of `sum` in
//! lane 3. Registers, memories, multipliers and named nets tell where a path is. LUTs are only counted: Yosys names them
//! after any net nearby. A carry chain remembers its source line, and so the module it is written in.
use crate::error::{at, report, SynthError};
use crate::report::Hop;
use crate::sources::Source;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The slowest path of a design.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriticalPath {
    /// Where it leads: the register or memory it starts in, what it goes through, where it ends.
    pub stations: Vec<String>,
    /// In nanoseconds.
    pub nanoseconds: f64,
    /// Share of that which is spent along wires.
    pub routing_share: f64,
    /// LUTs on the way.
    pub luts: usize,
}

impl std::fmt::Display for CriticalPath {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let percent = 100.0 * self.routing_share;
        write!(f, "{}: {:.1} ns, {percent:.0} % routing", self.stations.join(" -> "), self.nanoseconds)
    }
}

/// What kind of cell it is, and the source line it was made of.
#[derive(Debug, Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    attributes: Attributes,
}
#[derive(Debug, Default, Deserialize)]
struct Attributes {
    #[serde(default)]
    src: String,
}
#[derive(Deserialize)]
struct Module {
    cells: BTreeMap<String, Cell>,
}
#[derive(Deserialize)]
struct Design {
    modules: BTreeMap<String, Module>,
}

/// What names of cells mean.
pub struct Words {
    cells: BTreeMap<String, Cell>,
    /// Of each file the lines on which a module begins.
    modules: Vec<(String, usize, String)>,
}

/// What comes between a name of ours and what Yosys makes of it.
const MARKS: [&str; 9] =
    ["_LUT4_", "_TRELLIS_FF_", "_CCU2C_", "_PFUMX_", "_L6MUX21_", "_MULT18X18D_", "_DP16KD_", "_SB_", "_ABC9_"];
/// Pins of carry chains.
const CARRY: [&str; 4] = ["FCI", "FCO", "CIN", "COUT"];

impl Words {
    /// Reads the netlist `json` of a design made from `sources`.
    pub fn read(json: &Path, top: &str, sources: &[Source]) -> Result<Self, SynthError> {
        let text = fs::read_to_string(json).map_err(at(json))?;
        let mut design: Design = serde_json::from_str(&text).map_err(|e| report(json, e.to_string()))?;
        let module = design.modules.remove(top).ok_or_else(|| report(json, format!("has no module {top}")))?;
        Ok(Self { cells: module.cells, modules: modules(sources) })
    }
    /// The path that `hops` are.
    pub fn path(&self, hops: &[Hop]) -> CriticalPath {
        let total: f64 = hops.iter().map(|h| h.delay).sum();
        let routing: f64 = hops.iter().filter(|h| h.kind == "routing").map(|h| h.delay).sum();
        let mut stations: Vec<String> = vec![];
        let mut luts = 0;
        let mut waiting = 0;
        for (i, hop) in hops.iter().enumerate() {
            let ends = i == 0 || i + 1 == hops.len();
            let station = match hop.kind.as_str() {
                "routing" => hop.net.as_deref().filter(|n| i > 1 && named(n)).map(words),
                _ if ends => Some(self.register(&hop.to.cell)),
                _ if CARRY.contains(&hop.to.port.as_str()) => self.module(&hop.to.cell).map(|m| format!("{m} adder")),
                _ => self.block(&hop.to.cell),
            };
            match station {
                None if hop.kind == "logic" && !CARRY.contains(&hop.to.port.as_str()) => waiting += 1,
                Some(station) if stations.last() != Some(&station) => {
                    // the sum's own LUT belongs to its carry chain
                    let after_adder = stations.last().is_some_and(|s| s.ends_with(" adder"));
                    let between = waiting - usize::from(waiting > 0 && after_adder);
                    if between > 0 {
                        stations.push(format!("{between} LUT{}", if between == 1 { "" } else { "s" }));
                    }
                    luts += waiting;
                    waiting = 0;
                    stations.push(station);
                }
                _ => {}
            }
        }
        CriticalPath {
            stations,
            nanoseconds: total,
            routing_share: if total > 0.0 { routing / total } else { 0.0 },
            luts: luts + waiting,
        }
    }
    /// The netlist's cell that nextpnr calls `name`.
    fn cell(&self, name: &str) -> Option<&Cell> {
        let begin = name.split('$').next().unwrap_or(name);
        self.cells.get(name).or_else(|| self.cells.get(begin)).or_else(|| self.cells.get(begin.strip_suffix("_LC")?))
    }
    /// Where a path starts or ends.
    fn register(&self, name: &str) -> String {
        self.block(name).unwrap_or_else(|| words(name))
    }
    /// A memory or multiplier.
    fn block(&self, name: &str) -> Option<String> {
        let kind = self.cell(name)?.kind.as_str();
        let what = match kind {
            "DP16KD" | "PDPW16KD" | "SB_SPRAM256KA" => "memory",
            "MULT18X18D" | "SB_MAC16" => return Some(format!("{} multiplier", block_of(name))),
            k if k.starts_with("SB_RAM40_4K") => "memory",
            _ => return None,
        };
        Some(format!("{} {what}", words(name.split(".mem.").next().unwrap_or(name))))
    }
    /// The module in which a cell is written, in words; none of a cell that nextpnr puts at the end of a carry chain.
    fn module(&self, name: &str) -> Option<String> {
        if name.starts_with('$') {
            return None;
        }
        let src = self.cell(name).map_or("", |c| c.attributes.src.as_str());
        let place = src.split('|').find_map(|part| {
            let (file, line) = part.split_once(':')?;
            let line: usize = line.split('.').next()?.parse().ok()?;
            let modules = self.modules.iter().filter(|m| m.0 == file && m.1 <= line);
            modules.max_by_key(|m| m.1).map(|m| m.2.trim_start_matches("drtp_").replace('_', " "))
        });
        Some(place.unwrap_or_else(|| block_of(name)))
    }
}

/// File, line and name of each module.
fn modules(sources: &[Source]) -> Vec<(String, usize, String)> {
    let mut found = vec![];
    for source in sources {
        for (i, line) in source.text.lines().enumerate() {
            if let Some(rest) = line.strip_prefix("module ") {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                found.push((source.name.clone(), i + 1, rest[..end].into()));
            }
        }
    }
    found
}

/// Whether a net has a name of ours.
fn named(net: &str) -> bool {
    !net.starts_with('$') && !net.contains(".mem.") && !MARKS.iter().any(|m| net.contains(m))
}

/// `board.core.lane[3].sum_TRELLIS_FF_Q_5` is `lane 3 sum`.
fn words(name: &str) -> String {
    let own = MARKS.iter().filter_map(|m| name.find(m)).min().map_or(name, |end| &name[..end]);
    let own = own.split('$').next().unwrap_or(own);
    let own = own.strip_prefix("board.").map_or(own, |rest| rest.strip_prefix("core.").unwrap_or(rest));
    let mut parts: Vec<String> = own.split('.').map(String::from).collect();
    // instances are numbered, signals are called what they are called
    let last = parts.len() - 1;
    let end = parts[last].find('[').unwrap_or(parts[last].len());
    parts[last].truncate(end);
    for part in &mut parts[..last] {
        if let Some((begin, number)) = part.trim_end_matches(']').rsplit_once(['_', '[']) {
            if number.bytes().all(|b| b.is_ascii_digit()) {
                *part = format!("{begin} {number}");
            }
        }
    }
    parts.join(" ")
}

/// The block a name stands in: `lane 3`.
fn block_of(name: &str) -> String {
    let all = words(name);
    all.rsplit_once(' ').map_or(all.clone(), |(block, _)| block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Pin;

    fn hop(kind: &str, delay: f64, cell: &str, port: &str, net: Option<&str>) -> Hop {
        let to = Pin { cell: cell.into(), port: port.into() };
        Hop { kind: kind.into(), delay, to, net: net.map(Into::into) }
    }
    fn cell(kind: &str, src: &str) -> Cell {
        Cell { kind: kind.into(), attributes: Attributes { src: src.into() } }
    }

    #[test]
    fn names_become_words() {
        assert_eq!(words("board.core.lane[3].sum_TRELLIS_FF_Q_5"), "lane 3 sum");
        assert_eq!(words("board.core.stages.u[4]"), "stages u");
        assert_eq!(words("board.core.settings.size_2.q[1]"), "settings size 2 q");
        assert_eq!(words("board.bridge.count_2_SB_DFFE_Q"), "bridge count_2");
        assert_eq!(block_of("board.core.lane[12].multiply_p_MULT18X18D_P9"), "lane 12");
        assert_eq!(words("beat_TRELLIS_FF_Q"), "beat");
    }
    #[test]
    fn a_path_is_told_in_our_blocks() {
        let text = "module drtp_core (\n\nmodule drtp_lane (\n\n\nmodule drtp_drain (\n";
        let sources = [Source { name: "a.v".into(), text: text.into() }];
        let cells = [
            ("board.core.x_CCU2C_S0", cell("CCU2C", "a.v:4.1-4.9|share/arith.v:1.1-2.2")),
            ("board.core.lane[0].hidden_bank.mem.0.1", cell("DP16KD", "")),
            ("board.core.lane[0].multiply_p_MULT18X18D_P9", cell("MULT18X18D", "")),
        ];
        let words =
            Words { cells: cells.into_iter().map(|(n, c)| (n.to_string(), c)).collect(), modules: modules(&sources) };
        let carry = "board.core.x_CCU2C_S0$CCU2_COMB0";
        let path = words.path(&[
            hop("clk-to-q", 1.0, "board.core.lane[0].hidden_bank.mem.0.1", "DOB0", None),
            hop(
                "routing",
                1.5,
                "board.core.lane[0].multiply_p_MULT18X18D_P9",
                "A0",
                Some("board.core.lane[0].word[0]"),
            ),
            hop("logic", 2.0, "board.core.lane[0].multiply_p_MULT18X18D_P9", "P9", None),
            hop("routing", 0.5, "board.core.y_LUT4_Z", "A", Some("board.core.y_LUT4_Z_A")),
            hop("logic", 0.25, "board.core.y_LUT4_Z", "F", None),
            hop("routing", 0.5, carry, "A", Some("board.core.y_LUT4_Z_A")),
            hop("logic", 0.25, carry, "FCO", None),
            hop("logic", 0.0, "$nextpnr_CCU2C_1$CCU2_COMB0", "FCI", None),
            hop("routing", 0.5, "board.core.lane[0].sum_TRELLIS_FF_Q_2", "DI", Some("board.core.y_LUT4_Z_A")),
            hop("setup", 0.0, "board.core.lane[0].sum_TRELLIS_FF_Q_2", "DI", None),
        ]);
        assert_eq!(
            path.to_string(),
            "lane 0 hidden_bank memory -> lane 0 multiplier -> 1 LUT -> lane adder -> lane 0 sum: 6.5 ns, 46 % routing"
        );
        assert_eq!(path.luts, 1);
    }
}
