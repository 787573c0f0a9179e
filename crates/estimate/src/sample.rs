//! A design and what synthesis made of it: one line of the files in `data/`.
use crate::target::Target;
use drtp_core::Design;
use serde::{Deserialize, Serialize};

/// One synthesised design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What it was synthesised for.
    pub target: Target,
    /// The design.
    pub design: Design,
    /// Inputs and sizes of the network, which a fixed one has built in.
    pub layers: Vec<usize>,
    /// What came of it: `lut4 ff dsp bram spram logic_cells`, or `gates path_ns` for standard cells.
    pub measured: Measured,
}

/// What synthesis made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Measured {
    /// Look-up tables of four inputs.
    pub lut4: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Multipliers.
    pub dsp: u64,
    /// Block RAMs.
    pub bram: u64,
    /// Single-port RAMs.
    pub spram: u64,
    /// Logic cells as nextpnr packs them, carry chains among them: TRELLIS_COMB, ICESTORM_LC.
    pub logic_cells: u64,
    /// Gate equivalents: cell area over that of the library's smallest NAND gate.
    pub gates: f64,
    /// Longest path between registers in ns, by OpenSTA, nothing placed; 0 where it is not there.
    pub path_ns: f64,
}

impl Sample {
    /// As a line of a file.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("numbers and names")
    }
    /// The samples of a file of lines; `name` is its name.
    ///
    /// # Errors
    /// The first line that is none, with its number.
    pub fn parse(name: &str, text: &str) -> Result<Vec<Self>, String> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(i, line)| serde_json::from_str(line).map_err(|e| format!("{name}: line {}: {e}", i + 1))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn a_line_is_read_back_and_a_bad_one_is_named() {
        let config = &cases(Target::Ecp5, 3, 1)[0];
        let measured = Measured { lut4: 5, ff: 6, ..Measured::default() };
        let sample = Sample {
            target: Target::Ecp5,
            design: config.design().clone(),
            layers: config.network().sizes(),
            measured,
        };
        let text = format!("{}\n\n{}\n", sample.line(), sample.line());
        assert_eq!(Sample::parse("file", &text).unwrap(), [sample.clone(), sample]);
        let e = Sample::parse("file", "\n{}").unwrap_err();
        assert!(e.starts_with("file: line 2: missing field"), "{e}");
    }
}
