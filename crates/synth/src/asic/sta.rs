//! OpenSTA: the longest path between registers of a mapped netlist.
use super::NETLIST;
use crate::error::{at, report, SynthError};
use crate::process;
use drtp_files::Program;
use drtp_hdl::TOP;
use std::fs;
use std::path::Path;
use std::process::Command;

const NAME: &str = "sta";
const SCRIPT: &str = "sta.tcl";
const LOG: &str = "sta";
/// A period that no path exceeds; what is left of it is the slack.
const PERIOD: f64 = 1000.0;

/// Nanoseconds from clock edge to clock edge that the slowest path in `folder` needs; none if OpenSTA is not there.
/// Memories are black boxes: a path ends where it enters one.
///
/// # Errors
/// OpenSTA prints plausible numbers behind a line that begins with `Error`: any such line is one.
pub fn longest_path_ns(folder: &Path) -> Result<Option<f64>, SynthError> {
    if version().is_err() {
        return Ok(None);
    }
    let script = folder.join(SCRIPT);
    let text = format!(
        "read_liberty cells.lib\nread_verilog {NETLIST}\nlink_design {TOP}\n\
        create_clock -name clk -period {PERIOD} [get_ports clk]\nreport_worst_slack\nexit\n"
    );
    fs::write(&script, text).map_err(at(&script))?;
    process::run(Command::new(NAME).args(["-exit", SCRIPT]), "OpenSTA", folder, LOG)?;
    let log = process::log(folder, LOG);
    let said = fs::read_to_string(&log).map_err(at(&log))?;
    if said.lines().any(|l| l.starts_with("Error")) {
        return Err(process::failed("OpenSTA", log));
    }
    slack(&said).map(|slack| Some(PERIOD - slack)).ok_or_else(|| report(&log, "no line `worst slack NUMBER`"))
}

/// What OpenSTA says of its version.
fn version() -> std::io::Result<String> {
    let out = Command::new(NAME).arg("-version").output()?;
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_string())
}

/// OpenSTA on this machine.
pub fn program() -> Program {
    let version = version();
    Program {
        name: "opensta",
        place: version.is_ok().then(|| NAME.into()),
        problem: version.as_ref().err().map(|e| format!("{NAME} was not found in PATH ({e})")),
        version: version.ok().filter(|v| !v.is_empty()),
        wanted: "any".into(),
        optional: true,
        install: "apt-get install opensta",
    }
}

fn slack(text: &str) -> Option<f64> {
    let line = text.lines().find(|l| l.trim_start().starts_with("worst slack"))?;
    line.split_whitespace().last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slack_is_read() {
        assert_eq!(slack("Warning: x\nworst slack 995.47\n"), Some(995.47));
        assert_eq!(slack("worst slack\n"), None);
    }
}
