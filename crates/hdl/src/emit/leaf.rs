//! Hand-written modules: lines that begin with `//@`, then the body as it is.
use super::module::{header, Module, Port};
use super::names::{refusal, snake};
use super::netlist::Role;
use super::scope::Ty;
use super::unit::Unit;

/// A leaf's text, its first lines read.
#[derive(Default)]
pub(super) struct Leaf {
    /// `//@module NAME`
    pub name: Option<String>,
    /// `//@doc TEXT`, line by line.
    pub doc: Vec<String>,
    /// `//@inline`: the parent takes the text over.
    pub inline: bool,
    /// `//@apart`: a model of something that is built otherwise, in a file beside; its ports are plain bits.
    pub apart: bool,
    /// `//@parameter NAME VALUE`: what tells apart the instances of one module.
    pub parameters: Vec<(String, String)>,
    /// `//@width PORT PARAMETER`
    widths: Vec<(String, String)>,
    pub text: Vec<String>,
}

impl Leaf {
    pub fn of(text: &str) -> Self {
        let mut leaf = Leaf::default();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.peek() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let rest = rest.trim();
            match (word, rest.split_once(' ')) {
                ("//@module", _) => leaf.name = Some(rest.into()),
                ("//@doc", _) => leaf.doc.push(rest.into()),
                ("//@inline", _) => leaf.inline = true,
                ("//@apart", _) => leaf.apart = true,
                ("//@parameter", Some((name, value))) => leaf.parameters.push((name.into(), value.into())),
                ("//@width", Some((port, parameter))) => leaf.widths.push((port.into(), parameter.into())),
                _ => break,
            }
            lines.next();
        }
        leaf.text = lines.map(String::from).collect();
        leaf
    }
    pub fn problems(&self, unit: &Unit) -> Vec<String> {
        let mut problems: Vec<String> = unit.ports().filter_map(|p| refusal(&snake(&p.name))).collect();
        problems.extend(self.parameters.iter().filter_map(|p| refusal(&p.0)));
        if !unit.children.is_empty() {
            problems.push("a hand-written module has children, which its text cannot name".into());
        }
        if let Some(line) = self.text.iter().find(|l| l.trim_start().starts_with("//@")) {
            problems.push(format!("`{}` stands in the wrong place or is not known", line.trim()));
        }
        for (port, parameter) in &self.widths {
            let value = self.parameters.iter().find(|p| p.0 == *parameter).map(|p| p.1.as_str());
            match unit.ports().find(|p| p.name == *port) {
                None => problems.push(format!("`//@width {port}`: no such port")),
                Some(p) if value != Some(p.width.to_string().as_str()) => {
                    problems.push(format!("`{port}` has {} bits, but `{parameter}` is another number", p.width))
                }
                Some(_) => {}
            }
        }
        problems
    }
    /// The module. `fixed`: no instance sets its parameters, so their defaults are their values.
    pub fn module(&self, unit: &Unit, fixed: bool) -> Module {
        let parameter = |(name, value): &(String, String)| {
            format!("    parameter integer {name} = {}", if fixed { value } else { "1" })
        };
        let parameters: Vec<String> = self.parameters.iter().map(parameter).collect();
        let ports = unit.ports().map(|p| {
            let wide = self.widths.iter().find(|w| w.0 == p.name);
            // the width of a port is a parameter's only where its sign does not matter: plain bits in and out
            let own = Ty { signed: p.signed && !self.apart, ..p.ty() };
            let ty = wide.map_or_else(|| super::expr::of_type(own), |(_, parameter)| format!("[{parameter}-1:0] "));
            let kind = match p.role {
                Role::In => "input  wire",
                _ if !self.assigns(&p.name) => "output reg ",
                _ => "output wire",
            };
            Port { kind, ty, name: snake(&p.name), init: String::new() }
        });
        let mut body = header(&parameters, &ports.collect::<Vec<_>>(), fixed);
        for line in &self.text {
            body += if line.is_empty() { "" } else { "    " };
            body += line;
            body.push('\n');
        }
        Module { name: self.name.clone(), doc: self.doc.clone(), body, apart: self.apart, problems: vec![] }
    }
    /// ` #(.WIDTH(8))`: the parameters of one instance.
    pub fn settings(&self) -> String {
        let all: Vec<String> = self.parameters.iter().map(|(name, value)| format!(".{name}({value})")).collect();
        if all.is_empty() {
            String::new()
        } else {
            format!(" #({})", all.join(", "))
        }
    }
    /// Whether an `assign` drives `port`: it is the word before the `=`, or one of a concatenation there.
    fn assigns(&self, port: &str) -> bool {
        let code: String = self.text.iter().map(|l| l.split("//").next().unwrap_or("").to_string() + "\n").collect();
        let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        code.split(';').any(|statement| {
            let Some((left, _)) = statement.split_once('=') else { return false };
            let mut words = left.split(word).skip_while(|w| *w != "assign").skip(1);
            words.any(|w| w == port)
        })
    }
}

/// A register that no parent folds: the top itself.
pub(super) fn register(width: usize, init: u128) -> Leaf {
    let init = super::expr::sized(width, init);
    Leaf::of(&format!("//@module register\ninitial q = {init};\nalways @(posedge clock) q <= d;\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assign_is_recognised_as_a_word() {
        let text = "wire [3:0] y_next = a;\nassign y_valid = 1'b1; // assign z = 0;\nassign {c, s[1:0]} = a + b;";
        let leaf = Leaf::of(text);
        for port in ["y_valid", "c", "s"] {
            assert!(leaf.assigns(port), "{port}");
        }
        for port in ["y", "z", "a", "y_next"] {
            assert!(!leaf.assigns(port), "{port}");
        }
    }
    #[test]
    fn directives_end_at_the_first_line_of_text() {
        let leaf = Leaf::of("//@module m\n//@parameter WIDTH 8\n//@inline\nwire a;\n//@doc late\n");
        assert_eq!((leaf.name.as_deref(), leaf.inline, leaf.text.len()), (Some("m"), true, 2));
        assert_eq!(leaf.settings(), " #(.WIDTH(8))");
    }
}
