//! Counters beyond 2^32, which no simulation reaches by counting: bits of their registers are flipped instead.
//!
//! ```text
//! clear | flips: low = 2^32 - 1, upper = 2^n of counter n | frames | every counter, over the bus
//! ```
//!
//! The same frames run without the flips, too: each counter must differ by what was flipped into it, and by nothing else.
use crate::soak::See;
use drtp_core::regs::{self, Counter};
use drtp_core::Config;
use drtp_cosim::verilator::{emitted, sites, Options, Site};
use drtp_cosim::{Device, DeviceError, Frame, Stall, Stalls, Step, VerilatorDevice};
use drtp_hdl::TOP;

/// Bits that a counter of cycles may have reached before the flips.
const BEGUN: usize = 12;
/// Cycles behind the flips: more than those bits count.
const CYCLES: u64 = 2 << BEGUN;

/// A bit to flip: site, and bit in it.
type Bit = (usize, usize);

/// What is wrong with the counters' carries, if anything; `seen` gets the device behind each run.
///
/// # Errors
/// A tool that is missing, or a defect of the core that ends the frames.
pub fn carries(config: &Config, options: &Options, seen: See) -> Result<Option<String>, DeviceError> {
    let counters = Counter::of(config.design());
    if counters.is_empty() {
        return Ok(None);
    }
    let verilog = options.verilog.clone().map_or_else(|| emitted(config), Ok)?;
    let sites = sites(&verilog, TOP);
    let mut flips: Vec<Bit> = vec![];
    let mut added = vec![];
    for (n, counter) in counters.iter().enumerate() {
        // those that count on while nothing is asked
        let first = if *counter == Counter::Cycles { BEGUN } else { 0 };
        for (register, bits) in [("low", first..32), ("upper", n..n + 1)] {
            let instance = format!("count[{n}]");
            let is_it = |s: &Site| s.path.last() == Some(&instance) && s.name == register;
            let Some(site) = sites.iter().position(is_it) else {
                return Ok(Some(format!("no register {instance}.{register}")));
            };
            flips.extend(bits.map(|bit| (site, bit)));
        }
        added.push((1u64 << (32 + n)) + (1 << 32) - (1 << first));
    }
    let options = Options { faults: true, ..options.clone() };
    let stalls = Stalls { output: Stall::Random(120), seed: 3, ..Stalls::NONE };
    let mut counted = |flips: &[Bit]| {
        let mut device = VerilatorDevice::with_options(config, stalls, &options, &mut || ())?;
        let counts = counts(&mut device, &counters, flips)?;
        seen(&mut device).map(|()| counts)
    };
    let (plain, carried) = (counted(&[])?, counted(&flips)?);
    let all = counters.iter().zip(plain).zip(carried).zip(added);
    let wrong = all
        .map(|(((c, plain), carried), added)| (c.name(), carried, plain.wrapping_add(added)))
        .find(|(_, a, b)| a != b);
    Ok(wrong.map(|(name, got, expected)| format!("{name} over a carry: {got:#x}, expected {expected:#x}")))
}

/// Every counter behind some frames, before which bits flip.
fn counts(device: &mut VerilatorDevice, counters: &[Counter], flips: &[Bit]) -> Result<Vec<u64>, DeviceError> {
    device.must_write(regs::CTRL, regs::CTRL_CLEAR)?;
    let begin = device.counters().cycles;
    for (site, bit) in flips {
        if !device.pins().fault(begin + 1, *site, 0, *bit) {
            let reason = "the model was built without faults".into();
            return Err(DeviceError::Build { device: device.name().into(), reason });
        }
    }
    for _ in 0..3 {
        device.cycle(&Default::default())?;
    }
    let network = device.config().network().clone();
    let mut n = 0;
    while device.counters().cycles < begin + CYCLES {
        let x: Vec<i8> = (0..network.inputs).map(|i| (n * 83 + i * 47) as u8 as i8).collect();
        let frame = Frame::learn(&x, (n % network.classes()) as u8);
        // each third is too long
        let dropped = Frame { bytes: frame.bytes.repeat(2), ..frame.clone() };
        device.run(&[Step::Frame(frame.clone()), Step::Frame(frame), Step::Frame(dropped)])?;
        n += 1;
    }
    counters.iter().map(|c| device.read_counter(*c)).collect()
}
