//! Scenarios: a configuration, steps and pauses, run on any device beside the oracle.
use crate::device::{Device, DeviceError, Step};
use crate::lockstep::Lockstep;
use crate::scoreboard::Mismatch;
use crate::stall::Stalls;
use drtp_core::Config;

/// What to run, written once for every device.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Hardware, and the network at power-up.
    pub config: Config,
    /// What the user does; a flush and a comparison of all weights follow.
    pub steps: Vec<Step>,
    /// Pauses of the streams.
    pub stalls: Stalls,
}

impl Scenario {
    /// Runs the scenario on the device that `make` builds and gives every disagreement with the oracle.
    ///
    /// # Errors
    /// A defect of the device that ends the run.
    pub fn run<D: Device>(
        &self,
        make: impl FnOnce(&Config, Stalls) -> Result<D, DeviceError>,
    ) -> Result<Vec<Mismatch>, DeviceError> {
        let mut lockstep = Lockstep::new(&self.config, make(&self.config, self.stalls)?);
        lockstep.run(&self.steps)?;
        Ok(lockstep.finish()?.to_vec())
    }
}
