//! A save file for GTKWave beside a waveform: its signals in groups, one for each block.
use std::fmt::Write;
use std::io::{self, BufRead};
use vcd::{Parser, ScopeItem, Var};

// What GTKWave's save files mean by the flags before a trace.
const OPEN: &str = "@800200";
const OPEN_END: &str = "@1000200";
const CLOSED: &str = "@c00200";
const CLOSED_END: &str = "@1401200";
const BINARY: &str = "@28";
const HEXADECIMAL: &str = "@22";

/// The save file for the waveform `vcd`, which GTKWave finds as `name` beside it: the core's own signals, pins
/// first, and a closed group for each block, with the signals of the blocks within.
///
/// # Errors
/// `vcd` cannot be read, is no VCD, or shows no core.
pub fn save_file(vcd: impl BufRead, name: &str) -> io::Result<String> {
    let header = Parser::new(vcd).parse_header()?;
    let (path, core) = find(&header.items, "")
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("no scope {}", drtp_hdl::TOP)))?;
    let mut out = format!("[dumpfile] \"{name}\"\n[timestart] 0\n");
    let own = core.iter().filter(|item| matches!(item, ScopeItem::Var(_)));
    group(&mut out, "core", (OPEN, OPEN_END), |out| own.for_each(|signal| signals(out, &path, signal)));
    for item in core {
        if let ScopeItem::Scope(block) = item {
            group(&mut out, &block.identifier, (CLOSED, CLOSED_END), |out| signals(out, &path, item));
        }
    }
    Ok(out)
}

/// The core's scope, and its path: Verilator puts one around it.
fn find<'a>(items: &'a [ScopeItem], path: &str) -> Option<(String, &'a [ScopeItem])> {
    items.iter().find_map(|item| {
        let ScopeItem::Scope(scope) = item else { return None };
        let path = below(path, &scope.identifier);
        match scope.identifier == drtp_hdl::TOP {
            true => Some((path, scope.children.as_slice())),
            false => find(&scope.children, &path),
        }
    })
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.into(),
        _ => format!("{path}.{name}"),
    }
}

fn group(out: &mut String, name: &str, (begin, end): (&str, &str), content: impl FnOnce(&mut String)) {
    let _ = writeln!(out, "{begin}\n-{name}");
    content(out);
    let _ = writeln!(out, "{end}\n-{name}");
}

/// A signal, or all of a scope's.
fn signals(out: &mut String, path: &str, item: &ScopeItem) {
    match item {
        ScopeItem::Var(Var { size: 1, reference, .. }) => {
            let _ = writeln!(out, "{BINARY}\n{path}.{reference}");
        }
        ScopeItem::Var(Var { size, reference, .. }) => {
            let _ = writeln!(out, "{HEXADECIMAL}\n{path}.{reference}[{}:0]", size - 1);
        }
        ScopeItem::Scope(scope) => {
            let path = below(path, &scope.identifier);
            scope.children.iter().for_each(|child| signals(out, &path, child));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_has_its_group() {
        let vcd = "$scope module TOP $end $scope module drtp_core $end\n\
            $var wire 1 ! clk $end $var wire 8 \" s_axis_tdata $end\n\
            $scope module lane_0 $end $scope module sum $end $var wire 21 # q $end $upscope $end $upscope $end\n\
            $upscope $end $upscope $end $enddefinitions $end\n#0\n";
        let pins = "@800200\n-core\n@28\nTOP.drtp_core.clk\n@22\nTOP.drtp_core.s_axis_tdata[7:0]\n@1000200\n-core\n";
        let lane = "@c00200\n-lane_0\n@22\nTOP.drtp_core.lane_0.sum.q[20:0]\n@1401200\n-lane_0\n";
        let expected = format!("[dumpfile] \"x.vcd\"\n[timestart] 0\n{pins}{lane}");
        assert_eq!(save_file(vcd.as_bytes(), "x.vcd").unwrap(), expected);
    }
    #[test]
    fn what_is_no_waveform_of_a_core_is_refused() {
        let other = "$scope module x $end $upscope $end $enddefinitions $end\n";
        assert_eq!(save_file(other.as_bytes(), "x.vcd").unwrap_err().to_string(), "no scope drtp_core");
        for vcd in ["", "nonsense", "$scope module drtp_core $end"] {
            assert!(save_file(vcd.as_bytes(), "x.vcd").is_err(), "{vcd}");
        }
    }
}
