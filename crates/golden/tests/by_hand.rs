//! Three samples worked by hand, so that the oracle itself rests on something.
//!
//! The noise stream from seed 1 goes 0x1, 0x401, 0x100401, 0x40100400, 0x40100301, .. (ten steps a draw; the low bits
//! are the noise). The columns of B were drawn with a few lines of another language.
use drtp_core::*;
use drtp_golden::{Columns, Model};

fn model(network: Network) -> Model {
    let depth = network.depth();
    let design = Design {
        lanes: 1,
        hidden_bits: 8,
        output_bits: 12,
        hidden_words: 100,
        output_words: 100,
        max_layers: depth,
        max_width: 8,
        max_hidden: 8,
        counters: true,
        stream_bits: 8,
        input_pages: 2,
        learning: true,
        fixed_network: false,
        bank_style: BankStyle::Inferred,
        watchdog: false,
    };
    Model::new(&Config::new(design, network).unwrap())
}
fn network(inputs: usize, layers: &[(usize, u32, u32)]) -> Network {
    Network {
        inputs,
        layers: layers
            .iter()
            .map(|(size, wf, shift)| Layer { size: *size, wf: *wf, shift: *shift, init_bits: 31 })
            .collect(),
        rule: Rule::Drtp,
        activation: Nonlinearity::HardTanh,
        projection: Projection::Binary,
        dead_zone: 64,
        margin: 128,
        seeds: Seeds { init: 1, projection: 5, noise: 1 },
    }
}

#[test]
fn one_layer_is_the_delta_rule() {
    let mut m = model(network(2, &[(2, 2, 3)]));
    m.set_weights(vec![vec![vec![1, 2, 3], vec![-4, 5, 6]]]);
    let o = m.learn(&[10, -20], 0);
    // z = 10 - 40 + 381 = 351 and -40 - 100 + 762 = 622; a = z >> 2
    assert_eq!(o.scores, [87, 155]);
    assert_eq!(o.class, 1);
    // e = 0 (127 - 87 = 40 is within the dead zone) and -1 (-127 - 127)
    // u = (10 + 1) >> 3 = 1, (-20 + 1) >> 3 = -3, (127 + 1) >> 3 = 16
    assert!(o.owes);
    assert_eq!(m.weights(), [[vec![1, 2, 3], vec![-5, 8, -10]]]);
    assert_eq!(o.writes.len(), 3);
    assert_eq!(m.noise_state(), 0x4010_0400);
}

#[test]
fn drtp_teaches_by_the_targets_column() {
    let b = Columns { seed: 5, k: 1, kind: Projection::Binary };
    assert_eq!(b.column(2, 3), [-1, 1, -1]);
    let mut m = model(network(1, &[(3, 1, 0), (3, 3, 0)]));
    m.set_weights(vec![
        vec![vec![2, 0], vec![4, 1], vec![-1, -1]],
        vec![vec![1, 0, 0, 0], vec![0, 1, 0, 1], vec![0, 0, 1, 0]],
    ]);
    // hidden: a = 128 >> 1 = 64; 383 >> 1 = 191; -191 >> 1 = -96; so y = 64, 127, -96 and g = 1, 0, 1
    // output: a = 64 >> 3 = 8; 254 >> 3 = 31; -96 >> 3 = -12
    let o = m.learn(&[64], 2);
    assert_eq!((o.scores.as_slice(), o.class), ([8, 31, -12].as_slice(), 1));
    // d = g B[., 2] = -1, 0, -1 with u = 64, 127; -1 - 127 saturates at -127
    // e = -1, -1, +1 with u = 64, 127, -96, 127
    let expected = [
        vec![vec![-62, -127], vec![4, 1], vec![-65, -127]],
        vec![vec![-63, -127, 96, -127], vec![-64, -126, 96, -126], vec![64, 127, -95, 127]],
    ];
    assert_eq!(m.weights(), expected);
    assert_eq!(o.writes.len(), 4 + 12);
}

#[test]
fn contrast_gate_dead_zone_and_zero_inputs() {
    let b = Columns { seed: 7, k: 1, kind: Projection::Ternary };
    assert_eq!(b.column(0, 4), [1, 0, 0, 0]);
    assert_eq!(b.column(2, 4), [0, 1, 1, 1]);
    let mut n = network(2, &[(4, 0, 1), (3, 1, 1)]);
    n.rule = Rule::Contrastive;
    n.activation = Nonlinearity::ClippedRelu;
    n.projection = Projection::Ternary;
    n.dead_zone = 127;
    n.margin = 0;
    n.seeds.projection = 7;
    let hidden = vec![vec![5, 0, 1], vec![5, -1, -1], vec![0, 1, 0], vec![0, -2, -2]];
    let output = vec![vec![0, 0, 0, 1, 0], vec![1, 0, 0, 0, -1], vec![0, -3, 0, 0, 0]];
    let mut m = model(n.clone());
    m.set_weights(vec![hidden.clone(), output.clone()]);
    // hidden: a = 127, 1, -128, 2; y = 127, 1, 0, 2; g = 0, 1, 0, 1
    // output: a = 2 >> 1 = 1, 0 >> 1 = 0, -3 >> 1 = -2; the rival of class 2 is class 0, and -2 - 1 < 0: close
    let o = m.learn(&[0, -128], 2);
    assert_eq!((o.scores.as_slice(), o.class), ([1, 0, -2].as_slice(), 0));
    // d = g sign(B[., 2] - B[., 0]) = 0, 1, 0, 1; the first input is zero and draws nothing:
    // u = (-128 + 1) >> 1 = -64, (127 + 1) >> 1 = 64
    // e: |t - v| = 128, 127, 129 against 127 gives -1, 0, +1
    // u = (127 + 1) >> 1 = 64, (1 + 0) >> 1 = 0, none, (2 + 1) >> 1 = 1, (127 + 0) >> 1 = 63
    let expected = [
        vec![vec![5, 0, 1], vec![5, -65, 63], vec![0, 1, 0], vec![0, -66, 62]],
        vec![vec![-64, 0, 0, 0, -63], vec![1, 0, 0, 0, -1], vec![64, -3, 0, 1, 63]],
    ];
    assert_eq!(m.weights(), expected);
    assert_eq!(o.writes.len(), 4 + 6);

    // a lead of just the margin is not close: only the output layer learns, and it takes the first draws
    n.margin = 62;
    let mut far = model(n);
    let mut confident = output;
    confident[2] = vec![0, 0, 0, 0, 1]; // a = 127 >> 1 = 63 against 1: ahead by 62
    far.set_weights(vec![hidden.clone(), confident]);
    let o = far.learn(&[0, -128], 2);
    assert_eq!(o.scores, [1, 0, 63]);
    assert_eq!(far.weights()[0], hidden);
    // e: 128, 127, 64 against 127 gives -1, 0, 0; u = (127 + 1) >> 1, (1 + 1) >> 1, none, (2 + 1) >> 1, (127 + 0) >> 1
    assert_eq!(far.weights()[1][0], [-64, -1, 0, 0, -63]);
}
