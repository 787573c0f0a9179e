//! `drtp asic`: standard cells and SRAM of a core, and what learning adds to them.
use crate::args::{DesignArgs, RuleArgs, SizeArgs};
use crate::compare::USUAL;
use crate::error::CliError;
use crate::progress::Bars;
use crate::table::table;
use clap::Args;
use drtp::core::{Config, Design};
use drtp::synth::asic::{area, longest_path_ns, Area, BitCell, Liberty};
use drtp::synth::Tools;
use serde_json::json;
use std::path::PathBuf;

/// Options of `drtp asic`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  drtp asic                                       784-128-10 on 16 lanes, Debian's qflow-tech-osu018 (180 nm)
  drtp asic --lanes 64 --json
  drtp asic --liberty my.lib --bit-cell 0.127     another library, and its SRAM cell in the same unit

Without a file the core has no counters, and room for its network alone. Yosys maps it to the library's cells; its memories are black boxes that count by their bits: bit cell x 1.5 for the
second port / 2/3 of a macro that is cells. Nothing is placed: no wires, no clock tree. The path is OpenSTA's (Debian:
opensta) between registers, if it is installed.")]
pub struct Asic {
    #[command(flatten)]
    sizes: SizeArgs,
    #[command(flatten)]
    rule: RuleArgs,
    #[command(flatten)]
    design: DesignArgs,
    /// The library of cells; without it, that of Debian's package qflow-tech-osu018.
    #[arg(long, value_name = "FILE.lib")]
    liberty: Option<PathBuf>,
    /// Area of a six-transistor bit cell in the library's unit; 4.65 square micrometres without it (180 nm).
    #[arg(long, value_name = "AREA")]
    bit_cell: Option<f64>,
    /// Folder of all files.
    #[arg(long, value_name = "DIR", default_value = "synth-asic")]
    out: PathBuf,
    /// Install Yosys first, if it is missing: a Python environment in the user's cache.
    #[arg(long)]
    install: bool,
    /// One JSON object on stdout.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// The table in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// One core.
struct Core {
    area: Area,
    path_ns: Option<f64>,
}

impl Asic {
    pub fn run(self) -> Result<(), CliError> {
        let mut draft = self.sizes.draft(USUAL, None)?;
        self.rule.apply(&mut draft);
        self.design.apply(&mut draft);
        let mut config = draft.config()?;
        if self.sizes.config.is_none() {
            // counters cost area, and a chip has no use for room, where no file asks for them
            let design = Design { counters: false, ..config.fitted().design().clone() };
            config = Config::new(design, config.network().clone())?;
        }
        let bit = BitCell { cell: self.bit_cell.unwrap_or(BitCell::default().cell), ..BitCell::default() };
        if !(bit.cell.is_finite() && bit.cell > 0.0) {
            return Err(CliError::Usage(format!("--bit-cell: {} is no area; a number above 0", bit.cell)));
        }
        let liberty = Liberty::open(self.liberty.as_deref())?;
        let bar = Bars::new().spin("looking for the tools");
        let tools = if self.install { Tools::install()? } else { Tools::find()? };
        let core = |learning: bool, folder: &str| {
            bar.set_message(format!("cells of the core {} learning", if learning { "with" } else { "without" }));
            let design = Design { learning, ..config.design().clone() };
            let config = Config::new(design, config.network().clone())?;
            let folder = self.out.join(folder);
            let area = area(&tools, &liberty, &config, &folder)?;
            Ok::<_, CliError>(Core { area, path_ns: longest_path_ns(&folder)? })
        };
        let (with, without) = (core(true, "learning")?, core(false, "inference_only")?);
        bar.finish_and_clear();
        let overhead = |of: fn(&Area, &BitCell) -> f64| of(&with.area, &bit) / of(&without.area, &bit) - 1.0;
        let (cells, chip) = (overhead(|a, _| a.cells), overhead(Area::chip));
        if self.json {
            let one = |c: &Core| {
                json!({
                    "cell_area": c.area.cells,
                    "flip_flop_area": c.area.flip_flops,
                    "gate_equivalents": c.area.gate_equivalents,
                    "memory_bits": c.area.memory_bits,
                    "memory_area": bit.area(c.area.memory_bits),
                    "chip_area": c.area.chip(&bit),
                    "longest_path_ns": c.path_ns,
                })
            };
            let out = json!({
                "lanes": config.design().lanes,
                "layers": config.network().sizes(),
                "liberty": liberty.path(),
                "nand2_area": liberty.nand(),
                "bit_cell": { "cell": bit.cell, "two_ports": bit.two_ports, "efficiency": bit.efficiency },
                "learning": one(&with),
                "inference_only": one(&without),
                "learning_cell_overhead": cells,
                "learning_chip_overhead": chip,
            });
            println!("{out}");
            return Ok(());
        }
        let row = |name: &str, a: f64, b: f64, digits: usize| {
            let change = format!("{:+.1} %", 100.0 * (a / b - 1.0));
            vec![name.to_string(), format!("{a:.digits$}"), format!("{b:.digits$}"), change]
        };
        let (a, b) = (&with.area, &without.area);
        let mut rows = vec![
            row("gate equivalents", a.gate_equivalents, b.gate_equivalents, 0),
            row("memory bits", a.memory_bits as f64, b.memory_bits as f64, 0),
            row("cell area", a.cells, b.cells, 0),
            row("memory area", bit.area(a.memory_bits), bit.area(b.memory_bits), 0),
            row("chip area", a.chip(&bit), b.chip(&bit), 0),
        ];
        if let (Some(a), Some(b)) = (with.path_ns, without.path_ns) {
            rows.push(row("longest path, ns", a, b, 2));
        }
        println!(
            "{} lanes, {}; cells of {}\n",
            config.design().lanes,
            config.network().topology(),
            liberty.path().display()
        );
        println!("{}", table(self.markdown, &["", "learning", "inference only", "learning adds"], rows));
        println!(
            "\nnothing is placed; a memory bit counts {} x {} / {:.2}, a gate equivalent {}",
            bit.cell,
            bit.two_ports,
            bit.efficiency,
            liberty.nand()
        );
        Ok(())
    }
}
