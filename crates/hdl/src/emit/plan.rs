//! Who drives what: each net is an `assign`, part of one `always @*`, or a register of one clock.
use super::netlist::Role;
use super::scope::Scope;
use super::stm::{Stm, What};
use rust_hdl::prelude::ast::VerilogExpression as E;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct Plan {
    /// For each driven net the top statements that decide it: from its last unconditional assignment on.
    pub live: BTreeMap<String, Vec<usize>>,
    /// Inputs of children with one plain driver: connected in place.
    pub ports: BTreeMap<String, usize>,
    /// In kernel order.
    pub pieces: Vec<Piece>,
    pub clocked: Vec<Clocked>,
    pub problems: Vec<String>,
}

pub(super) enum Piece {
    Assign { net: String, at: usize },
    Process { nets: BTreeSet<String>, at: BTreeSet<usize> },
}

pub(super) struct Clocked {
    pub clock: String,
    /// The registers' `d`.
    pub nets: BTreeSet<String>,
    pub at: BTreeSet<usize>,
}

pub(super) fn plan(scope: &Scope, tops: &[Stm]) -> Plan {
    let mut p = Plan { live: drivers(tops), ..Plan::default() };
    p.live.retain(|net, _| scope.nets.contains_key(net));
    let (pins, comb): (Vec<String>, Vec<String>) = p.live.keys().cloned().partition(|net| scope.is_pin(net));
    let (plain, shared): (Vec<String>, Vec<String>) =
        comb.into_iter().partition(|net| p.live[net].len() == 1 && sets(&tops[p.live[net][0]], net));
    for net in plain {
        let at = p.live[&net][0];
        if scope.nets[&net].child.is_some() {
            p.ports.insert(net, at);
        } else {
            p.pieces.push(Piece::Assign { net, at });
        }
    }
    for (nets, at) in groups(&p.live, &shared) {
        p.check_process(scope, tops, &nets, &at);
        p.pieces.push(Piece::Process { nets, at });
    }
    p.pieces.sort_by_key(|x| match x {
        Piece::Assign { at, .. } => *at,
        Piece::Process { at, .. } => at.first().copied().unwrap_or(0),
    });
    p.registers(tops, &pins);
    p
}

/// What only a kernel as it was written can do wrong: between the statements of two blocks no order counts.
pub(super) fn problems(scope: &Scope, tops: &[Stm]) -> Vec<String> {
    let mut p = plan(scope, tops);
    p.check_order(scope, tops);
    p.check_driven(scope);
    p.problems
}

/// Whether `s` assigns `net` unconditionally.
fn sets(s: &Stm, net: &str) -> bool {
    matches!(&s.what, What::Set { net: to, .. } if to == net)
}

pub(super) fn drivers(tops: &[Stm]) -> BTreeMap<String, Vec<usize>> {
    let mut live: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, s) in tops.iter().enumerate() {
        let mut targets = BTreeSet::new();
        s.targets(&mut targets);
        for net in targets {
            let at = live.entry(net.clone()).or_default();
            if sets(s, &net) {
                at.clear();
            }
            at.push(i);
        }
    }
    live
}

/// Nets that share statements, with those statements.
fn groups(live: &BTreeMap<String, Vec<usize>>, nets: &[String]) -> Vec<(BTreeSet<String>, BTreeSet<usize>)> {
    let mut done: Vec<(BTreeSet<String>, BTreeSet<usize>)> = vec![];
    for net in nets {
        let mut all = (BTreeSet::from([net.clone()]), live[net].iter().copied().collect::<BTreeSet<_>>());
        let (joined, apart): (Vec<_>, Vec<_>) = done.into_iter().partition(|g| !g.1.is_disjoint(&all.1));
        for g in joined {
            all.0.extend(g.0);
            all.1.extend(g.1);
        }
        done = apart;
        done.push(all);
    }
    done
}

impl Plan {
    fn problem(&mut self, net: &str, text: &str) {
        self.problems.push(format!("`{}` {text}", net.replace('$', ".")));
    }
    /// What statement `i` reads for the sake of the nets in `nets`.
    fn reads(&self, tops: &[Stm], i: usize, nets: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let keep = |n: &str| nets(n) && self.live.get(n).is_some_and(|at| at.contains(&i));
        let mut out = BTreeSet::new();
        tops[i].reads(&keep, &mut out);
        out
    }
    fn check_process(&mut self, scope: &Scope, tops: &[Stm], nets: &BTreeSet<String>, at: &BTreeSet<usize>) {
        let reads: BTreeSet<String> = at.iter().flat_map(|i| self.reads(tops, *i, &|n| nets.contains(n))).collect();
        for net in nets {
            if reads.contains(net) {
                self.problem(net, "is read in the process that drives it: split the kernel's statement, or its net");
            }
            if !sets(&tops[self.live[net][0]], net) {
                self.problem(net, "has no default: a latch");
            }
        }
        let wakes = |n: &String| scope.nets.get(n).is_some_and(|x| !matches!(x.net.role, Role::Const(_)));
        if !reads.iter().any(wakes) {
            let net = nets.first().map_or("", |n| n);
            self.problem(net, "depends on no signal: `always @*` would never run");
        }
    }
    /// Rust reads a local signal as it is so far, Verilog as it is in the end.
    fn check_order(&mut self, scope: &Scope, tops: &[Stm]) {
        let mut early = BTreeSet::new();
        for i in 0..tops.len() {
            for net in self.reads(tops, i, &|_| true) {
                let own = scope.nets.get(&net).is_some_and(|n| n.child.is_none());
                if own && self.live.get(&net).and_then(|at| at.last()).is_some_and(|last| i <= *last) {
                    early.insert(net);
                }
            }
        }
        early.iter().for_each(|net| self.problem(net, "is read before its last assignment"));
    }
    fn check_driven(&mut self, scope: &Scope) {
        let mut open: Vec<&String> = scope
            .nets
            .iter()
            .filter(|(full, n)| {
                let driven_here = match n.net.role {
                    Role::In => n.child.is_some(),
                    Role::Out | Role::Local => n.child.is_none(),
                    Role::Const(_) => false,
                };
                driven_here && !self.live.contains_key(*full)
            })
            .map(|x| x.0)
            .collect();
        open.sort();
        open.into_iter().for_each(|net| self.problem(net, "is not driven"));
    }
    fn registers(&mut self, tops: &[Stm], pins: &[String]) {
        let mut clocks: BTreeMap<String, (BTreeSet<String>, BTreeSet<usize>)> = BTreeMap::new();
        for d in pins.iter().filter(|n| n.ends_with("$d")) {
            let at = &self.live[d];
            if !sets(&tops[at[0]], d) {
                self.problem(d, "has no default (dff_setup!): Rust would keep the old d, not q");
                continue;
            }
            let written: BTreeSet<usize> = at.iter().copied().filter(|i| !tops[*i].is_hold()).collect();
            if written.is_empty() {
                self.problem(d, "is never written");
            }
            let pin = format!("{}$clock", d.trim_end_matches("$d"));
            let driver = self.live.get(&pin).filter(|at| at.len() == 1).map(|at| &tops[at[0]].what);
            match driver {
                Some(What::Set { value: E::Signal(clock), .. }) => {
                    let block = clocks.entry(clock.clone()).or_default();
                    block.0.insert(d.clone());
                    block.1.extend(written);
                }
                _ => self.problem(&pin, "is not a plain clock"),
            }
        }
        self.clocked = clocks.into_iter().map(|(clock, (nets, at))| Clocked { clock, nets, at }).collect();
    }
}
