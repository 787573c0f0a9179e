//! What each piece of the plan becomes: an `assign`, a choice between two values, or a process.
use super::mux::{cases, muxes, Mux};
use super::plan::{Piece, Plan};
use super::scope::{Scope, BIT};
use super::stm::{truth, Note, Stm, What};
use super::tidy::{row, tidied};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::BTreeSet;

/// More nets under one condition read better as a process.
const MOST_CHOICES: usize = 3;

pub(super) enum Form {
    Assign {
        net: String,
        notes: Vec<Note>,
        value: E,
    },
    /// `test ? yes : no`
    Choice {
        net: String,
        notes: Vec<Note>,
        test: E,
        yes: E,
        no: E,
    },
    /// `test ? value : other test ? other value : default`
    Mux(Mux),
    Process {
        nets: BTreeSet<String>,
        list: Vec<Stm>,
    },
}

impl Form {
    pub fn in_process(&self, net: &str) -> bool {
        matches!(self, Form::Process { nets, .. } if nets.contains(net))
    }
}

/// With its place among the kernel's statements.
pub(super) type Placed = (usize, Form);

pub(super) fn forms(scope: &Scope, plan: &Plan, tops: &[Stm]) -> Vec<Placed> {
    let form = |piece: &Piece| match piece {
        Piece::Assign { net, at } => {
            let Stm { notes, what: What::Set { value, .. } } = &tops[*at] else { return vec![] };
            vec![(*at, Form::Assign { net: net.clone(), notes: notes.clone(), value: value.clone() })]
        }
        Piece::Process { nets, at } => {
            let list = statements(plan, tops, nets, at);
            let place = at.first().copied().unwrap_or(0);
            let forms = choices(scope, &list)
                .or_else(|| muxes(&list).map(|all| all.into_iter().map(Form::Mux).collect()))
                .unwrap_or_else(|| vec![Form::Process { nets: nets.clone(), list: cases(list) }]);
            forms.into_iter().map(|f| (place, f)).collect()
        }
    };
    plan.pieces.iter().flat_map(form).collect()
}

/// Statements of one process, as they are printed.
pub(super) fn process(plan: &Plan, tops: &[Stm], nets: &BTreeSet<String>, at: &BTreeSet<usize>) -> Vec<Stm> {
    cases(statements(plan, tops, nets, at))
}

fn statements(plan: &Plan, tops: &[Stm], nets: &BTreeSet<String>, at: &BTreeSet<usize>) -> Vec<Stm> {
    // a marker for each statement: which nets it still decides
    let live = |i: usize| move |n: &str| nets.contains(n) && plan.live[n].contains(&i);
    let mut list = vec![];
    for i in at {
        list.extend(tidied(std::slice::from_ref(&tops[*i]), &live(*i)));
    }
    tidied(&list, &|_| true)
}

/// Nets with a default each, and one condition with one value for each: as many choices.
fn choices(scope: &Scope, list: &[Stm]) -> Option<Vec<Form>> {
    let (Stm { notes: remark, what: What::If { test, yes, no } }, defaults) = list.split_last()? else { return None };
    if defaults.len() > MOST_CHOICES || !(plain(yes) && plain(no)) {
        return None;
    }
    let mut forms = vec![];
    for (i, s) in defaults.iter().enumerate() {
        let Stm { notes, what: What::Set { net, value } } = s else { return None };
        let mut notes = notes.clone();
        notes.extend(remark.iter().filter(|_| i == 0).cloned());
        let [yes, no] = [yes, no].map(|branch| assigned(branch, net).unwrap_or(value));
        forms.push(choice(scope, net, notes, (test, yes, no)));
    }
    Some(forms)
}

/// Only assignments, each to another net.
fn plain(list: &[Stm]) -> bool {
    let mut nets = BTreeSet::new();
    list.iter().all(|s| matches!(&s.what, What::Set { net, .. } if s.notes.is_empty() && nets.insert(net)))
}

fn assigned<'a>(list: &'a [Stm], net: &str) -> Option<&'a E> {
    list.iter().find_map(|s| match &s.what {
        What::Set { net: to, value } if to == net => Some(value),
        _ => None,
    })
}

fn choice(scope: &Scope, net: &str, notes: Vec<Note>, (test, yes, no): (&E, &E, &E)) -> Form {
    let net = net.to_string();
    let with = |l: &E, o: Op, r: &E| row(l.clone(), &o, r.clone());
    let not = |x: &E| E::Unary(Un::Not, Box::new(x.clone()));
    let flag = scope.ty(&net) == Some(BIT);
    let value = match (flag, truth(yes), truth(no)) {
        (true, Some(true), Some(false)) => test.clone(),
        (true, Some(false), Some(true)) => not(test),
        (true, None, Some(false)) => with(test, Op::BitAnd, yes),
        (true, Some(true), None) => with(test, Op::BitOr, no),
        (true, Some(false), None) => with(&not(test), Op::BitAnd, no),
        _ => return Form::Choice { net, notes, test: test.clone(), yes: yes.clone(), no: no.clone() },
    };
    Form::Assign { net, notes, value }
}
