//! hdl_gen's syntax tree -> statements: loops unrolled, array indexes computed, links and remarks resolved.
use super::index;
use super::stm::{bit, is_parameter, konst, names, number, truth, Arm, Label, Note, Stm, What};
use crate::num::of_call;
use rust_hdl::prelude::ast::{
    VerilogBlockOrConditional as Else, VerilogConditional, VerilogExpression as E, VerilogLink as Link,
    VerilogLinkDetails, VerilogLoop, VerilogMatch, VerilogOp as Op, VerilogOpUnary as Un, VerilogStatement as St,
};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Kernel {
    /// From `comment!("module: ..")`.
    pub name: Option<String>,
    /// From `comment!("doc: ..")`, line by line.
    pub doc: Vec<String>,
    /// From `comment!("inline")`: the parent takes its statements over.
    pub inline: bool,
    /// Number of its remarks: the largest of their numbers.
    pub notes: usize,
    pub body: Vec<Stm>,
    pub problems: Vec<String>,
}

/// `nets` are the module's own nets: a loop variable of the same name would hide one, since hdl_gen drops `self.`.
pub(super) fn unroll(block: &[St], nets: &BTreeSet<&str>) -> Kernel {
    let mut u = Unroll { nets, env: vec![], pending: vec![], quiet: false, kernel: Kernel::default() };
    u.kernel.body = u.block(block);
    u.kernel
}

struct Unroll<'a> {
    nets: &'a BTreeSet<&'a str>,
    /// Loop variables, innermost last.
    env: Vec<(String, usize)>,
    /// Remarks that wait for their statement.
    pending: Vec<Note>,
    /// Later rounds of a loop do not repeat its remarks.
    quiet: bool,
    kernel: Kernel,
}

impl Unroll<'_> {
    fn problem(&mut self, text: String) {
        self.kernel.problems.push(text);
    }
    fn block(&mut self, block: &[St]) -> Vec<Stm> {
        let mut out = vec![];
        block.iter().for_each(|s| self.statement(s, &mut out));
        out
    }
    fn statement(&mut self, s: &St, out: &mut Vec<Stm>) {
        match s {
            St::Assignment(E::Signal(to), value) => {
                let (net, value) = (self.net(to), self.resolve(value));
                let mut set = Stm::bare(What::Set { net, value });
                if !set.is_silent() {
                    set.notes = std::mem::take(&mut self.pending);
                }
                out.push(set);
            }
            St::If(c) => self.conditional(c, out),
            St::Match(m) => self.matching(m, out),
            St::Loop(l) => self.repeat(l, out),
            St::Macro(b) => b.iter().for_each(|s| self.statement(s, out)),
            St::Comment(c) => self.remark(c),
            St::Link(links) => links.iter().for_each(|l| self.link(l, out)),
            St::Assignment(to, _) => self.problem(format!("assignment to {to:?} is not supported")),
            St::SliceAssignment { base, .. } => {
                self.problem(format!("assignment to a part of {base:?}: build the whole value in local signals"))
            }
        }
    }
    fn conditional(&mut self, c: &VerilogConditional, out: &mut Vec<Stm>) {
        let notes = std::mem::take(&mut self.pending);
        let test = self.resolve(&c.test);
        // a branch that this round of the loop cannot take may name elements that do not exist
        let decided = truth(&test);
        let yes = if decided == Some(false) { vec![] } else { self.block(&c.then) };
        let no = match &c.otherwise {
            _ if decided == Some(true) => vec![],
            Else::Block(b) => self.block(b),
            Else::Conditional(s) => self.block(std::slice::from_ref(s)),
            Else::None => vec![],
        };
        match decided {
            Some(_) => out.extend(yes.into_iter().chain(no)),
            None => out.push(Stm { notes, what: What::If { test, yes, no } }),
        }
    }
    fn matching(&mut self, m: &VerilogMatch, out: &mut Vec<Stm>) {
        let notes = std::mem::take(&mut self.pending);
        let test = self.resolve(&m.test);
        let labels: Vec<_> = m.cases.iter().map(|c| self.label(&c.condition)).collect();
        if let Some(k) = konst(&test) {
            let taken = |l: &Label| *l == Label::Default || u128::try_from(k).is_ok_and(|k| *l == Label::Number(k));
            if let Some(at) = labels.iter().position(taken) {
                out.extend(self.block(&m.cases[at].block));
            }
            return;
        }
        let arms =
            labels.into_iter().zip(&m.cases).map(|(label, c)| Arm { label, body: self.block(&c.block) }).collect();
        out.push(Stm { notes, what: What::Case { test, arms } });
    }
    fn label(&mut self, text: &str) -> Label {
        match text {
            "default" => return Label::Default,
            "true" => return Label::Number(1),
            "false" => return Label::Number(0),
            _ => {}
        }
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains('$') {
            return Label::Name(text.into());
        }
        let plain = text.replace('_', "");
        let digits = ["usize", "u64", "u32", "u8", "i32", "i64"].iter().find_map(|t| plain.strip_suffix(t));
        let digits = digits.unwrap_or(&plain);
        let parsed = match digits.split_at(digits.len().min(2)) {
            ("0x", hex) => u128::from_str_radix(hex, 16),
            ("0b", bits) => u128::from_str_radix(bits, 2),
            _ => digits.parse(),
        };
        parsed.map(Label::Number).unwrap_or_else(|_| {
            self.problem(format!("`{text} =>`: a pattern is a number, a label `Type::Label` or `_`"));
            Label::Default
        })
    }
    fn repeat(&mut self, l: &VerilogLoop, out: &mut Vec<Stm>) {
        if self.nets.contains(l.index.as_str()) {
            return self.problem(format!("loop variable `{0}` hides the signal `{0}`", l.index));
        }
        let quiet = self.quiet;
        for i in l.from.as_usize()..l.to.as_usize() {
            self.env.push((l.index.clone(), i));
            l.block.iter().for_each(|s| self.statement(s, out));
            self.env.pop();
            self.quiet = true;
        }
        self.quiet = quiet;
    }
    /// `println!` and `assert!` come here too: they are for the simulation.
    fn remark(&mut self, text: &str) {
        let called = |name: &str| text.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('!'));
        if self.quiet || called("println") || called("assert") {
            return;
        }
        // hdl_gen cuts `comment ! ("` away, if the compiler spaces the tokens so
        let text = if called("comment") { text.split_once('"').map_or("", |x| x.1) } else { text };
        let text = text.replace("\\\"", "\"").replace("\\\n", "\n");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.split_once(": ") {
            Some(("module", name)) => self.kernel.name = Some(name.into()),
            Some(("doc", line)) => self.kernel.doc.push(line.into()),
            None if text == "inline" => self.kernel.inline = true,
            _ => {
                self.kernel.notes += 1;
                self.pending.push(Note { id: self.kernel.notes, text });
            }
        }
    }
    fn link(&mut self, link: &Link, out: &mut Vec<Stm>) {
        let (from, to, d): (_, _, &VerilogLinkDetails) = match link {
            Link::Forward(d) => (&d.owner_name, &d.other_name, d),
            Link::Backward(d) => (&d.other_name, &d.owner_name, d),
            Link::Bidirectional(d) => return self.problem(format!("`{}`: inout is not supported", d.owner_name)),
        };
        let member = d.my_name.trim_start_matches('.'); // empty for a link of two signals
        let [from, net] = [from, to].map(|x| self.net(format!("{x}.{member}").trim_end_matches('.')));
        out.push(Stm { notes: std::mem::take(&mut self.pending), what: What::Set { net, value: E::Signal(from) } });
    }
    fn variable(&self, name: &str) -> Option<usize> {
        self.env.iter().rev().find(|x| x.0 == name).map(|x| x.1)
    }
    /// `lane[i+1].x.next` -> `lane$2$x`.
    fn net(&mut self, raw: &str) -> String {
        let mut name = raw.trim_start_matches('.').replace('.', "$").replace("::", "$");
        while let Some((head, (inner, tail))) =
            name.split_once('[').and_then(|(h, rest)| rest.split_once(']').map(|x| (h, x)))
        {
            let at = index::value(inner, &|x| self.variable(x).map(|i| i as i128));
            let (at, problem) = at.map_or_else(|e| (0, Some(e)), |at| (at, None));
            name = format!("{head}${at}{tail}");
            if let Some(e) = problem {
                self.problem(format!("`{raw}`: {e}"));
            }
        }
        name.trim_end_matches("$next").into()
    }
    /// Loop variables become numbers, parentheses go, comparisons between numbers are decided.
    fn resolve(&mut self, e: &E) -> E {
        match e {
            E::Signal(s) => match self.variable(s) {
                Some(i) => number(i as i64),
                None => E::Signal(self.net(s)),
            },
            E::Literal(v) => E::Literal(v.clone()),
            E::Paren(x) => self.resolve(x),
            E::Cast(x, n) => self.cast(x, *n),
            E::Signed(x) => E::Signed(self.boxed(x)),
            E::Unsigned(x) => E::Unsigned(self.boxed(x)),
            E::Unary(o, x) => match (o, self.resolve(x)) {
                (Un::Not, x) if truth(&x).is_some() => bit(truth(&x) == Some(false)),
                (_, x) => E::Unary(o.clone(), Box::new(x)),
            },
            E::Binary(l, o, r) => self.binary(l, o, r),
            E::Index(x, i) => E::Index(self.boxed(x), self.boxed(i)),
            E::Slice(x, w, i) => E::Slice(self.boxed(x), *w, self.boxed(i)),
            E::IndexReplace(x, i, v) => E::IndexReplace(self.boxed(x), self.boxed(i), self.boxed(v)),
        }
    }
    /// `bits_of(self._lanes, 8)`: hdl_gen evaluates the call, and its value replaces the field's name.
    fn cast(&mut self, x: &E, bits: usize) -> E {
        let x = self.resolve(x);
        let (width, value) = of_call(bits);
        let mut read = BTreeSet::new();
        names(&x, &mut read);
        let of_generator = !read.is_empty() && read.iter().all(|n| is_parameter(n));
        match value.filter(|_| of_generator) {
            Some(v) => E::Cast(Box::new(number(v)), width),
            None => E::Cast(Box::new(x), width),
        }
    }
    fn boxed(&mut self, e: &E) -> Box<E> {
        Box::new(self.resolve(e))
    }
    fn binary(&mut self, l: &E, o: &Op, r: &E) -> E {
        let l = self.resolve(l);
        // `i > 0 && lane[i-1]..`: the right side may not exist in this round
        match (o, truth(&l)) {
            (Op::LogicalAnd | Op::BitAnd, Some(false)) | (Op::LogicalOr | Op::BitOr, Some(true)) => return l,
            (Op::LogicalAnd | Op::BitAnd, Some(true)) | (Op::LogicalOr | Op::BitOr, Some(false)) => {
                return self.resolve(r)
            }
            _ => {}
        }
        let r = self.resolve(r);
        match (o, truth(&r)) {
            (Op::LogicalAnd | Op::BitAnd, Some(false)) | (Op::LogicalOr | Op::BitOr, Some(true)) => return r,
            (Op::LogicalAnd | Op::BitAnd, Some(true)) | (Op::LogicalOr | Op::BitOr, Some(false)) => return l,
            _ => {}
        }
        match (konst(&l), konst(&r)) {
            (Some(a), Some(b)) => match o {
                Op::Eq => bit(a == b),
                Op::Ne => bit(a != b),
                Op::Lt => bit(a < b),
                Op::Le => bit(a <= b),
                Op::Gt => bit(a > b),
                Op::Ge => bit(a >= b),
                _ => E::Binary(Box::new(l), o.clone(), Box::new(r)),
            },
            _ => E::Binary(Box::new(l), o.clone(), Box::new(r)),
        }
    }
}
