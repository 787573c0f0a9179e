//! Multipliers and memories of a part: exactly, by the rules of the bank styles and of Yosys' mapping of memories.
use crate::target::Target;
use drtp_core::memories::{memories, Purpose};
use drtp_core::Design;

/// Widths of an ECP5's block RAM (DP16KD) with the words that it then has, widest first.
const DP16KD: [(usize, usize); 5] = [(18, 1 << 10), (9, 1 << 11), (4, 1 << 12), (2, 1 << 13), (1, 1 << 14)];
/// The same of an iCE40's (SB_RAM40_4K).
const RAM40: [(usize, usize); 4] = [(16, 1 << 8), (8, 1 << 9), (4, 1 << 10), (2, 1 << 11)];
/// Words of a page of the bank style `ecp5`: those of its deepest shape.
pub const PAGE_WORDS: usize = 1 << 14;

/// Multipliers, block RAMs and single-port RAMs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Multipliers.
    pub dsp: u64,
    /// Block RAMs.
    pub bram: u64,
    /// Single-port RAMs.
    pub spram: u64,
}

/// Those of `design` on `target`; none in standard cells.
pub fn parts(target: Target, design: &Design) -> Parts {
    if target == Target::Cells {
        return Parts::default();
    }
    let mut out = Parts { dsp: design.multipliers() as u64, ..Parts::default() };
    for m in memories(design) {
        let copies = m.copies as u64;
        match target {
            _ if design.pairs() && m.purpose == Purpose::Weights => out.spram += copies,
            Target::Ecp5 => out.bram += copies * slices(m.words, m.width),
            _ => out.bram += copies * ram40(m.words, m.width).0 as u64,
        }
    }
    out
}

/// The template of the bank style `ecp5`: slices as narrow as the depth asks for, pages of the deepest.
fn slices(words: usize, width: usize) -> u64 {
    let (slice, _) = DP16KD.into_iter().find(|(_, deep)| words <= *deep).unwrap_or((1, 0));
    (width.div_ceil(slice) * words.div_ceil(PAGE_WORDS)) as u64
}

/// Block RAMs of an iCE40, and how many of them each bit is chosen from. Yosys takes the shape of which it needs the fewest, and
/// of two that are alike the deeper one. In the widest one each bit of a word has a write mask: there words that stand one
/// behind the other may share a row, and a row may be cut anywhere.
pub fn ram40(words: usize, width: usize) -> (usize, usize) {
    let (wide, deep) = RAM40[0];
    let masked = ((words.div_ceil(deep) * width).div_ceil(wide), words.div_ceil(deep));
    let of = |(wide, deep): (usize, usize)| (width.div_ceil(wide) * words.div_ceil(deep), words.div_ceil(deep));
    RAM40.into_iter().map(of).fold(masked, Ord::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::{BankStyle, Config};

    #[test]
    fn the_boards_networks_take_what_synthesis_counts() {
        let of = |lanes, style| {
            let config = Config::with_layers(lanes, &[784, 128, 10]).unwrap().fitted();
            Design { bank_style: style, ..config.design().clone() }
        };
        // 8 x 785 hidden words of 8 bits: 2 bits a slice, 4 slices; 129 output words in one
        let ecp5 = parts(Target::Ecp5, &of(16, BankStyle::Ecp5));
        assert_eq!((ecp5.dsp, ecp5.spram), (16, 0));
        assert_eq!(ecp5.bram, 16 * (4 + 1) + others_on_ecp5());
        let pairs = parts(Target::Ice40, &of(8, BankStyle::Spram));
        assert_eq!((pairs.dsp, pairs.spram), (4, 4));
        assert_eq!(parts(Target::Cells, &of(16, BankStyle::Blackbox)), Parts::default());
    }
    /// inputs 2 x 1,024 of 8 bits; any_list 2 x 1,024 of 26; hidden_outputs 256 of 8; pending_errors 16 words of 32;
    /// present_list 2 x 1,024 of 18; hidden_list 128 of 26; scores 256 of 29.
    fn others_on_ecp5() -> u64 {
        1 + 3 + 1 + 2 + 2 + 2 + 2
    }
    #[test]
    fn shapes_are_those_of_the_parts() {
        assert_eq!([(1024, 18), (1025, 18), (6280, 8), (20_000, 3)].map(|(d, w)| slices(d, w)), [1, 2, 4, 6]);
        assert_eq!([(256, 16), (257, 16), (512, 9), (2048, 2), (2049, 2)].map(|(d, w)| ram40(d, w).0), [1, 2, 2, 1, 2]);
        // three rows of ten bits in two cells of sixteen
        assert_eq!([(650, 10), (1028, 12), (2080, 6), (3140, 10)].map(|(d, w)| ram40(d, w).0), [2, 4, 4, 9]);
        assert_eq!(ram40(4004, 8), (8, 2));
    }
}
