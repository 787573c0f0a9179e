//! What logic grows with: the terms that counts of look-up tables, flip-flops and gates are sums of.
use super::parts::{ram40, PAGE_WORDS};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_core::memories::memories;
use drtp_core::{BankStyle, Design};

/// The terms of `design`, always as many.
pub fn terms(design: &Design) -> Vec<f64> {
    let lanes = design.lanes as f64;
    let if_so = |is: bool, value: f64| if is { value } else { 0.0 };
    let learns = |value: f64| if_so(design.learning, value);
    let set = !design.fixed_network;
    let inferred = design.bank_style == BankStyle::Inferred;
    let layers = design.max_layers as f64;
    vec![
        // whatever the size
        1.0,
        // multiply, accumulate, drain
        lanes,
        lanes * design.weight_bits() as f64,
        lanes * design.acc_bits() as f64,
        // hidden weights are shifted up to output weights, or the other way round
        lanes * (design.weight_bits() - design.hidden_bits.min(design.output_bits)) as f64,
        // addresses, lists, the event under way
        design.word_bits() as f64,
        design.index_bits() as f64,
        // hidden layers: their list, their errors, the projection
        if_so(design.max_layers > 1, 1.0),
        if_so(design.max_layers > 1, learns(1.0)),
        // registers of settings, and their shadows
        if_so(set, 1.0),
        if_so(set, layers * design.size_bits() as f64),
        if_so(design.counters, 1.0),
        if_so(design.stream_bits > ACTIVATION_BITS, 1.0),
        // words of pending errors are taken one after the other
        (design.slices() - 1) as f64,
        // learning: control, update adders and clamps, projection and noise, addresses of what is kept, shifts
        learns(1.0),
        learns(lanes),
        learns(lanes * design.update_bits() as f64),
        learns(design.slice() as f64),
        learns((design.hidden_addr_bits() + design.pending_addr_bits()) as f64),
        learns(if_so(set, layers)),
        // registers of a multiplier and of a memory that the part does not bring
        if_so(inferred, lanes),
        if_so(inferred, lanes * design.weight_bits() as f64),
        if_so(inferred && design.learning, lanes * design.update_bits() as f64),
        if_so(inferred, chosen_bits(design) as f64),
        // a bank of several pages chooses the one that was read
        if_so(design.bank_style == BankStyle::Ecp5, paged_bits(design) as f64),
    ]
}

/// Bits that are chosen from one block RAM of an iCE40 more than one.
fn chosen_bits(design: &Design) -> usize {
    memories(design).iter().map(|m| m.copies * m.width * (ram40(m.words, m.width).1 - 1)).sum()
}

/// What the longest path between registers grows with: carries along an accumulator and an update, what chooses among lanes.
pub fn delays(design: &Design) -> Vec<f64> {
    let log = |n: usize| (n.max(1) as f64).log2();
    vec![
        1.0,
        design.acc_bits() as f64,
        design.weight_bits() as f64,
        log(design.lanes),
        log(design.max_width),
        if design.learning { 1.0 } else { 0.0 },
    ]
}

/// Bits of banks behind each page but the first.
fn paged_bits(design: &Design) -> usize {
    memories(design).iter().map(|m| m.copies * m.width * (m.words.div_ceil(PAGE_WORDS) - 1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cases, Target};

    #[test]
    fn each_term_is_some_designs() {
        let all: Vec<Vec<f64>> = Target::ALL.iter().flat_map(|t| cases(*t, 1, 48)).map(|c| terms(c.design())).collect();
        let (count, first) = (all[0].len(), &all[0]);
        assert!(all.iter().all(|t| t.len() == count && t.iter().all(|x| *x >= 0.0)), "{first:?}");
        assert!((0..count).all(|t| all.iter().any(|x| x[t] > 0.0)));
    }
}
