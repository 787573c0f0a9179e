use drtp_core::*;
use drtp_cosim::*;
use std::time::Instant;
fn main() {
    let lanes: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let config = Config::with_layers(lanes, &[64, 32, 10]).unwrap();
    let split = drtp_data::digits(1);
    if std::env::args().nth(2).is_none() {
        for rule in Rule::ALL {
            for seed in 0..6u64 {
                let mut n = config.network().clone();
                n.rule = rule;
                if rule == Rule::Drtp {
                    n.projection = Projection::Ternary
                }
                n.seeds = Seeds::from_seed(seed);
                let c = config.with_network(n).unwrap();
                let mut m = drtp_golden::Model::new(&c);
                let split = drtp_data::digits(seed);
                let mut sh = drtp_data::Shuffle::new(seed);
                print!("{} {seed}:", rule.name());
                for _ in 0..12 {
                    for i in sh.epoch(split.train.len()) {
                        let s = split.train.sample(i);
                        m.learn(s.x, s.target as usize);
                    }
                    let ok = split.test.iter().filter(|s| m.classify(s.x).class == s.target as usize).count();
                    print!(" {:.3}", ok as f64 / split.test.len() as f64);
                }
                println!();
            }
        }
    }
    let mut d = RustHdlDevice::new(&config, Stalls::NONE).unwrap();
    let steps: Vec<Step> = split.train.iter().take(200).map(|s| Step::Frame(Frame::learn(s.x, s.target))).collect();
    let c0 = d.counters().cycles;
    let t = Instant::now();
    d.run(&steps).unwrap();
    let c = d.counters().cycles - c0;
    println!("{} cycles, {:.1}/sample, {:.0} cycles/s", c, c as f64 / 200.0, c as f64 / t.elapsed().as_secs_f64());
}
