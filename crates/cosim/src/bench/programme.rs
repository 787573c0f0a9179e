//! What a driver does through the registers alone, whoever carries its accesses: simulated pins or a board's serial line.
use super::saved::Saved;
use crate::device::DeviceError;
use drtp_core::layout::Place;
use drtp_core::regs::{self, Counter};
use drtp_core::{Bank, Config, Design, Layer, Network, Nonlinearity, Projection, Rule, Seeds};

/// A master of a core's registers.
pub trait Bus {
    /// One write; whether it was granted.
    ///
    /// # Errors
    /// No answer.
    fn write(&mut self, offset: u16, value: u32) -> Result<bool, DeviceError>;
    /// One read; `None` if it was answered with an error.
    ///
    /// # Errors
    /// No answer.
    fn read(&mut self, offset: u16) -> Result<Option<u32>, DeviceError>;
    /// What an access that must be granted, and was not, ends with.
    fn refused(&self, what: String) -> DeviceError;
    /// Reads a register until its value is as wanted.
    ///
    /// # Errors
    /// It does not come to that.
    fn poll(&mut self, offset: u16, done: &dyn Fn(u32) -> bool, doing: &str) -> Result<(), DeviceError>;
    /// Writes all values to one register; each must be granted.
    ///
    /// # Errors
    /// One is not.
    fn write_all(&mut self, offset: u16, values: &[u32]) -> Result<(), DeviceError> {
        values.iter().try_for_each(|v| must_write(self, offset, *v))
    }
    /// Reads one register so many times; each must be granted.
    ///
    /// # Errors
    /// One is not.
    fn read_all(&mut self, offset: u16, count: usize) -> Result<Vec<u32>, DeviceError> {
        (0..count).map(|_| must_read(self, offset)).collect()
    }
}

/// A write that must be granted.
///
/// # Errors
/// It is not, or there is no answer.
pub fn must_write<B: Bus + ?Sized>(bus: &mut B, offset: u16, value: u32) -> Result<(), DeviceError> {
    match bus.write(offset, value)? {
        true => Ok(()),
        false => Err(bus.refused(format!("a write of {value:#x} to {offset:#05x}"))),
    }
}

/// A read that must be granted.
///
/// # Errors
/// It is not, or there is no answer.
pub fn must_read<B: Bus + ?Sized>(bus: &mut B, offset: u16) -> Result<u32, DeviceError> {
    match bus.read(offset)? {
        Some(value) => Ok(value),
        None => Err(bus.refused(format!("a read of {offset:#05x}"))),
    }
}

/// A counter, low word first.
///
/// # Errors
/// The design has none, or there is no answer.
pub fn read_counter(bus: &mut impl Bus, counter: Counter) -> Result<u64, DeviceError> {
    let low = must_read(bus, regs::counter(counter))?;
    let high = must_read(bus, regs::counter(counter) + 4)?;
    Ok(u64::from(high) << 32 | u64::from(low))
}

/// Starts commands and waits until CTRL shows that they are done.
///
/// # Errors
/// One is refused or does not end.
pub fn command(bus: &mut impl Bus, bits: u32) -> Result<(), DeviceError> {
    must_write(bus, regs::CTRL, bits)?;
    bus.poll(regs::CTRL, &|v| v & bits == 0, "a command to be carried out")
}

/// Flushes, writes every setting, applies the set; whether the core took it. What is fixed must be as wanted.
///
/// # Errors
/// An access is refused that must be granted, or there is no answer.
pub fn configure(bus: &mut impl Bus, design: &Design, network: &Network) -> Result<bool, DeviceError> {
    command(bus, regs::CTRL_FLUSH)?;
    // a topology deeper than the registers go cannot be written at all
    for (offset, value) in regs::writes(design, network) {
        let taken = match design.fixed_network && !regs::is_shift(offset) {
            true => bus.read(offset)? == Some(value),
            false => bus.write(offset, value)?,
        };
        if !taken {
            return Ok(false);
        }
    }
    must_write(bus, regs::IRQ_STATUS, regs::IRQ_BAD_CONFIG)?;
    must_write(bus, regs::CTRL, regs::CTRL_APPLY)?;
    Ok(must_read(bus, regs::IRQ_STATUS)? & regs::IRQ_BAD_CONFIG == 0)
}

/// The settings as their registers show them: what [`configure`] wrote. What only learning needs is 0 without it.
///
/// # Errors
/// An access is refused that must be granted, or there is no answer.
pub fn network(bus: &mut impl Bus, design: &Design) -> Result<Network, DeviceError> {
    let mode = must_read(bus, regs::MODE)?;
    let depth = must_read(bus, regs::LAYERS)? as usize;
    let inputs = must_read(bus, regs::layer(0, regs::LAYER_SIZE))? as usize;
    let mut learning = |offset| if design.learning { must_read(bus, offset) } else { Ok(0) };
    let seeds = Seeds {
        init: learning(regs::SEED_INIT)?,
        projection: learning(regs::SEED_PROJECTION)?,
        noise: learning(regs::SEED_NOISE)?,
    };
    let mut layers = vec![];
    for k in 1..=depth {
        let shift = learning(regs::layer(k, regs::LAYER_SHIFT))?;
        layers.push((shift, learning(regs::layer(k, regs::LAYER_INIT_BITS))?));
    }
    let layers = layers.into_iter().enumerate().map(|(k, (shift, init_bits))| {
        let size = must_read(bus, regs::layer(k + 1, regs::LAYER_SIZE))? as usize;
        Ok(Layer { size, wf: must_read(bus, regs::layer(k + 1, regs::LAYER_WF))?, shift, init_bits })
    });
    Ok(Network {
        inputs,
        layers: layers.collect::<Result<_, DeviceError>>()?,
        rule: Rule::ALL[(mode & 3) as usize],
        activation: Nonlinearity::ALL[usize::from(mode & regs::MODE_CLIPPED_RELU != 0)],
        projection: if mode >> 5 & 1 != 0 { Projection::Ternary } else { Projection::Binary },
        dead_zone: mode >> 8 & 0xff,
        margin: mode >> 16,
        seeds,
    })
}

/// The state after `rst`, as far as registers lead to it: generated settings, initial weights and noise, nothing owed or
/// remembered, counters at zero, no event pending or enabled.
///
/// # Errors
/// An access is refused that must be granted, or there is no answer.
pub fn reset(bus: &mut impl Bus, power_up: &Config) -> Result<(), DeviceError> {
    let (design, network) = (power_up.design(), power_up.network());
    command(bus, regs::CTRL_SOFT_RESET)?;
    if !configure(bus, design, network)? {
        return Err(bus.refused("the generated configuration".into()));
    }
    if design.learning {
        command(bus, regs::CTRL_INIT)?;
    }
    must_write(bus, regs::CTRL, regs::CTRL_CLEAR)?;
    must_write(bus, regs::IRQ_ENABLE, 0)?;
    must_write(bus, regs::IRQ_STATUS, regs::events(design))
}

/// Flushes, and reads everything that was learned.
///
/// # Errors
/// An access is refused that must be granted, or there is no answer.
pub fn save(bus: &mut impl Bus, config: &Config) -> Result<Saved, DeviceError> {
    command(bus, regs::CTRL_FLUSH)?;
    let layout = config.layout();
    let mut words = vec![];
    for (bank, count) in [(Bank::Hidden, layout.hidden_words()), (Bank::Output, layout.output_words())] {
        for lane in 0..config.design().lanes {
            if count == 0 {
                continue;
            }
            must_write(bus, regs::W_ADDR, regs::window(Place { bank, lane, word: 0 }))?;
            let read = bus.read_all(regs::W_DATA, count)?;
            words.push((bank, lane, read.into_iter().map(|v| v as i32).collect()));
        }
    }
    let noise = match config.design().learning {
        true => Some(must_read(bus, regs::NOISE_STATE)?),
        false => None,
    };
    Ok(Saved { network: config.network().clone(), words, noise })
}

/// Writes back what was saved; the network is configured already.
///
/// # Errors
/// As [`save`].
pub fn restore(bus: &mut impl Bus, config: &Config, saved: &Saved) -> Result<(), DeviceError> {
    command(bus, regs::CTRL_FLUSH)?;
    let layout = config.layout();
    let all = saved.words.iter().flat_map(|(bank, lane, words)| {
        words.iter().enumerate().map(|(word, value)| (Place { bank: *bank, lane: *lane, word }, *value))
    });
    // words between the neurons hold what power-up left there, which may be no weight
    write_words(bus, all.filter(|(place, _)| layout.weight(*place).is_some()))?;
    match saved.noise {
        Some(state) => must_write(bus, regs::NOISE_STATE, state),
        None => Ok(()),
    }
}

/// Flushes, and writes the weights `W[k][j][i]`.
///
/// # Errors
/// As [`save`].
pub fn load(bus: &mut impl Bus, config: &Config, weights: &[Vec<Vec<i32>>]) -> Result<(), DeviceError> {
    command(bus, regs::CTRL_FLUSH)?;
    let layout = config.layout();
    write_words(bus, layout.weights().map(|at| (layout.place(at), weights[at.layer][at.neuron][at.input])))
}

/// The weights `W[k][j][i]` of what was saved.
pub fn weights(config: &Config, saved: &Saved) -> Vec<Vec<Vec<i32>>> {
    let (network, layout) = (config.network(), config.layout());
    let mut out: Vec<Vec<Vec<i32>>> =
        (0..network.depth()).map(|k| vec![vec![0; network.fan_in(k) + 1]; network.layers[k].size]).collect();
    for (bank, lane, words) in &saved.words {
        for (word, value) in words.iter().enumerate() {
            if let Some(at) = layout.weight(Place { bank: *bank, lane: *lane, word }) {
                out[at.layer][at.neuron][at.input] = *value;
            }
        }
    }
    out
}

/// Writes words through the window, which moves on by itself.
fn write_words(bus: &mut impl Bus, words: impl Iterator<Item = (Place, i32)>) -> Result<(), DeviceError> {
    let mut run: Option<(Place, Vec<u32>)> = None;
    let mut store = |(place, values): (Place, Vec<u32>)| {
        must_write(bus, regs::W_ADDR, regs::window(place))?;
        bus.write_all(regs::W_DATA, &values)
    };
    for (place, value) in words {
        match &mut run {
            Some((begin, values)) if place == Place { word: begin.word + values.len(), ..*begin } => {
                values.push(value as u32)
            }
            _ => {
                if let Some(whole) = run.replace((place, vec![value as u32])) {
                    store(whole)?;
                }
            }
        }
    }
    run.map_or(Ok(()), store)
}
