//! Where in the emitted Verilog the spied signals are: the only place that knows their names.
//!
//! Each becomes a line of a configuration file that makes it readable, and a macro of `design.h` through which
//! `shim.cpp` reads it. The emitted Verilog itself stays as it is.
use drtp_core::Design;
use drtp_hdl::TOP;
use std::fmt::Write;

/// Signals that there are once: macro, module, path of instances below the top, name.
const ONCE: [(&str, &str, &str, &str); 10] = [
    // a word is read, of which bank; it may be the weight window's and no event
    ("READ_HIDDEN", "drtp_stages", "stages", "read_hidden"),
    ("READ_WORD", "drtp_stages", "stages", "read_word"),
    ("READ_OUTPUT", "drtp_stages", "stages", "read_output"),
    ("WINDOW", "drtp_window", "window", "active"),
    // where changed weights go
    ("WRITE_WORD", "drtp_stages", "stages", "write_word"),
    // an initial weight, or one of the weight window, sets out on the way of an update
    ("STORE", TOP, "", "write_now"),
    ("CLASSIFIED", "drtp_control", "control", "classified"),
    ("BAD_FRAME", "drtp_event_builder", "builder", "is_bad_frame"),
    ("BAD_TARGET", "drtp_event_builder", "builder", "is_bad_target"),
    ("NOISE", "drtp_stages", "stages", "noise_state"),
];
/// Signals of each lane: macro, modules that may hold it, path below the lane, name.
const PER_LANE: [(&str, &[&str], &str, &str); 5] = [
    ("CHANGED_HIDDEN", &["drtp_lane"], "", "changed_hidden"),
    ("CHANGED_OUTPUT", &["drtp_lane"], "", "changed_output"),
    ("UPDATED", &["drtp_lane"], "", "updated"),
    ("HIDDEN_MEMORY", &["drtp_memory", "drtp_hidden_bank"], "hidden_bank", "mem"),
    ("OUTPUT_MEMORY", &["drtp_memory", "drtp_output_bank"], "output_bank", "mem"),
];

/// Those of pairs of lanes, before others of the same macro: whose step reads and writes, and the words of banks, which
/// no lane needs.
const ONCE_OF_PAIRS: [(&str, &str, &str, &str); 5] = [
    ("READ_SECOND", "drtp_stages", "stages", "is_second_5"),
    ("READ_WORD", "drtp_stages", "stages", "word_0"),
    ("WRITE_SECOND", "drtp_stages", "stages", "is_second_10"),
    ("WRITE_WORD", "drtp_stages", "stages", "word_5"),
    ("WRITE_OUTPUT", "drtp_stages", "stages", "output_10"),
];
/// Signals of each pair. Where counters count what changes, the register is that output itself.
const PER_PAIR: [(&str, &[&str], &str, &str); 4] = [
    ("CHANGED", &["drtp_pair_lane"], "", "changed"),
    ("UPDATED", &["drtp_pair_lane"], "", "updated"),
    ("CLOSES", &["drtp_pair_lane"], "", "close"),
    ("MEMORY", &["SB_SPRAM256KA"], "memory__DOT__ram", "mem"),
];
/// Those where changes are counted.
const PER_COUNTED_PAIR: [(&str, &[&str], &str, &str); 4] =
    [("CHANGED", &["drtp_pair_lane"], "", "writes"), PER_PAIR[1], PER_PAIR[2], PER_PAIR[3]];

/// Those that a core without learning does not have.
const OF_LEARNING: [&str; 1] = ["NOISE"];

fn once(design: &Design) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str, &'static str)> {
    let of_pairs = if design.pairs() { &ONCE_OF_PAIRS[..] } else { &[] };
    of_pairs.iter().chain(ONCE.iter().filter(|o| of_pairs.iter().all(|p| p.0 != o.0)))
}
fn per_lane(design: &Design) -> &'static [(&'static str, &'static [&'static str], &'static str, &'static str)] {
    if design.pairs() {
        if design.counters {
            &PER_COUNTED_PAIR
        } else {
            &PER_PAIR
        }
    } else {
        &PER_LANE
    }
}

/// Verilator's configuration file.
pub fn configuration(design: &Design) -> String {
    let mut lines: Vec<String> = vec![];
    let there = |name: &str| design.learning || !OF_LEARNING.contains(&name);
    let once = once(design).filter(|o| there(o.0)).map(|(_, module, _, name)| (*module, *name));
    let lanes = per_lane(design).iter().flat_map(|(_, modules, _, name)| modules.iter().map(move |m| (*m, *name)));
    for (module, name) in once.chain(lanes) {
        let line = format!("public_flat_rd -module \"{module}\" -var \"{name}\"");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    format!("`verilator_config\n{}\n", lines.join("\n"))
}

/// `a.b` as Verilator names it in a flattened model.
fn flat(path: &[&str]) -> String {
    path.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("__DOT__")
}

/// The header that tells the shim what is particular to the design. `traces` are macros of waveforms, 0 or 1.
pub fn header(design: &Design, traces: &[(&str, bool)]) -> String {
    let mut out = String::from("// Generated: sizes of one design, and where its spied signals are.\n");
    let mut define = |what: String, value: String| _ = writeln!(out, "#define {what} {value}");
    for (name, value) in [
        ("LANES", design.lanes),
        ("HIDDEN_BITS", design.hidden_bits),
        ("HIDDEN_WORDS", design.hidden_words),
        ("OUTPUT_BITS", design.output_bits),
        ("OUTPUT_WORDS", design.output_words),
        ("HIDDEN_GAP", design.weight_gap(false)),
        ("OUTPUT_GAP", design.weight_gap(true)),
        ("PAIRS", design.pairs().into()),
        ("MULTIPLIERS", design.multipliers()),
        ("HALF_BIT", design.spram_half_bit()),
        ("OUTPUT_BASE", design.spram_output_base()),
    ] {
        define(name.into(), value.to_string());
    }
    for (name, on) in traces {
        define((*name).into(), u8::from(*on).to_string());
    }
    // what only learning drives is not there without it
    let there = |name: &str| design.learning || !OF_LEARNING.contains(&name);
    for (name, _, path, signal) in once(design) {
        let signal = format!("(r).{}", flat(&[TOP, path, signal]));
        define(format!("{name}(r)"), if there(name) { signal } else { "0".into() });
    }
    // `lane[i]` of an array of instances, in Verilator's spelling; one lane alone is no array
    let array = if design.pairs() { "pair" } else { "lane" };
    let lane = if design.multipliers() == 1 { format!("{array}_##i##") } else { format!("{array}__BRA__##i##__KET__") };
    for (name, _, path, signal) in per_lane(design) {
        let signal = format!("(r).{}", flat(&[TOP, &lane, path, signal]));
        define(format!("{name}(r, i)"), if there(name) { signal } else { "0".into() });
    }
    let each: Vec<String> = (0..design.multipliers()).map(|i| format!("f({i})")).collect();
    define("EACH_LANE(f)".into(), each.join(" "));
    out
}
