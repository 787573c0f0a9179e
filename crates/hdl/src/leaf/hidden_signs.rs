//! The teaching signal of a slice of hidden neurons: `d = g sign(B[c] - B[p])`, from the projection streams.
use crate::activity::Activity;
use crate::num::{num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `d_j` of `slice` neurons as two bits each, combinational.
///
/// `target` and `rival` are the newest bits of the two streams: binary, the last neuron's bit is bit 0 and the first
/// one's is bit `slice - 1`; ternary, two bits a neuron, the earlier one above. Without `contrast` the rival counts as 0.
#[derive(SettlingBlock)]
pub struct HiddenSigns {
    pub target: Signal<In, Uint>,
    pub rival: Signal<In, Uint>,
    pub ternary: Signal<In, Bit>,
    pub contrast: Signal<In, Bit>,
    /// Derivatives g, neuron l in bit l.
    pub derivative: Signal<In, Uint>,
    /// d != 0 and d < 0, neuron l in bit l.
    pub some: Signal<Out, Uint>,
    pub negative: Signal<Out, Uint>,
    _slice: usize,
    _activity: Activity,
}
impl HiddenSigns {
    pub fn new(slice: usize) -> Self {
        Self {
            target: num(2 * slice),
            rival: num(2 * slice),
            ternary: Default::default(),
            contrast: Default::default(),
            derivative: num(slice),
            some: num(slice),
            negative: num(slice),
            _slice: slice,
            _activity: Default::default(),
        }
    }
    fn entry(stream: i64, ternary: bool, from_end: usize) -> i64 {
        match ternary {
            false => (stream >> from_end & 1) * 2 - 1,
            true => match stream >> (2 * from_end) & 3 {
                0 => -1,
                3 => 1,
                _ => 0,
            },
        }
    }
}
impl Logic for HiddenSigns {
    fn update(&mut self) {
        let (target, rival, ternary) = (self.target.val().raw(), self.rival.val().raw(), self.ternary.val());
        let (mut some, mut negative) = (0, 0);
        for l in 0..self._slice {
            let from_end = self._slice - 1 - l;
            let of_rival = if self.contrast.val() { Self::entry(rival, ternary, from_end) } else { 0 };
            let difference = Self::entry(target, ternary, from_end) - of_rival;
            some |= i64::from(difference != 0 && self.derivative.val().get_bit(l)) << l;
            negative |= i64::from(difference < 0) << l;
        }
        self.some.next = Uint::new(some, self._slice);
        self.negative.next = Uint::new(negative, self._slice);
    }
    fn connect(&mut self) {
        self.some.connect();
        self.negative.connect();
    }
    fn hdl(&self) -> Verilog {
        let s = self._slice;
        let bit = |neuron: &str| match s {
            1 => String::new(),
            _ => format!("[{neuron}]"),
        };
        let plain = bit("l");
        Verilog::Custom(format!(
            "\
//@module hidden_signs
//@inline
//@doc d = g * sign(B[target] - B[rival]) of {s} neuron(s), from the newest bits of the projection streams.
//@doc Binary: one bit a neuron, 1 is +1. Ternary: two bits, 11 is +1, 00 is -1. The last neuron's bits are the lowest.
genvar l;
generate
    for (l = 0; l < {s}; l = l + 1) begin : neuron
        wire [1:0] t = ternary ? target[{twice} - 2 * l +: 2] : {{2{{target[{once} - l]}}}};
        wire [1:0] r = ternary ? rival[{twice} - 2 * l +: 2] : {{2{{rival[{once} - l]}}}};
        wire above = (&t && !(contrast && &r)) || (contrast && |t && ~|r);
        wire below = (~|t && !(contrast && ~|r)) || (contrast && !(&t) && &r);
        assign some{plain} = derivative{plain} && (above || below);
        assign negative{plain} = below;
    end
endgenerate
",
            twice = 2 * s - 2,
            once = s - 1
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits of a stream in the order in which they are drawn, and the register's low end after them.
    fn draw(code: u64, bits: usize) -> (Vec<i64>, i64) {
        let drawn: Vec<i64> = (0..bits).map(|i| (code >> i & 1) as i64).collect();
        let state = drawn.iter().fold(0, |state, bit| state << 1 | bit);
        (drawn, state)
    }
    /// B of neuron `j`: bit j of the stream; ternary, bits 2j and 2j + 1, 00 is -1 and 11 is +1.
    fn entry(drawn: &[i64], ternary: bool, j: usize) -> i64 {
        match ternary {
            false => 2 * drawn[j] - 1,
            true => drawn[2 * j] + drawn[2 * j + 1] - 1,
        }
    }
    fn check(leaf: &mut HiddenSigns, (target, rival): (u64, u64), ternary: bool, contrast: bool, g: u64) {
        let slice = leaf._slice;
        let bits = if ternary { 2 * slice } else { slice };
        let (target, target_state) = draw(target, bits);
        let (rival, rival_state) = draw(rival, bits);
        leaf.target.next = Uint::new(target_state, 2 * slice);
        leaf.rival.next = Uint::new(rival_state, 2 * slice);
        leaf.ternary.next = ternary;
        leaf.contrast.next = contrast;
        leaf.derivative.next = Uint::new(g as i64, slice);
        assert!(simulate(leaf, 5));
        for j in 0..slice {
            let of_rival = if contrast { entry(&rival, ternary, j) } else { 0 };
            let d = (g >> j & 1) as i64 * (entry(&target, ternary, j) - of_rival).signum();
            let (some, negative) = (leaf.some.val().get_bit(j), leaf.negative.val().get_bit(j));
            // `negative` means nothing beside a zero
            let got = i64::from(some) * if negative { -1 } else { 1 };
            assert_eq!(got, d, "neuron {j} of {target:?} against {rival:?}, ternary {ternary}, contrast {contrast}");
        }
    }

    #[test]
    fn three_neurons_of_every_pair_of_streams() {
        let mut leaf = HiddenSigns::new(3);
        for code in 0..1u64 << 14 {
            let (streams, ternary, contrast) = ((code & 63, code >> 6 & 63), code >> 12 & 1 != 0, code >> 13 != 0);
            for g in [7, code % 8] {
                check(&mut leaf, streams, ternary, contrast, g);
            }
        }
    }
    #[test]
    fn sixteen_neurons_of_random_streams() {
        let mut leaf = HiddenSigns::new(16);
        let mut state = 1u64;
        for n in 0..20_000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let (a, b) = (state >> 32, (state ^ state << 13) >> 32);
            check(&mut leaf, (a, b), n & 1 != 0, n & 2 != 0, state >> 20 & 0xffff);
        }
    }
}
