//! What [`SettlingBlock`](drtp_hdl_macros::SettlingBlock) remembers of a block.

/// Rounds after which a block that still moves is left for the next visit; a simulation that needs more is a loop.
#[doc(hidden)]
pub const ROUNDS: usize = 20;

/// Whether a block has run at all, whether its outputs moved when it was visited last, and whether a clock edge would
/// move anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Activity {
    started: bool,
    shown: bool,
    still: bool,
    rests: bool,
    skipped: bool,
}
impl Activity {
    /// A visit begins; true if the block must run whatever its inputs do.
    #[inline(always)]
    pub fn begin(&mut self) -> bool {
        self.shown = false;
        !std::mem::replace(&mut self.started, true)
    }
    /// Whether a clock edge, with which no input moved, need not be handed down.
    #[inline(always)]
    pub fn skips(&mut self) -> bool {
        self.skipped = self.still;
        self.still
    }
    /// Whether the last edge was not handed down: the clocks inside are low. It is then forgotten.
    #[inline(always)]
    pub fn take_skipped(&mut self) -> bool {
        std::mem::replace(&mut self.skipped, false)
    }
    /// The block runs: what comes of the next edge is open.
    #[inline(always)]
    pub fn runs(&mut self) {
        self.still = false;
        self.rests = false;
    }
    /// A leaf says, at a clock edge: another edge with the same inputs would change nothing that it keeps inside.
    #[inline(always)]
    pub fn rests(&mut self) {
        self.rests = true;
    }
    /// A clock edge moved nothing; `inside`: there are blocks inside, and all of them are still.
    #[inline(always)]
    pub fn settles(&mut self, inside: bool) {
        self.still = inside || self.rests;
    }
    /// Whether the next clock edge moves nothing unless an input moves before.
    #[inline(always)]
    pub fn still(&self) -> bool {
        self.still
    }
    /// Outputs moved in one round of the visit.
    #[inline(always)]
    pub fn show(&mut self, moved: bool) {
        self.shown |= moved;
    }
    /// The block did not come to rest: it runs again at the next visit, and the design counts as changing.
    pub fn restless(&mut self) {
        self.started = false;
        self.shown = true;
    }
    /// Whether its outputs moved.
    #[inline(always)]
    pub fn shown(&self) -> bool {
        self.shown
    }
}

/// A block with its clock.
pub trait Clocked {
    /// The falling edge, on which nothing happens but that the clock signals of this block and of all below it are low.
    fn fall(&mut self);
    /// Lets these signals be high without an edge: it was, and moved nothing.
    fn raise(&mut self);
    /// Whether the next edge moves nothing unless an input moves before.
    fn still(&self) -> bool;
}
impl<B: Clocked> Clocked for Vec<B> {
    fn fall(&mut self) {
        self.iter_mut().for_each(Clocked::fall);
    }
    fn raise(&mut self) {
        self.iter_mut().for_each(Clocked::raise);
    }
    fn still(&self) -> bool {
        self.iter().all(Clocked::still)
    }
}

/// One design twice, with rust-hdl's own update order and with ours: whatever the inputs, equal outputs.
#[cfg(test)]
mod tests {
    use rust_hdl::prelude::*;

    /// Registers at three depths, a memory, and combinational paths that run up, down and through siblings in both
    /// directions of the order of fields. Every block is derived with `$derive`, leaves too.
    macro_rules! design {
        ($module:ident, $derive:path) => {
            mod $module {
                use crate::activity::Activity;
                use crate::num::{bit_cast_to, num, Num, Uint};
                use rust_hdl::prelude::*;

                #[derive($derive)]
                pub struct Reg {
                    pub d: Signal<In, Uint>,
                    pub q: Signal<Out, Uint>,
                    pub clock: Signal<In, Clock>,
                    _activity: Activity,
                }
                impl Reg {
                    fn new(width: usize) -> Self {
                        Self { d: num(width), q: num(width), clock: Default::default(), _activity: Default::default() }
                    }
                }
                impl Logic for Reg {
                    fn update(&mut self) {
                        if self.clock.pos_edge() {
                            self.q.next = self.d.val();
                            self._activity.rests();
                        }
                    }
                    fn connect(&mut self) {
                        self.q.connect();
                    }
                }

                #[derive($derive)]
                pub struct Ram {
                    pub clk: Signal<In, Clock>,
                    pub ra: Signal<In, Uint>,
                    pub rd: Signal<Out, Uint>,
                    pub we: Signal<In, Bit>,
                    pub wa: Signal<In, Uint>,
                    pub wd: Signal<In, Uint>,
                    _words: [i64; 8],
                    _activity: Activity,
                }
                impl Ram {
                    fn new() -> Self {
                        Self {
                            clk: Default::default(),
                            ra: num(3),
                            rd: num(8),
                            we: Default::default(),
                            wa: num(3),
                            wd: num(8),
                            _words: [3, 1, 4, 1, 5, 9, 2, 6],
                            _activity: Default::default(),
                        }
                    }
                }
                impl Logic for Ram {
                    fn update(&mut self) {
                        if self.clk.pos_edge() {
                            self.rd.next = Num::new(self._words[self.ra.val().index()], 8);
                            if self.we.val() {
                                self._words[self.wa.val().index()] = self.wd.val().raw();
                            } else {
                                self._activity.rests();
                            }
                        }
                    }
                    fn connect(&mut self) {
                        self.rd.connect();
                    }
                }

                /// A register whose output also leaves through logic without one: Mealy.
                #[derive($derive)]
                pub struct Cell {
                    pub clk: Signal<In, Clock>,
                    pub x: Signal<In, Uint>,
                    pub go: Signal<In, Bit>,
                    pub now: Signal<Out, Uint>,
                    pub later: Signal<Out, Uint>,
                    kept: Reg,
                    mixed: Signal<Local, Uint>,
                    _activity: Activity,
                }
                impl Cell {
                    fn new() -> Self {
                        Self {
                            clk: Default::default(),
                            x: num(8),
                            go: Default::default(),
                            now: num(8),
                            later: num(8),
                            kept: Reg::new(8),
                            mixed: num(8),
                            _activity: Default::default(),
                        }
                    }
                }
                impl Logic for Cell {
                    #[hdl_gen]
                    fn update(&mut self) {
                        self.kept.clock.next = self.clk.val();
                        self.mixed.next = self.x.val() ^ self.kept.q.val();
                        self.kept.d.next = self.kept.q.val();
                        if self.go.val() {
                            self.kept.d.next = self.mixed.val() + 1;
                        }
                        self.now.next = self.mixed.val() + self.x.val();
                        self.later.next = self.kept.q.val();
                    }
                }

                /// Two cells and a memory; the second field feeds the first.
                #[derive($derive)]
                pub struct Middle {
                    pub clk: Signal<In, Clock>,
                    pub x: Signal<In, Uint>,
                    pub go: Signal<In, Bit>,
                    pub y: Signal<Out, Uint>,
                    pub read: Signal<Out, Uint>,
                    first: Cell,
                    second: Cell,
                    ram: Ram,
                    count: Reg,
                    _activity: Activity,
                }
                impl Middle {
                    fn new() -> Self {
                        Self {
                            clk: Default::default(),
                            x: num(8),
                            go: Default::default(),
                            y: num(8),
                            read: num(8),
                            first: Cell::new(),
                            second: Cell::new(),
                            ram: Ram::new(),
                            count: Reg::new(3),
                            _activity: Default::default(),
                        }
                    }
                }
                impl Logic for Middle {
                    #[hdl_gen]
                    fn update(&mut self) {
                        self.first.clk.next = self.clk.val();
                        self.second.clk.next = self.clk.val();
                        self.ram.clk.next = self.clk.val();
                        self.count.clock.next = self.clk.val();
                        self.second.x.next = self.x.val();
                        self.second.go.next = self.go.val();
                        self.first.x.next = self.second.now.val() + self.ram.rd.val();
                        self.first.go.next = self.second.later.val().get_bit(0);
                        self.count.d.next = self.count.q.val() + 1;
                        self.ram.ra.next = bit_cast_to(self.first.now.val(), 3);
                        self.ram.wa.next = self.count.q.val();
                        self.ram.we.next = self.go.val();
                        self.ram.wd.next = self.first.later.val();
                        self.y.next = self.first.now.val();
                        self.read.next = self.ram.rd.val();
                    }
                }

                #[derive($derive)]
                pub struct Top {
                    pub clk: Signal<In, Clock>,
                    pub x: Signal<In, Uint>,
                    pub go: Vec<Signal<In, Bit>>,
                    pub y: Signal<Out, Uint>,
                    pub read: Vec<Signal<Out, Uint>>,
                    pub held: Signal<Out, Uint>,
                    pub still: Signal<Out, Bit>,
                    stage: Vec<Middle>,
                    last: Reg,
                    _n: usize,
                    _activity: Activity,
                }
                impl Top {
                    pub fn new() -> Self {
                        Self {
                            clk: Default::default(),
                            x: num(8),
                            go: (0..3).map(|_| Default::default()).collect(),
                            y: num(8),
                            read: (0..3).map(|_| num(8)).collect(),
                            held: num(8),
                            still: Default::default(),
                            stage: (0..3).map(|_| Middle::new()).collect(),
                            last: Reg::new(8),
                            _n: 3,
                            _activity: Default::default(),
                        }
                    }
                    pub fn outputs(&self) -> Vec<i64> {
                        let plain = [self.y.val().raw(), self.held.val().raw(), self.still.val().into()];
                        self.read.iter().map(|r| r.val().raw()).chain(plain).collect()
                    }
                }
                impl Logic for Top {
                    #[hdl_gen]
                    fn update(&mut self) {
                        self.last.clock.next = self.clk.val();
                        for i in 0..self._n {
                            self.stage[i].clk.next = self.clk.val();
                            self.stage[i].go.next = self.go[i].val();
                            self.read[i].next = self.stage[i].read.val();
                        }
                        // against the order of the fields: the last element comes first
                        self.stage[2].x.next = self.x.val();
                        self.stage[1].x.next = self.stage[2].y.val();
                        self.stage[0].x.next = self.stage[1].y.val() + self.last.q.val();
                        self.last.d.next = self.stage[0].y.val();
                        self.y.next = self.stage[0].y.val();
                        self.held.next = self.last.q.val();
                        self.still.next = self.stage[0].y.val() == self.last.q.val();
                    }
                }
            }
        };
    }
    design!(ours, drtp_hdl_macros::SettlingBlock);
    design!(theirs, LogicBlock);

    fn run(steps: usize, fall: impl Fn(&mut ours::Top)) {
        use crate::num::Num;
        let (mut a, mut b) = (ours::Top::new(), theirs::Top::new());
        a.connect_all();
        b.connect_all();
        check_all(&a).expect("a sound design");
        let mut state = 0x0123_4567_89ab_cdefu64;
        let mut moved = 0;
        for step in 0..steps {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            fall(&mut a);
            b.clk.next = Clock { clk: false };
            // sometimes nothing moves but the clock, sometimes a single bit: what was skipped must not be missed
            if state >> 60 > 5 {
                let x = Num::new((state >> 8) as i64, 8);
                (a.x.next, b.x.next) = (x, x);
            }
            for i in 0..3 {
                if state >> (50 + i) & 1 != 0 {
                    let go = state >> (20 + i) & 1 != 0;
                    (a.go[i].next, b.go[i].next) = (go, go);
                }
            }
            assert!(simulate(&mut a, 100) && simulate(&mut b, 100));
            assert_eq!(a.outputs(), b.outputs(), "before edge {step}");
            let before = a.outputs();
            (a.clk.next, b.clk.next) = (Clock { clk: true }, Clock { clk: true });
            assert!(simulate(&mut a, 100) && simulate(&mut b, 100));
            assert_eq!(a.outputs(), b.outputs(), "after edge {step}");
            moved += usize::from(before != a.outputs());
            if state & 7 == 0 {
                // inputs that move while the clock is high go through the logic and into no register
                let x = Num::new((state >> 30) as i64, 8);
                (a.x.next, b.x.next) = (x, x);
                assert!(simulate(&mut a, 100) && simulate(&mut b, 100));
                assert_eq!(a.outputs(), b.outputs(), "between edges {step}");
            }
        }
        assert!(moved > steps / 2, "hardly anything moved");
    }

    #[test]
    fn settling_equals_the_order_of_rust_hdl() {
        run(20_000, super::Clocked::fall);
    }
    #[test]
    fn clock_that_is_lowered_as_a_signal_does_the_same() {
        run(5000, |top| top.clk.next = Clock { clk: false });
    }
    #[test]
    fn visit_without_movement_runs_nothing() {
        let mut top = ours::Top::new();
        top.connect_all();
        assert!(simulate(&mut top, 100));
        top.update_all();
        assert!(!top.has_changed());
    }

    /// `!y` fed back: no order of updates can settle it.
    #[derive(drtp_hdl_macros::SettlingBlock, Default)]
    struct Loop {
        pub x: Signal<In, Bit>,
        pub y: Signal<Out, Bit>,
        inner: Inverter,
        _activity: super::Activity,
    }
    #[derive(drtp_hdl_macros::SettlingBlock, Default)]
    struct Inverter {
        pub x: Signal<In, Bit>,
        pub y: Signal<Out, Bit>,
        _activity: super::Activity,
    }
    impl Logic for Inverter {
        fn update(&mut self) {
            self.y.next = !self.x.val();
        }
        fn connect(&mut self) {
            self.y.connect();
        }
    }
    impl Logic for Loop {
        #[hdl_gen]
        fn update(&mut self) {
            self.inner.x.next = self.inner.y.val() & self.x.val();
            self.y.next = self.inner.y.val();
        }
    }
    #[test]
    fn loop_never_counts_as_settled() {
        let mut design = Loop::default();
        design.connect_all();
        assert!(simulate(&mut design, 50), "open, it settles");
        design.x.next = true;
        assert!(!simulate(&mut design, 50), "closed, it oscillates");
        assert!(!simulate(&mut design, 50), "and still does at the next visit");
        design.x.next = false;
        assert!(simulate(&mut design, 50), "and settles when it is opened");
    }
}
