//! Refuses every expression whose Verilog would not mean what Rust simulates. What passes here can be printed.
use super::netlist::Role;
use super::scope::{Scope, Ty, BIT};
use super::stm::{fitting, is_parameter, konst, Label, Stm, What};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};

/// Problems of the statements in `list`, each with its target.
pub(super) fn statements(scope: &Scope, list: &[Stm]) -> Vec<String> {
    let mut c = Check { scope, at: String::new(), problems: vec![] };
    c.block(list);
    c.problems
}

struct Check<'a> {
    scope: &'a Scope<'a>,
    /// The statement, for messages.
    at: String,
    problems: Vec<String>,
}

impl Check<'_> {
    fn problem(&mut self, text: String) {
        self.problems.push(format!("{}: {text}", self.at));
    }
    fn block(&mut self, list: &[Stm]) {
        for s in list {
            match &s.what {
                What::Set { net, value } => self.assignment(net, value),
                What::If { test, yes, no } => {
                    self.at = format!("if {}", show(test));
                    self.expression(test, BIT);
                    self.block(yes);
                    self.block(no);
                }
                What::Case { test, arms } => {
                    self.at = format!("match {}", show(test));
                    let ty = self.measured(test);
                    for arm in arms {
                        self.at = format!("match {}", show(test));
                        self.label(&arm.label, ty);
                        self.block(&arm.body);
                    }
                }
            }
        }
    }
    fn assignment(&mut self, net: &str, value: &E) {
        self.at = format!("`{}`", net.replace('$', "."));
        let Some(seen) = self.scope.nets.get(net) else { return self.problem("no such signal".into()) };
        let (own, role) = (seen.child.is_none(), seen.net.role);
        match role {
            Role::In if own => self.problem("an input of the block itself is written".into()),
            Role::Out if !own => self.problem("an output of a child is written".into()),
            Role::Const(_) => self.problem("a constant is written".into()),
            _ => self.expression(value, Ty { width: seen.net.width, signed: seen.net.signed }),
        }
    }
    fn label(&mut self, label: &Label, ty: Option<Ty>) {
        if let (Label::Name(name), Some(ty)) = (label, ty) {
            match self.scope.labels.get(name) {
                Some(l) if l.width == ty.width => {}
                _ => self.problem(format!("`{}` is not a label of this type", name.replace('$', "::"))),
            }
        }
        if matches!(label, Label::Number(_)) && ty.is_some_and(|t| t.signed) {
            self.problem("a signed value is matched with numbers".into());
        }
    }
    /// Checks an operand whose own width decides, and returns its type.
    fn measured(&mut self, e: &E) -> Option<Ty> {
        let ty = self.scope.shape(e).ty();
        match ty {
            Some(t) => self.expression(e, t),
            None => self.problem(format!("the width of {} is not known", show(e))),
        }
        ty
    }
    /// Checks `e` in a context of type `want`.
    fn expression(&mut self, e: &E, want: Ty) {
        let own = self.scope.in_context(e, want);
        if own.width != want.width {
            return self.problem(format!("{} has {} bits where {} are needed", show(e), own.width, want.width));
        }
        if let Some(k) = konst(e) {
            if fitting(k, want.width).is_none() {
                self.problem(format!("{k} does not fit in {} bits", want.width));
            }
            return;
        }
        match e {
            E::Signal(s) => self.signal(s),
            E::Literal(_) => {}
            E::Paren(x) => self.expression(x, want),
            E::Cast(x, n) => self.cast(x, *n),
            E::Signed(x) => {
                if self.scope.shape(x).signed == Some(true) {
                    self.problem(format!("hdl_gen drops the width of a signed cast of {}: use `bit_cast_to`", show(x)));
                }
                self.expression(x, Ty { signed: false, ..want });
            }
            E::Unsigned(x) => self.expression(x, Ty { signed: true, ..want }),
            E::Unary(Un::Not | Un::Neg, x) => self.expression(x, want),
            E::Unary(_, x) => drop(self.measured(x)),
            E::Binary(l, o, r) => self.binary(l, o, r, want),
            E::Index(x, at) => self.slice(x, 1, at),
            E::Slice(x, w, at) => self.slice(x, *w, at),
            E::IndexReplace(x, at, v) => {
                self.expression(x, want);
                self.expression(v, BIT);
                self.place(at, 1, want.width);
            }
        }
    }
    fn signal(&mut self, s: &str) {
        let said = s.replace('$', ".");
        match self.scope.nets.get(s) {
            Some(_) if self.scope.is_pin(s) => {
                self.problem(format!("`{said}`: a register's input cannot be read back"))
            }
            Some(_) => {}
            None if self.scope.labels.contains_key(s) => {}
            None if is_parameter(s) => {
                self.problem(format!("`{said}` is a number of the generator: `bits_of(self.{said}, width)`"))
            }
            None => self.problem(format!("`{said}` is not a signal")),
        }
    }
    fn cast(&mut self, x: &E, to: usize) {
        if to == 0 {
            return self.problem(format!("{} is cast to no bits", show(x)));
        }
        // a cast of a bare number wraps, as in Rust
        if konst(x).is_none() {
            self.measured(x);
        }
    }
    fn binary(&mut self, l: &E, o: &Op, r: &E, own: Ty) {
        match o {
            Op::Mul => self.problem(format!("{}: a product belongs in a leaf", show(l))),
            Op::Shl | Op::Shr => {
                if own.signed && matches!(o, Op::Shr) {
                    self.problem(format!("{}: a signed >> belongs in a leaf", show(l)));
                }
                self.expression(l, own);
                self.amount(r);
            }
            Op::LogicalAnd | Op::LogicalOr => {
                self.expression(l, BIT);
                self.expression(r, BIT);
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => self.comparison(l, o, r),
            Op::Add | Op::Sub | Op::BitAnd | Op::BitOr | Op::BitXor => {
                self.expression(l, own);
                self.expression(r, own);
            }
        }
    }
    fn comparison(&mut self, l: &E, o: &Op, r: &E) {
        let shape = self.scope.shape(l).or(self.scope.shape(r));
        let Some(ty) = shape.ty() else {
            return self.problem(format!("the width of {} is not known", show(l)));
        };
        if let Some(why) = self.scope.index_hazard(l, o, r) {
            return self.problem(format!("{}: {why}", show(if konst(l).is_none() { l } else { r })));
        }
        for side in [l, r] {
            // a bare number beyond the range is decided when printing
            if konst(side).is_none() {
                self.expression(side, ty);
            }
        }
    }
    fn slice(&mut self, x: &E, width: usize, at: &E) {
        if let Some(ty) = self.measured(x) {
            self.place(at, width, ty.width);
        }
    }
    /// `at` as the lowest bit of `width` bits in a value of `of` bits.
    fn place(&mut self, at: &E, width: usize, of: usize) {
        match konst(at) {
            Some(k) if k < 0 || k + width as i128 > of as i128 => {
                self.problem(format!("bits {k} to {} leave a value of {of} bits", k + width as i128 - 1));
            }
            Some(_) => {}
            None => self.amount(at),
        }
    }
    /// A shift distance or a bit's place: `usize` arithmetic would not wrap in Rust, but it would in Verilog.
    fn amount(&mut self, e: &E) {
        if konst(e).is_some_and(|k| k >= 0) {
            return;
        }
        match self.scope.shape(e).ty() {
            Some(t) if !t.signed && !matches!(e, E::Binary(..) | E::Unary(..)) => self.expression(e, t),
            _ => self.problem(format!("{} as a shift distance: give it an unsigned local signal", show(e))),
        }
    }
}

/// `e` nearly as the kernel wrote it, for messages.
fn show(e: &E) -> String {
    match e {
        E::Signal(s) => s.replace('$', "."),
        E::Literal(_) => konst(e).map_or("bool".into(), |k| k.to_string()),
        E::Paren(x) => show(x),
        E::Cast(x, n) => format!("bit_cast({}, {n})", show(x)),
        E::Signed(x) => format!("signed({})", show(x)),
        E::Unsigned(x) => format!("unsigned({})", show(x)),
        E::Unary(Un::Not, x) => format!("!{}", show(x)),
        E::Unary(Un::Neg, x) => format!("-{}", show(x)),
        E::Unary(o, x) => format!("{}.{}()", show(x), format!("{o:?}").to_lowercase()),
        E::Binary(l, o, r) => format!("({} {} {})", show(l), symbol(o), show(r)),
        E::Index(x, i) => format!("{}.get_bit({})", show(x), show(i)),
        E::Slice(x, w, i) => format!("{}.get_bits::<{w}>({})", show(x), show(i)),
        E::IndexReplace(x, i, v) => format!("{}.replace_bit({}, {})", show(x), show(i), show(v)),
    }
}

pub(super) fn symbol(o: &Op) -> &'static str {
    match o {
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::LogicalAnd => "&&",
        Op::LogicalOr => "||",
        Op::BitXor => "^",
        Op::BitAnd => "&",
        Op::BitOr => "|",
        Op::Shl => "<<",
        Op::Shr => ">>",
        Op::Eq => "==",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Ne => "!=",
        Op::Ge => ">=",
        Op::Gt => ">",
    }
}
