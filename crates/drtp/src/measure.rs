//! Estimated counts against those of the hardware, sample by sample.
use crate::profile::take;
use drtp_core::regs::Counter;
use drtp_core::{Config, Design};
use drtp_cosim::{Device, DeviceError, Frame, RustHdlDevice, Stalls, Step};
use drtp_estimate::{Cost, Kind, Method, Taker, BETWEEN_PASSES};
use drtp_golden::Model;

/// A count: what the estimator expects, and what the hardware's counter shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Its name.
    pub name: &'static str,
    /// By the estimator, from the statistics of each sample.
    pub predicted: u64,
    /// By the counters of the hardware.
    pub measured: u64,
}

/// Runs `samples` (inputs and target; a core without learning classifies them) on the rust-hdl description, and estimates
/// each of them from its own statistics. A flush at the end pays for the last one: of its pass only the writes count.
///
/// # Errors
/// A defect of the hardware.
///
/// # Panics
/// If the samples do not suit the network.
pub fn counts(config: &Config, samples: &[(Vec<i8>, usize)], done: &dyn Fn()) -> Result<Vec<Count>, DeviceError> {
    let learns = config.design().learning;
    // counters change nothing but are what is read here
    let design = Design { counters: true, ..config.design().clone() };
    let counting = Config::new(design, config.network().clone()).expect("counters are checked by nothing");
    let (method, sizes) = (Method::of(config), config.network().sizes());
    let (mut model, mut taker) = (Model::new(config), Taker::default());
    let mut device = RustHdlDevice::new(&counting, Stalls::NONE)?;
    if !learns {
        // it has no initial weights of its own
        device.run(&[Step::Load(model.weights().to_vec())])?;
    }
    let mut total = Total::default();
    for (x, target) in samples {
        let (outcome, frame) = match learns {
            true => (model.learn(x, *target), Frame::learn(x, *target as u8)),
            false => (model.classify(x), Frame::classify(x)),
        };
        total.add(config, &method.cost_of(config, take(&mut taker, &outcome, &sizes)));
        device.run(&[Step::Frame(frame)])?;
        done();
    }
    let passes = device.read_counters()?;
    device.run(&[Step::Flush])?;
    let all = device.read_counters()?;
    let of = |counters: &[(Counter, u64)], c: Counter| counters.iter().find(|x| x.0 == c).map_or(0, |x| x.1);
    let count = |name, predicted: f64, measured| Count { name, predicted: predicted.round() as u64, measured };
    Ok(vec![
        count("weight_reads", total.reads, of(&passes, Counter::WeightReads)),
        count("weight_writes", total.writes, of(&all, Counter::WeightWrites)),
        count("events", total.events, of(&passes, Counter::Events)),
        count("busy_cycles", total.cycles, of(&passes, Counter::BusyCycles)),
    ])
}

/// Estimates, summed over samples.
#[derive(Default)]
struct Total {
    reads: f64,
    writes: f64,
    events: f64,
    cycles: f64,
}

impl Total {
    fn add(&mut self, config: &Config, cost: &Cost) {
        self.reads += cost.weight_reads();
        self.writes += cost.weight_writes();
        // an event is a read of a list, or a group's bias, which is in none
        let groups: usize = config.network().layers.iter().map(|l| l.size.div_ceil(config.design().lanes)).sum();
        self.events += cost.reads(Kind::Events) + groups as f64;
        self.cycles += cost.cycles - BETWEEN_PASSES;
    }
}
