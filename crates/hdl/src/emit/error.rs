//! What stands in the way of a design's Verilog.
use rust_hdl::core::check_error::{CheckError, PathedName};
use std::fmt;

/// One construct that is refused, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Instance path, from the top: `engine.lane_3`.
    pub path: String,
    /// What is refused.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// Every problem found, none printed twice.
#[derive(Clone, Debug, thiserror::Error)]
#[error("no Verilog for this design:{}", lines(.problems))]
pub struct EmitError {
    /// By path.
    pub problems: Vec<Problem>,
}

impl EmitError {
    pub(super) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort();
        problems.dedup();
        Self { problems }
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|p| format!("\n  {p}")).collect()
}

/// rust-hdl's own findings. It calls every top `uut` and joins its path with `$`.
pub(super) fn of_rust_hdl(found: &CheckError, top: &str) -> Vec<Problem> {
    let say = |at: &PathedName, what: &str| {
        let below = at.path.trim_start_matches("uut").replace('$', "_");
        let below = below.trim_start_matches('_');
        let dot = if below.is_empty() { "" } else { "." };
        Problem { path: format!("{top}{dot}{below}"), what: format!("`{}` {what}", at.name.replace('$', ".")) }
    };
    match found {
        CheckError::OpenSignal(open) => open.values().map(|at| say(at, "is not driven")).collect(),
        CheckError::LogicLoops(loops) => loops.iter().map(|at| say(at, "is read before it is written")).collect(),
        CheckError::WritesToInputs(writes) => {
            writes.iter().map(|at| say(at, "is an input, and the kernel writes it")).collect()
        }
    }
}
