//! The boards: their descriptions, tops and constraints, which stand in `fpga/`.
use crate::budget::Resources;
use crate::error::SynthError;
use serde::Deserialize;

/// Boards that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardName {
    /// ULX3S with an LFE5U-85F.
    Ulx3s,
    /// iCEBreaker.
    Icebreaker,
}

impl BoardName {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ulx3s, Self::Icebreaker];

    fn files(self) -> &'static drtp_fpga::Board {
        match self {
            Self::Ulx3s => &drtp_fpga::ULX3S,
            Self::Icebreaker => &drtp_fpga::ICEBREAKER,
        }
    }
    /// As on the command line; also the name of its folder, its top module and that module's file.
    pub fn name(self) -> &'static str {
        self.files().name
    }
    fn description(self) -> &'static str {
        self.files().description
    }
    /// Verilog of the top module.
    pub fn top(self) -> &'static str {
        self.files().top
    }
    /// The file of pins: its suffix, and what is in it.
    pub fn pins(self) -> (&'static str, &'static str) {
        (self.files().pins_suffix, self.files().pins)
    }
}

/// Verilog that every board has: the reset.
pub const RESET: &str = drtp_fpga::RESET;

/// Families of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Lattice ECP5.
    Ecp5,
    /// Lattice iCE40, with SPRAM and multipliers (UltraPlus).
    Ice40,
}

/// The part, in the words of nextpnr.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// For people.
    pub name: String,
    /// The device.
    pub device: String,
    /// The package.
    pub package: String,
    /// The speed grade, where there are several.
    pub speed: String,
}

/// Clocks, in MHz.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// At the pin.
    pub pin: f64,
    /// Of the core, unless an option says otherwise.
    pub core: f64,
}

/// The serial link.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serial {
    /// Bits a second; a byte takes ten.
    pub baud: u32,
}

/// What there is to know about a board.
#[derive(Clone, Debug)]
pub struct Board {
    /// Which one.
    pub name: BoardName,
    /// One line for people.
    pub about: String,
    /// Family of its part.
    pub family: Family,
    /// Its part.
    pub part: Part,
    /// Its clocks.
    pub clock: Clock,
    /// Its serial link.
    pub serial: Serial,
    /// What its part has.
    pub budget: Resources,
    /// A configuration file's text: the core where neither file nor option says otherwise.
    pub defaults: String,
}

/// `board.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    name: String,
    about: String,
    family: Family,
    part: Part,
    clock: Clock,
    serial: Serial,
    budget: Resources,
    defaults: toml::Table,
}

impl Board {
    /// Reads the description.
    ///
    /// # Errors
    /// A description that cannot be read: a defect, which a test would show.
    ///
    /// ```
    /// use drtp_synth::{Board, BoardName};
    /// let board = Board::named(BoardName::Ulx3s)?;
    /// assert_eq!((board.clock.pin, board.budget.dsp), (25.0, 156));
    /// let config = drtp_core::Draft::parse("defaults", &board.defaults)?.config()?;
    /// assert_eq!(config.design().lanes, 16);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn named(name: BoardName) -> Result<Self, SynthError> {
        let fails = |reason: String| SynthError::Board { board: name.name(), reason };
        let d: Description = toml::from_str(name.description()).map_err(|e| fails(e.to_string()))?;
        if d.name != name.name() {
            return Err(fails(format!("name is {:?}", d.name)));
        }
        let defaults = toml::to_string(&d.defaults).map_err(|e| fails(e.to_string()))?;
        Ok(Self {
            name,
            about: d.about,
            family: d.family,
            part: d.part,
            clock: d.clock,
            serial: d.serial,
            budget: d.budget,
            defaults,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pll::Pll;

    #[test]
    fn every_board_can_be_read_and_its_clock_made() {
        for name in BoardName::ALL {
            let board = Board::named(name).unwrap();
            drtp_core::Draft::parse("defaults", &board.defaults).unwrap().config().unwrap();
            let pll = Pll::new(board.family, board.clock.pin, board.clock.core).unwrap();
            assert_eq!(pll.mhz(board.clock.pin), board.clock.core, "{name:?}");
            assert!(name.top().contains(&format!("module {} #(", name.name())));
        }
    }
    /// nextpnr is told the pin's clock by the file of pins, drtp by the description.
    #[test]
    fn the_clock_of_the_pin_is_the_one_of_the_constraints() {
        for name in BoardName::ALL {
            let board = Board::named(name).unwrap();
            let line = match board.family {
                Family::Ecp5 => format!("FREQUENCY PORT \"clk_25mhz\" {} MHZ;", board.clock.pin),
                Family::Ice40 => format!("set_frequency clk_12mhz {}", board.clock.pin),
            };
            assert!(name.pins().1.lines().any(|l| l == line), "{line}");
        }
    }
}
