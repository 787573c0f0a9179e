//! Casts and slices: the only places where a width changes.
//!
//! Verilog slices names alone, so a slice is moved towards the names inside an expression: the low bits of a sum are the
//! sum of the low bits. What remains gets a wire, split so that no bit of it is unused.
use super::check::symbol;
use super::expr::{bare, of_type, range, sized, sized_as, Text, Writer};
use super::scope::{Ty, BIT};
use super::stm::konst;
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};

impl Writer<'_> {
    /// `x` truncated to `to` bits, or extended: by its sign if it has one.
    pub(super) fn cast(&mut self, x: &E, to: usize, own: Ty) -> Text {
        if let Some(k) = konst(x) {
            let code = sized_as(own, k as u128);
            return Text { code, signed: own.signed };
        }
        let from = self.scope.in_context(x, own);
        if to <= from.width {
            return self.part(x, 0, to, from);
        }
        let gap = to - from.width;
        if !from.signed {
            let low = self.put(x, from).code;
            return Text::unsigned(format!("{{{}, {}}}", sized(gap, 0), bare(&low)));
        }
        let base = self.named(x, from);
        let top = if from.width == 1 { base.clone() } else { format!("{base}[{}]", from.width - 1) };
        let sign = if gap == 1 { top } else { format!("{{{gap}{{{top}}}}}") };
        Text::unsigned(format!("{{{sign}, {base}}}"))
    }
    /// `width` bits of `x` from bit `at`, which may be a signal.
    pub(super) fn slice(&mut self, x: &E, width: usize, at: &E) -> Text {
        let t = self.scope.in_context(x, BIT);
        match konst(at) {
            Some(k) => self.part(x, k as usize, width, t),
            None => {
                // zeros come in at the top, as in Rust
                let (whole, at) = (self.put(x, t).code, self.amount(at));
                Text::unsigned(self.low(format!("{whole} >> {at}"), width, t.width))
            }
        }
    }
    /// Bits `at .. at + n` of `x`, which is of type `t`.
    fn part(&mut self, x: &E, at: usize, n: usize, t: Ty) -> Text {
        if n == t.width {
            return self.put(x, t);
        }
        let code = match x {
            E::Signal(_) => self.select(x, at, n, t),
            E::Signed(y) | E::Unsigned(y) => {
                let t = Ty { signed: self.scope.in_context(y, t).signed, ..t };
                return self.part(y, at, n, t);
            }
            E::Cast(y, _) => {
                if let Some(k) = konst(y) {
                    return Text::unsigned(sized(n, (k >> at) as u128));
                }
                let inner = self.scope.in_context(y, t);
                if at + n <= inner.width {
                    return self.part(y, at, n, inner);
                }
                if at == 0 {
                    return self.cast(y, n, Ty { width: n, ..t });
                }
                self.shifted(x, at, n, t)
            }
            E::Unary(Un::Not, y) => {
                let part = self.part_of(y, at, n, t);
                if part.starts_with('~') {
                    format!("~({part})")
                } else {
                    format!("~{part}")
                }
            }
            E::Binary(l, o @ (Op::BitAnd | Op::BitOr | Op::BitXor), r) => self.both(l, o, r, at, n, t),
            E::Binary(l, o @ (Op::Add | Op::Sub), r) if at == 0 => self.both(l, o, r, 0, n, t),
            E::Binary(l, Op::Shl, r) if at == 0 => match konst(r).map(|k| k as usize) {
                Some(k) if k >= n => sized(n, 0),
                Some(0) => self.part_of(l, 0, n, t),
                Some(k) => format!("{{{}, {}}}", self.part_of(l, 0, n - k, t), sized(k, 0)),
                None => self.shifted(x, at, n, t),
            },
            E::Binary(l, Op::Shr, r) => match konst(r).map(|k| at + k as usize) {
                Some(from) if from >= t.width => sized(n, 0),
                Some(from) if from + n <= t.width => self.part_of(l, from, n, t),
                Some(from) => {
                    let low = self.part_of(l, from, t.width - from, t);
                    format!("{{{}, {low}}}", sized(from + n - t.width, 0))
                }
                None => self.shifted(x, at, n, t),
            },
            E::Slice(y, _, from) if konst(from).is_some() => {
                let (inner, from) = (self.scope.in_context(y, t), konst(from).unwrap_or(0) as usize);
                return self.part(y, from + at, n, inner);
            }
            _ => self.shifted(x, at, n, t),
        };
        Text::unsigned(code)
    }
    fn both(&mut self, l: &E, o: &Op, r: &E, at: usize, n: usize, t: Ty) -> String {
        format!("({} {} {})", self.part_of(l, at, n, t), symbol(o), self.part_of(r, at, n, t))
    }
    /// The same part of an operand, which may be a bare number.
    fn part_of(&mut self, x: &E, at: usize, n: usize, t: Ty) -> String {
        match konst(x) {
            Some(k) => sized(n, (k >> at) as u128),
            None => self.part(x, at, n, t).code,
        }
    }
    fn shifted(&mut self, x: &E, at: usize, n: usize, t: Ty) -> String {
        let whole = self.put(x, t).code;
        if at == 0 {
            self.low(bare(&whole).into(), n, t.width)
        } else {
            self.low(format!("{whole} >> {at}"), n, t.width)
        }
    }
    fn select(&mut self, signal: &E, at: usize, n: usize, t: Ty) -> String {
        let base = self.put(signal, t).code;
        if n == 1 {
            format!("{base}[{at}]")
        } else {
            format!("{base}[{}:{at}]", at + n - 1)
        }
    }
    /// A name for the value of `x`.
    fn named(&mut self, x: &E, t: Ty) -> String {
        let text = self.put(x, t).code;
        if text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') {
            return text;
        }
        let value = bare(&text);
        self.wire(value.into(), |name| format!("    wire {}{name} = {value};\n", of_type(t)), t.signed)
    }
    /// A wire for the low `n` bits of `value`, which has `width`. The rest says that it is meant to be unused.
    fn low(&mut self, value: String, n: usize, width: usize) -> String {
        let declare = |name: &str| {
            let mut d = format!("    wire {}{name};\n", range(n));
            if n == width {
                line!(d, "    assign {name} = {value};");
            } else {
                line!(d, "    wire {}{name}_unused;", range(width - n));
                line!(d, "    assign {{{name}_unused, {name}}} = {value};");
            }
            d
        };
        self.wire(format!("{n}: {value}"), declare, false)
    }
    /// The wire of an equal value, or a new one.
    fn wire(&mut self, key: String, declare: impl Fn(&str) -> String, signed: bool) -> String {
        if let Some((_, old)) = self.temp_names.iter().find(|x| x.0 == key && x.1.signed == signed) {
            return old.code.clone();
        }
        let mut name = format!("t{}", self.temp_names.len());
        while self.scope.is_taken(&name) {
            name.push('_');
        }
        self.temps += &declare(&name);
        self.temp_names.push((key, Text { code: name.clone(), signed }));
        name
    }
}
