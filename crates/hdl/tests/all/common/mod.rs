//! Replays what the Rust simulation did on the printed Verilog, under Icarus.
use drtp_testing::need_program;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Name and width of a port of the top module, up to 64 bits.
pub type Port<'a> = (&'a str, usize);

/// One cycle: a value for each input, and what each output must show.
#[derive(Clone, Debug, Default)]
pub struct Cycle {
    pub inputs: Vec<u64>,
    pub outputs: Vec<u64>,
}

/// An output that differs from the Rust simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    pub cycle: usize,
    pub port: String,
    pub expected: u64,
    /// As Icarus prints it: hexadecimal, with `x` and `z`.
    pub got: String,
}

/// What is replayed. `clock` names the clock port; `None` compares outputs after the inputs have settled.
///
/// ```text
/// clk      __/""\__/""\__
/// inputs   ==X=====X=====     set after the falling edge
/// outputs      ^     ^        compared before the next rising edge
/// ```
pub struct Replay<'a> {
    pub verilog: &'a str,
    pub top: &'a str,
    pub clock: Option<&'a str>,
    pub inputs: &'a [Port<'a>],
    pub outputs: &'a [Port<'a>],
}

impl Replay<'_> {
    /// Runs all cycles; `None` if Icarus is missing.
    ///
    /// # Panics
    /// If Icarus refuses the Verilog, or the simulation ends early.
    pub fn run(&self, cycles: &[Cycle]) -> Option<Vec<Mismatch>> {
        if !need_program("iverilog", "-V", "iverilog") {
            return None;
        }
        let dir = tempfile::tempdir().expect("a temporary directory");
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("a writable directory");
        write("design.v", self.verilog);
        write("bench.v", &self.bench(cycles.len()));
        write("vectors.hex", &self.vectors(cycles));
        run(dir.path(), "iverilog", &["-g2005", "-Wall", "-o", "bench.vvp", "-s", "bench", "design.v", "bench.v"]);
        let said = run(dir.path(), "vvp", &["-n", "bench.vvp"]);
        assert!(said.lines().any(|l| l == "done"), "the simulation ended early:\n{said}");
        Some(said.lines().filter_map(|l| self.mismatch(l, cycles)).collect())
    }
    /// Panics at the first difference, and says how many there are.
    pub fn must_agree(&self, cycles: &[Cycle]) {
        let Some(found) = self.run(cycles) else { return };
        if let Some(first) = found.first() {
            let at = &cycles[first.cycle];
            panic!("{} differences in {} cycles; the first: {first:?} at {at:x?}", found.len(), cycles.len());
        }
    }
    fn width(ports: &[Port]) -> usize {
        ports.iter().map(|p| p.1).sum()
    }
    /// One line a cycle: expected outputs, then inputs, first port in the highest bits.
    fn vectors(&self, cycles: &[Cycle]) -> String {
        let mut out = String::new();
        for c in cycles {
            assert_eq!((c.inputs.len(), c.outputs.len()), (self.inputs.len(), self.outputs.len()), "values of a cycle");
            let mut bits = vec![];
            for ((_, width), value) in self.outputs.iter().zip(&c.outputs).chain(self.inputs.iter().zip(&c.inputs)) {
                assert!(*width == 64 || value >> width == 0, "{value:x} in {width} bits");
                bits.extend((0..*width).rev().map(|i| value >> i & 1));
            }
            let pad = (4 - bits.len() % 4) % 4;
            bits.splice(0..0, std::iter::repeat_n(0, pad));
            for digit in bits.chunks(4) {
                write!(out, "{:x}", digit.iter().fold(0, |v, b| v << 1 | b)).expect("writing to a string");
            }
            out.push('\n');
        }
        out
    }
    fn bench(&self, cycles: usize) -> String {
        let (ins, outs) = (Self::width(self.inputs), Self::width(self.outputs));
        let mut t =
            format!("`timescale 1ns/1ps\nmodule bench;\n    reg [{}:0] vectors [0:{}];\n", ins + outs - 1, cycles - 1);
        let mut pins = vec![];
        for (name, width) in self.inputs {
            writeln!(t, "    reg [{}:0] {name};", width - 1).unwrap();
            pins.push(format!(".{name}({name})"));
        }
        for (name, width) in self.outputs {
            writeln!(t, "    wire [{0}:0] {name};\n    reg [{0}:0] want_{name};", width - 1).unwrap();
            pins.push(format!(".{name}({name})"));
        }
        if let Some(clock) = self.clock {
            writeln!(t, "    reg {clock} = 0;").unwrap();
            pins.push(format!(".{clock}({clock})"));
        }
        let fields: Vec<String> = self
            .outputs
            .iter()
            .map(|o| format!("want_{}", o.0))
            .chain(self.inputs.iter().map(|i| i.0.into()))
            .collect();
        writeln!(t, "    {} dut ({});\n    integer i;", self.top, pins.join(", ")).unwrap();
        writeln!(t, "    initial begin\n        $readmemh(\"vectors.hex\", vectors);").unwrap();
        writeln!(
            t,
            "        for (i = 0; i < {cycles}; i = i + 1) begin\n            {{{}}} = vectors[i];\n            #5;",
            fields.join(", ")
        )
        .unwrap();
        for (name, _) in self.outputs {
            writeln!(t, "            if ({name} !== want_{name}) $display(\"mismatch %0d {name} %h\", i, {name});")
                .unwrap();
        }
        if let Some(clock) = self.clock {
            writeln!(t, "            {clock} = 1; #5; {clock} = 0;").unwrap();
        }
        t + "        end\n        $display(\"done\");\n        $finish;\n    end\nendmodule\n"
    }
    fn mismatch(&self, line: &str, cycles: &[Cycle]) -> Option<Mismatch> {
        let mut words = line.strip_prefix("mismatch ")?.split(' ');
        let cycle: usize = words.next()?.parse().ok()?;
        let port = words.next()?.to_string();
        let at = self.outputs.iter().position(|o| o.0 == port)?;
        Some(Mismatch { cycle, port, expected: cycles[cycle].outputs[at], got: words.next()?.into() })
    }
}

fn run(dir: &Path, tool: &str, args: &[&str]) -> String {
    let out = Command::new(tool).args(args).current_dir(dir).output().unwrap_or_else(|e| panic!("{tool}: {e}"));
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{tool} {args:?}:\n{said}");
    said
}
