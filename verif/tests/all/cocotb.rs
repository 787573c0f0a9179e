//! Another master's view of the core: the cocotb suite of `verif/cocotb`, against golden vectors. On the emitted Verilog, and on
//! gates that Yosys makes of it.
use drtp::frames::frames;
use drtp::vectors::{text, vectors};
use drtp_testing::{long, need_program, need_python};
use drtp_verif::{config, emit, fresh, python, root, said};
use std::fs;
use std::path::{Path, PathBuf};

/// A small core: Icarus simulates two to ten thousand cycles a second.
struct Core {
    name: &'static str,
    /// Lines of `[design]`.
    design: &'static str,
    /// The network that it is generated with; the rest of the file.
    own: &'static str,
    /// A network of other sizes and settings that it is given over the bus; some of its updates are to saturate.
    other: &'static str,
}

/// In each, either bank can be asked for more than it has. The first has a watchdog; the second has no
/// counters; in the third, 16 lanes do not divide the layers' sizes.
const FOUR_LANES: Core = Core {
    name: "4-lanes",
    design: "lanes = 4\nhidden_words = 40\noutput_words = 20\nmax_layers = 3\nmax_width = 12\nwatchdog = true\n",
    own: "[network]\ninputs = 9\n[[network.layer]]\nsize = 7\n[[network.layer]]\nsize = 3\n",
    other: "[network]\ninputs = 6\nrule = 'drtp'\nactivation = 'clipped_relu'\nmargin = 3000\n\
            [[network.layer]]\nsize = 5\nshift = 2\ninit_bits = 6\n\
            [[network.layer]]\nsize = 8\nshift = 3\ninit_bits = 5\n\
            [[network.layer]]\nsize = 4\nshift = 1\ninit_bits = 9\n",
};
const ONE_LANE: Core = Core {
    name: "1-lane",
    design: "lanes = 1\nhidden_bits = 4\noutput_bits = 8\nhidden_words = 30\noutput_words = 16\nmax_layers = 2\n\
            max_width = 6\ncounters = false\n",
    own: "[network]\ninputs = 5\n[[network.layer]]\nsize = 3\nwf = 5\n[[network.layer]]\nsize = 2\nwf = 6\n",
    other: "[network]\ninputs = 6\nrule = 'gated'\nprojection = 'ternary'\ndead_zone = 3\n\
            [[network.layer]]\nsize = 4\nwf = 4\nshift = 4\n[[network.layer]]\nsize = 3\nwf = 7\nshift = 1\n",
};
const SIXTEEN_LANES: Core = Core {
    name: "16-lanes",
    design: "lanes = 16\nhidden_bits = 12\noutput_bits = 16\nhidden_words = 60\noutput_words = 24\n\
            max_layers = 4\nmax_width = 20\n",
    own: "[network]\ninputs = 5\n[[network.layer]]\nsize = 17\n[[network.layer]]\nsize = 2\n\
            [[network.layer]]\nsize = 5\n",
    other: "[network]\ninputs = 7\nrule = 'drtp'\nprojection = 'binary'\nmargin = 60000\n\
            [[network.layer]]\nsize = 18\nwf = 15\nshift = 0\ninit_bits = 10\n\
            [[network.layer]]\nsize = 4\nwf = 12\nshift = 0\ninit_bits = 14\n",
};

/// Frames of the vectors of either tier, and the seed that they are drawn from.
const FRAMES: [usize; 2] = [40, 60];
const SEED: u64 = 1;

/// Tests that gates are held to in the short tier: streams, registers, a network that is learned over the bus, saved and restored.
const GATES: &str =
    "results_do_not_depend|every_register_answers|another_network_learns|saved_and_restored|wrong_length|reset_values";

/// What the suite talks to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    /// The Verilog, where a value can be unknown.
    Icarus,
    /// The Verilog, five times as fast on many lanes.
    Verilator,
    /// Gates, in Icarus.
    Gates,
}

/// The core and its vectors, in a folder.
fn prepared(core: &Core, on: On) -> PathBuf {
    let name = match on {
        On::Icarus => "icarus",
        On::Verilator => "verilator",
        On::Gates => "gates",
    };
    let folder = fresh(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cocotb"), &format!("{}-{name}", core.name));
    for (part, network, seeds) in
        [("core", core.own, ""), ("other", core.other, "[seeds]\ninit = 11\nprojection = 12\nnoise = 13\n")]
    {
        let config = config(&format!("[design]\n{}\n{network}\n{seeds}", core.design));
        let out = folder.join(part);
        emit(&config, &out);
        let vectors =
            vectors(&config, &frames(&config, FRAMES[usize::from(long())], SEED)).unwrap_or_else(|e| panic!("{e}"));
        fs::write(out.join("vectors.json"), text(&vectors)).unwrap();
    }
    folder
}

/// Runs the suite; all of it must pass.
fn suite(core: &Core, on: On) {
    let tools = need_python("cocotb_tools.runner")
        && need_python("cocotbext.axi")
        && match on {
            On::Verilator => need_python("verilator"),
            On::Icarus => need_program("iverilog", "-V", "iverilog"),
            On::Gates => need_program("iverilog", "-V", "iverilog") && need_python("pyosys"),
        };
    if !tools {
        return;
    }
    let folder = prepared(core, on);
    let mut run = python();
    run.arg(root().join("verif/cocotb/run.py"));
    if on == On::Gates {
        let mut yosys = python();
        yosys.arg(root().join("verif/yosys/netlist.py"));
        let (_, text) = said(yosys.arg(folder.join("core/drtp_core.v")).arg(folder.join("netlist.v")));
        assert!(text.lines().any(|l| l == "netlist: ok"), "{text}");
        run.arg("--netlist");
    }
    run.args(["--simulator", if on == On::Verilator { "verilator" } else { "icarus" }]);
    if on == On::Gates && !long() {
        run.args(["--only", GATES]);
    }
    let (passed, text) = said(run.arg(&folder));
    println!("{text}");
    let count = text.lines().rev().find_map(|l| l.strip_prefix("cocotb: "));
    let some = count.is_some_and(|c| !c.starts_with("0 passed") && c.ends_with(" passed, 0 failed"));
    assert!(passed && some, "{count:?}; the logs are in {}", folder.display());
}

#[test]
fn four_lanes_in_verilator() {
    suite(&FOUR_LANES, On::Verilator);
}
#[test]
fn one_lane_in_icarus() {
    suite(&ONE_LANE, On::Icarus);
}
#[test]
fn one_lane_as_gates() {
    suite(&ONE_LANE, On::Gates);
}
#[test]
#[ignore = "long tier: many lanes"]
fn sixteen_lanes_in_verilator() {
    suite(&SIXTEEN_LANES, On::Verilator);
}
#[test]
#[ignore = "long tier: unknown values on many lanes"]
fn four_lanes_in_icarus() {
    suite(&FOUR_LANES, On::Icarus);
}
#[test]
#[ignore = "long tier: unknown values on many lanes"]
fn sixteen_lanes_in_icarus() {
    suite(&SIXTEEN_LANES, On::Icarus);
}
#[test]
#[ignore = "long tier: gates of many lanes"]
fn four_lanes_as_gates() {
    suite(&FOUR_LANES, On::Gates);
}
#[test]
#[ignore = "long tier: gates of many lanes"]
fn sixteen_lanes_as_gates() {
    suite(&SIXTEEN_LANES, On::Gates);
}
