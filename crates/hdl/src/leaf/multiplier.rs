//! Signed product at full width, through three registers, or two.
use crate::activity::Activity;
use crate::num::{num, Sint};
use drtp_core::{BankStyle, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `p = a * b`, three cycles later; as wide as both operands together, so it cannot overflow.
///
/// The registers are those that a DSP block has at its inputs, inside and at its output. `rst` clears them all.
///
/// In style spram they are those of an iCE40's SB_MAC16 that its tools find: two cycles, and no reset, for theirs is not
/// synchronous. There the sums behind it stay clear until what was on its way has passed.
#[derive(SettlingBlock)]
pub struct Multiplier {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub a: Signal<In, Sint>,
    pub b: Signal<In, Sint>,
    pub p: Signal<Out, Sint>,
    _style: BankStyle,
    _operands: (i64, i64),
    _inside: i64,
    _activity: Activity,
}
impl Multiplier {
    pub fn new(design: &Design, a: usize, b: usize) -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            a: num(a),
            b: num(b),
            p: num(a + b),
            _style: design.bank_style,
            _operands: (0, 0),
            _inside: 0,
            _activity: Default::default(),
        }
    }
}
impl Logic for Multiplier {
    #[inline(always)]
    fn update(&mut self) {
        if self.clk.pos_edge() {
            let before = (self._operands, self._inside);
            let width = self.p.val().width();
            let product = Sint::new(self._inside, width);
            self._inside = self._operands.0 * self._operands.1;
            self._operands = (self.a.val().raw(), self.b.val().raw());
            if self._style == BankStyle::Spram {
                self.p.next = Sint::new(self._inside, width);
            } else if self.rst.val() {
                (self._operands, self._inside) = ((0, 0), 0);
                self.p.next = Sint::new(0, width);
            } else {
                self.p.next = product;
            }
            if (self._operands, self._inside) == before {
                self._activity.rests();
            }
        }
    }
    fn connect(&mut self) {
        self.p.connect();
    }
    fn hdl(&self) -> Verilog {
        let (a, b) = (self.a.val().width(), self.b.val().width());
        let parameters = format!(
            "//@parameter A_BITS {a}\n//@parameter B_BITS {b}\n//@parameter P_BITS {}\n\
             //@width a A_BITS\n//@width b B_BITS\n//@width p P_BITS\n",
            a + b
        );
        Verilog::Custom(match self._style {
            BankStyle::Ecp5 => {
                format!("//@module multiplier\n//@apart\n{parameters}{}", include_str!("ecp5_multiplier.v"))
            }
            BankStyle::Spram => format!(
                "\
//@module multiplier
//@doc Signed product at full width, two cycles later: the registers are those of an SB_MAC16, which has no reset.
{parameters}reg signed [A_BITS-1:0] a_1 = 0;
reg signed [B_BITS-1:0] b_1 = 0;
wire unused_rst = rst;
initial p = 0;
always @(posedge clk) begin
    a_1 <= a;
    b_1 <= b;
    p <= a_1 * b_1;
end
"
            ),
            _ => format!(
                "\
//@module multiplier
//@doc Signed product at full width, three cycles later: the registers are those of a DSP block.
{parameters}reg signed [A_BITS-1:0] a_1 = 0;
reg signed [B_BITS-1:0] b_1 = 0;
reg signed [P_BITS-1:0] p_2 = 0;
initial p = 0;
always @(posedge clk) begin
    if (rst) begin
        a_1 <= 0;
        b_1 <= 0;
        p_2 <= 0;
        p <= 0;
    end else begin
        a_1 <= a;
        b_1 <= b;
        p_2 <= a_1 * b_1;
        p <= p_2;
    end
end
"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Clocked;
    use drtp_core::Config;

    fn leaf() -> Multiplier {
        let config = Config::with_layers(4, &[4, 4, 2]).expect("a small core");
        Multiplier::new(config.design(), 9, 8)
    }
    fn cycle(m: &mut Multiplier, a: i64, b: i64, rst: bool) -> i64 {
        m.fall();
        m.rst.next = rst;
        m.a.next = Sint::new(a, 9);
        m.b.next = Sint::new(b, 8);
        assert!(simulate(m, 5));
        m.clk.next = Clock { clk: true };
        assert!(simulate(m, 5));
        m.p.val().raw()
    }
    #[test]
    fn product_of_every_pair_three_cycles_later() {
        let mut m = leaf();
        let pairs = (-256i64..256).flat_map(|a| (-128i64..128).map(move |b| (a, b)));
        let mut before = [0; 2];
        for (a, b) in pairs {
            assert_eq!(cycle(&mut m, a, b, false), before[0], "{a} * {b}");
            before = [before[1], a * b];
        }
        assert_eq!(m.p.val().width(), 17);
    }
    /// While nothing moves outside, what is on its way comes out all the same: it is not still before.
    #[test]
    fn operands_that_stay_are_multiplied_too() {
        let mut m = leaf();
        assert_eq!((0..5).map(|_| cycle(&mut m, 3, 5, false)).collect::<Vec<_>>(), [0, 0, 15, 15, 15]);
        assert!(m.still());
        assert_eq!((0..4).map(|_| cycle(&mut m, 4, 5, false)).collect::<Vec<_>>(), [15, 15, 20, 20]);
    }
    #[test]
    fn reset_leaves_nothing_on_its_way() {
        let mut m = leaf();
        (0..3).for_each(|_| _ = cycle(&mut m, 3, 5, false));
        assert_eq!(cycle(&mut m, 3, 5, true), 0);
        assert_eq!((0..3).map(|_| cycle(&mut m, 0, 0, false)).collect::<Vec<_>>(), [0, 0, 0]);
    }
}
