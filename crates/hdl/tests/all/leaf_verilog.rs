//! Each leaf's native model against its Verilog text, under Icarus: exhaustive where the widths allow, else the ends of
//! the ranges and random values. A leaf is the one place where two descriptions of one thing are written by hand.

use crate::support::{compare, compare_but, cycle, edges, ports, print, Ports, Random, Window};
use drtp_core::{Config, Design};
use drtp_hdl::leaf::{
    Clamp, FloorShift, HiddenSigns, InitialWeight, Leap, Lower, Memory, Multiplier, NoiseField, OwedAdd, Pack, Pick,
    Raise, RegisterMap, Split, Spram, Tally, Unpack, FIELD_BITS,
};
use rust_hdl::prelude::*;

ports!(OwedAdd, [w, u, apply, negate] => [sum]);
ports!(Clamp, [sum, output_layer] => [result, above, below]);
ports!(Raise, [x] => [y]);
ports!(Lower, [x] => [y]);
ports!(NoiseField, [noise, shift] => [r]);
ports!(FloorShift, [z, shift] => [a]);
ports!(InitialWeight, [field, bits] => [weight]);
ports!(Leap, [state] => [after]);
ports!(HiddenSigns, [target, rival, ternary, contrast, derivative] => [some, negative]);
ports!(Multiplier, [rst, a, b] => [p]);
ports!(Pick, [present, previous, waiting] => [some, byte_at, x, x_previous, rest]);
ports!(RegisterMap, [data, address] => [meets, found, quiet_only, takes_all, asks]);
ports!(Split, [word] => [low, high]);
ports!(Unpack, [word, whole, second] => [weight]);
ports!(Pack, [last, first, whole] => [word]);
ports!(Spram, [at, re, oe, we, low, high, wd] => [rd]);
ports!(Memory<true>, [re, ra, oe, we, wa, wd] => [rd]);
ports!(Memory<false>, [re, ra, oe, we, wa, wd] => [rd]);

/// Every combination of values of these widths.
fn all(widths: &[usize]) -> impl Iterator<Item = Vec<u64>> + '_ {
    let total: usize = widths.iter().sum();
    (0..1u64 << total).map(move |mut code| {
        let take = |width: &usize| {
            let value = code & ((1 << width) - 1);
            code >>= width;
            value
        };
        widths.iter().map(take).collect()
    })
}
/// Every combination of these values.
fn product(values: &[Vec<u64>]) -> impl Iterator<Item = Vec<u64>> + '_ {
    (0..values.iter().map(Vec::len).product()).map(move |mut code: usize| {
        let take = |v: &Vec<u64>| {
            let value = v[code % v.len()];
            code /= v.len();
            value
        };
        values.iter().map(take).collect()
    })
}
fn numbers(end: u64) -> Vec<u64> {
    (0..end).collect()
}

/// A design with weights of these widths.
fn design(hidden_bits: usize, output_bits: usize) -> Design {
    let config = Config::with_layers(4, &[4, 4, 2]).expect("a small core");
    Design { hidden_bits, output_bits, ..config.design().clone() }
}

#[test]
fn owed_add_of_every_weight_and_update() {
    assert_eq!(compare(OwedAdd::new(8, 8), all(&[8, 8, 1, 1])), 1 << 18);
    for (w, u) in [(4, 8), (12, 12), (12, 16), (9, 12)] {
        let mut random = Random::new(1);
        let extremes = [edges(w), edges(u), numbers(2), numbers(2)];
        let others = (0..20_000).map(move |_| vec![random.edgy(w), random.edgy(u), random.bits(1), random.bits(1)]);
        compare(OwedAdd::new(w, u), product(&extremes).chain(others));
    }
}
#[test]
fn clamp_of_every_sum() {
    for (hidden, output) in [(4, 8), (8, 8), (8, 12), (12, 8), (5, 9), (12, 16)] {
        let design = design(hidden, output);
        let (bits, gap) = (design.update_bits() + 1, [design.weight_gap(false), design.weight_gap(true)]);
        // moved-up sums: their low bits are zero
        let sums = |layer: usize| (0..1u64 << (bits - gap[layer])).map(move |s| vec![s << gap[layer], layer as u64]);
        compare(Clamp::new(&design), sums(0).chain(sums(1)));
    }
}
#[test]
fn moving_up_and_down_of_every_number() {
    for gap in [0, 1, 4] {
        compare(Raise::new(8, gap), all(&[8]));
        compare(Lower::new(12, gap), all(&[12]));
    }
}
#[test]
fn noise_field_of_every_noise() {
    compare(NoiseField::default(), product(&[numbers(1 << 12), numbers(13)]));
}

#[test]
fn floor_shift_of_every_sum() {
    compare(FloorShift::new(12, 4), all(&[12, 4]));
    // the accumulator of 784 inputs, and the widest there is
    for width in [29, 32] {
        let mut random = Random::new(3);
        let ends = [edges(width), numbers(32)];
        let others = (0..100_000).map(move |_| vec![random.edgy(width), random.bits(5)]);
        compare(FloorShift::new(width, 5), product(&ends).chain(others));
    }
}

#[test]
fn initial_weight_of_every_field() {
    // 0 to 15 bits; 31 is zero. The datapath is as wide as the wider of the two weights: 8 to 16 bits
    let bits: Vec<u64> = (0..16).chain([31]).collect();
    for width in [8, 16] {
        let cases = [numbers(1 << FIELD_BITS), bits.clone()];
        assert_eq!(compare(InitialWeight::new(width), product(&cases)), 17 << 16);
    }
    compare(InitialWeight::new(12), product(&[edges(FIELD_BITS), bits]));
}

#[test]
fn leap_of_each_number_of_steps() {
    for steps in 1..=20 {
        let mut random = Random::new(4);
        // single bits show every tap; the leap is linear, random states show that nothing else enters
        let single = (0..32).map(|b| vec![1 << b]);
        let others = (0..20_000).map(move |_| vec![random.bits(32)]);
        compare(Leap::new(steps), single.chain([vec![0], vec![0xffff_ffff]]).chain(others));
    }
}

#[test]
fn pick_of_every_beat() {
    assert_eq!(compare_but(Pick::new(1), all(&[8, 8, 1]), &["byte_at", "rest"]), 1 << 17);
    // which bytes are zero decides; their values only pass through
    let mut random = Random::new(10);
    let cases = (0..1u64 << 12).flat_map(|pattern| {
        let bytes = |random: &mut Random, from: usize| {
            let byte = |b: usize| ((pattern >> (from + b) & 1) * (1 + random.bits(8) % 255)) << (8 * b);
            (0..4).map(byte).sum::<u64>()
        };
        (0..4).map(|_| vec![bytes(&mut random, 0), bytes(&mut random, 4), pattern >> 8]).collect::<Vec<_>>()
    });
    assert_eq!(compare(Pick::new(4), cases), 1 << 14);
}

#[test]
fn hidden_signs_of_every_slice() {
    compare(HiddenSigns::new(1), all(&[2, 2, 1, 1, 1]));
    compare(HiddenSigns::new(2), all(&[4, 4, 1, 1, 2]));
    // every state of the streams; the derivatives are only gates: all open, and at random
    let mut random = Random::new(5);
    let of_four = all(&[8, 8, 1, 1]).flat_map(move |v| {
        let with = |derivative: u64| [v.clone(), vec![derivative]].concat();
        [with(15), with(random.bits(4))]
    });
    assert_eq!(compare(HiddenSigns::new(4), of_four), 1 << 19);
    for slice in [8, 16] {
        let mut random = Random::new(6);
        let cases = (0..50_000).map(move |_| {
            let mut target = random.bits(2 * slice);
            let rival = random.bits(2 * slice);
            if random.often(4) {
                // streams that agree almost everywhere: a contrast of zero
                target = rival ^ 1 << random.below(2 * slice);
            }
            vec![target, rival, random.bits(1), random.bits(1), random.edgy(slice)]
        });
        compare(HiddenSigns::new(slice), cases);
    }
}

/// One operand pair a cycle; now and then a reset.
fn multiplier_agrees(width: usize, pairs: impl Iterator<Item = (u64, u64)>) {
    multiplier_of_agrees(Multiplier::new(&design(8, 12), width, 8), pairs, "");
}
fn multiplier_of_agrees(mut multiplier: Multiplier, pairs: impl Iterator<Item = (u64, u64)>, cells: &str) {
    let text = print(&mut multiplier, "multiplier") + cells;
    let mut random = Random::new(7);
    let mut cycles = vec![];
    for (a, b) in pairs {
        multiplier.set(&[u64::from(random.bits(7) == 0), a, b]);
        cycles.push(cycle(&mut multiplier, |m| m.clk.next = Clock { clk: true }));
    }
    let (inputs, outputs) = (multiplier.inputs(), multiplier.outputs());
    crate::common::Replay { verilog: &text, top: "multiplier", clock: Some("clk"), inputs: &inputs, outputs: &outputs }
        .must_agree(&cycles);
}
#[test]
fn multiplier_of_every_operand() {
    multiplier_agrees(4, (0..1 << 12).map(|code| (code & 15, code >> 4)));
    multiplier_agrees(8, (0..1 << 16).map(|code| (code & 255, code >> 8)));
    for width in [9, 12, 16] {
        let mut random = Random::new(7);
        multiplier_agrees(width, (0..40_000).map(move |_| (random.edgy(width), random.edgy(8))));
    }
}

#[test]
fn split_of_every_word() {
    for width in [1, 2, 4, 8] {
        compare(Split::new(width), all(&[2 * width]));
    }
    let mut random = Random::new(8);
    compare(Split::new(16), (0..20_000).map(move |_| vec![random.bits(32)]));
}

/// Random traffic on every word, without a word that is read and written in one cycle: hardware leaves that undefined.
fn memory_agrees<const SIGNED: bool>(depth: usize, width: usize)
where
    Memory<SIGNED>: Ports,
{
    memory_of_agrees(Memory::<SIGNED>::new(depth, width), depth, width, "");
}
/// The same of any memory, with the cells that it is made of.
fn memory_of_agrees<const SIGNED: bool>(mut memory: Memory<SIGNED>, depth: usize, width: usize, cells: &str)
where
    Memory<SIGNED>: Ports,
{
    let text = print(&mut memory, "bank") + cells;
    let mut random = Random::new(9);
    let mut cycles = vec![];
    // a word waits in the memory, since how long; rd has shown one
    let (mut waits, mut read_before) = (false, false);
    for n in 0..depth + 20_000 {
        let filling = n < depth;
        let wa = if filling { n } else { random.below(depth) };
        let ra = random.below(depth);
        let we = filling || random.often(8);
        let re = !filling && random.often(8) && !(we && ra == wa);
        let oe = waits && random.often(10);
        memory.set(&[re.into(), ra as u64, oe.into(), we.into(), wa as u64, random.bits(width)]);
        let mut c = cycle(&mut memory, |m| m.clk.next = Clock { clk: true });
        // what rd holds before the first read is undefined
        c.inputs.push(u64::from(read_before));
        if !read_before {
            c.outputs = vec![0];
        }
        cycles.push(c);
        read_before |= oe;
        waits = re || (waits && !oe);
    }
    assert_eq!(memory.hazard(), None);
    let (mut inputs, outputs) = (memory.inputs(), memory.outputs());
    let known = format!("known ? dut.rd : {width}'d0");
    let window = Window { inner: "bank", extra: &[("known", 1)], text: "", shown: &[("rd", &known)] };
    let text = text + &window.print(&inputs, &outputs);
    inputs.push(("known", 1));
    crate::common::Replay { verilog: &text, top: Window::TOP, clock: Some("clk"), inputs: &inputs, outputs: &outputs }
        .must_agree(&cycles);
}
#[test]
fn memory_under_random_traffic() {
    memory_agrees::<true>(64, 8);
    memory_agrees::<true>(37, 12);
    memory_agrees::<false>(5, 32);
    // one word still has an address
    memory_agrees::<true>(1, 16);
}

/// Of an ECP5's cells, in slices of every width, and in two pages; with our models of the cells.
#[test]
fn memory_and_multiplier_of_ecp5_cells() {
    let ecp5 = Design { bank_style: drtp_core::BankStyle::Ecp5, ..design(8, 12) };
    let cells = drtp_fpga::DP16KD;
    for (depth, width) in [(37, 29), (600, 8), (1500, 26), (3000, 12), (6280, 8), (12_000, 3), (20_000, 2)] {
        memory_of_agrees(Memory::<false>::of(&ecp5, "bank", depth, width), depth, width, cells);
    }
    let cells = drtp_fpga::MULT18X18D;
    let mut random = Random::new(11);
    let pairs = (0..40_000).map(move |_| (random.edgy(12), random.edgy(8)));
    multiplier_of_agrees(Multiplier::new(&ecp5, 12, 8), pairs, cells);
}

/// Random accesses of the single-port memory, of which each word was written before; with our model of the cell.
#[test]
fn spram_under_random_traffic() {
    let mut memory = Spram::default();
    let text = print(&mut memory, "bank") + drtp_fpga::SB_SPRAM256KA;
    let mut random = Random::new(12);
    let mut cycles = vec![];
    // few words, so that they meet; the first, the last and some that differ in one address bit
    let words: Vec<u64> = [0, 0x3FFF].into_iter().chain((0..14).map(|bit| 1 << bit)).collect();
    let (mut waits, mut known) = (false, false);
    for n in 0..words.len() + 40_000 {
        let filling = n < words.len();
        let at = if filling { words[n] } else { words[random.below(words.len())] };
        let we = filling || random.often(6);
        let re = !we && random.often(10);
        let oe = waits && random.often(12);
        let mask = if filling { 3 } else { random.bits(2) };
        memory.set(&[at, re.into(), oe.into(), we.into(), mask & 1, mask >> 1, random.bits(16)]);
        let mut c = cycle(&mut memory, |m| m.clk.next = Clock { clk: true });
        // what rd holds before the first read is undefined
        c.inputs.push(u64::from(known));
        if !known {
            c.outputs = vec![0];
        }
        cycles.push(c);
        known |= oe;
        waits = re;
    }
    assert_eq!(memory.hazard(), None);
    let (mut inputs, outputs) = (memory.inputs(), memory.outputs());
    let shown = [("rd", "known ? dut.rd : 16'd0")];
    let window = Window { inner: "bank", extra: &[("known", 1)], text: "", shown: &shown };
    let text = text + &window.print(&inputs, &outputs);
    inputs.push(("known", 1));
    crate::common::Replay { verilog: &text, top: Window::TOP, clock: Some("clk"), inputs: &inputs, outputs: &outputs }
        .must_agree(&cycles);
}
#[test]
fn halves_of_every_word() {
    for output_bits in [8, 9, 12, 16] {
        let design = design(8, output_bits);
        assert_eq!(compare(Unpack::new(&design), all(&[16, 1, 1])), 1 << 18);
        let mut random = Random::new(13);
        let cases = (0..60_000).map(move |_| vec![random.edgy(output_bits), random.edgy(8), random.bits(1)]);
        compare(Pack::new(&design), cases);
    }
}
/// Of style spram: two cycles, no reset.
#[test]
fn multiplier_of_pairs() {
    let pairs = Design { bank_style: drtp_core::BankStyle::Spram, ..design(8, 12) };
    let mut random = Random::new(14);
    let operands = (0..40_000).map(move |_| (random.edgy(12), random.edgy(8)));
    multiplier_of_agrees(Multiplier::new(&pairs, 12, 8), operands, "");
}

/// Every address, with values at the edges of every field and bits where no field is; and both together say what the
/// table says.
#[test]
fn register_map_of_every_address() {
    for toml in [
        "",
        "[design]\nlanes = 1\nmax_layers = 1\nmax_width = 1\ncounters = false\n[network]\ninputs = 1\n[[network.layer]]\nsize = 1\n",
        "[design]\nlanes = 64\nmax_width = 784\nhidden_words = 5000\noutput_words = 8192\n",
    ] {
        let config = drtp_core::Draft::parse("test.toml", toml).and_then(|d| d.config()).unwrap_or_else(|e| panic!("{e}"));
        let mut random = Random::new(7);
        let table = drtp_core::regs::table(&config);
        let mut cases: Vec<(u64, u64)> = (0..4096).map(|address| (address, random.edgy(32))).collect();
        for r in &table {
            let mut values: Vec<u32> = (0..32).map(|bit| 1 << bit).chain([0, !0]).collect();
            for f in &r.fields {
                let ends = [f.least.wrapping_sub(1), f.least, f.least.wrapping_add(1), f.most, f.most.wrapping_add(1)];
                values.extend(ends.into_iter().chain(f.also).map(|v| v << f.lsb & f.mask() | 1 << f.lsb & f.mask() & v));
                values.extend(ends.map(|v| v.wrapping_shl(f.lsb)));
            }
            for words in [config.design().hidden_words as u32, config.design().output_words as u32] {
                values.extend([words - 1, words, 1 << 31 | (words - 1), 1 << 31 | words]);
            }
            values.extend((0..200).map(|_| random.edgy(32) as u32));
            cases.extend(values.into_iter().map(|v| (u64::from(r.offset), u64::from(v))));
        }
        let mut map = RegisterMap::new(&config);
        let text = print(&mut map, "map");
        let mut cycles = vec![];
        // the answer to the data comes two cycles later: each case is there for two
        for (address, data) in &cases {
            map.set(&[*data, *address]);
            for _ in 0..2 {
                cycles.push(cycle(&mut map, |m| m.clk.next = Clock { clk: true }));
            }
            let register = table.iter().find(|r| u64::from(r.offset) == *address);
            let accepts = register.is_some_and(|r| r.accepts(*data as u32, config.design()));
            let says = map.takes_all.val() | (map.asks.val().raw() & map.meets.val().raw() != 0);
            assert_eq!(says, accepts, "{data:#x} to {address:#x}");
        }
        let (inputs, outputs) = (map.inputs(), map.outputs());
        crate::common::Replay { verilog: &text, top: "map", clock: Some("clk"), inputs: &inputs, outputs: &outputs }
            .must_agree(&cycles);
    }
}

#[test]
fn tally_of_every_pattern() {
    for lanes in [1, 2, 10] {
        let mut leaf = Tally::new(lanes, 7);
        let cases: Vec<crate::common::Cycle> = (0..1u64 << lanes)
            .map(|pattern| {
                (0..lanes).for_each(|i| leaf.bit[i].next = pattern >> i & 1 != 0);
                assert!(simulate(&mut leaf, 5));
                let bits = (0..lanes).map(|i| pattern >> i & 1).collect();
                crate::common::Cycle { inputs: bits, outputs: vec![leaf.count.val().raw() as u64] }
            })
            .collect();
        let names: Vec<String> = (0..lanes).map(|i| format!("bit_{i}")).collect();
        let inputs: Vec<crate::common::Port> = names.iter().map(|n| (n.as_str(), 1)).collect();
        let text = print(&mut leaf, "tally");
        crate::common::Replay { verilog: &text, top: "tally", clock: None, inputs: &inputs, outputs: &[("count", 7)] }
            .must_agree(&cases);
    }
}
