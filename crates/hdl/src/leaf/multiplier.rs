//! Signed product at full width.
use crate::activity::Activity;
use crate::num::{num, Sint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `p = a * b`, combinational; `p` is as wide as both operands together, so it cannot overflow.
#[derive(SettlingBlock)]
pub struct Multiplier {
    pub a: Signal<In, Sint>,
    pub b: Signal<In, Sint>,
    pub p: Signal<Out, Sint>,
    _activity: Activity,
}
impl Multiplier {
    pub fn new(a: usize, b: usize) -> Self {
        Self { a: num(a), b: num(b), p: num(a + b), _activity: Default::default() }
    }
}
impl Logic for Multiplier {
    #[inline(always)]
    fn update(&mut self) {
        let (a, b) = (self.a.val(), self.b.val());
        self.p.next = Sint::new(a.raw() * b.raw(), a.width() + b.width());
    }
    fn connect(&mut self) {
        self.p.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "//@module multiplier\n//@inline\n//@doc Signed product at full width.\nassign p = a * b;\n".into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_of_every_pair() {
        let mut leaf = Multiplier::new(9, 8);
        for a in -256i64..256 {
            for b in -128i64..128 {
                leaf.a.next = Sint::new(a, 9);
                leaf.b.next = Sint::new(b, 8);
                assert!(simulate(&mut leaf, 5));
                assert_eq!((leaf.p.val().raw(), leaf.p.val().width()), (a * b, 17), "{a} * {b}");
            }
        }
    }
}
