//! The accelerators that are emitted, linted and synthesised: the reference network, the extremes, every lane count and width.
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
    /// The name of its folder.
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

/// The network of `rtl-out/reference`.
pub fn reference(lanes: usize) -> Variant {
    variant(lanes, 8, 12, &[784, 128, 10])
}
/// Everything as small as it gets: one-word memories, one-bit addresses.
pub fn smallest() -> Variant {
    Variant { design: "max_layers = 1\nmax_width = 1\n", ..variant(1, 4, 8, &[1, 1]) }
}
/// No hidden layer, but hardware that has room for some.
pub fn no_hidden_layer() -> Variant {
    variant(4, 8, 16, &[10, 3])
}
/// Equal banks, which the printer merges into one module.
pub fn equal_banks() -> Variant {
    variant(2, 12, 12, &[7, 8, 3])
}
/// Hidden weights wider than output weights; three layers; sizes that lanes do not divide.
pub fn wide_hidden_weights() -> Variant {
    Variant {
        network: "rule = 'gated'\nactivation = 'clipped_relu'\nprojection = 'ternary'\n",
        ..variant(4, 12, 8, &[13, 7, 5, 3])
    }
}
/// Four layers, capacity beyond the network.
pub fn room_to_spare() -> Variant {
    Variant {
        design: "hidden_words = 3000\noutput_words = 700\nmax_width = 100\nwatchdog = true\n",
        ..variant(16, 4, 16, &[64, 33, 17, 15, 11])
    }
}
/// Every number of lanes with every pair of extreme widths.
pub fn lanes_and_widths() -> Vec<Variant> {
    let mut all = vec![];
    for lanes in [1, 2, 4, 8, 16, 32, 64] {
        for (hidden_bits, output_bits) in [(4, 8), (4, 16), (12, 8), (12, 16)] {
            all.push(variant(lanes, hidden_bits, output_bits, &[37, lanes + 1, 10]));
        }
    }
    all
}
