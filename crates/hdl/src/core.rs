//! The accelerator: everything wired together.
//!
//! ```text
//! s_axis -> loader -> activations -> stages -> lane[0..L) -> drain -+-> activations (hidden layers)
//!                        ^ ^            ^         ^                 +-> sender -> m_axis (output layer)
//!                        | sequencer ---+---------+-- teacher <- owing, ranking, pending errors
//! cfg -> settings, weight_init
//! ```
use crate::activations::Activations;
use crate::activity::Activity;
use crate::comment;
use crate::drain::Drain;
use crate::lane::Lane;
use crate::loader::Loader;
use crate::num::{bit_cast_to, bits_of, num, Uint};
use crate::owing::Owing;
use crate::ranking::Ranking;
use crate::sender::Sender;
use crate::sequencer::Sequencer;
use crate::settings::Settings;
use crate::stages::Stages;
use crate::teacher::Teacher;
use crate::weight_init::WeightInit;
use drtp_core::Config;
use drtp_hdl_macros::SettlingBlock;
use rust_hdl::prelude::*;

/// Name of the printed top module.
pub const TOP: &str = "drtp_core";

/// The accelerator. Ports: AXI4-Stream in and out, a plain configuration port, status and events.
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
    pub cfg_write: Signal<In, Bit>,
    pub cfg_addr: Signal<In, Uint>,
    pub cfg_wdata: Signal<In, Uint>,
    pub cfg_ready: Signal<Out, Bit>,
    pub cfg_error: Signal<Out, Bit>,
    pub status_busy: Signal<Out, Bit>,
    pub status_pending: Signal<Out, Bit>,
    pub status_loaded: Signal<Out, Bit>,
    pub event_bad_frame: Signal<Out, Bit>,
    pub event_bad_target: Signal<Out, Bit>,
    pub event_bad_config: Signal<Out, Bit>,
    pub event_init_done: Signal<Out, Bit>,
    pub event_flush_done: Signal<Out, Bit>,
    pub event_classified: Signal<Out, Bit>,
    pub settings: Settings,
    pub loader: Loader,
    pub activations: Activations,
    pub sequencer: Sequencer,
    pub weight_init: WeightInit,
    pub stages: Stages,
    pub teacher: Teacher,
    pub lane: Vec<Lane>,
    pub drain: Drain,
    pub ranking: Ranking,
    pub owing: Owing,
    pub sender: Sender,
    wf: Signal<Local, Uint>,
    shift: Signal<Local, Uint>,
    owes: Signal<Local, Bit>,
    classes: Signal<Local, Uint>,
    output_layer: Signal<Local, Bit>,
    first_layer: Signal<Local, Bit>,
    pass_start: Signal<Local, Bit>,
    pass_done: Signal<Local, Bit>,
    _lanes: usize,
    _last: usize,
    _slices: usize,
    _slice: usize,
    _max_layers: usize,
    _sizes: usize,
    _size_bits: usize,
    _activity: Activity,
}

impl DrtpCore {
    pub fn new(config: &Config) -> Self {
        let design = config.design();
        Self {
            clk: Default::default(),
            rst: Default::default(),
            s_axis_tdata: num(8),
            s_axis_tvalid: Default::default(),
            s_axis_tready: Default::default(),
            s_axis_tlast: Default::default(),
            s_axis_tuser: num(8),
            m_axis_tdata: num(32),
            m_axis_tvalid: Default::default(),
            m_axis_tready: Default::default(),
            m_axis_tlast: Default::default(),
            m_axis_tuser: num(8),
            cfg_write: Default::default(),
            cfg_addr: num(12),
            cfg_wdata: num(32),
            cfg_ready: Default::default(),
            cfg_error: Default::default(),
            status_busy: Default::default(),
            status_pending: Default::default(),
            status_loaded: Default::default(),
            event_bad_frame: Default::default(),
            event_bad_target: Default::default(),
            event_bad_config: Default::default(),
            event_init_done: Default::default(),
            event_flush_done: Default::default(),
            event_classified: Default::default(),
            settings: Settings::new(config),
            loader: Loader::new(design),
            activations: Activations::new(design),
            sequencer: Sequencer::new(design),
            weight_init: WeightInit::new(design),
            stages: Stages::new(design),
            teacher: Teacher::new(design),
            lane: (0..design.lanes).map(|_| Lane::new(design)).collect(),
            drain: Drain::new(design),
            ranking: Ranking::new(design),
            owing: Owing::new(design),
            sender: Sender::new(design),
            wf: num(4),
            shift: num(4),
            owes: Default::default(),
            classes: num(design.size_bits()),
            output_layer: Default::default(),
            first_layer: Default::default(),
            pass_start: Default::default(),
            pass_done: Default::default(),
            _lanes: design.lanes,
            _last: design.lanes - 1,
            _slices: design.slices(),
            _slice: design.slice(),
            _max_layers: design.max_layers,
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
        self.loader.clk.next = self.clk.val();
        self.activations.clk.next = self.clk.val();
        self.sequencer.clk.next = self.clk.val();
        self.weight_init.clk.next = self.clk.val();
        self.stages.clk.next = self.clk.val();
        self.teacher.clk.next = self.clk.val();
        self.drain.clk.next = self.clk.val();
        self.ranking.clk.next = self.clk.val();
        self.owing.clk.next = self.clk.val();
        self.sender.clk.next = self.clk.val();
        self.settings.rst.next = self.rst.val();
        self.loader.rst.next = self.rst.val();
        self.activations.rst.next = self.rst.val();
        self.sequencer.rst.next = self.rst.val();
        self.weight_init.rst.next = self.rst.val();
        self.stages.rst.next = self.rst.val();
        self.teacher.rst.next = self.rst.val();
        self.drain.rst.next = self.rst.val();
        self.owing.rst.next = self.rst.val();
        self.sender.rst.next = self.rst.val();

        comment!("configuration port, status, events");
        self.settings.cfg_write.next = self.cfg_write.val();
        self.settings.cfg_addr.next = self.cfg_addr.val();
        self.settings.cfg_wdata.next = self.cfg_wdata.val();
        self.cfg_ready.next = self.settings.cfg_ready.val();
        self.cfg_error.next = self.settings.cfg_error.val();
        self.settings.quiet.next =
            self.sequencer.idle.val() & self.loader.empty.val() & self.sender.free.val() & !self.owing.pending.val();
        self.settings.init_done.next = self.sequencer.init_done.val();
        self.settings.flush_done.next = self.sequencer.flush_done.val();
        self.status_busy.next = !self.sequencer.idle.val() | !self.sender.free.val();
        self.status_pending.next = self.owing.pending.val();
        self.status_loaded.next = !self.loader.empty.val();
        self.event_bad_frame.next = self.loader.bad_frame.val();
        self.event_bad_target.next = self.loader.bad_target.val();
        self.event_bad_config.next = self.settings.bad_config.val();
        self.event_init_done.next = self.sequencer.init_done.val();
        self.event_flush_done.next = self.sequencer.flush_done.val();
        self.pass_done.next = self.sequencer.finish.val() & !self.sequencer.flush.val();
        self.event_classified.next = self.pass_done.val();

        comment!("settings of the layer in the pipeline, and the number of classes");
        self.wf.next = bits_of(0, 4);
        self.shift.next = bits_of(0, 4);
        self.owes.next = false;
        self.classes.next = bits_of(0, self._size_bits);
        for i in 0..self._max_layers {
            if self.sequencer.layer.val().index() == i {
                self.wf.next = self.settings.wf[i].val();
                self.shift.next = self.settings.shift[i].val();
                self.owes.next = self.owing.owes[i].val();
            }
            if self.settings.layers.val().index() == i + 1 {
                self.classes.next = self.settings.size[i + 1].val();
            }
        }
        for i in 0..self._sizes {
            self.sequencer.size[i].next = self.settings.size[i].val();
            self.weight_init.size[i].next = self.settings.size[i].val();
            self.teacher.size[i].next = self.settings.size[i].val();
        }
        for i in 0..self._max_layers {
            self.weight_init.init_bits[i].next = self.settings.init_bits[i].val();
            self.teacher.owes[i].next = self.owing.owes[i].val();
        }
        self.output_layer.next = self.sequencer.output_layer.val();
        if self.sequencer.in_init.val() {
            self.output_layer.next = self.weight_init.output_layer.val();
        }
        self.first_layer.next = self.sequencer.layer.val().index() == 0;
        self.pass_start.next = self.sequencer.layer_start.val() & self.first_layer.val();

        comment!("samples in");
        self.loader.tdata.next = self.s_axis_tdata.val();
        self.loader.tvalid.next = self.s_axis_tvalid.val();
        self.loader.tlast.next = self.s_axis_tlast.val();
        self.loader.tuser.next = self.s_axis_tuser.val();
        self.s_axis_tready.next = self.loader.tready.val();
        self.loader.open.next = self.sequencer.idle.val() & !self.settings.hold.val();
        self.loader.sample_done.next = self.pass_done.val();
        self.loader.inputs.next = self.settings.size[0].val();
        self.loader.classes.next = self.classes.val();

        comment!("stored activations: the loader writes between passes, the drain within them; a bias is not stored");
        self.activations.swap.next = self.pass_done.val();
        self.activations.read.next = self.sequencer.issue.val() & !self.sequencer.last.val();
        self.activations.read_addr.next = self.sequencer.activation.val();
        self.activations.write.next = self.loader.store.val() | self.drain.store.val();
        self.activations.write_addr.next = self.loader.store_addr.val();
        self.activations.write_data.next = self.loader.store_data.val();
        if self.drain.store.val() {
            self.activations.write_addr.next = self.drain.store_addr.val();
            self.activations.write_data.next = self.drain.store_data.val();
        }

        comment!("sequencer and initial weights");
        self.sequencer.layers.next = self.settings.layers.val();
        self.sequencer.init_wanted.next = self.settings.init_wanted.val();
        self.sequencer.flush_wanted.next = self.settings.flush_wanted.val();
        self.sequencer.sample_loaded.next = self.loader.loaded.val();
        self.sequencer.scores_free.next = self.sender.free.val();
        self.sequencer.pending.next = self.owing.pending.val();
        self.sequencer.applied.next = self.settings.applied.val();
        self.sequencer.init_idle.next = self.weight_init.idle.val();
        self.sequencer.teacher_ready.next = self.teacher.ready.val();
        self.sequencer.drain_done.next = self.drain.done.val();
        self.weight_init.start.next = self.sequencer.init_start.val();
        self.weight_init.layers.next = self.settings.layers.val();
        self.weight_init.seed_init.next = self.settings.seed_init.val();
        self.weight_init.seed_noise.next = self.settings.seed_noise.val();
        self.weight_init.noise_field.next = self.stages.noise_field.val();

        comment!("the event on its way to the lanes");
        self.stages.issue.next = self.sequencer.issue.val();
        self.stages.first.next = self.sequencer.first.val();
        self.stages.last.next = self.sequencer.last.val();
        self.stages.first_group.next = self.sequencer.first_group.val();
        self.stages.word.next = self.sequencer.word.val();
        self.stages.present.next = self.activations.present.val();
        self.stages.previous.next = self.activations.previous.val();
        self.stages.owes.next = self.owes.val();
        self.stages.shift.next = self.shift.val();
        self.stages.flush.next = self.sequencer.flush.val();
        self.stages.noise_load.next = self.weight_init.noise_load.val();
        self.stages.noise_value.next = self.weight_init.noise_value.val();
        self.stages.noise_step.next = self.weight_init.noise_step.val();

        comment!("the lanes: neuron j of a layer in lane j mod L");
        for i in 0..self._lanes {
            self.lane[i].clk.next = self.clk.val();
            self.lane[i].output_layer.next = self.output_layer.val();
            self.lane[i].read.next = self.stages.read.val();
            self.lane[i].read_word.next = self.stages.read_word.val();
            self.lane[i].take.next = self.stages.take.val();
            self.lane[i].update.next = self.stages.update.val();
            self.lane[i].u.next = self.stages.u.val();
            self.lane[i].x.next = self.stages.x.val();
            self.lane[i].write_word.next = self.stages.write_word.val();
            self.lane[i].accumulate.next = self.stages.accumulate.val();
            self.lane[i].first.next = self.stages.accumulate_first.val();
            self.lane[i].capture.next = self.stages.capture.val();
            self.lane[i].shift.next = self.drain.shift.val();
            self.lane[i].store.next = self.weight_init.store.val() & (self.weight_init.store_lane.val().index() == i);
            self.lane[i].store_word.next = self.weight_init.store_word.val();
            self.lane[i].store_weight.next = self.weight_init.store_weight.val();
        }
        comment!("the drain registers form a ring: what comes round is never used");
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

        comment!("the teaching signal");
        self.teacher.start.next = self.sequencer.prepare.val();
        self.teacher.take.next = self.stages.take.val();
        self.teacher.layers.next = self.settings.layers.val();
        self.teacher.seed.next = self.settings.seed_projection.val();
        self.teacher.ternary.next = self.settings.ternary.val();
        self.teacher.contrast.next = self.settings.rule.val().index() == 2;
        self.teacher.target.next = self.owing.kept_target.val();
        self.teacher.rival.next = self.owing.kept_rival.val();
        self.teacher.pending_write.next = self.drain.pending_write.val();
        self.teacher.pending_addr.next = self.drain.pending_addr.val();
        self.teacher.pending_word.next = self.drain.pending_word.val();

        comment!("finished sums");
        self.drain.layer_start.next = self.sequencer.layer_start.val();
        self.drain.first_layer.next = self.first_layer.val();
        self.drain.output_layer.next = self.sequencer.output_layer.val();
        self.drain.flush.next = self.sequencer.flush.val();
        self.drain.neurons.next = self.sequencer.neurons.val();
        self.drain.wf.next = self.wf.val();
        self.drain.clipped_relu.next = self.settings.clipped_relu.val();
        self.drain.result_base.next = self.sequencer.result_base.val();
        self.drain.target.next = self.loader.target.val();
        self.drain.dead_zone.next = self.settings.dead_zone.val();
        self.drain.capture.next = self.stages.capture.val();
        self.drain.z.next = self.lane[0].drain_out.val();
        self.ranking.start.next = self.pass_start.val();
        self.ranking.valid.next = self.drain.score_valid.val();
        self.ranking.candidate.next = self.drain.score_class.val();
        self.ranking.is_target.next = self.drain.score_is_target.val();
        self.ranking.score.next = self.drain.score.val();
        self.ranking.margin.next = self.settings.margin.val();

        comment!("what the sample owes");
        self.owing.pass_start.next = self.pass_start.val();
        self.owing.layer.next = self.sequencer.layer.val();
        self.owing.error_some.next = self.drain.error_some.val();
        self.owing.finish.next = self.sequencer.finish.val();
        self.owing.flush.next = self.sequencer.flush.val();
        self.owing.learn.next = self.loader.learn.val();
        self.owing.close.next = self.ranking.close.val();
        self.owing.target.next = self.loader.target.val();
        self.owing.rival.next = self.ranking.rival.val();
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
        self.m_axis_tvalid.next = self.sender.tvalid.val();
        self.m_axis_tlast.next = self.sender.tlast.val();
        self.m_axis_tuser.next = self.sender.tuser.val();
        self.sender.tready.next = self.m_axis_tready.val();
    }
}
