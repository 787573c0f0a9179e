//! Backpropagation's gradients against finite differences, for every layer, loss and activation.
use drtp_reference::layer::Gradient;
use drtp_reference::network::{Convolution, Shape};
use drtp_reference::rule::{bp::Bp, Pass, Rule};
use drtp_reference::{Activation, Init, Loss, Network, Purpose, Random};
use ndarray::Array2;

fn shape(activation: Activation, output: Activation, loss: Loss) -> Shape {
    Shape {
        convolutions: vec![],
        train_convolutions: true,
        hidden: vec![6, 5],
        activation,
        output,
        loss,
        init: Init::Small,
        dropout: 0.0,
    }
}

/// Inputs of `n` values, and targets: one-hot, one sample a class.
fn batch(n: usize) -> (Array2<f32>, Array2<f32>) {
    let mut random = Random::new(5, Purpose::Data);
    (Array2::from_shape_simple_fn((3, n), || random.normal() as f32), Array2::eye(3))
}

fn loss(network: &Network, x: &Array2<f32>, t: &Array2<f32>) -> f64 {
    network.assess(network.output(x.view()).view(), t.view()).loss
}

fn gradients(network: &Network, x: &Array2<f32>, t: &Array2<f32>) -> Vec<Gradient> {
    let trace = network.forward(x.view(), None);
    let outcome = network.assess(trace.output(), t.view());
    let pass = Pass { network, trace: &trace, outcome: &outcome, target: t.view() };
    network.gradients(&trace, Bp.signals(pass), &outcome).into_iter().map(Option::unwrap).collect()
}

/// A central difference with step h has an error of h^2 f''' / 6, and f32's rounding over h: both well below this share of
/// a gradient, or of 1.
const STEP: f32 = 4e-3;
const BOUND: f64 = 2e-3;

/// Every weight and bias of `network`; one value in twenty may sit on a kink (ReLU, a pool's tie), where both sides differ.
fn agrees(network: &mut Network, x: &Array2<f32>, t: &Array2<f32>, kinks: bool) {
    // biases begin at zero, where a convolution's padding sits on the kink of a ReLU
    for layer in &mut network.layers {
        layer.bias.iter_mut().enumerate().for_each(|(i, b)| *b = 0.3 + 0.1 * i as f32);
    }
    let exact = gradients(network, x, t);
    let (mut checked, mut off, mut largest) = (0, vec![], 0f64);
    for (k, gradient) in exact.iter().enumerate() {
        let weights = network.layers[k].weights.len();
        for i in 0..weights + network.layers[k].bias.len() {
            let mut with = |change: f32| {
                let layer = &mut network.layers[k];
                let value = match i < weights {
                    true => &mut layer.weights.as_slice_mut().unwrap()[i],
                    false => &mut layer.bias.as_slice_mut().unwrap()[i - weights],
                };
                *value += change;
                loss(network, x, t)
            };
            let up = with(STEP);
            let down = with(-2.0 * STEP);
            with(STEP);
            let measured = (up - down) / f64::from(2.0 * STEP);
            let found = match i < weights {
                true => gradient.weights.iter().nth(i).unwrap(),
                false => &gradient.bias[i - weights],
            };
            checked += 1;
            largest = largest.max(measured.abs());
            if (measured - f64::from(*found)).abs() > BOUND * measured.abs().max(1.0) {
                off.push(format!("layer {k}, value {i}: {found}, measured {measured}"));
            }
        }
    }
    assert!(largest > 20.0 * BOUND, "gradients of at most {largest} would pass for zero");
    assert!(off.len() * 20 <= if kinks { checked } else { 0 }, "{} of {checked} differ: {off:#?}", off.len());
}

const HIDDEN: [Activation; 4] = [Activation::Linear, Activation::Tanh, Activation::Sigmoid, Activation::Relu];

fn outputs() -> impl Iterator<Item = (Loss, Activation)> {
    let each = |loss: Loss| HIDDEN.into_iter().filter(move |a| loss.takes(*a)).map(move |a| (loss, a));
    [Loss::Mse, Loss::Bce, Loss::Ce].into_iter().flat_map(each)
}

#[test]
fn dense_layers_for_every_loss_and_activation() {
    let (x, t) = batch(7);
    let mut cases = 0;
    for (loss, output) in outputs() {
        for activation in HIDDEN {
            let kinks = activation == Activation::Relu || output == Activation::Relu;
            let mut network = Network::new(&shape(activation, output, loss), 7, 1, 3, 2);
            agrees(&mut network, &x, &t, kinks);
            cases += 1;
        }
    }
    assert_eq!(cases, 24);
}

#[test]
fn convolutions_for_every_loss_and_activation() {
    let (x, t) = batch(6 * 6 * 2);
    for (loss, output) in outputs() {
        for activation in HIDDEN {
            let shape = Shape {
                convolutions: vec![
                    Convolution { channels: 3, kernel: 3, padding: Some(1) },
                    Convolution { channels: 2, kernel: 2, padding: Some(0) },
                ],
                hidden: vec![4],
                ..shape(activation, output, loss)
            };
            // 6 x 6 x 2 -> 6 x 6 x 3 -> pool 3 x 3 x 3 -> 2 x 2 x 2 -> pool 2 -> 4 -> 3
            let mut network = Network::new(&shape, 72, 2, 3, 7);
            assert_eq!(network.layers.iter().map(|l| l.outputs()).collect::<Vec<_>>(), [27, 2, 4, 3]);
            agrees(&mut network, &x, &t, true);
        }
    }
}

/// What drops out carries no gradient, and what stays is scaled: with half the inputs gone the mean stays.
#[test]
fn dropout_takes_inputs_out_of_forward_and_gradient() {
    let shape = Shape { dropout: 0.5, hidden: vec![4], ..shape(Activation::Linear, Activation::Linear, Loss::Mse) };
    let network = Network::new(&shape, 200, 1, 3, 1);
    let (x, t) = (Array2::ones((1, 200)), Array2::zeros((1, 3)));
    let trace = network.forward(x.view(), Some(&mut Random::new(3, Purpose::Dropout)));
    let outcome = network.assess(trace.output(), t.view());
    let pass = Pass { network: &network, trace: &trace, outcome: &outcome, target: t.view() };
    let g = network.gradients(&trace, Bp.signals(pass), &outcome)[0].clone().unwrap();
    // a linear layer of ones: dW of neuron j is its delta times the factor of each input, 0 or 2
    let j = (0..4).find(|j| g.bias[*j] != 0.0).expect("not all neurons dropped out behind");
    let gone = (0..200).filter(|i| g.weights[[j, *i]] == 0.0).count();
    assert!((70..130).contains(&gone), "{gone}");
    for i in 0..200 {
        let factor = g.weights[[j, i]] / g.bias[j];
        assert!(factor == 0.0 || (factor - 2.0).abs() < 1e-5, "{factor}");
    }
    assert_eq!(network.forward(x.view(), None).output(), network.output(x.view()));
}

/// Pooling before the non-linearity, as classification does it, is pooling behind it.
#[test]
fn both_ways_to_pool_agree() {
    let (x, _) = batch(72);
    for activation in HIDDEN {
        let convolutions = vec![Convolution { channels: 3, kernel: 3, padding: Some(1) }];
        let shape = Shape { convolutions, ..shape(activation, Activation::Sigmoid, Loss::Bce) };
        let network = Network::new(&shape, 72, 2, 3, 1);
        assert_eq!(network.forward(x.view(), None).output(), network.output(x.view()));
    }
}
