//! An archive of arrays: NumPy's `.npz`, a zip with an `.npy` for each. Nothing is believed before it is there: memory
//! grows with the bytes that arrive, and never past what the configuration calls for.
use super::npy::Header;
use super::WeightsError;
use std::cmp::Ordering;
use std::io::{Cursor, Read, Write};
use zip::read::ZipFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Behind an array's name in the archive.
const SUFFIX: &str = ".npy";
/// The longest text that is read, in characters: a configuration has about a thousand.
const LONGEST_TEXT: usize = 1 << 16;

/// Arrays on their way into a file.
pub(super) struct Writer {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Writer {
    pub fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(vec![])) }
    }
    /// Adds an array of `kind`, row-major.
    pub fn add(&mut self, array: &str, kind: &str, shape: &[usize], data: &[u8]) -> std::io::Result<()> {
        // no time of day: the same weights are the same bytes
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(format!("{array}{SUFFIX}"), options)?;
        self.zip.write_all(&Header::bytes(kind, shape))?;
        self.zip.write_all(data)
    }
    /// Adds a text, as a single string of NumPy's: four bytes a character.
    pub fn add_text(&mut self, array: &str, text: &str) -> std::io::Result<()> {
        let data: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        self.add(array, &format!("<U{}", data.len() / 4), &[], &data)
    }
    pub fn finish(self) -> std::io::Result<Vec<u8>> {
        Ok(self.zip.finish()?.into_inner())
    }
}

/// Arrays of a file.
pub(super) struct Reader<'a> {
    file: &'a str,
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Reader<'a> {
    /// `file` is what messages call it.
    pub fn new(file: &'a str, bytes: &'a [u8]) -> Result<Self, WeightsError> {
        match ZipArchive::new(Cursor::new(bytes)) {
            Ok(zip) => Ok(Self { file, zip }),
            Err(reason) => Err(WeightsError::Archive { file: file.into(), reason: reason.to_string() }),
        }
    }
    /// Names of the arrays, in the order of the archive; what is none keeps a name that no array has.
    pub fn arrays(&self) -> Vec<String> {
        let array = |name: &str| name.strip_suffix(SUFFIX).map_or(format!("{name} (no {SUFFIX})"), String::from);
        self.zip.file_names().map(array).collect()
    }
    pub fn has(&self, array: &str) -> bool {
        self.zip.index_for_name(&format!("{array}{SUFFIX}")).is_some()
    }
    /// An error at an array.
    pub fn refusal(&self, array: &str, problem: impl Into<String>) -> WeightsError {
        WeightsError::Array { file: self.file.into(), array: array.into(), problem: problem.into() }
    }

    /// Numbers of two bytes, `[rows][columns]`.
    pub fn rows(&mut self, array: &str, rows: usize, columns: usize) -> Result<Vec<Vec<i32>>, WeightsError> {
        let (header, data) = self.numbers(array, &INT16, &[rows, columns])?;
        let at = |row, column| 2 * if header.by_columns { column * rows + row } else { row * columns + column };
        let number = |at: usize| i32::from(i16::from_le_bytes([data[at], data[at + 1]]));
        Ok((0..rows).map(|row| (0..columns).map(|column| number(at(row, column))).collect()).collect())
    }
    /// One number of four bytes.
    pub fn word(&mut self, array: &str) -> Result<u32, WeightsError> {
        let (_, data) = self.numbers(array, &UINT32, &[])?;
        Ok(data.iter().rev().fold(0, |n, byte| n << 8 | u32::from(*byte)))
    }
    /// One number of eight bytes.
    pub fn long(&mut self, array: &str) -> Result<u64, WeightsError> {
        let (_, data) = self.numbers(array, &UINT64, &[])?;
        Ok(data.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }
    fn numbers(&mut self, array: &str, kind: &Kind, shape: &[usize]) -> Result<(Header, Vec<u8>), WeightsError> {
        self.entry(array, |entry| {
            let header = Header::read(entry)?;
            if header.kind != kind.name {
                return Err(other_kind(&header, kind.numpy));
            }
            same_shape(&header, shape)?;
            let data = exactly(entry, shape.iter().product::<usize>() * kind.bytes)?;
            Ok((header, data))
        })
    }
    /// One text, without the zeros that may fill it up.
    pub fn text(&mut self, array: &str) -> Result<String, WeightsError> {
        self.entry(array, |entry| {
            let header = Header::read(entry)?;
            let length = header.kind.strip_prefix("<U").and_then(|n| n.parse::<usize>().ok());
            let length = length.ok_or_else(|| other_kind(&header, "str"))?;
            same_shape(&header, &[])?;
            if length > LONGEST_TEXT {
                return Err(format!("a text of {length} characters (accepted: at most {LONGEST_TEXT})"));
            }
            let data = exactly(entry, 4 * length)?;
            let code = |c: &[u8]| char::from_u32(u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
            let text: Option<String> = data.chunks_exact(4).map(code).collect();
            Ok(text.ok_or("characters that Unicode does not have")?.trim_end_matches('\0').into())
        })
    }
    /// What `read` makes of an array; problems get file and array.
    fn entry<T>(
        &mut self,
        array: &str,
        read: impl FnOnce(&mut ZipFile<'_, Cursor<&'a [u8]>>) -> Result<T, String>,
    ) -> Result<T, WeightsError> {
        if !self.has(array) {
            let (file, array) = (self.file.into(), array.into());
            return Err(WeightsError::Missing { file, array, found: self.arrays() });
        }
        let opened = self.zip.by_name(&format!("{array}{SUFFIX}")).map_err(|e| e.to_string());
        let done = opened.and_then(|mut entry| read(&mut entry));
        done.map_err(|problem| self.refusal(array, problem))
    }
}

/// Elements that an array is made of.
struct Kind {
    /// In a header.
    name: &'static str,
    /// For people.
    numpy: &'static str,
    bytes: usize,
}
const INT16: Kind = Kind { name: "<i2", numpy: "int16, that is '<i2'", bytes: 2 };
const UINT32: Kind = Kind { name: "<u4", numpy: "uint32, that is '<u4'", bytes: 4 };
const UINT64: Kind = Kind { name: "<u8", numpy: "uint64, that is '<u8'", bytes: 8 };

fn other_kind(header: &Header, accepted: &str) -> String {
    format!("elements of type {:?} (accepted: {accepted})", header.kind)
}
fn same_shape(header: &Header, expected: &[usize]) -> Result<(), String> {
    match header.shape == expected {
        true => Ok(()),
        false => Err(format!("shape {} (accepted: {})", sizes(&header.shape), sizes(expected))),
    }
}
/// A shape as Python writes it.
fn sizes(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}
/// All data of an array: `bytes` of them and no more.
fn exactly(source: &mut impl Read, bytes: usize) -> Result<Vec<u8>, String> {
    let mut data = vec![];
    // one byte more than called for: it shows trailing data, and reaching the end is what checks the checksum
    source.take(bytes as u64 + 1).read_to_end(&mut data).map_err(|e| format!("damaged: {e}"))?;
    match data.len().cmp(&bytes) {
        Ordering::Less => Err(format!("it ends after {} of {bytes} bytes", data.len())),
        Ordering::Equal => Ok(data),
        Ordering::Greater => Err(format!("more than its {bytes} bytes")),
    }
}
