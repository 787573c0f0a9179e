//! Where in the emitted Verilog the spied signals are: the only place that knows their names.
//!
//! Each becomes a line of a configuration file that makes it readable, and a macro of `design.h` through which
//! `shim.cpp` reads it. The emitted Verilog itself stays as it is.
use drtp_core::Design;
use drtp_hdl::TOP;
use std::fmt::Write;

/// Signals that there are once: macro, module, path of instances below the top, name.
const ONCE: [(&str, &str, &str, &str); 13] = [
    // a word is read, of which bank; it may be the weight window's and no event
    ("READ", "drtp_stages", "stages", "read"),
    ("READ_WORD", "drtp_stages", "stages", "read_word"),
    ("READ_OUTPUT", "drtp_stages", "stages", "read_output"),
    ("WINDOW", "drtp_window", "window", "active"),
    // where changed weights go
    ("WRITE_WORD", "drtp_stages", "stages", "write_word"),
    ("WRITE_OUTPUT", "drtp_stages", "stages", "write_output"),
    // an initial weight, or one of the weight window
    ("STORE", TOP, "", "write_now"),
    ("STORE_WORD", TOP, "", "write_word"),
    ("STORE_OUTPUT", TOP, "", "write_output"),
    ("CLASSIFIED", "drtp_control", "control", "classified"),
    ("BAD_FRAME", "drtp_event_builder", "builder", "bad_frame"),
    ("BAD_TARGET", "drtp_event_builder", "builder", "bad_target"),
    ("NOISE", "drtp_stages", "stages", "noise_state"),
];
/// Signals of each lane: macro, modules that may hold it, path below the lane, name.
const PER_LANE: [(&str, &[&str], &str, &str); 4] = [
    ("CHANGED", &["drtp_lane"], "", "writes"),
    ("UPDATED", &["drtp_lane"], "", "updated"),
    ("HIDDEN_MEMORY", &["drtp_memory"], "hidden_bank", "mem"),
    ("OUTPUT_MEMORY", &["drtp_memory"], "output_bank", "mem"),
];

/// Verilator's configuration file.
pub fn configuration() -> String {
    let mut lines: Vec<String> = vec![];
    let once = ONCE.iter().map(|(_, module, _, name)| (*module, *name));
    let lanes = PER_LANE.iter().flat_map(|(_, modules, _, name)| modules.iter().map(move |m| (*m, *name)));
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
    ] {
        define(name.into(), value.to_string());
    }
    for (name, on) in traces {
        define((*name).into(), u8::from(*on).to_string());
    }
    for (name, _, path, signal) in ONCE {
        define(format!("{name}(r)"), format!("(r).{}", flat(&[TOP, path, signal])));
    }
    for (name, _, path, signal) in PER_LANE {
        define(format!("{name}(r, i)"), format!("(r).{}", flat(&[TOP, "lane_##i##", path, signal])));
    }
    let each: Vec<String> = (0..design.lanes).map(|i| format!("f({i})")).collect();
    define("EACH_LANE(f)".into(), each.join(" "));
    out
}
