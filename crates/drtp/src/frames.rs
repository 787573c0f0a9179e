//! Frames for networks that no data set fits: of any size, good and bad, all from one seed.
use crate::engine::{Engine, EngineKind};
use drtp_core::Config;
use drtp_cosim::Frame;
use drtp_data::Shuffle;

/// Every so many frames one is wrong.
const BAD_EVERY: usize = 7;
/// Every so many frames one is only classified.
const CLASSIFY_EVERY: usize = 4;

/// Frames drawn from `seed`, most of them to be learned: noisy patterns, one for each class, and among them samples of
/// zeros alone, of few other values, and of extremes. Some are only classified, with a target or without; some are of a
/// wrong length or to be learned as a class that does not exist. The last one is learned, so that a flush has something
/// to do. A core that does not learn gets them to classify.
pub fn frames(config: &Config, count: usize, seed: u64) -> Vec<Frame> {
    let mut random = Shuffle::new(seed);
    let mut below = |n: usize| random.below(n as u64) as usize;
    let (inputs, classes) = (config.network().inputs, config.network().classes());
    let patterns: Vec<Vec<i32>> =
        (0..classes).map(|_| (0..inputs).map(|_| below(256) as i32 - 128).collect()).collect();
    let mut out = vec![];
    for n in 0..count {
        let class = below(classes);
        let x = values(&patterns[class], &mut below);
        let mut frame = Frame::learn(&x, class as u8);
        if !config.design().learning {
            frame.user = class as u8;
        }
        let last = n + 1 == count;
        if n % BAD_EVERY == BAD_EVERY - 1 && !last {
            match classes {
                // every second one has a bad target, unless each target is a class
                0..128 if n / BAD_EVERY % 2 == 1 => frame.user = 0x80 | (classes + below(128 - classes)) as u8,
                _ => {
                    let length = wrong_length(inputs, config.design().stream_bytes(), &mut below);
                    frame.bytes = (0..length).map(|i| x[i % inputs]).collect();
                }
            }
        } else if n % CLASSIFY_EVERY == CLASSIFY_EVERY - 1 && !last {
            frame.user = if n / CLASSIFY_EVERY % 2 == 0 { class as u8 } else { Frame::UNLABELLED };
        }
        out.push(frame);
    }
    out
}

/// The same until `samples` of them are good.
///
/// ```
/// let config = drtp::core::Config::with_layers(4, &[8, 5, 3])?;
/// assert_eq!(drtp::frames::with_samples(&config, 200, 1).len(), 233); // each seventh is bad
/// # Ok::<(), drtp::core::ConfigErrors>(())
/// ```
pub fn with_samples(config: &Config, samples: usize, seed: u64) -> Vec<Frame> {
    // the last one is always good: only those before it come in runs that end with a bad one
    frames(config, samples + samples.saturating_sub(1) / (BAD_EVERY - 1), seed)
}

/// Weights `W[k][j][i]` after learning in software the frames that are as long as a sample and name a class.
pub fn taught(config: &Config, frames: &[Frame]) -> Vec<Vec<Vec<i32>>> {
    let mut engine = Engine::new(EngineKind::Fast, config);
    let n = config.network();
    for f in frames.iter().filter(|f| f.bytes.len() == n.inputs && f.target() < n.classes()) {
        engine.learn(&f.bytes, f.target());
    }
    engine.weights()
}

/// One sample of a class. Zeros are what the hardware may pass over.
fn values(pattern: &[i32], below: &mut impl FnMut(usize) -> usize) -> Vec<i8> {
    const EXTREMES: [i8; 4] = [-128, -127, 127, 0];
    let kind = below(16);
    let mut value = |v: &i32| match kind {
        0 => 0,
        1 => EXTREMES[below(4)],
        2 | 3 if below(8) != 0 => 0,
        _ if below(4) == 0 => 0,
        _ => (v + below(65) as i32 - 32).clamp(-128, 127) as i8,
    };
    pattern.iter().map(&mut value).collect()
}

/// Bytes of a frame that has another number of beats than `inputs` bytes have, from 1 to about twice as many.
fn wrong_length(inputs: usize, beat: usize, below: &mut impl FnMut(usize) -> usize) -> usize {
    let right = inputs.div_ceil(beat);
    let longest = 2 * right + 2;
    let beats = 1 + (right + below(longest - 1)) % longest;
    beats * beat - below(beat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use drtp_core::Draft;
    use drtp_cosim::{Device, DropReason, GoldenDevice, Reply, Step};

    fn config(stream_bits: usize, inputs: usize, classes: usize) -> Config {
        let text = format!(
            "[design]\nlanes = 4\nstream_bits = {stream_bits}\n[network]\ninputs = {inputs}\n\
            [[network.layer]]\nsize = {classes}\n"
        );
        Draft::parse("test", &text).and_then(|d| d.config()).expect("it fits by construction")
    }
    /// Good frames, frames of a bad length and frames of a bad target, as golden takes them.
    fn taken(config: &Config, frames: &[Frame]) -> [usize; 3] {
        let steps: Vec<Step> = frames.iter().cloned().map(Step::Frame).collect();
        let replies = GoldenDevice::new(config).run(&steps).expect("golden has no defects");
        let count = |is: fn(&Reply) -> bool| replies.iter().filter(|r| is(r)).count();
        [
            count(|r| matches!(r, Reply::Packet(_))),
            count(|r| *r == Reply::Dropped(DropReason::BadFrame)),
            count(|r| *r == Reply::Dropped(DropReason::BadTarget)),
        ]
    }

    #[test]
    fn frames_are_of_every_kind() {
        let config = config(8, 9, 3);
        let frames = frames(&config, 200, 1);
        let has = |f: &dyn Fn(&Frame) -> bool| frames.iter().any(f);
        assert!(has(&|f| f.bytes.len() < 9) && has(&|f| f.bytes.len() > 9));
        assert!(has(&|f| f.learns() && f.target() >= 3));
        assert!(has(&|f| !f.learns() && f.user == Frame::UNLABELLED) && has(&|f| f.user < 3));
        assert!(has(&|f| f.bytes.iter().all(|b| *b == 0)));
        assert!(has(&|f| f.bytes.len() == 9 && f.bytes.iter().all(|b| [-128, -127, 127, 0].contains(b))));
        assert!(has(&|f| f.bytes.contains(&-128)) && has(&|f| f.bytes.contains(&127)));
        assert!(frames[199].learns() && frames[199].bytes.len() == 9);
    }
    #[test]
    fn every_seventh_is_bad_whatever_the_stream() {
        for stream_bits in [8, 32] {
            for inputs in [1, 2, 3, 4, 5, 13] {
                for seed in 0..20 {
                    let config = config(stream_bits, inputs, 3);
                    let kinds = taken(&config, &frames(&config, 4 * BAD_EVERY + 1, seed));
                    assert_eq!(kinds, [25, 2, 2], "{stream_bits} bit, {inputs} inputs, seed {seed}");
                }
            }
        }
    }
    #[test]
    fn where_each_target_is_a_class_only_lengths_are_bad() {
        let config = config(32, 5, 128);
        assert_eq!(taken(&config, &frames(&config, 4 * BAD_EVERY + 1, 1)), [25, 4, 0]);
    }
    #[test]
    fn as_many_are_good_as_asked_for() {
        let config = config(8, 4, 2);
        for samples in 0..40 {
            let [good, length, target] = taken(&config, &with_samples(&config, samples, 3));
            assert_eq!(good, samples);
            assert_eq!(length + target, samples.saturating_sub(1) / 6);
        }
    }
}
