//! A network is trained through the serial pins of the Verilated board, in lockstep with golden: every score, every
//! final weight, the noise and the counters are equal, whatever the line does.

use crate::common::*;
use drtp_board::{BoardDevice, Link, LinkStatistics, Transport};
use drtp_core::Config;
use drtp_cosim::{Counters, Device, Frame, Lockstep, Step};

/// Frames, then a flush and everything compared.
fn train<T: Transport>(config: &Config, link: Link<T>, steps: &[Step]) -> (LinkStatistics, Counters, BoardDevice<T>) {
    let device = BoardDevice::new(link, config).unwrap_or_else(|e| panic!("{e}"));
    let mut both = Lockstep::new(config, device);
    both.run(steps).unwrap_or_else(|e| panic!("{e}"));
    let mismatches = both.finish().unwrap_or_else(|e| panic!("{e}"));
    assert!(mismatches.is_empty(), "{}", mismatches[0]);
    let (scores, _) = both.scoreboard.compared();
    assert!(scores > 0);
    (both.device.statistics(), both.device.counters(), both.device)
}

#[test]
fn a_clean_line() {
    if !have_verilator() {
        return;
    }
    let config = config();
    let (link, counters, _) = train(&config, link(line(&config, &BRIDGE)), &digits(60));
    assert_eq!(counters.samples, 60);
    assert_eq!((link.retries, link.damaged(), link.timeouts), (0, 0, 0));
}

#[test]
fn a_noisy_line() {
    if !have_verilator() {
        return;
    }
    let config = config();
    for seed in 1..=3 {
        let noisy = NoisyLine::new(line(&config, &BRIDGE), seed, 250);
        let (link, counters, mut device) = train(&config, crate::common::link(noisy), &digits(60));
        assert_eq!(counters.samples, 60, "no sample was learned twice, none was lost");
        let hits = device.link().line().hits;
        println!("seed {seed}: {link:?}, hits {hits:?}");
        assert!(hits.iter().flatten().sum::<u64>() > 50 && hits[0].iter().chain(&hits[1][..4]).all(|h| *h > 0));
        assert!(link.damaged_requests > 0 && link.damaged_responses > 0 && link.retries > 0, "{link:?}");
    }
}

#[test]
fn everything_a_user_can_do() {
    if !have_verilator() {
        return;
    }
    let config = config();
    let mut steps = digits(12);
    let Step::Frame(first) = steps[0].clone() else { unreachable!("a frame") };
    // dropped frames between good ones: too short, too long, no such class
    for (at, bad) in [
        (3, Frame { bytes: first.bytes[..63].to_vec(), ..first.clone() }),
        (5, Frame { bytes: [&first.bytes[..], &[1]].concat(), ..first.clone() }),
        (7, Frame { user: 0x80 | 10, ..first.clone() }),
        (9, Frame { bytes: vec![1], ..first.clone() }),
        (10, Frame { bytes: vec![7; 511], ..first.clone() }),
    ] {
        steps.insert(at, Step::Frame(bad));
    }
    steps.insert(8, Step::Frame(Frame::classify(&first.bytes)));
    let mut other = config.network().clone();
    other.layers[0].size = 20;
    other.layers[0].shift += 1;
    let mut too_wide = other.clone();
    too_wide.layers[0].size = 1000;
    steps.extend([Step::Flush, Step::SaveAndRestore]);
    steps.extend(digits(5));
    steps.extend([Step::SoftReset, Step::Configure(too_wide), Step::Configure(other), Step::Init]);
    steps.extend(digits(5));
    steps.push(Step::SaveAndRestore);
    steps.extend(digits(3));
    steps.push(Step::Reset);
    steps.extend(digits(3));
    let weights = config.network().layers.iter().scan(64, |inputs, l| {
        let layer = vec![(0..=*inputs).map(|i| i as i32 % 100 - 50).collect(); l.size];
        *inputs = l.size;
        Some(layer)
    });
    steps.push(Step::Load(weights.collect()));
    steps.extend(digits(3));
    let (link, counters, _) = train(&config, crate::common::link(line(&config, &BRIDGE)), &steps);
    assert_eq!((counters.samples, counters.dropped), (32, 5));
    assert_eq!((link.retries, link.damaged()), (0, 0));
}

#[test]
fn a_wide_stream_and_an_odd_rate() {
    if !have_verilator() {
        return;
    }
    // and a watchdog, which a host finds out and which must never be heard
    let text = "[design]\nlanes = 2\nstream_bits = 32\ncounters = false\nwatchdog = true\n[network]\ninputs = 13\n\
                [[network.layer]]\nsize = 7\n[[network.layer]]\nsize = 3\n";
    let config = drtp_core::Draft::parse("test", text).and_then(|d| d.config()).expect("valid");
    let bridge = drtp_core::Bridge { clocks_per_bit: 7, idle_bits: 64 };
    let mut random = Random::new(5);
    let frames = (0..40).map(|n| {
        let x: Vec<i8> = (0..13).map(|_| random.below(256) as u8 as i8).collect();
        Step::Frame(Frame::learn(&x, n % 3))
    });
    let (_, counters, _) = train(&config, link(line(&config, &bridge)), &frames.collect::<Vec<_>>());
    assert_eq!(counters.samples, 40);
}
