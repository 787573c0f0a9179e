//! A list of pairs that takes only what is not zero, without a branch: which pixels are black is hard to predict.
use crate::block::Pair;

/// Pairs in a room of fixed size.
#[derive(Clone, Debug)]
pub(crate) struct Pairs {
    /// One place more than pairs: a zero is written there too, then forgotten.
    room: Vec<Pair>,
    len: usize,
}

impl Pairs {
    /// Room for `most` pairs.
    pub fn new(most: usize) -> Self {
        Self { room: vec![Pair::default(); most + 1], len: 0 }
    }
    pub fn clear(&mut self) {
        self.len = 0;
    }
    /// Appends the pair unless both values are zero.
    #[inline]
    pub fn push_unless_zero(&mut self, at: u32, values: [i16; 2]) {
        self.room[self.len] = Pair { at, values };
        self.len += usize::from(values[0] | values[1] != 0);
    }
    pub fn as_slice(&self) -> &[Pair] {
        &self.room[..self.len]
    }
}
