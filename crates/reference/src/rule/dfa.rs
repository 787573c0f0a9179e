//! Direct feedback alignment: each hidden layer gets the output error through a random matrix of its own (Nøkland 2016).
use super::Pass;
use ndarray::Array2;

/// The output error: the rule is B_k^T e.
pub fn projected(pass: Pass<'_>) -> Array2<f32> {
    pass.outcome.error.clone()
}
