//! The emitted Verilog broken in one place: what a verification that is worth its name must notice.
//!
//! Sites are found in the text that the printer writes, whatever design it is of: operators, conditions, numbers and
//! registers of every module. None is chosen by hand.
use std::collections::BTreeMap;

/// A way to break a piece of Verilog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `+` becomes `-`, or the other way round.
    Sign,
    /// `==` and `!=`, `<` and `<=`, `>` and `>=` are exchanged.
    Comparison,
    /// `&` and `|` are exchanged, also as reductions.
    Logic,
    /// `~` is left out.
    Negation,
    /// `^` becomes `|`: a tap of a shift register.
    Tap,
    /// `<<` and `>>` are exchanged.
    Shift,
    /// A choice always takes its first way: a saturation that always acts.
    First,
    /// A choice never takes its first way: a saturation that is dropped.
    Second,
    /// A condition that always holds: a stall that is ignored.
    Always,
    /// A condition that never holds: a step that is left out.
    Never,
    /// A number one larger: an address or a count that is off by one.
    Number,
    /// A register that keeps what it holds.
    Stuck,
}

impl Kind {
    /// Its word in names of mutants.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Comparison => "comparison",
            Self::Logic => "logic",
            Self::Negation => "negation",
            Self::Tap => "tap",
            Self::Shift => "shift",
            Self::First => "first",
            Self::Second => "second",
            Self::Always => "always",
            Self::Never => "never",
            Self::Number => "number",
            Self::Stuck => "stuck",
        }
    }
}

/// One change of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The module it is in.
    pub module: String,
    /// What is done.
    pub kind: Kind,
    /// Line of the file, from 1.
    pub line: usize,
    /// Column of the line, from 1.
    pub column: usize,
    from: usize,
    to: usize,
    by: String,
}

impl Mutant {
    /// `drtp_lane:2034:17:sign`: module, line, column, kind.
    pub fn name(&self) -> String {
        format!("{}:{}:{}:{}", self.module, self.line, self.column, self.kind.name())
    }
    /// The Verilog with this change.
    pub fn of(&self, verilog: &str) -> String {
        [&verilog[..self.from], &self.by, &verilog[self.to..]].concat()
    }
    /// The changed line before and after, without indentation.
    pub fn lines<'a>(&self, verilog: &'a str) -> (&'a str, String) {
        let begin = verilog[..self.from].rfind('\n').map_or(0, |i| i + 1);
        let end = verilog[self.to..].find('\n').map_or(verilog.len(), |i| self.to + i);
        let after = [&verilog[begin..self.from], &self.by, &verilog[self.to..end]].concat();
        (verilog[begin..end].trim(), after.trim().to_string())
    }
}

/// Every mutant of an emitted file, in the order of its text.
pub fn mutants(verilog: &str) -> Vec<Mutant> {
    let mut out = vec![];
    let (mut module, mut part) = (String::new(), Part::Outside);
    let mut at = 0;
    for (number, line) in verilog.split_inclusive('\n').enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let word = code.split_whitespace().next().unwrap_or_default();
        part = match (part, word) {
            (_, "module") => {
                module = code.split([' ', '(', '#']).nth(1).unwrap_or_default().trim().into();
                Part::Ports
            }
            (_, "endmodule") => Part::Outside,
            (Part::Ports, _) if code.starts_with(");") => Part::Body,
            // a list of signals, of constants, or of an instance's connections: up to its semicolon
            (Part::Body, "reg" | "localparam" | "genvar") => Part::Declaration,
            (Part::Body, "wire") if !code.contains(" = ") => Part::Declaration,
            (Part::Body, w) if w.starts_with("drtp_") || w.starts_with("SB_") || w.starts_with('.') => Part::Instance,
            (part, _) => part,
        };
        match part {
            Part::Body => line_of_code(code, &mut |kind, from, to, by| {
                let (line, column) = (number + 1, from + 1);
                out.push(Mutant { module: module.clone(), kind, line, column, from: at + from, to: at + to, by });
            }),
            Part::Declaration | Part::Instance if code.contains(';') => part = Part::Body,
            _ => {}
        }
        at += line.len();
    }
    out
}

/// So many of them, as evenly over modules and kinds as there are sites: `below(n)` gives numbers from 0 to `n - 1`.
pub fn chosen(all: Vec<Mutant>, count: usize, below: &mut dyn FnMut(u64) -> u64) -> Vec<Mutant> {
    let mut groups: BTreeMap<(String, Kind), Vec<Mutant>> = BTreeMap::new();
    for m in all {
        groups.entry((m.module.clone(), m.kind)).or_default().push(m);
    }
    let mut groups: Vec<Vec<Mutant>> = groups.into_values().collect();
    let mut out = vec![];
    // one of each group in turn; where not all groups get one, chance says which
    while out.len() < count && !groups.is_empty() {
        for i in (1..groups.len()).rev() {
            groups.swap(i, below(i as u64 + 1) as usize);
        }
        for group in groups.iter_mut().take(count - out.len()) {
            out.push(group.swap_remove(below(group.len() as u64) as usize));
        }
        groups.retain(|g| !g.is_empty());
    }
    out.sort_by_key(|m| (m.from, m.kind));
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Outside,
    Ports,
    Body,
    Declaration,
    Instance,
}

/// Operators with a space on both sides, as the printer writes those of two operands, longest first.
const OPERATORS: [(&str, &str, Kind); 15] = [
    ("==", "!=", Kind::Comparison),
    ("!=", "==", Kind::Comparison),
    ("<<", ">>", Kind::Shift),
    (">>>", "<<", Kind::Shift),
    (">>", "<<", Kind::Shift),
    (">=", ">", Kind::Comparison),
    ("<", "<=", Kind::Comparison),
    (">", ">=", Kind::Comparison),
    ("+", "-", Kind::Sign),
    ("-", "+", Kind::Sign),
    ("&&", "||", Kind::Logic),
    ("||", "&&", Kind::Logic),
    ("&", "|", Kind::Logic),
    ("|", "&", Kind::Logic),
    ("^", "|", Kind::Tap),
];

/// Tells `found` of each site in a line of code: kind, columns from and to (from 0), and what comes there.
fn line_of_code(code: &str, found: &mut dyn FnMut(Kind, usize, usize, String)) {
    for (word, by, kind) in OPERATORS {
        for (at, _) in code.match_indices(&format!(" {word} ")) {
            found(kind, at + 1, at + 1 + word.len(), by.into());
        }
    }
    for (at, _) in code.match_indices(" ? ") {
        // the choice binds less than every operator, so its condition takes these
        found(Kind::First, at, at + 3, " || 1'd1 ? ".into());
        found(Kind::Second, at, at + 3, " && 1'd0 ? ".into());
    }
    // a register's condition or update; for-loops of generate blocks have no such statements
    if let Some((at, end)) = condition(code) {
        found(Kind::Always, at, end, "1'd1".into());
        found(Kind::Never, at, end, "1'd0".into());
    }
    let bytes = code.as_bytes();
    for (at, _) in code.match_indices('~') {
        match bytes.get(at + 1) {
            Some(b'&') => found(Kind::Logic, at + 1, at + 2, "|".into()),
            Some(b'|') => found(Kind::Logic, at + 1, at + 2, "&".into()),
            _ => found(Kind::Negation, at, at + 1, String::new()),
        }
    }
    numbers(code, found);
    stuck(code, found);
}

/// Columns of what stands in the parentheses of an `if`.
fn condition(code: &str) -> Option<(usize, usize)> {
    let begin = code.find("if (")? + 4;
    let mut depth = 1;
    for (i, c) in code[begin..].char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return Some((begin, begin + i));
        }
    }
    // it goes on in the next line
    None
}

/// Sized numbers, one larger; at the largest of a width, 0. Not those of a case's label or a width.
fn numbers(code: &str, found: &mut dyn FnMut(Kind, usize, usize, String)) {
    for (quote, _) in code.match_indices('\'') {
        let begin = code[..quote].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
        let Ok(width) = code[begin..quote].parse::<u32>() else { continue };
        let radix = match code[quote + 1..].chars().next() {
            Some('d') => 10,
            Some('h') => 16,
            _ => continue,
        };
        let digits = &code[quote + 2..];
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let Ok(value) = u128::from_str_radix(&digits[..end], radix) else { continue };
        let label = digits[end..].starts_with(':');
        if label || width > 64 {
            continue;
        }
        let next = (value + 1) & ((1 << width) - 1);
        found(Kind::Number, begin, quote + 2 + end, format!("{width}'h{next:x}"));
    }
}

/// `name <= value;` becomes nothing. Only what begins and ends in this line, and no reset.
fn stuck(code: &str, found: &mut dyn FnMut(Kind, usize, usize, String)) {
    let Some(arrow) = code.find(" <= ") else { return };
    let before = &code[..arrow];
    if before.contains(['=', '?']) {
        return;
    }
    let begin = if before.ends_with('}') { before.find('{') } else { before.rfind(' ').map(|i| i + 1) };
    let Some(begin) = begin else { return };
    let whole = code.trim_end().ends_with(';') && !before[begin..].contains('(');
    // of an expression, not of a register
    let statement = before[..begin].trim().is_empty() || before[..begin].trim_end().ends_with([')', ':', 'e']);
    if whole && statement {
        let end = code.trim_end().len() - 1;
        found(Kind::Stuck, begin, end, String::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERILOG: &str = "\
// a ~comment + b
module drtp_x #(
    parameter WIDTH = 1
) (
    input  wire clk, output reg  [3:0] y = 4'd0
);
    reg [3:0] a = 4'd3,
        b = 4'd1;
    wire c;

    drtp_memory #(.WIDTH(3)) m (
        .clk(~clk), .q(a + b)
    );

    assign c = (a == 4'd15) ? ~b[0] : |a; // d + e
    always @(posedge clk) begin
        if (c & ~a[1]) y <= y + 4'd1;
        a <= b;
    end
endmodule
";
    fn all() -> Vec<Mutant> {
        mutants(VERILOG)
    }
    fn after(kind: Kind) -> Vec<String> {
        all().iter().filter(|m| m.kind == kind).map(|m| m.lines(VERILOG).1).collect()
    }

    #[test]
    fn sites_are_in_code_and_nowhere_else() {
        assert!(all().iter().all(|m| m.module == "drtp_x" && m.line >= 14), "{:?}", all());
        assert!(all().iter().all(|m| m.of(VERILOG) != VERILOG));
    }
    #[test]
    fn each_kind_does_what_it_says() {
        let of = |kind| after(kind);
        assert_eq!(of(Kind::Comparison), ["assign c = (a != 4'd15) ? ~b[0] : |a; // d + e"]);
        assert_eq!(of(Kind::First), ["assign c = (a == 4'd15) || 1'd1 ? ~b[0] : |a; // d + e"]);
        assert_eq!(of(Kind::Second), ["assign c = (a == 4'd15) && 1'd0 ? ~b[0] : |a; // d + e"]);
        assert_eq!(of(Kind::Sign), ["if (c & ~a[1]) y <= y - 4'd1;"]);
        assert_eq!(of(Kind::Always), ["if (1'd1) y <= y + 4'd1;"]);
        assert_eq!(of(Kind::Never), ["if (1'd0) y <= y + 4'd1;"]);
        assert_eq!(of(Kind::Logic), ["if (c | ~a[1]) y <= y + 4'd1;"]);
        assert_eq!(of(Kind::Negation).len(), 2);
        assert_eq!(
            of(Kind::Number),
            ["assign c = (a == 4'h0) ? ~b[0] : |a; // d + e", "if (c & ~a[1]) y <= y + 4'h2;"]
        );
        assert_eq!(of(Kind::Stuck), ["if (c & ~a[1]) ;", ";"]);
    }
    #[test]
    fn a_choice_is_even_and_repeats() {
        let draw = |count| {
            let mut n = 0;
            chosen(all(), count, &mut |below| {
                n += 7;
                n % below
            })
        };
        let kinds = |m: &[Mutant]| m.iter().map(|m| m.kind).collect::<std::collections::BTreeSet<_>>().len();
        let eight = draw(8);
        assert_eq!((eight.len(), kinds(&eight)), (8, 8));
        assert_eq!(draw(8), eight);
        assert_eq!(draw(1000).len(), all().len());
    }
    #[test]
    fn the_core_has_sites_of_every_kind_in_every_module_with_logic() {
        let verilog = include_str!("../../../rtl-out/reference/drtp_core.v");
        let all = mutants(verilog);
        let modules: std::collections::BTreeSet<&str> = all.iter().map(|m| m.module.as_str()).collect();
        assert!(modules.len() >= 18 && all.len() > 1500, "{} in {modules:?}", all.len());
        for kind in [Kind::Sign, Kind::Tap, Kind::Second, Kind::Always, Kind::Number, Kind::Stuck, Kind::Shift] {
            assert!(all.iter().any(|m| m.kind == kind), "{kind:?}");
        }
    }
}
