//! Memory with one read and one write port on one clock: block RAM with its output register.
use crate::activity::Activity;
use crate::num::{num, Num};
use drtp_core::{BankStyle, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// What a memory's simulation saw that hardware would not define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hazard {
    /// Read and write of one word in one cycle: the word that a block RAM returns is undefined.
    ReadMeetsWrite(usize),
    /// An address beyond the last word.
    OutOfRange(usize),
    /// The only port was to read and to write in one cycle.
    OnePort(usize),
    /// `oe` without a word that was read for it.
    NothingRead,
}

/// One read port, one write port, and a register behind the read port: what a block RAM needs to be fast.
///
/// `re` reads `mem[ra]`; `oe`, one cycle later or more, moves the word to `rd`, which keeps it until the next `oe`.
///
/// HAZARD: a read and a write of the same word in one cycle are undefined in block RAM (`no_rw_check`), and so is a word
/// that was read once `oe` has taken it. The model records the first such cycle in [`Memory::hazard`]; tests and lockstep
/// fail on it. Power-up contents are undefined; the model starts with a pattern, so that nothing can rely on zeros.
#[derive(SettlingBlock)]
pub struct Memory<const SIGNED: bool> {
    pub clk: Signal<In, Clock>,
    pub re: Signal<In, Bit>,
    pub ra: Signal<In, Num<false>>,
    pub oe: Signal<In, Bit>,
    pub rd: Signal<Out, Num<SIGNED>>,
    pub we: Signal<In, Bit>,
    pub wa: Signal<In, Num<false>>,
    pub wd: Signal<In, Num<SIGNED>>,
    _style: BankStyle,
    /// The module that stands for it on an ASIC.
    _name: &'static str,
    _width: usize,
    _words: Vec<i64>,
    _word: Option<i64>,
    _hazard: Option<Hazard>,
    _activity: Activity,
}

impl<const SIGNED: bool> Memory<SIGNED> {
    /// A memory of `depth` words of `width` bits.
    pub fn new(depth: usize, width: usize) -> Self {
        Self::built(BankStyle::Inferred, "memory", depth, width)
    }
    /// A memory of a core: what it is made of is the design's choice, `name` that of its module if it has one of its own.
    pub fn of(design: &Design, name: &'static str, depth: usize, width: usize) -> Self {
        Self::built(design.bank_style, name, depth, width)
    }
    fn built(style: BankStyle, name: &'static str, depth: usize, width: usize) -> Self {
        let address = drtp_core::fixed::address_bits(depth);
        let words = (0..depth).map(|word| Self::junk(word, width)).collect();
        Self {
            clk: Default::default(),
            re: Default::default(),
            ra: num(address),
            oe: Default::default(),
            rd: num(width),
            we: Default::default(),
            wa: num(address),
            wd: num(width),
            _style: style,
            _name: name,
            _width: width,
            _words: words,
            _word: None,
            _hazard: None,
            _activity: Default::default(),
        }
    }
    fn junk(word: usize, width: usize) -> i64 {
        Num::<SIGNED>::new(0x5DEE_CE66 ^ (word as i64).wrapping_mul(0x9E37_79B1), width).raw()
    }
    /// The stored words; a back door for tests and co-simulation.
    pub fn words(&self) -> &[i64] {
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
        let (ra, wa) = (self.ra.val().index(), self.wa.val().index());
        if self.oe.val() {
            match self._word.take() {
                Some(v) => self.rd.next = Num::new(v, self._width),
                None => self.meets(Hazard::NothingRead),
            }
        }
        if self.re.val() {
            self._word = Some(self._words.get(ra).copied().unwrap_or_else(|| Self::junk(ra, self._width)));
            if ra >= self._words.len() {
                self.meets(Hazard::OutOfRange(ra));
            }
        }
        if self.we.val() {
            if self.re.val() && ra == wa {
                self.meets(Hazard::ReadMeetsWrite(wa));
            }
            match self._words.get_mut(wa) {
                Some(v) => *v = self.wd.val().raw(),
                None => self.meets(Hazard::OutOfRange(wa)),
            }
        }
    }
}

impl<const SIGNED: bool> Logic for Memory<SIGNED> {
    #[inline(always)]
    fn update(&mut self) {
        if self.clk.pos_edge() {
            self.clocked();
            if !(self.re.val() || self.oe.val() || self.we.val()) {
                self._activity.rests();
            }
        }
    }
    fn connect(&mut self) {
        self.rd.connect();
    }
    fn hdl(&self) -> Verilog {
        let (width, depth, address) = (self._width, self._words.len(), self.ra.val().width());
        let parameters = format!(
            "\
//@parameter WIDTH {width}
//@parameter DEPTH {depth}
//@parameter ADDRESS_BITS {address}
//@width ra ADDRESS_BITS
//@width rd WIDTH
//@width wa ADDRESS_BITS
//@width wd WIDTH
"
        );
        Verilog::Custom(match self._style {
            BankStyle::Inferred | BankStyle::Spram => format!(
                "\
//@module memory
//@doc DEPTH words of WIDTH bits, one read and one write port: re reads a word, oe a cycle later brings it to rd.
//@doc A word is never read and written in the same cycle, so block RAM needs no bypass.
{parameters}{}",
                Self::body("WIDTH-1", "DEPTH-1")
            ),
            BankStyle::Blackbox => format!(
                "\
//@module {}
//@apart
//@doc {depth} words of {width} bits, one read and one write port: re reads a word, oe a cycle later or more brings it
//@doc to rd. A word is never read and written in the same cycle. Contents at power-up do not matter.
{}",
                self._name,
                Self::body(&(width - 1).to_string(), &(depth - 1).to_string())
            ),
            BankStyle::Ecp5 => format!("//@module memory\n//@apart\n{parameters}{}", include_str!("ecp5_memory.v")),
        })
    }
}

impl<const SIGNED: bool> Memory<SIGNED> {
    /// What a tool infers a block RAM from.
    fn body(top: &str, last: &str) -> String {
        format!(
            "\
(* no_rw_check, ram_style = \"block\" *) reg [{top}:0] mem [0:{last}];
reg [{top}:0] word;
always @(posedge clk) begin
    if (re) word <= mem[ra];
    if (oe) rd <= word;
    if (we) mem[wa] <= wd;
end
"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Clocked;

    /// One clock cycle: optional read address, `oe`, optional write; what `rd` shows after it.
    fn cycle(m: &mut Memory<true>, read: Option<usize>, oe: bool, write: Option<(usize, i64)>) -> i64 {
        let (address, width) = (m.ra.val().width(), m._width);
        m.fall();
        m.re.next = read.is_some();
        m.ra.next = Num::new(read.unwrap_or(0) as i64, address);
        m.oe.next = oe;
        m.we.next = write.is_some();
        m.wa.next = Num::new(write.map_or(0, |w| w.0) as i64, address);
        m.wd.next = Num::new(write.map_or(-1, |w| w.1), width);
        assert!(simulate(m, 5));
        m.clk.next = Clock { clk: true };
        assert!(simulate(m, 5));
        m.rd.val().raw()
    }

    #[test]
    fn word_is_read_back_and_held() {
        let mut m = Memory::<true>::new(37, 12);
        let value = |word: usize| 50 * word as i64 - 900;
        for word in 0..37 {
            cycle(&mut m, None, false, Some((word, value(word))));
        }
        let mut shown = cycle(&mut m, Some(0), false, None);
        for word in 0..37 {
            // nothing moves until oe, whatever is written, also to the word itself
            assert_eq!(cycle(&mut m, None, false, Some((word, 7))), shown);
            let next = Some(word + 1).filter(|w| *w < 37);
            shown = value(word);
            assert_eq!(cycle(&mut m, next, true, None), shown, "the word as it was when it was read");
            assert_eq!(m.words()[word], 7);
        }
        assert_eq!(m.hazard(), None);
    }
    #[test]
    fn nothing_can_rely_on_zeros_at_power_up() {
        let m = Memory::<true>::new(100, 8);
        assert!(m.words().iter().filter(|w| **w == 0).count() < 10);
        assert!(m.words().iter().all(|w| (-128..128).contains(w)));
    }
    #[test]
    fn what_hardware_leaves_undefined_is_recorded_once() {
        let mut m = Memory::<true>::new(5, 8);
        cycle(&mut m, Some(2), false, Some((3, 1)));
        assert_eq!(m.hazard(), None);
        cycle(&mut m, Some(2), false, Some((2, 1)));
        cycle(&mut m, Some(6), false, None);
        assert_eq!(m.hazard(), Some(Hazard::ReadMeetsWrite(2)), "the first one counts");
        let mut m = Memory::<true>::new(5, 8);
        cycle(&mut m, Some(5), false, None);
        assert_eq!(m.hazard(), Some(Hazard::OutOfRange(5)));
        let mut m = Memory::<true>::new(5, 8);
        cycle(&mut m, None, false, Some((7, 0)));
        assert_eq!(m.hazard(), Some(Hazard::OutOfRange(7)));
        let mut m = Memory::<true>::new(5, 8);
        cycle(&mut m, Some(1), false, None);
        cycle(&mut m, None, true, None);
        assert_eq!(m.hazard(), None);
        cycle(&mut m, None, true, None);
        assert_eq!(m.hazard(), Some(Hazard::NothingRead));
    }
}
