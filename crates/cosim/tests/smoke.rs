use drtp_core::Config;
use drtp_cosim::*;

#[test]
fn a_small_network_learns_in_lockstep() {
    for lanes in [1, 4, 16] {
        let config = Config::with_layers(lanes, &[6, 5, 3]).unwrap();
        let mut steps = vec![];
        for n in 0..40i32 {
            let x: Vec<i8> = (0..6).map(|i| ((n * 37 + i * 91) % 256 - 128) as i8).collect();
            steps.push(Step::Frame(Frame::learn(&x, (n % 3) as u8)));
        }
        let s = Scenario { config, steps, stalls: Stalls::NONE };
        let mismatches = s.run(RustHdlDevice::new).unwrap();
        for m in mismatches.iter().take(10) {
            println!("{m}");
        }
        assert!(mismatches.is_empty(), "{} lanes: {} mismatches", lanes, mismatches.len());
    }
}
