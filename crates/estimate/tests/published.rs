//! What the documentation publishes is what the estimator says: figures of rules, errors of the models, predictions.
use drtp_core::{Config, Draft};
use drtp_estimate::resources::suited;
use drtp_estimate::resources::Model;
use drtp_estimate::{Method, Statistics, Target};
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
