//! Dissolves the kernels that say `comment!("inline")` into their parents.
//!
//! A net `x` of the child `c` becomes the parent's own net `c$x`, which is how the parent's kernel names a port already:
//! so the two lists of statements join as they are. The child's statements come after the last one that feeds them.
use super::alias;
use super::kernel::Kernel;
use super::names::stem;
use super::netlist::{Net, Role};
use super::rename::{self, Renaming};
use super::stm::{Note, Stm};
use super::unit::{Body, Unit};
use rust_hdl::prelude::ast::VerilogExpression as E;
use std::collections::{BTreeSet, HashMap};

/// Dissolves what is marked below `unit`, from the bottom up.
pub(super) fn inline(unit: &mut Unit) {
    unit.children.iter_mut().for_each(inline);
    let Body::Kernel(kernel) = &mut unit.body else { return };
    let mut remarks = HashMap::new();
    let mut gone = BTreeSet::new();
    for child in std::mem::take(&mut unit.children) {
        match child.body {
            Body::Kernel(Kernel { inline: true, .. }) => {
                let nets = absorb(kernel, child, &mut unit.children, &mut remarks);
                gone.extend(nets.iter().filter(|n| n.role == Role::Local).map(|n| n.name.clone()));
                unit.nets.extend(nets);
            }
            _ => unit.children.push(child),
        }
    }
    if !gone.is_empty() {
        alias::simplify(unit, gone);
    }
}

/// Takes over the statements and the children; returns the nets.
fn absorb(
    kernel: &mut Kernel,
    child: Unit,
    children: &mut Vec<Unit>,
    remarks: &mut HashMap<(String, String), usize>,
) -> Vec<Net> {
    let Unit { name, nets, children: below, body: Body::Kernel(of_child), .. } = child else { return vec![] };
    let names: BTreeSet<String> = nets
        .iter()
        .map(|n| n.name.clone())
        .chain(below.iter().flat_map(|c| c.nets.iter().map(|n| format!("{}${}", c.name, n.name))))
        .collect();
    let full = |net: &str| format!("{name}${net}");
    let renaming = Renaming {
        target: &full,
        // labels of enums keep their names
        read: &|net| names.contains(net).then(|| E::Signal(full(net))),
    };
    let mut body = renaming.list(of_child.body);
    let doc = of_child.doc.into_iter().map(|text| Note { id: 0, text });
    if let Some(first) = body.iter_mut().find(|s| !s.is_silent()) {
        first.notes.splice(0..0, doc);
    }
    // blocks of one kind say the same: once is enough
    let kind = of_child.name.unwrap_or_else(|| stem(&name).into());
    rename::notes(&mut body, &mut |note| {
        let known = remarks.entry((kind.clone(), note.text.clone())).or_insert_with(|| {
            kernel.notes += 1;
            kernel.notes
        });
        note.id = *known;
    });
    let inputs: BTreeSet<String> = nets.iter().filter(|n| n.role == Role::In).map(|n| full(&n.name)).collect();
    let at = fed(&kernel.body, &inputs);
    kernel.body.splice(at..at, body);
    children.extend(below.into_iter().map(|c| Unit { name: full(&c.name), ..c }));
    let own = |n: Net| Net {
        name: full(&n.name),
        role: if matches!(n.role, Role::Const(_)) { n.role } else { Role::Local },
        ..n
    };
    nets.into_iter().map(own).collect()
}

/// The place behind the last statement that drives one of `inputs`.
fn fed(list: &[Stm], inputs: &BTreeSet<String>) -> usize {
    let feeds = |s: &Stm| s.drives(&|net| inputs.contains(net));
    list.iter().rposition(feeds).map_or(list.len(), |at| at + 1)
}
