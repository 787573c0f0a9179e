//! Every register as the table describes it: reset value, access, fields at their edges, what is refused, and when.
mod common;
use common::*;
use drtp_core::regs::{self, Access, Register, Role};
use drtp_core::*;
use drtp_cosim::bench::{Hardware, Pins};
use drtp_cosim::*;

/// A core, and what its readable and writable registers should hold.
struct Bench<P: Pins> {
    d: Hardware<P>,
    config: Config,
    table: Vec<Register>,
}

impl<P: Pins> Bench<P> {
    fn new(config: &Config, d: Hardware<P>) -> Self {
        Self { d, config: config.clone(), table: regs::table(config) }
    }
    fn read(&mut self, offset: u16) -> Option<u32> {
        self.d.read_register(offset).unwrap()
    }
    fn write(&mut self, offset: u16, value: u32) -> bool {
        self.d.write_register(offset, value).unwrap()
    }
    fn events(&mut self) -> u32 {
        self.read(regs::IRQ_STATUS).unwrap()
    }
    /// Does it, and says whether it raised "bad access", which must be so exactly if it was refused.
    fn refused(&mut self, what: impl FnOnce(&mut Self) -> bool) -> bool {
        assert!(self.write(regs::IRQ_STATUS, regs::IRQ_BAD_ACCESS));
        let granted = what(self);
        assert_eq!(self.events() & regs::IRQ_BAD_ACCESS == 0, granted, "bad access in IRQ_STATUS");
        !granted
    }
    /// Whether a register keeps what is written to it.
    fn holds(r: &Register) -> bool {
        r.access == Access::ReadWrite && r.role != Role::WindowData
    }
    fn is_mapped(&self, offset: u16) -> bool {
        self.table.iter().any(|r| r.offset == offset)
    }

    /// All 4,096 addresses after a reset.
    fn every_address_reads_as_the_table_says(&mut self) {
        let table = self.table.clone();
        let noise = self.d.noise_state();
        for offset in 0..0x1000 {
            let register = table.iter().find(|r| r.offset == offset);
            let got = self.read(offset);
            assert_eq!(got.is_some(), register.is_some(), "a read of {offset:#05x}");
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
                assert_eq!(got, expected, "{} after reset", r.name);
            }
            let known = r.fields.iter().fold(0, |mask, f| mask | f.mask());
            assert!(r.role == Role::WindowData || got & !known == 0, "{}: bits outside its fields read 0", r.name);
        }
    }
    /// No address without a register takes a write.
    fn nothing_else_is_written(&mut self) {
        for offset in (0..0x1000).filter(|o| *o % 16 == 3 || o % 4 == 0 || *o < 0x40) {
            if !self.is_mapped(offset) {
                assert!(self.refused(|b| b.write(offset, 0)), "a write to {offset:#05x}");
            }
        }
    }
    /// Each field at its edges, each bit outside the fields, each strobe that is not whole.
    fn every_register_takes_what_the_table_accepts(&mut self) {
        let table = self.table.clone();
        let design = self.config.design().clone();
        for r in table.iter().filter(|r| !matches!(r.role, Role::WindowData | Role::Control | Role::IrqStatus)) {
            let start = self.read(r.offset).unwrap();
            if r.access == Access::ReadOnly {
                for value in [0, 1, start, !0] {
                    assert!(self.refused(|b| b.write(r.offset, value)), "{} is read-only", r.name);
                }
                continue;
            }
            assert!(Self::holds(r), "{}", r.name);
            let mut values = vec![0, !0, start];
            for f in &r.fields {
                let most = f.mask() >> f.lsb;
                let edges = [0, 1, f.least, f.least.wrapping_sub(1), f.most, f.most.wrapping_add(1), most, most >> 1];
                let edges = edges.into_iter().chain(f.also).chain(f.also.map(|v| v.wrapping_sub(1)));
                values.extend(edges.filter(|v| *v <= most).map(|v| start & !f.mask() | v << f.lsb));
            }
            let known = r.fields.iter().fold(0, |mask, f| mask | f.mask());
            values.extend((0..32).map(|bit| 1 << bit).filter(|bit| bit & known == 0).map(|bit| start | bit));
            let mut kept = start;
            let mut taken = 0;
            for value in values {
                let accepted = r.accepts(value, &design);
                assert_eq!(self.refused(|b| b.write(r.offset, value)), !accepted, "{} = {value:#x}", r.name);
                kept = if accepted { value } else { kept };
                taken += u32::from(accepted);
                assert_eq!(self.read(r.offset), Some(kept), "{} after {value:#x}", r.name);
            }
            assert!(taken > 0, "{} took nothing", r.name);
            for strobe in 0..15 {
                let part = |b: &mut Self| b.d.write_with_strobe(r.offset, start, strobe).unwrap();
                assert!(self.refused(part), "{} with strobe {strobe:04b}", r.name);
                assert_eq!(self.read(r.offset), Some(kept), "{} after strobe {strobe:04b}", r.name);
            }
            assert!(self.write(r.offset, start));
        }
    }
    /// Commands end, and no bit beside them is accepted.
    fn commands_end(&mut self) {
        let register = self.table.iter().find(|r| r.role == Role::Control).unwrap().clone();
        for value in (0..32).map(|bit| 1 << bit).chain([0, 3, 0x11, 0x12, 0x14, 0x18, 0x0F]) {
            let accepted = register.accepts(value, self.config.design());
            assert_eq!(self.refused(|b| b.write(regs::CTRL, value)), !accepted, "CTRL = {value:#x}");
            while self.read(regs::CTRL).unwrap() != 0 {}
        }
        assert_eq!(self.events() & regs::IRQ_BAD_CONFIG, 0, "the set after reset fits");
        for strobe in 0..15 {
            assert!(self.refused(|b| b.d.write_with_strobe(regs::CTRL, 1, strobe).unwrap()));
        }
    }
    /// Ones clear, zeros keep; the line follows what is enabled.
    fn interrupts_are_cleared_by_ones(&mut self) {
        for enabled in [regs::IRQ_DONE, regs::IRQ_CLASSIFIED, 0] {
            assert!(self.write(regs::IRQ_ENABLE, enabled));
            self.d.command(regs::CTRL_FLUSH).unwrap();
            let idle = bench_idle(&mut self.d);
            assert_eq!(idle, enabled & self.events() != 0, "irq with {enabled:#x} enabled");
            assert!(self.write(regs::IRQ_STATUS, 0));
            assert!(self.events() & regs::IRQ_DONE != 0);
            assert!(self.write(regs::IRQ_STATUS, regs::IRQ_DONE));
            assert!(self.events() & regs::IRQ_DONE == 0);
            assert!(!bench_idle(&mut self.d));
        }
    }
    /// The window goes from word to word, to the end of a bank, and takes no weight that the bank does not.
    fn the_window_ends_where_the_bank_does(&mut self) {
        let d = self.config.design().clone();
        for (output, words, bits) in [(0, d.hidden_words, d.hidden_bits), (1, d.output_words, d.output_bits)] {
            let most = (1i32 << (bits - 1)) - 1;
            for lane in [0, d.lanes - 1] {
                let at = |word: usize| output << 31 | (lane as u32) << 24 | word as u32;
                for (word, value) in [(0, most), (words - 1, -most)] {
                    assert!(self.write(regs::W_ADDR, at(word)));
                    for wrong in [most + 1, -most - 1, i32::MAX, i32::MIN] {
                        assert!(self.refused(|b| b.write(regs::W_DATA, wrong as u32)), "{wrong} in {bits} bits");
                    }
                    assert_eq!(self.read(regs::W_ADDR), Some(at(word)), "a refused access does not move on");
                    assert!(!self.refused(|b| b.write(regs::W_DATA, value as u32)));
                    assert_eq!(self.read(regs::W_ADDR), Some(at(word + 1)));
                    if word + 1 == words {
                        assert!(self.refused(|b| b.read(regs::W_DATA).is_some()), "behind the last word");
                        assert!(self.refused(|b| b.write(regs::W_DATA, 0)), "behind the last word");
                    }
                    assert!(self.write(regs::W_ADDR, at(word)));
                    assert_eq!(self.read(regs::W_DATA), Some(value as u32));
                }
                assert!(self.refused(|b| b.write(regs::W_ADDR, at(words))), "{words} words");
            }
            assert!(
                self.refused(|b| b.write(regs::W_ADDR, output << 31 | (d.lanes as u32) << 24)),
                "{} lanes",
                d.lanes
            );
        }
    }
    /// Registers that need a quiet core, and the `apply`, while an update is owed.
    fn a_core_that_owes_keeps_its_weights_to_itself(&mut self) {
        self.d.reset().unwrap();
        let n = self.config.network().clone();
        let x: Vec<i8> = (0..n.inputs).map(|i| (90 - 7 * i as i32) as i8).collect();
        for target in 0..n.classes() as u8 {
            self.d.run(&[Step::Frame(Frame::learn(&x, target))]).unwrap();
            if self.read(regs::STATUS).unwrap() & regs::STATUS_PENDING != 0 {
                break;
            }
        }
        assert_eq!(self.read(regs::STATUS), Some(regs::STATUS_PENDING | regs::STATUS_INIT_DONE));
        for r in self.table.clone() {
            let read = self.refused(|b| b.read(r.offset).is_some());
            assert_eq!(read, r.quiet_only, "a read of {} while an update is owed", r.name);
            if Self::holds(&r) && r.quiet_only {
                assert!(self.refused(|b| b.write(r.offset, 1)), "a write of {} while an update is owed", r.name);
            }
        }
        assert!(self.refused(|b| b.write(regs::W_DATA, 0)));
        assert!(self.refused(|b| b.write(regs::CTRL, regs::CTRL_APPLY)));
        self.d.command(regs::CTRL_FLUSH).unwrap();
        assert!(!self.refused(|b| b.write(regs::NOISE_STATE, 1)));
        // and while the weights are initialised, which takes a cycle for each at least
        assert!(self.write(regs::CTRL, regs::CTRL_INIT));
        assert!(self.refused(|b| b.read(regs::NOISE_STATE).is_some()), "a quiet core needs no init");
        assert!(self.read(regs::STATUS).unwrap() & regs::STATUS_BUSY != 0);
        assert!(self.refused(|b| b.write(regs::CTRL, regs::CTRL_APPLY)));
        while self.read(regs::CTRL).unwrap() != 0 {}
        assert!(!self.refused(|b| b.read(regs::NOISE_STATE).is_some()));
    }
    fn everything(mut self) {
        self.every_address_reads_as_the_table_says();
        self.nothing_else_is_written();
        self.every_register_takes_what_the_table_accepts();
        self.commands_end();
        self.interrupts_are_cleared_by_ones();
        self.the_window_ends_where_the_bank_does();
        self.a_core_that_owes_keeps_its_weights_to_itself();
        self.d.pins().check().unwrap();
    }
}

/// The interrupt line of a cycle in which nothing is asked.
fn bench_idle<P: Pins>(d: &mut Hardware<P>) -> bool {
    d.cycle(&bench::Inputs::default()).unwrap().irq != 0
}

#[test]
fn rust_hdl() {
    let all = designs();
    for config in [0, 3, 4, 6, 7, 9, 10].map(|i| &all[i]) {
        Bench::new(config, RustHdlDevice::new(config, Stalls::NONE).unwrap()).everything();
    }
}
#[test]
fn verilator_model() {
    if have_verilator() {
        for config in &designs() {
            Bench::new(config, verilator(config, Stalls::NONE).unwrap()).everything();
        }
    }
}
