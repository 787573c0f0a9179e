//! The scenarios that a core of emitted Verilog must pass: what broken cores are held to, and what coverage is measured of.
//!
//! ```text
//! networks, frames and commands in lockstep with golden, with pauses of both streams
//! the audit of the bus
//! a reset in each cycle of a sample
//! ```
use crate::soak::{Case, See};
use drtp_core::Config;
use drtp_cosim::audit::{audit, AuditError};
use drtp_cosim::verilator::Options;
use drtp_cosim::{Device, DeviceError, Frame, GoldenDevice, Stalls, Step, VerilatorDevice};

/// Cases of a few frames, which find most; then longer ones.
const SHORT: (u64, usize) = (3, 40);
const LONG: (u64, usize) = (6, 400);
/// Networks of a case.
const NETWORKS: usize = 3;
/// Cycles of a sample in which a reset is tried.
const RESETS: u64 = 150;

/// Scenarios on one core.
pub struct Suite<'a> {
    /// The core; it learns.
    pub config: &'a Config,
    /// Its model.
    pub options: Options,
    /// Of all that is drawn.
    pub seed: u64,
}

/// What came of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A scenario noticed that something is wrong.
    Killed {
        /// `lockstep`, `bus` or `reset`.
        by: &'static str,
        /// The first difference.
        what: String,
    },
    /// All is as it must be.
    Passed,
    /// The core's Verilog is none.
    Invalid(String),
}

impl Suite<'_> {
    /// Runs every scenario, to the first that notices something; `seen` gets the device behind each.
    ///
    /// # Errors
    /// A tool that is missing.
    pub fn run(&self, seen: See) -> Result<Verdict, DeviceError> {
        match self.all(seen) {
            Ok(verdict) => Ok(verdict),
            Err(e @ DeviceError::Tool(_)) => Err(e),
            Err(DeviceError::Build { reason, .. }) => Ok(Verdict::Invalid(reason)),
            // a device that hangs, or uses a memory in an undefined way
            Err(e) => Ok(Verdict::Killed { by: "lockstep", what: e.to_string() }),
        }
    }
    fn all(&self, seen: See) -> Result<Verdict, DeviceError> {
        if let Some(what) = self.lockstep(SHORT, seen)? {
            return Ok(Verdict::Killed { by: "lockstep", what });
        }
        if let Some(what) = self.bus(seen)? {
            return Ok(Verdict::Killed { by: "bus", what });
        }
        if let Some(what) = self.resets(seen)? {
            return Ok(Verdict::Killed { by: "reset", what });
        }
        let long = self.lockstep(LONG, seen)?;
        Ok(long.map_or(Verdict::Passed, |what| Verdict::Killed { by: "lockstep", what }))
    }
    fn lockstep(&self, (cases, frames): (u64, usize), seen: See) -> Result<Option<String>, DeviceError> {
        for n in 0..cases {
            let case = Case::on_design(self.config, self.seed.wrapping_add(1000 * n), NETWORKS, frames);
            if let Some(what) = case.on_verilog(&self.options, seen)?.mismatches.into_iter().next() {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }
    fn device(&self) -> Result<VerilatorDevice, DeviceError> {
        VerilatorDevice::with_options(self.config, Stalls::NONE, &self.options, &mut || ())
    }
    fn bus(&self, seen: See) -> Result<Option<String>, DeviceError> {
        let mut device = self.device()?;
        match audit(self.config, &mut device) {
            Ok(()) => seen(&mut device).map(|()| None),
            Err(AuditError::Device(e @ DeviceError::Tool(_))) => Err(e),
            Err(e) => Ok(Some(e.to_string())),
        }
    }
    /// Whether a core is as good as new after a reset in each cycle of a sample.
    fn resets(&self, seen: See) -> Result<Option<String>, DeviceError> {
        let (inputs, classes) = (self.config.network().inputs, self.config.network().classes());
        let frame = |n: usize| {
            let x: Vec<i8> = (0..inputs).map(|i| (n * 83 + i * 47) as u8 as i8).collect();
            Frame::learn(&x, (n % classes) as u8)
        };
        let mut steps: Vec<Step> = (1..5).map(|n| Step::Frame(frame(n))).collect();
        steps.push(Step::Flush);
        let mut fresh = GoldenDevice::new(self.config);
        let expected = fresh.run(&steps)?;
        let (weights, noise) = (fresh.weights(), fresh.noise_state());
        let mut device = self.device()?;
        for cycle in 0..RESETS {
            device.run(&[Step::Frame(frame(9))])?;
            device.reset_within(&frame(11), cycle)?;
            let same = device.run(&steps)? == expected && device.weights() == weights && device.noise_state() == noise;
            if !same {
                return Ok(Some(format!("after a reset in cycle {cycle} of a sample it is not as at power-up")));
            }
        }
        seen(&mut device)?;
        Ok(None)
    }
}
