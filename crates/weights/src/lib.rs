//! Trained weights in a file: `.npz`, which NumPy reads and writes, with the configuration inside (`docs/weights.md`).
//!
//! | array | type | shape | what |
//! |---|---|---|---|
//! | `config` | text | `()` | the configuration, as TOML |
//! | `layer0`, `layer1`, .. | int16 | `(N_k, N_{k-1} + 1)` | weights `W[j][i]`, the bias last; value `W / 2^wf` |
//! | `noise` | uint32 | `()` | state of the rounding noise, not 0 |
//! | `seed`, `epochs` | uint64, uint32 | `()` | how far a training has come; both or none |
//!
//! It knows configurations and nothing of hardware or data.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod error;
mod npy;
mod npz;

pub use error::WeightsError;

use drtp_core::{Config, Draft};
use npz::{Reader, Writer};
use std::fs;
use std::io;
use std::path::Path;

/// Epochs behind weights at the most: to go on means to draw the orders of all of them again.
pub const MAX_EPOCHS: u32 = 100_000;

/// What a network has learned, and what it needs to go on.
///
/// ```
/// use drtp_fast::Model;
/// use drtp_weights::Trained;
///
/// let config = drtp_core::Config::with_layers(4, &[3, 4, 2])?;
/// let mut model = Model::new(&config);
/// for n in 0..20 {
///     model.learn(&[n, 7, -n], 1);
/// }
/// let trained = Trained { config, weights: model.weights(), noise: model.noise_state(), progress: None };
///
/// let bytes = trained.to_bytes("in memory")?;
/// assert_eq!(Trained::parse("in memory", &bytes)?, trained);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trained {
    /// The configuration, with the shifts as they are now.
    pub config: Config,
    /// Weights `W[k][j][i]`, the bias last, each of its layer's format.
    pub weights: Vec<Vec<Vec<i32>>>,
    /// State of the noise stream, never 0.
    pub noise: u32,
    /// How far the training has come; none where nobody knows.
    pub progress: Option<Progress>,
}

/// How far a training has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Seed of the order of samples.
    pub seed: u64,
    /// Epochs behind the weights, at most [`MAX_EPOCHS`].
    pub epochs: u32,
    /// After each of these epochs (from 1) every layer's shift rises by one: [`drtp_core::draft::Training`]'s.
    pub decay_after: Vec<usize>,
}

impl Trained {
    /// Writes a file, beside its place first: an interrupted run leaves the old one or the new one.
    ///
    /// # Errors
    /// As [`Trained::to_bytes`]; the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), WeightsError> {
        let bytes = self.to_bytes(&path.display().to_string())?;
        drtp_files::put(path, &bytes).map_err(|reason| WeightsError::Write { path: path.into(), reason })
    }
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read; as [`Trained::parse`].
    pub fn load(path: &Path) -> Result<Self, WeightsError> {
        let bytes = fs::read(path).map_err(|reason| WeightsError::Read { path: path.into(), reason })?;
        Self::parse(&path.display().to_string(), &bytes)
    }
    /// The file's bytes, the same for the same weights; `file` is what messages call it.
    ///
    /// # Errors
    /// What a file would be refused for: weights of another shape than the configuration's, or out of range, a noise
    /// of 0, too many epochs.
    pub fn to_bytes(&self, file: &str) -> Result<Vec<u8>, WeightsError> {
        let refusal = |array: &str, problem| WeightsError::Array { file: file.into(), array: array.into(), problem };
        self.check().map_err(|(array, problem)| refusal(&array, problem))?;
        self.written().map_err(|e| WeightsError::Archive { file: file.into(), reason: e.to_string() })
    }
    fn written(&self) -> io::Result<Vec<u8>> {
        let mut arrays = Writer::new();
        arrays.add_text("config", &self.to_toml())?;
        for (k, rows) in self.weights.iter().enumerate() {
            let data: Vec<u8> = rows.iter().flatten().flat_map(|w| (*w as i16).to_le_bytes()).collect();
            arrays.add(&layer(k), "<i2", &[rows.len(), rows.first().map_or(0, Vec::len)], &data)?;
        }
        if let Some(progress) = &self.progress {
            arrays.add("seed", "<u8", &[], &progress.seed.to_le_bytes())?;
            arrays.add("epochs", "<u4", &[], &progress.epochs.to_le_bytes())?;
        }
        // last is what must be there: a list of arrays that is cut off cannot pass for a whole one
        arrays.add("noise", "<u4", &[], &self.noise.to_le_bytes())?;
        arrays.finish()
    }
    /// Reads a file's bytes; `file` is what messages call it.
    ///
    /// # Errors
    /// Everything but what [`Trained::to_bytes`] writes and NumPy could have written in its place, with the array and
    /// what was expected. Never panics.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        let mut arrays = Reader::new(file, bytes)?;
        let draft = Draft::parse(&format!("{file}: config"), &arrays.text("config")?)?;
        let (config, decay_after) = (draft.config()?, draft.training()?.decay_after);
        let network = config.network();
        let accepted: Vec<String> = (0..network.depth()).map(layer).chain(OTHERS.map(String::from)).collect();
        if let Some(array) = arrays.arrays().into_iter().find(|a| !accepted.contains(a)) {
            return Err(WeightsError::Unknown { file: file.into(), array, accepted });
        }
        let read = |k| arrays.rows(&layer(k), network.layers[k].size, network.fan_in(k) + 1);
        let weights = (0..network.depth()).map(read).collect::<Result<_, _>>()?;
        let noise = arrays.word("noise")?;
        let progress = match arrays.has("seed") || arrays.has("epochs") {
            false => None,
            true => Some(Progress { seed: arrays.long("seed")?, epochs: arrays.word("epochs")?, decay_after }),
        };
        let trained = Self { config, weights, noise, progress };
        trained.check().map_err(|(array, problem)| arrays.refusal(&array, problem))?;
        Ok(trained)
    }
    /// The configuration as a file, with the schedule where there is one.
    pub fn to_toml(&self) -> String {
        let mut text = self.config.to_toml();
        if let Some(progress) = &self.progress {
            text += &format!("\n[training]\ndecay_after = {:?}\n", progress.decay_after);
        }
        text
    }
    /// What must hold beside types: the first array that is wrong, and why.
    fn check(&self) -> Result<(), (String, String)> {
        let network = self.config.network();
        if self.weights.len() != network.depth() {
            let problem = format!("{} layers of weights (accepted: {})", self.weights.len(), network.depth());
            return Err((layer(0), problem));
        }
        for (k, rows) in self.weights.iter().enumerate() {
            let (neurons, inputs) = (network.layers[k].size, network.fan_in(k) + 1);
            if rows.len() != neurons || rows.iter().any(|row| row.len() != inputs) {
                return Err((layer(k), format!("another shape (accepted: ({neurons}, {inputs}))")));
            }
            let format = network.format(self.config.design(), k);
            for (j, row) in rows.iter().enumerate() {
                if let Some(i) = row.iter().position(|w| !format.holds(*w)) {
                    let max = format.max();
                    let problem =
                        format!("[{j}, {i}] is {}, of {} bits (accepted: -{max} to {max})", row[i], format.bits);
                    return Err((layer(k), problem));
                }
            }
        }
        if self.noise == 0 {
            return Err(("noise".into(), "a stream of zeros never changes (accepted: 1 to 4294967295)".into()));
        }
        match &self.progress {
            Some(p) if p.epochs > MAX_EPOCHS => {
                Err(("epochs".into(), format!("{} is out of range (accepted: 0 to {MAX_EPOCHS})", p.epochs)))
            }
            _ => Ok(()),
        }
    }
}

/// Arrays beside the layers.
const OTHERS: [&str; 4] = ["config", "noise", "seed", "epochs"];

fn layer(k: usize) -> String {
    format!("layer{k}")
}
