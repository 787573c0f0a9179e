//! A program of other people that drtp starts, or a file of theirs that it reads.
use std::path::PathBuf;

/// What is known of one on this machine. Whoever starts it says so: it is looked for in one way only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// What it is called.
    pub name: &'static str,
    /// What is started or read: a path, or a name that the PATH leads to; none where it is not there.
    pub place: Option<PathBuf>,
    /// What it says of its version, if anything.
    pub version: Option<String>,
    /// The version that will do.
    pub wanted: String,
    /// Why it will not do; none if it will.
    pub problem: Option<String>,
    /// Whether drtp does without it, and leaves out what it would add.
    pub optional: bool,
    /// The command that installs it.
    pub install: &'static str,
}
