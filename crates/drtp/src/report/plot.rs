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

const SIZE: (u32, u32) = (640, 440);

/// Draws them; nothing of a series without points. `x` and `y` name the axes, with their units.
///
/// # Errors
/// The library's.
pub fn plot(title: &str, x: &str, y: &str, series: &[Series]) -> Result<String, PlotError> {
    draw(title, x, y, series).map_err(|e| PlotError { title: title.into(), reason: e.to_string() })
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

fn draw(title: &str, x: &str, y: &str, series: &[Series]) -> Result<String, Box<dyn std::error::Error>> {
    let points = || series.iter().flat_map(|s| s.points.iter().copied());
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
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
        root.present()?;
    }
    Ok(svg)
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
}
