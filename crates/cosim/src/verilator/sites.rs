//! Where a core keeps state: every register and memory of its emitted Verilog, found in the text, for faults to flip.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A register or a memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Instances from the top down to it: `stages`, or `lane[3]`, `hidden_bank`.
    pub path: Vec<String>,
    /// The module that declares it.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// Bits of a word.
    pub bits: usize,
    /// Words; 1 for a register.
    pub words: usize,
}

/// What a site's contents are to the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A memory of weights.
    Weights,
    /// Lists of events, activations, pending errors, scores: what belongs to a sample.
    Sample,
    /// A register of a pseudo-random stream.
    Stream,
    /// Settings, which only the bus changes.
    Settings,
    /// All other state: control, stages, accumulators.
    State,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 5] = [Role::Weights, Role::Sample, Role::Stream, Role::Settings, Role::State];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Sample => "sample",
            Self::Stream => "stream",
            Self::Settings => "settings",
            Self::State => "state",
        }
    }
}

impl Site {
    /// `stages.noise_state`, `lane[3].hidden_bank.mem`.
    pub fn full_name(&self) -> String {
        self.path.iter().chain([&self.name]).cloned().collect::<Vec<_>>().join(".")
    }
    /// What it holds.
    pub fn role(&self) -> Role {
        let instance = self.path.last().map_or("", String::as_str);
        match self.name.as_str() {
            "mem" if instance.ends_with("_bank") || self.module == "SB_SPRAM256KA" => Role::Weights,
            "mem" => Role::Sample,
            name if name.contains("stream") || name == "noise_state" || name == "scan" => Role::Stream,
            _ if self.module == "drtp_settings" => Role::Settings,
            _ => Role::State,
        }
    }
    /// As Verilator names it in a flattened model below `top`.
    fn flat(&self, top: &str) -> String {
        let spelled = self.path.iter().map(|p| p.replace('[', "__BRA__").replace(']', "__KET__"));
        let names: Vec<String> = [top.to_string()].into_iter().chain(spelled).chain([self.name.clone()]).collect();
        names.join("__DOT__")
    }
}

/// A module's registers (name, width, depth), its instances, and the names that a clock writes.
#[derive(Default)]
struct Module {
    registers: Vec<(String, String, String)>,
    instances: Vec<Instance>,
    clocked: BTreeSet<String>,
}

/// A module's instance, or an array of so many.
struct Instance {
    module: String,
    name: String,
    count: Option<usize>,
    parameters: BTreeMap<String, usize>,
}

/// Every site below the module `top`.
pub fn sites(verilog: &str, top: &str) -> Vec<Site> {
    let modules = modules(verilog);
    let mut out = vec![];
    walk(&modules, top, &[], &BTreeMap::new(), &mut out);
    out
}

fn walk(
    modules: &BTreeMap<String, Module>,
    name: &str,
    path: &[String],
    parameters: &BTreeMap<String, usize>,
    out: &mut Vec<Site>,
) {
    let Some(module) = modules.get(name) else { return };
    for (register, width, depth) in module.registers.iter().filter(|(r, ..)| module.clocked.contains(r)) {
        out.push(Site {
            path: path.to_vec(),
            module: name.into(),
            name: register.clone(),
            bits: span(width, parameters),
            words: span(depth, parameters),
        });
    }
    for child in &module.instances {
        let names = match child.count {
            None => vec![child.name.clone()],
            Some(n) => (0..n).map(|i| format!("{}[{i}]", child.name)).collect(),
        };
        for name in names {
            walk(modules, &child.module, &[path, &[name]].concat(), &child.parameters, out);
        }
    }
}

/// How many bits or words `[a:b]` spans; 1 for nothing. An end may be `PARAMETER-1`.
fn span(range: &str, parameters: &BTreeMap<String, usize>) -> usize {
    let end = |text: &str| {
        let text = text.trim();
        text.strip_suffix("-1")
            .and_then(|name| parameters.get(name).map(|n| n.saturating_sub(1)))
            .or(text.parse().ok())
            .unwrap_or(0)
    };
    match range.trim_matches(['[', ']']).split_once(':') {
        Some((a, b)) => end(a).abs_diff(end(b)) + 1,
        None => 1,
    }
}

fn modules(verilog: &str) -> BTreeMap<String, Module> {
    let text: String = verilog.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut out = BTreeMap::new();
    for part in text.split("\nmodule ").skip(1) {
        let Some((body, _)) = part.split_once("endmodule") else { continue };
        let name: String = body.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        out.insert(name, module(body));
    }
    out
}

fn module(body: &str) -> Module {
    let mut out = Module::default();
    // where statements end: a declaration or an instance is one; a port ends with a comma, too
    let (ports, rest) = body.split_once(");\n").unwrap_or(("", body));
    for port in ports.split("output").skip(1) {
        if let Some(list) = port.trim_start().strip_prefix("reg") {
            let list = list.split(" input").next().unwrap_or("").trim_end().trim_end_matches(',');
            declared(list, &mut out.registers);
        }
    }
    for statement in rest.split(';') {
        let statement = statement.trim();
        // attributes stand before a memory
        let plain = statement.strip_prefix("(*").and_then(|s| s.split_once("*)")).map_or(statement, |s| s.1.trim());
        if let Some(list) = plain.strip_prefix("reg") {
            declared(list, &mut out.registers);
        } else if plain.starts_with("drtp_") || plain.starts_with("SB_") {
            out.instances.extend(instance(plain));
        }
    }
    for (at, _) in body.match_indices(" <= ") {
        let before = body[..at].trim_end();
        let from = match before.ends_with('}') {
            true => before.rfind('{').unwrap_or(at),
            false => before.rfind(|c: char| c.is_whitespace() || c == ')').map_or(0, |i| i + 1),
        };
        let names = before[from..].trim_matches(['{', '}']).split(',');
        out.clocked.extend(names.map(|n| n.trim().split('[').next().unwrap_or("").to_string()));
    }
    out
}

/// `signed [28:0] a = 29'd0, b = 29'd0` or `[WIDTH-1:0] mem [0:DEPTH-1]`.
fn declared(list: &str, out: &mut Vec<(String, String, String)>) {
    let list = list.trim().trim_start_matches("signed").trim();
    let (width, names) = match list.strip_prefix('[').and_then(|l| l.split_once(']')) {
        Some((width, names)) => (format!("[{width}]"), names),
        None => (String::new(), list),
    };
    for one in names.split(',') {
        let one = one.split('=').next().unwrap_or("").trim();
        let (name, depth) = one.split_once(' ').unwrap_or((one, ""));
        if !name.is_empty() {
            out.push((name.into(), width.clone(), depth.trim().into()));
        }
    }
}

/// `drtp_lane lane [15:0] (..)` or `drtp_memory #(.WIDTH(8), ..) xs (..)`.
fn instance(text: &str) -> Option<Instance> {
    let (module, mut rest) = text.split_once(' ')?;
    let mut parameters = BTreeMap::new();
    if let Some(with) = rest.strip_prefix("#(") {
        let (list, after) = with.split_once(") ")?;
        for one in list.split(',') {
            let (name, value) = one.trim().trim_start_matches('.').split_once('(')?;
            parameters.insert(name.into(), value.trim_end_matches(')').parse().ok()?);
        }
        rest = after;
    }
    let (name, _) = rest.split_once('(')?;
    let name = name.trim();
    let (name, count) = match name.split_once(' ') {
        None => (name, None),
        Some((name, range)) => (name, Some(span(range, &BTreeMap::new()))),
    };
    Some(Instance { module: module.into(), name: name.into(), count, parameters })
}

/// Lines of Verilator's configuration file that make them writable.
pub fn configuration(sites: &[Site]) -> String {
    let lines: BTreeSet<String> =
        sites.iter().map(|s| format!("public_flat_rw -module \"{}\" -var \"{}\"", s.module, s.name)).collect();
    lines.into_iter().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{line}");
        out
    })
}

/// The macro by which the shim flips a bit of each.
pub fn header(sites: &[Site], top: &str) -> String {
    let each: Vec<String> = sites.iter().enumerate().map(|(i, s)| format!("f({i}, (r).{})", s.flat(top))).collect();
    format!("#define EACH_SITE(f, r) {}\n", each.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> Vec<Site> {
        sites(include_str!("../../../../rtl-out/reference/drtp_core.v"), "drtp_core")
    }
    fn of(name: &str) -> Site {
        let found: Vec<Site> = reference().into_iter().filter(|s| s.full_name() == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0].clone()
    }

    #[test]
    fn registers_and_memories_are_found_with_their_sizes() {
        for (name, bits, words) in [
            ("stages.noise_state", 32, 1),
            ("lane[15].hidden_bank.mem", 8, 6280),
            ("lane[0].output_bank.rd", 12, 1),
            ("lists.any_list.mem", 26, 2048),
            ("ranking_gap", 30, 1),
            ("control.flush", 1, 1),
            ("settings.size_4", 10, 1),
            ("counters_0.count[11].upper", 32, 1),
        ] {
            let site = of(name);
            assert_eq!((site.bits, site.words), (bits, words), "{name}");
        }
    }
    #[test]
    fn what_no_clock_writes_is_no_site() {
        // of an `always @*`
        assert!(reference().iter().all(|s| !(s.module == "drtp_teacher" && s.name == "draws")));
        assert!(reference().iter().all(|s| s.bits > 0 && s.words > 0 && !s.name.contains(' ')));
    }
    #[test]
    fn each_role_has_its_sites() {
        let roles: BTreeSet<Role> = reference().iter().map(Site::role).collect();
        assert_eq!(roles.into_iter().collect::<Vec<_>>(), Role::ALL);
        assert_eq!(of("teacher.target_stream").role(), Role::Stream);
        assert_eq!(of("lane[3].output_bank.mem").role(), Role::Weights);
        assert_eq!(of("teacher.pending.mem").role(), Role::Sample);
    }
    #[test]
    fn paths_are_spelled_as_verilator_does() {
        assert_eq!(
            of("lane[3].hidden_bank.mem").flat("drtp_core"),
            "drtp_core__DOT__lane__BRA__3__KET____DOT__hidden_bank__DOT__mem"
        );
    }
}
