//! The single-port memory of an iCE40 UP5K: 16,384 words of two halves, each written by itself.
use crate::activity::Activity;
use crate::leaf::Hazard;
use crate::num::{num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Bits of a half: what one mask enables.
const HALF_BITS: usize = 8;

/// One port: in a cycle it reads or writes the word `at`.
///
/// `re` reads it; `oe`, in the very next cycle, moves the word to `rd`, which keeps it until the next `oe`. `we` writes
/// the lower half of `wd` with `low`, the upper half with `high`.
///
/// HAZARD: the port cannot read and write at once, and a word that was read is there for one cycle only. The model records
/// the first such mistake in [`Spram::hazard`]. Power-up contents are undefined; the model starts with a pattern.
#[derive(SettlingBlock)]
pub struct Spram {
    pub clk: Signal<In, Clock>,
    pub at: Signal<In, Uint>,
    pub re: Signal<In, Bit>,
    pub oe: Signal<In, Bit>,
    pub we: Signal<In, Bit>,
    pub low: Signal<In, Bit>,
    pub high: Signal<In, Bit>,
    pub wd: Signal<In, Uint>,
    pub rd: Signal<Out, Uint>,
    _words: Vec<u16>,
    _word: Option<u16>,
    _hazard: Option<Hazard>,
    _activity: Activity,
}

impl Default for Spram {
    fn default() -> Self {
        let words = (0..1u32 << Self::ADDRESS_BITS).map(|word| (0x5DEE ^ word.wrapping_mul(0x9E37_79B1) >> 8) as u16);
        Self {
            clk: Default::default(),
            at: num(Self::ADDRESS_BITS),
            re: Default::default(),
            oe: Default::default(),
            we: Default::default(),
            low: Default::default(),
            high: Default::default(),
            wd: num(Self::WORD_BITS),
            rd: num(Self::WORD_BITS),
            _words: words.collect(),
            _word: None,
            _hazard: None,
            _activity: Default::default(),
        }
    }
}

impl Spram {
    /// Bits of a word.
    pub const WORD_BITS: usize = 2 * HALF_BITS;
    /// Bits of an address.
    pub const ADDRESS_BITS: usize = 14;

    /// The stored words; a back door for tests and co-simulation.
    pub fn words(&self) -> &[u16] {
        &self._words
    }
    /// The first hazard that a simulation met.
    pub fn hazard(&self) -> Option<Hazard> {
        self._hazard
    }
    fn meets(&mut self, hazard: Hazard) {
        self._hazard = self._hazard.or(Some(hazard));
    }
    fn clocked(&mut self) {
        if self._word.is_none() && !(self.re.val() || self.oe.val() || self.we.val()) {
            self._activity.rests();
        }
        let at = self.at.val().index();
        let word = self._word.take();
        if self.oe.val() {
            match word {
                Some(v) => self.rd.next = Uint::new(v.into(), Self::WORD_BITS),
                None => self.meets(Hazard::NothingRead),
            }
        }
        if self.re.val() && self.we.val() {
            self.meets(Hazard::OnePort(at));
        }
        if self.re.val() {
            self._word = Some(self._words[at]);
        }
        if self.we.val() {
            let mask = if self.low.val() { 0x00FF } else { 0 } | if self.high.val() { 0xFF00 } else { 0 };
            self._words[at] = self._words[at] & !mask | self.wd.val().raw() as u16 & mask;
        }
    }
}

impl Logic for Spram {
    #[inline(always)]
    fn update(&mut self) {
        if self.clk.pos_edge() {
            self.clocked();
        }
    }
    fn connect(&mut self) {
        self.rd.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!("//@module spram\n//@apart\n{}", include_str!("spram.v")))
    }
}

const _: () = assert!(drtp_core::Design::SPRAM_WORDS == 1 << Spram::ADDRESS_BITS, "the model's addresses");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Clocked;

    #[derive(Clone, Copy, Default)]
    struct Access {
        at: i64,
        re: bool,
        oe: bool,
        we: bool,
        low: bool,
        high: bool,
        wd: i64,
    }
    /// One clock cycle; what `rd` shows after it.
    fn cycle(m: &mut Spram, a: Access) -> i64 {
        m.fall();
        m.at.next = Uint::new(a.at, Spram::ADDRESS_BITS);
        (m.re.next, m.oe.next, m.we.next, m.low.next, m.high.next) = (a.re, a.oe, a.we, a.low, a.high);
        m.wd.next = Uint::new(a.wd, Spram::WORD_BITS);
        assert!(simulate(m, 5));
        m.clk.next = Clock { clk: true };
        assert!(simulate(m, 5));
        m.rd.val().raw()
    }
    fn write(at: i64, low: bool, high: bool, wd: i64) -> Access {
        Access { at, we: true, low, high, wd, ..Access::default() }
    }
    fn read(m: &mut Spram, at: i64) -> i64 {
        cycle(m, Access { at, re: true, ..Access::default() });
        cycle(m, Access { oe: true, ..Access::default() })
    }

    #[test]
    fn halves_are_written_by_themselves() {
        let mut m = Spram::default();
        for at in [0, 1, 0x3FFF] {
            cycle(&mut m, write(at, true, true, 0x1234));
            assert_eq!(read(&mut m, at), 0x1234);
            cycle(&mut m, write(at, true, false, 0x5678));
            assert_eq!(m.rd.val().raw(), 0x1234, "kept until the next oe");
            assert_eq!(read(&mut m, at), 0x1278);
            cycle(&mut m, write(at, false, true, 0x9ABC));
            assert_eq!(read(&mut m, at), 0x9A78);
            cycle(&mut m, write(at, false, false, 0xFFFF));
            assert_eq!(read(&mut m, at), 0x9A78);
        }
        assert_eq!(m.hazard(), None);
    }
    #[test]
    fn what_the_port_cannot_do_is_recorded() {
        let mut m = Spram::default();
        cycle(&mut m, Access { re: true, ..write(7, true, true, 1) });
        assert_eq!(m.hazard(), Some(Hazard::OnePort(7)));
        let mut m = Spram::default();
        cycle(&mut m, Access { at: 7, re: true, ..Access::default() });
        cycle(&mut m, Access::default());
        assert_eq!(m.hazard(), None);
        cycle(&mut m, Access { oe: true, ..Access::default() });
        assert_eq!(m.hazard(), Some(Hazard::NothingRead), "a word is there for one cycle");
    }
}
