//! The whole design: equal modules once, top first.
use super::error::Problem;
use super::leaf::of_leaf;
use super::module::{of_kernel, Module};
use super::names::{refusal, snake, stem};
use super::netlist::Inst;
use rust_hdl::prelude::ast::Verilog;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) struct Printed {
    pub text: String,
    pub problems: Vec<Problem>,
}

struct Finished {
    text: String,
    /// Modules of its children, in order.
    below: Vec<String>,
}

#[derive(Default)]
struct Design {
    /// (name its author gave it, text) -> module name: equal modules are printed once
    known: HashMap<(Option<String>, String), String>,
    taken: BTreeSet<String>,
    modules: BTreeMap<String, Finished>,
    problems: Vec<Problem>,
}

/// Prints `top` and everything below it.
pub(super) fn print(top: &Inst) -> Printed {
    let mut d = Design::default();
    d.taken.insert(top.name.clone());
    d.problems.extend(refusal(&top.name).map(|what| Problem { path: top.name.clone(), what }));
    d.module(top, &top.name, true);
    let mut text = String::from("`default_nettype none\n");
    d.append(&top.name, &mut BTreeSet::new(), &mut text);
    text += "\n`default_nettype wire\n";
    Printed { text, problems: d.problems }
}

impl Design {
    /// Finishes `inst` and everything below it; returns the name of its module.
    fn module(&mut self, inst: &Inst, path: &str, top: bool) -> String {
        let m = match &inst.body {
            Verilog::Custom(text) => (of_leaf(inst, text), vec![]),
            Verilog::Combinatorial(block) => self.kernel(inst, block, path),
            Verilog::Empty => self.kernel(inst, &[], path),
            Verilog::Blackbox(_) | Verilog::Wrapper(_) => {
                let problems = vec!["a black box: write a leaf".to_string()];
                (Module { name: None, doc: vec![], body: String::new(), problems }, vec![])
            }
        };
        let (Module { name, doc, body, problems }, below) = m;
        self.problems.extend(problems.into_iter().map(|what| Problem { path: path.into(), what }));
        let doc: String = doc.iter().map(|line| format!("// {line}\n")).collect();
        let key = (name.clone(), format!("{doc}{body}"));
        if let Some(same) = self.known.get(&key).filter(|_| !top) {
            return same.clone();
        }
        let name = if top { inst.name.clone() } else { self.free_name(name, inst, path) };
        let text = format!("{doc}module {name} (\n{body}endmodule\n");
        self.known.insert(key, name.clone());
        self.modules.insert(name.clone(), Finished { text, below });
        name
    }
    fn kernel(
        &mut self,
        inst: &Inst,
        block: &[rust_hdl::prelude::ast::VerilogStatement],
        path: &str,
    ) -> (Module, Vec<String>) {
        let mut kinds = vec![];
        for c in inst.children.iter().filter(|c| c.register_init().is_none()) {
            kinds.push((c, self.module(c, &format!("{path}.{}", snake(&c.name)), false)));
        }
        let m = of_kernel(inst, block, &kinds);
        (m, kinds.into_iter().map(|k| k.1).collect())
    }
    /// The author's name, or that of the instance; `_2` and so on for the next module of that name.
    fn free_name(&mut self, given: Option<String>, inst: &Inst, path: &str) -> String {
        let base = given.unwrap_or_else(|| snake(stem(&inst.name)));
        self.problems.extend(refusal(&base).map(|what| Problem { path: path.into(), what }));
        let mut name = base.clone();
        let mut k = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{base}_{k}");
            k += 1;
        }
        name
    }
    fn append(&self, name: &str, done: &mut BTreeSet<String>, out: &mut String) {
        if !done.insert(name.into()) {
            return;
        }
        let Some(m) = self.modules.get(name) else { return };
        out.push_str(&format!("\n{}", m.text));
        m.below.iter().for_each(|below| self.append(below, done, out));
    }
}
