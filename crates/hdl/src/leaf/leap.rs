//! Several steps of the random register at once.
use crate::activity::Activity;
use crate::num::{num, Uint};
use drtp_core::taps::MAX_LEAP;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `after` = `state` after `steps` steps of the register of [`drtp_core::taps`], combinational: one 4-input XOR a step.
#[derive(SettlingBlock)]
pub struct Leap {
    pub state: Signal<In, Uint>,
    pub after: Signal<Out, Uint>,
    _steps: usize,
    _activity: Activity,
}
impl Leap {
    /// # Panics
    /// If a new bit would depend on another one: `steps` is 1 to [`MAX_LEAP`].
    pub fn new(steps: usize) -> Self {
        assert!((1..=MAX_LEAP as usize).contains(&steps), "{steps} steps at once");
        Self { state: num(32), after: num(32), _steps: steps, _activity: Default::default() }
    }
}
impl Logic for Leap {
    #[inline(always)]
    fn update(&mut self) {
        let (s, n) = (self.state.val().raw(), self._steps);
        let fresh = (s >> (32 - n)) ^ (s >> (31 - n)) ^ (s >> (30 - n)) ^ (s >> (10 - n));
        self.after.next = Uint::new((s << n) | (fresh & ((1 << n) - 1)), 32);
    }
    fn connect(&mut self) {
        self.after.connect();
    }
    fn hdl(&self) -> Verilog {
        let n = self._steps;
        let slice = |top: usize| match n {
            1 => format!("state[{top}]"),
            _ => format!("state[{top}:{}]", top + 1 - n),
        };
        Verilog::Custom(format!(
            "\
//@module leap_{n}
//@inline
//@doc {n} step(s) of the 32-bit register of x^32 + x^31 + x^30 + x^10 + 1, shifting left.
assign after = {{state[{}:0], {} ^ {} ^ {} ^ {}}};
",
            31 - n,
            slice(31),
            slice(30),
            slice(29),
            slice(9)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::taps::step;

    #[test]
    fn leap_is_as_many_single_steps() {
        for steps in 1..=MAX_LEAP as usize {
            let mut leaf = Leap::new(steps);
            let mut state = 0x8000_0001u32;
            // each bit alone, then states along the sequence itself
            let states = (0..32).map(|b| 1 << b).chain((0..5000).map(|_| {
                state = step(state.wrapping_mul(0x9E37_79B1) | 1);
                state
            }));
            for state in states {
                leaf.state.next = Uint::new(i64::from(state), 32);
                assert!(simulate(&mut leaf, 5));
                let expected = (0..steps).fold(state, |s, _| step(s));
                assert_eq!(leaf.after.val().raw() as u32, expected, "{steps} steps from {state:#x}");
            }
        }
    }
    #[test]
    #[should_panic(expected = "11 steps at once")]
    fn bits_that_depend_on_each_other_are_refused() {
        Leap::new(11);
    }
}
