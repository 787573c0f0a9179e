//! Several steps of the random register at once.
use crate::activity::Activity;
use crate::num::{num, Uint};
use drtp_core::taps::MAX_LEAP;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `after` = `state` after `steps` steps of the register of [`drtp_core::taps`], combinational: up to [`MAX_LEAP`] steps
/// one 4-input XOR each, up to twice as many two of them in a row, and not more.
#[derive(SettlingBlock)]
pub struct Leap {
    pub state: Signal<In, Uint>,
    pub after: Signal<Out, Uint>,
    _steps: usize,
    _activity: Activity,
}
impl Leap {
    /// # Panics
    /// If there are more steps than two in a row make.
    pub fn new(steps: usize) -> Self {
        assert!(steps <= 2 * MAX_LEAP as usize, "{steps} steps");
        Self { state: num(32), after: num(32), _steps: steps, _activity: Default::default() }
    }
    /// Of `steps` steps, at most [`MAX_LEAP`].
    fn short(s: i64, n: usize) -> i64 {
        let fresh = (s >> (32 - n)) ^ (s >> (31 - n)) ^ (s >> (30 - n)) ^ (s >> (10 - n));
        ((s << n) | (fresh & ((1 << n) - 1))) & 0xFFFF_FFFF
    }
    fn leap(mut s: i64, mut steps: usize) -> i64 {
        while steps > 0 {
            let n = steps.min(MAX_LEAP as usize);
            s = Self::short(s, n);
            steps -= n;
        }
        s
    }
    /// The net `from` after `n` steps, at most [`MAX_LEAP`].
    fn short_text(from: &str, n: usize) -> String {
        let slice = |top: usize| match n {
            1 => format!("{from}[{top}]"),
            _ => format!("{from}[{top}:{}]", top + 1 - n),
        };
        let (a, b, c, d) = (slice(31), slice(30), slice(29), slice(9));
        format!("{{{from}[{}:0], {a} ^ {b} ^ {c} ^ {d}}};\n", 31 - n)
    }
    fn text(&self) -> String {
        let (n, most) = (self._steps, MAX_LEAP as usize);
        if n <= most {
            return format!("assign after = {}", Self::short_text("state", n));
        }
        let (first, second) = (Self::short_text("state", most), Self::short_text("half", n - most));
        format!("wire [31:0] half = {first}assign after = {second}")
    }
}
impl Logic for Leap {
    #[inline(always)]
    fn update(&mut self) {
        self.after.next = Uint::new(Self::leap(self.state.val().raw(), self._steps), 32);
    }
    fn connect(&mut self) {
        self.after.connect();
    }
    fn hdl(&self) -> Verilog {
        let n = self._steps;
        let text = self.text();
        Verilog::Custom(format!(
            "//@module leap_{n}\n//@inline\n//@doc {n} step(s) of the 32-bit register of x^32 + x^31 + x^30 + x^10 + 1, shifting left.\n{text}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::taps::step;

    #[test]
    fn leap_is_as_many_single_steps() {
        for steps in (1..=MAX_LEAP as usize).chain([11, 16, 20]) {
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
}
