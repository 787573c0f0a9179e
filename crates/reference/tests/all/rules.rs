//! Every feedback rule against its formula, on a network made by hand.
use drtp_reference::network::{Convolution, Shape, Trace};
use drtp_reference::rule::{bp, Pass, Rule, Signals};
use drtp_reference::{angle, projection, Activation, Assessment, Init, Loss, Network, Purpose, Random, RuleKind};
use ndarray::{array, Array2};

fn shape(hidden: &[usize]) -> Shape {
    Shape {
        convolutions: vec![],
        train_convolutions: true,
        hidden: hidden.into(),
        activation: Activation::Tanh,
        output: Activation::Linear,
        loss: Loss::Mse,
        init: Init::He,
        dropout: 0.0,
    }
}

/// 2-2-2-2: the weights are small whole numbers, and so are activations where layers are linear.
fn by_hand() -> Network {
    let shape = Shape { activation: Activation::Linear, ..shape(&[2, 2]) };
    let mut network = Network::new(&shape, 2, 1, 2, 1);
    network.layers[0].weights = array![[1., 0.], [0., 1.]];
    network.layers[1].weights = array![[1., 2.], [0., 1.]];
    network.layers[2].weights = array![[2., 0.], [1., -1.]];
    network
}

struct Seen {
    trace: Trace,
    outcome: Assessment,
    t: Array2<f32>,
}

fn see(network: &Network, x: Array2<f32>, t: Array2<f32>) -> Seen {
    let trace = network.forward(x.view(), None);
    let outcome = network.assess(trace.output(), t.view());
    Seen { trace, outcome, t }
}

impl Seen {
    fn pass<'a>(&'a self, network: &'a Network) -> Pass<'a> {
        Pass { network, trace: &self.trace, outcome: &self.outcome, target: self.t.view() }
    }
}

/// x = (1, 2) -> (1, 2) -> (5, 2) -> (10, 3); target (9, 5), so e = (1, -2).
fn sample(network: &Network) -> Seen {
    let seen = see(network, array![[1., 2.]], array![[9., 5.]]);
    assert_eq!(seen.trace.output(), array![[10., 3.]]);
    assert_eq!(seen.outcome.error, array![[1., -2.]]);
    seen
}

fn near(found: &Signals, expected: &[Array2<f32>]) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        let f = f.as_ref().unwrap();
        assert!(f.dim() == e.dim() && (f - e).iter().all(|d| d.abs() < 1e-5), "{f} is not {e}");
    }
}

#[test]
fn backpropagation_by_hand() {
    let network = by_hand();
    // W3^T e = (2 - 2, 2), W2^T of that = (0, 0 + 2)
    near(&bp::Bp.signals(sample(&network).pass(&network)), &[array![[0., 2.]], array![[0., 2.]]]);
}

/// B as the rule draws it: its stream, layer by layer.
fn projections(seed: u64, outputs: usize, widths: &[usize]) -> Vec<Array2<f32>> {
    let random = &mut Random::new(seed, Purpose::Feedback);
    widths.iter().map(|w| projection(random, outputs, *w)).collect()
}

#[test]
fn direct_rules_project_error_sign_and_target() {
    let network = by_hand();
    let seen = sample(&network);
    let b = projections(3, 2, &[2, 2]);
    for (rule, v) in
        [(RuleKind::Dfa, array![[1., -2.]]), (RuleKind::Sdfa, array![[1., -1.]]), (RuleKind::Drtp, array![[9., 5.]])]
    {
        let found = rule.rule(&network, 3).signals(seen.pass(&network));
        near(&found, &[v.dot(&b[0]), v.dot(&b[1])]);
    }
}

#[test]
fn an_error_of_zero_has_no_sign() {
    let network = by_hand();
    let seen = see(&network, array![[1., 2.]], array![[10., 3.]]);
    near(&RuleKind::Sdfa.rule(&network, 3).signals(seen.pass(&network)), &[array![[0., 0.]], array![[0., 0.]]]);
}

#[test]
fn feedback_alignment_is_backpropagation_through_other_weights() {
    let network = Network::new(&shape(&[4, 3]), 5, 1, 2, 1);
    let seen = see(&network, array![[1., -1., 0.5, 0., 2.], [0., 1., 1., -2., 0.]], array![[1., 0.], [0., 1.]]);
    let random = &mut Random::new(8, Purpose::Feedback);
    let b: Vec<_> =
        network.layers.iter().map(|l| Init::He.weights(random, l.weights.nrows(), l.weights.ncols())).collect();
    // e B3, then (signal f') B2, both over the batch of 2
    let y2 = &seen.trace.records[1].y;
    let above = (&seen.outcome.error / 2.0).dot(&b[2]);
    let below = (&above * &y2.mapv(|y| 1.0 - y * y)).dot(&b[1]);
    near(&RuleKind::Fa.rule(&network, 8).signals(seen.pass(&network)), &[below, above]);
}

#[test]
fn with_the_weights_as_feedback_it_is_backpropagation() {
    let mut network = Network::new(&shape(&[4, 3]), 5, 1, 2, 1);
    let random = &mut Random::new(8, Purpose::Feedback);
    for layer in &mut network.layers {
        layer.weights = Init::He.weights(random, layer.weights.nrows(), layer.weights.ncols());
    }
    let seen = see(&network, array![[1., -1., 0.5, 0., 2.]], array![[1., 0.]]);
    let fa = RuleKind::Fa.rule(&network, 8).signals(seen.pass(&network));
    assert_eq!(fa, bp::Bp.signals(seen.pass(&network)));
}

#[test]
fn shallow_teaches_the_output_layer_alone() {
    let network = by_hand();
    let seen = sample(&network);
    let signals = RuleKind::Shallow.rule(&network, 1).signals(seen.pass(&network));
    assert_eq!(signals, [None, None]);
    let g = network.gradients(&seen.trace, signals, &seen.outcome);
    assert_eq!((&g[0], &g[1]), (&None, &None));
    // e y^T with y = (5, 2)
    assert_eq!(g[2].as_ref().unwrap().weights, array![[5., 2.], [-10., -4.]]);
}

#[test]
fn signals_are_means_over_the_batch() {
    let network = by_hand();
    let (x, t) = (array![[1., 2.]], array![[9., 5.]]);
    let twice = |a: &Array2<f32>| ndarray::concatenate![ndarray::Axis(0), *a, *a];
    let (one, two) = (see(&network, x.clone(), t.clone()), see(&network, twice(&x), twice(&t)));
    for kind in RuleKind::ALL {
        let rule = kind.rule(&network, 4);
        let gradients = |s: &Seen| network.gradients(&s.trace, rule.signals(s.pass(&network)), &s.outcome);
        for (a, b) in gradients(&one).into_iter().zip(gradients(&two)) {
            if let (Some(a), Some(b)) = (&a, &b) {
                assert!((&a.weights - &b.weights).iter().all(|d| d.abs() < 1e-4), "{kind:?}");
            }
            assert_eq!(a.is_some(), b.is_some());
        }
    }
}

/// Every rule fits convolutions: signals come in before the pool, and each layer that learns gets one.
#[test]
fn signals_have_the_shape_of_the_activations() {
    let convolutions = vec![Convolution { channels: 3, kernel: 3, padding: Some(1) }];
    let network = Network::new(&Shape { convolutions: convolutions.clone(), ..shape(&[5]) }, 32, 2, 2, 1);
    let x = Array2::from_shape_fn((2, 32), |(i, j)| (i + j) as f32 / 32.0);
    let seen = see(&network, x.clone(), Array2::eye(2));
    for kind in RuleKind::ALL.into_iter().filter(|k| *k != RuleKind::Shallow) {
        let signals = kind.rule(&network, 4).signals(seen.pass(&network));
        let shapes: Vec<_> = signals.iter().map(|s| s.as_ref().unwrap().dim()).collect();
        assert_eq!(shapes, [(2, 48), (2, 5)], "{kind:?}");
    }
    let fixed = Shape { convolutions, train_convolutions: false, ..shape(&[5]) };
    assert_eq!(Network::new(&fixed, 32, 2, 2, 1).hidden(), 1);
}

/// The paper's theorem: linear hidden layers, zero initial weights, one example learned again and again. Then DRTP's
/// update of every hidden layer lies within 90 degrees of backpropagation's, from the first step at which
/// backpropagation has one.
#[test]
fn drtp_stays_within_90_degrees_in_the_theorems_setting() {
    for (seed, depth) in [(1, 1), (2, 2), (3, 3), (4, 1), (5, 2), (6, 3)] {
        for (output, loss) in [(Activation::Sigmoid, Loss::Bce), (Activation::Linear, Loss::Ce)] {
            let hidden = &[7, 5, 6][..depth];
            let shape = Shape { activation: Activation::Linear, init: Init::Zero, output, loss, ..shape(hidden) };
            let mut network = Network::new(&shape, 8, 1, 4, seed);
            let rule = RuleKind::Drtp.rule(&network, seed);
            let mut random = Random::new(seed, Purpose::Data);
            let x = Array2::from_shape_simple_fn((1, 8), || random.normal() as f32);
            let mut t = Array2::zeros((1, 4));
            t[[0, seed as usize % 4]] = 1.0;
            let mut looks = 0;
            for _ in 0..60 {
                let seen = see(&network, x.clone(), t.clone());
                let gradients = |s: Signals| network.gradients(&seen.trace, s, &seen.outcome);
                let (drtp, exact) =
                    (gradients(rule.signals(seen.pass(&network))), gradients(bp::Bp.signals(seen.pass(&network))));
                for (a, b) in drtp.iter().zip(&exact).take(depth) {
                    if let Some(angle) = angle(a.as_ref().unwrap(), b.as_ref().unwrap()) {
                        assert!(angle < 90.0, "seed {seed}, depth {depth}: {angle}");
                        looks += 1;
                    }
                }
                for (layer, g) in network.layers.iter_mut().zip(drtp) {
                    let g = g.unwrap();
                    layer.weights.scaled_add(-0.01, &g.weights);
                    layer.bias.scaled_add(-0.01, &g.bias);
                }
            }
            // all steps but the first ones, at which the weights behind a layer are still zero
            assert!(looks >= depth * (60 - depth - 1), "{looks}");
        }
    }
}
