//! What an accelerator is built of.
use drtp_core::BankStyle;
use serde::{Deserialize, Serialize};

/// A kind of part, with its own look-up tables, memories and multipliers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Lattice ECP5, as on the ULX3S.
    Ecp5,
    /// Lattice iCE40 UP5K, as on the iCEBreaker.
    Ice40,
    /// Standard cells, and SRAM beside them.
    Cells,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ecp5, Self::Ice40, Self::Cells];
    /// As files and options say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecp5 => "ecp5",
            Self::Ice40 => "ice40",
            Self::Cells => "cells",
        }
    }
    /// The memories that suit it where a design does not choose: spram only where the weights fit.
    pub fn bank_style(self) -> BankStyle {
        match self {
            Self::Ecp5 => BankStyle::Ecp5,
            Self::Ice40 => BankStyle::Inferred,
            Self::Cells => BankStyle::Blackbox,
        }
    }
}
