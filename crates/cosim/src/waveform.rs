//! Kinds of waveform files, told by their suffix.
use std::path::Path;

/// A kind of waveform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waveform {
    /// Value change dump: text that every viewer reads.
    Vcd,
    /// Fast signal trace: packed, for long runs.
    Fst,
}

impl Waveform {
    /// The suffix of its files.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Vcd => "vcd",
            Self::Fst => "fst",
        }
    }
    /// The kind that a file's suffix asks for, if it is one of `accepted`.
    pub fn of(path: &Path, accepted: &[Self]) -> Option<Self> {
        let suffix = path.extension()?.to_str()?;
        accepted.iter().copied().find(|w| suffix.eq_ignore_ascii_case(w.suffix()))
    }
}
