//! The central theorem: hardware that defers each update to the next pass does what the model does at once.
use crate::common::*;
use drtp_cosim::*;
use proptest::prelude::*;

/// The oracle as a device under test: a suite that finds fault with it is wrong itself. It writes at once what hardware
/// still owes, which an init or a reset would have forgiven; so what is owed is paid before.
#[test]
fn golden() {
    proptest!(cases(500), |(scenario in prop_oneof![scenario(), scenario_on(designs())])| {
        let paid = |step| match step {
            Step::Init | Step::Reset => vec![Step::Flush, step],
            _ => vec![step],
        };
        let scenario = Scenario { steps: scenario.steps.into_iter().flat_map(paid).collect(), ..scenario };
        check(&scenario, |config, _| Ok(GoldenDevice::new(config)))?;
    });
}

/// Each scenario has a design of its own.
#[test]
fn rust_hdl() {
    proptest!(cases(200), |(scenario in scenario())| {
        check(&scenario, RustHdlDevice::new)?;
    });
}

/// A few designs, any network on them.
#[test]
fn verilator_model() {
    if have_verilator() {
        proptest!(cases(1000), |(scenario in scenario_on(designs()))| {
            check(&scenario, verilator)?;
        });
    }
}
