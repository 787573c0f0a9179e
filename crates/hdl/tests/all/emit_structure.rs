//! Structure: vectors of ports, registers and children, loops, `match`, links and leaves, replayed cycle by cycle.

use crate::common::{Cycle, Replay};
use drtp_hdl::comment;
use drtp_hdl::emit;
use drtp_hdl::leaf::Register;
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
enum Step {
    Rest,
    Add,
    Clear,
}

/// A leaf: wires for outputs, chosen by `assign`.
#[derive(LogicBlock)]
struct Halve {
    pub x: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    pub odd: Signal<Out, Bit>,
}
impl Halve {
    fn new(width: usize) -> Self {
        Self { x: num(width), y: num(width), odd: Default::default() }
    }
}
impl Logic for Halve {
    fn update(&mut self) {
        let x = self.x.val();
        self.y.next = Num::new(x.raw() >> 1, x.width());
        self.odd.next = x.get_bit(0);
    }
    fn connect(&mut self) {
        self.y.connect();
        self.odd.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("//@module halve\n//@doc Rounds down.\nassign y = x >>> 1;\nassign odd = x[0];\n".into())
    }
}

/// Running sum with its own state machine.
#[derive(LogicBlock)]
struct Lane {
    pub clk: Signal<In, Clock>,
    pub x: Signal<In, Sint>,
    pub go: Signal<In, Bit>,
    pub sum: Signal<Out, Sint>,
    pub busy: Signal<Out, Bit>,
    acc: Register<Sint>,
    step: Register<Step>,
    _wide: usize,
}
impl Lane {
    fn new(width: usize) -> Self {
        Self {
            clk: Default::default(),
            x: num(width),
            go: Default::default(),
            sum: num(width + 2),
            busy: Default::default(),
            acc: Register::wide(width + 2),
            step: Register::new(Step::Rest),
            _wide: width + 2,
        }
    }
}
impl Logic for Lane {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: lane");
        dff_setup!(self, clk, acc, step);
        self.sum.next = self.acc.q.val();
        self.busy.next = self.step.q.val() != Step::Rest;
        match self.step.q.val() {
            Step::Rest => {
                if self.go.val() {
                    self.step.d.next = Step::Add;
                }
            }
            Step::Add => {
                self.acc.d.next = self.acc.q.val() + bit_cast_to(self.x.val(), self._wide);
                if !self.go.val() {
                    self.step.d.next = Step::Clear;
                } else if self.x.val().get_bit(0) {
                    self.step.d.next = Step::Rest;
                }
            }
            _ => {
                self.acc.d.next = bits_signed(0, self._wide);
                self.step.d.next = Step::Rest;
            }
        }
    }
}

#[derive(LogicBlock)]
struct Grid {
    pub clk: Signal<In, Clock>,
    pub x: Signal<In, Sint>,
    pub sel: Signal<In, Uint>,
    pub code: Signal<In, Uint>,
    pub sum: Vec<Signal<Out, Sint>>,
    pub busy: Signal<Out, Uint>,
    pub picked: Signal<Out, Sint>,
    pub odd: Signal<Out, Bit>,
    pub kept: Vec<Signal<Out, Uint>>,
    pub decoded: Signal<Out, Uint>,
    pub label: Signal<Out, Uint>,
    pub same: Signal<Out, Bit>,
    pub rising: Signal<Out, Bit>,
    lane: Vec<Lane>,
    halve: Halve,
    chain: Vec<Signal<Local, Sint>>,
    any: Vec<Signal<Local, Uint>>,
    store: Vec<Register<Uint>>,
    one: Constant<Uint>,
    _rows: usize,
    _columns: usize,
    _n: usize,
    _label: i64,
}
impl Grid {
    fn new(rows: usize, columns: usize, width: usize) -> Self {
        let n = rows * columns;
        Self {
            clk: Default::default(),
            x: num(width),
            sel: num(4),
            code: num(3),
            sum: (0..n).map(|_| num(width + 2)).collect(),
            busy: num(n),
            picked: num(width + 2),
            odd: Default::default(),
            kept: (0..n).map(|_| num(3)).collect(),
            decoded: num(3),
            label: num(5),
            same: Default::default(),
            rising: Default::default(),
            lane: (0..n).map(|_| Lane::new(width)).collect(),
            halve: Halve::new(width),
            chain: (0..n).map(|_| num(width)).collect(),
            any: (0..n + 1).map(|_| num(n)).collect(),
            store: (0..n).map(|_| Register::wide(3)).collect(),
            one: Constant::new(Num::new(1, n)),
            _rows: rows,
            _columns: columns,
            _n: n,
            _label: -5,
        }
    }
}
impl Logic for Grid {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("doc: Lanes in rows and columns.");
        self.halve.x.next = self.x.val();
        self.odd.next = self.halve.odd.val();
        comment!("every lane but the first takes what the one before it took, turned around");
        for i in 0..self._n {
            if i > 0 {
                self.chain[i].next = !self.chain[i - 1].val();
            } else {
                self.chain[i].next = self.halve.y.val();
            }
        }
        self.any[0].next = bits_of(0, self._n);
        for i in 0..self._n {
            self.lane[i].clk.next = self.clk.val();
            self.lane[i].x.next = self.chain[i].val();
            self.lane[i].go.next = (self.sel.val().index() == i) | (self.sel.val().index() == 2 * i + 14);
            self.sum[i].next = self.lane[i].sum.val();
            self.any[i + 1].next = self.any[i].val();
            if self.lane[i].busy.val() {
                self.any[i + 1].next = self.any[i].val() | (self.one.val() << i);
            }
            self.store[i].clock.next = self.clk.val();
            self.store[i].d.next = self.store[i].q.val();
            if self.sel.val().index() == i {
                self.store[i].d.next = self.code.val();
            }
            self.kept[i].next = self.store[i].q.val();
        }
        self.picked.next = self.lane[0].sum.val();
        for i in 1..self._n {
            if self.sel.val().index() == i {
                self.picked.next = self.lane[i].sum.val();
            }
        }
        if self.halve.odd.val() {
            self.same.next = false;
        }
        comment!("overrules what stands above");
        self.same.next = true;
        for r in 0..(self._rows - 1) {
            for c in 0..2 {
                if self.store[r * 2 + c].q.val() != self.store[(r + 1) * 2 + c].q.val() {
                    self.same.next = false;
                }
            }
        }
        for i in 0..self._n {
            if i == 0 {
                self.rising.next = true;
            } else if self.store[i - 1].q.val() > self.store[i].q.val() {
                self.rising.next = false;
            }
            if i > 0 && self.store[i - 1].q.val() == self.store[i].q.val() {
                self.rising.next = self.halve.odd.val();
            }
        }
        self.busy.next = self.any[4].val();
        comment!("an arm without effect on one net must not fall into its default");
        self.decoded.next = self.code.val();
        self.label.next = bits_of(self._label, 5);
        match self.code.val().index() {
            0 => {
                self.decoded.next = bits_of(7, 3);
            }
            3 => {
                self.label.next = bits_of(3, 5);
            }
            5 => {}
            99 => {
                self.label.next = bits_of(0, 5);
            }
            _ => {
                self.decoded.next = self.code.val() + 1;
                self.label.next = bits_of(17, 5);
            }
        }
    }
}

fn raw<const S: bool>(x: Num<S>) -> u64 {
    x.raw() as u64 & (!0 >> (64 - x.width()))
}

fn outputs(g: &Grid) -> Vec<(String, usize, u64)> {
    let mut out = vec![];
    for (i, s) in g.sum.iter().enumerate() {
        out.push((format!("sum_{i}"), s.val().width(), raw(s.val())));
    }
    for (i, s) in g.kept.iter().enumerate() {
        out.push((format!("kept_{i}"), 3, raw(s.val())));
    }
    out.push(("busy".into(), g.busy.val().width(), raw(g.busy.val())));
    out.push(("picked".into(), g.picked.val().width(), raw(g.picked.val())));
    out.push(("odd".into(), 1, g.odd.val() as u64));
    out.push(("decoded".into(), 3, raw(g.decoded.val())));
    out.push(("label".into(), 5, raw(g.label.val())));
    out.push(("rising".into(), 1, g.rising.val() as u64));
    out.push(("same".into(), 1, g.same.val() as u64));
    out
}

/// A design of 2 x 2 lanes of `width` bits under pseudo-random inputs.
fn replay(width: usize) -> String {
    let mut block = Grid::new(2, 2, width);
    block.connect_all();
    let text = emit::verilog(&block, "grid").unwrap_or_else(|e| panic!("{e}"));
    let before = emit::widths(&block, "grid");
    let mut state = 0x1234_5678_9abc_def1u64;
    let mut random = move |bits: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 20 & ((1 << bits) - 1)
    };
    let mut cycles = vec![];
    for _ in 0..3000 {
        let (x, sel, code) = (random(width), random(4), random(3));
        let sel = if sel < 8 { sel & 3 } else { sel };
        block.x.next = Num::new(x as i64, width);
        block.sel.next = Num::new(sel as i64, 4);
        block.code.next = Num::new(code as i64, 3);
        assert!(simulate(&mut block, 20));
        cycles.push(Cycle { inputs: vec![x, sel, code], outputs: outputs(&block).iter().map(|o| o.2).collect() });
        for level in [true, false] {
            block.clk.next = level.into();
            assert!(simulate(&mut block, 20));
        }
    }
    assert_eq!(emit::widths(&block, "grid"), before, "a kernel changed a width");
    let seen = outputs(&block);
    let ports: Vec<_> = seen.iter().map(|o| (o.0.as_str(), o.1)).collect();
    for (i, port) in ports.iter().enumerate() {
        assert!(cycles.iter().any(|c| c.outputs[i] != cycles[0].outputs[i]), "{} never changes", port.0);
    }
    Replay {
        verilog: &text,
        top: "grid",
        clock: Some("clk"),
        inputs: &[("x", width), ("sel", 4), ("code", 3)],
        outputs: &ports,
    }
    .must_agree(&cycles);
    text
}

#[test]
fn vectors_loops_and_cases_agree_cycle_by_cycle() {
    let text = replay(5);
    let modules: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("module ")).collect();
    assert_eq!(modules, ["grid (", "lane (", "halve ("], "equal modules once, top first");
    let names = text.replace("$signed(", "").replace("$unsigned(", "");
    assert!(!names.contains('$'), "a `$` in a name:\n{text}");
    replay(3);
}

#[test]
fn modules_of_one_name_and_different_text_are_numbered() {
    #[derive(LogicBlock)]
    struct Two {
        pub clk: Signal<In, Clock>,
        pub x: Signal<In, Sint>,
        pub y: Signal<In, Sint>,
        pub a: Signal<Out, Sint>,
        pub b: Signal<Out, Sint>,
        left: Lane,
        right: Lane,
    }
    impl Logic for Two {
        #[hdl_gen]
        fn update(&mut self) {
            self.left.clk.next = self.clk.val();
            self.right.clk.next = self.clk.val();
            self.left.x.next = self.x.val();
            self.right.x.next = self.y.val();
            self.left.go.next = true;
            self.right.go.next = true;
            self.a.next = self.left.sum.val();
            self.b.next = self.right.sum.val();
        }
    }
    let mut two = Two {
        clk: Default::default(),
        x: num(4),
        y: num(6),
        a: num(6),
        b: num(8),
        left: Lane::new(4),
        right: Lane::new(6),
    };
    two.connect_all();
    let text = emit::verilog(&two, "lane").unwrap_or_else(|e| panic!("{e}"));
    let modules: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("module ")).collect();
    assert_eq!(modules, ["lane (", "lane_2 (", "lane_3 ("], "the top keeps its name");
}

#[derive(LogicInterface, Default)]
#[join = "StreamOut"]
struct StreamIn {
    pub data: Signal<In, Bits<8>>,
    pub valid: Signal<In, Bit>,
    pub ready: Signal<Out, Bit>,
}
#[derive(LogicInterface, Default)]
#[join = "StreamIn"]
struct StreamOut {
    pub data: Signal<Out, Bits<8>>,
    pub valid: Signal<Out, Bit>,
    pub ready: Signal<In, Bit>,
}

#[derive(LogicBlock, Default)]
struct Stage {
    pub clk: Signal<In, Clock>,
    pub s: StreamIn,
    pub m: StreamOut,
    full: Register<Bit>,
    data: Register<Bits<8>>,
}
impl Logic for Stage {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clk, full, data);
        self.m.data.next = self.data.q.val();
        self.m.valid.next = self.full.q.val();
        self.s.ready.next = !self.full.q.val() | self.m.ready.val();
        if !self.full.q.val() | self.m.ready.val() {
            self.full.d.next = self.s.valid.val();
            self.data.d.next = self.s.data.val();
        }
    }
}

#[derive(LogicBlock, Default)]
struct Pipe {
    pub clk: Signal<In, Clock>,
    pub s: StreamIn,
    pub m: StreamOut,
    a: Stage,
    b: [Stage; 2],
}
impl Logic for Pipe {
    #[hdl_gen]
    fn update(&mut self) {
        self.a.clk.next = self.clk.val();
        for i in 0..2 {
            self.b[i].clk.next = self.clk.val();
        }
        StreamIn::link(&mut self.s, &mut self.a.s);
        StreamOut::join(&mut self.a.m, &mut self.b[0].s);
        StreamOut::join(&mut self.b[0].m, &mut self.b[1].s);
        StreamOut::link(&mut self.m, &mut self.b[1].m);
    }
}

#[test]
fn links_and_joins_agree_cycle_by_cycle() {
    let mut pipe = Pipe::default();
    pipe.connect_all();
    let text = emit::verilog(&pipe, "pipe").unwrap_or_else(|e| panic!("{e}"));
    let mut cycles = vec![];
    for t in 0..500u64 {
        let (data, valid, ready) = (t * 37 % 256, t * t % 7 < 4, t * t * 3 % 11 < 5);
        pipe.s.data.next = data.into();
        pipe.s.valid.next = valid;
        pipe.m.ready.next = ready;
        assert!(simulate(&mut pipe, 20));
        cycles.push(Cycle {
            inputs: vec![data, valid as u64, ready as u64],
            outputs: vec![pipe.m.data.val().to_u64(), pipe.m.valid.val() as u64, pipe.s.ready.val() as u64],
        });
        for level in [true, false] {
            pipe.clk.next = level.into();
            assert!(simulate(&mut pipe, 20));
        }
    }
    assert!(cycles.iter().any(|c| c.outputs[2] == 0), "the pipe never fills");
    Replay {
        verilog: &text,
        top: "pipe",
        clock: Some("clk"),
        inputs: &[("s_data", 8), ("s_valid", 1), ("m_ready", 1)],
        outputs: &[("m_data", 8), ("m_valid", 1), ("s_ready", 1)],
    }
    .must_agree(&cycles);
}
