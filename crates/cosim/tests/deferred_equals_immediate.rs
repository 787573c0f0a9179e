//! The central theorem: hardware that defers each update to the next pass does what the model does at once.
mod common;
use common::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(4000))]
    #[test]
    fn deferred_equals_immediate(scenario in scenario()) {
        check(&scenario)?;
    }
}
