//! Options that several commands share.
use crate::error::CliError;
use crate::files;
use clap::{Args, ValueEnum};
use drtp::core::draft::Training;
use drtp::core::{BankStyle, Config, Draft, Rule, Seeds};
use drtp::data::{DataError, Dataset, Edges, Split};
use drtp::engine::EngineKind;
use drtp::synth::BoardName;
use std::path::PathBuf;

/// The configuration without its seeds: a file, and options that replace what it says.
#[derive(Args, Clone)]
pub struct SizeArgs {
    /// Configuration file (TOML); without it, defaults.
    #[arg(long, value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    /// Sizes: inputs, hidden layers, classes. Each layer takes its default settings.
    #[arg(long, value_name = "N0,N1,..", value_delimiter = ',')]
    pub layers: Option<Vec<u32>>,
    /// MAC units: a power of two, 1 to 64.
    #[arg(long, value_name = "L")]
    pub lanes: Option<u32>,
}

/// The configuration.
#[derive(Args, Clone)]
pub struct ConfigArgs {
    #[command(flatten)]
    /// All but the seed.
    pub sizes: SizeArgs,
    /// Seed of initial weights, projection, noise and of the order of samples.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// Seed where none is given.
pub const DEFAULT_SEED: u64 = 1;

pub fn rule(text: &str) -> Result<Rule, String> {
    Rule::ALL.into_iter().find(|r| r.name() == text).ok_or_else(|| {
        let names: Vec<_> = Rule::ALL.iter().map(|r| r.name()).collect();
        format!("accepted: {}", names.join(", "))
    })
}

impl SizeArgs {
    /// File and options together. `usual` is the file where none is given; `seed` replaces a file's seeds.
    pub fn draft(&self, usual: &str, seed: Option<u64>) -> Result<Draft, CliError> {
        let mut draft = match &self.config {
            None => Draft::parse("default configuration", usual)?,
            Some(path) => Draft::parse(&path.display().to_string(), &files::read(path)?)?,
        };
        if let Some(layers) = &self.layers {
            if layers.len() < 2 {
                return Err(CliError::Usage("--layers: at least inputs and classes, such as 64,10".into()));
            }
            draft.set_layers(&layers.iter().map(|n| i64::from(*n)).collect::<Vec<_>>());
        }
        if let Some(lanes) = self.lanes {
            draft.set_lanes(i64::from(lanes));
        }
        // seeds of a file stay unless an option says otherwise
        if seed.is_some() || self.config.is_none() {
            draft.set_seed(seed.unwrap_or(DEFAULT_SEED));
        }
        Ok(draft)
    }
}

impl ConfigArgs {
    /// Whether a seed was given.
    pub fn has_seed(&self) -> bool {
        self.seed.is_some()
    }
    /// The seed of everything that is random.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(DEFAULT_SEED)
    }
    /// File and options together. `usual` is the file where none is given.
    pub fn draft(&self, usual: &str) -> Result<Draft, CliError> {
        self.sizes.draft(usual, self.seed)
    }
}

/// The rule, where a command trains one.
#[derive(Args, Clone)]
pub struct RuleArgs {
    /// Learning rule of the hidden layers: drtp, gated, contrastive or shallow.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    rule: Option<Rule>,
}

impl RuleArgs {
    /// The rule, if one was given.
    pub fn given(&self) -> Option<Rule> {
        self.rule
    }
    /// Replaces the rule, if one was given.
    pub fn apply(&self, draft: &mut Draft) {
        if let Some(rule) = self.rule {
            draft.set_rule(rule);
        }
    }
}

/// What kind of core: choices of the hardware that a network does not make.
#[derive(Args, Clone)]
pub struct DesignArgs {
    /// A core without learning hardware: it classifies in the same way, with weights that the bus brings.
    #[arg(long)]
    inference_only: bool,
    /// Hardware for this network alone: of its settings only the update shifts can be written. Much less logic.
    #[arg(long)]
    fixed_network: bool,
    /// Memories: inferred block RAM, blackbox (modules for an ASIC's SRAM macros, with models beside), spram (those of an
    /// iCE40 UP5K) or ecp5 (block RAM and multipliers of an ECP5 with their own registers).
    #[arg(long, value_name = "STYLE", value_parser = bank_style)]
    bank_style: Option<BankStyle>,
    /// Width of the input stream: 8 or 32.
    #[arg(long, value_name = "BITS")]
    stream_bits: Option<u32>,
}

fn bank_style(text: &str) -> Result<BankStyle, String> {
    BankStyle::ALL.into_iter().find(|s| s.name() == text).ok_or_else(|| {
        let names: Vec<_> = BankStyle::ALL.iter().map(|s| s.name()).collect();
        format!("accepted: {}", names.join(", "))
    })
}

impl DesignArgs {
    /// Replaces what was given.
    pub fn apply(&self, draft: &mut Draft) {
        if self.inference_only {
            draft.set_learning(false);
        }
        if self.fixed_network {
            draft.set_fixed_network(true);
        }
        if let Some(style) = self.bank_style {
            draft.set_bank_style(style);
        }
        if let Some(bits) = self.stream_bits {
            draft.set_stream_bits(i64::from(bits));
        }
    }
}

/// Boards; the names are the library's.
#[derive(Clone, Copy, ValueEnum)]
pub enum BoardArg {
    /// ULX3S with an ECP5-85F.
    Ulx3s,
    /// iCEBreaker, iCE40 UP5K.
    Icebreaker,
}

impl BoardArg {
    /// The library's.
    pub fn name(self) -> BoardName {
        match self {
            Self::Ulx3s => BoardName::Ulx3s,
            Self::Icebreaker => BoardName::Icebreaker,
        }
    }
}

/// The data: a folder of IDX files, or the shipped digits.
#[derive(Args, Clone, Default)]
pub struct DataArgs {
    /// Folder with the four IDX files of MNIST, Fashion-MNIST or the like (plain or .gz); without it, the shipped 8x8
    /// digits.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Fixed edge features in place of the pixels of square images: edges5 (288 inputs from 28x28) or edges3 (1352).
    #[arg(long, value_name = "EDGES", value_parser = edges)]
    pub features: Option<Edges>,
}

fn edges(text: &str) -> Result<Edges, String> {
    Edges::ALL.into_iter().find(|e| e.name() == text).ok_or_else(|| {
        let names: Vec<_> = Edges::ALL.iter().map(|e| e.name()).collect();
        format!("accepted: {}", names.join(", "))
    })
}

impl DataArgs {
    /// The configuration where none is given: that of the shipped digits is for them alone.
    pub fn usual(&self) -> &'static str {
        match self.data {
            Some(_) => "",
            None => DIGITS,
        }
    }
    /// Whether it is other data than the digits as they are.
    pub fn is_given(&self) -> bool {
        self.data.is_some() || self.features.is_some()
    }
    /// Training and test set as pixels; the digits are split by `seed`.
    pub fn pixels(&self, seed: u64) -> Result<Split, DataError> {
        match &self.data {
            Some(folder) => drtp::data::load_folder(folder),
            None => Ok(drtp::data::digits(seed)),
        }
    }
    /// What a network sees of them.
    pub fn seen(&self, pixels: Split) -> Result<Split, DataError> {
        match self.features {
            Some(edges) => Ok(Split { train: edges.of(&pixels.train)?, test: edges.of(&pixels.test)? }),
            None => Ok(pixels),
        }
    }
    /// Loads the data and checks that the network takes it.
    pub fn load_for(&self, config: &Config, seed: u64) -> Result<Split, CliError> {
        let split = self.seen(self.pixels(seed)?)?;
        fits(&split, config)?;
        Ok(split)
    }
}

/// Checks that a network takes the samples.
pub fn fits(split: &Split, config: &Config) -> Result<(), CliError> {
    let n = config.network();
    if split.train.inputs() != n.inputs {
        return Err(CliError::Usage(format!(
            "{}: samples of {} values, but the network has {} inputs (--layers {},..)",
            split.train.name(),
            split.train.inputs(),
            n.inputs,
            split.train.inputs()
        )));
    }
    let beyond = |set: &Dataset| set.targets().iter().position(|t| usize::from(*t) >= n.classes());
    match [&split.train, &split.test].into_iter().find_map(|set| Some((set, beyond(set)?))) {
        None => Ok(()),
        Some((set, at)) => Err(CliError::Usage(format!(
            "{}: sample {at} is of class {}, but the network has {} classes, from 0",
            set.name(),
            set.targets()[at],
            n.classes()
        ))),
    }
}

/// Software engines. The names are the library's.
#[derive(Clone, Copy, ValueEnum)]
pub enum EngineArg {
    /// Integer vector code that skips zeros.
    Fast,
    /// The oracle: plain loops, many times slower.
    Golden,
}

impl EngineArg {
    /// The library's.
    pub fn kind(self) -> EngineKind {
        match self {
            Self::Fast => EngineKind::Fast,
            Self::Golden => EngineKind::Golden,
        }
    }
}

/// Seeds as they stand in a report.
pub fn seeds_json(seed: u64, seeds: Seeds) -> serde_json::Value {
    serde_json::json!({ "seed": seed, "init": seeds.init, "projection": seeds.projection, "noise": seeds.noise })
}

/// The same in words. A configuration file's seeds are its own: then the seed is that of the order of samples alone.
pub fn seeds_text(seed: u64, seeds: Seeds) -> String {
    let Seeds { init, projection, noise } = seeds;
    match seeds == Seeds::from_seed(seed) {
        true => format!("seed {seed}"),
        false => format!(
            "seed {seed} of the order of samples, the configuration's seeds: init {init}, projection {projection}, noise \
             {noise}"
        ),
    }
}

/// Epochs that an option sets.
pub fn training(draft: &mut Draft, epochs: Option<u32>) -> Result<Training, CliError> {
    if let Some(epochs) = epochs {
        draft.set_epochs(i64::from(epochs));
    }
    Ok(draft.training()?)
}

/// The configuration for the shipped digits: a small set needs large steps that fall fast.
pub const DIGITS: &str = include_str!("digits.toml");
