//! The Verilated board, pin by pin, as a line: its clock runs while the host waits.
use crate::link::{Timing, Transport};
use drtp_cosim::verilator::board::Board;
use std::time::Duration;

/// A simulated board behind its serial line.
pub struct SimulatedLine {
    /// The board.
    pub board: Board,
    clocks_per_bit: usize,
    baud: u32,
    /// What came while bytes were sent.
    early: Vec<u8>,
}

impl SimulatedLine {
    /// The line to a board. A second has as many bits as `timing` says.
    pub fn new(board: Board, clocks_per_bit: usize, timing: &Timing) -> Self {
        Self { board, clocks_per_bit, baud: timing.baud, early: vec![] }
    }
    /// Sends symbols of ten levels, which may be no bytes at all.
    pub fn send(&mut self, symbols: &[u16]) {
        let cycles = (10 * self.clocks_per_bit * symbols.len()) as u64 + 1;
        let came = self.board.run(symbols, 0, cycles);
        self.early.extend(came.into_iter().map(|b| b as u8));
    }
}

impl Transport for SimulatedLine {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let symbols: Vec<u16> = bytes.iter().map(|b| Board::symbol(*b)).collect();
        self.send(&symbols);
        Ok(())
    }
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> std::io::Result<usize> {
        if self.early.is_empty() {
            let bits = timeout.as_secs_f64() * f64::from(self.baud);
            let cycles = (bits * self.clocks_per_bit as f64) as u64;
            self.early = self.board.run(&[], 1, cycles).into_iter().map(|b| b as u8).collect();
        }
        let count = self.early.len().min(buffer.len());
        self.early.drain(..count).zip(buffer).for_each(|(from, to)| *to = from);
        Ok(count)
    }
}
