//! A 64-bit counter in two halves: the carry into the upper one is a cycle late, so that no adder is longer than 32 bits.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Width of the amount that is added in one cycle: up to 64 lanes.
pub const STEP_BITS: usize = 7;

/// Adds `step` in every cycle; `high` and `low` together are the exact sum of the steps before this cycle.
#[derive(SettlingBlock)]
pub struct Counter {
    pub clk: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub step: Signal<In, Uint>,
    pub low: Signal<Out, Uint>,
    pub high: Signal<Out, Uint>,
    lower: Register<Uint>,
    upper: Register<Uint>,
    carry: Register<Bit>,
    sum: Signal<Local, Uint>,
    carried: Signal<Local, Uint>,
    _activity: Activity,
}

impl Default for Counter {
    fn default() -> Self {
        Self {
            clk: Default::default(),
            clear: Default::default(),
            step: num(STEP_BITS),
            low: num(32),
            high: num(32),
            lower: Register::wide(32),
            upper: Register::wide(32),
            carry: Default::default(),
            sum: num(33),
            carried: num(32),
            _activity: Default::default(),
        }
    }
}

impl Logic for Counter {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: counter");
        comment!("doc: 64-bit counter: adds step in every cycle; the carry into the upper half is a cycle late.");
        dff_setup!(self, clk, lower, upper, carry);
        self.sum.next = bit_cast_to(self.lower.q.val(), 33) + bit_cast_to(self.step.val(), 33);
        self.carried.next = self.upper.q.val();
        if self.carry.q.val() {
            self.carried.next = self.upper.q.val() + 1;
        }
        self.low.next = self.lower.q.val();
        self.high.next = self.carried.val();
        self.lower.d.next = bit_cast_to(self.sum.val(), 32);
        self.carry.d.next = self.sum.val().get_bit(32);
        self.upper.d.next = self.carried.val();
        if self.clear.val() {
            self.lower.d.next = bits_of(0, 32);
            self.upper.d.next = bits_of(0, 32);
            self.carry.d.next = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Clocked;

    /// One cycle; what the counter shows before its edge.
    fn cycle(c: &mut Counter, step: u64, clear: bool) -> u64 {
        c.fall();
        c.step.next = Uint::new(step as i64, STEP_BITS);
        c.clear.next = clear;
        assert!(simulate(c, 20));
        let shown = (c.high.val().raw() as u64) << 32 | c.low.val().raw() as u64;
        c.clk.next = Clock { clk: true };
        assert!(simulate(c, 20));
        shown
    }

    #[test]
    fn counts_every_step_and_clears() {
        let mut c = Counter::default();
        c.connect_all();
        let mut expected = 0;
        for n in 0..300 {
            let (step, clear) = (n % 65, n == 100);
            assert_eq!(cycle(&mut c, step, clear), expected);
            expected = if clear { 0 } else { expected + step };
        }
    }
    #[test]
    fn the_halves_together_are_exact_over_a_carry() {
        for step in 1..=64 {
            let mut c = Counter::default();
            c.connect_all();
            let mut expected = (1u64 << 32) - 3;
            // a back door: 2^26 cycles would lead here
            c.lower.q.next = Uint::new(expected as i64, 32);
            c.lower.q.update_all();
            for _ in 0..5 {
                assert_eq!(cycle(&mut c, step, false), expected, "steps of {step}");
                expected += step;
            }
            assert!(expected >> 32 != 0);
        }
    }
}
