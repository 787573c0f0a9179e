//! The description and the Verilog emitted from it, pin by pin: equal outputs in every cycle, whatever comes in.
use crate::common::*;
use drtp_core::regs;
use drtp_core::*;
use drtp_cosim::bench::{Inputs, Outputs};
use drtp_cosim::*;
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256StarStar;

/// A restless master: frames that are mostly right, accesses that are mostly granted, pauses, resets.
struct Master {
    random: Xoshiro256StarStar,
    config: Config,
    offsets: Vec<u16>,
    pins: Inputs,
    sent: usize,
}

impl Master {
    fn new(config: &Config, seed: u64) -> Self {
        let mut offsets: Vec<u16> = regs::table(config).iter().map(|r| r.offset).collect();
        offsets.extend([0x003, 0x048, 0x7F0, 0xFFC]);
        let random = Xoshiro256StarStar::seed_from_u64(seed);
        Self { random, config: config.clone(), offsets, pins: Inputs::default(), sent: 0 }
    }
    fn below(&mut self, n: usize) -> usize {
        (self.random.next_u64() % n as u64) as usize
    }
    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
    /// Of a register; of the one that lets interrupts out more often than of others.
    fn offset(&mut self) -> u32 {
        if self.chance(30) {
            return regs::IRQ_ENABLE.into();
        }
        let at = self.below(self.offsets.len());
        self.offsets[at].into()
    }
    /// The next cycle's pins, after one that showed `seen`.
    fn next(&mut self, seen: &Outputs) -> Inputs {
        let mut p = self.pins;
        if p.s_axis_tvalid & seen.s_axis_tready != 0 {
            self.sent = if p.s_axis_tlast != 0 { 0 } else { self.sent + 1 };
        }
        p.rst = u8::from(self.chance(4000));
        if p.s_axis_tvalid == 0 || seen.s_axis_tready != 0 || self.chance(50) {
            p.s_axis_tvalid = u8::from(!self.chance(3));
            p.s_axis_tdata = if self.chance(3) { 0 } else { self.below(256) as u32 };
            let wrong = self.chance(40);
            p.s_axis_tlast = u8::from((self.sent + 1 == self.config.network().inputs) != wrong);
            p.s_axis_tuser = (0x80 | self.below(self.config.network().classes() + 1)) as u8;
        }
        p.m_axis_tready = u8::from(!self.chance(3));
        if p.s_axil_awvalid == 0 || seen.s_axil_awready != 0 {
            p.s_axil_awvalid = u8::from(self.chance(5));
            p.s_axil_awaddr = self.offset();
        }
        if p.s_axil_wvalid == 0 || seen.s_axil_wready != 0 {
            p.s_axil_wvalid = u8::from(self.chance(5));
            p.s_axil_wdata = 1 << self.below(32) >> self.below(32);
            p.s_axil_wstrb = if self.chance(10) { self.below(16) as u8 } else { 15 };
        }
        if p.s_axil_arvalid == 0 || seen.s_axil_arready != 0 {
            p.s_axil_arvalid = u8::from(self.chance(5));
            p.s_axil_araddr = self.offset();
        }
        p.s_axil_bready = u8::from(!self.chance(3));
        p.s_axil_rready = u8::from(!self.chance(3));
        self.pins = p;
        p
    }
}

/// What a master may look at: data count only where they are valid. (What a memory shows before its first read is as
/// undefined as what it holds.)
fn valid(o: &Outputs) -> Outputs {
    let mut o = *o;
    if o.m_axis_tvalid == 0 {
        (o.m_axis_tdata, o.m_axis_tlast, o.m_axis_tuser) = (0, 0, 0);
    }
    if o.s_axil_rvalid == 0 {
        (o.s_axil_rdata, o.s_axil_rresp) = (0, 0);
    }
    if o.s_axil_bvalid == 0 {
        o.s_axil_bresp = 0;
    }
    o
}

/// A full core: power-up leaves no word undefined that the weight window could show.
fn full(lanes: usize, hidden_bits: usize, output_bits: usize) -> Config {
    let sizes = [7, 2 * lanes, lanes.max(2)];
    let layout = Layout::new(lanes, Config::with_layers(lanes, &sizes).unwrap().network());
    let base = Config::with_layers(lanes, &sizes).unwrap();
    let (hidden_words, output_words) = (layout.hidden_words(), layout.output_words());
    let design = Design { hidden_bits, output_bits, hidden_words, output_words, ..base.design().clone() };
    let mut network = base.network().clone();
    network.layers[0].init_bits = hidden_bits as u32 - 2;
    Config::new(design, network).unwrap()
}

/// The same of pairs of lanes. What the memory holds beyond the network is undefined, but no window reaches it.
fn pairs(lanes: usize, hidden_bits: usize, output_bits: usize) -> Config {
    let config = full(lanes, hidden_bits, output_bits);
    let design = Design { bank_style: BankStyle::Spram, ..config.design().clone() };
    Config::new(design, config.network().clone()).unwrap()
}

#[test]
fn every_output_of_every_cycle_is_the_same() {
    if !have_verilator() {
        return;
    }
    // what must have happened on the way, in the shorter run
    let cycles = if drtp_testing::long() { 20_000 } else { 4_000 };
    for (seed, config) in
        [full(4, 8, 12), full(1, 5, 9), full(2, 12, 16), pairs(8, 8, 12), pairs(2, 6, 16)].iter().enumerate()
    {
        let stalls = Stalls { seed: seed as u64, ..Stalls::NONE };
        let mut description = RustHdlDevice::new(config, stalls).unwrap();
        let mut verilog = verilator(config, stalls).unwrap();
        assert_eq!(description.counters().cycles, verilog.counters().cycles, "until the initial weights were written");
        let mut master = Master::new(config, seed as u64);
        let mut seen = Outputs::default();
        let (mut scores, mut reads, mut interrupts) = (0, 0, 0);
        for cycle in 0..cycles {
            let pins = master.next(&seen);
            seen = description.cycle(&pins).unwrap();
            assert_eq!(valid(&seen), valid(&verilog.cycle(&pins).unwrap()), "cycle {cycle}, {pins:?}");
            scores += u32::from(seen.m_axis_tvalid & pins.m_axis_tready);
            reads += u32::from(seen.s_axil_rvalid & pins.s_axil_rready & u8::from(seen.s_axil_rresp == 0));
            interrupts += u32::from(seen.irq);
        }
        assert!(scores > 25 && reads > 100 && interrupts > 20, "{scores} scores, {reads} reads, {interrupts} irq");
        assert_eq!(description.weights(), verilog.weights());
        assert_eq!(description.noise_state(), verilog.noise_state());
    }
}

/// The same scenario takes the same cycles, batches or not, with the same pauses.
#[test]
fn batches_are_cycles() {
    if !have_verilator() {
        return;
    }
    let random = Stall::Random(100);
    for stalls in [
        Stalls::NONE,
        Stalls { input: random, output: Stall::Bursts(50), bus: Stall::Bursts(9), seed: 3 },
        Stalls { input: Stall::Bursts(200), output: random, bus: random, seed: 4 },
    ] {
        let config = &designs()[1];
        let (mut description, mut verilog) =
            (RustHdlDevice::new(config, stalls).unwrap(), verilator(config, stalls).unwrap());
        let n = config.network();
        for part in 0..6 {
            let frame = |i: usize| {
                let x: Vec<i8> = (0..n.inputs).map(|k| (i * 83 + k * 47 + part) as u8 as i8).collect();
                Step::Frame(Frame::learn(&x[..n.inputs - usize::from(i % 7 == 6)], (i % n.classes()) as u8))
            };
            let steps: Vec<Step> = (0..5 + 10 * part).map(frame).collect();
            assert_eq!(description.run(&steps).unwrap(), verilog.run(&steps).unwrap());
            assert_eq!(description.intervals().collect::<Vec<_>>(), verilog.intervals().collect::<Vec<_>>());
            assert_eq!(description.counters().cycles, verilog.counters().cycles);
            // same writes in the same cycles; the lanes of one cycle in the same order
            assert_eq!(description.take_writes().unwrap(), verilog.take_writes().unwrap());
        }
        assert_eq!(description.counters(), verilog.counters());
        assert_eq!(description.events(), verilog.events());
    }
}
