//! The picture of one sample: which signals it shows, how it is called, how it is written down.
use super::recording::Cycle;
use super::wavedrom::{clock, fold, ruler, signal, Column, Level, Row};
use crate::VERSION;
use drtp_core::Config;
use drtp_hdl::TOP;
use serde_json::{json, Value};

/// Beats that were taken before each cycle.
fn taken(cycles: &[Cycle], beat: impl Fn(&Cycle) -> u8) -> Vec<usize> {
    let mut count = 0;
    let before = |c: &Cycle| {
        let before = count;
        count += usize::from(beat(c));
        before
    };
    cycles.iter().map(before).collect()
}

/// A name of its own for each group of rows; rows without one stand alone.
type Group = (Option<&'static str>, Vec<Row>);

fn groups(config: &Config, cycles: &[Cycle]) -> Vec<Group> {
    let row = |name, level: &dyn Fn(&Cycle) -> Level| Row { name, levels: cycles.iter().map(level).collect() };
    let bit = |name, level: &dyn Fn(&Cycle) -> bool| row(name, &|c| level(c).into());
    let value = |name, beats: &[usize], valid: &dyn Fn(&Cycle) -> bool, text: &dyn Fn(&Cycle) -> String| {
        let level = |(c, beat): (&Cycle, &usize)| match valid(c) {
            true => Level::Value(text(c), *beat),
            false => Level::Unknown,
        };
        Row { name, levels: cycles.iter().zip(beats).map(level).collect() }
    };
    let sent = taken(cycles, |c| c.inputs.s_axis_tvalid & c.outputs.s_axis_tready);
    let answered = taken(cycles, |c| c.outputs.m_axis_tvalid & c.inputs.m_axis_tready);
    // without tvalid a port means nothing, whatever it shows
    let offer = |c: &Cycle| c.inputs.s_axis_tvalid != 0;
    let offer_last = |c: &Cycle| c.inputs.s_axis_tvalid & c.inputs.s_axis_tlast != 0;
    let answer = |c: &Cycle| c.outputs.m_axis_tvalid != 0;
    let answer_last = |c: &Cycle| c.outputs.m_axis_tvalid & c.outputs.m_axis_tlast != 0;
    let digits = config.design().stream_bits / 4;
    let mut inside = vec![bit("STATUS busy", &|c| c.busy), bit("pass", &|c| c.pass), bit("weights read", &|c| c.read)];
    if config.design().learning {
        inside.push(bit("STATUS pending", &|c| c.pending));
    }
    vec![
        (
            Some("s_axis"),
            vec![
                bit("tvalid", &offer),
                bit("tready", &|c| c.outputs.s_axis_tready != 0),
                value("tdata", &sent, &offer, &|c| format!("{:0digits$x}", c.inputs.s_axis_tdata)),
                bit("tlast", &offer_last),
                value("tuser", &sent, &offer_last, &|c| format!("{:02x}", c.inputs.s_axis_tuser)),
            ],
        ),
        (Some("inside"), inside),
        (
            Some("m_axis"),
            vec![
                bit("tvalid", &answer),
                bit("tready", &|c| c.inputs.m_axis_tready != 0),
                value("tdata", &answered, &answer, &|c| (c.outputs.m_axis_tdata as i32).to_string()),
                bit("tlast", &answer_last),
                value("tuser", &answered, &answer_last, &|c| format!("{:02x}", c.outputs.m_axis_tuser)),
            ],
        ),
        (None, vec![bit("irq", &|c| c.outputs.irq != 0)]),
    ]
}

/// WaveDrom source of `cycles`, recorded on a core of `config`. `cut`: its network is narrower than the generated one.
pub fn picture(config: &Config, cycles: &[Cycle], cut: bool) -> Value {
    let groups = groups(config, cycles);
    let rows: Vec<&Row> = groups.iter().flat_map(|g| &g.1).collect();
    let columns = fold(&rows, cycles.len());
    let mut signals = vec![clock(&columns), signal(&ruler(&columns, cycles.len()), &columns)];
    for (name, rows) in &groups {
        let rows = rows.iter().map(|r| signal(r, &columns));
        match name {
            None => signals.extend(rows),
            Some(name) => signals.push([json!(name)].into_iter().chain(rows).collect()),
        }
    }
    let sizes = config.network().topology();
    let (done, pending) = match config.design().learning {
        true => ("learned", " pending: the update is applied as the next pass reads the weights."),
        false => ("classified", ""),
    };
    let head = format!(
        "{TOP}, {} lanes, {sizes}: one sample is {done} (drtp {VERSION}, recorded in simulation)",
        config.design().lanes
    );
    let left_out: usize = columns.iter().map(|c| if let Column::Gap(n) = c { *n } else { 0 }).sum();
    let foot = format!(
        "{} cycles, {left_out} of them left out: at a gap the pattern before it goes on, and row cycle has the number of \
         the first cycle behind it. pass: {} cycles, no input zero.{pending} irq: enabled for \
         classified, until IRQ_STATUS is written.{}",
        cycles.len(),
        cycles.iter().filter(|c| c.pass).count(),
        if cut { " Recorded with narrower layers than the core starts with." } else { "" },
    );
    json!({ "head": { "text": head }, "foot": { "text": foot }, "config": { "hscale": 2 }, "signal": signals })
}

/// A line for each signal, so that two versions can be compared.
pub fn text(picture: &Value) -> String {
    let lines = |value: &Value, indent: &str| -> String {
        let lines: Vec<String> = value.as_array().into_iter().flatten().map(|v| format!("{indent}{v}")).collect();
        lines.join(",\n")
    };
    let signal = |s: &Value| match s.is_array() {
        true => format!("    [\n{}\n    ]", lines(s, "      ")),
        false => format!("    {s}"),
    };
    let entry = |(key, value): (&String, &Value)| match value.as_array() {
        None => format!("  \"{key}\": {value}"),
        Some(list) => format!("  \"{key}\": [\n{}\n  ]", list.iter().map(signal).collect::<Vec<_>>().join(",\n")),
    };
    let entries: Vec<String> = picture.as_object().into_iter().flatten().map(entry).collect();
    format!("{{\n{}\n}}\n", entries.join(",\n"))
}
