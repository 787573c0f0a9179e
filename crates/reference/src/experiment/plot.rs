//! Curves as SVG.
use super::{ExperimentError, Report};
use plotters::prelude::*;
use std::ops::Range;

/// A plot's lines: name and points.
type Lines = Vec<(String, Vec<(f64, f64)>)>;

const SIZE: (u32, u32) = (800, 500);

impl Report {
    /// File names and SVG texts: loss, accuracy in percent where there are classes, angles where somebody looked.
    ///
    /// # Errors
    /// [`ExperimentError::Plot`].
    pub fn plots(&self) -> Result<Vec<(&'static str, String)>, ExperimentError> {
        let mut plots = vec![];
        let mut add =
            |file: &'static str, what: &str, x: &str, lines: Lines, most: Option<f64>| -> Result<(), ExperimentError> {
                if lines.iter().any(|(_, points)| !points.is_empty()) {
                    let svg = draw(&format!("{}: {what}", self.title), x, what, &lines, most);
                    let svg =
                        svg.map_err(|e| ExperimentError::Plot { plot: file.to_string(), reason: e.to_string() })?;
                    plots.push((file, svg));
                }
                Ok(())
            };
        let (mut loss, mut accuracy, mut angles): (Lines, Lines, Lines) = Default::default();
        for run in &self.runs {
            let curve = run.curve();
            let x = |epoch: usize| epoch as f64;
            loss.push((format!("{} test", run.name), curve.iter().map(|e| (x(e.epoch), e.test_loss)).collect()));
            loss.push((format!("{} training", run.name), curve.iter().map(|e| (x(e.epoch), e.train_loss)).collect()));
            let percent = curve.iter().filter_map(|e| Some((x(e.epoch), 100.0 * e.test_accuracy?)));
            accuracy.push((run.name.clone(), percent.collect()));
            let looks = run.looks();
            for k in 0..looks.first().map_or(0, |l| l.1.len()) {
                let points = looks.iter().filter_map(|(batch, a)| Some((*batch as f64, a[k]?))).collect();
                angles.push((format!("{} layer {}", run.name, k + 1), points));
            }
        }
        add("loss.svg", "mean loss", "epoch", loss, None)?;
        add("accuracy.svg", "test accuracy, %", "epoch", accuracy, None)?;
        add("angles.svg", "angle to backpropagation, degrees", "batch", angles, Some(90.0))?;
        Ok(plots)
    }
}

/// The smallest range that holds all finite values, and `with`; a little wider, so that no line lies on the frame.
fn range(values: impl Iterator<Item = f64>, with: Option<f64>) -> Range<f64> {
    let (low, high) = values
        .chain(with)
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return 0.0..1.0;
    }
    let room = if high > low { 0.04 * (high - low) } else { 0.5 };
    low - room..high + room
}

fn draw(title: &str, x: &str, y: &str, lines: &Lines, mark: Option<f64>) -> Result<String, Box<dyn std::error::Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let points = || lines.iter().flat_map(|(_, p)| p);
        let mut chart = ChartBuilder::on(&root)
            .caption(title, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(60)
            .build_cartesian_2d(range(points().map(|p| p.0), None), range(points().map(|p| p.1), mark))?;
        chart.configure_mesh().x_desc(x).y_desc(y).light_line_style(WHITE).draw()?;
        if let Some(mark) = mark {
            let ends = chart.x_range();
            chart.draw_series(LineSeries::new([(ends.start, mark), (ends.end, mark)], BLACK))?;
        }
        for (i, (name, points)) in lines.iter().filter(|(_, p)| !p.is_empty()).enumerate() {
            let colour = Palette99::pick(i).to_rgba().stroke_width(2);
            let finite = points.iter().copied().filter(|(_, y)| y.is_finite());
            chart
                .draw_series(LineSeries::new(finite, colour))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour));
        }
        chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK).draw()?;
        root.present()?;
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_what_is_finite() {
        assert_eq!(range([f64::NAN].into_iter(), None), 0.0..1.0);
        assert_eq!(range([2.0].into_iter(), None), 1.5..2.5);
        let r = range([1.0, f64::INFINITY, 2.0].into_iter(), Some(3.0));
        assert!(r.start < 1.0 && 3.0 < r.end && r.end < 3.2);
    }

    #[test]
    fn lines_and_their_names_are_drawn() {
        let lines = vec![("one".to_string(), vec![(0.0, 1.0), (1.0, 2.0)]), ("none".to_string(), vec![])];
        let svg = draw("title", "x", "y", &lines, Some(90.0)).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("one") && svg.contains("title") && !svg.contains("none\n"));
        assert!(!svg.contains("NaN"));
    }
}
