//! The netlist of each whole board is simulated with models of the part's cells and learns through its serial pins like the
//! golden model; the same netlist is placed and routed, and becomes a bitstream that the part holds.
use drtp::board::{BoardDevice, Link, SimulatedLine, Timing};
use drtp::core::{Bridge, Config};
use drtp::cosim::verilator::available;
use drtp::cosim::verilator::board::{Compiled, Design};
use drtp::cosim::{Device, Frame, Lockstep, Step};
use drtp::synth::{netlist, netlist_files, synthesise, Board, BoardName, Options, Outcome, Tools};
use drtp_testing::{long, need};
use drtp_verif::{config, fresh};
use std::path::Path;
use std::time::Duration;

/// Samples of the digits that each netlist learns.
const SAMPLES: usize = 60;

/// From a configuration to a bitstream, in a folder of its own.
fn bitstream(tools: &Tools, board: &Board, config: &Config, folder: &Path) -> Outcome {
    let options = Options { seeds: vec![1], jobs: 1, mhz: None, learning: false, out: folder.into() };
    let outcome = synthesise(tools, board, config, &options, &|_| ()).unwrap_or_else(|e| panic!("{e}"));
    assert!(outcome.bitstream_bytes > 50_000, "{} bytes", outcome.bitstream_bytes);
    // which clock it reaches is no matter of a check: seeds and releases differ
    assert!(outcome.fmax.median > 0.0);
    outcome
}

/// `pins` connects a board's top to the names of a board's core.
fn learns(name: BoardName, folder: &str, design: &str, layers: &str, pins: &str) {
    let Some(tools) = need(Tools::find()) else { return };
    if need(available()).is_none() {
        return;
    }
    let board = Board::named(name).unwrap();
    let folder = fresh(env!("CARGO_TARGET_TMPDIR"), folder);
    let config = config(&format!("[design]\n{design}\n[network]\ninputs = 64\n{layers}"));
    // the short tier makes one bitstream, with the command (`cli::synth`)
    let netlist = match long() {
        true => {
            bitstream(&tools, &board, &config, &folder);
            netlist_files(&tools, &board, &folder)
        }
        false => netlist(&tools, &board, &config, None, &folder),
    };
    let netlist = netlist.unwrap_or_else(|e| panic!("{e}"));
    let bridge = Bridge::at((board.clock.core * 1e6).round() as u64, board.serial.baud).unwrap();

    let wrapper = folder.join("pins.v");
    std::fs::write(&wrapper, pins).unwrap();
    let files = [vec![wrapper], netlist.files].concat();
    // cells are written for event-driven simulators: delays and timescales mean nothing here, loops are through latches
    // and clocks that are not there
    let mut flags = vec!["--no-timing", "-Wno-fatal", "-Wno-lint", "-Wno-UNOPTFLAT", "-Wno-TIMESCALEMOD"];
    let defines: Vec<String> = netlist.defines.iter().map(|d| format!("+define+{d}")).collect();
    flags.extend(defines.iter().map(String::as_str));
    let design = Design::files("pins", &files, &flags, bridge.clocks_per_bit).unwrap_or_else(|e| panic!("{e}"));
    let compiled = Compiled::new(&design, &mut || ()).unwrap_or_else(|e| panic!("{e}"));
    let simulated = compiled.board(0x5EED_C0DE).unwrap_or_else(|e| panic!("{e}"));
    let timing = Timing {
        baud: Bridge::BAUD,
        idle_bits: bridge.idle_bits,
        patience: Duration::from_millis(2),
        ..Timing::new(Bridge::BAUD)
    };
    let link = Link::new(SimulatedLine::new(simulated, bridge.clocks_per_bit, &timing), timing)
        .unwrap_or_else(|e| panic!("{e}"));

    let device = BoardDevice::new(link, &config).unwrap_or_else(|e| panic!("{e}"));
    let mut both = Lockstep::new(&config, device);
    let split = drtp::data::digits(1);
    let samples = (0..SAMPLES).map(|n| split.train.sample(n));
    let steps: Vec<Step> = samples.map(|s| Step::Frame(Frame::learn(s.x, s.target))).collect();
    both.run(&steps).unwrap_or_else(|e| panic!("{e}"));
    let mismatches = both.finish().unwrap_or_else(|e| panic!("{e}"));
    assert!(mismatches.is_empty(), "{}", mismatches[0]);
    assert_eq!(both.device.counters().samples, SAMPLES as u64);
}

fn ulx3s(folder: &str, lanes: usize, layers: &str) {
    learns(
        BoardName::Ulx3s,
        folder,
        &format!("counters = false\nmax_layers = 2\nlanes = {lanes}\nbank_style = \"ecp5\""),
        layers,
        "module pins(input wire clk, rst, uart_rx, output wire uart_tx, output wire [3:0] led);\n\
         wire [7:0] all;\n\
         assign led = all[3:0];\n\
         ulx3s top (.clk_25mhz(clk), .ftdi_txd(uart_rx), .ftdi_rxd(uart_tx), .fire1(rst), .led(all), .wifi_gpio0());\n\
         endmodule\n",
    );
}
fn icebreaker(folder: &str, design: &str, layers: &str) {
    learns(
        BoardName::Icebreaker,
        folder,
        &format!("counters = false\nmax_layers = 2\n{design}"),
        layers,
        "module pins(input wire clk, rst, uart_rx, output wire uart_tx, output wire [3:0] led);\n\
         icebreaker top (\n\
         .clk_12mhz(clk), .rx(uart_rx), .tx(uart_tx), .button_n(!rst), .led(led), .red_n(), .green_n()\n\
         );\n\
         endmodule\n",
    );
}
/// Digits with a hidden layer of 32, and a small one.
const LAYERS: &str = "[[network.layer]]\nsize = 32\nshift = 4\n[[network.layer]]\nsize = 10\nshift = 3\n";
const SMALL: &str = "[[network.layer]]\nsize = 4\nshift = 4\n[[network.layer]]\nsize = 10\nshift = 3\n";

#[test]
fn ulx3s_learns() {
    ulx3s("ulx3s", 1, SMALL);
}
/// In its single-port memories, two lanes to each, and with the network built in: the kind that is usual for this board.
#[test]
fn icebreaker_learns_in_pairs() {
    icebreaker("icebreaker", "lanes = 2\nbank_style = \"spram\"\ninput_pages = 1\nfixed_network = true", SMALL);
}
#[test]
#[ignore = "long tier: more lanes"]
fn ulx3s_learns_on_four_lanes() {
    ulx3s("ulx3s_4_lanes", 4, LAYERS);
}
#[test]
#[ignore = "long tier: the other kind of memories"]
fn icebreaker_learns_on_one_lane() {
    icebreaker("icebreaker_1_lane", "lanes = 1", LAYERS);
}
#[test]
#[ignore = "long tier: more lanes"]
fn icebreaker_learns_on_eight_lanes_in_pairs() {
    icebreaker(
        "icebreaker_8_lanes",
        "lanes = 8\nbank_style = \"spram\"\ninput_pages = 1\nfixed_network = true",
        LAYERS,
    );
}
