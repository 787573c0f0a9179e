//! Configuration files (TOML): any text is a configuration or is refused with messages; what is taken, its own file says
//! in full.
use drtp_core::{regs, Draft};

pub fn check(text: &str) {
    for draft in [Draft::parse("fuzz.toml", text), Draft::parse_part("fuzz.toml", text, "base")] {
        let done = draft.and_then(|draft| Ok((draft.config()?, draft.training()?)));
        match done {
            Err(e) => assert!(!e.problems.is_empty() && !e.to_string().is_empty()),
            Ok((config, training)) => {
                let again = Draft::parse("again.toml", &config.to_toml()).and_then(|d| d.config());
                assert_eq!(again.as_ref(), Ok(&config));
                assert!(config.design().acc_bits() <= 32 && training.epochs <= 1000);
                assert!(!regs::table(&config).is_empty());
                assert!(!regs::writes(config.design(), config.network()).is_empty());
                // the first and the last weight lie in their banks
                let layout = config.layout();
                let last = config.network().layers.len() - 1;
                for neuron in [0, config.network().classes() - 1] {
                    let weight =
                        drtp_core::layout::WeightIndex { layer: last, neuron, input: config.network().fan_in(last) };
                    let place = layout.place(weight);
                    assert!(place.word < config.design().output_words && layout.weight(place) == Some(weight));
                }
            }
        }
    }
}
