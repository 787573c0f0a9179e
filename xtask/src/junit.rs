//! What a run of nextest says of each test, and the same form for all steps: JUnit XML, which any CI reads.
use crate::error::{at, XtaskError};
use crate::report::{Outcome, Row};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// One test that ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// `package::binary`.
    pub binary: String,
    pub name: String,
    pub time: Duration,
    pub failed: bool,
    /// Why it did nothing: a tool that is missing.
    pub skipped: Option<String>,
}

/// The tests of a report.
///
/// # Errors
/// It cannot be read.
pub fn read(file: &Path) -> Result<Vec<Case>, XtaskError> {
    let text = fs::read_to_string(file).map_err(at(file))?;
    parse(&text).map_err(|reason| XtaskError::Malformed { path: file.into(), reason })
}

fn parse(text: &str) -> Result<Vec<Case>, String> {
    let document = roxmltree::Document::parse(text).map_err(|e| e.to_string())?;
    let cases = document.descendants().filter(|n| n.has_tag_name("testcase"));
    cases
        .map(|case| {
            let of = |key: &str| case.attribute(key).ok_or_else(|| format!("a test case without {key}"));
            let seconds: f64 = of("time")?.parse().map_err(|_| format!("time: {:?}", case.attribute("time")))?;
            let said = case.children().filter(|n| n.has_tag_name("system-out")).filter_map(|n| n.text());
            let skipped = said.flat_map(str::lines).find_map(|l| l.trim().strip_prefix("skipped: "));
            Ok(Case {
                binary: of("classname")?.into(),
                name: of("name")?.into(),
                time: Duration::from_secs_f64(seconds.max(0.0)),
                failed: case.children().any(|n| n.has_tag_name("failure") || n.has_tag_name("error")),
                skipped: skipped.map(String::from),
            })
        })
        .collect()
}

/// The steps that are no tests, added to the report of the tests, or in a report of their own.
pub fn with_steps(tests: Option<&str>, rows: &[Row]) -> String {
    let mut suite = format!("    <testsuite name=\"cargo xtask verify\" tests=\"{}\">\n", rows.len());
    for row in rows {
        let (name, time) = (escaped(&row.name), row.time.as_secs_f64());
        // writing to a String cannot fail
        let _ = write!(suite, "        <testcase name=\"{name}\" classname=\"step\" time=\"{time:.3}\">");
        let _ = match &row.outcome {
            Outcome::Passed { .. } => Ok(()),
            Outcome::Failed(why) => write!(suite, "<failure message=\"{}\"/>", escaped(why)),
            Outcome::Skipped(why) => write!(suite, "<skipped message=\"{}\"/>", escaped(why)),
        };
        suite += "</testcase>\n";
    }
    suite += "    </testsuite>\n";
    let end = "</testsuites>";
    let (before, after) = match tests.and_then(|t| t.rfind(end).map(|at| t.split_at(at))) {
        Some((before, after)) => (before.to_string(), after),
        None => ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".into(), "</testsuites>\n"),
    };
    before + &suite + after
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3">
  <testsuite name="drtp-a::all" tests="3">
    <testcase name="m::passes" classname="drtp-a::all" time="0.5"><system-out>noise</system-out></testcase>
    <testcase name="m::fails" classname="drtp-a::all" time="1.25"><failure type="test failure"/></testcase>
    <testcase name="lone" classname="drtp-a" time="0.000"><system-out>
running 1 test
skipped: no such tool &amp; no other
</system-out></testcase>
  </testsuite>
</testsuites>
"#;

    #[test]
    fn cases_have_their_time_and_outcome() {
        let cases = parse(REPORT).unwrap();
        let short: Vec<_> = cases.iter().map(|c| (c.name.as_str(), c.time.as_millis(), c.failed)).collect();
        assert_eq!(short, [("m::passes", 500, false), ("m::fails", 1250, true), ("lone", 0, false)]);
        assert_eq!((&cases[0].binary, &cases[2].binary), (&"drtp-a::all".to_string(), &"drtp-a".to_string()));
        assert_eq!(cases[2].skipped.as_deref(), Some("no such tool & no other"));
        assert!(parse("<testsuites>").is_err() && parse("<testcase name=\"a\"/>").unwrap_err().contains("time"));
    }
    #[test]
    fn steps_stand_beside_the_tests() {
        let row =
            |name: &str, outcome| Row { name: name.into(), guards: "x".into(), outcome, time: Duration::from_secs(2) };
        let rows = [row("format", Outcome::OK), row("clippy", Outcome::Failed("a < b".into()))];
        let both = with_steps(Some(REPORT), &rows);
        let cases = parse(&both).unwrap();
        assert_eq!(cases.len(), 5);
        assert!(cases[4].failed && cases[4].name == "clippy" && both.contains("a &lt; b"));
        assert_eq!(parse(&with_steps(None, &rows)).unwrap().len(), 2);
    }
}
