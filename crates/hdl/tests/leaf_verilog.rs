//! Each leaf's native model against its Verilog text, under Icarus: exhaustive where the widths allow, else the ends of
//! the ranges and random values. A leaf is the one place where two descriptions of one thing are written by hand.
mod common;
mod support;

use drtp_hdl::leaf::{
    FloorShift, HiddenSigns, InitialWeight, Leap, Memory, Multiplier, Pick, RegisterMap, SaturatingAdd, Split,
    StochasticRound, Tally, FIELD_BITS,
};
use rust_hdl::prelude::*;
use support::{compare, compare_but, cycle, edges, ports, print, Ports, Random, Window};

ports!(SaturatingAdd, [w, u, apply, negate, output_layer] => [result, saturates]);
ports!(StochasticRound, [x, noise, shift] => [u]);
ports!(FloorShift, [z, shift] => [a]);
ports!(InitialWeight, [field, bits] => [weight]);
ports!(Leap, [state] => [after]);
ports!(HiddenSigns, [target, rival, ternary, contrast, derivative] => [some, negative]);
ports!(Multiplier, [a, b] => [p]);
ports!(Pick, [present, previous, waiting] => [some, byte_at, x, x_previous, rest]);
ports!(RegisterMap, [address, data] => [found, quiet_only, accepted]);
ports!(Split, [word] => [low, high]);
ports!(Memory<true>, [re, ra, we, wa, wd] => [rd]);
ports!(Memory<false>, [re, ra, we, wa, wd] => [rd]);

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

#[test]
fn saturating_add_of_every_weight_and_update() {
    // 4 and 8 bits: the hidden weight lies far inside the range of the output weights that it shares wires with
    assert_eq!(compare(SaturatingAdd::new(4, 8), all(&[8, 8, 1, 1, 1])), 1 << 19);
}
#[test]
fn saturating_add_of_other_widths() {
    for (hidden, output) in [(8, 8), (8, 12), (12, 8), (5, 9), (12, 16), (4, 16)] {
        let width = hidden.max(output);
        let mut w = edges(width);
        // both sides of both layers' limits
        for bits in [hidden, output] {
            let max = (1i64 << (bits - 1)) - 1;
            w.extend((-2..=2).flat_map(|d| [max + d, d - max]).map(|v| v as u64 & ((1 << width) - 1)));
        }
        let flags = || numbers(2);
        let extremes = [w, numbers(256), flags(), flags(), flags()];
        let mut random = Random::new(1);
        let others = (0..20_000)
            .map(move |_| vec![random.edgy(width), random.edgy(8), random.bits(1), random.bits(1), random.bits(1)]);
        compare(SaturatingAdd::new(hidden, output), product(&extremes).chain(others));
    }
}

#[test]
fn stochastic_round_of_every_input() {
    let mut random = Random::new(2);
    let mut cases = vec![];
    for shift in 0..16u64 {
        for x in 0..256u64 {
            // the low `shift` bits of the noise count; whatever stands above them must not
            let low: Vec<u64> = match shift {
                0..=8 => numbers(1 << shift),
                _ => edges(12).into_iter().chain([0x7ff, 0xfff]).chain((0..256).map(|_| random.bits(12))).collect(),
            };
            for noise in low {
                let above = match shift {
                    0..=8 => random.bits(12) & !((1 << shift) - 1),
                    _ => 0,
                };
                cases.push(vec![x, noise | above, shift]);
            }
        }
    }
    assert!(compare(StochasticRound::default(), cases) > 600_000);
}

#[test]
fn floor_shift_of_every_sum() {
    compare(FloorShift::new(12), all(&[12, 4]));
    // the accumulator of 784 inputs, and the widest there is
    for width in [29, 32] {
        let mut random = Random::new(3);
        let ends = [edges(width), numbers(16)];
        let others = (0..100_000).map(move |_| vec![random.edgy(width), random.bits(4)]);
        compare(FloorShift::new(width), product(&ends).chain(others));
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
    for steps in (1..=24).chain([32, 64]) {
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

#[test]
fn multiplier_of_every_operand() {
    compare(Multiplier::new(4, 8), all(&[4, 8]));
    compare(Multiplier::new(8, 8), all(&[8, 8]));
    for width in [9, 12, 16] {
        let mut random = Random::new(7);
        let ends = [edges(width), numbers(256)];
        let others = (0..20_000).map(move |_| vec![random.edgy(width), random.edgy(8)]);
        compare(Multiplier::new(width, 8), product(&ends).chain(others));
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
    let mut memory = Memory::<SIGNED>::new(depth, width);
    let text = print(&mut memory, "bank");
    let mut random = Random::new(9);
    let mut cycles = vec![];
    let mut read_before = false;
    for n in 0..depth + 20_000 {
        let filling = n < depth;
        let wa = if filling { n } else { random.below(depth) };
        let ra = random.below(depth);
        let we = filling || random.often(8);
        let re = !filling && random.often(8) && !(we && ra == wa);
        memory.set(&[re.into(), ra as u64, we.into(), wa as u64, random.bits(width)]);
        let mut c = cycle(&mut memory, |m| m.clk.next = Clock { clk: true });
        // what rd holds before the first read is undefined
        c.inputs.push(u64::from(read_before));
        if !read_before {
            c.outputs = vec![0];
        }
        cycles.push(c);
        read_before |= re;
    }
    assert_eq!(memory.hazard(), None);
    let (mut inputs, outputs) = (memory.inputs(), memory.outputs());
    let known = format!("known ? dut.rd : {width}'d0");
    let window = Window { inner: "bank", extra: &[("known", 1)], text: "", shown: &[("rd", &known)] };
    let text = text + &window.print(&inputs, &outputs);
    inputs.push(("known", 1));
    common::Replay { verilog: &text, top: Window::TOP, clock: Some("clk"), inputs: &inputs, outputs: &outputs }
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

/// Every address with values at the edges of every field, and bits where no field is.
#[test]
fn register_map_of_every_address() {
    for toml in [
        "",
        "[design]\nlanes = 1\nmax_layers = 1\nmax_width = 1\ncounters = false\n[network]\ninputs = 1\n[[network.layer]]\nsize = 1\n",
        "[design]\nlanes = 64\nmax_width = 784\nhidden_words = 5000\noutput_words = 8192\n",
    ] {
        let config = drtp_core::Draft::parse("test.toml", toml).and_then(|d| d.config()).unwrap_or_else(|e| panic!("{e}"));
        let mut random = Random::new(7);
        let mut cases: Vec<Vec<u64>> = (0..4096).map(|address| vec![address, random.edgy(32)]).collect();
        for r in drtp_core::regs::table(&config) {
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
            cases.extend(values.into_iter().map(|v| vec![u64::from(r.offset), u64::from(v)]));
        }
        compare(RegisterMap::new(&config), cases);
    }
}

#[test]
fn tally_of_every_pattern() {
    for lanes in [1, 2, 10] {
        let mut leaf = Tally::new(lanes, 7);
        let cases: Vec<common::Cycle> = (0..1u64 << lanes)
            .map(|pattern| {
                (0..lanes).for_each(|i| leaf.bit[i].next = pattern >> i & 1 != 0);
                assert!(simulate(&mut leaf, 5));
                let bits = (0..lanes).map(|i| pattern >> i & 1).collect();
                common::Cycle { inputs: bits, outputs: vec![leaf.count.val().raw() as u64] }
            })
            .collect();
        let names: Vec<String> = (0..lanes).map(|i| format!("bit_{i}")).collect();
        let inputs: Vec<common::Port> = names.iter().map(|n| (n.as_str(), 1)).collect();
        let text = print(&mut leaf, "tally");
        common::Replay { verilog: &text, top: "tally", clock: None, inputs: &inputs, outputs: &[("count", 7)] }
            .must_agree(&cases);
    }
}
