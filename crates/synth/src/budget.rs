//! Resources of a part: what a design uses, and what there is.
use serde::{Deserialize, Serialize};

/// Counts of what parts of both families have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Look-up tables of four inputs: Yosys' LUT4 cells of the flat netlist, carry cells not among them.
    pub lut4: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Multipliers: MULT18X18D, SB_MAC16.
    pub dsp: u64,
    /// Block RAMs: DP16KD of 18 Kibit, SB_RAM40_4K of 4 Kibit.
    pub bram: u64,
    /// Single-port RAMs of 256 Kibit: SB_SPRAM256KA.
    pub spram: u64,
}

/// Names of the resources, as in a report, with a word for people.
pub const RESOURCES: [(&str, &str); 5] =
    [("lut4", "LUT4"), ("ff", "flip-flops"), ("dsp", "multipliers"), ("bram", "block RAM"), ("spram", "SPRAM")];

impl Resources {
    /// The counts, in the order of [`RESOURCES`].
    pub fn counts(&self) -> [u64; 5] {
        [self.lut4, self.ff, self.dsp, self.bram, self.spram]
    }
    /// What exceeds the budget, as a sentence; none if all fits.
    pub fn excess(&self, budget: &Self) -> Option<String> {
        let over: Vec<String> = RESOURCES
            .iter()
            .zip(self.counts().into_iter().zip(budget.counts()))
            .filter(|(_, (used, there))| used > there)
            .map(|((_, word), (used, there))| format!("{used} {word} of {there}"))
            .collect();
        (!over.is_empty()).then(|| over.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exceeds_is_named() {
        let budget = Resources { lut4: 10, ff: 10, dsp: 1, bram: 2, spram: 0 };
        assert_eq!(budget.excess(&budget), None);
        let used = Resources { lut4: 11, spram: 1, ..budget };
        assert_eq!(used.excess(&budget).unwrap(), "11 LUT4 of 10, 1 SPRAM of 0");
    }
}
