//! Golden against fast, learning. Images come from a seed: a fifth of the pixels are not zero, in runs, as in MNIST.
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use drtp_core::{Config, Rule};
use drtp_fast::{Kernels, Model};
use drtp_golden::Model as Golden;
use std::hint::black_box;
use std::time::Duration;

const TOPOLOGIES: [&[usize]; 3] = [&[784, 128, 10], &[784, 500, 10], &[784, 128, 128, 10]];
const CLASSES: usize = 10;
const SIDE: usize = 28;

/// Bright strokes on black: each class has three of its own, shifted and dimmed at random.
fn images(n: usize) -> Vec<(Vec<i8>, usize)> {
    let mut state = 1u32;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 8) as usize % below
    };
    (0..n)
        .map(|_| {
            let (class, dx, dy) = (next(CLASSES), next(3), next(3));
            let mut x = vec![0i8; SIDE * SIDE];
            for stroke in 0..3 {
                let (row, column) = ((7 * class + 11 * stroke) % 16 + dy + 3, (5 * class + 3 * stroke) % 12 + dx + 2);
                for (r, c) in (0..4).flat_map(|r| (0..12).map(move |c| (r, c))) {
                    x[(row + r) * SIDE + column + c] = (127 - next(64)) as i8;
                }
            }
            (x, class)
        })
        .collect()
}

fn config(sizes: &[usize], rule: Rule) -> Config {
    let config = Config::with_layers(16, sizes).expect("sizes of a benchmark");
    let mut network = config.network().clone();
    network.rule = rule;
    config.with_network(network).expect("a rule fits every design")
}

/// Learns the images in turn, after once through all of them, so that the gate is closed for most.
fn learn(c: &mut Criterion) {
    let images = images(1000);
    for rule in [Rule::Contrastive, Rule::Drtp] {
        let mut group = c.benchmark_group(format!("learn/{}", rule.name()));
        group.throughput(Throughput::Elements(1));
        for sizes in TOPOLOGIES {
            let config = config(sizes, rule);
            let name = config.network().topology();
            for kernels in Kernels::available() {
                let mut model = Model::with_kernels(&config, kernels);
                for (x, target) in &images {
                    model.learn(x, *target);
                }
                let mut turn = images.iter().cycle();
                group.bench_function(BenchmarkId::new(format!("fast-{}", kernels.name()), &name), |b| {
                    b.iter(|| turn.next().map(|(x, target)| model.learn(black_box(x), *target)))
                });
            }
            if rule == Rule::Contrastive {
                let mut model = Golden::new(&config);
                for (x, target) in &images {
                    model.learn(x, *target);
                }
                let mut turn = images.iter().cycle();
                group.bench_function(BenchmarkId::new("golden", &name), |b| {
                    b.iter(|| turn.next().map(|(x, target)| model.learn(black_box(x), *target)))
                });
            }
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
        .nresamples(5000);
    targets = learn
}
criterion_main!(benches);
