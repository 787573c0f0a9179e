//! One module: its header, declarations, instances, `assign`s and processes.
use super::block::Place;
use super::claims::claims;
use super::declare::Declarations;
use super::expr::{sized, sized_as, Writer};
use super::forms::{forms, process, Form, Placed};
use super::kernel::Kernel;
use super::names::{snake, stem};
use super::netlist::Role;
use super::plan::{plan, Plan};
use super::scope::{Scope, Ty};
use super::stm::Stm;
use super::unit::Unit;
use super::wiring::{wire_up, Wiring};
use std::collections::BTreeSet;

/// A module without its name.
pub(super) struct Module {
    /// The name its author gave it.
    pub name: Option<String>,
    /// Lines above it.
    pub doc: Vec<String>,
    /// From the ports to the last statement.
    pub body: String,
    /// A model of something that is built otherwise: in a file beside.
    pub apart: bool,
    pub problems: Vec<String>,
}

pub(super) struct Port {
    pub kind: &'static str,
    pub ty: String,
    pub name: String,
    /// ` = 4'd0`
    pub init: String,
}

impl Port {
    fn is_input(&self) -> bool {
        self.kind.starts_with("input")
    }
}

/// Columns that a line of ports may fill.
const PORTS: usize = 118;

/// Parameters and port list, from behind the module's name. Neighbours of one direction share a line, but each port of
/// the top has its own.
pub(super) fn header(parameters: &[String], ports: &[Port], top: bool) -> String {
    let mut out = match parameters {
        [] => String::from(" (\n"),
        p => format!(" #(\n{}\n) (\n", p.join(",\n")),
    };
    let mut column = 0;
    for (i, p) in ports.iter().enumerate() {
        let full = format!("{} {}{}{}", p.kind, p.ty, p.name, p.init);
        let before = i.checked_sub(1).map(|b| &ports[b]).filter(|q| !top && p.is_input() == q.is_input());
        let text = match before.filter(|_| column + full.len() < PORTS) {
            // not every tool reads a list of names with initial values
            Some(q) if (p.kind, &p.ty) == (q.kind, &q.ty) && p.init.is_empty() && q.init.is_empty() => {
                format!(" {}", p.name)
            }
            Some(_) => format!(" {full}"),
            None => {
                out += if i > 0 { "\n" } else { "" };
                column = 0;
                format!("    {full}")
            }
        };
        column += text.len();
        out += &text;
        out += if i + 1 < ports.len() { "," } else { "\n" };
    }
    out + ");\n"
}

/// The module of a kernel. `kinds` are the modules of its children, `None` for those that are no instance.
pub(super) fn of_kernel(unit: &Unit, kernel: &Kernel, kinds: &[Option<String>], top: bool) -> Module {
    let tops = &kernel.body;
    let mut read = BTreeSet::new();
    tops.iter().for_each(|s| s.reads(&|_| true, &mut read));
    let mut scope = Scope::new(unit, &read);
    let plan = plan(&scope, tops);
    let mut problems = scope.problems.clone();
    problems.extend(plan.problems.iter().cloned());
    // what follows counts on what has been refused so far
    let body = match problems.is_empty() {
        true => {
            let mut forms = forms(&scope, &plan, tops);
            claims(&mut scope, &mut forms);
            text(&scope, read, (&plan, &forms, tops), kinds, top)
        }
        false => String::new(),
    };
    Module { name: kernel.name.clone(), doc: kernel.doc.clone(), body, apart: false, problems }
}

fn text(
    scope: &Scope,
    read: BTreeSet<String>,
    (plan, forms, tops): (&Plan, &[Placed], &[Stm]),
    kinds: &[Option<String>],
    top: bool,
) -> String {
    let mut w = Writer::new(scope, read);
    let wiring = wire_up(&mut w, plan, forms, tops);
    let instances = instances(&mut w, &wiring, kinds);
    let pieces = pieces(&mut w, &wiring, (plan, forms));
    let clocked = clocked(&mut w, plan, tops);
    let apart = if wiring.assigns.is_empty() || !pieces.starts_with("    always") { "" } else { "\n" };
    let flow = format!("{}{apart}{pieces}", wiring.assigns);
    let sections = [constants(&w), signals(scope, forms) + &wiring.declared(), w.temps, instances, flow, clocked];
    let ports = scope.unit.ports().map(|p| {
        let register = scope.registers.get(&p.name);
        Port {
            kind: match p.role {
                Role::In => "input  wire",
                _ if register.is_some() || forms.iter().any(|f| f.1.in_process(&p.name)) => "output reg ",
                _ => "output wire",
            },
            ty: super::expr::of_type(p.ty()),
            name: snake(&p.name),
            init: register.map_or(String::new(), |init| format!(" = {}", sized(p.width, *init))),
        }
    });
    let sections: Vec<String> = sections.into_iter().filter(|s| !s.is_empty()).collect();
    header(&[], &ports.collect::<Vec<_>>(), top) + &sections.join("\n")
}

/// Instances; those of one array and one module are one statement.
fn instances(w: &mut Writer, wiring: &Wiring, kinds: &[Option<String>]) -> String {
    let all: Vec<(&Unit, &String)> =
        w.scope.unit.children.iter().zip(kinds).filter_map(|(c, kind)| Some((c, kind.as_ref()?))).collect();
    let mut out = String::new();
    let mut last = "";
    for family in all.chunk_by(|a, b| stem(&a.0.name) == stem(&b.0.name)) {
        let name = stem(&family[0].0.name);
        // elements that the sweep made different, or that have no neighbour, stand close together, one by one
        let array = family.len() > 1
            && family.iter().all(|x| x.1 == family[0].1)
            && family.iter().enumerate().all(|(i, x)| x.0.name == format!("{name}${i}"))
            && !w.scope.is_taken(&snake(name));
        let rows = family.chunks(if array { family.len() } else { 1 });
        for row in rows {
            if !out.is_empty() && (name != last || last == row[0].0.name) {
                out.push('\n');
            }
            last = name;
            out += &wiring.instances(w, &row.iter().map(|x| x.0).collect::<Vec<_>>(), row[0].1);
        }
    }
    out
}

/// Constants and enum labels that the printed text names.
fn constants(w: &Writer) -> String {
    let mut out = Declarations::default();
    for n in w.scope.unit.nets.iter().filter(|n| w.used.contains(&n.name)) {
        if let Role::Const(v) = n.role {
            out.push("localparam", n.ty(), format!("{} = {}", w.scope.target(&n.name), sized_as(n.ty(), v)));
        }
    }
    let mut labels: Vec<_> = w.scope.labels.iter().filter(|l| w.used.contains(l.0)).collect();
    labels.sort_by_key(|(name, l)| (name.rsplit_once('$').map(|x| x.0), l.value));
    for (_, l) in labels {
        let t = Ty { width: l.width, signed: false };
        out.push("localparam", t, format!("{} = {}", l.shown, sized(l.width, l.value)));
    }
    out.text()
}

/// Local signals and registers.
fn signals(scope: &Scope, forms: &[Placed]) -> String {
    let mut nets = Declarations::default();
    for n in scope.unit.nets.iter().filter(|n| n.role == Role::Local) {
        let kind = if forms.iter().any(|f| f.1.in_process(&n.name)) { "reg" } else { "wire" };
        nets.push(kind, n.ty(), snake(&n.name));
    }
    let mut registers = Declarations::default();
    for c in &scope.unit.children {
        let own = !scope.claimed.contains_key(&format!("{}$q", c.name));
        if let (Some(init), Some(q), true) = (c.register_init(), c.nets.iter().find(|n| n.name == "q"), own) {
            registers.push("reg", q.ty(), format!("{} = {}", snake(&c.name), sized(q.width, init)));
        }
    }
    nets.text() + &registers.text()
}

/// `assign`s, combinational processes and texts of leaves, in kernel order.
fn pieces(w: &mut Writer, wiring: &Wiring, (plan, forms): (&Plan, &[Placed])) -> String {
    let mut all: Vec<(usize, String, bool)> = vec![];
    let mut texts = w.texts(wiring, plan).into_iter().peekable();
    for (at, form) in forms {
        while let Some((at, text)) = texts.next_if(|t| t.0 < *at) {
            all.push((at, text, false));
        }
        let mut out = String::new();
        match form {
            Form::Assign { net, notes, value } => {
                w.notes(notes, "    ", &mut out);
                let value = w.value(net, value);
                line!(out, "    assign {} = {value};", w.scope.target(net));
            }
            Form::Choice { net, notes, test, yes, no } => {
                w.notes(notes, "    ", &mut out);
                let (test, yes, no) = (w.put(test, super::scope::BIT).code, w.value(net, yes), w.value(net, no));
                line!(out, "    assign {} = {test} ? {yes} : {no};", w.scope.target(net));
            }
            Form::Mux(mux) => {
                w.notes(&mux.notes, "    ", &mut out);
                let default = w.value(&mux.net, &mux.default);
                let ways = mux.ways.iter().map(|(test, value)| {
                    let test = w.put(test, super::scope::BIT).code;
                    format!("{test} ? {} : ", w.value(&mux.net, value))
                });
                let ways: String = ways.collect();
                line!(out, "    assign {} = {ways}{default};", w.scope.target(&mux.net));
            }
            Form::Process { list, .. } => {
                out += "    always @* begin\n";
                w.block(list, Place { arrow: "=", depth: 2 }, &mut out);
                out += "    end\n";
            }
        }
        all.push((*at, out, matches!(form, Form::Process { .. })));
    }
    all.extend(texts.map(|(at, text)| (at, text, false)));
    let mut out = String::new();
    let mut apart = false;
    for (_, text, stands_apart) in all {
        if (apart || stands_apart) && !out.is_empty() {
            out.push('\n');
        }
        apart = stands_apart;
        out += &text;
    }
    out
}

fn clocked(w: &mut Writer, plan: &Plan, tops: &[Stm]) -> String {
    let mut out = String::new();
    for c in &plan.clocked {
        line!(out, "    always @(posedge {}) begin", w.scope.target(&c.clock));
        w.block(&process(plan, tops, &c.nets, &c.at), Place { arrow: "<=", depth: 2 }, &mut out);
        out += "    end\n";
    }
    out
}
