//! Estimates against counts: with statistics of the same samples the estimated means are those of the hardware's counters.
use drtp::core::{Config, Draft};
use drtp::cosim::{Device, Frame, RustHdlDevice, Stalls, Step};
use drtp::estimate::{Method, Statistics, Taker};
use drtp::frames::frames;
use drtp::golden::Model;
use drtp::measure::counts;
use drtp::profile::take;
use std::collections::BTreeMap;

const SAMPLES: usize = 60;

fn config(rule: &str, learning: bool) -> Config {
    let text = format!(
        "[design]\nlanes = 4\nlearning = {learning}\n[network]\ninputs = 64\nrule = \"{rule}\"\n\
        [[network.layer]]\nsize = 10\nshift = 4\n[[network.layer]]\nsize = 10\nshift = 3\n"
    );
    Draft::parse("test", &text).and_then(|d| d.config()).unwrap()
}

/// Statistics of the first samples, and what the hardware counted: the last sample's updates paid by an inference of
/// nothing, which is not counted among the samples.
fn both(config: &Config, method: Method) -> ([f64; 2], [f64; 2]) {
    let train = drtp::data::digits(1).train;
    let (mut model, mut taker) = (Model::new(config), Taker::default());
    let mut steps = vec![];
    for i in 0..SAMPLES {
        let s = train.sample(i);
        take(&mut taker, &model.learn(s.x, usize::from(s.target)), &config.network().sizes());
        steps.push(Step::Frame(Frame::learn(s.x, s.target)));
    }
    let rules = BTreeMap::from([(method.statistics().name().to_string(), taker.means())]);
    let statistics = Statistics { source: "test".into(), layers: config.network().sizes(), samples: SAMPLES, rules };
    let cost = method.cost(config, &statistics).unwrap();
    let mut device = RustHdlDevice::new(config, Stalls::NONE).unwrap();
    device.run(&steps).unwrap();
    let reads = device.counters().weight_reads;
    device.run(&[Step::Flush]).unwrap();
    let writes = device.counters().weight_writes;
    let mean = |n: u64| n as f64 / SAMPLES as f64;
    ([cost.weight_reads(), cost.weight_writes()], [mean(reads), mean(writes)])
}

#[test]
fn accesses_are_those_that_the_hardware_counts() {
    for (rule, method) in [
        ("drtp", Method::Drtp),
        ("gated", Method::Gated),
        ("contrastive", Method::Contrastive),
        ("shallow", Method::Shallow),
    ] {
        let (estimated, counted) = both(&config(rule, true), method);
        for (e, c) in estimated.iter().zip(counted) {
            assert!((e - c).abs() < 1e-6 * c, "{rule}: {estimated:?} {counted:?}");
        }
    }
}

#[test]
fn the_deferred_update_reads_least_and_takes_no_cycle() {
    let config = Config::with_layers(16, &[784, 128, 10]).unwrap();
    let statistics = Statistics::mnist();
    let cost = |m: Method| m.cost(&config, &statistics).unwrap();
    let (ours, separate) = (cost(Method::Drtp), cost(Method::DrtpSeparate));
    assert!(ours.weight_reads() < separate.weight_reads() && ours.cycles < separate.cycles);
    assert_eq!(ours.weight_writes(), separate.weight_writes());
    assert_eq!(cost(Method::InferenceOnly).weight_writes(), 0.0);
    // what deferral does for DFA too, which learns a little less often
    assert!(cost(Method::DfaDeferred).weight_reads() <= ours.weight_reads());
}

/// Every configuration that estimates are validated with: what it reads, writes and takes is what the counters show.
#[test]
fn counts_of_the_committed_configurations_are_exact() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../verif/estimates");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 10);
    for file in files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        let config = Draft::parse(&name, &text).and_then(|d| d.config()).unwrap();
        let (inputs, classes) = (config.network().inputs, config.network().classes());
        let good = frames(&config, 9, 5).into_iter().filter(|f| f.bytes.len() == inputs && f.target() < classes);
        // the second pays for the first
        let some = if drtp_testing::long() { 4 } else { 2 };
        let samples: Vec<_> = good.map(|f| (f.bytes.clone(), f.target())).take(some).collect();
        assert_eq!(samples.len(), some);
        for count in counts(&config, &samples, &|| ()).unwrap() {
            assert_eq!(count.predicted, count.measured, "{name}: {}", count.name);
            assert!(count.measured > 0 || count.name == "weight_writes", "{name}: {}", count.name);
        }
    }
}
