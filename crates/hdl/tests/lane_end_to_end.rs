//! One lane alone, of several pairs of weight widths from one Rust type: its simulation against its Verilog, cycle by
//! cycle; and what Verilator and Yosys make of that Verilog.
mod common;
mod support;

use common::{Cycle, Replay};
use drtp_core::{BankStyle, Design};
use drtp_hdl::lane::Lane;
use drtp_hdl::num::Num;
use rust_hdl::prelude::*;
use support::{cycle, lint, ports, print, yosys, Ports, Random, Window};

/// Hidden and output weights: narrow, the default, the widest, and a pair that no power of two suits.
const WIDTHS: [(usize, usize); 5] = [(4, 8), (8, 12), (12, 16), (5, 9), (12, 8)];

// The output, and a look inside: a sum of products would hide a weight that is written wrong and overwritten.
ports!(Lane, [
    read, read_word, read_output, select_output, take, teach, teach_some, teach_negative, update, u, limit_output,
    write_word, write_output, x, accumulate, fresh, capture, shift, drain_in, store, store_output, store_word,
    store_weight
] => [drain_out, changed.q, hidden_bank.rd, output_bank.rd]);

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
        counters: true,
        stream_bits: 8,
        learning: true,
        bank_style: BankStyle::Inferred,
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
    random: Random,
    cycles: Vec<Cycle>,
    /// Every word has been written and a word of each bank read: nothing undefined is left.
    known: bool,
    words: [usize; 2],
    weight_bits: [usize; 2],
}
impl Bench {
    fn cycle(&mut self, pins: &[(&str, u64)]) {
        let inputs = self.lane.inputs();
        let mut all = Pins(inputs.clone(), vec![0; inputs.len()]);
        pins.iter().for_each(|(name, value)| all.set(name, *value));
        self.lane.set(&all.1);
        let mut c = cycle(&mut self.lane, |l| l.clk.next = Clock { clk: true });
        c.inputs.push(self.known.into());
        if !self.known {
            // the Verilog's banks start undefined
            c.outputs[2] = 0;
            c.outputs[3] = 0;
        }
        self.cycles.push(c);
    }
    fn weight(&mut self, layer: usize) -> u64 {
        let bits = self.weight_bits[layer];
        let max = (1i64 << (bits - 1)) - 1;
        // at or near the limits half of the time: the clamp must work
        let near = self.random.bits(3) as i64;
        match self.random.bits(2) {
            0 => (max - near) as u64,
            1 => (near - max) as u64,
            // sign-extended, as the initial weights come
            _ => Num::<true>::new(self.random.bits(bits) as i64, bits).raw() as u64,
        }
    }
    /// Every word of both banks, through `store`.
    fn fill(&mut self) {
        for layer in 0..2 {
            for word in 0..self.words[layer] {
                let weight = self.weight(layer);
                self.cycle(&[
                    ("store_output", layer as u64),
                    ("store", 1),
                    ("store_word", word as u64),
                    ("store_weight", weight),
                ]);
            }
        }
        for layer in 0..2 {
            self.cycle(&[("read_output", layer), ("read", 1)]);
        }
        self.known = true;
        // and past the registers behind the banks
        (0..4).for_each(|_| self.cycle(&[]));
    }
    /// `layers`: whose bank is read, selected, limits the update, is written and stored to; each its own, since events
    /// of two layers follow each other without a gap.
    fn random_cycle(&mut self, layers: [usize; 5]) {
        let r = &mut self.random;
        let [reads, selects, limits, writes, stores] = layers;
        let read_word = r.below(self.words[reads]);
        // INVARIANT: no word is read and written in one cycle
        let mut elsewhere = |bank: usize| match (bank == reads, r.below(self.words[bank])) {
            (true, word) if word == read_word => (word + 1) % self.words[bank],
            (_, word) => word,
        };
        let (write_word, store_word) = (elsewhere(writes), elsewhere(stores));
        let pins = [
            ("read_output", reads as u64),
            ("select_output", selects as u64),
            ("limit_output", limits as u64),
            ("write_output", writes as u64),
            ("store_output", stores as u64),
            ("read", r.often(12).into()),
            ("read_word", read_word as u64),
            ("take", r.often(4).into()),
            ("teach", r.often(4).into()),
            ("teach_some", r.often(12).into()),
            ("teach_negative", r.bits(1)),
            ("update", r.often(12).into()),
            ("u", r.edgy(8)),
            ("write_word", write_word as u64),
            ("x", r.edgy(8)),
            ("accumulate", r.often(12).into()),
            ("fresh", r.often(1).into()),
            ("capture", r.often(6).into()),
            ("shift", r.often(4).into()),
            ("drain_in", r.bits(40)),
            ("store", r.often(1).into()),
            ("store_word", store_word as u64),
        ];
        let weight = self.weight(stores);
        self.cycle(&[&pins[..], &[("store_weight", weight)]].concat());
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
        words: [design.hidden_words, design.output_words],
        weight_bits: [hidden_bits, output_bits],
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
    // what the banks hold in the end; the first two cycles let the last write pass
    for layer in 0..2 {
        (0..2).for_each(|_| bench.cycle(&[("write_output", layer as u64)]));
        for word in 0..bench.words[layer] {
            bench.cycle(&[("read_output", layer as u64), ("read", 1), ("read_word", word as u64)]);
        }
    }
    bench.cycle(&[]);
    assert_eq!((bench.lane.hidden_bank.hazard(), bench.lane.output_bank.hazard()), (None, None));

    let (mut inputs, outputs) = (bench.lane.inputs(), bench.lane.outputs());
    let zero = |bits: usize, net: &str| format!("known ? dut.{net} : {bits}'d0");
    let (hidden, output) = (zero(hidden_bits, "hidden_bank_rd"), zero(output_bits, "output_bank_rd"));
    let window = Window {
        inner: "lane",
        extra: &[("known", 1)],
        text: "",
        shown: &[("changed_q", "dut.writes"), ("hidden_bank_rd", &hidden), ("output_bank_rd", &output)],
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
