//! Rows of levels as WaveDrom source, with long repetitions cut out.
use serde_json::{json, Value};

/// What a row shows in one cycle.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// 0.
    Low,
    /// 1.
    High,
    /// A value that means nothing in this cycle.
    Unknown,
    /// A value, as it is to be written, and which one it is: two in a row that read the same are still two.
    Value(String, usize),
}

impl From<bool> for Level {
    fn from(level: bool) -> Self {
        if level {
            Self::High
        } else {
            Self::Low
        }
    }
}

/// A signal over all cycles.
#[derive(Clone, Debug)]
pub struct Row {
    /// What to call it.
    pub name: &'static str,
    /// One level a cycle.
    pub levels: Vec<Level>,
}

/// A column of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// This cycle.
    Cycle(usize),
    /// So many cycles that are left out: the pattern before goes on.
    Gap(usize),
}

/// Longest pattern whose repetitions are found: the bytes of the widest beat.
const LONGEST_PATTERN: usize = 4;
/// Columns that are shown of a repetition before and behind the gap, at least.
const SHOWN: (usize, usize) = (3, 2);
/// A gap that would leave out fewer cycles hides more than it saves.
const SHORTEST_GAP: usize = 8;

/// The columns that show `cycles` cycles of `rows`. What repeats is whether a value is there, not which one.
pub fn fold(rows: &[&Row], cycles: usize) -> Vec<Column> {
    let same = |a: usize, b: usize| {
        rows.iter().all(|r| match (&r.levels[a], &r.levels[b]) {
            (Level::Value(..), Level::Value(..)) => true,
            (a, b) => a == b,
        })
    };
    let mut columns = vec![];
    let mut at = 0;
    while at < cycles {
        // of patterns that last equally long, the shortest
        let (mut pattern, mut length) = (1, 0);
        for p in 1..=LONGEST_PATTERN {
            let whole = (at + p..cycles).take_while(|i| same(*i, *i - p)).count() / p * p + p;
            if whole > length && at + whole <= cycles {
                (pattern, length) = (p, whole);
            }
        }
        let before = SHOWN.0.div_ceil(pattern) * pattern;
        let behind = SHOWN.1.div_ceil(pattern) * pattern;
        if length >= before + SHORTEST_GAP + behind {
            columns.extend((at..at + before).map(Column::Cycle));
            columns.push(Column::Gap(length - before - behind));
            columns.extend((at + length - behind..at + length).map(Column::Cycle));
            at += length;
        } else {
            columns.push(Column::Cycle(at));
            at += 1;
        }
    }
    columns
}

/// A row that shows, between two gaps, the number of the first cycle there.
pub fn ruler(columns: &[Column], cycles: usize) -> Row {
    let mut levels = vec![Level::Unknown; cycles];
    let mut begin = None;
    for column in columns {
        match column {
            Column::Gap(_) => begin = None,
            Column::Cycle(at) => {
                let begin = *begin.get_or_insert(*at);
                levels[*at] = Level::Value(begin.to_string(), begin);
            }
        }
    }
    Row { name: "cycle", levels }
}

/// The clock of the same columns.
pub fn clock(columns: &[Column]) -> Value {
    let wave = columns.iter().enumerate().map(|(i, c)| match c {
        Column::Gap(_) => '|',
        Column::Cycle(_) if i == 0 => 'p',
        Column::Cycle(_) => '.',
    });
    json!({ "name": "clk", "wave": wave.collect::<String>() })
}

/// A row as a WaveDrom signal.
pub fn signal(row: &Row, columns: &[Column]) -> Value {
    let (mut wave, mut data) = (String::new(), vec![]);
    let mut last = None;
    for column in columns {
        let level = match column {
            Column::Gap(_) => {
                wave.push('|');
                continue;
            }
            Column::Cycle(at) => &row.levels[*at],
        };
        if last.replace(level) == Some(level) {
            wave.push('.');
            continue;
        }
        match level {
            Level::Low => wave.push('0'),
            Level::High => wave.push('1'),
            Level::Unknown => wave.push('x'),
            Level::Value(text, _) => {
                wave.push('=');
                data.push(text);
            }
        }
    }
    match data.is_empty() {
        true => json!({ "name": row.name, "wave": wave }),
        false => json!({ "name": row.name, "wave": wave, "data": data }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row as one writes it: digits are bits, letters are values.
    fn row(text: &str) -> Row {
        let level = |c| match c {
            '0' => Level::Low,
            '1' => Level::High,
            '-' => Level::Unknown,
            c => Level::Value(String::from(c), 0),
        };
        Row { name: "r", levels: text.chars().map(level).collect() }
    }
    fn folded(text: &str) -> (String, Vec<usize>) {
        let row = row(text);
        let columns = fold(&[&row], text.len());
        let gaps = columns.iter().filter_map(|c| if let Column::Gap(n) = c { Some(*n) } else { None });
        (signal(&row, &columns)["wave"].as_str().unwrap().to_string(), gaps.collect())
    }

    #[test]
    fn a_long_level_is_cut_and_a_short_one_is_not() {
        assert_eq!(folded("0111111111111100"), ("01..|..0.".into(), vec![8]));
        assert_eq!(folded("01111111111110"), ("01...........0".into(), vec![]));
    }
    #[test]
    fn a_long_pattern_is_cut_at_its_own_length() {
        // three columns before the gap are not one and a half patterns but two
        assert_eq!(folded(&("10".repeat(8) + "0")), ("1010|10.".into(), vec![10]));
        assert_eq!(folded(&"1000".repeat(5)), ("10..|10..".into(), vec![12]));
    }
    #[test]
    fn values_repeat_whatever_they_are_and_the_one_behind_a_gap_is_written() {
        let text = "-abcdefghijklmno-";
        let row = row(text);
        let columns = fold(&[&row], text.len());
        assert_eq!(
            signal(&row, &columns),
            json!({ "name": "r", "wave": "x===|==x", "data": ["a", "b", "c", "n", "o"] })
        );
        assert_eq!(signal(&ruler(&columns, text.len()), &columns)["data"], json!(["0", "14"]));
        assert_eq!(clock(&columns), json!({ "name": "clk", "wave": "p...|..." }));
    }
    #[test]
    fn two_values_that_read_the_same_are_two() {
        let levels = [1, 1, 2].map(|which| Level::Value("7".into(), which)).to_vec();
        let columns: Vec<Column> = (0..3).map(Column::Cycle).collect();
        assert_eq!(
            signal(&Row { name: "r", levels }, &columns),
            json!({ "name": "r", "wave": "=.=", "data": ["7", "7"] })
        );
    }
    #[test]
    fn one_row_that_moves_keeps_the_others_whole() {
        let (still, moves) = (row(&"0".repeat(20)), row("00000000010000000000"));
        assert_eq!(fold(&[&still, &moves], 20).len(), 20);
        assert!(fold(&[&still], 20).len() < 20);
    }
    #[test]
    fn no_cycle_is_lost_or_shown_twice() {
        for text in ["", "0", "01", &"0".repeat(100), &("1".repeat(50) + &"abab".repeat(30) + &"10".repeat(20) + "1")] {
            let mut next = 0;
            for column in fold(&[&row(text)], text.len()) {
                match column {
                    Column::Cycle(at) => {
                        assert_eq!(at, next);
                        next += 1;
                    }
                    Column::Gap(n) => next += n,
                }
            }
            assert_eq!(next, text.len());
        }
    }
}
