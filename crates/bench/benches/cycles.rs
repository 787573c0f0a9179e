//! Cycles a sample against the bound, for every lane count: counted by the hardware's own counters under Verilator, and
//! held to the cycle model. Writes the table that the record quotes to `target/record/cycles.md`.
//!
//! Images come from a seed: dense ones without a zero, sparse ones with a fifth of their pixels not zero, as in MNIST.
use drtp_core::regs::Counter;
use drtp_core::{cycles, Config, Design, Layout, Network};
use drtp_cosim::{Device, DeviceError, Frame, Hardware, Stalls, Step, VerilatorDevice};
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256StarStar;
use std::fmt::Write;

/// Samples of one row: few where a sample takes long.
fn samples(lanes: usize) -> usize {
    (20 * lanes).min(200)
}
const TOPOLOGIES: [&[usize]; 3] = [&[784, 128, 10], &[784, 500, 10], &[784, 128, 128, 10]];

/// One core for all topologies of a lane count, with the input stream that its speed needs.
fn core(lanes: usize) -> Config {
    let all: Vec<Network> = TOPOLOGIES
        .iter()
        .map(|t| Config::with_layers(lanes, t).expect("sizes of a benchmark").network().clone())
        .collect();
    let words = |f: &dyn Fn(&Layout) -> usize| all.iter().map(|n| f(&Layout::new(lanes, n))).max().unwrap_or(1);
    let design = Design {
        hidden_words: words(&Layout::hidden_words),
        output_words: words(&Layout::output_words),
        stream_bits: if lanes > 8 { 32 } else { 8 },
        ..Config::with_layers(lanes, TOPOLOGIES[0]).expect("sizes of a benchmark").design().clone()
    };
    Config::new(design, all[0].clone()).expect("fits by construction")
}

fn images(dense: bool, inputs: usize, samples: usize) -> Vec<Step> {
    let mut random = Xoshiro256StarStar::seed_from_u64(1);
    let mut pixel = || {
        let r = random.next_u32();
        let value = 1 + (r >> 8) % 127;
        if dense || r & 0xff < 48 {
            value as i8
        } else {
            0
        }
    };
    (0..samples)
        .map(|n| Step::Frame(Frame::learn(&(0..inputs).map(|_| pixel()).collect::<Vec<_>>(), (n % 10) as u8)))
        .collect()
}

fn row(device: &mut VerilatorDevice, network: &Network, dense: bool) -> Result<String, DeviceError> {
    device.run(&[Step::Configure(network.clone()), Step::Init])?;
    let count = |d: &mut VerilatorDevice| -> Result<[u64; 2], DeviceError> {
        Ok([d.read_counter(Counter::BusyCycles)?, d.read_counter(Counter::Events)?])
    };
    let before = count(device)?;
    let samples = samples(Hardware::config(device).design().lanes);
    device.run(&images(dense, network.inputs, samples))?;
    let after = count(device)?;
    let intervals: Vec<u64> = device.intervals().collect();
    let per_sample = |n: usize| (after[n] - before[n]) as f64 / samples as f64;
    let (busy, bound) = (per_sample(0), per_sample(1));
    let interval = intervals[1..].iter().sum::<u64>() as f64 / (intervals.len() - 1) as f64;
    let sizes = network.topology();
    let design = Hardware::config(device).design();
    Ok(format!(
        "| {} | {} | {sizes} | {} | {bound:.1} | {busy:.1} | {:.4} | {interval:.1} |",
        design.lanes,
        design.stream_bits,
        if dense { "dense" } else { "sparse" },
        busy / bound,
    ))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Err(e) = drtp_cosim::verilator::available() {
        println!("skipped: {e}");
        return Ok(());
    }
    let mut table = String::from(
        "| lanes | input bits | network | images | bound | busy cycles | busy / bound | interval |\n|---|---|---|---|---|---|---|---|\n",
    );
    for lanes in [1, 2, 4, 8, 16, 32, 64] {
        let core = core(lanes);
        let mut device = VerilatorDevice::new(&core, Stalls::NONE)?;
        for sizes in TOPOLOGIES {
            let network = Config::with_layers(lanes, sizes)?.network().clone();
            for dense in [true, false] {
                let row = row(&mut device, &network, dense)?;
                println!("{row}");
                writeln!(table, "{row}")?;
            }
            // a dense sample, by the model alone
            let dense: Vec<usize> = (0..network.depth()).map(|k| network.fan_in(k)).collect();
            let (busy, bound) =
                (cycles::busy_cycles(core.design(), &network, &dense), cycles::bound(core.design(), &network, &dense));
            println!("  model, every neuron active: {busy} for a bound of {bound}");
        }
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/record");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("cycles.md"), table)?;
    Ok(())
}
