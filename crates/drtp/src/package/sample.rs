//! The timing diagram of one sample: which sample, on which core. It is recorded, not drawn.
use super::picture::{picture, text};
use super::recording::record;
use super::File;
use drtp_core::{Config, Design, Network};
use drtp_cosim::{Device, DeviceError, Frame, GoldenDevice, Reply, Step};

/// Name of the file.
pub const SAMPLE: &str = "sample.json";

/// What a recording may cost, in cycles times lanes and a bit: about two seconds.
const BUDGET: usize = 4_000_000;
/// Cycles in which the bus brings a weight; init writes one a cycle.
const LOAD_CYCLES: usize = 4;
/// What a cycle costs besides its lanes, in lanes.
const OTHER_LANES: usize = 16;

/// The diagram of a sample learned by the core of `config`.
///
/// # Errors
/// A defect of the core: the sample does not come through.
pub fn diagram(config: &Config) -> Result<File, DeviceError> {
    let shown = affordable(config);
    let (before, frame) = samples(&shown)?;
    let cycles = record(&shown, &before, &frame)?;
    Ok(File {
        name: SAMPLE,
        about: "timing diagram of one sample, recorded in simulation: WaveDrom source",
        text: text(&picture(&shown, &cycles, shown != *config)),
    })
}

/// The network of `config`, or if a recording would take too long one with its wide layers cut to the largest width that
/// does not. Hardware and timing are the same; only stretches are shorter.
fn affordable(config: &Config) -> Config {
    let network = config.network();
    let cut = |width: usize| {
        let mut n: Network = network.clone();
        n.inputs = n.inputs.min(width);
        n.layers.iter_mut().for_each(|l| l.size = l.size.min(width));
        n
    };
    let design = config.design();
    let cycles = |weights: usize| if design.learning { weights } else { LOAD_CYCLES * weights };
    let cost = |width: usize| cycles(cut(width).weights()) * (design.lanes + OTHER_LANES);
    let widest = network.sizes().into_iter().max().unwrap_or(1);
    let (mut fits, mut too_wide) = (1, widest + 1);
    while fits + 1 < too_wide {
        let middle = (fits + too_wide) / 2;
        if cost(middle) <= BUDGET {
            fits = middle;
        } else {
            too_wide = middle;
        }
    }
    // a smaller network fits wherever a larger one does
    config.with_network(cut(fits)).unwrap_or_else(|_| config.clone())
}

/// A sample without zeros, which takes a pass the longest, to be learned as another class than the core says, so that
/// it teaches; and what comes before: it is learned once, since a core that never learned says 0 for every class.
/// A core that does not learn gets the weights that this leads to, and classifies.
fn samples(config: &Config) -> Result<(Vec<Step>, Frame), DeviceError> {
    let n = config.network();
    let value = |i: usize| {
        let size = 1 + (i * 29 % 100) as i8;
        if i % 2 == 0 {
            size
        } else {
            -size
        }
    };
    let x: Vec<i8> = (0..n.inputs).map(value).collect();
    let before = vec![Step::Frame(Frame::learn(&x, 0)), Step::Flush];
    let mut golden = GoldenDevice::new(&learning_twin(config));
    golden.run(&before)?;
    if !config.design().learning {
        return Ok((vec![Step::Load(golden.weights())], Frame::classify(&x)));
    }
    let replies = golden.run(&[Step::Frame(Frame::classify(&x))])?;
    let class = replies.iter().find_map(|r| if let Reply::Packet(p) = r { Some(p.class) } else { None });
    Ok((before, Frame::learn(&x, ((class.unwrap_or(0) + 1) % n.classes()) as u8)))
}

/// The same core, but one that learns.
fn learning_twin(config: &Config) -> Config {
    let design = Design { learning: true, ..config.design().clone() };
    // learning asks for nothing of a configuration that is checked already
    Config::new(design, config.network().clone()).unwrap_or_else(|_| config.clone())
}

#[cfg(test)]
mod tests {
    use super::super::recording::Cycle;
    use super::*;
    use serde_json::Value;

    fn config(lanes: usize, sizes: &[usize], stream_bits: usize) -> Config {
        let plain = Config::with_layers(lanes, sizes).unwrap();
        let mut design = plain.design().clone();
        design.stream_bits = stream_bits;
        Config::new(design, plain.network().clone()).unwrap()
    }
    /// Name, wave and data of every signal, checked to be what WaveDrom takes.
    fn signals(diagram: &Value) -> Vec<(String, String, Vec<String>)> {
        let mut all = vec![];
        let mut lists = vec![diagram["signal"].as_array().expect("a list of signals").as_slice()];
        while let Some(list) = lists.pop() {
            for s in list {
                match s {
                    // a group: its name, then its signals
                    Value::Array(group) => {
                        assert!(group[0].is_string(), "{s}");
                        lists.push(&group[1..]);
                    }
                    Value::Object(o) => {
                        let text = |key: &str| o[key].as_str().expect("a text").to_string();
                        let data = o.get("data").map_or(&[][..], |d| d.as_array().expect("a list"));
                        let data = data.iter().map(|d| d.as_str().expect("a text").to_string()).collect();
                        all.push((text("name"), text("wave"), data));
                    }
                    other => panic!("{other} is no signal"),
                }
            }
        }
        all
    }

    #[test]
    fn diagram_is_what_wavedrom_takes_and_all_its_lanes_are_equally_long() {
        for config in [config(4, &[40, 9, 3], 8), config(2, &[61, 3], 32), config(1, &[1, 1], 8)] {
            let file = diagram(&config).unwrap();
            let diagram: Value = serde_json::from_str(&file.text).expect("strict JSON");
            for key in ["head", "foot"] {
                assert!(diagram[key]["text"].as_str().is_some_and(|t| t.contains("cycle") || t.contains("sample")));
            }
            let signals = signals(&diagram);
            assert_eq!(signals.len(), 2 + 5 + 4 + 5 + 1);
            let columns = signals[0].1.len();
            let gaps = |wave: &str| wave.match_indices('|').map(|g| g.0).collect::<Vec<_>>();
            for (name, wave, data) in &signals {
                assert_eq!(wave.len(), columns, "{name}");
                assert_eq!(gaps(wave), gaps(&signals[0].1), "{name}");
                assert!(wave.chars().all(|c| "p01x=.|".contains(c)), "{name}: {wave}");
                assert_eq!(wave.matches('=').count(), data.len(), "{name}: {wave}");
            }
        }
    }
    /// One that nothing is cut from: 2 lanes, 3 inputs, 2 classes, no hidden layer.
    #[test]
    fn small_diagram_shows_beats_pass_scores_and_interrupt() {
        let config = config(2, &[3, 2], 8);
        let diagram: Value = serde_json::from_str(&diagram(&config).unwrap().text).unwrap();
        let signals = signals(&diagram);
        let of = |name: &str| signals.iter().filter(|s| s.0 == name).collect::<Vec<_>>();
        let columns = signals[0].1.len();
        // a level at every cycle
        let whole = |wave: &str| {
            wave.chars()
                .scan('x', |last, c| {
                    *last = if ['.', '|'].contains(&c) { *last } else { c };
                    Some(*last)
                })
                .collect::<String>()
        };
        // the column of a gap stands for the cycles that are left out there
        let foot = diagram["foot"]["text"].as_str().unwrap();
        let left_out: usize =
            foot.split_once(" of them").map_or(0, |(all, _)| all.rsplit(' ').next().unwrap().parse().unwrap());
        let high = |wave: &str| {
            let level = whole(wave);
            let columns = level.chars().zip(wave.chars()).filter(|(level, _)| *level == '1');
            columns.map(|(_, drawn)| if drawn == '|' { left_out } else { 1 }).sum::<usize>()
        };

        // nothing new, or cycles that are left out
        const STILL: [char; 2] = ['.', '|'];
        // groups are met behind what stands alone, the last one first
        let [answers, samples] = of("tdata")[..] else { panic!("two streams") };
        assert_eq!(
            (samples.1.trim_end_matches(STILL), &samples.2[..]),
            ("x.===x", &["01", "e2", "3b"].map(String::from)[..])
        );
        assert_eq!(of("tlast")[1].1.trim_end_matches(STILL), "0...10");
        let busy = drtp_core::cycles::busy_cycles(config.design(), config.network(), &[3]);
        assert_eq!(high(&of("pass")[0].1) as u64, busy);
        assert_eq!(high(&of("weights read")[0].1), 4, "three inputs and the bias");
        let (before, frame) = super::samples(&config).unwrap();
        let mut golden = GoldenDevice::new(&config);
        golden.run(&before).unwrap();
        let [Reply::Packet(p)] = &golden.run(&[Step::Frame(frame)]).unwrap()[..] else { panic!("a good frame") };
        assert_eq!(answers.2, p.scores.iter().map(ToString::to_string).collect::<Vec<_>>());
        let user = u8::from(p.owes) << 7 | p.class as u8;
        assert_eq!(of("tuser")[0].2, [format!("{user:02x}")]);
        // the interrupt rises as the pass ends, and stays
        let end = whole(&of("pass")[0].1).rfind('1').unwrap() + 1;
        for name in ["irq", "STATUS pending"] {
            assert_eq!(whole(&of(name)[0].1), "0".repeat(end) + &"1".repeat(columns - end), "{name}");
        }
    }
    #[test]
    fn a_sample_teaches_and_says_so() {
        let config = config(4, &[9, 5, 3], 8);
        let (before, frame) = samples(&config).unwrap();
        let cycles = record(&config, &before, &frame).unwrap();
        assert!(!cycles[0].pending && cycles[cycles.len() - 1].pending);
    }
    #[test]
    fn a_core_that_does_not_learn_classifies_with_the_weights_that_it_got() {
        let plain = config(4, &[9, 5, 3], 8);
        let design = Design { learning: false, ..plain.design().clone() };
        let config = Config::new(design, plain.network().clone()).unwrap();
        let file = diagram(&config).unwrap();
        let picture: Value = serde_json::from_str(&file.text).unwrap();
        let signals = signals(&picture);
        assert!(!signals.iter().any(|s| s.0 == "STATUS pending"));
        assert!(picture["head"]["text"].to_string().contains("is classified") && !file.text.contains("update"));
        let (before, frame) = samples(&config).unwrap();
        let mut golden = GoldenDevice::new(&config);
        golden.run(&before).unwrap();
        let [Reply::Packet(p)] = &golden.run(&[Step::Frame(frame)]).unwrap()[..] else { panic!("a good frame") };
        let shown = &signals.iter().find(|s| s.0 == "tdata" && s.2.len() == 3).unwrap().2;
        assert_eq!(*shown, p.scores.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(p.scores.iter().any(|s| *s != 0), "{p:?}");
    }
    /// Init of a wide network would take longer than a user waits for `emit`.
    #[test]
    fn wide_layers_are_cut_and_the_diagram_says_so() {
        let reference = config(16, &[784, 128, 10], 8);
        assert_eq!(affordable(&reference), reference);
        let wide = config(64, &[784, 128, 10], 8);
        let sizes = affordable(&wide).network().sizes();
        assert_eq!((sizes[0] < 784, sizes[1], sizes[2]), (true, 128, 10));
        assert_eq!(affordable(&wide).design(), wide.design());
        let said = |cut| picture(&reference, &[Cycle::default()], cut)["foot"]["text"].to_string();
        assert!(said(true).contains("narrower") && !said(false).contains("narrower"));
    }
}
