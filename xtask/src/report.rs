//! How steps and results are printed.
use crate::steps::Step;
use crate::tools::{Tool, Toolbox};
use comfy_table::{presets, Table};
use std::time::Duration;

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed {
        /// What it counted, if it counts: `23 passed, 0 failed`.
        count: Option<String>,
        /// What was left out of it, if anything.
        without: Option<String>,
    },
    Failed(String),
    Skipped(String),
}

/// One step that was run or skipped.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: &'static str,
    pub guards: &'static str,
    pub outcome: Outcome,
    pub time: Duration,
}

impl Outcome {
    /// Passed, and no more to say.
    #[cfg(test)]
    pub const OK: Self = Self::Passed { count: None, without: None };

    /// `ok`, `FAILED` or `SKIPPED`, with the reason.
    pub fn text(&self) -> String {
        match self {
            Self::Passed { without: None, .. } => self.word(),
            Self::Passed { without: Some(without), .. } => format!("{} ({without})", self.word()),
            Self::Failed(why) => format!("FAILED ({why})"),
            Self::Skipped(why) => format!("SKIPPED ({why})"),
        }
    }
    /// The same without reasons.
    fn word(&self) -> String {
        match self {
            Self::Passed { count, without } => {
                let ok = if without.is_some() { "ok in part" } else { "ok" };
                count.as_ref().map_or(ok.into(), |count| format!("{ok}: {count}"))
            }
            Self::Failed(_) => "FAILED".into(),
            Self::Skipped(_) => "SKIPPED".into(),
        }
    }
}

/// Tools that are not there, with the commands that install them.
pub fn how_to_get(missing: &[Tool]) -> String {
    let each: Vec<String> = missing.iter().map(|t| format!("without {}: {}", t.name(), t.how_to_install())).collect();
    each.join("; ")
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

/// Every step with its commands.
pub fn list(steps: &[Step]) -> String {
    let mut text = String::new();
    for s in steps {
        text += &format!("{}: {}\n", s.name, s.guards);
        let tools: Vec<&str> = s.needs.iter().chain(s.wants).map(|t| t.name()).collect();
        if !tools.is_empty() {
            text += &format!("    with {}\n", tools.join(", "));
        }
        for job in &s.jobs {
            text += &format!("    {job}\n");
        }
    }
    text
}

/// The table at the end.
pub fn summary(rows: &[Row]) -> String {
    let row = |r: &Row| [r.name.into(), r.outcome.word(), time(r.time), r.guards.into()];
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

    fn row(outcome: Outcome) -> Row {
        Row { name: "lint", guards: "no warnings", outcome, time: Duration::from_millis(1234) }
    }

    #[test]
    fn last_line_counts_every_outcome() {
        let (failed, skipped) = (Outcome::Failed("no".into()), Outcome::Skipped("no".into()));
        let in_part = Outcome::Passed { count: None, without: Some("less".into()) };
        let rows = [Outcome::OK, failed, skipped, in_part].map(row);
        assert_eq!(count(&rows), "2 passed, 1 failed, 1 skipped");
        assert_eq!(count(&[]), "0 passed, 0 failed, 0 skipped");
    }
    #[test]
    fn summary_names_step_result_time_and_purpose() {
        let text = summary(&[row(Outcome::Failed("why".into()))]);
        let words: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(words, ["lint", "FAILED", "1.2", "s", "no", "warnings"]);
    }
    #[test]
    fn a_count_is_shown_on_both_lines() {
        let counted = |without: Option<&str>| Outcome::Passed {
            count: Some("23 passed, 0 failed".into()),
            without: without.map(Into::into),
        };
        assert_eq!(counted(None).text(), "ok: 23 passed, 0 failed");
        assert_eq!(counted(Some("no z3")).text(), "ok in part: 23 passed, 0 failed (no z3)");
        assert!(summary(&[row(counted(None))]).contains("ok: 23 passed, 0 failed"));
    }
    #[test]
    fn a_missing_tool_is_named_with_its_command() {
        assert_eq!(how_to_get(&[Tool::Verilator]), "without verilator: apt-get install verilator");
    }
    #[test]
    fn long_times_are_minutes() {
        assert_eq!(time(Duration::from_secs(605)), "10 min 05 s");
        assert_eq!(time(Duration::from_millis(119_940)), "119.9 s");
    }
}
