//! The driver: carries out steps on a core through its streams and its bus, as any master would.
use super::pauses::{BusPauses, Taking};
use super::pins::{Inputs, Log, Outputs, Pins, ScoreBeat, Tables};
use super::programme::{self, Bus};
use super::stream::StreamRun;
use crate::device::*;
use crate::stall::{Staller, Stalls};
use drtp_core::layout::{Layout, Place};
use drtp_core::regs::{self, Counter};
use drtp_core::{Bank, Config, Network};
use drtp_golden::WeightWrite;

/// A simulated core with its master.
pub struct Hardware<P: Pins> {
    pins: P,
    power_up: Config,
    config: Config,
    layout: Layout,
    source: Staller,
    sink: Staller,
    bus: BusPauses,
    log: Log,
    samples: u64,
    dropped: u64,
    /// Writes whose places the layout of their time has turned into weights.
    observed: Vec<ObservedWrite>,
    weight_writes: u64,
    /// Cycles at which the frames of the last stream began.
    begins: Vec<u64>,
    /// Words that no weight has may be read and written.
    stray: bool,
}

impl<P: Pins> Hardware<P> {
    /// A core that was just reset and has written its initial weights.
    ///
    /// # Errors
    /// If it does not come out of reset.
    pub fn with_pins(config: &Config, stalls: Stalls, pins: P) -> Result<Self, DeviceError> {
        let mut device = Self {
            pins,
            power_up: config.clone(),
            config: config.clone(),
            layout: config.layout(),
            source: Staller::new(stalls.input, stalls.seed, 1),
            sink: Staller::new(stalls.output, stalls.seed, 2),
            bus: BusPauses::new(stalls),
            log: Log::default(),
            samples: 0,
            dropped: 0,
            observed: vec![],
            weight_writes: 0,
            begins: vec![],
            stray: false,
        };
        device.reset()?;
        Ok(device)
    }
    /// The simulator.
    pub fn pins(&mut self) -> &mut P {
        &mut self.pins
    }
    /// Events that were seen: inputs visited, once for each group of lanes.
    pub fn events(&self) -> u64 {
        self.log.events
    }
    /// What is configured now.
    pub fn config(&self) -> &Config {
        &self.config
    }
    /// Cycles between the first beats of frames that followed each other in the last run.
    pub fn intervals(&self) -> impl Iterator<Item = u64> + '_ {
        self.begins.windows(2).map(|w| w[1] - w[0])
    }
    /// From now on a write to a word without a weight, and a memory used in an undefined way, end no run: what a fault
    /// may lead to.
    pub fn tolerate_stray_writes(&mut self) {
        self.stray = true;
    }
    /// Other pauses from now on.
    pub fn set_stalls(&mut self, stalls: Stalls) {
        self.source = Staller::new(stalls.input, stalls.seed, 1);
        self.sink = Staller::new(stalls.output, stalls.seed, 2);
        self.bus = BusPauses::new(stalls);
    }

    /// Takes another configuration. What was written before lies where the old one says.
    fn take(&mut self, config: Config) -> Result<(), DeviceError> {
        self.observe()?;
        self.config = config;
        self.layout = self.config.layout();
        let design = self.config.design();
        let count = |bank, words: usize| {
            let exists = |lane, word| self.layout.weight(Place { bank, lane, word }).is_some();
            (0..words).map(|word| (0..design.lanes).filter(|lane| exists(*lane, word)).count() as u8).collect()
        };
        let tables: Tables = [count(Bank::Hidden, design.hidden_words), count(Bank::Output, design.output_words)];
        self.pins.set_tables(&tables);
        Ok(())
    }
    fn observe(&mut self) -> Result<(), DeviceError> {
        for w in std::mem::take(&mut self.log.writes) {
            let bank = if w.output != 0 { Bank::Output } else { Bank::Hidden };
            let place = Place { bank, lane: w.lane.into(), word: w.word as usize };
            let (Some(at), Some(sample)) = (self.layout.weight(place), w.classified.checked_sub(1)) else {
                if self.stray {
                    continue;
                }
                return Err(DeviceError::StrayWrite { device: self.pins.name().into(), place, at: w.cycle });
            };
            self.weight_writes += 1;
            let write = WeightWrite { at, old: w.old, new: w.new };
            self.observed.push(ObservedWrite { sample, write, cycle: w.cycle });
        }
        Ok(())
    }
    /// Cycles without any movement after which the core counts as hung: init writes every weight, a pass visits each
    /// word, and pauses of the streams come on top.
    fn patience(&self) -> u64 {
        1000 * (100 + self.config.network().sizes().iter().sum::<usize>() as u64)
            + 4 * self.config.network().weights() as u64
    }
    fn hang(&self, doing: &str) -> DeviceError {
        let (device, at) = (self.pins.name().into(), self.pins.cycles());
        DeviceError::Hang { device, cycles: self.patience(), at, doing: doing.into() }
    }
    fn moved(&self, doing: String) -> DeviceError {
        DeviceError::Moved { device: self.pins.name().into(), at: self.pins.cycles(), doing }
    }
    /// One cycle with these pins.
    ///
    /// # Errors
    /// A defect of the engine.
    pub fn cycle(&mut self, inputs: &Inputs) -> Result<Outputs, DeviceError> {
        self.pins.cycle(inputs, &mut self.log)
    }

    /// One write on the bus, with the pauses of its master; whether it was granted.
    ///
    /// # Errors
    /// No response, one that moves before it is taken, or a defect of the engine.
    pub fn write_with_strobe(&mut self, offset: u16, value: u32, strobe: u8) -> Result<bool, DeviceError> {
        let mut pins = Inputs {
            s_axil_awaddr: offset.into(),
            s_axil_wdata: value,
            s_axil_wstrb: strobe,
            m_axis_tready: 1,
            ..Inputs::default()
        };
        let (mut address, mut data, mut response) = (1, 1, Taking::default());
        for _ in 0..self.patience() {
            // what is offered stays until it is taken
            pins.s_axil_awvalid = address & (pins.s_axil_awvalid | self.bus.offers_write_address());
            pins.s_axil_wvalid = data & (pins.s_axil_wvalid | self.bus.offers_data());
            pins.s_axil_bready = self.bus.takes_write_response();
            let seen = self.cycle(&pins)?;
            address &= 1 - pins.s_axil_awvalid * seen.s_axil_awready;
            data &= 1 - pins.s_axil_wvalid * seen.s_axil_wready;
            let shown = (seen.s_axil_bvalid != 0).then_some(seen.s_axil_bresp);
            match response.cycle(shown, pins.s_axil_bready != 0) {
                Ok(None) => {}
                Ok(Some(response)) => return Ok(response == 0),
                Err(()) => return Err(self.moved(format!("a write of {offset:#05x}"))),
            }
        }
        Err(self.hang("a write on the bus"))
    }
    /// One write of all four bytes.
    ///
    /// # Errors
    /// As [`Hardware::write_with_strobe`].
    pub fn write_register(&mut self, offset: u16, value: u32) -> Result<bool, DeviceError> {
        self.write_with_strobe(offset, value, 0xF)
    }
    /// One read on the bus, with the pauses of its master; `None` if it was answered with an error.
    ///
    /// # Errors
    /// No response, one that moves before it is taken, or a defect of the engine.
    pub fn read_register(&mut self, offset: u16) -> Result<Option<u32>, DeviceError> {
        let mut pins = Inputs { s_axil_araddr: offset.into(), m_axis_tready: 1, ..Inputs::default() };
        let (mut address, mut response) = (1, Taking::default());
        for _ in 0..self.patience() {
            pins.s_axil_arvalid = address & (pins.s_axil_arvalid | self.bus.offers_read_address());
            pins.s_axil_rready = self.bus.takes_read_response();
            let seen = self.cycle(&pins)?;
            address &= 1 - pins.s_axil_arvalid * seen.s_axil_arready;
            let shown = (seen.s_axil_rvalid != 0).then_some((seen.s_axil_rresp, seen.s_axil_rdata));
            match response.cycle(shown, pins.s_axil_rready != 0) {
                Ok(None) => {}
                Ok(Some((response, data))) => return Ok((response == 0).then_some(data)),
                Err(()) => return Err(self.moved(format!("a read of {offset:#05x}"))),
            }
        }
        Err(self.hang("a read on the bus"))
    }
    /// A write that must be granted.
    ///
    /// # Errors
    /// It is not, or a defect of the engine.
    pub fn must_write(&mut self, offset: u16, value: u32) -> Result<(), DeviceError> {
        programme::must_write(self, offset, value)
    }
    /// A read that must be granted.
    ///
    /// # Errors
    /// It is not, or a defect of the engine.
    pub fn must_read(&mut self, offset: u16) -> Result<u32, DeviceError> {
        programme::must_read(self, offset)
    }
    /// A counter, low word first.
    ///
    /// # Errors
    /// The design has none, or a defect of the engine.
    pub fn read_counter(&mut self, counter: Counter) -> Result<u64, DeviceError> {
        programme::read_counter(self, counter)
    }

    /// Pulls `rst`, and waits until the initial weights are written.
    ///
    /// # Errors
    /// It does not come to an end, or a defect of the engine.
    pub fn reset(&mut self) -> Result<(), DeviceError> {
        self.observe()?;
        for _ in 0..2 {
            self.cycle(&Inputs { rst: 1, ..Inputs::default() })?;
        }
        // an update that was under way ends anywhere: init overwrites it
        self.log.writes.clear();
        self.take(self.power_up.clone())?;
        self.poll(regs::STATUS, &|v| v & regs::STATUS_INIT_DONE != 0, "init after reset")
    }
    /// Streams a frame and pulls the reset after `cycles` cycles, wherever that is.
    ///
    /// # Errors
    /// As [`Device::run`].
    pub fn reset_within(&mut self, frame: &Frame, cycles: u64) -> Result<(), DeviceError> {
        let bytes = self.config.design().stream_bytes();
        let patience = self.patience();
        let mut run = StreamRun::new(&[frame], bytes, &mut self.source, &mut self.sink, patience);
        for _ in 0..cycles {
            let inputs = run.inputs();
            let seen = self.pins.cycle(&inputs, &mut self.log)?;
            run.outputs(&inputs, &seen, self.pins.cycles());
        }
        self.reset()
    }
    /// Streams frames and from a cycle on asks the bus for a soft reset, until all are taken and nothing has moved for
    /// `quiet` cycles; the packets that came back.
    ///
    /// # Errors
    /// As [`Device::run`].
    pub fn soft_reset_within(&mut self, frames: &[Frame], cycle: u64, quiet: u64) -> Result<Vec<Packet>, DeviceError> {
        let (bytes, patience) = (self.config.design().stream_bytes(), self.patience());
        let frames: Vec<&Frame> = frames.iter().collect();
        let mut run = StreamRun::new(&frames, bytes, &mut self.source, &mut self.sink, patience);
        let (mut address, mut data, mut answered) = (1, 1, false);
        for now in 0.. {
            let mut inputs = run.inputs();
            if now >= cycle {
                inputs.s_axil_awvalid = address;
                inputs.s_axil_awaddr = regs::CTRL.into();
                inputs.s_axil_wvalid = data;
                inputs.s_axil_wdata = regs::CTRL_SOFT_RESET;
                inputs.s_axil_wstrb = 0xF;
                inputs.s_axil_bready = 1;
            }
            let seen = self.pins.cycle(&inputs, &mut self.log)?;
            run.outputs(&inputs, &seen, self.pins.cycles());
            address &= 1 - (inputs.s_axil_awvalid & seen.s_axil_awready);
            data &= 1 - (inputs.s_axil_wvalid & seen.s_axil_wready);
            answered |= seen.s_axil_bvalid != 0;
            if answered && run.taken == run.beats.len() && run.still > quiet {
                break;
            }
            run.check_patience(self.pins.name(), self.pins.cycles())?;
        }
        let packets: Vec<Packet> = run.scores.split_inclusive(|b| b.last != 0).map(packet_of).collect();
        self.samples += packets.len() as u64;
        self.dropped += (frames.len() - packets.len().min(frames.len())) as u64;
        Ok(packets)
    }
    /// Streams frames cycle by cycle; the cycles in which a beat waited at the input, and at the output.
    ///
    /// # Errors
    /// As [`Device::run`].
    pub fn waits(&mut self, frames: &[Frame]) -> Result<(u64, u64), DeviceError> {
        let (bytes, patience) = (self.config.design().stream_bytes(), self.patience());
        let frames: Vec<&Frame> = frames.iter().collect();
        let mut run = StreamRun::new(&frames, bytes, &mut self.source, &mut self.sink, patience);
        let (mut input, mut output) = (0, 0);
        while !run.is_done() {
            let inputs = run.inputs();
            let seen = self.pins.cycle(&inputs, &mut self.log)?;
            input += u64::from(inputs.s_axis_tvalid != 0 && seen.s_axis_tready == 0);
            output += u64::from(seen.m_axis_tvalid != 0 && inputs.m_axis_tready == 0);
            run.outputs(&inputs, &seen, self.pins.cycles());
            run.check_patience(self.pins.name(), self.pins.cycles())?;
        }
        self.samples += run.verdicts.len() as u64;
        Ok((input, output))
    }
    /// Starts a command and waits until CTRL shows that it is done.
    ///
    /// # Errors
    /// It is refused or does not end, or a defect of the engine.
    pub fn command(&mut self, bit: u32) -> Result<(), DeviceError> {
        programme::command(self, bit)
    }
    /// Flushes, writes every setting, applies the set.
    ///
    /// # Errors
    /// A defect of the engine; a set that does not fit is a [`Reply::Refused`].
    pub fn configure(&mut self, network: &Network) -> Result<Reply, DeviceError> {
        let design = self.config.design().clone();
        if !programme::configure(self, &design, network)? {
            return Ok(Reply::Refused);
        }
        if let Ok(config) = self.config.with_network(network.clone()) {
            self.take(config)?;
        }
        Ok(Reply::Done)
    }
    /// Streams frames and gives a reply to each.
    fn frames(&mut self, frames: &[&Frame]) -> Result<Vec<Reply>, DeviceError> {
        let patience = self.patience();
        let bytes = self.config.design().stream_bytes();
        let mut run = StreamRun::new(frames, bytes, &mut self.source, &mut self.sink, patience);
        self.pins.stream(&mut run, &mut self.log)?;
        let mut packets = run.scores.split_inclusive(|b| b.last != 0);
        let mut replies = vec![];
        for verdict in &run.verdicts {
            let reply = match (verdict, verdict.is_none().then(|| packets.next()).flatten()) {
                (Some(reason), _) => Reply::Dropped(*reason),
                (None, packet) => Reply::Packet(packet_of(packet.unwrap_or_default())),
            };
            self.samples += u64::from(matches!(reply, Reply::Packet(_)));
            self.dropped += u64::from(matches!(reply, Reply::Dropped(_)));
            replies.push(reply);
        }
        self.begins = run.begins;
        Ok(replies)
    }
    fn step(&mut self, step: &Step) -> Result<Reply, DeviceError> {
        match step {
            Step::Frame(f) => return Ok(self.frames(&[f])?.remove(0)),
            Step::Flush => self.command(regs::CTRL_FLUSH)?,
            Step::Init => self.command(regs::CTRL_INIT)?,
            Step::SoftReset => self.command(regs::CTRL_SOFT_RESET)?,
            Step::Configure(network) => return self.configure(network),
            Step::Reset => self.reset()?,
            Step::Load(weights) => self.load(weights)?,
            Step::SaveAndRestore => {
                let saved = self.save()?;
                self.reset()?;
                self.restore(&saved)?;
            }
        }
        Ok(Reply::Done)
    }
}

/// A packet of its beats.
fn packet_of(beats: &[ScoreBeat]) -> Packet {
    let user = beats.last().map_or(0, |b| b.user);
    Packet { scores: beats.iter().map(|b| b.data).collect(), class: usize::from(user & 0x7f), owes: user & 0x80 != 0 }
}

impl<P: Pins> Bus for Hardware<P> {
    fn write(&mut self, offset: u16, value: u32) -> Result<bool, DeviceError> {
        self.write_register(offset, value)
    }
    fn read(&mut self, offset: u16) -> Result<Option<u32>, DeviceError> {
        self.read_register(offset)
    }
    fn refused(&self, what: String) -> DeviceError {
        DeviceError::Refused { device: self.pins.name().into(), what, at: self.pins.cycles() }
    }
    fn poll(&mut self, offset: u16, done: &dyn Fn(u32) -> bool, doing: &str) -> Result<(), DeviceError> {
        let end = self.pins.cycles() + self.patience();
        while self.pins.cycles() < end {
            if done(self.must_read(offset)?) {
                return Ok(());
            }
        }
        Err(self.hang(doing))
    }
}

impl<P: Pins> Device for Hardware<P> {
    fn name(&self) -> &str {
        self.pins.name()
    }
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        let mut replies = vec![];
        while replies.len() < steps.len() {
            let rest = &steps[replies.len()..];
            let frames: Vec<&Frame> = rest
                .iter()
                .map_while(|s| match s {
                    Step::Frame(f) => Some(f),
                    _ => None,
                })
                .collect();
            match frames.is_empty() {
                false => replies.extend(self.frames(&frames)?),
                true => replies.push(self.step(&rest[0])?),
            }
            if !self.stray {
                self.pins.check()?;
            }
        }
        Ok(replies)
    }
    fn take_writes(&mut self) -> Result<Vec<ObservedWrite>, DeviceError> {
        self.observe()?;
        Ok(std::mem::take(&mut self.observed))
    }
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>> {
        let network = self.config.network();
        let mut out: Vec<Vec<Vec<i32>>> =
            (0..network.depth()).map(|k| vec![vec![0; network.fan_in(k) + 1]; network.layers[k].size]).collect();
        for w in self.layout.weights() {
            out[w.layer][w.neuron][w.input] = self.pins.word(self.layout.place(w));
        }
        out
    }
    fn noise_state(&mut self) -> u32 {
        if self.config.design().learning {
            self.pins.noise_state()
        } else {
            0
        }
    }
    fn counters(&self) -> Counters {
        Counters {
            cycles: self.pins.cycles(),
            samples: self.samples,
            dropped: self.dropped,
            weight_reads: self.log.weight_reads,
            weight_writes: self.weight_writes + self.log.writes.len() as u64,
        }
    }
    fn read_counters(&mut self) -> Result<Vec<(Counter, u64)>, DeviceError> {
        Counter::of(self.config.design()).into_iter().map(|c| Ok((c, self.read_counter(c)?))).collect()
    }
}
