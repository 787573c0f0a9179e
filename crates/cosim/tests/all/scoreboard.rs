//! The comparisons themselves: each kind of wrong device is caught, and the message says where.
use drtp_core::layout::WeightIndex;
use drtp_core::*;
use drtp_cosim::*;

/// A golden model that errs in one way.
struct Faulty {
    inner: GoldenDevice,
    fault: Fault,
    batches: usize,
}
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Score,
    Class,
    Owes,
    WrongWrite,
    MissingWrite,
    ExtraWrite,
    FinalWeight,
    Noise,
    Accepts,
}

impl Device for Faulty {
    fn name(&self) -> &str {
        "faulty"
    }
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        let mut replies = self.inner.run(steps)?;
        self.batches += 1;
        for r in &mut replies {
            match (self.fault, r) {
                (Fault::Score, Reply::Packet(p)) => p.scores[1] += 1,
                (Fault::Class, Reply::Packet(p)) => p.class ^= 1,
                (Fault::Owes, Reply::Packet(p)) => p.owes = !p.owes,
                (Fault::Accepts, r @ Reply::Dropped(_)) => *r = Reply::Done,
                _ => continue,
            }
            break;
        }
        Ok(replies)
    }
    fn take_writes(&mut self) -> Result<Vec<ObservedWrite>, DeviceError> {
        let mut writes = self.inner.take_writes()?;
        writes.iter_mut().for_each(|w| w.cycle = 77);
        match self.fault {
            Fault::WrongWrite if !writes.is_empty() => writes[0].write.new += 1,
            Fault::MissingWrite => drop(writes.pop()),
            Fault::ExtraWrite if !writes.is_empty() => {
                let mut w = writes[0];
                w.sample += 1;
                writes.push(w);
            }
            _ => {}
        }
        Ok(writes)
    }
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>> {
        let mut w = self.inner.weights();
        if self.fault == Fault::FinalWeight {
            w[0][2][1] += 1;
        }
        w
    }
    fn noise_state(&mut self) -> u32 {
        self.inner.noise_state() ^ u32::from(self.fault == Fault::Noise)
    }
    fn counters(&self) -> Counters {
        self.inner.counters()
    }
}

fn mismatches(fault: Option<Fault>) -> Vec<Mismatch> {
    let config = Config::with_layers(2, &[4, 3, 2]).unwrap();
    let inner = GoldenDevice::new(&config);
    let mut steps: Vec<Step> =
        (0..6).map(|n| Step::Frame(Frame::learn(&[n * 20, -n, 100, 7], (n % 2) as u8))).collect();
    steps.insert(3, Step::Frame(Frame::learn(&[1, 2], 0)));
    match fault {
        None => {
            let mut both = Lockstep::new(&config, inner);
            both.run(&steps).unwrap();
            both.finish().unwrap().to_vec()
        }
        Some(fault) => {
            let mut both = Lockstep::new(&config, Faulty { inner, fault, batches: 0 });
            both.run(&steps).unwrap();
            both.finish().unwrap().to_vec()
        }
    }
}

#[test]
fn an_equal_device_has_no_mismatch() {
    assert!(mismatches(None).is_empty());
}
#[test]
fn each_fault_is_caught_by_its_own_comparison() {
    for (fault, what) in [
        (Fault::Score, "score of class 1"),
        (Fault::Class, "predicted class"),
        (Fault::Owes, "owes an update"),
        (Fault::WrongWrite, "weight write"),
        (Fault::MissingWrite, "weight write"),
        (Fault::ExtraWrite, "weight write"),
        (Fault::FinalWeight, "final weight"),
        (Fault::Noise, "noise state"),
        (Fault::Accepts, "reply to frame of 2 bytes, user 0x80"),
    ] {
        let found = mismatches(Some(fault));
        assert!(!found.is_empty(), "{what} was not caught");
        assert!(found.iter().all(|m| m.what == what), "{what}: {found:?}");
    }
}
#[test]
fn a_mismatch_says_where() {
    let found = mismatches(Some(Fault::WrongWrite));
    let m = &found[0];
    assert!(m.at.is_some() && m.lane.is_some() && m.cycle == Some(77) && m.sample.is_some());
    let found = mismatches(Some(Fault::FinalWeight));
    assert_eq!(found[0].at, Some(WeightIndex { layer: 0, neuron: 2, input: 1 }));
    assert_eq!(found[0].lane, Some(0));
    let text = found[0].to_string();
    assert!(text.contains("layer 1, neuron 2, input 1, lane 0"), "{text}");
}
