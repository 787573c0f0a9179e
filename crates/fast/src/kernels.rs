//! The two inner loops, and which implementation runs them. All give the same numbers.
use crate::block::{Block, Pair, Sums};
use crate::portable;
#[cfg(target_arch = "x86_64")]
use crate::x86::Avx2;

/// An implementation of the inner loops. None can be had that this processor does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernels(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
}

impl Kernels {
    /// Plain Rust, for every processor.
    pub fn portable() -> Self {
        Self(Kind::Portable)
    }
    /// AVX2, if this processor has it.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let found = Avx2::detect().map(|avx2| Self(Kind::Avx2(avx2)));
        #[cfg(not(target_arch = "x86_64"))]
        let found = None;
        found
    }
    /// The fastest one that this processor runs.
    pub fn best() -> Self {
        Self::avx2().unwrap_or_else(Self::portable)
    }
    /// All that this processor runs.
    pub fn available() -> Vec<Self> {
        std::iter::once(Self::portable()).chain(Self::avx2()).collect()
    }
    /// Its name, for reports.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
        }
    }

    /// `z_j = sum_i W[j, i] x_i` over the inputs in `pairs`; rows of `weights` are `sums.len()` blocks long.
    ///
    /// Exact as long as the sums of magnitudes fit 32 bits, which a checked configuration grants.
    ///
    /// # Panics
    /// If a pair has no row.
    pub(crate) fn multiply(self, weights: &[Block], pairs: &[Pair], sums: &mut [Sums]) {
        match self.0 {
            Kind::Portable => portable::multiply(weights, pairs, sums),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(avx2) => avx2.multiply(weights, pairs, sums),
        }
    }
    /// `W' = clamp(W + d_j u_i, -max, max)` for the `u` in `moves`, each in -128..=127; rows of `weights` are `d.len()`
    /// blocks long, and `d` is -1, 0 or 1.
    ///
    /// # Panics
    /// If a pair has no row.
    pub(crate) fn update(self, weights: &mut [Block], moves: &[Pair], d: &[Block], max: i16) {
        match self.0 {
            Kind::Portable => portable::update(weights, moves, d, max),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(avx2) => avx2.update(weights, moves, d, max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::NEURONS;

    /// Every u and d at every weight near zero and near both rails, for every width.
    #[test]
    fn update_is_the_clamped_sum_on_every_edge() {
        for kernels in Kernels::available() {
            for bits in 4..=16 {
                let max = ((1i32 << (bits - 1)) - 1) as i16;
                let near = [-max, 0, max]
                    .map(|w| (i32::from(w) - 140..=i32::from(w) + 140).filter(|w| w.abs() <= i32::from(max)));
                let mut weights: Vec<i16> = near.into_iter().flatten().map(|w| w as i16).collect();
                weights.sort_unstable();
                weights.dedup();
                for d in -1i16..=1 {
                    for u in -128i16..=127 {
                        let other = !u; // another value for the odd inputs, in range too
                        let mut blocks: Vec<Block> = weights
                            .chunks(2 * NEURONS)
                            .map(|c| Block(std::array::from_fn(|n| c.get(n).copied().unwrap_or(0))))
                            .collect();
                        let before = blocks.clone();
                        let teach = vec![Block([d; 16]); blocks.len()];
                        kernels.update(&mut blocks, &[Pair { at: 0, values: [u, other] }], &teach, max);
                        for (b, a) in before.iter().zip(&blocks) {
                            for n in 0..16 {
                                let u = i32::from(if n % 2 == 0 { u } else { other });
                                let exact = i32::from(b.0[n]) + i32::from(d) * u;
                                let expected = exact.clamp(-i32::from(max), i32::from(max));
                                assert_eq!(i32::from(a.0[n]), expected, "{kernels:?} {bits} bits, {} {d} {u}", b.0[n]);
                            }
                        }
                    }
                }
            }
        }
    }
    /// Each lane by itself, so that no two are exchanged; all lengths of rows around the tiles.
    #[test]
    fn each_input_and_neuron_has_its_weight() {
        for kernels in Kernels::available() {
            for row in 1..20 {
                let rows = 3;
                for lane in 0..rows * row * 2 * NEURONS {
                    let mut weights = vec![Block::default(); rows * row];
                    weights[lane / 16].0[lane % 16] = -32767;
                    let pairs: Vec<Pair> =
                        (0..rows as i16).map(|at| Pair { at: at as u32, values: [10 + at, 20 + at] }).collect();
                    let mut sums = vec![Sums([77; 8]); row];
                    kernels.multiply(&weights, &pairs, &mut sums);
                    let (at, neuron, side) = (lane / 16 / row, lane / 16 % row * 8 + lane % 16 / 2, lane % 2);
                    let x = i32::from(pairs[at].values[side]);
                    for (j, z) in sums.iter().flat_map(|s| s.0).enumerate() {
                        assert_eq!(z, if j == neuron { -32767 * x } else { 0 }, "{kernels:?} row {row} lane {lane}");
                    }
                }
            }
        }
    }
    /// The largest sums that a configuration allows: 16-bit weights, 510 inputs of -128 and the bias.
    #[test]
    fn sums_reach_the_rails_of_32_bits() {
        for kernels in Kernels::available() {
            let weights = vec![Block([32767; 16]); 256];
            let mut pairs: Vec<Pair> = (0..255).map(|at| Pair { at, values: [-128, -128] }).collect();
            pairs.push(Pair { at: 255, values: [-127, 0] });
            let mut sums = vec![Sums::default()];
            kernels.multiply(&weights, &pairs, &mut sums);
            assert_eq!(sums[0].0, [-32767 * (128 * 510 + 127); 8]);
        }
    }
}
