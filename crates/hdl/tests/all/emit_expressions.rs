//! Every form of expression at every value of two inputs: the printed Verilog computes what the Rust kernel computes.

use crate::common::{Cycle, Replay};
use drtp_hdl::emit;
use drtp_hdl::num::*;
use rust_hdl::prelude::*;

/// Expressions over run-time widths, by the type of their result.
#[derive(LogicBlock)]
struct Forms {
    pub a: Signal<In, Uint>,
    pub b: Signal<In, Uint>,
    pub flag: Vec<Signal<Out, Bit>>,
    pub wide: Vec<Signal<Out, Uint>>,
    pub narrow: Vec<Signal<Out, Uint>>,
    pub double: Vec<Signal<Out, Uint>>,
    pub swide: Vec<Signal<Out, Sint>>,
    pub snarrow: Vec<Signal<Out, Sint>>,
    pub sdouble: Vec<Signal<Out, Sint>>,
    n: Signal<Local, Uint>,
    p: Signal<Local, Sint>,
    q: Signal<Local, Sint>,
    r: Signal<Local, Sint>,
    f: Signal<Local, Bit>,
    g: Signal<Local, Bit>,
    three: Constant<Uint>,
    minus: Constant<Sint>,
    yes: Constant<Bit>,
    _w: usize,
    _n: usize,
    _d: usize,
    _k: i64,
}

impl Forms {
    fn new(w: usize, n: usize) -> Self {
        let unsigned = |count, width| (0..count).map(|_| num(width)).collect();
        let signed = |count, width| (0..count).map(|_| num(width)).collect();
        Self {
            a: num(w),
            b: num(w),
            flag: (0..45).map(|_| Default::default()).collect(),
            wide: unsigned(20, w),
            narrow: unsigned(15, n),
            double: unsigned(14, 2 * w),
            swide: signed(14, w),
            snarrow: signed(6, n),
            sdouble: signed(8, 2 * w),
            n: num(n),
            p: num(w),
            q: num(w),
            r: num(n),
            f: Default::default(),
            g: Default::default(),
            three: Constant::new(Num::new(3, w)),
            minus: Constant::new(Num::new(-2, w)),
            yes: Constant::new(true),
            _w: w,
            _n: n,
            _d: 2 * w,
            _k: -3,
        }
    }
    fn outputs(&self) -> Vec<(String, usize, u64)> {
        fn all<const S: bool>(name: &str, list: &[Signal<Out, Num<S>>], out: &mut Vec<(String, usize, u64)>) {
            for (i, s) in list.iter().enumerate() {
                let width = s.val().width();
                out.push((format!("{name}_{i}"), width, s.val().raw() as u64 & (!0 >> (64 - width))));
            }
        }
        let mut out: Vec<_> =
            self.flag.iter().enumerate().map(|(i, s)| (format!("flag_{i}"), 1, s.val() as u64)).collect();
        all("wide", &self.wide, &mut out);
        all("narrow", &self.narrow, &mut out);
        all("double", &self.double, &mut out);
        all("swide", &self.swide, &mut out);
        all("snarrow", &self.snarrow, &mut out);
        all("sdouble", &self.sdouble, &mut out);
        out
    }
}

impl Logic for Forms {
    #[hdl_gen]
    #[rustfmt::skip]
    fn update(&mut self) {
        self.n.next = bit_cast_to(self.b.val(), self._n);
        self.p.next = signed_cast_num(self.a.val());
        self.q.next = signed_cast_num(self.b.val());
        self.r.next = bit_cast_to(self.q.val(), self._n);
        self.f.next = self.a.val().get_bit(0);
        self.g.next = self.b.val().get_bit(1);

        self.flag[0].next = self.a.val() == self.b.val();
        self.flag[1].next = self.a.val() != self.b.val();
        self.flag[2].next = self.a.val() < self.b.val();
        self.flag[3].next = self.a.val() <= self.b.val();
        self.flag[4].next = self.a.val() > self.b.val();
        self.flag[5].next = self.a.val() >= self.b.val();
        self.flag[6].next = self.p.val() < self.q.val();
        self.flag[7].next = self.p.val() <= self.q.val();
        self.flag[8].next = self.p.val() > self.q.val();
        self.flag[9].next = self.p.val() >= self.q.val();
        self.flag[10].next = self.p.val() == self.q.val();
        self.flag[11].next = (self.a.val() - self.b.val()) < self.three.val();
        self.flag[12].next = (self.p.val() - self.q.val()) < self.minus.val();
        self.flag[13].next = (self.a.val() + self.b.val()) >= (self.a.val() - self.b.val());
        self.flag[14].next = (self.p.val() + 1) > (self.q.val() - 1);
        self.flag[15].next = unsigned_cast_num(self.p.val()) < unsigned_cast_num(self.q.val());
        self.flag[16].next = signed_cast_num(self.a.val()) < signed_cast_num(self.b.val());
        self.flag[17].next = unsigned_cast_num(self.p.val() - self.q.val()) < unsigned_cast_num(self.q.val());
        self.flag[18].next = self.a.val().index() == 5;
        self.flag[19].next = self.a.val().index() != 5;
        self.flag[20].next = self.a.val().index() >= 3;
        self.flag[21].next = self.a.val().index() < 3;
        self.flag[22].next = self.a.val().index() == 99;
        self.flag[23].next = self.a.val().index() < 99;
        self.flag[24].next = self.n.val().index() == 1;
        self.flag[25].next = 2 > self.n.val().index();
        self.flag[26].next = self.p.val().index() == 3;
        self.flag[27].next = self.a.val().any();
        self.flag[28].next = (self.a.val() ^ self.b.val()).any();
        self.flag[29].next = (self.a.val() & self.three.val()).any();
        self.flag[30].next = self.f.val() & self.g.val();
        self.flag[31].next = self.f.val() | !self.g.val();
        self.flag[32].next = self.f.val() && self.g.val() || self.a.val().get_bit(2);
        self.flag[33].next = self.f.val() ^ self.g.val();
        self.flag[34].next = !self.f.val();
        self.flag[35].next = (self.a.val() + self.b.val()).get_bit(2);
        self.flag[36].next = (self.a.val() >> 1usize).get_bit(1);
        self.flag[37].next = bit_cast_to(self.a.val(), self._d).get_bit(self.n.val().index());
        self.flag[38].next = self.f.val() == self.g.val();
        self.flag[39].next = self.a.val() & self.three.val() == self.b.val() & self.three.val();
        self.flag[40].next = bits_signed(-1, self._w) < self.p.val();
        self.flag[41].next = self.a.val() < bits_of(7, self._w);
        self.flag[42].next = bit_cast_to(self.p.val(), self._d) < bit_cast_to(self.r.val(), self._d);
        self.flag[43].next = bit_cast_to(self.p.val() + self.q.val(), self._n) < self.r.val();
        self.flag[44].next = self.yes.val() & (self.p.val() < bits_signed(0, self._w));

        self.wide[0].next = self.a.val() + self.b.val();
        self.wide[1].next = self.a.val() - self.b.val();
        self.wide[2].next = self.a.val() & !self.b.val();
        self.wide[3].next = self.a.val() | self.b.val();
        self.wide[4].next = self.a.val() ^ self.b.val();
        self.wide[5].next = !(self.a.val() + self.b.val());
        self.wide[6].next = (self.a.val() + self.b.val()) >> 1usize;
        self.wide[7].next = self.a.val() << 2usize;
        self.wide[8].next = self.a.val() >> self.n.val().index();
        self.wide[9].next = self.a.val() << self.n.val().index();
        self.wide[10].next = self.a.val() >> 9usize;
        self.wide[11].next = self.a.val() + 1;
        self.wide[12].next = self.b.val() - 3;
        self.wide[13].next = (self.a.val() + 7) - (self.b.val() ^ self.three.val());
        self.wide[14].next = bits_of(5, self._w);
        self.wide[15].next = unsigned_cast_num(self.p.val() + self.q.val());
        self.wide[16].next = unsigned_cast_num(bit_cast_to(self.r.val(), self._w));
        self.wide[17].next = bit_cast_to(bit_cast_to(self.a.val() + self.b.val(), self._n), self._w);
        self.wide[18].next = bit_cast_to((bit_cast_to(self.a.val(), self._d) + bit_cast_to(self.b.val(), self._d)) >> 1usize, self._w);
        self.wide[19].next = bits_of(-1, self._w);

        self.narrow[0].next = bit_cast_to(self.a.val() + self.b.val(), self._n);
        self.narrow[1].next = bit_cast_to(self.a.val() - self.b.val(), self._n);
        self.narrow[2].next = bit_cast_to(self.a.val() & self.b.val(), self._n);
        self.narrow[3].next = bit_cast_to(!self.a.val(), self._n);
        self.narrow[4].next = bit_cast_to(self.a.val() << 1usize, self._n);
        self.narrow[5].next = bit_cast_to(self.a.val() << 3usize, self._n);
        self.narrow[6].next = bit_cast_to(self.a.val() >> 1usize, self._n);
        self.narrow[7].next = bit_cast_to((self.a.val() + self.b.val()) >> 1usize, self._n);
        self.narrow[8].next = bit_cast_to(self.a.val() >> self.n.val().index(), self._n);
        self.narrow[9].next = bit_cast_to(self.a.val() << self.n.val().index(), self._n);
        self.narrow[10].next = self.n.val() + self.n.val();
        self.narrow[11].next = bit_cast_to(unsigned_cast_num(self.p.val() - self.q.val()), self._n);
        self.narrow[12].next = bit_cast_to(self.a.val() + bits_of(11, self._w), self._n);
        self.narrow[13].next = bit_cast_to(self.a.val() >> 2usize, self._n) ^ bit_cast_to(self.b.val() >> 2usize, self._n);
        self.narrow[14].next = bit_cast_to(((self.a.val() >> 1usize) ^ self.b.val()) >> 1usize, self._n);

        self.double[0].next = bit_cast_to(self.a.val() + self.b.val(), self._d);
        self.double[1].next = bit_cast_to(self.a.val() << 2usize, self._d);
        self.double[2].next = bit_cast_to(!self.a.val(), self._d);
        self.double[3].next = bit_cast_to((self.a.val() + self.b.val()) >> 1usize, self._d);
        self.double[4].next = bit_cast_to(self.a.val(), self._d) + bit_cast_to(self.b.val(), self._d);
        self.double[5].next = bit_cast_to(self.a.val() - self.b.val(), self._d) - bit_cast_to(self.n.val(), self._d);
        self.double[6].next = bit_cast_to(self.a.val(), self._d) << self.n.val().index();
        self.double[7].next = (bit_cast_to(self.a.val(), self._d) << 3usize) | bit_cast_to(self.b.val(), self._d);
        self.double[8].next = unsigned_cast_num(bit_cast_to(self.p.val() - self.q.val(), self._d));
        self.double[9].next = bit_cast_to(unsigned_cast_num(self.p.val()), self._d);
        self.double[10].next = bit_cast_to(self.a.val() & self.b.val(), self._d) + bits_of(9, self._d);
        self.double[11].next = bit_cast_to(bit_cast_to(self.a.val(), self._n), self._d);
        self.double[12].next = bit_cast_to(self.three.val() + self.a.val(), self._d);
        self.double[13].next = bits_of(-2, self._d) ^ bit_cast_to(self.a.val(), self._d);

        self.swide[0].next = self.p.val() + self.q.val();
        self.swide[1].next = self.p.val() - self.q.val();
        self.swide[2].next = self.p.val() + self.minus.val();
        self.swide[3].next = !self.p.val();
        self.swide[4].next = signed_cast_num(self.a.val() + self.b.val());
        self.swide[5].next = bit_cast_to(self.r.val(), self._w);
        self.swide[6].next = bit_cast_to(self.r.val() + self.r.val(), self._w);
        self.swide[7].next = bits_signed(-3, self._w);
        self.swide[8].next = self.p.val() + bits_signed(-3, self._w);
        self.swide[9].next = self.q.val() - 2;
        self.swide[10].next = bit_cast_to(bit_cast_to(self.p.val(), self._d) + bit_cast_to(self.q.val(), self._d), self._w);
        self.swide[11].next = self.p.val() + (-1);

        self.swide[12].next = self.p.val() + bits_signed(self._k, self._w);
        self.swide[13].next = bits_signed(self._k + 1, self._w) - self.q.val();
        self.snarrow[0].next = bit_cast_to(self.p.val(), self._n);
        self.snarrow[1].next = bit_cast_to(self.p.val() - self.q.val(), self._n);
        self.snarrow[2].next = self.r.val() - self.r.val();
        self.snarrow[3].next = bit_cast_to(signed_cast_num(self.a.val()), self._n);
        self.snarrow[4].next = signed_cast_num(bit_cast_to(self.a.val() + self.b.val(), self._n));
        self.snarrow[5].next = bit_cast_to(bit_cast_to(self.p.val(), self._d), self._n) ^ self.r.val();

        self.sdouble[0].next = bit_cast_to(self.p.val(), self._d);
        self.sdouble[1].next = bit_cast_to(self.p.val() + self.q.val(), self._d);
        self.sdouble[2].next = bit_cast_to(self.p.val(), self._d) - bit_cast_to(self.q.val(), self._d);
        self.sdouble[3].next = bit_cast_to(self.r.val(), self._d) + bits_signed(-8, self._d);
        self.sdouble[4].next = bit_cast_to(signed_cast_num(self.a.val() ^ self.b.val()), self._d);
        self.sdouble[5].next = signed_cast_num(bit_cast_to(self.a.val(), self._d));
        self.sdouble[6].next = bit_cast_to(self.minus.val(), self._d);
        self.sdouble[7].next = bit_cast_to(!self.p.val(), self._d);
    }
}

fn every_pair(w: usize) -> impl Iterator<Item = (u64, u64)> {
    (0..1u64 << w).flat_map(move |a| (0..1u64 << w).map(move |b| (a, b)))
}

#[test]
fn every_form_agrees_at_every_value() {
    for (w, n) in [(4, 3), (5, 2), (6, 3), (5, 1)] {
        let mut block = Forms::new(w, n);
        block.connect_all();
        let text = emit::verilog(&block, "forms").unwrap_or_else(|e| panic!("{e}"));
        let before = emit::widths(&block, "forms");
        let mut cycles = vec![];
        for (a, b) in every_pair(w) {
            block.a.next = Num::new(a as i64, w);
            block.b.next = Num::new(b as i64, w);
            assert!(simulate(&mut block, 10));
            cycles.push(Cycle { inputs: vec![a, b], outputs: block.outputs().iter().map(|o| o.2).collect() });
        }
        assert_eq!(emit::widths(&block, "forms"), before, "a kernel changed a width");
        let ports = block.outputs();
        let outputs: Vec<_> = ports.iter().map(|o| (o.0.as_str(), o.1)).collect();
        Replay { verilog: &text, top: "forms", clock: None, inputs: &[("a", w), ("b", w)], outputs: &outputs }
            .must_agree(&cycles);
    }
}

/// The same for rust-hdl's own types, whose widths are type constants.
#[derive(LogicBlock, Default)]
struct Stock {
    pub a: Signal<In, Bits<5>>,
    pub b: Signal<In, Bits<5>>,
    pub flag: [Signal<Out, Bit>; 14],
    pub same: [Signal<Out, Bits<5>>; 9],
    pub more: [Signal<Out, Bits<9>>; 6],
    pub less: [Signal<Out, Bits<3>>; 7],
    four: Signal<Local, Bits<5>>,
}

impl Logic for Stock {
    #[hdl_gen]
    #[rustfmt::skip]
    fn update(&mut self) {
        self.four.next = bits::<5>(4);
        self.flag[0].next = self.a.val().all();
        self.flag[1].next = self.a.val().any();
        self.flag[2].next = self.a.val().xor();
        self.flag[3].next = (self.a.val() + self.b.val()).xor();
        self.flag[4].next = (self.a.val() | self.b.val()).all();
        self.flag[5].next = (self.a.val() + 1) == self.b.val();
        self.flag[6].next = (self.a.val() - self.b.val()) < self.four.val();
        self.flag[7].next = (self.a.val() & self.b.val()) == self.a.val();
        self.flag[8].next = self.a.val() > 17;
        self.flag[9].next = self.a.val() + self.b.val() > self.a.val();
        self.flag[10].next = self.a.val().get_bit(4);
        self.flag[11].next = (self.a.val() - self.b.val()).get_bit(3);
        self.flag[12].next = (self.a.val() << 1).get_bit(3);
        self.flag[13].next = !self.a.val().get_bit(0) & self.b.val().get_bit(0);
        self.same[0].next = self.a.val() + self.b.val();
        self.same[1].next = self.a.val() >> (self.b.val().get_bits::<2>(1));
        self.same[2].next = self.a.val().replace_bit(3, true);
        self.same[3].next = (self.a.val() + self.b.val()).replace_bit(0, self.b.val().get_bit(4));
        self.same[4].next = (self.a.val() + self.b.val()) >> 2;
        self.same[5].next = bits::<5>(19) - self.a.val();
        self.same[6].next = bit_cast::<5, 9>((bit_cast::<9, 5>(self.a.val()) + bit_cast::<9, 5>(self.b.val())) >> 1);
        self.same[7].next = !self.a.val() ^ 21;
        self.same[8].next = self.a.val().replace_bit(2, self.a.val() == self.b.val());
        self.more[0].next = bit_cast::<9, 5>(self.a.val() + self.b.val());
        self.more[1].next = bit_cast::<9, 5>(self.a.val() << 3);
        self.more[2].next = bit_cast::<9, 5>(!self.a.val());
        self.more[3].next = bit_cast::<9, 5>((self.a.val() + self.b.val()) >> 1);
        self.more[4].next = bit_cast::<9, 3>(self.a.val().get_bits::<3>(2));
        self.more[5].next = bit_cast::<9, 5>(self.a.val()) << 4;
        self.less[0].next = self.a.val().get_bits::<3>(1);
        self.less[1].next = (self.a.val() + self.b.val()).get_bits::<3>(2);
        self.less[2].next = (self.a.val() & self.b.val()).get_bits::<3>(2);
        self.less[3].next = (self.a.val() >> 1).get_bits::<3>(1);
        self.less[4].next = (self.a.val() << 2).get_bits::<3>(1);
        self.less[5].next = bit_cast::<3, 5>(self.a.val() - self.b.val());
        self.less[6].next = (!self.a.val()).get_bits::<3>(2);
    }
}

#[test]
fn stock_types_agree_at_every_value() {
    let mut block = Stock::default();
    block.connect_all();
    let text = emit::verilog(&block, "stock").unwrap_or_else(|e| panic!("{e}"));
    let values = |s: &Stock| -> Vec<(String, usize, u64)> {
        let mut out = vec![];
        let mut add = |name: &str, width, values: Vec<u64>| {
            out.extend(values.into_iter().enumerate().map(|(i, v)| (format!("{name}_{i}"), width, v)))
        };
        add("flag", 1, s.flag.iter().map(|x| x.val() as u64).collect());
        add("same", 5, s.same.iter().map(|x| x.val().to_u64()).collect());
        add("more", 9, s.more.iter().map(|x| x.val().to_u64()).collect());
        add("less", 3, s.less.iter().map(|x| x.val().to_u64()).collect());
        out
    };
    let mut cycles = vec![];
    for (a, b) in every_pair(5) {
        block.a.next = a.into();
        block.b.next = b.into();
        assert!(simulate(&mut block, 10));
        cycles.push(Cycle { inputs: vec![a, b], outputs: values(&block).iter().map(|o| o.2).collect() });
    }
    let ports = values(&block);
    let outputs: Vec<_> = ports.iter().map(|o| (o.0.as_str(), o.1)).collect();
    Replay { verilog: &text, top: "stock", clock: None, inputs: &[("a", 5), ("b", 5)], outputs: &outputs }
        .must_agree(&cycles);
}
