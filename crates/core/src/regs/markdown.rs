//! The register table as a page of the documentation.
use super::register::{Field, Register};
use super::table;
use crate::config::Config;

/// The values that a field takes.
pub(super) fn accepted(f: &Field) -> String {
    let mut text = match f.takes_all() {
        true => "any".into(),
        false => format!("{}..{}", f.least, f.most),
    };
    if let Some(also) = f.also {
        text += &format!(" or {also}");
    }
    text
}

fn place(f: &Field) -> String {
    match f.bits {
        1 => f.lsb.to_string(),
        bits => format!("{}:{}", f.lsb + bits - 1, f.lsb),
    }
}

fn reset(r: &Register) -> String {
    r.reset.map_or("-".into(), |v| format!("{v:#x}"))
}

/// Markdown table of every register of `config`'s design, with fields, ranges and reset values.
pub fn markdown(config: &Config) -> String {
    let mut out = String::from("| offset | register | access | reset | meaning |\n|---|---|---|---|---|\n");
    for r in table(config) {
        let quiet = if r.quiet_only { " Only while neither busy nor pending." } else { "" };
        out +=
            &format!("| {:#05x} | {} | {} | {} | {}{quiet} |\n", r.offset, r.name, r.access.symbol(), reset(&r), r.doc);
        for f in r.fields.iter().filter(|f| !(f.doc.is_empty() && f.takes_all())) {
            let writable = r.access != super::Access::ReadOnly && f.bits > 1;
            let range = if writable { format!(" (accepted: {})", accepted(f)) } else { String::new() };
            out += &format!("| | [{}] {} | | | {}{range} |\n", place(f), f.name, f.doc);
        }
    }
    out
}
