//! An oracle and another device on the same steps, compared after each batch.
use crate::device::{Device, DeviceError, Reply, Step};
use crate::golden_device::GoldenDevice;
use crate::oracle::Oracle;
use crate::scoreboard::{Mismatch, Scoreboard};
use drtp_core::Config;

/// A device under test beside the oracle.
pub struct Lockstep<D: Device, O: Oracle = GoldenDevice> {
    /// The oracle.
    pub oracle: O,
    /// The device under test.
    pub device: D,
    /// What was compared.
    pub scoreboard: Scoreboard,
}

impl<D: Device> Lockstep<D> {
    /// Beside the golden model; both just reset.
    pub fn new(config: &Config, device: D) -> Self {
        Self::with_oracle(config, GoldenDevice::new(config), device)
    }
}

impl<D: Device, O: Oracle> Lockstep<D, O> {
    /// Beside another oracle; both just reset.
    pub fn with_oracle(config: &Config, oracle: O, device: D) -> Self {
        Self { oracle, device, scoreboard: Scoreboard::new(config.layout()) }
    }
    /// Runs the steps on both and compares; gives the oracle's replies.
    ///
    /// # Errors
    /// A defect of the device that ends the run; disagreements are collected in the scoreboard.
    pub fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        let mut replies = vec![];
        // a batch ends with a command: frames stream, commands are points at which both must stand equal
        for batch in steps.split_inclusive(|s| !matches!(s, Step::Frame(_))) {
            let expected = self.oracle.run(batch)?;
            let replies_got = self.device.run(batch)?;
            for ((step, e), g) in batch.iter().zip(&expected).zip(&replies_got) {
                self.scoreboard.reply(step, e, g);
            }
            let (due, seen) = (self.oracle.take_writes()?, self.device.take_writes()?);
            if self.oracle.tells_writes() && self.device.sees_writes() {
                self.scoreboard.expect(due);
                self.scoreboard.observe(seen);
            }
            match batch.last() {
                Some(Step::Flush | Step::SoftReset | Step::Load(_) | Step::SaveAndRestore) => {
                    self.scoreboard.settle(true)
                }
                Some(Step::Configure(_)) => {
                    self.scoreboard.settle(true);
                    self.scoreboard.relayout(self.oracle.config().layout());
                }
                Some(Step::Init | Step::Reset) => {
                    self.scoreboard.forget();
                    self.scoreboard.settle(true);
                    self.scoreboard.relayout(self.oracle.config().layout());
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
        let (expected, got) = (self.oracle.weights(), self.device.weights());
        self.scoreboard.weights(&expected, &got, self.device.counters().cycles);
        self.scoreboard.noise(self.oracle.noise_state(), self.device.noise_state());
        let got = self.device.read_counters()?;
        for (counter, expected) in self.oracle.read_counters()? {
            if let Some((_, got)) = got.iter().find(|c| c.0 == counter) {
                self.scoreboard.counter(counter, expected, *got);
            }
        }
        Ok(self.scoreboard.mismatches())
    }
}
