//! Where the texts of inline leaves go, and what their names become.
use super::expr::Writer;
use super::names::snake;
use super::netlist::Role;
use super::plan::Plan;
use super::unit::Unit;
use super::wiring::Wiring;
use std::collections::HashMap;

impl Writer<'_> {
    /// With their places: behind the last statement that feeds them.
    pub fn texts(&mut self, wiring: &Wiring, plan: &Plan) -> Vec<(usize, String)> {
        let mut out = vec![];
        let mut told = std::collections::BTreeSet::new();
        for child in &self.scope.unit.children {
            let Some(leaf) = child.pasted() else { continue };
            let full = |port: &str| format!("{}${port}", child.name);
            let fed = child.ports().filter_map(|p| plan.live.get(&full(&p.name))?.last().copied()).max();
            let mut text = String::new();
            for p in child.ports() {
                self.notes(wiring.remarks(&full(&p.name)), "    ", &mut text);
            }
            // blocks of one kind say the same: once is enough
            for doc in leaf.doc.iter().filter(|d| told.insert((*d).clone())) {
                line!(text, "    // {doc}");
            }
            let names = self.pasted_names(child, wiring);
            for line in leaf.renamed(&|n| names.get(n).cloned().unwrap_or_else(|| local(child, n))).lines() {
                line!(text, "    {line}");
            }
            out.push((fed.unwrap_or(0), text));
        }
        out.sort_by_key(|t| t.0);
        out
    }
    /// Ports by their names in the text.
    fn pasted_names(&self, child: &Unit, wiring: &Wiring) -> HashMap<String, String> {
        let shown = |port: &str, role: Role| {
            let full = format!("{}${port}", child.name);
            match wiring.pin(&full).filter(|_| role == Role::In) {
                Some(pin) => pin.clone(),
                None => self.scope.target(&full).to_string(),
            }
        };
        child.ports().map(|p| (snake(&p.name), shown(&p.name, p.role))).collect()
    }
}

/// What a name that the text declares becomes.
pub(super) fn local(child: &Unit, name: &str) -> String {
    format!("{}_{name}", snake(&child.name))
}
