//! Ports of children: connected in place where that reads well, through a wire where it does not.
use super::declare::{rows, Declarations};
use super::expr::Writer;
use super::forms::Placed;
use super::names::{snake, stem};
use super::netlist::{Net, Role};
use super::plan::Plan;
use super::stm::{Note, Stm, What};
use super::unit::Unit;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An expression that is longer is given a name.
const SHORT: usize = 60;
/// Columns that connections may fill.
const CONNECTED: usize = 120;

#[derive(Default)]
pub(super) struct Wiring {
    /// Of each child, or of all elements of an array.
    declarations: Vec<(String, Declarations)>,
    pub assigns: String,
    /// What each port is connected to.
    pins: HashMap<String, String>,
    /// Remarks of the statements that became a connection.
    notes: HashMap<String, Vec<Note>>,
}

/// An input of a child that needs a wire; elements of one array share it if they are given the same value.
struct Wire<'a> {
    child: &'a Unit,
    section: usize,
    full: String,
    net: &'a Net,
    family: String,
    value: String,
    notes: &'a [Note],
}

pub(super) fn wire_up<'a>(w: &mut Writer<'a>, plan: &Plan, forms: &[Placed], tops: &'a [Stm]) -> Wiring {
    let mut out = Wiring::default();
    let mut wires: Vec<Wire> = vec![];
    for child in &w.scope.unit.children {
        // what is no instance has no section of its own
        let at = out.section(if child.stands() { stem(&child.name) } else { "" });
        for net in child.ports().filter(|_| child.register_init().is_none()) {
            let full = format!("{}${}", child.name, net.name);
            let shown = w.scope.target(&full).to_string();
            let declared = &mut out.declarations[at].1;
            match plan.ports.get(&full).map(|at| &tops[*at]) {
                _ if net.role == Role::Out => match w.scope.claimed.get(&full) {
                    Some(notes) => drop(out.notes.insert(full.clone(), notes.clone())),
                    None => declared.push("wire", net.ty(), shown.clone()),
                },
                Some(Stm { what: What::Set { value, .. }, notes }) => {
                    let value = w.put_pin(&full, value);
                    if !w.reads(&full) && child.pasted().map_or(is_plain(&value.code), |leaf| leaf.takes(net, &value)) {
                        out.notes.insert(full.clone(), notes.clone());
                        out.pins.insert(full, value.code);
                        continue;
                    }
                    let family = format!("{}_{}", snake(stem(&child.name)), snake(&net.name));
                    wires.push(Wire { child, section: at, full: full.clone(), net, family, value: value.code, notes });
                }
                _ => {
                    let in_process = forms.iter().any(|f| f.1.in_process(&full));
                    declared.push(if in_process { "reg" } else { "wire" }, net.ty(), shown.clone());
                }
            }
            out.pins.insert(full, shown);
        }
    }
    out.share(w, &wires);
    out
}

fn is_plain(value: &str) -> bool {
    !value.contains([' ', '(', '{'])
}

impl Wiring {
    fn section(&mut self, child: &str) -> usize {
        self.declarations.iter().position(|d| d.0 == child).unwrap_or_else(|| {
            self.declarations.push((child.into(), Declarations::default()));
            self.declarations.len() - 1
        })
    }
    pub fn declared(&self) -> String {
        self.declarations.iter().map(|d| d.1.text()).collect()
    }
    fn share(&mut self, w: &mut Writer, wires: &[Wire]) {
        let mut users: BTreeMap<(&str, &str), Vec<&Wire>> = BTreeMap::new();
        for x in wires {
            users.entry((&x.family, &x.value)).or_default().push(x);
        }
        let mut families = BTreeSet::new();
        for x in wires {
            let Some(all) = users.remove(&(x.family.as_str(), x.value.as_str())) else { continue };
            if all.len() == 1 && x.child.stands() && x.value.len() <= SHORT && !w.reads(&x.full) {
                self.notes.insert(x.full.clone(), x.notes.to_vec());
                self.pins.insert(x.full.clone(), x.value.clone());
                continue;
            }
            let common = all.len() > 1 && !w.scope.is_taken(&x.family) && families.insert(x.family.clone());
            let name = if common { x.family.clone() } else { w.scope.target(&x.full).to_string() };
            self.declarations[x.section].1.push("wire", x.net.ty(), name.clone());
            w.notes(x.notes, "    ", &mut self.assigns);
            line!(self.assigns, "    assign {name} = {};", x.value);
            for user in all {
                self.pins.insert(user.full.clone(), name.clone());
            }
        }
    }
    pub fn pin(&self, full: &str) -> Option<&String> {
        self.pins.get(full)
    }
    pub fn remarks(&self, full: &str) -> &[Note] {
        self.notes.get(full).map_or(&[], |n| n)
    }
    /// The instance of a module, or an array of them: a port is given one value for all, or the values of all in a row,
    /// the last one first.
    pub fn instances(&self, w: &mut Writer, array: &[&Unit], kind: &str) -> String {
        let name = match array {
            [one] => one.shown(),
            all => format!("{} [{}:0]", snake(stem(&all[0].name)), all.len() - 1),
        };
        let mut out = format!("    {kind} {name} (\n");
        let mut items: Vec<String> = vec![];
        let ports: Vec<&Net> = array[0].ports().collect();
        for (i, port) in ports.iter().enumerate() {
            let each = || array.iter().map(|child| format!("{}${}", child.name, port.name));
            let mut remark = String::new();
            each().for_each(|full| w.notes(self.remarks(&full), "        ", &mut remark));
            if !remark.is_empty() {
                flush(&mut items, &mut out);
                out += &remark;
            }
            let comma = if i + 1 < ports.len() { "," } else { "" };
            let pins: Vec<&str> = each().map(|full| self.pins.get(&full).map_or("", |p| p)).collect();
            items.push(format!(".{}({}){comma}", snake(&port.name), row(&pins)));
        }
        let line = format!("{}{});\n", out.trim_end(), items.join(" "));
        if out.lines().count() == 1 && line.len() <= CONNECTED {
            return line;
        }
        flush(&mut items, &mut out);
        out + "    );\n"
    }
}

/// What a port of an array is connected to: `a`, `v[3:0]`, `{d, c, b, a}`.
fn row(pins: &[&str]) -> String {
    if pins.iter().all(|p| *p == pins[0]) {
        return pins[0].into();
    }
    let base = pins[0].strip_suffix("[0]");
    match base.filter(|base| pins.iter().enumerate().all(|(i, p)| *p == format!("{base}[{i}]"))) {
        Some(base) => format!("{base}[{}:0]", pins.len() - 1),
        None => format!("{{{}}}", pins.iter().rev().copied().collect::<Vec<_>>().join(", ")),
    }
}

fn flush(items: &mut Vec<String>, out: &mut String) {
    for row in rows(items, CONNECTED - 8) {
        line!(out, "        {}", row.join(" "));
    }
    items.clear();
}
