//! Leaves: arithmetic and memory, each a native model beside its Verilog text. Nothing else holds Verilog.
mod floor_shift;
mod hidden_signs;
mod initial_weight;
mod leap;
mod memory;
mod multiplier;
mod pick;
mod register;
mod register_map;
mod saturating_add;
mod split;
mod stochastic_round;
mod tally;

pub use floor_shift::FloorShift;
pub use hidden_signs::HiddenSigns;
pub use initial_weight::{InitialWeight, FIELD_BITS};
pub use leap::Leap;
pub use memory::{Hazard, Memory};
pub use multiplier::Multiplier;
pub use pick::Pick;
pub use register::Register;
pub use register_map::RegisterMap;
pub use saturating_add::SaturatingAdd;
pub use split::Split;
pub use stochastic_round::StochasticRound;
pub use tally::Tally;
