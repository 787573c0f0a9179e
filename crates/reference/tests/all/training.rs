//! Training as a whole: what a seed decides, and that every rule learns.
use drtp_reference::{Experiment, ExperimentError, Options};
use std::path::Path;

fn experiment(text: &str, options: Options) -> Experiment {
    Experiment::parse("test.toml", text, &options).unwrap()
}

const ALL: &str = "title = 'digits'\ndata = 'digits'\n[network]\nhidden = [40]\n[training]\noptimiser = 'adam'\nrate = 3e-3\nepochs = 8\nbatch = 20\nangles_every = 50\n\
    [[run]]\nrule = 'bp'\n[[run]]\nrule = 'fa'\n[[run]]\nrule = 'dfa'\n[[run]]\nrule = 'sdfa'\n[[run]]\nrule = 'drtp'\n[[run]]\nrule = 'shallow'\n";

/// Chance is 10 %. Backpropagation has no angle to itself, shallow learning none at all.
#[test]
fn every_rule_learns_the_digits() {
    let report = experiment(ALL, Options::default()).run(None, &|_| {}).unwrap();
    for run in &report.runs {
        let accuracy = run.accuracy().unwrap().mean;
        assert!(accuracy > 0.85, "{}: {accuracy}", run.name);
        assert_eq!(run.curve().len(), 8);
        let angles = run.angles();
        match run.name.as_str() {
            "shallow" => assert_eq!(angles, [None]),
            "bp" => assert!(angles[0].unwrap().max < 0.01),
            _ => assert!(angles[0].unwrap().max > 1.0),
        }
    }
    let csv = report.csv();
    assert!(csv.starts_with("run,trial,quantity,layer,step,value\nbp,1,train_loss,,1,"));
    // 8 epochs of three numbers, 72 batches an epoch, looked at every 50: 12 looks, none for shallow
    assert_eq!(csv.lines().count(), 1 + 6 * 8 * 3 + 5 * 12);
    let plots = report.plots().unwrap();
    assert_eq!(plots.iter().map(|p| p.0).collect::<Vec<_>>(), ["loss.svg", "accuracy.svg", "angles.svg"]);
}

#[test]
fn a_seed_gives_one_course_and_trials_differ() {
    let run = |seed| {
        let options = Options { seed: Some(seed), trials: Some(2), epochs: Some(1), holdout: 0 };
        experiment(ALL, options).run(None, &|_| {}).unwrap().csv()
    };
    let (a, again) = (run(5), run(5));
    assert_eq!(a, again);
    assert_ne!(a, run(6));
    let first = |csv: &str, trial: &str| {
        csv.lines().find(|l| l.starts_with(&format!("bp,{trial},train_loss"))).map(|l| l[5..].to_string())
    };
    assert_ne!(first(&a, "1"), first(&a, "2"));
}

#[test]
fn progress_reaches_the_whole() {
    let done = std::sync::Mutex::new(0.0);
    let options = Options { epochs: Some(1), trials: Some(2), ..Default::default() };
    experiment(ALL, options).run(None, &|share| *done.lock().unwrap() += share).unwrap();
    let done = done.into_inner().unwrap();
    assert!((done - 1.0f64).abs() < 1e-6, "{done}");
}

#[test]
fn generated_tasks_are_learned() {
    let text = "title = 'r'\ndata = 'regression'\n[regression]\ntrain = 500\ntest = 200\ninputs = 16\n[network]\nhidden = [30]\noutput = 'tanh'\nloss = 'mse'\n[training]\noptimiser = 'nesterov'\nrate = 0.01\nepochs = 10\nbatch = 20\n[[run]]\nrule = 'drtp'\n";
    let report = experiment(text, Options::default()).run(None, &|_| {}).unwrap();
    let curve = report.runs[0].curve();
    assert!(curve[9].test_loss < 0.5 * curve[0].train_loss, "{curve:?}");
    assert_eq!(report.runs[0].accuracy(), None);
    let text = "title = 'c'\ndata = 'classification'\n[classification]\ntrain = 1000\ntest = 300\ninputs = 40\ninformative = 20\nclasses = 4\nclusters = 2\n[network]\nhidden = [50]\nloss = 'ce'\noutput = 'linear'\n[training]\noptimiser = 'adam'\nrate = 3e-3\nepochs = 6\nbatch = 20\n[[run]]\nrule = 'bp'\n";
    let report = experiment(text, Options::default()).run(None, &|_| {}).unwrap();
    assert!(report.runs[0].accuracy().unwrap().mean > 0.8, "{:?}", report.runs[0].curve());
}

#[test]
fn held_out_samples_are_the_last_of_the_training_set() {
    let options = Options { epochs: Some(1), holdout: 200, ..Default::default() };
    let report = experiment(ALL, options).run(None, &|_| {}).unwrap();
    assert_eq!((report.train_samples, report.test_samples), (1238, 200));
    assert_eq!(report.measured_on, "digits/train/validation");
    let options = Options { holdout: 5000, ..Default::default() };
    let error = experiment(ALL, options).run(None, &|_| {}).unwrap_err();
    assert!(error.to_string().contains("expected fewer than 1438 samples to hold out"), "{error}");
}

#[test]
fn what_does_not_fit_the_data_is_named() {
    let refused = |from: &str, to: &str, folder: Option<&str>| {
        let text = ALL.replacen(from, to, 1);
        experiment(&text, Options::default()).run(folder.map(Path::new), &|_| {}).unwrap_err().to_string()
    };
    let message = refused(
        "hidden = [40]",
        "hidden = [40]\nconvolutions = [{ channels = 2, kernel = 3 }, { channels = 2, kernel = 9, padding = 0 }]",
        None,
    );
    assert_eq!(
        message,
        "test.toml: network.convolutions 2: a kernel of 9 x 9 leaves nothing to pool of an image of 4 x 4"
    );
    let message = refused("rule = 'fa'", "rule = 'fa'\nsamples = 1500", None);
    assert_eq!(message, "test.toml: run 2: samples: 1500 asked for, but digits/train has 1438");
    let message = refused("data = 'digits'", "data = 'mnist'", None);
    assert!(message.contains("data = \"mnist\" needs --data FOLDER"), "{message}");
    let message = refused("data = 'digits'", "data = 'digits'", Some("there"));
    assert!(message.contains("reads no files: --data there"), "{message}");
    let message = refused("data = 'digits'", "data = 'cifar10'", Some("not-there"));
    assert!(message.starts_with("not-there: cannot be read"), "{message}");
    let text = ALL
        .replace("data = 'digits'", "data = 'regression'\n[regression]\ninputs = 5")
        .replace("hidden = [40]", "convolutions = [{ channels = 1, kernel = 1 }]");
    let error = experiment(&text, Options::default()).run(None, &|_| {}).unwrap_err();
    assert!(matches!(error, ExperimentError::Key { .. }) && error.to_string().contains("no square images"), "{error}");
}
