//! Blocks driven by their ports as plain numbers, and the tools beside Icarus.
//!
//! Needs `mod common;` in the same test: the replay on the printed Verilog is there.
#![allow(dead_code, unused_imports, unused_macros)] // each test binary uses a part
pub mod driver;

use crate::common::{Cycle, Replay};
use drtp_hdl::activity::Clocked;
use drtp_hdl::emit;
use drtp_hdl::num::Num;
use drtp_testing::{need, need_program};
use rust_hdl::prelude::*;
use std::path::Path;
use std::process::Command;

/// Rounds after which a block that still moves counts as a loop.
const SETTLE_LIMIT: usize = 100;
/// Cases that are replayed at once: bounds the memory of the exhaustive tests.
const BATCH: usize = 1 << 18;

/// A port's value as the bits of a number.
pub trait Value: Synth {
    fn bits_of(self) -> usize;
    fn plain(self) -> u64;
    /// `plain` at the width of `self`.
    fn with(self, plain: u64) -> Self;
}
impl Value for bool {
    fn bits_of(self) -> usize {
        1
    }
    fn plain(self) -> u64 {
        u64::from(self)
    }
    fn with(self, plain: u64) -> Self {
        plain & 1 != 0
    }
}
impl<const SIGNED: bool> Value for Num<SIGNED> {
    fn bits_of(self) -> usize {
        self.width()
    }
    fn plain(self) -> u64 {
        self.raw() as u64 & (!0 >> (64 - self.width()))
    }
    fn with(self, plain: u64) -> Self {
        Num::new(plain as i64, self.width())
    }
}

/// A block whose ports are set and read by place, in the order in which [`ports`] names them.
pub trait Ports: Block {
    fn inputs(&self) -> Vec<(&'static str, usize)>;
    fn outputs(&self) -> Vec<(&'static str, usize)>;
    fn set(&mut self, values: &[u64]);
    /// What the inputs will be when the block is updated.
    fn given(&self) -> Vec<u64>;
    fn shown(&self) -> Vec<u64>;
}

/// `ports!(Block, [inputs] => [outputs])`. `bank.rd` is an output named `bank_rd`: a look inside.
macro_rules! ports {
    ($block:ty, [$($i:ident),*] => [$($o:ident $(. $below:ident)*),*]) => {
        impl $crate::support::Ports for $block {
            fn inputs(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($i), $crate::support::Value::bits_of(self.$i.val()))),*]
            }
            fn outputs(&self) -> Vec<(&'static str, usize)> {
                vec![$((
                    concat!(stringify!($o) $(, "_", stringify!($below))*),
                    $crate::support::Value::bits_of(self.$o $(.$below)*.val())
                )),*]
            }
            fn set(&mut self, values: &[u64]) {
                let mut values = values.iter();
                $(self.$i.next = $crate::support::Value::with(self.$i.val(), *values.next().expect(stringify!($i)));)*
                assert!(values.next().is_none(), "more values than inputs");
            }
            fn given(&self) -> Vec<u64> {
                vec![$($crate::support::Value::plain(self.$i.next)),*]
            }
            fn shown(&self) -> Vec<u64> {
                vec![$($crate::support::Value::plain(self.$o $(.$below)*.val())),*]
            }
        }
    };
}
pub(crate) use ports;

/// Numbers that look random and are the same in every run.
pub struct Random(u64);
impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub fn bits(&mut self, width: usize) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // the multiplication hides the generator's linearity, which XOR trees such as Leap would keep
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> (64 - width)
    }
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits(32) as usize * end) >> 32
    }
    pub fn flag(&mut self) -> bool {
        self.bits(1) != 0
    }
    /// True `share` times in 16.
    pub fn often(&mut self, share: u64) -> bool {
        self.bits(4) < share
    }
    /// A number of `width` bits; one in four is at an end of the signed or unsigned range.
    pub fn edgy(&mut self, width: usize) -> u64 {
        match self.bits(2) {
            0 => {
                let edges = edges(width);
                edges[self.below(edges.len())]
            }
            _ => self.bits(width),
        }
    }
}

/// The ends of the signed and unsigned range of `width` bits and their neighbours, and zero with its.
pub fn edges(width: usize) -> Vec<u64> {
    let (mask, half) = (!0 >> (64 - width), 1u64 << (width - 1));
    let around = [0, half, half / 2];
    let all = around.iter().flat_map(|c| (-2i64..=2).map(move |d| c.wrapping_add_signed(d) & mask));
    let mut all: Vec<u64> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub fn settle<B: Block>(block: &mut B) {
    assert!(simulate(block, SETTLE_LIMIT), "the simulation does not settle");
}

/// Connects and prints `block`; its module is `name`.
///
/// # Panics
/// If the printer refuses it.
pub fn print<B: Block>(block: &mut B, name: &str) -> String {
    block.connect_all();
    emit::verilog(block, name).unwrap_or_else(|e| panic!("{e}"))
}

/// Runs every case through a combinational block and its Verilog; returns how many there were.
///
/// # Panics
/// At the first difference, with the inputs that cause it.
pub fn compare<B: Ports>(block: B, cases: impl IntoIterator<Item = Vec<u64>>) -> usize {
    compare_but(block, cases, &[])
}
/// The same for a block some of whose outputs are constant.
pub fn compare_but<B: Ports>(mut block: B, cases: impl IntoIterator<Item = Vec<u64>>, constant: &[&str]) -> usize {
    let text = print(&mut block, "leaf");
    let (inputs, outputs) = (block.inputs(), block.outputs());
    println!("inputs {inputs:?}, outputs {outputs:?}");
    let replay = Replay { verilog: &text, top: "leaf", clock: None, inputs: &inputs, outputs: &outputs };
    let mut cases = cases.into_iter();
    let mut seen: Vec<(u64, u64)> = vec![(!0, 0); outputs.len()];
    let mut count = 0;
    loop {
        let mut case = |given: Vec<u64>| {
            block.set(&given);
            settle(&mut block);
            Cycle { inputs: given, outputs: block.shown() }
        };
        let batch: Vec<Cycle> = cases.by_ref().take(BATCH).map(&mut case).collect();
        for (place, value) in batch.iter().flat_map(|c| c.outputs.iter().enumerate()) {
            seen[place] = (seen[place].0.min(*value), seen[place].1.max(*value));
        }
        count += batch.len();
        if batch.is_empty() {
            break;
        }
        replay.must_agree(&batch);
    }
    for ((name, _), (least, most)) in outputs.iter().zip(&seen) {
        assert!(least < most || constant.contains(name), "{name} never changes: the cases prove nothing");
    }
    count
}

/// What a wrapper around the printed design compares instead of the plain outputs.
pub struct Window<'a> {
    pub inner: &'a str,
    /// Inputs that the design does not have: for the expressions below.
    pub extra: &'a [(&'a str, usize)],
    /// Declarations.
    pub text: &'a str,
    /// Outputs, and the Verilog expression to compare; the design is `dut`.
    pub shown: &'a [(&'a str, &'a str)],
}
impl Window<'_> {
    pub const TOP: &'static str = "masked";

    /// The module, to be appended to the design; it has a clock `clk`.
    pub fn print(&self, inputs: &[(&str, usize)], outputs: &[(&str, usize)]) -> String {
        let port = |way: &str, (name, width): &(&str, usize)| format!(",\n    {way} wire [{}:0] {name}", width - 1);
        let ports: String = inputs
            .iter()
            .map(|p| port("input ", p))
            .chain(self.extra.iter().map(|p| port("input ", p)))
            .chain(outputs.iter().map(|p| port("output", p)))
            .collect();
        let expression = |name: &str| self.shown.iter().find(|s| s.0 == name).map(|s| s.1);
        let plain = outputs.iter().filter(|o| expression(o.0).is_none());
        let pins: String = inputs.iter().chain(plain).map(|(name, _)| format!(", .{name}({name})")).collect();
        let assigns: String =
            outputs.iter().filter_map(|o| Some(format!("    assign {} = {};\n", o.0, expression(o.0)?))).collect();
        format!(
            "\nmodule {} (\n    input  wire clk{ports}\n);\n    {} dut (.clk(clk){pins});\n{}{assigns}endmodule\n",
            Self::TOP,
            self.inner,
            self.text
        )
    }
}

/// One clock cycle: inputs as set, outputs as they are just before the rising edge.
pub fn cycle<B: Ports + Clocked>(block: &mut B, rise: impl FnOnce(&mut B)) -> Cycle {
    block.fall();
    settle(block);
    let cycle = Cycle { inputs: block.given(), outputs: block.shown() };
    rise(block);
    settle(block);
    cycle
}

/// Runs a tool on `files`; its exit status and what it said.
fn run(tool: &str, args: &[&str], files: &[(&str, &str)]) -> (bool, String) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).expect("a writable directory");
    }
    let out = Command::new(tool).args(args).current_dir(dir.path()).output().unwrap_or_else(|e| panic!("{tool}: {e}"));
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    (out.status.success(), said)
}

/// Verilator's opinion of `verilog`: no warning at all. One file with several modules is meant.
///
/// # Panics
/// With everything that Verilator found.
pub fn lint(verilog: &str, top: &str) {
    if !need_program("verilator", "--version", "verilator") {
        return;
    }
    let args = ["--lint-only", "-Wall", "-Wno-DECLFILENAME", "--top-module", top, "design.v"];
    let (accepted, said) = run("verilator", &args, &[("design.v", verilog)]);
    assert!(accepted && said.is_empty(), "Verilator on {top}:\n{said}");
}

/// Runs Yosys commands on `design.v`, each of which must succeed; `-assert` options make them tests.
///
/// # Panics
/// If a command fails, with the end of what Yosys said.
pub fn yosys(verilog: &str, commands: &[&str]) {
    let python = |code: &str| Command::new("python3").args(["-c", code]).output().is_ok_and(|o| o.status.success());
    let found = python("import pyosys").then_some(()).ok_or("pyosys is not installed (pip install pyosys==0.70)");
    if need(found).is_none() {
        return;
    }
    let code = "from pyosys import libyosys as ys\nd = ys.Design()\nfor c in open('commands'):\n    ys.run_pass(c.strip(), d)\nprint('all done')\n";
    let (accepted, said) = run(
        "python3",
        &["run.py"],
        &[("design.v", verilog), ("commands", &(commands.join("\n") + "\n")), ("run.py", code)],
    );
    let lines: Vec<&str> = said.lines().collect();
    // Yosys ends the whole process on an error, with a status of its own
    let accepted = accepted && lines.contains(&"all done");
    assert!(accepted, "Yosys, after {commands:?}:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
}
