//! What nextpnr gets, simulated: the netlist of a whole board, with models of the part's cells, learns through its serial
//! pins like the golden model.
mod common;

use common::{digits, have_verilator, timing};
use drtp_board::{BoardDevice, Link, SimulatedLine};
use drtp_core::{Bridge, Config, Draft};
use drtp_cosim::verilator::board::{Compiled, Design};
use drtp_cosim::{Device, Lockstep};
use drtp_synth::{netlist, Board, BoardName, Tools};

/// The tools; without them a test is skipped in sight of the reader, except under `CI=true`.
fn tools() -> Option<Tools> {
    match Tools::find() {
        Ok(tools) => Some(tools),
        Err(e) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{e}");
            println!("skipped: {e}");
            None
        }
    }
}

/// `pins` connects a board's top to the names of a board's core.
fn learns(name: BoardName, design: &str, pins: &str) {
    if !have_verilator() {
        return;
    }
    let Some(tools) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let board = Board::named(name).unwrap();
    let text = format!(
        "[design]\ncounters = false\nmax_layers = 2\n{design}\n[network]\ninputs = 64\n[[network.layer]]\nsize = 32\n\
         shift = 4\n[[network.layer]]\nsize = 10\nshift = 3\n"
    );
    let config: Config = Draft::parse("test", &text).and_then(|d| d.config()).unwrap_or_else(|e| panic!("{e}"));
    let netlist = netlist(&tools, &board, &config, None, folder.path()).unwrap_or_else(|e| panic!("{e}"));
    let bridge = Bridge::at((board.clock.core * 1e6).round() as u64, board.serial.baud).unwrap();

    let wrapper = folder.path().join("pins.v");
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
    let mut timing = timing();
    timing.idle_bits = bridge.idle_bits;
    let link = Link::new(SimulatedLine::new(simulated, bridge.clocks_per_bit, &timing), timing)
        .unwrap_or_else(|e| panic!("{e}"));

    let device = BoardDevice::new(link, &config).unwrap_or_else(|e| panic!("{e}"));
    let mut both = Lockstep::new(&config, device);
    both.run(&digits(60)).unwrap_or_else(|e| panic!("{e}"));
    let mismatches = both.finish().unwrap_or_else(|e| panic!("{e}"));
    assert!(mismatches.is_empty(), "{}", mismatches[0]);
    assert_eq!(both.device.counters().samples, 60);
}

#[test]
fn ulx3s_learns() {
    learns(
        BoardName::Ulx3s,
        "lanes = 4\nbank_style = \"ecp5\"",
        "module pins(input wire clk, rst, uart_rx, output wire uart_tx, output wire [3:0] led);\n\
         wire [7:0] all;\n\
         assign led = all[3:0];\n\
         ulx3s top (.clk_25mhz(clk), .ftdi_txd(uart_rx), .ftdi_rxd(uart_tx), .fire1(rst), .led(all), .wifi_gpio0());\n\
         endmodule\n",
    );
}

#[test]
fn icebreaker_learns() {
    icebreaker("lanes = 1");
}
/// In its single-port memories, two lanes to each, and with the network built in: the kind that is usual for this board.
#[test]
fn icebreaker_learns_in_pairs() {
    icebreaker("lanes = 8\nbank_style = \"spram\"\ninput_pages = 1\nfixed_network = true");
}
fn icebreaker(design: &str) {
    learns(
        BoardName::Icebreaker,
        design,
        "module pins(input wire clk, rst, uart_rx, output wire uart_tx, output wire [3:0] led);\n\
         icebreaker top (\n\
         .clk_12mhz(clk), .rx(uart_rx), .tx(uart_tx), .button_n(!rst), .led(led), .red_n(), .green_n()\n\
         );\n\
         endmodule\n",
    );
}
