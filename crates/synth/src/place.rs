//! Place and route, and the packer: from a netlist to a bitstream, one seed at a time.
use crate::board::{Board, Family};
use crate::error::{at, report, SynthError};
use crate::process;
use crate::report::Report;
use crate::tools::Tools;
use std::fs;
use std::path::{Path, PathBuf};

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
    if !part.speed.is_empty() {
        arguments.extend([more[1].into(), part.speed.clone()]);
    }
    let mut command = tools.yowasp(package, tool, &arguments);
    process::run(&mut command, "nextpnr", folder, &names.log)?;
    Report::read(&folder.join(&names.report))
}

/// Name of the constraints' file in the folder of a run.
pub fn pins(board: &Board) -> String {
    format!("{}.{}", board.name.name(), board.name.pins().0)
}

/// Packs what `seed` gave: the bitstream, and its size.
pub fn pack(tools: &Tools, board: &Board, folder: &Path, seed: u64) -> Result<(PathBuf, u64), SynthError> {
    let names = Names::of(board, seed);
    let bitstream = format!("{}.{}", board.name.name(), if board.family == Family::Ecp5 { "bit" } else { "bin" });
    let (package, tool, name, arguments) = match board.family {
        // compressed, and read fast from the flash
        Family::Ecp5 => {
            let options = ["--compress", "--freq", "62.0", &names.config, &bitstream];
            ("ecp5", "ecppack", "ecppack", options.map(String::from).to_vec())
        }
        Family::Ice40 => ("ice40", "icepack", "icepack", vec![names.config.clone(), bitstream.clone()]),
    };
    let path = folder.join(&bitstream);
    // an old one must not pass for this one
    if path.exists() {
        fs::remove_file(&path).map_err(at(&path))?;
    }
    process::run(&mut tools.yowasp(package, tool, &arguments), name, folder, name)?;
    match fs::metadata(&path).map_err(at(&path))?.len() {
        0 => Err(report(&path, "is empty")),
        size => Ok((path, size)),
    }
}
