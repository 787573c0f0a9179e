//! The fast engine behind the device trait: an oracle for whole data sets, itself held to golden bit for bit.
use crate::device::*;
use crate::oracle::{inputs, refusal, Oracle};
use drtp_core::regs::Counter;
use drtp_core::Config;
use drtp_fast::Model;

/// The fast engine. It tells no weight writes.
pub struct FastDevice {
    power_up: Config,
    model: Model,
    counters: Counters,
    /// Since the last reset: samples, learned, correct, dropped.
    counted: [(Counter, u64); 4],
}

const ZERO: [(Counter, u64); 4] =
    [(Counter::Samples, 0), (Counter::Learned, 0), (Counter::Correct, 0), (Counter::Dropped, 0)];

impl FastDevice {
    /// As a device that was just reset.
    pub fn new(config: &Config) -> Self {
        Self { power_up: config.clone(), model: Model::new(config), counters: Counters::default(), counted: ZERO }
    }
    fn frame(&mut self, frame: &Frame) -> Reply {
        if let Some(reason) = refusal(&self.power_up, self.model.network(), frame) {
            self.counters.dropped += 1;
            self.counted[3].1 += 1;
            return Reply::Dropped(reason);
        }
        let x = inputs(self.model.network(), frame);
        let outcome = match frame.learns() {
            true => self.model.learn(&x, frame.target()),
            false => self.model.classify(&x),
        };
        self.counters.samples += 1;
        self.counted[0].1 += 1;
        self.counted[1].1 += u64::from(frame.learns());
        self.counted[2].1 += u64::from(outcome.class == frame.target());
        Reply::Packet(Packet { scores: self.model.scores().to_vec(), class: outcome.class, owes: outcome.owes })
    }
    fn step(&mut self, step: &Step) -> Reply {
        match step {
            Step::Frame(f) => return self.frame(f),
            Step::Flush | Step::SoftReset => {}
            Step::SaveAndRestore => self.counted = ZERO,
            Step::Load(weights) => self.model.set_weights(weights),
            Step::Init => self.model.init(),
            Step::Configure(network) => match self.model.config().with_network(network.clone()) {
                Ok(config) if config.network().sizes() == self.model.network().sizes() => {
                    self.model.reconfigure(&config)
                }
                Ok(config) => self.model = Model::new(&config),
                Err(_) => return Reply::Refused,
            },
            Step::Reset => {
                self.counted = ZERO;
                self.model = Model::new(&self.power_up);
            }
        }
        Reply::Done
    }
}

impl Oracle for FastDevice {
    fn config(&self) -> &Config {
        self.model.config()
    }
    fn tells_writes(&self) -> bool {
        false
    }
    fn class(&mut self, x: &[i8]) -> usize {
        self.model.classify(x).class
    }
}

impl Device for FastDevice {
    fn name(&self) -> &str {
        "fast"
    }
    fn sees_writes(&self) -> bool {
        false
    }
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        Ok(steps.iter().map(|s| self.step(s)).collect())
    }
    fn take_writes(&mut self) -> Result<Vec<ObservedWrite>, DeviceError> {
        Ok(vec![])
    }
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>> {
        self.model.weights()
    }
    fn noise_state(&mut self) -> u32 {
        if self.power_up.design().learning {
            self.model.noise_state()
        } else {
            0
        }
    }
    fn counters(&self) -> Counters {
        self.counters
    }
    fn read_counters(&mut self) -> Result<Vec<(Counter, u64)>, DeviceError> {
        Ok(self.counted.to_vec())
    }
}
