//! Single bits that flip while the emitted Verilog trains: what recovers, what is seen, what it costs.
//!
//! ```text
//! samples to learn .. | one bit of a register or memory flips in some cycle of a sample | .. samples to learn | samples to classify
//! ```
//! The same frames run without a fault, too; what differs is the fault's.
use drtp_core::{regs, Config};
use drtp_cosim::verilator::{emitted, sites, Options, Role, Site};
use drtp_cosim::{Device, DeviceError, Frame, Reply, Stalls, Step, VerilatorDevice};
use drtp_data::{Shuffle, Split};
use drtp_hdl::TOP;

/// An accuracy this far below that of the run without a fault counts as recovered.
pub const RECOVERED: f64 = 0.01;
/// Frames that are streamed at once behind a fault: those of which nothing is known if one of them gets no answer.
const PART: usize = 8;
/// So many such parts, and the core counts as one that stands still.
const MOST_UNANSWERED: usize = 4;

/// What is trained and classified while bits flip.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The core and its network.
    pub config: Config,
    /// Frames to learn, then frames to classify.
    frames: Vec<Step>,
    /// Targets of the frames to classify.
    targets: Vec<usize>,
    /// Frames to learn.
    learned: usize,
    sites: Vec<Site>,
}

/// One bit, at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Index among the sites.
    pub site: usize,
    /// Word of a memory.
    pub word: usize,
    /// Bit of the word.
    pub bit: usize,
    /// The frame in which it flips.
    pub frame: usize,
    /// Cycles from where that frame begins.
    pub cycle: u64,
}

/// What a fault did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Every result and every final weight is as without it.
    Masked,
    /// Results differ for a while, and the accuracy behind it is as good (by [`RECOVERED`]).
    Recovered,
    /// The accuracy behind it is worse.
    Lost,
    /// Streams work, but the bus does not do what it is told until a reset: a write met another one's address.
    OutOfStep,
    /// The core stands still, and a reset brings it back.
    Hang,
    /// The core stands still, and a reset does not help.
    Dead,
}

impl Effect {
    /// All of them.
    pub const ALL: [Effect; 6] =
        [Effect::Masked, Effect::Recovered, Effect::Lost, Effect::OutOfStep, Effect::Hang, Effect::Dead];

    /// Whether nothing but a reset helps.
    pub fn needs_reset(self) -> bool {
        matches!(self, Self::OutOfStep | Self::Hang | Self::Dead)
    }
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::Recovered => "recovered",
            Self::Lost => "lost",
            Self::OutOfStep => "out_of_step",
            Self::Hang => "hang",
            Self::Dead => "dead",
        }
    }
}

/// What came of a fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The bit.
    pub fault: Fault,
    /// What it did.
    pub effect: Effect,
    /// Whether the core told: a frame that it dropped as bad, though it was good.
    pub detected: bool,
    /// Whether the core's watchdog restarted it.
    pub restarted: bool,
    /// Frames without an answer, and those that were streamed with them.
    pub unanswered: usize,
    /// Share of the last frames that were classified right; 0 of a core that stands still.
    pub accuracy: f64,
}

/// A run's results.
struct Run {
    /// None for frames of a part in which one got no answer.
    replies: Vec<Option<Reply>>,
    weights: Vec<Vec<Vec<i32>>>,
    noise: u32,
    restarted: bool,
}

impl Plan {
    /// So many samples of a data set to learn and to classify.
    ///
    /// # Errors
    /// The core's Verilog cannot be emitted.
    pub fn new(config: &Config, split: &Split, learn: usize, classify: usize) -> Result<Self, DeviceError> {
        let (train, test) = (&split.train, &split.test);
        let learned = (0..learn).map(|n| train.sample(n % train.len())).map(|s| Frame::learn(s.x, s.target));
        let classify = classify.min(test.len());
        let classified = (0..classify).map(|n| Frame::classify(test.sample(n).x));
        Ok(Self {
            config: config.clone(),
            frames: learned.chain(classified).map(Step::Frame).collect(),
            targets: test.targets()[..classify].iter().map(|t| usize::from(*t)).collect(),
            learned: learn,
            sites: sites(&emitted(config)?, TOP),
        })
    }
    /// Registers and memories of the core.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }
    /// A bit of a site with this role, in the middle third of learning. `cycles` is how long a frame takes. `None` for a core
    /// without such a site.
    pub fn drawn(&self, role: Role, cycles: u64, random: &mut Shuffle) -> Option<Fault> {
        let of: Vec<usize> = (0..self.sites.len()).filter(|i| self.sites[*i].role() == role).collect();
        // every bit of it as likely as any other
        let bits = |site: usize| (self.sites[site].bits * self.sites[site].words) as u64;
        let all: u64 = of.iter().map(|s| bits(*s)).sum();
        let mut at = (all > 0).then(|| random.below(all))?;
        let site = *of.iter().find(|s| {
            let here = at < bits(**s);
            at -= if here { 0 } else { bits(**s) };
            here
        })?;
        let (word, bit) = (at as usize / self.sites[site].bits, at as usize % self.sites[site].bits);
        let (frame, cycle) = self.moment(cycles, random);
        Some(Fault { site, word, bit, frame, cycle })
    }
    /// Every bit of every register with this role, once, in some frame of the middle third of learning.
    pub fn every(&self, role: Role, cycles: u64, random: &mut Shuffle) -> Vec<Fault> {
        let registers = self.sites.iter().enumerate().filter(|(_, s)| s.role() == role && s.words == 1);
        let bits = registers.flat_map(|(site, s)| (0..s.bits).map(move |bit| (site, bit)));
        bits.map(|(site, bit)| {
            let (frame, cycle) = self.moment(cycles, random);
            Fault { site, word: 0, bit, frame, cycle }
        })
        .collect()
    }
    /// A frame of the middle third of learning, and a cycle of it.
    fn moment(&self, cycles: u64, random: &mut Shuffle) -> (usize, u64) {
        let third = (self.learned / 3).max(1) as u64;
        ((third + random.below(third)) as usize, random.below(cycles))
    }
    fn device(&self) -> Result<VerilatorDevice, DeviceError> {
        let options = Options { faults: true, ..Options::default() };
        let mut device = VerilatorDevice::with_options(&self.config, Stalls::NONE, &options, &mut || ())?;
        device.tolerate_stray_writes();
        Ok(device)
    }
    /// The run without a fault: its accuracy, and the cycles of a frame on the mean.
    ///
    /// # Errors
    /// A defect of the core.
    pub fn clean(&self) -> Result<(Clean, u64), DeviceError> {
        let mut device = self.device()?;
        let begin = device.counters().cycles;
        let run = self.whole(&mut device, None)?;
        let cycles = (device.counters().cycles - begin) / self.frames.len().max(1) as u64;
        let accuracy = self.accuracy(&run.replies);
        Ok((Clean { run, accuracy }, cycles))
    }
    /// The run with one.
    ///
    /// # Errors
    /// The model cannot be built; what the fault does is no error.
    pub fn with(&self, fault: &Fault, clean: &Clean) -> Result<Outcome, DeviceError> {
        let mut device = self.device()?;
        match self.whole(&mut device, Some(fault)) {
            Ok(run) => {
                let accuracy = self.accuracy(&run.replies);
                let base = &clean.run;
                let same = run.replies == base.replies && run.weights == base.weights && run.noise == base.noise;
                let effect = match same {
                    true => Effect::Masked,
                    false if accuracy >= clean.accuracy - RECOVERED => Effect::Recovered,
                    false => Effect::Lost,
                };
                let detected = run.replies.iter().any(|r| matches!(r, Some(Reply::Dropped(_))));
                let unanswered = run.replies.iter().filter(|r| r.is_none()).count();
                let restarted = run.restarted;
                Ok(Outcome { fault: fault.clone(), effect, detected, restarted, unanswered, accuracy })
            }
            Err(e) => {
                // pulled out of it, it must be as good as new
                let alive = device.reset().and_then(|()| self.whole(&mut device, None));
                let good = alive.is_ok_and(|run| run.replies == clean.run.replies && run.weights == clean.run.weights);
                let effect = match (good, e) {
                    (false, _) => Effect::Dead,
                    (true, DeviceError::Refused { .. }) => Effect::OutOfStep,
                    (true, _) => Effect::Hang,
                };
                let fault = fault.clone();
                Ok(Outcome { fault, effect, detected: false, restarted: false, unanswered: 0, accuracy: 0.0 })
            }
        }
    }
    fn whole(&self, device: &mut VerilatorDevice, fault: Option<&Fault>) -> Result<Run, DeviceError> {
        let mut replies: Vec<Option<Reply>> = vec![];
        let until = fault.map_or(0, |f| f.frame);
        replies.extend(device.run(&self.frames[..until])?.into_iter().map(Some));
        if let Some(f) = fault {
            let at = device.counters().cycles + f.cycle;
            if !device.pins().fault(at, f.site, f.word, f.bit) {
                let reason = "the model was built without faults".into();
                return Err(DeviceError::Build { device: device.name().into(), reason });
            }
        }
        let mut unanswered = 0;
        for part in self.frames[until..].chunks(if fault.is_some() { PART } else { usize::MAX }) {
            match device.run(part) {
                Ok(told) => replies.extend(told.into_iter().map(Some)),
                // the frame was lost, or a watchdog has restarted the core: does it go on?
                Err(DeviceError::Hang { .. }) if fault.is_some() && unanswered < MOST_UNANSWERED => {
                    unanswered += 1;
                    replies.extend(part.iter().map(|_| None));
                }
                Err(e) => return Err(e),
            }
        }
        device.run(&[Step::Flush])?;
        let restarted = self.config.design().watchdog && restarted(device)?;
        device.take_writes()?;
        Ok(Run { replies, weights: device.weights(), noise: device.noise_state(), restarted })
    }
    fn accuracy(&self, replies: &[Option<Reply>]) -> f64 {
        let classified = &replies[replies.len() - self.targets.len()..];
        let right =
            |(reply, target): (&Option<Reply>, &usize)| matches!(reply, Some(Reply::Packet(p)) if p.class == *target);
        classified.iter().zip(&self.targets).filter(|pair| right(*pair)).count() as f64
            / self.targets.len().max(1) as f64
    }
}

/// Whether the core says that it was restarted, since it was last asked.
fn restarted(device: &mut VerilatorDevice) -> Result<bool, DeviceError> {
    let events = device.must_read(regs::IRQ_STATUS)?;
    device.must_write(regs::IRQ_STATUS, events & regs::IRQ_RESTARTED)?;
    Ok(events & regs::IRQ_RESTARTED != 0)
}

/// What a run without a fault gives.
pub struct Clean {
    run: Run,
    /// Share of the last frames that were classified right.
    pub accuracy: f64,
}
