//! Drops the nets that a dissolved block leaves behind without need: those that only repeat a name, a slice of one or
//! a constant, and those that nobody reads.
use super::netlist::{Net, Role};
use super::plan::drivers;
use super::rename::{without, Renaming};
use super::scope::Ty;
use super::stm::{konst, names, Stm, What};
use super::unit::{Body, Unit};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op};
use std::collections::{BTreeSet, HashMap};

/// `gone`: the nets that were a dissolved block's.
pub(super) fn simplify(unit: &mut Unit, mut gone: BTreeSet<String>) {
    let types = types(unit);
    let constant = |n: &&Net| matches!(n.role, Role::Const(_));
    let constants: BTreeSet<String> = unit.nets.iter().filter(constant).map(|n| n.name.clone()).collect();
    let Body::Kernel(kernel) = &mut unit.body else { return };
    let mut body = std::mem::take(&mut kernel.body);
    while let Some((net, value)) = next(&body, &gone, &types, &constants) {
        let read = |s: &str| (s == net).then(|| value.clone());
        let same = |s: &str| s.to_string();
        body = Renaming { target: &same, read: &read }.list(body);
        body = without(body, &net, &mut vec![]);
        gone.remove(&net);
        unit.nets.retain(|n| n.name != net);
    }
    let plain = |net: &str| types.get(net).copied().filter(|t| !t.signed);
    while let Some((net, value)) = super::fold::next(&body, &gone, &plain) {
        let read = |s: &str| (s == net).then(|| value.clone());
        let same = |s: &str| s.to_string();
        body = Renaming { target: &same, read: &read }.list(body);
        body = without(body, &net, &mut vec![]);
        gone.remove(&net);
        unit.nets.retain(|n| n.name != net);
    }
    let inputs: BTreeSet<String> = unit.nets.iter().filter(|n| n.role == Role::In).map(|n| n.name.clone()).collect();
    while let Some(net) = unread(&body, &gone) {
        gone.remove(&net);
        let shorter = without(body.clone(), &net, &mut vec![]);
        // linters object to an input that nobody reads, but not to a net that says it is unused
        if reads(&shorter).is_superset(&(&inputs & &reads(&body))) {
            body = shorter;
            unit.nets.retain(|n| n.name != net);
            continue;
        }
        let target = |s: &str| if s == net { format!("{s}_unused") } else { s.to_string() };
        body = Renaming { target: &target, read: &|_| None }.list(body);
        unit.nets.iter_mut().filter(|n| n.name == net).for_each(|n| n.name += "_unused");
    }
    kernel.body = body;
}

fn reads(body: &[Stm]) -> BTreeSet<String> {
    let mut read = BTreeSet::new();
    body.iter().for_each(|s| s.reads(&|_| true, &mut read));
    read
}

fn types(unit: &Unit) -> HashMap<String, Ty> {
    let own = unit.nets.iter().map(|n| (n.name.clone(), n.ty()));
    let below = unit.children.iter().flat_map(|c| c.ports().map(|n| (format!("{}${}", c.name, n.name), n.ty())));
    own.chain(below).collect()
}

/// A net that only repeats something, and what.
fn next(
    body: &[Stm],
    gone: &BTreeSet<String>,
    types: &HashMap<String, Ty>,
    constants: &BTreeSet<String>,
) -> Option<(String, E)> {
    let live = drivers(body);
    let mut tested = BTreeSet::new();
    body.iter().for_each(|s| s.tests(&mut tested));
    // HAZARD: a process whose tests are all constant waits for no signal: it would never run
    let may = |net: &str, value: &E| {
        let mut read = BTreeSet::new();
        names(value, &mut read);
        !(read.is_subset(constants) && tested.contains(net))
    };
    gone.iter().find_map(|net| {
        let [at] = live.get(net)?[..] else { return None };
        match &body[at].what {
            What::Set { net: to, value } if to == net && may(net, value) => {
                Some((net.clone(), repeated(value, *types.get(net)?, types)?))
            }
            _ => None,
        }
    })
}

/// `value` as an expression of type `t` that may stand wherever the net stood, if it is short and keeps its width there.
fn repeated(value: &E, t: Ty, types: &HashMap<String, Ty>) -> Option<E> {
    if konst(value).is_some() {
        let number = E::Cast(Box::new(value.clone()), t.width);
        return Some(if t.signed { E::Signed(Box::new(number)) } else { number });
    }
    let signed = match value {
        E::Literal(_) => false,
        E::Signal(s) => types.get(s)?.signed,
        E::Cast(x, n) => match &**x {
            E::Signal(s) if *n <= types.get(s)?.width => types.get(s)?.signed,
            E::Binary(x, Op::Shr, by) => match (&**x, konst(by)) {
                (E::Signal(s), Some(by)) if *n + by as usize <= types.get(s)?.width => types.get(s)?.signed,
                _ => return None,
            },
            x if konst(x).is_some() => false,
            _ => return None,
        },
        E::Slice(x, _, at) | E::Index(x, at) => match (&**x, konst(at)) {
            (E::Signal(s), Some(_)) => types.get(s)?.signed && matches!(value, E::Slice(..)),
            _ => return None,
        },
        _ => return None,
    };
    let value = value.clone();
    Some(match (signed, t.signed) {
        (false, true) => E::Signed(Box::new(value)),
        (true, false) => E::Unsigned(Box::new(value)),
        _ => value,
    })
}

fn unread(body: &[Stm], gone: &BTreeSet<String>) -> Option<String> {
    let read = reads(body);
    gone.iter().find(|net| !read.contains(*net)).cloned()
}
