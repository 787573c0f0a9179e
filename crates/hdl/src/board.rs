//! The top of a board: the core behind a serial line.
//!
//! ```text
//! uart_rx, uart_tx <-> bridge <-> core       led[0] initialised   led[1] busy
//!                                            led[2] update owed   led[3] damaged request
//! ```
//! The LEDs tell what can be told from the core's ports: `led[0]` has been lit since the core first took a beat; `led[1]`
//! is lit while a request is carried out or answered; `led[2]` says what the last sample's scores said, until a write to
//! CTRL; `led[3]` is lit from a damaged request to the next good one.
use crate::activity::Activity;
use crate::bridge::HostBridge;
use crate::comment;
use crate::core::DrtpCore;
use crate::emit::{self, EmitError, Files};
use crate::leaf::Register;
use crate::num::{bits_of, num, Uint};
use drtp_core::{Bridge, Config};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Name of the printed top module.
pub const TOP: &str = "drtp_board";

/// Core and bridge.
#[derive(SettlingBlock)]
pub struct Board {
    pub clk: Signal<In, Clock>,
    /// Synchronous, active high.
    pub rst: Signal<In, Bit>,
    pub uart_rx: Signal<In, Bit>,
    pub uart_tx: Signal<Out, Bit>,
    pub led: Signal<Out, Uint>,
    pub bridge: HostBridge,
    pub core: DrtpCore,
    initialised: Register<Bit>,
    sample_ready: Signal<Local, Bit>,
    lamp_0: Signal<Local, Uint>,
    lamp_1: Signal<Local, Uint>,
    lamp_2: Signal<Local, Uint>,
    lamp_3: Signal<Local, Uint>,
    unused_irq: Signal<Local, Bit>,
    _activity: Activity,
}

impl Board {
    /// The board of a configuration.
    pub fn new(config: &Config, bridge: &Bridge) -> Self {
        Self {
            clk: Default::default(),
            rst: Default::default(),
            uart_rx: Default::default(),
            uart_tx: Default::default(),
            led: num(4),
            bridge: HostBridge::new(config.design(), bridge),
            core: DrtpCore::new(config),
            initialised: Default::default(),
            sample_ready: Default::default(),
            lamp_0: num(4),
            lamp_1: num(4),
            lamp_2: num(4),
            lamp_3: num(4),
            unused_irq: Default::default(),
            _activity: Default::default(),
        }
    }
}

/// The Verilog of a whole board: module [`TOP`] with ports `clk`, `rst`, `uart_rx`, `uart_tx` and `led[3:0]`, the core
/// inside as `drtp_core`.
///
/// # Errors
/// As [`emit::files`].
pub fn files(config: &Config, bridge: &Bridge) -> Result<Files, EmitError> {
    let mut board = Box::new(Board::new(config, bridge));
    board.connect_all();
    emit::files(board.as_ref(), TOP)
}

impl Logic for Board {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("doc: The core behind a serial line. led: initialised, busy, update owed, damaged request.");
        dff_setup!(self, clk, initialised);
        self.bridge.clk.next = self.clk.val();
        self.bridge.rst.next = self.rst.val();
        self.core.clk.next = self.clk.val();
        self.core.rst.next = self.rst.val();
        self.bridge.rx.next = self.uart_rx.val();
        self.uart_tx.next = self.bridge.tx.val();

        self.sample_ready.next = self.core.s_axis_tready.val();
        self.core.s_axis_tdata.next = self.bridge.s_axis_tdata.val();
        self.core.s_axis_tvalid.next = self.bridge.s_axis_tvalid.val();
        self.core.s_axis_tlast.next = self.bridge.s_axis_tlast.val();
        self.core.s_axis_tuser.next = self.bridge.s_axis_tuser.val();
        self.bridge.s_axis_tready.next = self.sample_ready.val();
        self.bridge.m_axis_tdata.next = self.core.m_axis_tdata.val();
        self.bridge.m_axis_tvalid.next = self.core.m_axis_tvalid.val();
        self.bridge.m_axis_tlast.next = self.core.m_axis_tlast.val();
        self.bridge.m_axis_tuser.next = self.core.m_axis_tuser.val();
        self.core.m_axis_tready.next = self.bridge.m_axis_tready.val();
        self.core.s_axil_awaddr.next = self.bridge.address.val();
        self.core.s_axil_awprot.next = bits_of(0, 3);
        self.core.s_axil_awvalid.next = self.bridge.awvalid.val();
        self.bridge.awready.next = self.core.s_axil_awready.val();
        self.core.s_axil_wdata.next = self.bridge.wdata.val();
        self.core.s_axil_wstrb.next = bits_of(15, 4);
        self.core.s_axil_wvalid.next = self.bridge.wvalid.val();
        self.bridge.wready.next = self.core.s_axil_wready.val();
        self.bridge.bresp.next = self.core.s_axil_bresp.val();
        self.bridge.bvalid.next = self.core.s_axil_bvalid.val();
        self.core.s_axil_bready.next = self.bridge.bready.val();
        self.core.s_axil_araddr.next = self.bridge.address.val();
        self.core.s_axil_arprot.next = bits_of(0, 3);
        self.core.s_axil_arvalid.next = self.bridge.arvalid.val();
        self.bridge.arready.next = self.core.s_axil_arready.val();
        self.bridge.rdata.next = self.core.s_axil_rdata.val();
        self.bridge.rresp.next = self.core.s_axil_rresp.val();
        self.bridge.rvalid.next = self.core.s_axil_rvalid.val();
        self.core.s_axil_rready.next = self.bridge.rready.val();
        comment!("the bridge asks instead");
        self.unused_irq.next = self.core.irq.val();

        if self.sample_ready.val() {
            self.initialised.d.next = true;
        }
        if self.rst.val() {
            self.initialised.d.next = false;
        }
        self.lamp_0.next = bits_of(0, 4);
        if self.initialised.q.val() {
            self.lamp_0.next = bits_of(1, 4);
        }
        self.lamp_1.next = bits_of(0, 4);
        if self.bridge.busy.val() {
            self.lamp_1.next = bits_of(2, 4);
        }
        self.lamp_2.next = bits_of(0, 4);
        if self.bridge.owes.val() {
            self.lamp_2.next = bits_of(4, 4);
        }
        self.lamp_3.next = bits_of(0, 4);
        if self.bridge.alarm.val() {
            self.lamp_3.next = bits_of(8, 4);
        }
        self.led.next = self.lamp_0.val() | self.lamp_1.val() | self.lamp_2.val() | self.lamp_3.val();
    }
}
