//! All that a core has learned, as it is read and written over the bus.
use super::hardware::Hardware;
use super::pins::Pins;
use super::programme;
use crate::device::DeviceError;
use drtp_core::{Bank, Network};

/// What must be kept to go on exactly: settings, weights, noise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The settings.
    pub network: Network,
    /// Words of each bank of each lane that hold weights, from word 0.
    pub words: Vec<(Bank, usize, Vec<i32>)>,
    /// NOISE_STATE; a core that does not learn has none.
    pub noise: Option<u32>,
}

impl<P: Pins> Hardware<P> {
    /// Flushes, and reads everything over the bus.
    ///
    /// # Errors
    /// A defect of the engine: an access that must be granted is refused, too.
    pub fn save(&mut self) -> Result<Saved, DeviceError> {
        let config = self.config().clone();
        programme::save(self, &config)
    }
    /// Writes everything back over the bus.
    ///
    /// # Errors
    /// As [`Hardware::save`].
    pub fn restore(&mut self, saved: &Saved) -> Result<(), DeviceError> {
        if *self.config().network() != saved.network {
            self.configure(&saved.network)?;
        }
        let config = self.config().clone();
        programme::restore(self, &config, saved)
    }
    /// Flushes, and writes the weights `W[k][j][i]` over the bus.
    ///
    /// # Errors
    /// As [`Hardware::save`].
    pub fn load(&mut self, weights: &[Vec<Vec<i32>>]) -> Result<(), DeviceError> {
        let config = self.config().clone();
        programme::load(self, &config, weights)
    }
}
