//! The teaching signal: which layers owe an update, and their `d`.
use crate::columns::Columns;
use crate::layer::LayerState;
use drtp_core::fixed::ACTIVATION_MAX;
use drtp_core::{Network, Nonlinearity, Rule};

/// Index of the largest value but `skip`, the lowest one on a tie.
pub(crate) fn argmax(values: &[i32], skip: Option<usize>) -> Option<usize> {
    let mut best = None;
    for (j, v) in values.iter().enumerate() {
        if Some(j) != skip && best.is_none_or(|(_, most)| *v > most) {
            best = Some((j, *v));
        }
    }
    best.map(|b| b.0)
}

/// The derivative of a hidden neuron.
fn slope(kind: Nonlinearity, a: i32) -> bool {
    match kind {
        Nonlinearity::HardTanh => a.abs() < ACTIVATION_MAX,
        Nonlinearity::ClippedRelu => 0 < a && a < ACTIVATION_MAX,
    }
}

/// The output error: the sign of `t - v`, or 0 inside the dead zone.
fn error(a: i32, is_target: bool, dead_zone: u32) -> i8 {
    let t = if is_target { ACTIVATION_MAX } else { -ACTIVATION_MAX };
    let miss = t - a.clamp(-ACTIVATION_MAX, ACTIVATION_MAX);
    if miss.unsigned_abs() > dead_zone {
        miss.signum() as i8
    } else {
        0
    }
}

/// What the scores say about a sample: who its rival is, and whether hidden layers learn from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    target: usize,
    rival: Option<usize>,
    hidden_learns: bool,
}

impl Verdict {
    /// For the scores `a_j` of the output layer.
    pub fn new(network: &Network, scores: &[i32], target: usize) -> Self {
        let rival = argmax(scores, Some(target));
        let lead = |p: usize| i64::from(scores[target]) - i64::from(scores[p]);
        let close = rival.is_some_and(|p| lead(p) < i64::from(network.margin));
        let hidden_learns = match network.rule {
            Rule::Shallow => false,
            Rule::Drtp => true,
            Rule::Gated | Rule::Contrastive => close,
        };
        Self { target, rival, hidden_learns }
    }
    /// Sets the `d` of layer `k` (from 0) if it owes an update; whether it does, decided without a look at B.
    pub fn teach(self, network: &Network, k: usize, layer: &mut LayerState, columns: &mut Columns) -> bool {
        if network.is_output(k) {
            return self.teach_output(network.dead_zone, layer);
        }
        let kind = network.activation;
        if !self.hidden_learns || !layer.a.iter().any(|a| slope(kind, *a)) {
            return false;
        }
        let rival = self.rival.filter(|_| network.rule == Rule::Contrastive);
        for q in [Some(self.target), rival].into_iter().flatten() {
            columns.prepare(k, q, layer.neurons());
        }
        let of_target = columns.get(k, self.target);
        let a = std::mem::take(&mut layer.a);
        let g = a.iter().map(|a| i8::from(slope(kind, *a)));
        match rival.map(|p| columns.get(k, p)) {
            Some(of_rival) => layer.teach(g.zip(of_target).zip(of_rival).map(|((g, c), p)| g * (c - p).signum())),
            None => layer.teach(g.zip(of_target).map(|(g, c)| g * c)),
        }
        layer.a = a;
        true
    }
    fn teach_output(self, dead_zone: u32, layer: &mut LayerState) -> bool {
        let a = std::mem::take(&mut layer.a);
        let e = |j: usize| error(a[j], j == self.target, dead_zone);
        let owes = (0..a.len()).any(|j| e(j) != 0);
        if owes {
            layer.teach((0..a.len()).map(e));
        }
        layer.a = a;
        owes
    }
}
