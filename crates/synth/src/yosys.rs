//! Synthesis: a folder of Verilog to a flat netlist, and its counts of cells.
use crate::board::Family;
use crate::budget::Resources;
use crate::error::{at, report, SynthError};
use crate::process;
use crate::script::{script, COUNTS, LOG, SCRIPT};
use crate::tools::Tools;
use serde::de::DeserializeOwned;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Cells of the flat netlist, by type.
#[derive(Clone, Debug, Default)]
pub struct Cells(BTreeMap<String, u64>);

#[derive(Deserialize)]
struct Stat {
    design: DesignStat,
}
#[derive(Deserialize)]
struct DesignStat {
    num_cells_by_type: BTreeMap<String, u64>,
}

impl Cells {
    fn count(&self, fits: impl Fn(&str) -> bool) -> u64 {
        self.0.iter().filter(|(kind, _)| fits(kind)).map(|(_, n)| n).sum()
    }
    /// The counts under the names of the report.
    pub fn resources(&self, family: Family) -> Resources {
        let of = |kind: &str| self.count(|k| k == kind);
        let like = |begin: &str| self.count(|k| k.starts_with(begin));
        match family {
            Family::Ecp5 => Resources {
                lut4: of("LUT4"),
                ff: of("TRELLIS_FF"),
                dsp: of("MULT18X18D"),
                bram: like("DP16KD") + of("PDPW16KD"),
                spram: 0,
            },
            Family::Ice40 => Resources {
                lut4: of("SB_LUT4"),
                ff: like("SB_DFF"),
                dsp: of("SB_MAC16"),
                bram: like("SB_RAM40_4K"),
                spram: of("SB_SPRAM256KA"),
            },
        }
    }
    /// Carry cells: two LUTs each on an ECP5, none of their own on an iCE40.
    pub fn carry(&self) -> u64 {
        self.count(|k| k == "CCU2C" || k == "SB_CARRY")
    }
}

/// Synthesises `top` from files of `folder`, and leaves its results there.
pub fn synthesise(
    tools: &Tools,
    family: Family,
    top: &str,
    verilog: &[String],
    parameters: &[(&str, String)],
    folder: &Path,
) -> Result<Cells, SynthError> {
    let text = script(family, top, verilog, parameters);
    let stat: Stat = run(tools, &text, SCRIPT, COUNTS, LOG, folder)?;
    Ok(Cells(stat.design.num_cells_by_type))
}

/// Runs the script `text` as the file `script` in `folder`, and reads the JSON file `counts` that it leaves.
pub(crate) fn run<T: DeserializeOwned>(
    tools: &Tools,
    text: &str,
    script: &str,
    counts: &str,
    log: &str,
    folder: &Path,
) -> Result<T, SynthError> {
    let path = folder.join(script);
    fs::write(&path, text).map_err(at(&path))?;
    let counts = folder.join(counts);
    // an old one would hide that Yosys came to no end: it ends the process itself, not always with a status
    remove(&counts)?;
    // Yosys keeps a liberty file that it has read there, and leaves it
    process::run(tools.yosys(script).env("TMPDIR", "."), "Yosys", folder, log)?;
    if !counts.exists() {
        return Err(process::failed("Yosys", process::log(folder, log)));
    }
    let text = fs::read_to_string(&counts).map_err(at(&counts))?;
    serde_json::from_str(&text).map_err(|e| report(&counts, e.to_string()))
}

fn remove(path: &Path) -> Result<(), SynthError> {
    match path.exists() {
        true => fs::remove_file(path).map_err(at(path)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_count_as_what_they_are() {
        let cells = |list: &[(&str, u64)]| Cells(list.iter().map(|(k, n)| (k.to_string(), *n)).collect());
        let ecp5 = cells(&[("LUT4", 7), ("CCU2C", 3), ("TRELLIS_FF", 5), ("DP16KD", 2), ("$scopeinfo", 9)]);
        assert_eq!(ecp5.resources(Family::Ecp5), Resources { lut4: 7, ff: 5, bram: 2, ..Resources::default() });
        assert_eq!(ecp5.carry(), 3);
        let ice40 = cells(&[("SB_LUT4", 7), ("SB_DFF", 1), ("SB_DFFESR", 2), ("SB_MAC16", 4), ("SB_RAM40_4KNR", 1)]);
        let expected = Resources { lut4: 7, ff: 3, dsp: 4, bram: 1, spram: 0 };
        assert_eq!(ice40.resources(Family::Ice40), expected);
    }
}
