//! Choices by the value of one signal: a run of `if (x == 3) ..` as the `case` or the `?:` that it is.
//!
//! The constants of a run differ, so at most one of its tests is true, and the order does not matter. Nothing moves but
//! an assignment that stands right before the run and counts where no test is true.
use super::stm::{konst, Arm, Label, Note, Stm, What};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op};
use std::collections::BTreeSet;

/// Shorter runs read as well as they are.
const FEWEST: usize = 3;

/// `list` with its runs as `case`, also inside other statements.
pub(super) fn cases(list: Vec<Stm>) -> Vec<Stm> {
    let mut out: Vec<Stm> = vec![];
    let mut rest = list.into_iter().map(inside).peekable();
    while let Some(s) = rest.next() {
        let mut run = vec![s];
        while rest.peek().is_some_and(|s| s.notes.is_empty() && continues(&run, s)) {
            run.extend(rest.next());
        }
        if run.len() < FEWEST {
            out.append(&mut run);
            continue;
        }
        let default = match out.pop() {
            Some(s) if run[0].notes.is_empty() && overwritten(&s, &run) => Some(s),
            before => {
                out.extend(before);
                None
            }
        };
        out.push(case(run, default));
    }
    out
}

fn inside(s: Stm) -> Stm {
    let what = match s.what {
        What::Set { .. } => s.what,
        What::If { test, yes, no } => What::If { test, yes: cases(yes), no: cases(no) },
        What::Case { test, arms } => {
            let arms = arms.into_iter().map(|a| Arm { label: a.label, body: cases(a.body) });
            What::Case { test, arms: arms.collect() }
        }
    };
    Stm { notes: s.notes, what }
}

/// `if (signal == constant) ..` without `else`.
fn arm(s: &Stm) -> Option<(&str, u128, &[Stm])> {
    let What::If { test: E::Binary(x, Op::Eq, k), yes, no } = &s.what else { return None };
    let (E::Signal(x), Some(k)) = (&**x, konst(k)) else { return None };
    no.is_empty().then_some((x.as_str(), k.try_into().ok()?, yes.as_slice()))
}

fn continues(run: &[Stm], s: &Stm) -> bool {
    let Some((x, k, _)) = arm(s) else { return false };
    run.iter().all(|s| arm(s).is_some_and(|(of, other, _)| of == x && other != k))
}

/// Whether `s` assigns what each statement of the run would assign in its place, and nothing else does.
fn overwritten(s: &Stm, run: &[Stm]) -> bool {
    let What::Set { net, .. } = &s.what else { return false };
    run.iter()
        .filter_map(arm)
        .all(|(_, _, body)| matches!(body, [Stm { what: What::Set { net: to, .. }, .. }] if to == net))
}

fn case(run: Vec<Stm>, default: Option<Stm>) -> Stm {
    let mut notes = run[0].notes.clone();
    let test = arm(&run[0]).map_or_else(String::new, |a| a.0.to_string());
    let mut arms: Vec<Arm> =
        run.iter().filter_map(arm).map(|(_, k, body)| Arm { label: Label::Number(k), body: body.to_vec() }).collect();
    let body = match default {
        Some(mut s) => {
            notes.append(&mut s.notes);
            vec![s]
        }
        None => vec![],
    };
    arms.push(Arm { label: Label::Default, body });
    Stm { notes, what: What::Case { test: E::Signal(test), arms } }
}

/// One net of a multiplexer.
pub(super) struct Mux {
    pub net: String,
    pub notes: Vec<Note>,
    /// Tests and values, of which at most one counts.
    pub ways: Vec<(E, E)>,
    pub default: E,
}

/// More ways read better as a `case`.
const MOST_WAYS: usize = 4;

/// A process that only picks values by one signal: defaults, then one run.
pub(super) fn muxes(list: &[Stm]) -> Option<Vec<Mux>> {
    let first = list.iter().position(|s| !matches!(s.what, What::Set { .. }))?;
    let (defaults, run) = list.split_at(first);
    if run.len() < 2 || run.len() > MOST_WAYS || !(1..run.len()).all(|i| continues(&run[..i], &run[i])) {
        return None;
    }
    let remarks = defaults.iter().chain(run).flat_map(|s| s.notes.iter().cloned());
    let mut remarks: Vec<Note> = remarks.collect();
    let mut seen = BTreeSet::new();
    let mut out = vec![];
    for s in defaults {
        let What::Set { net, value } = &s.what else { return None };
        if !seen.insert(net) {
            return None;
        }
        let mut ways = vec![];
        for s in run {
            let What::If { test, yes, .. } = &s.what else { return None };
            for s in yes {
                match &s.what {
                    What::Set { net: to, value } if to == net => ways.push((test.clone(), value.clone())),
                    What::Set { .. } if s.notes.is_empty() => {}
                    _ => return None,
                }
            }
        }
        let tests: Vec<&E> = ways.iter().map(|w| &w.0).collect();
        // twice in one branch
        if tests.windows(2).any(|w| format!("{:?}", w[0]) == format!("{:?}", w[1])) {
            return None;
        }
        let notes = std::mem::take(&mut remarks);
        out.push(Mux { net: net.clone(), notes, ways, default: value.clone() });
    }
    Some(out)
}
