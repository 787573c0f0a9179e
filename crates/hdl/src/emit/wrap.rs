//! Lines that are too long, broken where a person would.

/// Columns of a line.
const LIMIT: usize = 120;

/// `text` with its long lines broken behind an operator or a comma; what hangs over is indented further.
pub(super) fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        wrap(line, &mut out);
    }
    out
}

fn wrap(line: &str, out: &mut String) {
    let indent = " ".repeat(line.len() - line.trim_start().len() + 4);
    let code = !line.contains("//") && !line.contains('"');
    let mut rest = line.to_string();
    while let Some(at) = (rest.len() > LIMIT && code).then(|| place(&rest)).flatten() {
        line!(out, "{}", rest[..at].trim_end());
        rest = format!("{indent}{}", rest[at..].trim_start());
    }
    line!(out, "{rest}");
}

/// The blank at which to break: outside of as many brackets as possible, then as far to the right as possible.
fn place(line: &str) -> Option<usize> {
    let start = line.len() - line.trim_start().len() + 4;
    let mut depth = 0i32;
    let mut best: Option<(i32, usize)> = None;
    for (at, c) in line.char_indices().take_while(|x| x.0 < LIMIT) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ' ' if at > start
                && line[..at].ends_with([',', '&', '|', '^', '+', '?', ':', ')'])
                && best.is_none_or(|b| depth <= b.0) =>
            {
                best = Some((depth, at));
            }
            _ => {}
        }
    }
    best.map(|b| b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_blanks_changes() {
        let long = format!("    assign y = {};", ["(some_signal & other_signal)"; 9].join(" | "));
        let text = format!("short;\n{long}\n// {long}\n");
        let got = wrapped(&text);
        let squeezed = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed(&got), squeezed(&text));
        assert!(got.lines().filter(|l| !l.contains("//")).all(|l| l.len() <= LIMIT), "{got}");
        assert_eq!(got.lines().count(), 5);
    }
    #[test]
    fn a_line_without_a_place_stays() {
        let long = format!("assign y = {};\n", "x".repeat(200));
        assert_eq!(wrapped(&long), long);
    }
}
