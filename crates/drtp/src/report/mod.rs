//! A page of one file that needs no network: what was measured and what was estimated, apart.
//!
//! ```text
//! mod   the page: sections, tables, bars     plot   points and lines as SVG
//! ```
mod plot;

pub use plot::{panels, plot, Panel, PlotError, Series};

const STYLE: &str = include_str!("page.css");

/// Where the figures of a section come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A simulation, a training run or a synthesis counted them.
    Measured,
    /// A model says so.
    Estimated,
    /// The configuration says so.
    Given,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Estimated => "estimated",
            Self::Given => "as configured",
        }
    }
}

/// The page under construction.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    body: String,
}

impl Page {
    /// A page with a title and a line under it.
    pub fn new(title: &str, about: &str) -> Self {
        let body = format!("<h1>{}</h1>\n<p>{}</p>\n", escaped(title), escaped(about));
        Self { title: title.into(), body }
    }
    /// A section; `inside` is HTML of this module.
    pub fn section(&mut self, title: &str, origin: Origin, about: &str, inside: &str) {
        let name = origin.name();
        let class = name.replace(' ', "-");
        self.body += &format!(
            "<section class=\"{class}\">\n<span class=\"origin\">{name}</span>\n<h2>{}</h2>\n<p>{}</p>\n{inside}</section>\n",
            escaped(title),
            escaped(about)
        );
    }
    /// The whole file, with `footer` below.
    pub fn html(&self, footer: &str) -> String {
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
            <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
            <style>\n{STYLE}</style>\n</head>\n<body>\n{}<footer>{}</footer>\n</body>\n</html>\n",
            escaped(&self.title),
            self.body,
            escaped(footer)
        )
    }
}

/// A table; its first column names the rows.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let cells = |kind: &str, row: &mut dyn Iterator<Item = &str>| -> String {
        row.map(|c| format!("<{kind}>{}</{kind}>", escaped(c))).collect()
    };
    let head = cells("th", &mut header.iter().copied());
    let body: String =
        rows.iter().map(|r| format!("<tr>{}</tr>\n", cells("td", &mut r.iter().map(String::as_str)))).collect();
    format!("<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>\n")
}

/// Bars of values that are not negative, as long as they are large: name, value, whether it is ours.
pub fn bars(title: &str, rows: &[(&str, f64, bool)]) -> String {
    let most = rows.iter().map(|r| r.1).fold(f64::MIN_POSITIVE, f64::max);
    let bar = |(name, value, ours): &(&str, f64, bool)| {
        format!(
            "<div class=\"bar{}\"><span>{}</span><span class=\"room\"><div class=\"fill\" style=\"width:{:.1}%\"></div>\
            <span class=\"value\">{value:.0}</span></span></div>\n",
            if *ours { " ours" } else { "" },
            escaped(name),
            100.0 * value / most
        )
    };
    format!("<div><h3>{}</h3>\n{}</div>\n", escaped(title), rows.iter().map(bar).collect::<String>())
}

/// Parts side by side where there is room.
pub fn beside(class: &str, parts: &[String]) -> String {
    format!("<div class=\"{}\">\n{}</div>\n", escaped(class), parts.concat())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_whole_and_names_where_figures_come_from() {
        let mut page = Page::new("a <b>", "& more");
        page.section("one", Origin::Measured, "about", &table(&["x", "y"], &[vec!["<1>".into(), "2".into()]]));
        page.section("two", Origin::Estimated, "", &bars("cycles", &[("ours", 50.0, true), ("bp", 200.0, false)]));
        let html = page.html("seed 1");
        assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
        assert!(
            html.contains("<title>a &lt;b&gt;</title>") && html.contains("&amp; more") && html.contains("&lt;1&gt;")
        );
        assert!(html.contains("class=\"measured\"") && html.contains("class=\"estimated\""));
        assert!(html.contains("width:25.0%") && html.contains("width:100.0%"));
        assert!(!html.contains("http"), "nothing is fetched");
    }
}
