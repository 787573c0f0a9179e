//! A design and a network that fit each other.
use crate::design::Design;
use crate::error::{ConfigErrors, Problem};
use crate::layout::Layout;
use crate::network::{Layer, Network, Nonlinearity, Projection, Rule, Seeds};
use crate::regs;
use serde::Serialize;

/// A checked configuration: the hardware, and the network that it starts with.
///
/// ```
/// use drtp_core::Config;
/// let config = Config::with_layers(16, &[64, 32, 10]).unwrap();
/// assert_eq!(config.design().hidden_words, 2 * 65); // two groups of 16 neurons, 64 inputs and a bias
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Config {
    design: Design,
    network: Network,
}

impl Config {
    /// Checks both, and that the network fits the design.
    ///
    /// # Errors
    /// Every problem found, with the keys of a configuration file.
    pub fn new(design: Design, network: Network) -> Result<Self, ConfigErrors> {
        let mut problems = design.problems();
        problems.extend(network.problems(&design));
        match problems.is_empty() {
            true => Ok(Self { design, network }),
            false => Err(ConfigErrors { source_name: None, problems }),
        }
    }
    /// Default settings for `lanes` lanes and the sizes `[inputs, hidden.., classes]`.
    ///
    /// # Errors
    /// As [`Config::new`]; fewer than two sizes are refused too.
    pub fn with_layers(lanes: usize, sizes: &[usize]) -> Result<Self, ConfigErrors> {
        let mut draft = crate::Draft::default();
        draft.set_lanes(lanes as i64);
        draft.set_layers(&sizes.iter().map(|s| *s as i64).collect::<Vec<_>>());
        draft.config()
    }
    /// The same network on hardware without room for others.
    ///
    /// ```
    /// let fitted = drtp_core::Config::with_layers(16, &[784, 128, 10])?.fitted();
    /// assert_eq!((fitted.design().max_layers, fitted.design().max_hidden), (2, 128));
    /// # Ok::<(), drtp_core::ConfigErrors>(())
    /// ```
    pub fn fitted(&self) -> Self {
        let network = self.network.clone();
        let (max_layers, max_hidden) = (network.depth(), network.widest_hidden());
        Self { design: Design { max_layers, max_hidden, ..self.design.clone() }, network }
    }
    /// The hardware.
    pub fn design(&self) -> &Design {
        &self.design
    }
    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }
    /// The same hardware with another network.
    ///
    /// # Errors
    /// Every reason why it does not fit; for hardware whose network is fixed, any difference but in the update shifts, or in
    /// what only learning needs where it does not learn.
    pub fn with_network(&self, network: Network) -> Result<Self, ConfigErrors> {
        // what the hardware could tell apart: registers that have the network built in
        let built_in = |n: &Network| -> Vec<(u16, u32)> {
            regs::writes(&self.design, n).into_iter().filter(|(offset, _)| !regs::is_shift(*offset)).collect()
        };
        if self.design.fixed_network && built_in(&network) != built_in(&self.network) {
            let message = "this hardware has its network built in (design.fixed_network)";
            let problems = vec![Problem::new("network", message, "other update shifts alone")];
            return Err(ConfigErrors { source_name: None, problems });
        }
        Self::new(self.design.clone(), network)
    }
    /// The configuration as a file that [`crate::Draft::parse`] reads back to the same.
    ///
    /// ```
    /// use drtp_core::{Config, Draft};
    /// let config = Config::with_layers(4, &[9, 5, 3])?;
    /// assert_eq!(Draft::parse("config.toml", &config.to_toml())?.config()?, config);
    /// # Ok::<(), drtp_core::ConfigErrors>(())
    /// ```
    pub fn to_toml(&self) -> String {
        let (d, n) = (&self.design, &self.network);
        let mut out = format!(
            "[design]\nlanes = {}\nhidden_bits = {}\noutput_bits = {}\nhidden_words = {}\noutput_words = {}\n\
            max_layers = {}\nmax_width = {}\nmax_hidden = {}\ncounters = {}\nstream_bits = {}\n\
            input_pages = {}\nlearning = {}\nfixed_network = {}\nbank_style = \"{}\"\nwatchdog = {}\n\n[network]\ninputs = {}\nrule = \"{}\"\nactivation = \"{}\"\n\
            projection = \"{}\"\ndead_zone = {}\nmargin = {}\n",
            d.lanes,
            d.hidden_bits,
            d.output_bits,
            d.hidden_words,
            d.output_words,
            d.max_layers,
            d.max_width,
            d.max_hidden,
            d.counters,
            d.stream_bits,
            d.input_pages,
            d.learning,
            d.fixed_network,
            d.bank_style.name(),
            d.watchdog,
            n.inputs,
            n.rule.name(),
            n.activation.name(),
            n.projection.name(),
            n.dead_zone,
            n.margin
        );
        for l in &n.layers {
            out += &format!(
                "\n[[network.layer]]\nsize = {}\nwf = {}\nshift = {}\ninit_bits = {}\n",
                l.size, l.wf, l.shift, l.init_bits
            );
        }
        let s = n.seeds;
        out + &format!("\n[seeds]\ninit = {}\nprojection = {}\nnoise = {}\n", s.init, s.projection, s.noise)
    }
    /// The address map.
    pub fn layout(&self) -> Layout {
        Layout::new(self.design.lanes, &self.network)
    }
}

/// The recommended network for these sizes: contrastive, hard tanh, binary B, dead zone 64, margin 128.
pub(crate) fn default_network(sizes: &[usize], hidden_bits: usize) -> Network {
    let (inputs, rest) = (sizes[0], &sizes[1..]);
    let layers = rest.iter().enumerate().map(|(k, size)| match k + 1 == rest.len() {
        true => Layer::output(*size),
        false => Layer::hidden(*size, sizes[k], hidden_bits),
    });
    Network {
        inputs,
        layers: layers.collect(),
        rule: Rule::Contrastive,
        activation: Nonlinearity::HardTanh,
        projection: Projection::Binary,
        dead_zone: 64,
        margin: 128,
        seeds: Seeds { init: 0x1234_5678, projection: 0x2468_ACE1, noise: 0x0BAD_CAFE },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the hardware cannot tell apart is no difference.
    #[test]
    fn a_network_that_is_built_in_takes_what_its_registers_would() {
        let of = |learning: bool| {
            let config = Config::with_layers(2, &[4, 3, 2]).expect("a small network");
            let design = Design { learning, fixed_network: true, ..config.design().clone() };
            Config::new(design, config.network().clone()).expect("as before")
        };
        let (learns, classifies) = (of(true), of(false));
        let mut shifted = learns.network().clone();
        shifted.layers[0].shift += 1;
        assert!(learns.with_network(shifted.clone()).is_ok() && classifies.with_network(shifted).is_ok());
        let seeds = Network { seeds: Seeds { noise: 5, ..learns.network().seeds }, ..learns.network().clone() };
        assert!(learns.with_network(seeds.clone()).is_err(), "a seed is built in");
        assert!(classifies.with_network(seeds).is_ok(), "no register has it");
        let mut scaled = learns.network().clone();
        scaled.layers[0].wf -= 1;
        assert!(learns.with_network(scaled.clone()).is_err() && classifies.with_network(scaled).is_err());
    }
}
