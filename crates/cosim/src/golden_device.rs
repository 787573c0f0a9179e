//! The golden model behind the device trait: what the protocol means, without any hardware.
use crate::device::*;
use drtp_core::Config;
use drtp_golden::Model;

/// The oracle.
pub struct GoldenDevice {
    power_up: Config,
    model: Model,
    accepted: u64,
    writes: Vec<ObservedWrite>,
    counters: Counters,
    saturations: u64,
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
            saturations: 0,
        }
    }
    /// The model inside.
    pub fn model(&self) -> &Model {
        &self.model
    }
    /// Updates that were cut off at the largest weight, since the device was made.
    pub fn saturations(&self) -> u64 {
        self.saturations
    }
    fn frame(&mut self, frame: &Frame) -> Reply {
        let network = self.model.network();
        let (learns, target) = (frame.learns(), frame.target());
        // a frame is as long as its beats are many: a wide stream has no flag for the spare bytes of the last one
        let beats = |bytes: usize| bytes.div_ceil(self.power_up.design().stream_bytes());
        let good_length = beats(frame.bytes.len()) == beats(network.inputs);
        let refusal = match (good_length, learns && target >= network.classes()) {
            (false, _) => Some(DropReason::BadFrame),
            (true, true) => Some(DropReason::BadTarget),
            (true, false) => None,
        };
        if let Some(reason) = refusal {
            self.counters.dropped += 1;
            return Reply::Dropped(reason);
        }
        let mut x = frame.bytes.clone();
        x.resize(network.inputs, 0);
        let outcome = if learns { self.model.learn(&x, target) } else { self.model.classify(&x) };
        let sample = self.accepted;
        self.accepted += 1;
        self.counters.samples += 1;
        self.counters.weight_reads += self.model.network().weights() as u64;
        self.counters.weight_writes += outcome.writes.len() as u64;
        self.saturations += outcome.saturations;
        self.writes.extend(outcome.writes.into_iter().map(|write| ObservedWrite { sample, write, cycle: 0 }));
        Reply::Packet(Packet { scores: outcome.scores, class: outcome.class, owes: outcome.owes })
    }
    fn step(&mut self, step: &Step) -> Reply {
        match step {
            Step::Frame(f) => return self.frame(f),
            Step::Flush | Step::SoftReset | Step::SaveAndRestore => {}
            Step::Init => self.model.init(),
            Step::Configure(network) => match self.model.config().with_network(network.clone()) {
                Ok(config) if config.network().sizes() == self.model.network().sizes() => {
                    self.model.reconfigure(&config)
                }
                Ok(config) => self.model = Model::new(&config),
                Err(_) => return Reply::Refused,
            },
            Step::Reset => self.model = Model::new(&self.power_up),
        }
        Reply::Done
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
        self.model.noise_state()
    }
    fn counters(&self) -> Counters {
        self.counters
    }
}
