//! The rust-hdl description of the accelerator, simulated cycle by cycle.
use crate::device::*;
use crate::stall::{Staller, Stalls};
use crate::trace::Trace;
use drtp_core::layout::{Layout, Place};
use drtp_core::{regs, Bank, Config};
use drtp_golden::WeightWrite;
use drtp_hdl::activity::FallingClock;
use drtp_hdl::leaf::Hazard;
use drtp_hdl::num::Uint;
use drtp_hdl::DrtpCore;
use rust_hdl::prelude::{check_all, simulate, Block, Clock};
use std::collections::VecDeque;
use std::io::Write;

/// Iterations after which logic that still changes counts as a loop.
const SETTLE_LIMIT: usize = 100;

/// The simulated accelerator, with what a test bench needs to look inside.
pub struct RustHdlDevice {
    core: Box<DrtpCore>,
    power_up: Config,
    config: Config,
    layout: Layout,
    /// Neurons that exist at each word: hidden bank, output bank.
    neurons_at: [Vec<u8>; 2],
    source: Staller,
    sink: Staller,
    /// The sample whose debt the present pass pays.
    payer: Option<u64>,
    writes: Vec<ObservedWrite>,
    counters: Counters,
    /// Cycles at which the frames of the last stream began.
    begins: Vec<u64>,
    trace: Option<Trace>,
}

/// What one cycle showed at the ports.
#[derive(Clone, Copy, Default)]
struct Seen {
    s_ready: bool,
    m_valid: bool,
    m_data: i32,
    m_last: bool,
    m_user: u8,
    cfg_ready: bool,
    cfg_error: bool,
    bad_frame: bool,
    bad_target: bool,
    bad_config: bool,
    applied: bool,
    init_done: bool,
    flush_done: bool,
}

/// A frame on its way: its step, and the beats that are left.
struct Sending<'a> {
    frames: VecDeque<(usize, &'a Frame)>,
    beat: usize,
    offered: bool,
}

impl RustHdlDevice {
    /// A device that was just reset and has written its initial weights.
    ///
    /// # Errors
    /// If rust-hdl's checks refuse the design, or it does not come out of reset.
    pub fn new(config: &Config, stalls: Stalls) -> Result<Self, DeviceError> {
        let mut core = Box::new(DrtpCore::new(config));
        core.connect_all();
        check_all(core.as_ref())
            .map_err(|e| DeviceError::Build { device: "rust-hdl".into(), reason: format!("{e:?}") })?;
        let mut device = Self {
            core,
            power_up: config.clone(),
            config: config.clone(),
            layout: config.layout(),
            neurons_at: [vec![], vec![]],
            source: Staller::new(stalls.input, stalls.seed, 1),
            sink: Staller::new(stalls.output, stalls.seed, 2),
            payer: None,
            writes: vec![],
            counters: Counters::default(),
            begins: vec![],
            trace: None,
        };
        device.relayout();
        device.reset()?;
        Ok(device)
    }
    /// Writes a waveform from now on.
    ///
    /// # Errors
    /// If the header cannot be written.
    pub fn trace(&mut self, out: Box<dyn Write + Send>) -> Result<(), DeviceError> {
        self.trace = Some(Trace::new(out, self.core.as_ref())?);
        Ok(())
    }
    /// Cycles between the first bytes of frames that followed each other in the last run.
    pub fn intervals(&self) -> impl Iterator<Item = u64> + '_ {
        self.begins.windows(2).map(|w| w[1] - w[0])
    }
    /// Streams a frame and pulls the reset after `cycles` cycles, wherever that is.
    ///
    /// # Errors
    /// As [`Device::run`].
    pub fn reset_within(&mut self, frame: &Frame, cycles: u64) -> Result<(), DeviceError> {
        let mut sending = Sending { frames: VecDeque::from([(0, frame)]), beat: 0, offered: false };
        for _ in 0..cycles {
            self.offer(&mut sending);
            let seen = self.cycle()?;
            if sending.offered && seen.s_ready {
                self.sent(&mut sending, &seen);
            }
        }
        self.reset()
    }
    /// The simulated hardware.
    pub fn core(&self) -> &DrtpCore {
        &self.core
    }

    fn relayout(&mut self) {
        self.layout = self.config.layout();
        let design = self.config.design();
        let count = |bank, words: usize| {
            let exists = |lane, word| self.layout.weight(Place { bank, lane, word }).is_some();
            (0..words).map(|word| (0..design.lanes).filter(|lane| exists(*lane, word)).count() as u8).collect()
        };
        self.neurons_at = [count(Bank::Hidden, design.hidden_words), count(Bank::Output, design.output_words)];
    }
    /// Cycles without any movement after which the device counts as hung: init writes every weight, a pass visits each
    /// word, and pauses of the streams come on top.
    fn patience(&self) -> u64 {
        1000 * (100 + self.config.network().sizes().iter().sum::<usize>() as u64)
            + 4 * self.config.network().weights() as u64
    }
    fn error_at(&self) -> (String, u64) {
        (self.name().to_string(), self.counters.cycles)
    }

    /// One clock cycle: inputs have been set, outputs are read just before the edge.
    fn cycle(&mut self) -> Result<Seen, DeviceError> {
        self.core.fall();
        self.settle()?;
        let c = &self.core;
        let seen = Seen {
            s_ready: c.s_axis_tready.val(),
            m_valid: c.m_axis_tvalid.val(),
            m_data: c.m_axis_tdata.val().raw() as u32 as i32,
            m_last: c.m_axis_tlast.val(),
            m_user: c.m_axis_tuser.val().raw() as u8,
            cfg_ready: c.cfg_ready.val(),
            cfg_error: c.cfg_error.val(),
            bad_frame: c.event_bad_frame.val(),
            bad_target: c.event_bad_target.val(),
            bad_config: c.event_bad_config.val(),
            applied: c.settings.applied.val(),
            init_done: c.event_init_done.val(),
            flush_done: c.event_flush_done.val(),
        };
        self.spy()?;
        if let Some(t) = &mut self.trace {
            t.sample(self.core.as_ref(), 10 * self.counters.cycles)?;
        }
        self.core.clk.next = Clock { clk: true };
        self.settle()?;
        if let Some(t) = &mut self.trace {
            t.sample(self.core.as_ref(), 10 * self.counters.cycles + 5)?;
        }
        self.counters.cycles += 1;
        Ok(seen)
    }
    fn settle(&mut self) -> Result<(), DeviceError> {
        match simulate(self.core.as_mut(), SETTLE_LIMIT) {
            true => Ok(()),
            false => {
                let (device, at) = self.error_at();
                Err(DeviceError::Unsettled { device, at })
            }
        }
    }
    /// Reads and writes of the banks in the cycle that is about to end.
    fn spy(&mut self) -> Result<(), DeviceError> {
        let c = &self.core;
        if c.stages.read.val() {
            let (bank, memory) = match c.lane[0].output_layer.val() {
                false => (0, &c.lane[0].hidden_bank),
                true => (1, &c.lane[0].output_bank),
            };
            let at = self.neurons_at[bank].get(memory.ra.val().index());
            self.counters.weight_reads += u64::from(at.copied().unwrap_or(0));
        }
        let mut stray = None;
        for (lane, l) in c.lane.iter().enumerate().filter(|(_, l)| l.changed.q.val()) {
            let (bank, memory) = match l.output_layer.val() {
                false => (Bank::Hidden, &l.hidden_bank),
                true => (Bank::Output, &l.output_bank),
            };
            let word = memory.wa.val().index();
            let place = Place { bank, lane, word };
            let (Some(at), Some(sample)) = (self.layout.weight(place), self.payer) else {
                stray = Some(place);
                continue;
            };
            let (old, new) = (memory.words()[word] as i32, memory.wd.val().raw() as i32);
            self.counters.weight_writes += 1;
            self.writes.push(ObservedWrite {
                sample,
                write: WeightWrite { at, old, new },
                cycle: self.counters.cycles,
            });
        }
        if let Some(place) = stray {
            return Err(DeviceError::StrayWrite { device: self.name().into(), place, at: self.counters.cycles });
        }
        if c.event_classified.val() {
            self.payer = Some(self.payer.map_or(0, |p| p + 1));
        }
        Ok(())
    }
    /// Anything that a memory's model saw and hardware would leave undefined.
    fn hazards(&self) -> Result<(), DeviceError> {
        let c = &self.core;
        let shared = [
            ("activation page 0", c.activations.page_0.hazard()),
            ("activation page 1", c.activations.page_1.hazard()),
            ("pending errors", c.teacher.pending.hazard()),
            ("scores", c.sender.scores.hazard()),
        ];
        let shared = shared.into_iter().map(|(n, h)| (n.to_string(), h));
        let banks = c.lane.iter().enumerate().flat_map(|(i, l)| {
            [
                (format!("hidden bank of lane {i}"), l.hidden_bank.hazard()),
                (format!("output bank of lane {i}"), l.output_bank.hazard()),
            ]
        });
        match shared.chain(banks).find_map(|(name, h)| h.map(|h| (name, h))) {
            None => Ok(()),
            Some((memory, hazard)) => {
                let what = match hazard {
                    Hazard::ReadMeetsWrite(word) => format!("word {word} was read and written in one cycle"),
                    Hazard::OutOfRange(word) => format!("word {word} does not exist"),
                };
                let (device, at) = self.error_at();
                Err(DeviceError::Hazard { device, memory, what, at })
            }
        }
    }

    fn idle_inputs(&mut self) {
        let c = &mut self.core;
        c.s_axis_tvalid.next = false;
        c.m_axis_tready.next = true;
        c.cfg_write.next = false;
    }
    /// Runs until `done` says so.
    fn wait(&mut self, doing: &str, done: impl Fn(&Seen) -> bool) -> Result<Seen, DeviceError> {
        for _ in 0..self.patience() {
            let seen = self.cycle()?;
            if done(&seen) {
                return Ok(seen);
            }
        }
        Err(self.hang(doing))
    }
    fn hang(&self, doing: &str) -> DeviceError {
        let (device, at) = self.error_at();
        DeviceError::Hang { device, cycles: self.patience(), at, doing: doing.into() }
    }
    fn reset(&mut self) -> Result<(), DeviceError> {
        self.idle_inputs();
        self.core.rst.next = true;
        for _ in 0..2 {
            self.cycle()?;
        }
        self.core.rst.next = false;
        self.config = self.power_up.clone();
        self.relayout();
        self.wait("init after reset", |s| s.init_done)?;
        Ok(())
    }
    /// One register write; whether it was taken.
    fn write_register(&mut self, offset: u16, value: u32) -> Result<bool, DeviceError> {
        self.core.cfg_write.next = true;
        self.core.cfg_addr.next = Uint::new(i64::from(offset), 12);
        self.core.cfg_wdata.next = Uint::new(i64::from(value), 32);
        self.wait("a register write", |s| s.cfg_ready)?;
        self.core.cfg_write.next = false;
        Ok(!self.cycle()?.cfg_error)
    }
    fn command(&mut self, bit: u32) -> Result<(), DeviceError> {
        self.core.cfg_write.next = true;
        self.core.cfg_addr.next = Uint::new(i64::from(regs::CTRL), 12);
        self.core.cfg_wdata.next = Uint::new(i64::from(bit), 32);
        let mut seen = self.wait("a command", |s| s.cfg_ready)?;
        self.core.cfg_write.next = false;
        let done = |s: &Seen| if bit == regs::CTRL_INIT { s.init_done } else { s.flush_done };
        if !done(&seen) {
            seen = self.wait("a command to be carried out", done)?;
        }
        debug_assert!(done(&seen));
        Ok(())
    }
    fn configure(&mut self, network: &drtp_core::Network) -> Result<Reply, DeviceError> {
        self.command(regs::CTRL_FLUSH)?;
        // a topology deeper than the registers go cannot be written at all
        for (offset, value) in regs::writes(network) {
            if !self.write_register(offset, value)? {
                return Ok(Reply::Refused);
            }
        }
        self.core.cfg_write.next = true;
        self.core.cfg_addr.next = Uint::new(i64::from(regs::CTRL), 12);
        self.core.cfg_wdata.next = Uint::new(i64::from(regs::CTRL_APPLY), 32);
        self.wait("apply", |s| s.cfg_ready)?;
        self.core.cfg_write.next = false;
        let seen = self.wait("apply", |s| s.applied || s.bad_config || s.cfg_error)?;
        if !seen.applied {
            return Ok(Reply::Refused);
        }
        if let Ok(config) = self.config.with_network(network.clone()) {
            self.config = config;
            self.relayout();
        }
        self.cycle()?;
        Ok(Reply::Done)
    }

    /// Streams frames and collects their replies, in the order of the frames.
    fn stream(&mut self, frames: &[(usize, &Frame)]) -> Result<Vec<(usize, Reply)>, DeviceError> {
        let mut sending = Sending { frames: frames.iter().copied().collect(), beat: 0, offered: false };
        let mut waiting: VecDeque<usize> = VecDeque::new();
        let mut replies = vec![];
        let mut scores = vec![];
        let mut quiet_for = 0;
        self.begins.clear();
        while !(sending.frames.is_empty() && waiting.is_empty()) {
            self.offer(&mut sending);
            let ready = !self.sink.pauses();
            self.core.m_axis_tready.next = ready;
            let seen = self.cycle()?;
            quiet_for += 1;
            if sending.offered && seen.s_ready {
                quiet_for = 0;
                if sending.beat == 0 {
                    self.begins.push(self.counters.cycles - 1);
                }
                if let Some((step, dropped)) = self.sent(&mut sending, &seen) {
                    match dropped {
                        Some(reason) => replies.push((step, Reply::Dropped(reason))),
                        None => waiting.push_back(step),
                    }
                }
            }
            if seen.m_valid && ready {
                quiet_for = 0;
                scores.push(seen.m_data);
                if seen.m_last {
                    let packet = Packet {
                        scores: std::mem::take(&mut scores),
                        class: usize::from(seen.m_user & 0x7f),
                        owes: seen.m_user & 0x80 != 0,
                    };
                    self.counters.samples += 1;
                    if let Some(step) = waiting.pop_front() {
                        replies.push((step, Reply::Packet(packet)));
                    }
                }
            }
            if quiet_for > self.patience() {
                return Err(self.hang("streaming"));
            }
        }
        self.idle_inputs();
        self.hazards()?;
        Ok(replies)
    }
    /// Puts the next beat on the input stream, or a pause. A beat that was offered stays until it is taken.
    fn offer(&mut self, sending: &mut Sending) {
        let Some((_, frame)) = sending.frames.front() else {
            self.core.s_axis_tvalid.next = false;
            sending.offered = false;
            return;
        };
        if !sending.offered && self.source.pauses() {
            self.core.s_axis_tvalid.next = false;
            return;
        }
        sending.offered = true;
        let last = sending.beat + 1 == frame.bytes.len();
        let c = &mut self.core;
        c.s_axis_tvalid.next = true;
        c.s_axis_tdata.next = Uint::new(i64::from(frame.bytes[sending.beat]), 8);
        c.s_axis_tlast.next = last;
        // what stands beside other beats means nothing
        c.s_axis_tuser.next = Uint::new(i64::from(if last { frame.user } else { !frame.user }), 8);
    }
    /// A beat was taken; at the end of a frame, its step and why it was dropped.
    fn sent(&mut self, sending: &mut Sending, seen: &Seen) -> Option<(usize, Option<DropReason>)> {
        sending.offered = false;
        sending.beat += 1;
        let (step, frame) = *sending.frames.front()?;
        if sending.beat < frame.bytes.len() {
            return None;
        }
        sending.frames.pop_front();
        sending.beat = 0;
        let dropped = match (seen.bad_frame, seen.bad_target) {
            (true, _) => Some(DropReason::BadFrame),
            (false, true) => Some(DropReason::BadTarget),
            (false, false) => None,
        };
        self.counters.dropped += u64::from(dropped.is_some());
        Some((step, dropped))
    }
}

impl Device for RustHdlDevice {
    fn name(&self) -> &str {
        "rust-hdl"
    }
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        let mut replies: Vec<Reply> = vec![Reply::Done; steps.len()];
        let mut at = 0;
        while at < steps.len() {
            let frames: Vec<(usize, &Frame)> = steps[at..]
                .iter()
                .enumerate()
                .map_while(|(n, s)| match s {
                    Step::Frame(f) => Some((at + n, f)),
                    _ => None,
                })
                .collect();
            if !frames.is_empty() {
                at += frames.len();
                for (step, reply) in self.stream(&frames)? {
                    replies[step] = reply;
                }
                continue;
            }
            replies[at] = match &steps[at] {
                Step::Frame(_) => unreachable!("frames were taken above"),
                Step::Flush => self.command(regs::CTRL_FLUSH).map(|()| Reply::Done)?,
                Step::Init => self.command(regs::CTRL_INIT).map(|()| Reply::Done)?,
                Step::Configure(network) => self.configure(network)?,
                Step::Reset => self.reset().map(|()| Reply::Done)?,
            };
            self.hazards()?;
            at += 1;
        }
        Ok(replies)
    }
    fn take_writes(&mut self) -> Vec<ObservedWrite> {
        std::mem::take(&mut self.writes)
    }
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>> {
        let network = self.config.network();
        let mut out: Vec<Vec<Vec<i32>>> =
            (0..network.depth()).map(|k| vec![vec![0; network.fan_in(k) + 1]; network.layers[k].size]).collect();
        for w in self.layout.weights() {
            let p = self.layout.place(w);
            let lane = &self.core.lane[p.lane];
            let memory = if p.bank == Bank::Hidden { &lane.hidden_bank } else { &lane.output_bank };
            out[w.layer][w.neuron][w.input] = memory.words()[p.word] as i32;
        }
        out
    }
    fn noise_state(&mut self) -> u32 {
        self.core.stages.noise.q.val().raw() as u32
    }
    fn counters(&self) -> Counters {
        self.counters
    }
}
