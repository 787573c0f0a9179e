//! Columns of the random projections, drawn when first needed and kept.
use crate::stream::Stream;
use drtp_core::{taps, Network, Projection};

/// The columns `B[k][.., q]` of all hidden layers, each entry -1, 0 or +1.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    seed: u32,
    kind: Projection,
    /// `[K - 1][N_K]`, each `[N_k]`.
    drawn: Vec<Vec<Option<Box<[i8]>>>>,
}

impl Columns {
    pub fn new(network: &Network) -> Self {
        let hidden = network.depth().saturating_sub(1);
        Self {
            seed: network.seeds.projection,
            kind: network.projection,
            drawn: vec![vec![None; network.classes()]; hidden],
        }
    }
    /// Draws column `q` of layer `k` (from 0) for `neurons` neurons, unless it is there.
    pub fn prepare(&mut self, k: usize, q: usize, neurons: usize) {
        let (seed, kind) = (self.seed, self.kind);
        self.drawn[k][q].get_or_insert_with(|| draw(seed, kind, k + 1, q, neurons));
    }
    /// Column `q` of layer `k`; empty unless it was prepared.
    pub fn get(&self, k: usize, q: usize) -> &[i8] {
        self.drawn[k][q].as_deref().unwrap_or(&[])
    }
}

/// Column `q` of layer `k` (from 1).
fn draw(seed: u32, kind: Projection, k: usize, q: usize, neurons: usize) -> Box<[i8]> {
    let mut s = Stream::new(taps::projection_start(seed, k, q));
    s.skip(taps::PROJECTION_WARM_UP);
    let mut sign = || if s.bit() { 1 } else { -1 };
    let entry = |_| match kind {
        Projection::Binary => sign(),
        // 11 is +1, 00 is -1, else 0
        Projection::Ternary => (sign() + sign()) / 2,
    };
    (0..neurons).map(entry).collect()
}
