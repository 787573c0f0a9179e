//! `a = z >> shift`, arithmetic: from an accumulator to a score.
use crate::activity::Activity;
use crate::num::{num, Sint, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Arithmetic right shift (floor), combinational.
#[derive(SettlingBlock)]
pub struct FloorShift {
    pub z: Signal<In, Sint>,
    pub shift: Signal<In, Uint>,
    pub a: Signal<Out, Sint>,
    _activity: Activity,
}
impl FloorShift {
    /// Of numbers of `width` bits, by a number of `by` bits.
    pub fn new(width: usize, by: usize) -> Self {
        Self { z: num(width), shift: num(by), a: num(width), _activity: Default::default() }
    }
}
impl Logic for FloorShift {
    #[inline(always)]
    fn update(&mut self) {
        let z = self.z.val();
        self.a.next = Sint::new(z.raw() >> self.shift.val().raw(), z.width());
    }
    fn connect(&mut self) {
        self.a.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "//@module floor_shift\n//@inline\n//@doc Arithmetic right shift: rounds down.\nassign a = z >>> shift;\n"
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Num;

    #[test]
    fn shift_is_a_division_that_rounds_down() {
        let mut leaf = FloorShift::new(12, 4);
        for z in -2048i64..2048 {
            for shift in 0..16 {
                leaf.z.next = Num::new(z, 12);
                leaf.shift.next = Num::new(shift, 4);
                assert!(simulate(&mut leaf, 5));
                assert_eq!(leaf.a.val(), Num::new(z.div_euclid(1 << shift), 12), "{z} >> {shift}");
            }
        }
    }
}
