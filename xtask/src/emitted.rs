//! The configurations whose Verilog is linted and synthesised.
use std::path::{Path, PathBuf};
use std::{fs, io};

/// One emitted core.
pub struct Emitted {
    /// `config.toml` inside; the Verilog comes beside it.
    pub folder: PathBuf,
}

/// Lanes, hidden and output weight bits, most layers, sizes: corners of what can be generated.
const CORES: &[(usize, usize, usize, usize, &[usize])] = &[
    (16, 8, 12, 2, &[784, 128, 10]),
    (1, 4, 8, 1, &[5, 3]),
    (4, 12, 16, 4, &[20, 17, 9, 5, 4]),
    (2, 8, 8, 3, &[9, 7, 128]),
];
const MORE_CORES: &[(usize, usize, usize, usize, &[usize])] = &[
    (32, 6, 10, 2, &[64, 70, 10]),
    (64, 8, 12, 2, &[64, 130, 10]),
    (8, 12, 8, 4, &[1, 1, 1, 1, 1]),
    (16, 5, 9, 4, &[100, 33, 2]),
];

/// Writes the configurations below `folder`.
pub fn prepare(folder: &Path, thorough: bool) -> io::Result<Vec<Emitted>> {
    let more = if thorough { MORE_CORES } else { &[] };
    let mut out = vec![];
    for (lanes, hidden_bits, output_bits, max_layers, sizes) in CORES.iter().chain(more) {
        let name = format!("{lanes}-lanes-{}", sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("-"));
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        let layers: String = sizes[1..].iter().map(|s| format!("\n[[network.layer]]\nsize = {s}\n")).collect();
        let text = format!(
            "[design]\nlanes = {lanes}\nhidden_bits = {hidden_bits}\noutput_bits = {output_bits}\n\
             max_layers = {max_layers}\n\n[network]\ninputs = {}\n{layers}",
            sizes[0]
        );
        fs::write(folder.join("wanted.toml"), text)?;
        out.push(Emitted { folder });
    }
    Ok(out)
}
