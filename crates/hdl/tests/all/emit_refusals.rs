//! What the printer refuses: rust-hdl simulates each of these, and its Verilog would mean something else.
use drtp_hdl::emit;
use drtp_hdl::leaf::Register;
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

/// A block, its constructor and its kernel.
macro_rules! block {
    ($name:ident { $($vis:vis $field:ident : $type:ty = $init:expr),* $(,)? } $($kernel:tt)*) => {
        #[derive(LogicBlock)]
        struct $name { $($vis $field: $type),* }
        impl $name {
            fn new() -> Self {
                Self { $($field: $init),* }
            }
        }
        impl Logic for $name {
            $($kernel)*
        }
    };
}

fn problems(mut block: impl Block) -> Vec<String> {
    block.connect_all();
    match emit::verilog(&block, "top") {
        Ok(text) => panic!("accepted:\n{text}"),
        Err(e) => e.problems.iter().map(|p| p.to_string()).collect(),
    }
}
/// The one problem of `block` is `expected`.
#[track_caller]
fn refused(block: impl Block, expected: &str) {
    assert_eq!(problems(block), [expected]);
}

block! { Latch {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    if self.a.val().get_bit(0) {
        self.y.next = self.a.val();
    }
} }
#[test]
fn a_net_without_default() {
    refused(Latch::new(), "top: `y` has no default: a latch");
}

block! { SelfRead {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    t: Signal<Local, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    self.t.next = self.a.val();
    self.y.next = self.a.val();
    if self.a.val().get_bit(0) {
        self.t.next = self.a.val() + 1;
        self.y.next = self.t.val();
    }
} }
#[test]
fn a_net_read_in_the_process_that_drives_it() {
    let found = problems(SelfRead::new());
    assert!(found[0].starts_with("top: `t` is read before its last assignment"), "{found:?}");
    assert!(found[1].starts_with("top: `t` is read in the process that drives it"), "{found:?}");
}

block! { Overtaken {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    pub z: Signal<Out, Uint> = num(8),
    t: Vec<Signal<Local, Uint>> = vec![num(8)],
} #[hdl_gen] fn update(&mut self) {
    self.t[0].next = self.a.val();
    self.y.next = self.t[0].val();
    self.t[0].next = self.a.val() + 1;
    self.z.next = self.t[0].val();
} }
#[test]
fn a_net_read_between_two_assignments() {
    refused(Overtaken::new(), "top: `t.0` is read before its last assignment");
}

block! { ReadD {
    pub clk: Signal<In, Clock> = Default::default(),
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    r: Register<Uint> = Register::wide(8),
} #[hdl_gen] fn update(&mut self) {
    dff_setup!(self, clk, r);
    self.r.d.next = self.a.val();
    self.y.next = self.r.d.val();
} }
#[test]
fn reading_the_input_of_a_register() {
    refused(ReadD::new(), "top: `y`: `r.d`: a register's input cannot be read back");
}

block! { NoHold {
    pub clk: Signal<In, Clock> = Default::default(),
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    r: Register<Uint> = Register::wide(8),
} #[hdl_gen] fn update(&mut self) {
    clock!(self, clk, r);
    if self.a.val().get_bit(0) {
        self.r.d.next = self.a.val();
    }
    self.y.next = self.r.q.val();
} }
#[test]
fn a_register_without_default() {
    refused(NoHold::new(), "top: `r.d` has no default (dff_setup!): Rust would keep the old d, not q");
}

block! { NeverWritten {
    pub clk: Signal<In, Clock> = Default::default(),
    pub y: Signal<Out, Uint> = num(8),
    r: Register<Uint> = Register::wide(8),
} #[hdl_gen] fn update(&mut self) {
    dff_setup!(self, clk, r);
    self.y.next = self.r.q.val();
} }
#[test]
fn a_register_that_only_holds() {
    refused(NeverWritten::new(), "top: `r.d` is never written");
}

block! { GatedClock {
    pub clk: Signal<In, Clock> = Default::default(),
    pub en: Signal<In, Bit> = Default::default(),
    pub y: Signal<Out, Uint> = num(8),
    r: Register<Uint> = Register::wide(8),
} #[hdl_gen] fn update(&mut self) {
    self.r.clock.next = self.clk.val();
    if self.en.val() {
        self.r.clock.next = self.clk.val();
    }
    self.r.d.next = self.r.q.val() + 1;
    self.y.next = self.r.q.val();
} }
#[test]
fn a_clock_behind_logic() {
    refused(GatedClock::new(), "top: `r.clock` is not a plain clock");
}

block! { PastTop {
    pub a: Signal<In, Bits<8>> = Default::default(),
    pub y: Signal<Out, Bits<4>> = Default::default(),
    pub z: Signal<Out, Bit> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val().get_bits::<4>(6);
    self.z.next = self.a.val().get_bit(8);
} }
#[test]
fn slices_past_the_top() {
    let expected = ["top: `y`: bits 6 to 9 leave a value of 8 bits", "top: `z`: bits 8 to 8 leave a value of 8 bits"];
    assert_eq!(problems(PastTop::new()), expected);
}

block! { Widths {
    pub a: Signal<In, Uint> = num(8),
    pub b: Signal<In, Uint> = num(9),
    pub y: Signal<Out, Uint> = num(8),
    pub z: Signal<Out, Bit> = Default::default(),
    pub w: Signal<Out, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.b.val();
    self.z.next = self.a.val() < self.b.val();
    self.w.next = self.a.val() + (self.b.val() ^ self.b.val());
} }
#[test]
fn differing_widths() {
    let expected = [
        "top: `w`: (b ^ b) has 9 bits where 8 are needed",
        "top: `y`: b has 9 bits where 8 are needed",
        "top: `z`: b has 9 bits where 8 are needed",
    ];
    assert_eq!(problems(Widths::new()), expected);
}

block! { NoWidth {
    pub a: Signal<In, Uint> = Default::default(),
    pub y: Signal<Out, Bit> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = true;
} }
#[test]
fn a_number_that_never_got_a_width() {
    refused(NoWidth::new(), "top: `a` has no width: build it with `num(width)`");
}

block! { Inner {
    pub x: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.x.val();
} }
block! { Collision {
    pub a: Signal<In, Uint> = num(8),
    pub lane_x: Signal<Out, Uint> = num(8),
    lane: Inner = Inner::new(),
} #[hdl_gen] fn update(&mut self) {
    self.lane.x.next = self.a.val();
    self.lane_x.next = self.lane.y.val();
} }
#[test]
fn two_nets_of_one_printed_name() {
    refused(Collision::new(), "top: `lane.x` and `lane_x` are both printed as `lane_x`");
}

block! { Keywords {
    pub a: Signal<In, Uint> = num(8),
    pub bit: Signal<Out, Uint> = num(8),
    pub assign: Signal<Out, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    self.bit.next = self.a.val();
    self.assign.next = self.a.val();
} }
#[test]
fn keywords_of_verilog_and_systemverilog() {
    assert_eq!(problems(Keywords::new()), ["top: `assign` is a Verilog keyword", "top: `bit` is a Verilog keyword"]);
    let mut inner = Inner::new();
    inner.connect_all();
    let e = emit::verilog(&inner, "module").expect_err("a keyword as the top's name");
    assert_eq!(e.problems[0].what, "`module` is a Verilog keyword");
}

block! { IndexSum {
    pub a: Signal<In, Uint> = num(4),
    pub y: Signal<Out, Bit> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val().index() + 1 == 16;
} }
#[test]
fn arithmetic_on_an_index() {
    let found = problems(IndexSum::new());
    assert!(found[0].starts_with("top: `y`: (a + 1): arithmetic compared with a bare number"), "{found:?}");
}

block! { IndexShift {
    pub a: Signal<In, Uint> = num(4),
    pub y: Signal<Out, Uint> = num(4),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val() >> (self.a.val().index() + 1);
} }
#[test]
fn arithmetic_in_a_shift_distance() {
    refused(IndexShift::new(), "top: `y`: (a + 1) as a shift distance: give it an unsigned local signal");
}

block! { SignedOrder {
    pub a: Signal<In, Sint> = num(4),
    pub y: Signal<Out, Bit> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val().index() < 3;
} }
#[test]
fn a_signed_value_ordered_against_a_bare_number() {
    refused(SignedOrder::new(), "top: `y`: a: a signed value ordered against a bare number: use a constant");
}

block! { TooLarge {
    pub a: Signal<In, Uint> = num(4),
    pub y: Signal<Out, Uint> = num(4),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val() + 17;
} }
#[test]
fn a_bare_number_beyond_its_width() {
    refused(TooLarge::new(), "top: `y`: 17 does not fit in 4 bits");
}

block! { Product {
    pub a: Signal<In, Bits<16>> = Default::default(),
    pub y: Signal<Out, Bits<32>> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val() * self.a.val();
} }
#[test]
fn products() {
    let found = problems(Product::new());
    assert!(found[0].contains("32 are needed") || found[0].contains("a product belongs in a leaf"), "{found:?}");
}

block! { LostCast {
    pub a: Signal<In, Signed<8>> = Default::default(),
    pub y: Signal<Out, Signed<8>> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = signed_bit_cast::<8, 8>(self.a.val());
} }
#[test]
fn a_signed_cast_whose_width_hdl_gen_drops() {
    refused(LostCast::new(), "top: `y`: hdl_gen drops the width of a signed cast of a: use `bit_cast_to`");
}

block! { Parameter {
    pub a: Signal<In, Uint> = num(4),
    pub y: Signal<Out, Bit> = Default::default(),
    pub z: Signal<Out, Uint> = num(4),
    t: Vec<Signal<Local, Uint>> = vec![num(4), num(4)],
    _n: usize = 1,
} #[hdl_gen] fn update(&mut self) {
    self.t[0].next = self.a.val();
    self.t[1].next = self.a.val();
    self.y.next = self.a.val().index() == self._n;
    self.z.next = self.t[self._n].val();
} }
#[test]
fn numbers_of_the_generator_in_expressions() {
    let found = problems(Parameter::new());
    assert!(
        found.iter().any(|p| p.contains("`_n` is a number of the generator: `bits_of(self._n, width)`")),
        "{found:?}"
    );
    assert!(found.iter().any(|p| p.contains("`t[_n]`: array index `_n` is not constant")), "{found:?}");
}

block! { Hidden {
    pub i: Signal<In, Uint> = num(4),
    pub y: Vec<Signal<Out, Bit>> = vec![Default::default(), Default::default()],
} #[hdl_gen] fn update(&mut self) {
    for i in 0..2 {
        self.y[i].next = self.i.val().index() == i;
    }
} }
#[test]
fn a_loop_variable_that_hides_a_signal() {
    let found = problems(Hidden::new());
    assert!(found.contains(&"top: loop variable `i` hides the signal `i`".to_string()), "{found:?}");
}

block! { Still {
    pub a: Signal<In, Bit> = Default::default(),
    pub y: Signal<Out, Bit> = Default::default(),
    pub z: Signal<Out, Bit> = Default::default(),
    on: Constant<Bit> = Constant::new(true),
    other: Constant<Bit> = Constant::new(true),
} #[hdl_gen] fn update(&mut self) {
    self.z.next = self.a.val();
    self.y.next = false;
    if self.on.val() ^ self.other.val() {
        self.y.next = true;
    }
} }
#[test]
fn a_process_that_no_signal_wakes() {
    refused(Still::new(), "top: `y` depends on no signal: `always @*` would never run");
}

block! { Open {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    pub z: Signal<Out, Uint> = num(8),
    lane: Inner = Inner::new(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.lane.y.val();
} }
#[test]
fn undriven_signals_at_every_place() {
    let found = problems(Open::new());
    assert!(found.contains(&"top: `z` is not driven".to_string()), "{found:?}");
    assert!(found.contains(&"top.lane: `x` is not driven".to_string()), "{found:?}");
}

block! { Loop {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    s: Signal<Local, Uint> = num(8),
    t: Signal<Local, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    self.s.next = self.t.val() ^ self.a.val();
    self.t.next = self.s.val();
    self.y.next = self.t.val();
} }
#[test]
fn a_logic_loop() {
    let found = problems(Loop::new());
    assert!(found.contains(&"top: `t` is read before it is written".to_string()), "{found:?}");
}

block! { WritesInput {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
} #[hdl_gen] fn update(&mut self) {
    self.a.next = self.a.val();
    self.y.next = self.a.val();
} }
#[test]
fn an_input_that_is_written() {
    let found = problems(WritesInput::new());
    assert!(found.iter().any(|p| p.contains("an input of the block itself is written")), "{found:?}");
}

#[derive(Copy, Clone, Debug, PartialEq, Default, LogicStruct)]
struct Pair {
    high: Bits<4>,
    low: Bits<4>,
}
block! { Struct {
    pub a: Signal<In, Pair> = Default::default(),
    pub y: Signal<Out, Bits<4>> = Default::default(),
} #[hdl_gen] fn update(&mut self) {
    self.y.next = self.a.val().low;
} }
#[test]
fn structs() {
    let found = problems(Struct::new());
    assert!(found.contains(&"top: `a` is a struct: give each field a signal".to_string()), "{found:?}");
}

#[derive(LogicBlock, Default)]
struct Core {
    pub a: Signal<In, Bit>,
    pub y: Signal<Out, Bit>,
}
impl Logic for Core {
    fn update(&mut self) {}
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Blackbox(BlackBox { code: String::new(), name: "core".into() })
    }
}
block! { Boxed {
    pub a: Signal<In, Bit> = Default::default(),
    pub y: Signal<Out, Bit> = Default::default(),
    ip: Core = Core::default(),
} #[hdl_gen] fn update(&mut self) {
    self.ip.a.next = self.a.val();
    self.y.next = self.ip.y.val();
} }
#[test]
fn black_boxes() {
    refused(Boxed::new(), "top.ip: a black box: write a leaf");
}

block! { Deep {
    pub a: Signal<In, Uint> = num(8),
    pub y: Signal<Out, Uint> = num(8),
    pair: Vec<Latch> = vec![Latch::new(), Latch::new()],
} #[hdl_gen] fn update(&mut self) {
    for i in 0..2 {
        self.pair[i].a.next = self.a.val();
    }
    self.y.next = self.pair[0].y.val() + 300;
} }
#[test]
fn every_problem_is_listed_with_its_path() {
    let expected = [
        "top: `y`: 300 does not fit in 8 bits",
        "top.pair_0: `y` has no default: a latch",
        "top.pair_1: `y` has no default: a latch",
    ];
    assert_eq!(problems(Deep::new()), expected);
}
