//! A block as the passes see it: nets, children, and a body whose statements or text have been read.
use super::kernel::{unroll, Kernel};
use super::leaf::Leaf;
use super::names::snake;
use super::netlist::{Inst, Net, Role};
use rust_hdl::prelude::ast::Verilog;

pub(super) enum Body {
    Kernel(Kernel),
    Leaf(Leaf),
    /// A register that its parent folds: its initial value.
    Register(u128),
    /// A black box, which has been refused.
    Foreign,
}

pub(super) struct Unit {
    pub name: String,
    /// Instance path, for messages.
    pub path: String,
    pub nets: Vec<Net>,
    pub children: Vec<Unit>,
    pub body: Body,
    pub problems: Vec<String>,
}

impl Unit {
    pub fn of(inst: Inst, path: String) -> Self {
        let register = inst.register_init();
        let Inst { name, nets, children, body, mut problems } = inst;
        let own = nets.iter().map(|n| n.name.as_str()).collect();
        let body = match (register, body) {
            (Some(init), _) => Body::Register(init),
            (None, Verilog::Custom(text)) => Body::Leaf(Leaf::of(&text)),
            (None, Verilog::Combinatorial(block)) => Body::Kernel(unroll(&block, &own)),
            (None, Verilog::Empty) => Body::Kernel(Kernel::default()),
            (None, Verilog::Blackbox(_) | Verilog::Wrapper(_)) => {
                problems.push("a black box: write a leaf".into());
                Body::Foreign
            }
        };
        let below = |c: Inst| {
            let path = format!("{path}.{}", snake(&c.name));
            Unit::of(c, path)
        };
        let children = children.into_iter().map(below).collect();
        Unit { name, path, nets, children, body, problems }
    }
    pub fn ports(&self) -> impl Iterator<Item = &Net> {
        self.nets.iter().filter(|n| matches!(n.role, Role::In | Role::Out))
    }
    pub fn register_init(&self) -> Option<u128> {
        match self.body {
            Body::Register(init) => Some(init),
            _ => None,
        }
    }
    /// The hand-written text that is to become a part of the parent's.
    pub fn pasted(&self) -> Option<&Leaf> {
        match &self.body {
            Body::Leaf(leaf) if leaf.inline => Some(leaf),
            _ => None,
        }
    }
    /// Whether it is an instance in the Verilog of its parent.
    pub fn stands(&self) -> bool {
        self.register_init().is_none() && self.pasted().is_none()
    }
    /// The name that its author gave its module.
    pub fn given_name(&self) -> Option<&str> {
        match &self.body {
            Body::Kernel(k) => k.name.as_deref(),
            Body::Leaf(l) => l.name.as_deref(),
            Body::Register(_) => Some("register"),
            Body::Foreign => None,
        }
    }
    /// Printed name of the instance. Linters object to a name that is also one of its module's signals.
    pub fn shown(&self) -> String {
        let name = snake(&self.name);
        let inside =
            self.nets.iter().any(|n| snake(&n.name) == name) || self.children.iter().any(|c| snake(&c.name) == name);
        if inside {
            name + "_inst"
        } else {
            name
        }
    }
}
