//! Results of runs that differ by their seeds alone, taken together.
use super::grid::Key;
use super::run::{Object, Run};
use drtp_reference::Spread;
use std::collections::BTreeMap;

/// Runs that differ by their seeds alone.
#[derive(Clone, Debug)]
pub struct Group {
    /// Inputs and sizes in one word.
    pub network: String,
    /// Their values of [`Summary::varied`], in that order.
    pub settings: Vec<serde_json::Value>,
    /// Their seeds.
    pub seeds: Vec<u64>,
    /// Share of samples that they classify right, behind the last epoch.
    pub accuracy: Spread,
    /// Share of the learned samples that owed an update, mean.
    pub update_share: f64,
}

/// A run and its line.
type Member<'a> = (&'a Run, &'a Object);

/// All groups, the best first.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What differs between groups.
    pub varied: Vec<Key>,
    /// The groups.
    pub groups: Vec<Group>,
}

impl Summary {
    /// Of those of `runs` that have a line.
    pub(super) fn of(runs: &[&Run], lines: &BTreeMap<String, Object>) -> Self {
        let differs = |key: &Key| runs.windows(2).any(|r| r[0].setting(*key) != r[1].setting(*key));
        let varied: Vec<Key> = Key::ALL.into_iter().filter(|k| *k != Key::Seed).filter(differs).collect();
        let mut groups: Vec<(Vec<serde_json::Value>, Vec<Member>)> = vec![];
        for &run in runs {
            let Some(line) = lines.get(run.key()) else { continue };
            let settings: Vec<_> = varied.iter().map(|k| run.setting(*k).clone()).collect();
            match groups.iter_mut().find(|g| g.0 == settings) {
                Some((_, members)) => members.push((run, line)),
                None => groups.push((settings, vec![(run, line)])),
            }
        }
        let mut groups: Vec<Group> = groups.into_iter().filter_map(|(settings, m)| group(settings, &m)).collect();
        // of equals, the first in the grid stays first
        groups.sort_by(|a, b| b.accuracy.mean.total_cmp(&a.accuracy.mean));
        Self { varied, groups }
    }
}

fn group(settings: Vec<serde_json::Value>, members: &[Member]) -> Option<Group> {
    let of = |name: &str| -> Vec<f64> { members.iter().filter_map(|(_, line)| line.get(name)?.as_f64()).collect() };
    Some(Group {
        network: members.first()?.0.config().network().topology(),
        settings,
        seeds: members.iter().map(|(run, _)| run.seed()).collect(),
        accuracy: Spread::of(&of("accuracy"))?,
        update_share: Spread::of(&of("update_share"))?.mean,
    })
}
