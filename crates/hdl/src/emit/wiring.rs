//! Ports of children: connected in place where a name will do, through a wire where it will not.
use super::expr::{of_type, Writer};
use super::names::{snake, stem};
use super::netlist::{Inst, Net, Role};
use super::plan::Plan;
use super::scope::Ty;
use super::stm::{Note, Stm, What};
use std::collections::{BTreeMap, HashMap};

#[derive(Default)]
pub(super) struct Wiring {
    pub declarations: String,
    pub assigns: String,
    /// What each port is connected to.
    pins: HashMap<String, String>,
    /// Remarks of the statements that became a connection.
    notes: HashMap<String, Vec<Note>>,
}

pub(super) fn declare(kind: &str, n: &Net, shown: &str) -> String {
    format!("    {kind} {}{shown};\n", of_type(Ty { width: n.width, signed: n.signed }))
}

/// An input of a child that needs a wire; elements of one array share it if they are given the same value.
struct Wire<'a> {
    full: String,
    net: &'a Net,
    family: String,
    value: String,
    notes: &'a [Note],
}

pub(super) fn wire_up<'a>(w: &mut Writer<'a>, children: &[&'a Inst], plan: &Plan, tops: &'a [Stm]) -> Wiring {
    let mut out = Wiring::default();
    let mut wires: Vec<Wire> = vec![];
    for child in children {
        for net in child.ports() {
            let full = format!("{}${}", child.name, net.name);
            let shown = w.scope.target(&full).to_string();
            match plan.ports.get(&full).map(|at| &tops[*at]) {
                _ if net.role == Role::Out => out.declarations += &declare("wire", net, &shown),
                Some(Stm { what: What::Set { value, .. }, notes }) => {
                    let value = w.value(&full, value);
                    if !value.contains([' ', '(', '{']) {
                        out.notes.insert(full.clone(), notes.clone());
                        out.pins.insert(full, value);
                        continue;
                    }
                    let family = format!("{}_{}", snake(stem(&child.name)), snake(&net.name));
                    wires.push(Wire { full: full.clone(), net, family, value, notes });
                }
                _ => out.declarations += &declare("reg", net, &shown),
            }
            out.pins.insert(full, shown);
        }
    }
    share(w, &wires, &mut out);
    out
}

fn share(w: &mut Writer, wires: &[Wire], out: &mut Wiring) {
    let mut users: BTreeMap<(&str, &str), Vec<&Wire>> = BTreeMap::new();
    for x in wires {
        users.entry((&x.family, &x.value)).or_default().push(x);
    }
    let mut families = std::collections::BTreeSet::new();
    for x in wires {
        let Some(all) = users.remove(&(x.family.as_str(), x.value.as_str())) else { continue };
        let common = all.len() > 1 && !w.scope.is_taken(&x.family) && families.insert(x.family.clone());
        let name = if common { x.family.clone() } else { w.scope.target(&x.full).to_string() };
        out.declarations += &declare("wire", x.net, &name);
        w.notes(x.notes, "    ", &mut out.assigns);
        line!(out.assigns, "    assign {name} = {};", x.value);
        for user in all {
            out.pins.insert(user.full.clone(), name.clone());
        }
    }
}

impl Wiring {
    /// The instance of `child`, whose module is called `kind`.
    pub fn instance(&self, w: &mut Writer, child: &Inst, kind: &str) -> String {
        let mut out = format!("    {kind} {} (\n", child.shown());
        let ports: Vec<&Net> = child.ports().collect();
        for (i, port) in ports.iter().enumerate() {
            let full = format!("{}${}", child.name, port.name);
            w.notes(self.notes.get(&full).map_or(&[][..], |n| n), "        ", &mut out);
            let comma = if i + 1 < ports.len() { "," } else { "" };
            line!(out, "        .{}({}){comma}", snake(&port.name), self.pins[&full]);
        }
        out + "    );\n"
    }
}
