//! The next byte of a beat that makes an event.
use crate::activity::Activity;
use crate::num::{num, Sint, Uint};
use drtp_core::fixed::ACTIVATION_BITS;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Of the bytes that wait, the lowest one that is not zero in the present or in the previous beat; combinational.
///
/// `rest` are the bytes behind it that are not zero either. Without any, `some` is low and `rest` 0.
#[derive(SettlingBlock)]
pub struct Pick {
    /// One or four bytes, the first one lowest.
    pub present: Signal<In, Uint>,
    pub previous: Signal<In, Uint>,
    /// A bit for each byte.
    pub waiting: Signal<In, Uint>,
    pub some: Signal<Out, Bit>,
    /// Which byte.
    pub byte_at: Signal<Out, Uint>,
    pub x: Signal<Out, Sint>,
    pub x_previous: Signal<Out, Sint>,
    pub rest: Signal<Out, Uint>,
    _bytes: usize,
    _activity: Activity,
}
impl Pick {
    fn place_bits(bytes: usize) -> usize {
        if bytes == 1 {
            1
        } else {
            2
        }
    }
    pub fn new(bytes: usize) -> Self {
        Self {
            present: num(8 * bytes),
            previous: num(8 * bytes),
            waiting: num(bytes),
            some: Default::default(),
            byte_at: num(Self::place_bits(bytes)),
            x: num(ACTIVATION_BITS),
            x_previous: num(ACTIVATION_BITS),
            rest: num(bytes),
            _bytes: bytes,
            _activity: Default::default(),
        }
    }
}
impl Logic for Pick {
    fn update(&mut self) {
        let (present, previous) = (self.present.val().raw(), self.previous.val().raw());
        let either = present | previous;
        let full = |b: &usize| self.waiting.val().get_bit(*b) && either >> (8 * b) & 0xff != 0;
        let full: Vec<usize> = (0..self._bytes).filter(full).collect();
        let at = full.first().copied().unwrap_or(0);
        self.some.next = !full.is_empty();
        self.byte_at.next = Uint::new(at as i64, Self::place_bits(self._bytes));
        self.x.next = Sint::new(present >> (8 * at), 8);
        self.x_previous.next = Sint::new(previous >> (8 * at), 8);
        self.rest.next = Uint::new(full.iter().skip(1).fold(0, |m, b| m | 1 << b), self._bytes);
    }
    fn connect(&mut self) {
        self.some.connect();
        self.byte_at.connect();
        self.x.connect();
        self.x_previous.connect();
        self.rest.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(match self._bytes {
            1 => "\
//@module pick
//@inline
//@doc Whether the byte makes an event: it waits, and is not zero now or was not zero before.
assign some = waiting && (present | previous) != 8'd0;
assign byte_at = 1'b0;
assign x = present;
assign x_previous = previous;
assign rest = 1'b0;
"
            .into(),
            _ => "\
//@module pick
//@inline
//@doc The lowest waiting byte of a beat that makes an event: not zero now, or not zero before. rest: those behind it.
wire [31:0] either = present | previous;
wire [3:0] full = waiting & {|either[31:24], |either[23:16], |either[15:8], |either[7:0]};
wire [3:0] lowest = full & (~full + 4'd1);
assign some = |full;
assign byte_at = {lowest[3] | lowest[2], lowest[3] | lowest[1]};
assign x = present[8 * byte_at +: 8];
assign x_previous = previous[8 * byte_at +: 8];
assign rest = full & ~lowest;
"
            .into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_one_after_the_other() {
        let mut leaf = Pick::new(4);
        leaf.present.next = Uint::new(0x8000_0001, 32);
        leaf.previous.next = Uint::new(0x0000_7f00, 32);
        let mut waiting = 0b1111;
        let mut seen = vec![];
        loop {
            leaf.waiting.next = Uint::new(waiting, 4);
            assert!(simulate(&mut leaf, 5));
            if !leaf.some.val() {
                break;
            }
            seen.push((leaf.byte_at.val().raw(), leaf.x.val().raw(), leaf.x_previous.val().raw()));
            waiting = leaf.rest.val().raw();
        }
        assert_eq!(seen, [(0, 1, 0), (1, 0, 127), (3, -128, 0)]);
    }
}
