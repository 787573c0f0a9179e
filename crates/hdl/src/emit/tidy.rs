//! The statements of one process, as a person would group them.
//!
//! Every test and value here is stable while the process runs: a combinational process reads no net that it drives (the
//! plan refuses it), and a clocked one reads what the registers held before the edge. So statements may change places
//! as long as, for each net, those that drive it stay in order.
use super::stm::{Arm, Keep, Note, Stm, What};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::BTreeSet;

/// Those of the statements that drive a net of `keep`, tidied.
pub(super) fn tidied(list: &[Stm], keep: Keep) -> Vec<Stm> {
    joined(list.iter().filter(|s| s.drives(keep)).map(|s| one(s, keep)).collect())
}

fn one(s: &Stm, keep: Keep) -> Stm {
    let what = match &s.what {
        What::Set { .. } => s.what.clone(),
        What::If { test, yes, no } => {
            let (yes, no) = (tidied(yes, keep), tidied(no, keep));
            // nothing to do but otherwise
            match yes.is_empty() {
                true => What::If { test: not(test), yes: no, no: vec![] },
                false => What::If { test: test.clone(), yes, no },
            }
        }
        What::Case { test, arms } => {
            // HAZARD: an arm without statements must stay: `default` would catch its value
            let arms = arms.iter().map(|a| Arm { label: a.label.clone(), body: tidied(&a.body, keep) }).collect();
            What::Case { test: test.clone(), arms }
        }
    };
    nested(Stm { notes: s.notes.clone(), what })
}

fn not(test: &E) -> E {
    match test {
        E::Unary(Un::Not, x) => (**x).clone(),
        x => E::Unary(Un::Not, Box::new(x.clone())),
    }
}

/// `l & r` or `l | r`, as one row of operands.
pub(super) fn row(l: E, o: &Op, r: E) -> E {
    match r {
        E::Binary(x, inner, y) if matches!((o, &inner), (Op::BitAnd, Op::BitAnd) | (Op::BitOr, Op::BitOr)) => {
            row(row(l, o, *x), o, *y)
        }
        r => E::Binary(Box::new(l), o.clone(), Box::new(r)),
    }
}

/// `if (a) if (b) ..` -> `if (a & b) ..`
fn nested(s: Stm) -> Stm {
    match s.what {
        What::If { test, mut yes, no } if no.is_empty() && yes.len() == 1 => match yes.remove(0) {
            Stm { notes, what: What::If { test: inner, yes, no } } if notes.is_empty() && no.is_empty() => {
                Stm { notes: s.notes, what: What::If { test: row(test, &Op::BitAnd, inner), yes, no } }
            }
            other => Stm { notes: s.notes, what: What::If { test, yes: vec![other], no } },
        },
        what => Stm { notes: s.notes, what },
    }
}

/// hdl_gen's expressions have no equality of their own.
fn same(a: &E, b: &E) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

fn targets(list: &[Stm]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    list.iter().for_each(|s| s.targets(&mut out));
    out
}

/// Joins the `if`s of one test, later ones first: what comes last, such as a reset, stays last.
fn joined(mut list: Vec<Stm>) -> Vec<Stm> {
    let mut at = list.len();
    while at > 0 {
        at -= 1;
        while let Some(i) = (0..at).rev().find(|i| can_join(&list, *i, at)) {
            let down = free(&list, i, at, i);
            let late = list.remove(at);
            let early = list.remove(i);
            let place = if down { at - 1 } else { i };
            list.insert(place, join(early, late));
            if !down {
                break;
            }
            at -= 1;
        }
    }
    alike(list)
}

fn can_join(list: &[Stm], i: usize, j: usize) -> bool {
    match (&list[i].what, &list[j].what) {
        (What::If { test: a, .. }, What::If { test: b, .. }) => {
            same(a, b) && (free(list, i, j, i) || free(list, i, j, j))
        }
        _ => false,
    }
}

/// Whether nothing between `i` and `j` drives what statement `moved` drives.
fn free(list: &[Stm], i: usize, j: usize, moved: usize) -> bool {
    targets(&list[i + 1..j]).is_disjoint(&targets(&list[moved..=moved]))
}

fn join(early: Stm, late: Stm) -> Stm {
    let What::If { test, yes: mut first, no: mut else_first } = early.what else { return late };
    let Stm { notes, what: What::If { yes, no, .. } } = late else { return late };
    let (mut then, mut otherwise) = (yes, no);
    let mut head = early.notes;
    keep_notes(notes, &mut head, then.first_mut());
    first.append(&mut then);
    else_first.append(&mut otherwise);
    nested(Stm { notes: head, what: What::If { test, yes: joined(first), no: joined(else_first) } })
}

/// The remarks of an `if` that is no longer there stay with its first statement.
fn keep_notes(notes: Vec<Note>, head: &mut Vec<Note>, first: Option<&mut Stm>) {
    match first {
        Some(s) => drop(s.notes.splice(0..0, notes)),
        None => head.extend(notes),
    }
}

/// `if (a) x; if (b) x;` -> `if (a | b) x;`
fn alike(list: Vec<Stm>) -> Vec<Stm> {
    let mut out: Vec<Stm> = vec![];
    for s in list {
        let merged = match (out.last_mut().map(|l| &mut l.what), &s.what) {
            (Some(What::If { test: a, yes: x, no }), What::If { test: b, yes: y, no: other })
                if s.notes.is_empty() && no.is_empty() && other.is_empty() && equal(x, y) =>
            {
                *a = row(a.clone(), &Op::BitOr, b.clone());
                true
            }
            _ => false,
        };
        if !merged {
            out.push(s);
        }
    }
    out
}

/// Whether two lists assign the same values without any condition.
fn equal(a: &[Stm], b: &[Stm]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| match (&a.what, &b.what) {
            (What::Set { net: x, value: v }, What::Set { net: y, value: w }) => {
                b.notes.is_empty() && x == y && same(v, w)
            }
            _ => false,
        })
}
