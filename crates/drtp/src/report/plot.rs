//! Points and lines as SVG.
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;
use std::ops::Range;

/// Why a plot could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("plot {title}: {reason}")]
pub struct PlotError {
    /// Its title.
    pub title: String,
    /// What the library says.
    pub reason: String,
}

/// What is along an axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// Its name, with the unit.
    pub name: &'static str,
    /// Each step is a multiple of the one before.
    pub logarithmic: bool,
}

/// Points of one kind.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Points; of a logarithmic axis above 0.
    pub points: Vec<(f64, f64)>,
    /// Joined by a line, without marks.
    pub line: bool,
}

const SIZE: (u32, u32) = (640, 440);

/// Draws them; nothing of a series without points.
///
/// # Errors
/// The library's.
pub fn plot(title: &str, x: Axis, y: Axis, series: &[Series]) -> Result<String, PlotError> {
    let points = || series.iter().flat_map(|s| s.points.iter().copied());
    let across = range(points().map(|p| p.0), x.logarithmic);
    let up = range(points().map(|p| p.1), y.logarithmic);
    let drawn = match (x.logarithmic, y.logarithmic) {
        (false, false) => draw(title, (x, across), (y, up), series),
        (true, false) => draw(title, (x, across.log_scale()), (y, up), series),
        (false, true) => draw(title, (x, across), (y, up.log_scale()), series),
        (true, true) => draw(title, (x, across.log_scale()), (y, up.log_scale()), series),
    };
    drawn.map_err(|e| PlotError { title: title.into(), reason: e.to_string() })
}

/// All values, and a little room.
fn range(values: impl Iterator<Item = f64>, logarithmic: bool) -> Range<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    match (low <= high, logarithmic) {
        (false, _) => 1.0..2.0,
        (true, true) => low / 1.3..high * 1.3,
        (true, false) => {
            let room = if high > low { 0.06 * (high - low) } else { 0.5 };
            low - room..high + room
        }
    }
}

fn draw<X, Y>(
    title: &str,
    (x, across): (Axis, X),
    (y, up): (Axis, Y),
    series: &[Series],
) -> Result<String, Box<dyn std::error::Error>>
where
    X: AsRangedCoord<Value = f64>,
    Y: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64> + Ranged<ValueType = f64>,
    Y::CoordDescType: ValueFormatter<f64> + Ranged<ValueType = f64>,
{
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(title, ("sans-serif", 22))
            .margin(10)
            .x_label_area_size(52)
            .y_label_area_size(78)
            .build_cartesian_2d(across, up)?;
        let number = |v: &f64| {
            if v.abs() >= 10_000.0 {
                format!("{:.0}k", v / 1000.0)
            } else {
                format!("{v:.4}").trim_end_matches('0').trim_end_matches('.').to_string()
            }
        };
        chart
            .configure_mesh()
            .x_desc(x.name)
            .y_desc(y.name)
            .x_labels(6)
            .label_style(("sans-serif", 16))
            .axis_desc_style(("sans-serif", 18))
            .x_label_formatter(&number)
            .y_label_formatter(&number)
            .light_line_style(WHITE)
            .draw()?;
        for (i, s) in series.iter().filter(|s| !s.points.is_empty()).enumerate() {
            let colour = Palette99::pick(i).to_rgba();
            let points = s.points.iter().copied();
            let drawn = match s.line {
                true => chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?,
                false => chart.draw_series(points.map(|p| Circle::new(p, 5, colour.filled())))?,
            };
            drawn.label(&s.name).legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
        }
        chart
            .configure_series_labels()
            .label_font(("sans-serif", 15))
            .position(SeriesLabelPosition::LowerRight)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK)
            .draw()?;
        root.present()?;
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_axes_and_series_are_drawn() {
        let series = |line| Series { name: "some".into(), points: vec![(1.0, 10.0), (100.0, 20.0)], line };
        for logarithmic in [false, true] {
            let axis = Axis { name: "an axis", logarithmic };
            for line in [false, true] {
                let svg = plot("title", axis, Axis { logarithmic: false, ..axis }, &[series(line)]).unwrap();
                assert!(svg.starts_with("<svg") && svg.contains("an axis") && svg.contains("some"));
                assert!(!svg.contains("NaN"));
            }
        }
        assert!(plot("none", Axis { name: "x", logarithmic: true }, Axis { name: "y", logarithmic: true }, &[]).is_ok());
    }
}
