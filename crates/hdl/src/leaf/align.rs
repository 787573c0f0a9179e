//! Weights of two widths in one datapath: the narrower ones moved up, so that all overflow at the same bit.
use crate::activity::Activity;
use crate::num::{num, Sint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `y = x * 2^gap`, `gap` bits wider than `x`.
#[derive(SettlingBlock)]
pub struct Raise {
    pub x: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    _gap: usize,
    _activity: Activity,
}
impl Raise {
    /// Of numbers of `width` bits.
    pub fn new(width: usize, gap: usize) -> Self {
        Self { x: num(width), y: num(width + gap), _gap: gap, _activity: Default::default() }
    }
}
impl Logic for Raise {
    #[inline(always)]
    fn update(&mut self) {
        let x = self.x.val();
        self.y.next = Sint::new(x.raw() << self._gap, x.width() + self._gap);
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        let y = match self._gap {
            0 => "x".to_string(),
            gap => format!("{{x, {gap}'d0}}"),
        };
        Verilog::Custom(format!("//@module raise\n//@inline\nassign y = {y};\n"))
    }
}

/// `y = x / 2^gap`, rounded down, `gap` bits narrower than `x`.
#[derive(SettlingBlock)]
pub struct Lower {
    pub x: Signal<In, Sint>,
    pub y: Signal<Out, Sint>,
    _gap: usize,
    _activity: Activity,
}
impl Lower {
    /// Of numbers of `width` bits.
    pub fn new(width: usize, gap: usize) -> Self {
        Self { x: num(width), y: num(width - gap), _gap: gap, _activity: Default::default() }
    }
}
impl Logic for Lower {
    #[inline(always)]
    fn update(&mut self) {
        let x = self.x.val();
        self.y.next = Sint::new(x.raw() >> self._gap, x.width() - self._gap);
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        let top = self.x.val().width() - 1;
        let text = match self._gap {
            0 => "assign y = x;\n".to_string(),
            1 => format!("wire unused_low = x[0];\nassign y = x[{top}:1];\n"),
            gap => format!("wire [{}:0] unused_low = x[{}:0];\nassign y = x[{top}:{gap}];\n", gap - 1, gap - 1),
        };
        Verilog::Custom(format!("//@module lower\n//@inline\n{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_down_again() {
        for gap in [0, 1, 4] {
            let (mut up, mut down) = (Raise::new(8, gap), Lower::new(8 + gap, gap));
            for x in -128i64..128 {
                up.x.next = Sint::new(x, 8);
                assert!(simulate(&mut up, 5));
                assert_eq!(up.y.val(), Sint::new(x * (1 << gap), 8 + gap));
                for low in 0..1i64 << gap {
                    down.x.next = Sint::new(x * (1 << gap) + low, 8 + gap);
                    assert!(simulate(&mut down, 5));
                    assert_eq!(down.y.val(), Sint::new(x, 8));
                }
            }
        }
    }
}
