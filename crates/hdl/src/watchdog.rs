//! What starts a core again that has come to a stand, as a flipped bit may make it.
//!
//! A core rests when it could take a beat, or when only its listener keeps it; it makes progress when a pass begins. Without
//! either for longer than [any pass or init takes](drtp_core::cycles::longest) it hangs. Then everything that carries a
//! sample is reset, for four cycles; weights, settings and counters stay. What the hung sample would have taught is lost, and
//! a packet of scores may be cut. If weights were being initialised, that begins anew.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bits_of, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Counts cycles without rest or progress; `restart` is high for four cycles after [`Design::watchdog_cycles`] of them.
#[derive(SettlingBlock)]
pub struct Watchdog {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub rests: Signal<In, Bit>,
    /// A pass begins.
    pub begins: Signal<In, Bit>,
    pub initialised: Signal<In, Bit>,
    pub restart: Signal<Out, Bit>,
    /// The weights were initialised, and are to stay.
    pub keeps: Signal<Out, Bit>,
    /// The last cycle of a restart.
    pub restarted: Signal<Out, Bit>,
    waited: Register<Uint>,
    restarting: Register<Bit>,
    had_weights: Register<Bit>,
    ends: Signal<Local, Bit>,
    _last: i64,
    _bits: usize,
    _activity: Activity,
}

impl Watchdog {
    pub fn new(design: &Design) -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            rests: Default::default(),
            begins: Default::default(),
            initialised: Default::default(),
            restart: Default::default(),
            keeps: Default::default(),
            restarted: Default::default(),
            waited: Register::wide(design.watchdog_bits()),
            restarting: Default::default(),
            had_weights: Default::default(),
            ends: Default::default(),
            _last: design.watchdog_cycles() as i64 - 1,
            _bits: design.watchdog_bits(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Watchdog {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: watchdog");
        comment!("doc: Restarts a core that neither rests nor begins a pass: weights, settings and counters stay.");
        dff_setup!(self, clk, waited, restarting, had_weights);
        comment!("the counter runs over, and four cycles of restart are its first ones");
        self.ends.next = self.restarting.q.val() & self.waited.q.val().get_bit(0) & self.waited.q.val().get_bit(1);
        self.waited.d.next = self.waited.q.val() + 1;
        if self.waited.q.val() == bits_of(self._last, self._bits) {
            self.restarting.d.next = true;
        }
        if self.rests.val() | self.begins.val() | self.ends.val() {
            self.waited.d.next = bits_of(0, self._bits);
            self.restarting.d.next = false;
        }
        if !self.restarting.q.val() {
            self.had_weights.d.next = self.initialised.val();
        }
        self.restart.next = self.restarting.q.val();
        self.keeps.next = self.had_weights.q.val();
        self.restarted.next = self.ends.val();
        if self.rst.val() {
            self.waited.d.next = bits_of(0, self._bits);
            self.restarting.d.next = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Clocked;
    use drtp_core::Config;

    /// One cycle; restart, restarted and keeps before its edge.
    fn cycle(w: &mut Watchdog, rests: bool, begins: bool) -> (bool, bool, bool) {
        w.fall();
        w.rests.next = rests;
        w.begins.next = begins;
        w.initialised.next = true;
        assert!(simulate(w, 20));
        let shown = (w.restart.val(), w.restarted.val(), w.keeps.val());
        w.clk.next = Clock { clk: true };
        assert!(simulate(w, 20));
        shown
    }
    fn watchdog() -> (Watchdog, u64) {
        let config = Config::with_layers(1, &[3, 2]).unwrap();
        let design = Design { watchdog: true, ..config.design().clone() };
        let mut w = Watchdog::new(&design);
        w.connect_all();
        (w, design.watchdog_cycles())
    }

    #[test]
    fn restarts_for_four_cycles_after_as_many_as_it_says_and_again() {
        let (mut w, cycles) = watchdog();
        for n in 0..2 {
            for c in 0..cycles {
                assert_eq!(cycle(&mut w, false, false), (false, false, (n, c) != (0, 0)), "cycle {c}");
            }
            for c in 0..4 {
                assert_eq!(cycle(&mut w, false, false), (true, c == 3, true), "cycle {c} of the restart");
            }
        }
    }
    #[test]
    fn a_rest_or_a_pass_begins_the_count_anew() {
        let (mut w, cycles) = watchdog();
        for (rests, begins) in [(true, false), (false, true)] {
            for _ in 0..cycles - 1 {
                assert!(!cycle(&mut w, false, false).0);
            }
            assert!(!cycle(&mut w, rests, begins).0);
        }
        for _ in 0..cycles {
            assert!(!cycle(&mut w, false, false).0);
        }
        assert!(cycle(&mut w, false, false).0);
    }
}
