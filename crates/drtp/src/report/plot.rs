//! Points and lines as SVG.
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

/// Points of one kind.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Points.
    pub points: Vec<(f64, f64)>,
    /// Joined by a line, without marks.
    pub line: bool,
}

/// One plot of a picture with several.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Its title.
    pub title: String,
    /// Its series.
    pub series: Vec<Series>,
}

const SIZE: (u32, u32) = (640, 440);

/// Draws them; nothing of a series without points. `x` and `y` name the axes, with their units.
///
/// # Errors
/// The library's.
pub fn plot(title: &str, x: &str, y: &str, series: &[Series]) -> Result<String, PlotError> {
    panels(x, y, &[Panel { title: title.into(), series: series.to_vec() }])
}

/// Draws several plots with the same axes as one picture, row by row.
///
/// # Errors
/// The library's.
pub fn panels(x: &str, y: &str, panels: &[Panel]) -> Result<String, PlotError> {
    let titles = || panels.iter().map(|p| p.title.as_str()).collect::<Vec<_>>().join(", ");
    draw_all(x, y, panels).map_err(|e| PlotError { title: titles(), reason: e.to_string() })
}

/// All values, and a little room.
fn range(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return 0.0..1.0;
    }
    let room = if high > low { 0.06 * (high - low) } else { 0.5 };
    low - room..high + room
}

fn draw_all(x: &str, y: &str, panels: &[Panel]) -> Result<String, Box<dyn std::error::Error>> {
    let columns = panels.len().clamp(1, 2);
    let rows = panels.len().div_ceil(columns).max(1);
    let mut svg = String::new();
    {
        let size = (SIZE.0 * columns as u32, SIZE.1 * rows as u32);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&WHITE)?;
        for (area, panel) in root.split_evenly((rows, columns)).iter().zip(panels) {
            draw(area, panel, x, y)?;
        }
        root.present()?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(area: &Area, Panel { title, series }: &Panel, x: &str, y: &str) -> Result<(), Box<dyn std::error::Error>> {
    let points = || series.iter().flat_map(|s| s.points.iter().copied());
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 22))
        .margin(10)
        .x_label_area_size(52)
        .y_label_area_size(78)
        .build_cartesian_2d(range(points().map(|p| p.0)), range(points().map(|p| p.1)))?;
    let number = |v: &f64| {
        if v.abs() >= 10_000.0 {
            format!("{:.0}k", v / 1000.0)
        } else {
            format!("{v:.4}").trim_end_matches('0').trim_end_matches('.').to_string()
        }
    };
    chart
        .configure_mesh()
        .x_desc(x)
        .y_desc(y)
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
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_lines_are_drawn_with_their_names() {
        let series = |line| Series { name: "some".into(), points: vec![(1.0, 10.0), (100.0, 20.0)], line };
        for line in [false, true] {
            let svg = plot("title", "an axis", "y", &[series(line)]).unwrap();
            assert!(svg.starts_with("<svg") && svg.contains("an axis") && svg.contains("some"));
            assert!(!svg.contains("NaN"));
        }
        assert!(plot("none", "x", "y", &[]).is_ok());
    }
    #[test]
    fn panels_stand_beside_and_below_each_other() {
        let panel = |title: &str| Panel { title: title.into(), series: vec![] };
        let svg = panels("x", "y", &["first", "second", "third"].map(panel)).unwrap();
        assert!(svg.contains("width=\"1280\" height=\"880\""), "{}", &svg[..100]);
        assert!(["first", "second", "third"].iter().all(|title| svg.contains(title)));
    }
}
