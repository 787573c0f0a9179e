//! What Yosys does, in its own language: the script stays beside the results, and any Yosys can run it again.
use crate::board::Family;

/// The script itself, in the folder of a run.
pub const SCRIPT: &str = "synth.ys";
/// What Yosys says.
pub const LOG: &str = "yosys";
/// Its counts of cells.
pub const COUNTS: &str = "counts.json";
/// The netlist, for nextpnr.
pub const JSON: &str = "netlist.json";
/// The same netlist, for simulation.
pub const VERILOG: &str = "netlist.v";

/// The registers that an iCE40 has, as `synth_ice40` names them.
const ICE40_REGISTERS: &str = "-cell $_DFF_?_ 0 -cell $_DFFE_?P_ 0 -cell $_DFF_?P?_ 0 -cell $_DFFE_?P?P_ 0 \
    -cell $_SDFF_?P?_ 0 -cell $_SDFFCE_?P?P_ 0 -cell $_DLATCH_?_ x";

/// The flat netlist of `top` from the files `verilog`, its parameters set.
pub fn script(family: Family, top: &str, verilog: &[String], parameters: &[(&str, String)]) -> String {
    let (cells, synth) = match family {
        Family::Ecp5 => ("+/lattice/cells_sim_ecp5.v +/lattice/cells_bb_ecp5.v", "synth_ecp5 -abc9"),
        Family::Ice40 => ("+/ice40/cells_sim.v", "synth_ice40 -dsp"),
    };
    let synth = match family {
        Family::Ecp5 => format!("{synth} -top {top} -json {JSON}"),
        Family::Ice40 => format!(
            "\
{synth} -top {top} -run begin:map_ffs
# the eight cells of a tile share clock enable and reset: those of few registers go into their logic, or a part that is
# nearly full has no place for them
dfflegalize {ICE40_REGISTERS} -mince 6 -minsrst 6
{synth} -top {top} -run map_ffs: -json {JSON}"
        ),
    };
    let set: String = parameters.iter().map(|(name, value)| format!(" -chparam {name} {value}")).collect();
    format!(
        "\
read_verilog {}
# cells of the part that the design has by name
read_verilog -lib {cells}
hierarchy -check -top {top}{set}
# Yosys 0.70 has stumbled over a MULT18X18D by name in a hierarchy, but never behind a trip through its own format
write_rtlil elaborated.il
design -reset
read_rtlil elaborated.il
{synth}
tee -q -o {COUNTS} stat -json
write_verilog -noattr {VERILOG}
",
        verilog.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_parameters_are_where_yosys_reads_them() {
        let set = [("DIVF", "7'd47".to_string())];
        let text = script(Family::Ice40, "top", &["a.v".into(), "b.v".into()], &set);
        assert!(text.starts_with("read_verilog a.v b.v\n"), "{text}");
        assert!(text.contains("hierarchy -check -top top -chparam DIVF 7'd47\n"), "{text}");
        assert!(text.contains("synth_ice40 -dsp -top top -run map_ffs: -json netlist.json\n"), "{text}");
    }
}
