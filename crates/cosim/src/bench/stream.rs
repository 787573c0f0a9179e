//! A run of both streams: frames in, scores out, with pauses.
use super::pins::{Beat, Inputs, Log, Outputs, ScoreBeat};
use crate::device::{DeviceError, DropReason, Frame};
use crate::stall::Staller;

/// What became of a frame when its last beat was taken.
pub type Verdict = Option<DropReason>;

/// Frames to send, and what came of them.
pub struct StreamRun<'a> {
    /// Beats of all frames.
    pub beats: Vec<Beat>,
    /// Where the source pauses, asked once a cycle; a beat that is offered stays until it is taken.
    pub source: &'a mut Staller,
    /// Where the sink pauses, asked once a cycle.
    pub sink: &'a mut Staller,
    /// Cycles without any movement after which the core counts as hung.
    pub patience: u64,
    /// Beats taken so far.
    pub taken: usize,
    /// A beat is on offer.
    pub offered: bool,
    /// Cycles at which frames began.
    pub begins: Vec<u64>,
    /// A verdict for each frame that was taken whole.
    pub verdicts: Vec<Verdict>,
    /// Score beats, in order.
    pub scores: Vec<ScoreBeat>,
    /// Packets of scores that are complete.
    pub packets: usize,
    /// Cycles since anything moved.
    pub still: u64,
}

impl<'a> StreamRun<'a> {
    /// A run of `frames`; `bytes` values go into one beat.
    pub fn new(frames: &[&Frame], bytes: usize, source: &'a mut Staller, sink: &'a mut Staller, patience: u64) -> Self {
        let mut beats = vec![];
        for frame in frames {
            let chunks = frame.bytes.chunks(bytes);
            let count = chunks.len();
            for (n, chunk) in chunks.enumerate() {
                let word = chunk.iter().rev().fold(0u32, |w, b| w << 8 | u32::from(*b as u8));
                let last = n + 1 == count;
                // what stands beside other beats, and in the spare bytes of the last one, means nothing
                let spare = (!0u32).checked_shl(8 * chunk.len() as u32).unwrap_or(0);
                let data = if bytes == 1 { word } else { word | 0xA5C3_695A & spare };
                beats.push(Beat { data, last: u8::from(last), user: if last { frame.user } else { !frame.user } });
            }
        }
        Self {
            beats,
            source,
            sink,
            patience,
            taken: 0,
            offered: false,
            begins: vec![],
            verdicts: vec![],
            scores: vec![],
            packets: 0,
            still: 0,
        }
    }
    /// Frames that were taken whole and not dropped.
    pub fn accepted(&self) -> usize {
        self.verdicts.iter().filter(|v| v.is_none()).count()
    }
    /// Everything was sent, and all scores came back.
    pub fn is_done(&self) -> bool {
        self.taken == self.beats.len() && self.packets == self.accepted()
    }
    /// The pins of the next cycle.
    pub fn inputs(&mut self) -> Inputs {
        let pause = self.source.pauses();
        self.offered = self.taken < self.beats.len() && (self.offered || !pause);
        let mut pins = Inputs { m_axis_tready: u8::from(!self.sink.pauses()), ..Inputs::default() };
        if self.offered {
            let beat = self.beats[self.taken];
            pins.s_axis_tvalid = 1;
            pins.s_axis_tdata = beat.data;
            pins.s_axis_tlast = beat.last;
            pins.s_axis_tuser = beat.user;
        }
        pins
    }
    /// What the cycle showed.
    pub fn outputs(&mut self, inputs: &Inputs, seen: &Outputs, cycle: u64) {
        self.still += 1;
        if inputs.s_axis_tvalid & seen.s_axis_tready != 0 {
            self.still = 0;
            self.offered = false;
            if self.taken == 0 || self.beats[self.taken - 1].last != 0 {
                self.begins.push(cycle);
            }
            if self.beats[self.taken].last != 0 {
                self.verdicts.push(verdict(seen.bad_frame, seen.bad_target));
            }
            self.taken += 1;
        }
        if inputs.m_axis_tready & seen.m_axis_tvalid != 0 {
            self.still = 0;
            let (data, last, user) = (seen.m_axis_tdata as i32, seen.m_axis_tlast, seen.m_axis_tuser);
            self.scores.push(ScoreBeat { data, last, user });
            self.packets += usize::from(last);
        }
    }
    /// The run, a cycle at a time.
    ///
    /// # Errors
    /// Those of `cycle`, and a hang.
    pub fn by_cycles(
        &mut self,
        name: &str,
        log: &mut Log,
        mut cycle: impl FnMut(&Inputs, &mut Log) -> Result<(Outputs, u64), DeviceError>,
    ) -> Result<(), DeviceError> {
        while !self.is_done() {
            let inputs = self.inputs();
            let (seen, at) = cycle(&inputs, log)?;
            self.outputs(&inputs, &seen, at);
            self.check_patience(name, at)?;
        }
        Ok(())
    }
    /// # Errors
    /// Nothing moved for too long.
    pub fn check_patience(&self, name: &str, at: u64) -> Result<(), DeviceError> {
        match self.still > self.patience {
            true => Err(DeviceError::Hang {
                device: name.into(),
                cycles: self.patience,
                at,
                doing: format!("streaming: {} of {} beats taken", self.taken, self.beats.len()),
            }),
            false => Ok(()),
        }
    }
}

/// What the loader's flags mean.
pub(crate) fn verdict(bad_frame: u8, bad_target: u8) -> Verdict {
    match (bad_frame, bad_target) {
        (0, 0) => None,
        (0, _) => Some(DropReason::BadTarget),
        _ => Some(DropReason::BadFrame),
    }
}
