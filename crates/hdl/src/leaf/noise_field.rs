//! `r = noise mod 2^shift`: the noise of stochastic rounding, `u = (x + r) >> shift`.
use crate::activity::Activity;
use crate::num::{num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of noise that the largest shift needs.
pub const NOISE_BITS: usize = 12;

/// The low `shift` bits of the noise, combinational.
#[derive(SettlingBlock)]
pub struct NoiseField {
    pub noise: Signal<In, Uint>,
    pub shift: Signal<In, Uint>,
    pub r: Signal<Out, Uint>,
    _activity: Activity,
}
impl Default for NoiseField {
    fn default() -> Self {
        Self { noise: num(NOISE_BITS), shift: num(4), r: num(NOISE_BITS), _activity: Default::default() }
    }
}
impl Logic for NoiseField {
    #[inline(always)]
    fn update(&mut self) {
        self.r.next = Uint::new(self.noise.val().raw() & ((1 << self.shift.val().raw()) - 1), NOISE_BITS);
    }
    fn connect(&mut self) {
        self.r.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
//@module noise_field
//@inline
//@doc The low shift bits of the noise: x + r rounds up with probability frac(x / 2^shift) once shifted down.
assign r = noise & ~(12'hfff << shift);
"
            .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_noise_of_every_shift() {
        let mut leaf = NoiseField::default();
        for shift in 0..=12 {
            let unit = 1i64 << shift;
            for noise in 0..1 << NOISE_BITS {
                leaf.noise.next = Uint::new(noise, NOISE_BITS);
                leaf.shift.next = Uint::new(shift, 4);
                assert!(simulate(&mut leaf, 5));
                assert_eq!(leaf.r.val(), Uint::new(noise % unit, NOISE_BITS));
            }
        }
        // over all noise the mean of (x + r) >> shift is x / 2^shift, exactly: rounding does not drift
        for (shift, x) in [(0, 77), (3, -5), (7, 127), (12, -128)] {
            let unit = 1i64 << shift;
            assert_eq!((0..unit).map(|r| (x + r).div_euclid(unit)).sum::<i64>(), x);
        }
    }
}
