//! Structure of a design as a plain tree: one `Inst` per block, with its nets, children and body.
//! Everything comes from rust-hdl's public visitor; nothing is judged or printed yet.
use super::scope::Ty;
use rust_hdl::prelude::*;

/// What a net is to its block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// An input port.
    In,
    /// An output port.
    Out,
    /// A signal of its own.
    Local,
    /// A constant of this value.
    Const(u128),
}

/// A port, local signal or constant. Names use `$` between an interface (or array) and its member.
#[derive(Clone, Debug)]
pub struct Net {
    /// As the block calls it.
    pub name: String,
    /// Port, signal or constant.
    pub role: Role,
    /// 0 for a [`crate::num::Num`] that never got a width.
    pub width: usize,
    /// Two's complement.
    pub signed: bool,
    /// Labels of an enum type, in order of their values, as kernels write them with `$` for `::`.
    pub labels: Vec<String>,
}

impl Net {
    pub(super) fn ty(&self) -> Ty {
        Ty { width: self.width, signed: self.signed }
    }
}

/// A block where it stands.
#[derive(Default)]
pub struct Inst {
    /// Of the instance.
    pub name: String,
    /// Ports, signals, constants.
    pub nets: Vec<Net>,
    /// Blocks within.
    pub children: Vec<Inst>,
    /// What its kernel says.
    pub body: Verilog,
    /// What the visitor met and the tree cannot hold.
    pub problems: Vec<String>,
}

impl Inst {
    /// A leaf that declares itself a plain register: its initial value.
    pub fn register_init(&self) -> Option<u128> {
        match &self.body {
            Verilog::Custom(text) => {
                u128::from_str_radix(text.strip_prefix("//@register 'h")?.lines().next()?, 16).ok()
            }
            _ => None,
        }
    }
}

/// Declared bits and value of a literal, a negative one as two's complement. rust-hdl keeps both private but prints them.
pub(super) fn literal(v: &VerilogLiteral) -> Option<(usize, u128)> {
    let text = format!("{v:x}");
    let (bits, hex) = text.split_once("'h")?;
    let bits: usize = bits.parse().ok()?;
    match hex.strip_prefix('-') {
        None => Some((bits, u128::from_str_radix(hex, 16).ok()?)),
        Some(hex) => Some((bits, u128::from_str_radix(hex, 16).ok()?.wrapping_neg() & mask(bits))),
    }
}

pub(super) fn mask(width: usize) -> u128 {
    if width >= 128 {
        u128::MAX
    } else {
        (1 << width) - 1
    }
}

#[derive(Default)]
struct Collect {
    stack: Vec<Inst>,
    namespace: Vec<String>,
    top: Option<Inst>,
}

impl Collect {
    fn net(&self, name: &str, atom: &dyn Atom) -> Result<Net, String> {
        let name = self.namespace.iter().map(|x| format!("{x}$")).collect::<String>() + name;
        let said = name.replace('$', ".");
        let role = match atom.kind() {
            AtomKind::InputParameter => Role::In,
            AtomKind::OutputParameter => Role::Out,
            AtomKind::LocalSignal => Role::Local,
            AtomKind::Constant => match literal(&atom.verilog()) {
                Some((_, v)) => Role::Const(v),
                None => return Err(format!("`{said}` is a constant of more than 128 bits")),
            },
            other => return Err(format!("`{said}` is a signal of kind {other:?}, which is not supported")),
        };
        let type_ = atom.descriptor();
        let width = match atom.vcd() {
            VCDValue::Vector(bits) if type_.name == "Num" => bits.len(),
            _ => atom.bits(),
        };
        if width == 0 {
            return Err(format!("`{said}` has no width: build it with `num(width)`"));
        }
        let (signed, labels) = match type_.kind {
            TypeKind::Signed(_) => (true, vec![]),
            TypeKind::Bits(_) => (false, vec![]),
            TypeKind::Enum(labels) => (false, labels.iter().map(|x| x.replace("::", "$")).collect()),
            TypeKind::Composite(_) => return Err(format!("`{said}` is a struct: give each field a signal")),
        };
        Ok(Net { name, role, width, signed, labels })
    }
}

impl Probe for Collect {
    fn visit_start_scope(&mut self, name: &str, node: &dyn Block) {
        self.namespace.clear();
        self.stack.push(Inst { name: name.into(), body: node.hdl(), ..Default::default() });
    }
    fn visit_start_namespace(&mut self, name: &str, _: &dyn Block) {
        self.namespace.push(name.into());
    }
    fn visit_end_namespace(&mut self, _: &str, _: &dyn Block) {
        self.namespace.pop();
    }
    fn visit_atom(&mut self, name: &str, atom: &dyn Atom) {
        let found = self.net(name, atom);
        let inst = self.stack.last_mut().expect("a signal stands in a block");
        match found {
            Ok(net) => inst.nets.push(net),
            Err(problem) => inst.problems.push(problem),
        }
    }
    fn visit_end_scope(&mut self, _: &str, _: &dyn Block) {
        let done = self.stack.pop().expect("scopes are nested");
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(done),
            None => self.top = Some(done),
        }
    }
}

/// The tree below `top`, whose root is called `name`.
///
/// # Panics
/// If `top` is a signal or an interface, not a block.
pub fn collect(top: &dyn Block, name: &str) -> Inst {
    let mut c = Collect::default();
    top.accept(name, &mut c);
    c.top.expect("the top is a block")
}
