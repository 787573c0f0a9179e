//! The golden model behind the device trait: what the protocol means, without any hardware.
use crate::device::*;
use crate::oracle::{inputs, refusal, Oracle};
use crate::work::Work;
use drtp_core::regs::Counter;
use drtp_core::Config;
use drtp_golden::Model;

/// The oracle.
pub struct GoldenDevice {
    power_up: Config,
    model: Model,
    accepted: u64,
    writes: Vec<ObservedWrite>,
    counters: Counters,
    work: Work,
}

impl GoldenDevice {
    /// As a device that was just reset.
    pub fn new(config: &Config) -> Self {
        Self {
            power_up: config.clone(),
            model: Model::new(config),
            accepted: 0,
            writes: vec![],
            counters: Counters::default(),
            work: Work::default(),
        }
    }
    /// The model inside.
    pub fn model(&self) -> &Model {
        &self.model
    }
    fn frame(&mut self, frame: &Frame) -> Reply {
        if let Some(reason) = refusal(&self.power_up, self.model.network(), frame) {
            self.counters.dropped += 1;
            self.work.drop_frame();
            return Reply::Dropped(reason);
        }
        let (learns, target) = (frame.learns(), frame.target());
        let x = inputs(self.model.network(), frame);
        let outcome = if learns { self.model.learn(&x, target) } else { self.model.classify(&x) };
        let sample = self.accepted;
        self.accepted += 1;
        self.counters.samples += 1;
        self.counters.weight_writes += outcome.writes.len() as u64;
        self.work.sample(self.model.config(), &outcome, learns, target);
        self.writes.extend(outcome.writes.into_iter().map(|write| ObservedWrite { sample, write, cycle: 0 }));
        Reply::Packet(Packet { scores: outcome.scores, class: outcome.class, owes: outcome.owes })
    }
    fn step(&mut self, step: &Step) -> Reply {
        match step {
            Step::Frame(f) => return self.frame(f),
            Step::Flush | Step::SoftReset => self.work.flush(self.model.config()),
            // the hardware is reset on the way
            Step::SaveAndRestore => self.work.reset(),
            Step::Load(weights) => {
                self.work.flush(self.model.config());
                self.model.set_weights(weights.clone());
            }
            Step::Init => {
                self.work.forgive();
                self.model.init();
            }
            Step::Configure(network) => {
                self.work.flush(self.model.config());
                match self.model.config().with_network(network.clone()) {
                    Ok(config) if config.network().sizes() == self.model.network().sizes() => {
                        self.model.reconfigure(&config)
                    }
                    Ok(config) => self.model = Model::new(&config),
                    Err(_) => return Reply::Refused,
                }
            }
            Step::Reset => {
                self.work.reset();
                self.model = Model::new(&self.power_up);
            }
        }
        Reply::Done
    }
}

impl Oracle for GoldenDevice {
    fn config(&self) -> &Config {
        self.model.config()
    }
    fn tells_writes(&self) -> bool {
        true
    }
    fn class(&mut self, x: &[i8]) -> usize {
        self.model.classify(x).class
    }
}

impl Device for GoldenDevice {
    fn name(&self) -> &str {
        "golden"
    }
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        Ok(steps.iter().map(|s| self.step(s)).collect())
    }
    fn take_writes(&mut self) -> Result<Vec<ObservedWrite>, DeviceError> {
        Ok(std::mem::take(&mut self.writes))
    }
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>> {
        self.model.weights().to_vec()
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
        Ok(self.work.counters())
    }
}
