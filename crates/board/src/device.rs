//! A board as an engine like all others.
use crate::link::{Link, LinkError, LinkStatistics, Transport};
use crate::protocol::{Request, Response};
use drtp_core::bridge::{Status, MAX_WORDS};
use drtp_core::regs::{self, Counter};
use drtp_core::{BankStyle, Config, Design, Network};
use drtp_cosim::bench::programme::{self, Bus};
use drtp_cosim::{Counters, Device, DeviceError, DropReason, Frame, ObservedWrite, Packet, Reply, Step};

const NAME: &str = "board";
/// Reads of a register until it counts as stuck: seconds, at any rate.
const PATIENCE: usize = 20_000;

/// A core on a board.
pub struct BoardDevice<T: Transport> {
    link: Link<T>,
    power_up: Config,
    config: Config,
    counters: Counters,
    /// What a call that cannot fail ran into, for the next one that can.
    failed: Option<DeviceError>,
}

impl From<LinkError> for DeviceError {
    fn from(e: LinkError) -> Self {
        // a cable, or a board that was switched off: nobody's defect
        DeviceError::Tool(format!("{NAME}: {e}"))
    }
}

fn refused(what: String) -> DeviceError {
    DeviceError::Refused { device: NAME.into(), what, at: 0 }
}

/// Registers over a link, whatever the core behind it is configured for.
struct Registers<'a, T>(&'a mut Link<T>);

impl<T: Transport> Registers<'_, T> {
    /// A response; whether the access was granted.
    fn access(&mut self, request: &Request) -> Result<(Response, bool), DeviceError> {
        let response = self.0.exchange(request)?;
        let granted = response.status == Status::Done;
        Ok((response, granted))
    }
}

impl<T: Transport> Bus for Registers<'_, T> {
    fn write(&mut self, offset: u16, value: u32) -> Result<bool, DeviceError> {
        Ok(self.access(&Request::Write { address: offset, fixed: true, words: vec![value] })?.1)
    }
    fn read(&mut self, offset: u16) -> Result<Option<u32>, DeviceError> {
        let (response, granted) = self.access(&Request::Read { address: offset, fixed: true, count: 1 })?;
        let word = response.words().next();
        Ok(word.filter(|_| granted))
    }
    fn refused(&self, what: String) -> DeviceError {
        refused(what)
    }
    fn poll(&mut self, offset: u16, done: &dyn Fn(u32) -> bool, doing: &str) -> Result<(), DeviceError> {
        for _ in 0..PATIENCE {
            if done(programme::must_read(self, offset)?) {
                return Ok(());
            }
        }
        Err(DeviceError::Hang { device: NAME.into(), cycles: 0, at: 0, doing: doing.into() })
    }
    fn write_all(&mut self, offset: u16, values: &[u32]) -> Result<(), DeviceError> {
        for words in values.chunks(MAX_WORDS) {
            let (response, granted) =
                self.access(&Request::Write { address: offset, fixed: true, words: words.to_vec() })?;
            if !granted {
                return Err(refused(format!("word {} of a write to {offset:#05x}", response.result)));
            }
        }
        Ok(())
    }
    fn read_all(&mut self, offset: u16, count: usize) -> Result<Vec<u32>, DeviceError> {
        let mut out = vec![];
        while out.len() < count {
            let some = MAX_WORDS.min(count - out.len());
            let (response, granted) = self.access(&Request::Read { address: offset, fixed: true, count: some })?;
            if !granted || response.words().count() != some {
                return Err(refused(format!("word {} of a read of {offset:#05x}", response.result)));
            }
            out.extend(response.words());
        }
        Ok(out)
    }
}

/// What kind of core a board has, as its registers tell. The width of the input stream does not matter here.
///
/// # Errors
/// The board does not answer, or what answers is no core of this version.
pub fn design<T: Transport>(link: &mut Link<T>) -> Result<Design, DeviceError> {
    let mut bus = Registers(link);
    let bus = &mut bus;
    let id = programme::must_read(bus, regs::ID)?;
    if id != regs::ID_VALUE {
        return Err(DeviceError::Tool(format!("{NAME}: ID reads {id:#010x} instead of {:#010x}", regs::ID_VALUE)));
    }
    let version = programme::must_read(bus, regs::VERSION)?;
    if version != regs::VERSION_VALUE {
        return Err(DeviceError::Tool(format!(
            "{NAME}: a core of version {version:#x}, this program knows {:#x}",
            regs::VERSION_VALUE
        )));
    }
    let widths = programme::must_read(bus, regs::WEIGHT_BITS)?;
    let most = programme::must_read(bus, regs::MAX_WIDTH)?;
    let layers = programme::must_read(bus, regs::LAYERS)?;
    // an event that is not there cannot be enabled
    let enabled = programme::must_read(bus, regs::IRQ_ENABLE)?;
    let watchdog = bus.write(regs::IRQ_ENABLE, enabled | regs::IRQ_RESTARTED)?;
    programme::must_write(bus, regs::IRQ_ENABLE, enabled)?;
    let mut read = |offset| programme::must_read(bus, offset).map(|v| v as usize);
    Ok(Design {
        lanes: read(regs::LANES)?,
        hidden_bits: (widths & 0xff) as usize,
        output_bits: (widths >> 8 & 0xff) as usize,
        hidden_words: read(regs::CAPACITY)?,
        output_words: read(regs::OUTPUT_CAPACITY)?,
        max_layers: read(regs::MAX_LAYERS)?,
        max_width: (most & 0xffff) as usize,
        max_hidden: (most >> 16) as usize,
        // registers that are not there answer with an error, and so do writes of what is fixed
        learning: bus.read(regs::SEED_INIT)?.is_some(),
        fixed_network: !bus.write(regs::LAYERS, layers)?,
        counters: bus.read(regs::counter(Counter::Samples))?.is_some(),
        watchdog,
        // these make no difference to who drives it
        stream_bits: 8,
        input_pages: 2,
        bank_style: BankStyle::Inferred,
    })
}

/// The network that a board has, as its registers tell.
///
/// # Errors
/// The board does not answer.
pub fn network<T: Transport>(link: &mut Link<T>, design: &Design) -> Result<Network, DeviceError> {
    programme::network(&mut Registers(link), design)
}

impl<T: Transport> BoardDevice<T> {
    /// A board that was brought to the state after a reset, with the network of `config`.
    ///
    /// # Errors
    /// It does not answer, is another core than the configuration's, or does not take its network.
    pub fn new(mut link: Link<T>, config: &Config) -> Result<Self, DeviceError> {
        let found = design(&mut link)?;
        let wanted = config.design();
        let seen = Design {
            stream_bits: wanted.stream_bits,
            input_pages: wanted.input_pages,
            bank_style: wanted.bank_style,
            ..found
        };
        if seen != *wanted {
            return Err(DeviceError::Tool(format!("{NAME}: the board has {seen:?}, the configuration {wanted:?}")));
        }
        let mut device = Self {
            link,
            power_up: config.clone(),
            config: config.clone(),
            counters: Counters::default(),
            failed: None,
        };
        device.reset()?;
        Ok(device)
    }
    /// A board as it is: settings and weights stay.
    ///
    /// # Errors
    /// It does not answer, or what answers is no core that this program knows.
    pub fn attach(mut link: Link<T>) -> Result<Self, DeviceError> {
        let design = design(&mut link)?;
        let network = network(&mut link, &design)?;
        let config = Config::new(design, network)
            .map_err(|e| DeviceError::Tool(format!("{NAME}: what its registers say does not fit: {e}")))?;
        Ok(Self { link, power_up: config.clone(), config, counters: Counters::default(), failed: None })
    }
    /// What is configured now.
    pub fn config(&self) -> &Config {
        &self.config
    }
    /// What the link went through.
    pub fn statistics(&self) -> LinkStatistics {
        self.link.statistics()
    }
    /// The link.
    pub fn link(&mut self) -> &mut Link<T> {
        &mut self.link
    }
    fn registers(&mut self) -> Registers<'_, T> {
        Registers(&mut self.link)
    }
    fn reset(&mut self) -> Result<(), DeviceError> {
        let power_up = self.power_up.clone();
        let mut bus = self.registers();
        // a board that was just switched on writes its weights
        bus.poll(regs::STATUS, &|v| v & regs::STATUS_INIT_DONE != 0, "init after reset")?;
        programme::reset(&mut bus, &power_up)?;
        self.config = power_up;
        Ok(())
    }
    fn configure(&mut self, network: &Network) -> Result<Reply, DeviceError> {
        let design = self.config.design().clone();
        if !programme::configure(&mut self.registers(), &design, network)? {
            return Ok(Reply::Refused);
        }
        if let Ok(config) = self.config.with_network(network.clone()) {
            self.config = config;
        }
        Ok(Reply::Done)
    }
    fn frame(&mut self, frame: &Frame) -> Result<Reply, DeviceError> {
        let bytes = frame.bytes.iter().map(|b| *b as u8).collect();
        let response = self.link.exchange(&Request::Sample { user: frame.user, bytes })?;
        let drop = match response.status {
            Status::Done => None,
            Status::BadFrame => Some(DropReason::BadFrame),
            Status::BadTarget => Some(DropReason::BadTarget),
            Status::Restarted => Some(DropReason::Restarted),
            other => return Err(refused(format!("a sample ({other:?})"))),
        };
        self.counters.samples += u64::from(drop.is_none());
        self.counters.dropped += u64::from(drop.is_some());
        Ok(drop.map_or_else(
            || {
                Reply::Packet(Packet {
                    scores: response.words().map(|w| w as i32).collect(),
                    class: usize::from(response.result & 0x7f),
                    owes: response.result & 0x80 != 0,
                })
            },
            Reply::Dropped,
        ))
    }
    fn save_and_restore(&mut self) -> Result<(), DeviceError> {
        let config = self.config.clone();
        let saved = programme::save(&mut self.registers(), &config)?;
        self.reset()?;
        if *self.config.network() != saved.network {
            self.configure(&saved.network)?;
        }
        programme::restore(&mut self.registers(), &config, &saved)
    }
    fn step(&mut self, step: &Step) -> Result<Reply, DeviceError> {
        match step {
            Step::Frame(f) => return self.frame(f),
            Step::Configure(network) => return self.configure(network),
            Step::Flush => programme::command(&mut self.registers(), regs::CTRL_FLUSH)?,
            Step::Init => programme::command(&mut self.registers(), regs::CTRL_INIT)?,
            Step::SoftReset => programme::command(&mut self.registers(), regs::CTRL_SOFT_RESET)?,
            Step::Reset => self.reset()?,
            Step::Load(weights) => {
                let config = self.config.clone();
                programme::load(&mut self.registers(), &config, weights)?;
            }
            Step::SaveAndRestore => self.save_and_restore()?,
        }
        Ok(Reply::Done)
    }
    /// All weights, after a flush.
    ///
    /// # Errors
    /// The board does not answer.
    pub fn read_weights(&mut self) -> Result<Vec<Vec<Vec<i32>>>, DeviceError> {
        let config = self.config.clone();
        let saved = programme::save(&mut self.registers(), &config)?;
        Ok(programme::weights(&config, &saved))
    }
    /// What a call that cannot fail shows of one that did: nothing, and the error comes with the next call.
    fn or_later<V: Default>(&mut self, result: Result<V, DeviceError>) -> V {
        result.unwrap_or_else(|e| {
            self.failed.get_or_insert(e);
            V::default()
        })
    }
    fn check(&mut self) -> Result<(), DeviceError> {
        self.failed.take().map_or(Ok(()), Err)
    }
}

impl<T: Transport> Device for BoardDevice<T> {
    fn name(&self) -> &str {
        NAME
    }
    fn run(&mut self, steps: &[Step]) -> Result<Vec<Reply>, DeviceError> {
        self.check()?;
        steps.iter().map(|s| self.step(s)).collect()
    }
    fn take_writes(&mut self) -> Result<Vec<ObservedWrite>, DeviceError> {
        self.check()?;
        Ok(vec![])
    }
    fn sees_writes(&self) -> bool {
        false
    }
    /// Read over the bus, which allows it when nothing is owed: after a flush, which is given here.
    fn weights(&mut self) -> Vec<Vec<Vec<i32>>> {
        let weights = self.read_weights();
        self.or_later(weights)
    }
    fn noise_state(&mut self) -> u32 {
        if !self.config.design().learning {
            return 0;
        }
        let state = programme::must_read(&mut self.registers(), regs::NOISE_STATE);
        self.or_later(state)
    }
    fn counters(&self) -> Counters {
        self.counters
    }
    fn read_counters(&mut self) -> Result<Vec<(Counter, u64)>, DeviceError> {
        self.check()?;
        let counters = Counter::of(self.config.design());
        counters.into_iter().map(|c| Ok((c, programme::read_counter(&mut self.registers(), c)?))).collect()
    }
}
