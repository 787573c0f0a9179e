//! A waveform of the simulated hardware: three samples through the rust-hdl description, every signal in a VCD file.
//!
//! ```sh
//! cargo run --release -p drtp --example vcd_trace                  # a file in the folder of temporary files
//! cargo run --release -p drtp --example vcd_trace -- learning.vcd  # for GTKWave or Surfer
//! ```
use drtp::core::Config;
use drtp::cosim::{Device, Frame, Lockstep, RustHdlDevice, Stalls, Step};
use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let usual = || std::env::temp_dir().join(format!("drtp_vcd_trace_{}.vcd", std::process::id()));
    trace(&given.unwrap_or_else(usual))
}

fn trace(path: &Path) -> Result<(), Box<dyn Error>> {
    let config = Config::with_layers(2, &[4, 3, 2])?;
    let mut device = RustHdlDevice::new(&config, Stalls::NONE)?;
    // from here on: the reset and the initial weights, some hundred cycles, are not in it
    device.trace(Box::new(File::create(path)?))?;
    let begin = device.counters().cycles;

    let mut both = Lockstep::new(&config, device);
    let learn = |x: [i8; 4], target| Step::Frame(Frame::learn(&x, target));
    both.run(&[learn([100, 0, -7, 3], 1), learn([0, 90, 5, 0], 0), learn([100, 2, -7, 0], 1)])?;
    assert!(both.finish()?.is_empty(), "hardware and golden model agree");
    let cycles = both.device.counters().cycles - begin;
    // the file is whole when the device is gone
    drop(both);

    let text = fs::read_to_string(path)?;
    for scope in ["drtp_core", "sequencer", "lane_0", "lane_1"] {
        assert!(text.contains(&format!("$scope module {scope} $end")), "{scope}");
    }
    let signals = text.lines().filter(|l| l.starts_with("$var")).count();
    assert!(signals > 500, "{signals} signals");
    println!("{}: {signals} signals over {cycles} cycles, {} bytes", path.display(), text.len());
    println!("vcd_trace: ok");
    Ok(())
}

#[test]
fn runs() {
    trace(&tempfile::tempdir().unwrap().path().join("trace.vcd")).unwrap();
}
