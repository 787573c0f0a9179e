//! Numbers whose width is chosen at run time: one Rust type for every configuration.
//!
//! rust-hdl's own `Bits<N>` and `Signed<N>` fix the width in the type, so each lane count and weight width would be a
//! copy of the engine to compile. A [`Num`] carries its width beside its value: the simulation wraps at that width, and
//! the printer asks each signal for it through [`Synth::vcd`].
//!
//! INVARIANT: operands of one operator have the same width and signedness; an operator's result has that width too.
//! Widths change only in [`bit_cast_to`]. Both are asserted, in release builds too: it costs nothing that can be measured.
use rust_hdl::prelude::*;
use std::ops::{Add, BitAnd, BitOr, BitXor, Not, Shl, Shr, Sub};

/// Two's complement number of 1 to 63 bits, wrapping; `SIGNED` says how it compares, extends and shifts.
#[derive(Copy, Clone, PartialEq, PartialOrd, Debug, Default)]
pub struct Num<const SIGNED: bool> {
    raw: i64,
    /// 0: never given a width; such a value must not reach an operator.
    width: u8,
}

/// Unsigned number of a run-time width.
pub type Uint = Num<false>;
/// Signed number of a run-time width.
pub type Sint = Num<true>;

impl<const SIGNED: bool> Num<SIGNED> {
    /// Widest number: one bit below the carrier's, so that unsigned values compare as `i64`.
    pub const MAX_BITS: usize = 63;

    /// `raw` wrapped to `width` bits.
    #[inline(always)]
    pub fn new(raw: i64, width: usize) -> Self {
        if !(1..=Self::MAX_BITS).contains(&width) {
            refuse_width(width);
        }
        let gap = 64 - width;
        let top = raw << gap;
        let raw = if SIGNED { top >> gap } else { ((top as u64) >> gap) as i64 };
        Self { raw, width: width as u8 }
    }
    /// The value: sign-extended or zero-extended according to the type.
    #[inline(always)]
    pub fn raw(self) -> i64 {
        self.raw
    }
    /// Bits; 0 if it was never given a width.
    #[inline(always)]
    pub fn width(self) -> usize {
        self.width as usize
    }
    /// The value as an index; only for non-negative numbers.
    #[inline(always)]
    pub fn index(self) -> usize {
        self.raw as usize
    }
    /// The bit `at`, 0 the lowest.
    ///
    /// # Panics
    /// If it has no such bit.
    #[inline(always)]
    pub fn get_bit(self, at: usize) -> bool {
        if at >= self.width() {
            refuse_bit(at);
        }
        (self.raw >> at) & 1 != 0
    }
    /// Whether any bit is set.
    #[inline(always)]
    pub fn any(self) -> bool {
        self.raw != 0
    }
    #[inline(always)]
    fn same(self, other: Self) -> usize {
        if self.width != other.width {
            refuse_pair(self.width, other.width);
        }
        self.width as usize
    }
}

// Not inlined: every operator of every kernel would carry its message.
#[cold]
#[inline(never)]
fn refuse_width(width: usize) -> ! {
    panic!("a number of {width} bits")
}
#[cold]
#[inline(never)]
fn refuse_bit(at: usize) -> ! {
    panic!("no bit {at} in this number")
}
#[cold]
#[inline(never)]
fn refuse_pair(a: u8, b: u8) -> ! {
    panic!("operands of different widths: {a} and {b}")
}

/// A signal of `width` bits: `x: num(8)` for `x: Signal<In, Sint>`.
pub fn num<D: Direction, const SIGNED: bool>(width: usize) -> Signal<D, Num<SIGNED>> {
    let mut s = Signal::<D, Num<SIGNED>>::default(); // `new_with_default` exists for outputs only
    s.next = Num::new(0, width);
    s.update_all();
    s
}

impl<const SIGNED: bool> Synth for Num<SIGNED> {
    const BITS: usize = 64;
    fn descriptor() -> TypeDescriptor {
        let kind = if SIGNED { TypeKind::Signed(64) } else { TypeKind::Bits(64) };
        TypeDescriptor { name: "Num".into(), kind }
    }
    fn vcd(self) -> VCDValue {
        let bit = |at: usize| if (self.raw >> at) & 1 != 0 { vcd::Value::V1 } else { vcd::Value::V0 };
        VCDValue::Vector((0..self.width()).rev().map(bit).collect())
    }
    fn verilog(self) -> VerilogLiteral {
        let mask = if self.width == 0 { 0 } else { !0u64 >> (64 - self.width) };
        VerilogLiteral::from(self.raw as u64 & mask)
    }
    /// What `hdl_gen` asks of a `bit_cast..` or `bits..` call, and all it keeps of one: the width in the low byte. The
    /// value rides along, since of `bits_of(self._lanes, 8)` the syntax tree has the field's name alone.
    fn bits(self) -> usize {
        let fits = (self.raw << 9) >> 9 == self.raw;
        let value = if fits { VALUE_KNOWN | ((self.raw as usize) << 9) >> 1 } else { 0 };
        value & !0xff | self.width()
    }
}
const VALUE_KNOWN: usize = 1 << 63;

/// Width and value of a call, from its `bits()`; a value of more than 55 bits is not kept.
pub(crate) fn of_call(bits: usize) -> (usize, Option<i64>) {
    match bits & VALUE_KNOWN {
        0 => (bits, None),
        _ => (bits & 0xff, Some(((bits << 1) as i64) >> 9)),
    }
}

macro_rules! operator {
    ($name:ident, $f:ident, $op:expr) => {
        impl<const SIGNED: bool> $name for Num<SIGNED> {
            type Output = Self;
            #[inline(always)]
            fn $f(self, r: Self) -> Self {
                let op: fn(i64, i64) -> i64 = $op;
                Num::new(op(self.raw, r.raw), self.same(r))
            }
        }
    };
}
operator!(Add, add, |a, b| a.wrapping_add(b));
operator!(Sub, sub, |a, b| a.wrapping_sub(b));
operator!(BitAnd, bitand, |a, b| a & b);
operator!(BitOr, bitor, |a, b| a | b);
operator!(BitXor, bitxor, |a, b| a ^ b);

impl<const SIGNED: bool> Not for Num<SIGNED> {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Num::new(!self.raw, self.width())
    }
}
/// `x + 1`: the bare number takes the other operand's width.
impl<const SIGNED: bool> Add<i64> for Num<SIGNED> {
    type Output = Self;
    #[inline(always)]
    fn add(self, r: i64) -> Self {
        Num::new(self.raw.wrapping_add(r), self.width())
    }
}
impl<const SIGNED: bool> Sub<i64> for Num<SIGNED> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, r: i64) -> Self {
        Num::new(self.raw.wrapping_sub(r), self.width())
    }
}
/// Shifts by a constant or by a signal exist for unsigned numbers alone: a signed `>>` is a leaf.
impl Shl<usize> for Uint {
    type Output = Self;
    #[inline(always)]
    fn shl(self, by: usize) -> Self {
        Num::new(if by < 64 { self.raw << by } else { 0 }, self.width())
    }
}
impl Shr<usize> for Uint {
    type Output = Self;
    #[inline(always)]
    fn shr(self, by: usize) -> Self {
        Num::new(if by < 64 { self.raw >> by } else { 0 }, self.width())
    }
}

impl Shl<Uint> for Uint {
    type Output = Self;
    #[inline(always)]
    fn shl(self, by: Uint) -> Self {
        self << by.index()
    }
}
impl Shr<Uint> for Uint {
    type Output = Self;
    #[inline(always)]
    fn shr(self, by: Uint) -> Self {
        self >> by.index()
    }
}

/// `x` extended (by its sign if it has one) or truncated to `width` bits.
/// In a kernel the call becomes a cast of exactly that width: `hdl_gen` asks the result for its `bits()`.
/// HAZARD: inside a kernel's `for`, the argument must not name the loop variable (`hdl_gen` evaluates the call outside).
#[inline(always)]
pub fn bit_cast_to<const SIGNED: bool>(x: Num<SIGNED>, width: usize) -> Num<SIGNED> {
    Num::new(x.raw, width)
}
/// The unsigned number `value` in `width` bits, as a constant of a kernel.
#[inline(always)]
pub fn bits_of(value: i64, width: usize) -> Uint {
    Num::new(value, width)
}
/// The signed number `value` in `width` bits, as a constant of a kernel.
#[inline(always)]
pub fn bits_signed(value: i64, width: usize) -> Sint {
    Num::new(value, width)
}
/// The same bits, read as signed.
#[inline(always)]
pub fn signed_cast_num(x: Uint) -> Sint {
    Num::new(x.raw, x.width())
}
/// The same bits, read as unsigned.
#[inline(always)]
pub fn unsigned_cast_num(x: Sint) -> Uint {
    Num::new(x.raw, x.width())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x` modulo 2^width: non-negative, or folded into the signed range.
    fn wrapped(x: i64, width: usize, signed: bool) -> i64 {
        let span = 1i64 << width;
        let low = x.rem_euclid(span);
        if signed && 2 * low >= span {
            low - span
        } else {
            low
        }
    }
    fn range<const SIGNED: bool>(width: usize) -> Vec<Num<SIGNED>> {
        (0..1 << width).map(|raw| Num::new(raw, width)).collect()
    }
    fn operators<const SIGNED: bool>() {
        for width in 1..=6 {
            let is = |got: Num<SIGNED>, exact: i64| {
                assert_eq!((got.raw(), got.width()), (wrapped(exact, width, SIGNED), width));
            };
            for x in range::<SIGNED>(width) {
                let a = x.raw();
                is(x, a);
                is(!x, -a - 1);
                assert_eq!(x.any(), a != 0);
                for more in [-3, 1, 70] {
                    is(x + more, a + more);
                    is(x - more, a - more);
                }
                for y in range::<SIGNED>(width) {
                    let b = y.raw();
                    is(x + y, a + b);
                    is(x - y, a - b);
                    is(x & y, a & b);
                    is(x | y, a + b - (a & b));
                    is(x ^ y, a + b - 2 * (a & b));
                    assert_eq!((x < y, x <= y, x == y), (a < b, a <= b, a == b));
                }
                for to in 1..=9 {
                    let cast = bit_cast_to(x, to);
                    assert_eq!((cast.raw(), cast.width()), (wrapped(a, to, SIGNED), to), "{a} from {width} to {to}");
                }
            }
        }
    }
    #[test]
    fn operators_are_exact_modulo_the_width() {
        operators::<false>();
        operators::<true>();
    }
    #[test]
    fn shifts_of_every_distance() {
        for x in range::<false>(6) {
            for by in 0..80 {
                let (left, right) = match by {
                    0..=6 => (x.raw() * (1 << by) % 64, x.raw() / (1 << by)),
                    _ => (0, 0),
                };
                assert_eq!((x << by, x >> by), (Uint::new(left, 6), Uint::new(right, 6)), "{} by {by}", x.raw());
                let signal = Uint::new(by as i64, 7);
                assert_eq!((x << signal, x >> signal), (x << by, x >> by));
            }
        }
    }
    #[test]
    fn casts_of_sign_keep_the_bits() {
        for x in range::<false>(6) {
            let signed = signed_cast_num(x);
            assert_eq!(signed.raw(), wrapped(x.raw(), 6, true));
            assert_eq!(unsigned_cast_num(signed), x);
            (0..6).for_each(|at| assert_eq!(signed.get_bit(at), x.get_bit(at)));
        }
    }
    #[test]
    fn widest_number_wraps_and_compares() {
        let (top, zero) = (Uint::new(-1, 63), Uint::new(0, 63));
        assert_eq!(top.raw(), i64::MAX);
        assert!(top > zero);
        assert_eq!(top + 1, zero);
        let most = Sint::new(i64::MAX >> 1, 63);
        assert_eq!((most + 1).raw(), -(1 << 62));
        assert!(most + 1 < most);
    }
    #[test]
    fn printer_sees_exactly_the_width() {
        let VCDValue::Vector(bits) = Sint::new(-3, 5).vcd() else { panic!("not a vector") };
        use vcd::Value::{V0, V1};
        assert_eq!(bits, [V1, V1, V1, V0, V1], "highest bit first");
        let literal = format!("{:x}", Sint::new(-3, 5).verilog());
        assert!(literal.ends_with("'h1d"), "{literal} has bits beyond the width");
    }
    #[test]
    fn width_and_value_survive_a_call() {
        for (value, width) in [(0, 1), (5, 8), (-5, 8), (0x9E37_79B1, 32), ((1 << 54) - 1, 63)] {
            let x = bits_signed(value, width);
            assert_eq!(of_call(Synth::bits(x)), (width, Some(x.raw())));
        }
        let (width, value) = of_call(Synth::bits(bits_signed(1 << 60, 63)));
        assert_eq!((width, value), (63, None), "too wide to ride along");
    }

    #[test]
    #[should_panic(expected = "operands of different widths")]
    fn sum_of_different_widths_is_refused() {
        let _ = Uint::new(1, 4) + Uint::new(1, 5);
    }
    #[test]
    #[should_panic(expected = "a number of 64 bits")]
    fn number_as_wide_as_its_carrier_is_refused() {
        let _ = Uint::new(1, 64);
    }
    #[test]
    #[should_panic(expected = "no bit 4")]
    fn bit_beyond_the_top_is_refused() {
        Uint::new(15, 4).get_bit(4);
    }
}
