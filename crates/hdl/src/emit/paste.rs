//! A leaf's text as a part of its parent's: its own names get the child's name in front, its ports become what they are
//! connected to. Only wires and assigns: whatever remembers something, or has a scope of its own, stays a module.
use super::expr::Pin;
use super::leaf::Leaf;
use super::names::{is_keyword, snake};
use super::netlist::Net;
use super::unit::Unit;
use std::collections::BTreeSet;

const ALLOWED: [&str; 9] = ["wire", "signed", "assign", "genvar", "generate", "endgenerate", "for", "begin", "end"];

#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    /// Numbers, signs, blanks, comments.
    Other(&'a str),
}

/// Its tokens, which make up the whole text.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut out = vec![];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |from: usize| rest[from..].find(|c| !word(c)).map_or(rest.len(), |n| from + n);
        let end = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            // the base and the digits of a number, as in 4'sd3
            '\'' => run(1),
            c if word(c) => run(0),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        let named = token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$');
        out.push(if named { Token::Word(token) } else { Token::Other(token) });
        rest = after;
    }
    out
}

impl Leaf {
    /// Names that the text declares, in order.
    pub fn locals(&self) -> Vec<String> {
        let text = self.text.join("\n");
        let all: Vec<Token> = tokens(&text).into_iter().filter(|t| !is_blank(*t)).collect();
        let mut out = vec![];
        for (i, token) in all.iter().enumerate() {
            let after = match token {
                Token::Word("wire") => declared(&all[i + 1..]),
                Token::Word("genvar") => all[i + 1..].first(),
                Token::Word("begin") if all.get(i + 1) == Some(&Token::Other(":")) => all.get(i + 2),
                _ => None,
            };
            if let Some(Token::Word(name)) = after {
                out.push(name.to_string());
            }
        }
        out
    }
    /// Why the text cannot be a part of another one.
    pub fn paste_problems(&self, unit: &Unit) -> Vec<String> {
        let mut known: BTreeSet<String> = self.locals().into_iter().collect();
        known.extend(unit.ports().map(|p| snake(&p.name)));
        let text = self.text.join("\n");
        let mut out: Vec<String> = tokens(&text)
            .into_iter()
            .filter_map(|t| match t {
                Token::Word(w) if known.contains(w) || ALLOWED.contains(&w) => None,
                Token::Word(w) if is_keyword(w) => {
                    Some(format!("`{w}` in a text that is to be inline: only wires and assigns"))
                }
                Token::Word(w) => Some(format!("`{w}` in a text that is to be inline is no port or wire of it")),
                Token::Other("`" | "\"" | "\\") => {
                    Some("a directive, string or escaped name in a text that is to be inline".into())
                }
                Token::Other(_) => None,
            })
            .collect();
        if !self.parameters.is_empty() {
            out.push("a text that is to be inline has parameters".into());
        }
        out.dedup();
        out
    }
    /// Whether `pin` may stand wherever the text names `port`.
    pub fn takes(&self, port: &Net, pin: &Pin) -> bool {
        let plain = pin.code.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        let signs_agree = pin.signed == port.signed;
        if plain && pin.is_net {
            return signs_agree;
        }
        // a number, or a part of a net: no part of it can be taken in turn
        let simple = !pin.code.contains([' ', '(', '{', '~', '-']);
        simple && signs_agree && !port.signed && !self.indexes(&snake(&port.name))
    }
    fn indexes(&self, port: &str) -> bool {
        let text = self.text.join("\n");
        let all: Vec<Token> = tokens(&text).into_iter().filter(|t| !is_blank(*t)).collect();
        all.windows(2).any(|pair| pair == [Token::Word(port), Token::Other("[")])
    }
    /// The text with other names.
    pub fn renamed(&self, name: &dyn Fn(&str) -> String) -> String {
        let mut out = String::new();
        for token in tokens(&self.text.join("\n")) {
            match token {
                Token::Word(w) if !ALLOWED.contains(&w) => out += &name(w),
                Token::Word(other) | Token::Other(other) => out += other,
            }
        }
        out
    }
}

fn is_blank(t: Token) -> bool {
    matches!(t, Token::Other(x) if x.trim().is_empty() || x.starts_with("//"))
}

/// The name behind `wire`, its sign and its range.
fn declared<'a>(after: &'a [Token<'a>]) -> Option<&'a Token<'a>> {
    let mut depth = 0;
    after.iter().find(|t| {
        match t {
            Token::Other("[") => depth += 1,
            Token::Other("]") => depth -= 1,
            Token::Word(w) if depth == 0 && *w != "signed" => return true,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(text: &str) -> Leaf {
        Leaf::of(text)
    }
    #[test]
    fn numbers_and_comments_keep_their_letters() {
        let leaf = leaf("wire signed [a:0] sum = b + 4'sd3; // b and sum\nassign y = sum[8'hb];\n");
        assert_eq!(leaf.locals(), ["sum"]);
        let text = leaf.renamed(&|n| format!("c_{n}"));
        assert_eq!(text, "wire signed [c_a:0] c_sum = c_b + 4'sd3; // b and sum\nassign c_y = c_sum[8'hb];");
    }
    #[test]
    fn names_of_loops_and_their_blocks_are_local() {
        let leaf = leaf("genvar l;\ngenerate for (l = 0; l < 2; l = l + 1) begin : each\nwire x; end endgenerate\n");
        assert_eq!(leaf.locals(), ["l", "each", "x"]);
    }
    #[test]
    fn parts_of_parts_are_refused() {
        let port = |signed| Net { name: "a".into(), role: super::super::Role::In, width: 4, signed, labels: vec![] };
        let pin = |code: &str, signed| Pin { code: code.into(), signed, is_net: !code.contains('\'') };
        let (whole, part) = (leaf("assign y = a;"), leaf("assign y = a [0];"));
        for (text, port, pin, takes) in [
            (&whole, port(false), pin("x[3:0]", false), true),
            (&part, port(false), pin("x[3:0]", false), false),
            (&part, port(false), pin("x", false), true),
            (&part, port(false), pin("4'd3", false), false),
            (&whole, port(false), pin("4'd3", false), true),
            (&whole, port(true), pin("x", false), false),
            (&whole, port(true), pin("x[3:0]", false), false),
            (&whole, port(false), pin("~x", false), false),
        ] {
            assert_eq!(text.takes(&port, &pin), takes, "{} {}", pin.code, port.signed);
        }
    }
}
