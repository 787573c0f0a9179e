//! The whole learning datapath of a lane: `clamp(w + d u)` for a ternary `d`.
use crate::activity::Activity;
use crate::num::{num, Sint};
use drtp_core::fixed::{WeightFormat, ACTIVATION_BITS};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `result = clamp(w + d u, -max, max)`, combinational, with `d` = 0, +1 or -1 by `apply` and `negate`.
///
/// `max` is that of the hidden weights, or of the output weights if `output_layer`. Without `apply`, `result` is `w`.
#[derive(SettlingBlock)]
pub struct SaturatingAdd {
    pub w: Signal<In, Sint>,
    pub u: Signal<In, Sint>,
    pub apply: Signal<In, Bit>,
    pub negate: Signal<In, Bit>,
    pub output_layer: Signal<In, Bit>,
    pub result: Signal<Out, Sint>,
    /// The sum was cut off.
    pub saturates: Signal<Out, Bit>,
    _width: usize,
    _hidden_max: i64,
    _output_max: i64,
    _activity: Activity,
}
impl SaturatingAdd {
    /// For hidden and output weights of these widths; `w` and `result` have the larger one.
    pub fn new(hidden_bits: usize, output_bits: usize) -> Self {
        let width = hidden_bits.max(output_bits);
        let max = |bits: usize| i64::from(WeightFormat { bits: bits as u32, frac: 0 }.max());
        Self {
            w: num(width),
            u: num(ACTIVATION_BITS),
            apply: Default::default(),
            negate: Default::default(),
            output_layer: Default::default(),
            result: num(width),
            saturates: Default::default(),
            _width: width,
            _hidden_max: max(hidden_bits),
            _output_max: max(output_bits),
            _activity: Default::default(),
        }
    }
}
impl Logic for SaturatingAdd {
    #[inline(always)]
    fn update(&mut self) {
        let (w, u) = (self.w.val().raw(), self.u.val().raw());
        let max = if self.output_layer.val() { self._output_max } else { self._hidden_max };
        let sum = if self.negate.val() { w - u } else { w + u };
        let next = if self.apply.val() { sum.clamp(-max, max) } else { w };
        self.result.next = Sint::new(next, self._width);
        self.saturates.next = self.apply.val() && next != sum;
    }
    fn connect(&mut self) {
        self.result.connect();
        self.saturates.connect();
    }
    fn hdl(&self) -> Verilog {
        let (top, wide) = (self._width - 1, self._width + 1);
        let gap = wide - ACTIVATION_BITS;
        let (hidden, output) = (self._hidden_max, self._output_max);
        let limits = match hidden == output {
            true => format!("wire signed [{0}:0] max = {wide}'sd{output};\nwire unused = output_layer;\n", wide - 1),
            false => {
                format!("wire signed [{0}:0] max = output_layer ? {wide}'sd{output} : {wide}'sd{hidden};\n", wide - 1)
            }
        };
        Verilog::Custom(format!(
            "\
//@module saturating_add
//@inline
//@bypass apply result=w saturates=0
//@doc result = w + d * u for d = 0, +1 or -1 (apply, negate), clamped to the symmetric range of the layer's weights.
wire signed [{0}:0] w_wide = {{w[{top}], w}};
wire signed [{0}:0] u_wide = {{{{{gap}{{u[{1}]}}}}, u}};
wire signed [{0}:0] sum = negate ? w_wide - u_wide : w_wide + u_wide;
{limits}wire above = sum > max;
wire below = sum < -max;
wire signed [{0}:0] clamped = above ? max : below ? -max : sum;
wire unused_carry = clamped[{0}]; // equal to the sign below it once clamped
assign result = apply ? clamped[{top}:0] : w;
assign saturates = apply && (above || below);
",
            wide - 1,
            ACTIVATION_BITS - 1
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `W' = clamp(W + d u, -Wmax, Wmax)`, with `Wmax = 2^(bits - 1) - 1` of the layer's weights.
    fn check(leaf: &mut SaturatingAdd, bits: [i64; 2], w: i64, u: i64) {
        for flags in 0..8 {
            let (apply, negate, output) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
            leaf.w.next = Sint::new(w, leaf._width);
            leaf.u.next = Sint::new(u, ACTIVATION_BITS);
            leaf.apply.next = apply;
            leaf.negate.next = negate;
            leaf.output_layer.next = output;
            assert!(simulate(leaf, 5));
            let max = 2i64.pow(bits[usize::from(output)] as u32 - 1) - 1;
            let d = if negate { -1 } else { 1 };
            let expected = if apply { (w + d * u).min(max).max(-max) } else { w };
            assert_eq!(leaf.saturates.val(), apply && expected != w + d * u, "{w} and {u}");
            assert_eq!(leaf.result.val().raw(), expected, "{w} and {u}, {apply} {negate} {output}, {bits:?} bits");
        }
    }
    #[test]
    fn every_weight_and_update_of_narrow_weights() {
        for bits in [[4, 8], [8, 8], [8, 4]] {
            let mut leaf = SaturatingAdd::new(bits[0] as usize, bits[1] as usize);
            for w in -128..128 {
                for u in -128..128 {
                    check(&mut leaf, bits, w, u);
                }
            }
        }
    }
    #[test]
    fn both_ends_of_wide_weights() {
        for bits in [[8, 12], [12, 16], [5, 9], [12, 8]] {
            let mut leaf = SaturatingAdd::new(bits[0] as usize, bits[1] as usize);
            let (least, most) = (-1i64 << (leaf._width - 1), (1i64 << (leaf._width - 1)) - 1);
            for u in -128..128 {
                (0..260).for_each(|n| check(&mut leaf, bits, (least + n).min(most), u));
                (0..260).for_each(|n| check(&mut leaf, bits, (most - n).max(least), u));
            }
        }
    }
}
