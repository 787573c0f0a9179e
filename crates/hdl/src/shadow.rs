//! One configuration register: what was written, and what is in force since the last `apply`; or a constant.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// A shadowed register of `width` bits. Reset puts `power_up` into both. One that is fixed is `power_up`, always.
#[derive(SettlingBlock)]
pub struct Shadow {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub power_up: Signal<In, Uint>,
    pub write: Signal<In, Bit>,
    pub data: Signal<In, Uint>,
    pub apply: Signal<In, Bit>,
    /// In force.
    pub value: Signal<Out, Uint>,
    /// Written, and to be in force after the next apply.
    pub pending: Signal<Out, Uint>,
    /// The same, as the bus reads it.
    pub shown: Signal<Out, Uint>,
    fixed: Constant<Bit>,
    now: Register<Uint>,
    written: Register<Uint>,
    _activity: Activity,
}

impl Shadow {
    pub fn new(width: usize, fixed: bool) -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            power_up: num(width),
            write: Default::default(),
            data: num(width),
            apply: Default::default(),
            value: num(width),
            pending: num(width),
            shown: num(32),
            fixed: Constant::new(fixed),
            now: Register::wide(width),
            written: Register::wide(width),
            _activity: Default::default(),
        }
    }
}

impl Logic for Shadow {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: shadow");
        comment!("inline");
        comment!("doc: A configuration register: the value written, and the value in force since the last apply.");
        dff_setup!(self, clk, now, written);
        self.value.next = self.now.q.val();
        self.pending.next = self.written.q.val();
        self.shown.next = bit_cast_to(self.written.q.val(), 32);
        if self.fixed.val() {
            self.value.next = self.power_up.val();
            self.pending.next = self.power_up.val();
            self.shown.next = bit_cast_to(self.power_up.val(), 32);
        }
        if self.write.val() {
            self.written.d.next = self.data.val();
        }
        if self.apply.val() {
            self.now.d.next = self.written.q.val();
        }
        if self.rst.val() {
            self.now.d.next = self.power_up.val();
            self.written.d.next = self.power_up.val();
        }
    }
}
