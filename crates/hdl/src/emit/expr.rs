//! Expressions as Verilog. They have passed `check`: every width is known and fits.
use super::check::symbol;
use super::netlist::mask;
use super::scope::{Scope, Seen, Ty, BIT};
use super::stm::{fitting, konst};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::BTreeSet;

/// An expression and whether Verilog takes it for signed, which only comparisons look at.
pub(super) struct Text {
    pub code: String,
    pub signed: bool,
}

impl Text {
    pub fn unsigned(code: String) -> Self {
        Self { code, signed: false }
    }
}

/// What an input of a child is given.
pub(super) struct Pin {
    pub code: String,
    pub signed: bool,
    /// It is a signal, whole: Verilog can take a part of it.
    pub is_net: bool,
}

/// Prints the expressions of one module, and notes what they need declared.
pub(super) struct Writer<'a> {
    pub scope: &'a Scope<'a>,
    /// Nets and labels that stand in the printed text: constants that do not need no declaration.
    pub used: BTreeSet<String>,
    /// Nets that the kernel reads.
    read: BTreeSet<String>,
    /// Remarks printed so far: a statement may end up in two processes.
    pub noted: BTreeSet<usize>,
    /// Declarations of intermediate wires, in order.
    pub temps: String,
    pub(super) temp_names: Vec<(String, Text)>,
}

/// A number of `w` bits.
pub(super) fn sized(w: usize, v: u128) -> String {
    let v = v & mask(w);
    if v < 10 {
        format!("{w}'d{v}")
    } else {
        format!("{w}'h{v:x}")
    }
}

/// The same as a number that Verilog takes for signed.
pub(super) fn sized_as(t: Ty, v: u128) -> String {
    let text = sized(t.width, v);
    if t.signed {
        text.replace('\'', "'s")
    } else {
        text
    }
}

/// `[7:0] `, or nothing for one bit.
pub(super) fn range(w: usize) -> String {
    if w == 1 {
        String::new()
    } else {
        format!("[{}:0] ", w - 1)
    }
}

/// `signed [7:0] `
pub(super) fn of_type(t: Ty) -> String {
    format!("{}{}", if t.signed { "signed " } else { "" }, range(t.width))
}

/// Drops one pair of parentheses around a whole right-hand side.
pub(super) fn bare(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return text };
    let mut depth = 0i32;
    for c in inner.chars() {
        depth += (c == '(') as i32 - (c == ')') as i32;
        if depth < 0 {
            return text;
        }
    }
    inner
}

/// The bits of a number that has a width.
fn number(e: &E) -> Option<u128> {
    match e {
        E::Cast(x, n) => Some(konst(x)? as u128 & mask(*n)),
        _ => None,
    }
}

/// Whether `l o ..` needs no brackets around `l`: operators of one kind are taken from the left.
fn chained(o: &Op, l: &E) -> bool {
    use Op::{Add, BitAnd, BitOr, BitXor, LogicalAnd, LogicalOr, Sub};
    let E::Binary(_, inner, _) = l else { return false };
    matches!(
        (o, inner),
        (BitAnd, BitAnd)
            | (BitOr, BitOr)
            | (BitXor, BitXor)
            | (LogicalAnd, LogicalAnd)
            | (LogicalOr, LogicalOr)
            | (Add | Sub, Add | Sub)
    )
}

impl<'a> Writer<'a> {
    pub fn new(scope: &'a Scope<'a>, read: BTreeSet<String>) -> Self {
        Self { scope, read, used: BTreeSet::new(), noted: BTreeSet::new(), temps: String::new(), temp_names: vec![] }
    }
    /// `e` with exactly `want.width` bits.
    pub fn put(&mut self, e: &E, want: Ty) -> Text {
        if let Some(v) = konst(e).and_then(|k| fitting(k, want.width)) {
            return Text { code: sized_as(want, v), signed: want.signed };
        }
        let own = self.scope.in_context(e, want);
        match e {
            E::Signal(s) => self.signal(s),
            E::Literal(_) => Text::unsigned(if super::stm::truth(e) == Some(true) { "1'd1" } else { "1'd0" }.into()),
            E::Paren(x) => self.put(x, want),
            E::Cast(x, n) => self.cast(x, *n, own),
            E::Signed(x) if own.signed && number(x).is_some() => {
                Text { code: sized_as(own, number(x).unwrap_or(0)), signed: true }
            }
            E::Signed(x) | E::Unsigned(x) => {
                let inner = Ty { signed: self.scope.in_context(x, want).signed, ..want };
                self.put(x, inner)
            }
            E::Unary(Un::Not, x) => self.unary("~", x, want),
            E::Unary(Un::Neg, x) => self.unary("-", x, want),
            E::Unary(o, x) => {
                let sign = match o {
                    Un::All => "&",
                    Un::Any => "|",
                    _ => "^",
                };
                let inner = self.scope.in_context(x, want);
                Text::unsigned(self.unary(sign, x, inner).code)
            }
            E::Binary(l, o, r) => self.binary(l, o, r, own),
            E::Index(x, at) => self.slice(x, 1, at),
            E::Slice(x, w, at) => self.slice(x, *w, at),
            E::IndexReplace(x, at, v) => {
                let (base, bit, amount) = (self.put(x, want).code, self.put(v, BIT).code, self.amount(at));
                let one = sized(want.width, 1);
                let wide = if want.width == 1 { bit } else { format!("{{{}, {bit}}}", sized(want.width - 1, 0)) };
                Text::unsigned(format!("(({base} & (~({one} << {amount}))) | ({wide} << {amount}))"))
            }
        }
    }
    pub fn reads(&self, net: &str) -> bool {
        self.read.contains(net)
    }
    /// The value of `port`, an input of a child.
    pub fn put_pin(&mut self, port: &str, value: &E) -> Pin {
        let Text { code, signed } = self.put(value, self.scope.ty(port).unwrap_or(BIT));
        let is_net = self.scope.whole(value).and_then(|s| self.scope.nets.get(s)).is_some_and(Seen::varies);
        Pin { code: bare(&code).into(), signed, is_net }
    }
    fn signal(&mut self, s: &str) -> Text {
        self.used.insert(s.into());
        if let Some(label) = self.scope.labels.get(s).filter(|_| !self.scope.nets.contains_key(s)) {
            return Text::unsigned(label.shown.clone());
        }
        let signed = self.scope.ty(s).is_some_and(|t| t.signed);
        Text { code: self.scope.target(s).into(), signed }
    }
    fn unary(&mut self, sign: &str, x: &E, t: Ty) -> Text {
        let x = self.put(x, t);
        // Verilog takes a sign only before a name, a number or brackets
        let code = if x.code.starts_with(['~', '-']) { format!("({})", x.code) } else { x.code };
        let code = match (sign, code.strip_prefix('(').filter(|c| c.starts_with(['|', '&', '^']))) {
            ("~", Some(reduction)) => format!("(~{reduction}"),
            // binds closer than anything that may stand around it
            ("~", None) => format!("~{code}"),
            _ => format!("({sign}{code})"),
        };
        Text { code, signed: x.signed }
    }
    /// A distance stands in a context of its own: its width is free.
    pub(super) fn amount(&mut self, e: &E) -> String {
        match konst(e) {
            Some(k) => k.to_string(),
            None => {
                let t = self.scope.in_context(e, BIT);
                self.put(e, t).code
            }
        }
    }
    fn binary(&mut self, l: &E, o: &Op, r: &E, own: Ty) -> Text {
        let sign = symbol(o);
        match o {
            Op::Shl | Op::Shr => {
                let l = self.put(l, own);
                Text { code: format!("({} {sign} {})", l.code, self.amount(r)), signed: l.signed }
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                if let Some(known) = self.scope.decided(l, o, r) {
                    return Text::unsigned(sized(1, known as u128));
                }
                let t = self.scope.shape(l).or(self.scope.shape(r)).ty().unwrap_or(BIT);
                let (l, r) = (self.compared(l, t), self.compared(r, t));
                Text::unsigned(format!("({l} {sign} {r})"))
            }
            _ => {
                let chain = chained(o, l);
                let (l, r) = (self.put(l, own), self.put(r, own));
                let left = if chain { bare(&l.code) } else { &l.code };
                Text { code: format!("({left} {sign} {})", r.code), signed: l.signed && r.signed }
            }
        }
    }
    /// A side of a comparison: Verilog compares as signed if both sides are.
    fn compared(&mut self, e: &E, t: Ty) -> String {
        let text = self.put(e, t);
        match (t.signed, text.signed) {
            (true, false) => format!("$signed({})", bare(&text.code)),
            (false, true) => format!("$unsigned({})", bare(&text.code)),
            _ => text.code,
        }
    }
}
