//! The whole core under everything that its ports allow, recorded cycle by cycle.
//!
//! The streams keep to AXI4-Stream (an offered beat stays until it is taken), the bus to AXI4-Lite; address and data of a
//! write are offered at different times, answers are taken when it pleases. What means nothing is random: data and
//! addresses without `valid`.
use super::{cycle, ports, Ports, Random};
use crate::common::Cycle;
use drtp_core::{regs, Config, Draft, Layer, Network, Nonlinearity, Projection, Rule};
use drtp_hdl::DrtpCore;
use rust_hdl::prelude::*;
use std::collections::{BTreeMap, VecDeque};

ports!(DrtpCore, [
    rst, s_axis_tdata, s_axis_tvalid, s_axis_tlast, s_axis_tuser, m_axis_tready, s_axil_awaddr, s_axil_awprot,
    s_axil_awvalid, s_axil_wdata, s_axil_wstrb, s_axil_wvalid, s_axil_bready, s_axil_araddr, s_axil_arprot,
    s_axil_arvalid, s_axil_rready
] => [
    s_axis_tready, m_axis_tdata, m_axis_tvalid, m_axis_tlast, m_axis_tuser, s_axil_awready, s_axil_wready, s_axil_bresp,
    s_axil_bvalid, s_axil_arready, s_axil_rdata, s_axil_rresp, s_axil_rvalid, irq
]);

/// Cycles without the awaited event after which the core counts as hung.
const PATIENCE: usize = 40_000;

/// Offsets without a register: beside, between and beyond those that exist; the inputs have no binary point.
const NO_REGISTERS: [u16; 6] = [0x048, 0x021, 0x07c, 0x084, 0x0d0, 0xffc];

/// Lanes 1 to 32 (two slices), one to four layers, widths from 4 and 8 to 12 and 16 bits, every rule.
pub const CONFIGS: [(&str, &str); 7] = [
    (
        "5-3-2 on 1 lane",
        "[design]\nlanes = 1\nmax_layers = 3\nmax_width = 7\nhidden_words = 40\noutput_words = 20\n\
        [network]\ninputs = 5\n[[network.layer]]\nsize = 3\n[[network.layer]]\nsize = 2\n",
    ),
    (
        "7-4 on 2 lanes, one layer at the most",
        "[design]\nlanes = 2\nmax_layers = 1\nhidden_bits = 4\noutput_bits = 8\noutput_words = 20\n\
        [network]\ninputs = 7\ndead_zone = 8\n[[network.layer]]\nsize = 4\nwf = 5\nshift = 3\n",
    ),
    (
        "3-5-4-2 on 4 lanes, 12 and 16 bits, plain rule, ReLU",
        "[design]\nlanes = 4\nmax_width = 9\nhidden_bits = 12\noutput_bits = 16\nhidden_words = 50\noutput_words = 20\n\
        [network]\ninputs = 3\nrule = \"drtp\"\nactivation = \"clipped_relu\"\n[[network.layer]]\nsize = 5\n\
        [[network.layer]]\nsize = 4\n[[network.layer]]\nsize = 2\n",
    ),
    (
        "6-20-5 on 16 lanes, 5 and 9 bits, gated",
        "[design]\nlanes = 16\nmax_layers = 2\nhidden_bits = 5\noutput_bits = 9\n[network]\ninputs = 6\n\
        rule = \"gated\"\nmargin = 400\n[[network.layer]]\nsize = 20\nwf = 5\nshift = 4\n[[network.layer]]\nsize = 5\nwf = 6\n",
    ),
    (
        "1-1-1-1-1 on 4 lanes, four layers",
        "[design]\nlanes = 4\nmax_width = 3\nhidden_words = 10\noutput_words = 5\n[network]\ninputs = 1\n\
        [[network.layer]]\nsize = 1\n[[network.layer]]\nsize = 1\n[[network.layer]]\nsize = 1\n[[network.layer]]\nsize = 1\n",
    ),
    (
        "4-33-3 on 32 lanes: two slices of pending errors",
        "[design]\nlanes = 32\nmax_layers = 2\n[network]\ninputs = 4\nrule = \"drtp\"\n\
        [[network.layer]]\nsize = 33\n[[network.layer]]\nsize = 3\n",
    ),
    (
        "3-9-2 on 8 lanes, 12 and 8 bits, shallow",
        "[design]\nlanes = 8\nmax_layers = 2\nhidden_bits = 12\noutput_bits = 8\n[network]\ninputs = 3\n\
        rule = \"shallow\"\n[[network.layer]]\nsize = 9\n[[network.layer]]\nsize = 2\nwf = 6\n",
    ),
];

pub fn config(toml: &str) -> Config {
    Draft::parse("test.toml", toml).and_then(|d| d.config()).unwrap_or_else(|e| panic!("{e}"))
}

/// How often a stream pauses, in sixteenths.
#[derive(Clone, Copy, Default)]
struct Pauses {
    source: u64,
    sink: u64,
}

/// One access on the bus.
#[derive(Clone, Copy)]
enum Access {
    Write(u16, u32),
    Read(u16),
}

/// The access under way: which of its channels have been served.
#[derive(Clone, Copy, Default)]
struct Channels {
    address: bool,
    data: bool,
    answered: bool,
}

struct Beat {
    data: u64,
    last: bool,
    user: u64,
}

pub struct Driver {
    pub core: Box<DrtpCore>,
    pub cycles: Vec<Cycle>,
    /// What happened how often: a run that never met a thing says nothing about it.
    pub met: BTreeMap<&'static str, usize>,
    power_up: Config,
    now: Config,
    random: Random,
    beats: VecDeque<Beat>,
    offered: bool,
    accesses: VecDeque<Access>,
    channels: Channels,
    /// Address and data channel: offered in the last cycle and not taken.
    offers: [bool; 2],
    strobe: u64,
    /// The writes to come must reach their registers: no partial strobes.
    must_hold: bool,
    pauses: Pauses,
}

impl Driver {
    /// A core that has been connected; nothing has run.
    pub fn new(config: &Config, seed: u64) -> Self {
        let mut core = Box::new(DrtpCore::new(config));
        core.connect_all();
        Self {
            core,
            cycles: vec![],
            met: BTreeMap::new(),
            power_up: config.clone(),
            now: config.clone(),
            random: Random::new(seed),
            beats: VecDeque::new(),
            offered: false,
            accesses: VecDeque::new(),
            channels: Channels::default(),
            offers: [false; 2],
            strobe: 15,
            must_hold: true,
            pauses: Pauses::default(),
        }
    }

    /// Reset, then `rounds` of training, each followed by new settings; in the end a reset in the middle of a frame.
    ///
    /// # Panics
    /// If the core hangs.
    pub fn exercise(&mut self, rounds: usize) {
        self.reset();
        for round in 0..rounds {
            self.train(6 + self.power_up.design().lanes / 4);
            self.reconfigure(round);
        }
        self.train(4);
        // soft resets in the middle of frames, which go on behind them, until one found something to drop
        for n in 0..60 {
            (0..3).for_each(|_| self.frame());
            (0..n % 29).for_each(|_| self.cycle());
            self.access(Access::Write(regs::CTRL, regs::CTRL_SOFT_RESET));
            if self.met("frame dropped by a soft reset") > 1 {
                break;
            }
        }
        self.train(4);
        self.frame();
        (0..3 + self.now.network().inputs / 2).for_each(|_| self.cycle());
        self.reset();
        self.train(6);
    }

    fn count(&mut self, what: &'static str, happened: bool) {
        *self.met.entry(what).or_default() += usize::from(happened);
    }
    fn cycle(&mut self) {
        let r = &mut self.random;
        if !self.offered {
            self.offered = !self.beats.is_empty() && !r.often(self.pauses.source);
        }
        let c = &mut self.core;
        let junk = Beat { data: r.bits(8), last: r.flag(), user: r.bits(8) };
        let beat = self.beats.front().filter(|_| self.offered).unwrap_or(&junk);
        c.s_axis_tvalid.next = self.offered;
        c.s_axis_tdata.next = super::Value::with(c.s_axis_tdata.val(), beat.data);
        c.s_axis_tlast.next = beat.last;
        c.s_axis_tuser.next = super::Value::with(c.s_axis_tuser.val(), beat.user);
        c.m_axis_tready.next = !r.often(self.pauses.sink);
        let access = self.accesses.front().copied();
        let (is_write, offset, data) = match access {
            Some(Access::Write(offset, value)) => (true, u64::from(offset), u64::from(value)),
            Some(Access::Read(offset)) => (false, u64::from(offset), r.bits(32)),
            None => (false, r.bits(12), r.bits(32)),
        };
        // a channel that has been offered stays: whether it begins now is drawn while it is idle
        let waits = access.is_some() && !self.channels.answered;
        self.offers[0] = waits && !self.channels.address && (self.offers[0] || !r.often(6));
        self.offers[1] = waits && is_write && !self.channels.data && (self.offers[1] || !r.often(6));
        c.s_axil_awvalid.next = self.offers[0] && is_write;
        c.s_axil_arvalid.next = self.offers[0] && !is_write;
        c.s_axil_wvalid.next = self.offers[1];
        let junk = (r.bits(12), r.bits(12), r.bits(32));
        let value = |on: bool, value: u64, junk: u64| if on { value } else { junk };
        let (writes, reads) = (self.offers[0] && is_write, self.offers[0] && !is_write);
        c.s_axil_awaddr.next = super::Value::with(c.s_axil_awaddr.val(), value(writes, offset, junk.0));
        c.s_axil_araddr.next = super::Value::with(c.s_axil_araddr.val(), value(reads, offset, junk.1));
        c.s_axil_wdata.next = super::Value::with(c.s_axil_wdata.val(), value(self.offers[1], data, junk.2));
        let strobe = if self.offers[1] { self.strobe } else { r.bits(4) };
        c.s_axil_wstrb.next = super::Value::with(c.s_axil_wstrb.val(), strobe);
        c.s_axil_awprot.next = super::Value::with(c.s_axil_awprot.val(), r.bits(3));
        c.s_axil_arprot.next = super::Value::with(c.s_axil_arprot.val(), r.bits(3));
        c.s_axil_bready.next = r.flag();
        c.s_axil_rready.next = r.flag();
        let mut ready = false;
        let mut taken = [false; 3];
        let mut happened = vec![];
        let cycle = cycle(self.core.as_mut(), |c| {
            ready = c.s_axis_tready.val();
            taken[0] = (c.s_axil_awvalid.val() && c.s_axil_awready.val())
                || (c.s_axil_arvalid.val() && c.s_axil_arready.val());
            taken[1] = c.s_axil_wvalid.val() && c.s_axil_wready.val();
            taken[2] =
                (c.s_axil_bvalid.val() && c.s_axil_bready.val()) || (c.s_axil_rvalid.val() && c.s_axil_rready.val());
            happened = vec![
                ("applied", c.settings.applied.val()),
                ("weight that changes", c.lane.iter().any(|l| l.writes.val())),
                ("bad frame", c.builder.bad_frame.val()),
                ("bad target", c.builder.bad_target.val()),
                ("bad configuration", c.settings.fails.val()),
                ("init done", c.sequencer.init_done.val()),
                ("flush done", c.sequencer.flush_done.val()),
                ("weight read through the window", c.window.done.val() && c.window.shift.val() || c.window.issue.val()),
                ("weight written through the window", c.window.store.val()),
                ("write of the noise", c.control.noise_write.val()),
                ("frame dropped by a soft reset", c.builder.cancel.val() && c.builder.dropped.val()),
            ];
            c.clk.next = Clock { clk: true };
        });
        if self.offered && ready {
            self.offered = false;
            self.beats.pop_front();
        }
        self.channels.address |= taken[0];
        self.channels.data |= taken[1];
        if taken[2] {
            self.accesses.pop_front();
            self.channels = Channels::default();
            self.offers = [false; 2];
            self.strobe = if self.random.bits(4) == 0 { self.random.bits(4) } else { 15 };
            if self.must_hold {
                self.strobe = 15;
            }
        }
        for (what, yes) in happened {
            self.count(what, yes);
        }
        for (at, (name, _)) in self.core.outputs().into_iter().enumerate() {
            self.count(name, cycle.outputs[at] != 0);
        }
        self.count("stalled score", cycle.outputs[2] != 0 && cycle.inputs[5] == 0);
        self.count("stalled input", cycle.outputs[0] == 0 && cycle.inputs[2] != 0);
        self.count("sample that owes", cycle.outputs[4] & 0x80 != 0);
        self.cycles.push(cycle);
    }
    fn until(&mut self, what: &str, done: impl Fn(&DrtpCore) -> bool) {
        for _ in 0..PATIENCE {
            self.cycle();
            if done(&self.core) {
                return;
            }
        }
        panic!("the core hangs: {what}, after {} cycles", self.cycles.len());
    }
    fn met(&self, what: &str) -> usize {
        self.met.get(what).copied().unwrap_or(0)
    }
    /// Runs until an event has been seen once more.
    fn await_event(&mut self, event: &'static str) {
        let before = self.met(event);
        for _ in 0..PATIENCE {
            self.cycle();
            if self.met(event) > before {
                return;
            }
        }
        panic!("the core hangs: no {event} after {} cycles", self.cycles.len());
    }
    fn reset(&mut self) {
        self.core.rst.next = true;
        // a beat or a write that reset cuts off is forgotten
        self.beats.clear();
        self.offered = false;
        self.accesses.clear();
        self.channels = Channels::default();
        self.offers = [false; 2];
        self.strobe = 15;
        self.must_hold = true;
        (0..2).for_each(|_| self.cycle());
        self.core.rst.next = false;
        self.now = self.power_up.clone();
        self.await_event("init done");
    }
    fn write(&mut self, offset: u16, value: u32) {
        self.access(Access::Write(offset, value));
    }
    /// An access that must be carried out: what waits before it first, then it alone.
    fn access(&mut self, access: Access) {
        self.must_hold = true;
        self.drained();
        self.strobe = 15;
        self.accesses.push_back(access);
        self.drained();
    }
    fn drained(&mut self) {
        for _ in 0..PATIENCE {
            if self.accesses.is_empty() {
                return;
            }
            self.cycle();
        }
        panic!("the core hangs: no answer on the bus after {} cycles", self.cycles.len());
    }

    /// A frame: most are good; some have no target, a wrong length, or a class that does not exist.
    fn frame(&mut self) {
        let network = self.now.network();
        let (inputs, classes) = (network.inputs, network.classes());
        let r = &mut self.random;
        let (mut length, mut class) = (inputs, r.below(classes) as u64);
        let mut user = 0x80;
        match r.below(10) {
            0 => user = 0,
            1 if inputs > 1 => length = 1 + r.below(inputs - 1),
            2 => length = inputs + 1 + r.below(4),
            // an inference may carry any class
            3 => class = (classes + r.below(128 - classes)) as u64,
            4 => (class, user) = (r.bits(7), 0),
            _ => {}
        }
        let small = r.flag();
        for n in 0..length {
            let last = n + 1 == length;
            let data = if small { r.edgy(8) & 0x87 } else { r.bits(8) >> 1 };
            let user = if last { user | class } else { r.bits(8) };
            self.beats.push_back(Beat { data, last, user });
        }
    }
    /// `frames` frames, with pauses of every kind, and commands and writes thrown in.
    fn train(&mut self, frames: usize) {
        for _ in 0..4 {
            (0..frames).for_each(|_| self.frame());
            let source = [0, 0, 8, 14][self.random.below(4)];
            self.pauses = Pauses { source, sink: [0, 4, 12, 15][self.random.below(4)] };
            let mut patience = PATIENCE;
            while !self.beats.is_empty() {
                self.must_hold = false;
                if self.accesses.is_empty() && self.random.bits(7) == 0 {
                    self.interruption();
                }
                self.cycle();
                patience -= 1;
                assert!(patience > 0, "the core hangs: {} beats are not taken", self.beats.len());
            }
        }
        self.pauses = Pauses::default();
        self.until("not idle after the last frame", |c| !c.control.busy.val() && !c.control.loaded.val());
    }
    /// A command, a read, or a write that leaves the topology alone: the frames to come must keep their meaning.
    fn interruption(&mut self) {
        let k = 1 + self.random.below(self.now.network().depth());
        let r = &mut self.random;
        // the first weights of the output bank exist in every network; words that were never written are undefined
        let window =
            [Access::Write(regs::W_ADDR, 1 << 31), Access::Write(regs::W_DATA, (r.bits(9) as u32).wrapping_sub(256))];
        let accesses = match r.below(14) {
            0 => vec![Access::Write(regs::CTRL, regs::CTRL_INIT)],
            1 => vec![Access::Write(regs::CTRL, regs::CTRL_FLUSH)],
            2 => vec![Access::Write(regs::CTRL, r.bits(4) as u32)],
            // mostly refused: the core is at work
            3 => vec![Access::Write(regs::CTRL, regs::CTRL_APPLY)],
            4 => vec![Access::Write(regs::layer(k, regs::LAYER_SHIFT), r.bits(4) as u32)],
            5 => vec![Access::Write(regs::layer(k, regs::LAYER_WF), r.bits(5) as u32)],
            6 => vec![Access::Write(regs::MODE, r.bits(32) as u32)],
            7 => vec![Access::Write(regs::SEED_PROJECTION, r.bits(32) as u32)],
            8 => vec![
                Access::Write(regs::IRQ_ENABLE, r.bits(6) as u32),
                Access::Write(regs::IRQ_STATUS, r.bits(6) as u32),
            ],
            9 => vec![Access::Write(NO_REGISTERS[r.below(NO_REGISTERS.len())], r.bits(32) as u32)],
            10 => window.to_vec(),
            11 => vec![window[0], Access::Read(regs::W_DATA)],
            // every register but W_DATA, whose word may be undefined
            12 => vec![Access::Read(r.bits(7) as u16 * 4 % regs::W_DATA)],
            _ => (0..4).map(|n| Access::Read(regs::COUNTER_BASE + 4 * n + 16 * r.below(6) as u16)).collect(),
        };
        self.accesses.extend(accesses);
    }
    /// Another network, its weights drawn anew; before that, one that does not fit.
    fn reconfigure(&mut self, round: usize) {
        self.drained();
        self.write(regs::CTRL, regs::CTRL_FLUSH);
        self.until("something is still owed", |c| !c.control.pending.val() && !c.control.busy.val());
        let noise = self.random.bits(32) as u32 | 1;
        self.write(regs::NOISE_STATE, noise);
        self.access(Access::Read(regs::NOISE_STATE));
        self.write(regs::W_ADDR, 1 << 31);
        self.access(Access::Read(regs::W_DATA));
        self.write(regs::W_ADDR, 1 << 31);
        self.write(regs::W_DATA, 1);
        if round % 2 == 0 {
            let design = self.power_up.design().clone();
            let mut network = self.random_network();
            let widest = network.layers[0];
            network.inputs = design.max_width;
            network.layers = vec![Layer { size: design.max_hidden, ..widest }; design.max_layers];
            if self.now.with_network(network.clone()).is_err() {
                self.apply(&network);
            }
        }
        let mut network = self.random_network();
        while self.now.with_network(network.clone()).is_err() {
            network = self.random_network();
        }
        let before = self.met("applied");
        self.apply(&network);
        assert!(self.met("applied") > before, "a network that fits was refused: {network:?}");
        self.now = self.now.with_network(network).unwrap_or_else(|e| panic!("{e}"));
        // its words may never have been written: in hardware they are undefined until init
        self.write(regs::CTRL, regs::CTRL_INIT);
        self.await_event("init done");
    }
    fn apply(&mut self, network: &Network) {
        for (offset, value) in regs::writes(self.power_up.design(), network) {
            self.write(offset, value);
        }
        self.write(regs::CTRL, regs::CTRL_APPLY);
        self.until("an apply without end", |c| !c.settings.judging.val());
        (0..3).for_each(|_| self.cycle());
    }
    fn random_network(&mut self) -> Network {
        let design = self.power_up.design();
        let r = &mut self.random;
        let depth = 1 + r.below(design.max_layers);
        let mut network = self.power_up.network().clone();
        network.inputs = 1 + r.below(design.max_width);
        network.layers = (0..depth)
            .map(|k| {
                let bits = if k + 1 == depth { design.output_bits } else { design.hidden_bits };
                let init_bits = if r.often(4) { Layer::ZERO_INIT } else { r.below(bits - 1) as u32 };
                // small binary points and shifts: scores and updates that are worth something
                Layer {
                    size: 1 + r.below(design.max_hidden.min(128)),
                    wf: r.below(bits) as u32,
                    shift: r.below(9) as u32,
                    init_bits,
                }
            })
            .collect();
        network.rule = Rule::ALL[r.below(Rule::ALL.len())];
        network.activation = Nonlinearity::ALL[r.below(Nonlinearity::ALL.len())];
        network.projection = Projection::ALL[r.below(Projection::ALL.len())];
        network.dead_zone = r.below(255) as u32;
        network.margin = r.bits(16) as u32;
        network.seeds.projection = r.bits(32) as u32;
        network.seeds.noise = r.bits(32) as u32;
        network
    }
    /// What a memory's model met and hardware would leave undefined.
    pub fn hazards(&self) -> usize {
        let c = &self.core;
        let shared = [
            c.builder.xs.hazard(),
            c.hidden.ys.hazard(),
            c.lists.any_list.hazard(),
            c.lists.present_list.hazard(),
            c.lists.hidden_list.hazard(),
            c.teacher.pending.hazard(),
            c.sender.scores.hazard(),
        ];
        let banks = c.lane.iter().flat_map(|l| [l.hidden_bank.hazard(), l.output_bank.hazard()]);
        let all: Vec<_> = shared.into_iter().chain(banks).enumerate().filter_map(|(n, h)| h.map(|h| (n, h))).collect();
        // which memory, in the order above: a number alone would say little
        println!("hazards: {all:?}");
        all.len()
    }
}
