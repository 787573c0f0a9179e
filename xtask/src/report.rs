//! How steps and results are printed.
use crate::plan::Promise;
use crate::steps::{Step, Tier, Work};
use crate::tools::Toolbox;
use comfy_table::{presets, Table};
use serde_json::{json, Value};
use std::time::Duration;

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed {
        /// Tests that passed, if it has some.
        tests: Option<usize>,
        /// What was left out of it, if anything: tests that did nothing without a tool.
        without: Vec<String>,
    },
    Failed(String),
    Skipped(String),
}

/// One step that was run or skipped.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: String,
    pub guards: String,
    pub outcome: Outcome,
    pub time: Duration,
}

impl Outcome {
    /// Passed, and no more to say.
    pub const OK: Self = Self::Passed { tests: None, without: vec![] };

    /// `ok`, `FAILED` or `SKIPPED`, with the reason.
    pub fn text(&self) -> String {
        match self {
            Self::Passed { without, .. } if without.is_empty() => self.word(),
            Self::Passed { without, .. } => format!("{} ({})", self.word(), without.join("; ")),
            Self::Failed(why) => format!("FAILED ({why})"),
            Self::Skipped(why) => format!("SKIPPED ({why})"),
        }
    }
    /// The same without reasons.
    fn word(&self) -> String {
        match self {
            Self::Passed { tests, without } => {
                let ok = if without.is_empty() { "ok" } else { "ok in part" };
                tests.map_or(ok.into(), |n| format!("{ok}: {n} tests"))
            }
            Self::Failed(_) => "FAILED".into(),
            Self::Skipped(_) => "SKIPPED".into(),
        }
    }
}

/// Seconds below two minutes, else minutes.
pub fn time(t: Duration) -> String {
    match t.as_secs() {
        0..120 => format!("{:.1} s", t.as_secs_f64()),
        s => format!("{} min {:02} s", s / 60, s % 60),
    }
}

fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(header);
    table.add_rows(rows);
    // comfy-table pads every cell, the last one too
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Versions found and expected.
pub fn versions(tools: &Toolbox) -> String {
    table(["tool", "found", "expected", ""], tools.rows())
}

fn tier(step: &Step) -> &'static str {
    match step.tier {
        Tier::Short => "short",
        Tier::Long => "long",
    }
}

/// The promises that a step serves, by their names.
fn rows_of<'a>(step: &Step, plan: &'a [Promise]) -> Vec<&'a str> {
    let is_it = |check: &String| check.split("::").next() == Some(&step.name);
    plan.iter().filter(|p| p.short.iter().chain(&p.long).any(is_it)).map(|p| p.id.as_str()).collect()
}

fn commands(step: &Step) -> Vec<String> {
    match &step.work {
        Work::Commands(jobs) => jobs.iter().map(ToString::to_string).collect(),
        _ => vec![crate::steps::tests(step.filter().as_deref(), false, 1).to_string()],
    }
}

/// Every step with its commands.
pub fn list(steps: &[Step], plan: &[Promise]) -> String {
    let mut text = String::new();
    for s in steps {
        text += &format!("{} ({}): {}\n", s.name, tier(s), s.guards);
        let rows = rows_of(s, plan);
        if !rows.is_empty() {
            text += &format!("    promises: {}\n", rows.join(", "));
        }
        for command in commands(s) {
            text += &format!("    {command}\n");
        }
    }
    text
}

/// The same for programs.
pub fn list_json(steps: &[Step], plan: &[Promise]) -> Value {
    let of = |s: &Step| json!({ "name": s.name, "tier": tier(s), "guards": s.guards, "rows": rows_of(s, plan), "commands": commands(s) });
    let row = |p: &Promise| json!({ "id": p.id, "promise": p.text, "short": p.short, "long": p.long });
    json!({ "steps": steps.iter().map(of).collect::<Vec<_>>(), "rows": plan.iter().map(row).collect::<Vec<_>>() })
}

/// The table at the end, what took longest first.
pub fn summary(rows: &[Row]) -> String {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.time));
    let row = |r: &&Row| [r.name.clone(), r.outcome.word(), time(r.time), r.guards.clone()];
    table(["step", "result", "time", "guards"], rows.iter().map(row))
}

/// The last line. Its form is fixed: programs look for it.
pub fn count(rows: &[Row]) -> String {
    let of = |is: fn(&Outcome) -> bool| rows.iter().filter(|r| is(&r.outcome)).count();
    format!(
        "{} passed, {} failed, {} skipped",
        of(|o| matches!(o, Outcome::Passed { .. })),
        of(|o| matches!(o, Outcome::Failed(_))),
        of(|o| matches!(o, Outcome::Skipped(_)))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, seconds: u64, outcome: Outcome) -> Row {
        Row { name: name.into(), guards: "no warnings".into(), outcome, time: Duration::from_secs(seconds) }
    }

    #[test]
    fn last_line_counts_every_outcome() {
        let (failed, skipped) = (Outcome::Failed("no".into()), Outcome::Skipped("no".into()));
        let in_part = Outcome::Passed { tests: Some(3), without: vec!["less".into()] };
        let rows = [Outcome::OK, failed, skipped, in_part].map(|o| row("a", 1, o));
        assert_eq!(count(&rows), "2 passed, 1 failed, 1 skipped");
        assert_eq!(count(&[]), "0 passed, 0 failed, 0 skipped");
    }
    #[test]
    fn summary_is_sorted_by_time() {
        let text = summary(&[row("quick", 1, Outcome::OK), row("slow", 605, Outcome::Failed("why".into()))]);
        let words: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(words, ["slow", "FAILED", "10", "min", "05", "s", "no", "warnings"]);
        assert!(text.lines().nth(2).unwrap().contains("quick"));
    }
    #[test]
    fn what_was_left_out_is_told() {
        let passed = |without: &[&str]| Outcome::Passed {
            tests: Some(23),
            without: without.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(passed(&[]).text(), "ok: 23 tests");
        assert_eq!(passed(&["no z3"]).text(), "ok in part: 23 tests (no z3)");
    }
}
