//! Says of nets of which only a part is read that the rest is meant to be unused: linters ask.
use super::netlist::{mask, Net, Role};
use super::stm::{konst, names, operands, Stm, What};
use super::unit::{Body, Unit};
use rust_hdl::prelude::ast::{VerilogExpression as E, VerilogOp as Op, VerilogOpUnary as Un};
use std::collections::{BTreeMap, BTreeSet};

/// Bits of each net that are read.
type Read = BTreeMap<String, u128>;

pub(super) fn excuse(unit: &mut Unit) {
    unit.children.iter_mut().for_each(excuse);
    let Body::Kernel(kernel) = &mut unit.body else { return };
    let mut read = Read::new();
    kernel.body.iter().for_each(|s| statement(s, &mut read));
    let own = unit.nets.iter().filter(|n| matches!(n.role, Role::In | Role::Local)).map(|n| (n.name.clone(), n.width));
    let below = unit.children.iter().flat_map(|c| {
        let outputs = c.ports().filter(|n| n.role == Role::Out);
        outputs.map(|n| (format!("{}${}", c.name, n.name), n.width))
    });
    let partial: Vec<(String, u128)> = own
        .chain(below)
        .filter_map(|(net, width)| {
            let left = mask(width) & !read.get(&net).filter(|bits| **bits != 0)?;
            (left != 0).then_some((net, left))
        })
        .collect();
    for (net, left) in partial {
        let name = format!("unused_{net}");
        let value = parts(&net, left);
        kernel.body.push(Stm::bare(What::Set { net: name.clone(), value }));
        unit.nets.push(Net { name, role: Role::Local, width: 1, signed: false, labels: vec![] });
    }
}

/// `|net[9:7] | net[1]`: whether any of the bits in `left` is set.
fn parts(net: &str, left: u128) -> E {
    let number = |v: u32| Box::new(super::stm::number(i64::from(v)));
    let mut out: Option<E> = None;
    let mut rest = left;
    while rest != 0 {
        let at = rest.trailing_zeros();
        let n = (rest >> at).trailing_ones();
        rest &= !((mask(n as usize)) << at);
        let signal = Box::new(E::Signal(net.into()));
        let part = match n {
            1 => E::Index(signal, number(at)),
            n => E::Unary(Un::Any, Box::new(E::Slice(signal, n as usize, number(at)))),
        };
        out = Some(match out {
            None => part,
            Some(other) => E::Binary(Box::new(part), Op::BitOr, Box::new(other)),
        });
    }
    out.unwrap_or_else(|| super::stm::bit(false))
}

fn statement(s: &Stm, read: &mut Read) {
    match &s.what {
        What::Set { value, .. } => whole(value, read),
        What::If { test, yes, no } => {
            whole(test, read);
            yes.iter().chain(no).for_each(|s| statement(s, read));
        }
        What::Case { test, arms } => {
            whole(test, read);
            arms.iter().flat_map(|a| &a.body).for_each(|s| statement(s, read));
        }
    }
}

fn whole(e: &E, read: &mut Read) {
    part(e, 0, 128, read);
}

/// Notes what is read if bits `at .. at + n` of `e` are. What the printer takes apart is taken apart here.
fn part(e: &E, at: usize, n: usize, read: &mut Read) {
    match e {
        E::Signal(net) => *read.entry(net.clone()).or_default() |= mask(n).checked_shl(at as u32).unwrap_or(0),
        E::Paren(x) | E::Signed(x) | E::Unsigned(x) | E::Unary(Un::Not, x) => part(x, at, n, read),
        E::Cast(x, m) => part(x, at, n.min(m.saturating_sub(at)), read),
        E::Slice(x, m, from) => match konst(from) {
            Some(from) => part(x, at + from as usize, n.min(*m), read),
            None => all(e, read),
        },
        E::Index(x, from) => match konst(from) {
            Some(from) => part(x, from as usize, 1, read),
            None => all(e, read),
        },
        E::Binary(l, Op::BitAnd | Op::BitOr | Op::BitXor, r) => {
            part(l, at, n, read);
            part(r, at, n, read);
        }
        // carries go up
        E::Binary(l, Op::Add | Op::Sub, r) => {
            let n = (at + n).min(128);
            part(l, 0, n, read);
            part(r, 0, n, read);
        }
        E::Binary(x, Op::Shr, by) => match konst(by) {
            Some(by) => part(x, at + by as usize, n, read),
            None => all(e, read),
        },
        _ => operands(e).into_iter().for_each(|x| whole(x, read)),
    }
}

fn all(e: &E, read: &mut Read) {
    let mut nets = BTreeSet::new();
    names(e, &mut nets);
    nets.into_iter().for_each(|net| *read.entry(net).or_default() = u128::MAX);
}
