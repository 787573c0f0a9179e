//! The scenarios that a core of emitted Verilog must pass: what broken cores are held to, and what coverage is measured of.
//!
//! ```text
//! networks, frames and commands in lockstep with golden, with pauses of both streams
//! the audit of the bus
//! a reset in each cycle of a sample, and soft resets
//! longer lockstep
//! counters over 2^32
//! ```
use crate::carries::carries;
use crate::soak::{Case, See};
use drtp_core::Config;
use drtp_cosim::audit::{audit, reset_in_cycle, soft_resets, AuditError};
use drtp_cosim::verilator::Options;
use drtp_cosim::{DeviceError, Stalls, VerilatorDevice};

/// Cases of a few frames, which find most; then longer ones.
const SHORT: (u64, usize) = (3, 40);
const LONG: (u64, usize) = (6, 400);
/// Networks of a case.
const NETWORKS: usize = 3;
/// Cycles of a sample in which a reset is tried: each of so many, or every so manieth of them.
const RESETS: u64 = 150;
const SOME_RESETS: usize = 7;

/// How far the scenarios go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// What notices a promise that is broken outright: short lockstep, the bus, some resets, carries.
    Short,
    /// What searches for corners too: longer lockstep, a reset in every cycle.
    Long,
}

/// Scenarios on one core.
pub struct Suite<'a> {
    /// The core; it learns.
    pub config: &'a Config,
    /// Its model.
    pub options: Options,
    /// Of all that is drawn.
    pub seed: u64,
    /// How far they go.
    pub tier: Tier,
}

/// What came of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A scenario noticed that something is wrong.
    Killed {
        /// `lockstep`, `bus`, `reset` or `carries`.
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
        let longer = if self.tier == Tier::Long { self.lockstep(LONG, seen)? } else { None };
        if let Some(what) = longer {
            return Ok(Verdict::Killed { by: "lockstep", what });
        }
        let wrong = carries(self.config, &self.options, seen)?;
        Ok(wrong.map_or(Verdict::Passed, |what| Verdict::Killed { by: "carries", what }))
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
        let audited = audit(self.config, &mut device);
        noticed(audited, &mut device, seen)
    }
    fn resets(&self, seen: See) -> Result<Option<String>, DeviceError> {
        let mut device = self.device()?;
        let every = if self.tier == Tier::Long { 1 } else { SOME_RESETS };
        let audited = (0..RESETS).step_by(every).try_for_each(|cycle| reset_in_cycle(self.config, &mut device, cycle));
        let audited = audited.and_then(|()| soft_resets(self.config, &mut device));
        noticed(audited, &mut device, seen)
    }
}

/// What an audit found, if anything.
fn noticed(
    audited: Result<(), AuditError>,
    device: &mut VerilatorDevice,
    seen: See,
) -> Result<Option<String>, DeviceError> {
    match audited {
        Ok(()) => seen(device).map(|()| None),
        Err(AuditError::Device(e @ DeviceError::Tool(_))) => Err(e),
        Err(e) => Ok(Some(e.to_string())),
    }
}
