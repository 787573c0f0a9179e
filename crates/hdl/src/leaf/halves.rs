//! Two weights in one word, or one: how a word of the single-port memory holds what lanes carry.
//!
//! Lanes carry every weight moved up to the top bit of the output weights, which are the wider ones: its upper 8 bits are
//! all of a hidden weight. So a word's upper half is the same in both uses, and only its lower half has two meanings:
//!
//! | | bits 15 to 8 | bits 7 to 0 |
//! |---|---|---|
//! | hidden | second neuron's weight | first neuron's weight |
//! | output | upper 8 bits of the weight | its lower bits, at the top |
use crate::activity::Activity;
use crate::leaf::Spram;
use crate::num::{num, Sint, Uint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// The weight in a word, moved up, combinational. `whole`: an output weight; else `second` tells which half.
#[derive(SettlingBlock)]
pub struct Unpack {
    pub word: Signal<In, Uint>,
    pub whole: Signal<In, Bit>,
    pub second: Signal<In, Bit>,
    pub weight: Signal<Out, Sint>,
    _bits: usize,
    _activity: Activity,
}
impl Unpack {
    pub fn new(design: &Design) -> Self {
        let bits = design.weight_bits();
        Self {
            word: num(Spram::WORD_BITS),
            whole: Default::default(),
            second: Default::default(),
            weight: num(bits),
            _bits: bits,
            _activity: Default::default(),
        }
    }
}
impl Logic for Unpack {
    #[inline(always)]
    fn update(&mut self) {
        let (word, low) = (self.word.val().raw(), self._bits - 8);
        let upper = if self.whole.val() || self.second.val() { word >> 8 } else { word & 0xFF };
        let lower = if self.whole.val() { (word & 0xFF) >> (8 - low) } else { 0 };
        self.weight.next = Sint::new(upper << low | lower, self._bits);
    }
    fn connect(&mut self) {
        self.weight.connect();
    }
    fn hdl(&self) -> Verilog {
        let low = self._bits - 8;
        let lower = match low {
            0 => String::new(),
            1 => ", whole & word[7]".into(),
            _ => format!(", {{{low}{{whole}}}} & word[7:{}]", 8 - low),
        };
        Verilog::Custom(format!(
            "//@module unpack\n//@inline\nassign weight = {{whole | second ? word[15:8] : word[7:0]{lower}}};\n"
        ))
    }
}

/// The word to write, combinational: `last` in its upper half; below it `first`, or with `whole` the rest of `last`.
#[derive(SettlingBlock)]
pub struct Pack {
    pub last: Signal<In, Sint>,
    /// The upper 8 bits of a moved up weight.
    pub first: Signal<In, Uint>,
    pub whole: Signal<In, Bit>,
    pub word: Signal<Out, Uint>,
    _bits: usize,
    _activity: Activity,
}
impl Pack {
    pub fn new(design: &Design) -> Self {
        let bits = design.weight_bits();
        Self {
            last: num(bits),
            first: num(8),
            whole: Default::default(),
            word: num(Spram::WORD_BITS),
            _bits: bits,
            _activity: Default::default(),
        }
    }
}
impl Logic for Pack {
    #[inline(always)]
    fn update(&mut self) {
        let low = self._bits - 8;
        let last = self.last.val().raw() & ((1 << self._bits) - 1);
        let rest = last << (8 - low) & 0xFF;
        let lower = if self.whole.val() { rest } else { self.first.val().raw() };
        self.word.next = Uint::new(last >> low << 8 | lower, Spram::WORD_BITS);
    }
    fn connect(&mut self) {
        self.word.connect();
    }
    fn hdl(&self) -> Verilog {
        let (low, top) = (self._bits - 8, self._bits - 1);
        let rest = match low {
            0 => "8'd0".into(),
            8 => "last[7:0]".into(),
            1 => "{last[0], 7'd0}".into(),
            n => format!("{{last[{}:0], {}'d0}}", n - 1, 8 - n),
        };
        Verilog::Custom(format!(
            "//@module pack\n//@inline\nassign word = {{last[{top}:{low}], whole ? {rest} : first}};\n"
        ))
    }
}
