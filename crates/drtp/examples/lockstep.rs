//! A core that you changed, held to the model that it should still equal: one line of the emitted Verilog is broken, and
//! the comparison says which weight, on which lane, in which cycle. Needs Verilator 5.006 or later, and a C++ compiler.
//!
//! ```sh
//! cargo run --release -p drtp --example lockstep
//! ```
use drtp::core::Config;
use drtp::cosim::verilator::{self, Options};
use drtp::cosim::{Lockstep, Mismatch, Stalls, Step, VerilatorDevice};
use drtp::frames::with_samples;
use std::error::Error;

/// The line, and what it becomes: every weight that learns is moved the wrong way.
const LINE: &str = "negate <= update & some & negative;";
const BROKEN: &str = "negate <= update & some & ~negative;";

fn mismatches(config: &Config, verilog: &str) -> Result<Vec<Mismatch>, Box<dyn Error>> {
    let options = Options { verilog: Some(verilog.into()), ..Options::default() };
    let device = VerilatorDevice::with_options(config, Stalls::NONE, &options, &mut || println!("compiling .."))?;
    let mut both = Lockstep::new(config, device);
    both.run(&with_samples(config, 40, 1).into_iter().map(Step::Frame).collect::<Vec<_>>())?;
    Ok(both.finish()?.to_vec())
}

fn main() -> Result<(), Box<dyn Error>> {
    verilator::available()?;
    let config = Config::with_layers(2, &[6, 5, 3])?;
    let verilog = verilator::emitted(&config)?;
    assert_eq!(verilog.matches(LINE).count(), 1, "one such line");

    assert_eq!(mismatches(&config, &verilog)?, []);
    println!("as emitted: no mismatch");
    let found = mismatches(&config, &verilog.replace(LINE, BROKEN))?;
    println!("{LINE} -> {BROKEN}: {} mismatches, the first of them:", found.len());
    found.iter().take(5).for_each(|m| println!("  {m}"));
    assert!(found.iter().any(|m| m.at.is_some()), "the weights that it spoiled are named");
    println!("lockstep: ok");
    Ok(())
}

#[test]
fn runs() {
    main().unwrap();
}
