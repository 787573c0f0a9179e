//! The boundary to the compiled core: `shim.cpp`, seen from Rust. Here and in `board.rs` is the only unsafe code of the
//! crate.
use crate::bench::{Beat, Inputs, Outputs, RawWrite, ScoreBeat};
use std::ffi::{c_char, c_void, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};

/// Room behind the elements of a vector, handed over to be filled.
#[repr(C)]
struct Buffer<T> {
    at: *mut T,
    length: u64,
    room: u64,
}

impl<T> Buffer<T> {
    fn of(vec: &mut Vec<T>) -> Self {
        Self { at: vec.as_mut_ptr(), length: vec.len() as u64, room: vec.capacity() as u64 }
    }
}

#[repr(C)]
struct RawLog {
    writes: Buffer<RawWrite>,
    weight_reads: u64,
    events: u64,
}

#[repr(C)]
struct RawStream {
    beats: *const Beat,
    beat_count: u64,
    source: *const u8,
    sink: *const u8,
    cycles: u64,
    patience: u64,
    taken: u64,
    packets: u64,
    accepted: u64,
    still: u64,
    offered: u64,
    begins: Buffer<u64>,
    verdicts: Buffer<u8>,
    scores: Buffer<ScoreBeat>,
}

/// A memory used in a way that hardware leaves undefined; the first one.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawHazard {
    /// 0: none; 1: read and written in one cycle; 2: no such word.
    pub kind: u32,
    /// The output bank.
    pub output: u32,
    /// Lane.
    pub lane: u32,
    /// Word.
    pub word: u32,
    /// When.
    pub cycle: u64,
}

// the other side of the static_asserts in shim.cpp
const _: () = assert!(size_of::<Inputs>() == 28 && size_of::<Outputs>() == 24 && size_of::<Beat>() == 8);
const _: () = assert!(size_of::<ScoreBeat>() == 8 && size_of::<RawWrite>() == 32 && size_of::<RawLog>() == 40);
const _: () = assert!(size_of::<RawStream>() == 160 && size_of::<RawHazard>() == 24);

type Raw = *mut c_void;

/// The functions of a library that `build.rs` linked from a shim and a Verilated model: their names and types.
macro_rules! library {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($field:ident: $symbol:literal $ty:ty,)* }) => {
        $(#[$doc])*
        $vis struct $name {
            $($field: $ty,)*
            _library: libloading::Library,
        }
        impl $name {
            /// Loads it.
            $vis fn open(path: &std::path::Path) -> Option<Self> {
                // SAFETY: the file was linked from a shim and a Verilated model, whose initialisers only set up tables.
                // Its digest has just been compared, and only this user can write to the folder.
                let library = unsafe { libloading::Library::new(path).ok()? };
                Some(Self {
                    // SAFETY: the types are those of the functions in the shim; a copy of it is part of the key under
                    // which the library was found.
                    $($field: *unsafe { library.get::<$ty>($symbol).ok()? },)*
                    _library: library,
                })
            }
        }
    };
}
pub(super) use library;

library! {
    /// A loaded library. It stays loaded as long as one of its models lives.
    pub struct Library {
        new: b"drtp_new" unsafe extern "C" fn(u32) -> Raw,
        free: b"drtp_free" unsafe extern "C" fn(Raw),
        cycles: b"drtp_cycles" unsafe extern "C" fn(Raw) -> u64,
        noise: b"drtp_noise" unsafe extern "C" fn(Raw) -> u32,
        hazard: b"drtp_hazard" unsafe extern "C" fn(Raw) -> RawHazard,
        word: b"drtp_word" unsafe extern "C" fn(Raw, u32, u32, u32) -> i32,
        existing: b"drtp_existing" unsafe extern "C" fn(Raw, u32, *const u8, u64),
        trace: b"drtp_trace" unsafe extern "C" fn(Raw, *const c_char) -> u8,
        coverage: b"drtp_coverage" unsafe extern "C" fn(Raw, *const c_char) -> u8,
        fault: b"drtp_fault" unsafe extern "C" fn(Raw, u64, u32, u32, u32) -> u8,
        cycle: b"drtp_cycle" unsafe extern "C" fn(Raw, *const Inputs, *mut Outputs, *mut RawLog),
        stream: b"drtp_stream" unsafe extern "C" fn(Raw, *mut RawStream, *mut RawLog) -> u64,
    }
}

/// A running model.
pub struct Model {
    code: Arc<Library>,
    raw: NonNull<c_void>,
}

// SAFETY: a model has its own context and is used by one thread at a time, for all that changes it takes `&mut`.
unsafe impl Send for Model {}

/// What a call appends to and counts.
pub struct Seen<'a> {
    /// Weights changed; with room for at least one cycle.
    pub writes: &'a mut Vec<RawWrite>,
    /// Weights read.
    pub weight_reads: &'a mut u64,
    /// Events.
    pub events: &'a mut u64,
}

impl Seen<'_> {
    fn raw(&mut self) -> RawLog {
        RawLog { writes: Buffer::of(self.writes), weight_reads: *self.weight_reads, events: *self.events }
    }
    /// # Safety
    /// `raw` is that of `self`, and elements up to its length were written.
    unsafe fn take(&mut self, raw: &RawLog) {
        // SAFETY: as promised by the caller.
        unsafe { self.writes.set_len(raw.writes.length as usize) };
        *self.weight_reads = raw.weight_reads;
        *self.events = raw.events;
    }
}

/// A part of a run of the streams: state that goes in and out, and buffers with room for at least one element.
pub struct Part<'a> {
    /// All beats.
    pub beats: &'a [Beat],
    /// Pauses of the source, one for each cycle of this part; none at all without them.
    pub source: Option<&'a [u8]>,
    /// Pauses of the sink.
    pub sink: Option<&'a [u8]>,
    /// Cycles at the most.
    pub cycles: usize,
    /// Cycles without any movement after which it ends.
    pub patience: u64,
    /// Beats taken.
    pub taken: usize,
    /// Packets of scores that are complete.
    pub packets: usize,
    /// Frames taken whole and not dropped.
    pub accepted: usize,
    /// Cycles since anything moved.
    pub still: u64,
    /// A beat is on offer.
    pub offered: bool,
    /// Cycles at which frames began.
    pub begins: &'a mut Vec<u64>,
    /// A verdict for each frame taken whole: 0 accepted, 1 bad target, 2 bad frame.
    pub verdicts: &'a mut Vec<u8>,
    /// Score beats.
    pub scores: &'a mut Vec<ScoreBeat>,
}

impl Model {
    /// A core just powered up: what its memories hold follows from `seed`. `None` without room for it.
    pub fn new(library: &Arc<Library>, seed: u32) -> Option<Self> {
        /// Verilator seeds one generator for all models of a library: two that are made at once would share its numbers.
        static MAKING: Mutex<()> = Mutex::new(());
        let _one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: takes a number, gives null or a model that is ours.
        let raw = NonNull::new(unsafe { (library.new)(seed) })?;
        Some(Self { code: library.clone(), raw })
    }
    /// Opens a waveform; whether that went well. Only for a library that was built for it.
    pub fn trace(&mut self, path: &Path) -> bool {
        let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return false };
        // SAFETY: the model lives; the text ends with a zero and is only read during the call.
        unsafe { (self.code.trace)(self.raw.as_ptr(), path.as_ptr()) != 0 }
    }
    /// Writes what was active so far; whether the library counts it.
    pub fn coverage(&mut self, path: &Path) -> bool {
        let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return false };
        // SAFETY: the model lives; the text ends with a zero and is only read during the call.
        unsafe { (self.code.coverage)(self.raw.as_ptr(), path.as_ptr()) != 0 }
    }
    /// Lets a bit flip when `cycle` begins, beside others; whether the library was built for it.
    pub fn fault(&mut self, cycle: u64, site: usize, word: usize, bit: usize) -> bool {
        // SAFETY: the model lives; the shim knows its sites, and takes word and bit within what each has.
        unsafe { (self.code.fault)(self.raw.as_ptr(), cycle, site as u32, word as u32, bit as u32) != 0 }
    }
    /// Cycles so far.
    pub fn cycles(&self) -> u64 {
        // SAFETY: the model lives.
        unsafe { (self.code.cycles)(self.raw.as_ptr()) }
    }
    /// State of the noise.
    pub fn noise(&self) -> u32 {
        // SAFETY: the model lives.
        unsafe { (self.code.noise)(self.raw.as_ptr()) }
    }
    /// The first hazard.
    pub fn hazard(&self) -> RawHazard {
        // SAFETY: the model lives; the struct is laid out as in the shim.
        unsafe { (self.code.hazard)(self.raw.as_ptr()) }
    }
    /// A word of a bank; 0 where there is none.
    pub fn word(&self, output: bool, lane: usize, word: usize) -> i32 {
        // SAFETY: the model lives; the shim checks lane and word.
        unsafe { (self.code.word)(self.raw.as_ptr(), output.into(), lane as u32, word as u32) }
    }
    /// Neurons that exist at each word of a bank.
    pub fn set_existing(&mut self, output: bool, counts: &[u8]) {
        // SAFETY: the model lives; it copies the counts.
        unsafe { (self.code.existing)(self.raw.as_ptr(), output.into(), counts.as_ptr(), counts.len() as u64) }
    }
    /// One cycle. `lanes` is how many writes there can be in it.
    pub fn cycle(&mut self, inputs: &Inputs, lanes: usize, mut seen: Seen) -> Outputs {
        seen.writes.reserve(lanes);
        let (mut log, mut outputs) = (seen.raw(), Outputs::default());
        // SAFETY: the model lives, all pointers are to live structs laid out as in the shim, and there is room for the
        // writes of one cycle, which the shim fills from the vector's end on.
        unsafe {
            (self.code.cycle)(self.raw.as_ptr(), inputs, &mut outputs, &mut log);
            seen.take(&log);
        }
        outputs
    }
    /// Some cycles of a run of the streams; how many. The shim stops before a buffer is full.
    pub fn stream(&mut self, part: &mut Part, mut seen: Seen) -> usize {
        let pauses = |p: Option<&[u8]>| p.map_or(std::ptr::null(), <[u8]>::as_ptr);
        let given = |p: Option<&[u8]>| p.map_or(usize::MAX, <[u8]>::len);
        let mut log = seen.raw();
        let mut raw = RawStream {
            beats: part.beats.as_ptr(),
            beat_count: part.beats.len() as u64,
            source: pauses(part.source),
            sink: pauses(part.sink),
            // no further than there are pauses
            cycles: part.cycles.min(given(part.source)).min(given(part.sink)) as u64,
            patience: part.patience,
            taken: part.taken as u64,
            packets: part.packets as u64,
            accepted: part.accepted as u64,
            still: part.still,
            offered: part.offered.into(),
            begins: Buffer::of(part.begins),
            verdicts: Buffer::of(part.verdicts),
            scores: Buffer::of(part.scores),
        };
        // SAFETY: the model lives; beats and pauses are read within their lengths; the buffers are the vectors' own,
        // of which the shim writes elements from the length on, never beyond the room, and counts them in the length.
        let cycles = unsafe {
            let cycles = (self.code.stream)(self.raw.as_ptr(), &mut raw, &mut log);
            seen.take(&log);
            part.begins.set_len(raw.begins.length as usize);
            part.verdicts.set_len(raw.verdicts.length as usize);
            part.scores.set_len(raw.scores.length as usize);
            cycles
        };
        part.taken = raw.taken as usize;
        part.packets = raw.packets as usize;
        part.accepted = raw.accepted as usize;
        part.still = raw.still;
        part.offered = raw.offered != 0;
        cycles as usize
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: the model lives, is ours, and is not used again.
        unsafe { (self.code.free)(self.raw.as_ptr()) }
    }
}
