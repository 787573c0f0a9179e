//! Drawn accelerators with drawn work, on every engine: what a soak repeats until its time is up.
//!
//! ```text
//! seed -> design, network, frames good and bad, commands, pauses of both streams
//!          golden  beside  fast, rust-hdl (the beginning of it), Verilator (all of it)
//! ```
use crate::frames::{frames, taught};
use drtp_core::{draw, Config, Design, Layer, Network};
use drtp_cosim::verilator::Options;
use drtp_cosim::{
    Device, DeviceError, FastDevice, Lockstep, RustHdlDevice, Scenario, Stall, Stalls, Step, VerilatorDevice,
};
use drtp_data::Shuffle;

/// Frames between two commands, on the mean.
const FRAMES_A_COMMAND: u64 = 25;
/// A design is drawn again where one of its samples takes more than this many weights a lane: cases are to be many.
const MOST_WORDS: usize = 4000;

/// Looks at a device behind a run.
pub type See<'a> = &'a mut dyn FnMut(&mut VerilatorDevice) -> Result<(), DeviceError>;

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Says all of it.
    pub seed: u64,
    /// What to run.
    pub scenario: Scenario,
}

/// What came of a case on one engine.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine.
    pub device: String,
    /// Clock cycles; 0 for an engine that has none.
    pub cycles: u64,
    /// Scores and weight writes compared.
    pub compared: u64,
    /// Every disagreement.
    pub mismatches: Vec<String>,
}

impl Case {
    /// The case of a seed, of so many frames.
    ///
    /// # Panics
    /// If no design can be drawn, which no seed was seen to do.
    pub fn drawn(seed: u64, count: usize) -> Self {
        let mut random = Shuffle::new(seed);
        let config = config(&mut random);
        let stalls = stalls(&mut random);
        let frames = frames(&config, count, random.below(u64::MAX));
        let mut steps = vec![];
        if !config.design().learning {
            steps.push(Step::Load(taught(&config, &frames)));
        }
        for frame in frames {
            steps.push(Step::Frame(frame));
            if random.below(FRAMES_A_COMMAND) == 0 {
                steps.push(command(&config, &mut random));
            }
        }
        Self { seed, scenario: Scenario { config, steps, stalls } }
    }
    /// The case of a seed on a design that is given and learns: networks of other sizes follow each other, each with so
    /// many frames, commands and pauses; now and then a set of settings that the banks have no room for.
    pub fn on_design(hardware: &Config, seed: u64, networks: usize, count: usize) -> Self {
        let mut random = Shuffle::new(seed);
        let stalls = stalls(&mut random);
        let mut steps = vec![];
        for _ in 0..networks {
            let config = draw::network_on(hardware, &mut |n| random.below(n));
            let take = [Step::Configure(config.network().clone()), Step::Init];
            steps.extend(take.clone());
            for frame in frames(&config, count, random.below(u64::MAX)) {
                steps.push(Step::Frame(frame));
                if random.below(FRAMES_A_COMMAND) == 0 {
                    let command = command(&config, &mut random);
                    let back = command == Step::Reset;
                    steps.push(command);
                    // the network that the core has at power-up is another
                    steps.extend(take.clone().into_iter().filter(|_| back));
                }
            }
            if random.below(2) == 0 {
                steps.push(Step::Flush);
            }
            steps.extend(too_large(hardware).map(Step::Configure));
        }
        Self { seed, scenario: Scenario { config: hardware.clone(), steps, stalls } }
    }
    /// The fast engine beside golden.
    ///
    /// # Errors
    /// A defect of the engine that ends the run; the same below.
    pub fn on_fast(&self) -> Result<Outcome, DeviceError> {
        self.on(FastDevice::new(&self.scenario.config), self.scenario.steps.len())
    }
    /// The rust-hdl description beside golden, for the first `steps` steps: it is slow.
    ///
    /// # Errors
    /// As above.
    pub fn on_rust_hdl(&self, steps: usize) -> Result<Outcome, DeviceError> {
        self.on(RustHdlDevice::new(&self.scenario.config, self.scenario.stalls)?, steps)
    }
    /// The emitted Verilog beside golden; what its memories hold at power-up is drawn too. Its model is compiled first.
    ///
    /// # Errors
    /// As above.
    pub fn on_verilator(&self) -> Result<Outcome, DeviceError> {
        self.on_verilog(&Options::default(), &mut |_| Ok(()))
    }
    /// The same on a model with options; `seen` gets the device when all is done.
    ///
    /// # Errors
    /// As above.
    pub fn on_verilog(&self, options: &Options, seen: See) -> Result<Outcome, DeviceError> {
        let options = Options { power_up: self.seed as u32, ..options.clone() };
        let s = &self.scenario;
        let device = VerilatorDevice::with_options(&s.config, s.stalls, &options, &mut || ())?;
        let (mut device, outcome) = self.beside(device, s.steps.len())?;
        seen(&mut device)?;
        Ok(outcome)
    }
    fn on<D: Device>(&self, device: D, steps: usize) -> Result<Outcome, DeviceError> {
        Ok(self.beside(device, steps)?.1)
    }
    fn beside<D: Device>(&self, device: D, steps: usize) -> Result<(D, Outcome), DeviceError> {
        let mut both = Lockstep::new(&self.scenario.config, device);
        both.run(&self.scenario.steps[..steps.min(self.scenario.steps.len())])?;
        both.finish()?;
        let (scores, writes) = both.scoreboard.compared();
        let outcome = Outcome {
            device: both.device.name().into(),
            cycles: both.device.counters().cycles,
            compared: scores + writes,
            mismatches: both.scoreboard.mismatches().iter().map(ToString::to_string).collect(),
        };
        Ok((both.device, outcome))
    }
}

/// A design that is not too slow to go through.
fn config(random: &mut Shuffle) -> Config {
    loop {
        // INVARIANT: every draw is valid (a unit test in drtp-core)
        let Ok(config) = draw::config(&mut |n| random.below(n)) else { continue };
        let layout = config.layout();
        if layout.hidden_words() + layout.output_words() <= MOST_WORDS {
            return config;
        }
    }
}

/// The bus's master pauses in every case.
fn stalls(random: &mut Shuffle) -> Stalls {
    let (input, output, seed) = (stall(random), stall(random), random.below(u64::MAX));
    Stalls { input, output, bus: Stall::Random(1 + (seed % 150) as u8), seed }
}

fn stall(random: &mut Shuffle) -> Stall {
    match random.below(4) {
        0 | 1 => Stall::None,
        2 => Stall::Random(1 + random.below(200) as u8),
        _ => Stall::Bursts(1 + random.below(40) as u8),
    }
}

fn command(config: &Config, random: &mut Shuffle) -> Step {
    // a core that does not learn has its weights from outside: a reset would leave it without
    let all = if config.design().learning { 6 } else { 3 };
    match random.below(all) {
        0 => Step::Flush,
        1 => Step::SoftReset,
        2 => Step::SaveAndRestore,
        3 => Step::Init,
        4 => Step::Reset,
        _ => Step::Configure(retuned(config.network(), config.design(), random)),
    }
}

/// A network whose sizes are each within a design's limits, but whose weights are more than its banks hold; if there is one.
fn too_large(hardware: &Config) -> Option<Network> {
    let d = hardware.design();
    let mut out = hardware.network().clone();
    if d.fixed_network {
        return None;
    }
    out.inputs = d.max_width;
    let hidden = Layer { size: d.max_hidden, ..out.layers[0] };
    let last = out.layers.pop()?;
    out.layers = vec![hidden; d.max_layers - 1];
    out.layers.push(last);
    hardware.with_network(out.clone()).is_err().then_some(out)
}

/// Other settings of the same sizes: of a fixed network only the shifts.
fn retuned(network: &Network, design: &Design, random: &mut Shuffle) -> Network {
    let mut out = network.clone();
    out.layers.iter_mut().for_each(|l| l.shift = random.below(9) as u32);
    if !design.fixed_network {
        out.dead_zone = random.below(128) as u32;
        out.margin = random.below(400) as u32;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_seed_says_all_of_a_case() {
        let (a, b, c) = (Case::drawn(7, 60), Case::drawn(7, 60), Case::drawn(8, 60));
        assert_eq!(a.scenario.config, b.scenario.config);
        assert_eq!((&a.scenario.steps, a.scenario.stalls), (&b.scenario.steps, b.scenario.stalls));
        assert_ne!(a.scenario.steps, c.scenario.steps);
    }
    #[test]
    fn cases_have_every_command() {
        let name = |s: &Step| format!("{s:?}").split(['(', ' ']).next().unwrap_or_default().to_string();
        let found: BTreeSet<String> =
            (0..40).flat_map(|seed| Case::drawn(seed, 60).scenario.steps).map(|s| name(&s)).collect();
        let all = ["Configure", "Flush", "Frame", "Init", "Load", "Reset", "SaveAndRestore", "SoftReset"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), all);
    }
    #[test]
    fn networks_follow_each_other_on_one_design() {
        let hardware = Config::with_layers(2, &[6, 5, 3]).unwrap();
        for seed in 1..4 {
            let case = Case::on_design(&hardware, seed, 3, 10);
            let taken = case.scenario.steps.iter().filter(|s| matches!(s, Step::Configure(_))).count();
            assert!(taken >= 3, "{taken}");
            assert_eq!(case.on_rust_hdl(usize::MAX).unwrap().mismatches, Vec::<String>::new(), "seed {seed}");
        }
    }
    #[test]
    fn engines_agree_and_cycles_are_counted() {
        for seed in 1..4 {
            let case = Case::drawn(seed, 20);
            let (fast, hdl) = (case.on_fast().unwrap(), case.on_rust_hdl(30).unwrap());
            assert_eq!((fast.mismatches, hdl.mismatches), (vec![], vec![]), "seed {seed}");
            assert!(fast.cycles == 0 && hdl.cycles > 100 && hdl.compared > 0, "seed {seed}");
        }
    }
}
