//! All that a core has learned, as it is read and written over the bus.
use super::hardware::Hardware;
use super::pins::Pins;
use crate::device::DeviceError;
use drtp_core::layout::Place;
use drtp_core::{regs, Bank, Network};

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
        self.command(regs::CTRL_FLUSH)?;
        let layout = self.config().layout();
        let mut words = vec![];
        for (bank, count) in [(Bank::Hidden, layout.hidden_words()), (Bank::Output, layout.output_words())] {
            for lane in 0..self.config().design().lanes {
                if count == 0 {
                    continue;
                }
                self.must_write(regs::W_ADDR, regs::window(Place { bank, lane, word: 0 }))?;
                let read = (0..count).map(|_| self.must_read(regs::W_DATA).map(|v| v as i32));
                words.push((bank, lane, read.collect::<Result<_, _>>()?));
            }
        }
        let learns = self.config().design().learning;
        let noise = learns.then(|| self.must_read(regs::NOISE_STATE)).transpose()?;
        Ok(Saved { network: self.config().network().clone(), words, noise })
    }
    /// Writes everything back over the bus.
    ///
    /// # Errors
    /// As [`Hardware::save`].
    pub fn restore(&mut self, saved: &Saved) -> Result<(), DeviceError> {
        if *self.config().network() != saved.network {
            self.configure(&saved.network)?;
        }
        self.command(regs::CTRL_FLUSH)?;
        for (bank, lane, words) in &saved.words {
            self.must_write(regs::W_ADDR, regs::window(Place { bank: *bank, lane: *lane, word: 0 }))?;
            for (word, value) in words.iter().enumerate() {
                // words between the neurons hold what power-up left there, which may be no weight
                let place = Place { bank: *bank, lane: *lane, word };
                if self.config().layout().weight(place).is_some() {
                    self.must_write(regs::W_ADDR, regs::window(place))?;
                    self.must_write(regs::W_DATA, *value as u32)?;
                }
            }
        }
        saved.noise.map_or(Ok(()), |state| self.must_write(regs::NOISE_STATE, state))
    }
    /// Flushes, and writes the weights `W[k][j][i]` over the bus.
    ///
    /// # Errors
    /// As [`Hardware::save`].
    pub fn load(&mut self, weights: &[Vec<Vec<i32>>]) -> Result<(), DeviceError> {
        self.command(regs::CTRL_FLUSH)?;
        let layout = self.config().layout();
        let mut next = None;
        for at in layout.weights() {
            let place = layout.place(at);
            // W_DATA moves on by itself
            if next != Some(place) {
                self.must_write(regs::W_ADDR, regs::window(place))?;
            }
            self.must_write(regs::W_DATA, weights[at.layer][at.neuron][at.input] as u32)?;
            next = Some(Place { word: place.word + 1, ..place });
        }
        Ok(())
    }
}
