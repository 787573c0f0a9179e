//! `assign y = child_y;` is a name too many: the child's output is connected to `y` itself, and so is a register.
use super::forms::{Form, Placed};
use super::netlist::Role;
use super::scope::Scope;
use super::stm::Note;

/// Drops the `assign`s that only give an output of a child another name, or an output of the module the value of a
/// register, and gives both one name.
pub(super) fn claims(scope: &mut Scope, forms: &mut Vec<Placed>) {
    forms.retain(|(_, form)| match form {
        Form::Assign { net, value, notes } => match scope.whole(value) {
            Some(from) => !claim(scope, net, from, notes),
            None => true,
        },
        _ => true,
    });
}

fn claim(scope: &mut Scope, net: &str, from: &str, notes: &[Note]) -> bool {
    let (Some(to), Some(output)) = (scope.nets.get(net), scope.nets.get(from)) else { return false };
    let Some(child) = output.child else { return false };
    let fits = to.net.ty() == output.net.ty()
        && to.child.is_none()
        && output.net.role == Role::Out
        && !scope.claimed.contains_key(from);
    let shown = to.shown.clone();
    match child.register_init() {
        _ if !fits => return false,
        // a remark needs a statement: a declaration has no place for it
        Some(init) if to.net.role == Role::Out && notes.is_empty() => drop(scope.registers.insert(net.into(), init)),
        Some(_) => return false,
        None => {}
    }
    scope.claim(from, shown, notes.to_vec());
    true
}
