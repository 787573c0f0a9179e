//! An initial weight from the state of the weight stream: `b + 1` low bits, read as signed.
use crate::activity::Activity;
use crate::num::{num, Sint, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Low bits of the stream's state that the widest weight needs.
pub const FIELD_BITS: usize = 16;

/// `weight` = the low `bits + 1` bits of `field`, sign-extended: uniform in `[-2^bits, 2^bits)`; 0 if `bits` is 31.
/// Combinational. `bits` is 0 to 14 or 31.
#[derive(SettlingBlock)]
pub struct InitialWeight {
    pub field: Signal<In, Uint>,
    pub bits: Signal<In, Uint>,
    pub weight: Signal<Out, Sint>,
    _width: usize,
    _activity: Activity,
}
impl InitialWeight {
    pub fn new(width: usize) -> Self {
        Self { field: num(FIELD_BITS), bits: num(5), weight: num(width), _width: width, _activity: Default::default() }
    }
}
impl Logic for InitialWeight {
    #[inline(always)]
    fn update(&mut self) {
        let bits = self.bits.val().index();
        let weight = if bits >= FIELD_BITS { 0 } else { Sint::new(self.field.val().raw(), bits + 1).raw() };
        self.weight.next = Sint::new(weight, self._width);
    }
    fn connect(&mut self) {
        self.weight.connect();
    }
    fn hdl(&self) -> Verilog {
        let width = self._width;
        Verilog::Custom(format!(
            "\
//@module initial_weight
//@inline
//@doc The low bits + 1 bits of the random field, sign-extended; 31 stands for zero.
wire sign = field[bits[3:0]];
wire [{top}:0] above = {{{width}{{1'b1}}}} << bits[3:0];
assign weight = bits[4] ? {width}'sd0 : (above & {{{width}{{sign}}}}) | (~above & field[{top}:0]);
",
            top = width - 1
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_the_range_is_equally_likely() {
        let mut leaf = InitialWeight::new(16);
        for bits in (0..15).chain([31]) {
            let mut seen = std::collections::BTreeMap::new();
            for field in 0..1i64 << FIELD_BITS {
                leaf.field.next = Uint::new(field, FIELD_BITS);
                leaf.bits.next = Uint::new(bits, 5);
                assert!(simulate(&mut leaf, 5));
                let weight = leaf.weight.val().raw();
                let expected = match bits {
                    31 => 0,
                    b => (field + (1 << b)).rem_euclid(2 << b) - (1 << b),
                };
                assert_eq!(weight, expected, "{bits} bits of {field:#x}");
                *seen.entry(weight).or_insert(0) += 1;
            }
            let values: i64 = if bits == 31 { 1 } else { 2 << bits };
            assert_eq!(seen.len() as i64, values);
            assert!(seen.values().all(|count| *count == (1 << FIELD_BITS) / values), "{bits} bits");
        }
    }
    #[test]
    fn narrow_datapath_holds_every_legal_weight() {
        // hidden weights of 8 bits: at most 6 bits
        let mut leaf = InitialWeight::new(8);
        for field in 0..1i64 << FIELD_BITS {
            leaf.field.next = Uint::new(field, FIELD_BITS);
            leaf.bits.next = Uint::new(6, 5);
            assert!(simulate(&mut leaf, 5));
            assert_eq!(leaf.weight.val(), Sint::new((field + 64).rem_euclid(128) - 64, 8));
        }
    }
}
