//! Expressions and statements in which some nets are known to be constant.
use super::netlist::mask;
use super::rename;
use super::scope::Ty;
use super::stm::{bit, konst, number, truth, Arm, Stm, What};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};

/// A constant of a net's type, as an expression.
pub(super) fn constant(value: u128, t: Ty) -> E {
    if t.width == 1 && !t.signed {
        return bit(value != 0);
    }
    let number = E::Cast(Box::new(number(value as i64)), t.width);
    if t.signed {
        E::Signed(Box::new(number))
    } else {
        number
    }
}

/// What an expression always is: a flag, or a number of known width.
pub(super) fn value(e: &E) -> Option<u128> {
    match e {
        E::Signed(x) | E::Unsigned(x) | E::Paren(x) => value(x),
        E::Cast(x, n) => konst(x).map(|v| v as u128 & mask(*n)),
        _ => truth(e).map(u128::from),
    }
}

fn width(e: &E) -> Option<usize> {
    match e {
        E::Signed(x) | E::Unsigned(x) | E::Paren(x) => width(x),
        E::Cast(_, n) => Some(*n),
        _ => truth(e).map(|_| 1),
    }
}

fn is_zero(e: &E) -> bool {
    value(e) == Some(0)
}

fn zero(n: usize) -> E {
    constant(0, Ty { width: n, signed: false })
}

/// `list` with the values of `known` in place of its names; branches that are never taken are gone.
pub(super) fn statements(list: Vec<Stm>, known: &dyn Fn(&str) -> Option<E>) -> Vec<Stm> {
    let mut out = vec![];
    append(&mut out, list, known);
    out
}

fn append(out: &mut Vec<Stm>, list: Vec<Stm>, known: &dyn Fn(&str) -> Option<E>) {
    for Stm { notes, what } in list {
        match what {
            What::Set { net, value } => {
                // what was set before, or in a branch that is no branch any more
                let mut notes = notes;
                let mut carried = vec![];
                if out.iter().any(|s: &Stm| s.drives(&|n| n == net) && !s.is_hold()) {
                    *out = rename::without(std::mem::take(out), &net, &mut carried);
                    notes.splice(0..0, carried);
                }
                out.push(Stm { notes, what: What::Set { net, value: expression(&value, known) } });
            }
            What::If { test, yes, no } => {
                let test = expression(&test, known);
                match truth(&test) {
                    Some(taken) => append(out, if taken { yes } else { no }, known),
                    None => {
                        let (yes, no) = (statements(yes, known), statements(no, known));
                        if !(yes.is_empty() && no.is_empty()) {
                            out.push(Stm { notes, what: What::If { test, yes, no } });
                        }
                    }
                }
            }
            What::Case { test, arms } => {
                let arms = arms.into_iter().map(|a| Arm { label: a.label, body: statements(a.body, known) }).collect();
                out.push(Stm { notes, what: What::Case { test: expression(&test, known), arms } });
            }
        }
    }
}

fn expression(e: &E, known: &dyn Fn(&str) -> Option<E>) -> E {
    simple(rename::expression(e, known))
}

/// The same value, with less of what is constant.
///
/// INVARIANT: operands of `&`, `|`, `+`, `-` have one width, so what is left has that of the whole.
fn simple(e: E) -> E {
    let of = |x: Box<E>| Box::new(simple(*x));
    match e {
        E::Signal(_) | E::Literal(_) => e,
        E::Paren(x) => simple(*x),
        E::Cast(x, n) => match simple(*x) {
            x if is_zero(&x) && konst(&x).is_none() => zero(n),
            x => E::Cast(Box::new(x), n),
        },
        E::Signed(x) => E::Signed(of(x)),
        E::Unsigned(x) => E::Unsigned(of(x)),
        E::Unary(o, x) => unary(o, simple(*x)),
        E::Binary(l, o, r) => binary(simple(*l), o, simple(*r)),
        E::Index(x, at) => match simple(*x) {
            x if is_zero(&x) => bit(false),
            x => E::Index(Box::new(x), at),
        },
        E::Slice(x, n, at) => match simple(*x) {
            x if is_zero(&x) => zero(n),
            x => E::Slice(Box::new(x), n, at),
        },
        E::IndexReplace(x, at, v) => E::IndexReplace(of(x), of(at), of(v)),
    }
}

fn unary(o: Un, x: E) -> E {
    match (o, truth(&x)) {
        (Un::Not, Some(v)) => bit(!v),
        (Un::Any, _) if is_zero(&x) => bit(false),
        (Un::Any, Some(v)) => bit(v),
        (o, _) => E::Unary(o, Box::new(x)),
    }
}

fn binary(l: E, o: Op, r: E) -> E {
    let sides = [(&l, &r), (&r, &l)];
    match o {
        Op::BitAnd | Op::LogicalAnd => {
            for (x, other) in sides {
                match (truth(x), is_zero(x)) {
                    (Some(true), _) => return other.clone(),
                    (_, true) => return x.clone(),
                    _ => {}
                }
            }
        }
        Op::BitOr | Op::LogicalOr => {
            for (x, other) in sides {
                match (truth(x), is_zero(x)) {
                    (Some(true), _) => return x.clone(),
                    (_, true) => return other.clone(),
                    _ => {}
                }
            }
        }
        Op::Add | Op::Sub if is_zero(&r) && width(&r).is_some() => return l,
        Op::Add if is_zero(&l) && width(&l).is_some() => return r,
        Op::Shl | Op::Shr if is_zero(&l) && width(&l).is_some() => return l,
        Op::Eq | Op::Ne => {
            let number = |x: &E| value(x).or_else(|| konst(x).and_then(|k| u128::try_from(k).ok()));
            if let (Some(a), Some(b)) = (number(&l), number(&r)) {
                return bit((a == b) == matches!(o, Op::Eq));
            }
        }
        _ => {}
    }
    E::Binary(Box::new(l), o, Box::new(r))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(name: &str) -> E {
        E::Signal(name.into())
    }
    fn not(x: E) -> E {
        E::Unary(Un::Not, Box::new(x))
    }
    fn with(l: E, o: Op, r: E) -> E {
        E::Binary(Box::new(l), o, Box::new(r))
    }
    /// With `off` = 0, `on` = 1 and `none` = 8'd0.
    fn known(name: &str) -> Option<E> {
        match name {
            "off" => Some(bit(false)),
            "on" => Some(bit(true)),
            "none" => Some(zero(8)),
            _ => None,
        }
    }
    fn same(e: &E, becomes: &E) {
        assert_eq!(format!("{:?}", expression(e, &known)), format!("{becomes:?}"));
    }
    #[test]
    fn flags_absorb_or_vanish() {
        same(&with(net("a"), Op::BitAnd, net("on")), &net("a"));
        same(&with(net("off"), Op::BitAnd, net("a")), &bit(false));
        same(&with(not(net("off")), Op::BitOr, net("a")), &bit(true));
        same(&with(net("a"), Op::BitOr, net("off")), &net("a"));
        same(&not(with(net("a"), Op::BitAnd, net("off"))), &bit(true));
    }
    #[test]
    fn zeros_keep_their_width() {
        same(&with(net("none"), Op::BitOr, net("x")), &net("x"));
        same(&E::Cast(Box::new(net("none")), 3), &zero(3));
        same(&with(net("none"), Op::Shr, number(2)), &zero(8));
        same(&E::Unary(Un::Any, Box::new(net("none"))), &bit(false));
        same(&with(net("none"), Op::Eq, number(0)), &bit(true));
        same(&with(net("none"), Op::Ne, number(0)), &bit(false));
        same(&with(net("none"), Op::Add, net("x")), &net("x"));
        same(&with(net("x"), Op::Sub, net("none")), &net("x"));
        // a bare number has no width
        let less = with(net("x"), Op::Sub, number(0));
        same(&less, &less);
    }
    #[test]
    fn branches_that_are_never_taken_go() {
        let set = |v: &str| Stm::bare(What::Set { net: "y".into(), value: net(v) });
        let branch = |test: E| Stm::bare(What::If { test, yes: vec![set("a")], no: vec![set("b")] });
        let left = |test: E| match &statements(vec![branch(test)], &known)[..] {
            [Stm { what: What::Set { value: E::Signal(s), .. }, .. }] => s.clone(),
            _ => "both".into(),
        };
        assert_eq!(left(net("on")), "a");
        assert_eq!(left(with(net("c"), Op::BitAnd, net("off"))), "b");
        assert_eq!(left(net("c")), "both");
    }
}
