//! The list of memories is what the emitted core has: names, words, widths, and no other memory.

use drtp_core::memories::{memories, MemoryShape, Purpose};
use drtp_core::{Config, Draft};
use drtp_hdl::{emit, DrtpCore, TOP};
use rust_hdl::prelude::Block;
use std::collections::BTreeMap;

/// Words and width of each black box.
fn emitted(config: &Config) -> BTreeMap<String, (usize, usize)> {
    let mut core = Box::new(DrtpCore::new(config));
    core.connect_all();
    let files = emit::files(core.as_ref(), TOP).unwrap();
    let module = |rest: &str| {
        let name = rest.split_whitespace().next().unwrap().trim_start_matches("drtp_").to_string();
        let mem = rest.lines().find(|l| l.contains("] mem [")).expect("a memory");
        let bounds: Vec<usize> = mem.split([':', '[', ']']).filter_map(|w| w.trim().parse().ok()).collect();
        let &[top, 0, 0, last] = bounds.as_slice() else { panic!("{mem}") };
        (name, (last + 1, top + 1))
    };
    files.models.split("\nmodule ").skip(1).map(module).collect()
}

fn check(text: &str) {
    let text = format!("[design]\nbank_style = \"blackbox\"\n{text}");
    let config = Draft::parse("a case", &text).and_then(|d| d.config()).unwrap_or_else(|e| panic!("{text}\n{e}"));
    let listed = memories(config.design()).into_iter().map(|m| (m.name.to_string(), (m.words, m.width))).collect();
    assert_eq!(emitted(&config), listed, "{text}");
}

/// The single-port memories of an iCE40 UP5K hold all weights, one memory for each pair of lanes; the rest is as ever.
#[test]
fn weights_lie_in_one_memory_of_each_pair() {
    let of = |style: &str| {
        let text = format!("[design]\nlanes = 8\nbank_style = \"{style}\"\n");
        Draft::parse("a case", &text).and_then(|d| d.config()).unwrap()
    };
    let pairs = of("spram");
    let mut core = Box::new(DrtpCore::new(&pairs));
    core.connect_all();
    let files = emit::files(core.as_ref(), TOP).unwrap();
    let text = files.core + &files.models;
    assert_eq!(text.matches("SB_SPRAM256KA").count(), 2, "its name, and one instance in a module");
    assert!(text.contains(" pair [3:0] ("), "four pairs");
    let (of_pairs, of_lanes) = (memories(pairs.design()), memories(of("blackbox").design()));
    let others = |all: &[MemoryShape]| -> Vec<MemoryShape> {
        all.iter().filter(|m| m.purpose != Purpose::Weights).copied().collect()
    };
    assert_eq!(others(&of_pairs), others(&of_lanes));
    let weights: Vec<_> = of_pairs.iter().filter(|m| m.purpose == Purpose::Weights).collect();
    assert_eq!(weights.len(), 1);
    assert_eq!((weights[0].copies, weights[0].bits()), (4, 4 * 256 * 1024), "256 Kibit each");
}

#[test]
fn each_memory_is_listed() {
    let net = |sizes: &[usize]| {
        let layers: String = sizes[1..].iter().map(|n| format!("[[network.layer]]\nsize = {n}\n")).collect();
        format!("[network]\ninputs = {}\n{layers}", sizes[0])
    };
    check(&format!("lanes = 16\n{}", net(&[784, 128, 10])));
    check(&format!("lanes = 4\nmax_layers = 2\nmax_hidden = 100\ninput_pages = 1\n{}", net(&[300, 64, 10])));
    check(&format!("lanes = 32\nstream_bits = 32\nhidden_bits = 5\noutput_bits = 9\n{}", net(&[50, 33, 7, 3])));
    check(&format!("lanes = 1\nmax_layers = 1\ninput_pages = 1\n{}", net(&[5, 3])));
    check(&format!("lanes = 64\nfixed_network = true\n{}", net(&[17, 40, 20, 9, 12])));
    check(&format!("lanes = 8\nlearning = false\nmax_layers = 3\n{}", net(&[64, 32, 10])));
    check(&format!("lanes = 2\nlearning = false\nstream_bits = 32\n{}", net(&[10, 2])));
}
