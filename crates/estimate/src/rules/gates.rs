//! Standard cells of an array that learns by another rule, in gate equivalents: our core without learning, and the least
//! that the rule cannot do without. Control, and multiplexers that other data-flows need, cost nothing.
use super::Method;
use crate::resources::Model;
use crate::target::Target;
use drtp_core::{BankStyle, Config, Design};

/// A full adder, a flip-flop and a multiplexer of two bits in NAND gates: cells of the library that the model was fitted
/// with (osu018: 120, 96 and 48 square micrometres, the gate 24).
const FULL_ADDER: f64 = 5.0;
const FLIP_FLOP: f64 = 4.0;
const MULTIPLEXER: f64 = 2.0;
/// Bits of a noise or projection generator.
const GENERATOR: f64 = 31.0;
/// Bits of an error, and of the activation that it is multiplied by.
const ERROR: f64 = 8.0;

/// By the model of standard cells; 0 where it has none.
pub(super) fn gates(method: Method, config: &Config) -> f64 {
    let of = |learning: bool| {
        let design = Design { learning, bank_style: BankStyle::Blackbox, ..config.design().clone() };
        Model::of(Target::Cells).map_or(0.0, |m| m.predict(&design).gates)
    };
    let design = config.design();
    let lanes = design.lanes as f64;
    // a lane adds the update, cuts it off, and rounds it by a bit of noise
    let update = design.update_bits() as f64 * FULL_ADDER + design.weight_bits() as f64 * MULTIPLEXER;
    let generator = GENERATOR * FLIP_FLOP;
    let all_update = lanes * update + generator;
    // sums of all lanes within a cycle
    let tree = (lanes - 1.0) * design.acc_bits() as f64 * FULL_ADDER;
    // where a pass computes and updates at once, the multiplier of a lane is taken
    let second_multiplier = lanes * ERROR * ERROR * FULL_ADDER;
    let projection = lanes * ERROR * FULL_ADDER + generator;
    let more = match method {
        Method::Drtp | Method::Gated | Method::Contrastive | Method::Shallow => return of(true),
        Method::InferenceOnly => 0.0,
        // its projection is drawn once for a group, as ours
        Method::DrtpSeparate => all_update + generator,
        Method::Bp => all_update + tree + second_multiplier,
        Method::BpDeferred => all_update + tree + second_multiplier,
        Method::Fa => all_update + tree + second_multiplier + generator,
        Method::Dfa => all_update + projection,
        Method::Sdfa => all_update + projection,
        Method::DfaDeferred => all_update + projection + second_multiplier,
    };
    of(false) + more
}
