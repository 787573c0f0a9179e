//! The header of an array: NumPy's `.npy`, as its format document (NEP 1) states it.
//!
//! ```text
//! 93 "NUMPY" | major, minor | length u16 (major 1) or u32 | {'descr': '<i2', 'fortran_order': False, 'shape': (10, 33), }
//! ```
//! Read here and not by a crate: those that there are hand the text to a parser of all Python literals, which takes time
//! exponential in nested brackets, and multiply sizes that they believe. Three keys need no such parser.
use std::io::{self, Read};

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header that is read: NumPy's own limit.
const LONGEST: usize = 10_000;
/// Data begin at a multiple of this, so that a file can be mapped into memory.
const ALIGNMENT: usize = 64;

/// What an array is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Type of the elements as NumPy writes it: `<i2` is a signed number of two bytes, lowest first.
    pub kind: String,
    /// Whether the first index runs fastest (`fortran_order`).
    pub by_columns: bool,
    /// Sizes; none for a single element.
    pub shape: Vec<usize>,
}

impl Header {
    /// The bytes before the data, for elements in row-major order.
    pub fn bytes(kind: &str, shape: &[usize]) -> Vec<u8> {
        let sizes: String = shape.iter().map(|n| format!("{n}, ")).collect();
        // one element in brackets keeps its comma, as in Python
        let sizes = sizes.trim_end();
        let sizes = if shape.len() == 1 { sizes } else { sizes.trim_end_matches(',') };
        let mut text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({sizes}), }}");
        let before = MAGIC.len() + 4;
        let whole = (before + text.len() + 1).next_multiple_of(ALIGNMENT);
        text += &" ".repeat(whole - before - text.len() - 1);
        text.push('\n');
        let mut out = MAGIC.to_vec();
        out.extend([1, 0]);
        out.extend((text.len() as u16).to_le_bytes());
        out.extend(text.as_bytes());
        out
    }

    /// Reads up to where the data begin.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn read(source: &mut impl Read) -> Result<Self, String> {
        let cut = |e: io::Error| match e.kind() {
            io::ErrorKind::UnexpectedEof => "it ends within its header".to_string(),
            _ => e.to_string(),
        };
        let mut start = [0; 8];
        source.read_exact(&mut start).map_err(cut)?;
        if start[..6] != MAGIC[..] {
            return Err("no .npy array: it does not begin with its magic bytes".into());
        }
        let length_bytes = match start[6] {
            1 => 2,
            2 | 3 => 4,
            other => return Err(format!("version {other} of the format .npy (accepted: 1 to 3)")),
        };
        let mut length = [0; 4];
        source.read_exact(&mut length[..length_bytes]).map_err(cut)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(format!("a header of {length} bytes (accepted: at most {LONGEST})"));
        }
        let mut text = vec![0; length];
        source.read_exact(&mut text).map_err(cut)?;
        let text = String::from_utf8_lossy(&text);
        Self::parse(&text).ok_or_else(|| format!("a header that is not understood: {:?}", text.trim_end()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut t = Text(text);
        let (mut kind, mut by_columns, mut shape) = (None, None, None);
        t.take("{")?;
        while t.take("}").is_none() {
            let key = t.quoted()?;
            t.take(":")?;
            match key {
                "descr" => kind = Some(t.quoted()?.to_string()),
                "fortran_order" => by_columns = Some(t.flag()?),
                "shape" => shape = Some(t.sizes()?),
                _ => return None,
            }
            if t.take(",").is_none() {
                t.take("}")?;
                break;
            }
        }
        let header = Self { kind: kind?, by_columns: by_columns?, shape: shape? };
        t.0.trim().is_empty().then_some(header)
    }
}

/// What is left of a text.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// Passes over `word`, if it comes next.
    fn take(&mut self, word: &str) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(word)?;
        Some(())
    }
    /// A text in quotes; kinds and keys need no escapes.
    fn quoted(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_start();
        let quote = rest.chars().next().filter(|c| *c == '\'' || *c == '"')?;
        let (inside, behind) = rest[1..].split_once(quote)?;
        self.0 = behind;
        (!inside.contains('\\')).then_some(inside)
    }
    fn flag(&mut self) -> Option<bool> {
        self.take("True").map(|()| true).or_else(|| self.take("False").map(|()| false))
    }
    fn sizes(&mut self) -> Option<Vec<usize>> {
        self.take("(")?;
        let (inside, behind) = self.0.split_once(')')?;
        self.0 = behind;
        let inside = inside.trim();
        if inside.is_empty() {
            return Some(vec![]);
        }
        let inside = inside.strip_suffix(',').unwrap_or(inside);
        inside.split(',').map(|n| n.trim().parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_aligned() {
        for shape in [vec![], vec![7], vec![10, 33], vec![65535, 65536]] {
            let bytes = Header::bytes("<i2", &shape);
            assert_eq!(bytes.len() % ALIGNMENT, 0);
            assert_eq!(bytes.last(), Some(&b'\n'));
            let read = Header::read(&mut &bytes[..]).expect("just written");
            assert_eq!(read, Header { kind: "<i2".into(), by_columns: false, shape });
        }
        let said = |shape: &[usize]| String::from_utf8_lossy(&Header::bytes("<i2", shape)[10..]).trim_end().to_string();
        assert_eq!(said(&[7]), "{'descr': '<i2', 'fortran_order': False, 'shape': (7,), }");
        assert_eq!(said(&[]), "{'descr': '<i2', 'fortran_order': False, 'shape': (), }");
    }
    #[test]
    fn order_spaces_quotes_and_commas_do_not_matter() {
        let expected = Header { kind: "|u1".into(), by_columns: true, shape: vec![3, 4] };
        for text in [
            "{'descr':'|u1','fortran_order':True,'shape':(3,4)}",
            " { \"shape\" : ( 3 , 4, ) , 'fortran_order' : True , 'descr' : \"|u1\" , }  \n",
        ] {
            assert_eq!(Header::parse(text), Some(expected.clone()), "{text}");
        }
    }
    #[test]
    fn what_is_no_header_is_refused() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<i2', 'fortran_order': False}",
            "{'descr': '<i2', 'fortran_order': 0, 'shape': ()}",
            "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': ()}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1,,2)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (), 'more': ()}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': ()} x",
            "{'descr': '<i2' 'fortran_order': False, 'shape': ()}",
            "{'descr': '<i\\'2', 'fortran_order': False, 'shape': ()}",
        ] {
            assert_eq!(Header::parse(text), None, "{text}");
        }
    }
    #[test]
    fn a_header_is_not_believed() {
        let refusal = |bytes: &[u8]| Header::read(&mut &bytes[..]).expect_err("refused");
        let good = Header::bytes("<i2", &[3]);
        assert_eq!(refusal(&good[..5]), "it ends within its header");
        assert_eq!(refusal(&good[..100]), "it ends within its header");
        assert!(refusal(b"PK\x03\x04....").contains("magic"));
        assert!(refusal(b"\x93NUMPY\x04\x00").contains("version 4"));
        // 4 GiB that nobody sent
        assert!(refusal(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{").contains("a header of 4294967295 bytes"));
        // what takes a parser of Python literals forever
        let deep = [b"\x93NUMPY\x01\x00\x00\x20".to_vec(), vec![b'['; 0x2000]].concat();
        assert!(refusal(&deep).contains("not understood"));
    }
    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "('descr'|'shape'|'fortran_order'|True|:|,|[{}()'\"]|[0-9]{1,20}| |.){0,40}") {
            let _ = Header::parse(&text);
        }
    }
}
