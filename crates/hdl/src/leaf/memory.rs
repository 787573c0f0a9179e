//! Memory with one read and one write port on one clock; inferred as block RAM.
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
}

/// One read port, one write port. `rd` holds `mem[ra]` one cycle after `re`, and keeps it until the next read.
///
/// HAZARD: a read and a write of the same word in one cycle are undefined in block RAM (`no_rw_check`). The model
/// records the first such cycle in [`Memory::hazard`]; tests and lockstep fail on it.
/// Power-up contents are undefined; the model starts with a pattern, so that nothing can rely on zeros.
#[derive(SettlingBlock)]
pub struct Memory<const SIGNED: bool> {
    pub clk: Signal<In, Clock>,
    pub re: Signal<In, Bit>,
    pub ra: Signal<In, Num<false>>,
    pub rd: Signal<Out, Num<SIGNED>>,
    pub we: Signal<In, Bit>,
    pub wa: Signal<In, Num<false>>,
    pub wd: Signal<In, Num<SIGNED>>,
    /// The module that stands for it on an ASIC.
    _macro: Option<&'static str>,
    _width: usize,
    _words: Vec<i64>,
    _hazard: Option<Hazard>,
    _activity: Activity,
}

impl<const SIGNED: bool> Memory<SIGNED> {
    /// A memory of `depth` words of `width` bits.
    pub fn new(depth: usize, width: usize) -> Self {
        Self::built(None, depth, width)
    }
    /// A memory of a core: what it is made of is the design's choice, `name` that of its module if it has one of its own.
    pub fn of(design: &Design, name: &'static str, depth: usize, width: usize) -> Self {
        let own = match design.bank_style {
            BankStyle::Inferred => None,
            BankStyle::Blackbox => Some(name),
        };
        Self::built(own, depth, width)
    }
    fn built(own: Option<&'static str>, depth: usize, width: usize) -> Self {
        let address = drtp_core::fixed::address_bits(depth);
        let junk = |word: usize| Num::<SIGNED>::new(0x5DEE_CE66 ^ (word as i64).wrapping_mul(0x9E37_79B1), width).raw();
        Self {
            clk: Default::default(),
            re: Default::default(),
            ra: num(address),
            rd: num(width),
            we: Default::default(),
            wa: num(address),
            wd: num(width),
            _macro: own,
            _width: width,
            _words: (0..depth).map(junk).collect(),
            _hazard: None,
            _activity: Default::default(),
        }
    }
    /// The stored words; a back door for tests and co-simulation.
    pub fn words(&self) -> &[i64] {
        &self._words
    }
    /// The first hazard that a simulation met.
    pub fn hazard(&self) -> Option<Hazard> {
        self._hazard
    }
    fn clocked(&mut self) {
        let (ra, wa) = (self.ra.val().index(), self.wa.val().index());
        if self.re.val() {
            match self._words.get(ra) {
                Some(v) => self.rd.next = Num::new(*v, self._width),
                None => self._hazard = self._hazard.or(Some(Hazard::OutOfRange(ra))),
            }
        }
        if self.we.val() {
            if self.re.val() && ra == wa {
                self._hazard = self._hazard.or(Some(Hazard::ReadMeetsWrite(wa)));
            }
            match self._words.get_mut(wa) {
                Some(v) => *v = self.wd.val().raw(),
                None => self._hazard = self._hazard.or(Some(Hazard::OutOfRange(wa))),
            }
        }
    }
}

impl<const SIGNED: bool> Logic for Memory<SIGNED> {
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
        let (width, depth, address) = (self._width, self._words.len(), self.ra.val().width());
        if let Some(name) = self._macro {
            return Verilog::Custom(format!(
                "\
//@module {name}
//@apart
//@doc {depth} words of {width} bits, one read and one write port: rd follows re by one cycle and holds until the next.
//@doc A word is never read and written in the same cycle. Contents at power-up do not matter.
(* no_rw_check, ram_style = \"block\" *) reg [{top}:0] mem [0:{last}];
always @(posedge clk) begin
    if (re) rd <= mem[ra];
    if (we) mem[wa] <= wd;
end
",
                top = width - 1,
                last = depth - 1
            ));
        }
        Verilog::Custom(format!(
            "\
//@module memory
//@doc DEPTH words of WIDTH bits, one read and one write port: rd follows re by one cycle.
//@doc A word is never read and written in the same cycle, so block RAM needs no bypass.
//@parameter WIDTH {width}
//@parameter DEPTH {depth}
//@parameter ADDRESS_BITS {address}
//@width ra ADDRESS_BITS
//@width rd WIDTH
//@width wa ADDRESS_BITS
//@width wd WIDTH
(* no_rw_check, ram_style = \"block\" *) reg [WIDTH-1:0] mem [0:DEPTH-1];
always @(posedge clk) begin
    if (re) rd <= mem[ra];
    if (we) mem[wa] <= wd;
end
"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::FallingClock;

    /// One clock cycle: optional read address, optional write; what `rd` shows after it.
    fn cycle(m: &mut Memory<true>, read: Option<usize>, write: Option<(usize, i64)>) -> i64 {
        let (address, width) = (m.ra.val().width(), m._width);
        m.fall();
        m.re.next = read.is_some();
        m.ra.next = Num::new(read.unwrap_or(0) as i64, address);
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
        for word in 0..37 {
            cycle(&mut m, None, Some((word, 50 * word as i64 - 900)));
        }
        for word in 0..37 {
            let value = 50 * word as i64 - 900;
            assert_eq!(cycle(&mut m, Some(word), None), value);
            // no read: the value stays, whatever is written, also to the word itself
            assert_eq!(cycle(&mut m, None, Some((word, 7))), value);
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
        cycle(&mut m, Some(2), Some((3, 1)));
        assert_eq!(m.hazard(), None);
        cycle(&mut m, Some(2), Some((2, 1)));
        cycle(&mut m, Some(6), None);
        assert_eq!(m.hazard(), Some(Hazard::ReadMeetsWrite(2)), "the first one counts");
        let mut m = Memory::<true>::new(5, 8);
        cycle(&mut m, Some(5), None);
        assert_eq!(m.hazard(), Some(Hazard::OutOfRange(5)));
        let mut m = Memory::<true>::new(5, 8);
        cycle(&mut m, None, Some((7, 0)));
        assert_eq!(m.hazard(), Some(Hazard::OutOfRange(7)));
    }
}
