//! `drtp doctor`: the tools of others on this machine. Each is looked for by the code that starts it.
use crate::error::CliError;
use crate::progress::Bars;
use clap::Args;
use comfy_table::{presets, ContentArrangement, Table};
use drtp::cosim::verilator::{Cache, CacheUse};
use drtp::files::Program;
use drtp::{cosim, synth};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Options of `drtp doctor`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp doctor
  drtp doctor --json
  drtp doctor --install       fetches the pinned Python packages (Yosys, nextpnr) into drtp's own environment, then looks
  drtp doctor --empty-cache   drops the compiled models; the next run of each compiles it again

drtp needs nothing but itself for demo, emit, train, estimate, compare and most other commands. Exit codes: 0 all is there,
or only optional tools are missing; 1 a tool is missing, or in a version that will not do.

JSON: tools holds one object for each; path and version are null where nothing was found, problem where nothing is wrong. cache
holds folder, models, bytes and bound of the compiled models; null where there is none.")]
pub struct Doctor {
    /// Installs the pinned Python packages first, unless some Python has them; the system's own packages it only names.
    #[arg(long)]
    install: bool,
    /// Drops every compiled model from the cache first.
    #[arg(long)]
    empty_cache: bool,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
fn cache_object(cache: &CacheUse) -> Value {
    json!({ "folder": cache.folder, "models": cache.models, "bytes": cache.bytes, "bound": cache.bound })
}
fn print_cache(cache: &CacheUse) {
    let (bytes, bound) = (megabytes(cache.bytes), megabytes(cache.bound));
    println!("\nCompiled models: {} in {}, {bytes} of {bound} at the most.", cache.models, cache.folder.display());
    println!("    drtp doctor --empty-cache");
}

/// What compiles and runs the Verilog.
const SIMULATION: &[&str] =
    &["cosim --backend verilator", "coverage --verilog", "faults", "mutate", "soak (the Verilog's part)"];
/// All of the pinned Python packages: none is taken without the others.
const SYNTHESIS: &[&str] = &["synth", "asic", "calibrate", "estimate --check", "explore (without --estimate-only)"];
const CELLS: &[&str] = &["asic", "calibrate --target cells", "estimate --check"];

/// A tool, and the commands that start it.
struct Row {
    program: Program,
    commands: &'static [&'static str],
}

impl Doctor {
    pub fn run(self) -> Result<(), CliError> {
        if self.install {
            let bar = Bars::new().spin("installing Yosys and nextpnr");
            synth::Tools::install()?;
            bar.finish_and_clear();
        }
        // a folder that cannot be used is named by whoever needs it
        let cache = Cache::open().ok();
        if let Some(cache) = cache.as_ref().filter(|_| self.empty_cache) {
            let taken = cache.empty();
            eprintln!("drtp: {} compiled models dropped, {}", taken.models, megabytes(taken.bytes));
        }
        let usage = cache.map(|cache| cache.usage());
        let rows = rows();
        let is_missing = |r: &&Row| r.program.problem.is_some() && !r.program.optional;
        let missing: Vec<&'static str> = rows.iter().filter(is_missing).map(|r| r.program.name).collect();
        match self.json {
            true => {
                let tools: Vec<Value> = rows.iter().map(object).collect();
                println!(
                    "{}",
                    json!({ "tools": tools, "missing": missing, "cache": usage.as_ref().map(cache_object) })
                );
            }
            false => {
                print(&rows);
                usage.iter().for_each(print_cache);
            }
        }
        match missing.is_empty() {
            true => Ok(()),
            false => Err(CliError::Missing(missing)),
        }
    }
}

fn rows() -> Vec<Row> {
    let of = |commands: &'static [&'static str]| move |program| Row { program, commands };
    let simulation = cosim::verilator::programs().into_iter().map(of(SIMULATION));
    let synthesis = synth::programs().into_iter().map(of(SYNTHESIS));
    let cells = synth::asic::programs().into_iter().map(of(CELLS));
    let by_hand = [
        of(&["synth (to load its bitstream)"])(by_hand("openFPGALoader", "apt-get install openfpgaloader")),
        of(&["cosim --trace (to see its waveform)"])(by_hand("gtkwave", "apt-get install gtkwave")),
    ];
    simulation.chain(synthesis).chain(cells).chain(by_hand).collect()
}

/// What no command starts, but people do with what a command wrote.
fn by_hand(name: &'static str, install: &'static str) -> Program {
    let found = which::which(name);
    Program {
        name,
        problem: found.as_ref().err().map(|e| format!("{name} was not found in PATH ({e})")),
        place: found.ok(),
        version: None,
        wanted: "any".into(),
        optional: true,
        install,
    }
}

/// Where a name leads to.
fn path(place: &Path) -> PathBuf {
    which::which(place).unwrap_or_else(|_| place.into())
}

fn object(row: &Row) -> Value {
    let p = &row.program;
    json!({
        "name": p.name,
        "path": p.place.as_deref().map(path),
        "version": p.version,
        "wanted": p.wanted,
        "optional": p.optional,
        "needed_for": row.commands,
        "problem": p.problem,
        "install": p.install,
    })
}

fn print(rows: &[Row]) {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["tool", "", "version", "path", "for"]);
    for Row { program: p, commands } in rows {
        let state = match (&p.problem, p.optional, &p.version) {
            (None, ..) => "there",
            (Some(_), true, _) => "missing, optional",
            (Some(_), false, None) => "MISSING",
            (Some(_), false, Some(_)) => "OTHER VERSION",
        };
        let path = p.place.as_deref().map_or(String::new(), |p| path(p).display().to_string());
        table.add_row([p.name, state, p.version.as_deref().unwrap_or_default(), &path, &commands.join(", ")]);
    }
    println!("{table}");
    for p in rows.iter().map(|r| &r.program) {
        if let Some(problem) = &p.problem {
            println!("\n{} (wanted: {}): {problem}\n    {}", p.name, p.wanted, p.install);
        }
    }
}
