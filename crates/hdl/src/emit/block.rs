//! Statements as Verilog, inside an `always`.
use super::expr::{bare, sized, Writer};
use super::names::snake;
use super::netlist::Role;
use super::scope::{Seen, Ty, BIT};
use super::stm::{Arm, Label, Note, Stm, What};
use rust_hdl::prelude::ast::VerilogExpression as E;
use std::collections::BTreeSet;

/// A line that is longer is not shared by a condition and its statement.
const SHORT: usize = 118;

/// Fewer registers that become zero read better one by one.
const ZEROS: usize = 3;

/// So do fewer that take what others hold.
const MOVES: usize = 2;

/// Where statements are printed: with `=` or `<=`, how deep.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub arrow: &'static str,
    pub depth: usize,
}

impl Place {
    fn pad(self) -> String {
        "    ".repeat(self.depth)
    }
    fn deeper(self, by: usize) -> Self {
        Self { depth: self.depth + by, ..self }
    }
}

/// The name of an element's array.
fn stem_of(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

impl Writer<'_> {
    /// Remarks that have not been printed yet, each on a line of its own.
    pub fn notes(&mut self, notes: &[Note], pad: &str, out: &mut String) {
        for n in notes {
            if self.noted.insert(n.id) {
                line!(out, "{pad}// {}", n.text);
            }
        }
    }
    /// Right-hand side for a net: its value at its width.
    pub fn value(&mut self, net: &str, value: &E) -> String {
        let t = self.scope.ty(net).unwrap_or(BIT);
        bare(&self.put(value, t).code).into()
    }
    pub fn block(&mut self, list: &[Stm], place: Place, out: &mut String) {
        let pad = place.pad();
        let mut rest = list;
        while let [s, others @ ..] = rest {
            self.notes(&s.notes, &pad, out);
            let row = self.alike(rest, place).or_else(|| self.moves(rest, place, MOVES));
            if let Some((text, taken)) = row.or_else(|| self.choice(rest, place)) {
                line!(out, "{pad}{text}");
                rest = &rest[taken..];
                continue;
            }
            rest = others;
            match &s.what {
                What::Set { net, value } => {
                    let value = self.value(net, value);
                    line!(out, "{pad}{} {} {value};", self.scope.target(net), place.arrow);
                }
                What::If { test, yes, no } => {
                    out.push_str(&pad);
                    self.branch(test, yes, no, place, out);
                }
                What::Case { test, arms } => self.case(test, arms, place, out),
            }
        }
    }
    /// Registers in a row that get zeros, or the same constant, in one assignment; how many they are.
    fn alike(&mut self, list: &[Stm], place: Place) -> Option<(String, usize)> {
        if place.arrow != "<=" {
            return None;
        }
        let (_, width, first) = self.constant(&list[0])?;
        let zero = first.is_none();
        let mut names = vec![];
        let mut bits = 0;
        for (i, s) in list.iter().enumerate() {
            match self.constant(s) {
                Some((name, w, value)) if value == first && (zero || w == width) && (i == 0 || s.notes.is_empty()) => {
                    names.push(name);
                    bits += w;
                }
                _ => break,
            }
        }
        let count = names.len();
        let names = format!("{{{}}}", names.join(", "));
        match first {
            _ if count < 2 || (zero && count < ZEROS) => None,
            None => Some((format!("{names} <= {};", sized(bits, 0)), count)),
            Some(value) => Some((format!("{names} <= {{{count}{{{value}}}}};"), count)),
        }
    }
    /// Nets in a row that each take the whole of another one, in one assignment, if they are at least so many; how many
    /// they are.
    fn moves(&mut self, list: &[Stm], place: Place, least: usize) -> Option<(String, usize)> {
        let mut pairs: Vec<(String, String)> = vec![];
        let mut columns = 4 * place.depth + "{} <= {};".len();
        for (i, s) in list.iter().enumerate() {
            let What::Set { net, value } = &s.what else { break };
            let taken = self.scope.whole(value).and_then(|from| self.scope.nets.get(from));
            let fits = |n: &&Seen| !matches!(n.net.role, Role::Const(_)) && Some(n.net.ty()) == self.scope.ty(net);
            if taken.filter(fits).is_none() || (i > 0 && !s.notes.is_empty()) {
                break;
            }
            // what follows chooses between this one and another
            if matches!(list.get(i + 1).map(|s| &s.what), Some(What::If { .. }))
                && self.choice(&list[i..], place).is_some()
            {
                break;
            }
            let (to, from) = (self.scope.target(net).to_string(), self.value(net, value));
            // one line; and a chain of registers stands by itself
            columns += to.len() + from.len() + 4;
            let chain = pairs.len() >= least.max(MOVES) && pairs.iter().all(|p| stem_of(&p.0) == stem_of(&pairs[0].1));
            if columns > SHORT || (chain && stem_of(&to) != stem_of(&pairs[0].0)) {
                break;
            }
            pairs.push((to, from));
        }
        let (to, from): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        let row = |names: &[String]| format!("{{{}}}", names.join(", "));
        (to.len() >= least).then(|| (format!("{} {} {};", row(&to), place.arrow, row(&from)), to.len()))
    }
    /// A register that gets a constant: its name, its width, and the constant's name unless it is zero.
    fn constant(&mut self, s: &Stm) -> Option<(String, usize, Option<String>)> {
        let What::Set { net, value } = &s.what else { return None };
        let width = self.scope.ty(net)?.width;
        let name = self.scope.target(net).to_string();
        if let E::Signal(c) = value {
            let named = self.scope.nets.get(c).is_some_and(|n| matches!(n.net.role, Role::Const(_)));
            return named.then(|| (name, width, Some(self.value(net, value))));
        }
        let mut read = BTreeSet::new();
        super::stm::names(value, &mut read);
        let zero = read.is_empty() && self.value(net, value).replace('s', "") == sized(width, 0);
        zero.then_some((name, width, None))
    }
    /// `x <= a; if (test) x <= b;` as `x <= test ? b : a;` if that is one line; how many statements it was.
    fn choice(&mut self, list: &[Stm], place: Place) -> Option<(String, usize)> {
        let [Stm { what: What::Set { net, value }, .. }, Stm { notes, what: What::If { test, yes, no } }, ..] = list
        else {
            return None;
        };
        let [Stm { notes: inner, what: What::Set { net: to, value: other } }] = &yes[..] else { return None };
        if !(no.is_empty() && notes.is_empty() && inner.is_empty() && to == net) {
            return None;
        }
        let (test, other, value) = (self.put(test, BIT).code, self.value(net, other), self.value(net, value));
        let text = format!("{} {} {test} ? {other} : {value};", self.scope.target(net), place.arrow);
        // a choice inside of a choice is hard to read
        let plain = !other.contains('?') && !value.contains('?');
        (plain && place.depth * 4 + text.len() < SHORT).then_some((text, 2))
    }
    /// The statement that is the whole of `list`, if it may do without `begin` and `end`.
    fn single(&mut self, list: &[Stm], place: Place) -> Option<String> {
        let (first, others) = list.split_first()?;
        if !first.notes.iter().all(|n| self.noted.contains(&n.id)) {
            return None;
        }
        match &first.what {
            What::Set { net, value } if others.is_empty() => {
                let value = self.value(net, value);
                Some(format!("{} {} {value};", self.scope.target(net), place.arrow))
            }
            _ => {
                let row = self.alike(list, place).or_else(|| self.moves(list, place, 2));
                let whole = row.or_else(|| self.choice(list, place));
                whole.filter(|w| w.1 == list.len()).map(|w| w.0)
            }
        }
    }
    /// The same for an arm, which may be an `if` without `else` as well: no `else` can follow.
    fn single_arm(&mut self, list: &[Stm], place: Place) -> Option<String> {
        match list {
            [Stm { notes, what: What::If { test, yes, no } }] if no.is_empty() && notes.is_empty() => {
                let inner = self.single(yes, place)?;
                let test = self.put(test, BIT).code;
                Some(format!("if ({}) {inner}", bare(&test))).filter(|s| place.depth * 4 + s.len() < SHORT)
            }
            _ => self.single(list, place),
        }
    }
    /// The caller has begun the line.
    fn branch(&mut self, test: &E, yes: &[Stm], no: &[Stm], place: Place, out: &mut String) {
        let pad = place.pad();
        let test = self.put(test, BIT).code;
        let head = format!("if ({})", bare(&test));
        let single = self.single(yes, place).filter(|s| place.depth * 4 + head.len() + s.len() < SHORT);
        // one branch with `begin` and `end`, all of them
        let single = single.filter(|_| self.are_single(no));
        let begin = match &single {
            Some(s) => {
                line!(out, "{head} {s}");
                pad.as_str()
            }
            None => {
                line!(out, "{head} begin");
                self.block(yes, place.deeper(1), out);
                out.push_str(&format!("{pad}end"));
                out.push_str(if no.is_empty() { "\n" } else { " " });
                ""
            }
        };
        match (no, self.single(no, place).filter(|_| single.is_some())) {
            ([], _) => {}
            ([Stm { what: What::If { test, yes, no }, notes }], _) if notes.is_empty() => {
                out.push_str(&format!("{begin}else "));
                self.branch(test, yes, no, place, out);
            }
            (_, Some(s)) => line!(out, "{begin}else {s}"),
            (_, None) => {
                line!(out, "{begin}else begin");
                self.block(no, place.deeper(1), out);
                line!(out, "{pad}end");
            }
        }
    }
    /// Whether every branch behind an `else` is one assignment.
    fn are_single(&self, no: &[Stm]) -> bool {
        match no {
            [] => true,
            [Stm { what: What::If { yes, no, .. }, notes }] => {
                notes.is_empty() && !yes.is_empty() && self.are_single(yes) && self.are_single(no)
            }
            [Stm { what: What::Set { .. }, notes }] => notes.iter().all(|n| self.noted.contains(&n.id)),
            _ => false,
        }
    }
    fn case(&mut self, test: &E, arms: &[Arm], place: Place, out: &mut String) {
        let pad = place.pad();
        let t = self.scope.in_context(test, BIT);
        let text = self.put(test, t).code;
        line!(out, "{pad}case ({})", bare(&text));
        // HAZARD: an arm without statements must stay where dropping it would let `default` catch its value
        let default = arms.iter().any(|a| a.label == Label::Default && !a.body.is_empty());
        for arm in arms {
            let Some(label) = self.label(&arm.label, t) else { continue };
            match arm.body.is_empty() {
                false => match self.single_arm(&arm.body, place) {
                    Some(s) => line!(out, "{pad}    {label}: {s}"),
                    None => {
                        line!(out, "{pad}    {label}: begin");
                        self.block(&arm.body, place.deeper(2), out);
                        line!(out, "{pad}    end");
                    }
                },
                true if default && arm.label != Label::Default => line!(out, "{pad}    {label}: ;"),
                true => {}
            }
        }
        if !default {
            line!(out, "{pad}    default: ;");
        }
        line!(out, "{pad}endcase");
    }
    /// `None` for a number that a value of type `t` never has.
    fn label(&mut self, label: &Label, t: Ty) -> Option<String> {
        match label {
            Label::Default => Some("default".into()),
            Label::Number(v) if t.width < 128 && *v >> t.width != 0 => None,
            Label::Number(v) => Some(sized(t.width, *v)),
            Label::Name(name) => {
                self.used.insert(name.clone());
                let shown = self.scope.labels.get(name).map(|l| l.shown.clone());
                Some(shown.unwrap_or_else(|| snake(name)))
            }
        }
    }
}
