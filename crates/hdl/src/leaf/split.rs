//! The two halves of a word.
use crate::activity::Activity;
use crate::num::{num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `low` and `high` half of a word of `2 width` bits, combinational.
#[derive(SettlingBlock)]
pub struct Split {
    pub word: Signal<In, Uint>,
    pub low: Signal<Out, Uint>,
    pub high: Signal<Out, Uint>,
    _width: usize,
    _activity: Activity,
}
impl Split {
    pub fn new(width: usize) -> Self {
        Self { word: num(2 * width), low: num(width), high: num(width), _width: width, _activity: Default::default() }
    }
}
impl Logic for Split {
    #[inline(always)]
    fn update(&mut self) {
        let word = self.word.val().raw();
        self.low.next = Uint::new(word, self._width);
        self.high.next = Uint::new(word >> self._width, self._width);
    }
    fn connect(&mut self) {
        self.low.connect();
        self.high.connect();
    }
    fn hdl(&self) -> Verilog {
        let w = self._width;
        let range = |top: usize, low: usize| match w {
            1 => format!("[{low}]"),
            _ => format!("[{top}:{low}]"),
        };
        Verilog::Custom(format!(
            "//@module split\n//@inline\n//@doc The two halves of a word.\nassign low = word{};\nassign high = word{};\n",
            range(w - 1, 0),
            range(2 * w - 1, w)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_make_up_the_word() {
        for width in [1, 3, 8] {
            let mut leaf = Split::new(width);
            for word in 0..1i64 << (2 * width) {
                leaf.word.next = Uint::new(word, 2 * width);
                assert!(simulate(&mut leaf, 5));
                let half = 1 << width;
                let got = (leaf.high.val(), leaf.low.val());
                assert_eq!(got, (Uint::new(word / half, width), Uint::new(word % half, width)));
            }
        }
    }
}
