//! The register table as a C header: offsets, fields, what the identification registers read, reset values.
use super::register::{Field, Register, Role};
use super::{markdown, table, Access, LAYER_BASE, LAYER_STRIDE};
use crate::config::Config;
use std::fmt::Write;

/// Longest line of a comment.
const COLUMNS: usize = 100;
/// Where the values stand, so that they can be read as a column.
const VALUE_COLUMN: usize = 46;

/// A C89 header with the registers of `config`'s design: plain `#define`s, no type and no code, so that it suits a
/// driver, a boot loader and a preprocessor alike. All numbers are unsigned and fit 32 bits.
///
/// | macro | meaning |
/// |---|---|
/// | `DRTP_REG_OFFSET` | byte address of the register |
/// | `DRTP_REG_VALUE` | what a register reads that was fixed at generation |
/// | `DRTP_REG_RESET` | what any other register holds after reset, where that is always the same |
/// | `DRTP_REG_FIELD_SHIFT`, `_MASK` | lowest bit and bits of a field that is not the whole register |
/// | `DRTP_LAYER_WHAT_OFFSET(k)` | as the offsets of layer k, for a loop over layers |
///
/// ```
/// let config = drtp_core::Config::with_layers(4, &[9, 5, 3])?;
/// let header = drtp_core::regs::header(&config);
/// let mask = header.lines().find(|l| l.starts_with("#define DRTP_IRQ_STATUS_CLASSIFIED_MASK "));
/// assert!(mask.is_some_and(|l| l.ends_with(" 0x00000020U")));
/// # Ok::<(), drtp_core::ConfigErrors>(())
/// ```
pub fn header(config: &Config) -> String {
    let registers = table(config);
    let mut out = String::from("#ifndef DRTP_REGS_H\n#define DRTP_REGS_H\n");
    for r in &registers {
        register(&mut out, r);
    }
    layers(&mut out, &registers);
    out + "\n#endif\n"
}

/// Writing to a String cannot fail, so results of `write!` are dropped here and below.
fn define(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "#define {name:<width$} {value}", width = VALUE_COLUMN - "#define ".len() - 1);
}

fn word(value: u32) -> String {
    format!("0x{value:08X}U")
}

fn register(out: &mut String, r: &Register) {
    let quiet = if r.quiet_only { " Only while neither busy nor pending." } else { "" };
    comment(out, &format!("{} ({}): {}{quiet}", r.name, r.access.symbol(), r.doc));
    let name = format!("DRTP_{}", r.name);
    define(out, &format!("{name}_OFFSET"), &format!("0x{:03X}U", r.offset));
    if let Some(value) = r.reset {
        let kind = if r.role == Role::Constant { "VALUE" } else { "RESET" };
        define(out, &format!("{name}_{kind}"), &word(value));
    }
    for f in r.fields.iter().filter(|f| f.bits < 32) {
        field(out, r, f);
    }
}

fn field(out: &mut String, r: &Register, f: &Field) {
    let writable = r.access != Access::ReadOnly && f.bits > 1;
    let range = if writable { format!("accepted: {}", markdown::accepted(f)) } else { String::new() };
    let said: Vec<&str> = [f.doc.as_str(), &range].into_iter().filter(|s| !s.is_empty()).collect();
    comment_below(out, &format!("{}: {}", f.name, said.join("; ")));
    let name = format!("DRTP_{}_{}", r.name, f.name.to_uppercase());
    define(out, &format!("{name}_SHIFT"), &format!("{}U", f.lsb));
    define(out, &format!("{name}_MASK"), &word(f.mask()));
}

/// The registers of all layers lie alike: what the last layer has, every layer has, from 1.
fn layers(out: &mut String, registers: &[Register]) {
    let Some(last) = registers.iter().filter_map(|r| r.layer()).max() else { return };
    comment(out, &format!("Registers of layer k, 1 to {last}; SIZE of layer 0 too, the inputs."));
    for r in registers.iter().filter(|r| r.layer() == Some(last)) {
        let (_, what) = r.name.split_once('_').unwrap_or_default();
        let first = LAYER_BASE + (r.offset - LAYER_BASE) % LAYER_STRIDE;
        let at = format!("(0x{first:03X}U + 0x{LAYER_STRIDE:03X}U * (k))");
        define(out, &format!("DRTP_LAYER_{what}_OFFSET(k)"), &at);
    }
}

fn comment(out: &mut String, text: &str) {
    out.push('\n');
    comment_below(out, text);
}

/// A comment of as many lines as it needs.
fn comment_below(out: &mut String, text: &str) {
    let mut line = String::from("/*");
    for word in text.split_whitespace() {
        // room for the end of the comment too
        if line.len() + 1 + word.len() + 3 > COLUMNS {
            let _ = writeln!(out, "{line}");
            line = String::from("  ");
        }
        line.push(' ');
        line += word;
    }
    let _ = writeln!(out, "{line} */");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn config() -> Config {
        Config::with_layers(16, &[784, 128, 10]).expect("it fits by construction")
    }
    /// Every macro without parameters.
    fn macros(config: &Config) -> BTreeMap<String, u32> {
        let text = header(config);
        let lines = text.lines().filter_map(|l| l.strip_prefix("#define ")).filter(|l| !l.contains("(k)"));
        let mut all = BTreeMap::new();
        for line in lines.filter(|l| *l != "DRTP_REGS_H") {
            let (name, value) = line.split_once(' ').unwrap();
            let value = value.trim().strip_suffix('U').expect("an unsigned number");
            let number = match value.strip_prefix("0x") {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => value.parse(),
            };
            assert!(all.insert(name.to_string(), number.unwrap()).is_none(), "{name} is defined twice");
        }
        all
    }

    #[test]
    fn every_register_and_field_is_there_and_nothing_else() {
        let mut macros = macros(&config());
        for r in table(&config()) {
            let mut take = |name: String| macros.remove(&format!("DRTP_{}_{name}", r.name));
            assert_eq!(take("OFFSET".into()), Some(r.offset.into()), "{}", r.name);
            let (value, reset) = (take("VALUE".into()), take("RESET".into()));
            assert_eq!(value.or(reset), r.reset, "{}", r.name);
            assert_eq!(value.is_some(), r.role == Role::Constant, "{}", r.name);
            for f in r.fields.iter().filter(|f| f.bits < 32) {
                let name = f.name.to_uppercase();
                assert_eq!(take(format!("{name}_SHIFT")), Some(f.lsb), "{} {name}", r.name);
                assert_eq!(take(format!("{name}_MASK")), Some(f.mask()), "{} {name}", r.name);
            }
        }
        assert!(macros.is_empty(), "{macros:?}");
    }
    #[test]
    fn each_part_has_its_comment() {
        let text = header(&config());
        let line = format!(
            "\n\n/* Registers of layer k, 1 to {}; SIZE of layer 0 too, the inputs. */\n",
            config().design().max_layers
        );
        assert!(text.contains(&line), "{text}");
    }
    #[test]
    fn identification_says_which_core_this_is() {
        let macros = macros(&config());
        for (name, value) in
            [("ID", 0x4452_5450), ("LANES", 16), ("WEIGHT_BITS", 12 << 8 | 8), ("MAX_WIDTH", 784 << 16 | 784)]
        {
            assert_eq!(macros[&format!("DRTP_{name}_VALUE")], value, "{name}");
        }
    }
    #[test]
    fn offsets_by_layer_are_those_of_the_table() {
        let text = header(&config());
        for r in table(&config()).iter().filter(|r| r.layer().is_some_and(|k| k > 0)) {
            let (_, what) = r.name.split_once('_').unwrap();
            let line = text.lines().find(|l| l.starts_with(&format!("#define DRTP_LAYER_{what}_OFFSET(k) "))).unwrap();
            let number = |s: &str| u32::from_str_radix(s.split_once("0x").unwrap().1.split_once('U').unwrap().0, 16);
            let (base, stride) = line.split_once('+').unwrap();
            let at = number(base).unwrap() + number(stride).unwrap() * r.layer().unwrap() as u32;
            assert_eq!(at, u32::from(r.offset), "{}", r.name);
        }
    }
    /// What a table's author writes must not end a comment, and some compilers take no other characters.
    #[test]
    fn text_is_plain_and_every_comment_ends_where_it_should() {
        let text = header(&config());
        assert!(text.is_ascii());
        assert_eq!(text.matches("/*").count(), text.matches("*/").count());
        for line in text.lines() {
            assert!(line.len() <= COLUMNS, "{line}");
            assert!(!line.contains("*/") || line.ends_with("*/"), "{line}");
            assert!(!line.contains("//") && !line.ends_with(' '), "{line}");
        }
    }
    #[test]
    fn a_core_without_counters_names_none() {
        let mut design = config().design().clone();
        design.counters = false;
        let without = Config::new(design, config().network().clone()).unwrap();
        assert!(macros(&config()).contains_key("DRTP_BUSY_CYCLES_LOW_OFFSET"));
        assert!(!macros(&without).contains_key("DRTP_BUSY_CYCLES_LOW_OFFSET"));
    }
}
