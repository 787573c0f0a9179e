//! Statements that the printer groups anew: joined and nested conditions, choices, branches with nothing to do. Every
//! input in every state, against the Rust simulation.
#![allow(clippy::collapsible_if)] // what the printer collapses

use crate::common::{Cycle, Replay};
use drtp_hdl::emit;
use drtp_hdl::leaf::Register;
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

#[derive(LogicBlock)]
struct Orders {
    pub clk: Signal<In, Clock>,
    pub code: Signal<In, Uint>,
    pub out: Vec<Signal<Out, Uint>>,
    pub flag: Vec<Signal<Out, Bit>>,
    p: Register<Uint>,
    q: Register<Uint>,
    r: Register<Uint>,
    a: Signal<Local, Bit>,
    b: Signal<Local, Bit>,
    c: Signal<Local, Bit>,
}
impl Orders {
    fn new() -> Self {
        Self {
            clk: Default::default(),
            code: num(5),
            out: (0..6).map(|_| num(3)).collect(),
            flag: (0..7).map(|_| Default::default()).collect(),
            p: Register::wide(3),
            q: Register::wide(3),
            r: Register::wide(3),
            a: Default::default(),
            b: Default::default(),
            c: Default::default(),
        }
    }
}
impl Logic for Orders {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clk, p, q, r);
        self.a.next = self.code.val().get_bit(0);
        self.b.next = self.code.val().get_bit(1);
        self.c.next = self.code.val().get_bit(2);
        // tests that come again: before, between and behind others on the same register
        if self.a.val() {
            self.p.d.next = self.p.q.val() + 1;
            self.q.d.next = bits_of(1, 3);
        }
        if self.b.val() {
            self.p.d.next = bits_of(5, 3);
        } else {
            self.r.d.next = self.q.q.val();
        }
        if self.a.val() {
            self.r.d.next = self.p.q.val();
        } else {
            self.q.d.next = self.r.q.val() + 2;
        }
        if self.c.val() {
            if self.a.val() {
                self.q.d.next = bits_of(6, 3);
            }
        }
        if self.b.val() {
            self.q.d.next = self.p.q.val();
            if self.c.val() {
                self.r.d.next = bits_of(0, 3);
            }
        }
        if self.c.val() {
            self.p.d.next = self.r.q.val();
        }
        if self.a.val() {
            if self.b.val() {
                self.p.d.next = bits_of(7, 3);
            }
        }
        // equal bodies in a row, and one between them that is not
        self.out[0].next = self.p.q.val();
        if self.a.val() {
            self.out[0].next = bits_of(3, 3);
        }
        if self.b.val() {
            self.out[0].next = bits_of(3, 3);
        }
        if self.c.val() {
            self.out[0].next = bits_of(4, 3);
        }
        if self.a.val() & self.c.val() {
            self.out[0].next = bits_of(3, 3);
        }
        // one net of several has nothing to do in a branch
        self.out[1].next = self.q.q.val();
        self.out[2].next = self.r.q.val();
        if self.a.val() {
            self.out[1].next = bits_of(2, 3);
        } else if self.b.val() {
            self.out[2].next = bits_of(5, 3);
        } else if self.c.val() {
            self.out[1].next = bits_of(0, 3);
            self.out[2].next = bits_of(0, 3);
        } else {
            self.out[2].next = self.p.q.val();
        }
        // an arm that only another net needs, before the default
        self.out[3].next = bits_of(0, 3);
        self.out[4].next = bits_of(0, 3);
        match self.p.q.val().index() {
            1 => {
                self.out[3].next = bits_of(1, 3);
            }
            2 => {
                if self.a.val() {
                } else {
                    self.out[4].next = bits_of(2, 3);
                }
            }
            _ => {
                self.out[3].next = self.q.q.val();
                if self.b.val() {
                    self.out[4].next = bits_of(6, 3);
                }
            }
        }
        // choices: of numbers and, one by one, of what a bit can be
        self.out[5].next = self.p.q.val();
        if self.a.val() & self.b.val() {
            self.out[5].next = self.q.q.val() - self.r.q.val();
        }
        self.flag[0].next = false;
        if self.a.val() {
            self.flag[0].next = true;
        }
        self.flag[1].next = true;
        if self.a.val() | self.b.val() {
            self.flag[1].next = false;
        }
        self.flag[2].next = false;
        if !self.a.val() {
            self.flag[2].next = self.b.val() & self.c.val();
        }
        self.flag[3].next = self.b.val();
        if self.c.val() {
            self.flag[3].next = true;
        }
        self.flag[4].next = self.b.val() ^ self.a.val();
        if self.c.val() {
            self.flag[4].next = false;
        }
        self.flag[5].next = self.b.val();
        self.flag[6].next = self.c.val();
        if self.p.q.val() > self.q.q.val() {
            self.flag[5].next = self.c.val();
        } else {
            self.flag[6].next = !self.a.val();
        }
    }
}

#[test]
fn grouped_statements_do_what_the_kernel_does() {
    let mut block = Orders::new();
    block.connect_all();
    let text = emit::verilog(&block, "orders").unwrap_or_else(|e| panic!("{e}"));
    let mut cycles = vec![];
    let mut state = 7u64;
    for _ in 0..4000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let code = state >> 40 & 31;
        block.code.next = Num::new(code as i64, 5);
        assert!(simulate(&mut block, 20));
        let mut outputs: Vec<u64> = block.out.iter().map(|o| o.val().raw() as u64).collect();
        outputs.extend(block.flag.iter().map(|f| u64::from(f.val())));
        cycles.push(Cycle { inputs: vec![code], outputs });
        for level in [true, false] {
            block.clk.next = level.into();
            assert!(simulate(&mut block, 20));
        }
    }
    let names: Vec<(String, usize)> =
        (0..6).map(|i| (format!("out_{i}"), 3)).chain((0..7).map(|i| (format!("flag_{i}"), 1))).collect();
    let outputs: Vec<(&str, usize)> = names.iter().map(|n| (n.0.as_str(), n.1)).collect();
    for (i, port) in outputs.iter().enumerate() {
        assert!(cycles.iter().any(|c| c.outputs[i] != cycles[0].outputs[i]), "{} never changes", port.0);
    }
    println!("{text}");
    Replay { verilog: &text, top: "orders", clock: Some("clk"), inputs: &[("code", 5)], outputs: &outputs }
        .must_agree(&cycles);
}
