//! A Liberty file, and the bit cell of the memories beside it.
use crate::error::{at, report, SynthError};
use drtp_files::Program;
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian's package `qflow-tech-osu018` puts Oklahoma State University's cells for 180 nm.
const DEBIAN: &str = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
const INSTALL: &str = "apt-get install qflow-tech-osu018";
/// The file's name in the folder of a run.
const NAME: &str = "cells.lib";

/// A library of standard cells.
#[derive(Clone, Debug)]
pub struct Liberty {
    path: PathBuf,
    nand: f64,
    driver: String,
}

impl Liberty {
    /// The library of `path`, or the one of the Debian package.
    ///
    /// # Errors
    /// It cannot be read, or has no cell whose name begins with NAND2 and whose area is not zero.
    pub fn open(path: Option<&Path>) -> Result<Self, SynthError> {
        let path = path.unwrap_or(Path::new(DEBIAN));
        if path == Path::new(DEBIAN) && !path.exists() {
            return Err(SynthError::Tools(format!(
                "no Liberty file at {DEBIAN}: on Debian `{INSTALL}`, or name one with --liberty"
            )));
        }
        let text = fs::read_to_string(path).map_err(at(path))?;
        let (Some(nand), Some(driver)) = (nand_area(&text), driver(&text)) else {
            let why = "not a Liberty file with cells NAND2.. (gate equivalents are counted in the smallest) and INV..";
            return Err(report(path, why));
        };
        Ok(Self { path: path.into(), nand, driver })
    }
    /// The one of the Debian package on this machine.
    pub(super) fn program() -> Program {
        let found = Self::open(None);
        Program {
            name: "qflow-tech-osu018",
            place: found.as_ref().ok().map(|l| l.path.clone()),
            version: None,
            wanted: "any".into(),
            problem: found.err().map(|e| e.to_string()),
            optional: false,
            install: INSTALL,
        }
    }
    /// Area of the smallest NAND gate of two inputs: one gate equivalent.
    pub fn nand(&self) -> f64 {
        self.nand
    }
    /// The largest inverter.
    pub(super) fn driver(&self) -> &str {
        &self.driver
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// A copy, so that scripts need no path outside of `folder`; its name there.
    pub(super) fn copy_to(&self, folder: &Path) -> Result<String, SynthError> {
        let copy = folder.join(NAME);
        fs::copy(&self.path, &copy).map_err(at(&self.path))?;
        Ok(NAME.into())
    }
}

/// Name and area of each cell whose name begins with `kind`: `cell (NAND2X1) { .. area : 24; ..`, quotes or not.
fn cells<'a>(text: &'a str, kind: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
    text.match_indices("cell").filter_map(move |(at, word)| {
        let rest = &text[at + word.len()..];
        let (name, body) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
        let name = name.trim().trim_matches('"');
        if !name.to_ascii_uppercase().starts_with(kind) {
            return None;
        }
        let area = body.split("area").nth(1)?.trim_start().strip_prefix(':')?;
        let area: f64 = area.split(';').next()?.trim().parse().ok()?;
        (area > 0.0).then_some((name, area))
    })
}

/// The smallest NAND gate of two inputs.
fn nand_area(text: &str) -> Option<f64> {
    cells(text, "NAND2").map(|c| c.1).min_by(f64::total_cmp)
}

/// The largest inverter: what ABC takes to drive the inputs of logic.
fn driver(text: &str) -> Option<String> {
    cells(text, "INV").max_by(|a, b| a.1.total_cmp(&b.1)).map(|c| c.0.into())
}

/// Area of a stored bit, of everything that a memory has besides among it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BitCell {
    /// A six-transistor cell, in the library's unit.
    pub cell: f64,
    /// How much larger a cell with one read and one write port is.
    pub two_ports: f64,
    /// Share of a macro that is cells.
    pub efficiency: f64,
}

impl Default for BitCell {
    /// 180 nm: a cell of 4.65 square micrometres (the process' published six-transistor cell), half as large again for
    /// the second port, two thirds of a macro are cells: 10.5 square micrometres a bit.
    fn default() -> Self {
        Self { cell: 4.65, two_ports: 1.5, efficiency: 2.0 / 3.0 }
    }
}

impl BitCell {
    /// Area of so many bits.
    pub fn area(&self, bits: u64) -> f64 {
        bits as f64 * self.cell * self.two_ports / self.efficiency
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_nand_counts() {
        let text = "library (x) {\n cell (NAND2X2) {\n area : 36;\n}\ncell (\"NAND2X1\") { cell_footprint : x; area : 24.5 ;}\ncell (INVX1) {area : 3;}";
        assert_eq!(nand_area(text), Some(24.5));
        assert_eq!(driver(text).as_deref(), Some("INVX1"));
        assert_eq!(nand_area("library (x) { cell (INVX1) { area : 3; } }"), None);
        assert_eq!(nand_area(""), None);
    }
    #[test]
    fn what_is_no_library_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lib");
        let e = Liberty::open(Some(&path)).unwrap_err().to_string();
        assert!(e.contains("x.lib"), "{e}");
        fs::write(&path, "cell cell cell").unwrap();
        let e = Liberty::open(Some(&path)).unwrap_err().to_string();
        assert!(e.contains("x.lib: not a Liberty file"), "{e}");
    }
    #[test]
    fn a_bit_costs_what_is_stated() {
        assert!((BitCell::default().area(1000) - 10_462.5).abs() < 1e-6);
    }
}
