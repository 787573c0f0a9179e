//! How many cycles a pass is busy: from the counts of its events alone, and exactly.
//!
//! The counter BUSY_CYCLES of the hardware counts these cycles; co-simulation holds the two against each other.
use crate::design::Design;
use crate::network::{Network, Projection};
use crate::taps::PROJECTION_WARM_UP;

/// Stages from the issue of a group's last event to the capture of its sums in the drain registers.
const ISSUE_TO_CAPTURE: u64 = 15;
/// The same on pairs of lanes, whose multipliers have one register less.
const ISSUE_TO_CAPTURE_OF_PAIRS: u64 = 14;
/// From there to the first neuron's output or score.
const CAPTURE_TO_OUTPUT: u64 = 5;
/// From the last output of a hidden layer to the bias of the layer behind.
const OUTPUT_TO_BIAS: u64 = 5;
/// From the begin of a group until its teaching signal has been taken and the next one can be drawn.
const BEGIN_TO_DRAW: u64 = 5;
/// A layer is set up, and its first event is looked for.
const SETUP: u64 = 3;

/// Slots of an event on pairs of lanes, from its first step to the next event's, and to its second step.
fn spacing(output: bool) -> (u64, u64) {
    if output {
        (4, 3)
    } else {
        (2, 1)
    }
}

/// Busy cycles of one pass: from the cycle in which its first layer is set up to the one in which it finishes.
///
/// `events[k]` are the events of layer `k` (from 0), without the bias: inputs that are not zero and, if the layer owes an
/// update, those that were not zero in the sample before.
///
/// ```
/// use drtp_core::{cycles::busy_cycles, Config};
/// let config = Config::with_layers(16, &[784, 128, 10])?;
/// // dense: 8 groups of 785 events and 1 of 129 are the bound
/// let busy = busy_cycles(config.design(), config.network(), &[784, 128]);
/// assert_eq!(busy - (8 * 785 + 129), 37);
/// # Ok::<(), drtp_core::ConfigErrors>(())
/// ```
///
/// # Panics
/// If `events` has not one count for each layer.
pub fn busy_cycles(design: &Design, network: &Network, events: &[usize]) -> u64 {
    assert_eq!(events.len(), network.depth(), "a count of events for each layer");
    let lanes = design.lanes;
    let capture = if design.pairs() { ISSUE_TO_CAPTURE_OF_PAIRS } else { ISSUE_TO_CAPTURE };
    let draws = if network.projection == Projection::Ternary { 2 } else { 1 };
    // until all slices of a group are drawn and loaded, and the signal is ready
    let load = (draws + 1) * design.slices() as u64;
    // at a layer's begin the streams start, run warm, and the first word of pending errors is read
    let warm_up = 2 + u64::from(PROJECTION_WARM_UP) / design.slice() as u64;
    let mut setup = 0;
    // the first group's signal is ready when the pass begins
    let mut signal_ready = 0;
    let mut drain_free = 0;
    let mut listed = 0;
    let mut last = 0;
    for (k, layer) in network.layers.iter().enumerate() {
        let (period, second) = if design.pairs() { spacing(network.is_output(k)) } else { (1, 0) };
        // slot 0 is the cycle of a pass in which its first event may be issued
        let slot = |cycle: u64| SETUP + (cycle - SETUP).next_multiple_of(period);
        let mut free = setup + SETUP;
        let groups = layer.size.div_ceil(lanes);
        for g in 0..groups {
            let neurons = (layer.size - g * lanes).min(lanes) as u64;
            let begin = free.max(signal_ready);
            // an event is issued in the cycle after the signal came, if that is what it waited for
            let opens = free.max(signal_ready + 1);
            // one by one as they come; pairs wait until all are there
            let bias = match design.pairs() {
                false => (opens + events[k] as u64).max(listed).max(drain_free),
                true => slot((slot(opens.max(listed)) + period * events[k] as u64).max(drain_free)) + second,
            };
            let layer_change = if g + 1 == groups { warm_up } else { 0 };
            // a core without learning draws none: the next group may begin in the cycle behind
            let draw = if design.learning { BEGIN_TO_DRAW + layer_change + load } else { 1 };
            signal_ready = begin + draw;
            drain_free = bias + neurons;
            free = bias + 1;
            last = bias + capture + CAPTURE_TO_OUTPUT + neurons - 1;
        }
        setup = free;
        listed = last + OUTPUT_TO_BIAS;
    }
    // two cycles behind the last output its error is collected, and one more finishes the pass
    last + 3
}

/// Cycles that no pass and no init of any network exceeds that the design has room for: what a
/// [watchdog](Design::watchdog) must let pass. It is an upper bound, and simple rather than close.
pub fn longest(design: &Design) -> u64 {
    let words = (design.hidden_words + design.output_words) as u64;
    let (lanes, layers) = (design.lanes as u64, design.max_layers as u64);
    // a word for each event of a group, the bias among them
    let visits = words * if design.pairs() { spacing(true).0 } else { 1 };
    // beside them a group may wait for its teaching signal at its begin, and for the drain registers at its end
    let warm_up = 2 + u64::from(PROJECTION_WARM_UP) / design.slice() as u64;
    let signal = BEGIN_TO_DRAW + warm_up + 3 * design.slices() as u64;
    let groups_of = |neurons: usize| neurons.div_ceil(design.lanes) as u64;
    let groups = (layers - 1) * groups_of(design.max_hidden) + groups_of(Design::MAX_CLASSES);
    let waits = groups * (signal + lanes + spacing(true).0);
    // and a layer for the outputs of the one before
    let changes = layers * (SETUP + ISSUE_TO_CAPTURE + CAPTURE_TO_OUTPUT + lanes + OUTPUT_TO_BIAS);
    let pass = visits + waits + changes + 3;
    // a weight a cycle, and a few for a layer
    let init = words * lanes + 4 * layers + 8;
    pass.max(init)
}

/// What one pass does, by the counters of the hardware.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassWork {
    /// BUSY_CYCLES.
    pub busy_cycles: u64,
    /// EVENTS: each once for a group of lanes, biases among them.
    pub events: u64,
    /// WEIGHT_READS: weights of neurons that exist.
    pub weight_reads: u64,
}

/// What a pass with so many events does; arguments as for [`busy_cycles`].
///
/// # Panics
/// If `events` has not one count for each layer.
pub fn pass_work(design: &Design, network: &Network, events: &[usize]) -> PassWork {
    let busy_cycles = busy_cycles(design, network, events);
    let mut work = PassWork { busy_cycles, ..PassWork::default() };
    for (layer, listed) in network.layers.iter().zip(events) {
        work.events += (layer.size.div_ceil(design.lanes) * (listed + 1)) as u64;
        work.weight_reads += (layer.size * (listed + 1)) as u64;
    }
    work
}

/// Events of all layers, each once for a group of lanes: the least number of cycles in which a pass could be issued.
pub fn bound(design: &Design, network: &Network, events: &[usize]) -> u64 {
    let groups = |k: usize| network.layers[k].size.div_ceil(design.lanes);
    let period = |k: usize| if design.pairs() { spacing(network.is_output(k)).0 } else { 1 };
    events.iter().enumerate().map(|(k, e)| (groups(k) * (e + 1)) as u64 * period(k)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{draw, BankStyle, Config};
    use rand_core::{RngCore, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    /// BUSY_CYCLES as the hardware counts them: the lockstep of drtp-cosim holds every pass of its scenarios to this model.
    #[test]
    fn counted_passes() {
        let network = |sizes: &[usize], projection| {
            let config = Config::with_layers(4, sizes).unwrap();
            Network { projection, ..config.network().clone() }
        };
        let shallow = network(&[9, 3], Projection::Binary);
        let binary = network(&[20, 18, 6, 10], Projection::Binary);
        let ternary = network(&[20, 18, 6, 10], Projection::Ternary);
        let wide = network(&[9, 150, 10], Projection::Ternary);
        let reference = Config::with_layers(4, &[20, 18, 10]).unwrap().design().clone();
        let four = Design { max_layers: 4, hidden_words: 1000, ..reference };
        let on = |lanes| Design { lanes, max_width: 150, max_hidden: 150, ..four.clone() };
        let pairs = |lanes| Design { bank_style: BankStyle::Spram, ..on(lanes) };
        let frozen = Design { learning: false, ..on(4) };
        let found = [
            (busy_cycles(&on(4), &shallow, &[9]), 37),
            (busy_cycles(&on(1), &shallow, &[9]), 55),
            (busy_cycles(&on(4), &binary, &[20, 18, 6]), 217),
            (busy_cycles(&on(4), &binary, &[0, 0, 0]), 127),
            (busy_cycles(&on(4), &ternary, &[0, 0, 0]), 136),
            (busy_cycles(&on(16), &binary, &[7, 11, 3]), 114),
            (busy_cycles(&on(64), &wide, &[9, 150]), 326),
            (busy_cycles(&on(64), &wide, &[0, 0]), 209),
            (busy_cycles(&frozen, &binary, &[0, 0, 0]), 107),
            (busy_cycles(&pairs(4), &binary, &[7, 11, 3]), 249),
            (busy_cycles(&pairs(4), &ternary, &[0, 1, 0]), 141),
            (longest(&on(4)), 6152),
            (longest(&on(64)), 67672),
            (longest(&pairs(4)), 9323),
            (bound(&on(4), &binary, &[20, 18, 6]), 5 * 21 + 2 * 19 + 3 * 7),
            (bound(&pairs(4), &binary, &[20, 18, 6]), 2 * (5 * 21 + 2 * 19) + 4 * 3 * 7),
        ];
        let (counted, expected): (Vec<u64>, Vec<u64>) = found.into_iter().unzip();
        assert_eq!(counted, expected);
        let work = pass_work(&on(4), &binary, &[20, 18, 6]);
        let events = 5 * 21 + 2 * 19 + 3 * 7;
        assert_eq!(work, PassWork { busy_cycles: counted[2], events, weight_reads: 18 * 21 + 6 * 19 + 10 * 7 });
    }
    #[test]
    fn no_pass_of_a_drawn_core_is_longer_than_the_longest() {
        let mut source = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut pairs = 0;
        for n in 0..2000 {
            let config = draw::config(&mut |n| source.next_u64() % n).unwrap();
            let (design, network) = (config.design(), config.network());
            let dense: Vec<usize> = network.sizes()[..network.depth()].to_vec();
            let paired = Design { bank_style: BankStyle::Spram, ..design.clone() };
            let paired = paired.problems().is_empty().then_some(&paired);
            pairs += usize::from(paired.is_some());
            for design in [Some(design), paired].into_iter().flatten() {
                let busy = busy_cycles(design, network, &dense);
                assert!(busy <= longest(design), "draw {n}: {busy} cycles, {} thought the longest", longest(design));
                assert!(2 * longest(design) < design.watchdog_cycles());
            }
        }
        assert!(pairs > 200, "{pairs} designs in pairs");
    }
}
