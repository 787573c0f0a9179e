//! Every register as the table describes it, on both engines that have a bus.
use crate::common::*;
use drtp_cosim::audit::{audit, soft_resets};
use drtp_cosim::*;

#[test]
fn rust_hdl() {
    let all = designs();
    for config in [0, 3, 4, 6, 7, 9, 10].map(|i| &all[i]) {
        let mut device = RustHdlDevice::new(config, Stalls::NONE).unwrap();
        audit(config, &mut device).unwrap();
        soft_resets(config, &mut device).unwrap();
    }
}
#[test]
fn verilator_model() {
    if have_verilator() {
        for config in &designs() {
            let mut device = verilator(config, Stalls::NONE).unwrap();
            audit(config, &mut device).unwrap();
            soft_resets(config, &mut device).unwrap();
        }
    }
}
