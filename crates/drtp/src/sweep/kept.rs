//! What an earlier sweep left: its lines are kept if they are of this sweep, and nothing else is touched.
use super::run::{Object, Run};
use super::SweepError;
use std::collections::BTreeMap;

/// Lines of a file of results.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// By key.
    pub(super) lines: BTreeMap<String, Object>,
    /// Bytes of whole lines. What follows is half a line of a sweep that was stopped while it wrote: to be cut off.
    pub whole: usize,
}

impl Kept {
    /// Reads the bytes of `file`, which is to hold lines of `runs` alone.
    pub(super) fn read(runs: &[Run], file: &str, bytes: &[u8]) -> Result<Self, SweepError> {
        // a file that ends without a line break may be anything: only what begins like a line of ours is cut off
        let (lines, ours) = drtp_files::whole_lines(bytes, "{\"key\":\"");
        let by_key: BTreeMap<&str, &Run> = runs.iter().map(|r| (r.key(), r)).collect();
        let mut kept = Self { whole: lines.len(), ..Self::default() };
        let foreign = |line: usize, reason: String| SweepError::Foreign { file: file.into(), line, reason };
        let mut count = 0;
        for line in lines.split_inclusive(|b| *b == b'\n') {
            count += 1;
            let object: Object =
                serde_json::from_slice(line).map_err(|_| foreign(count, "not a line of a sweep".into()))?;
            let key = object.get("key").and_then(|k| k.as_str()).unwrap_or_default().to_string();
            if let Some(reason) = refusal(runs, by_key.get(key.as_str()).copied(), &object) {
                return Err(foreign(count, reason));
            }
            kept.lines.insert(key, object);
        }
        if !ours {
            return Err(foreign(count + 1, "not a line of a sweep".into()));
        }
        Ok(kept)
    }
}

/// Why a line is not one of the runs'.
fn refusal(runs: &[Run], own: Option<&Run>, line: &Object) -> Option<String> {
    let differing = |run: &Run| -> Vec<(String, serde_json::Value)> {
        run.head().into_iter().filter(|(name, value)| line.get(name) != Some(value)).collect()
    };
    let found = match own {
        Some(run) => differing(run),
        // of the runs that it might have been, the one that it is most like
        None => runs.iter().map(differing).min_by_key(|d| d.len()).unwrap_or_default(),
    };
    // a key differs because of what else does
    let named = found.iter().find(|(name, _)| name != "key").or(found.first());
    match named {
        Some((name, here)) => {
            let there = line.get(name).map_or("missing".into(), ToString::to_string);
            Some(format!("a line of another sweep: {name} is {there}, not {here}"))
        }
        None if line.get("accuracy").and_then(|a| a.as_f64()).is_none() => Some("a line without accuracy".into()),
        None => None,
    }
}
