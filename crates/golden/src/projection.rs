//! The random projection B: `B[k][j, q]`, drawn again whenever it is needed.
use crate::random::Stream;
use drtp_core::{taps, Projection};

/// Columns of one layer's B.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Seed of the projection.
    pub seed: u32,
    /// Layer, from 1.
    pub k: usize,
    /// Binary or ternary entries.
    pub kind: Projection,
}

impl Columns {
    /// Column `q`, for `neurons` neurons: each -1, 0 or +1.
    pub fn column(self, q: usize, neurons: usize) -> Vec<i32> {
        let mut s = Stream::new(taps::projection_start(self.seed, self.k, q));
        s.skip(taps::PROJECTION_WARM_UP);
        (0..neurons)
            .map(|_| match self.kind {
                Projection::Binary => {
                    if s.bit() {
                        1
                    } else {
                        -1
                    }
                }
                Projection::Ternary => match (s.bit(), s.bit()) {
                    (false, false) => -1,
                    (true, true) => 1,
                    _ => 0,
                },
            })
            .collect()
    }
}
