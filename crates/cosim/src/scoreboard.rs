//! Compares what two devices did: every score, every weight write, every weight.
use crate::device::{ObservedWrite, Reply, Step};
use drtp_core::layout::WeightIndex;
use drtp_core::regs::Counter;
use drtp_core::Layout;
use drtp_golden::WeightWrite;
use std::collections::BTreeMap;
use std::fmt;

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Score, weight write, final weight, reply, noise state.
    pub what: String,
    /// Accepted sample, from 0.
    pub sample: Option<u64>,
    /// Which weight, where it is one.
    pub at: Option<WeightIndex>,
    /// Its lane.
    pub lane: Option<usize>,
    /// Clock cycle of the hardware.
    pub cycle: Option<u64>,
    /// What the golden model says.
    pub expected: String,
    /// What the other device did.
    pub got: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let Some(s) = self.sample {
            write!(f, ", sample {s}")?;
        }
        if let Some(w) = self.at {
            write!(f, ", layer {}, neuron {}, input {}", w.layer + 1, w.neuron, w.input)?;
        }
        if let Some(lane) = self.lane {
            write!(f, ", lane {lane}")?;
        }
        if let Some(c) = self.cycle {
            write!(f, ", cycle {c}")?;
        }
        write!(f, ": expected {}, got {}", self.expected, self.got)
    }
}

/// Collects expected and observed writes until the pass that pays them is over, and all mismatches.
#[derive(Debug)]
pub struct Scoreboard {
    layout: Layout,
    expected: BTreeMap<u64, Vec<WeightWrite>>,
    got: BTreeMap<u64, Vec<ObservedWrite>>,
    accepted: u64,
    compared_scores: u64,
    compared_writes: u64,
    mismatches: Vec<Mismatch>,
}

impl Scoreboard {
    /// For weights laid out as `layout` says.
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            expected: BTreeMap::new(),
            got: BTreeMap::new(),
            accepted: 0,
            compared_scores: 0,
            compared_writes: 0,
            mismatches: vec![],
        }
    }
    /// Everything that disagreed so far.
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }
    /// Scores and weight writes that were compared.
    pub fn compared(&self) -> (u64, u64) {
        (self.compared_scores, self.compared_writes)
    }
    /// The topology changed.
    pub fn relayout(&mut self, layout: Layout) {
        self.layout = layout;
    }

    /// Compares the replies to one step.
    pub fn reply(&mut self, step: &Step, expected: &Reply, got: &Reply) {
        let sample = matches!(expected, Reply::Packet(_)).then_some(self.accepted);
        if let Reply::Packet(p) = expected {
            self.accepted += 1;
            self.compared_scores += p.scores.len() as u64;
        }
        if expected == got {
            return;
        }
        let mut report = |what: String, expected: String, got: String| {
            self.mismatches.push(Mismatch { what, sample, at: None, lane: None, cycle: None, expected, got })
        };
        match (expected, got) {
            (Reply::Packet(e), Reply::Packet(g)) if e.scores.len() == g.scores.len() => {
                for (j, (e, g)) in e.scores.iter().zip(&g.scores).enumerate() {
                    if e != g {
                        report(format!("score of class {j}"), e.to_string(), g.to_string());
                    }
                }
                if e.class != g.class {
                    report("predicted class".into(), e.class.to_string(), g.class.to_string());
                }
                if e.owes != g.owes {
                    report("owes an update".into(), e.owes.to_string(), g.owes.to_string());
                }
            }
            _ => {
                let step = match step {
                    Step::Frame(f) => format!("frame of {} bytes, user {:#04x}", f.bytes.len(), f.user),
                    Step::Configure(_) => "configure".into(),
                    other => format!("{other:?}").to_lowercase(),
                };
                report(format!("reply to {step}"), format!("{expected:?}"), format!("{got:?}"));
            }
        }
    }
    /// Remembers the golden model's writes.
    pub fn expect(&mut self, writes: Vec<ObservedWrite>) {
        for w in writes {
            self.expected.entry(w.sample).or_default().push(w.write);
        }
    }
    /// Remembers the other device's writes.
    pub fn observe(&mut self, writes: Vec<ObservedWrite>) {
        for w in writes {
            self.got.entry(w.sample).or_default().push(w);
        }
    }
    /// The last sample's debt was forgiven (init, reset): its writes never come.
    pub fn forget(&mut self) {
        self.expected.retain(|s, _| s + 1 != self.accepted);
    }
    /// Compares the writes of all samples but, unless `flushed`, the last one, which still owes them.
    pub fn settle(&mut self, flushed: bool) {
        let end = if flushed { self.accepted } else { self.accepted.saturating_sub(1) };
        let late = self.expected.split_off(&end);
        let expected = std::mem::replace(&mut self.expected, late);
        let late = self.got.split_off(&end);
        let mut got = std::mem::replace(&mut self.got, late);
        for (sample, expected) in expected {
            let got = got.remove(&sample).unwrap_or_default();
            self.writes(sample, expected, got);
        }
        for (sample, got) in got {
            self.writes(sample, vec![], got);
        }
    }
    fn writes(&mut self, sample: u64, expected: Vec<WeightWrite>, got: Vec<ObservedWrite>) {
        self.compared_writes += expected.len() as u64;
        let mut expected: BTreeMap<WeightIndex, WeightWrite> = expected.into_iter().map(|w| (w.at, w)).collect();
        let text = |w: &WeightWrite| format!("{} -> {}", w.old, w.new);
        for g in got {
            let e = expected.remove(&g.write.at);
            if e != Some(g.write) {
                let e = e.as_ref().map_or("no write".into(), text);
                self.mismatch_at("weight write", sample, g.write.at, Some(g.cycle), e, text(&g.write));
            }
        }
        for w in expected.values() {
            self.mismatch_at("weight write", sample, w.at, None, text(w), "no write".into());
        }
    }
    fn mismatch_at(
        &mut self,
        what: &str,
        sample: u64,
        at: WeightIndex,
        cycle: Option<u64>,
        expected: String,
        got: String,
    ) {
        // hardware that is broken may write what the network has not
        let lane = Some(self.layout.lane(at.neuron));
        self.mismatches.push(Mismatch {
            what: what.into(),
            sample: Some(sample),
            at: Some(at),
            lane,
            cycle,
            expected,
            got,
        });
    }
    /// Compares all weights, as after a flush.
    pub fn weights(&mut self, expected: &[Vec<Vec<i32>>], got: &[Vec<Vec<i32>>], cycle: u64) {
        for at in self.layout.clone().weights() {
            let value = |w: &[Vec<Vec<i32>>]| w.get(at.layer)?.get(at.neuron)?.get(at.input).copied();
            let (e, g) = (value(expected), value(got));
            if e != g {
                let text = |v: Option<i32>| v.map_or("nothing".into(), |v| v.to_string());
                let sample = self.accepted.saturating_sub(1);
                self.mismatch_at("final weight", sample, at, Some(cycle), text(e), text(g));
            }
        }
    }
    /// Compares a counter of the hardware.
    pub fn counter(&mut self, counter: Counter, expected: u64, got: u64) {
        if expected != got {
            let what = format!("counter {}", counter.name().to_lowercase());
            let (expected, got) = (expected.to_string(), got.to_string());
            let sample = self.accepted.checked_sub(1);
            self.mismatches.push(Mismatch { what, sample, at: None, lane: None, cycle: None, expected, got });
        }
    }
    /// Compares the state of the noise, as after a flush.
    pub fn noise(&mut self, expected: u32, got: u32) {
        if expected != got {
            let (expected, got) = (format!("{expected:#010x}"), format!("{got:#010x}"));
            let what = "noise state".into();
            let sample = self.accepted.checked_sub(1);
            self.mismatches.push(Mismatch { what, sample, at: None, lane: None, cycle: None, expected, got });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::Config;

    #[test]
    fn a_write_to_a_weight_that_the_network_has_not_is_a_mismatch() {
        let config = Config::with_layers(2, &[3, 3, 2]).expect("a small network");
        let mut board = Scoreboard::new(Layout::new(2, config.network()));
        // the second lane's word behind the third neuron of the first layer
        let at = WeightIndex { layer: 0, neuron: 3, input: 4 };
        board.accepted = 1;
        board.observe(vec![ObservedWrite { sample: 0, cycle: 7, write: WeightWrite { at, old: 1, new: 2 } }]);
        board.settle(true);
        let found = board.mismatches();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].at, found[0].lane, found[0].cycle), (Some(at), Some(1), Some(7)));
    }
}
