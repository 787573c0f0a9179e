//! Waveforms: real VCD, signals at their own widths, values that changed.
use drtp_core::Config;
use drtp_cosim::*;
use std::io::BufReader;
use vcd::{Command, Parser, ScopeItem};

#[test]
fn a_waveform_shows_the_design_at_its_widths() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = Config::with_layers(2, &[4, 3, 2]).unwrap();
    let mut device = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
    device.trace(Box::new(file.reopen().unwrap())).unwrap();
    device.run(&[Step::Frame(Frame::learn(&[1, 2, 3, 4], 1)), Step::Flush]).unwrap();
    let cycles = device.counters().cycles;
    drop(device);

    let mut parser = Parser::new(BufReader::new(file.reopen().unwrap()));
    let header = parser.parse_header().unwrap();
    let width = |path: &[&str]| header.find_var(path).unwrap_or_else(|| panic!("{path:?}")).size;
    assert_eq!(width(&["drtp_core", "clk"]), 1);
    assert_eq!(width(&["drtp_core", "m_axis_tdata"]), 32);
    assert_eq!(width(&["drtp_core", "lane_1", "sum", "q"]), config.design().acc_bits() as u32);
    let clk = header.find_var(&["drtp_core", "clk"]).unwrap().code;
    assert!(matches!(header.items[0], ScopeItem::Scope(_)));
    let (mut rising, mut last) = (0, 0);
    for command in parser {
        match command.unwrap() {
            Command::ChangeScalar(id, vcd::Value::V1) if id == clk => rising += 1,
            Command::Timestamp(t) => {
                assert!(t >= last, "time runs backwards");
                last = t;
            }
            _ => {}
        }
    }
    assert!(rising > 20 && rising <= cycles, "{rising} rising edges in {cycles} cycles");
}
