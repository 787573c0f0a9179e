//! What of a design reaches its outputs, and the design without the rest.
use super::netlist::Role;
use super::stm::{Arm, Stm, What};
use super::unit::{Body, Unit};
use std::collections::BTreeSet;

/// What a net says that is driven only to tell linters that something is meant to be unused.
const UNUSED: &str = "unused";

/// Nets of a block that count, ports of its children among them (`child$port`), and the same of each child.
#[derive(Default)]
struct Live {
    nets: BTreeSet<String>,
    below: Vec<Live>,
}

impl Live {
    /// What counts in `unit` for the sake of its outputs in `wanted`.
    fn of(unit: &Unit, wanted: BTreeSet<String>) -> Self {
        let Body::Kernel(kernel) = &unit.body else {
            let all = !wanted.is_empty();
            let nets = unit.ports().filter(|_| all).map(|n| n.name.clone()).collect();
            return Live { nets, below: vec![] };
        };
        let mut live = Live { nets: wanted, below: vec![] };
        loop {
            let before = live.nets.len();
            let mut read = BTreeSet::new();
            kernel.body.iter().for_each(|s| s.reads(&|n| live.nets.contains(n), &mut read));
            live.nets.append(&mut read);
            live.below = unit.children.iter().map(|c| live.below(c)).collect();
            for (child, inside) in unit.children.iter().zip(&live.below) {
                let inputs = child.ports().filter(|n| n.role == Role::In && inside.nets.contains(&n.name));
                live.nets.extend(inputs.map(|n| full(child, &n.name)));
            }
            if live.nets.len() == before {
                return live;
            }
        }
    }
    fn below(&self, child: &Unit) -> Live {
        let wanted = child.ports().filter(|n| n.role == Role::Out && self.nets.contains(&full(child, &n.name)));
        Live::of(child, wanted.map(|n| n.name.clone()).collect())
    }
}

fn full(child: &Unit, net: &str) -> String {
    format!("{}${net}", child.name)
}

/// Drops what no output of `top` depends on. Its own ports stay.
pub(super) fn keep_live(top: &mut Unit) {
    let outputs = top.ports().filter(|n| n.role == Role::Out).map(|n| n.name.clone()).collect();
    let mut live = Live::of(top, outputs);
    live.nets.extend(top.ports().map(|n| n.name.clone()));
    keep(top, &live);
}

fn keep(unit: &mut Unit, live: &Live) {
    if let Body::Kernel(kernel) = &mut unit.body {
        let unused = excuses(&kernel.body, live);
        let kept = |n: &str| live.nets.contains(n) || unused.contains(n);
        kernel.body = statements(std::mem::take(&mut kernel.body), &kept);
        unit.nets.retain(|n| kept(&n.name));
    }
    let mut below = live.below.iter();
    unit.children.retain_mut(|child| {
        let Some(inside) = below.next().filter(|l| !l.nets.is_empty()) else { return false };
        keep(child, inside);
        true
    });
}

/// Nets called `unused..` that read nothing but what is there anyway.
fn excuses(body: &[Stm], live: &Live) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    body.iter().for_each(|s| s.targets(&mut out));
    out.retain(|net| {
        let mut read = BTreeSet::new();
        body.iter().for_each(|s| s.reads(&|n| n == net, &mut read));
        net.starts_with(UNUSED) && read.is_subset(&live.nets)
    });
    out
}

/// Those that drive a net of `kept`. An arm of a `case` stays though nothing is left in it: `default` would catch its
/// value.
fn statements(list: Vec<Stm>, kept: &dyn Fn(&str) -> bool) -> Vec<Stm> {
    let mut out = vec![];
    for Stm { notes, what } in list.into_iter().filter(|s| s.drives(kept)) {
        let what = match what {
            What::Set { .. } => what,
            What::If { test, yes, no } => What::If { test, yes: statements(yes, kept), no: statements(no, kept) },
            What::Case { test, arms } => {
                let arms = arms.into_iter().map(|a| Arm { label: a.label, body: statements(a.body, kept) }).collect();
                What::Case { test, arms }
            }
        };
        out.push(Stm { notes, what });
    }
    out
}
