//! The decoder of the control registers, built from their table.
use crate::activity::Activity;
use crate::axil::ADDRESS_BITS;
use crate::num::{num, Uint};
use drtp_core::regs::{self, Access, Field, Register, Role};
use drtp_core::{Config, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// What the table says of an address and of the data to be written there, combinational.
#[derive(SettlingBlock)]
pub struct RegisterMap {
    pub address: Signal<In, Uint>,
    pub data: Signal<In, Uint>,
    /// A register lies there.
    pub found: Signal<Out, Bit>,
    /// It may be accessed only while nothing is under way.
    pub quiet_only: Signal<Out, Bit>,
    /// It takes the data.
    pub accepted: Signal<Out, Bit>,
    _table: Vec<Register>,
    _design: Design,
    _activity: Activity,
}
impl RegisterMap {
    pub fn new(config: &Config) -> Self {
        Self {
            address: num(ADDRESS_BITS),
            data: num(32),
            found: Default::default(),
            quiet_only: Default::default(),
            accepted: Default::default(),
            _table: regs::table(config),
            _design: config.design().clone(),
            _activity: Default::default(),
        }
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

/// Words separated by commas on lines of at most 110 columns, each begun with `begin`; `end` behind the last one.
fn filled(begin: &str, words: &[&str], end: &str) -> String {
    let mut lines = vec![String::from(begin)];
    for (i, word) in words.iter().enumerate() {
        let comma = if i + 1 < words.len() { "," } else { "" };
        let last = lines.len() - 1;
        if lines[last].len() + word.len() > 108 && lines[last] != begin {
            lines.push(String::from(begin));
        }
        let line = lines.len() - 1;
        let space = if lines[line] == begin { "" } else { " " };
        lines[line] += &format!("{space}{word}{comma}");
    }
    lines.join("\n") + end
}

/// The Verilog expression that [`Register::accepts`] is.
fn condition(r: &Register, design: &Design) -> String {
    if r.access == Access::ReadOnly {
        return "1'b0".into();
    }
    let unknown = !r.fields.iter().fold(0, |mask, f| mask | f.mask());
    let mut all = vec![];
    if unknown != 0 {
        all.push(format!("(data & 32'h{unknown:08x}) == 32'd0"));
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
    all_of(&all)
}

impl Logic for RegisterMap {
    fn update(&mut self) {
        let (address, data) = (self.address.val().index(), self.data.val().raw() as u32);
        let register = self._table.iter().find(|r| usize::from(r.offset) == address);
        self.found.next = register.is_some();
        self.quiet_only.next = register.is_some_and(|r| r.quiet_only);
        self.accepted.next = register.is_some_and(|r| r.accepts(data, &self._design));
    }
    fn connect(&mut self) {
        self.found.connect();
        self.quiet_only.connect();
        self.accepted.connect();
    }
    fn hdl(&self) -> Verilog {
        // registers that are alike share an arm, in the order of their first ones
        let mut arms: Vec<(String, Vec<&Register>)> = vec![];
        for r in &self._table {
            let accepted = condition(r, &self._design);
            let says = match r.quiet_only {
                true => format!("{{quiet_only, accepted}} = {{1'b1, {accepted}}};"),
                false => format!("accepted = {accepted};"),
            };
            match arms.iter_mut().find(|arm| arm.0 == says) {
                Some(arm) => arm.1.push(r),
                None => arms.push((says, vec![r])),
            }
        }
        let mut rows = String::new();
        for (says, registers) in arms {
            let names: Vec<&str> = registers.iter().map(|r| r.name.as_str()).collect();
            let labels: Vec<String> = registers.iter().map(|r| format!("12'h{:03x}", r.offset)).collect();
            rows += &filled("        // ", &names, "\n");
            rows += &filled("        ", &labels.iter().map(String::as_str).collect::<Vec<_>>(), ":\n");
            rows += &format!("            {says}\n");
        }
        Verilog::Custom(format!(
            "\
//@module register_map
//@doc The control registers: where one lies, whether it may be accessed only while nothing is under way, and whether it
//@doc takes the data of a write. Built from the table that the documentation is built from.
always @* begin
    {{found, quiet_only, accepted}} = 3'b100;
    case (address)
{rows}        default: found = 1'b0;
    endcase
end
"
        ))
    }
}
