//! Energy of operations and accesses at 45 nm, 0.9 V (M. Horowitz, "Computing's energy problem", ISSCC 2014). A relative
//! proxy to compare designs by: never the power of an FPGA.

/// Integer additions: bits, pJ.
const ADD: [(f64, f64); 3] = [(8.0, 0.03), (16.0, 0.05), (32.0, 0.1)];
/// Reads of 64 bits from SRAM: bits of the memory, pJ.
const SRAM: [(f64, f64); 3] = [(65_536.0, 10.0), (262_144.0, 20.0), (8_388_608.0, 100.0)];
/// Multiplications: `QUADRATIC b^2 + LINEAR b` goes through the published 0.2 pJ at 8 and 3.1 pJ at 32 bits.
const QUADRATIC: f64 = 0.002_994_8;
const LINEAR: f64 = 0.001_041_7;

/// Between the points of a table along a line; beyond them in proportion to the nearest.
fn between(table: &[(f64, f64)], x: f64, curve: fn(f64) -> f64, back: fn(f64) -> f64) -> f64 {
    let (first, last) = (table[0], table[table.len() - 1]);
    if x <= first.0 || x >= last.0 {
        let near = if x <= first.0 { first } else { last };
        return near.1 * if x <= first.0 { 1.0 } else { back(curve(x) - curve(near.0)) };
    }
    let at = table.windows(2).find(|w| x <= w[1].0).map_or((first, last), |w| (w[0], w[1]));
    let ((x0, y0), (x1, y1)) = at;
    let share = (curve(x) - curve(x0)) / (curve(x1) - curve(x0));
    back(curve(y0) + share * (curve(y1) - curve(y0)))
}

/// An addition of `bits`, in pJ: along a line between the published widths, in proportion to the bits beyond them.
///
/// ```
/// assert!((drtp_estimate::energy::add_pj(16.0) - 0.05).abs() < 1e-12);
/// assert!((drtp_estimate::energy::add_pj(4.0) - 0.015).abs() < 1e-12);
/// ```
pub fn add_pj(bits: f64) -> f64 {
    let (first, last) = (ADD[0], ADD[ADD.len() - 1]);
    if bits <= first.0 {
        return first.1 * bits / first.0;
    }
    if bits >= last.0 {
        return last.1 * bits / last.0;
    }
    between(&ADD, bits, |x| x, |x| x)
}

/// A multiplication of `a` by `b` bits, in pJ: that of two numbers of their geometric mean, since the area of a multiplier
/// goes with the product.
///
/// ```
/// assert!((drtp_estimate::energy::multiply_pj(8.0, 8.0) - 0.2).abs() < 1e-3);
/// assert!((drtp_estimate::energy::multiply_pj(32.0, 32.0) - 3.1).abs() < 1e-3);
/// ```
pub fn multiply_pj(a: f64, b: f64) -> f64 {
    QUADRATIC * a * b + LINEAR * (a * b).sqrt()
}

/// An access of `width` bits to a memory of `bits`, in pJ: the share of a 64-bit access, along a line between the published
/// sizes in logarithms of both; the smallest size's below it. A write costs as much as a read.
///
/// ```
/// assert!((drtp_estimate::energy::access_pj(65_536, 64) - 10.0).abs() < 1e-9);
/// assert!((drtp_estimate::energy::access_pj(262_144, 8) - 2.5).abs() < 1e-9);
/// assert!((drtp_estimate::energy::access_pj(100, 8) - 1.25).abs() < 1e-9);
/// ```
pub fn access_pj(bits: u64, width: usize) -> f64 {
    between(&SRAM, bits as f64, f64::ln, f64::exp) * width as f64 / 64.0
}
