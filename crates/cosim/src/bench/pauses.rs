//! How the bus's master hesitates on each of the five channels, and what a response must do meanwhile: stay.
use crate::stall::{Staller, Stalls};

/// A pattern for each channel of AXI4-Lite.
pub struct BusPauses {
    write_address: Staller,
    data: Staller,
    write_response: Staller,
    read_address: Staller,
    read_response: Staller,
}

impl BusPauses {
    /// Independent of each other, and of both streams, which are 1 and 2.
    pub fn new(stalls: Stalls) -> Self {
        let channel = |stream| Staller::new(stalls.bus, stalls.seed, stream);
        Self {
            write_address: channel(3),
            data: channel(4),
            write_response: channel(5),
            read_address: channel(6),
            read_response: channel(7),
        }
    }
    pub fn offers_write_address(&mut self) -> u8 {
        u8::from(!self.write_address.pauses())
    }
    pub fn offers_data(&mut self) -> u8 {
        u8::from(!self.data.pauses())
    }
    pub fn takes_write_response(&mut self) -> u8 {
        u8::from(!self.write_response.pauses())
    }
    pub fn offers_read_address(&mut self) -> u8 {
        u8::from(!self.read_address.pauses())
    }
    pub fn takes_read_response(&mut self) -> u8 {
        u8::from(!self.read_response.pauses())
    }
}

/// A response that waits to be taken.
pub struct Taking<T> {
    waiting: Option<T>,
}

impl<T> Default for Taking<T> {
    fn default() -> Self {
        Self { waiting: None }
    }
}

impl<T: Copy + PartialEq> Taking<T> {
    /// What a cycle showed of it: the response where it is taken now; an error where it is another one than before, or
    /// none any more.
    pub fn cycle(&mut self, shown: Option<T>, taken: bool) -> Result<Option<T>, ()> {
        if self.waiting.is_some() && shown != self.waiting {
            return Err(());
        }
        self.waiting = shown;
        Ok(shown.filter(|_| taken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_that_waits_must_stay() {
        let mut taking = Taking::default();
        assert_eq!(taking.cycle(None, true), Ok(None));
        assert_eq!(taking.cycle(Some(7), false), Ok(None));
        assert_eq!(taking.cycle(Some(7), true), Ok(Some(7)));
        for next in [None, Some(8)] {
            let mut taking = Taking::default();
            assert_eq!(taking.cycle(Some(7), false), Ok(None));
            assert_eq!(taking.cycle(next, true), Err(()));
        }
    }
}
