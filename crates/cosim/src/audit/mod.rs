//! An audit of a core's bus: every register as the table describes it, what is refused and when, and masters that hesitate.
//!
//! Works on any simulated core that learns. What is found is an error that names register, value and expectation.
use crate::bench::{Hardware, Inputs, Pins};
use crate::device::{Device, DeviceError, Frame, Reply, Step};
use crate::stall::{Stall, Stalls};
use drtp_core::regs::{self, Access, Counter, Register, Role};
use drtp_core::{Config, Layer, Network};
use thiserror::Error;

/// What an audit ends with, if not well.
#[derive(Debug, Error)]
pub enum AuditError {
    /// The core does something else than the table says.
    #[error("{0}")]
    Found(String),
    /// A defect that ended the audit.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

type Audited<T = ()> = Result<T, AuditError>;

/// Reads after which a command that has not ended never will.
const PATIENCE: usize = 100_000;
/// Cycles in which a bus access must be answered: behind a wait for the window, or for the verdict on a set of settings.
const ANSWER: usize = 400;

macro_rules! ensure {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err(AuditError::Found(format!($($what)+)));
        }
    };
}
macro_rules! ensure_eq {
    ($got:expr, $expected:expr, $($what:tt)+) => {{
        let (got, expected) = ($got, $expected);
        ensure!(got == expected, "{}: {got:?}, expected {expected:?}", format!($($what)+));
    }};
}

mod resets;
pub use resets::{reset_in_cycle, soft_resets};

/// Everything, on a core that was just reset; it is left with other settings.
///
/// # Errors
/// The first thing that is not as the table says, or a defect of the engine.
pub fn audit<P: Pins>(config: &Config, device: &mut Hardware<P>) -> Audited {
    let mut audit = Audit { d: device, config, table: regs::table(config) };
    audit.every_address_reads_as_the_table_says()?;
    audit.nothing_else_is_written()?;
    audit.every_register_takes_what_the_table_accepts()?;
    audit.commands_end()?;
    audit.interrupts_are_cleared_by_ones()?;
    audit.the_window_ends_where_the_bank_does()?;
    audit.a_set_is_taken_exactly_if_it_fits()?;
    audit.a_core_that_owes_keeps_its_weights_to_itself()?;
    audit.a_hesitant_master_gets_each_answer_once()?;
    audit.waits_of_both_streams_are_counted()?;
    Ok(device.pins().check()?)
}

/// A core, and what its readable and writable registers should hold.
struct Audit<'a, P: Pins> {
    d: &'a mut Hardware<P>,
    config: &'a Config,
    table: Vec<Register>,
}

impl<P: Pins> Audit<'_, P> {
    fn read(&mut self, offset: u16) -> Audited<Option<u32>> {
        Ok(self.d.read_register(offset)?)
    }
    fn must_read(&mut self, offset: u16) -> Audited<u32> {
        Ok(self.d.must_read(offset)?)
    }
    fn write(&mut self, offset: u16, value: u32) -> Audited<bool> {
        Ok(self.d.write_register(offset, value)?)
    }
    fn must_write(&mut self, offset: u16, value: u32) -> Audited {
        Ok(self.d.must_write(offset, value)?)
    }
    fn events(&mut self) -> Audited<u32> {
        self.must_read(regs::IRQ_STATUS)
    }
    /// Until CTRL shows no command.
    fn wait_for_commands(&mut self) -> Audited {
        for _ in 0..PATIENCE {
            if self.must_read(regs::CTRL)? == 0 {
                return Ok(());
            }
        }
        Err(AuditError::Found(format!("CTRL shows a command after {PATIENCE} reads")))
    }
    /// Does it, and says whether it was refused, which must be so exactly if it raised "bad access".
    fn refused(&mut self, what: impl FnOnce(&mut Self) -> Audited<bool>) -> Audited<bool> {
        self.must_write(regs::IRQ_STATUS, regs::IRQ_BAD_ACCESS)?;
        let granted = what(self)?;
        ensure_eq!(self.events()? & regs::IRQ_BAD_ACCESS == 0, granted, "no bad access in IRQ_STATUS");
        Ok(!granted)
    }
    fn write_is_refused(&mut self, offset: u16, value: u32) -> Audited<bool> {
        self.refused(|a| a.write(offset, value))
    }
    fn read_is_refused(&mut self, offset: u16) -> Audited<bool> {
        self.refused(|a| Ok(a.read(offset)?.is_some()))
    }
    /// The interrupt line of a cycle in which nothing is asked.
    fn irq(&mut self) -> Audited<bool> {
        Ok(self.d.cycle(&Inputs::default())?.irq != 0)
    }
    /// Whether a register keeps what is written to it.
    fn holds(r: &Register) -> bool {
        r.access == Access::ReadWrite && r.role != Role::WindowData
    }

    /// All 4,096 addresses after a reset.
    fn every_address_reads_as_the_table_says(&mut self) -> Audited {
        let table = self.table.clone();
        let noise = self.d.noise_state();
        for offset in 0..0x1000 {
            let register = table.iter().find(|r| r.offset == offset);
            let got = self.read(offset)?;
            ensure_eq!(got.is_some(), register.is_some(), "a read of {offset:#05x} is granted");
            let (Some(r), Some(got)) = (register, got) else { continue };
            let expected = match r.role {
                Role::Control => Some(0),
                Role::Status => Some(regs::STATUS_INIT_DONE),
                // the init that follows a reset, and the bad accesses of this loop
                Role::IrqStatus => Some(regs::IRQ_DONE | regs::IRQ_BAD_ACCESS),
                Role::NoiseState => Some(noise),
                _ => r.reset,
            };
            if let Some(expected) = expected {
                ensure_eq!(got, expected, "{} after reset", r.name);
            }
            let known = r.fields.iter().fold(0, |mask, f| mask | f.mask());
            ensure!(r.role == Role::WindowData || got & !known == 0, "{}: bits outside its fields read 0", r.name);
        }
        Ok(())
    }
    /// No address without a register takes a write.
    fn nothing_else_is_written(&mut self) -> Audited {
        for offset in (0..0x1000).filter(|o| *o % 16 == 3 || o % 4 == 0 || *o < 0x40) {
            if !self.table.iter().any(|r| r.offset == offset) {
                ensure!(self.write_is_refused(offset, 0)?, "a write to {offset:#05x} is granted");
            }
        }
        Ok(())
    }
    /// Each field at its edges, each bit outside the fields, each strobe that is not whole.
    fn every_register_takes_what_the_table_accepts(&mut self) -> Audited {
        let table = self.table.clone();
        for r in table.iter().filter(|r| !matches!(r.role, Role::WindowData | Role::Control | Role::IrqStatus)) {
            let start = self.must_read(r.offset)?;
            if r.access == Access::ReadOnly {
                for value in [0, 1, start, !0] {
                    ensure!(self.write_is_refused(r.offset, value)?, "{} is read-only", r.name);
                }
                continue;
            }
            let (mut kept, mut taken) = (start, 0);
            for value in edges(r, start) {
                let accepted = r.accepts(value, self.config.design());
                ensure_eq!(!self.write_is_refused(r.offset, value)?, accepted, "{} takes {value:#x}", r.name);
                kept = if accepted { value } else { kept };
                taken += u32::from(accepted);
                ensure_eq!(self.must_read(r.offset)?, kept, "{} after {value:#x}", r.name);
            }
            ensure!(taken > 0, "{} took nothing", r.name);
            for strobe in 0..15 {
                let part = |a: &mut Self| Ok(a.d.write_with_strobe(r.offset, start, strobe)?);
                ensure!(self.refused(part)?, "{} with strobe {strobe:04b} is granted", r.name);
                ensure_eq!(self.must_read(r.offset)?, kept, "{} after strobe {strobe:04b}", r.name);
            }
            self.must_write(r.offset, start)?;
        }
        Ok(())
    }
    /// Commands end, and no bit beside them is accepted.
    fn commands_end(&mut self) -> Audited {
        let Some(register) = self.table.iter().find(|r| r.role == Role::Control).cloned() else {
            return Err(AuditError::Found("the table has no CTRL".into()));
        };
        for value in (0..32).map(|bit| 1 << bit).chain([0, 3, 0x11, 0x12, 0x14, 0x18, 0x0F]) {
            let accepted = register.accepts(value, self.config.design());
            ensure_eq!(!self.write_is_refused(regs::CTRL, value)?, accepted, "CTRL takes {value:#x}");
            self.wait_for_commands()?;
        }
        ensure_eq!(self.events()? & regs::IRQ_BAD_CONFIG, 0, "the set after reset fits");
        for strobe in 0..15 {
            let part = |a: &mut Self| Ok(a.d.write_with_strobe(regs::CTRL, 1, strobe)?);
            ensure!(self.refused(part)?, "CTRL with strobe {strobe:04b} is granted");
        }
        Ok(())
    }
    /// Ones clear, zeros keep; the line follows what is enabled.
    fn interrupts_are_cleared_by_ones(&mut self) -> Audited {
        for enabled in [regs::IRQ_DONE, regs::IRQ_CLASSIFIED, 0] {
            self.must_write(regs::IRQ_ENABLE, enabled)?;
            self.d.command(regs::CTRL_FLUSH)?;
            let line = self.irq()?;
            ensure_eq!(line, enabled & self.events()? != 0, "irq with {enabled:#x} enabled");
            self.must_write(regs::IRQ_STATUS, 0)?;
            ensure!(self.events()? & regs::IRQ_DONE != 0, "zeros cleared an event");
            self.must_write(regs::IRQ_STATUS, regs::IRQ_DONE)?;
            ensure!(self.events()? & regs::IRQ_DONE == 0, "a one did not clear its event");
            ensure!(!self.irq()?, "irq without an event");
        }
        Ok(())
    }
    /// The window goes from word to word, to the end of a bank, and takes no weight that the bank does not.
    fn the_window_ends_where_the_bank_does(&mut self) -> Audited {
        let d = self.config.design().clone();
        for (output, words, bits) in [(0, d.hidden_words, d.hidden_bits), (1, d.output_words, d.output_bits)] {
            let most = (1i32 << (bits - 1)) - 1;
            for lane in [0, d.lanes - 1] {
                let at = |word: usize| output << 31 | (lane as u32) << 24 | word as u32;
                for (word, value) in [(0, most), (words - 1, -most)] {
                    self.must_write(regs::W_ADDR, at(word))?;
                    for wrong in [most + 1, -most - 1, i32::MAX, i32::MIN] {
                        ensure!(
                            self.write_is_refused(regs::W_DATA, wrong as u32)?,
                            "W_DATA takes {wrong} in {bits} bits"
                        );
                    }
                    ensure_eq!(self.must_read(regs::W_ADDR)?, at(word), "W_ADDR behind a refused access");
                    ensure!(!self.write_is_refused(regs::W_DATA, value as u32)?, "W_DATA refuses {value}");
                    ensure_eq!(self.must_read(regs::W_ADDR)?, at(word + 1), "W_ADDR behind an access");
                    if word + 1 == words {
                        ensure!(self.read_is_refused(regs::W_DATA)?, "a read behind the last word is granted");
                        ensure!(self.write_is_refused(regs::W_DATA, 0)?, "a write behind the last word is granted");
                    }
                    self.must_write(regs::W_ADDR, at(word))?;
                    ensure_eq!(self.must_read(regs::W_DATA)?, value as u32, "W_DATA at word {word}");
                }
                ensure!(self.write_is_refused(regs::W_ADDR, at(words))?, "W_ADDR takes word {words}");
            }
            let beyond = output << 31 | (d.lanes as u32) << 24;
            ensure!(self.write_is_refused(regs::W_ADDR, beyond)?, "W_ADDR takes lane {}", d.lanes);
        }
        Ok(())
    }
    /// Networks of every depth, with one size or one start at a time at its limit and one beyond.
    fn a_set_is_taken_exactly_if_it_fits(&mut self) -> Audited {
        let d = self.config.design().clone();
        if d.fixed_network {
            return Ok(());
        }
        let own = self.config.network();
        let layer = |output: bool| Layer {
            size: 2,
            init_bits: Layer::ZERO_INIT,
            ..own.layers[if output { own.depth() - 1 } else { 0 }]
        };
        for depth in 1..=d.max_layers {
            let layers: Vec<Layer> = (1..=depth).map(|k| layer(k == depth)).collect();
            let small = Network { inputs: 2, layers, ..own.clone() };
            let mut sets = vec![];
            for inputs in [d.max_width, d.max_width + 1] {
                sets.push((format!("{inputs} inputs"), Network { inputs, ..small.clone() }));
            }
            for k in 0..depth {
                let (widest, bits) = match k + 1 == depth {
                    true => (2 * d.output_words / 3, d.output_bits),
                    false => (d.max_hidden, d.hidden_bits),
                };
                for size in [widest, widest + 1, 128, 129] {
                    let mut n = small.clone();
                    n.layers[k].size = size;
                    sets.push((format!("{size} neurons in layer {k}"), n));
                }
                for init_bits in [bits as u32 - 2, bits as u32 - 1] {
                    let mut n = small.clone();
                    n.layers[k].init_bits = init_bits;
                    sets.push((format!("init_bits {init_bits} in layer {k}"), n));
                }
            }
            for (what, network) in sets {
                let fits = self.config.with_network(network.clone()).is_ok();
                let reply = self.d.run(&[Step::Configure(network)])?.remove(0);
                let taken = reply != Reply::Refused;
                ensure_eq!(taken, fits, "{what} of {depth} is taken");
            }
        }
        Ok(())
    }
    /// Registers that need a quiet core, and the `apply`, while an update is owed.
    fn a_core_that_owes_keeps_its_weights_to_itself(&mut self) -> Audited {
        self.d.reset()?;
        self.owe()?;
        let status = regs::STATUS_PENDING | regs::STATUS_INIT_DONE;
        ensure_eq!(self.must_read(regs::STATUS)?, status, "STATUS while an update is owed");
        for r in self.table.clone() {
            ensure_eq!(self.read_is_refused(r.offset)?, r.quiet_only, "a read of {} is refused while owing", r.name);
            if Self::holds(&r) && r.quiet_only {
                ensure!(self.write_is_refused(r.offset, 1)?, "a write of {} is granted while owing", r.name);
            }
        }
        ensure!(self.write_is_refused(regs::W_DATA, 0)?, "a write of W_DATA is granted while owing");
        ensure!(self.write_is_refused(regs::CTRL, regs::CTRL_APPLY)?, "apply is granted while owing");
        self.d.command(regs::CTRL_FLUSH)?;
        ensure!(!self.write_is_refused(regs::NOISE_STATE, 1)?, "NOISE_STATE is refused behind a flush");
        // and while the weights are initialised, which takes a cycle for each at least
        self.must_write(regs::CTRL, regs::CTRL_INIT)?;
        ensure!(self.read_is_refused(regs::NOISE_STATE)?, "a quiet core needs no init");
        ensure!(self.must_read(regs::STATUS)? & regs::STATUS_BUSY != 0, "STATUS shows no init");
        ensure!(self.write_is_refused(regs::CTRL, regs::CTRL_APPLY)?, "apply is granted during init");
        self.wait_for_commands()?;
        ensure!(!self.read_is_refused(regs::NOISE_STATE)?, "NOISE_STATE is refused behind init");
        // a soft reset pays what is owed first, and shows itself alone as long
        self.owe()?;
        self.must_write(regs::CTRL, regs::CTRL_SOFT_RESET)?;
        let shown = self.must_read(regs::CTRL)?;
        ensure!(shown & !regs::CTRL_SOFT_RESET == 0, "CTRL shows {shown:#x} behind a soft reset");
        self.wait_for_commands()
    }
    /// Learns until an update is owed.
    fn owe(&mut self) -> Audited {
        let n = self.config.network();
        let x: Vec<i8> = (0..n.inputs).map(|i| (90 - 7 * i as i32) as i8).collect();
        for target in 0..n.classes() as u8 {
            self.d.run(&[Step::Frame(Frame::learn(&x, target))])?;
            if self.must_read(regs::STATUS)? & regs::STATUS_PENDING != 0 {
                break;
            }
        }
        Ok(())
    }

    /// The counters of stalls are what the pins showed.
    fn waits_of_both_streams_are_counted(&mut self) -> Audited {
        if !self.config.design().counters {
            return Ok(());
        }
        self.d.reset()?;
        let n = self.config.network().inputs;
        let frame = |k: usize| Frame::classify(&(0..n).map(|i| (k * 83 + i * 47) as u8 as i8).collect::<Vec<_>>());
        let frames: Vec<Frame> = (0..16).map(frame).collect();
        for stall in [Stall::None, Stall::Random(120), Stall::Bursts(20)] {
            self.d.set_stalls(Stalls { output: stall, seed: 5, ..Stalls::NONE });
            self.must_write(regs::CTRL, regs::CTRL_CLEAR)?;
            let (input, output) = self.d.waits(&frames)?;
            for (counter, waited) in [(Counter::InputStalls, input), (Counter::OutputStalls, output)] {
                ensure_eq!(self.d.read_counter(counter)?, waited, "{} with {stall:?}", counter.name());
            }
        }
        self.d.set_stalls(Stalls::NONE);
        if self.config.design().stream_bits == 8 {
            ensure_eq!(self.d.waits(&frames[..1])?.0, 0, "a core that is idle takes a beat each cycle: it made wait");
        }
        Ok(())
    }

    /// Address before data, data before address, answers that are taken late, reads and writes at once: each request gets
    /// one answer, which stays until it is taken.
    fn a_hesitant_master_gets_each_answer_once(&mut self) -> Audited {
        for late in 0..6 {
            for (address_after, data_after) in [(0, 0), (0, late), (late, 0)] {
                let value = 1 + late as u32;
                let enable = regs::IRQ_ENABLE;
                self.hesitant_write(enable, value, address_after, data_after, late)?;
                let what =
                    format!("address after {address_after}, data after {data_after}, answer after {late} cycles");
                ensure_eq!(self.must_read(enable)?, value, "IRQ_ENABLE, {what}");
            }
            self.read_beside_a_write(late)?;
        }
        self.must_write(regs::IRQ_ENABLE, 0)
    }
    /// A write whose master waits before each of its parts; its answer must stay, and come once.
    fn hesitant_write(&mut self, offset: u16, value: u32, address: usize, data: usize, answer: usize) -> Audited {
        let (mut address_taken, mut data_taken, mut answered) = (false, false, None);
        for cycle in 0..ANSWER {
            let pins = Inputs {
                s_axil_awvalid: u8::from(!address_taken && cycle >= address),
                s_axil_awaddr: offset.into(),
                s_axil_wvalid: u8::from(!data_taken && cycle >= data),
                s_axil_wdata: value,
                s_axil_wstrb: 0xF,
                s_axil_bready: u8::from(answered.is_some_and(|since| cycle >= since + answer)),
                ..Inputs::default()
            };
            let seen = self.d.cycle(&pins)?;
            address_taken |= pins.s_axil_awvalid & seen.s_axil_awready != 0;
            data_taken |= pins.s_axil_wvalid & seen.s_axil_wready != 0;
            match (answered, seen.s_axil_bvalid != 0) {
                (None, true) => {
                    ensure!(address_taken && data_taken, "a write is answered before it is whole");
                    ensure_eq!(seen.s_axil_bresp, 0, "a write of {offset:#05x}");
                    answered = Some(cycle);
                }
                (Some(_), true) => ensure_eq!(seen.s_axil_bresp, 0, "an answer that waits"),
                (Some(_), false) => {
                    return Err(AuditError::Found("an answer went before it was taken".into()));
                }
                (None, false) => {}
            }
            if answered.is_some() && pins.s_axil_bready != 0 {
                return self.nothing_more();
            }
        }
        Err(AuditError::Found(format!("a write of {offset:#05x} is not answered within {ANSWER} cycles")))
    }
    /// A read and a write of two registers in the same cycle, both answers taken late.
    fn read_beside_a_write(&mut self, late: usize) -> Audited {
        let identity = self.must_read(regs::ID)?;
        let (mut write, mut data, mut read) = (1u8, 1u8, 1u8);
        let (mut written, mut shown, mut ready) = (false, false, late);
        for _ in 0..ANSWER {
            let pins = Inputs {
                s_axil_awvalid: write,
                s_axil_awaddr: regs::IRQ_ENABLE.into(),
                s_axil_wvalid: data,
                s_axil_wdata: 0x15,
                s_axil_wstrb: 0xF,
                s_axil_arvalid: read,
                s_axil_araddr: regs::ID.into(),
                s_axil_bready: u8::from(ready == 0),
                s_axil_rready: u8::from(ready == 0),
                ..Inputs::default()
            };
            let seen = self.d.cycle(&pins)?;
            write &= 1 - seen.s_axil_awready;
            data &= 1 - seen.s_axil_wready;
            read &= 1 - seen.s_axil_arready;
            if seen.s_axil_rvalid != 0 {
                ensure_eq!((seen.s_axil_rdata, seen.s_axil_rresp), (identity, 0), "ID beside a write");
                ensure!(!shown, "a read is answered twice");
                shown |= pins.s_axil_rready != 0;
            }
            if seen.s_axil_bvalid != 0 {
                ensure_eq!(seen.s_axil_bresp, 0, "a write beside a read");
                ensure!(!written, "a write is answered twice");
                written |= pins.s_axil_bready != 0;
            }
            if written && shown {
                self.nothing_more()?;
                ensure_eq!(self.must_read(regs::IRQ_ENABLE)?, 0x15, "IRQ_ENABLE beside a read");
                return Ok(());
            }
            if seen.s_axil_rvalid | seen.s_axil_bvalid != 0 {
                ready = ready.saturating_sub(1);
            }
        }
        Err(AuditError::Found(format!("a read and a write at once are not answered within {ANSWER} cycles")))
    }
    /// No answer comes that nobody asked for.
    fn nothing_more(&mut self) -> Audited {
        for _ in 0..20 {
            let seen = self.d.cycle(&Inputs::default())?;
            ensure!(seen.s_axil_bvalid | seen.s_axil_rvalid == 0, "an answer without a request");
        }
        Ok(())
    }
}

/// A register's fields at their edges, and each bit outside of them, around what it holds.
fn edges(r: &Register, start: u32) -> Vec<u32> {
    let mut values = vec![0, !0, start];
    for f in &r.fields {
        let most = f.mask() >> f.lsb;
        let edges = [0, 1, f.least, f.least.wrapping_sub(1), f.most, f.most.wrapping_add(1), most, most >> 1];
        let edges = edges.into_iter().chain(f.also).chain(f.also.map(|v| v.wrapping_sub(1)));
        values.extend(edges.filter(|v| *v <= most).map(|v| start & !f.mask() | v << f.lsb));
    }
    let known = r.fields.iter().fold(0, |mask, f| mask | f.mask());
    values.extend((0..32).map(|bit| 1 << bit).filter(|bit| bit & known == 0).map(|bit| start | bit));
    values
}
