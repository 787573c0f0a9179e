//! Refuses what cannot be printed, block by block, as it was written. What passes here keeps its pruned statements.
use super::error::Problem;
use super::names::{refusal, snake, stem};
use super::plan;
use super::prune::prune;
use super::scope::Scope;
use super::unit::{Body, Unit};
use super::{check, kernel::Kernel};
use std::collections::BTreeSet;

pub(super) fn judge(top: &mut Unit) -> Vec<Problem> {
    let mut out = vec![];
    out.extend(refusal(&top.name).map(|what| Problem { path: top.path.clone(), what }));
    all(top, true, &mut out);
    out
}

fn all(unit: &mut Unit, top: bool, out: &mut Vec<Problem>) {
    let found = match std::mem::replace(&mut unit.body, Body::Foreign) {
        Body::Kernel(mut kernel) => {
            let found = of_kernel(unit, &mut kernel);
            unit.body = Body::Kernel(kernel);
            found
        }
        Body::Leaf(leaf) => {
            let mut found = leaf.problems(unit);
            if leaf.inline && !top {
                found.extend(leaf.paste_problems(unit));
            }
            unit.body = Body::Leaf(leaf);
            found
        }
        other => {
            unit.body = other;
            vec![]
        }
    };
    let named = unit.given_name().map_or_else(|| snake(stem(&unit.name)), String::from);
    let unnameable = (!top && unit.stands()).then(|| refusal(&named)).flatten();
    let found = found.into_iter().chain(unit.problems.drain(..)).chain(unnameable);
    out.extend(found.map(|what| Problem { path: unit.path.clone(), what }));
    unit.children.iter_mut().for_each(|c| all(c, false, out));
}

fn of_kernel(unit: &Unit, kernel: &mut Kernel) -> Vec<String> {
    let mut read = BTreeSet::new();
    kernel.body.iter().for_each(|s| s.reads(&|_| true, &mut read));
    let scope = Scope::new(unit, &read);
    kernel.body = prune(&scope, std::mem::take(&mut kernel.body));
    let mut problems = std::mem::take(&mut kernel.problems);
    problems.extend(scope.problems.iter().cloned());
    problems.extend(check::statements(&scope, &kernel.body));
    problems.extend(plan::problems(&scope, &kernel.body));
    problems
}
