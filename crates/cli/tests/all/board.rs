//! `drtp board` as a user runs it: errors, and a pseudo-terminal with the Verilated board behind it.
#![cfg(unix)]
use crate::common::*;
use drtp::board::{SimulatedLine, Timing, Transport};
use drtp::core::{Bridge, Config};
use drtp::cosim::verilator::board::{Compiled, Design};
use serialport::{SerialPort, TTYPort};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn a_port_that_is_not_there_is_named() {
    for what in ["info", "train", "infer"] {
        let (code, message) = refusal(&["board", "--port", "/dev/ttyNONE7", what]);
        assert_eq!(code, 2);
        assert!(message.starts_with("drtp: --port /dev/ttyNONE7: "), "{message}");
    }
    let (code, message) = refusal(&["board", "--port", "/dev/ttyNONE7", "--baud", "0", "info"]);
    assert!(code == 2 && message.contains("--baud"), "{message}");
}

/// The board behind one end of a pseudo-terminal; its clock runs whether or not the host says anything.
fn serve(mut end: TTYPort, mut line: SimulatedLine, over: &AtomicBool) {
    end.set_timeout(Duration::from_millis(1)).expect("a timeout");
    let mut buffer = [0; 4096];
    while !over.load(Ordering::Relaxed) {
        if let Ok(count) = end.read(&mut buffer) {
            line.write(&buffer[..count]).expect("no line can fail here");
        }
        while let Ok(count @ 1..) = line.read(&mut buffer, Duration::from_micros(200)) {
            end.write_all(&buffer[..count]).expect("the other end is open");
        }
    }
}

#[test]
fn a_board_is_described_trained_and_asked() {
    if !have_verilator() {
        return;
    }
    let config = Config::with_layers(4, &[64, 32, 10]).expect("valid");
    let bridge = Bridge::new(4);
    let design = Design::emitted(&config, &bridge).unwrap_or_else(|e| panic!("{e}"));
    let compiled = Compiled::new(&design, &mut || ()).unwrap_or_else(|e| panic!("{e}"));
    let board = compiled.board(1).unwrap_or_else(|e| panic!("{e}"));
    let line = SimulatedLine::new(board, bridge.clocks_per_bit, &Timing::new(Bridge::BAUD));
    let (mine, theirs) = TTYPort::pair().expect("a pseudo-terminal");
    let port = theirs.name().expect("it has a name");
    let over = Arc::new(AtomicBool::new(false));
    let server = std::thread::spawn({
        let over = over.clone();
        move || serve(mine, line, &over)
    });
    // the ends of a pseudo-terminal do not know each other's rate
    let board = |more: &[&str]| json(&[&["board", "--port", &port], more].concat());
    let info = board(&["info", "--json"]);
    assert_eq!((&info["lanes"], &info["max_width"], &info["learning"]), (&4.into(), &64.into(), &true.into()));
    let train = board(&["train", "--layers", "64,32,10", "--samples", "300", "--verify", "--json"]);
    assert_eq!((&train["samples"], &train["mismatches"]), (&300.into(), &0.into()));
    assert_eq!((&train["retries"], &train["damaged_packets"]), (&0.into(), &0.into()));
    assert!(train["test_accuracy"].as_f64().is_some_and(|a| a > 0.5), "{train}");
    let infer = board(&["infer", "--json"]);
    assert_eq!(infer["test_accuracy"], train["test_accuracy"], "the weights are still there");
    let (code, message) = refusal(&["board", "--port", &port, "train", "--layers", "64,900,10"]);
    assert!(
        code == 2 && message.contains("network.layer[0].size: 900 is out of range (accepted: 1 to 64)"),
        "{message}"
    );
    let (code, message) = refusal(&["board", "--port", &port, "train", "--layers", "64,32,10", "--lanes", "8"]);
    assert!(code == 2 && message.contains("--lanes 8: the board has 4"), "{message}");
    over.store(true, Ordering::Relaxed);
    server.join().expect("the server ends by itself");
    drop(theirs);
}
