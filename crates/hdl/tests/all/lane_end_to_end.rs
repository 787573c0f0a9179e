//! One lane alone, of several pairs of weight widths from one Rust type: its simulation against its Verilog, cycle by
//! cycle; and what Verilator and Yosys make of that Verilog.

use crate::common::{Cycle, Replay};
use crate::support::{cycle, lint, ports, print, yosys, Ports, Random, Window};
use drtp_core::{BankStyle, Design};
use drtp_hdl::lane::Lane;
use drtp_hdl::num::Num;
use rust_hdl::prelude::*;

/// Hidden and output weights: narrow, the default, the widest, and a pair that no power of two suits.
const WIDTHS: [(usize, usize); 5] = [(4, 8), (8, 12), (12, 16), (5, 9), (12, 8)];

// The output, and a look inside: a sum of products would hide a weight that is written wrong and overwritten.
ports!(Lane, [
    rst, read_hidden, read_output, read_word, load_hidden, load_output, take, teach, teach_some, teach_negative,
    select_output, update, blank, store, u, moves, edge_output, limit_output, write_word, x, capture, clear, shift,
    drain_in
] => [drain_out, writes, saturates, hidden_bank.rd, output_bank.rd]);

fn design(hidden_bits: usize, output_bits: usize) -> Design {
    // depths that are no powers of two: an address has room for words that do not exist
    Design {
        lanes: 1,
        hidden_bits,
        output_bits,
        hidden_words: 300,
        output_words: 37,
        max_layers: 2,
        max_width: 60,
        max_hidden: 60,
        counters: true,
        stream_bits: 8,
        input_pages: 2,
        learning: true,
        fixed_network: false,
        bank_style: BankStyle::Inferred,
        watchdog: false,
    }
}

/// One input of the lane by its name.
struct Pins(Vec<(&'static str, usize)>, Vec<u64>);
impl Pins {
    fn set(&mut self, name: &str, value: u64) {
        let at = self.0.iter().position(|p| p.0 == name).expect(name);
        self.1[at] = value & (!0 >> (64 - self.0[at].1));
    }
}

struct Bench {
    lane: Lane,
    design: Design,
    random: Random,
    cycles: Vec<Cycle>,
    /// Every word has been written and a word of each bank read: nothing undefined is left.
    known: bool,
    /// The bank of which a word was read in the cycle before.
    fetched: Option<usize>,
}
impl Bench {
    fn words(&self, layer: usize) -> usize {
        [self.design.hidden_words, self.design.output_words][layer]
    }
    fn cycle(&mut self, pins: &[(&str, u64)]) {
        let inputs = self.lane.inputs();
        let mut all = Pins(inputs.clone(), vec![0; inputs.len()]);
        pins.iter().for_each(|(name, value)| all.set(name, *value));
        // a word that was read comes out of its bank in the next cycle
        if let Some(bank) = self.fetched {
            all.set(["load_hidden", "load_output"][bank], 1);
        }
        self.fetched = ["read_hidden", "read_output"].iter().position(|p| pins.contains(&(p, 1)));
        self.lane.set(&all.1);
        let mut c = cycle(&mut self.lane, |l| l.clk.next = Clock { clk: true });
        c.inputs.push(self.known.into());
        if !self.known {
            // the Verilog's banks start undefined
            c.outputs[3] = 0;
            c.outputs[4] = 0;
        }
        self.cycles.push(c);
    }
    /// A weight, moved up as the lanes carry it.
    fn weight(&mut self, layer: usize) -> u64 {
        let bits = [self.design.hidden_bits, self.design.output_bits][layer];
        let max = (1i64 << (bits - 1)) - 1;
        // at or near the limits half of the time: the clamp must work
        let near = self.random.bits(3) as i64;
        let weight = match self.random.bits(2) {
            0 => max - near,
            1 => near - max,
            _ => Num::<true>::new(self.random.bits(bits) as i64, bits).raw().max(-max),
        };
        (weight << self.design.weight_gap(layer == 1)) as u64
    }
    /// Every word of both banks, each on the way of an update: four stages.
    fn fill(&mut self) {
        let all: Vec<(u64, u64)> =
            (0..2).flat_map(|layer| (0..self.words(layer)).map(move |w| (layer as u64, w as u64))).collect();
        let at = |n: usize, back: usize| n.checked_sub(back).and_then(|n| all.get(n)).copied();
        for n in 0..all.len() + 3 {
            let weight = at(n, 1).map_or(0, |(layer, _)| self.weight(layer as usize));
            self.cycle(&[
                ("blank", 1),
                ("store", at(n, 0).is_some().into()),
                ("u", weight),
                ("moves", at(n, 1).is_some().into()),
                ("limit_output", at(n, 2).map_or(0, |w| w.0)),
                ("write_word", at(n, 3).map_or(0, |w| w.1)),
            ]);
        }
        self.cycle(&[("blank", 1), ("read_hidden", 1)]);
        self.cycle(&[("blank", 1), ("read_output", 1)]);
        (0..2).for_each(|_| self.cycle(&[("blank", 1)]));
        self.known = true;
    }
    /// `layers`: whose bank is read, selected, has its edge looked at, limits the update, is written; each its own, since
    /// events of two layers follow each other without a gap.
    fn random_cycle(&mut self, layers: [usize; 5]) {
        let words = [self.words(0), self.words(1)];
        let gap = self.design.weight_gap(layers[2] == 1);
        let r = &mut self.random;
        let [reads, selects, edges, limits, writes] = layers;
        let read_word = r.below(words[reads]);
        // INVARIANT: no word is read and written in one cycle
        let write_word = match (writes == reads, r.below(words[writes])) {
            (true, word) if word == read_word => (word + 1) % words[writes],
            (_, word) => word,
        };
        let u = Num::<true>::new(r.edgy(8) as i64, 8).raw() << gap;
        let pins = [
            ("rst", u64::from(r.bits(9) == 0)),
            (["read_hidden", "read_output"][reads], r.often(12).into()),
            ("read_word", read_word as u64),
            ("take", r.often(4).into()),
            ("teach", r.often(4).into()),
            ("teach_some", r.often(12).into()),
            ("teach_negative", r.bits(1)),
            ("select_output", selects as u64),
            ("blank", u64::from(r.bits(3) == 0)),
            ("update", r.often(12).into()),
            ("u", u as u64),
            ("moves", u64::from(u != 0)),
            ("edge_output", edges as u64),
            ("limit_output", limits as u64),
            ("write_word", write_word as u64),
            ("x", r.edgy(8)),
            ("capture", r.often(6).into()),
            ("clear", r.often(2).into()),
            ("shift", r.often(4).into()),
            ("drain_in", r.bits(40)),
        ];
        self.cycle(&pins);
    }
}

fn replay(hidden_bits: usize, output_bits: usize) {
    let design = design(hidden_bits, output_bits);
    let mut lane = Lane::new(&design);
    let text = print(&mut lane, "lane");
    let mut bench = Bench {
        lane,
        random: Random::new((hidden_bits * 100 + output_bits) as u64),
        cycles: vec![],
        known: false,
        fetched: None,
        design,
    };
    bench.fill();
    let mut layers = [0; 5];
    for _ in 0..12_000 {
        // a layer's flags come one stage after the other; now and then they differ
        layers.rotate_right(1);
        layers[0] = layers[1];
        if bench.random.bits(5) == 0 {
            layers[0] ^= 1;
        }
        bench.random_cycle(layers);
    }
    let changed = bench.cycles.iter().filter(|c| c.outputs[1] != 0).count();
    assert!(changed > 1000, "only {changed} weights changed");
    // what the banks hold in the end; the first cycles let the last write pass
    (0..4).for_each(|_| bench.cycle(&[]));
    for layer in 0..2 {
        for word in 0..bench.words(layer) {
            bench.cycle(&[(["read_hidden", "read_output"][layer], 1), ("read_word", word as u64)]);
        }
    }
    (0..3).for_each(|_| bench.cycle(&[]));
    assert_eq!((bench.lane.hidden_bank.hazard(), bench.lane.output_bank.hazard()), (None, None));

    let (mut inputs, outputs) = (bench.lane.inputs(), bench.lane.outputs());
    let zero = |bits: usize, net: &str| format!("known ? dut.{net} : {bits}'d0");
    let (hidden, output) = (zero(hidden_bits, "hidden_bank_rd"), zero(output_bits, "output_bank_rd"));
    let window = Window {
        inner: "lane",
        extra: &[("known", 1)],
        text: "",
        shown: &[("hidden_bank_rd", &hidden), ("output_bank_rd", &output)],
    };
    let text = text + &window.print(&inputs, &outputs);
    inputs.push(("known", 1));
    println!("weights of {hidden_bits} and {output_bits} bits");
    Replay { verilog: &text, top: Window::TOP, clock: Some("clk"), inputs: &inputs, outputs: &outputs }
        .must_agree(&bench.cycles);
}

#[test]
fn every_width_agrees_with_its_verilog() {
    WIDTHS.iter().for_each(|(hidden, output)| replay(*hidden, *output));
}
#[test]
fn verilator_finds_nothing_to_say() {
    for (hidden, output) in WIDTHS {
        lint(&print(&mut Lane::new(&design(hidden, output)), "lane"), "lane");
    }
}
#[test]
fn yosys_maps_one_multiplier_and_two_block_rams() {
    for (hidden, output) in WIDTHS {
        let text = print(&mut Lane::new(&design(hidden, output)), "lane");
        yosys(
            &text,
            &[
                "read_verilog design.v",
                "hierarchy -check -top lane",
                "proc",
                // before they are mapped to logic that no longer bears their name
                "select -assert-none t:$dlatch t:$adlatch t:$dlatchsr",
                "check -assert",
                "synth_ecp5 -top lane",
                "check -assert",
                "select -assert-none t:$_DLATCH_*",
                "select -assert-count 1 t:MULT18X18D",
                "select -assert-count 2 t:DP16KD",
                "select -assert-none t:TRELLIS_DPR16X4",
            ],
        );
    }
}
