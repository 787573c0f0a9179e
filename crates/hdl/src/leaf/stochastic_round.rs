//! `u = (x + r) >> s` with `r` the low `s` bits of the noise: the update of one input, shared by all lanes.
use crate::activity::Activity;
use crate::num::{num, Sint, Uint};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of noise that the largest shift needs.
pub const NOISE_BITS: usize = 12;

/// Stochastic rounding, combinational: `u = (x + (noise mod 2^shift)) >> shift`, floor.
#[derive(SettlingBlock)]
pub struct StochasticRound {
    pub x: Signal<In, Sint>,
    pub noise: Signal<In, Uint>,
    pub shift: Signal<In, Uint>,
    pub u: Signal<Out, Sint>,
    _activity: Activity,
}
impl Default for StochasticRound {
    fn default() -> Self {
        Self {
            x: num(ACTIVATION_BITS),
            noise: num(NOISE_BITS),
            shift: num(4),
            u: num(ACTIVATION_BITS),
            _activity: Default::default(),
        }
    }
}
impl Logic for StochasticRound {
    #[inline(always)]
    fn update(&mut self) {
        let shift = self.shift.val().raw();
        let r = self.noise.val().raw() & ((1 << shift) - 1);
        self.u.next = Sint::new((self.x.val().raw() + r) >> shift, ACTIVATION_BITS);
    }
    fn connect(&mut self) {
        self.u.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
//@module stochastic_round
//@inline
//@doc u = (x + r) >> shift with r the low shift bits of the noise: rounds up with probability frac(x / 2^shift).
wire [11:0] r = noise & ~(12'hfff << shift);
wire signed [13:0] sum = {{6{x[7]}}, x} + {2'b00, r};
wire signed [13:0] shifted = sum >>> shift;
wire [5:0] unused_sign = shifted[13:8]; // copies of the sign
assign u = shifted[7:0];
"
            .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(leaf: &mut StochasticRound, x: i64, noise: i64, shift: i64) -> i64 {
        leaf.x.next = Sint::new(x, ACTIVATION_BITS);
        leaf.noise.next = Uint::new(noise, NOISE_BITS);
        leaf.shift.next = Uint::new(shift, 4);
        assert!(simulate(leaf, 5));
        leaf.u.val().raw()
    }
    #[test]
    fn every_input_and_noise_of_every_shift() {
        let mut leaf = StochasticRound::default();
        for shift in 0..=12 {
            let unit = 1i64 << shift;
            for x in -128..128 {
                let mut sum = 0;
                for r in 0..unit {
                    // bits of noise above the shift do not count
                    let noise = r + unit * (x & 3);
                    let u = round(&mut leaf, x, noise, shift);
                    assert_eq!(u, (x + r).div_euclid(unit), "({x} + {r}) >> {shift}");
                    sum += u;
                }
                // over all noise the mean of u is x / 2^shift, exactly: rounding does not drift
                assert_eq!(sum, x, "shift {shift}");
            }
        }
    }
}
