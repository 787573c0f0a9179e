//! Random numbers that are the same for a seed on every machine.
//!
//! One seed gives a trial all it needs; each purpose has a stream of its own (xoshiro256**, 2^192 draws apart), so that
//! two rules of one trial start from equal weights and see equal batches, whatever else they draw.
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256StarStar;

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights.
    Weights,
    /// Fixed projections and feedback weights.
    Feedback,
    /// Order of the samples.
    Order,
    /// Dropped inputs.
    Dropout,
    /// Generated data.
    Data,
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Random {
    rng: Xoshiro256StarStar,
    spare: Option<f64>,
}

impl Random {
    /// The stream of a seed for one purpose.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mut rng = Xoshiro256StarStar::seed_from_u64(seed);
        (0..purpose as usize).for_each(|_| rng.long_jump());
        Self { rng, spare: None }
    }

    /// Uniform in `[0, 1)`, a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `[-bound, bound)`.
    pub fn symmetric(&mut self, bound: f64) -> f64 {
        bound * (2.0 * self.unit() - 1.0)
    }

    /// Normal of mean 0 and variance 1 (Box and Muller 1958, both values of a pair are used).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 - u is never 0, so the logarithm is finite
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * self.unit()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// A word for a generator that shuffles ([`drtp_data::Shuffle`]).
    pub fn word(&mut self) -> u64 {
        self.rng.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_give_one_stream() {
        let draw = |seed, purpose| {
            let mut r = Random::new(seed, purpose);
            (0..20).map(|_| r.word()).collect::<Vec<_>>()
        };
        assert_eq!(draw(3, Purpose::Weights), draw(3, Purpose::Weights));
        assert_ne!(draw(3, Purpose::Weights), draw(4, Purpose::Weights));
        assert_ne!(draw(3, Purpose::Weights), draw(3, Purpose::Feedback));
    }

    /// 40,000 draws: mean within 5 standard errors of 0, variance and the share within one deviation as they should be.
    #[test]
    fn normal_has_its_moments() {
        let mut r = Random::new(1, Purpose::Data);
        let draws: Vec<f64> = (0..40_000).map(|_| r.normal()).collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let variance = draws.iter().map(|d| d * d).sum::<f64>() / n;
        let inside = draws.iter().filter(|d| d.abs() < 1.0).count() as f64 / n;
        assert!(mean.abs() < 0.025, "{mean}");
        assert!((variance - 1.0).abs() < 0.036, "{variance}");
        assert!((inside - 0.6827).abs() < 0.012, "{inside}");
    }

    #[test]
    fn uniform_stays_in_bounds() {
        let mut r = Random::new(9, Purpose::Weights);
        let draws: Vec<f64> = (0..1000).map(|_| r.symmetric(0.25)).collect();
        assert!(draws.iter().all(|d| (-0.25..0.25).contains(d)));
        assert!(draws.iter().any(|d| *d < -0.2) && draws.iter().any(|d| *d > 0.2));
    }
}
