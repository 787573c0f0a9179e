//! Median and spread over seeds; samples a second.
use drtp_core::cycles::busy_cycles;
use drtp_core::{bridge, Config, Network};

/// Share of the inputs that are events, for training samples of MNIST: not zero, or not zero in the sample before while
/// an update is owed. Mean over one epoch of 784-128-10 (`docs/record/boards.md`).
pub const MNIST_INPUT_SHARE: f64 = 0.2116;
/// The same of hidden neurons.
pub const MNIST_HIDDEN_SHARE: f64 = 0.9989;
/// Cycles between two passes that wait in line: the first teaching signal is drawn (`docs/record/throughput.md`).
const BETWEEN_PASSES: f64 = 4.0;
/// Bits of a byte on the line: start, eight of data, stop.
const BITS_PER_BYTE: f64 = 10.0;
/// Bytes of a request besides its sample: the first, the header, two of CRC.
const REQUEST_FRAME: usize = 1 + bridge::REQUEST_HEADER + 2;

/// Values of several seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Of an even count, the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// None of nothing.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 };
        Some(Self { median, min, max })
    }
    /// From the least to the greatest, as a share of the median.
    pub fn share(&self) -> f64 {
        if self.median > 0.0 {
            (self.max - self.min) / self.median
        } else {
            0.0
        }
    }
}

/// Mean cycles from one training sample to the next, at MNIST's share of events, by the exact cycle model.
///
/// ```
/// let config = drtp_core::Config::with_layers(16, &[784, 128, 10])?;
/// // 166 of 784 inputs are events, and all hidden neurons; a bias behind each group's
/// let events = 8 * (166 + 1) + (128 + 1);
/// // 37 until the last of them has passed, 4 until the next pass begins
/// assert_eq!(drtp_synth::cycles_per_sample(&config), f64::from(events + 37 + 4));
/// # Ok::<(), drtp_core::ConfigErrors>(())
/// ```
pub fn cycles_per_sample(config: &Config) -> f64 {
    busy_cycles(config.design(), config.network(), &events(config.network())) as f64 + BETWEEN_PASSES
}

/// Events of each layer.
fn events(network: &Network) -> Vec<usize> {
    let hidden = network.layers.iter().map(|l| l.size as f64 * MNIST_HIDDEN_SHARE);
    let inputs = network.inputs as f64 * MNIST_INPUT_SHARE;
    let all = std::iter::once(inputs).chain(hidden).take(network.depth());
    all.map(|e| e.round() as usize).collect()
}

/// Samples a second that a serial line of `baud` brings at the most: a request for each, one behind the other.
pub fn link_samples_per_second(baud: u32, config: &Config) -> f64 {
    let request = REQUEST_FRAME + config.network().inputs;
    f64::from(baud) / BITS_PER_BYTE / request as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = Spread::of(&[5.0, 1.0, 3.0]).unwrap();
        assert_eq!(spread, Spread { median: 3.0, min: 1.0, max: 5.0 });
        assert_eq!(Spread::of(&[1.0, 2.0]).unwrap().median, 1.5);
        assert!((spread.share() - 4.0 / 3.0).abs() < 1e-9);
        assert_eq!(Spread::of(&[]), None);
    }
    #[test]
    fn more_lanes_take_fewer_cycles() {
        let cycles = |lanes| cycles_per_sample(&Config::with_layers(lanes, &[784, 128, 10]).unwrap());
        assert!(cycles(4) > 3.5 * cycles(16));
        let deep = Config::with_layers(16, &[784, 128, 128, 10]).unwrap();
        assert!(cycles_per_sample(&deep) > cycles(16) + 900.0);
    }
}
