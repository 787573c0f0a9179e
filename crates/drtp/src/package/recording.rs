//! One sample on the simulated hardware, cycle by cycle: what a timing diagram shows has happened.
use drtp_core::{regs, Config};
use drtp_cosim::bench::{Inputs, Log, Outputs, Pins, StreamRun};
use drtp_cosim::stall::{Stall, Staller};
use drtp_cosim::{Device, DeviceError, Frame, RustHdlDevice, Stalls, Step};

/// Idle cycles before the first beat, and after the core has become quiet.
const MARGIN: usize = 2;
/// Cycles without any movement after which the core counts as hung, for each weight; and for a core of few weights.
const PATIENCE: (u64, u64) = (4, 10_000);

/// What one clock cycle shows, before its rising edge.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cycle {
    /// Input pins.
    pub inputs: Inputs,
    /// Output pins.
    pub outputs: Outputs,
    /// STATUS bit busy.
    pub busy: bool,
    /// STATUS bit pending.
    pub pending: bool,
    /// A pass is under way: what BUSY_CYCLES counts.
    pub pass: bool,
    /// An event's weights are read.
    pub read: bool,
}

/// Sends `frame` to a core that was just reset and has done `before`, with the interrupt for classified samples enabled
/// and both streams without pauses.
///
/// # Errors
/// A defect of the core: it does not come out of reset, or the sample does not come through.
pub fn record(config: &Config, before: &[Step], frame: &Frame) -> Result<Vec<Cycle>, DeviceError> {
    let mut device = RustHdlDevice::new(config, Stalls::NONE)?;
    device.run(before)?;
    let events = device.must_read(regs::IRQ_STATUS)?;
    device.must_write(regs::IRQ_STATUS, events)?;
    device.must_write(regs::IRQ_ENABLE, regs::IRQ_CLASSIFIED)?;
    let never = || Staller::new(Stall::None, 0, 0);
    let (mut source, mut sink) = (never(), never());
    let patience = PATIENCE.0 * config.network().weights() as u64 + PATIENCE.1;
    let mut run = StreamRun::new(&[frame], config.design().stream_bytes(), &mut source, &mut sink, patience);

    let mut cycles: Vec<Cycle> = vec![];
    let mut quiet = 0;
    while !run.is_done() || quiet < MARGIN {
        let inputs = match cycles.len() < MARGIN {
            true => Inputs { m_axis_tready: 1, ..Inputs::default() },
            false => run.inputs(),
        };
        let cycle = step(&mut device, inputs)?;
        run.outputs(&cycle.inputs, &cycle.outputs, cycles.len() as u64);
        run.check_patience("rust-hdl", cycles.len() as u64)?;
        quiet = if cycle.busy { 0 } else { quiet + 1 };
        cycles.push(cycle);
    }
    Ok(cycles)
}

fn step(device: &mut RustHdlDevice, inputs: Inputs) -> Result<Cycle, DeviceError> {
    // outputs of registers: the edge before has set them, this cycle's inputs do not reach them
    let core = device.core();
    let (busy, pending) = (core.control.busy.val(), core.control.pending.val());
    let pass = core.sequencer.in_pass.val();
    let mut log = Log::default();
    let outputs = device.pins().cycle(&inputs, &mut log)?;
    Ok(Cycle { inputs, outputs, busy, pending, pass, read: log.events != 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::regs::Counter;
    use drtp_cosim::{Device, GoldenDevice, Reply, Step};

    /// What the diagram will show, held against the golden model and its counters.
    #[test]
    fn recorded_cycles_are_those_of_the_golden_model() {
        for (lanes, stream_bits) in [(4, 8), (4, 32), (1, 8)] {
            let plain = Config::with_layers(lanes, &[9, 7, 3]).unwrap();
            let mut design = plain.design().clone();
            design.stream_bits = stream_bits;
            let config = Config::new(design, plain.network().clone()).unwrap();
            let frame = Frame::learn(&[5, -9, 0, 100, -128, 0, 3, 1, 2], 1);
            let before = [Step::Frame(Frame::learn(&[7, 0, 1, -50, 64, 3, 0, 0, 9], 0)), Step::Flush];
            let cycles = record(&config, &before, &frame).unwrap();

            let mut golden = GoldenDevice::new(&config);
            golden.run(&before).unwrap();
            let counters_before = golden.read_counters().unwrap();
            let Reply::Packet(packet) = golden.run(&[Step::Frame(frame)]).unwrap().remove(0) else {
                panic!("a good frame")
            };
            assert!(packet.owes && packet.scores.iter().any(|s| *s != 0), "{packet:?}");
            let counters = golden.read_counters().unwrap();
            let at = |list: &[(Counter, u64)], c| list.iter().find(|x| x.0 == c).expect("golden knows it").1;
            let count = |c: Counter| at(&counters, c) - at(&counters_before, c);
            let cycles_with = |f: &dyn Fn(&Cycle) -> bool| cycles.iter().filter(|c| f(c)).count() as u64;
            assert_eq!(cycles_with(&|c| c.pass), count(Counter::BusyCycles));
            assert_eq!(cycles_with(&|c| c.read), count(Counter::Events));
            let sent = cycles.iter().filter(|c| c.outputs.m_axis_tvalid & c.inputs.m_axis_tready != 0);
            assert_eq!(sent.map(|c| c.outputs.m_axis_tdata as i32).collect::<Vec<_>>(), packet.scores);
            let beats = cycles_with(&|c| c.inputs.s_axis_tvalid & c.outputs.s_axis_tready != 0);
            assert_eq!(beats, 9u64.div_ceil(stream_bits as u64 / 8));
            let (first, last) = (&cycles[0], &cycles[cycles.len() - 1]);
            assert_eq!((first.busy, first.pending, first.outputs.irq), (false, false, 0));
            assert_eq!((last.busy, last.pending, last.outputs.irq), (false, packet.owes, 1));
        }
    }
}
