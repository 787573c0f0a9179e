//! What a design has no use for: taken out of the text, and the rest means the same.

use crate::common::{Cycle, Replay};
use drtp_hdl::emit;
use drtp_hdl::leaf::{OwedAdd, Register};
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

/// Adds an owed amount to a sum, and counts how often.
#[derive(LogicBlock)]
struct Debt {
    pub clk: Signal<In, Clock>,
    pub owes: Signal<In, Bit>,
    pub x: Signal<In, Sint>,
    pub amount: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    pub times: Signal<Out, Uint>,
    add: OwedAdd,
    owed: Register<Bit>,
    count: Register<Uint>,
}
impl Debt {
    fn new() -> Self {
        Self {
            clk: Default::default(),
            owes: Default::default(),
            x: num(8),
            amount: num(8),
            y: num(9),
            times: num(4),
            add: OwedAdd::new(8, 8),
            owed: Default::default(),
            count: Register::wide(4),
        }
    }
}
impl Logic for Debt {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clk, owed, count);
        self.owed.d.next = self.owes.val();
        if self.owed.q.val() {
            self.count.d.next = self.count.q.val() + 1;
        }
        self.add.w.next = self.x.val();
        self.add.u.next = self.amount.val();
        self.add.apply.next = self.owed.q.val();
        self.add.negate.next = false;
        self.y.next = bit_cast_to(self.x.val(), 9);
        if self.owed.q.val() {
            self.y.next = self.add.sum.val();
        }
        self.times.next = self.count.q.val();
    }
}

/// Debts are made only where `learns` says so.
#[derive(LogicBlock)]
struct Bank {
    pub clk: Signal<In, Clock>,
    pub owes: Signal<In, Bit>,
    pub x: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    pub times: Signal<Out, Uint>,
    debt: Debt,
    learns: Constant<Bit>,
}
impl Bank {
    fn new(learns: bool) -> Self {
        let mut bank = Self {
            clk: Default::default(),
            owes: Default::default(),
            x: num(8),
            y: num(9),
            times: num(4),
            debt: Debt::new(),
            learns: Constant::new(learns),
        };
        bank.connect_all();
        bank
    }
}
impl Logic for Bank {
    #[hdl_gen]
    fn update(&mut self) {
        self.debt.clk.next = self.clk.val();
        self.debt.owes.next = self.owes.val() & self.learns.val();
        self.debt.x.next = self.x.val();
        self.debt.amount.next = bits_signed(100, 8);
        self.y.next = self.debt.y.val();
        self.times.next = self.debt.times.val();
    }
}

/// A register on the way, where the way is long. Which it is, is decided last.
#[derive(LogicBlock)]
struct Way {
    pub clk: Signal<In, Clock>,
    pub x: Signal<In, Bit>,
    pub y: Signal<Out, Bit>,
    far: Register<Bit>,
    near: Constant<Bit>,
}
impl Way {
    fn new(near: bool) -> Self {
        let mut way = Self {
            clk: Default::default(),
            x: Default::default(),
            y: Default::default(),
            far: Default::default(),
            near: Constant::new(near),
        };
        way.connect_all();
        way
    }
}
impl Logic for Way {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clk, far);
        self.far.d.next = self.x.val();
        self.y.next = self.far.q.val();
        if self.near.val() {
            self.y.next = self.x.val();
        }
    }
}

#[test]
fn a_register_that_a_later_value_hides_is_left_out() {
    let text = |near| emit::verilog(&Way::new(near), "way").unwrap_or_else(|e| panic!("{e}"));
    assert!(text(false).contains("reg"), "{}", text(false));
    assert!(!text(true).contains("far") && text(true).contains("assign y = x;"), "{}", text(true));
}

fn text(learns: bool) -> String {
    emit::verilog(&Bank::new(learns), "bank").unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn what_depends_on_a_constant_goes_with_its_ports_and_registers() {
    let with = text(true);
    for name in ["owed", "amount", "add_owed", "reg  [3:0] times"] {
        assert!(with.contains(name), "{name} in\n{with}");
        assert!(!text(false).contains(name), "{name} in\n{}", text(false));
    }
    // the port of the top stays, whoever reads it
    assert!(text(false).contains("input  wire owes"), "{}", text(false));
    assert!(!with.contains("LEARNS") && !with.contains("1'd1;"), "{with}");
}

#[test]
fn what_is_left_means_the_same() {
    for learns in [true, false] {
        let mut bank = Bank::new(learns);
        let mut cycles = vec![];
        let mut most = 0;
        for n in 0..600u64 {
            let (owes, x) = (n % 3 != 0 && n % 7 < 5, n.wrapping_mul(0x9E37_79B9) >> 7 & 255);
            bank.clk.next = Clock { clk: false };
            bank.owes.next = owes;
            bank.x.next = Num::new(x as i64, 8);
            assert!(simulate(&mut bank, 20));
            let outputs = vec![bank.y.val().raw() as u64 & 511, bank.times.val().raw() as u64];
            most = most.max(outputs[1]);
            cycles.push(Cycle { inputs: vec![owes.into(), x], outputs });
            bank.clk.next = Clock { clk: true };
            assert!(simulate(&mut bank, 20));
        }
        assert_eq!(most, if learns { 15 } else { 0 });
        let verilog = text(learns);
        Replay {
            verilog: &verilog,
            top: "bank",
            clock: Some("clk"),
            inputs: &[("owes", 1), ("x", 8)],
            outputs: &[("y", 9), ("times", 4)],
        }
        .must_agree(&cycles);
    }
}
