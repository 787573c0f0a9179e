//! The commands of the pages that a newcomer follows, run as they stand, in their order: so that no page rots.
//!
//! How a block is fenced says what becomes of it: `sh` is run; `sh,icarus` and `sh,verilator` where that tool is;
//! `sh,demo` is run by `demo.rs`; `sh,ignore` needs what no test has, a board or half an
//! hour. A block `text` behind one that is run is what it prints.
use crate::common::have_verilator;
use drtp_testing::need_program;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `cargo run --release --` is the program that was built with this test.
const CARGO: &str = r#"set -euo pipefail
cargo() {
    if [ "$1 $2 $3" != "run --release --" ]; then echo "no command of drtp: cargo $*" >&2; return 64; fi
    shift 3
    "$DRTP" "$@"
}
"#;

/// A fenced block: what stands behind the fence, and its lines.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = vec![];
    let mut within = false;
    for line in page.lines() {
        match (within, line.strip_prefix("```")) {
            (false, Some(kind)) => {
                out.push((kind.into(), String::new()));
                within = true;
            }
            (true, Some(_)) => within = false,
            (true, None) => {
                let text = &mut out.last_mut().expect("within a block").1;
                text.push_str(line);
                text.push('\n');
            }
            (false, None) => {}
        }
    }
    assert!(!within, "a fence is left open");
    out
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

/// Runs a page's blocks; all that they printed. `counts`: blocks that are run always, with Icarus, with Verilator, and
/// those that are not, so that none is left out by a slip.
fn follow(page: &str, counts: [usize; 4]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for part in ["docs", "fpga"] {
        symlink(root().join(part), folder.path().join(part)).expect("a link in an empty folder");
    }
    let text = std::fs::read_to_string(root().join("docs").join(page)).expect("the page is there");
    let (mut printed, mut last, mut seen) = (String::new(), None, [0; 4]);
    for (kind, block) in blocks(&text) {
        let (place, run) = match kind.as_str() {
            "sh" => (0, true),
            "sh,icarus" => (1, need_program("iverilog", "-V", "iverilog")),
            "sh,verilator" => (2, have_verilator()),
            "sh,demo" | "sh,ignore" => (3, false),
            "text" => {
                let shown: Option<String> = last.take();
                assert!(
                    shown.is_none_or(|s| s.contains(&block)),
                    "{page} shows what is not printed:\n{block}\n{printed}"
                );
                continue;
            }
            _ => continue,
        };
        seen[place] += 1;
        last = None;
        if run {
            let mut bash = Command::new("bash");
            bash.arg("-c").arg(format!("{CARGO}{block}")).current_dir(folder.path());
            let out = bash.env("DRTP", env!("CARGO_BIN_EXE_drtp")).output().expect("bash is there");
            let shown = String::from_utf8_lossy(&out.stdout).into_owned();
            let said = String::from_utf8_lossy(&out.stderr);
            assert!(out.status.success(), "{page}:\n{block}\nended with {}:\n{shown}{said}", out.status);
            // Verilog's `$write` leaves blanks at the end of a line, a page does not
            let shown: String = shown.lines().map(|l| format!("{}\n", l.trim_end())).collect();
            printed.push_str(&shown);
            last = Some(shown);
        }
    }
    assert_eq!(seen, counts, "{page}: blocks that are run, with Icarus, with Verilator, and not run");
    printed
}

/// Every figure that the page names is printed.
fn prints(page: &str, printed: &str, figures: &[&str]) {
    for figure in figures {
        assert!(printed.contains(figure), "{page} names {figure}, which no command prints:\n{printed}");
    }
}

#[test]
fn tutorial() {
    let printed = follow("tutorial.md", [4, 0, 1, 3]);
    prints("tutorial.md", &printed, &["46.50 %", "100.00 %", "63.50 %", " 144660 cycles"]);
    if have_verilator() {
        prints("tutorial.md", &printed, &[" 2317744 cycles"]);
    }
}
#[test]
fn integrate() {
    follow("integrate.md", [2, 1, 0, 0]);
}
#[test]
fn worked_example() {
    follow("worked_example.md", [2, 1, 0, 0]);
}
/// The picture is of the core that the page emits: its title, its numbers of cycles and its data.
#[test]
fn learning_step() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let core = crate::common::text(folder.path());
    let emit = ["emit", "--layers", "3,2,2", "--lanes", "1", "--rule", "drtp", "--seed", "5", "--out", core];
    assert!(crate::common::drtp(&emit).status.success());
    let sample = std::fs::read_to_string(folder.path().join("sample.json")).expect("it was emitted");
    let sample: serde_json::Value = serde_json::from_str(&sample).expect("WaveDrom's JSON");
    let picture = std::fs::read_to_string(root().join("docs/learning_step.svg")).expect("the picture is there");
    let mut texts = vec![&sample["head"]["text"], &sample["foot"]["text"]];
    let groups = sample["signal"].as_array().expect("signals").iter();
    let signals = groups.flat_map(|s| s.as_array().cloned().unwrap_or_else(|| vec![s.clone()])).collect::<Vec<_>>();
    texts.extend(signals.iter().filter(|s| s.is_object()).flat_map(|s| s["data"].as_array().into_iter().flatten()));
    assert!(texts.len() > 10);
    for text in texts {
        let shown = format!(">{}</", text.as_str().expect("a text"));
        assert!(
            picture.contains(&shown),
            "docs/learning_step.svg does not show {shown}: render it anew (docs/integrate.md)"
        );
    }
}
#[test]
fn blocks_are_told_apart() {
    let page = "text\n```sh\na\nb\n```\n```\nc\n```\n";
    assert_eq!(blocks(page), [("sh".into(), "a\nb\n".into()), (String::new(), "c\n".into())]);
}
