//! This engine's reason to be trusted: on every kernel, after each step, it is the golden model bit for bit.
use crate::common::*;
use drtp_core::Config;
use drtp_fast::{Kernels, Model};
use drtp_golden::Model as Golden;
use drtp_testing::cases;
use proptest::prelude::*;

/// One golden model beside a fast one for each implementation of the kernels.
struct Beside {
    golden: Golden,
    fast: Vec<Model>,
}

impl Beside {
    fn new(config: &Config) -> Self {
        let fast = Kernels::available().into_iter().map(|k| Model::with_kernels(config, k)).collect();
        Self { golden: Golden::new(config), fast }
    }
    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Learn(x, target) => {
                let expected = self.golden.learn(x, *target);
                for fast in &mut self.fast {
                    let (outcome, writes) = fast.learn_traced(x, *target);
                    prop_assert_eq!(fast.scores(), &expected.scores);
                    prop_assert_eq!((outcome.class, outcome.owes), (expected.class, expected.owes));
                    let writes: Vec<_> = writes.iter().map(|w| (w.at, w.old, w.new)).collect();
                    let due: Vec<_> = expected.writes.iter().map(|w| (w.at, w.old, w.new)).collect();
                    prop_assert_eq!(writes, due);
                }
            }
            Step::Classify(x) => {
                let expected = self.golden.classify(x);
                for fast in &mut self.fast {
                    let outcome = fast.classify(x);
                    prop_assert_eq!(fast.scores(), &expected.scores);
                    prop_assert_eq!((outcome.class, outcome.owes), (expected.class, expected.owes));
                }
            }
            Step::Reconfigure(config) => {
                self.golden.reconfigure(config);
                self.fast.iter_mut().for_each(|f| f.reconfigure(config));
            }
            Step::Init => {
                self.golden.init();
                self.fast.iter_mut().for_each(Model::init);
            }
            Step::SetWeights(seed, rails) => {
                let w = weights(self.golden.config(), *seed, *rails);
                // and a state of the noise, as a restore brings both
                let noise = *seed as u32;
                for fast in &mut self.fast {
                    fast.set_weights(&w);
                    fast.set_noise_state(noise);
                }
                self.golden.set_weights(w);
                self.golden.set_noise_state(noise);
            }
        }
        for fast in &self.fast {
            prop_assert_eq!(fast.noise_state(), self.golden.noise_state());
            prop_assert!(fast.weights() == self.golden.weights(), "weights differ on {}", fast.kernels().name());
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(4000)))]
    #[test]
    fn fast_equals_golden(scenario in scenario()) {
        let mut both = Beside::new(&scenario.config);
        for step in &scenario.steps {
            both.step(step)?;
        }
    }
}

/// The sizes that it is made for: 60 sparse images each, weights compared every time.
#[test]
fn fast_equals_golden_at_full_size() {
    for sizes in [&[784, 128, 10][..], &[784, 500, 10], &[784, 128, 128, 10]] {
        let mut both = Beside::new(&Config::with_layers(16, sizes).unwrap());
        let mut state = 1u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 8) % below
        };
        for _ in 0..60 {
            let target = next(10);
            let x = (0..784u32)
                .map(|i| if (i / 28 * (target + 3) + i) % 9 < 2 && next(5) > 0 { next(128) as i8 } else { 0 })
                .collect();
            both.step(&Step::Learn(x, target as usize)).unwrap();
        }
    }
}

#[test]
fn what_runs_here_is_named() {
    let names: Vec<_> = Kernels::available().into_iter().map(Kernels::name).collect();
    assert_eq!(names[0], "portable");
    assert_eq!(names.len() > 1, Kernels::avx2().is_some());
    assert_eq!(Kernels::best().name(), *names.last().unwrap());
}

#[test]
#[should_panic(expected = "128 is no weight of 8 bits")]
fn weights_outside_their_format_are_refused() {
    let config = Config::with_layers(1, &[1, 1, 2]).unwrap();
    Model::new(&config).set_weights(&[vec![vec![128, 0]], vec![vec![0, 0], vec![0, 0]]]);
}
