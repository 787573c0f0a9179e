//! How many of some bits are set.
use crate::activity::Activity;
use crate::num::{num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Number of bits that are 1, combinational; `count` is wide enough for all of them.
#[derive(SettlingBlock)]
pub struct Tally {
    pub bit: Vec<Signal<In, Bit>>,
    pub count: Signal<Out, Uint>,
    _width: usize,
    _activity: Activity,
}
impl Tally {
    /// # Panics
    /// If `width` bits cannot hold the number `bits`.
    pub fn new(bits: usize, width: usize) -> Self {
        assert!(bits < 1 << width, "{bits} in {width} bits");
        Self {
            bit: (0..bits).map(|_| Default::default()).collect(),
            count: num(width),
            _width: width,
            _activity: Default::default(),
        }
    }
}
impl Logic for Tally {
    #[inline(always)]
    fn update(&mut self) {
        let ones = self.bit.iter().filter(|b| b.val()).count();
        self.count.next = Uint::new(ones as i64, self._width);
    }
    fn connect(&mut self) {
        self.count.connect();
    }
    fn hdl(&self) -> Verilog {
        // the names of the ports as the printer writes elements of an array
        let terms: Vec<String> = (0..self.bit.len()).map(|i| format!("{{{}'d0, bit_{i}}}", self._width - 1)).collect();
        Verilog::Custom(format!(
            "//@module tally\n//@inline\n//@doc How many of the bits are 1.\nassign count = {};\n",
            terms.join(" + ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_ten_bits() {
        let mut leaf = Tally::new(10, 4);
        for pattern in 0..1024u32 {
            for i in 0..10 {
                leaf.bit[i].next = pattern >> i & 1 != 0;
            }
            assert!(simulate(&mut leaf, 5));
            assert_eq!(leaf.count.val().raw(), i64::from(pattern.count_ones()));
        }
    }
}
