//! Declarations, one line for several names of one type.
use super::scope::Ty;

/// Columns that a list of names may fill.
const FILLED: usize = 116;

/// One section: types in the order in which they first occur.
#[derive(Default)]
pub(super) struct Declarations {
    groups: Vec<(String, Vec<String>)>,
}

impl Declarations {
    /// `item`: the name, and what is behind it.
    pub fn push(&mut self, kind: &str, t: Ty, item: String) {
        let head = format!("{kind} {}", super::expr::of_type(t)).trim_end().to_string();
        match self.groups.iter_mut().find(|g| g.0 == head) {
            Some(group) => group.1.push(item),
            None => self.groups.push((head, vec![item])),
        }
    }
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (head, items) in &self.groups {
            for row in rows(items, FILLED.saturating_sub(head.len() + 6)) {
                line!(out, "    {head} {};", row.join(", "));
            }
        }
        out
    }
}

/// `items` in rows of at most `columns`, with a comma and a blank behind each.
pub(super) fn rows(items: &[String], columns: usize) -> Vec<&[String]> {
    let mut out = vec![];
    let (mut from, mut used) = (0, 0);
    for (i, item) in items.iter().enumerate() {
        if i > from && used + item.len() > columns {
            out.push(&items[from..i]);
            (from, used) = (i, 0);
        }
        used += item.len() + 2;
    }
    if from < items.len() {
        out.push(&items[from..]);
    }
    out
}
