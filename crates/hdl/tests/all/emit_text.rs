//! The printed text of a readable design, as a golden file. `DRTP_BLESS=1` rewrites it.

use crate::common::{Cycle, Mismatch, Replay};
use drtp_hdl::comment;
use drtp_hdl::emit;
use drtp_hdl::leaf::Register;
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

#[derive(LogicBlock)]
struct Counter {
    pub clk: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub enable: Signal<In, Bit>,
    pub count: Signal<Out, Uint>,
    pub full: Signal<Out, Bit>,
    value: Register<Uint>,
    zero: Constant<Uint>,
    _width: usize,
}
impl Counter {
    fn new(width: usize) -> Self {
        Self {
            clk: Default::default(),
            reset: Default::default(),
            enable: Default::default(),
            count: num(width),
            full: Default::default(),
            value: Register::wide(width),
            zero: Constant::new(Num::new(0, width)),
            _width: width,
        }
    }
}
impl Logic for Counter {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: counter");
        comment!("doc: Counts the cycles in which `enable` is set, and wraps.");
        comment!("doc: `full` is high at the last value.");
        dff_setup!(self, clk, value);
        if self.enable.val() {
            self.value.d.next = self.value.q.val() + 1;
        }
        comment!("the reset wins");
        if self.reset.val() {
            self.value.d.next = self.zero.val();
        }
        self.count.next = self.value.q.val();
        self.full.next = self.value.q.val() == bits_of(-1, self._width);
    }
}

#[derive(LogicBlock)]
struct Cascade {
    pub clk: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub high: Signal<Out, Uint>,
    pub low: Signal<Out, Uint>,
    first: Counter,
    second: Counter,
}
impl Cascade {
    fn new(width: usize) -> Self {
        Self {
            clk: Default::default(),
            reset: Default::default(),
            high: num(width),
            low: num(width),
            first: Counter::new(width),
            second: Counter::new(width),
        }
    }
}
impl Logic for Cascade {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("doc: Two counters in a row: the second counts the wraps of the first.");
        self.first.clk.next = self.clk.val();
        self.second.clk.next = self.clk.val();
        self.high.next = self.second.count.val();
        self.low.next = self.first.count.val();
        self.first.reset.next = self.reset.val();
        self.second.reset.next = self.reset.val();
        comment!("runs all the time");
        self.first.enable.next = true;
        comment!("a wrap of the first counter");
        self.second.enable.next = self.first.full.val() & !self.reset.val();
    }
}

fn cascade(width: usize) -> Cascade {
    let mut block = Cascade::new(width);
    block.connect_all();
    block
}

#[test]
fn a_small_design_reads_as_in_the_golden_file() {
    let text = emit::verilog(&cascade(4), "cascade").unwrap_or_else(|e| panic!("{e}"));
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/emit_text/cascade.v");
    if std::env::var("DRTP_BLESS").as_deref() == Ok("1") {
        std::fs::write(golden, &text).expect("a writable golden file");
    }
    let expected = std::fs::read_to_string(golden).expect("run with DRTP_BLESS=1 to write the golden file");
    assert_eq!(text, expected, "run with DRTP_BLESS=1 if this is meant");
}

/// What the Rust simulation of two bits shows, and the replay of it on `verilog`.
fn replay(verilog: &str) -> Option<Vec<Mismatch>> {
    let mut block = cascade(2);
    let before = emit::widths(&block, "cascade");
    let mut cycles = vec![];
    for t in 0..200u64 {
        let reset = t % 37 == 20;
        block.reset.next = reset;
        assert!(simulate(&mut block, 10));
        let outputs = vec![block.high.val().raw() as u64, block.low.val().raw() as u64];
        cycles.push(Cycle { inputs: vec![reset as u64], outputs });
        for level in [true, false] {
            block.clk.next = level.into();
            assert!(simulate(&mut block, 10));
        }
    }
    assert!(cycles.iter().any(|c| c.outputs == [3, 3]), "the test never fills the counters");
    assert_eq!(emit::widths(&block, "cascade"), before);
    let (inputs, outputs) = (&[("reset", 1)], &[("high", 2), ("low", 2)]);
    Replay { verilog, top: "cascade", clock: Some("clk"), inputs, outputs }.run(&cycles)
}

#[test]
fn the_text_does_what_the_block_does() {
    let text = emit::verilog(&cascade(2), "cascade").unwrap_or_else(|e| panic!("{e}"));
    if let Some(found) = replay(&text) {
        assert_eq!(found, []);
    }
}

#[test]
fn the_replay_sees_a_reset_that_is_missing() {
    let text = emit::verilog(&cascade(2), "cascade").unwrap_or_else(|e| panic!("{e}"));
    let broken = text.replace("if (reset)", "if (1'd0 & reset)");
    assert_ne!(text, broken);
    if let Some(found) = replay(&broken) {
        assert_eq!((found[0].cycle, found[0].port.as_str(), found[0].expected), (21, "high", 0), "{:?}", found[0]);
    }
}
