//! Statements with other names in them.
use super::stm::{Arm, Note, Stm, What};
use rust_hdl::prelude::ast::VerilogExpression as E;

/// `e` with every name for which `read` has something replaced by that.
pub(super) fn expression(e: &E, read: &dyn Fn(&str) -> Option<E>) -> E {
    let of = |x: &E| Box::new(expression(x, read));
    match e {
        E::Signal(s) => read(s).unwrap_or_else(|| e.clone()),
        E::Literal(_) => e.clone(),
        E::Paren(x) => E::Paren(of(x)),
        E::Cast(x, n) => E::Cast(of(x), *n),
        E::Signed(x) => E::Signed(of(x)),
        E::Unsigned(x) => E::Unsigned(of(x)),
        E::Unary(o, x) => E::Unary(o.clone(), of(x)),
        E::Binary(l, o, r) => E::Binary(of(l), o.clone(), of(r)),
        E::Index(x, at) => E::Index(of(x), of(at)),
        E::Slice(x, n, at) => E::Slice(of(x), *n, of(at)),
        E::IndexReplace(x, at, v) => E::IndexReplace(of(x), of(at), of(v)),
    }
}

/// How to change statements.
pub(super) struct Renaming<'a> {
    pub target: &'a dyn Fn(&str) -> String,
    pub read: &'a dyn Fn(&str) -> Option<E>,
}

impl Renaming<'_> {
    pub fn list(&self, list: Vec<Stm>) -> Vec<Stm> {
        list.into_iter().map(|s| self.statement(s)).collect()
    }
    fn statement(&self, s: Stm) -> Stm {
        let what = match s.what {
            What::Set { net, value } => What::Set { net: (self.target)(&net), value: expression(&value, self.read) },
            What::If { test, yes, no } => {
                What::If { test: expression(&test, self.read), yes: self.list(yes), no: self.list(no) }
            }
            What::Case { test, arms } => {
                let arms = arms.into_iter().map(|a| Arm { label: a.label, body: self.list(a.body) }).collect();
                What::Case { test: expression(&test, self.read), arms }
            }
        };
        Stm { notes: s.notes, what }
    }
}

/// Applies `f` to every remark.
pub(super) fn notes(list: &mut [Stm], f: &mut dyn FnMut(&mut Note)) {
    for s in list {
        s.notes.iter_mut().for_each(&mut *f);
        match &mut s.what {
            What::Set { .. } => {}
            What::If { yes, no, .. } => {
                notes(yes, f);
                notes(no, f);
            }
            What::Case { arms, .. } => arms.iter_mut().for_each(|a| notes(&mut a.body, f)),
        }
    }
}

/// `list` without assignments to `net`. Their remarks go to the statement that follows, or stay in `carried`.
pub(super) fn without(list: Vec<Stm>, net: &str, carried: &mut Vec<Note>) -> Vec<Stm> {
    let mut out = vec![];
    for s in list {
        let Stm { mut notes, what } = s;
        let mut inner = vec![];
        let what = match what {
            What::Set { net: to, .. } if to == net => {
                carried.extend(notes);
                continue;
            }
            What::Set { .. } => what,
            What::If { test, yes, no } => {
                What::If { test, yes: without(yes, net, &mut inner), no: without(no, net, &mut inner) }
            }
            What::Case { test, arms } => {
                let arms = arms.into_iter().map(|a| Arm { label: a.label, body: without(a.body, net, &mut inner) });
                What::Case { test, arms: arms.collect() }
            }
        };
        notes.append(&mut inner);
        let mut s = Stm { notes, what };
        if !s.is_silent() {
            s.notes.splice(0..0, std::mem::take(carried));
        }
        out.push(s);
    }
    out
}
