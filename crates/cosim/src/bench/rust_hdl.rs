//! The rust-hdl description of the accelerator, simulated cycle by cycle.
use super::hardware::Hardware;
use super::pins::*;
use super::stream::StreamRun;
use crate::device::DeviceError;
use crate::stall::Stalls;
use crate::trace::Trace;
use drtp_core::layout::Place;
use drtp_core::{Bank, Config, Design};
use drtp_hdl::activity::Clocked;
use drtp_hdl::leaf::Hazard;
use drtp_hdl::num::{Num, Uint};
use drtp_hdl::DrtpCore;
use rust_hdl::prelude::{check_all, simulate, Block, Clock, Direction, Signal};
use std::io::Write;

/// Iterations after which logic that still changes counts as a loop.
const SETTLE_LIMIT: usize = 100;
const NAME: &str = "rust-hdl";

/// The simulated accelerator, with what a test bench needs to look inside.
pub struct RustHdlPins {
    core: Box<DrtpCore>,
    design: Design,
    tables: Tables,
    cycles: u64,
    classified: u64,
    last: Inputs,
    trace: Option<Trace>,
}

impl Hardware<RustHdlPins> {
    /// A device that was just reset and has written its initial weights.
    ///
    /// # Errors
    /// If rust-hdl's checks refuse the design, or it does not come out of reset.
    pub fn new(config: &Config, stalls: Stalls) -> Result<Self, DeviceError> {
        let mut core = Box::new(DrtpCore::new(config));
        core.connect_all();
        check_all(core.as_ref()).map_err(|e| DeviceError::Build { device: NAME.into(), reason: format!("{e:?}") })?;
        let pins = RustHdlPins {
            core,
            design: config.design().clone(),
            tables: Tables::default(),
            cycles: 0,
            classified: 0,
            last: Inputs::default(),
            trace: None,
        };
        Self::with_pins(config, stalls, pins)
    }
    /// Writes a waveform from now on.
    ///
    /// # Errors
    /// If the header cannot be written.
    pub fn trace(&mut self, out: Box<dyn Write + Send>) -> Result<(), DeviceError> {
        let pins = self.pins();
        pins.trace = Some(Trace::new(out, pins.core.as_ref())?);
        Ok(())
    }
    /// The simulated hardware.
    pub fn core(&mut self) -> &DrtpCore {
        &self.pins().core
    }
}

fn set<D: Direction>(signal: &mut Signal<D, Uint>, value: u32, width: usize) {
    signal.next = Num::new(i64::from(value), width);
}

impl RustHdlPins {
    fn apply(&mut self, i: &Inputs) {
        if *i == self.last && self.cycles > 0 {
            return;
        }
        self.last = *i;
        let c = &mut self.core;
        let data_bits = c.s_axis_tdata.val().width();
        c.rst.next = i.rst != 0;
        set(&mut c.s_axis_tdata, i.s_axis_tdata, data_bits);
        c.s_axis_tvalid.next = i.s_axis_tvalid != 0;
        c.s_axis_tlast.next = i.s_axis_tlast != 0;
        set(&mut c.s_axis_tuser, i.s_axis_tuser.into(), 8);
        c.m_axis_tready.next = i.m_axis_tready != 0;
        set(&mut c.s_axil_awaddr, i.s_axil_awaddr, 12);
        c.s_axil_awvalid.next = i.s_axil_awvalid != 0;
        set(&mut c.s_axil_wdata, i.s_axil_wdata, 32);
        set(&mut c.s_axil_wstrb, i.s_axil_wstrb.into(), 4);
        c.s_axil_wvalid.next = i.s_axil_wvalid != 0;
        c.s_axil_bready.next = i.s_axil_bready != 0;
        set(&mut c.s_axil_araddr, i.s_axil_araddr, 12);
        c.s_axil_arvalid.next = i.s_axil_arvalid != 0;
        c.s_axil_rready.next = i.s_axil_rready != 0;
    }
    fn outputs(&self) -> Outputs {
        let c = &self.core;
        Outputs {
            m_axis_tdata: c.m_axis_tdata.val().raw() as u32,
            s_axil_rdata: c.s_axil_rdata.val().raw() as u32,
            s_axis_tready: c.s_axis_tready.val().into(),
            m_axis_tvalid: c.m_axis_tvalid.val().into(),
            m_axis_tlast: c.m_axis_tlast.val().into(),
            m_axis_tuser: c.m_axis_tuser.val().raw() as u8,
            s_axil_awready: c.s_axil_awready.val().into(),
            s_axil_wready: c.s_axil_wready.val().into(),
            s_axil_bresp: c.s_axil_bresp.val().raw() as u8,
            s_axil_bvalid: c.s_axil_bvalid.val().into(),
            s_axil_arready: c.s_axil_arready.val().into(),
            s_axil_rresp: c.s_axil_rresp.val().raw() as u8,
            s_axil_rvalid: c.s_axil_rvalid.val().into(),
            irq: c.irq.val().into(),
            bad_frame: c.builder.is_bad_frame.val().into(),
            bad_target: c.builder.is_bad_target.val().into(),
        }
    }
    fn settle(&mut self) -> Result<(), DeviceError> {
        match simulate(self.core.as_mut(), SETTLE_LIMIT) {
            true => Ok(()),
            false => Err(DeviceError::Unsettled { device: NAME.into(), at: self.cycles }),
        }
    }
    /// Reads and writes of the banks in the cycle that is about to end.
    fn spy(&mut self, log: &mut Log) {
        let c = &self.core;
        let reads = c.stages.read_hidden.val() || c.stages.read_output.val();
        // an event on pairs of lanes reads twice, or once for both: it counts with the first
        if reads && !c.window.active.val() && !(self.design.pairs() && c.stages.read_second.val()) {
            let bank = usize::from(c.stages.read_output.val());
            let at = self.tables[bank].get(c.stages.read_word.val().index());
            log.weight_reads += u64::from(at.copied().unwrap_or(0));
            log.events += 1;
        }
        // a single weight takes the same way, but is no update
        let updates = c.stages.event_writes.val();
        for (lane, l) in c.lane.iter().enumerate().filter(|(_, l)| updates && l.writes.val()) {
            let output = c.stages.write_output.val();
            let memory = if output { &l.output_bank } else { &l.hidden_bank };
            let word = memory.wa.val().index();
            log.writes.push(RawWrite {
                cycle: self.cycles,
                classified: self.classified,
                word: word as u32,
                old: memory.words()[word] as i32,
                new: memory.wd.val().raw() as i32,
                lane: lane as u16,
                output: output.into(),
            });
        }
        for (pair, l) in c.pair.iter().enumerate().filter(|(_, l)| updates && l.writes.val()) {
            let (output, second) = (c.stages.write_output.val(), c.stages.write_second.val());
            let word = c.stages.write_word.val().index();
            log.writes.push(RawWrite {
                cycle: self.cycles,
                classified: self.classified,
                word: word as u32,
                old: l.stored_weight(&self.design, second, output, word) as i32,
                new: l.new_weight(&self.design, output) as i32,
                lane: (2 * pair + usize::from(second)) as u16,
                output: output.into(),
            });
        }
        self.classified += u64::from(c.control.classified.val());
    }
}

impl Pins for RustHdlPins {
    fn name(&self) -> &'static str {
        NAME
    }
    fn cycles(&self) -> u64 {
        self.cycles
    }
    fn set_tables(&mut self, tables: &Tables) {
        self.tables = tables.clone();
    }
    fn cycle(&mut self, inputs: &Inputs, log: &mut Log) -> Result<Outputs, DeviceError> {
        self.core.fall();
        self.apply(inputs);
        self.settle()?;
        let seen = self.outputs();
        self.spy(log);
        if let Some(t) = &mut self.trace {
            t.sample(self.core.as_ref(), 10 * self.cycles)?;
        }
        self.core.clk.next = Clock { clk: true };
        self.settle()?;
        if let Some(t) = &mut self.trace {
            t.sample(self.core.as_ref(), 10 * self.cycles + 5)?;
        }
        self.cycles += 1;
        Ok(seen)
    }
    fn stream(&mut self, run: &mut StreamRun, log: &mut Log) -> Result<(), DeviceError> {
        run.by_cycles(NAME, log, |inputs, log| {
            let at = self.cycles;
            Ok((self.cycle(inputs, log)?, at))
        })
    }
    fn word(&self, place: Place) -> i32 {
        if self.design.pairs() {
            let (pair, second) = (&self.core.pair[place.lane / 2], place.lane % 2 == 1);
            return pair.stored_weight(&self.design, second, place.bank == Bank::Output, place.word) as i32;
        }
        let lane = &self.core.lane[place.lane];
        let memory = if place.bank == Bank::Hidden { &lane.hidden_bank } else { &lane.output_bank };
        memory.words()[place.word] as i32
    }
    fn noise_state(&self) -> u32 {
        self.core.stages.noise.q.val().raw() as u32
    }
    fn check(&self) -> Result<(), DeviceError> {
        let c = &self.core;
        let shared = [
            ("input store", c.builder.xs.hazard()),
            ("output store", c.hidden.ys.hazard()),
            ("list of any", c.lists.any_list.hazard()),
            ("list of present", c.lists.present_list.hazard()),
            ("list of hidden", c.lists.hidden_list.hazard()),
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
        let pairs = c.pair.iter().enumerate().map(|(i, l)| (format!("memory of pair {i}"), l.memory.hazard()));
        match shared.chain(banks).chain(pairs).find_map(|(name, h)| h.map(|h| (name, h))) {
            None => Ok(()),
            Some((memory, hazard)) => {
                let what = match hazard {
                    Hazard::ReadMeetsWrite(word) => format!("word {word} was read and written in one cycle"),
                    Hazard::OutOfRange(word) => format!("word {word} does not exist"),
                    Hazard::OnePort(word) => format!("its one port read and wrote at word {word} in one cycle"),
                    Hazard::NothingRead => "its output was taken without a read".into(),
                };
                Err(DeviceError::Hazard { device: NAME.into(), memory, what, at: self.cycles })
            }
        }
    }
}
