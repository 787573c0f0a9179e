//! Sweeps of the integer side: a file says which settings, every combination of them is trained on the fast engine.
//!
//! A run is named by a key that follows from its settings and its data, so that a sweep which was stopped goes on where
//! it was, and so that runs can be done anywhere, in any order. No file is written here: lines are handed over.
//!
//! ```text
//! grid     the file, and its combinations       kept     what an earlier sweep left
//! source   what is learned and measured on      pool     all cores
//! run      one combination and its line         summary  groups over seeds
//! ```
mod error;
mod grid;
mod kept;
mod pool;
mod run;
mod source;
mod summary;

pub use error::SweepError;
pub use grid::Key;
pub use kept::Kept;
pub use run::{Run, TIMING};
pub use source::{Sets, Source};
pub use summary::{Group, Summary};

use drtp_core::Draft;
use grid::{words, Grid, Point};
use std::collections::BTreeMap;

/// A sweep that has been checked.
///
/// ```
/// use drtp::sweep::{Source, Sweep};
/// let grid = "title = 'sizes'\n[grid]\nhidden = [[4], [8]]\nepochs = [1]\nseed = [1, 2]\n";
/// let sweep = Sweep::new("sizes.toml", grid, Source::load(None, 0)?)?;
/// assert_eq!(sweep.runs().len(), 4);
/// # Ok::<(), drtp::sweep::SweepError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sweep {
    file: String,
    title: String,
    source: Source,
    runs: Vec<Run>,
}

impl Sweep {
    /// Reads a grid file's text and checks every run; `file` is what messages call it.
    ///
    /// # Errors
    /// What is wrong with the file; all combinations that are no configuration, before any of them is trained.
    pub fn new(file: &str, text: &str, source: Source) -> Result<Self, SweepError> {
        let grid = Grid::parse(file, text)?;
        let mut base = Draft::parse_part(file, text, "base")?;
        for path in ["network.inputs", "network.layer"] {
            base.forbid(path, "sizes come from the data and the key hidden, the rest from hidden_shift and the like");
        }
        base.forbid("seeds", "the key seed");
        let points = grid.points();
        let there = source.about.inputs;
        if let Some(wanted) = grid.inputs.filter(|n| *n != there) {
            let data = &source.about.data;
            let reason = format!("for samples of {wanted} values; those of {data} have {there} (--data FOLDER)");
            return Err(SweepError::Key { file: file.into(), key: "inputs".into(), reason });
        }
        let mut runs = vec![];
        let mut refused = Refused::default();
        for (n, point) in points.iter().enumerate() {
            match Run::new(&base, point, &source.about) {
                Ok(run) => runs.push(run),
                Err(e) => refused.add(n, e),
            }
        }
        if refused.runs > 0 {
            return Err(refused.error(file, &points));
        }
        let mut seen = BTreeMap::new();
        for (n, run) in runs.iter().enumerate() {
            if let Some(first) = seen.insert(run.key(), n) {
                let reason = format!("runs {} and {} are the same: {}", first + 1, n + 1, words(&points[n]));
                return Err(SweepError::Key { file: file.into(), key: "grid".into(), reason });
            }
        }
        Ok(Self { file: file.into(), title: grid.title, source, runs })
    }
    /// The file's title.
    pub fn title(&self) -> &str {
        &self.title
    }
    /// The data.
    pub fn source(&self) -> &Source {
        &self.source
    }
    /// Every run, in the order of the grid.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
    /// The runs with these keys, in the order of the grid; all of them for no key.
    ///
    /// # Errors
    /// A key of no run.
    pub fn chosen(&self, keys: &[String]) -> Result<Vec<&Run>, SweepError> {
        if let Some(key) = keys.iter().find(|k| !self.runs.iter().any(|r| r.key() == **k)) {
            return Err(SweepError::UnknownRun { file: self.file.clone(), key: key.clone() });
        }
        Ok(self.runs.iter().filter(|r| keys.is_empty() || keys.iter().any(|k| k == r.key())).collect())
    }
    /// What an earlier sweep left in `file`, of which these are the bytes.
    ///
    /// # Errors
    /// A line of another sweep, of other data, of another version of drtp, or of anything else.
    pub fn kept(&self, file: &str, bytes: &[u8]) -> Result<Kept, SweepError> {
        Kept::read(&self.runs, file, bytes)
    }
    /// Those of `runs` that were not kept.
    pub fn missing<'a>(&self, runs: &[&'a Run], kept: &Kept) -> Vec<&'a Run> {
        runs.iter().filter(|r| !kept.lines.contains_key(r.key())).copied().collect()
    }
    /// About how much work `runs` are, in the unit of [`Sweep::train`]'s progress.
    pub fn effort(&self, runs: &[&Run]) -> u64 {
        runs.iter().map(|r| r.effort(&self.source.about)).sum()
    }
    /// Trains `runs` on `jobs` threads and adds their lines to `kept`. Each is given to `write` first, on this thread
    /// and with its line break, in the order in which they end; `progress` is told, from any thread, how much work was
    /// done.
    ///
    /// # Errors
    /// The first of `write`. Lines that were written before stay.
    pub fn train<E>(
        &self,
        runs: &[&Run],
        jobs: usize,
        kept: &mut Kept,
        progress: &(dyn Fn(u64) + Sync),
        write: &mut dyn FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        pool::train_all(runs, &self.source, jobs, progress, &mut |line| {
            let key = line["key"].as_str().unwrap_or_default().to_string();
            let line = serde_json::Value::Object(line);
            write(&format!("{line}\n"))?;
            if let serde_json::Value::Object(line) = line {
                kept.lines.insert(key, line);
            }
            Ok(())
        })
    }
    /// Those of `runs` that are done, grouped by all but their seeds.
    pub fn summary(&self, runs: &[&Run], kept: &Kept) -> Summary {
        Summary::of(runs, &kept.lines)
    }
}

/// Combinations that are no configuration: what is wrong, and with which.
#[derive(Default)]
struct Refused {
    runs: usize,
    by_problem: Vec<(String, Vec<usize>)>,
}

impl Refused {
    fn add(&mut self, run: usize, errors: drtp_core::ConfigErrors) {
        self.runs += 1;
        for p in &errors.problems {
            let line = p.line.map_or(String::new(), |line| format!("line {line}: "));
            let said = format!("{line}{p}");
            match self.by_problem.iter_mut().find(|known| known.0 == said) {
                Some((_, runs)) => runs.push(run),
                None => self.by_problem.push((said, vec![run])),
            }
        }
    }
    fn error(self, file: &str, points: &[Point]) -> SweepError {
        let mut lines = vec![];
        for (problem, runs) in self.by_problem {
            lines.push(format!("  {problem}"));
            match runs.len() == points.len() {
                true => lines.push("    in every run".into()),
                false => lines.extend(runs.iter().map(|n| format!("    run {}: {}", n + 1, words(&points[*n])))),
            }
        }
        SweepError::Points { file: file.into(), refused: self.runs, all: points.len(), reasons: lines.join("\n") }
    }
}

#[cfg(test)]
mod tests;
