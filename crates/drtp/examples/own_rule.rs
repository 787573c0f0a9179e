//! A learning rule of one's own in the hardware's arithmetic: forward pass, formats and noise are the golden model's,
//! the teaching signal is not. Here it is direct feedback alignment with signs: a hidden neuron hears of the errors of
//! all classes, not of the target alone. A rule that proves itself here can become one of drtp's: docs/change.md.
//!
//! ```sh
//! cargo run --release -p drtp --example own_rule
//! ```
use drtp::core::{Config, Rule};
use drtp::data::{digits, Shuffle};
use drtp::golden::{argmax, forward, output_error, Columns, Forward, Model, Stream};
use drtp::training::share_right;
use std::error::Error;

type Weights = Vec<Vec<Vec<i32>>>;

/// `d` of each layer: -1, 0 or +1 a neuron, for which the hardware has two bits.
fn own_rule(config: &Config, pass: &Forward, target: usize) -> Vec<Vec<i32>> {
    let n = config.network();
    let error = |(j, a): (usize, &i32)| output_error(*a, j == target, n.dead_zone);
    let e: Vec<i32> = pass.scores.iter().enumerate().map(error).collect();
    let hidden = |(k, g): (usize, &Vec<bool>)| {
        let b = Columns { seed: n.seeds.projection, k: k + 1, kind: n.projection };
        let columns: Vec<Vec<i32>> = (0..e.len()).map(|q| b.column(q, g.len())).collect();
        let signal = |j: usize| e.iter().zip(&columns).map(|(e, column)| e * column[j]).sum::<i32>().signum();
        g.iter().enumerate().map(|(j, g)| i32::from(*g) * signal(j)).collect()
    };
    pass.g.iter().enumerate().map(hidden).chain([e.clone()]).collect()
}

/// `W' = clamp(W + d u)`, `u = (x + r) >> shift`: the recipe of docs/numerics.md. Inputs of zero draw no noise.
fn update(config: &Config, weights: &mut Weights, pass: &Forward, d: &[Vec<i32>], noise: &mut Stream) {
    for (k, layer) in weights.iter_mut().enumerate() {
        let (max, shift) = (config.network().format(config.design(), k).max(), config.network().layers[k].shift);
        let mut amount = |x: &i32| if *x == 0 { 0 } else { (x + noise.draw(shift)) >> shift };
        let u: Vec<i32> = pass.x[k].iter().map(&mut amount).collect();
        for (row, d) in layer.iter_mut().zip(&d[k]) {
            row.iter_mut().zip(&u).for_each(|(w, u)| *w = (*w + d * u).clamp(-max, max));
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut network = Config::with_layers(4, &[64, 32, 10])?.network().clone();
    network.rule = Rule::Shallow;
    let config = Config::with_layers(4, &[64, 32, 10])?.with_network(network)?;
    let set = digits(1);

    // beside it a rule that is there, from the same weights, on the same samples in the same order
    let mut shallow = Model::new(&config);
    let mut weights = shallow.weights().to_vec();
    let (mut noise, mut shuffle) = (Stream::new(config.network().seeds.noise), Shuffle::new(1));
    for _ in 0..3 {
        for i in shuffle.epoch(set.train.len()) {
            let (x, target) = (set.train.sample(i).x, set.train.sample(i).target.into());
            shallow.learn(x, target);
            let pass = forward(config.network(), &weights, x);
            let d = own_rule(&config, &pass, target);
            update(&config, &mut weights, &pass, &d, &mut noise);
        }
    }
    let class = |x: &[i8]| argmax(&forward(config.network(), &weights, x).scores, None).unwrap_or(0);
    let (own, usual) = (share_right(&set.test, class), share_right(&set.test, |x| shallow.classify(x).class));
    println!("test accuracy: own rule {:.1} %, hidden layer as drawn (shallow) {:.1} %", 100.0 * own, 100.0 * usual);
    assert_ne!(weights[0], shallow.weights()[0], "the hidden layer learned");
    assert!(own > usual, "and that helped");
    println!("own_rule: ok");
    Ok(())
}

#[test]
fn runs() {
    main().unwrap();
}
