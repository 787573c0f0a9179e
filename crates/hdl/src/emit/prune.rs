//! Drops branches that can never be taken at these widths: `index() == 5` on a signal of two bits.
use super::scope::Scope;
use super::stm::{truth, Arm, Stm, What};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};

pub(super) fn prune(scope: &Scope, list: Vec<Stm>) -> Vec<Stm> {
    let mut out = vec![];
    for s in list {
        let Stm { notes, what } = s;
        match what {
            What::Set { .. } => out.push(Stm { notes, what }),
            What::If { test, yes, no } => match outcome(scope, &test) {
                Some(true) => out.extend(prune(scope, yes)),
                Some(false) => out.extend(prune(scope, no)),
                None => {
                    let (yes, no) = (prune(scope, yes), prune(scope, no));
                    out.push(Stm { notes, what: What::If { test, yes, no } })
                }
            },
            What::Case { test, arms } => {
                let arms = arms.into_iter().map(|a| Arm { label: a.label, body: prune(scope, a.body) }).collect();
                out.push(Stm { notes, what: What::Case { test, arms } })
            }
        }
    }
    out
}

fn outcome(scope: &Scope, test: &E) -> Option<bool> {
    match test {
        E::Unary(Un::Not, x) => outcome(scope, x).map(|v| !v),
        E::Binary(l, o @ (Op::BitAnd | Op::LogicalAnd | Op::BitOr | Op::LogicalOr), r) => {
            let absorbing = matches!(o, Op::BitOr | Op::LogicalOr);
            match (outcome(scope, l), outcome(scope, r)) {
                (Some(v), _) | (_, Some(v)) if v == absorbing => Some(v),
                (Some(_), Some(_)) => Some(!absorbing),
                _ => None,
            }
        }
        E::Binary(l, o, r) => scope.decided(l, o, r),
        _ => truth(test),
    }
}
