//! The shape of a whole emitted core: few modules, none twice, none without need, and text that does not sprawl.

use crate::support::driver::{config, Driver};
use crate::support::print;
use std::collections::BTreeMap;

const CORE: &str = "[design]\nlanes = 16\n[network]\ninputs = 784\n[[network.layer]]\nsize = 128\n\
    [[network.layer]]\nsize = 10\n";

/// Modules: the name, and the text behind it.
fn modules(text: &str) -> Vec<(&str, &str)> {
    let all = text.split("\nmodule ").skip(1).filter_map(|rest| rest.split_once("\nendmodule"));
    all.map(|(module, _)| module.split_at(module.find(' ').expect("a port list"))).collect()
}

fn core() -> String {
    print(Driver::new(&config(CORE), 0).core.as_mut(), drtp_hdl::TOP)
}

#[test]
fn a_core_of_sixteen_lanes_is_small_enough_to_read() {
    let text = core();
    let names: Vec<&str> = modules(&text).iter().map(|m| m.0).collect();
    assert!(names.len() <= 20, "{} modules: {names:?}", names.len());
    assert!(text.lines().count() <= 2500, "{} lines", text.lines().count());
    let widest = text.lines().max_by_key(|l| l.len()).unwrap_or_default();
    assert!(widest.len() <= 120, "{} columns: {widest}", widest.len());
    assert_eq!(names[0], drtp_hdl::TOP);
}
#[test]
fn no_two_modules_are_equal() {
    let text = core();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, body) in modules(&text) {
        let before = seen.insert(body, name);
        assert_eq!(before, None, "the same text as {name}");
    }
}
#[test]
fn no_module_is_only_a_register() {
    for (name, body) in modules(&core()) {
        let code = body.split_once(");").map_or("", |x| x.1);
        let assigned = code.matches("<=").count() + code.matches("assign ").count();
        let instances = code.matches(" (\n").count();
        assert!(assigned + instances > 1, "{name} assigns {assigned} times and has {instances} instances:{code}");
    }
}
#[test]
fn names_are_plain_and_those_that_others_rely_on_are_there() {
    let text = core();
    let names = text.replace("$signed(", "").replace("$unsigned(", "");
    assert!(!names.contains('$'), "a `$` in a name");
    assert!(text.contains("    drtp_lane lane [15:0] (\n"), "an array of lanes");
    let all = modules(&text);
    let of = |name: &str| all.iter().find(|m| m.0 == name).map_or("", |m| m.1);
    for bank in ["hidden_bank", "output_bank"] {
        assert!(of("drtp_lane").contains(&format!(") {bank} (\n")), "{bank}");
    }
    assert!(of("drtp_memory").contains(" mem [0:DEPTH-1];"), "the array of a bank");
}
/// An integrator has a `control` or a `memory` of his own.
#[test]
fn every_module_is_named_after_the_top() {
    for (name, _) in modules(&core()) {
        assert!(name.starts_with("drtp_"), "{name}");
    }
}
#[test]
fn the_same_core_is_the_same_text() {
    assert_eq!(core(), core());
}
