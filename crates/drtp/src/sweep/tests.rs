//! A sweep as a whole: what is refused, and going on where it was stopped.
use super::*;
use std::convert::Infallible;

const GRID: &str =
    "title = 't'\n[grid]\nrule = ['contrastive', 'shallow']\nhidden = [[8]]\nepochs = [1]\nseed = [1, 2]\n";

fn sweep(text: &str, holdout: usize) -> Result<Sweep, SweepError> {
    Sweep::new("g.toml", text, Source::load(None, holdout).unwrap())
}
/// The lines of the runs that `left` does not have, behind what of it is whole.
fn resumed(sweep: &Sweep, left: &str, jobs: usize) -> String {
    let mut kept = sweep.kept("r.jsonl", left.as_bytes()).unwrap();
    let mut out = left[..kept.whole].to_string();
    let runs = sweep.missing(&sweep.chosen(&[]).unwrap(), &kept);
    let mut write = |line: &str| {
        out += line;
        Ok::<_, Infallible>(())
    };
    sweep.train(&runs, jobs, &mut kept, &|_| {}, &mut write).unwrap();
    assert_eq!(
        sweep.summary(&sweep.chosen(&[]).unwrap(), &kept).groups.iter().map(|g| g.seeds.len()).sum::<usize>(),
        4
    );
    out
}
/// Lines without what differs when a run is repeated, in order.
fn results(lines: &str) -> Vec<String> {
    let mut out: Vec<String> = lines.lines().map(|l| l[..l.find(TIMING).unwrap()].into()).collect();
    out.sort();
    out
}

#[test]
fn a_stopped_sweep_goes_on_and_gives_the_same() {
    let sweep = sweep(GRID, 0).unwrap();
    let whole = resumed(&sweep, "", 1);
    let all = results(&whole);
    assert_eq!(all.len(), 4);
    let second = whole.match_indices('\n').nth(1).unwrap().0;
    for end in [0, 1, 30, second, second + 1, second + 2, second + 40, whole.len() - 1, whole.len()] {
        let again = resumed(&sweep, &whole[..end], 2);
        assert_eq!(results(&again), all, "stopped after {end} bytes");
    }
    assert_eq!(resumed(&sweep, &whole, 3), whole, "nothing was missing");
}
#[test]
fn a_grid_that_grows_keeps_what_is_done() {
    let small = sweep(GRID, 0).unwrap();
    let whole = resumed(&small, "", 2);
    let large = sweep(&GRID.replace("[1, 2]", "[0, 1, 2]").replace("'t'", "'other'"), 0).unwrap();
    let kept = large.kept("r.jsonl", whole.as_bytes()).unwrap();
    assert_eq!(large.missing(&large.chosen(&[]).unwrap(), &kept).len(), 2);
}
#[test]
fn another_sweep_s_lines_are_refused() {
    let own = sweep(GRID, 0).unwrap();
    let whole = resumed(&own, "", 2);
    let said = |sweep: &Sweep, left: &str| sweep.kept("r.jsonl", left.as_bytes()).unwrap_err().to_string();
    let holdout = sweep(GRID, 100).unwrap();
    let e = said(&holdout, &whole);
    assert_eq!(
        e,
        "r.jsonl:1: a line of another sweep: measured_on is \"digits/test\", not \"digits/train/validation\"; \
         nothing was changed"
    );
    let wider = sweep(&GRID.replace("[[8]]", "[[9]]"), 0).unwrap();
    assert!(said(&wider, &whole).contains("layers is [64,8,10], not [64,9,10]"));
    let other = whole.replacen(crate::VERSION, "0.0.0", 1);
    assert!(said(&own, &other).contains("version is \"0.0.0\""));
    let edited = whole.replacen("\"margin\":128", "\"margin\":100", 1);
    assert!(said(&own, &edited).contains("r.jsonl:1: a line of another sweep: margin is 100, not 128"));
    let bare = whole.replacen("\"accuracy\"", "\"acc\"", 1);
    assert!(said(&own, &bare).contains("without accuracy"));
    for (left, line) in [("notes\n", 1), ("notes", 1), ("{}\n", 1), ("{\"keys\"", 1), ("[]\n", 1), ("\n", 1)] {
        assert!(said(&own, left).starts_with(&format!("r.jsonl:{line}: ")), "{left}");
    }
    assert!(said(&own, &format!("{whole}notes")).starts_with("r.jsonl:5: not a line of a sweep"));
}
#[test]
fn an_error_of_the_writer_ends_the_sweep() {
    let sweep = sweep(GRID, 0).unwrap();
    let mut kept = Kept::default();
    let mut left = 2;
    let mut write = |_: &str| {
        left -= 1;
        if left == 0 {
            Err("full")
        } else {
            Ok(())
        }
    };
    let ended = sweep.train(&sweep.chosen(&[]).unwrap(), 2, &mut kept, &|_| {}, &mut write);
    assert_eq!((ended, kept.lines.len()), (Err("full"), 1));
}
#[test]
fn all_points_that_cannot_be_built_are_named() {
    let bits = GRID.replace("epochs", "hidden_bits = [8, 13]\nrule = ['gated']\nepochs").replacen(
        "rule = ['contrastive', 'shallow']\n",
        "",
        1,
    );
    let e = sweep(&bits, 0).unwrap_err().to_string();
    let expected =
        "g.toml: 2 of 4 runs are refused\n  design.hidden_bits: 13 is out of range (accepted: 4 to 12)\n    \
        run 3: rule = \"gated\", hidden = [8], hidden_bits = 13, epochs = 1, seed = 1\n    \
        run 4: rule = \"gated\", hidden = [8], hidden_bits = 13, epochs = 1, seed = 2";
    assert_eq!(e, expected);
    let e = sweep(&GRID.replace("'shallow'", "'hebb'"), 0).unwrap_err().to_string();
    assert!(e.contains("network.rule: \"hebb\" is unknown (accepted: drtp,") && e.contains("run 3: "), "{e}");
    let deep = sweep(&GRID.replace("[[8]]", "[[8], [8, 8, 8, 8]]"), 0).unwrap_err().to_string();
    assert!(deep.contains("4 of 8 runs"), "{deep}");
}
#[test]
fn what_a_base_may_not_say_is_named_once() {
    let with = |base: &str| sweep(&format!("{GRID}{base}"), 0).unwrap_err().to_string();
    let e = with("[base.network]\ninputs = 64\n");
    assert!(
        e.contains("  line 8: network.inputs: does not belong here (accepted: sizes come") && e.contains("every run")
    );
    assert_eq!(e.matches("line 8").count(), 1);
    assert!(with("[base.seeds]\nnoise = 3\n").contains("line 7: seeds: does not belong here (accepted: the key seed)"));
    assert!(with("[[base.network.layer]]\nsize = 3\n").contains("line 7: network.layer: does not belong here"));
    assert!(with("[base.network]\nmargins = 3\n").contains("line 8: network.margins: unknown key"));
    assert!(with("[bases]\n").contains("unknown field `bases`"));
    assert!(with("[base.network]\nmargin = 3\n[[case]]\nseed = 3\n").contains("case[0].seed: stands in [grid] too"));
}
#[test]
fn runs_that_are_the_same_are_refused() {
    let e = sweep(&GRID.replace("[1, 2]", "[1, 1]"), 0).unwrap_err().to_string();
    assert!(e.starts_with("g.toml: grid: runs 1 and 2 are the same: rule = \"contrastive\""), "{e}");
}
#[test]
fn runs_are_chosen_by_key() {
    let sweep = sweep(GRID, 0).unwrap();
    let keys: Vec<String> = sweep.runs().iter().map(|r| r.key().into()).collect();
    assert!(keys.iter().all(|k| k.len() == 12));
    let two: Vec<&str> = sweep.chosen(&[keys[3].clone(), keys[1].clone()]).unwrap().iter().map(|r| r.key()).collect();
    assert_eq!(two, [&keys[1], &keys[3]]);
    assert!(sweep.chosen(&["no".into()]).unwrap_err().to_string().contains("no run has the key no"));
}
#[test]
fn groups_are_means_over_seeds_with_the_best_first() {
    let sweep = sweep(GRID, 0).unwrap();
    let runs = sweep.chosen(&[]).unwrap();
    let lines: BTreeMap<_, _> = runs
        .iter()
        .zip([0.5, 0.7, 0.8, 0.9])
        .map(|(r, accuracy)| {
            let mut line = r.head();
            line.insert("accuracy".into(), accuracy.into());
            line.insert("update_share".into(), 0.25.into());
            (r.key().to_string(), line)
        })
        .collect();
    let s = sweep.summary(&runs, &Kept { lines, whole: 0 });
    assert_eq!(s.varied, [Key::Rule]);
    let found: Vec<_> = s.groups.iter().map(|g| (g.settings[0].as_str().unwrap(), &g.seeds[..])).collect();
    assert_eq!(found, [("shallow", &[1, 2][..]), ("contrastive", &[1, 2])]);
    let best = &s.groups[0];
    assert!((best.accuracy.mean - 0.85).abs() < 1e-9 && (best.accuracy.std - 0.1 / 2f64.sqrt()).abs() < 1e-9);
    assert_eq!((best.network.as_str(), best.update_share), ("64-8-10", 0.25));
}
