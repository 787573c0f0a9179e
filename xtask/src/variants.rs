//! The accelerators that are emitted, linted and synthesised: each lane count, width and depth, and the extremes.
use std::fmt::Write;

/// One configuration, as a TOML file says it.
#[derive(Clone, Debug)]
pub struct Variant {
    lanes: usize,
    hidden_bits: usize,
    output_bits: usize,
    /// Inputs, hidden layers, classes.
    sizes: Vec<usize>,
    /// More lines of `[design]`.
    design: &'static str,
    /// More lines of `[network]`.
    network: &'static str,
}

fn variant(lanes: usize, hidden_bits: usize, output_bits: usize, sizes: &[usize]) -> Variant {
    Variant { lanes, hidden_bits, output_bits, sizes: sizes.into(), design: "", network: "" }
}

impl Variant {
    /// Unique among [`variants`]; the name of its folder.
    pub fn name(&self) -> String {
        let sizes: Vec<String> = self.sizes.iter().map(ToString::to_string).collect();
        format!("{}-lanes_{}-{}-bits_{}", self.lanes, self.hidden_bits, self.output_bits, sizes.join("-"))
    }
    /// The configuration file.
    pub fn toml(&self) -> String {
        let mut text = format!(
            "[design]\nlanes = {}\nhidden_bits = {}\noutput_bits = {}\n{}\n[network]\ninputs = {}\n{}",
            self.lanes, self.hidden_bits, self.output_bits, self.design, self.sizes[0], self.network
        );
        for size in &self.sizes[1..] {
            // writing to a String cannot fail
            let _ = write!(text, "\n[[network.layer]]\nsize = {size}\n");
        }
        text
    }
}

/// The reference network, on few, some and many lanes.
pub const REFERENCE_LANES: [usize; 3] = [1, 4, 16];
pub const REFERENCE_LAYERS: &str = "784,128,10";

/// What is emitted besides the reference network; `thorough` adds every lane count with every pair of extreme widths.
pub fn variants(thorough: bool) -> Vec<Variant> {
    let mut all = vec![
        // everything as small as it gets: one-word memories, one-bit addresses
        Variant { design: "max_layers = 1\nmax_width = 1\n", ..variant(1, 4, 8, &[1, 1]) },
        // no hidden layer, but hardware that has room for some
        variant(4, 8, 16, &[10, 3]),
        // equal banks, which the printer merges into one module
        variant(2, 12, 12, &[7, 8, 3]),
        // hidden weights wider than output weights; three layers; sizes that lanes do not divide
        Variant {
            network: "rule = 'gated'\nactivation = 'clipped_relu'\nprojection = 'ternary'\n",
            ..variant(4, 12, 8, &[13, 7, 5, 3])
        },
        // four layers, capacity beyond the network
        Variant {
            design: "hidden_words = 3000\noutput_words = 700\nmax_width = 100\nwatchdog = true\n",
            ..variant(16, 4, 16, &[64, 33, 17, 15, 11])
        },
    ];
    if thorough {
        for lanes in [1, 2, 4, 8, 16, 32, 64] {
            for (hidden_bits, output_bits) in [(4, 8), (4, 16), (12, 8), (12, 16)] {
                all.push(variant(lanes, hidden_bits, output_bits, &[37, lanes + 1, 10]));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<String> = variants(true).iter().map(Variant::name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
    #[test]
    fn file_says_all_of_a_variant() {
        let v = Variant { design: "max_layers = 3\n", network: "rule = 'drtp'\n", ..variant(2, 12, 8, &[5, 4, 3]) };
        assert_eq!(v.name(), "2-lanes_12-8-bits_5-4-3");
        assert_eq!(
            v.toml(),
            "[design]\nlanes = 2\nhidden_bits = 12\noutput_bits = 8\nmax_layers = 3\n\n[network]\ninputs = 5\n\
            rule = 'drtp'\n\n[[network.layer]]\nsize = 4\n\n[[network.layer]]\nsize = 3\n"
        );
    }
}
