//! One module: its header, declarations, instances, `assign`s and processes.
use super::block::Place;
use super::check;
use super::expr::{of_type, range, sized, sized_as, Writer};
use super::kernel::{unroll, Kernel};
use super::names::snake;
use super::netlist::{Inst, Role};
use super::plan::{plan, Piece, Plan};
use super::prune::prune;
use super::scope::{Scope, Ty};
use super::stm::{Stm, What};
use super::wiring::{declare, wire_up};
use rust_hdl::prelude::ast::VerilogStatement;
use std::collections::BTreeSet;

/// A module without its name.
pub(super) struct Module {
    /// The name its author gave it.
    pub name: Option<String>,
    /// Lines above it.
    pub doc: Vec<String>,
    /// From the ports to the last statement.
    pub body: String,
    pub problems: Vec<String>,
}

/// Port list; `is_reg` says which outputs are driven by a process.
pub(super) fn header(inst: &Inst, is_reg: &dyn Fn(&str) -> bool) -> String {
    let port = |kind: &str, t: Ty, name: &str| format!("    {kind} {}{}", of_type(t), snake(name));
    let ports: Vec<String> = inst
        .ports()
        .map(|p| {
            let kind = match p.role {
                Role::In => "input  wire",
                _ if is_reg(&p.name) => "output reg ",
                _ => "output wire",
            };
            port(kind, Ty { width: p.width, signed: p.signed }, &p.name)
        })
        .collect();
    format!("{}\n);\n", ports.join(",\n"))
}

/// The module of a kernel. `kinds` are the modules of its children, registers left out.
pub(super) fn of_kernel(inst: &Inst, block: &[VerilogStatement], kinds: &[(&Inst, String)]) -> Module {
    let own: BTreeSet<&str> = inst.nets.iter().map(|n| n.name.as_str()).collect();
    let Kernel { name, doc, body, mut problems } = unroll(block, &own);
    let mut read = BTreeSet::new();
    body.iter().for_each(|s| s.reads(&|_| true, &mut read));
    let scope = Scope::new(inst, &read);
    let tops = prune(&scope, body);
    let plan = plan(&scope, &tops);
    problems.extend(scope.problems.iter().cloned());
    problems.extend(check::statements(&scope, &tops));
    problems.extend(plan.problems.iter().cloned());
    // the passes below count on what those above have refused
    let body = if problems.is_empty() { text(&scope, &plan, &tops, kinds) } else { String::new() };
    Module { name, doc, body, problems }
}

fn text(scope: &Scope, plan: &Plan, tops: &[Stm], kinds: &[(&Inst, String)]) -> String {
    let mut w = Writer::new(scope);
    let children: Vec<&Inst> = kinds.iter().map(|k| k.0).collect();
    let wiring = wire_up(&mut w, &children, plan, tops);
    let instances: Vec<String> = kinds.iter().map(|(c, kind)| wiring.instance(&mut w, c, kind)).collect();
    let processes = pieces(&mut w, plan, tops);
    let clocked = clocked(&mut w, plan, tops);
    let sections = [
        constants(&w),
        signals(scope, plan) + &wiring.declarations,
        w.temps,
        instances.join("\n"),
        wiring.assigns,
        processes,
        clocked,
    ];
    let mut out = header(scope.inst, &|n| driven_by_process(plan, n));
    let sections: Vec<&String> = sections.iter().filter(|s| !s.is_empty()).collect();
    for (i, s) in sections.into_iter().enumerate() {
        out += if i == 0 { "" } else { "\n" };
        out += s;
    }
    out
}

fn driven_by_process(plan: &Plan, net: &str) -> bool {
    plan.pieces.iter().any(|p| matches!(p, Piece::Process { nets, .. } if nets.contains(net)))
}

/// Constants and enum labels that the printed text names.
fn constants(w: &Writer) -> String {
    let mut out = String::new();
    for n in w.scope.inst.nets.iter().filter(|n| w.used.contains(&n.name)) {
        if let Role::Const(v) = n.role {
            let t = Ty { width: n.width, signed: n.signed };
            line!(out, "    localparam {}{} = {};", of_type(t), snake(&n.name), sized_as(t, v));
        }
    }
    let mut labels: Vec<_> = w.scope.labels.iter().filter(|l| w.used.contains(l.0)).collect();
    labels.sort_by_key(|(name, l)| (name.rsplit_once('$').map(|x| x.0), l.value));
    for (_, l) in labels {
        line!(out, "    localparam {}{} = {};", range(l.width), l.shown, sized(l.width, l.value));
    }
    out
}

/// Local signals and registers.
fn signals(scope: &Scope, plan: &Plan) -> String {
    let mut out = String::new();
    for n in scope.inst.nets.iter().filter(|n| n.role == Role::Local) {
        let kind = if driven_by_process(plan, &n.name) { "reg" } else { "wire" };
        out += &declare(kind, n, &snake(&n.name));
    }
    for c in &scope.inst.children {
        if let (Some(init), Some(q)) = (c.register_init(), c.nets.iter().find(|n| n.name == "q")) {
            out += &declare("reg", q, &format!("{} = {}", snake(&c.name), sized(q.width, init)));
        }
    }
    out
}

/// `assign`s and combinational processes, in kernel order.
fn pieces(w: &mut Writer, plan: &Plan, tops: &[Stm]) -> String {
    let mut out = String::new();
    let mut dense = true;
    for piece in &plan.pieces {
        let plain = matches!(piece, Piece::Assign { .. });
        let apart = !(plain && dense);
        if apart && !out.is_empty() {
            out.push('\n');
        }
        dense = plain;
        match piece {
            Piece::Assign { net, at } => {
                let Stm { notes, what: What::Set { value, .. } } = &tops[*at] else { continue };
                w.notes(notes, "    ", &mut out);
                let value = w.value(net, value);
                line!(out, "    assign {} = {value};", w.scope.target(net));
            }
            Piece::Process { nets, at } => {
                out += "    always @* begin\n";
                process(w, plan, tops, (nets, at), "=", &mut out);
                out += "    end\n";
            }
        }
    }
    out
}

fn clocked(w: &mut Writer, plan: &Plan, tops: &[Stm]) -> String {
    let mut out = String::new();
    for c in &plan.clocked {
        line!(out, "    always @(posedge {}) begin", w.scope.target(&c.clock));
        process(w, plan, tops, (&c.nets, &c.at), "<=", &mut out);
        out += "    end\n";
    }
    out
}

fn process(
    w: &mut Writer,
    plan: &Plan,
    tops: &[Stm],
    (nets, at): (&BTreeSet<String>, &BTreeSet<usize>),
    arrow: &'static str,
    out: &mut String,
) {
    for i in at {
        let keep = |n: &str| nets.contains(n) && plan.live[n].contains(i);
        w.block(std::slice::from_ref(&tops[*i]), Place { keep: &keep, arrow, depth: 2 }, out);
    }
}
