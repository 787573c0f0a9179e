//! The symmetric range of the weights.
use crate::activity::Activity;
use crate::num::{num, Sint};
use drtp_core::Design;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// `result = clamp(sum, -max, max)`, combinational, with `max` of the hidden or of the output weights.
///
/// Weights are moved up to one top bit ([`Design::weight_gap`]), and so is `max`: a sum is beyond its range where the bits
/// from that one up differ, or where it is the one negative number without a positive one.
#[derive(SettlingBlock)]
pub struct Clamp {
    pub sum: Signal<In, Sint>,
    pub output_layer: Signal<In, Bit>,
    pub result: Signal<Out, Sint>,
    /// The sum was cut off at the top, at the bottom.
    pub above: Signal<Out, Bit>,
    pub below: Signal<Out, Bit>,
    _hidden_max: i64,
    _output_max: i64,
    _activity: Activity,
}
impl Clamp {
    pub fn new(design: &Design) -> Self {
        Self {
            sum: num(design.update_bits() + 1),
            output_layer: Default::default(),
            result: num(design.weight_bits()),
            above: Default::default(),
            below: Default::default(),
            _hidden_max: Self::max(design, false),
            _output_max: Self::max(design, true),
            _activity: Default::default(),
        }
    }
    /// The largest weight, moved up.
    pub fn max(design: &Design, output: bool) -> i64 {
        let bits = if output { design.output_bits } else { design.hidden_bits };
        ((1 << (bits - 1)) - 1) << design.weight_gap(output)
    }
}
impl Logic for Clamp {
    #[inline(always)]
    fn update(&mut self) {
        let (sum, width) = (self.sum.val().raw(), self.result.val().width());
        let max = if self.output_layer.val() { self._output_max } else { self._hidden_max };
        let least = -(1 << (width - 1));
        self.above.next = sum >= -least;
        self.below.next = sum <= least;
        self.result.next = match (sum >= -least, sum <= least) {
            (true, _) => Sint::new(max, width),
            (_, true) => Sint::new(-max, width),
            _ => Sint::new(sum, width),
        };
    }
    fn connect(&mut self) {
        self.result.connect();
        self.above.connect();
        self.below.connect();
    }
    fn hdl(&self) -> Verilog {
        let (n, top) = (self.result.val().width(), self.sum.val().width() - 1);
        let (hidden, output) = (self._hidden_max, self._output_max);
        let max = match hidden == output {
            true => format!("wire signed [{0}:0] max = {n}'sd{output};\nwire unused_layer = output_layer;\n", n - 1),
            false => {
                format!("wire signed [{0}:0] max = output_layer ? {n}'sd{output} : {n}'sd{hidden};\n", n - 1)
            }
        };
        Verilog::Custom(format!(
            "\
//@module clamp
//@inline
//@doc result = sum, clamped to the symmetric range of the layer's weights.
{max}assign above = !sum[{top}] && (|sum[{beyond}:{sign}]);
assign below = sum[{top}] && (!(&sum[{beyond}:{sign}]) || !(|sum[{rest}:0]));
assign result = above ? max : below ? -max : sum[{sign}:0];
",
            beyond = top - 1,
            sign = n - 1,
            rest = n - 2,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::Config;

    #[test]
    fn every_sum_of_either_layer() {
        for (hidden, output) in [(4, 8), (8, 8), (8, 12), (12, 8), (5, 9)] {
            let mut design = Config::with_layers(4, &[4, 4, 2]).expect("a small core").design().clone();
            (design.hidden_bits, design.output_bits) = (hidden, output);
            let mut leaf = Clamp::new(&design);
            let bits = design.update_bits() + 1;
            for is_output in [false, true] {
                let gap = design.weight_gap(is_output);
                let max = (1i64 << ((if is_output { output } else { hidden }) - 1)) - 1;
                // sums of moved-up numbers: their low bits are zero
                for sum in -(1i64 << (bits - 1 - gap))..1 << (bits - 1 - gap) {
                    leaf.sum.next = Sint::new(sum << gap, bits);
                    leaf.output_layer.next = is_output;
                    assert!(simulate(&mut leaf, 5));
                    let expected = Sint::new(sum.clamp(-max, max) << gap, design.weight_bits());
                    let got = (leaf.result.val(), leaf.above.val(), leaf.below.val());
                    assert_eq!(got, (expected, sum > max, sum < -max), "{sum} of {hidden}, {output} bits");
                }
            }
        }
    }
}
