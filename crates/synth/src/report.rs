//! nextpnr's report of one seed.
use crate::error::{at, report, SynthError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What is read of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    fmax: BTreeMap<String, Fmax>,
    utilization: BTreeMap<String, Use>,
    critical_paths: Vec<Slowest>,
}

/// A clock, in MHz.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Fmax {
    /// What the slowest path allows.
    pub achieved: f64,
    /// What was asked for.
    pub constraint: f64,
}

/// A kind of place on the part.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Use {
    /// Taken.
    pub used: u64,
    /// There.
    pub available: u64,
}

/// A slowest path between two clocks.
#[derive(Clone, Debug, Deserialize)]
struct Slowest {
    from: String,
    to: String,
    path: Vec<Hop>,
}

/// One part of a path: through a cell, or along a net.
#[derive(Clone, Debug, Deserialize)]
pub struct Hop {
    /// `clk-to-q`, `logic`, `routing`, `setup`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In nanoseconds.
    pub delay: f64,
    /// Where it ends.
    pub to: Pin,
    /// The net, if it is one.
    pub net: Option<String>,
}

/// A pin of a cell.
#[derive(Clone, Debug, Deserialize)]
pub struct Pin {
    /// The cell.
    pub cell: String,
    /// Its port.
    pub port: String,
}

impl Report {
    /// Reads that of a placed and routed design.
    pub fn read(path: &Path) -> Result<Self, SynthError> {
        let found = Self::read_packed(path)?;
        match found.clock() {
            Some(_) => Ok(found),
            None => Err(report(path, "names no clock")),
        }
    }
    /// Reads that of a design which is packed, or more than that.
    pub fn read_packed(path: &Path) -> Result<Self, SynthError> {
        let text = fs::read_to_string(path).map_err(at(path))?;
        serde_json::from_str(&text).map_err(|e| report(path, e.to_string()))
    }
    /// The core's clock: of all clocks the fastest that is asked for.
    fn clock(&self) -> Option<(&String, &Fmax)> {
        self.fmax.iter().max_by(|a, b| a.1.constraint.total_cmp(&b.1.constraint))
    }
    /// What the core's clock can be.
    pub fn fmax(&self) -> f64 {
        self.clock().map_or(0.0, |c| c.1.achieved)
    }
    /// A kind of place that the part has, by nextpnr's name.
    pub fn used(&self, kind: &str) -> Option<Use> {
        self.utilization.get(kind).copied()
    }
    /// Logic cells of either family: their name, and how many.
    pub fn logic_cells(&self) -> Option<(&'static str, Use)> {
        let kinds = ["TRELLIS_COMB", "ICESTORM_LC"];
        kinds.into_iter().find_map(|kind| Some((kind, self.used(kind)?)))
    }
    /// The slowest path of the core's clock.
    pub fn critical(&self) -> &[Hop] {
        let Some((clock, _)) = self.clock() else { return &[] };
        let own = |event: &str| event.split_once(' ').is_some_and(|(_, name)| name == clock);
        let path = self.critical_paths.iter().find(|p| own(&p.from) && own(&p.to));
        path.map_or(&[], |p| &p.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_core_is_the_one_that_counts() {
        let hop = |cell: &str| {
            format!(
                r#"{{"type":"setup","delay":0.5,"from":{{"cell":"a","loc":[1,2],"port":"Q"}},"to":{{"cell":"{cell}","loc":[1,2],"port":"D"}}}}"#
            )
        };
        let text = format!(
            r#"{{"fmax":{{"clk":{{"achieved":50.5,"constraint":150}},"pin":{{"achieved":90,"constraint":25}}}},
            "utilization":{{"DP16KD":{{"available":208,"used":95}},"ICESTORM_LC":{{"available":9,"used":7}}}},"more":1,
            "critical_paths":[{{"from":"posedge pin","to":"posedge clk","path":[{}]}},
            {{"from":"posedge clk","to":"posedge clk","path":[{}]}}]}}"#,
            hop("x"),
            hop("y")
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed_1.report.json");
        fs::write(&path, text).unwrap();
        let report = Report::read(&path).unwrap();
        assert_eq!(report.fmax(), 50.5);
        assert_eq!(report.used("DP16KD").map(|u| (u.used, u.available)), Some((95, 208)));
        assert_eq!(report.logic_cells().map(|(kind, u)| (kind, u.used)), Some(("ICESTORM_LC", 7)));
        assert_eq!(report.critical()[0].to.cell, "y");
        fs::write(&path, r#"{"fmax":{},"utilization":{},"critical_paths":[]}"#).unwrap();
        assert!(Report::read_packed(&path).unwrap().logic_cells().is_none());
        assert!(Report::read(&path).unwrap_err().to_string().contains("no clock"));
    }
}
