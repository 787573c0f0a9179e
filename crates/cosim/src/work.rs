//! What the hardware's counters must show: worked out from the golden model's activations, without any hardware.
use drtp_core::cycles::pass_work;
use drtp_core::regs::Counter;
use drtp_core::Config;
use drtp_golden::Outcome;

/// Activations and debts of the last sample.
#[derive(Clone, Debug, Default)]
struct Prior {
    /// Inputs of each layer, the bias last.
    inputs: Vec<Vec<i32>>,
    owed: Vec<bool>,
    /// Its updates, which the pass after it carries out.
    writes: u64,
    saturations: u64,
}

/// The counters since the last reset. Cycles and stalls are not among them: they depend on who sends and takes.
#[derive(Clone, Debug, Default)]
pub struct Work {
    busy_cycles: u64,
    samples: u64,
    learned: u64,
    correct: u64,
    dropped: u64,
    events: u64,
    weight_reads: u64,
    weight_writes: u64,
    saturations: u64,
    prior: Prior,
}

impl Work {
    /// Every counter that is determined.
    pub fn counters(&self) -> Vec<(Counter, u64)> {
        vec![
            (Counter::BusyCycles, self.busy_cycles),
            (Counter::Samples, self.samples),
            (Counter::Learned, self.learned),
            (Counter::Correct, self.correct),
            (Counter::Dropped, self.dropped),
            (Counter::Events, self.events),
            (Counter::WeightReads, self.weight_reads),
            (Counter::WeightWrites, self.weight_writes),
            (Counter::Saturations, self.saturations),
        ]
    }
    /// A frame was dropped.
    pub fn drop_frame(&mut self) {
        self.dropped += 1;
    }
    /// A sample was classified: the pass also paid what the one before it owed, and its own writes come later.
    pub fn sample(&mut self, config: &Config, outcome: &Outcome, learns: bool, target: usize) {
        let events: Vec<usize> = outcome.inputs.iter().enumerate().map(|(k, x)| self.prior.events(k, x)).collect();
        self.pass(config, &events);
        self.samples += 1;
        self.learned += u64::from(learns);
        self.correct += u64::from(outcome.class == target);
        self.prior = Prior {
            inputs: outcome.inputs.clone(),
            owed: outcome.owed.clone(),
            writes: outcome.writes.len() as u64,
            saturations: outcome.saturations,
        };
    }
    /// A pass without a sample, if anything is owed.
    pub fn flush(&mut self, config: &Config) {
        if self.prior.owed.contains(&true) {
            let events: Vec<usize> =
                self.prior.inputs.iter().enumerate().map(|(k, x)| self.prior.events(k, &vec![0; x.len()])).collect();
            self.pass(config, &events);
        }
        self.forgive();
    }
    /// Nothing is owed any more.
    pub fn forgive(&mut self) {
        self.prior.owed.fill(false);
        (self.prior.writes, self.prior.saturations) = (0, 0);
    }
    /// A reset: counters to zero, nothing owed.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
    fn pass(&mut self, config: &Config, events: &[usize]) {
        let work = pass_work(config.design(), config.network(), events);
        self.weight_writes += self.prior.writes;
        self.saturations += self.prior.saturations;
        self.busy_cycles += work.busy_cycles;
        self.events += work.events;
        self.weight_reads += work.weight_reads;
    }
}

impl Prior {
    /// Inputs of layer `k` that a pass with the inputs `x` visits, the bias left out.
    fn events(&self, k: usize, x: &[i32]) -> usize {
        let owed = self.owed.get(k).copied().unwrap_or(false);
        let before = |i: usize| owed && self.inputs[k][i] != 0;
        (0..x.len() - 1).filter(|i| x[*i] != 0 || before(*i)).count()
    }
}
