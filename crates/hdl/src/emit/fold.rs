//! A short expression that a dissolved block leaves behind as a net of its own, and that is read once, goes to that
//! place: `if (write & (address == 12'h30))` instead of a name for it.
//!
//! INVARIANT: only where the net stands for the whole of what is assigned or tested, or is an operand of `&`, `|`, `^` or
//! `~`: there the expression keeps the width and the sign that the net gave it.
use super::plan::drivers;
use super::scope::Ty;
use super::stm::{names, operands, Stm, What};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::BTreeSet;

/// A longer expression deserves its name.
const MOST_NAMES: usize = 3;

/// A net to fold, and its value. `plain`: the type of a net without a sign.
pub(super) fn next(body: &[Stm], gone: &BTreeSet<String>, plain: &dyn Fn(&str) -> Option<Ty>) -> Option<(String, E)> {
    let live = drivers(body);
    gone.iter().find_map(|net| {
        let [at] = live.get(net)?[..] else { return None };
        let What::Set { net: to, value } = &body[at].what else { return None };
        let whole = to == net && plain(net).is_some() && short(value, plain);
        // driven again further up, the older assignments would go as well
        let once = whole && body.iter().filter(|s| s.drives(&|n| n == net)).count() == 1;
        (once && uses(body, net, plain) == Some(1)).then(|| (net.clone(), value.clone()))
    })
}

fn short(value: &E, plain: &dyn Fn(&str) -> Option<Ty>) -> bool {
    let mut read = BTreeSet::new();
    names(value, &mut read);
    let unsigned = read.iter().all(|n| plain(n).is_some());
    unsigned && !read.is_empty() && read.len() <= MOST_NAMES && logical(value)
}

/// Operators whose result has no sign and needs no context to have its width.
fn logical(e: &E) -> bool {
    match e {
        E::Signal(_) => true,
        E::Cast(x, _) => matches!(**x, E::Signal(_)),
        E::Paren(x) | E::Unary(Un::Not, x) => logical(x),
        E::Binary(l, Op::BitAnd | Op::BitOr | Op::BitXor, r) => logical(l) && logical(r),
        E::Binary(l, Op::Eq | Op::Ne, _) => matches!(**l, E::Signal(_)),
        _ => false,
    }
}

/// How often `net` is read, if everywhere in a place that the expression may take.
fn uses(body: &[Stm], net: &str, plain: &dyn Fn(&str) -> Option<Ty>) -> Option<usize> {
    let mut count = 0;
    for s in body {
        count += match &s.what {
            What::Set { net: to, value } => match in_place(value, net)? {
                0 => 0,
                // a pin or a register has no type of its own here: it takes what is given to it
                n if plain(to).is_some() => n,
                _ => return None,
            },
            What::If { test, yes, no } => in_place(test, net)? + uses(yes, net, plain)? + uses(no, net, plain)?,
            What::Case { test, arms } => {
                let inside: Option<usize> = arms.iter().map(|a| uses(&a.body, net, plain)).sum();
                in_place(test, net).filter(|n| *n == 0)? + inside?
            }
        };
    }
    Some(count)
}

/// How often `e` reads `net`; none if it does so where only a name will do.
fn in_place(e: &E, net: &str) -> Option<usize> {
    match e {
        E::Signal(s) => Some(usize::from(s == net)),
        E::Paren(x) | E::Unary(Un::Not, x) => in_place(x, net),
        E::Binary(l, Op::BitAnd | Op::BitOr | Op::BitXor, r) => Some(in_place(l, net)? + in_place(r, net)?),
        _ => {
            let mut read = BTreeSet::new();
            operands(e).into_iter().for_each(|x| names(x, &mut read));
            (!read.contains(net)).then_some(0)
        }
    }
}
