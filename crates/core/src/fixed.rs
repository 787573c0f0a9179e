//! Number formats: activations, and weights whose width and binary point are chosen at run time.
use ::fixed::types::I1F7;
use num_traits::{AsPrimitive, PrimInt};

/// An activation: signed 8 bit, value `x / 128`, in [-1, 1).
pub type Activation = I1F7;
/// Bits of an activation.
pub const ACTIVATION_BITS: usize = 8;
/// The bias input: the largest activation, as input `i = N_{k-1}` of every layer, always the last.
pub const BIAS: i8 = 127;
/// Largest magnitude that an engine produces as an activation; -128 can only come from outside.
pub const ACTIVATION_MAX: i32 = 127;

/// A weight's format: `bits` wide, signed, symmetric range, value `raw / 2^frac`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightFormat {
    /// Width in bits, 4 to 16.
    pub bits: u32,
    /// Bits behind the binary point (`wf`), 0 to 15; it may exceed `bits`.
    pub frac: u32,
}

impl WeightFormat {
    /// Largest weight, `2^(bits-1) - 1`; the smallest is its negative.
    ///
    /// ```
    /// # use drtp_core::fixed::WeightFormat;
    /// assert_eq!(WeightFormat { bits: 8, frac: 9 }.max(), 127);
    /// ```
    pub fn max(self) -> i32 {
        (1 << (self.bits - 1)) - 1
    }
    /// Whether `raw` is a weight of this format.
    pub fn holds<T: PrimInt + AsPrimitive<i64>>(self, raw: T) -> bool {
        AsPrimitive::<i64>::as_(raw).abs() <= i64::from(self.max())
    }
    /// The real value of `raw`.
    ///
    /// ```
    /// # use drtp_core::fixed::WeightFormat;
    /// assert_eq!(WeightFormat { bits: 8, frac: 9 }.value(-128), -0.25);
    /// ```
    pub fn value<T: PrimInt + AsPrimitive<f64>>(self, raw: T) -> f64 {
        AsPrimitive::<f64>::as_(raw) / f64::from(1u32 << self.frac)
    }
}

/// Bits of the smallest two's complement number that holds every value in `-magnitude..=magnitude`.
///
/// ```
/// # use drtp_core::fixed::signed_bits;
/// assert_eq!((signed_bits(127), signed_bits(128)), (8, 9));
/// ```
pub fn signed_bits(magnitude: u64) -> usize {
    65 - magnitude.leading_zeros() as usize
}
/// Bits of the smallest unsigned number that holds `max`; at least 1.
pub fn unsigned_bits(max: usize) -> usize {
    (usize::BITS - max.leading_zeros()).max(1) as usize
}
/// Bits of an address of `depth` words; at least 1.
///
/// ```
/// # use drtp_core::fixed::address_bits;
/// assert_eq!((address_bits(1), address_bits(16), address_bits(17)), (1, 4, 5));
/// ```
pub fn address_bits(depth: usize) -> usize {
    unsigned_bits(depth.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activation_is_a_signed_fraction_of_128() {
        assert_eq!(Activation::from_bits(BIAS).to_num::<f64>(), 127.0 / 128.0);
        assert_eq!(Activation::MIN.to_num::<f64>(), -1.0);
    }
    #[test]
    fn weight_range_is_symmetric() {
        for bits in 4..=16 {
            let f = WeightFormat { bits, frac: 9 };
            assert!(f.holds(f.max()) && f.holds(-f.max()) && !f.holds(-f.max() - 1) && !f.holds(f.max() + 1));
        }
    }
    #[test]
    fn signed_bits_is_tight() {
        for m in 0..5000u64 {
            let b = signed_bits(m);
            assert!((m as i64) < 1i64 << (b - 1));
            assert!(b == 1 || m as i64 > (1i64 << (b - 2)) - 1);
        }
    }
}
