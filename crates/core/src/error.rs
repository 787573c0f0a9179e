//! What is wrong with a configuration: every problem at once, each with its place and what would be accepted.
use std::fmt;

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, as in the file: `network.layer[0].wf`.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
    /// What would be accepted; empty where the message says it.
    pub accepted: String,
    /// Line of the file, from 1; none where the value came from elsewhere.
    pub line: Option<usize>,
}

impl Problem {
    /// A problem at `path`, not yet tied to a line.
    pub fn new(path: impl Into<String>, message: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), accepted: accepted.into(), line: None }
    }
    /// Refuses `value` outside `range`.
    pub fn range(path: &str, value: i64, range: std::ops::RangeInclusive<i64>) -> Option<Self> {
        (!range.contains(&value)).then(|| {
            Self::new(path, format!("{value} is out of range"), format!("{} to {}", range.start(), range.end()))
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.message)?;
        if !self.accepted.is_empty() {
            write!(f, " (accepted: {})", self.accepted)?;
        }
        Ok(())
    }
}

/// Every problem of a configuration; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors {
    /// Name of the file, where there is one.
    pub source_name: Option<String>,
    /// The problems, in the order in which they were found.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = self.source_name.as_deref().unwrap_or("configuration");
        for (n, p) in self.problems.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            match p.line {
                Some(line) => write!(f, "{name}:{line}: {p}")?,
                None => write!(f, "{name}: {p}")?,
            }
        }
        Ok(())
    }
}
