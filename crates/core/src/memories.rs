//! Every memory of an accelerator: what it holds, how many words, how wide. The hardware is held to this list by
//! `crates/hdl/tests/all/memories.rs`.
use crate::design::{BankStyle, Design};
use crate::fixed::{address_bits, ACTIVATION_BITS};
use serde::Serialize;

/// What a memory is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Weights.
    Weights,
    /// Activations of the sample before, for the updates that it owes.
    Activations,
    /// Lists of events, with the activations that go with them.
    Events,
    /// Errors of the sample before, two bits a neuron.
    Errors,
    /// Scores on their way out.
    Scores,
}

/// Some memories of one shape, with one read and one write port (single-port ones: [`BankStyle::Spram`]'s weights).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MemoryShape {
    /// Its module is `drtp_<name>` where memories are black boxes.
    pub name: &'static str,
    /// What it is there for.
    pub purpose: Purpose,
    /// Words of each.
    pub words: usize,
    /// Bits of a word.
    pub width: usize,
    /// How many there are.
    pub copies: usize,
}

impl MemoryShape {
    /// Bits of all of them.
    pub fn bits(&self) -> u64 {
        (self.words * self.width * self.copies) as u64
    }
}

/// All memories of `design`, those of learning only where it learns.
///
/// ```
/// let config = drtp_core::Config::with_layers(16, &[784, 128, 10])?;
/// let all = drtp_core::memories::memories(config.design());
/// let banks: Vec<u64> = all.iter().filter(|m| m.copies == 16).map(|m| m.bits()).collect();
/// assert_eq!(banks, [16 * 8 * 8 * 785, 16 * 12 * 129]);
/// # Ok::<(), drtp_core::ConfigErrors>(())
/// ```
pub fn memories(design: &Design) -> Vec<MemoryShape> {
    let of = |name, purpose, words, width| MemoryShape { name, purpose, words, width, copies: 1 };
    let index = design.index_bits();
    let beats = design.max_width.div_ceil(design.stream_bytes());
    // two pages wherever a layer's list fills while the one before is read
    let hidden_pages = design.max_layers.saturating_sub(1).clamp(1, 2);
    let learning = [
        of("inputs", Purpose::Activations, 2 << address_bits(beats), design.stream_bits),
        of("any_list", Purpose::Events, 1 << design.any_addr_bits(), index + 2 * ACTIVATION_BITS),
        of("hidden_outputs", Purpose::Activations, 2 << design.hidden_addr_bits(), ACTIVATION_BITS),
        of("pending_errors", Purpose::Errors, design.pending_words(), 2 * design.slice()),
    ];
    let always = [
        of("present_list", Purpose::Events, 2 << design.list_addr_bits(), index + ACTIVATION_BITS),
        of("hidden_list", Purpose::Events, hidden_pages << design.hidden_list_addr_bits(), index + 2 * ACTIVATION_BITS),
        of("scores", Purpose::Scores, 2 * Design::MAX_CLASSES, design.acc_bits()),
    ];
    let mut out: Vec<MemoryShape> = learning.into_iter().filter(|_| design.learning).chain(always).collect();
    // without a hidden layer nothing is kept of one
    out.retain(|m| m.name != "hidden_outputs" || design.max_layers > 1);
    let bank = |name, words, width, copies| MemoryShape { name, purpose: Purpose::Weights, words, width, copies };
    match design.bank_style {
        BankStyle::Spram => out.push(bank("weights", Design::SPRAM_WORDS, 16, design.multipliers())),
        _ => {
            out.push(bank("hidden_bank", design.hidden_words, design.hidden_bits, design.lanes));
            out.push(bank("output_bank", design.output_words, design.output_bits, design.lanes));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    /// Name, words, bits of a word, copies.
    fn shapes(design: &Design) -> Vec<(&'static str, usize, usize, usize)> {
        memories(design).into_iter().map(|m| (m.name, m.words, m.width, m.copies)).collect()
    }
    #[test]
    fn memories_by_hand() {
        // 9 inputs, 7 hidden neurons: 3 groups of 10 weights and 1 of 8
        let learns = Config::with_layers(4, &[9, 7, 3]).unwrap().design().clone();
        let learns = Design { max_hidden: 7, max_width: 9, max_layers: 2, ..learns };
        let all = [
            ("inputs", 2 * 16, 8, 1),
            ("any_list", 2 * 16, 4 + 16, 1),
            ("hidden_outputs", 2 * 8, 8, 1),
            ("pending_errors", 2 + 32, 8, 1),
            ("present_list", 2 * 16, 4 + 8, 1),
            ("hidden_list", 8, 4 + 16, 1),
            ("scores", 256, learns.acc_bits(), 1),
            ("hidden_bank", learns.hidden_words, 8, 4),
            ("output_bank", learns.output_words, 12, 4),
        ];
        assert_eq!(shapes(&learns), all);
        let bits: Vec<u64> = memories(&learns).iter().take(4).map(MemoryShape::bits).collect();
        assert_eq!(bits, [256, 640, 128, 272]);
        // no learning: neither what is kept of the sample before nor the longer list
        let frozen = Design { learning: false, ..learns.clone() };
        assert_eq!(shapes(&frozen), all[4..]);
        // three layers: lists of two of them; a beat of four bytes; one page
        let deep = Design { max_layers: 3, stream_bits: 32, input_pages: 1, ..learns.clone() };
        let found = shapes(&deep);
        assert_eq!(
            found[..3],
            [("inputs", 2 * 4, 32, 1), ("any_list", 16, 4 + 16, 1), ("hidden_outputs", 2 * 16, 8, 1)]
        );
        assert_eq!(found[5], ("hidden_list", 2 * 8, 4 + 16, 1));
        // without a hidden layer
        let flat = Design { max_layers: 1, ..learns.clone() };
        assert!(shapes(&flat).iter().all(|m| m.0 != "hidden_outputs"));
        let pairs = Design { bank_style: BankStyle::Spram, ..learns };
        assert_eq!(shapes(&pairs)[7..], [("weights", Design::SPRAM_WORDS, 16, 2)]);
    }
}
