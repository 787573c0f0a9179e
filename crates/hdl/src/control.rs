//! The control registers that are no settings: commands, status, interrupt, and what every read shows.
//!
//! An access is announced by `claim`, four cycles ahead, with what the table says of it. One that needs a core that does
//! nothing keeps it so from then on (`hold`), and is judged once that is certain. It is carried out in the cycle after
//! it comes, but for two: while an `apply` is judged every access waits, and the weight window takes its time.
use crate::activity::Activity;
use crate::axil::ADDRESS_BITS;
use crate::comment;
use crate::leaf::Register;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use drtp_core::{regs, Design};
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Commands, status, interrupt, the read multiplexer.
#[derive(SettlingBlock)]
pub struct Control {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    // the bus
    pub access: Signal<In, Bit>,
    pub claim: Signal<In, Bit>,
    pub write: Signal<In, Bit>,
    pub address: Signal<In, Uint>,
    /// Its lowest bits: commands and events.
    pub data: Signal<In, Uint>,
    pub done: Signal<Out, Bit>,
    pub error: Signal<Out, Bit>,
    pub value: Signal<Out, Uint>,
    pub refused: Signal<In, Bit>,
    // what the table says of the data of the access, and of its address
    pub meets: Signal<In, Uint>,
    pub found: Signal<In, Bit>,
    pub quiet_only: Signal<In, Bit>,
    pub takes_all: Signal<In, Bit>,
    pub asks: Signal<In, Uint>,
    // what the core is doing
    pub busy: Signal<In, Bit>,
    pub pending: Signal<In, Bit>,
    pub loaded: Signal<In, Bit>,
    /// No pass may begin; and no beat may come.
    pub hold: Signal<Out, Bit>,
    pub closed: Signal<Out, Bit>,
    pub initialised: Signal<In, Bit>,
    // events
    pub bad_frame: Signal<In, Bit>,
    pub bad_target: Signal<In, Bit>,
    pub bad_config: Signal<In, Bit>,
    pub classified: Signal<In, Bit>,
    pub init_done: Signal<In, Bit>,
    pub flush_done: Signal<In, Bit>,
    /// One, if the design has a watchdog.
    pub restarted: Vec<Signal<In, Bit>>,
    // commands
    pub init_wanted: Signal<Out, Bit>,
    pub flush_wanted: Signal<Out, Bit>,
    pub soft_reset: Signal<Out, Bit>,
    pub clear_counters: Signal<Out, Bit>,
    pub apply: Signal<Out, Bit>,
    /// An `apply` is being judged.
    pub judging: Signal<In, Bit>,
    // settings, counters, noise, window
    pub setting_write: Signal<Out, Bit>,
    pub setting_value: Signal<In, Uint>,
    pub counter_read: Signal<Out, Bit>,
    pub counter_value: Signal<In, Uint>,
    pub noise_write: Signal<Out, Bit>,
    pub noise_value: Signal<In, Uint>,
    pub window_place: Signal<Out, Bit>,
    pub window_start: Signal<Out, Bit>,
    pub window_address: Signal<In, Uint>,
    pub window_active: Signal<In, Bit>,
    pub window_done: Signal<In, Bit>,
    pub window_error: Signal<In, Bit>,
    pub window_value: Signal<In, Uint>,
    pub irq: Signal<Out, Bit>,
    init: Register<Bit>,
    flush: Register<Bit>,
    soft_wanted: Register<Bit>,
    irq_status: Register<Uint>,
    irq_enable: Register<Uint>,
    found_1: Register<Bit>,
    quiet_only_1: Register<Bit>,
    takes_all_1: Register<Bit>,
    asks_1: Register<Uint>,
    accepted: Register<Bit>,
    is_command: Register<Bit>,
    commands: Register<Bit>,
    was_busy: Register<Bit>,
    is_irq_status: Register<Bit>,
    is_irq_enable: Register<Bit>,
    is_noise: Register<Bit>,
    is_place: Register<Bit>,
    is_window: Register<Bit>,
    is_counter: Register<Bit>,
    is_identity: Register<Bit>,
    is_flags: Register<Bit>,
    is_wide: Register<Bit>,
    is_quiet: Register<Bit>,
    is_empty: Register<Bit>,
    good: Register<Bit>,
    judged: Register<Bit>,
    holds: Register<Bit>,
    judged_before: Register<Bit>,
    took: Register<Bit>,
    identity: Register<Uint>,
    flags: Register<Uint>,
    wide: Register<Uint>,
    shown: Register<Uint>,
    learns: Constant<Bit>,
    is_busy: Signal<Local, Bit>,
    quiet: Signal<Local, Bit>,
    applies: Signal<Local, Bit>,
    waits: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    store: Signal<Local, Bit>,
    command: Signal<Local, Bit>,
    cleared: Signal<Local, Uint>,
    event: Vec<Signal<Local, Uint>>,
    under_way: Vec<Signal<Local, Uint>>,
    doing: Vec<Signal<Local, Uint>>,
    place: Signal<Local, Uint>,
    page: Signal<Local, Uint>,
    _events: usize,
    _watchdogs: usize,
    _widths: i64,
    _lanes: i64,
    _hidden_words: i64,
    _output_words: i64,
    _max_layers: i64,
    _max_width: i64,
    _id: i64,
    _version: i64,
    _activity: Activity,
}

impl Control {
    /// Events that IRQ_STATUS keeps.
    pub fn events(design: &Design) -> usize {
        regs::events(design).count_ones() as usize
    }
    /// `conditions`: how many the table has on the data of a write.
    pub fn new(design: &Design, conditions: usize) -> Self {
        let events = Self::events(design);
        let words = |count: usize, width: usize| (0..count).map(|_| num(width)).collect();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            access: Default::default(),
            claim: Default::default(),
            write: Default::default(),
            address: num(ADDRESS_BITS),
            data: num(events),
            done: Default::default(),
            error: Default::default(),
            value: num(32),
            refused: Default::default(),
            meets: num(conditions),
            found: Default::default(),
            quiet_only: Default::default(),
            takes_all: Default::default(),
            asks: num(conditions),
            busy: Default::default(),
            pending: Default::default(),
            loaded: Default::default(),
            hold: Default::default(),
            closed: Default::default(),
            initialised: Default::default(),
            bad_frame: Default::default(),
            bad_target: Default::default(),
            bad_config: Default::default(),
            classified: Default::default(),
            init_done: Default::default(),
            flush_done: Default::default(),
            restarted: (0..usize::from(design.watchdog)).map(|_| Default::default()).collect(),
            init_wanted: Default::default(),
            flush_wanted: Default::default(),
            soft_reset: Default::default(),
            clear_counters: Default::default(),
            apply: Default::default(),
            judging: Default::default(),
            setting_write: Default::default(),
            setting_value: num(32),
            counter_read: Default::default(),
            counter_value: num(32),
            noise_write: Default::default(),
            noise_value: num(32),
            window_place: Default::default(),
            window_start: Default::default(),
            window_address: num(32),
            window_active: Default::default(),
            window_done: Default::default(),
            window_error: Default::default(),
            window_value: num(32),
            irq: Default::default(),
            init: Default::default(),
            flush: Default::default(),
            soft_wanted: Default::default(),
            irq_status: Register::wide(events),
            irq_enable: Register::wide(events),
            found_1: Default::default(),
            quiet_only_1: Default::default(),
            takes_all_1: Default::default(),
            asks_1: Register::wide(conditions),
            accepted: Default::default(),
            is_command: Default::default(),
            commands: Default::default(),
            was_busy: Default::default(),
            is_irq_status: Default::default(),
            is_irq_enable: Default::default(),
            is_noise: Default::default(),
            is_place: Default::default(),
            is_window: Default::default(),
            is_counter: Default::default(),
            is_identity: Default::default(),
            is_flags: Default::default(),
            is_wide: Default::default(),
            is_quiet: Default::default(),
            is_empty: Default::default(),
            good: Default::default(),
            judged: Default::default(),
            holds: Default::default(),
            judged_before: Default::default(),
            took: Default::default(),
            identity: Register::wide(32),
            flags: Register::wide(events),
            wide: Register::wide(32),
            shown: Register::wide(32),
            learns: Constant::new(design.learning),
            is_busy: Default::default(),
            quiet: Default::default(),
            applies: Default::default(),
            waits: Default::default(),
            take: Default::default(),
            store: Default::default(),
            command: Default::default(),
            cleared: num(events),
            event: words(events, events),
            under_way: words(3, events),
            doing: words(4, events),
            place: num(3),
            page: num(8),
            _events: events,
            _watchdogs: usize::from(design.watchdog),
            _widths: (design.hidden_bits | design.output_bits << 8) as i64,
            _lanes: design.lanes as i64,
            _hidden_words: design.hidden_words as i64,
            _output_words: design.output_words as i64,
            _max_layers: design.max_layers as i64,
            _max_width: (design.max_width | design.max_hidden << 16) as i64,
            _id: i64::from(regs::ID_VALUE),
            _version: i64::from(regs::VERSION_VALUE),
            _activity: Default::default(),
        }
    }
}

impl Logic for Control {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("module: control");
        comment!(
            "doc: Commands, status, interrupt, and what a read shows. An access is carried out in the cycle after"
        );
        comment!("doc: it comes; while an apply is judged it waits, and the weight window takes its time.");
        dff_setup!(
            self,
            clk,
            init,
            flush,
            soft_wanted,
            irq_status,
            irq_enable,
            found_1,
            quiet_only_1,
            takes_all_1,
            asks_1,
            accepted,
            is_command,
            commands,
            was_busy,
            is_irq_status,
            is_irq_enable,
            is_noise,
            is_place,
            is_window,
            is_counter,
            is_identity,
            is_flags,
            is_wide,
            is_quiet,
            is_empty,
            good,
            judged,
            holds,
            judged_before,
            took,
            identity,
            flags,
            wide,
            shown
        );
        self.init_wanted.next = self.init.q.val();
        self.flush_wanted.next = self.flush.q.val() | self.soft_wanted.q.val();
        self.soft_reset.next = self.soft_wanted.q.val();
        self.is_busy.next = self.busy.val() | self.init.q.val() | self.flush.q.val() | self.soft_wanted.q.val();
        self.quiet.next = !self.is_busy.val() & !self.pending.val();

        comment!("what it is");
        self.found_1.d.next = self.found.val();
        self.quiet_only_1.d.next = self.quiet_only.val();
        self.takes_all_1.d.next = self.takes_all.val();
        self.asks_1.d.next = self.asks.val();
        self.accepted.d.next = self.takes_all_1.q.val() | (self.asks_1.q.val() & self.meets.val()).any();
        self.is_command.d.next = self.address.val().index() == 0x020;
        self.is_irq_status.d.next = self.address.val().index() == 0x028;
        self.is_irq_enable.d.next = self.address.val().index() == 0x02C;
        self.is_noise.d.next = self.address.val().index() == 0x044;
        self.is_place.d.next = self.address.val().index() == 0x180;
        self.is_window.d.next = self.address.val().index() == 0x184;
        self.is_counter.d.next = self.address.val().get_bit(8) & !self.address.val().get_bit(7);

        comment!("may it be, and is it carried out; what needs a quiet core keeps it quiet");
        self.command.next = self.write.val() & self.is_command.q.val();
        self.commands.d.next = self.command.val();
        self.applies.next = self.command.val() & self.data.val().get_bit(4);
        self.holds.d.next = self.claim.val() & (self.quiet_only_1.q.val() | self.applies.val());
        self.hold.next = self.holds.q.val();
        self.closed.next = self.claim.val() & self.applies.val();
        self.is_quiet.d.next = self.quiet.val();
        self.is_empty.d.next = !self.loaded.val();
        self.good.d.next = self.found_1.q.val()
            & (!self.write.val() | self.accepted.q.val())
            & (!self.quiet_only_1.q.val() | self.is_quiet.q.val())
            & (!self.applies.val() | (self.is_quiet.q.val() & self.is_empty.q.val()));
        comment!("an access that waited for the verdict must show it");
        self.judged.d.next = self.judging.val();
        self.judged_before.d.next = self.judged.q.val();
        self.waits.next = self.judging.val() | self.judged.q.val() | self.judged_before.q.val();
        comment!("carried out in the cycle after, when the access is over or the window has it");
        self.took.d.next =
            self.access.val() & !self.waits.val() & !self.window_active.val() & self.good.q.val() & !self.took.q.val();
        self.take.next = self.took.q.val();
        self.store.next = self.take.val() & self.write.val();
        self.done.next = self.access.val()
            & !self.waits.val()
            & !self.window_active.val()
            & !(self.good.q.val() & self.is_window.q.val());
        self.error.next = !self.good.q.val();
        if self.window_active.val() {
            self.done.next = self.window_done.val();
            self.error.next = self.window_error.val();
        }
        self.setting_write.next = self.store.val();
        self.noise_write.next = self.store.val() & self.is_noise.q.val();
        self.window_place.next = self.store.val() & self.is_place.q.val();
        self.window_start.next = self.take.val() & self.is_window.q.val();
        self.counter_read.next = self.take.val() & self.is_counter.q.val();
        self.apply.next = self.store.val() & self.applies.val();
        self.clear_counters.next = self.store.val() & self.commands.q.val() & self.data.val().get_bit(2);

        comment!("commands; one that comes while the one before it ends is a new one");
        if self.init_done.val() {
            self.init.d.next = false;
        }
        if self.flush_done.val() {
            self.flush.d.next = false;
            self.soft_wanted.d.next = false;
        }
        if self.store.val() & self.commands.q.val() {
            if self.data.val().get_bit(0) & self.learns.val() {
                self.init.d.next = true;
            }
            if self.data.val().get_bit(1) {
                self.flush.d.next = true;
            }
            if self.data.val().get_bit(3) {
                self.soft_wanted.d.next = true;
            }
        }

        comment!("interrupt: an event in the cycle of a clear stays");
        for i in 0..self._events {
            self.event[i].next = bits_of(0, self._events);
        }
        if self.bad_frame.val() {
            self.event[0].next = bits_of(1, self._events);
        }
        if self.bad_target.val() {
            self.event[1].next = bits_of(2, self._events);
        }
        if self.bad_config.val() {
            self.event[2].next = bits_of(4, self._events);
        }
        if self.refused.val() {
            self.event[3].next = bits_of(8, self._events);
        }
        if self.init_done.val() | self.flush_done.val() {
            self.event[4].next = bits_of(16, self._events);
        }
        if self.classified.val() {
            self.event[5].next = bits_of(32, self._events);
        }
        self.cleared.next = bits_of(0, self._events);
        if self.store.val() & self.is_irq_status.q.val() {
            self.cleared.next = self.data.val();
        }
        self.irq_status.d.next = (self.irq_status.q.val() & !self.cleared.val())
            | self.event[0].val()
            | self.event[1].val()
            | self.event[2].val()
            | self.event[3].val()
            | self.event[4].val()
            | self.event[5].val();
        for i in 0..self._watchdogs {
            if self.restarted[i].val() {
                self.event[i + 6].next = bits_of(64, self._events);
            }
            comment!("and a restart");
            self.irq_status.d.next = (self.irq_status.q.val() & !self.cleared.val())
                | self.event[0].val()
                | self.event[1].val()
                | self.event[2].val()
                | self.event[3].val()
                | self.event[4].val()
                | self.event[5].val()
                | self.event[i + 6].val();
        }
        if self.store.val() & self.is_irq_enable.q.val() {
            self.irq_enable.d.next = self.data.val();
        }
        self.irq.next = (self.irq_status.q.val() & self.irq_enable.q.val()).any();

        comment!("what a read shows, as it was two cycles ago; first the constants");
        self.place.next = bit_cast_to(self.address.val() >> 2, 3);
        self.identity.d.next = bits_of(self._id, 32);
        match self.place.val().index() {
            1 => {
                self.identity.d.next = bits_of(self._version, 32);
            }
            2 => {
                self.identity.d.next = bits_of(self._lanes, 32);
            }
            3 => {
                self.identity.d.next = bits_of(self._widths, 32);
            }
            4 => {
                self.identity.d.next = bits_of(self._hidden_words, 32);
            }
            5 => {
                self.identity.d.next = bits_of(self._max_layers, 32);
            }
            6 => {
                self.identity.d.next = bits_of(self._max_width, 32);
            }
            7 => {
                self.identity.d.next = bits_of(self._output_words, 32);
            }
            _ => {}
        }
        comment!("CTRL, STATUS, IRQ_STATUS, IRQ_ENABLE");
        for i in 0..3 {
            self.under_way[i].next = bits_of(0, self._events);
        }
        for i in 0..4 {
            self.doing[i].next = bits_of(0, self._events);
        }
        if self.init.q.val() {
            self.under_way[0].next = bits_of(1, self._events);
        }
        if self.flush.q.val() {
            self.under_way[1].next = bits_of(2, self._events);
        }
        if self.soft_wanted.q.val() {
            self.under_way[2].next = bits_of(8, self._events);
        }
        self.was_busy.d.next = self.is_busy.val();
        if self.was_busy.q.val() {
            self.doing[0].next = bits_of(1, self._events);
        }
        if self.pending.val() {
            self.doing[1].next = bits_of(2, self._events);
        }
        if !self.is_empty.q.val() {
            self.doing[2].next = bits_of(4, self._events);
        }
        if self.initialised.val() {
            self.doing[3].next = bits_of(8, self._events);
        }
        self.flags.d.next = self.under_way[0].val() | self.under_way[1].val() | self.under_way[2].val();
        if self.place.val().index() == 1 {
            self.flags.d.next = self.doing[0].val() | self.doing[1].val() | self.doing[2].val() | self.doing[3].val();
        }
        if self.is_irq_status.q.val() {
            self.flags.d.next = self.irq_status.q.val();
        }
        if self.is_irq_enable.q.val() {
            self.flags.d.next = self.irq_enable.q.val();
        }
        comment!("NOISE_STATE, W_ADDR, W_DATA");
        self.wide.d.next = self.noise_value.val();
        if self.is_place.q.val() {
            self.wide.d.next = self.window_address.val();
        }
        if self.is_window.q.val() {
            self.wide.d.next = self.window_value.val();
        }
        self.shown.d.next = self.setting_value.val();
        self.page.next = bit_cast_to(self.address.val() >> 4, 8);
        self.is_identity.d.next = self.address.val().index() < 0x20;
        self.is_flags.d.next = self.page.val().index() == 2;
        if self.is_identity.q.val() {
            self.shown.d.next = self.identity.q.val();
        }
        if self.is_flags.q.val() {
            self.shown.d.next = bit_cast_to(self.flags.q.val(), 32);
        }
        if self.is_counter.q.val() {
            self.shown.d.next = self.counter_value.val();
        }
        self.is_wide.d.next = self.is_noise.q.val() | self.is_place.q.val() | self.is_window.q.val();
        if self.is_wide.q.val() {
            self.shown.d.next = self.wide.q.val();
        }
        self.value.next = self.shown.q.val();
        if self.rst.val() {
            self.init.d.next = false;
            self.flush.d.next = false;
            self.soft_wanted.d.next = false;
            self.took.d.next = false;
            self.irq_status.d.next = bits_of(0, self._events);
            self.irq_enable.d.next = bits_of(0, self._events);
        }
    }
}

const _: () = assert!(
    regs::IRQ_BAD_FRAME == 1
        && regs::IRQ_BAD_TARGET == 2
        && regs::IRQ_BAD_CONFIG == 4
        && regs::IRQ_BAD_ACCESS == 8
        && regs::IRQ_DONE == 16
        && regs::IRQ_CLASSIFIED == 32
        && regs::IRQ_RESTARTED == 64,
    "the kernel holds the events as numbers"
);
const _: () = assert!(
    regs::CTRL == 0x020
        && regs::STATUS == 0x024
        && regs::IRQ_STATUS == 0x028
        && regs::IRQ_ENABLE == 0x02C
        && regs::NOISE_STATE == 0x044
        && regs::COUNTER_BASE == 0x100
        && regs::W_ADDR == 0x180
        && regs::W_DATA == 0x184,
    "the kernel holds the offsets as numbers"
);
