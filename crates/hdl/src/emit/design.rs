//! The whole design: equal modules once, top first.
use super::error::Problem;
use super::inline::inline;
use super::judge::judge;
use super::leaf::{register, Leaf};
use super::leftover::excuse;
use super::module::{of_kernel, Module};
use super::names::{snake, stem};
use super::netlist::Inst;
use super::sweep::sweep;
use super::unit::{Body, Unit};
use super::wrap::wrapped;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) struct Printed {
    pub text: String,
    /// Models of what is built otherwise; empty if there is nothing of that kind.
    pub models: String,
    pub problems: Vec<Problem>,
}

struct Finished {
    text: String,
    /// Modules of its children, in order.
    below: Vec<String>,
    apart: bool,
}

#[derive(Default)]
struct Design {
    /// (name its author gave it, text) -> module name: equal modules are printed once
    known: HashMap<(Option<String>, String), String>,
    taken: BTreeSet<String>,
    /// What the name of every module but the top begins with.
    prefix: String,
    modules: BTreeMap<String, Finished>,
    problems: Vec<Problem>,
}

/// Prints `top` and everything below it.
pub(super) fn print(top: Inst) -> Printed {
    let name = top.name.clone();
    let mut unit = Unit::of(top, name.clone());
    let problems = judge(&mut unit);
    if !problems.is_empty() {
        return Printed { text: String::new(), models: String::new(), problems };
    }
    sweep(&mut unit);
    inline(&mut unit);
    excuse(&mut unit);
    // the top's first word: no module meets one of the same name elsewhere in a chip
    let prefix = name.split_once('_').map_or(String::new(), |(word, _)| format!("{word}_"));
    let mut d = Design { prefix, ..Design::default() };
    d.taken.insert(name.clone());
    d.module(&unit, true);
    let mut order = vec![];
    d.order(&name, &mut order);
    let file = |apart: bool| {
        let modules = order.iter().filter_map(|m| d.modules.get(*m)).filter(|m| m.apart == apart);
        let text: String = modules.map(|m| format!("\n{}", m.text)).collect();
        match text.is_empty() {
            true => text,
            false => format!("`default_nettype none\n{text}\n`default_nettype wire\n"),
        }
    };
    Printed { text: file(false), models: file(true), problems: d.problems }
}

impl Design {
    /// Finishes `unit` and everything below it; returns the name of its module.
    fn module(&mut self, unit: &Unit, top: bool) -> String {
        let mut below = vec![];
        let m = match &unit.body {
            Body::Leaf(leaf) => leaf.module(unit, top),
            Body::Register(init) => {
                let width = unit.nets.iter().find(|n| n.name == "q").map_or(1, |n| n.width);
                register(width, *init).module(unit, top)
            }
            // judged: nothing foreign comes here
            Body::Foreign => Leaf::default().module(unit, top),
            Body::Kernel(kernel) => {
                let kinds: Vec<Option<String>> = unit.children.iter().map(|c| self.kind(c, &mut below)).collect();
                of_kernel(unit, kernel, &kinds, top)
            }
        };
        let Module { name, doc, body, apart, problems } = m;
        self.problems.extend(problems.into_iter().map(|what| Problem { path: unit.path.clone(), what }));
        let doc: String = doc.iter().map(|line| format!("// {line}\n")).collect();
        let key = (name.clone(), format!("{doc}{body}"));
        if let Some(same) = self.known.get(&key).filter(|_| !top) {
            return same.clone();
        }
        let name = if top { unit.name.clone() } else { self.free_name(name, unit) };
        let text = format!("{doc}module {name}{}endmodule\n", wrapped(&body));
        self.known.insert(key, name.clone());
        self.modules.insert(name.clone(), Finished { text, below, apart });
        name
    }
    /// What an instance of `child` begins with: the name of its module, and its parameters.
    fn kind(&mut self, child: &Unit, below: &mut Vec<String>) -> Option<String> {
        if !child.stands() {
            return None;
        }
        let module = self.module(child, false);
        below.push(module.clone());
        match &child.body {
            Body::Leaf(leaf) => Some(module + &leaf.settings()),
            _ => Some(module),
        }
    }
    /// The author's name, or that of the instance; `_2` and so on for the next module of that name.
    fn free_name(&mut self, given: Option<String>, unit: &Unit) -> String {
        let base = self.prefix.clone() + &given.unwrap_or_else(|| snake(stem(&unit.name)));
        let mut name = base.clone();
        let mut k = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{base}_{k}");
            k += 1;
        }
        name
    }
    /// The modules from `name` down, each once, before those that it instantiates.
    fn order<'a>(&'a self, name: &'a str, out: &mut Vec<&'a str>) {
        if out.contains(&name) {
            return;
        }
        let Some(m) = self.modules.get(name) else { return };
        out.push(name);
        m.below.iter().for_each(|below| self.order(below, out));
    }
}
