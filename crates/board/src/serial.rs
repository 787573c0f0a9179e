//! A serial port of this machine.
use crate::link::Transport;
use serialport::{ClearBuffer, SerialPort};
use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

/// An open port, 8N1.
pub struct SerialLine(Box<dyn SerialPort>);

impl SerialLine {
    /// Opens it; what has come before is thrown away.
    ///
    /// # Errors
    /// There is no such port, others use it, or it does not know the rate.
    pub fn open(port: &str, baud: u32) -> std::io::Result<Self> {
        let line =
            serialport::new(port, baud).timeout(Duration::from_millis(100)).open().map_err(std::io::Error::from)?;
        line.clear(ClearBuffer::All).map_err(std::io::Error::from)?;
        Ok(Self(line))
    }
}

impl Transport for SerialLine {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let mut left = bytes;
        while !left.is_empty() {
            match self.0.write(left) {
                Ok(0) => return Err(std::io::Error::new(ErrorKind::WriteZero, "the port takes nothing")),
                Ok(n) => left = &left[n..],
                // its buffer is full: it sends at the line's rate
                Err(e) if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> std::io::Result<usize> {
        // a port rounds to milliseconds, and 0 would not wait at all
        self.0.set_timeout(timeout.max(Duration::from_millis(1))).map_err(std::io::Error::from)?;
        match self.0.read(buffer) {
            Err(e) if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => Ok(0),
            other => other,
        }
    }
}
