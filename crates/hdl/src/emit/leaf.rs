//! Hand-written modules: `//@module NAME`, lines `//@doc TEXT`, then the body as it is.
use super::module::{header, Module};
use super::netlist::{Inst, Net};

pub(super) fn of_leaf(inst: &Inst, text: &str) -> Module {
    let text = if inst.register_init().is_some() { register(inst) } else { text.to_string() };
    let mut lines = text.lines().peekable();
    let name = lines.next_if(|l| l.starts_with("//@module ")).map(|l| l["//@module ".len()..].trim().to_string());
    let mut doc = vec![];
    while let Some(line) = lines.next_if(|l| l.starts_with("//@doc ")) {
        doc.push(line["//@doc ".len()..].to_string());
    }
    let rest: Vec<&str> = lines.collect();
    let mut problems = inst.problems.clone();
    problems.extend(inst.ports().filter_map(|p| super::names::refusal(&super::names::snake(&p.name))));
    if !inst.children.is_empty() {
        problems.push("a hand-written module has children, which its text cannot name".into());
    }
    if let Some(line) = rest.iter().find(|l| l.trim_start().starts_with("//@")) {
        problems.push(format!("`{}` stands in the wrong place or is not known", line.trim()));
    }
    let mut body = header(inst, &|n| !assigned(&rest, n));
    for line in &rest {
        body += if line.is_empty() { "" } else { "    " };
        body += line;
        body.push('\n');
    }
    Module { name, doc, body, problems }
}

/// Whether an `assign` drives `port`: it is the word before the `=`, or one of a concatenation there.
fn assigned(lines: &[&str], port: &str) -> bool {
    let code: String = lines.iter().map(|l| l.split("//").next().unwrap_or("").to_string() + "\n").collect();
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    code.split(';').any(|statement| {
        let Some((left, _)) = statement.split_once('=') else { return false };
        let mut words = left.split(word).skip_while(|w| *w != "assign").skip(1);
        words.any(|w| w == port)
    })
}

/// A register that no parent folds: the top itself.
fn register(inst: &Inst) -> String {
    let width = inst.nets.iter().find(|n: &&Net| n.name == "q").map_or(1, |n| n.width);
    let init = super::expr::sized(width, inst.register_init().unwrap_or(0));
    format!("//@module register\ninitial q = {init};\nalways @(posedge clock) q <= d;\n")
}

#[cfg(test)]
mod tests {
    use super::assigned;

    #[test]
    fn assign_is_recognised_as_a_word() {
        let body = ["wire [3:0] y_next = a;", "assign y_valid = 1'b1; // assign z = 0;", "assign {c, s[1:0]} = a + b;"];
        for port in ["y_valid", "c", "s"] {
            assert!(assigned(&body, port), "{port}");
        }
        for port in ["y", "z", "a", "y_next"] {
            assert!(!assigned(&body, port), "{port}");
        }
    }
}
