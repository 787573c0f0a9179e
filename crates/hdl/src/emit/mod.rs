//! Verilog-2005 text of a block: equal modules once, registers folded into their parent, expressions width-exact.
//!
//! rust-hdl's own printer differs from its simulation (carries leak out of casts, literals are 32 bits wide, signed
//! compares turn unsigned) and prints one module for each instance. The structure it prints from is public, so the text
//! is ours. The passes, in order:
//!
//! ```text
//! netlist   block -> tree of instances, nets and hdl_gen's syntax trees    (Probe)
//! unit      the same with statements for the trees. kernel: loops unrolled, links and comments resolved
//! judge     everything whose Verilog would not mean what Rust simulates, refused, block by block as written:
//!           scope (names, widths, signs), prune (branches never taken at these widths), check, plan
//! sweep     constants put where they are read (simplify), through ports and registers; live: what no output depends on
//!           taken out
//! inline    small blocks dissolved into their parents; alias, fold: nets that then only pass something on.
//!           leftover: nets of which only a part is read
//! plan      who drives what: assign, always @*, always @(posedge ..)
//! forms     what each becomes. tidy: the statements of one process; mux: choices by one signal's value; claims: outputs
//!           connected to what they drive
//! expr      expressions; part: casts and slices; block: statements; wiring: ports of children; texts: inline leaves
//! module    one module's text; leaf: hand-written ones; declare, wrap: lines
//! design    equal modules once, top first, all named after it: `drtp_lane` in `drtp_core`
//! ```
//!
//! INVARIANT: a printed expression's self-determined Verilog width is its Rust width, and it stands in a context of that
//! width. Widths change only in concatenations and in slices of named nets.
//!
//! # Kernels
//! - A default for every net first; registers through `dff_setup!`, or `d = q` for elements of an array.
//! - A local signal is read after its last assignment. An intermediate value is a `Signal<Local, _>`.
//! - Numbers are `Constant`s, `bits_of(..)` and `bits_signed(..)`, which also take a field of the generator
//!   (`bits_of(self._lanes, 8)`, at most 55 bits). Bare literals: shift distances, bit places, `x + 1`, and beside
//!   `index()`.
//! - HAZARD: no arithmetic on `index()`. `x.index() + 1 == y.index()` does not wrap in Rust, and hdl_gen drops `index()`.
//! - HAZARD: no guards in `match` (`0 if ..`): hdl_gen drops them without a word.
//! - Loops may run to a field (`0..self._n`, `0..(self._n - 1)`); array indexes are loop variables and literals with
//!   `+ - * / %`, no fields. `if i > 0 { .. self.lane[i - 1] .. }` works: the other rounds lose the branch.
//! - A remark stays with the statement after it, and a loop prints its remarks once.
//! - `comment!("inline")` dissolves the block into its parent: a net `x` of the child `c` is printed as `c_x`, and what
//!   would only repeat another name is left out. For what is too small to be a module, or has many copies.
//!
//! # Leaves
//! `Verilog::Custom` with the text of one module's body. Outputs that an `assign` drives are wires, the others `reg`.
//! Lines before the text:
//! - `//@module NAME`, and `//@doc TEXT` for above the module.
//! - `//@inline`: the parent takes the text over, its own names with the child's name in front. Wires, `assign`s and
//!   `generate` loops only.
//! - `//@apart`: a model of a module that is built otherwise. It goes to a file beside ([`Files::models`]).
//! - `//@parameter NAME VALUE`, and `//@width PORT NAME` for each port whose width it is: one module for all values.
//!   Such a port is printed without a sign, and the text should not depend on it.
//! - `//@register 'h0` alone: a register with that initial value, which the parent folds into an `always` block.
//!
//! Not supported, and refused: `LogicStruct`, assignments to a part of a net, `inout`, black boxes, products (a leaf).
/// Appends one line.
macro_rules! line {
    ($out:expr, $($text:tt)*) => {{
        $out.push_str(&format!($($text)*));
        $out.push('\n');
    }};
}

mod alias;
mod block;
mod check;
mod claims;
mod compare;
mod declare;
mod design;
mod error;
mod expr;
mod fold;
mod forms;
mod index;
mod inline;
mod judge;
mod kernel;
mod leaf;
mod leftover;
mod live;
mod module;
mod mux;
mod names;
mod netlist;
mod part;
mod paste;
mod plan;
mod prune;
mod rename;
mod scope;
mod simplify;
mod stm;
mod sweep;
mod texts;
mod tidy;
mod unit;
mod wiring;
mod wrap;

pub use error::{EmitError, Problem};
pub use netlist::{collect, Inst, Net, Role};

use rust_hdl::prelude::{check_all, Block};

/// A remark in a kernel that reaches the Verilog: it is printed above the statement that follows it.
///
/// `comment!("module: lane")` names the module and `comment!("doc: ..")` is printed above it.
/// rust-hdl recognises the macro by its bare name: `use crate::comment;`, never `crate::comment!(..)`.
#[macro_export]
macro_rules! comment {
    ($s:literal) => {};
}

/// A design as Verilog-2005.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The design itself.
    pub core: String,
    /// Models of modules that are built otherwise, such as an ASIC's memories; empty if there are none.
    pub models: String,
}

/// The design below `top` as one text, models and all; see [`files`].
///
/// # Errors
/// As [`files`].
pub fn verilog(top: &dyn Block, name: &str) -> Result<String, EmitError> {
    files(top, name).map(|f| f.core + &f.models)
}

/// The design below `top` as Verilog-2005, its top module called `name`. `top` has had its `connect_all()`.
///
/// # Errors
/// Every construct whose Verilog would not mean what the Rust simulation does, and what rust-hdl's own checks find.
pub fn files(top: &dyn Block, name: &str) -> Result<Files, EmitError> {
    let mut problems = match check_all(top) {
        Ok(()) => vec![],
        Err(found) => error::of_rust_hdl(&found, name),
    };
    let printed = design::print(collect(top, name));
    problems.extend(printed.problems);
    if problems.is_empty() {
        Ok(Files { core: printed.text, models: printed.models })
    } else {
        Err(EmitError::new(problems))
    }
}

/// Path and width of every net, in a fixed order.
///
/// HAZARD: Rust does not check the width of `x.next = <number of another width>`. The printer sees the widths that the
/// constructor chose; a test that finds the same list before and after a simulation shows that the kernel kept to them.
pub fn widths(top: &dyn Block, name: &str) -> Vec<(String, usize)> {
    fn walk(inst: &Inst, path: &str, out: &mut Vec<(String, usize)>) {
        out.extend(inst.nets.iter().map(|n| (format!("{path}.{}", names::snake(&n.name)), n.width)));
        for c in &inst.children {
            walk(c, &format!("{path}.{}", names::snake(&c.name)), out);
        }
    }
    let mut out = vec![];
    walk(&collect(top, name), name, &mut out);
    out
}
