//! Golden vectors for somebody else's testbench: registers, bus writes, frames, and all that they must lead to.
use crate::VERSION;
use drtp_core::regs::{self, Access, Register};
use drtp_core::Config;
use drtp_cosim::{Device, DeviceError, DropReason, Frame, GoldenDevice, Reply, Step};
use serde_json::{json, Map, Value};

/// Name of the file.
pub const VECTORS: &str = "vectors.json";

/// The vectors of `config`: its network, trained by the golden model from its initial weights with `frames`.
///
/// # Errors
/// None that the golden model knows of.
///
/// ```
/// let config = drtp::core::Config::with_layers(4, &[8, 5, 3])?;
/// let frames = drtp::frames::frames(&config, 20, 1);
/// let vectors = drtp::vectors::vectors(&config, &frames)?;
/// assert_eq!(vectors["frames"].as_array().map(Vec::len), Some(20));
/// assert_eq!(vectors["counters"]["DROPPED"], 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn vectors(config: &Config, frames: &[Frame]) -> Result<Value, DeviceError> {
    let mut golden = GoldenDevice::new(config);
    let (first_weights, first_noise) = (golden.weights(), golden.noise_state());
    let steps: Vec<Step> = frames.iter().cloned().map(Step::Frame).collect();
    let replies = golden.run(&steps)?;
    // what the last sample owes is paid before weights and counters are looked at
    golden.run(&[Step::Flush])?;
    let layout = config.layout();
    let last_weights = golden.weights();
    let weights: Vec<Value> = layout
        .weights()
        .map(|w| {
            json!({
                "w_addr": regs::window(layout.place(w)),
                "layer": w.layer + 1,
                "neuron": w.neuron,
                "input": w.input,
                "initial": first_weights[w.layer][w.neuron][w.input],
                "final": last_weights[w.layer][w.neuron][w.input],
            })
        })
        .collect();
    let writes = regs::writes(config.design(), config.network());
    let writes: Vec<Value> = writes.iter().map(|(offset, value)| json!({ "offset": offset, "value": value })).collect();
    Ok(json!({
        "generator": { "drtp": VERSION },
        "configuration": config,
        "registers": regs::table(config).iter().map(register).collect::<Vec<_>>(),
        "writes": writes,
        "frames": frames.iter().zip(&replies).map(|(f, r)| frame(f, r)).collect::<Vec<_>>(),
        "weights": weights,
        "noise_state": { "initial": first_noise, "final": golden.noise_state() },
        "counters": counters(&mut golden)?,
    }))
}

/// The vectors as a file: each register, frame and weight on a line of its own.
pub fn text(vectors: &Value) -> String {
    let entry = |(key, value): (&String, &Value)| match value.as_array() {
        None => format!("  \"{key}\": {value}"),
        Some(list) => {
            let lines: Vec<String> = list.iter().map(|v| format!("    {v}")).collect();
            format!("  \"{key}\": [\n{}\n  ]", lines.join(",\n"))
        }
    };
    let entries: Vec<String> = vectors.as_object().into_iter().flatten().map(entry).collect();
    format!("{{\n{}\n}}\n", entries.join(",\n"))
}

fn register(r: &Register) -> Value {
    let writable = r.access != Access::ReadOnly;
    let fields: Vec<Value> = r
        .fields
        .iter()
        .map(|f| {
            json!({
                "name": f.name,
                "lsb": f.lsb,
                "bits": f.bits,
                "least": f.least,
                "most": f.most,
                "also": f.also,
                "writable": writable,
            })
        })
        .collect();
    json!({
        "name": r.name,
        "offset": r.offset,
        "access": r.access.symbol(),
        "quiet_only": r.quiet_only,
        "reset": r.reset,
        "fields": fields,
    })
}

fn frame(frame: &Frame, reply: &Reply) -> Value {
    let reply = match reply {
        Reply::Packet(p) => json!({ "scores": p.scores, "class": p.class, "owes": p.owes }),
        Reply::Dropped(DropReason::BadFrame) => json!({ "dropped": "bad_frame" }),
        Reply::Dropped(DropReason::BadTarget) => json!({ "dropped": "bad_target" }),
        Reply::Dropped(DropReason::Restarted) => json!({ "dropped": "restarted" }),
        Reply::Done | Reply::Refused => Value::Null,
    };
    let bytes: Vec<u8> = frame.bytes.iter().map(|b| *b as u8).collect();
    json!({ "bytes": bytes, "user": frame.user, "reply": reply })
}

/// What the counters show after the frames and a flush, if they were zero before; those that golden knows.
fn counters(golden: &mut GoldenDevice) -> Result<Value, DeviceError> {
    let all = golden.read_counters()?.into_iter().map(|(counter, n)| (counter.name().to_string(), json!(n)));
    Ok(Value::Object(all.collect::<Map<_, _>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::frames;

    fn config() -> Config {
        Config::with_layers(4, &[9, 7, 3]).expect("it fits by construction")
    }
    fn vectors_of(seed: u64) -> Value {
        let config = config();
        vectors(&config, &frames(&config, 60, seed)).expect("golden has no defects")
    }

    #[test]
    fn vectors_follow_the_seed() {
        assert_eq!(vectors_of(3), vectors_of(3));
        assert_ne!(vectors_of(3)["frames"], vectors_of(4)["frames"]);
    }
    #[test]
    fn text_reads_back_to_the_same() {
        let v = vectors_of(1);
        assert_eq!(serde_json::from_str::<Value>(&text(&v)).expect("it is JSON"), v);
    }
    #[test]
    fn counters_agree_with_the_frames() {
        let v = vectors_of(1);
        let n = |key: &str| v["counters"][key].as_u64().expect("a number");
        assert_eq!(n("SAMPLES") + n("DROPPED"), 60);
        assert!(n("LEARNED") < n("SAMPLES") && n("CORRECT") < n("SAMPLES"));
        assert!(n("WEIGHT_WRITES") > 0);
        let changed = |w: &Value| w["initial"] != w["final"];
        assert!(v["weights"].as_array().is_some_and(|w| w.iter().any(changed)));
    }
}
