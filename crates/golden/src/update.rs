//! `W' = clamp(W + d_j u_i)` with `u_i = (x_i + r_i) >> s`: stochastic rounding, one draw an input.
use crate::random::Stream;
use drtp_core::fixed::WeightFormat;
use drtp_core::layout::WeightIndex;

/// A weight that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WeightWrite {
    /// Which weight.
    pub at: WeightIndex,
    /// Its value before.
    pub old: i32,
    /// Its value after; never equal to `old`.
    pub new: i32,
}

/// The updates `u_i` of one layer's inputs, `[N_{k-1} + 1]`. Zero inputs change nothing and draw no noise.
pub(crate) fn amounts(x: &[i32], shift: u32, noise: &mut Stream) -> Vec<i32> {
    x.iter().map(|x| if *x == 0 { 0 } else { (x + noise.draw(shift)) >> shift }).collect()
}

/// Applies `d` and `u` to the weights of layer `layer`; appends what changed to `writes`. Gives the number of updates
/// that went beyond the largest weight and were cut off.
pub(crate) fn apply(
    layer: usize,
    w: &mut [Vec<i32>],
    d: &[i32],
    u: &[i32],
    format: WeightFormat,
    writes: &mut Vec<WeightWrite>,
) -> u64 {
    let max = format.max();
    let mut saturations = 0;
    for (neuron, row) in w.iter_mut().enumerate() {
        for (input, weight) in row.iter_mut().enumerate() {
            let sum = *weight + d[neuron] * u[input];
            let new = sum.clamp(-max, max);
            saturations += u64::from(new != sum);
            if new != *weight {
                writes.push(WeightWrite { at: WeightIndex { layer, neuron, input }, old: *weight, new });
                *weight = new;
            }
        }
    }
    saturations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn update_saturates_symmetrically() {
        let format = WeightFormat { bits: 4, frac: 0 };
        let (mut w, mut writes) = (vec![vec![6, -7, 0], vec![-6, 7, 1]], vec![]);
        let saturations = apply(0, &mut w, &[1, -1], &[3, -5, 0], format, &mut writes);
        assert_eq!(w, [[7, -7, 0], [-7, 7, 1]]);
        assert_eq!(writes.len(), 2, "a saturated weight that stays is no write");
        assert_eq!(saturations, 4, "but an update that was cut off");
    }
    #[test]
    fn zero_inputs_draw_no_noise() {
        let (mut a, mut b) = (Stream::new(99), Stream::new(99));
        let u = amounts(&[0, 5, 0, -128], 7, &mut a);
        assert_eq!((u[0], u[2]), (0, 0));
        b.draw(7);
        b.draw(7);
        assert_eq!(a, b);
    }
    #[test]
    fn rounding_is_unbiased() {
        let (mut noise, mut sum) = (Stream::new(1), 0);
        let n = 100_000;
        for _ in 0..n {
            sum += amounts(&[37], 7, &mut noise)[0];
        }
        let mean = f64::from(sum) / f64::from(n);
        assert!((mean - 37.0 / 128.0).abs() < 0.01, "mean {mean}");
    }
}
