//! The decoder of the control registers, built from their table.
use super::conditions::{Conditions, Takes};
use crate::activity::Activity;
use crate::axil::ADDRESS_BITS;
use crate::num::{num, Uint};
use drtp_core::regs::Register;
use drtp_core::Config;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// What the table says of an address, combinational; and of the data of a write, two cycles later: there are many bits to
/// look at, and the data is there long before the access.
#[derive(SettlingBlock)]
pub struct RegisterMap {
    pub clk: Signal<In, Clock>,
    pub data: Signal<In, Uint>,
    /// Which conditions the data meets, one bit each.
    pub meets: Signal<Out, Uint>,
    pub address: Signal<In, Uint>,
    /// A register lies there.
    pub found: Signal<Out, Bit>,
    /// It may be accessed only while nothing is under way.
    pub quiet_only: Signal<Out, Bit>,
    /// It takes any data,
    pub takes_all: Signal<Out, Bit>,
    /// or what meets this one of the conditions: at most one bit.
    pub asks: Signal<Out, Uint>,
    _conditions: Conditions,
    _data: Option<u32>,
    _activity: Activity,
}
impl RegisterMap {
    pub fn new(config: &Config) -> Self {
        let conditions = Conditions::new(config);
        Self {
            clk: Default::default(),
            data: num(32),
            meets: num(conditions.count()),
            address: num(ADDRESS_BITS),
            found: Default::default(),
            quiet_only: Default::default(),
            takes_all: Default::default(),
            asks: num(conditions.count()),
            _conditions: conditions,
            _data: None,
            _activity: Default::default(),
        }
    }
    /// Number of conditions.
    pub fn conditions(config: &Config) -> usize {
        Conditions::new(config).count()
    }
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

impl Logic for RegisterMap {
    fn update(&mut self) {
        let address = self.address.val().index();
        let register = self._conditions.table().iter().find(|r| usize::from(r.0.offset) == address);
        self.found.next = register.is_some();
        self.quiet_only.next = register.is_some_and(|r| r.0.quiet_only);
        self.takes_all.next = register.is_some_and(|r| r.1 == Takes::Anything);
        let asks = match register.map(|r| r.1) {
            Some(Takes::Only(i)) => 1 << i,
            _ => 0,
        };
        self.asks.next = Uint::new(asks, self.asks.val().width());
        if self.clk.pos_edge() {
            let met = self._data.map_or(0, |data| self._conditions.met(data));
            self.meets.next = Uint::new(met, self.meets.val().width());
            self._data = Some(self.data.val().raw() as u32);
        }
    }
    fn connect(&mut self) {
        self.meets.connect();
        self.found.connect();
        self.quiet_only.connect();
        self.takes_all.connect();
        self.asks.connect();
    }
    fn hdl(&self) -> Verilog {
        // registers that are alike share an arm, in the order of their first ones
        let mut arms: Vec<(String, Vec<&Register>)> = vec![];
        for (r, takes) in self._conditions.table() {
            let takes = match takes {
                Takes::Nothing => "",
                Takes::Anything => " takes_all = 1'b1;",
                Takes::Only(i) => &format!(" asks[{i}] = 1'b1;"),
            };
            let quiet = if r.quiet_only { " quiet_only = 1'b1;" } else { "" };
            let says = format!("begin found = 1'b1;{quiet}{takes} end");
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
        let (process, parts) = self._conditions.text();
        let last = parts - 1;
        Verilog::Custom(format!(
            "\
//@module register_map
//@doc The control registers, from the documentation's table: where one lies, whether it wants a quiet core, whether it
//@doc takes any data or which condition it asks; and which conditions the data of a write meets, two cycles later.
reg [{last}:0] holds = 0;
initial meets = 0;
always @(posedge clk) begin
{process}end
always @* begin
    found = 1'b0;
    quiet_only = 1'b0;
    takes_all = 1'b0;
    asks = 0;
    case (address)
{rows}        default: ;
    endcase
end
"
        ))
    }
}
