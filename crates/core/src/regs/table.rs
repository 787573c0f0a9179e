//! The table of all registers of one design.
use super::register::{Access, Counter, Field, Register, Role, Setting};
use super::*;
use crate::config::Config;
use crate::design::Design;
use crate::network::Layer;

fn constant(name: &str, offset: u16, value: u32, doc: &str) -> Register {
    Register {
        name: name.into(),
        offset,
        access: Access::ReadOnly,
        quiet_only: false,
        fields: vec![Field::new("value", 0, 32, "")],
        reset: Some(value),
        role: Role::Constant,
        doc: doc.into(),
    }
}

/// Of a fixed network the update shifts alone can be written.
fn writable(design: &Design, register: Register) -> Register {
    match register.role {
        Role::Setting(Setting::Shift(_)) => register,
        Role::Setting(_) if design.fixed_network => Register { access: Access::ReadOnly, ..register },
        _ => register,
    }
}

fn setting(name: String, offset: u16, reset: u32, setting: Setting, fields: Vec<Field>, doc: String) -> Register {
    Register {
        name,
        offset,
        access: Access::ReadWrite,
        quiet_only: false,
        fields,
        reset: Some(reset),
        role: Role::Setting(setting),
        doc,
    }
}

fn bits(list: &[(&'static str, u32, &str)]) -> Vec<Field> {
    list.iter().map(|(name, mask, doc)| Field::new(name, mask.trailing_zeros(), 1, *doc)).collect()
}

/// Every register of the design, in the order of their offsets; `reset` is what it holds after `rst`.
pub fn table(config: &Config) -> Vec<Register> {
    let (d, n) = (config.design(), config.network());
    let mut out = constants(d);
    out.extend(control(d));
    out.extend(settings(config).into_iter().map(|r| writable(d, r)));
    let noise = Register {
        quiet_only: true,
        fields: vec![Field::new("state", 0, 32, "").range(1, u32::MAX)],
        reset: None,
        role: Role::NoiseState,
        doc: "State of the rounding noise. Saved after a flush and written back, training goes on exactly.".into(),
        ..setting("NOISE_STATE".into(), NOISE_STATE, 0, Setting::Mode, vec![], String::new())
    };
    out.extend(Some(noise).filter(|_| d.learning));
    out.extend(layers(d, n).into_iter().map(|r| writable(d, r)));
    out.extend(counters(d));
    out.extend(weight_window(d));
    assert!(out.windows(2).all(|w| w[0].offset < w[1].offset));
    out
}

fn constants(d: &Design) -> Vec<Register> {
    let widths = d.hidden_bits as u32 | (d.output_bits as u32) << 8;
    vec![
        constant("ID", ID, ID_VALUE, "Identifies the core: \"DRTP\"."),
        constant("VERSION", VERSION, VERSION_VALUE, "Version: major in bits 23:16, minor in 15:8, patch in 7:0."),
        constant("LANES", LANES, d.lanes as u32, "Lanes L."),
        constant("WEIGHT_BITS", WEIGHT_BITS, widths, "Width of hidden weights in bits 7:0, of output weights in 15:8."),
        constant("CAPACITY", CAPACITY, d.hidden_words as u32, "Words of a lane's hidden bank."),
        constant("MAX_LAYERS", MAX_LAYERS, d.max_layers as u32, "Layers at the most."),
        constant(
            "MAX_WIDTH",
            MAX_WIDTH,
            d.max_width as u32 | (d.max_hidden as u32) << 16,
            "At the most: inputs in bits 15:0, neurons of a hidden layer in bits 31:16.",
        ),
        constant("OUTPUT_CAPACITY", OUTPUT_CAPACITY, d.output_words as u32, "Words of a lane's output bank."),
    ]
}

fn control(d: &Design) -> Vec<Register> {
    let bad_target = match d.learning {
        true => "a sample to learn whose target is no class was dropped",
        false => "a sample to learn was dropped: this core does not learn",
    };
    let mut events = bits(&[
        ("bad_frame", IRQ_BAD_FRAME, "a frame of the wrong length was dropped"),
        ("bad_target", IRQ_BAD_TARGET, bad_target),
        ("bad_config", IRQ_BAD_CONFIG, "an applied set did not fit; the old one stays"),
        ("bad_access", IRQ_BAD_ACCESS, "a register access was answered with SLVERR"),
        ("done", IRQ_DONE, "an init (that after reset too), a flush or a soft reset is done"),
        ("classified", IRQ_CLASSIFIED, "a sample was classified"),
    ]);
    if d.watchdog {
        let doc = format!("the core hung for {} cycles and was restarted: a sample is lost", d.watchdog_cycles());
        events.extend(bits(&[("restarted", IRQ_RESTARTED, &doc)]));
    }
    let of = |name: &str, offset, access, reset, role, fields, doc: &str| Register {
        name: name.into(),
        offset,
        access,
        quiet_only: false,
        fields,
        reset,
        role,
        doc: doc.into(),
    };
    let init =
        [("init", CTRL_INIT, "weights and noise from the seeds, nothing owed; after all frames accepted before")];
    let commands = [
        bits(if d.learning { &init } else { &[] }),
        bits(&[
            ("flush", CTRL_FLUSH, "one pass that applies what is owed; after all frames accepted before"),
            ("clear", CTRL_CLEAR, "all counters to zero, at once"),
            ("soft_reset", CTRL_SOFT_RESET, "finish the pass, drop frames not begun, flush; keeps the weights"),
            (
                "apply",
                CTRL_APPLY,
                "take the whole set of settings; alone, and only when neither busy, pending nor loaded",
            ),
        ]),
    ];
    vec![
        of(
            "CTRL",
            CTRL,
            Access::Command,
            None,
            Role::Control,
            commands.concat(),
            "Commands. Bits clear themselves: a read shows what is still under way. Several at once run in the order \
             clear, soft reset, flush, init.",
        ),
        of(
            "STATUS",
            STATUS,
            Access::ReadOnly,
            None,
            Role::Status,
            bits(&[
                ("busy", STATUS_BUSY, "a pass, an init, a command, a loaded sample, or scores that have not left"),
                ("pending", STATUS_PENDING, "some layer owes an update"),
                ("loaded", STATUS_LOADED, "a beat of a sample has been taken that no pass has begun with"),
                ("init_done", STATUS_INIT_DONE, "the weights have been initialised"),
            ]),
            "What the core is doing.",
        ),
        of(
            "IRQ_STATUS",
            IRQ_STATUS,
            Access::WriteOneToClear,
            None,
            Role::IrqStatus,
            events.clone(),
            "Events since they were last cleared. An event in the cycle of a clear stays.",
        ),
        of(
            "IRQ_ENABLE",
            IRQ_ENABLE,
            Access::ReadWrite,
            Some(0),
            Role::IrqEnable,
            events,
            "`irq` is high while an enabled bit of IRQ_STATUS is set.",
        ),
    ]
}

fn settings(config: &Config) -> Vec<Register> {
    let (d, n) = (config.design(), config.network());
    let activation = Field::new("activation", 4, 1, "0 hard tanh, 1 clipped ReLU");
    let (fields, doc) = match d.learning {
        true => (
            vec![
                Field::new("rule", 0, 2, "0 drtp, 1 gated, 2 contrastive, 3 shallow"),
                activation,
                Field::new("ternary", 5, 1, "entries of B: 0 +1 and -1, 1 also 0"),
                Field::new("dead_zone", 8, 8, "output errors of at most this size teach nothing").range(0, 254),
                Field::new("margin", 16, 16, "target and rival are close below this difference of scores"),
            ],
            "Learning rule and non-linearity.",
        ),
        false => (vec![activation], "Non-linearity."),
    };
    let mut out = vec![
        setting("MODE".into(), MODE, mode_of(d, n), Setting::Mode, fields, doc.into()),
        setting(
            "LAYERS".into(),
            LAYERS,
            n.depth() as u32,
            Setting::Layers,
            vec![Field::new("layers", 0, 3, "K").range(1, d.max_layers as u32)],
            "Number of layers K.".into(),
        ),
    ];
    if d.learning {
        out.extend(seeds(n));
    }
    out
}

fn seeds(n: &Network) -> [Register; 3] {
    let of = |name: &str, offset, reset, at, doc: &str| {
        setting(name.into(), offset, reset, at, vec![Field::new("value", 0, 32, "")], doc.into())
    };
    let s = n.seeds;
    [
        of("SEED_INIT", SEED_INIT, s.init, Setting::SeedInit, "Seed of the initial weights."),
        of("SEED_PROJECTION", SEED_PROJECTION, s.projection, Setting::SeedProjection, "Seed of the projection B."),
        of(
            "SEED_NOISE",
            SEED_NOISE,
            s.noise,
            Setting::SeedNoise,
            "Seed of the rounding noise; init puts it into NOISE_STATE.",
        ),
    ]
}

fn layers(d: &Design, n: &Network) -> Vec<Register> {
    let sizes = n.sizes();
    let widest = d.max_width.max(Design::MAX_CLASSES) as u32;
    let mut out = vec![];
    for k in 0..=d.max_layers {
        let size = Field::new("size", 0, d.size_bits() as u32, "N_k").range(1, widest);
        let reset = sizes.get(k).map_or(1, |s| *s as u32);
        let doc = if k == 0 { "Inputs N_0, without the bias.".into() } else { format!("Neurons of layer {k}.") };
        out.push(setting(format!("LAYER{k}_SIZE"), layer(k, LAYER_SIZE), reset, Setting::Size(k), vec![size], doc));
        if k == 0 {
            continue;
        }
        let l = n.layers.get(k - 1).copied().unwrap_or(Layer::output(1));
        let most = d.hidden_bits.max(d.output_bits) as u32 - 2;
        for (name, offset, reset, at, field, doc) in [
            ("WF", LAYER_WF, l.wf, Setting::Wf(k), Field::new("wf", 0, 4, ""), "binary point: a = z >> wf"),
            (
                "SHIFT",
                LAYER_SHIFT,
                l.shift,
                Setting::Shift(k),
                Field::new("shift", 0, 4, "").range(0, 12),
                "update shift: u = (x + r) >> shift",
            ),
            (
                "INIT_BITS",
                LAYER_INIT_BITS,
                l.init_bits,
                Setting::InitBits(k),
                Field { also: Some(Layer::ZERO_INIT), ..Field::new("init_bits", 0, 5, "").range(0, most) },
                "initial weights uniform in [-2^b, 2^b), 31: all zero; at most the weights' bits - 2",
            ),
        ] {
            if !d.learning && offset != LAYER_WF {
                continue;
            }
            let name = format!("LAYER{k}_{name}");
            out.push(setting(name, layer(k, offset), reset, at, vec![field], format!("Layer {k}: {doc}.")));
        }
    }
    out
}

fn counters(d: &Design) -> Vec<Register> {
    let half = |counter: Counter, high: bool| Register {
        name: format!("{}_{}", counter.name(), if high { "HIGH" } else { "LOW" }),
        offset: super::counter(counter) + if high { 4 } else { 0 },
        access: Access::ReadOnly,
        quiet_only: false,
        fields: vec![Field::new("value", 0, 32, "")],
        reset: None,
        role: Role::Counter { counter, high },
        doc: match high {
            false => format!("Counts {}. A read keeps the upper half for the next register.", counter.doc()),
            true => "Its upper half, as it was when a lower half was last read.".into(),
        },
    };
    Counter::of(d).into_iter().flat_map(|c| [half(c, false), half(c, true)]).collect()
}

fn weight_window(d: &Design) -> Vec<Register> {
    let words = d.hidden_words.max(d.output_words) as u32;
    let base = setting(String::new(), W_ADDR, 0, Setting::Mode, vec![], String::new());
    vec![
        Register {
            name: "W_ADDR".into(),
            quiet_only: true,
            fields: vec![
                Field::new("word", 0, 24, "word of the bank; each access to W_DATA adds 1").range(0, words - 1),
                Field::new("lane", 24, 7, "lane").range(0, d.lanes as u32 - 1),
                Field::new("output", 31, 1, "0 hidden bank, 1 output bank"),
            ],
            role: Role::WindowAddress,
            doc: "Place of the weight window: neuron j of layer k, input i lies in lane j mod L at word \
                  base_k + (j div L) (N_{k-1} + 1) + i."
                .into(),
            ..base.clone()
        },
        Register {
            name: "W_DATA".into(),
            offset: W_DATA,
            quiet_only: true,
            fields: vec![Field::new("weight", 0, 32, "sign-extended; at most the bank's largest weight in size")],
            reset: None,
            role: Role::WindowData,
            doc: "The weight there. Out of range, or behind the bank's last word: SLVERR.".into(),
            ..base
        },
    ]
}
