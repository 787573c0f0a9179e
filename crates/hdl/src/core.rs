//! The accelerator: everything wired together.
//!
//! ```text
//! s_axis -> builder -> lists -> stages -> lane[0..L) -> drain -+-> hidden -> lists (hidden layers)
//!                        ^ ^            ^         ^                 +-> sender -> m_axis (output layer)
//!                        | sequencer ---+---------+-- teacher <- owing, ranking, pending errors
//! s_axil -> bus -> map, control -> settings, window, counters; and a watchdog over all, if the design has one
//! ```
use crate::activity::Activity;
use crate::axil::Axil;
use crate::comment;
use crate::control::Control;
use crate::counters::Counters;
use crate::drain::Drain;
use crate::event_builder::EventBuilder;
use crate::event_lists::EventLists;
use crate::hidden_events::HiddenEvents;
use crate::lane::Lane;
use crate::leaf::RegisterMap;
use crate::num::{bit_cast_to, bits_of, num, Sint, Uint};
use crate::owing::Owing;
use crate::pair_lane::PairLane;
use crate::ranking::Ranking;
use crate::sender::Sender;
use crate::sequencer::Sequencer;
use crate::settings::Settings;
use crate::stages::Stages;
use crate::teacher::Teacher;
use crate::watchdog::Watchdog;
use crate::weight_init::WeightInit;
use crate::window::Window;
use drtp_core::Config;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Name of the printed top module.
pub const TOP: &str = "drtp_core";

/// The accelerator. Ports: AXI4-Stream in and out, AXI4-Lite control, interrupt.
#[derive(SettlingBlock)]
pub struct DrtpCore {
    pub clk: Signal<In, Clock>,
    pub rst: Signal<In, Bit>,
    pub s_axis_tdata: Signal<In, Uint>,
    pub s_axis_tvalid: Signal<In, Bit>,
    pub s_axis_tready: Signal<Out, Bit>,
    pub s_axis_tlast: Signal<In, Bit>,
    pub s_axis_tuser: Signal<In, Uint>,
    pub m_axis_tdata: Signal<Out, Uint>,
    pub m_axis_tvalid: Signal<Out, Bit>,
    pub m_axis_tready: Signal<In, Bit>,
    pub m_axis_tlast: Signal<Out, Bit>,
    pub m_axis_tuser: Signal<Out, Uint>,
    pub s_axil_awaddr: Signal<In, Uint>,
    pub s_axil_awprot: Signal<In, Uint>,
    pub s_axil_awvalid: Signal<In, Bit>,
    pub s_axil_awready: Signal<Out, Bit>,
    pub s_axil_wdata: Signal<In, Uint>,
    pub s_axil_wstrb: Signal<In, Uint>,
    pub s_axil_wvalid: Signal<In, Bit>,
    pub s_axil_wready: Signal<Out, Bit>,
    pub s_axil_bresp: Signal<Out, Uint>,
    pub s_axil_bvalid: Signal<Out, Bit>,
    pub s_axil_bready: Signal<In, Bit>,
    pub s_axil_araddr: Signal<In, Uint>,
    pub s_axil_arprot: Signal<In, Uint>,
    pub s_axil_arvalid: Signal<In, Bit>,
    pub s_axil_arready: Signal<Out, Bit>,
    pub s_axil_rdata: Signal<Out, Uint>,
    pub s_axil_rresp: Signal<Out, Uint>,
    pub s_axil_rvalid: Signal<Out, Bit>,
    pub s_axil_rready: Signal<In, Bit>,
    pub irq: Signal<Out, Bit>,
    pub bus: Axil,
    pub map: RegisterMap,
    pub control: Control,
    pub settings: Settings,
    pub builder: EventBuilder,
    pub lists: EventLists,
    pub hidden: HiddenEvents,
    pub sequencer: Sequencer,
    pub weight_init: WeightInit,
    pub stages: Stages,
    pub teacher: Teacher,
    /// All lanes, or none where they come as pairs.
    pub lane: Vec<Lane>,
    pub pair: Vec<PairLane>,
    pub drain: Drain,
    pub ranking: Ranking,
    pub owing: Owing,
    pub sender: Sender,
    pub window: Window,
    /// One, or none if the design has no counters.
    pub counters: Vec<Counters>,
    /// One, or none if the design has no watchdog.
    pub watchdog: Vec<Watchdog>,
    restart: Vec<Signal<Local, Bit>>,
    shift: Signal<Local, Uint>,
    sum: Signal<Local, Sint>,
    storing_pair: Signal<Local, Uint>,
    owes_behind: Signal<Local, Bit>,
    classes: Signal<Local, Uint>,
    pass_start: Signal<Local, Bit>,
    pass_done: Signal<Local, Bit>,
    idle: Signal<Local, Bit>,
    input_ready: Signal<Local, Bit>,
    output_valid: Signal<Local, Bit>,
    counter_value: Signal<Local, Uint>,
    write_lane: Signal<Local, Uint>,
    write_word: Signal<Local, Uint>,
    write_weight: Signal<Local, Sint>,
    write_now: Signal<Local, Bit>,
    write_output: Signal<Local, Bit>,
    unused_prot: Signal<Local, Bit>,
    unused_user: Vec<Signal<Local, Bit>>,
    learns: Constant<Bit>,
    pairs: Constant<Bit>,
    _idle_targets: usize,
    _lanes: usize,
    _counters: usize,
    _watchdogs: usize,
    _events: usize,
    _first: usize,
    _last: usize,
    _pairs: usize,
    _first_pair: usize,
    _last_pair: usize,
    _slices: usize,
    _pair_slices: usize,
    _slice: usize,
    _pair_slice: usize,
    _max_layers: usize,
    _hidden_layers: usize,
    _sizes: usize,
    _size_bits: usize,
    _activity: Activity,
}

impl DrtpCore {
    pub fn new(config: &Config) -> Self {
        let design = config.design();
        // nothing but teaching and counting asks for the target
        let (lanes, pairs) = if design.pairs() { (0, design.multipliers()) } else { (design.lanes, 0) };
        let idle_targets = usize::from(!design.learning && !design.counters);
        Self {
            clk: Default::default(),
            rst: Default::default(),
            s_axis_tdata: num(design.stream_bits),
            s_axis_tvalid: Default::default(),
            s_axis_tready: Default::default(),
            s_axis_tlast: Default::default(),
            s_axis_tuser: num(8),
            m_axis_tdata: num(32),
            m_axis_tvalid: Default::default(),
            m_axis_tready: Default::default(),
            m_axis_tlast: Default::default(),
            m_axis_tuser: num(8),
            s_axil_awaddr: num(12),
            s_axil_awprot: num(3),
            s_axil_awvalid: Default::default(),
            s_axil_awready: Default::default(),
            s_axil_wdata: num(32),
            s_axil_wstrb: num(4),
            s_axil_wvalid: Default::default(),
            s_axil_wready: Default::default(),
            s_axil_bresp: num(2),
            s_axil_bvalid: Default::default(),
            s_axil_bready: Default::default(),
            s_axil_araddr: num(12),
            s_axil_arprot: num(3),
            s_axil_arvalid: Default::default(),
            s_axil_arready: Default::default(),
            s_axil_rdata: num(32),
            s_axil_rresp: num(2),
            s_axil_rvalid: Default::default(),
            s_axil_rready: Default::default(),
            irq: Default::default(),
            bus: Axil::default(),
            map: RegisterMap::new(config),
            control: Control::new(design, RegisterMap::conditions(config)),
            settings: Settings::new(config),
            builder: EventBuilder::new(design),
            lists: EventLists::new(design),
            hidden: HiddenEvents::new(design),
            sequencer: Sequencer::new(design),
            weight_init: WeightInit::new(design),
            stages: Stages::new(design),
            teacher: Teacher::new(design),
            lane: (0..lanes).map(|_| Lane::new(design)).collect(),
            pair: (0..pairs).map(|_| PairLane::new(design)).collect(),
            drain: Drain::new(design),
            ranking: Ranking::new(design),
            owing: Owing::new(design),
            sender: Sender::new(design),
            window: Window::new(design),
            counters: (0..usize::from(design.counters)).map(|_| Counters::new(design)).collect(),
            watchdog: (0..usize::from(design.watchdog)).map(|_| Watchdog::new(design)).collect(),
            restart: (0..usize::from(design.watchdog)).map(|_| Default::default()).collect(),
            shift: num(4),
            sum: num(design.acc_bits()),
            storing_pair: num(design.lane_bits()),
            owes_behind: Default::default(),
            classes: num(design.size_bits()),
            pass_start: Default::default(),
            pass_done: Default::default(),
            idle: Default::default(),
            input_ready: Default::default(),
            output_valid: Default::default(),
            counter_value: num(32),
            write_lane: num(design.lane_bits()),
            write_word: num(design.word_bits()),
            write_weight: num(design.weight_bits()),
            write_now: Default::default(),
            write_output: Default::default(),
            unused_prot: Default::default(),
            unused_user: (0..idle_targets).map(|_| Default::default()).collect(),
            learns: Constant::new(design.learning),
            pairs: Constant::new(design.pairs()),
            _idle_targets: idle_targets,
            _lanes: lanes,
            _counters: usize::from(design.counters),
            _watchdogs: usize::from(design.watchdog),
            _events: Control::events(design),
            _first: lanes.min(1),
            _last: lanes.saturating_sub(1),
            _pairs: pairs,
            _first_pair: pairs.min(1),
            _last_pair: pairs.saturating_sub(1),
            _slices: if design.pairs() { 0 } else { design.slices() },
            _pair_slices: if design.pairs() { design.slices() } else { 0 },
            _slice: design.slice(),
            _pair_slice: design.slice() / 2,
            _max_layers: design.max_layers,
            _hidden_layers: design.max_layers - 1,
            _sizes: design.max_layers + 1,
            _size_bits: design.size_bits(),
            _activity: Default::default(),
        }
    }
}

impl Logic for DrtpCore {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("doc: Streaming accelerator that classifies and trains: AXI4-Stream samples in, scores out.");
        self.settings.clk.next = self.clk.val();
        self.builder.clk.next = self.clk.val();
        self.lists.clk.next = self.clk.val();
        self.hidden.clk.next = self.clk.val();
        self.sequencer.clk.next = self.clk.val();
        self.weight_init.clk.next = self.clk.val();
        self.stages.clk.next = self.clk.val();
        self.teacher.clk.next = self.clk.val();
        self.drain.clk.next = self.clk.val();
        self.ranking.clk.next = self.clk.val();
        self.owing.clk.next = self.clk.val();
        self.sender.clk.next = self.clk.val();
        self.settings.rst.next = self.rst.val();
        self.builder.rst.next = self.rst.val();
        self.hidden.rst.next = self.rst.val();
        self.sequencer.rst.next = self.rst.val();
        self.weight_init.rst.next = self.rst.val();
        self.stages.rst.next = self.rst.val();
        self.teacher.rst.next = self.rst.val();
        self.drain.rst.next = self.rst.val();
        self.owing.rst.next = self.rst.val();
        self.sender.rst.next = self.rst.val();
        self.window.rst.next = self.rst.val();
        comment!("the bus: awprot and arprot make no difference");
        self.unused_prot.next = self.s_axil_awprot.val().any() | self.s_axil_arprot.val().any();
        self.bus.clk.next = self.clk.val();
        self.bus.rst.next = self.rst.val();
        self.bus.awaddr.next = self.s_axil_awaddr.val();
        self.bus.awvalid.next = self.s_axil_awvalid.val();
        self.s_axil_awready.next = self.bus.awready.val();
        self.bus.wdata.next = self.s_axil_wdata.val();
        self.bus.wstrb.next = self.s_axil_wstrb.val();
        self.bus.wvalid.next = self.s_axil_wvalid.val();
        self.s_axil_wready.next = self.bus.wready.val();
        self.s_axil_bresp.next = self.bus.bresp.val();
        self.s_axil_bvalid.next = self.bus.bvalid.val();
        self.bus.bready.next = self.s_axil_bready.val();
        self.bus.araddr.next = self.s_axil_araddr.val();
        self.bus.arvalid.next = self.s_axil_arvalid.val();
        self.s_axil_arready.next = self.bus.arready.val();
        self.s_axil_rdata.next = self.bus.rdata.val();
        self.s_axil_rresp.next = self.bus.rresp.val();
        self.s_axil_rvalid.next = self.bus.rvalid.val();
        self.bus.rready.next = self.s_axil_rready.val();
        self.bus.done.next = self.control.done.val();
        self.bus.error.next = self.control.error.val();
        self.bus.value.next = self.control.value.val();

        comment!("registers");
        self.map.address.next = self.bus.address.val();
        self.map.clk.next = self.clk.val();
        self.map.data.next = self.bus.data.val();
        self.control.meets.next = self.map.meets.val();
        self.control.clk.next = self.clk.val();
        self.control.rst.next = self.rst.val();
        self.control.access.next = self.bus.access.val();
        self.control.claim.next = self.bus.claim.val();
        self.control.write.next = self.bus.write.val();
        self.control.address.next = self.bus.address.val();
        self.control.data.next = bit_cast_to(self.bus.data.val(), self._events);
        self.control.refused.next = self.bus.refused.val();
        self.control.found.next = self.map.found.val();
        self.control.quiet_only.next = self.map.quiet_only.val();
        self.control.takes_all.next = self.map.takes_all.val();
        self.control.asks.next = self.map.asks.val();
        self.idle.next = self.sequencer.idle.val();
        self.control.busy.next = !self.idle.val() | self.builder.accepted.val() | !self.sender.empty.val();
        self.control.pending.next = self.owing.pending.val();
        self.control.loaded.next = !self.builder.empty.val();
        self.control.initialised.next = self.sequencer.is_initialised.val();
        self.control.bad_frame.next = self.builder.bad_frame.val();
        self.control.bad_target.next = self.builder.bad_target.val();
        self.control.bad_config.next = self.settings.fails.val();
        self.pass_done.next = self.sequencer.finish.val() & !self.sequencer.flush.val();
        self.control.classified.next = self.pass_done.val();
        self.control.init_done.next = self.sequencer.init_done.val();
        self.control.flush_done.next = self.sequencer.flush_done.val();
        self.control.judging.next = self.settings.judging.val();
        self.settings.write.next = self.control.setting_write.val();
        self.settings.address.next = self.bus.address.val();
        self.settings.data.next = self.bus.data.val();
        self.settings.apply.next = self.control.apply.val();
        self.control.setting_value.next = self.settings.value.val();
        self.control.noise_value.next = bits_of(0, 32);
        if self.learns.val() {
            self.control.noise_value.next = self.stages.noise_state.val();
        }
        self.irq.next = self.control.irq.val();

        for i in 0..self._first {
            self.sum.next = self.lane[i].drain_out.val();
        }
        for i in 0..self._first_pair {
            self.sum.next = self.pair[i].drain_out.val();
        }

        comment!("the weight window");
        self.window.clk.next = self.clk.val();
        self.window.place.next = self.control.window_place.val();
        self.window.start.next = self.control.window_start.val();
        self.window.write.next = self.bus.write.val();
        self.window.data.next = self.bus.data.val();
        self.control.window_address.next = self.window.address.val();
        self.control.window_active.next = self.window.active.val();
        self.control.window_done.next = self.window.done.val();
        self.control.window_error.next = self.window.error.val();
        self.control.window_value.next = self.window.value.val();
        self.window.capture.next = self.stages.capture.val();
        comment!("a pair's sums are captured one after the other: none may move between, as the window would have it");
        if self.pairs.val() {
            self.window.capture.next = self.stages.capture.val() & self.window.active.val();
        }
        self.window.z.next = self.sum.val();

        comment!("settings, and the number of classes");
        self.shift.next = bits_of(0, 4);
        self.owes_behind.next = false;
        self.classes.next = bits_of(0, self._size_bits);
        for i in 0..self._max_layers {
            if self.sequencer.layer.val().index() == i {
                self.shift.next = self.settings.shift[i].val();
            }
            if self.settings.layers.val().index() == i + 1 {
                self.classes.next = self.settings.size[i + 1].val();
            }
            self.sequencer.owes[i].next = self.owing.owes[i].val();
            self.drain.binary_point[i].next = self.settings.wf[i].val();
        }
        for i in 0..self._hidden_layers {
            if self.drain.next_layer.val().index() == i {
                self.owes_behind.next = self.owing.owes[i + 1].val();
            }
        }
        for i in 0..self._sizes {
            self.sequencer.size[i].next = self.settings.size[i].val();
            self.weight_init.size[i].next = self.settings.size[i].val();
            self.teacher.size[i].next = self.settings.size[i].val();
            self.drain.size[i].next = self.settings.size[i].val();
        }
        for i in 0..self._max_layers {
            self.weight_init.init_bits[i].next = self.settings.init_bits[i].val();
            self.teacher.owes[i].next = self.owing.owes[i].val();
        }
        self.pass_start.next = self.sequencer.pass_start.val();

        comment!("samples in");
        for i in 0..self._idle_targets {
            self.unused_user[i].next = self.s_axis_tuser.val().any();
        }
        self.builder.tdata.next = self.s_axis_tdata.val();
        self.builder.tvalid.next = self.s_axis_tvalid.val();
        self.builder.tlast.next = self.s_axis_tlast.val();
        self.builder.tuser.next = self.s_axis_tuser.val();
        self.input_ready.next = self.builder.tready.val();
        for i in 0..self._watchdogs {
            comment!("no beat goes into a loader that is being reset");
            self.input_ready.next = self.builder.tready.val() & !self.watchdog[i].restart.val();
        }
        self.s_axis_tready.next = self.input_ready.val();
        self.builder.open.next = self.sequencer.is_initialised.val()
            & !self.settings.judging.val()
            & !self.control.closed.val()
            & !self.control.soft_reset.val()
            & !self.control.init_wanted.val()
            & !self.control.flush_wanted.val();
        self.builder.cancel.next = self.idle.val() & self.control.soft_reset.val();
        self.builder.take.next = self.sequencer.take.val();
        self.builder.visited.next = self.sequencer.visited.val();
        self.builder.forget.next = self.settings.applied.val();
        self.builder.inputs.next = self.settings.size[0].val();
        self.builder.classes.next = self.classes.val();

        comment!("the lists of events");
        self.lists.input_page.next = self.builder.page.val();
        self.lists.append.next = self.builder.append.val();
        self.lists.append_present.next = self.builder.append_present.val();
        self.lists.any_at.next = self.builder.any_at.val();
        self.lists.present_at.next = self.builder.present_at.val();
        self.lists.input_index.next = self.builder.index.val();
        self.lists.x.next = self.builder.x.val();
        self.lists.x_previous.next = self.builder.x_previous.val();
        self.lists.hidden_append.next = self.hidden.append.val();
        self.lists.hidden_page.next = self.hidden.append_list.val();
        self.lists.hidden_at.next = self.hidden.append_at.val();
        self.lists.hidden_index.next = self.hidden.append_index.val();
        self.lists.y.next = self.hidden.present.val();
        self.lists.y_previous.next = self.hidden.previous.val();
        self.lists.read.next = self.sequencer.issue.val() & !self.sequencer.bias.val();
        self.lists.at.next = self.sequencer.at.val();
        self.lists.from_hidden.next = self.sequencer.from_hidden.val();
        self.lists.from_any.next = self.sequencer.from_any.val();
        comment!("inputs: the page that is not filled; hidden layers: the outputs of the layer before");
        self.lists.read_page.next = !self.builder.page.val();
        if self.sequencer.from_hidden.val() {
            self.lists.read_page.next = !self.sequencer.odd_layer.val();
        }
        self.lists.flush.next = self.sequencer.flush.val();
        self.hidden.pass_start.next = self.pass_start.val();
        self.hidden.swap.next = self.pass_done.val();
        self.hidden.flush.next = self.sequencer.flush.val();
        self.hidden.layer_start.next = self.sequencer.layer_start.val();
        self.hidden.start_list.next = self.sequencer.odd_layer.val();
        self.hidden.fetch.next = self.drain.fetch.val();
        self.hidden.store.next = self.drain.store.val();
        self.hidden.list.next = self.drain.layer.val().get_bit(0);
        self.hidden.y.next = self.drain.y.val();
        self.hidden.y_some.next = self.drain.y_some.val();
        self.hidden.last.next = self.drain.last.val();
        self.hidden.index.next = self.drain.index.val();
        self.hidden.owes.next = self.owes_behind.val();
        self.hidden.read_list.next = !self.sequencer.odd_layer.val();

        comment!("sequencer and initial weights");
        self.sequencer.layers.next = self.settings.layers.val();
        self.sequencer.init_wanted.next = self.control.init_wanted.val();
        self.sequencer.flush_wanted.next = self.control.flush_wanted.val();
        self.sequencer.sample_loaded.next = self.builder.loaded.val() & !self.control.soft_reset.val();
        self.sequencer.sample_accepted.next = self.builder.accepted.val() & !self.control.soft_reset.val();
        self.sequencer.hold.next = self.window.active.val() | self.control.hold.val();
        self.sequencer.scores_free.next = self.sender.free.val();
        self.sequencer.any_count.next = self.builder.any_count.val();
        self.sequencer.present_count.next = self.builder.present_count.val();
        self.sequencer.hidden_count.next = self.hidden.count.val();
        self.sequencer.hidden_complete.next = self.hidden.complete.val();
        self.sequencer.pending.next = self.owing.pending.val();
        self.sequencer.applied.next = self.settings.applied.val();
        self.sequencer.init_idle.next = self.weight_init.idle.val() | !self.learns.val();
        self.sequencer.teacher_soon.next = self.teacher.soon.val() | !self.learns.val();
        self.sequencer.teacher_ready.next = self.teacher.ready.val() | !self.learns.val();
        self.sequencer.drain_done.next = self.drain.done.val();
        self.weight_init.start.next = self.sequencer.init_start.val();
        self.weight_init.layers.next = self.settings.layers.val();
        self.weight_init.seed_init.next = self.settings.seed_init.val();
        self.weight_init.seed_noise.next = self.settings.seed_noise.val();
        self.weight_init.noise_field.next = self.stages.noise_field.val();

        comment!("the event on its way to the lanes");
        self.stages.group_begin.next = self.sequencer.group_begin.val();
        self.stages.first_group.next = self.sequencer.first_group.val();
        self.stages.issue.next = self.sequencer.issue.val();
        self.stages.second.next = self.sequencer.second.val();
        self.stages.bias.next = self.sequencer.bias.val();
        self.stages.base.next = self.sequencer.base.val();
        self.stages.inputs.next = self.sequencer.inputs.val();
        self.stages.owes.next = self.sequencer.layer_owes.val();
        self.stages.shift.next = self.shift.val();
        self.stages.output_layer.next = self.sequencer.output_layer.val();
        self.stages.index.next = self.lists.index.val();
        self.stages.present.next = self.lists.present.val();
        self.stages.previous.next = self.lists.previous.val();
        self.stages.flush.next = self.sequencer.flush.val();
        self.stages.window.next = self.window.active.val();
        self.stages.window_issue.next = self.window.issue.val();
        self.stages.window_word.next = self.window.word.val();
        self.stages.window_output.next = self.window.output_layer.val();
        self.stages.noise_load.next = self.weight_init.noise_load.val() | self.control.noise_write.val();
        self.stages.noise_value.next = self.weight_init.noise_value.val();
        if self.control.noise_write.val() {
            self.stages.noise_value.next = self.bus.data.val();
        }
        self.stages.noise_step.next = self.weight_init.noise_step.val();

        comment!("one weight at a time: initial weights, or the window's");
        self.write_now.next = (self.weight_init.store.val() & self.learns.val()) | self.window.store.val();
        self.write_lane.next = self.weight_init.store_lane.val();
        self.write_word.next = self.weight_init.store_word.val();
        self.write_weight.next = self.weight_init.store_weight.val();
        self.write_output.next = self.weight_init.output_layer.val();
        if self.window.active.val() | !self.learns.val() {
            self.write_lane.next = self.window.lane.val();
            self.write_word.next = self.window.word.val();
            self.write_weight.next = self.window.weight.val();
            self.write_output.next = self.window.output_layer.val();
        }
        self.stages.store.next = self.write_now.val();
        self.stages.store_lane.next = self.write_lane.val();
        self.stages.store_word.next = self.write_word.val();
        self.stages.store_output.next = self.write_output.val();
        self.stages.store_weight.next = self.write_weight.val();

        comment!("the lanes: neuron j of a layer in lane j mod L");
        for i in 0..self._lanes {
            self.lane[i].clk.next = self.clk.val();
            self.lane[i].rst.next = self.stages.empties.val();
            self.lane[i].read_hidden.next = self.stages.read_hidden.val();
            self.lane[i].read_output.next = self.stages.read_output.val();
            self.lane[i].read_word.next = self.stages.read_word.val();
            self.lane[i].load_hidden.next = self.stages.load_hidden.val();
            self.lane[i].load_output.next = self.stages.load_output.val();
            self.lane[i].take.next = self.stages.take.val();
            self.lane[i].select_output.next = self.stages.select_output.val();
            self.lane[i].update.next = self.stages.update.val();
            self.lane[i].blank.next = self.stages.blank.val();
            self.lane[i].store.next = self.stages.storing.val() & (self.stages.storing_lane.val().index() == i);
            self.lane[i].u.next = self.stages.u.val();
            self.lane[i].moves.next = self.stages.moves.val();
            self.lane[i].edge_output.next = self.stages.edge_output.val();
            self.lane[i].limit_output.next = self.stages.limit_output.val();
            self.lane[i].x.next = self.stages.x.val();
            self.lane[i].write_word.next = self.stages.write_word.val();
            self.lane[i].capture.next = self.stages.capture.val();
            self.lane[i].clear.next = self.stages.clear.val();
            self.lane[i].shift.next = self.drain.shift.val() | self.window.shift.val();
        }
        comment!("or pairs of lanes: neurons 2 p and 2 p + 1 of a group in pair p");
        self.storing_pair.next = self.stages.storing_lane.val() >> 1;
        for i in 0..self._pairs {
            self.pair[i].clk.next = self.clk.val();
            self.pair[i].rst.next = self.stages.empties.val();
            self.pair[i].read.next = self.stages.read_hidden.val() | self.stages.read_output.val();
            self.pair[i].load.next = self.stages.load_hidden.val() | self.stages.load_output.val();
            self.pair[i].at.next = self.stages.pair_at.val();
            self.pair[i].take.next = self.stages.take.val();
            self.pair[i].select_second.next = self.stages.select_second.val();
            self.pair[i].select_output.next = self.stages.select_output.val();
            self.pair[i].update.next = self.stages.update.val();
            self.pair[i].blank.next = self.stages.blank.val();
            self.pair[i].store.next = self.stages.storing.val() & (self.storing_pair.val().index() == i);
            self.pair[i].u.next = self.stages.u.val();
            self.pair[i].moves.next = self.stages.moves.val();
            self.pair[i].edge_output.next = self.stages.edge_output.val();
            self.pair[i].limit_output.next = self.stages.limit_output.val();
            self.pair[i].x.next = self.stages.x.val();
            self.pair[i].single.next = self.stages.single.val();
            self.pair[i].close.next = self.stages.close.val();
            self.pair[i].close_low.next = self.stages.close_low.val();
            self.pair[i].close_high.next = self.stages.close_high.val();
            self.pair[i].write_output.next = self.stages.close_output.val();
            self.pair[i].capture_first.next = self.stages.capture_first.val();
            self.pair[i].capture_second.next = self.stages.capture_second.val();
            self.pair[i].clear.next = self.stages.clear.val();
            self.pair[i].shift.next = self.drain.shift.val() | self.window.shift.val();
        }
        comment!("the drain registers form a ring: what comes round is never used");
        for i in 0..self._last_pair {
            self.pair[i].drain_in.next = self.pair[i + 1].drain_out.val();
        }
        for i in self._last_pair..self._pairs {
            self.pair[i].drain_in.next = self.pair[0].drain_out.val();
        }
        for i in 0..self._last {
            self.lane[i].drain_in.next = self.lane[i + 1].drain_out.val();
        }
        for i in self._last..self._lanes {
            self.lane[i].drain_in.next = self.lane[0].drain_out.val();
        }
        for s in 0..self._slices {
            for l in 0..self._slice {
                self.lane[s * 16 + l].teach.next = self.teacher.load[s].val();
                self.lane[s * 16 + l].teach_some.next = self.teacher.some.val().get_bit(l);
                self.lane[s * 16 + l].teach_negative.next = self.teacher.negative.val().get_bit(l);
            }
        }

        for s in 0..self._pair_slices {
            for l in 0..self._pair_slice {
                self.pair[s * 8 + l].teach.next = self.teacher.load[s].val();
                self.pair[s * 8 + l].teach_first_some.next = self.teacher.some.val().get_bit(2 * l);
                self.pair[s * 8 + l].teach_first_negative.next = self.teacher.negative.val().get_bit(2 * l);
                self.pair[s * 8 + l].teach_second_some.next = self.teacher.some.val().get_bit(2 * l + 1);
                self.pair[s * 8 + l].teach_second_negative.next = self.teacher.negative.val().get_bit(2 * l + 1);
            }
        }

        comment!("the teaching signal");
        self.teacher.start.next = self.sequencer.prepare.val() & self.learns.val();
        self.teacher.claim.next = self.sequencer.group_begin.val();
        self.teacher.take.next = self.stages.taken.val() & !self.window.active.val();
        self.teacher.layers.next = self.settings.layers.val();
        self.teacher.seed.next = self.settings.seed_projection.val();
        self.teacher.ternary.next = self.settings.ternary.val();
        self.teacher.contrast.next = self.settings.rule.val().index() == 2;
        self.teacher.pass_start.next = self.pass_start.val();
        self.teacher.score.next = self.drain.score_valid.val();
        self.teacher.is_target.next = self.drain.score_is_target.val();
        self.teacher.new_rival.next = self.ranking.new_rival.val();
        self.teacher.pending_write.next = self.drain.pending_write.val();
        self.teacher.pending_addr.next = self.drain.pending_addr.val();
        self.teacher.pending_word.next = self.drain.pending_word.val();

        comment!("finished sums");
        self.drain.pass_start.next = self.pass_start.val();
        self.drain.flush.next = self.sequencer.flush.val();
        self.drain.layers.next = self.settings.layers.val();
        self.drain.clipped_relu.next = self.settings.clipped_relu.val();
        self.drain.target.next = self.builder.target.val();
        self.drain.dead_zone.next = self.settings.dead_zone.val();
        self.drain.capture.next = self.stages.capture.val() & !self.window.active.val();
        if self.pairs.val() {
            self.drain.capture.next = self.stages.capture_second.val() & !self.window.active.val();
        }
        self.drain.z.next = self.sum.val();
        self.ranking.start.next = self.pass_start.val();
        self.ranking.valid.next = self.drain.score_valid.val();
        self.ranking.candidate.next = self.drain.score_class.val();
        self.ranking.is_target.next = self.drain.score_is_target.val();
        self.ranking.score.next = self.drain.score.val();
        self.ranking.margin.next = self.settings.margin.val();

        comment!("what the sample owes");
        self.owing.pass_start.next = self.pass_start.val();
        self.owing.layer.next = self.drain.error_layer.val();
        self.owing.error_some.next = self.drain.error_some.val();
        self.owing.finish.next = self.sequencer.finish.val();
        self.owing.flush.next = self.sequencer.flush.val();
        self.owing.learn.next = self.builder.learn.val();
        self.owing.close.next = self.ranking.close.val();
        self.owing.forget.next = self.sequencer.init_start.val();
        self.owing.layers.next = self.settings.layers.val();
        self.owing.rule.next = self.settings.rule.val();

        comment!("scores out");
        self.sender.score_valid.next = self.drain.score_valid.val();
        self.sender.score_class.next = self.drain.score_class.val();
        self.sender.score.next = self.drain.score.val();
        self.sender.start.next = self.pass_done.val();
        self.sender.last_class.next = bit_cast_to(self.classes.val(), 7) - 1;
        self.sender.best.next = self.ranking.best.val();
        self.sender.owes.next = self.owing.will_owe.val();
        self.m_axis_tdata.next = self.sender.tdata.val();
        self.output_valid.next = self.sender.tvalid.val();
        self.m_axis_tvalid.next = self.output_valid.val();
        self.m_axis_tlast.next = self.sender.tlast.val();
        self.m_axis_tuser.next = self.sender.tuser.val();
        self.sender.tready.next = self.m_axis_tready.val();

        comment!("counters");
        self.counter_value.next = bits_of(0, 32);
        for i in 0..self._counters {
            self.counters[i].clk.next = self.clk.val();
            self.counters[i].rst.next = self.rst.val();
            self.counters[i].clear.next = self.control.clear_counters.val();
            self.counters[i].busy.next = self.sequencer.in_pass.val();
            self.counters[i].sample.next = self.pass_done.val();
            self.counters[i].learned.next = self.pass_done.val() & self.builder.learn.val();
            self.counters[i].correct.next =
                self.pass_done.val() & (self.ranking.best.val() == self.builder.target.val());
            self.counters[i].dropped.next = self.builder.dropped.val();
            self.counters[i].visit.next = self.sequencer.issue.val() & !self.sequencer.second.val();
            self.counters[i].neurons.next = self.sequencer.group_neurons.val();
            self.counters[i].input_stall.next = self.s_axis_tvalid.val() & !self.input_ready.val();
            self.counters[i].output_stall.next = self.output_valid.val() & !self.m_axis_tready.val();
            self.counters[i].select.next = bit_cast_to(self.bus.address.val() >> 2, 5);
            self.counters[i].read.next = self.control.counter_read.val();
            self.counter_value.next = self.counters[i].value.val();
            for l in 0..self._lanes {
                self.counters[i].changed[l].next = self.lane[l].writes.val() & self.stages.event_writes.val();
                self.counters[i].saturated[l].next = self.lane[l].saturates.val();
            }
            for l in 0..self._pairs {
                self.counters[i].changed[l].next = self.pair[l].writes.val() & self.stages.event_writes.val();
                self.counters[i].saturated[l].next = self.pair[l].saturates.val();
            }
        }
        self.control.counter_value.next = self.counter_value.val();

        for i in 0..self._watchdogs {
            comment!("a core that hangs: what carries a sample is reset, weights, settings and counters stay");
            self.watchdog[i].clk.next = self.clk.val();
            self.watchdog[i].rst.next = self.rst.val();
            self.watchdog[i].rests.next = self.idle.val()
                & !self.window.active.val()
                & (self.input_ready.val() | (self.output_valid.val() & !self.m_axis_tready.val()));
            self.watchdog[i].begins.next = self.pass_start.val();
            self.watchdog[i].initialised.next = self.sequencer.is_initialised.val();
            self.restart[i].next = self.rst.val() | self.watchdog[i].restart.val();
            self.builder.rst.next = self.restart[i].val();
            self.hidden.rst.next = self.restart[i].val();
            self.sequencer.rst.next = self.restart[i].val();
            self.sequencer.keeps[i].next = self.watchdog[i].keeps.val() & !self.rst.val();
            self.weight_init.rst.next = self.restart[i].val();
            self.stages.rst.next = self.restart[i].val();
            self.teacher.rst.next = self.restart[i].val();
            self.drain.rst.next = self.restart[i].val();
            self.owing.rst.next = self.restart[i].val();
            self.sender.rst.next = self.restart[i].val();
            self.window.rst.next = self.restart[i].val();
            self.control.restarted[i].next = self.watchdog[i].restarted.val();
        }
    }
}
