//! What the control registers ask of the data of a write, built from their table.
use drtp_core::regs::{self, Access, Field, Register, Role};
use drtp_core::{Config, Design};

/// What one register takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Anything,
    /// What meets the condition of this number.
    Only(usize),
}

/// What a register asks: Verilog expressions over `data`, all of which must hold.
#[derive(Clone)]
struct Condition {
    all: Vec<String>,
    /// A register that asks for this.
    of: Register,
}

/// The conditions on data: registers that ask for the same share one.
pub(super) struct Conditions {
    distinct: Vec<Condition>,
    table: Vec<(Register, Takes)>,
    design: Design,
}

impl Conditions {
    pub(super) fn new(config: &Config) -> Self {
        let mut distinct: Vec<Condition> = vec![];
        let mut takes = |r: &Register| {
            if r.access == Access::ReadOnly {
                return Takes::Nothing;
            }
            let all = conditions(r, config.design());
            if all.is_empty() {
                return Takes::Anything;
            }
            Takes::Only(distinct.iter().position(|d| d.all == all).unwrap_or_else(|| {
                distinct.push(Condition { all, of: r.clone() });
                distinct.len() - 1
            }))
        };
        let table = regs::table(config).into_iter().map(|r| (takes(&r), r)).map(|(t, r)| (r, t)).collect();
        Self { distinct, table, design: config.design().clone() }
    }
    /// Each register, and what it takes.
    pub(super) fn table(&self) -> &[(Register, Takes)] {
        &self.table
    }
    pub(super) fn count(&self) -> usize {
        self.distinct.len()
    }
    /// Which of them `data` meets, one bit each.
    pub(super) fn met(&self, data: u32) -> i64 {
        let all = self.distinct.iter().enumerate();
        all.fold(0, |met, (i, c)| met | i64::from(c.of.accepts(data, &self.design)) << i)
    }
    /// Statements of a clocked process: what `holds`, and from that, a cycle later, what the data `meets`; how many bits
    /// `holds` has.
    pub(super) fn text(&self) -> (String, usize) {
        // parts that conditions share are there once
        let mut parts: Vec<&String> = vec![];
        let mut place = |part| {
            parts.iter().position(|p| *p == part).unwrap_or_else(|| {
                parts.push(part);
                parts.len() - 1
            })
        };
        let mut meets = String::new();
        for (i, c) in self.distinct.iter().enumerate() {
            let all: Vec<String> = c.all.iter().map(|part| format!("holds[{}]", place(part))).collect();
            meets += &format!("    meets[{i}] <= {};\n", all.join(" && "));
        }
        let holds: String = parts.iter().enumerate().map(|(i, p)| format!("    holds[{i}] <= {p};\n")).collect();
        (holds + &meets, parts.len())
    }
}

/// Conditions that `data[lsb + bits - 1:lsb]` lies in a range; those that always hold are left out, since linters object
/// to `x >= 0`.
fn in_range(lsb: u32, bits: u32, least: u32, most: u32) -> Vec<String> {
    let all = (!0u32).checked_shr(32 - bits).unwrap_or(0);
    let slice = match bits {
        1 => format!("data[{lsb}]"),
        32 => "data".into(),
        _ => format!("data[{}:{lsb}]", lsb + bits - 1),
    };
    match (least, most == all) {
        (0, true) => vec![],
        (1, true) => vec![format!("{slice} != {bits}'d0")],
        (0, false) => vec![format!("{slice} <= {bits}'d{most}")],
        (_, true) => vec![format!("{slice} >= {bits}'d{least}")],
        (1, false) => vec![format!("{slice} != {bits}'d0"), format!("{slice} <= {bits}'d{most}")],
        (_, false) => vec![format!("{slice} >= {bits}'d{least}"), format!("{slice} <= {bits}'d{most}")],
    }
}

fn all_of(conditions: &[String]) -> String {
    match conditions {
        [] => "1'b1".into(),
        [one] => one.clone(),
        many => many.iter().map(|c| format!("({c})")).collect::<Vec<_>>().join(" && "),
    }
}

fn takes(f: &Field) -> Option<String> {
    let range = in_range(f.lsb, f.bits, f.least, f.most);
    if range.is_empty() {
        return None;
    }
    let range = all_of(&range);
    Some(match f.also {
        None => range,
        Some(v) => format!("({range}) || data[{}:{}] == {}'d{v}", f.lsb + f.bits - 1, f.lsb, f.bits),
    })
}

/// The Verilog expressions that together are [`Register::accepts`], if the register can be written.
fn conditions(r: &Register, design: &Design) -> Vec<String> {
    let unknown = !r.fields.iter().fold(0, |mask, f| mask | f.mask());
    let mut all = vec![];
    // in halves: fewer bits to look at in one cycle
    for half in [unknown & 0xFFFF_0000, unknown & 0xFFFF].into_iter().filter(|half| *half != 0) {
        all.push(format!("(data & 32'h{half:08x}) == 32'd0"));
    }
    all.extend(r.fields.iter().filter_map(takes));
    match r.role {
        Role::Control => all.push("!data[4] || data[3:0] == 4'd0".into()),
        Role::WindowAddress => {
            let bank = |words: usize| all_of(&in_range(0, 24, 0, words as u32 - 1));
            let (hidden, output) = (bank(design.hidden_words), bank(design.output_words));
            all.push(format!("data[31] ? {output} : {hidden}"));
        }
        _ => {}
    }
    all
}
