//! The keys of a configuration file.

/// Every key of a configuration file, with what it takes. `[]` stands for any element of `[[network.layer]]`.
pub const KEYS: &[(&str, &str)] = &[
    ("design.lanes", "MAC units: 1, 2, 4, 8, 16, 32 or 64 (default 16)"),
    ("design.hidden_bits", "width of hidden weights, 4 to 12 (default 8)"),
    ("design.output_bits", "width of output weights, 8 to 16 (default 12)"),
    ("design.hidden_words", "words of a lane's hidden bank (default: what the network needs)"),
    ("design.output_words", "words of a lane's output bank (default: what the network needs)"),
    ("design.max_layers", "layers at the most, 1 to 4 (default 4; of a fixed network, its own)"),
    ("design.max_width", "inputs or hidden neurons at the most (default: what the network needs)"),
    ("design.max_hidden", "neurons of a hidden layer at the most (default: max_width; of a fixed network, its own)"),
    ("design.counters", "whether the 64-bit counters are built: true or false (default true)"),
    ("design.stream_bits", "width of the input stream, 8 or 32 (default 8)"),
    (
        "design.input_pages",
        "2: a frame comes in while the one before is visited; 1: only then, with half of that list's memory (default 2)",
    ),
    ("design.learning", "false: a core that only classifies, with weights that the bus brings (default true)"),
    ("design.fixed_network", "true: of the network only the update shifts can be set, which takes less logic (default false)"),
    (
        "design.bank_style",
        "memories: inferred, blackbox (modules for SRAM macros), spram (iCE40 UP5K) or ecp5 (its cells; default inferred)",
    ),
    ("design.watchdog", "true: a core that hangs, as a flipped bit may make it, starts again by itself (default false)"),
    ("network.inputs", "inputs, without the bias (default 64)"),
    ("network.layer[].size", "neurons; the last layer's are the classes, 1 to 128"),
    ("network.layer[].wf", "binary point of the weights, 0 to 15 (default: hidden 9, output 10)"),
    ("network.layer[].shift", "update shift, 0 to 12 (default: hidden 7, output 5)"),
    ("network.layer[].init_bits", "initial weights in [-2^b, 2^b), or 31 for zero (default: by fan-in; output 31)"),
    ("network.rule", "drtp, gated, contrastive or shallow (default contrastive)"),
    ("network.activation", "hard_tanh or clipped_relu (default hard_tanh)"),
    ("network.projection", "binary or ternary (default: ternary for drtp, else binary)"),
    ("network.dead_zone", "output errors of at most this teach nothing, 0 to 254 (default 64)"),
    ("network.margin", "scores closer than this are close, 0 to 65535 (default 128)"),
    ("seeds.init", "seed of the initial weights, 32 bit"),
    ("seeds.projection", "seed of the projection, 32 bit"),
    ("seeds.noise", "seed of the rounding noise, 32 bit"),
    ("training.epochs", "passes over the training set, 0 to 1000 (default 10)"),
    ("training.decay_after", "epochs after which every shift rises by one (default [3, 5, 7, 9])"),
];

/// The pattern of a path: `network.layer[3].wf` is `network.layer[].wf`.
fn pattern(path: &str) -> String {
    match (path.find('['), path.find(']')) {
        (Some(open), Some(close)) => format!("{}{}", &path[..=open], &path[close..]),
        _ => path.into(),
    }
}
/// What the key at a path takes.
pub(super) fn known(path: &str) -> Option<&'static str> {
    KEYS.iter().find(|k| k.0 == pattern(path)).map(|k| k.1)
}
/// Whether a path is a table of keys.
pub(super) fn is_table(path: &str) -> bool {
    KEYS.iter().any(|k| k.0.starts_with(&format!("{}.", pattern(path))))
}
/// The keys beside which an unknown one stands.
pub(super) fn siblings(prefix: &str) -> String {
    let prefix = pattern(prefix);
    let mut names: Vec<&str> = KEYS
        .iter()
        .filter_map(|k| match prefix.is_empty() {
            true => k.0.split('.').next(),
            false => k.0.strip_prefix(prefix.as_str())?.strip_prefix('.')?.split(['.', '[']).next(),
        })
        .collect();
    names.dedup();
    names.join(", ")
}
