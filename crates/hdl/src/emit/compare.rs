//! Comparisons that one known side and the other side's width decide.
use super::scope::{Scope, Ty};
use super::stm::konst;
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op};

/// The operator with its sides exchanged.
fn mirrored(o: &Op) -> Op {
    match o {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        same => same.clone(),
    }
}

impl Scope<'_> {
    /// The outcome of `l o r` if it is the same for every value. `index()` compares as `usize`, so a number may lie
    /// beyond the signal's range; Verilog would truncate or extend, and linters object to `x >= 0`.
    pub fn decided(&self, l: &E, o: &Op, r: &E) -> Option<bool> {
        let (sl, sr) = (self.shape(l), self.shape(r));
        let apart = sl.width.is_some() && sr.width.is_some() && sl.width != sr.width;
        if apart || self.index_hazard(l, o, r).is_some() {
            return None; // left for `check` to refuse
        }
        let t = sl.or(sr).ty()?;
        match (self.known(l, t), self.known(r, t)) {
            (None, Some(k)) => outcome(t, o, k),
            (Some(k), None) => outcome(t, &mirrored(o), k),
            (Some(a), Some(b)) => Some(match o {
                Op::Eq => a == b,
                Op::Ne => a != b,
                Op::Lt => a < b,
                Op::Le => a <= b,
                Op::Gt => a > b,
                Op::Ge => a >= b,
                _ => return None,
            }),
            (None, None) => None,
        }
    }
    /// Why a comparison with a bare number cannot be told apart from another one. hdl_gen drops `index()`, so
    /// `(x - y).index() < 4` and `x.index() - y.index() < 4` look alike, but only the first wraps at the width.
    pub fn index_hazard(&self, l: &E, o: &Op, r: &E) -> Option<&'static str> {
        let x = match (konst(l), konst(r)) {
            (None, Some(_)) => l,
            (Some(_), None) => r,
            _ => return None,
        };
        let shape = self.shape(x);
        if matches!(x, E::Binary(..) | E::Unary(..)) {
            return Some(
                "arithmetic compared with a bare number: give its result a local signal, or compare with a constant",
            );
        }
        let equality = matches!(o, Op::Eq | Op::Ne);
        (shape.signed == Some(true) && !equality)
            .then_some("a signed value ordered against a bare number: use a constant")
    }
}

/// `x o k` for every `x` of type `t`, if it does not depend on `x`.
fn outcome(t: Ty, o: &Op, k: i128) -> Option<bool> {
    if t.width > 120 {
        return None;
    }
    let (low, high) =
        if t.signed { (-(1 << (t.width - 1)), (1 << (t.width - 1)) - 1) } else { (0, (1i128 << t.width) - 1) };
    match o {
        Op::Eq => (k < low || k > high).then_some(false),
        Op::Ne => (k < low || k > high).then_some(true),
        Op::Lt if k <= low => Some(false),
        Op::Lt if k > high => Some(true),
        Op::Le if k < low => Some(false),
        Op::Le if k >= high => Some(true),
        Op::Gt if k >= high => Some(false),
        Op::Gt if k < low => Some(true),
        Op::Ge if k > high => Some(false),
        Op::Ge if k <= low => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decided_outcomes_hold_for_every_value() {
        type Meaning = fn(&i128, &i128) -> bool;
        let ops: [(Op, Meaning); 6] = [
            (Op::Eq, i128::eq),
            (Op::Ne, i128::ne),
            (Op::Lt, i128::lt),
            (Op::Le, i128::le),
            (Op::Gt, i128::gt),
            (Op::Ge, i128::ge),
        ];
        for (signed, values) in [(false, 0..8), (true, -4..4)] {
            for (op, f) in &ops {
                for k in -10..10 {
                    let seen: Vec<bool> = values.clone().map(|x| f(&x, &k)).collect();
                    let constant = seen.iter().all(|s| *s == seen[0]).then_some(seen[0]);
                    assert_eq!(outcome(Ty { width: 3, signed }, op, k), constant, "{op:?} {k} signed {signed}");
                }
            }
        }
    }
}
