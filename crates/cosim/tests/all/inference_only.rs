//! Cores without learning: they classify like golden with frozen weights, and have nothing of what learning needs.

use crate::common::*;
use drtp_core::regs::{self, Counter};
use drtp_core::{BankStyle, Config, Design};
use drtp_cosim::*;
use proptest::prelude::*;

fn frozen(config: &Config) -> Config {
    let design = Design { learning: false, ..config.design().clone() };
    Config::new(design, config.network().clone()).expect("fits as before")
}
/// Weights of every size that the banks hold.
fn weights(config: &Config) -> impl Strategy<Value = Vec<Vec<Vec<i32>>>> {
    let (design, network) = (config.design().clone(), config.network().clone());
    let layers: Vec<_> = (0..network.depth())
        .map(|k| {
            let most = network.format(&design, k).max();
            let weight = prop_oneof![4 => -most..=most, 1 => Just(most), 1 => Just(-most), 1 => Just(0)];
            let neuron = prop::collection::vec(weight, network.fan_in(k) + 1);
            prop::collection::vec(neuron, network.layers[k].size)
        })
        .collect();
    layers
}
fn step(config: &Config) -> impl Strategy<Value = Step> {
    let (inputs, classes) = (config.network().inputs, config.network().classes());
    let beat = config.design().stream_bytes();
    let same = network(config.network().sizes(), config.design().hidden_bits, config.design().output_bits);
    prop_oneof![
        // one in six is to be inferred, the others are dropped
        6 => good_frame(inputs, classes).prop_map(Step::Frame),
        20 => good_frame(inputs, classes).prop_map(|f| Step::Frame(Frame { user: f.user & 0x7f, ..f })),
        4 => bad_frame(inputs, classes, beat).prop_map(Step::Frame),
        2 => weights(config).prop_map(Step::Load),
        2 => Just(Step::Flush),
        2 => same.prop_map(Step::Configure),
        1 => Just(Step::SoftReset),
        1 => Just(Step::SaveAndRestore),
    ]
}
fn scenario_of(configs: impl Strategy<Value = Config>) -> impl Strategy<Value = Scenario> {
    configs.prop_map(|c| frozen(&c)).prop_flat_map(|config| {
        let (first, later) = (weights(&config), prop::collection::vec(step(&config), 1..24));
        (Just(config), first, later, stalls()).prop_map(|(config, first, later, stalls)| Scenario {
            config,
            steps: [vec![Step::Load(first)], later].concat(),
            stalls,
        })
    })
}
/// Few designs, for an engine that compiles each.
fn compiled() -> Vec<Config> {
    let of = |config: &Config, style| {
        let design = Design { bank_style: style, ..config.design().clone() };
        Config::new(design, config.network().clone()).expect("fits as before")
    };
    let all = designs();
    vec![of(&all[1], BankStyle::Inferred), of(&all[3], BankStyle::Blackbox), all[6].clone(), all[10].clone()]
}

proptest! {
    #![proptest_config(cases(30))]
    #[test]
    fn description_classifies_like_golden(s in scenario_of(config())) {
        check(&s, RustHdlDevice::new)?;
    }
}
proptest! {
    #![proptest_config(cases(60))]
    #[test]
    fn verilog_classifies_like_golden(s in scenario_of(prop::sample::select(compiled()))) {
        if have_verilator() {
            check(&s, verilator)?;
        }
    }
}

#[test]
fn what_learning_needs_is_not_there() {
    let config = frozen(&Config::with_layers(4, &[9, 5, 3]).unwrap());
    let mut device = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
    let gone = [regs::SEED_INIT, regs::SEED_PROJECTION, regs::SEED_NOISE, regs::NOISE_STATE]
        .into_iter()
        .chain([regs::layer(1, regs::LAYER_SHIFT), regs::layer(1, regs::LAYER_INIT_BITS)])
        .chain([Counter::Learned, Counter::WeightWrites, Counter::Saturations].map(regs::counter));
    for offset in gone {
        assert_eq!(device.read_register(offset).unwrap(), None, "{offset:#x} reads");
        assert!(!device.write_register(offset, 1).unwrap(), "{offset:#x} is written");
    }
    assert!(!device.write_register(regs::CTRL, regs::CTRL_INIT).unwrap(), "init is granted");
    assert!(!device.write_register(regs::MODE, 1).unwrap(), "a rule is taken");
    assert!(device.write_register(regs::MODE, regs::MODE_CLIPPED_RELU).unwrap());
    // what stays
    assert!(device.read_register(regs::counter(Counter::Samples)).unwrap().is_some());
    device.command(regs::CTRL_FLUSH).unwrap();
}

#[test]
fn sample_to_learn_is_dropped_and_flagged() {
    let config = frozen(&Config::with_layers(2, &[4, 3, 2]).unwrap());
    let mut device = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
    let replies = device.run(&[Step::Frame(Frame::learn(&[1, 2, 3, 4], 1))]).unwrap();
    assert_eq!(replies, [Reply::Dropped(DropReason::BadTarget)]);
    let status = device.read_register(regs::IRQ_STATUS).unwrap().unwrap();
    assert_eq!(status & (regs::IRQ_BAD_TARGET | regs::IRQ_BAD_FRAME), regs::IRQ_BAD_TARGET);
}
