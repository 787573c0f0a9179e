//! Takes out what a design has no use for: constants go where they are read, through ports and registers, and what no
//! output depends on any more goes with its ports.
//!
//! A core without learning is described as the one that learns, with its debts always paid: this pass is what makes it
//! small, in the text as well as on the chip.
use super::live::keep_live;
use super::netlist::{Net, Role};
use super::simplify::{constant, statements, value};
use super::stm::{Stm, What};
use super::unit::{Body, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Nets and their values: flags, and numbers that are 0.
type Known = BTreeMap<String, u128>;

pub(super) fn sweep(top: &mut Unit) {
    settle(top, Known::new());
    keep_live(top);
}

/// Puts constants in place below `unit`, whose inputs of `known` are constant; returns its constant outputs.
fn settle(unit: &mut Unit, mut known: Known) -> Known {
    if !matches!(unit.body, Body::Kernel(_)) {
        return Known::new();
    }
    let flags = unit.nets.iter().filter(|n| n.width == 1 && n.labels.is_empty());
    known.extend(flags.filter_map(|n| match n.role {
        Role::Const(v) => Some((n.name.clone(), v)),
        _ => None,
    }));
    loop {
        let before = known.len();
        put(unit, &known);
        known.extend(fixed(unit));
        for child in &mut unit.children {
            let ties: Known = ties(child, &known);
            let outputs = settle(child, ties);
            known.extend(outputs.into_iter().map(|(net, v)| (format!("{}${net}", child.name), v)));
        }
        if known.len() == before {
            break;
        }
    }
    let outputs = unit.nets.iter().filter(|n| n.role == Role::Out);
    outputs.filter_map(|n| Some((n.name.clone(), *known.get(&n.name)?))).collect()
}

fn ties(child: &Unit, known: &Known) -> Known {
    let inputs = child.ports().filter(|n| n.role == Role::In);
    inputs.filter_map(|n| Some((n.name.clone(), *known.get(&format!("{}${}", child.name, n.name))?))).collect()
}

/// Writes the values in place of the names.
fn put(unit: &mut Unit, known: &Known) {
    let below = unit.children.iter().flat_map(|c| c.ports().map(|n| (format!("{}${}", c.name, n.name), n.ty())));
    let own = unit.nets.iter().map(|n| (n.name.clone(), n.ty()));
    let types: BTreeMap<_, _> = own.chain(below).filter(|(net, _)| known.contains_key(net)).collect();
    let Body::Kernel(kernel) = &mut unit.body else { return };
    let read = |net: &str| Some(constant(*known.get(net)?, *types.get(net)?));
    kernel.body = statements(std::mem::take(&mut kernel.body), &read);
}

/// Nets that are given one value only, and registers that never leave their initial one.
fn fixed(unit: &Unit) -> Known {
    let Body::Kernel(kernel) = &unit.body else { return Known::new() };
    let plain = |n: &Net| n.labels.is_empty();
    let own = unit.nets.iter().filter(|n| plain(n)).map(|n| (n.name.clone(), n.name.clone(), n.width, None));
    let below = unit.children.iter().flat_map(|c| {
        let init = c.register_init();
        let inputs = c.ports().filter(|n| n.role == Role::In && plain(n));
        inputs.map(move |n| {
            let net = format!("{}${}", c.name, n.name);
            let stands_for = if init.is_some() { format!("{}$q", c.name) } else { net.clone() };
            (net, stands_for, n.width, init)
        })
    });
    let mut values: BTreeMap<&str, BTreeSet<Option<u128>>> = BTreeMap::new();
    kernel.body.iter().for_each(|s| collect(s, &mut values));
    let candidates: Vec<(String, String, usize, Option<u128>)> = own.chain(below).collect();
    let one = |(net, stands_for, width, init): &(String, String, usize, Option<u128>)| {
        let all: Vec<Option<u128>> = values.get(net.as_str())?.iter().copied().chain(init.map(Some)).collect();
        let first = *all.first()?;
        let v = first.filter(|_| all.iter().all(|v| *v == first))?;
        (!net.ends_with("$clock") && (v == 0 || *width == 1)).then(|| (stands_for.clone(), v))
    };
    candidates.iter().filter_map(one).collect()
}

/// Every value that a net is given, `None` for one that varies. Keeping its value gives a register none.
fn collect<'a>(s: &'a Stm, out: &mut BTreeMap<&'a str, BTreeSet<Option<u128>>>) {
    match &s.what {
        What::Set { net, value: v } => {
            let values = out.entry(net).or_default();
            if !s.is_hold() {
                values.insert(value(v));
            }
        }
        What::If { yes, no, .. } => yes.iter().chain(no).for_each(|s| collect(s, out)),
        What::Case { arms, .. } => arms.iter().flat_map(|a| &a.body).for_each(|s| collect(s, out)),
    }
}
