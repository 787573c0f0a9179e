//! What the documentation publishes is what the estimator says: figures of rules, errors of the models, predictions.
use drtp_core::{Config, Draft};
use drtp_estimate::resources::{is_counted, memory_bits, samples, suited, Model, COUNTS};
use drtp_estimate::{cases, Method, Statistics, Target};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Cells of the first table behind `before` in a page, without header and rule.
fn table(page: &str, before: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let (_, behind) = text.split_once(before).unwrap_or_else(|| panic!("{page} has no {before:?}"));
    let rows = behind.lines().skip_while(|l| !l.starts_with('|')).take_while(|l| l.starts_with('|')).skip(2);
    let cells = |row: &str| row.trim_matches('|').split('|').map(|c| c.trim().to_string()).collect();
    rows.map(cells).collect()
}

#[test]
fn rules_cost_what_the_page_says() {
    for (command, lanes, sizes) in [
        ("compare --layers 784,128,10 --lanes 16 --rules all --markdown", 16, vec![784, 128, 10]),
        ("compare --layers 784,96,64,10 --lanes 8 --rules all --markdown", 8, vec![784, 96, 64, 10]),
    ] {
        let config = Config::with_layers(lanes, &sizes).unwrap().fitted();
        let rows = Method::ALL.map(|method| {
            let cost = method.cost(&config, &Statistics::mnist()).unwrap();
            let counts = [cost.weight_reads(), cost.weight_writes(), cost.buffer_bits() as f64, cost.cycles];
            let work = [cost.multiply_count(), cost.add_count(), cost.energy_pj(), method.gate_equivalents(&config)];
            let figures = counts.into_iter().chain(work).map(|x| format!("{x:.0}"));
            std::iter::once(method.name().to_string()).chain(figures).collect::<Vec<_>>()
        });
        assert_eq!(table("docs/estimates.md", command), rows, "{command}");
    }
}

#[test]
fn models_err_as_much_as_the_record_says() {
    let percent = |x: f64| format!("{:.1} %", 100.0 * x);
    let mut rows = vec![];
    for target in Target::ALL {
        for v in Model::of(target).unwrap().validate() {
            let count = format!("{} {}", target.name(), v.count);
            let designs = [v.fitted_to, v.errors.len()].map(|n| n.to_string());
            rows.push(
                [count].into_iter().chain(designs).chain([v.median(), v.worst()].map(percent)).collect::<Vec<_>>(),
            );
        }
    }
    assert_eq!(table("docs/record/estimates.md", "estimate --validation --markdown"), rows);
}

#[test]
fn predictions_are_those_of_the_record() {
    let rows = table("docs/record/estimates.md", "Predicted / measured:");
    assert_eq!(rows.len(), 10);
    for row in rows {
        let file = root().join("verif/estimates").join(&row[0]).with_extension("toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let config = Draft::parse(&row[0], &text).unwrap().config().unwrap();
        let of = |target| Model::of(target).unwrap().predict(suited(&config, target).unwrap().design());
        let (ecp5, cells) = (of(Target::Ecp5), of(Target::Cells));
        let counts = [ecp5.lut4, ecp5.ff, ecp5.dsp, ecp5.bram, ecp5.logic_cells, cells.gates as u64];
        let predicted: Vec<_> = counts.iter().map(u64::to_string).chain([format!("{:.2}", cells.path_ns)]).collect();
        let published: Vec<_> = row[2..].iter().map(|cell| cell.split(" / ").next().unwrap()).collect();
        assert_eq!(published, predicted, "{}", row[0]);
    }
}

#[test]
fn models_are_fitted_to_the_first_designs_of_seed_1() {
    for target in Target::ALL {
        let samples = samples(target);
        let drawn = cases(target, 1, samples.len());
        for (n, (sample, case)) in samples.iter().zip(&drawn).enumerate() {
            assert_eq!(&sample.design, case.design(), "{}, design {n}", target.name());
        }
    }
}

#[test]
fn each_target_has_its_counts() {
    let of = |target| COUNTS.into_iter().filter(|c| is_counted(target, c)).collect::<Vec<_>>();
    assert_eq!(of(Target::Ecp5), ["lut4", "ff", "dsp", "bram", "logic_cells"]);
    assert_eq!(of(Target::Ice40), ["lut4", "ff", "dsp", "bram", "spram", "logic_cells"]);
    assert_eq!(of(Target::Cells), ["gate_equivalents", "longest_path_ns"]);
}

/// 16 lanes with 8 * 785 and 129 words each, and what else the record's largest network keeps.
#[test]
fn memory_bits_are_those_of_all_memories() {
    let config = Config::with_layers(16, &[784, 128, 10]).unwrap().fitted();
    let banks = 16 * (8 * 785 * 8 + 129 * 12);
    let kept = 2 * 1024 * 8 + 2 * 128 * 8 + (8 + 8) * 32;
    let lists = 2 * 1024 * (10 + 16) + 2 * 1024 * (10 + 8) + 128 * (10 + 16) + 256 * 29;
    assert_eq!(memory_bits(config.design()), banks + kept + lists);
}
