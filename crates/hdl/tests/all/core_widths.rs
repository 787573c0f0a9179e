//! Rust does not check the width of `x.next = ..`; a kernel that assigns another one simulates and prints two different
//! designs. So the widths that the constructors chose must be those after a run that reaches every state.

use crate::support::driver::{config, Driver, CONFIGS};
use crate::support::print;
use drtp_hdl::emit;

#[test]
fn no_signal_changes_its_width() {
    // an operand of another width stops the run itself: `Num` asserts it, in builds with debug assertions
    for (at, (name, toml)) in CONFIGS.iter().enumerate() {
        let mut driver = Driver::new(&config(toml), 90 + at as u64);
        let text = print(driver.core.as_mut(), drtp_hdl::TOP);
        let before = emit::widths(driver.core.as_ref(), drtp_hdl::TOP);
        assert!(before.len() > 500, "{name}: only {} signals", before.len());
        driver.exercise(3);
        let after = emit::widths(driver.core.as_ref(), drtp_hdl::TOP);
        for (was, is) in before.iter().zip(&after) {
            assert_eq!(was, is, "{name}: a kernel assigns another width");
        }
        assert_eq!(before.len(), after.len());
        let again = emit::verilog(driver.core.as_ref(), drtp_hdl::TOP).unwrap_or_else(|e| panic!("{e}"));
        assert!(text == again, "{name}: what is printed depends on what was simulated");
    }
}
