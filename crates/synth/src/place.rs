//! Place and route, and the packer: from a netlist to a bitstream, one seed at a time.
use crate::board::{Board, Family};
use crate::error::{at, report, SynthError};
use crate::process;
use crate::report::Report;
use crate::script::JSON;
use crate::tools::Tools;
use std::fs;
use std::path::{Path, PathBuf};

/// What nextpnr says if it could not place all cells of a part that is nearly full; another seed may.
const NO_PLACE: &str = "Unable to find legal placement";

/// Names of the files of one seed.
struct Names {
    config: String,
    report: String,
    log: String,
}

impl Names {
    fn of(board: &Board, seed: u64) -> Self {
        let suffix = match board.family {
            Family::Ecp5 => "config",
            Family::Ice40 => "asc",
        };
        Self {
            config: format!("seed_{seed}.{suffix}"),
            report: format!("seed_{seed}.report.json"),
            log: format!("seed_{seed}"),
        }
    }
}

/// Places and routes `netlist` in `folder` with `seed`.
pub fn place(
    tools: &Tools,
    board: &Board,
    netlist: &str,
    folder: &Path,
    seed: u64,
    mhz: f64,
) -> Result<Report, SynthError> {
    let names = Names::of(board, seed);
    let (suffix, _) = board.name.pins();
    let part = &board.part;
    let mut arguments: Vec<String> = vec![
        format!("--{}", part.device),
        "--package".into(),
        part.package.clone(),
        "--json".into(),
        netlist.into(),
        format!("--{suffix}"),
        pins(board),
        "--report".into(),
        names.report.clone(),
        "--seed".into(),
        seed.to_string(),
        "--freq".into(),
        mhz.to_string(),
        // a clock that is missed is a result, and not a failure
        "--timing-allow-fail".into(),
    ];
    let (package, tool, more) = match board.family {
        Family::Ecp5 => ("ecp5", "nextpnr_ecp5", ["--textcfg", "--speed"]),
        Family::Ice40 => ("ice40", "nextpnr_ice40", ["--asc", ""]),
    };
    arguments.extend([more[0].into(), names.config.clone()]);
    if board.family == Family::Ecp5 {
        // short ways between registers rather than short ways on the whole; a part that is nearly full has no room for it
        arguments.extend(["--placer", "static", "--tmg-ripup"].map(String::from));
    } else {
        // on a part that is nearly full a seed soon finds a place for each cell, or not at all
        arguments.extend(["--placer-heap-cell-placement-timeout", "64"].map(String::from));
    }
    if !part.speed.is_empty() {
        arguments.extend([more[1].into(), part.speed.clone()]);
    }
    let mut command = tools.yowasp(package, tool, &arguments);
    process::run(&mut command, "nextpnr", folder, &names.log).map_err(|e| {
        let log = fs::read_to_string(process::log(folder, &names.log)).unwrap_or_default();
        match excess(&log) {
            Some(excess) => SynthError::TooLarge { part: part.name.clone(), excess },
            None if log.contains(NO_PLACE) => SynthError::NoPlace { seed, log: process::log(folder, &names.log) },
            None => e,
        }
    })?;
    Report::read(&folder.join(&names.report))
}

/// Logic cells that nextpnr packs the netlist in `folder` into, LUTs of carry chains among them. Nothing is placed: the core
/// alone has more ports than any part has pins.
///
/// # Errors
/// nextpnr's, with its log.
pub fn packed_cells(tools: &Tools, family: Family, folder: &Path) -> Result<u64, SynthError> {
    const REPORT: &str = "packed.report.json";
    let (package, tool, part) = match family {
        Family::Ecp5 => ("ecp5", "nextpnr_ecp5", ["--85k", "--package", "CABGA381"]),
        Family::Ice40 => ("ice40", "nextpnr_ice40", ["--up5k", "--package", "sg48"]),
    };
    let arguments = part.into_iter().chain(["--pack-only", "--json", JSON, "--report", REPORT]).map(String::from);
    process::run(&mut tools.yowasp(package, tool, &arguments.collect::<Vec<_>>()), "nextpnr", folder, "packed")?;
    let path = folder.join(REPORT);
    let (_, cells) = Report::read_packed(&path)?.logic_cells().ok_or_else(|| report(&path, "names no logic cells"))?;
    Ok(cells.used)
}

/// What the part has too little of, by nextpnr's log: `Info: ICESTORM_LC:  6417/  5280  121%`.
fn excess(log: &str) -> Option<String> {
    let over = log.lines().filter_map(|line| {
        let (kind, counts) = line.strip_prefix("Info:")?.split_once(':')?;
        let (used, rest) = counts.split_once('/')?;
        let used: u64 = used.trim().parse().ok()?;
        let there: u64 = rest.split_whitespace().next()?.parse().ok()?;
        (used > there).then(|| format!("{used} {} of {there}", kind.trim()))
    });
    let all: Vec<String> = over.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Name of the constraints' file in the folder of a run.
pub fn pins(board: &Board) -> String {
    format!("{}.{}", board.name.name(), board.name.pins().0)
}

/// Packs what `seed` gave: the bitstream, and its size.
pub fn pack(tools: &Tools, board: &Board, folder: &Path, seed: u64) -> Result<(PathBuf, u64), SynthError> {
    let names = Names::of(board, seed);
    let bitstream = format!("{}.{}", board.name.name(), if board.family == Family::Ecp5 { "bit" } else { "bin" });
    // moved into its place when it is whole
    let partial = format!("partial-{bitstream}");
    let (package, tool, name, arguments) = match board.family {
        // compressed, and read fast from the flash
        Family::Ecp5 => {
            let options = ["--compress", "--freq", "62.0", &names.config, &partial];
            ("ecp5", "ecppack", "ecppack", options.map(String::from).to_vec())
        }
        Family::Ice40 => ("ice40", "icepack", "icepack", vec![names.config.clone(), partial.clone()]),
    };
    let (path, partial) = (folder.join(&bitstream), folder.join(&partial));
    // an old one must not pass for this one
    for old in [&path, &partial] {
        if old.exists() {
            fs::remove_file(old).map_err(at(old))?;
        }
    }
    process::run(&mut tools.yowasp(package, tool, &arguments), name, folder, name)?;
    match fs::metadata(&partial).map_err(at(&partial))?.len() {
        0 => Err(report(&partial, "is empty")),
        size => fs::rename(&partial, &path).map_err(at(&path)).map(|()| (path, size)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_read_from_the_log() {
        let log = "Info: Device utilisation:\nInfo: \t         ICESTORM_LC:  6417/  5280   121%\n\
            Info: \t        ICESTORM_RAM:    17/    30    56%\nERROR: Failed\n";
        assert_eq!(excess(log).unwrap(), "6417 ICESTORM_LC of 5280");
        assert_eq!(excess("Info: constrained 'clk_12mhz' to bel 'X12/Y31/io1'\nInfo: a/b: 1/2\n"), None);
    }
}
