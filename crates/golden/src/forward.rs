//! `z_j = sum_i W[j,i] x_i`, `a_j = z_j >> wf`, and the non-linearity.
use drtp_core::fixed::{ACTIVATION_MAX, BIAS};
use drtp_core::{Network, Nonlinearity};

/// What one sample computes in every layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Inputs of each layer, the bias last: `x[k][i]`, `[K][N_{k-1} + 1]`.
    pub x: Vec<Vec<i32>>,
    /// Derivatives of the hidden layers: `g[k][j]`, `[K-1][N_k]`.
    pub g: Vec<Vec<bool>>,
    /// Scores `a_j` of the output layer, `[N_K]`.
    pub scores: Vec<i32>,
}

/// Index of the largest value, the lowest one on a tie; `skip` is passed over.
pub fn argmax(values: &[i32], skip: Option<usize>) -> Option<usize> {
    let mut best: Option<usize> = None;
    for j in (0..values.len()).filter(|j| Some(*j) != skip) {
        if best.is_none_or(|b| values[j] > values[b]) {
            best = Some(j);
        }
    }
    best
}

/// The hidden layers' output and derivative for one `a`.
pub(crate) fn activate(kind: Nonlinearity, a: i32) -> (i32, bool) {
    match kind {
        Nonlinearity::HardTanh => (a.clamp(-ACTIVATION_MAX, ACTIVATION_MAX), a.abs() < ACTIVATION_MAX),
        Nonlinearity::ClippedRelu => (a.clamp(0, ACTIVATION_MAX), 0 < a && a < ACTIVATION_MAX),
    }
}

/// One sample through the network with weights `w[k][j][i]`; `input` has `N_0` values.
///
/// # Panics
/// If `w` has fewer layers than the network.
pub fn forward(network: &Network, w: &[Vec<Vec<i32>>], input: &[i8]) -> Forward {
    let mut out = Forward { x: vec![], g: vec![], scores: vec![] };
    let mut x: Vec<i32> = input.iter().map(|v| i32::from(*v)).collect();
    for (k, layer) in network.layers.iter().enumerate() {
        x.push(i32::from(BIAS));
        let a: Vec<i32> = w[k]
            .iter()
            .map(|row| {
                let z: i64 = row.iter().zip(&x).map(|(w, x)| i64::from(*w) * i64::from(*x)).sum();
                (z >> layer.wf) as i32
            })
            .collect();
        out.x.push(x);
        if network.is_output(k) {
            out.scores = a;
            break;
        }
        let (y, g) = a.into_iter().map(|a| activate(network.activation, a)).unzip();
        out.g.push(g);
        x = y;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_lowest_index() {
        assert_eq!(argmax(&[3, 5, 5], None), Some(1));
        assert_eq!(argmax(&[3, 5, 5], Some(1)), Some(2));
        assert_eq!(argmax(&[-7], Some(0)), None);
    }
    #[test]
    fn derivative_ends_at_the_rails() {
        use Nonlinearity::*;
        for (kind, a, expected) in [
            (HardTanh, 127, (127, false)),
            (HardTanh, 126, (126, true)),
            (HardTanh, -126, (-126, true)),
            (HardTanh, -127, (-127, false)),
            (HardTanh, -4000, (-127, false)),
            (ClippedRelu, 0, (0, false)),
            (ClippedRelu, 1, (1, true)),
            (ClippedRelu, 127, (127, false)),
            (ClippedRelu, -1, (0, false)),
        ] {
            assert_eq!(activate(kind, a), expected, "{kind:?} {a}");
        }
    }
}
