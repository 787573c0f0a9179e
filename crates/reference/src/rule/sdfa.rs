//! Direct feedback alignment by the sign of the error, -1, 0 or 1 (Frenkel, Lefebvre and Bol 2021).
use super::Pass;
use ndarray::Array2;

/// The sign of the output error: the rule is B_k^T sign(e).
pub fn projected(pass: Pass<'_>) -> Array2<f32> {
    pass.outcome.error.mapv(|e| if e == 0.0 { 0.0 } else { e.signum() })
}
