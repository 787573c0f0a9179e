//! What each piece of the plan becomes: an `assign`, a choice between two values, or a process.
use super::plan::{Piece, Plan};
use super::scope::{Scope, BIT};
use super::stm::{truth, Note, Stm, What};
use super::tidy::tidied;
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::BTreeSet;

pub(super) enum Form {
    Assign { net: String, notes: Vec<Note>, value: E },
    /// `test ? yes : no`
    Choice { net: String, notes: Vec<Note>, test: E, yes: E, no: E },
    Process { nets: BTreeSet<String>, list: Vec<Stm> },
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
            let Stm { notes, what: What::Set { value, .. } } = &tops[*at] else { return None };
            Some((*at, Form::Assign { net: net.clone(), notes: notes.clone(), value: value.clone() }))
        }
        Piece::Process { nets, at } => {
            let list = process(plan, tops, nets, at);
            let place = at.first().copied().unwrap_or(0);
            Some((place, choice(scope, &list).unwrap_or(Form::Process { nets: nets.clone(), list })))
        }
    };
    plan.pieces.iter().filter_map(form).collect()
}

/// Statements of one process.
pub(super) fn process(plan: &Plan, tops: &[Stm], nets: &BTreeSet<String>, at: &BTreeSet<usize>) -> Vec<Stm> {
    // a marker for each statement: which nets it still decides
    let live = |i: usize| move |n: &str| nets.contains(n) && plan.live[n].contains(&i);
    let mut list = vec![];
    for i in at {
        list.extend(tidied(std::slice::from_ref(&tops[*i]), &live(*i)));
    }
    tidied(&list, &|_| true)
}

/// A default and one condition on one net.
fn choice(scope: &Scope, list: &[Stm]) -> Option<Form> {
    let [Stm { notes, what: What::Set { net, value: default } }, Stm { notes: more, what: What::If { test, yes, no } }] =
        list
    else {
        return None;
    };
    let yes = only(yes, net)?;
    let no = if no.is_empty() { default } else { only(no, net)? };
    let notes: Vec<Note> = notes.iter().chain(more).cloned().collect();
    let (net, value) = (net.clone(), |o: Op, r: &E| E::Binary(Box::new(test.clone()), o, Box::new(r.clone())));
    let not = |x: &E| E::Unary(Un::Not, Box::new(x.clone()));
    let flag = scope.ty(&net) == Some(BIT);
    let value = match (flag, truth(yes), truth(no)) {
        (true, Some(true), Some(false)) => test.clone(),
        (true, Some(false), Some(true)) => not(test),
        (true, None, Some(false)) => value(Op::BitAnd, yes),
        (true, Some(true), None) => value(Op::BitOr, no),
        (true, Some(false), None) => E::Binary(Box::new(not(test)), Op::BitAnd, Box::new(no.clone())),
        _ => {
            let (test, yes, no) = (test.clone(), yes.clone(), no.clone());
            return Some(Form::Choice { net, notes, test, yes, no });
        }
    };
    Some(Form::Assign { net, notes, value })
}

fn only<'a>(list: &'a [Stm], net: &str) -> Option<&'a E> {
    match list {
        [Stm { notes, what: What::Set { net: to, value } }] if notes.is_empty() && to == net => Some(value),
        _ => None,
    }
}
