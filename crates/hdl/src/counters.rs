//! What the core counted: 64 bits each, in the order of [`drtp_core::regs::Counter`].
use crate::activity::Activity;
use crate::comment;
use crate::counter::{Counter, STEP_BITS};
use crate::leaf::{Register, Tally};
use crate::num::{bits_of, num, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits that number the halves of the counters.
const SELECT_BITS: usize = 5;
/// Counters.
const COUNT: usize = drtp_core::regs::Counter::ALL.len();

/// The counters, and the read port that keeps an upper half while the lower one is read.
#[derive(SettlingBlock)]
pub struct Counters {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    // what happens in this cycle
    pub busy: Signal<In, Bit>,
    pub sample: Signal<In, Bit>,
    pub learned: Signal<In, Bit>,
    pub correct: Signal<In, Bit>,
    pub dropped: Signal<In, Bit>,
    pub visit: Signal<In, Bit>,
    /// Neurons of the group that exist.
    pub neurons: Signal<In, Uint>,
    /// Lanes that write a changed weight, lanes whose update was cut off.
    pub changed: Vec<Signal<In, Bit>>,
    pub saturated: Vec<Signal<In, Bit>>,
    pub input_stall: Signal<In, Bit>,
    pub output_stall: Signal<In, Bit>,
    /// Which half: the counter's number above, 1 for its upper half below.
    pub select: Signal<In, Uint>,
    /// It is read: a lower half keeps its upper one.
    pub read: Signal<In, Bit>,
    pub value: Signal<Out, Uint>,
    count: Vec<Counter>,
    writes: Tally,
    clamps: Tally,
    read_step: Register<Uint>,
    write_step: Register<Uint>,
    clamp_step: Register<Uint>,
    kept: Register<Uint>,
    /// What is selected, a cycle late; its upper half goes on beside what control shows.
    shown: Register<Uint>,
    upper_1: Register<Uint>,
    upper_2: Register<Uint>,
    lower: Signal<Local, Uint>,
    upper: Signal<Local, Uint>,
    zero: Signal<Local, Bit>,
    _lanes: usize,
    _count: usize,
    _activity: Activity,
}

impl Counters {
    pub fn new(design: &Design) -> Self {
        let lanes = || (0..design.multipliers()).map(|_| Default::default()).collect();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            clear: Default::default(),
            busy: Default::default(),
            sample: Default::default(),
            learned: Default::default(),
            correct: Default::default(),
            dropped: Default::default(),
            visit: Default::default(),
            neurons: num(STEP_BITS),
            changed: lanes(),
            saturated: lanes(),
            input_stall: Default::default(),
            output_stall: Default::default(),
            select: num(SELECT_BITS),
            read: Default::default(),
            value: num(32),
            count: (0..COUNT).map(|_| Counter::default()).collect(),
            writes: Tally::new(design.multipliers(), STEP_BITS),
            clamps: Tally::new(design.multipliers(), STEP_BITS),
            read_step: Register::wide(STEP_BITS),
            write_step: Register::wide(STEP_BITS),
            clamp_step: Register::wide(STEP_BITS),
            kept: Register::wide(32),
            shown: Register::wide(32),
            upper_1: Register::wide(32),
            upper_2: Register::wide(32),
            lower: num(32),
            upper: num(32),
            zero: Default::default(),
            _lanes: design.multipliers(),
            _count: COUNT,
            _activity: Default::default(),
        }
    }
}

impl Logic for Counters {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: counters");
        comment!(
            "doc: What the core counted, 64 bits each. Reading a lower half keeps its upper half for the next read."
        );
        dff_setup!(self, clk, read_step, write_step, clamp_step, kept, shown, upper_1, upper_2);
        comment!("0 cycles, 1 busy, 2 samples, 3 learned, 4 correct, 5 dropped, 6 events");
        self.count[0].step.next = bits_of(1, 7);
        self.count[1].step.next = bits_of(0, 7);
        if self.busy.val() {
            self.count[1].step.next = bits_of(1, 7);
        }
        self.count[2].step.next = bits_of(0, 7);
        if self.sample.val() {
            self.count[2].step.next = bits_of(1, 7);
        }
        self.count[3].step.next = bits_of(0, 7);
        if self.learned.val() {
            self.count[3].step.next = bits_of(1, 7);
        }
        self.count[4].step.next = bits_of(0, 7);
        if self.correct.val() {
            self.count[4].step.next = bits_of(1, 7);
        }
        self.count[5].step.next = bits_of(0, 7);
        if self.dropped.val() {
            self.count[5].step.next = bits_of(1, 7);
        }
        self.count[6].step.next = bits_of(0, 7);
        self.read_step.d.next = bits_of(0, 7);
        if self.visit.val() {
            self.count[6].step.next = bits_of(1, 7);
            self.read_step.d.next = self.neurons.val();
        }
        comment!("7 weight reads, 8 weight writes, 9 saturations: up to L at once, a cycle late");
        for i in 0..self._lanes {
            self.writes.bit[i].next = self.changed[i].val();
            self.clamps.bit[i].next = self.saturated[i].val();
        }
        self.write_step.d.next = self.writes.count.val();
        self.clamp_step.d.next = self.clamps.count.val();
        self.count[7].step.next = self.read_step.q.val();
        self.count[8].step.next = self.write_step.q.val();
        self.count[9].step.next = self.clamp_step.q.val();
        comment!("10 input stalls, 11 output stalls");
        self.count[10].step.next = bits_of(0, 7);
        if self.input_stall.val() {
            self.count[10].step.next = bits_of(1, 7);
        }
        self.count[11].step.next = bits_of(0, 7);
        if self.output_stall.val() {
            self.count[11].step.next = bits_of(1, 7);
        }

        self.zero.next = self.clear.val() | self.rst.val();
        self.lower.next = self.kept.q.val();
        self.upper.next = bits_of(0, 32);
        for i in 0..self._count {
            self.count[i].clk.next = self.clk.val();
            self.count[i].clear.next = self.zero.val();
            if self.select.val().index() == 2 * i {
                self.lower.next = self.count[i].low.val();
                self.upper.next = self.count[i].high.val();
            }
        }
        if self.read.val() & !self.select.val().get_bit(0) {
            self.kept.d.next = self.upper_2.q.val();
        }
        self.shown.d.next = self.lower.val();
        self.upper_1.d.next = self.upper.val();
        self.upper_2.d.next = self.upper_1.q.val();
        self.value.next = self.shown.q.val();
        if self.zero.val() {
            self.read_step.d.next = bits_of(0, 7);
            self.write_step.d.next = bits_of(0, 7);
            self.clamp_step.d.next = bits_of(0, 7);
            self.kept.d.next = bits_of(0, 32);
        }
    }
}

const _: () = assert!(STEP_BITS == 7 && 2 * COUNT <= 1 << SELECT_BITS, "the kernel holds the widths as numbers");
