//! A register: `q` takes `d` at each rising edge. The printer folds it into an `always` block of its parent.
use crate::activity::Activity;
use crate::num::{num, Num};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Register with an initial value of its own width, usable with `dff_setup!`. No reset: kernels write theirs.
///
/// `q` follows `d` one cycle later. At power-up `q` is the initial value.
#[derive(SettlingBlock)]
pub struct Register<T: Synth> {
    pub d: Signal<In, T>,
    pub q: Signal<Out, T>,
    pub clock: Signal<In, Clock>,
    _init: T,
    _activity: Activity,
}

impl<T: Synth> Register<T> {
    /// A register of a type with a fixed width (`Bit`, a `LogicState`).
    pub fn new(init: T) -> Self {
        Self {
            d: Default::default(),
            q: Signal::new_with_default(init),
            clock: Default::default(),
            _init: init,
            _activity: Default::default(),
        }
    }
}
impl<T: Synth> Default for Register<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}
impl<const SIGNED: bool> Register<Num<SIGNED>> {
    /// A register of `width` bits, zero at power-up.
    pub fn wide(width: usize) -> Self {
        let init = Num::new(0, width);
        Self {
            d: num(width),
            q: Signal::new_with_default(init),
            clock: Default::default(),
            _init: init,
            _activity: Default::default(),
        }
    }
}
impl<T: Synth> Logic for Register<T> {
    #[inline(always)]
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self.q.next = self.d.val();
            self._activity.rests();
        }
    }
    fn connect(&mut self) {
        self.q.connect();
    }
    fn hdl(&self) -> Verilog {
        let init = format!("{:x}", self._init.verilog());
        let (_, hex) = init.split_once("'h").expect("rust-hdl prints sized literals");
        Verilog::Custom(format!("//@register 'h{hex}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Clocked;
    use crate::num::Sint;

    #[test]
    fn q_follows_d_at_rising_edges_alone() {
        let mut r = Register::<Sint>::wide(5);
        assert_eq!(r.q.val(), Sint::new(0, 5));
        for n in 0..200i64 {
            let before = r.q.val();
            r.fall();
            r.d.next = Sint::new(7 * n, 5);
            assert!(simulate(&mut r, 5));
            assert_eq!(r.q.val(), before, "the clock is low");
            r.clock.next = Clock { clk: true };
            assert!(simulate(&mut r, 5));
            assert_eq!(r.q.val(), Sint::new(7 * n, 5));
            r.d.next = Sint::new(7 * n + 1, 5);
            assert!(simulate(&mut r, 5));
            assert_eq!(r.q.val(), Sint::new(7 * n, 5), "the clock stays high");
        }
    }
    #[test]
    fn power_up_value_is_printed_at_its_width() {
        let Verilog::Custom(text) = Register::new(true).hdl() else { panic!("not a leaf") };
        assert_eq!(text, "//@register 'h1\n");
        assert!(Register::new(true).q.val());
    }
}
