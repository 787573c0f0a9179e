//! The whole core: what is printed is what was simulated. Recorded at the ports of the Rust simulation, replayed on the
//! printed Verilog, every output compared in every cycle.
//!
//! Masked: `m_axis_tdata` until the first `m_axis_tvalid`, since it comes straight from a memory that has not been read
//! yet. Nothing else: an undefined value at any other output is a failure, also one that comes from a memory word that
//! was never written, as Icarus starts them all undefined.

use crate::common::Replay;
use crate::support::driver::{config, Driver, CONFIGS};
use crate::support::{lint, print, Ports, Window};

const MASK: Window = Window {
    inner: drtp_hdl::TOP,
    extra: &[],
    text: "    reg sent = 1'b0;\n    always @(posedge clk) if (m_axis_tvalid) sent <= 1'b1;\n",
    shown: &[("m_axis_tdata", "(sent || m_axis_tvalid) ? dut.m_axis_tdata : 32'd0")],
};

fn replay(at: usize) {
    let (name, toml) = CONFIGS[at];
    let config = config(toml);
    let mut driver = Driver::new(&config, 40 + at as u64);
    let text = print(driver.core.as_mut(), drtp_hdl::TOP);
    driver.exercise(4);
    println!("{name}: {} cycles, {:?}", driver.cycles.len(), driver.met);
    assert_eq!(driver.hazards(), 0, "{name}: a memory met what hardware leaves undefined");
    for (what, count) in &driver.met {
        assert!(*count > 0, "{name}: {what} never happened");
    }
    let (inputs, outputs) = (driver.core.inputs(), driver.core.outputs());
    let data = outputs.iter().position(|o| o.0 == "m_axis_tdata").expect("a port");
    let valid = outputs.iter().position(|o| o.0 == "m_axis_tvalid").expect("a port");
    driver.cycles.iter_mut().take_while(|c| c.outputs[valid] == 0).for_each(|c| c.outputs[data] = 0);
    let text = text + &MASK.print(&inputs, &outputs);
    Replay { verilog: &text, top: Window::TOP, clock: Some("clk"), inputs: &inputs, outputs: &outputs }
        .must_agree(&driver.cycles);
}

#[test]
fn one_lane() {
    replay(0);
}
#[test]
fn one_layer_at_the_most() {
    replay(1);
}
#[test]
fn four_lanes_and_the_widest_weights() {
    replay(2);
}
#[test]
fn sixteen_lanes() {
    replay(3);
}
#[test]
fn four_layers_of_one_neuron() {
    replay(4);
}
#[test]
fn two_slices() {
    replay(5);
}
#[test]
fn hidden_weights_wider_than_output_weights() {
    replay(6);
}

#[test]
fn verilator_finds_nothing_to_say() {
    for (name, toml) in CONFIGS {
        println!("{name}");
        lint(&print(Driver::new(&config(toml), 0).core.as_mut(), drtp_hdl::TOP), drtp_hdl::TOP);
    }
}
