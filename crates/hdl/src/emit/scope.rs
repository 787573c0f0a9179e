//! The names one module sees: their widths, signedness and printed form.
use super::names;
use super::netlist::{mask, Net, Role};
use super::stm::{konst, Note};
use super::texts::local;
use super::unit::Unit;
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Ty {
    pub width: usize,
    pub signed: bool,
}
pub(super) const BIT: Ty = Ty { width: 1, signed: false };

/// What an expression says about its own type; a bare number says nothing and follows its context.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    pub width: Option<usize>,
    pub signed: Option<bool>,
}

impl Shape {
    pub fn or(self, other: Shape) -> Shape {
        Shape { width: self.width.or(other.width), signed: self.signed.or(other.signed) }
    }
    /// The type, if the width is known; bare numbers are unsigned.
    pub fn ty(self) -> Option<Ty> {
        self.width.map(|width| Ty { width, signed: self.signed.unwrap_or(false) })
    }
}
impl From<Ty> for Shape {
    fn from(t: Ty) -> Self {
        Shape { width: Some(t.width), signed: Some(t.signed) }
    }
}

/// A net seen from the module: one of its own or a port of a child.
pub(super) struct Seen<'a> {
    pub net: &'a Net,
    /// `None` for the inputs of a folded register, which the Verilog does not have.
    pub shown: Option<String>,
    /// The child whose port it is.
    pub child: Option<&'a Unit>,
}

impl Seen<'_> {
    pub fn varies(&self) -> bool {
        !matches!(self.net.role, Role::Const(_))
    }
}

pub(super) struct Label {
    pub width: usize,
    pub value: u128,
    pub shown: String,
}

pub(super) struct Scope<'a> {
    pub unit: &'a Unit,
    pub nets: HashMap<String, Seen<'a>>,
    pub labels: BTreeMap<String, Label>,
    pub problems: Vec<String>,
    /// Outputs of children that bear the name of a net of the module itself, with the remarks that stood there.
    pub claimed: BTreeMap<String, Vec<Note>>,
    /// Outputs that are registers, and their initial values.
    pub registers: BTreeMap<String, u128>,
}

impl<'a> Scope<'a> {
    /// `read`: the nets that the kernel reads. An output of a child that nobody reads says so in its name, which linters
    /// take for intended.
    pub fn new(unit: &'a Unit, read: &BTreeSet<String>) -> Self {
        let mut s = Scope {
            unit,
            nets: HashMap::new(),
            labels: BTreeMap::new(),
            problems: vec![],
            claimed: BTreeMap::new(),
            registers: BTreeMap::new(),
        };
        for net in &unit.nets {
            let shown = match net.role {
                Role::Const(_) => names::label(&net.name),
                _ => names::snake(&net.name),
            };
            s.add(net.name.clone(), Seen { net, shown: Some(shown), child: None });
        }
        for child in &unit.children {
            for net in child.ports() {
                let full = format!("{}${}", child.name, net.name);
                let unread = net.role == Role::Out && !read.contains(&full);
                let shown = match (child.register_init().is_some(), net.role) {
                    (true, Role::In) => None,
                    (true, _) => Some(names::snake(&child.name)),
                    (false, _) => Some(names::snake(&full) + if unread { "_unused" } else { "" }),
                };
                s.add(full, Seen { net, shown, child: Some(child) });
            }
        }
        s.check_names();
        s
    }
    fn add(&mut self, full: String, seen: Seen<'a>) {
        for (value, label) in seen.net.labels.iter().enumerate() {
            let (width, value) = (seen.net.width, value as u128);
            let new = Label { width, value, shown: names::label(label) };
            match self.labels.get(label) {
                Some(old) if (old.width, old.value) != (width, value) => {
                    self.problems.push(format!("two types have a label `{}`", label.replace('$', "::")))
                }
                _ => drop(self.labels.insert(label.clone(), new)),
            }
        }
        self.nets.insert(full, seen);
    }
    fn check_names(&mut self) {
        let mut all: Vec<(String, String)> = vec![];
        for (full, seen) in &self.nets {
            all.extend(seen.shown.iter().map(|shown| (shown.clone(), full.clone())));
        }
        all.extend(self.labels.iter().map(|(full, l)| (l.shown.clone(), full.clone())));
        let instances = self.unit.children.iter().filter(|c| c.stands());
        all.extend(instances.map(|c| (c.shown(), c.name.clone())));
        for child in &self.unit.children {
            let locals = child.pasted().map_or(vec![], |leaf| leaf.locals());
            all.extend(locals.into_iter().map(|name| (local(child, &name), format!("{}${name}", child.name))));
        }
        all.sort();
        for pair in all.windows(2).filter(|p| p[0].0 == p[1].0) {
            let [a, b] = [&pair[0].1, &pair[1].1].map(|x| x.replace('$', "."));
            self.problems.push(format!("`{a}` and `{b}` are both printed as `{}`", pair[0].0));
        }
        self.problems.extend(all.iter().filter_map(|x| names::refusal(&x.0)));
    }
    pub fn is_taken(&self, shown: &str) -> bool {
        self.nets.values().any(|n| n.shown.as_deref() == Some(shown))
            || self.labels.values().any(|l| l.shown == shown)
            || self.unit.children.iter().any(|c| c.shown() == shown)
    }
    /// The output `net` of a child bears the name `shown`.
    pub fn claim(&mut self, net: &str, shown: Option<String>, notes: Vec<Note>) {
        if let Some(seen) = self.nets.get_mut(net) {
            seen.shown = shown;
            self.claimed.insert(net.into(), notes);
        }
    }
    /// Whether `net` is an input of a folded register.
    pub fn is_pin(&self, net: &str) -> bool {
        self.nets.get(net).is_some_and(|n| n.shown.is_none())
    }
    pub fn ty(&self, net: &str) -> Option<Ty> {
        self.nets.get(net).map(|n| Ty { width: n.net.width, signed: n.net.signed })
    }
    /// The printed name of the net that an assignment to `net` writes: a register's `d` is the register itself.
    pub fn target<'s>(&'s self, net: &'s str) -> &'s str {
        let q = net.strip_suffix("$d").filter(|_| self.is_pin(net)).map(|r| format!("{r}$q"));
        let seen = self.nets.get(q.as_deref().unwrap_or(net));
        seen.and_then(|n| n.shown.as_deref()).unwrap_or(net)
    }
    /// The net that is the whole of `e`, under casts that change no bit.
    pub fn whole<'e>(&self, e: &'e E) -> Option<&'e str> {
        match e {
            E::Signal(s) => Some(s),
            E::Cast(x, n) if self.shape(x).width == Some(*n) => self.whole(x),
            E::Index(x, _) if self.shape(x).width == Some(1) => self.whole(x),
            E::Paren(x) | E::Signed(x) | E::Unsigned(x) => self.whole(x),
            _ => None,
        }
    }
    /// Value known when printing: a bare number as it is; a `Constant` and `bits_of(..)` as a number of type `t`.
    pub fn known(&self, e: &E, t: Ty) -> Option<i128> {
        let (value, width) = match e {
            E::Signal(s) => match self.nets.get(s)?.net {
                Net { role: Role::Const(v), width, .. } => (*v, *width),
                _ => return None,
            },
            E::Cast(x, n) => (konst(x)? as u128 & mask(*n), *n),
            _ => return konst(e),
        };
        let value = i128::try_from(value).ok()?;
        let negative = t.signed && width < 128 && value >> (width - 1) != 0;
        Some(if negative { value - (1 << width) } else { value })
    }
    pub fn shape(&self, e: &E) -> Shape {
        let bit = BIT.into();
        match e {
            E::Signal(s) => match (self.ty(s), self.labels.get(s)) {
                (Some(t), _) => t.into(),
                (None, Some(l)) => Ty { width: l.width, signed: false }.into(),
                (None, None) => Shape::default(),
            },
            E::Literal(_) if konst(e).is_none() => bit,
            E::Literal(_) => Shape::default(),
            E::Paren(x) | E::Unary(Un::Not | Un::Neg, x) | E::IndexReplace(x, ..) => self.shape(x),
            E::Cast(x, n) => Shape { width: Some(*n), signed: self.shape(x).signed },
            E::Signed(x) => Shape { signed: Some(true), ..self.shape(x) },
            E::Unsigned(x) => Shape { signed: Some(false), ..self.shape(x) },
            E::Binary(l, o, r) => match o {
                Op::Shl | Op::Shr => self.shape(l),
                Op::Add | Op::Sub | Op::Mul | Op::BitAnd | Op::BitOr | Op::BitXor => self.shape(l).or(self.shape(r)),
                _ => bit,
            },
            E::Unary(..) | E::Index(..) => bit,
            E::Slice(x, w, _) => Shape { width: Some(*w), signed: self.shape(x).signed },
        }
    }
    /// The type of `e` where `want` is expected: only its bare numbers follow the context.
    pub fn in_context(&self, e: &E, want: Ty) -> Ty {
        self.shape(e).or(want.into()).ty().unwrap_or(want)
    }
}
