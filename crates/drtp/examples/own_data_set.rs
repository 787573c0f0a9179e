//! A data set of one's own: rows of text become samples, and the fast engine learns them.
//!
//! ```sh
//! cargo run --release -p drtp --example own_data_set
//! ```
use drtp::core::draft::Training;
use drtp::core::Draft;
use drtp::data::{Dataset, Shuffle};
use drtp::training::train;
use std::error::Error;

/// What is learned, and how: images of 8x8 pixels, 16 hidden neurons, 2 classes.
const SETTINGS: &str = "
[network]
inputs = 64
[[network.layer]]
size = 16
shift = 4
[[network.layer]]
size = 2
shift = 3
";

/// Bars in noise, standing (class 0) or lying (class 1): the class, then the pixels. Yours would come from a file.
fn csv(rows: usize, seed: u64) -> String {
    let mut random = Shuffle::new(seed);
    let mut row = || {
        let (lying, bar) = (random.below(2), random.below(8));
        let mut pixel = |i: u64| match if lying == 1 { i / 8 } else { i % 8 } == bar {
            true => 170 + random.below(86),
            false => random.below(60) * u64::from(random.below(10) < 3),
        };
        (0..64).fold(lying.to_string(), |text, i| format!("{text},{}", pixel(i))) + "\n"
    };
    (0..rows).map(|_| row()).collect()
}

/// Pixels of 0 to 255 become activations of 0 to 127, which mean x / 128: scale yours to -128 to 127.
fn data_set(name: &str, text: &str) -> Result<Dataset, Box<dyn Error>> {
    let (mut values, mut targets) = (vec![], vec![]);
    for row in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).deserialize() {
        let row: Vec<u8> = row?;
        targets.push(row[0]);
        values.extend(row[1..].iter().map(|p| (p / 2) as i8));
    }
    Ok(Dataset::new(name, 64, 2, values, targets)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let config = Draft::parse("SETTINGS", SETTINGS)?.config()?;
    let (learned, tested) = (data_set("bars", &csv(600, 1))?, data_set("bars/test", &csv(200, 2))?);
    assert_eq!((learned.len(), tested.class_counts().iter().sum::<usize>()), (600, 200));

    // each epoch in an order of its own, at learning rates that fall
    let plan = Training { epochs: 20, decay_after: vec![5, 10, 15] };
    let mut engine = train(&config, &plan, 1, &learned, &mut |_, _| ());
    let accuracy = engine.accuracy(&tested);
    let guess = *tested.class_counts().iter().max().unwrap_or(&0) as f64 / tested.len() as f64;
    println!("test accuracy {:.1} %, always the larger class {:.1} %", 100.0 * accuracy, 100.0 * guess);
    assert!(accuracy > 0.9 && guess < 0.7, "the bars are learned");
    println!("own_data_set: ok");
    Ok(())
}

#[test]
fn runs() {
    main().unwrap();
}
