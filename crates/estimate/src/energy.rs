//! Energy of operations and accesses at 45 nm, 0.9 V (M. Horowitz, "Computing's energy problem", ISSCC 2014). A relative
//! proxy to compare designs by: never the power of an FPGA.

/// Integer additions: bits, pJ.
const ADD: [(f64, f64); 4] = [(0.0, 0.0), (8.0, 0.03), (16.0, 0.05), (32.0, 0.1)];
/// Reads of 64 bits from SRAM: bits of the memory, pJ.
const SRAM: [(f64, f64); 3] = [(65_536.0, 10.0), (262_144.0, 20.0), (8_388_608.0, 100.0)];
/// Multiplications: `QUADRATIC b^2 + LINEAR b` goes through the published 0.2 pJ at 8 and 3.1 pJ at 32 bits.
const QUADRATIC: f64 = 0.002_994_8;
const LINEAR: f64 = 0.001_041_7;

/// The line through the two points of a table that `x` lies between; beyond its ends, the line of the last two.
fn along(table: &[(f64, f64)], x: f64) -> f64 {
    let at = (1..table.len() - 1).find(|i| x <= table[*i].0).unwrap_or(table.len() - 1);
    let ((x0, y0), (x1, y1)) = (table[at - 1], table[at]);
    y0 + (x - x0) * (y1 - y0) / (x1 - x0)
}

/// An addition of `bits`, in pJ: along lines through the published widths and nothing for no bits.
///
/// ```
/// assert!((drtp_estimate::energy::add_pj(16.0) - 0.05).abs() < 1e-12);
/// assert!((drtp_estimate::energy::add_pj(4.0) - 0.015).abs() < 1e-12);
/// ```
pub fn add_pj(bits: f64) -> f64 {
    along(&ADD, bits)
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
    let points = SRAM.map(|(bits, pj)| (bits.ln(), pj.ln()));
    // there is no smaller memory in the table, and its overhead does not shrink with it
    let of_64 = along(&points, (bits as f64).max(SRAM[0].0).ln()).exp();
    of_64 * width as f64 / 64.0
}
