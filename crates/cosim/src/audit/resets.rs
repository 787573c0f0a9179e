//! Resets in the midst of samples: of the whole core by its pin, and of what has not begun by the bus.
use super::{AuditError, Audited};
use crate::bench::{Hardware, Pins};
use crate::device::{Device, Frame, Packet, Reply, Step};
use crate::golden_device::GoldenDevice;
use drtp_core::regs::{self, Counter};
use drtp_core::Config;

/// Moments of three samples in which a soft reset is tried.
const MOMENTS: u64 = 100;

/// A sample, and a reset in one of its cycles: the core must then be like one just powered up.
///
/// # Errors
/// It is not, or a defect of the engine.
pub fn reset_in_cycle<P: Pins>(config: &Config, device: &mut Hardware<P>, cycle: u64) -> Audited {
    let (inputs, classes) = (config.network().inputs, config.network().classes());
    let frame = |n: usize| {
        let x: Vec<i8> = (0..inputs).map(|i| (n * 83 + i * 47) as u8 as i8).collect();
        Frame::learn(&x, (n % classes) as u8)
    };
    let steps: Vec<Step> = (1..5).map(|n| Step::Frame(frame(n))).chain([Step::Flush]).collect();
    let mut fresh = GoldenDevice::new(config);
    let expected = fresh.run(&steps)?;
    device.run(&[Step::Frame(frame(9))])?;
    device.reset_within(&frame(11), cycle)?;
    ensure!(device.run(&steps)? == expected, "other replies after a reset in cycle {cycle} of a sample");
    ensure!(device.weights() == fresh.weights(), "other weights after a reset in cycle {cycle} of a sample");
    ensure_eq!(device.noise_state(), fresh.noise_state(), "noise after a reset in cycle {cycle} of a sample");
    Ok(())
}

/// Three samples, and a soft reset at moments spread over them: what comes out must be replies to some of the samples, in
/// their order, and the others be counted as dropped.
///
/// # Errors
/// It is not so, or a defect of the engine.
pub fn soft_resets<P: Pins>(config: &Config, device: &mut Hardware<P>) -> Audited {
    device.reset()?;
    let inputs = config.network().inputs;
    let frame = |n: usize| Frame::classify(&(0..inputs).map(|i| (n * 71 + i * 53) as u8 as i8).collect::<Vec<_>>());
    let frames: Vec<Frame> = (1..4).map(frame).collect();
    let steps: Vec<Step> = frames.iter().cloned().map(Step::Frame).collect();
    let begin = device.pins().cycles();
    let expected = packets(device.run(&steps)?);
    let whole = device.pins().cycles() - begin;
    ensure_eq!(expected.len(), frames.len(), "replies to good frames");
    for moment in 0..MOMENTS {
        // at no fixed distance
        let cycle = (whole * moment / MOMENTS).saturating_sub(moment % 3);
        let what = format!("a soft reset in cycle {cycle} of three samples");
        let before = device.must_read(regs::IRQ_STATUS)?;
        device.must_write(regs::IRQ_STATUS, before)?;
        if config.design().counters {
            device.must_write(regs::CTRL, regs::CTRL_CLEAR)?;
        }
        let got = device.soft_reset_within(&frames, cycle, whole)?;
        let mut left = expected.iter();
        ensure!(got.iter().all(|p| left.any(|e| e == p)), "{what}: other replies: {got:?}");
        let classified = if got.is_empty() { 0 } else { regs::IRQ_CLASSIFIED };
        ensure_eq!(device.must_read(regs::IRQ_STATUS)?, regs::IRQ_DONE | classified, "IRQ_STATUS behind {what}");
        ensure_eq!(device.must_read(regs::STATUS)?, regs::STATUS_INIT_DONE, "STATUS behind {what}");
        if config.design().counters {
            let lost = (frames.len() - got.len()) as u64;
            ensure_eq!(device.read_counter(Counter::Samples)?, got.len() as u64, "SAMPLES behind {what}");
            ensure_eq!(device.read_counter(Counter::Dropped)?, lost, "DROPPED behind {what}");
        }
    }
    ensure_eq!(packets(device.run(&steps)?), expected, "replies behind soft resets");
    Ok(())
}

fn packets(replies: Vec<Reply>) -> Vec<Packet> {
    let packet = |reply| match reply {
        Reply::Packet(packet) => Some(packet),
        _ => None,
    };
    replies.into_iter().filter_map(packet).collect()
}
