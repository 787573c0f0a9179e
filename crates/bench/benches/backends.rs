//! Speed of the simulated backends: cycles a second of a 784-128-10 core while it learns.
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use drtp_core::Config;
use drtp_cosim::{Device, Frame, RustHdlDevice, Stalls, Step, VerilatorDevice};
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256StarStar;
use std::time::Duration;

fn samples(n: usize) -> Vec<Step> {
    let mut random = Xoshiro256StarStar::seed_from_u64(1);
    let mut pixel = || {
        let r = random.next_u32();
        if r & 0xff < 48 {
            (1 + (r >> 8) % 127) as i8
        } else {
            0
        }
    };
    (0..n).map(|n| Step::Frame(Frame::learn(&(0..784).map(|_| pixel()).collect::<Vec<_>>(), (n % 10) as u8))).collect()
}

/// Cycles of `steps`, which the device has run before.
fn cycles(device: &mut dyn Device, steps: &[Step]) -> u64 {
    let before = device.counters().cycles;
    device.run(steps).expect("no defects");
    device.counters().cycles - before
}

fn learn(c: &mut Criterion) {
    let mut group = c.benchmark_group("learn/784-128-10");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    for lanes in [4, 16] {
        let config = Config::with_layers(lanes, &[784, 128, 10]).expect("sizes of a benchmark");
        let mut devices: Vec<(&str, usize, Box<dyn Device>)> =
            vec![("rust-hdl", 4, Box::new(RustHdlDevice::new(&config, Stalls::NONE).expect("no defects")))];
        match VerilatorDevice::new(&config, Stalls::NONE) {
            Ok(device) => devices.push(("verilator", 200, Box::new(device))),
            Err(e) => println!("verilator is left out: {e}"),
        }
        for (name, n, device) in &mut devices {
            let steps = samples(*n);
            group.throughput(Throughput::Elements(cycles(device.as_mut(), &steps)));
            group.bench_function(BenchmarkId::new(*name, format!("{lanes} lanes")), |b| b.iter(|| device.run(&steps)));
        }
    }
    group.finish();
}

criterion_group!(backends, learn);
criterion_main!(backends);
