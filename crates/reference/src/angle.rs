//! Angles between updates.
use crate::layer::Gradient;
use ndarray::Array;

/// The angle in degrees, 0..=180, between two gradients of a layer, weights and biases as one vector; `None` if one of
/// them is zero or not finite, and so has no direction.
pub fn angle(a: &Gradient, b: &Gradient) -> Option<f64> {
    let dot = |a: &Gradient, b: &Gradient| product(&a.weights, &b.weights) + product(&a.bias, &b.bias);
    let length = (dot(a, a) * dot(b, b)).sqrt();
    let cosine = dot(a, b) / length;
    (length > 0.0 && cosine.is_finite()).then(|| cosine.clamp(-1.0, 1.0).acos().to_degrees())
}

/// In f64: a sum of a million products of f32 would lose the small angles.
fn product<D: ndarray::Dimension>(a: &Array<f32, D>, b: &Array<f32, D>) -> f64 {
    ndarray::Zip::from(a).and(b).fold(0.0, |sum, a, b| sum + f64::from(*a) * f64::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn known_angles() {
        let g = |w: [f32; 2], b: f32| Gradient { weights: array![w], bias: array![b] };
        let near = |a: Option<f64>, degrees: f64| assert!((a.unwrap() - degrees).abs() < 1e-4, "{a:?} {degrees}");
        near(angle(&g([1.0, 0.0], 0.0), &g([3.0, 0.0], 0.0)), 0.0);
        near(angle(&g([1.0, 0.0], 0.0), &g([0.0, 0.0], 2.0)), 90.0);
        near(angle(&g([1.0, 1.0], 0.0), &g([0.0, 1.0], 0.0)), 45.0);
        near(angle(&g([1.0, 2.0], 3.0), &g([-1.0, -2.0], -3.0)), 180.0);
        assert_eq!(angle(&g([0.0, 0.0], 0.0), &g([1.0, 0.0], 0.0)), None);
        assert_eq!(angle(&g([f32::NAN, 0.0], 0.0), &g([1.0, 0.0], 0.0)), None);
    }
}
