//! What a core takes before it is built, over its number of lanes: cycles of a training sample, and cells of an ECP5.
//!
//! ```sh
//! cargo run --release -p drtp --example estimate_loop
//! ```
use drtp::core::Config;
use drtp::estimate::resources::{suited, Model};
use drtp::estimate::{Method, Statistics, Target};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // how often pixels are zero and layers owe an update decides the cycles: here as MNIST has it
    let statistics = Statistics::mnist();
    let model = Model::of(Target::Ecp5).ok_or("no model of an ECP5's logic")?;
    println!("784-128-10, rule contrastive; statistics of {}", statistics.source);
    println!("{:>5} {:>8} {:>8} {:>6} {:>5} {:>5}", "lanes", "cycles", "lut4", "ff", "dsp", "bram");
    let mut before = f64::INFINITY;
    for lanes in [1, 2, 4, 8, 16, 32, 64] {
        // room for this network and no other
        let config = Config::with_layers(lanes, &[784, 128, 10])?.fitted();
        let cost = Method::of(&config).cost(&config, &statistics)?;
        let found = model.predict(suited(&config, Target::Ecp5)?.design());
        let (lut4, ff, dsp, bram) = (found.lut4, found.ff, found.dsp, found.bram);
        println!("{lanes:>5} {:>8.0} {lut4:>8} {ff:>6} {dsp:>5} {bram:>5}", cost.cycles);
        assert_eq!(dsp, lanes as u64, "one multiplier a lane");
        assert!(cost.cycles < before, "more lanes are faster");
        before = cost.cycles;
    }
    println!("estimate_loop: ok");
    Ok(())
}

#[test]
fn runs() {
    main().unwrap();
}
