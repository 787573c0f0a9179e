//! Non-negative least squares on relative errors.

/// Rounds of coordinate descent: far more than a few dozen terms need to settle.
const ROUNDS: usize = 20_000;

/// Factors, none below 0, for which the sums of `factor x term` come closest to the counts: least squares of the errors
/// relative to each count. No part of a circuit takes less than nothing, and with that said few samples are enough.
///
/// `rows` are terms of one sample each, all of one length; counts are above 0. Coordinate descent, always in one order: the
/// same samples give the same factors.
pub fn fit(rows: &[Vec<f64>], counts: &[f64]) -> Vec<f64> {
    let terms = rows.first().map_or(0, Vec::len);
    // each row is divided by its count: all targets are 1
    let scaled: Vec<Vec<f64>> =
        rows.iter().zip(counts).map(|(row, count)| row.iter().map(|x| x / count).collect()).collect();
    let squares: Vec<f64> = (0..terms).map(|t| scaled.iter().map(|row| row[t] * row[t]).sum()).collect();
    let mut factors = vec![0.0; terms];
    // what each sample still lacks
    let mut rest = vec![1.0; rows.len()];
    for _ in 0..ROUNDS {
        for t in (0..terms).filter(|t| squares[*t] > 0.0) {
            let slope: f64 = scaled.iter().zip(&rest).map(|(row, rest)| row[t] * rest).sum();
            let next = (factors[t] + slope / squares[t]).max(0.0);
            let step = next - factors[t];
            if step != 0.0 {
                factors[t] = next;
                scaled.iter().zip(&mut rest).for_each(|(row, rest)| *rest -= step * row[t]);
            }
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_sums_are_found_and_no_factor_is_negative() {
        let rows: Vec<Vec<f64>> = (1..9).map(|i| vec![1.0, f64::from(i), f64::from(i * i % 5)]).collect();
        let counts: Vec<f64> = rows.iter().map(|r| 7.0 * r[0] + 3.0 * r[1] + 0.5 * r[2]).collect();
        let found = fit(&rows, &counts);
        for (f, expected) in found.iter().zip([7.0, 3.0, 0.5]) {
            assert!((f - expected).abs() < 1e-6, "{found:?}");
        }
        // a term that would have to be subtracted is left out
        let less: Vec<f64> = rows.iter().map(|r| 50.0 + 3.0 * r[1] - 0.5 * r[2]).collect();
        assert_eq!(fit(&rows, &less)[2], 0.0);
        assert!(fit(&[], &[]).is_empty());
    }
}
