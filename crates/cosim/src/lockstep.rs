//! The golden model and another device on the same steps, compared after each batch.
use crate::device::{Device, DeviceError, Reply, Step};
use crate::golden_device::GoldenDevice;
use crate::scoreboard::{Mismatch, Scoreboard};
use drtp_core::Config;

/// A device under test beside the oracle.
pub struct Lockstep<D: Device> {
    /// The oracle.
    pub golden: GoldenDevice,
    /// The device under test.
    pub device: D,
    /// What was compared.
    pub scoreboard: Scoreboard,
}

impl<D: Device> Lockstep<D> {
    /// Both just reset.
    pub fn new(config: &Config, device: D) -> Self {
        Self { golden: GoldenDevice::new(config), device, scoreboard: Scoreboard::new(config.layout()) }
    }
    /// Runs the steps on both and compares; gives the golden replies.
    ///
    /// # Errors
    /// A defect of the device that ends the run; disagreements are collected in the scoreboard.
    pub fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        let mut replies = vec![];
        // a batch ends with a command: frames stream, commands are points at which both must stand equal
        for batch in steps.split_inclusive(|s| !matches!(s, Step::Frame(_))) {
            let expected = self.golden.run(batch)?;
            let got = self.device.run(batch)?;
            for ((step, e), g) in batch.iter().zip(&expected).zip(&got) {
                self.scoreboard.reply(step, e, g);
            }
            self.scoreboard.expect(self.golden.take_writes()?);
            self.scoreboard.observe(self.device.take_writes()?);
            match batch.last() {
                Some(Step::Flush | Step::SoftReset | Step::SaveAndRestore) => self.scoreboard.settle(true),
                Some(Step::Configure(_)) => {
                    self.scoreboard.settle(true);
                    self.scoreboard.relayout(self.golden.model().config().layout());
                }
                Some(Step::Init | Step::Reset) => {
                    self.scoreboard.forget();
                    self.scoreboard.settle(true);
                    self.scoreboard.relayout(self.golden.model().config().layout());
                }
                _ => self.scoreboard.settle(false),
            }
            replies.extend(expected);
        }
        Ok(replies)
    }
    /// Flushes and compares every weight, the noise and the counters.
    ///
    /// # Errors
    /// As [`Lockstep::run`].
    pub fn finish(&mut self) -> Result<&[Mismatch], DeviceError> {
        self.run(&[Step::Flush])?;
        let (golden, got) = (self.golden.weights(), self.device.weights());
        self.scoreboard.weights(&golden, &got, self.device.counters().cycles);
        self.scoreboard.noise(self.golden.noise_state(), self.device.noise_state());
        let got = self.device.read_counters()?;
        for (counter, expected) in self.golden.read_counters()? {
            if let Some((_, got)) = got.iter().find(|c| c.0 == counter) {
                self.scoreboard.counter(counter, expected, *got);
            }
        }
        Ok(self.scoreboard.mismatches())
    }
}
