//! What a weight owes, added: `w + d u` for a ternary `d`.
use crate::activity::Activity;
use crate::num::{num, Sint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `sum = w + d u`, combinational, one bit wider than `u`; `d` is 0 or, with `apply`, +1 or -1 by `negate`.
///
/// `negate` comes only with `apply`. One carry chain: a negative `d` inverts `u` and carries in a one.
#[derive(SettlingBlock)]
pub struct OwedAdd {
    pub w: Signal<In, Sint>,
    pub u: Signal<In, Sint>,
    pub apply: Signal<In, Bit>,
    pub negate: Signal<In, Bit>,
    pub sum: Signal<Out, Sint>,
    _activity: Activity,
}
impl OwedAdd {
    /// For weights and updates of these widths, `u` at least as wide as `w`.
    pub fn new(w: usize, u: usize) -> Self {
        Self {
            w: num(w),
            u: num(u),
            apply: Default::default(),
            negate: Default::default(),
            sum: num(u + 1),
            _activity: Default::default(),
        }
    }
}
impl Logic for OwedAdd {
    #[inline(always)]
    fn update(&mut self) {
        let (w, u) = (self.w.val().raw(), self.u.val().raw());
        let owed = match (self.apply.val(), self.negate.val()) {
            (false, false) => 0,
            (true, false) => u,
            (true, true) => -u,
            // as the carry chain has it
            (false, true) => 1,
        };
        self.sum.next = Sint::new(w + owed, self.sum.val().width());
    }
    fn connect(&mut self) {
        self.sum.connect();
    }
    fn hdl(&self) -> Verilog {
        let (w, u) = (self.w.val().width(), self.u.val().width());
        let extended = match u + 1 - w {
            1 => format!("{{w[{0}], w}}", w - 1),
            n => format!("{{{{{n}{{w[{0}]}}}}, w}}", w - 1),
        };
        Verilog::Custom(format!(
            "\
//@module owed_add
//@inline
//@doc sum = w + d * u for d = 0, +1 or -1 (apply, negate): a negative d inverts u and carries in a one.
wire [{top}:0] owed = {{{u}{{apply}}}} & (u ^ {{{u}{{negate}}}});
wire [{carry}:0] chain = {{{extended}, 1'b1}} + {{owed[{top}], owed, negate}};
wire unused_carry = chain[0];
assign sum = chain[{carry}:1];
",
            top = u - 1,
            carry = u + 1,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_and_update() {
        for (w_bits, u_bits) in [(8, 8), (4, 8), (6, 9)] {
            let mut leaf = OwedAdd::new(w_bits, u_bits);
            for w in -(1i64 << (w_bits - 1))..1 << (w_bits - 1) {
                for u in -(1i64 << (u_bits - 1))..1 << (u_bits - 1) {
                    for (apply, negate, owed) in [(false, false, 0), (true, false, u), (true, true, -u)] {
                        leaf.w.next = Sint::new(w, w_bits);
                        leaf.u.next = Sint::new(u, u_bits);
                        leaf.apply.next = apply;
                        leaf.negate.next = negate;
                        assert!(simulate(&mut leaf, 5));
                        assert_eq!(leaf.sum.val(), Sint::new(w + owed, u_bits + 1), "{w} {u} {apply} {negate}");
                    }
                }
            }
        }
    }
}
