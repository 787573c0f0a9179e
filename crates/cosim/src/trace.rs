//! Waveforms of a rust-hdl design: every signal at its own width, in the hierarchy of the blocks.
use rust_hdl::prelude::{Atom, AtomKind, Block, Probe, VCDValue};
use std::io::{self, BufWriter, Write};
use vcd::{IdCode, TimescaleUnit, Value, VarType, Writer};

/// A waveform file. One clock cycle is 10 ns.
pub struct Trace {
    writer: Writer<BufWriter<Box<dyn Write + Send>>>,
    /// In the order in which a probe meets them.
    signals: Vec<(IdCode, Vec<Value>)>,
}

fn bits(atom: &dyn Atom) -> Vec<Value> {
    match atom.vcd() {
        VCDValue::Single(v) => vec![v],
        VCDValue::Vector(v) => v,
        // enumerations print as text: their code is what the hardware holds
        _ => {
            let literal = format!("{:x}", atom.verilog());
            let code = literal.split_once("'h").and_then(|x| u64::from_str_radix(x.1, 16).ok()).unwrap_or(0);
            (0..atom.bits()).rev().map(|b| if code >> b & 1 != 0 { Value::V1 } else { Value::V0 }).collect()
        }
    }
}

/// An input port below the top shows what its driver shows already.
fn is_shown(signal: &dyn Atom, depth: usize) -> bool {
    depth <= 1 || !matches!(signal.kind(), AtomKind::InputParameter | AtomKind::Constant)
}

struct Header<'a> {
    trace: &'a mut Trace,
    depth: usize,
    result: io::Result<()>,
}
impl Header<'_> {
    fn attempt(&mut self, f: impl FnOnce(&mut Trace) -> io::Result<()>) {
        if self.result.is_ok() {
            self.result = f(self.trace);
        }
    }
}
impl Probe for Header<'_> {
    fn visit_start_scope(&mut self, name: &str, _: &dyn Block) {
        self.depth += 1;
        self.attempt(|t| t.writer.add_module(&name.replace('$', "_")));
    }
    fn visit_start_namespace(&mut self, name: &str, _: &dyn Block) {
        self.attempt(|t| t.writer.add_module(&name.replace('$', "_")));
    }
    fn visit_atom(&mut self, name: &str, signal: &dyn Atom) {
        if !is_shown(signal, self.depth) {
            return;
        }
        self.attempt(|t| {
            let value = bits(signal);
            let width = value.len().max(1) as u32;
            let id = t.writer.add_var(VarType::Wire, width, &name.replace('$', "_"), None)?;
            t.signals.push((id, vec![]));
            Ok(())
        });
    }
    fn visit_end_namespace(&mut self, _: &str, _: &dyn Block) {
        self.attempt(|t| t.writer.upscope());
    }
    fn visit_end_scope(&mut self, _: &str, _: &dyn Block) {
        self.depth -= 1;
        self.attempt(|t| t.writer.upscope());
    }
}

struct Changes<'a> {
    trace: &'a mut Trace,
    depth: usize,
    at: usize,
    time: u64,
    stamped: bool,
    result: io::Result<()>,
}
impl Changes<'_> {
    fn change(&mut self, value: Vec<Value>) -> io::Result<()> {
        let (id, last) = &mut self.trace.signals[self.at];
        if *last == value {
            return Ok(());
        }
        if !self.stamped {
            self.stamped = true;
            self.trace.writer.timestamp(self.time)?;
        }
        match value.as_slice() {
            [one] => self.trace.writer.change_scalar(*id, *one)?,
            many => self.trace.writer.change_vector(*id, many)?,
        }
        *last = value;
        Ok(())
    }
}
impl Probe for Changes<'_> {
    fn visit_start_scope(&mut self, _: &str, _: &dyn Block) {
        self.depth += 1;
    }
    fn visit_end_scope(&mut self, _: &str, _: &dyn Block) {
        self.depth -= 1;
    }
    fn visit_atom(&mut self, _: &str, signal: &dyn Atom) {
        if !is_shown(signal, self.depth) {
            return;
        }
        if self.result.is_ok() {
            self.result = self.change(bits(signal));
        }
        self.at += 1;
    }
}

impl Trace {
    /// Writes the header for `top` to `out`.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub fn new(out: Box<dyn Write + Send>, top: &dyn Block) -> io::Result<Self> {
        let mut trace = Self { writer: Writer::new(BufWriter::new(out)), signals: vec![] };
        trace.writer.timescale(1, TimescaleUnit::NS)?;
        let mut header = Header { trace: &mut trace, depth: 0, result: Ok(()) };
        top.accept(drtp_hdl::TOP, &mut header);
        header.result?;
        trace.writer.enddefinitions()?;
        Ok(trace)
    }
    /// Writes what changed up to `time` (ns).
    ///
    /// # Errors
    /// If the file does not take it.
    pub fn sample(&mut self, top: &dyn Block, time: u64) -> io::Result<()> {
        let mut changes = Changes { trace: self, depth: 0, at: 0, time, stamped: false, result: Ok(()) };
        top.accept(drtp_hdl::TOP, &mut changes);
        changes.result
    }
}
