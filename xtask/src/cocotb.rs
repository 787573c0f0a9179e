//! The cores that the cocotb suite talks to: each as generated, and another network for the same hardware.
use crate::job::{Expect, Job};
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
    simulator: Simulator,
}

/// One that knows unknown values, and one that is five times as fast on many lanes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Simulator {
    Icarus,
    Verilator,
}

impl Simulator {
    fn name(self) -> &'static str {
        match self {
            Self::Icarus => "icarus",
            Self::Verilator => "verilator",
        }
    }
}

/// In each, either bank can be asked for more than it has. The first has a watchdog; the second has no
/// counters; in the third, 16 lanes do not divide the layers' sizes.
const CORES: [Core; 3] = [
    Core {
        name: "4-lanes",
        design: "lanes = 4\nhidden_words = 40\noutput_words = 20\nmax_layers = 3\nmax_width = 12\nwatchdog = true\n",
        own: "[network]\ninputs = 9\n[[network.layer]]\nsize = 7\n[[network.layer]]\nsize = 3\n",
        other: "[network]\ninputs = 6\nrule = 'drtp'\nactivation = 'clipped_relu'\nmargin = 3000\n\
            [[network.layer]]\nsize = 5\nshift = 2\ninit_bits = 6\n\
            [[network.layer]]\nsize = 8\nshift = 3\ninit_bits = 5\n\
            [[network.layer]]\nsize = 4\nshift = 1\ninit_bits = 9\n",
        simulator: Simulator::Verilator,
    },
    Core {
        name: "1-lane",
        design: "lanes = 1\nhidden_bits = 4\noutput_bits = 8\nhidden_words = 30\noutput_words = 16\nmax_layers = 2\n\
            max_width = 6\ncounters = false\n",
        own: "[network]\ninputs = 5\n[[network.layer]]\nsize = 3\nwf = 5\n[[network.layer]]\nsize = 2\nwf = 6\n",
        other: "[network]\ninputs = 6\nrule = 'gated'\nprojection = 'ternary'\ndead_zone = 3\n\
            [[network.layer]]\nsize = 4\nwf = 4\nshift = 4\n[[network.layer]]\nsize = 3\nwf = 7\nshift = 1\n",
        simulator: Simulator::Icarus,
    },
    Core {
        name: "16-lanes",
        design: "lanes = 16\nhidden_bits = 12\noutput_bits = 16\nhidden_words = 60\noutput_words = 24\n\
            max_layers = 4\nmax_width = 20\n",
        own: "[network]\ninputs = 5\n[[network.layer]]\nsize = 17\n[[network.layer]]\nsize = 2\n\
            [[network.layer]]\nsize = 5\n",
        other: "[network]\ninputs = 7\nrule = 'drtp'\nprojection = 'binary'\nmargin = 60000\n\
            [[network.layer]]\nsize = 18\nwf = 15\nshift = 0\ninit_bits = 10\n\
            [[network.layer]]\nsize = 4\nwf = 12\nshift = 0\ninit_bits = 14\n",
        simulator: Simulator::Verilator,
    },
];

/// Its gates are simulated in each run, those of all with `--thorough`.
const SMALLEST: &str = "1-lane";

/// The networks of a core, by the name of their folder.
fn networks(core: &Core) -> [(&'static str, &'static str); 2] {
    [("core", core.own), ("other", core.other)]
}

/// Configuration files, by their place below `work`.
pub fn files(work: &Path) -> Vec<(PathBuf, String)> {
    let file = |core: &Core, (folder, network): (&str, &str)| {
        let seeds = if folder == "other" { "[seeds]\ninit = 11\nprojection = 12\nnoise = 13\n" } else { "" };
        (toml(work, core, folder), format!("[design]\n{}\n{network}\n{seeds}", core.design))
    };
    CORES.iter().flat_map(|core| networks(core).map(|n| file(core, n))).collect()
}

fn toml(work: &Path, core: &Core, folder: &str) -> PathBuf {
    work.join(format!("{}-{folder}.toml", core.name))
}

/// Generates the cores and their vectors.
pub fn prepare(work: &Path) -> Vec<Job> {
    let drtp = |core: &Core, folder: &str, command: &str, made: &str| {
        let out = work.join(core.name).join(folder);
        Job::drtp(command)
            .arg("--config")
            .path(&toml(work, core, folder))
            .arg("--out")
            .path(&out)
            .expect(Expect::Files(vec![out.join(made)]))
    };
    CORES
        .iter()
        .flat_map(|core| {
            [
                drtp(core, "core", "emit", "drtp_core.v"),
                drtp(core, "core", "vectors", "vectors.json"),
                drtp(core, "other", "vectors", "vectors.json"),
            ]
        })
        .collect()
}

/// Runs the suite on each of them, on the one that takes longest first; with `thorough`, in Icarus too.
pub fn suite(work: &Path, thorough: bool) -> Vec<Job> {
    let usual = CORES.iter().rev().map(|core| run(work, core, core.simulator));
    let again = CORES.iter().filter(|core| thorough && core.simulator != Simulator::Icarus);
    usual.chain(again.map(|core| run(work, core, Simulator::Icarus))).collect()
}

/// Synthesises the smallest of them, or all, to gates, and runs the suite on those, where a value can be unknown.
pub fn netlists(work: &Path, thorough: bool) -> Vec<Job> {
    let cores = CORES.iter().filter(|core| thorough || core.name == SMALLEST);
    cores
        .flat_map(|core| {
            let folder = work.join(core.name);
            let netlist = folder.join("netlist.v");
            let synthesise = Job::new("python3", ["verif/yosys/netlist.py"])
                .path(&folder.join("core").join("drtp_core.v"))
                .path(&netlist)
                .expect(Expect::Line("netlist: ok"));
            [synthesise, run(work, core, Simulator::Icarus).arg("--netlist")]
        })
        .collect()
}

fn run(work: &Path, core: &Core, simulator: Simulator) -> Job {
    Job::new("python3", ["verif/cocotb/run.py", "--simulator", simulator.name()])
        .path(&work.join(core.name))
        .expect(Expect::Count("cocotb"))
}
