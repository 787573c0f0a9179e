//! AXI4-Lite slave: five channels in front, one access at a time behind.
//!
//! ```text
//! cycle   0            1        2, 3            4      ..     8                    9     10
//!      address taken  chosen  address, decoded  `claim` held  access until `done`  ends  response valid
//! ```
//! Address and data of a write may come in either order. A read and a write that wait together take turns. Responses
//! stand until they are taken; while one stands, no further access of its kind begins.
//!
//! An access that is not aligned, or a write that does not carry all four bytes, is answered with SLVERR and never
//! reaches what is behind.
use crate::activity::Activity;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Cycles from the choice of an access until it is offered.
const SETTLE: usize = 6;
/// Bits of a register's address.
pub const ADDRESS_BITS: usize = 12;

/// The bus. `access` is offered with `write`, `address` and `data` until `done`, which comes with `error` and, for a
/// read, `value`.
#[derive(SettlingBlock)]
pub struct Axil {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub awaddr: Signal<In, Uint>,
    pub awvalid: Signal<In, Bit>,
    pub awready: Signal<Out, Bit>,
    pub wdata: Signal<In, Uint>,
    pub wstrb: Signal<In, Uint>,
    pub wvalid: Signal<In, Bit>,
    pub wready: Signal<Out, Bit>,
    pub bresp: Signal<Out, Uint>,
    pub bvalid: Signal<Out, Bit>,
    pub bready: Signal<In, Bit>,
    pub araddr: Signal<In, Uint>,
    pub arvalid: Signal<In, Bit>,
    pub arready: Signal<Out, Bit>,
    pub rdata: Signal<Out, Uint>,
    pub rresp: Signal<Out, Uint>,
    pub rvalid: Signal<Out, Bit>,
    pub rready: Signal<In, Bit>,
    // what is behind
    pub access: Signal<Out, Bit>,
    /// An access is on its way: four cycles ahead of it, and with it.
    pub claim: Signal<Out, Bit>,
    pub write: Signal<Out, Bit>,
    pub address: Signal<Out, Uint>,
    pub data: Signal<Out, Uint>,
    pub done: Signal<In, Bit>,
    pub error: Signal<In, Bit>,
    pub value: Signal<In, Uint>,
    /// One cycle for each access that is answered with SLVERR.
    pub refused: Signal<Out, Bit>,
    write_address: Register<Uint>,
    some_write_address: Register<Bit>,
    write_data: Register<Uint>,
    whole: Register<Bit>,
    some_write_data: Register<Bit>,
    read_address: Register<Uint>,
    some_read_address: Register<Bit>,
    active: Register<Bit>,
    writing: Register<Bit>,
    write_answered: Register<Bit>,
    write_error: Register<Bit>,
    read_answered: Register<Bit>,
    read_error: Register<Bit>,
    read_value: Register<Uint>,
    write_waits: Signal<Local, Bit>,
    read_waits: Signal<Local, Bit>,
    place: Register<Uint>,
    malformed: Register<Bit>,
    /// Element i: the access was chosen i + 1 cycles ago.
    settled: Vec<Register<Bit>>,
    ends: Register<Bit>,
    fails: Register<Bit>,
    offered: Signal<Local, Bit>,
    finish: Signal<Local, Bit>,
    failed: Signal<Local, Bit>,
    _activity: Activity,
}

impl Default for Axil {
    fn default() -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            awaddr: num(ADDRESS_BITS),
            awvalid: Default::default(),
            awready: Default::default(),
            wdata: num(32),
            wstrb: num(4),
            wvalid: Default::default(),
            wready: Default::default(),
            bresp: num(2),
            bvalid: Default::default(),
            bready: Default::default(),
            araddr: num(ADDRESS_BITS),
            arvalid: Default::default(),
            arready: Default::default(),
            rdata: num(32),
            rresp: num(2),
            rvalid: Default::default(),
            rready: Default::default(),
            access: Default::default(),
            claim: Default::default(),
            write: Default::default(),
            address: num(ADDRESS_BITS),
            data: num(32),
            done: Default::default(),
            error: Default::default(),
            value: num(32),
            refused: Default::default(),
            write_address: Register::wide(ADDRESS_BITS),
            some_write_address: Default::default(),
            write_data: Register::wide(32),
            whole: Default::default(),
            some_write_data: Default::default(),
            read_address: Register::wide(ADDRESS_BITS),
            some_read_address: Default::default(),
            active: Default::default(),
            writing: Default::default(),
            write_answered: Default::default(),
            write_error: Default::default(),
            read_answered: Default::default(),
            read_error: Default::default(),
            read_value: Register::wide(32),
            write_waits: Default::default(),
            read_waits: Default::default(),
            place: Register::wide(ADDRESS_BITS),
            malformed: Default::default(),
            settled: (0..SETTLE).map(|_| Register::default()).collect(),
            ends: Default::default(),
            fails: Default::default(),
            offered: Default::default(),
            finish: Default::default(),
            failed: Default::default(),
            _activity: Default::default(),
        }
    }
}

impl Logic for Axil {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: axil");
        comment!("doc: AXI4-Lite slave: one access at a time, reads and writes in turn, SLVERR where it is refused.");
        comment!("doc: Ten cycles from the last of address and data to the response if the access takes one.");
        dff_setup!(
            self,
            clk,
            write_address,
            some_write_address,
            write_data,
            whole,
            some_write_data,
            read_address,
            some_read_address,
            active,
            writing,
            write_answered,
            write_error,
            read_answered,
            read_error,
            read_value,
            place,
            malformed,
            ends,
            fails
        );
        for i in 0..6 {
            self.settled[i].clock.next = self.clk.val();
        }
        self.awready.next = !self.some_write_address.q.val();
        self.wready.next = !self.some_write_data.q.val();
        self.arready.next = !self.some_read_address.q.val();
        self.bvalid.next = self.write_answered.q.val();
        self.bresp.next = bits_of(0, 2);
        if self.write_error.q.val() {
            self.bresp.next = bits_of(2, 2);
        }
        self.rvalid.next = self.read_answered.q.val();
        self.rdata.next = self.read_value.q.val();
        self.rresp.next = bits_of(0, 2);
        if self.read_error.q.val() {
            self.rresp.next = bits_of(2, 2);
        }

        comment!("the access: address, what the table says of it, and whether the core is quiet take a cycle each");
        self.place.d.next = self.read_address.q.val();
        if self.writing.q.val() {
            self.place.d.next = self.write_address.q.val();
        }
        self.malformed.d.next = bit_cast_to(self.place.q.val(), 2).any() | (self.writing.q.val() & !self.whole.q.val());
        self.settled[0].d.next = self.active.q.val();
        for i in 0..5 {
            self.settled[i + 1].d.next = self.settled[i].q.val();
        }
        self.claim.next = self.settled[1].q.val() & !self.malformed.q.val();
        comment!("it is offered until it is done, and ends a cycle later");
        self.offered.next = self.settled[5].q.val() & !self.ends.q.val();
        self.access.next = self.offered.val() & !self.malformed.q.val();
        self.write.next = self.writing.q.val();
        self.address.next = self.place.q.val();
        self.data.next = self.write_data.q.val();
        self.ends.d.next = self.offered.val() & (self.malformed.q.val() | self.done.val());
        self.fails.d.next = self.malformed.q.val() | self.error.val();
        self.finish.next = self.ends.q.val();
        self.failed.next = self.fails.q.val();
        self.refused.next = self.finish.val() & self.failed.val();

        comment!("take addresses and data");
        if self.awvalid.val() & !self.some_write_address.q.val() {
            self.some_write_address.d.next = true;
            self.write_address.d.next = self.awaddr.val();
        }
        if self.wvalid.val() & !self.some_write_data.q.val() {
            self.some_write_data.d.next = true;
            self.write_data.d.next = self.wdata.val();
            self.whole.d.next = self.wstrb.val() == bits_of(15, 4);
        }
        if self.arvalid.val() & !self.some_read_address.q.val() {
            self.some_read_address.d.next = true;
            self.read_address.d.next = self.araddr.val();
        }

        comment!("choose: whoever was not served last goes first");
        self.write_waits.next =
            self.some_write_address.q.val() & self.some_write_data.q.val() & !self.write_answered.q.val();
        self.read_waits.next = self.some_read_address.q.val() & !self.read_answered.q.val();
        if !self.active.q.val() & (self.write_waits.val() | self.read_waits.val()) {
            self.active.d.next = true;
            self.writing.d.next = self.write_waits.val() & !(self.read_waits.val() & self.writing.q.val());
        }

        if self.finish.val() & !self.writing.q.val() {
            self.read_value.d.next = self.value.val();
            if self.failed.val() {
                self.read_value.d.next = bits_of(0, 32);
            }
        }

        comment!("answer, and hold the answer until it is taken");
        if self.bready.val() {
            self.write_answered.d.next = false;
        }
        if self.rready.val() {
            self.read_answered.d.next = false;
        }
        if self.finish.val() {
            self.active.d.next = false;
            for i in 0..6 {
                self.settled[i].d.next = false;
            }
            if self.writing.q.val() {
                self.some_write_address.d.next = false;
                self.some_write_data.d.next = false;
                self.write_answered.d.next = true;
                self.write_error.d.next = self.failed.val();
            } else {
                self.some_read_address.d.next = false;
                self.read_answered.d.next = true;
                self.read_error.d.next = self.failed.val();
            }
        }
        if self.rst.val() {
            self.some_write_address.d.next = false;
            self.some_write_data.d.next = false;
            self.some_read_address.d.next = false;
            self.active.d.next = false;
            self.ends.d.next = false;
            for i in 0..6 {
                self.settled[i].d.next = false;
            }
            self.writing.d.next = false;
            self.write_answered.d.next = false;
            self.read_answered.d.next = false;
        }
    }
}

const _: () = assert!(SETTLE == 6, "the kernel holds the number");
