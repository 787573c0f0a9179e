//! From a configuration to a loaded model: emit, translate, compile, link, load; or only load.
use super::cache::{Cache, RUNTIME};
use super::ffi::Library;
use super::sites;
use super::spy;
use super::tool::Tool;
use super::NAME;
use crate::device::DeviceError;
use crate::waveform::Waveform;
use drtp_core::Config;
use drtp_files::Program;
use drtp_hdl::{DrtpCore, TOP};
use rust_hdl::prelude::Block;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

const SHIM: &str = include_str!("shim.cpp");
/// Random instead of zero wherever the Verilog leaves a value open; no file name of this machine in what comes out.
const FLAGS: &str = "--cc -O3 --flatten --x-initial unique --x-assign fast --timescale 1ns/1ns -Wno-fatal -Wno-lint";
const LIBRARY: &str = "model.so";
const DIGEST: &str = "model.so.sha256";

/// How a source file is compiled: what runs once need not be fast, and compiles sooner.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    Fast,
    Once,
}

/// Sources of fewer bytes are compiled together: each by itself spends half a second on headers.
const SMALL: u64 = 64 << 10;

/// Optimisation of what runs often: of a model that is kept, and of one that is run once.
const KEPT: u32 = 2;
const HASTY: u32 = 1;

fn fails(reason: String) -> DeviceError {
    DeviceError::Build { device: NAME.into(), reason }
}
fn at(path: &Path) -> impl Fn(std::io::Error) -> DeviceError + '_ {
    |e| DeviceError::Tool(format!("{}: {e}", path.display()))
}
fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
fn run(command: &mut Command, what: &str) -> Result<String, DeviceError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let out = command.output().map_err(|e| {
        DeviceError::Tool(format!("{what}: {program} could not be started: {e} (apt-get install verilator g++)"))
    })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    match out.status.success() {
        true => Ok(text(&out.stdout)),
        false => {
            let said: Vec<String> =
                [text(&out.stdout), text(&out.stderr)].into_iter().filter(|t| !t.is_empty()).collect();
            let said: Vec<&str> = said.iter().flat_map(|t| t.lines()).take(12).collect();
            Err(fails(format!("{what} failed ({}):\n{}", out.status, said.join("\n"))))
        }
    }
}

/// The C++ compiler of this machine.
struct Compiler {
    build: cc::Build,
    version: String,
    /// Optimisation level of what is to be fast.
    best: u32,
}

impl Compiler {
    fn find(include: &Path) -> Result<Self, DeviceError> {
        let system = match std::env::consts::OS {
            "linux" => "unknown-linux-gnu",
            "macos" => "apple-darwin",
            other => {
                return Err(DeviceError::Tool(format!("the backend verilator runs on Linux and macOS, not {other}")))
            }
        };
        // a build script would be told all this by cargo
        let machine = format!("{}-{system}", std::env::consts::ARCH);
        let mut build = cc::Build::new();
        build.cpp(true).std("c++17").target(&machine).host(&machine).debug(false).warnings(false);
        build.cargo_metadata(false).cargo_warnings(false).cargo_output(false);
        // C++ leaves symbols that all models in a process would share; only the shim's are to be seen
        for flag in ["-fPIC", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-w"] {
            build.flag(flag);
        }
        build.include(".").include(include).include(include.join("vltstd"));
        build.opt_level(KEPT);
        let mut compiler = Self { build, version: String::new(), best: KEPT };
        let version = compiler.said()?;
        let command = compiler.command(Speed::Fast)?;
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        compiler.version = format!("{}\n{version}\n{}", command.get_program().to_string_lossy(), arguments.join(" "));
        Ok(compiler)
    }
    /// What it says of its version.
    fn said(&self) -> Result<String, DeviceError> {
        run(self.command(Speed::Fast)?.arg("--version"), "the C++ compiler")
    }
    fn command(&self, speed: Speed) -> Result<Command, DeviceError> {
        let level = if speed == Speed::Fast { self.best } else { 0 };
        let compiler = self.build.clone().opt_level(level).try_get_compiler();
        let compiler = compiler
            .map_err(|e| DeviceError::Tool(format!("no C++ compiler: {e} (apt-get install g++, or set CXX)")))?;
        Ok(compiler.to_command())
    }
    /// Compiles the sources, as many at once as there are processors; the objects lie in `folder`.
    fn objects(&self, folder: &Path, sources: &[(PathBuf, Speed)]) -> Result<Vec<PathBuf>, DeviceError> {
        let object = |source: &Path| PathBuf::from(source.file_stem().unwrap_or_default()).with_extension("o");
        let queue = Mutex::new(sources.iter());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || -> Result<(), DeviceError> {
            while let Some((source, speed)) = next() {
                let mut command = self.command(*speed)?;
                command.current_dir(folder).arg("-c").arg(source).arg("-o").arg(object(source));
                run(&mut command, &format!("compiling {}", source.display()))?;
            }
            Ok(())
        };
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(sources.len());
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .try_for_each(|w| w.join().unwrap_or_else(|_| Err(fails("a compilation broke off".into()))))
        })?;
        Ok(sources.iter().map(|(source, _)| folder.join(object(source))).collect())
    }
}

/// The C++ compiler on this machine, which compiles what Verilator writes.
pub fn compiler() -> Program {
    // it is the same one wherever Verilator's headers are
    let found =
        Compiler::find(Path::new(".")).and_then(|c| Ok((c.command(Speed::Fast)?.get_program().to_owned(), c.said()?)));
    let first = |said: &str| said.lines().next().map(String::from);
    Program {
        name: "C++ compiler",
        place: found.as_ref().ok().map(|f| f.0.clone().into()),
        version: found.as_ref().ok().and_then(|f| first(&f.1)),
        wanted: "C++17".into(),
        problem: found.err().map(|e| e.to_string()),
        optional: false,
        install: "apt-get install g++",
    }
}

/// Our models of the cells that a design has by name and into which Verilator can look.
pub fn cells(config: &Config) -> Option<(String, String)> {
    config.design().pairs().then(|| ("sb_spram256ka.v".into(), drtp_fpga::SB_SPRAM256KA.into()))
}

/// What one model is made of.
pub struct Recipe {
    tool: Tool,
    compiler: Compiler,
    top: String,
    /// Names and texts of what Verilator reads: a configuration file first, if there is one.
    sources: Vec<(String, String)>,
    shim: &'static str,
    header: String,
    flags: Vec<String>,
}

impl Recipe {
    /// A model of the module `top` behind `shim`, which reads `header` as `design.h`. `flags` are more of Verilator's.
    ///
    /// # Errors
    /// No usable Verilator or C++ compiler.
    pub fn new(
        top: &str,
        sources: Vec<(String, String)>,
        shim: &'static str,
        header: String,
        flags: impl IntoIterator<Item = String>,
    ) -> Result<Self, DeviceError> {
        let tool = Tool::find()?;
        let compiler = Compiler::find(&tool.include)?;
        let flags = FLAGS.split_whitespace().map(String::from).chain(flags).collect();
        Ok(Self { tool, compiler, top: top.into(), sources, shim, header, flags })
    }
    fn of_core(config: &Config, verilog: String, kind: Kind) -> Result<Self, DeviceError> {
        let trace = kind.trace;
        let (vcd, fst) = (trace == Some(Waveform::Vcd), trace == Some(Waveform::Fst));
        let macros = [("TRACE_VCD", vcd), ("TRACE_FST", fst), ("COVERAGE", kind.coverage)];
        let mut header = spy::header(config.design(), &macros);
        let trace = trace.map(|t| if t == Waveform::Vcd { "--trace" } else { "--trace-fst" });
        let coverage: &[&str] = if kind.coverage { &["--coverage-line", "--coverage-toggle"] } else { &[] };
        let flags = trace.iter().chain(coverage).map(ToString::to_string);
        let mut readable = spy::configuration(config.design());
        if kind.faults {
            let sites = sites::sites(&verilog, TOP);
            header += &sites::header(&sites, TOP);
            readable += &sites::configuration(&sites);
        }
        let mut sources = vec![("spy.vlt".into(), readable), ("drtp_core.v".into(), verilog)];
        sources.extend(cells(config));
        let recipe = Self::new(TOP, sources, SHIM, header, flags)?;
        // what counts every line is compiled for longer than it runs
        Ok(if kind.coverage { recipe.hasty() } else { recipe })
    }
    /// Compiled soon rather than well: for a model that runs once.
    pub fn hasty(mut self) -> Self {
        self.compiler.best = HASTY;
        self
    }
    fn key(&self) -> String {
        let flags = format!("{} -O{}", self.flags.join(" "), self.compiler.best);
        let mut parts: Vec<&str> = vec![&self.top, &self.header, self.shim, &flags];
        parts.extend([self.tool.version.as_str(), &self.compiler.version]);
        parts.extend(self.sources.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]));
        hash(&parts)
    }
    /// Verilog to C++, in `folder`; the sources of the model, and those that belong to every model.
    fn translate(&self, folder: &Path) -> Result<[Vec<(PathBuf, Speed)>; 2], DeviceError> {
        let own = [("design.h", self.header.as_str()), ("shim.cpp", self.shim)];
        for (name, text) in self.sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain(own) {
            fs::write(folder.join(name), text).map_err(at(folder))?;
        }
        let mut verilator = Command::new("verilator");
        verilator.current_dir(folder).args(&self.flags).args(["--Mdir", ".", "--prefix", "Vdrtp"]);
        verilator.args(["--top-module", &self.top]).args(self.sources.iter().map(|(name, _)| name));
        run(&mut verilator, "verilator")?;
        let list = folder.join("Vdrtp_classes.mk");
        let list = fs::read_to_string(&list).map_err(at(&list))?;
        let mut own = vec![(PathBuf::from("shim.cpp"), Speed::Fast)];
        let mut common = vec![];
        for (group, name) in sources(&list) {
            let speed = if group.ends_with("FAST") { Speed::Fast } else { Speed::Once };
            match group.starts_with("VM_GLOBAL") {
                true => common.push((self.tool.include.join(name).with_extension("cpp"), speed)),
                false => own.push((PathBuf::from(name).with_extension("cpp"), speed)),
            }
        }
        let bytes = |source: &PathBuf| fs::metadata(folder.join(source)).map_or(0, |m| m.len());
        for (speed, name) in [(Speed::Fast, "small_fast.cpp"), (Speed::Once, "small_once.cpp")] {
            let is_small = |(source, own): &(PathBuf, Speed)| *own == speed && bytes(source) < SMALL;
            let (small, large): (Vec<_>, Vec<_>) = own.into_iter().partition(is_small);
            let text: String = small.iter().map(|(s, _)| format!("#include \"{}\"\n", s.display())).collect();
            fs::write(folder.join(name), text).map_err(at(folder))?;
            own = large;
            own.push((name.into(), speed));
        }
        // the longest first, so that the processors finish together
        own.sort_by_key(|(source, _)| std::cmp::Reverse(bytes(source)));
        Ok([own, common])
    }
    /// The compiled model, as `open` makes it of the library's file. `compiling` is told when it must be built first,
    /// which takes its time.
    ///
    /// # Errors
    /// It cannot be built, or not be opened.
    pub fn open<T>(&self, open: impl Fn(&Path) -> Option<T>, compiling: &mut dyn FnMut()) -> Result<T, DeviceError> {
        let cache = Cache::open()?;
        let key = self.key();
        let mut entry = || {
            cache.entry(&key, |folder| {
                compiling();
                self.make(&cache, folder)
            })
        };
        let mut found = load(&entry()?, &open);
        if found.is_none() {
            // damaged, by whatever: it is only a cache
            cache.forget(&key)?;
            found = load(&entry()?, &open);
        }
        found.ok_or_else(|| fails(format!("the compiled model {key} cannot be loaded")))
    }
    /// The objects that do not depend on the design; an entry of their own, for they take longer than a small design.
    fn common(&self, cache: &Cache, sources: &[(PathBuf, Speed)]) -> Result<Vec<PathBuf>, DeviceError> {
        let names: Vec<String> = sources.iter().map(|(s, _)| s.display().to_string()).collect();
        let level = self.compiler.best.to_string();
        let name =
            format!("{RUNTIME}{}", hash(&[&self.tool.version, &self.compiler.version, &level, &names.join(" ")]));
        let entry = cache.entry(&name, |folder| self.compiler.objects(folder, sources).map(|_| ()))?;
        Ok(names.iter().map(|n| entry.join(Path::new(n).file_stem().unwrap_or_default()).with_extension("o")).collect())
    }
    fn make(&self, cache: &Cache, folder: &Path) -> Result<(), DeviceError> {
        let work = folder.join("work");
        fs::create_dir(&work).map_err(at(&work))?;
        let [own, common] = self.translate(&work)?;
        let mut objects = self.compiler.objects(&work, &own)?;
        objects.extend(self.common(cache, &common)?);
        let library = folder.join(LIBRARY);
        let mut link = self.compiler.command(Speed::Fast)?;
        link.current_dir(&work).arg("-shared").args(objects).arg("-o").arg(&library);
        // waveforms of the FST kind are packed
        if self.flags.iter().any(|f| f == "--trace-fst") {
            link.arg("-lz");
        }
        run(link.arg("-pthread"), "linking the model")?;
        let bytes = fs::read(&library).map_err(at(&library))?;
        fs::write(folder.join(DIGEST), hex(&Sha256::digest(bytes))).map_err(at(folder))?;
        fs::remove_dir_all(&work).map_err(at(&work))
    }
}

/// Groups and names of source files in Verilator's list, which is written for make.
fn sources(list: &str) -> Vec<(&str, &str)> {
    let mut group = "";
    let mut out = vec![];
    for line in list.lines().map(|l| l.trim_end_matches('\\').trim()) {
        match line.split_once(" += ").or(line.strip_suffix(" +=").map(|g| (g, ""))) {
            _ if line.starts_with('#') => {}
            Some((name, rest)) => {
                group = name;
                out.extend(rest.split_whitespace().map(|w| (group, w)));
            }
            None if line.is_empty() || line.contains('=') => group = "",
            None => out.extend(line.split_whitespace().map(|w| (group, w)).filter(|(g, _)| !g.is_empty())),
        }
    }
    out
}

/// An entry whose library is as it was when it was made, opened.
fn load<T>(entry: &Path, open: impl Fn(&Path) -> Option<T>) -> Option<T> {
    let library = entry.join(LIBRARY);
    let bytes = fs::read(&library).ok()?;
    let digest = fs::read_to_string(entry.join(DIGEST)).ok()?;
    (digest == hex(&Sha256::digest(bytes))).then(|| open(&library)).flatten()
}

/// What a model can do besides simulating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    /// Write a waveform.
    pub trace: Option<Waveform>,
    /// Flip bits of its registers and memories, which makes it slower.
    pub faults: bool,
    /// Count which lines and bits were ever active, which makes it slower.
    pub coverage: bool,
}

type Loaded = HashMap<(Config, Kind), Arc<Library>>;

/// The Verilog of a core.
///
/// # Errors
/// It could not be emitted.
pub fn emitted(config: &Config) -> Result<String, DeviceError> {
    let mut core = Box::new(DrtpCore::new(config));
    core.connect_all();
    drtp_hdl::emit::verilog(core.as_ref(), TOP).map_err(|e| fails(e.to_string()))
}

/// The compiled model of a design, or of Verilog that was `changed` and is not kept in this process. `compiling` is told when it must be built first, which takes its time.
pub fn library(
    config: &Config,
    kind: Kind,
    changed: Option<&str>,
    compiling: &mut dyn FnMut(),
) -> Result<Arc<Library>, DeviceError> {
    if let Some(verilog) = changed {
        let recipe = Recipe::of_core(config, verilog.into(), kind)?.hasty();
        return recipe.open(Library::open, compiling).map(Arc::new);
    }
    /// Models of this process, so that a second device of a design costs nothing. Two that want the same new one wait
    /// for each other here.
    static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let loaded = loaded.get_or_insert_default();
    let wanted = (config.clone(), kind);
    if let Some(library) = loaded.get(&wanted) {
        return Ok(library.clone());
    }
    let recipe = Recipe::of_core(config, emitted(config)?, kind)?;
    let library = Arc::new(recipe.open(Library::open, compiling)?);
    loaded.insert(wanted, library.clone());
    Ok(library)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_for_make_is_read() {
        let list =
            "# C11\nVM_C11 = 1\nVM_CLASSES_FAST += \\\n\tVx \\\n\tVx__0 \\\n\n# Slow\nVM_GLOBAL_SLOW += \\\n\nA = b\n";
        assert_eq!(sources(list), [("VM_CLASSES_FAST", "Vx"), ("VM_CLASSES_FAST", "Vx__0")]);
    }
    #[test]
    fn parts_of_a_key_do_not_run_into_each_other() {
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }
}
