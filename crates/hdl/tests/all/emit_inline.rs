//! Blocks that dissolve into their parents: how that reads (a golden file, `DRTP_BLESS=1` rewrites it), that it means the
//! same, and what is refused.

use crate::common::{Cycle, Mismatch, Replay};
use drtp_hdl::comment;
use drtp_hdl::emit;
use drtp_hdl::leaf::Register;
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

/// An inline leaf: a wire of its own, and an input of which it takes a part.
#[derive(LogicBlock)]
struct Halve {
    pub x: Signal<In, Sint>,
    pub up: Signal<In, Bit>,
    pub y: Signal<Out, Sint>,
    _text: &'static str,
}
const HALVE: &str = "\
//@module halve
//@inline
//@doc Half of x, rounded down, or up.
wire carry = up & x[0]; // of the bit that is lost
wire signed [4:0] low = x >>> 1;
assign y = low + {4'd0, carry};
";
impl Halve {
    fn new(text: &'static str) -> Self {
        Self { x: num(5), up: Default::default(), y: num(5), _text: text }
    }
}
impl Logic for Halve {
    fn update(&mut self) {
        let (x, up) = (self.x.val().raw(), self.up.val());
        self.y.next = Num::new((x >> 1) + (i64::from(up) & x & 1), 5);
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(self._text.into())
    }
}

/// An inline kernel with a register, a constant, labels and an inline leaf.
#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
enum Mode {
    Hold,
    Mean,
}
#[derive(LogicBlock)]
struct Smooth {
    pub clk: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub start: Signal<In, Sint>,
    pub go: Signal<In, Bit>,
    pub x: Signal<In, Sint>,
    pub mean: Signal<Out, Sint>,
    pub stays: Signal<Out, Bit>,
    value: Register<Sint>,
    mode: Register<Mode>,
    half: Halve,
    sum: Signal<Local, Sint>,
    zero: Constant<Sint>,
}
impl Smooth {
    fn new() -> Self {
        Self {
            clk: Default::default(),
            reset: Default::default(),
            start: num(5),
            go: Default::default(),
            x: num(5),
            mean: num(5),
            stays: Default::default(),
            value: Register::wide(5),
            mode: Register::new(Mode::Hold),
            half: Halve::new(HALVE),
            sum: num(5),
            zero: Constant::new(Num::new(0, 5)),
        }
    }
}
impl Logic for Smooth {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: smooth");
        comment!("inline");
        comment!("doc: A running mean.");
        dff_setup!(self, clk, value, mode);
        self.sum.next = self.value.q.val() + self.x.val();
        self.half.x.next = self.sum.val();
        self.half.up.next = self.value.q.val() < self.zero.val();
        match self.mode.q.val() {
            Mode::Hold => {
                if self.go.val() {
                    self.mode.d.next = Mode::Mean;
                }
            }
            _ => {
                self.value.d.next = self.half.y.val();
                self.mode.d.next = Mode::Hold;
            }
        }
        comment!("the reset wins");
        if self.reset.val() {
            self.value.d.next = self.start.val();
            self.mode.d.next = Mode::Hold;
        }
        self.mean.next = self.value.q.val();
        self.stays.next = self.mode.q.val() == Mode::Hold;
    }
}

#[derive(LogicBlock)]
struct Filter {
    pub clk: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub go: Signal<In, Uint>,
    pub x: Signal<In, Sint>,
    pub first: Signal<Out, Sint>,
    pub second: Signal<Out, Sint>,
    pub busy: Signal<Out, Bit>,
    pub quarter: Signal<Out, Sint>,
    tap: Vec<Smooth>,
    last: Halve,
    begin: Vec<Constant<Sint>>,
}
impl Filter {
    fn new() -> Self {
        Self {
            clk: Default::default(),
            reset: Default::default(),
            go: num(2),
            x: num(5),
            first: num(5),
            second: num(5),
            busy: Default::default(),
            quarter: num(5),
            tap: vec![Smooth::new(), Smooth::new()],
            last: Halve::new(HALVE),
            begin: vec![Constant::new(Num::new(3, 5)), Constant::new(Num::new(-2, 5))],
        }
    }
}
impl Logic for Filter {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("doc: Two means in a row.");
        for i in 0..2 {
            self.tap[i].clk.next = self.clk.val();
            self.tap[i].reset.next = self.reset.val();
            self.tap[i].start.next = self.begin[i].val();
            self.tap[i].go.next = self.go.val().get_bit(i);
        }
        self.tap[0].x.next = self.x.val();
        comment!("the second takes what the first has");
        self.tap[1].x.next = self.tap[0].mean.val();
        self.first.next = self.tap[0].mean.val();
        self.second.next = self.tap[1].mean.val();
        self.busy.next = !self.tap[0].stays.val();
        comment!("half of the second, always down");
        self.last.x.next = self.tap[1].mean.val();
        self.last.up.next = false;
        self.quarter.next = self.last.y.val();
    }
}

fn print(block: &mut impl Block) -> String {
    block.connect_all();
    emit::verilog(block, "top").unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn what_dissolves_reads_as_in_the_golden_file() {
    let text = print(&mut Filter::new());
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/emit_text/inline.v");
    if std::env::var("DRTP_BLESS").as_deref() == Ok("1") {
        std::fs::write(golden, &text).expect("a writable golden file");
    }
    let expected = std::fs::read_to_string(golden).expect("run with DRTP_BLESS=1 to write the golden file");
    assert_eq!(text, expected, "run with DRTP_BLESS=1 if this is meant");
}

/// What the Rust simulation shows, replayed on the text after `change`.
fn replay(change: impl Fn(String) -> String) -> Option<Vec<Mismatch>> {
    let mut block = Filter::new();
    let text = change(print(&mut block));
    let mut cycles = vec![];
    let mut state = 1u64;
    for t in 0..3000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (reset, go, x) = (t % 101 == 20, state >> 40 & 3, state >> 50 & 31);
        block.reset.next = reset;
        block.go.next = Num::new(go as i64, 2);
        block.x.next = Num::new(x as i64, 5);
        assert!(simulate(&mut block, 20));
        let raw = |v: Sint| v.raw() as u64 & 31;
        let outputs = [&block.first, &block.second, &block.quarter].map(|s| raw(s.val()));
        let outputs = outputs.into_iter().chain([u64::from(block.busy.val())]).collect();
        cycles.push(Cycle { inputs: vec![u64::from(reset), go, x], outputs });
        for level in [true, false] {
            block.clk.next = level.into();
            assert!(simulate(&mut block, 20));
        }
    }
    for port in 0..4 {
        assert!(cycles.iter().any(|c| c.outputs[port] != cycles[0].outputs[port]), "output {port} never changes");
    }
    let (inputs, outputs) =
        (&[("reset", 1), ("go", 2), ("x", 5)], &[("first", 5), ("second", 5), ("quarter", 5), ("busy", 1)]);
    Replay { verilog: &text, top: "top", clock: Some("clk"), inputs, outputs }.run(&cycles)
}

#[test]
fn the_text_does_what_the_blocks_do() {
    if let Some(found) = replay(|text| text) {
        assert_eq!(found, []);
    }
}
#[test]
fn the_replay_sees_a_wrong_half() {
    let broken = |text: String| {
        let broken = text.replace("tap_1_half_low = tap_1_sum >>> 1", "tap_1_half_low = tap_1_sum >> 1");
        assert_ne!(text, broken);
        broken
    };
    assert!(replay(broken).is_none_or(|found| !found.is_empty()));
}

/// An inline kernel that does everything to its inputs that their width and sign decide.
#[derive(LogicBlock)]
struct Probe {
    pub u: Signal<In, Uint>,
    pub s: Signal<In, Sint>,
    pub k: Signal<In, Sint>,
    pub flag: Signal<In, Bit>,
    pub at: Signal<In, Uint>,
    pub y: Vec<Signal<Out, Bit>>,
    pub wide: Signal<Out, Uint>,
    pub long: Signal<Out, Sint>,
    pub sum: Signal<Out, Sint>,
    pub unread: Signal<Out, Uint>,
    below: Doubt,
}
impl Probe {
    fn new() -> Self {
        Self {
            u: num(4),
            s: num(4),
            k: num(4),
            flag: Default::default(),
            at: num(2),
            y: (0..8).map(|_| Default::default()).collect(),
            wide: num(6),
            long: num(7),
            sum: num(4),
            unread: num(4),
            below: Doubt::default(),
        }
    }
}
impl Logic for Probe {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("inline");
        self.y[0].next = self.s.val() < self.k.val();
        self.y[1].next = self.k.val() > bits_signed(2, 4);
        self.y[2].next = self.u.val() > bits_of(9, 4);
        self.y[3].next = self.u.val().any() & (self.u.val() != bits_of(15, 4));
        self.y[4].next = self.flag.val() ^ self.u.val().get_bit(3);
        self.y[5].next = self.u.val() + 1 == bits_of(0, 4);
        self.y[6].next = self.flag.val();
        if self.at.val().index() == 2 {
            self.y[6].next = false;
        }
        self.below.a.next = self.flag.val() & self.y[6].val();
        self.y[7].next = self.below.b.val();
        self.wide.next = bit_cast_to(self.u.val(), 6) - bit_cast_to(self.at.val(), 6);
        self.long.next = bit_cast_to(self.s.val(), 7) + bit_cast_to(self.k.val(), 7);
        self.sum.next = self.s.val() - self.k.val();
        self.unread.next = self.u.val();
    }
}
/// Inline in an inline block.
#[derive(LogicBlock, Default)]
struct Doubt {
    pub a: Signal<In, Bit>,
    pub b: Signal<Out, Bit>,
}
impl Logic for Doubt {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("inline");
        self.b.next = !self.a.val();
    }
}

/// One probe on plain signals, one on parts of signals, one on constants.
#[derive(LogicBlock)]
struct Probes {
    pub w: Signal<In, Uint>,
    pub s: Signal<In, Sint>,
    pub y: Vec<Signal<Out, Bit>>,
    pub wide: Vec<Signal<Out, Uint>>,
    pub long: Vec<Signal<Out, Sint>>,
    pub sum: Vec<Signal<Out, Sint>>,
    probe: Vec<Probe>,
    minus: Constant<Sint>,
}
impl Probes {
    fn new() -> Self {
        Self {
            w: num(8),
            s: num(4),
            y: (0..24).map(|_| Default::default()).collect(),
            wide: (0..3).map(|_| num(6)).collect(),
            long: (0..3).map(|_| num(7)).collect(),
            sum: (0..3).map(|_| num(4)).collect(),
            probe: (0..3).map(|_| Probe::new()).collect(),
            minus: Constant::new(Num::new(-3, 4)),
        }
    }
}
impl Logic for Probes {
    #[hdl_gen]
    fn update(&mut self) {
        self.probe[0].u.next = bit_cast_to(self.w.val(), 4);
        self.probe[0].s.next = self.s.val();
        self.probe[0].k.next = self.minus.val();
        self.probe[0].flag.next = self.w.val().get_bit(7);
        self.probe[0].at.next = bit_cast_to(self.w.val() >> 4, 2);
        self.probe[1].u.next = bit_cast_to(self.w.val() >> 3, 4);
        self.probe[1].s.next = signed_cast_num(bit_cast_to(self.w.val(), 4));
        self.probe[1].k.next = self.s.val();
        self.probe[1].flag.next = self.s.val().get_bit(3);
        self.probe[1].at.next = bit_cast_to(self.w.val(), 2);
        self.probe[2].u.next = unsigned_cast_num(self.s.val());
        self.probe[2].s.next = bits_signed(-5, 4);
        self.probe[2].k.next = bits_signed(3, 4);
        self.probe[2].flag.next = true;
        self.probe[2].at.next = bits_of(2, 2);
        for i in 0..3 {
            for j in 0..8 {
                self.y[i * 8 + j].next = self.probe[i].y[j].val();
            }
            self.wide[i].next = self.probe[i].wide.val();
            self.long[i].next = self.probe[i].long.val();
            self.sum[i].next = self.probe[i].sum.val();
        }
    }
}
#[test]
fn inputs_of_every_kind_keep_their_width_and_sign() {
    let mut block = Probes::new();
    let text = print(&mut block);
    assert_eq!(text.matches("module top").count(), 1);
    assert!(!text.contains("unread"), "an output that nobody reads:\n{text}");
    let mut cycles = vec![];
    for code in 0..1u64 << 12 {
        block.w.next = Num::new((code & 255) as i64, 8);
        block.s.next = Num::new((code >> 8) as i64, 4);
        assert!(simulate(&mut block, 20));
        let mut outputs: Vec<u64> = block.y.iter().map(|y| u64::from(y.val())).collect();
        outputs.extend(block.wide.iter().map(|x| x.val().raw() as u64));
        outputs.extend(block.long.iter().map(|x| x.val().raw() as u64 & 127));
        outputs.extend(block.sum.iter().map(|x| x.val().raw() as u64 & 15));
        cycles.push(Cycle { inputs: vec![code & 255, code >> 8], outputs });
    }
    let widths = [("y", 24, 1), ("wide", 3, 6), ("long", 3, 7), ("sum", 3, 4)];
    let names: Vec<(String, usize)> =
        widths.iter().flat_map(|(name, n, width)| (0..*n).map(move |i| (format!("{name}_{i}"), *width))).collect();
    let outputs: Vec<(&str, usize)> = names.iter().map(|n| (n.0.as_str(), n.1)).collect();
    Replay { verilog: &text, top: "top", clock: None, inputs: &[("w", 8), ("s", 4)], outputs: &outputs }
        .must_agree(&cycles);
}

fn problems(mut block: impl Block) -> Vec<String> {
    block.connect_all();
    match emit::verilog(&block, "top") {
        Ok(text) => panic!("accepted:\n{text}"),
        Err(e) => e.problems.iter().map(|p| p.to_string()).collect(),
    }
}

/// A parent of one inline leaf, with a local signal that has the name of the leaf's wire in it.
#[derive(LogicBlock)]
struct Around {
    pub x: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    half: Halve,
    half_low: Signal<Local, Sint>,
}
impl Around {
    fn new(text: &'static str) -> Self {
        Self { x: num(5), y: num(5), half: Halve::new(text), half_low: num(5) }
    }
}
impl Logic for Around {
    #[hdl_gen]
    fn update(&mut self) {
        self.half_low.next = self.x.val();
        self.half.x.next = self.half_low.val();
        self.half.up.next = true;
        self.y.next = self.half.y.val();
    }
}
#[test]
fn a_wire_of_a_leaf_and_a_signal_of_one_name() {
    assert_eq!(problems(Around::new(HALVE)), ["top: `half.low` and `half_low` are both printed as `half_low`"]);
}
#[test]
fn texts_that_are_no_wires_and_assigns() {
    for (text, what) in [
        (
            "//@inline\nreg t;\nalways @* t = up;\nassign y = x;\n",
            "`reg` in a text that is to be inline: only wires and assigns",
        ),
        ("//@inline\nassign y = x + z;\n", "`z` in a text that is to be inline is no port or wire of it"),
        ("//@inline\nassign y = $signed(x);\n", "`$signed` in a text that is to be inline is no port or wire of it"),
        ("//@parameter W 5\n//@inline\nassign y = x;\n", "a text that is to be inline has parameters"),
        ("//@parameter W 4\n//@width x W\nassign y = x;\n", "`x` has 5 bits, but `W` is another number"),
    ] {
        let found = problems(Around::new(text));
        assert!(found.contains(&format!("top.half: {what}")), "{found:?}");
    }
}

/// A parent of one inline kernel, with a local signal of a name that the kernel's register gets.
#[derive(LogicBlock)]
struct Beside {
    pub clk: Signal<In, Clock>,
    pub x: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    pub stays: Signal<Out, Bit>,
    tap: Smooth,
    tap_mode: Signal<Local, Sint>,
}
impl Logic for Beside {
    #[hdl_gen]
    fn update(&mut self) {
        self.tap_mode.next = self.x.val();
        self.tap.clk.next = self.clk.val();
        self.tap.reset.next = self.x.val().get_bit(0);
        self.tap.start.next = self.tap_mode.val();
        self.tap.go.next = true;
        self.tap.x.next = self.x.val();
        self.y.next = self.tap.mean.val();
        self.stays.next = self.tap.stays.val();
    }
}
#[test]
fn a_register_of_a_kernel_and_a_signal_of_one_name() {
    let beside = Beside {
        clk: Default::default(),
        x: num(5),
        y: num(5),
        stays: Default::default(),
        tap: Smooth::new(),
        tap_mode: num(5),
    };
    assert_eq!(problems(beside), ["top: `tap.mode.q` and `tap_mode` are both printed as `tap_mode`"]);
}
