//! What is fixed when hardware is generated, and every width and depth that follows from it.
use crate::error::Problem;
use crate::fixed::{address_bits, signed_bits, unsigned_bits, WeightFormat, ACTIVATION_BITS};
use serde::{Deserialize, Serialize};

/// Generation-time choices of one accelerator.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// MAC units L: a power of two, 1 to 64. A group of L neurons is computed at once.
    pub lanes: usize,
    /// Width of hidden weights, 4 to 12.
    pub hidden_bits: usize,
    /// Width of output weights, 8 to 16.
    pub output_bits: usize,
    /// Words of a lane's hidden bank.
    pub hidden_words: usize,
    /// Words of a lane's output bank.
    pub output_words: usize,
    /// Layers at the most, 1 to 4.
    pub max_layers: usize,
    /// Largest number of inputs or hidden neurons.
    pub max_width: usize,
    /// Largest number of hidden neurons of a layer: at most `max_width`. What is kept of hidden layers has this size.
    pub max_hidden: usize,
    /// Whether the 64-bit counters are built.
    pub counters: bool,
    /// Width of the input stream: 8 or 32.
    pub stream_bits: usize,
    /// Pages of the list of inputs that are or were not zero. With 2 a frame comes in while the one before is visited;
    /// with 1, which takes half the memory, it waits until the first layer of that pass has been issued.
    pub input_pages: usize,
    /// Whether it learns. Without, it classifies in the same way with weights that the bus brings: the baseline for what
    /// learning costs.
    pub learning: bool,
    /// Whether the network is fixed with the hardware: its settings can be read, but of them only the update shifts, which
    /// training raises, can be written. It takes much less logic.
    pub fixed_network: bool,
    /// What the weight banks are made of.
    pub bank_style: BankStyle,
    /// Whether a core that comes to no end within [`Self::watchdog_cycles`] starts again by itself, and says so.
    #[serde(default)]
    pub watchdog: bool,
}

/// What the memories of a core are in the emitted Verilog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankStyle {
    /// Written so that tools infer block RAM.
    #[default]
    Inferred,
    /// Modules with ports and nothing inside, for an ASIC's SRAM macros; models of their behaviour in a file beside.
    Blackbox,
    /// All weights in the four single-port memories of an iCE40 UP5K, two hidden weights a word; the rest is inferred.
    Spram,
    /// Block RAM and multipliers of a Lattice ECP5 with their own registers, which tools do not infer.
    Ecp5,
}

impl BankStyle {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Inferred, Self::Blackbox, Self::Spram, Self::Ecp5];
    /// As a configuration file says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Blackbox => "blackbox",
            Self::Spram => "spram",
            Self::Ecp5 => "ecp5",
        }
    }
}

impl Design {
    /// Largest bank: what 24 address bits of the weight window can name.
    pub const MAX_WORDS: usize = 1 << 24;
    /// Words of a single-port memory of an iCE40 UP5K.
    pub const SPRAM_WORDS: usize = 1 << 14;
    /// Classes `N_K` at the most.
    pub const MAX_CLASSES: usize = 128;
    /// Largest width of a layer.
    pub const MAX_WIDTH: usize = 65535;

    /// Everything that keeps this design from being generated, as keys of a configuration file.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = vec![];
        if !self.lanes.is_power_of_two() || self.lanes > 64 {
            let message = format!("{} lanes", self.lanes);
            out.push(Problem::new("design.lanes", message, "1, 2, 4, 8, 16, 32 or 64"));
        }
        out.extend(Problem::range("design.hidden_bits", self.hidden_bits as i64, 4..=12));
        out.extend(Problem::range("design.output_bits", self.output_bits as i64, 8..=16));
        out.extend(Problem::range("design.hidden_words", self.hidden_words as i64, 1..=Self::MAX_WORDS as i64));
        out.extend(Problem::range("design.output_words", self.output_words as i64, 1..=Self::MAX_WORDS as i64));
        out.extend(Problem::range("design.max_layers", self.max_layers as i64, 1..=4));
        out.extend(Problem::range("design.max_width", self.max_width as i64, 1..=Self::MAX_WIDTH as i64));
        if out.is_empty() {
            out.extend(Problem::range("design.max_hidden", self.max_hidden as i64, 1..=self.max_width as i64));
        }
        out.extend(Problem::range("design.input_pages", self.input_pages as i64, 1..=2));
        if ![8, 32].contains(&self.stream_bits) {
            let message = format!("a stream of {} bits", self.stream_bits);
            out.push(Problem::new("design.stream_bits", message, "8 or 32"));
        }
        if self.pairs() {
            out.extend(self.spram_problems());
        }
        if out.is_empty() && self.acc_bits() > 32 {
            let message = format!("accumulators would need {} bits, 32 at the most", self.acc_bits());
            out.push(Problem::new("design.max_width", message, "fewer inputs or narrower weights"));
        }
        out
    }

    /// What keeps two neurons from sharing a word of a single-port memory.
    fn spram_problems(&self) -> Vec<Problem> {
        let style = |message: String, accepted: &str| Problem::new("design.bank_style", message, accepted);
        let mut out = vec![];
        if self.lanes < 2 {
            out.push(style("spram serves two lanes with one memory".into(), "design.lanes of 2 and more"));
        }
        if self.hidden_bits > 8 {
            let message = format!("spram holds two hidden weights of {} bits in a word of 16", self.hidden_bits);
            out.push(style(message, "design.hidden_bits of 8 at the most"));
        }
        let need = self.hidden_words.saturating_add(2 << self.spram_half_bit());
        if need > Self::SPRAM_WORDS {
            let message = format!(
                "spram has {} words: {} hidden ones, and {} for two output weights each at {} words, rounded up to a \
                 power of two, do not fit",
                Self::SPRAM_WORDS,
                self.hidden_words,
                2 << self.spram_half_bit(),
                self.output_words
            );
            out.push(style(message, "more lanes or a smaller network"));
        }
        out
    }
    /// Whether two neurons share a memory and a multiplier.
    pub fn pairs(&self) -> bool {
        self.bank_style == BankStyle::Spram
    }
    /// Multipliers: one for each lane, or for each pair of them.
    pub fn multipliers(&self) -> usize {
        if self.pairs() {
            self.lanes / 2
        } else {
            self.lanes
        }
    }
    /// The address bit of a single-port memory that tells the output weights of a pair's second neuron from those of its
    /// first. Both lie in the topmost words, hidden weights in the lowest.
    pub fn spram_half_bit(&self) -> usize {
        address_bits(self.output_words)
    }
    /// Where the output weights begin in a single-port memory.
    pub fn spram_output_base(&self) -> usize {
        Self::SPRAM_WORDS.saturating_sub(2 << self.spram_half_bit())
    }
    /// Bytes of a beat of the input stream.
    pub fn stream_bytes(&self) -> usize {
        self.stream_bits / 8
    }
    /// Width of the widest weight: what a lane's datapath carries.
    pub fn weight_bits(&self) -> usize {
        self.hidden_bits.max(self.output_bits)
    }
    /// Places that a lane shifts up the weights of a layer, so that hidden and output weights overflow at one bit.
    pub fn weight_gap(&self, output: bool) -> usize {
        self.weight_bits() - if output { self.output_bits } else { self.hidden_bits }
    }
    /// Width of an update in a lane: shifted up like the weights, and as wide as a weight that is written through it.
    pub fn update_bits(&self) -> usize {
        let gap = self.weight_gap(false).max(self.weight_gap(true));
        (ACTIVATION_BITS + gap).max(self.weight_bits())
    }
    /// Width of an accumulator: `|z| <= Wmax (128 max_width + 127)`, so it cannot overflow.
    pub fn acc_bits(&self) -> usize {
        let heaviest = WeightFormat { bits: self.weight_bits() as u32, frac: 0 }.max() as u64;
        signed_bits(heaviest * (128 * self.max_width as u64 + 127))
    }
    /// Address of a word of the larger bank.
    pub fn word_bits(&self) -> usize {
        address_bits(self.hidden_words.max(self.output_words))
    }
    /// Number of a lane.
    pub fn lane_bits(&self) -> usize {
        address_bits(self.lanes)
    }
    /// A layer's size, as a value.
    pub fn size_bits(&self) -> usize {
        unsigned_bits(self.max_width.max(Self::MAX_CLASSES))
    }
    /// Index of an input, the bias included; at least the place of a byte in a beat.
    pub fn index_bits(&self) -> usize {
        unsigned_bits(self.max_width).max(self.stream_bytes() / 2)
    }
    /// Place in a list of events, the bias excluded.
    pub fn list_addr_bits(&self) -> usize {
        address_bits(self.max_width)
    }
    /// Address in the list of inputs that are or were not zero, its page included.
    pub fn any_addr_bits(&self) -> usize {
        self.list_addr_bits() + self.input_pages - 1
    }
    /// Place in a list of hidden events.
    pub fn hidden_list_addr_bits(&self) -> usize {
        address_bits(self.max_hidden)
    }
    /// Address of an output of a hidden layer, all layers one after the other.
    pub fn hidden_addr_bits(&self) -> usize {
        address_bits(((self.max_layers - 1) * self.max_hidden).max(1))
    }
    /// Lanes that share one word of pending errors: at most 16, so that a word has at most 32 bits.
    pub fn slice(&self) -> usize {
        self.lanes.min(16)
    }
    /// Slices of a group.
    pub fn slices(&self) -> usize {
        self.lanes / self.slice()
    }
    /// Words of pending errors, two bits a neuron: one word for each slice of neurons of each layer.
    pub fn pending_words(&self) -> usize {
        let words = |neurons: usize| neurons.div_ceil(self.slice());
        (self.max_layers - 1) * words(self.max_hidden) + words(Self::MAX_CLASSES)
    }
    /// Address of a word of pending errors.
    pub fn pending_addr_bits(&self) -> usize {
        address_bits(self.pending_words())
    }
    /// Cycles without rest after which a watchdog restarts the core: a power of two, and more than twice what the
    /// [longest pass or init](crate::cycles::longest) of any network takes.
    pub fn watchdog_cycles(&self) -> u64 {
        1 << self.watchdog_bits()
    }
    /// Bits that count so far.
    pub fn watchdog_bits(&self) -> usize {
        (2 * crate::cycles::longest(self)).ilog2() as usize + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> Design {
        Design {
            lanes: 16,
            hidden_bits: 8,
            output_bits: 12,
            hidden_words: 8 * 785,
            output_words: 129,
            max_layers: 2,
            max_width: 784,
            max_hidden: 784,
            counters: true,
            stream_bits: 8,
            input_pages: 2,
            learning: true,
            fixed_network: false,
            bank_style: BankStyle::Inferred,
            watchdog: false,
        }
    }
    #[test]
    fn reference_design_derives_its_widths() {
        let d = reference();
        assert!(d.problems().is_empty());
        assert_eq!((d.weight_bits(), d.acc_bits(), d.word_bits(), d.size_bits()), (12, 29, 13, 10));
        assert_eq!((d.slice(), d.slices(), d.pending_words()), (16, 1, 49 + 8));
    }
    #[test]
    fn every_width_of_two_designs_by_hand() {
        let widths = |d: &Design| {
            [
                ("stream_bytes", d.stream_bytes()),
                ("weight_bits", d.weight_bits()),
                ("gap of hidden weights", d.weight_gap(false)),
                ("gap of output weights", d.weight_gap(true)),
                ("update_bits", d.update_bits()),
                ("acc_bits", d.acc_bits()),
                ("word_bits", d.word_bits()),
                ("lane_bits", d.lane_bits()),
                ("size_bits", d.size_bits()),
                ("index_bits", d.index_bits()),
                ("list_addr_bits", d.list_addr_bits()),
                ("any_addr_bits", d.any_addr_bits()),
                ("hidden_list_addr_bits", d.hidden_list_addr_bits()),
                ("hidden_addr_bits", d.hidden_addr_bits()),
                ("slice", d.slice()),
                ("slices", d.slices()),
                ("pending_words", d.pending_words()),
                ("pending_addr_bits", d.pending_addr_bits()),
                ("multipliers", d.multipliers()),
            ]
        };
        let wide = Design {
            lanes: 64,
            hidden_bits: 10,
            max_layers: 4,
            max_hidden: 100,
            stream_bits: 32,
            input_pages: 1,
            ..reference()
        };
        let expected = [
            // 32 bits of a beat; hidden weights are shifted up by two places
            [1, 4],
            [12, 12],
            [4, 2],
            [0, 0],
            // an activation of 8 bits shifted up by the gap, at least a weight
            [12, 12],
            // 2047 (128 * 784 + 127) = 205,680,283 < 2^28, and a sign
            [29, 29],
            // 6,280 words
            [13, 13],
            [4, 6],
            // 784 as a value
            [10, 10],
            [10, 10],
            // places 0 to 783, on two pages or one
            [10, 10],
            [11, 10],
            // places 0 to 783, and 0 to 99; one hidden layer of 784, three of 100
            [10, 7],
            [10, 9],
            [16, 16],
            [1, 4],
            // 49 of the hidden layer and 8 of 128 classes; 3 times 7 of hidden layers and 8
            [57, 29],
            [6, 5],
            [16, 64],
        ];
        for (k, both) in widths(&reference()).into_iter().zip(widths(&wide)).enumerate() {
            let ((name, first), (_, second)) = both;
            assert_eq!([first, second], expected[k], "{name}");
        }
    }
    #[test]
    fn single_port_memories_of_pairs_hold_what_fits() {
        let pairs = |hidden_words, output_words| Design {
            bank_style: BankStyle::Spram,
            lanes: 4,
            hidden_words,
            output_words,
            max_width: 300,
            max_hidden: 64,
            ..reference()
        };
        let d = pairs(1000, 100);
        // 100 words take 7 bits of address; two neurons' output weights lie in the topmost 2 * 128
        assert_eq!((d.multipliers(), d.spram_half_bit(), d.spram_output_base()), (2, 7, Design::SPRAM_WORDS - 256));
        let room = Design::SPRAM_WORDS - 256;
        let fits = |d: &Design| !d.problems().iter().any(|p| p.message.contains("do not fit"));
        assert!(fits(&pairs(room, 100)) && !fits(&pairs(room + 1, 100)));
        let one = Design { lanes: 1, ..pairs(100, 100) };
        assert!(!one.problems().is_empty(), "a lane alone is no pair");
    }
    #[test]
    fn accumulator_holds_the_extremes() {
        for (bits, width) in [(8, 1), (12, 784), (16, 500)] {
            let d = Design { output_bits: bits, max_width: width, max_hidden: 1, ..reference() };
            let worst = ((1i64 << (d.weight_bits() - 1)) - 1) * (128 * width as i64 + 127);
            assert!(worst < 1 << (d.acc_bits() - 1));
        }
    }
    #[test]
    fn each_bad_choice_is_named() {
        let bad = [
            (Design { lanes: 3, ..reference() }, "design.lanes"),
            (Design { lanes: 0, ..reference() }, "design.lanes"),
            (Design { lanes: 128, ..reference() }, "design.lanes"),
            (Design { hidden_bits: 3, ..reference() }, "design.hidden_bits"),
            (Design { output_bits: 17, ..reference() }, "design.output_bits"),
            (Design { hidden_words: 0, ..reference() }, "design.hidden_words"),
            (Design { output_words: 0, ..reference() }, "design.output_words"),
            (Design { max_layers: 5, ..reference() }, "design.max_layers"),
            (Design { max_width: 0, ..reference() }, "design.max_width"),
            (Design { max_hidden: 0, ..reference() }, "design.max_hidden"),
            (Design { max_hidden: 785, ..reference() }, "design.max_hidden"),
            (Design { input_pages: 3, ..reference() }, "design.input_pages"),
            (Design { stream_bits: 16, ..reference() }, "design.stream_bits"),
            (Design { output_bits: 16, max_width: 1024, ..reference() }, "design.max_width"),
        ];
        for (design, path) in bad {
            let found = design.problems();
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].path, path);
        }
    }
}
