//! `assign y = child_y;` is a wire too many: the child's output is connected to `y` itself.
use super::forms::{Form, Placed};
use super::netlist::Role;
use super::scope::Scope;
use rust_hdl::prelude::ast::VerilogExpression as E;

/// Drops the `assign`s that only give a child's output another name, and gives it that name.
pub(super) fn claims(scope: &mut Scope, forms: &mut Vec<Placed>) {
    forms.retain(|(_, form)| match form {
        Form::Assign { net, value: E::Signal(from), notes } if notes.is_empty() => !claim(scope, net, from),
        _ => true,
    });
}

fn claim(scope: &mut Scope, net: &str, from: &str) -> bool {
    let (Some(to), Some(output)) = (scope.nets.get(net), scope.nets.get(from)) else { return false };
    let fits = to.net.ty() == output.net.ty()
        && to.child.is_none()
        && output.child.is_some_and(|c| c.register_init().is_none())
        && output.net.role == Role::Out
        && !scope.is_claimed(from);
    let shown = to.shown.clone();
    if fits {
        scope.claim(from, shown);
    }
    fits
}
