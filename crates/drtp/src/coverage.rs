//! Functional coverage: which situations drawn cases bring about, as counts of bins that are listed beforehand, so that what
//! never happens has a name.
use crate::soak::Case;
use drtp_core::regs::Counter;
use drtp_core::{BankStyle, Config, Layer, Nonlinearity, Projection, Rule};
use drtp_cosim::{Device, DeviceError, DropReason, Frame, GoldenDevice, Reply, Stall, Step};
use drtp_golden::WeightWrite;
use std::collections::BTreeMap;

/// Samples of a case that are looked at more closely: their activations and events.
const CLOSELY: usize = 60;

/// Counts by group and bin. Every bin is there from the beginning.
#[derive(Clone, Debug)]
pub struct Coverage {
    groups: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

const LAYERS: [&str; 3] = ["first hidden", "later hidden", "output"];
const GROUPS: [&str; 4] = ["a part of a group", "one group", "whole groups", "groups, the last in part"];
const GATES: [&str; 3] = ["classified", "learned, owes", "learned, owes nothing"];
const STALLS: [&str; 3] = ["none", "random", "bursts"];
const FRAMES: [&str; 6] =
    ["learned", "classified with a target", "classified without", "too short", "too long", "a target that is no class"];
const COMMANDS: [&str; 7] =
    ["flush", "init", "soft reset", "reset", "save and restore", "settings taken", "settings refused"];
const OWING: [&str; 2] = ["nothing owed", "an update owed"];
const LIMITS: [&str; 2] = ["largest", "smallest"];
const CUTS: [&str; 2] = ["cut off at the limit", "within it"];
const VALUES: [&str; 5] = ["at the most", "at the least", "0", "between, positive", "between, negative"];
const CHANGES: [&str; 4] = ["0 to 0", "0 to some", "some to 0", "some to some"];

impl Default for Coverage {
    fn default() -> Self {
        let cross = |a: &[&str], b: &[&str]| -> Vec<String> {
            a.iter().flat_map(|a| b.iter().map(move |b| format!("{a}, {b}"))).collect()
        };
        let plain = |a: &[&str]| a.iter().map(ToString::to_string).collect::<Vec<_>>();
        let rules = Rule::ALL.map(Rule::name);
        let modes = cross(&["binary", "ternary"], &["hard tanh", "clipped relu"]);
        let modes: Vec<&str> = modes.iter().map(String::as_str).collect();
        // a clipped ReLU has no negative values
        let tanh = cross(&["hard tanh"], &VALUES);
        let relu = cross(&["clipped relu"], &["at the most", "0", "between, positive"]);
        let list = [
            ("layer, neurons by lanes", cross(&LAYERS, &GROUPS)),
            ("rule, what a sample does", cross(&rules, &GATES)),
            ("rule, projection, function", cross(&rules, &modes)),
            ("hidden activation", [tanh, relu].concat()),
            ("an input's value, from sample to sample", plain(&CHANGES)),
            ("weight at its limit", cross(&["hidden", "output"], &LIMITS)),
            ("updates of a sample", plain(&CUTS)),
            ("pauses of input, output", cross(&STALLS, &STALLS)),
            ("frame, before it", cross(&FRAMES, &OWING)),
            ("command, before it", cross(&COMMANDS, &OWING)),
            ("lanes", plain(&["1", "2", "4", "8", "16", "32", "64"])),
            ("layers of the network", plain(&["1", "2", "3", "4"])),
            ("network changes to", plain(&["fewer layers", "as many", "more layers"])),
            (
                "design",
                plain(&[
                    "8-bit stream",
                    "32-bit stream",
                    "one page",
                    "two pages",
                    "inferred",
                    "blackbox",
                    "spram",
                    "counters",
                    "no counters",
                    "learning",
                    "no learning",
                    "fixed network",
                    "any network",
                    "watchdog",
                    "no watchdog",
                ]),
            ),
            ("shift", plain(&["0", "1 to 11", "12"])),
            ("wf", plain(&["0", "1 to 14", "15"])),
            ("dead zone", plain(&["0", "1 to 126", "127 and more"])),
            ("margin", plain(&["0", "some", "more than 10000"])),
            ("initial weights", plain(&["zero", "one bit", "more"])),
            ("seed", plain(&["0", "1", "other"])),
        ];
        let groups = list
            .into_iter()
            .map(|(group, bins)| (group, bins.into_iter().map(|b| (b, 0)).collect::<BTreeMap<_, _>>()))
            .collect();
        Self { groups }
    }
}

impl Coverage {
    /// Groups and bins with their counts.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, &BTreeMap<String, u64>)> {
        self.groups.iter().map(|(g, bins)| (*g, bins))
    }
    /// Bins that nothing hit: group and bin.
    pub fn holes(&self) -> Vec<(&'static str, &str)> {
        self.groups
            .iter()
            .flat_map(|(g, bins)| bins.iter().filter(|(_, n)| **n == 0).map(move |(b, _)| (*g, b.as_str())))
            .collect()
    }
    fn hit(&mut self, group: &'static str, bin: &str) {
        // a bin that is not listed is a mistake of this file: it shows up as one more, and a test looks for it
        *self.groups.entry(group).or_default().entry(bin.into()).or_default() += 1;
    }

    /// Adds what happens in a case.
    ///
    /// # Errors
    /// None: golden has no defects.
    pub fn add(&mut self, case: &Case) -> Result<(), DeviceError> {
        let s = &case.scenario;
        self.design(&s.config);
        self.network(&s.config);
        let pause = |stall: &Stall| {
            STALLS[match stall {
                Stall::None => 0,
                Stall::Random(_) => 1,
                Stall::Bursts(_) => 2,
            }]
        };
        self.hit("pauses of input, output", &format!("{}, {}", pause(&s.stalls.input), pause(&s.stalls.output)));
        let mut golden = GoldenDevice::new(&s.config);
        let mut run = Running { owed: false, seen: 0, cut: 0, before: vec![] };
        for step in &s.steps {
            self.step(&mut golden, &mut run, step)?;
        }
        Ok(())
    }
    fn design(&mut self, config: &Config) {
        let d = config.design();
        self.hit("lanes", &d.lanes.to_string());
        let style = match d.bank_style {
            BankStyle::Inferred => "inferred",
            BankStyle::Blackbox => "blackbox",
            BankStyle::Spram => "spram",
            // no simulator looks into its cells: drtp-hdl's tests do
            BankStyle::Ecp5 => return,
        };
        for bin in [
            if d.stream_bits == 8 { "8-bit stream" } else { "32-bit stream" },
            if d.input_pages == 1 { "one page" } else { "two pages" },
            style,
            if d.counters { "counters" } else { "no counters" },
            if d.learning { "learning" } else { "no learning" },
            if d.fixed_network { "fixed network" } else { "any network" },
            if d.watchdog { "watchdog" } else { "no watchdog" },
        ] {
            self.hit("design", bin);
        }
    }
    fn network(&mut self, config: &Config) {
        let n = config.network();
        self.hit("layers of the network", &n.depth().to_string());
        let projection = if n.projection == Projection::Binary { "binary" } else { "ternary" };
        let mode = format!("{}, {projection}, {}", n.rule.name(), function(n.activation));
        self.hit("rule, projection, function", &mode);
        for l in &n.layers {
            self.hit("shift", of(l.shift, &["0", "1 to 11", "12"], &[1, 12]));
            self.hit("wf", of(l.wf, &["0", "1 to 14", "15"], &[1, 15]));
            let init = if l.init_bits == Layer::ZERO_INIT { 0 } else { 1 + l.init_bits };
            self.hit("initial weights", of(init, &["zero", "one bit", "more"], &[1, 2]));
        }
        self.hit("dead zone", of(n.dead_zone, &["0", "1 to 126", "127 and more"], &[1, 127]));
        self.hit("margin", of(n.margin, &["0", "some", "more than 10000"], &[1, 10_001]));
        for seed in [n.seeds.init, n.seeds.projection, n.seeds.noise] {
            self.hit("seed", of(seed, &["0", "1", "other"], &[1, 2]));
        }
    }
    fn step(&mut self, golden: &mut GoldenDevice, run: &mut Running, step: &Step) -> Result<(), DeviceError> {
        let owing = OWING[usize::from(run.owed)];
        let config = golden.model().config().clone();
        let weights = (run.seen < CLOSELY).then(|| golden.model().weights().to_vec());
        let reply = golden.run(std::slice::from_ref(step))?.remove(0);
        let command = match (step, &reply) {
            (Step::Frame(frame), reply) => {
                let kind = frame_kind(&config, frame, reply);
                self.hit("frame, before it", &format!("{kind}, {owing}"));
                if let Reply::Packet(packet) = reply {
                    self.sample(&config, frame, packet.owes, weights.as_deref(), run);
                    golden.take_writes()?.iter().for_each(|w| self.write(&config, &w.write));
                    let cut = golden.read_counters()?.iter().find(|c| c.0 == Counter::Saturations).map_or(0, |c| c.1);
                    self.hit("updates of a sample", CUTS[usize::from(cut == run.cut)]);
                    run.cut = cut;
                    run.owed = packet.owes;
                    run.seen += 1;
                }
                return Ok(());
            }
            (Step::Flush, _) => "flush",
            (Step::Init, _) => "init",
            (Step::SoftReset, _) => "soft reset",
            (Step::Reset, _) => "reset",
            (Step::SaveAndRestore, _) => "save and restore",
            (Step::Configure(_), Reply::Refused) => "settings refused",
            (Step::Configure(network), _) => {
                let change = network.depth().cmp(&config.network().depth());
                let bins = ["fewer layers", "as many", "more layers"];
                self.hit("network changes to", bins[(change as i8 + 1) as usize]);
                run.before.clear();
                self.network(golden.model().config());
                "settings taken"
            }
            (Step::Load(_), _) => return Ok(()),
        };
        self.hit("command, before it", &format!("{command}, {owing}"));
        run.owed = false;
        Ok(())
    }
    fn sample(
        &mut self,
        config: &Config,
        frame: &Frame,
        owes: bool,
        weights: Option<&[Vec<Vec<i32>>]>,
        run: &mut Running,
    ) {
        let n = config.network();
        let gate = GATES[if !frame.learns() { 0 } else { 2 - usize::from(owes) }];
        self.hit("rule, what a sample does", &format!("{}, {gate}", n.rule.name()));
        let (lanes, last) = (config.design().lanes, n.depth() - 1);
        for (k, l) in n.layers.iter().enumerate() {
            let layer = LAYERS[if k == last { 2 } else { k.min(1) }];
            let groups = match (l.size / lanes, l.size % lanes) {
                (0, _) => GROUPS[0],
                (1, 0) => GROUPS[1],
                (_, 0) => GROUPS[2],
                _ => GROUPS[3],
            };
            self.hit("layer, neurons by lanes", &format!("{layer}, {groups}"));
        }
        let x = &frame.bytes[..n.inputs.min(frame.bytes.len())];
        for (old, new) in run.before.iter().zip(x) {
            let change = CHANGES[2 * usize::from(*old != 0) + usize::from(*new != 0)];
            self.hit("an input's value, from sample to sample", change);
        }
        run.before = x.to_vec();
        let Some(weights) = weights.filter(|_| x.len() == n.inputs) else { return };
        let forward = drtp_golden::forward(n, weights, x);
        for y in forward.x.iter().skip(1).flat_map(|x| &x[..x.len() - 1]) {
            let value = VALUES[match y {
                127 => 0,
                -127 => 1,
                0 => 2,
                y if *y > 0 => 3,
                _ => 4,
            }];
            self.hit("hidden activation", &format!("{}, {value}", function(n.activation)));
        }
    }
    fn write(&mut self, config: &Config, write: &WeightWrite) {
        let output = write.at.layer + 1 == config.network().depth();
        let bits = if output { config.design().output_bits } else { config.design().hidden_bits };
        if write.new.abs() == (1 << (bits - 1)) - 1 {
            let bank = if output { "output" } else { "hidden" };
            self.hit("weight at its limit", &format!("{bank}, {}", LIMITS[usize::from(write.new < 0)]));
        }
    }
}

/// What a case has come to.
struct Running {
    owed: bool,
    seen: usize,
    /// Updates that were cut off so far.
    cut: u64,
    /// Inputs of the sample before.
    before: Vec<i8>,
}

fn function(kind: Nonlinearity) -> &'static str {
    match kind {
        Nonlinearity::HardTanh => "hard tanh",
        Nonlinearity::ClippedRelu => "clipped relu",
    }
}

/// The name of the range that a value is in: `bounds` are where the second and the third begin.
fn of<'a>(value: u32, names: &[&'a str; 3], bounds: &[u32; 2]) -> &'a str {
    names[bounds.iter().filter(|b| value >= **b).count()]
}

fn frame_kind(config: &Config, frame: &Frame, reply: &Reply) -> &'static str {
    FRAMES[match reply {
        Reply::Dropped(DropReason::BadTarget) => 5,
        Reply::Dropped(_) if frame.bytes.len() < config.network().inputs => 3,
        Reply::Dropped(_) => 4,
        _ if frame.learns() => 0,
        _ if frame.user == Frame::UNLABELLED => 2,
        _ => 1,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(coverage: &Coverage) -> usize {
        coverage.groups().map(|(_, bins)| bins.len()).sum()
    }

    #[test]
    fn cases_hit_listed_bins_and_no_others() {
        let mut coverage = Coverage::default();
        let (listed, holes) = (bins(&coverage), coverage.holes().len());
        assert!(listed == holes && listed > 100, "{listed}");
        for seed in 0..20 {
            coverage.add(&Case::drawn(seed, 40)).unwrap();
        }
        assert_eq!(bins(&coverage), listed);
        assert!(coverage.holes().len() < listed / 2, "{:?}", coverage.holes());
    }
    #[test]
    fn what_cannot_happen_in_a_case_stays_a_hole() {
        let mut coverage = Coverage::default();
        let one = Config::with_layers(2, &[3, 2]).unwrap();
        coverage.add(&Case::on_design(&one, 1, 1, 5)).unwrap();
        let holes = coverage.holes();
        for hole in [("lanes", "4"), ("layers of the network", "4"), ("design", "spram")] {
            assert!(holes.contains(&hole), "{hole:?}");
        }
        assert!(!holes.contains(&("lanes", "2")));
    }
}
