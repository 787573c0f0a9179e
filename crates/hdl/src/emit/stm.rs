//! Statements of one kernel after unrolling: targets are nets of this module, loop variables are numbers.
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogLiteral, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::BTreeSet;

use super::netlist::{literal, mask};

/// A remark; its number tells apart equal texts, so that each is printed once wherever its statement ends up.
#[derive(Clone)]
pub(super) struct Note {
    pub id: usize,
    pub text: String,
}

#[derive(Clone)]
pub(super) struct Stm {
    pub notes: Vec<Note>,
    pub what: What,
}

#[derive(Clone)]
pub(super) enum What {
    Set { net: String, value: E },
    If { test: E, yes: Vec<Stm>, no: Vec<Stm> },
    Case { test: E, arms: Vec<Arm> },
}

#[derive(Clone)]
pub(super) struct Arm {
    pub label: Label,
    pub body: Vec<Stm>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Label {
    Default,
    Number(u128),
    /// Of an enum, with `$` for `::`.
    Name(String),
}

/// Some nets of a module: those that one process drives.
pub(super) type Keep<'a> = &'a dyn Fn(&str) -> bool;

impl Stm {
    pub fn bare(what: What) -> Self {
        Self { notes: vec![], what }
    }
    /// Whether it, or a statement inside it, drives a net of `keep`.
    pub fn drives(&self, keep: Keep) -> bool {
        match &self.what {
            What::Set { net, .. } => keep(net),
            What::If { yes, no, .. } => yes.iter().chain(no).any(|s| s.drives(keep)),
            What::Case { arms, .. } => arms.iter().any(|a| a.body.iter().any(|s| s.drives(keep))),
        }
    }
    pub fn targets(&self, out: &mut BTreeSet<String>) {
        match &self.what {
            What::Set { net, .. } => drop(out.insert(net.clone())),
            What::If { yes, no, .. } => yes.iter().chain(no).for_each(|s| s.targets(out)),
            What::Case { arms, .. } => arms.iter().flat_map(|a| &a.body).for_each(|s| s.targets(out)),
        }
    }
    /// Nets read by those of its parts that drive a net of `keep`.
    pub fn reads(&self, keep: Keep, out: &mut BTreeSet<String>) {
        if !self.drives(keep) {
            return;
        }
        match &self.what {
            What::Set { value, .. } => names(value, out),
            What::If { test, yes, no } => {
                names(test, out);
                yes.iter().chain(no).for_each(|s| s.reads(keep, out));
            }
            What::Case { test, arms } => {
                names(test, out);
                arms.iter().flat_map(|a| &a.body).for_each(|s| s.reads(keep, out));
            }
        }
    }
    /// Nets that decide which of its parts count.
    pub fn tests(&self, out: &mut BTreeSet<String>) {
        match &self.what {
            What::Set { .. } => {}
            What::If { test, yes, no } => {
                names(test, out);
                yes.iter().chain(no).for_each(|s| s.tests(out));
            }
            What::Case { test, arms } => {
                names(test, out);
                arms.iter().flat_map(|a| &a.body).for_each(|s| s.tests(out));
            }
        }
    }
    /// A statement that is never printed as one: remarks wait for the next.
    pub fn is_silent(&self) -> bool {
        self.is_hold() || matches!(&self.what, What::Set { net, .. } if net.ends_with("$clock"))
    }
    /// `r.d = r.q`: the register keeps its value, which an `always @(posedge ..)` does by itself.
    pub fn is_hold(&self) -> bool {
        match &self.what {
            What::Set { net, value: E::Signal(q) } => {
                net.strip_suffix("$d").is_some_and(|r| q.strip_suffix("$q").is_some_and(|s| r == s))
            }
            _ => false,
        }
    }
}

pub(super) fn names(e: &E, out: &mut BTreeSet<String>) {
    if let E::Signal(s) = e {
        out.insert(s.clone());
    }
    operands(e).into_iter().for_each(|x| names(x, out));
}

pub(super) fn operands(e: &E) -> Vec<&E> {
    match e {
        E::Signal(_) | E::Literal(_) => vec![],
        E::Paren(x) | E::Cast(x, _) | E::Signed(x) | E::Unsigned(x) | E::Unary(_, x) => vec![x],
        E::Binary(a, _, b) | E::Index(a, b) | E::Slice(a, _, b) => vec![a, b],
        E::IndexReplace(a, b, c) => vec![a, b, c],
    }
}

pub(super) fn bit(v: bool) -> E {
    E::Literal(VerilogLiteral::from(v))
}

/// A bare integer.
pub(super) fn number(v: i64) -> E {
    let size = E::Literal(VerilogLiteral::from(v.unsigned_abs()));
    if v < 0 {
        E::Unary(Un::Neg, Box::new(size))
    } else {
        size
    }
}

/// Whether `name` is a field of the generator: rust-hdl takes those that begin with `_` out of the hardware.
pub(super) fn is_parameter(name: &str) -> bool {
    name.split('$').any(|part| part.starts_with('_'))
}

/// Value of a bare integer: literals, loop variables and arithmetic between them. A `bool` is not one.
pub(super) fn konst(e: &E) -> Option<i128> {
    match e {
        E::Literal(v) => literal(v).filter(|x| x.0 != 1).and_then(|x| x.1.try_into().ok()),
        E::Paren(x) => konst(x),
        E::Unary(Un::Neg, x) => Some(-konst(x)?),
        E::Binary(l, Op::Add, r) => konst(l)?.checked_add(konst(r)?),
        E::Binary(l, Op::Sub, r) => konst(l)?.checked_sub(konst(r)?),
        E::Binary(l, Op::Mul, r) => konst(l)?.checked_mul(konst(r)?),
        _ => None,
    }
}

/// Value of a `bool` literal.
pub(super) fn truth(e: &E) -> Option<bool> {
    match e {
        E::Literal(v) => literal(v).filter(|x| x.0 == 1).map(|x| x.1 == 1),
        _ => None,
    }
}

/// `v` in `width` bits, if it fits there as a signed or as an unsigned number.
pub(super) fn fitting(v: i128, width: usize) -> Option<u128> {
    let fits = if v < 0 { width >= 128 || v >= -(1 << (width - 1)) } else { v as u128 <= mask(width) };
    fits.then_some(v as u128 & mask(width))
}
