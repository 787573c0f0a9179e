//! An initial weight from the state of the weight stream: `b + 1` low bits, read as signed.
use crate::activity::Activity;
use crate::num::{num, Sint, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Low bits of the stream's state that the widest weight needs.
pub const FIELD_BITS: usize = 16;

/// `weight` = the low `bits + 1` bits of `field`, sign-extended: uniform in `[-2^bits, 2^bits)`; 0 if `bits` is 31.
/// Combinational. `bits` is 0 to 14 or 31.
#[derive(SettlingBlock)]
pub struct InitialWeight {
    pub field: Signal<In, Uint>,
    pub bits: Signal<In, Uint>,
    pub weight: Signal<Out, Sint>,
    _width: usize,
    _activity: Activity,
}
impl InitialWeight {
    pub fn new(width: usize) -> Self {
        Self { field: num(FIELD_BITS), bits: num(5), weight: num(width), _width: width, _activity: Default::default() }
    }
}
impl Logic for InitialWeight {
    #[inline(always)]
    fn update(&mut self) {
        let bits = self.bits.val().index();
        let weight = if bits >= FIELD_BITS { 0 } else { Sint::new(self.field.val().raw(), bits + 1).raw() };
        self.weight.next = Sint::new(weight, self._width);
    }
    fn connect(&mut self) {
        self.weight.connect();
    }
    fn hdl(&self) -> Verilog {
        let top = self._width - 1;
        let rest = match self._width < FIELD_BITS {
            true => format!("wire [{}:0] unused_sign = value[15:{}]; // copies of the sign\n", 14 - top, self._width),
            false => String::new(),
        };
        Verilog::Custom(format!(
            "\
//@module initial_weight
//@doc The low bits + 1 bits of the random field, sign-extended; 31 stands for zero.
wire [3:0] gap = ~bits[3:0]; // 15 - bits
wire signed [15:0] aligned = field << gap;
wire signed [15:0] value = aligned >>> gap;
{rest}assign weight = bits[4] ? {}'sd0 : value[{top}:0];
",
            top + 1
        ))
    }
}
